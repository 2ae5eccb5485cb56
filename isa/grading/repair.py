"""Puts right what happened to the cells of a notebook on its way: by id, then by text, then by position. Knows no nbgrader.

A notebook comes back with cells that were deleted, copied, split, turned into another type, or stripped of their marks. Nothing
that a student wrote is ever dropped: a cell that cannot be placed stays as an ordinary cell. Each repair is one sentence for the student.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator

from nbformat import NotebookNode
from rapidfuzz.fuzz import ratio

ALIKE = 80  # per cent; from here on two texts are taken for the same cell


def repair(notebook: NotebookNode, released: NotebookNode) -> list[str]:
    """Mend a submission in place after the student version; returns what was done, a sentence each, an empty list when nothing was."""
    wanted = {_id(cell): cell for cell in released.cells if _id(cell)}
    said = [*_drop_strange_marks(notebook, wanted), *_settle_copies(notebook, wanted), *_find_unmarked(notebook, released, wanted)]
    said += _put_back_missing(notebook, released, wanted)
    said += _restore_marks(notebook, wanted)
    return said


def _id(cell: NotebookNode) -> str:
    marked = cell.metadata.get("nbgrader")
    grade_id = marked.get("grade_id") if isinstance(marked, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.nbgrader.get("solution")) or bool(cell.metadata.nbgrader.get("task"))


def _drop_strange_marks(notebook: NotebookNode, wanted: dict[str, NotebookNode]) -> Iterator[str]:
    """A cell that calls itself part of the assignment and is not becomes an ordinary cell."""
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata and _id(cell) not in wanted:
            del cell.metadata["nbgrader"]
            yield "A cell carried marks that are not of this assignment; it was kept as an ordinary cell."


def _settle_copies(notebook: NotebookNode, wanted: dict[str, NotebookNode]) -> Iterator[str]:
    """Of several cells with one id, the one that was worked on keeps it: the first whose text is not the released one's."""
    groups: dict[str, list[NotebookNode]] = {}
    for cell in notebook.cells:
        if _id(cell):
            groups.setdefault(_id(cell), []).append(cell)
    for grade_id, cells in groups.items():
        if len(cells) > 1:
            original = wanted[grade_id].source.strip()
            worked_on = [cell for cell in cells if cell.source.strip() not in (original, "")]
            kept = (worked_on or cells)[0] if _is_answer(wanted[grade_id]) else cells[0]
            for cell in cells:
                if cell is not kept:
                    del cell.metadata["nbgrader"]
            yield f"The cell {grade_id} was there {len(cells)} times; one of them was taken for it, the others were kept as ordinary cells."


def _find_unmarked(notebook: NotebookNode, released: NotebookNode, wanted: dict[str, NotebookNode]) -> Iterator[str]:
    """Cells that lost their marks are found again: first by their text, then answers by their place between two known cells."""
    present = {_id(cell) for cell in notebook.cells}
    for grade_id in [grade_id for grade_id in wanted if grade_id not in present]:
        found = _by_text(notebook, wanted[grade_id]) or (_by_place(notebook, released, grade_id) if _is_answer(wanted[grade_id]) else None)
        if found is not None:
            found.metadata["nbgrader"] = copy.deepcopy(wanted[grade_id].metadata.nbgrader)
            yield f"The cell {grade_id} had lost its marks and was found again."


def _by_text(notebook: NotebookNode, original: NotebookNode) -> NotebookNode | None:
    # Not difflib: two texts of one letter repeated keep it busy for minutes.
    best, likeness = None, float(ALIKE)
    for cell in notebook.cells:
        if not _id(cell) and cell.source.strip():
            if cell.get("id") == original.get("id") and _is_answer(original):
                return cell
            alike = ratio(cell.source, original.source, score_cutoff=likeness) if len(cell.source) < 20_000 else 0
            if alike >= likeness and not (_is_answer(original) and len(original.source) < 20):
                best, likeness = cell, alike
    return best


def _by_place(notebook: NotebookNode, released: NotebookNode, grade_id: str) -> NotebookNode | None:
    """The one unmarked cell of the right type between the neighbours that the cell has in the released version."""
    order = [_id(cell) for cell in released.cells if _id(cell)]
    place = order.index(grade_id)
    present = [_id(cell) for cell in notebook.cells]
    before = next((present.index(other) for other in reversed(order[:place]) if other in present), -1)
    after = next((present.index(other) for other in order[place + 1 :] if other in present), len(present))
    kind = next(cell.cell_type for cell in released.cells if _id(cell) == grade_id)
    between = [cell for cell in notebook.cells[before + 1 : after] if not _id(cell) and cell.cell_type == kind and cell.source.strip()]
    # A cell that was split comes back as several: the first keeps the id, the others run as they stand.
    return between[0] if between else None


def _put_back_missing(notebook: NotebookNode, released: NotebookNode, wanted: dict[str, NotebookNode]) -> Iterator[str]:
    """Cells that are gone are put back where they belong, an answer empty of work, a test as it was handed out."""
    order = list(wanted)
    present = [_id(cell) for cell in notebook.cells]
    for grade_id in [grade_id for grade_id in order if grade_id not in present]:
        before = next((present.index(other) for other in reversed(order[: order.index(grade_id)]) if other in present), -1)
        put_back = copy.deepcopy(wanted[grade_id])
        put_back["id"] = uuid.uuid5(uuid.NAMESPACE_OID, grade_id).hex[:8]
        notebook.cells.insert(before + 1, put_back)
        present.insert(before + 1, grade_id)
        yield f"The cell {grade_id} was missing and was put back."


def _restore_marks(notebook: NotebookNode, wanted: dict[str, NotebookNode]) -> Iterator[str]:
    """Marks are the assignment's own again, and so is the type of a cell; an answer keeps its text."""
    seen: set[str] = set()
    for cell in notebook.cells:
        grade_id = _id(cell)
        if grade_id:
            original = wanted[grade_id]
            cell.metadata = copy.deepcopy(original.metadata)
            if cell.cell_type != original.cell_type:
                cell.cell_type = original.cell_type
                if cell.cell_type == "code":
                    cell.setdefault("outputs", [])
                    cell.setdefault("execution_count", None)
                    cell.pop("attachments", None)
                else:
                    cell.pop("outputs", None)
                    cell.pop("execution_count", None)
                yield f"The cell {grade_id} had been turned into another type and was turned back."
        else:
            # Of no use to anybody, and of the wrong type it would keep formgrader from showing the notebook.
            cell.metadata = NotebookNode()
        if cell.get("id") in seen:
            cell["id"] = uuid.uuid4().hex[:8]
        seen.add(cell.get("id"))
