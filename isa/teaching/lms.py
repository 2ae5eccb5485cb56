"""Marks in the forms that a learning platform or a statistician imports. Tables in, tables out.

**Canvas** (`canvas`): the gradebook's own CSV. Its importer wants `Student`, `ID`, `SIS User ID`, `SIS Login ID` and `Section` in this order before the first
assignment, and a row whose first cell holds "Points Possible". It finds a student by ID, then by SIS ID, then by login, then by name; an assignment by the id
in brackets at the end of its column's name, then by its title, and makes a new one where there is none. A blank cell takes away the mark that is there: so
there is no blank cell, and each file holds one assignment. Scores are compared at two decimals.
Sources: Canvas' `lib/gradebook_importer.rb` and `lib/gradebook_exporter.rb` (https://github.com/instructure/canvas-lms); its guide "How do I import grades in
the Gradebook?" (https://community.canvaslms.com/t5/Instructor-Guide/How-do-I-import-grades-in-the-Gradebook/ta-p/807), retold by Ohio State University
(https://teaching.resources.osu.edu/toolsets/carmencanvas/guides/calculating-final-grades/import-csv-file-carmen-grades).

**Moodle** (`moodle`): *Grades > Import > CSV file*. Any column can be mapped: one identifies the student ("ID number" to useridnumber, "Email address" to
useremail), the mark goes to a grade item and the feedback to its feedback; other columns are ignored. One student who is not found stops the whole import, so
nobody is listed without the identification that the others have. Feedback without the mark beside it wipes the mark: both columns are always there.
Sources: https://docs.moodle.org/405/en/Grade_import (notes 1 to 3; e-mail addresses are case sensitive) and `grade/import/csv/classes/load_data.php`
(https://github.com/moodle/moodle).

**csv**: a row a student, with the exercises; **long**: a row for each student and grade cell, and one for what lateness cost, so that the scores add up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from isa.grading.course import CourseError
from isa.grading.roster import Student
from isa.teaching.csvfile import safe
from isa.teaching.record import Record

POINTS_POSSIBLE = "Points Possible"
MOODLE_AT_MOST = 100  # points, unless the site allows more


@dataclass(frozen=True)
class Marks:
    """The marks of an assignment as they stand now.

    Attributes:
        record: what the gradebook says of it.
        late: `penalty` (points), `score` (what is left) and `why`, a row for each student.
        people: the students of the record as the roster has them; without a roster, as the gradebook has them.
        column: what the LMS calls the assignment.
        exercises: whether Canvas and Moodle get each exercise too.
    """

    record: Record
    late: pd.DataFrame = field(hash=False)
    people: dict[str, Student] = field(hash=False)
    column: str
    exercises: bool = False

    @property
    def waiting(self) -> pd.Series:
        """Student -> how many answers wait for a person."""
        return self.record.grades.groupby("student")["waiting"].sum().reindex(self.record.students.index, fill_value=0).astype(int)


@dataclass(frozen=True)
class Form:
    """Marks in the form of a file.

    Attributes:
        table: the rows, by student (who may have several), without those who cannot be told apart.
        head: rows that stand above them and belong to nobody.
        marks: the columns that hold marks; the others say whose they are.
        complaints: a line for each student who had to be left out.
        by_name: students whom the LMS can find by their name alone.
        advice: what whoever imports the file should know.
    """

    table: pd.DataFrame = field(hash=False)
    head: pd.DataFrame = field(hash=False)
    marks: tuple[str, ...]
    complaints: dict[str, str] = field(hash=False, default_factory=dict)
    by_name: frozenset[str] = frozenset()
    advice: tuple[str, ...] = ()


def canvas(marks: Marks) -> Form:
    """The gradebook CSV of Canvas for one assignment; with `exercises`, each exercise and what lateness cost is an assignment of Canvas."""
    students = [marks.people[str(student)] for student in marks.record.students.index]
    identity = {
        "Student": [_last_first(one) for one in students],
        "ID": [_id(one, "canvas_id") for one in students],
        "SIS User ID": [_id(one, "sis_id") for one in students],
        "SIS Login ID": [_id(one, "login") or _id(one, "username") for one in students],
        "Section": [one.section for one in students],
    }
    scores = _scores(marks)
    table = pd.DataFrame(identity | scores, index=marks.record.students.index)
    worth = {f"{marks.column} {name}": points for name, points in _worth(marks.record).items()} | {f"{marks.column} late": 0.0}
    possible = {name: worth.get(name, marks.record.points) for name in scores}
    head = pd.DataFrame([dict.fromkeys(identity, "") | {"Student": POINTS_POSSIBLE} | possible], columns=table.columns)
    known = zip(students, identity["ID"], identity["SIS User ID"], identity["SIS Login ID"], strict=True)
    by_name = frozenset(one.id for one, *ids in known if not any(ids))
    advice = f"Canvas makes a new assignment where it knows none called {marks.column!r}: name the one that is there with --column 'TITLE (ID)'"
    return Form(table, head, tuple(scores), by_name=by_name, advice=(advice,) if marks.column == marks.record.assignment else ())


def moodle(marks: Marks) -> Form:
    """The CSV for Moodle's grade import: identification, mark, feedback, and with `exercises` a column for each exercise.

    Raises:
        CourseError: nobody has what Moodle finds students by.
    """
    students = {student: marks.people[str(student)] for student in marks.record.students.index}
    numbers = {student: _id(one, "moodle_id") for student, one in students.items()}
    emails = {student: one.email if safe(one.email) == one.email else "" for student, one in students.items()}
    by_number = bool(sum(map(bool, numbers.values())) >= sum(map(bool, emails.values())) and any(numbers.values()))
    known, what, column, field_name = (
        (numbers, "moodle_id", "ID number", "useridnumber") if by_number else (emails, "e-mail address", "Email address", "useremail")
    )
    if students and not any(known.values()):
        raise CourseError("Moodle could find nobody: found no moodle_id and no e-mail address, expected a column moodle_id or email in gradebook/roster.csv")
    scores = _scores(marks)
    table = pd.DataFrame(
        {
            "First name": [one.first_name for one in students.values()],
            "Last name": [one.last_name for one in students.values()],
            column: list(known.values()),
            marks.column: [float(score) for score in marks.late["score"]],
            f"{marks.column} (Feedback)": [_in_words(marks, str(student)) for student in students],
        }
        | (scores if marks.exercises else {}),
        index=marks.record.students.index,
    )
    if f"{marks.column} late" in table:  # a grade item of Moodle cannot go below nothing; the mark has it already
        table = table.drop(columns=f"{marks.column} late")
    complaints = {
        str(student): f"{student}: has no {what} in the roster that could be used, so Moodle cannot find the student"
        for student, one in known.items()
        if not one
    }
    advice = [f"in Moodle, map from {column!r} to {field_name}, {marks.column!r} to its grade item and the feedback column to that item's feedback"]
    if float(marks.record.points) > MOODLE_AT_MOST:
        advice.append(f"{marks.record.points:g} points are more than Moodle takes unless the site's unlimitedgrades is on")
    found = table[[bool(one) for one in known.values()]]
    return Form(found, table.head(0), tuple(table.columns[3:]), complaints, advice=tuple(advice))


def by_student(marks: Marks) -> Form:
    """A row a student: who, the mark and what it is made of, and the points of each exercise."""
    students = [marks.people[str(student)] for student in marks.record.students.index]
    identity = {
        "student": list(marks.record.students.index),
        "first_name": [one.first_name for one in students],
        "last_name": [one.last_name for one in students],
        "email": [one.email for one in students],
        "section": [one.section for one in students],
        "assignment": marks.record.assignment,
    }
    made = {
        "mark": marks.late["score"],
        "points": marks.record.points,
        "score": marks.record.scores(),
        "penalty": marks.late["penalty"],
        "late": marks.late["why"],
        "waiting": marks.waiting,
        "came": _times(marks.record.students["came"]),
    }
    table = pd.DataFrame(identity | made, index=marks.record.students.index).join(marks.record.by_exercise())
    return Form(table, table.head(0), tuple(name for name in table.columns if name not in identity))


def long(marks: Marks) -> Form:
    """A row for each student and grade cell, without names; one more, of kind `late`, for each student who loses points."""
    record = marks.record
    cells = record.grades.join(record.cells, on="cell")
    lost = marks.late.loc[marks.late["penalty"] > 0, "penalty"]
    late = pd.DataFrame({"student": lost.index, "cell": "", "exercise": "late", "kind": "late", "points": 0.0, "score": -lost.to_numpy(), "waiting": False})
    order = {name: at for at, name in enumerate(record.cells.index)}
    rows = pd.concat([cells, late], ignore_index=True) if len(late) else cells
    rows = rows.assign(
        assignment=record.assignment,
        section=[marks.people[str(student)].section for student in rows["student"]],
        at=rows["cell"].map(order).fillna(len(order)),
    ).sort_values(["student", "at"], kind="stable")
    names = ["student", "section", "assignment", "exercise", "cell", "kind", "points", "auto", "manual", "extra", "score", "waiting"]
    table = rows[names].astype({"waiting": bool}).set_index("student", drop=False)
    return Form(table, table.head(0), tuple(names[3:]))


FORMS: dict[str, Callable[[Marks], Form]] = {"canvas": canvas, "moodle": moodle, "csv": by_student, "long": long}


def _scores(marks: Marks) -> dict[str, list[float]]:
    """Column of the LMS -> the marks: one column, or the exercises and what lateness takes off them."""
    if not marks.exercises:
        return {marks.column: [float(score) for score in marks.late["score"]]}
    by_exercise = marks.record.by_exercise()
    columns = {f"{marks.column} {name}": [float(score) for score in by_exercise[name]] for name in by_exercise.columns}
    return columns | {f"{marks.column} late": [-float(lost) + 0.0 for lost in marks.late["penalty"]]}


def _worth(record: Record) -> dict[str, float]:
    return {str(name): float(points) for name, points in record.cells.groupby("exercise", sort=False)["points"].sum().items()}


def _in_words(marks: Marks, student: str) -> str:
    """What a mark is made of, for the student.

    Such as "q1 2 of 2, s1 0 of 1. 2 hours late, so 1 day begun at 10 %: 10 %, 0.2 points less."
    """
    earned = marks.record.by_exercise().loc[student]
    said = [", ".join(f"{name} {earned[name]:g} of {points:g}" for name, points in _worth(marks.record).items())]
    why, lost = str(marks.late.loc[student, "why"]), float(marks.late["penalty"][student])
    if why:
        said.append(f"{why}, {lost:.3g} points less" if lost else why)
    if marks.waiting[student]:
        said.append("Provisional: a person has still to read a part of it")
    return ". ".join(part for part in said if part) + "."


def _last_first(student: Student) -> str:
    return ", ".join(filter(None, [student.last_name, student.first_name])) or student.id


def _id(student: Student, column: str) -> str:
    """What the roster has in a column of ids; nothing where a spreadsheet would run it, since an id with a mark before it is nobody's."""
    found = student.by_column.get(column, "")
    return found if safe(found) == found else ""


def _times(when: pd.Series) -> pd.Series:
    return when.dt.strftime("%Y-%m-%dT%H:%M:%SZ").where(when.notna(), "")
