"""Puts a report together: gathers, computes, and writes the files. What the command calls."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from isa.grading.feedback.place import replaced
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching.report import gather, numbers, page, tables, term
from isa.teaching.report.gather import Marking, Term
from isa.teaching.report.page import Table


@dataclass(frozen=True)
class Gathered:
    """What a report is about: an assignment (the last of `term`), or the whole course where `assignment` is None."""

    assignment: str | None
    term: Term
    marking: Marking

    @property
    def name(self) -> str:
        """What its files are called."""
        return self.assignment or "course"


def gathered(nbgrader: Nbgrader, assignment: str | None, now: datetime) -> Gathered:
    """Read what a report needs.

    Raises:
        CourseError: nothing has been graded, or the roster is not in order.
        isa.yamlfile.FileError: course.yml is not in order.
    """
    class_ = gather.until(nbgrader, now, assignment)
    return Gathered(assignment, class_, gather.marking(nbgrader.course, class_.records[-1]) if assignment else gather.Marking({}, pd.DataFrame()))


def instructors(found: Gathered, folder: Path, now: datetime, csv: bool) -> list[Path]:
    """Write the page for instructors and, if wished, a folder of CSV files, and say where; everything is made before anything is written."""
    made = page.for_assignment(found.term, found.marking, now) if found.assignment else page.for_course(found.term, now)
    sheets = as_tables(found) if csv else {}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{found.name}.html"
    replaced(path, made.encode())
    if csv:
        tables.write(sheets, folder / found.name)
    return [path, *([folder / found.name] if csv else [])]


def students_pages(found: Gathered, folder: Path, now: datetime, students: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Write the pages of some students (of all where none is named); the files, and a line for each name that is nobody's."""
    known = found.term.names
    complaints = []
    for student in students:
        if student not in known:
            near = difflib.get_close_matches(student, known, n=1)
            complaints.append(f"{student}: unknown student, neither in the roster nor in the gradebook{f'; did you mean {near[0]}?' if near else ''}")
    chosen = [student for student in known if student in students or not students]
    into = folder / "students" / found.name
    own = page.own(found.term, whole_course=found.assignment is None)
    written = []
    for student in chosen:
        made = page.for_student(found.term, own, student, now)
        into.mkdir(parents=True, exist_ok=True)
        path = into / f"{_file_name(student)}.html"
        replaced(path, made.encode())
        written.append(path)
    return written, complaints


def as_tables(found: Gathered) -> dict[str, pd.DataFrame]:
    """The numbers of a report as tables, by the name of their file."""
    class_ = found.term
    mastered = term.mastery(class_.records if found.assignment is None else class_.records[-1:], class_.syllabus) if class_.syllabus else pd.DataFrame()
    names = pd.Series(class_.names, name="name").rename_axis("student")
    sheets: dict[str, pd.DataFrame] = {"talk-to": names.to_frame().join(term.to_talk_to(class_.records, class_.standings), how="inner")}
    if not mastered.empty and class_.syllabus:
        sheets |= {"objectives": term.objectives(mastered, class_.syllabus), "objectives-by-student": mastered}
    if found.assignment is None:
        totals = term.totals(class_.records, class_.weights, class_.standings)
        return sheets | {"marks": names.to_frame().join(totals), "handed-in": names.to_frame().join(class_.standings)}
    record = class_.records[-1]
    own = record.students.assign(score=record.scores(), handed_in=class_.standings[record.assignment].reindex(record.students.index))
    sheets |= {
        "students": own[["first_name", "last_name", "handed_in", "seconds_late", "score", "penalty"]].join(numbers.marked(record)),
        "exercises": numbers.items(record),
        "tests": numbers.items(record, "cell"),
        "review-load": numbers.load(record).rename_axis("exercise"),
        "agreement": numbers.agreement(record).rename_axis("cell"),
        "points": numbers.points(record, found.marking.schemes),
        "misconceptions": numbers.misconceptions(record, found.marking.schemes),
    }
    return sheets | ({"drift": numbers.drift(found.marking.decided)} if len(found.marking.decided) else {})


def summary(found: Gathered) -> list[Table]:
    """What the terminal shows: the exercises of an assignment, or the assignments of the course."""
    if found.assignment is None:
        rows = []
        for record in found.term.records:
            states, shares = found.term.standings[record.assignment], numbers.shares(record)
            rows.append(
                (
                    record.assignment,
                    f"{len(record.students)}",
                    f"{(states == 'missing').sum()}",
                    f"{shares.median():.0%}",
                    f"{numbers.load(record)['waiting'].sum()}",
                )
            )
        return [Table("The course so far", ["assignment", "graded", "missing", "median", "to read"], rows, frozenset(range(1, 5)))]
    record = found.term.records[-1]
    items: Any = numbers.items(record)
    listed: list[Any] = [
        (str(e), f"{r.points:g}", page.percent(r.difficulty), page.decimal(r.discrimination), page.percent(r.none), r.remark) for e, r in items.iterrows()
    ]
    heads = ["exercise", "points", "difficulty", "discrimination", "no points", "to look at"]
    return [Table(f"{record.assignment}: {len(record.students)} graded", heads, listed, frozenset(range(1, 5)))]


def lines(found: Gathered) -> list[str]:
    """What the terminal says below the table."""
    talk = term.to_talk_to(found.term.records, found.term.standings)
    signs = pd.Series([sign for signs in talk["sign"] for sign in signs.split(", ")], dtype=object).value_counts()
    about = f" ({', '.join(f'{count} {sign}' for sign, count in signs.items())})" if len(signs) else ""
    said = [f"{len(talk)} students to talk to{about}."]
    if found.assignment is None:
        return said
    record = found.term.records[-1]
    spread, load = numbers.distribution(record), numbers.load(record)
    first = f"Mean {spread['mean']:.3g} of {record.points:g}, median {spread['median']:.3g}. {page.alpha(numbers.reliability(record))}"
    return [first, f"{load['waiting'].sum()} marks wait for a person, {load['by_person'].sum()} were decided by one.", *said]


def _file_name(student: str) -> str:
    """A student's id as the name of a file: what would lead into another folder is written otherwise."""
    return quote(student, safe=" @+,;=~'()&!").replace(".", "%2E", 1) if student.startswith(".") or "/" in student or "\\" in student else student
