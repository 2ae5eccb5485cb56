"""Reads what was handed in as a notebook, as far as it can be read: other encodings, older formats, files that were cut off.

Knows nothing of assignments. What had to be done to read a file is said in sentences for the student.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbformat.v4.nbbase import random_cell_id

LARGEST = 64 * 2**20  # bytes; the largest honest notebook of a course is a hundredth of it
MOST_BRACKETS = 1_000_000  # that open a list or an object, each of which takes thirty times its room in the file
MOST_CELLS = 2_000  # what is done to a notebook takes time for each of them; an honest one has a few dozen
LEVELS = 50  # of lists and objects in metadata; an honest one has three or four, and a thousand are more than Python can write again
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what nbformat takes
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1252", "latin-1")


class Unreadable(ValueError):
    """Nothing of a file can be read as a notebook; the message says why in a few words."""


def read(path: Path) -> tuple[NotebookNode, list[str]]:
    """The notebook in a file, in today's format, and what had to be done to read it.

    Raises:
        Unreadable: the file is a link or too large, has too many parts, or no cell can be found in it.
    """
    if path.is_symlink():
        raise Unreadable(f"{path.name} is a link, and what it leads to is not this student's work")
    size = path.stat().st_size
    if size > LARGEST:
        raise Unreadable(f"{path.name} has {size / 2**20:.0f} MB, more than the {LARGEST // 2**20} that are read")
    text, remarks = _decoded(path.read_bytes())
    if text.count("[") + text.count("{") > MOST_BRACKETS:
        raise Unreadable(f"{path.name} has more than the {MOST_BRACKETS:,} lists and objects that are read")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        cells = _salvaged(text)
        if not cells:
            raise Unreadable(f"{path.name} is not a notebook: no valid JSON ({error})") from None
        remarks.append(f"The file was damaged. {len(cells)} cells could be read; what stood after them is lost.")
        data = {"cells": cells}
    return _notebook(data, path.name), remarks


def _decoded(content: bytes) -> tuple[str, list[str]]:
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        # UTF-16 begins with its mark; without one, almost anything could be read as it.
        encodings = _ENCODINGS if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("cp1252", "latin-1")
        for encoding in encodings:
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            return text, [f"The file was not in UTF-8; it was read as {encoding}, and some letters may be wrong."]
    return content.decode("latin-1"), []


def _salvaged(text: str) -> list[Any]:
    """The complete cells of a notebook whose JSON is cut off or broken further on."""
    start = text.find('"cells"')
    place = text.find("[", start) + 1 if start >= 0 else 0
    cells: list[Any] = []
    decoder = json.JSONDecoder()
    while place > 0 and len(cells) <= MOST_CELLS:
        place = _skip(text, place)
        try:
            cell, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        cells.append(cell)
    return cells


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n,":
        place += 1
    return place


def _notebook(data: Any, name: str) -> NotebookNode:
    if not isinstance(data, dict):
        raise Unreadable(f"{name} is not a notebook: it has no list of cells")
    if isinstance(data.get("worksheets"), list) or data.get("nbformat") in (2, 3):
        data = _upgraded(data, name)
    if "cells" not in data:
        raise Unreadable(f"{name} is not a notebook: it has no list of cells")
    if not isinstance(data["cells"], list):
        raise Unreadable(f"{name} is not a notebook: its cells are not a list")
    _few(len(data["cells"]), name)
    notebook = new_notebook()
    notebook.cells = [made for cell in data["cells"] if (made := _cell(cell)) is not None]
    notebook.metadata = _metadata(data.get("metadata"))
    return notebook


def _upgraded(data: dict[str, Any], name: str) -> NotebookNode:
    """A notebook of the formats 2 and 3, which kept their cells in worksheets."""
    try:
        _few(sum(len(sheet["cells"]) for sheet in data["worksheets"]), name)
        return nbformat.reads(json.dumps(data), as_version=4)
    except Unreadable:
        raise
    except Exception as error:  # the older formats were never strict, and neither are their readers
        raise Unreadable(f"{name} is a notebook of an old format that cannot be read ({type(error).__name__})") from None


def _few(cells: int, name: str) -> None:
    if cells > MOST_CELLS:
        raise Unreadable(f"{name} has more than the {MOST_CELLS:,} cells that are read")


def _cell(cell: Any) -> NotebookNode | None:
    """A cell with what is needed of it; outputs are not: they are made anew."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    kind = cell["cell_type"] if cell.get("cell_type") in ("code", "markdown") else "raw"
    # Not new_code_cell and its like, which refuse a cell for what it says of itself: until the repair that may be of any type.
    made = NotebookNode(id=random_cell_id(), cell_type=kind, metadata=_metadata(cell.get("metadata")), source=_whole(source) if isinstance(source, str) else "")
    if kind == "code":
        made.outputs, made.execution_count = [], None
    if made.cell_type == "markdown" and cell.get("attachments"):
        made.attachments = _attachments(cell["attachments"])
    if isinstance(cell.get("id"), str) and _CELL_ID.fullmatch(cell["id"]):
        made["id"] = cell["id"]
    return made


def _metadata(data: Any) -> NotebookNode:
    return _writable(data, LEVELS) if isinstance(data, dict) else NotebookNode()


def _writable(data: Any, levels: int) -> Any:
    """Data of a JSON file as it can be written to one again: whole characters, and nothing below so many levels."""
    if isinstance(data, dict):
        return NotebookNode({_whole(key): _writable(value, levels - 1) for key, value in data.items()} if levels else {})
    if isinstance(data, list):
        return [_writable(value, levels - 1) for value in data] if levels else []
    return _whole(data) if isinstance(data, str) else data


def _whole(text: str) -> str:
    """Without halves of characters, which JSON can name and no file can hold."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _attachments(data: Any) -> dict[str, dict[str, str]]:
    """What was put into a text; which of it may be shown is not asked here."""
    bundles = {_whole(name): bundle for name, bundle in data.items() if isinstance(bundle, dict)} if isinstance(data, dict) else {}
    return {name: {_whole(kind): _whole(value) for kind, value in bundle.items() if isinstance(value, str)} for name, bundle in bundles.items()}
