"""The answer key: what an instructor version answers, without the marks around it and without the mark scheme."""

from __future__ import annotations

import re

from nbformat import NotebookNode

_REGION_MARK = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)
_MARK_SCHEME = re.compile(r"\n#+ Mark scheme.*", re.DOTALL | re.IGNORECASE)


def key(notebook: NotebookNode) -> dict[str, str]:
    """Grade id -> the answer of each solution cell of an instructor version."""
    cells = {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if _is_solution(cell)}
    return {grade_id: _MARK_SCHEME.sub("", _REGION_MARK.sub("", source)).strip() for grade_id, source in cells.items()}


def is_instructors(notebook: NotebookNode) -> bool:
    """Whether a notebook is an instructor version: a solution of it stands in a marked region."""
    return any(_is_solution(cell) and _REGION_MARK.search(cell.source) for cell in notebook.cells)


def _is_solution(cell: NotebookNode) -> bool:
    marks = cell.metadata.get("nbgrader")
    return isinstance(marks, dict) and bool(marks.get("solution")) and isinstance(marks.get("grade_id"), str)
