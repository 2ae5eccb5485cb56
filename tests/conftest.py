"""Fixtures for all tests: a tiny course that is quick to grade, and scratch copies of the real one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from isa.grading.course import Course
from isa.grading.nbgrader_edge import Nbgrader

matplotlib.use("agg")

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT.parent / "shared" / "data-raw"


def without_our_engine(settings: str) -> str:
    """The course's settings of nbgrader with its own way of grading."""
    return re.sub(r"^c\.Autograde\.(?:autograde_preprocessors = \[.*?\n\]|[^\n]*)\n", "", settings, flags=re.DOTALL | re.MULTILINE)


def marked(cell, grade_id: str, points: float | None = None, **flags: bool):
    """Give a cell nbgrader's metadata."""
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": grade_id, "grade": False, "solution": False, "locked": False, "task": False, **flags}
    if points is not None:
        cell.metadata["nbgrader"]["points"] = points
    cell["id"] = grade_id
    return cell


def tiny_assignment() -> nbformat.NotebookNode:
    """One data exercise with a visible and a hidden test, and one short answer, for a person to mark: `with_mark_scheme` changes that."""
    cells = [
        marked(new_code_cell("import math"), "setup", locked=True),
        marked(new_code_cell("### BEGIN SOLUTION\nanswer = math.floor(42.5)\n### END SOLUTION"), "q1", solution=True),
        marked(
            new_code_cell("assert isinstance(answer, int)\n### BEGIN HIDDEN TESTS\nassert answer == 6 * 7, 'not the number'\n### END HIDDEN TESTS"),
            "q1_a",
            2,
            grade=True,
            locked=True,
        ),
        marked(
            new_markdown_cell("### BEGIN SOLUTION\nBecause six times seven is forty-two.\n\n- **P1 (1 point)** Says why.\n### END SOLUTION"),
            "s1",
            1,
            grade=True,
            solution=True,
        ),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return notebook


MARK_SCHEME = """\
### BEGIN SOLUTION
Because six times seven is forty-two.

#### Mark scheme

- **P1 (1 point)** Says why.
  - accept: because six times seven is forty-two
  - accept: six sevens make forty-two
  - reject: it is forty-two because five times eight is forty-two => Multiply once more, with a pencil.
### END SOLUTION"""
SPECIMENS = """\
assignment: tiny
short_answers:
  s1:
    - {id: s1-01, kind: full, answer: "Six times seven.", points: {P1: 1}}
    - {id: s1-02, kind: vague, answer: "It is so.", points: {P1: 0}}
"""


def with_mark_scheme(course: Course, specimens: str = SPECIMENS) -> Course:
    """Give the short answer of the tiny assignment a mark scheme and specimens (none where the text is empty), so that it is marked automatically."""
    notebook = nbformat.read(course.source("tiny"), as_version=4)
    notebook.cells[3].source = MARK_SCHEME
    nbformat.write(notebook, course.source("tiny"))
    if specimens:
        (course.gradebook / "specimens").mkdir(exist_ok=True)
        (course.gradebook / "specimens" / "tiny.yml").write_text(specimens, encoding="utf-8")
    return course


def tiny_course_in(folder: Path) -> Course:
    """A course with one assignment, `tiny`, and nothing handed in."""
    root = folder / "course"
    (root / "source" / "tiny").mkdir(parents=True)
    (root / "gradebook").mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copy(ROOT / "gradebook" / "policy.yml", root / "gradebook")
    nbformat.write(tiny_assignment(), root / "source" / "tiny" / "tiny.ipynb")
    return Course.at(root)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Let a log line cross to the process that reports, whatever file name it holds: bytes that are no text would end the run."""
    report = yield
    report.sections = [(title, text.encode("utf-8", "backslashreplace").decode("utf-8")) for title, text in report.sections]
    return report


@pytest.fixture(scope="session", autouse=True)
def _progress_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a developer has learnt in this course changes no test, and no test changes that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISA_PROGRESS", str(tmp_path_factory.mktemp("progress") / "progress.jsonl"))
        yield


@pytest.fixture
def tiny_course(tmp_path: Path) -> Course:
    """A tiny course of the test's own."""
    return tiny_course_in(tmp_path)


@pytest.fixture(scope="session")
def released_tiny_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny course with its assignment released and recorded in the gradebook: to be copied."""
    course = tiny_course_in(tmp_path_factory.mktemp("released"))
    Nbgrader(course).release("tiny")
    return course.root


@pytest.fixture
def nbgrader(tiny_course: Course, released_tiny_course: Path) -> Nbgrader:
    """nbgrader on the tiny course, its assignment released."""
    shutil.copytree(released_tiny_course, tiny_course.root, dirs_exist_ok=True)
    return Nbgrader(tiny_course)


@pytest.fixture
def marking(tiny_course: Course) -> Nbgrader:
    """nbgrader on the tiny course, its short answer with a mark scheme."""
    desk = Nbgrader(with_mark_scheme(tiny_course))
    desk.release("tiny")
    return desk


@pytest.fixture
def stock(tiny_course: Course) -> Nbgrader:
    """nbgrader as it is, without our engine, on the tiny course."""
    config = tiny_course.root / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    config.write_text(without_our_engine(text) + "c.Execute.timeout = 2\n", encoding="utf-8")
    desk = Nbgrader(tiny_course)
    desk.release("tiny")
    return desk


@pytest.fixture
def real_course(tmp_path: Path) -> Course:
    """A scratch copy of this course, without a gradebook and without submissions."""
    root = tmp_path / "course"
    root.mkdir()
    for name in ("nbgrader_config.py", "course.yml"):
        shutil.copy(ROOT / name, root)
    for name in ("source", "release", "gradebook", "notebooks"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("gradebook.db*", "*.log", ".ipynb_checkpoints"))
    return Course.at(root)


def submit(course: Course, student: str, text: str, assignment: str = "tiny", timestamp: str = "") -> Path:
    """Lay a notebook (any text) where a student's submission lies."""
    folder = course.root / "submitted" / student / assignment
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{assignment}.ipynb").write_text(text, encoding="utf-8")
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp, encoding="utf-8")
    return folder


def solved(course: Course, code: str = "answer = 42", words: str = "Six sevens are forty-two.", assignment: str = "tiny") -> str:
    """The student version of the tiny assignment with an answer put in."""
    from isa.teaching.sample_class import filled

    return filled(course.release(assignment).read_text(encoding="utf-8"), {"q1": code, "s1": words})
