"""Specimens of an assignment: marked short answers and typical wrong code, from `gradebook/specimens/NAME.yml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from isa.yamlfile import YamlFile

KINDS = [
    "full", "partial", "vague", "misconception", "contradictory", "telegraphic", "verbose", "second-language", "borderline", "nonsense", "off-topic", "empty",
]  # fmt: skip

_POINTS = {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}, "minProperties": 1}
_TEXT = {"type": "string", "minLength": 1}
_ANSWER = {
    "type": "object",
    "required": ["id", "kind", "answer", "points"],
    "additionalProperties": False,
    "properties": {"id": _TEXT, "kind": {"enum": KINDS}, "answer": {"type": "string"}, "points": _POINTS},
}
_WRONG_CODE = {
    "type": "object",
    "required": ["id", "misconception", "code", "earns"],
    "additionalProperties": False,
    "properties": {"id": _TEXT, "misconception": _TEXT, "code": _TEXT, "earns": _POINTS},
}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["assignment", "short_answers", "wrong_code"],
    "additionalProperties": False,
    "properties": {
        "assignment": _TEXT,
        "short_answers": {"type": "object", "additionalProperties": {"type": "array", "items": _ANSWER}},
        "wrong_code": {"type": "object", "additionalProperties": {"type": "array", "items": _WRONG_CODE}},
    },
}


@dataclass(frozen=True)
class SpecimenAnswer:
    """A short answer with the points that a careful human gives for each marking point."""

    id: str
    kind: str
    answer: str
    points: dict[str, float] = field(hash=False)


@dataclass(frozen=True)
class WrongCode:
    """A typical wrong solution: the misconception behind it, and the points that each test cell gives it."""

    id: str
    misconception: str
    code: str
    earns: dict[str, float] = field(hash=False)


@dataclass(frozen=True)
class Specimens:
    """All specimens of one assignment, by the id of the answer or solution cell."""

    short_answers: dict[str, list[SpecimenAnswer]] = field(hash=False)
    wrong_code: dict[str, list[WrongCode]] = field(hash=False)


def read(path: Path) -> Specimens:
    """The specimens in a file.

    Raises:
        isa.yamlfile.FileError: the file is missing or wrong; the message names line and field.
    """
    file = YamlFile(path, _SCHEMA)
    if file.data["assignment"] != path.stem:
        raise file.error(["assignment"], f"found {file.data['assignment']!r}, expected {path.stem!r}, as the file is called")
    return Specimens(
        short_answers={cell: [SpecimenAnswer(**a) for a in answers] for cell, answers in file.data["short_answers"].items()},
        wrong_code={cell: [WrongCode(**c) for c in codes] for cell, codes in file.data["wrong_code"].items()},
    )
