"""Turns marks that an instructor gave in formgrader into decisions, from which the marker of short answers learns; only where told to.

The gradebook has one mark for the whole of an answer, the marker learns point by point. So only marks that settle each point are taken:
nothing, everything, or any mark where the question has one point.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from datetime import datetime

from isa.answers import decisions
from isa.answers.decisions import Decision
from isa.answers.question import MarkScheme
from isa.grading import short_answers
from isa.grading.course import Course, Submission
from isa.grading.marks import Blueprint, answers
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.nbgrader_marks import blueprint
from isa.grading.reading import Unreadable


@dataclass
class Learned:
    """What became of the marks that a person gave: decisions that were added, how many were known before, and a line for each that was left out."""

    added: list[Decision] = field(default_factory=list)
    known: int = 0
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Given:
    """A mark that a person gave for the answer in a cell."""

    submission: Submission
    cell: str
    score: float


def from_gradebook(nbgrader: Nbgrader, assignment: str, who: str, now: datetime) -> Learned:
    """Add the manual marks of an assignment to its decisions; a second time adds nothing.

    Raises:
        CourseError, isa.yamlfile.FileError: the assignment has no gradebook, or a mark scheme, specimens or decisions are not in order.
    """
    course, learned = nbgrader.course, Learned()
    nbgrader.prepare(assignment, None, None)
    with nbgrader.gradebook() as book:
        plan = blueprint(course, book, assignment, nbgrader.config)
        handed_in = {submission.student: submission for submission in course.submissions(assignment)}
        given = [
            _Given(handed_in[notebook.student.id], grade.name, grade.manual_score)
            for notebook in book.notebook_submissions(assignment, assignment)
            for grade in notebook.grades
            if grade.manual_score is not None and grade.name in plan.questions and notebook.student.id in handed_in
        ]
    given.sort(key=lambda one: (one.submission.student, one.cell))
    path = short_answers.decisions_file(course, assignment)
    before = decisions.read(path)
    standing = {(made.cell, made.answer): dict(made.points) for made in before.standing}
    withdrawn = [(made.cell, made.answer, dict(made.points)) for made in before.withdrawn]
    for one in given:
        settled = _settled(plan, one, course)
        if isinstance(settled, str):
            learned.left_out.append(f"{one.submission.student}, {one.cell}: {settled}")
            continue
        answer, points = settled
        if standing.get((one.cell, answer)) == points:
            learned.known += 1
        elif (one.cell, answer, points) in withdrawn:
            learned.left_out.append(f"{one.submission.student}, {one.cell}: this decision was withdrawn before, and stays withdrawn")
        elif (one.cell, answer) in standing:
            learned.left_out.append(f"{one.submission.student}, {one.cell}: another mark for the same words stands; withdraw that decision first")
        else:
            learned.added.append(decisions.append(path, one.cell, answer, points, who, now))
            standing[one.cell, answer] = points
    return learned


def _settled(plan: Blueprint, given: _Given, course: Course) -> tuple[str, dict[str, float]] | str:
    """The answer and its marks by point; or why the mark teaches nothing."""
    points = by_point(plan.questions[given.cell].scheme, given.score)
    if isinstance(points, str):
        return points
    try:
        typed, shown = answers(plan, given.submission.notebook)[given.cell]
    except (OSError, Unreadable) as error:
        return f"what was handed in cannot be read ({error})"
    if shown != _shown_to_graders(course, given):
        return "it was handed in again since it was graded, so the mark may be for other words; run isa grade, and mark it again"
    answer = short_answers.written(typed, plan.cells[given.cell].source)
    return (answer, points) if answer else "nothing was written, so there is nothing to learn"


def by_point(scheme: MarkScheme, score: float) -> dict[str, float] | str:
    """What a mark for the whole answer says of each point; or why it does not say it.

    >>> from isa.answers.question import Point
    >>> by_point(MarkScheme((Point("P1", 1, "It rains."), Point("P2", 2, "It pours."))), 3)
    {'P1': 1, 'P2': 2}
    """
    if math.isclose(score, 0, abs_tol=1e-9):
        return {point.name: 0.0 for point in scheme.points}
    if not 0 < score <= scheme.marks + 1e-9:
        return f"{score:g} is no mark between 0 and {scheme.marks:g}"
    if len(scheme.points) == 1:
        return {scheme.points[0].name: score}
    if not math.isclose(score, scheme.marks):
        return f"{score:g} of {scheme.marks:g} does not say which points were earned"
    if scheme.any_of:
        return f"full marks do not say which of {', '.join(name for group in scheme.any_of for name in group.points)} were earned"
    return {point.name: point.marks for point in scheme.points}


def _shown_to_graders(course: Course, given: _Given) -> str | None:
    """The answer in the autograded notebook: what the person saw who marked it."""
    path = course.root / "autograded" / given.submission.student / given.submission.assignment / given.submission.notebook.name
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except OSError:
        return None
    return next(("".join(cell["source"]) for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") == given.cell), None)
