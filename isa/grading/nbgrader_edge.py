"""The edge to nbgrader: makes student versions, grades a submission, writes feedback, reads marks.

It runs nbgrader's own converters with the course's own configuration, one submission at a time, so that
whatever happens to one of them leaves the others alone. All that nbgrader logs goes to `gradebook/grading.log`.
"""

from __future__ import annotations

import copy
import filecmp
import logging
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from nbgrader.api import Assignment, Gradebook, InvalidEntry, MissingEntry, SubmittedAssignment
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import DataError, OperationalError
from traitlets.config import Config

from isa.grading import journal
from isa.grading.course import Course, CourseError, Outcome, Submission
from isa.grading.leaks import leaks
from isa.grading.marks import Blueprint, Seal, Verdict, fingerprint
from isa.grading.nbgrader_database import check_gradebook, make_gradebook, opened
from isa.grading.nbgrader_feedback import class_marks, level, write
from isa.grading.nbgrader_late import LateRules
from isa.grading.nbgrader_marks import blueprint, keep, record, same_work, seal_of
from isa.grading.nbgrader_source import settings
from isa.grading.sandbox.walls import NoIsolation, wrapped

# Turns submissions into verdicts, or into the reason why there is none, in the order in which they are done.
Marker = Callable[[Blueprint, list[Submission]], Iterator[tuple[Submission, Verdict | str]]]


# Sees a verdict before it is recorded.
See = Callable[[Submission, Verdict], None]


class GradingFailed(Exception):
    """nbgrader could not process one submission; the message is its reason in one line."""


@dataclass(frozen=True)
class Mark:
    """What the gradebook says of one submission; `score` is after the late penalty, `waiting` counts cells that want a person."""

    student: str
    name: str
    score: float
    max_score: float
    penalty: float
    seconds_late: float
    waiting: int


class Nbgrader:
    """nbgrader, set up for one course.

    Raises:
        CourseError: the configuration cannot be read, or the gradebook was written by another version of nbgrader.
    """

    def __init__(self, course: Course, isolated: bool = True) -> None:
        self.course = course
        self.config: Config = settings(course)
        if not isolated:
            self.config.RunIsolated.isolated = False
        self._directory = CourseDirectory(config=self.config)
        self.has_gradebook = check_gradebook(self._directory.db_url)
        self._log = _logger(course.gradebook / "grading.log")

    def gradebook(self) -> AbstractContextManager[Gradebook]:
        """The open gradebook."""
        return opened(self._directory.db_url, self._directory.course_id)

    def release(self, assignment: str, force: bool = False) -> Literal["made", "up to date"]:
        """Make the student version of an assignment, record its cells in the gradebook, and prove that nothing is given away.

        An older student version that differs from a fresh build is replaced only with `force`.

        Raises:
            CourseError: nbgrader refused the source, an existing student version differs, or the fresh build leaks.
        """
        with tempfile.TemporaryDirectory() as scratch:
            fresh = self.build(assignment, Path(scratch) / "release")
            found = leaks(self.course.source(assignment), fresh)
            if found:
                raise CourseError(f"{assignment}: not released, the student version would give away {len(found)} things; the first: {found[0]}")
            target = self.course.release(assignment).parent
            same = target.is_dir() and _same_files(fresh.parent, target)
            if same and not force and self._knows(assignment):
                return "up to date"
            if target.is_dir() and not same and not force:
                raise CourseError(f"{assignment}: release/{assignment} differs from what source/{assignment} makes now; --force replaces it")
            # nbgrader may still refuse (cells cannot be added once somebody has handed in), and deletes what it was
            # making: so it never makes it in place.
            make_gradebook(self._directory.db_url)
            self.build(assignment, Path(scratch) / "recorded", record=True)
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(fresh.parent, target)
        return "made"

    def differs(self, assignment: str) -> bool:
        """Whether the student version is another one than the source makes now.

        Raises:
            CourseError: nbgrader refuses the source.
        """
        with tempfile.TemporaryDirectory() as scratch:
            fresh = self.build(assignment, Path(scratch) / "release")
            return not _same_files(fresh.parent, self.course.release(assignment).parent)

    def build(self, assignment: str, into: Path, record: bool = False) -> Path:
        """Make the student version in another folder and return the notebook's path; `record` writes its cells to the gradebook."""
        config = copy.deepcopy(self.config)
        config.CourseDirectory.release_directory = str(into)
        config.GenerateAssignment.no_database = not record
        config.SaveCells.enabled = record
        self._run(GenerateAssignment, assignment, ".", config)
        return into / assignment / f"{assignment}.ipynb"

    def prepare(self, assignment: str, due: datetime | None, roster: dict[str, dict[str, str]] | None) -> None:
        """Make sure that there is a student version, and that the gradebook knows the assignment, its deadline and the students of the roster.

        Raises:
            CourseError: the gradebook does not know the assignment and it cannot be released as it stands.
        """
        if not self._knows(assignment) or not self.course.release(assignment).is_file():
            self.release(assignment)
        with self.gradebook() as book:
            if due is not None:
                # The gradebook keeps times without a zone, in UTC.
                book.update_or_create_assignment(assignment, duedate=due.astimezone(UTC).replace(tzinfo=None))
            for student, names in (roster or {}).items():
                book.update_or_create_student(student, **names)

    def late_rules(self) -> LateRules:
        """What lateness costs in this class, as its policy and its roster say today.

        Raises:
            CourseError, isa.yamlfile.FileError: one of them is wrong; the message names the line.
        """
        return LateRules.beside(self.course.gradebook / "policy.yml")

    def check_isolation(self) -> None:
        """Make sure that student code can be isolated here, unless it was said that it need not be.

        Raises:
            CourseError: it cannot; the message says why and what can be done.
        """
        if self.config.RunIsolated.get("isolated", True):
            try:
                wrapped([])
            except NoIsolation as reason:
                raise CourseError(f"{reason}. Mend that, or grade without walls with --no-sandbox, where nothing else of value lies on this account") from None

    def mark_all(
        self,
        assignment: str,
        submissions: list[Submission],
        due: datetime | None,
        mark: Marker,
        force: bool,
        see: See | None = None,
        dry: bool = False,
    ) -> Iterator[Outcome]:
        """Have `mark` mark submissions and record each as soon as it is done; before that, `see` sees each verdict. With `dry`, nothing is recorded.

        What has not changed since it was last marked is passed over, unless `force`; where only the way of marking answers has, only they are marked.
        """
        rules = self.late_rules()
        with self.gradebook() as book:
            plan = blueprint(self.course, book, assignment, self.config)
            seals = {submission: fingerprint(plan, submission, due) for submission in submissions}
            known = {student for (student,) in book.db.query(SubmittedAssignment.student_id).join(Assignment).filter(Assignment.name == assignment)}
            whole: list[Submission] = []
            answers: list[Submission] = []
            for submission in submissions:
                # The gradebook may be another one than that into which it was marked.
                before = seal_of(self.course, submission) if not force and submission.student in known else Seal("", "")
                if before.whole == seals[submission].whole:
                    yield Outcome(submission, unchanged=True)
                else:
                    (answers if before.code == seals[submission].code and plan.questions else whole).append(submission)
            for part, todo in ((replace(plan, only_answers=True), answers), (plan, whole)):
                for submission, found in mark(part, todo) if todo else ():
                    if see and not isinstance(found, str):
                        see(submission, found)
                    problem = found if isinstance(found, str) else "" if dry else self._record(book, plan, rules, submission, found, seals[submission])
                    if not dry:
                        journal.write(self.course, plan, submission, problem or found, datetime.now(UTC))
                    if problem:
                        self._log.error("%s: %s", submission.student, problem)
                        problem += "" if dry else f" (see {journal.path(self.course, submission).relative_to(self.course.root)})"
                    yield Outcome(submission, problem)

    def _record(self, book: Gradebook, plan: Blueprint, rules: LateRules, submission: Submission, verdict: Verdict, seal: Seal) -> str:
        """Write a verdict down; the reason in one line where the gradebook does not take it."""
        try:
            record(book, rules, submission, verdict, same_work(self.course, submission, verdict))
            keep(self.course, plan, submission, verdict, seal)
        except (InvalidEntry, DataError) as error:  # such as a name that is too long: PostgreSQL keeps to the lengths of nbgrader's columns
            book.db.rollback()
            if isinstance(error.__context__, OperationalError):  # nbgrader calls a server that went away an invalid entry
                raise error.__context__ from None
            return f"the gradebook does not take it: {' '.join(str(error).splitlines()[0].split())}"
        return ""

    def autograde(self, submission: Submission) -> None:
        """Grade one submission with nbgrader's own converter, as its command and formgrader do; a mark that a person gave stays.

        Raises:
            GradingFailed: nbgrader could not; the submission has no new marks.
        """
        self._run(Autograde, submission.assignment, submission.student, self.config, GradingFailed)

    def feedback_all(self, assignment: str, submissions: list[Submission]) -> Iterator[Outcome]:
        """Write the feedback pages of graded submissions, with the marks of the class read once; a page that would be the same is left alone.

        Raises:
            isa.yamlfile.FileError: the policy is wrong; nothing has been written.
        """
        rules = self.late_rules()
        with self.gradebook() as book:
            known = class_marks(book, assignment, assignment, rules=rules)
        shows = level(rules.policy, assignment, known)
        for submission in submissions:
            autograded = self.course.root / "autograded" / submission.student / assignment / submission.notebook.name
            if submission.student not in known.of or not autograded.is_file():
                yield Outcome(submission, "not graded, so there is no feedback to write; isa grade grades it, or says why it cannot")
                continue
            try:
                changed = write(autograded, self.course.feedback(assignment, submission.student), known.of[submission.student], shows)
            except Exception as error:  # whatever a notebook can do to a reader: it is told, and the others go on
                self._log.exception("%s: no feedback page", submission.student)
                yield Outcome(submission, f"no page could be written: {type(error).__name__}: {error}")
                continue
            yield Outcome(submission, unchanged=not changed)

    def feedback(self, submission: Submission) -> Path:
        """Write one feedback page with nbgrader's own converter, as its command and formgrader do, and return its path.

        Raises:
            GradingFailed: nbgrader could not write it.
        """
        self._run(GenerateFeedback, submission.assignment, submission.student, self.config, GradingFailed)
        return self.course.feedback(submission.assignment, submission.student)

    def marks(self, assignment: str) -> dict[str, Mark]:
        """Student id -> mark, for every submission of an assignment that the gradebook knows."""
        marks, rules = {}, self.late_rules()
        with self.gradebook() as book:
            for submission in book.assignment_submissions(assignment):
                late, student = rules.of(submission), submission.student
                penalty = late.penalty(submission.score)
                marks[student.id] = Mark(
                    student=student.id,
                    name=" ".join(filter(None, [student.first_name, student.last_name])) or student.id,
                    score=submission.score - penalty,
                    max_score=submission.max_score,
                    penalty=penalty,
                    seconds_late=late.seconds,
                    waiting=sum(grade.needs_manual_grade for notebook in submission.notebooks for grade in notebook.grades),
                )
        return marks

    def _knows(self, assignment: str) -> bool:
        with self.gradebook() as book:
            try:
                return bool(book.find_assignment(assignment).notebooks)
            except MissingEntry:
                return False

    def _run(self, converter: type[BaseConverter], assignment: str, student: str, config: Config, failure: type[Exception] = CourseError) -> None:
        directory = CourseDirectory(config=config, assignment_id=assignment, student_id=student)
        reasons = _Reasons()
        self._log.addHandler(reasons)
        try:
            with warnings.catch_warnings():
                # What old notebooks make nbformat say is for the log, not for the terminal.
                warnings.simplefilter("ignore")
                converter(coursedir=directory, config=config, log=self._log, force=True).start()
        except (NbGraderException, SystemExit) as error:
            raise failure(f"{assignment}: {reasons.first() or error}") from None
        finally:
            self._log.removeHandler(reasons)


# What JupyterLab, a system and `isa check` leave beside a notebook that somebody has opened.
_LEFT_BESIDE = re.compile(r"(^|/)(\.ipynb_checkpoints/|\.DS_Store$)|-feedback\.html$")


def _same_files(one: Path, other: Path) -> bool:
    found = [[p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()] for folder in (one, other)]
    names = [sorted(name for name in listed if not _LEFT_BESIDE.search(name)) for listed in found]
    if names[0] != names[1]:
        return False
    return not any(filecmp.cmpfiles(one, other, names[0], shallow=False)[1:])


class _Reasons(logging.Handler):
    """Remembers what nbgrader logged as an error, to tell the reason in one line."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def first(self) -> str:
        """The exception at the end of the first traceback, else the first error."""
        for message in self.messages:
            if message.startswith("Traceback"):
                # Coloured by IPython, and often followed by a blank line.
                lines = [line for line in message.splitlines() if line.strip()]
                return lines[-1]
        return self.messages[0] if self.messages else ""


def _logger(path: Path) -> logging.Logger:
    log = logging.getLogger("isa.nbgrader")
    log.propagate = False
    log.setLevel(logging.INFO)
    for handler in list(log.handlers):
        log.removeHandler(handler)
        handler.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    return log
