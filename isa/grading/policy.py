"""The late rule, the deadlines and what feedback shows of the tests, read from `gradebook/policy.yml`.

What a submission loses is never kept as a fact: it is worked out from the file, from when the work came and from the score of the moment.
"""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from isa.yamlfile import YamlFile

Level = Literal["none", "names", "messages", "full"]  # each shows what the one before it shows, and more

_PERCENT = {"type": "number", "minimum": 0, "maximum": 100}
_NOT_NEGATIVE = {"type": "number", "minimum": 0}
_LATE: dict[str, Any] = {
    "type": "object",
    "required": ["grace_minutes"],
    "additionalProperties": False,
    "properties": {
        "grace_minutes": _NOT_NEGATIVE,
        "per_day": _PERCENT,
        "steps": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["after_hours", "lose"],
                "additionalProperties": False,
                "properties": {"after_hours": _NOT_NEGATIVE, "lose": _PERCENT},
            },
        },
        "at_most": _PERCENT,
    },
}
_TEXT = {"type": "string", "minLength": 1}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["late", "due"],
    "additionalProperties": False,
    "properties": {
        "late": _LATE,
        "due": {"type": "object"},
        "sections": {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": False, "properties": {"late": _LATE, "due": {"type": "object"}}},
        },
        "waivers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["student", "assignment", "reason"],
                "additionalProperties": False,
                "properties": {"student": _TEXT, "assignment": _TEXT, "reason": _TEXT, "until": {}},
            },
        },
        "feedback": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"tests": {"enum": ["none", "names", "messages"]}, "full_days_after_deadline": _NOT_NEGATIVE},
        },
    },
}


@dataclass(frozen=True)
class Feedback:
    """What a page shows of the tests: `tests`, and everything from `full_days_after_deadline` days after the deadline on (never where it is None)."""

    tests: Level = "messages"
    full_days_after_deadline: float | None = None


@dataclass(frozen=True)
class Step:
    """Work that comes more than `after_hours` after the deadline loses `lose` per cent of its score."""

    after_hours: float
    lose: float


@dataclass(frozen=True)
class Rule:
    """`grace_minutes` after the deadline cost nothing; then `per_day` per cent a day begun, or what the last of the `steps` says; `at_most` per cent in all."""

    grace_minutes: float = 0
    per_day: float = 0
    at_most: float = 100
    steps: tuple[Step, ...] = ()

    def share(self, seconds_late: float) -> float:
        """How many per cent of its score a submission loses.

        >>> Rule(grace_minutes=60, per_day=10, at_most=50).share(26 * 3600)
        20
        >>> Rule(steps=(Step(0, 5), Step(24, 25))).share(26 * 3600)
        25
        """
        if seconds_late <= self.grace_minutes * 60:
            return 0
        if self.steps:
            return min(max((step.lose for step in self._reached(seconds_late)), default=0), self.at_most)
        return min(math.ceil(seconds_late / 86_400) * self.per_day, self.at_most)

    def penalty(self, score: float, seconds_late: float) -> float:
        """The points that a submission loses, of the points that it scored.

        >>> Rule(grace_minutes=60, per_day=10, at_most=50).penalty(40, 2 * 3600)
        4.0
        """
        return max(score, 0.0) * self.share(seconds_late) / 100

    def why(self, seconds_late: float) -> str:
        """How the share comes about, in words for the student.

        >>> Rule(grace_minutes=60, per_day=10, at_most=50).why(26 * 3600)
        '26 hours late, so 2 days begun at 10 % each: 20 %'
        """
        late = f"{in_words(seconds_late)} late"
        if seconds_late <= self.grace_minutes * 60:
            return f"{late}, within the grace of {in_words(self.grace_minutes * 60)}"
        share = self.share(seconds_late)
        if self.steps:
            reached = max((step.after_hours for step in self._reached(seconds_late)), default=None)
            return f"{late}: nothing is lost before {in_words(self.steps[0].after_hours * 3600)}" if reached is None else _stepped(late, reached, share)
        days = math.ceil(seconds_late / 86_400)
        capped = ", the most that can be lost" if days * self.per_day > self.at_most else ""
        return f"{late}, so {days} day{'' if days == 1 else 's'} begun at {self.per_day:g} %{' each' if days > 1 else ''}: {share:g} %{capped}"

    def _reached(self, seconds_late: float) -> list[Step]:
        return [step for step in self.steps if seconds_late > step.after_hours * 3600]


@dataclass(frozen=True)
class Section:
    """What differs for one section of the class: its late rule (None: the common one) and its deadlines."""

    late: Rule | None = None
    due: dict[str, datetime] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Waiver:
    """A student's lateness that is forgiven for a reason: all of it, or as if the deadline were `until`."""

    student: str
    assignment: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True)
class Lateness:
    """How late a submission is by its student's own deadline, how many per cent of the score that costs, and why in words.

    Attributes:
        due: the deadline that counts for this student, with its zone; None where there is none.
        seconds: seconds after that deadline, 0 where in time or where it is not known when the work came.
        share: per cent of the score that is lost.
        why: in words for the student; empty where the work came in time.
    """

    due: datetime | None = None
    seconds: float = 0.0
    share: float = 0.0
    why: str = ""

    def penalty(self, score: float) -> float:
        """The points that are lost, of the points that the work scores now: between nothing and all of them."""
        return max(score, 0.0) * self.share / 100


@dataclass(frozen=True)
class Policy(Rule):
    """The rule for all, the deadlines, and what differs for a section or a student."""

    due: dict[str, datetime] = field(default_factory=dict, hash=False)
    feedback: Feedback = Feedback()
    sections: dict[str, Section] = field(default_factory=dict, hash=False)
    waivers: tuple[Waiver, ...] = ()

    def rule(self, section: str = "") -> Rule:
        """The late rule of a section; the common one where it has none of its own."""
        return (self.sections[section].late if section in self.sections else None) or self

    def lateness(
        self,
        assignment: str,
        came: datetime | None,
        student: str = "",
        section: str = "",
        due: datetime | None = None,
        extension: timedelta = timedelta(),
    ) -> Lateness:
        """How late a submission is, what that costs and why.

        Args:
            assignment: its name.
            came: when it was handed in, with a zone; None where nobody knows, and then nothing is lost.
            student: whose it is: the waivers are asked.
            section: the student's section in the roster.
            due: the deadline to go by where the policy sets none, with a zone.
            extension: what the gradebook itself adds to the deadline for this student.
        """
        deadline = (self.sections[section].due if section in self.sections else {}).get(assignment) or self.due.get(assignment) or due
        waiver = next((one for one in self.waivers if (one.student, one.assignment) == (student, assignment)), None)
        if deadline is not None:
            deadline += extension
        moved = ""
        if waiver is not None and waiver.until is not None and deadline is not None:
            deadline = max(deadline, waiver.until)
            moved = f" after {waiver.until:%Y-%m-%d %H:%M %Z}, to which the deadline was moved ({waiver.reason})"
        if deadline is None or came is None or came <= deadline:
            return Lateness(deadline)
        seconds = (came - deadline).total_seconds()
        if waiver is not None and waiver.until is None:
            return Lateness(deadline, seconds, 0.0, f"{in_words(seconds)} late, waived: {waiver.reason}")
        rule = self.rule(section)
        return Lateness(deadline, seconds, float(rule.share(seconds)), rule.why(seconds).replace(" late", f" late{moved}", 1))

    def last_due(self, assignment: str) -> datetime | None:
        """The last deadline that the policy gives anybody for an assignment; None where it gives none."""
        dues = [self.due.get(assignment)] + [section.due.get(assignment) for section in self.sections.values()]
        dues += [waiver.until for waiver in self.waivers if waiver.assignment == assignment]
        return max((due for due in dues if due is not None), default=None)

    def shows(self, deadline: datetime | None, now: datetime) -> Level:
        """What a feedback page shows of the tests at the time `now`; `deadline` is the last one that anybody in the class has.

        Everything is shown only after the deadline, its grace and the days that were set; never where there is no deadline.
        """
        if deadline is None or self.feedback.full_days_after_deadline is None:
            return self.feedback.tests
        grace = max([self.grace_minutes] + [section.late.grace_minutes for section in self.sections.values() if section.late])
        opens = deadline + timedelta(minutes=grace, days=self.feedback.full_days_after_deadline)
        return "full" if now > opens else self.feedback.tests


def in_words(seconds: float) -> str:
    """A span of time as people say it, rounded to what matters.

    >>> in_words(90), in_words(25 * 60), in_words(26 * 3600), in_words(80 * 3600)
    ('2 minutes', '25 minutes', '26 hours', '3 days 8 hours')
    """
    minutes = math.ceil(seconds / 60)
    if minutes < 120:
        return _counted(minutes, "minute")
    hours = math.floor(seconds / 3600)
    if hours < 48:
        return _counted(hours, "hour")
    return _counted(hours // 24, "day") + (f" {_counted(hours % 24, 'hour')}" if hours % 24 else "")


def read(path: Path) -> Policy:
    """The policy in a file.

    Raises:
        isa.yamlfile.FileError: the file is missing or wrong; the message names line and field.
    """
    file = YamlFile(path, _SCHEMA)
    for name in file.data.get("sections", {}):
        if not isinstance(name, str):  # YAML reads 01 as the number 1, which no roster has
            raise file.error(["sections", str(name)], f"found the number {name}, expected text: write the section's name in quotes")
    sections = {
        name: Section(_rule(file, ["sections", name, "late"]) if "late" in said else None, _dues(file, ["sections", name, "due"]))
        for name, said in file.data.get("sections", {}).items()
    }
    common = _rule(file, ["late"])
    return Policy(
        common.grace_minutes,
        common.per_day,
        common.at_most,
        common.steps,
        _dues(file, ["due"]),
        Feedback(**file.data.get("feedback", {})),
        sections,
        _waivers(file),
    )


def slips(path: Path, assignments: Collection[str], students: dict[str, str] | None) -> list[str]:
    """A line for each name in a policy that is nobody's: of an assignment, a student or a section.

    Args:
        path: the policy's file.
        assignments: the names of all assignments.
        students: student id -> section, as the roster has them; None where there is no roster, and then only assignments are looked at.
    """
    file = YamlFile(path, _SCHEMA)
    wheres: list[list[str | int]] = [["due"], *(["sections", name, "due"] for name in file.data.get("sections", {}))]
    found: list[tuple[list[str | int], str]] = []
    for where in wheres:
        found += [([*where, name], _nobody(name, assignments, "is no assignment")) for name in _at(file, where) if name not in assignments]
    if students is not None:
        known = set(students.values())
        found += [(["sections", name], _nobody(name, known, "is no section of the roster")) for name in file.data.get("sections", {}) if name not in known]
    for at, waiver in enumerate(file.data.get("waivers", [])):
        if waiver["assignment"] not in assignments:
            found.append((["waivers", at, "assignment"], _nobody(waiver["assignment"], assignments, "is no assignment")))
        if students is not None and waiver["student"] not in students:
            found.append((["waivers", at, "student"], _nobody(waiver["student"], students, "is not in the roster")))
    return [str(file.error(where, message)) for where, message in found]


def _rule(file: YamlFile, where: list[str | int]) -> Rule:
    said = dict(_at(file, where))
    steps = tuple(Step(**step) for step in said.pop("steps", ()))
    if steps and "per_day" in said:
        raise file.error([*where, "steps"], "found per_day and steps, expected one of them: what a day costs, or what is lost after how many hours")
    if not steps and "per_day" not in said:
        raise file.error(where, "found neither per_day nor steps, expected one of them")
    if not steps and "at_most" not in said:
        raise file.error(where, "'at_most' missing")
    for at, (one, following) in enumerate(itertools.pairwise(steps), 1):
        if following.after_hours <= one.after_hours or following.lose < one.lose:
            raise file.error([*where, "steps", at], "a later step must come after more hours than the one before it, and lose no less")
    return Rule(**said, steps=steps)


def _dues(file: YamlFile, where: list[str | int]) -> dict[str, datetime]:
    for assignment, when in _at(file, where).items():
        _check_time(file, [*where, assignment], when)
    return dict(_at(file, where))


def _waivers(file: YamlFile) -> tuple[Waiver, ...]:
    waivers: list[Waiver] = []
    for at, said in enumerate(file.data.get("waivers", [])):
        if not said["reason"].strip():
            raise file.error(["waivers", at, "reason"], "is empty, expected why the lateness is forgiven")
        if "until" in said:
            _check_time(file, ["waivers", at, "until"], said["until"])
        for before, other in enumerate(waivers):
            if (other.student, other.assignment) == (said["student"], said["assignment"]):
                first = file.line(["waivers", before])
                raise file.error(["waivers", at], f"a second waiver of {other.student} for {other.assignment} (the first is in line {first}), expected one")
        waivers.append(Waiver(**said))
    return tuple(waivers)


def _check_time(file: YamlFile, where: list[str | int], when: object) -> None:
    # YAML turns "2027-03-01" into a date and a time without a zone into one whose zone is anybody's guess.
    if not isinstance(when, date):
        raise file.error(where, f"found {when!r}, expected a date and time such as 2027-03-01 23:59:00+03:00")
    if not isinstance(when, datetime) or when.tzinfo is None:
        raise file.error(where, f"found {when}, expected a time with its zone too, such as 2027-03-01 23:59:00+03:00")


def _at(file: YamlFile, where: list[str | int]) -> Any:
    value = file.data
    for step in where:
        value = value.get(step, {}) if isinstance(value, dict) else value[step]
    return value


def _nobody(name: str, known: Collection[str], what: str) -> str:
    near = difflib.get_close_matches(str(name), [str(one) for one in known], n=1, cutoff=0.5)
    return f"{name!r} {what}" + (f"; did you mean {near[0]!r}?" if near else "")


def _stepped(late: str, after_hours: float, share: float) -> str:
    return f"{late}: {share:g} %" if after_hours == 0 else f"{late}, more than {in_words(after_hours * 3600)}: {share:g} %"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def utc(when: datetime | None) -> datetime | None:
    """A time of the gradebook, which keeps them in UTC and without a zone, with its zone."""
    return None if when is None else when.replace(tzinfo=UTC)
