"""Marking a class again after a test or a mark scheme has changed: first who would change, by how much and why, then the change itself, with a log of it.

What a person marked stays. Students whose points change read of it on their feedback page.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from nbgrader.api import Gradebook

from isa.grading import runner
from isa.grading.course import Course, CourseError, Outcome, Submission
from isa.grading.marks import Verdict
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.nbgrader_marks import autograded, tell
from isa.teaching import record
from isa.teaching.record import exercise_of

_POINT = re.compile(r"\*\*(?P<name>[^*:]+): (?P<earned>[\d.,]+) of (?P<most>[\d.,]+)\.\*\*")
_PASSED = "passed"


@dataclass(frozen=True)
class Change:
    """One grade cell of one student whose automatic score changes; `before` is None where there was none. `stands` where a person's mark counts instead."""

    student: str
    cell: str
    before: float | None
    after: float | None
    why: str
    stands: bool = False

    @property
    def exercise(self) -> str:
        """The exercise to which the cell belongs."""
        return exercise_of(self.cell)

    @property
    def by(self) -> float:
        """Points more (or less) than before; 0 where a person's mark stands."""
        return 0.0 if self.stands else (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True)
class Regrade:
    """What marking again comes to.

    Attributes:
        changes: by student and in the order of the notebook.
        marked: how many submissions were marked again; the others are as they were.
        waiting: how many answers waited for a person, before and after.
        outcomes: what became of each submission.
    """

    changes: tuple[Change, ...]
    marked: int
    waiting: tuple[int, int]
    outcomes: tuple[Outcome, ...]

    def table(self) -> pd.DataFrame:
        """A row for each change: `student`, `exercise`, `cell`, `before`, `after`, `by`, `stands`, `why`."""
        names = ["student", "exercise", "cell", "before", "after", "by", "stands", "why"]
        return pd.DataFrame([[getattr(change, name) for name in names] for change in self.changes], columns=names)

    def by_exercise(self) -> pd.DataFrame:
        """By exercise: how many students gain and lose points, and how many in the mean, of those who do."""
        students = self.table().groupby(["exercise", "student"], sort=False)["by"].sum().reset_index()
        moved = students[students["by"].abs() > 1e-9].groupby("exercise", sort=False)["by"]
        return pd.DataFrame({"gain": moved.agg(lambda by: int((by > 0).sum())), "lose": moved.agg(lambda by: int((by < 0).sum())), "mean": moved.mean()})


def regrade(
    nbgrader: Nbgrader,
    assignment: str,
    progress: runner.Progress = runner.silently,
    apply: bool = False,
    because: str = "",
    now: datetime | None = None,
    jobs: int | None = None,
    who: str = "",
) -> Regrade:
    """Mark again what was marked otherwise before; only with `apply` is anything written.

    Args:
        nbgrader: the course; a changed source has to be released first (`isa release --force`).
        assignment: its name.
        progress: shows how far it is.
        apply: write the new marks, tell the students, and log what changed.
        because: the reason, as students read it; needed to `apply`.
        now: when this is, for log and students; needed to `apply`.
        jobs: how many processes mark.
        who: whose decision it is, for the log.

    Raises:
        CourseError: nothing has been graded yet, the released version is not that of the source, or a reason is wanted.
    """
    course = nbgrader.course
    if apply and not (because.strip() and now):
        raise CourseError('say why, in words for students: --because "the test of exercise 3 refused a right answer"')
    if assignment not in course.assignments():
        raise CourseError(f"{assignment}: no such assignment; there are {', '.join(course.assignments())}")
    if nbgrader.differs(assignment):
        raise CourseError(f"{assignment}: the student version is not what source/ makes now; run isa release --force {assignment} first")
    with nbgrader.gradebook() as book:
        before = record.read(book, assignment)
        stale = _unreleased(course, book, assignment)
    if stale:
        raise CourseError(f"{assignment}: the gradebook still has another {' and '.join(stale)} than source/; run isa release --force {assignment} first")
    graded = [submission for submission in course.submissions(assignment) if submission.student in before.students.index]
    known = {student: rows.set_index("cell") for student, rows in before.grades.groupby("student")}
    scores = before.by_exercise().to_dict("index")
    changes: list[Change] = []
    released: list[int] = []

    def see(submission: Submission, verdict: Verdict) -> None:
        mine = known[submission.student]
        changes.extend(_changes(course, submission, mine, verdict))
        cells = list(verdict.scores)
        released.append(len(verdict.waiting.intersection(cells)) - int(mine["waiting"].reindex(cells, fill_value=False).sum()))

    def then(outcome: Outcome) -> None:
        """At once, so that of a run that is cut off every mark that changed is told and logged."""
        mine = [change for change in changes if change.student == outcome.submission.student]
        if apply and now and mine and not outcome.problem:
            _log(course, assignment, mine, because, now, who)
            _tell(course, outcome.submission, scores[outcome.submission.student], mine, because, now)

    outcomes = runner.grade(nbgrader, assignment, graded, progress, jobs, see=see, then=then, dry=not apply)
    order = {cell: at for at, cell in enumerate(before.cells.index)}
    changes.sort(key=lambda change: (change.student, order.get(change.cell, len(order))))
    waits = int(before.grades["waiting"].sum())
    return Regrade(tuple(changes), sum(not outcome.unchanged and not outcome.problem for outcome in outcomes), (waits, waits + sum(released)), tuple(outcomes))


def log_of(course: Course, assignment: str) -> Path:
    """Where it is written down who was marked otherwise, when and why."""
    return course.gradebook / "regrades" / f"{assignment}.jsonl"


def _unreleased(course: Course, book: Gradebook, assignment: str) -> list[str]:
    """The tests that are other ones in the source than in the gradebook, which are those that mark. A hidden test shows in no student version."""
    known = {cell.name: cell.source for cell in book.find_notebook(assignment, assignment).source_cells}
    source = nbformat.read(course.source(assignment), as_version=4)
    cells = [(cell.metadata.get("nbgrader") or {}, cell.source) for cell in source.cells]
    return [marks["grade_id"] for marks, text in cells if marks.get("grade") and not marks.get("solution") and known.get(marks["grade_id"]) != text]


def _changes(course: Course, submission: Submission, mine: pd.DataFrame, verdict: Verdict) -> Iterable[Change]:
    for cell, after in verdict.scores.items():
        if cell not in mine.index:
            continue
        row: Mapping[Any, Any] = mine.loc[cell].to_dict()
        before: float | None = None if pd.isna(row["auto"]) else float(row["auto"])
        if (before is None and after is None) or (before is not None and after is not None and abs(after - before) < 1e-9):
            continue
        if cell in verdict.comments or row["said"]:
            why = _points(row["said"], verdict.comments.get(cell, ""))
        else:
            why = _tests(_said(autograded(course, submission).read_text(encoding="utf-8"), cell), _said(verdict.notebook, cell))
        yield Change(submission.student, cell, before, after, why, stands=not pd.isna(row["manual"]))


def _points(before: str, after: str) -> str:
    """Which marking points an explanation now gives otherwise than it did."""
    old, new = ({point["name"]: point["earned"] for point in _POINT.finditer(said)} for said in (before, after))
    return ", ".join(f"{name}: {old.get(name, '–')} → {earned}" for name, earned in new.items() if old.get(name) != earned and name != "Score")


def _tests(before: str, after: str) -> str:
    return f"was: {before}; now: {after}" if before != after else after


def _said(notebook: str, cell: str) -> str:
    """What the test in a cell said of the student's work, as it stands in an autograded notebook."""
    for found in json.loads(notebook)["cells"]:
        if found["metadata"].get("nbgrader", {}).get("grade_id") == cell:
            errors = [output for output in found.get("outputs", []) if output.get("output_type") == "error"]
            return " ".join(str(errors[0].get("evalue") or errors[0].get("ename")).split())[:300] if errors else _PASSED
    return "not in the notebook"


def _log(course: Course, assignment: str, changes: list[Change], because: str, now: datetime, who: str) -> None:
    """Add a line for each change; lines are never altered."""
    place = log_of(course, assignment)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a", encoding="utf-8") as log:
        for change in changes:
            line: Mapping[str, Any] = {"when": now.isoformat(), "who": who, "because": because, **vars(change)}
            log.write(json.dumps(line, ensure_ascii=False) + "\n")


def _tell(course: Course, submission: Submission, had: Mapping[Any, float], changes: list[Change], because: str, now: datetime) -> None:
    """Add a sentence to the feedback of a student whose points change."""
    moved: dict[str, float] = defaultdict(float)
    for change in changes:
        moved[change.exercise] += change.by
    parts = [f"{exercise} from {had[exercise]:g} to {had[exercise] + by:g} points" for exercise, by in moved.items() if abs(by) > 1e-9]
    if parts:
        tell(course, submission, f"{now.day} {now:%B %Y}: {', '.join(parts)}. {because.strip()}")
