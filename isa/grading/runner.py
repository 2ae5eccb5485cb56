"""Grades what a class handed in for an assignment, and says what was left out and why."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

from isa.grading import policy
from isa.grading.cluster import Cluster
from isa.grading.course import Course, CourseError, Outcome, Submission
from isa.grading.nbgrader_edge import Marker, Nbgrader, See
from isa.grading.pool import verdicts

# Goes through submissions as they are done and shows how far it is; the number is how many there are.
Progress = Callable[[Iterable[Submission], int], Iterable[Submission]]


def silently(submissions: Iterable[Submission], total: int) -> Iterable[Submission]:
    """No progress is shown."""
    return submissions


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


def grade(
    nbgrader: Nbgrader,
    assignment: str,
    submissions: list[Submission],
    progress: Progress,
    jobs: int | None = None,
    force: bool = False,
    cluster: Cluster | None = None,
    see: See | None = None,
    then: Callable[[Outcome], None] | None = None,
    dry: bool = False,
) -> list[Outcome]:
    """Grade submissions of one assignment; what has not changed is passed over, unless `force`.

    They are marked in `jobs` processes here (as many as there are processors), or by the workers of `cluster`. Each verdict is shown to `see` before it is
    recorded, and what became of it to `then`; with `dry` it is not recorded at all.

    Raises:
        CourseError: nothing can be graded at all: the roster, the policy or the assignment itself is wrong, nothing can be isolated here,
            the gradebook went away, or the cluster did.
    """
    course = nbgrader.course
    if cluster is None:
        nbgrader.check_isolation()
    mark: Marker = cluster.verdicts if cluster else partial(verdicts, jobs=jobs or os.cpu_count() or 1)
    roster = course.roster()
    due = _due(course, assignment)
    nbgrader.prepare(assignment, due, roster)
    found = {submission: Outcome(submission, _why_not(submission, roster)) for submission in submissions}
    ready = [submission for submission in submissions if not found[submission].problem]

    def done() -> Iterator[Submission]:
        yield from (submission for submission in submissions if found[submission].problem)
        for outcome in nbgrader.mark_all(assignment, ready, due, mark, force, see, dry):
            found[outcome.submission] = outcome
            if then:
                then(outcome)
            yield outcome.submission

    for _ in progress(done(), len(submissions)):
        pass
    return [found[submission] for submission in submissions]


def feedback(nbgrader: Nbgrader, assignment: str, submissions: list[Submission], progress: Progress) -> list[Outcome]:
    """Write the feedback page of each graded submission of one assignment; a page that would be the same is left alone.

    Raises:
        isa.yamlfile.FileError: the policy is wrong; nothing has been written.
    """
    outcomes: list[Outcome] = []

    def done() -> Iterator[Submission]:
        for outcome in nbgrader.feedback_all(assignment, submissions):
            outcomes.append(outcome)
            yield outcome.submission

    for _ in progress(done(), len(submissions)):
        pass
    return outcomes


def _why_not(submission: Submission, roster: dict[str, dict[str, str]] | None) -> str:
    if roster is not None and submission.student not in roster:
        return "unknown student: not in gradebook/roster.csv"
    return submission.why_unreadable()


def _due(course: Course, assignment: str) -> datetime | None:
    path = course.gradebook / "policy.yml"
    deadlines = policy.read(path).due if path.is_file() else {}
    for name in deadlines:
        if name not in course.assignments():
            raise CourseError(f"{path}: a deadline for {name}, which is no assignment")
    return deadlines.get(assignment)
