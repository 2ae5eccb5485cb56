"""Takes marks out of the gradebook to where they are needed, each once: what is in a file is remembered beside it, in `gradebook/exports/state.json`.

A student with an answer that waits for a person is held back, unless provisional marks are asked for. What lateness costs is worked out anew from the
policy and the marks of the moment. Nothing here changes the gradebook. The forms of the files are those of `isa.teaching.lms`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from nbgrader.api import Gradebook

from isa.grading import roster
from isa.grading.course import Course, CourseError
from isa.grading.feedback.place import replaced
from isa.grading.nbgrader_late import LateRules
from isa.grading.roster import Student
from isa.teaching import csvfile, late, record
from isa.teaching.lms import FORMS, Form, Marks
from isa.teaching.record import Record

_VERSION = 1


@dataclass(frozen=True)
class Choice:
    """What is exported: the form, everything or only what changed, provisional marks too or not, each exercise for an LMS, and what it calls the assignment."""

    to: str
    everything: bool = False
    provisional: bool = False
    exercises: bool = False
    column: str = ""


@dataclass(frozen=True)
class Change:
    """A student whose marks are exported: the mark now, and the one exported before (None where there was none)."""

    student: str
    name: str
    now: float
    before: float | None


@dataclass(frozen=True)
class Export:
    """What one assignment gives.

    Attributes:
        form: the rows to write.
        changes: who is in it.
        unchanged: how many students are not, because their marks were exported as they are.
        waiting: name -> how many answers a person has still to read; these are held back, unless provisional marks were asked for.
        stale: those of them whose last export was another mark.
        missing: names of the roster who have no marks: they handed in nothing, or nothing that could be graded.
        complaints: a line for each student who had to be left out.
    """

    assignment: str
    form: Form
    changes: tuple[Change, ...]
    unchanged: int
    waiting: dict[str, int] = field(hash=False)
    stale: tuple[str, ...]
    missing: tuple[str, ...]
    complaints: tuple[str, ...]
    sent: dict[str, dict[str, Any]] = field(hash=False)
    column: str


def planned(course: Course, book: Gradebook, assignments: Sequence[str], choice: Choice) -> list[Export]:
    """What there is to export of each assignment; writes nothing.

    Raises:
        CourseError: the gradebook does not know an assignment, a column is named for more than one, or roster or state are wrong.
        isa.yamlfile.FileError: the policy is wrong.
    """
    if choice.to not in FORMS:
        raise CourseError(f"--to: found {choice.to!r}, expected one of {', '.join(FORMS)}")
    if choice.column and (len(assignments) != 1 or choice.to not in ("canvas", "moodle")):
        raise CourseError("--column names one assignment as Canvas or Moodle calls it: export that assignment alone, with --to canvas or --to moodle")
    path = course.gradebook / "roster.csv"
    class_list = roster.read(path) if path.is_file() else None
    rules = LateRules.beside(course.gradebook / "policy.yml")
    state = _state(course)
    return [_planned(record.read(book, name), class_list, rules, choice, state) for name in assignments]


def written(course: Course, exports: list[Export], choice: Choice, now: datetime, output: Path | None = None) -> list[Path]:
    """Write what was planned, a file for each assignment (`long`: one for all), and remember it; without rows there is no file.

    Args:
        course: into whose `gradebook/exports` the files go.
        exports: what was planned.
        choice: as it was planned with.
        now: the time in the files' names, of the class's own clock.
        output: the one file to write instead.

    Raises:
        CourseError: `output` would have to be several files, or a file cannot be written.
    """
    full = [export for export in exports if export.changes]
    bundles = [full] if choice.to == "long" and full else [[export] for export in full]
    if output is not None and len(bundles) > 1:
        raise CourseError(f"--output: one file cannot hold {len(bundles)} assignments in this form; export them one by one, or leave --output out")
    folder = course.gradebook / "exports"
    files = {output or _place(folder, bundle, choice.to, now): _content([export.form for export in bundle]) for bundle in bundles}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            replaced(path.absolute(), content)
        if full or any(export.column != export.assignment for export in exports):
            _remember(course, exports, choice.to)
    except OSError as error:
        raise CourseError(f"{error.filename} cannot be written ({error.strerror}); nothing of it counts as exported") from None
    return list(files)


def _planned(now: Record, class_list: dict[str, Student] | None, rules: LateRules, choice: Choice, state: dict[str, Any]) -> Export:
    column = choice.column or state["columns"].get(choice.to, {}).get(now.assignment, now.assignment)
    before: dict[str, dict[str, Any]] = state["sent"].get(choice.to, {}).get(now.assignment, {})
    people = _people(now, class_list)
    marks = Marks(now, late.penalties(now, rules), people, column, choice.exercises)
    form = FORMS[choice.to](marks)
    waiting = {str(student): int(count) for student, count in marks.waiting.items() if count}
    values = _values(form)
    scores = {student: round(float(marks.late["score"][student]), 4) for student in values}
    sent: dict[str, dict[str, Any]] = {student: {"mark": scores[student], "row": row} for student, row in values.items()}
    ready = [student for student in values if choice.provisional or student not in waiting]
    taken = [student for student in ready if choice.everything or before.get(student, {}).get("row") != values[student]]
    return Export(
        now.assignment,
        replace(form, table=form.table[[student in set(taken) for student in form.table.index]]),
        tuple(Change(student, people[student].name, scores[student], before.get(student, {}).get("mark")) for student in taken),
        len(ready) - len(taken),
        {people[student].name: count for student, count in waiting.items()},
        tuple(people[s].name for s in waiting if s in before and before[s]["row"] != values.get(s) and s not in ready),
        tuple(one.name for student, one in (class_list or {}).items() if student not in now.students.index),
        tuple(line for student, line in form.complaints.items() if choice.provisional or student not in waiting),
        {student: sent[student] for student in taken},
        column,
    )


def _people(now: Record, class_list: dict[str, Student] | None) -> dict[str, Student]:
    """The students of a record, by what the roster says, else the gradebook."""
    known = class_list or {}
    return {
        str(student): known.get(str(student)) or Student(str(student), str(row["first_name"]), str(row["last_name"]), str(row["email"]))
        for student, row in now.students.iterrows()
    }


def _values(form: Form) -> dict[str, list[list[str]]]:
    """Student -> the cells that hold marks, row by row, as they stand in a file."""
    found: dict[str, list[list[str]]] = {}
    for student, row in zip(form.table.index, form.table[list(form.marks)].itertuples(index=False, name=None), strict=True):
        found.setdefault(str(student), []).append([csvfile.cell(value) for value in row])
    return found


def _content(forms: list[Form]) -> bytes:
    heads = [form.head for form in forms if len(form.head)]
    return csvfile.content(pd.concat([*heads, *(form.table for form in forms)], ignore_index=True))


def _place(folder: Path, bundle: list[Export], to: str, now: datetime) -> Path:
    """A new file: the last one may not have been imported yet, and holds what the next one will not."""
    what = bundle[0].assignment if len(bundle) == 1 else f"{len(bundle)}-assignments"
    stem = f"{now:%Y-%m-%d-%H%M%S}-{what}-{to}"
    others = len(list(folder.glob(f"{stem}*.csv")))
    return folder / (f"{stem}-{others + 1}.csv" if others else f"{stem}.csv")


def _state_file(course: Course) -> Path:
    return course.gradebook / "exports" / "state.json"


def _state(course: Course) -> dict[str, Any]:
    path = _state_file(course)
    if not path.is_file():
        return {"version": _VERSION, "sent": {}, "columns": {}}
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        if state["version"] == _VERSION and all(isinstance(state[part], dict) for part in ("sent", "columns")):
            return dict(state)
    except (OSError, ValueError, TypeError, KeyError):
        pass
    raise CourseError(f"{path}: is no record of earlier exports that can be read; move it away, and the next export holds everything")


def _remember(course: Course, exports: list[Export], to: str) -> None:
    state = _state(course)
    for export in exports:
        state["sent"].setdefault(to, {}).setdefault(export.assignment, {}).update(export.sent)
        if export.column != export.assignment:
            state["columns"].setdefault(to, {})[export.assignment] = export.column
    replaced(_state_file(course), (json.dumps(state, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
