"""The course's settings, as nbgrader's own command reads them: from the folder in which it is called, and once more from the course's."""

import subprocess
import sys
from pathlib import Path

import nbformat
from nbgrader.converters import Autograde

from isa.grading.nbgrader_source import settings
from tests.conftest import solved, submit


def test_our_repair_comes_before_nbgraders_own_steps(tiny_course):
    steps = Autograde(config=settings(tiny_course)).sanitize_preprocessors
    assert [str(step).rpartition(".")[2] for step in steps] == ["Repair", *(step.__name__ for step in Autograde.sanitize_preprocessors.default())]


def test_what_the_command_has_repaired_is_kept_for_the_student(nbgrader):
    notebook = nbformat.reads(solved(nbgrader.course), as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") != "q1_a"]
    submit(nbgrader.course, "amina", nbformat.writes(notebook))
    command = [Path(sys.executable).parent / "nbgrader", "autograde", "tiny", "--create"]
    done = subprocess.run(command, cwd=nbgrader.course.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    marked = nbformat.read(nbgrader.course.root / "autograded" / "amina" / "tiny" / "tiny.ipynb", as_version=4)
    assert len(marked.metadata.isa.repairs) == 1
