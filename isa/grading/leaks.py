"""Proves that a student version gives nothing away: no solution, hidden test or mark scheme of the source is left."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

_REGION = re.compile(r"BEGIN (?P<kind>SOLUTION|HIDDEN TESTS|MARK SCHEME)(?P<text>.*?)END (?P=kind)", re.DOTALL)
MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", "BEGIN MARK SCHEME", "END MARK SCHEME")
_SHORT = 20  # characters; a shorter line ("return", ")") may stand in a student version by right


def secrets(source: Path) -> list[str]:
    """The lines inside solution, hidden-test and mark-scheme regions of an instructor version that stand nowhere else in it."""
    return list(dict.fromkeys(line for lines in secrets_by_cell(source).values() for line in lines))


def secrets_by_cell(source: Path) -> dict[str, list[str]]:
    """Cell id -> the lines of its hidden regions that stand nowhere outside of such regions; cells without any are left out."""
    cells = {str(cell.get("id", at)): cell.source for at, cell in enumerate(nbformat.read(source, as_version=4).cells)}
    public = "\n".join(_REGION.sub("", text) for text in cells.values())
    hidden = {name: [line.strip() for match in _REGION.finditer(text) for line in match["text"].splitlines()] for name, text in cells.items()}
    kept = {name: [line for line in dict.fromkeys(lines) if len(line) >= _SHORT and line not in public] for name, lines in hidden.items()}
    return {name: lines for name, lines in kept.items() if lines}


def leaks(source: Path, release: Path) -> list[str]:
    """What `release` shows that it should not: one sentence each, an empty list when it is clean.

    Looks at every cell, output and metadata of the student version and at the other files beside it.
    """
    found = []
    hidden = secrets(source)
    for path in sorted(p for p in release.parent.rglob("*") if p.is_file()):
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".ipynb":
            notebook = nbformat.reads(text, as_version=4)
            text = "\n".join([c.source + str(c.get("outputs", "")) + str(c.get("attachments", "")) + str(c.metadata) for c in notebook.cells])
        found += [f"{path.name} holds the marker {marker!r}" for marker in MARKERS if marker in text]
        found += [f"{path.name} holds a line of a hidden region: {line!r}" for line in hidden if line in text]
    return found
