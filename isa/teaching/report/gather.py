"""Reads what the reports need: the gradebook, the syllabus, the roster, what was handed in, mark schemes and decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pandas as pd

from isa import syllabus
from isa.answers.question import MarkScheme
from isa.grading import short_answers
from isa.grading.course import Course, CourseError
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.nbgrader_late import LateRules
from isa.grading.policy import utc
from isa.syllabus import Syllabus
from isa.teaching import late, record
from isa.teaching.record import Record
from isa.teaching.report import term
from isa.yamlfile import FileError


@dataclass(frozen=True)
class Term:
    """A class and what it was given so far.

    Attributes:
        syllabus: None where the course has no `course.yml`: then there are no objectives, and an assignment weighs what it is worth.
        records: the assignments that have been graded, in teaching order.
        names: student -> name, for everybody in the roster, the gradebook or the submissions.
        standings: student × assignment: what was handed in, as `term.standing` says it.
    """

    syllabus: Syllabus | None
    records: tuple[Record, ...]
    names: dict[str, str] = field(hash=False)
    standings: pd.DataFrame = field(hash=False)

    @property
    def weights(self) -> dict[str, float]:
        """Assignment -> weight, in per cent of the course."""
        known = {a.id: a.weight for a in self.syllabus.assignments} if self.syllabus else {}
        return {r.assignment: known.get(r.assignment, r.points) for r in self.records}

    @property
    def titles(self) -> dict[str, str]:
        """Assignment -> its title."""
        known = {a.id: a.title for a in self.syllabus.assignments} if self.syllabus else {}
        return {r.assignment: known.get(r.assignment, r.assignment) for r in self.records}

    def exercises(self, assignment: str) -> dict[str, str]:
        """Exercise -> its title, where the syllabus has one."""
        return {e.id: e.title for a in (self.syllabus.assignments if self.syllabus else ()) if a.id == assignment for e in a.exercises}


@dataclass(frozen=True)
class Marking:
    """How an assignment's short answers are marked: cell -> scheme, and what people decided; a line in `problems` for what could not be read."""

    schemes: dict[str, MarkScheme] = field(hash=False)
    decided: pd.DataFrame = field(hash=False)
    problems: tuple[str, ...] = ()


def until(nbgrader: Nbgrader, now: datetime, last: str | None = None) -> Term:
    """The class up to and including the assignment `last`, or all that has been graded.

    Raises:
        CourseError: nothing (or nothing of `last`) has been graded, or the roster is not in order.
        isa.yamlfile.FileError: course.yml is not in order.
    """
    course = nbgrader.course
    plan = syllabus.read(course.root / "course.yml") if (course.root / "course.yml").is_file() else None
    known = course.assignments()
    order = {a.id: at for at, a in enumerate(plan.assignments)} if plan else {}
    known.sort(key=lambda name: (order.get(name, len(order)), name))
    wanted = known[: known.index(last) + 1] if last else known
    roster = course.roster()
    records = []
    if nbgrader.has_gradebook:
        with nbgrader.gradebook() as book:
            in_book = {assignment.name for assignment in book.assignments}
            records = [found for name in wanted if name in in_book and len((found := record.read(book, name)).students)]
    if last and (not records or records[-1].assignment != last):
        raise CourseError(f"{last}: nothing has been graded yet, so there is nothing to report; run isa grade {last}")
    if not records:
        raise CourseError(f"nothing has been graded yet, so there is nothing to report; run isa grade {' '.join(known) or 'ASSIGNMENT'}")
    return _term(course, plan, records, roster, now)


def marking(course: Course, record: Record) -> Marking:
    """The mark schemes of an assignment and what was decided at the review desk. What is not in order costs the counts of points, never the report."""
    try:
        asked = short_answers.questions(course, record.assignment, {str(cell): float(points) for cell, points in record.cells["points"].items()})
        return Marking({cell: question.scheme for cell, question in asked.items()}, _decided(course, record))
    except (CourseError, FileError) as error:
        return Marking({}, _no_decisions(), (str(error),))


def _term(course: Course, plan: Syllabus | None, records: list[Record], roster: dict[str, dict[str, str]] | None, now: datetime) -> Term:
    names = {student: " ".join(filter(None, [own["first_name"], own["last_name"]])) for student, own in (roster or {}).items()}
    handed_in = {r.assignment: [s.student for s in course.submissions(r.assignment)] for r in records}
    for found in records:
        for student, own in found.students.iterrows():
            names[str(student)] = names.get(str(student)) or " ".join(filter(None, [own["first_name"], own["last_name"]]))
    for students in handed_in.values():
        names |= {student: "" for student in students if student not in names}
    class_ = distinct(names)
    rules = LateRules.beside(course.gradebook / "policy.yml")
    records = [replace(r, students=r.students.assign(**late.penalties(r, rules)[["seconds_late", "penalty"]])) for r in records]
    standings = pd.DataFrame(
        {r.assignment: term.standing(r, class_, handed_in[r.assignment], _may_still(rules, r, class_, now)) for r in records},
        index=pd.Index(class_, name="student"),
    )
    return Term(plan, tuple(records), class_, standings)


def _may_still(rules: LateRules, record: Record, students: Iterable[str], now: datetime) -> set[str]:
    """Students whose own deadline has not passed: a section or a waiver may have set another one."""
    deadlines = {s: rules.policy.lateness(record.assignment, None, s, rules.sections.get(s, ""), utc(record.due), timedelta()).due for s in students}
    return {student for student, due in deadlines.items() if due is not None and now.replace(tzinfo=UTC) <= due}


def distinct(names: Mapping[str, str]) -> dict[str, str]:
    """Student -> name, in the order of ids: the id where there is no name, and beside a name that several have.

    >>> distinct({"a2": "Ali Haddad", "a1": "Ali Haddad", "b": ""})
    {'a1': 'Ali Haddad (a1)', 'a2': 'Ali Haddad (a2)', 'b': 'b'}
    """
    often = Counter(names.values())
    shown = {student: f"{name} ({student})" if name and often[name] > 1 else name or student for student, name in names.items()}
    return dict(sorted(shown.items()))


def _no_decisions() -> pd.DataFrame:
    return pd.DataFrame(columns=["when", "who", "cell", "human", "automatic"])


def _decided(course: Course, record: Record) -> pd.DataFrame:
    """A row for each decision of the review desk on an answer that has an automatic mark too, both as shares of what the cell is worth."""
    if not (course.gradebook / "reviews" / f"{record.assignment}.jsonl").is_file():
        return _no_decisions()
    # Here, because the desk brings the marker, which takes a moment to import, and most reports need none.
    from isa.teaching.review.desk import Desk

    automatic = record.grades.set_index(["student", "cell"])["auto"].dropna().to_dict()
    points = record.cells["points"].to_dict()
    rows = [
        (datetime.fromisoformat(one.when), one.who, one.cell, one.score / points[one.cell], automatic[one.student, one.cell] / points[one.cell])
        for one in Desk(course, record.assignment, "").decided()
        if (one.student, one.cell) in automatic
    ]
    return pd.DataFrame(rows, columns=["when", "who", "cell", "human", "automatic"]) if rows else _no_decisions()
