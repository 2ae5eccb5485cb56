"""The late rule and the deadlines of a class, read from `gradebook/policy.yml`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from isa.yamlfile import YamlFile

_PERCENT = {"type": "number", "minimum": 0, "maximum": 100}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["late", "due"],
    "additionalProperties": False,
    "properties": {
        "late": {
            "type": "object",
            "required": ["grace_minutes", "per_day", "at_most"],
            "additionalProperties": False,
            "properties": {"grace_minutes": {"type": "number", "minimum": 0}, "per_day": _PERCENT, "at_most": _PERCENT},
        },
        "due": {"type": "object"},
    },
}


@dataclass(frozen=True)
class Policy:
    """`grace_minutes` after the deadline cost nothing; then `per_day` per cent a day begun, `at_most` per cent in all."""

    grace_minutes: float = 0
    per_day: float = 0
    at_most: float = 100
    due: dict[str, datetime] = field(default_factory=dict, hash=False)

    def penalty(self, score: float, seconds_late: float) -> float:
        """The points that a submission loses, of the points that it scored.

        >>> Policy(grace_minutes=60, per_day=10, at_most=50).penalty(40, 2 * 3600)
        4.0
        """
        if seconds_late <= self.grace_minutes * 60:
            return 0.0
        days = math.ceil(seconds_late / 86_400)
        return score * min(days * self.per_day, self.at_most) / 100


def read(path: Path) -> Policy:
    """The policy in a file.

    Raises:
        isa.yamlfile.FileError: the file is missing or wrong; the message names line and field.
    """
    file = YamlFile(path, _SCHEMA)
    for assignment, when in file.data["due"].items():
        # YAML turns "2027-03-01" into a date and a time without a zone into one whose zone is anybody's guess.
        if not isinstance(when, date):
            raise file.error(["due", assignment], f"found {when!r}, expected a date and time such as 2027-03-01 23:59:00+03:00")
        if not isinstance(when, datetime) or when.tzinfo is None:
            raise file.error(["due", assignment], f"found {when}, expected a time with its zone too, such as 2027-03-01 23:59:00+03:00")
    return Policy(**file.data["late"], due=file.data["due"])
