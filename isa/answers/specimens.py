"""Specimen answers: answers that an author has marked point by point, from `gradebook/specimens/NAME.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from isa.answers.question import Example, MarkScheme
from isa.yamlfile import YamlFile

KINDS = [
    "full", "partial", "vague", "misconception", "contradictory", "telegraphic", "verbose", "second-language", "borderline", "nonsense", "off-topic", "empty",
]  # fmt: skip

_TEXT = {"type": "string", "minLength": 1}
_ANSWER = {
    "type": "object",
    "required": ["id", "kind", "answer", "points"],
    "additionalProperties": False,
    "properties": {
        "id": _TEXT,
        "kind": {"enum": KINDS},
        "answer": {"type": "string"},
        "hand": _TEXT,
        "points": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}, "minProperties": 1},
    },
}
SCHEMA: dict[str, Any] = {  # the typical wrong code in the same file is nothing to a marker of answers
    "type": "object",
    "required": ["assignment", "short_answers"],
    "additionalProperties": False,
    "properties": {
        "assignment": _TEXT,
        "short_answers": {"type": "object", "additionalProperties": {"type": "array", "items": _ANSWER}},
        "wrong_code": {"type": "object"},
    },
}


@dataclass(frozen=True)
class SpecimenAnswer:
    """A short answer with the marks that a careful person gives for each marking point, and who wrote it, where one person wrote several."""

    id: str
    kind: str
    answer: str
    points: Mapping[str, float] = field(hash=False)
    hand: str = ""


def read(path: Path) -> dict[str, list[SpecimenAnswer]]:
    """The specimen answers in a file, by the id of their cell.

    Raises:
        FileError: the file is missing or wrong; the message names line and field.
    """
    return answers(YamlFile(path, SCHEMA))


def answers(file: YamlFile) -> dict[str, list[SpecimenAnswer]]:
    """The specimen answers in a file that follows at least `SCHEMA`, by the id of their cell.

    Raises:
        FileError: the file is called otherwise than its assignment, or an id stands twice.
    """
    if file.data["assignment"] != file.path.stem:
        raise file.error(["assignment"], f"found {file.data['assignment']!r}, expected {file.path.stem!r}, as the file is called")
    for cell, listed in file.data["short_answers"].items():
        for position, answer in enumerate(listed):
            if answer["id"] in {earlier["id"] for earlier in listed[:position]}:
                raise file.error(["short_answers", cell, position, "id"], f"{answer['id']!r} stands twice")
    return {cell: [SpecimenAnswer(**answer) for answer in listed] for cell, listed in file.data["short_answers"].items()}


def for_cell(path: Path, cell: str, scheme: MarkScheme) -> tuple[SpecimenAnswer, ...]:
    """The specimen answers of a cell, whose marks are known to fit its mark scheme; none where the file has none for this cell.

    Raises:
        FileError: the file is missing or wrong, a marking point is unknown or missing, or a mark is above the point's.
    """
    file = _file(path, path.read_bytes()) if path.is_file() else YamlFile(path, SCHEMA)
    found = tuple(answers(file).get(cell, ()))
    for position, specimen in enumerate(found):
        if trouble := misfit(scheme, specimen.points):
            name, message = trouble
            raise file.error(["short_answers", cell, position, "points", *([name] if name in specimen.points else [])], message)
    return found


@lru_cache(maxsize=4)
def _file(path: Path, content: bytes) -> YamlFile:
    """The file, read once for all of its cells as long as it has this content."""
    return YamlFile(path, SCHEMA)


def misfit(scheme: MarkScheme, points: Mapping[str, float]) -> tuple[str, str] | None:
    """The first point whose mark does not fit the scheme, and why; None where all do."""
    worth = {point.name: point.marks for point in scheme.points}
    for name, mark in points.items():
        if name not in worth:
            return name, f"the mark scheme has no point {name}, expected {', '.join(worth)}"
        if not 0 <= mark <= worth[name]:
            return name, f"found {mark:g}, expected at most {worth[name]:g}, what the mark scheme gives for {name}"
    missing = [name for name in worth if name not in points]
    return (missing[0], f"{missing[0]} missing, expected a mark for each of {', '.join(worth)}") if missing else None


def example(scheme: MarkScheme, answer: str, points: Mapping[str, float], hand: str = "") -> Example:
    """An answer with its marks by point as the marker learns from it: as shares of what could be had."""
    shares = {point.name: points[point.name] / point.marks for point in scheme.points}
    return Example(answer, scheme.total(points) / scheme.marks, shares, hand)
