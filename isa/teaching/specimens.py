"""Specimens of an assignment: marked short answers and typical wrong code, from `gradebook/specimens/NAME.yml`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from isa.answers import specimens
from isa.answers.specimens import SpecimenAnswer
from isa.yamlfile import YamlFile

_TEXT = {"type": "string", "minLength": 1}
_WRONG_CODE = {
    "type": "object",
    "required": ["id", "misconception", "code", "earns"],
    "additionalProperties": False,
    "properties": {
        "id": _TEXT,
        "misconception": _TEXT,
        "code": _TEXT,
        "earns": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}, "minProperties": 1},
    },
}
_SCHEMA: dict[str, Any] = specimens.SCHEMA | {
    "required": ["assignment", "short_answers", "wrong_code"],
    "properties": specimens.SCHEMA["properties"] | {"wrong_code": {"type": "object", "additionalProperties": {"type": "array", "items": _WRONG_CODE}}},
}


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
    return Specimens(
        short_answers=specimens.answers(file),
        wrong_code={cell: [WrongCode(**c) for c in codes] for cell, codes in file.data["wrong_code"].items()},
    )
