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
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

LARGEST = 64 * 2**20  # bytes; the largest honest notebook of a course is a hundredth of it
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what nbformat takes
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1252", "latin-1")


class Unreadable(ValueError):
    """Nothing of a file can be read as a notebook; the message says why in a few words."""


def read(path: Path) -> tuple[NotebookNode, list[str]]:
    """The notebook in a file, in today's format, and what had to be done to read it.

    Raises:
        Unreadable: the file is too large, or no cell can be found in it.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise Unreadable(f"{path.name} has {size / 2**20:.0f} MB, more than the {LARGEST // 2**20} that are read")
    text, remarks = _decoded(path.read_bytes())
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
    while place > 0:
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
        try:
            return nbformat.reads(json.dumps(data), as_version=4)
        except Exception as error:  # the older formats were never strict, and neither are their readers
            raise Unreadable(f"{name} is a notebook of an old format that cannot be read ({type(error).__name__})") from None
    if "cells" not in data:
        raise Unreadable(f"{name} is not a notebook: it has no list of cells")
    if not isinstance(data["cells"], list):
        raise Unreadable(f"{name} is not a notebook: its cells are not a list")
    notebook = new_notebook(cells=[made for cell in data["cells"] if (made := _cell(cell)) is not None])
    metadata = data.get("metadata")
    notebook.metadata = nbformat.from_dict(metadata) if isinstance(metadata, dict) else NotebookNode()
    return notebook


def _cell(cell: Any) -> NotebookNode | None:
    """A cell with what is needed of it; outputs are not: they are made anew."""
    if not isinstance(cell, dict):
        return None
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    make = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}.get(str(cell.get("cell_type")), new_raw_cell)
    made = make(source if isinstance(source, str) else "")
    metadata = cell.get("metadata")
    made.metadata = nbformat.from_dict(metadata) if isinstance(metadata, dict) else NotebookNode()
    if isinstance(cell.get("id"), str) and _CELL_ID.fullmatch(cell["id"]):
        made["id"] = cell["id"]
    return made
