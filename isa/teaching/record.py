"""What the gradebook says of an assignment, as tables: the one place from which reports, exports and the review desk read it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
from nbgrader.api import Assignment, BaseCell, Comment, Grade, Gradebook, GradeCell, Student, SubmittedAssignment, SubmittedNotebook, TaskCell
from sqlalchemy import func, select

from isa.grading.course import CourseError


@dataclass(frozen=True)
class Record:
    """An assignment as the gradebook holds it.

    Attributes:
        assignment: its name.
        due: the deadline, in UTC and without a zone, as the gradebook keeps it; None where there is none.
        cells: a row for each grade cell, in the order of the notebook, by `cell`: `exercise` (such as "q3" for "q3_a"), `kind` ("tests", "answer" or "task"),
            `points`.
        students: a row for each student who has handed in, by `student`: `first_name`, `last_name`, `email`, `came` (UTC, no zone; missing where unknown),
            `seconds_late` (0 where in time), `extension` (of the deadline, as the gradebook grants it) and `penalty` (points), as last graded:
            `isa.teaching.late` has them by today's policy and marks.
        grades: a row for each student and grade cell: `student`, `cell`, `auto`, `manual` (missing where nobody gave one), `extra`, `score` (0 where there is
            none yet), `waiting` (for a person), `said` (the automatic comment) and `comment` (a person's).
    """

    assignment: str
    due: datetime | None
    cells: pd.DataFrame = field(hash=False)
    students: pd.DataFrame = field(hash=False)
    grades: pd.DataFrame = field(hash=False)

    @property
    def points(self) -> float:
        """What the assignment is worth."""
        return float(self.cells["points"].sum())

    def scores(self) -> pd.Series:
        """Student -> sum of the scores, before any penalty."""
        return self.grades.groupby("student")["score"].sum().reindex(self.students.index, fill_value=0.0)

    def by_exercise(self) -> pd.DataFrame:
        """Scores with a row for each student and a column for each exercise."""
        wide = self.grades.assign(exercise=self.grades["cell"].map(self.cells["exercise"])).pivot_table("score", "student", "exercise", aggfunc="sum")
        return wide.reindex(index=self.students.index, columns=self.cells["exercise"].unique(), fill_value=0.0)


def read(book: Gradebook, assignment: str) -> Record:
    """Read an assignment, in five queries whatever the size of the class.

    Raises:
        CourseError: the gradebook does not know the assignment.
    """
    row = book.db.execute(select(Assignment.id, Assignment.duedate).where(Assignment.name == assignment)).first()
    if row is None:
        raise CourseError(f"the gradebook does not know {assignment}: nothing of it has been graded; run isa grade {assignment}")
    found, due = row
    return Record(assignment, due, _cells(book, assignment), _students(book, found, due), _grades(book, found))


def exercise_of(cell: str) -> str:
    """The exercise to which a grade cell belongs.

    >>> exercise_of("q3_b"), exercise_of("s1")
    ('q3', 's1')
    """
    return re.sub(r"_[a-z]+$", "", cell)


def _cells(book: Gradebook, assignment: str) -> pd.DataFrame:
    notebooks = book.find_assignment(assignment).notebooks
    order = {cell.name: at for notebook in notebooks for at, cell in enumerate(notebook.source_cells)}
    graded = [(cell.name, "tests" if cell.cell_type == "code" else "answer", cell.max_score) for notebook in notebooks for cell in notebook.grade_cells]
    graded += [(cell.name, "task", cell.max_score) for notebook in notebooks for cell in notebook.task_cells]
    rows = [(name, exercise_of(name), kind, float(points)) for name, kind, points in sorted(graded, key=lambda cell: order.get(cell[0], len(order)))]
    return pd.DataFrame(rows, columns=["cell", "exercise", "kind", "points"]).set_index("cell")


def _students(book: Gradebook, assignment: str, due: datetime | None) -> pd.DataFrame:
    query = (
        select(Student.id, Student.first_name, Student.last_name, Student.email, SubmittedAssignment.timestamp, SubmittedAssignment.extension)
        .add_columns(func.sum(SubmittedNotebook.late_submission_penalty))
        .join(SubmittedAssignment, SubmittedAssignment.student_id == Student.id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(SubmittedAssignment.assignment_id == assignment)
        .group_by(Student.id, SubmittedAssignment.id)
        .order_by(Student.id)
    )
    rows = [
        (student, first or "", last or "", email or "", came, _late(came, due, extension), extension or timedelta(), float(penalty or 0.0))
        for student, first, last, email, came, extension, penalty in book.db.execute(query)
    ]
    names = ["student", "first_name", "last_name", "email", "came", "seconds_late", "extension", "penalty"]
    return pd.DataFrame(rows, columns=names).astype({"came": "datetime64[us]", "extension": "timedelta64[us]"}).set_index("student")


def _late(came: datetime | None, due: datetime | None, extension: timedelta | None) -> float:
    return max(0.0, (came - due - (extension or timedelta())).total_seconds()) if came and due else 0.0


def _grades(book: Gradebook, assignment: str) -> pd.DataFrame:
    tests, tasks = GradeCell.__table__, TaskCell.__table__
    query = (
        select(SubmittedAssignment.student_id, BaseCell.name, Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(BaseCell.__table__, Grade.cell_id == BaseCell.id)
        .outerjoin(tests, tests.c.id == BaseCell.id)
        .outerjoin(tasks, tasks.c.id == BaseCell.id)
        .where(SubmittedAssignment.assignment_id == assignment)
    )
    rows = [tuple(row) for row in book.db.execute(query)]
    grades = pd.DataFrame(rows, columns=["student", "cell", "auto", "manual", "extra", "waiting"]).astype({"auto": float, "manual": float, "extra": float})
    # A person's mark counts before the automatic one, and neither where nobody has marked yet.
    grades["score"] = grades["manual"].fillna(grades["auto"]).fillna(0.0) + grades["extra"].fillna(0.0)
    grades["waiting"] = grades["waiting"].astype(bool)
    return grades.merge(_comments(book, assignment), on=["student", "cell"], how="left").fillna({"said": "", "comment": "", "extra": 0.0})


def _comments(book: Gradebook, assignment: str) -> pd.DataFrame:
    query: Any = (
        select(SubmittedAssignment.student_id, BaseCell.name, Comment.auto_comment, Comment.manual_comment)
        .join(SubmittedNotebook, Comment.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(BaseCell.__table__, Comment.cell_id == BaseCell.id)
        .where(SubmittedAssignment.assignment_id == assignment)
    )
    rows = [(student, cell, said or "", comment or "") for student, cell, said, comment in book.db.execute(query)]
    return pd.DataFrame(rows, columns=["student", "cell", "said", "comment"])
