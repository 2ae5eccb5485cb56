"""The late rule, the deadlines and what feedback shows of the tests, read from `gradebook/policy.yml`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from isa.yamlfile import YamlFile

Level = Literal["none", "names", "messages", "full"]  # each shows what the one before it shows, and more

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
        "feedback": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"tests": {"enum": ["none", "names", "messages"]}, "full_days_after_deadline": {"type": "number", "minimum": 0}},
        },
    },
}


@dataclass(frozen=True)
class Feedback:
    """What a page shows of the tests: `tests`, and everything from `full_days_after_deadline` days after the deadline on (never where it is None)."""

    tests: Level = "messages"
    full_days_after_deadline: float | None = None


@dataclass(frozen=True)
class Policy:
    """`grace_minutes` after the deadline cost nothing; then `per_day` per cent a day begun, `at_most` per cent in all."""

    grace_minutes: float = 0
    per_day: float = 0
    at_most: float = 100
    due: dict[str, datetime] = field(default_factory=dict, hash=False)
    feedback: Feedback = Feedback()

    def penalty(self, score: float, seconds_late: float) -> float:
        """The points that a submission loses, of the points that it scored.

        >>> Policy(grace_minutes=60, per_day=10, at_most=50).penalty(40, 2 * 3600)
        4.0
        """
        if seconds_late <= self.grace_minutes * 60:
            return 0.0
        days = math.ceil(seconds_late / 86_400)
        return score * min(days * self.per_day, self.at_most) / 100

    def shows(self, deadline: datetime | None, now: datetime) -> Level:
        """What a feedback page shows of the tests at the time `now`; `deadline` is the last one that anybody in the class has.

        Everything is shown only after the deadline, its grace and the days that were set; never where there is no deadline.
        """
        if deadline is None or self.feedback.full_days_after_deadline is None:
            return self.feedback.tests
        opens = deadline + timedelta(minutes=self.grace_minutes, days=self.feedback.full_days_after_deadline)
        return "full" if now > opens else self.feedback.tests


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
    return Policy(**file.data["late"], due=file.data["due"], feedback=Feedback(**file.data.get("feedback", {})))
