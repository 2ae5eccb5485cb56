"""The engine as nbgrader runs it: stands in its list of preprocessors where `Execute` stood, and leaves all the rest to nbgrader."""

from __future__ import annotations

import atexit
import os
import re
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float, Integer

from isa.grading.engine import Cell, Marking
from isa.grading.outputs import PICTURES
from isa.grading.sandbox import Sandbox, SandboxLimits

MB = 2**20
LARGEST_FILE = 20 * MB

_TAG = re.compile(r"<(?=[A-Za-z/!?])")

_sandboxes: dict[tuple[int, SandboxLimits, bool], Sandbox] = {}


class RunIsolated(NbGraderPreprocessor):
    """Runs the student's cells in the sandbox and the test cells in a trusted process."""

    cell_seconds = Float(15, help="Seconds that one cell may run.").tag(config=True)
    submission_seconds = Float(120, help="Seconds that one notebook may run.").tag(config=True)
    memory_mb = Integer(1536, help="Megabytes of memory that one notebook may use.").tag(config=True)
    isolated = Bool(True, help="False runs the student's code without walls, where a system cannot build them.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Fill in the outputs of every code cell."""
        trusted, locked = _trusted_sources(resources["nbgrader"])
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        limits = SandboxLimits(cell_seconds=self.cell_seconds, submission_seconds=self.submission_seconds, memory=self.memory_mb * MB)
        marking = Marking(sandbox(limits, self.isolated), _files(Path(resources["metadata"]["path"])))
        for cell, marked in zip(code, marking.mark(_cell(cell, trusted) for cell in code), strict=True):
            cell.outputs = marked.outputs
            cell.execution_count = marked.count
        for cell in nb.cells:
            if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("grade_id") not in locked:
                harmless(cell)
        nb.metadata["isa"] = {**nb.metadata.get("isa", {}), "isolated": bool(self.isolated)}
        return nb, resources


def sandbox(limits: SandboxLimits, isolated: bool) -> Sandbox:
    """The warm sandbox of this process; made when it is first needed, ended with the process."""
    key = (os.getpid(), limits, isolated)
    if key not in _sandboxes or not _sandboxes[key].alive:
        _sandboxes[key] = Sandbox(limits, isolated)
        atexit.register(_sandboxes[key].close)
    return _sandboxes[key]


def harmless(cell: NotebookNode) -> None:
    """Show a student's HTML as the text that it is: formgrader would run it in the browser of whoever grades."""
    cell.source = _TAG.sub("&lt;", cell.source)
    kept = {name: {kind: data for kind, data in bundle.items() if kind in PICTURES} for name, bundle in cell.get("attachments", {}).items()}
    if "attachments" in cell:
        cell.attachments = kept


def _trusted_sources(where: dict[str, str]) -> tuple[dict[str, tuple[str, float, bool]], set[str]]:
    """Grade id -> text, points and whether it is a test, for the locked code cells of an assignment; and the ids of its locked texts.

    What a submission says of its own cells is not believed: whoever could call a cell locked could run it beside the tests.
    """
    with Gradebook(where["db_url"]) as book:
        notebook = book.find_notebook(where["notebook"], where["assignment"])
        tests = {cell.name: cell.max_score for cell in notebook.grade_cells if cell.cell_type == "code"}
        solutions = {cell.name for cell in notebook.solution_cells}
        locked = [cell for cell in notebook.source_cells if cell.locked and cell.name not in solutions]
        code = {cell.name: (cell.source, tests.get(cell.name, 0.0), cell.name in tests) for cell in locked if cell.cell_type == "code"}
        return code, {cell.name for cell in locked if cell.cell_type == "markdown"}


def _cell(cell: NotebookNode, trusted: dict[str, tuple[str, float, bool]]) -> Cell:
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    if grade_id in trusted:
        source, points, is_test = trusted[grade_id]
        return Cell("test" if is_test else "locked", source, points)
    return Cell("student", cell.source)


def _files(folder: Path) -> dict[str, bytes]:
    """The small files beside the notebook, as the student's code may read them; never a notebook, and nothing behind a link."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb" and path.stat().st_size <= LARGEST_FILE:
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files
