"""Grades what a class handed in for an assignment, one submission after the other, and says what was left out and why."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from isa.grading import policy
from isa.grading.course import Course, CourseError, Submission
from isa.grading.nbgrader_edge import GradingFailed, Nbgrader


@dataclass(frozen=True)
class Outcome:
    """What became of one submission: `problem` is empty, or says in one line why it was left out."""

    submission: Submission
    problem: str = ""


# Goes through submissions and shows how far it is.
Progress = Callable[[Iterable[Submission]], Iterable[Submission]]


def chosen(course: Course, assignment: str, students: list[str]) -> tuple[list[Submission], list[str]]:
    """The submissions of these students (of all when none is named), and a line of complaint for each name that has none."""
    handed_in = course.submissions(assignment)
    if not handed_in:
        return [], [f"{assignment}: nothing handed in; expected submitted/STUDENT/{assignment}/{assignment}.ipynb"]
    known = [submission.student for submission in handed_in]
    complaints = []
    for student in students:
        if student not in known:
            near = difflib.get_close_matches(student, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            complaints.append(f"{student}: unknown student, nothing of that name handed in for {assignment}{hint}")
    return [s for s in handed_in if not students or s.student in students], complaints


def grade(nbgrader: Nbgrader, assignment: str, submissions: list[Submission], progress: Progress) -> list[Outcome]:
    """Grade submissions of one assignment.

    Raises:
        CourseError: nothing can be graded at all: the roster, the policy or the assignment itself is wrong.
    """
    course = nbgrader.course
    nbgrader.check_isolation()
    roster = course.roster()
    nbgrader.prepare(assignment, _due(course, assignment), roster)
    return [_grade_one(nbgrader, submission, roster) for submission in progress(submissions)]


def feedback(nbgrader: Nbgrader, submissions: list[Submission], progress: Progress) -> list[Outcome]:
    """Write the feedback page of each graded submission."""
    outcomes = []
    for submission in progress(submissions):
        problem = ""
        if not nbgrader.is_graded(submission):
            problem = "not graded, so there is no feedback to write; run isa grade first"
        else:
            try:
                nbgrader.feedback(submission)
            except GradingFailed as error:
                problem = str(error)
        outcomes.append(Outcome(submission, problem))
    return outcomes


def _grade_one(nbgrader: Nbgrader, submission: Submission, roster: dict[str, dict[str, str]] | None) -> Outcome:
    if roster is not None and submission.student not in roster:
        return Outcome(submission, "unknown student: not in gradebook/roster.csv")
    problem = submission.why_unreadable()
    if not problem:
        try:
            nbgrader.autograde(submission)
        except GradingFailed as error:
            problem = str(error)
    return Outcome(submission, problem)


def _due(course: Course, assignment: str) -> datetime | None:
    path = course.gradebook / "policy.yml"
    deadlines = policy.read(path).due if path.is_file() else {}
    for name in deadlines:
        if name not in course.assignments():
            raise CourseError(f"{path}: a deadline for {name}, which is no assignment")
    return deadlines.get(assignment)
