"""The edge of the feedback page to nbgrader: reads its marks and comments, and stands in `nbgrader generate_feedback` where its own page was made.

nbgrader writes test cells into the page as they are, hidden tests and tracebacks included, so that one student's
feedback is next year's key. Graders still see everything in formgrader, which does not use this exporter.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbformat.v4 import reads
from nbgrader.api import Assignment, BaseCell, Comment, Grade, Gradebook, GradeCell, Notebook, Student, SubmittedAssignment, SubmittedNotebook, TaskCell
from sqlalchemy import func, select
from traitlets import Unicode

from isa.grading import policy
from isa.grading.feedback import CellMarks, Marks, page
from isa.grading.feedback.place import replaced
from isa.grading.nbgrader_late import LateRules
from isa.grading.policy import Level, Policy, utc

BESIDE = ("timestamp.txt", "submission_secret.txt")  # what `nbgrader release_feedback` reads beside a page


class FeedbackExporter(Exporter):
    """Makes our page where nbgrader would make its own: in its command and behind formgrader's button."""

    policy_file = Unicode("", help="Path of policy.yml; without one, the page shows what the tests said.").tag(config=True)
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: NotebookNode, resources: dict[str, Any] | None = None, **more: object) -> tuple[str, dict[str, Any]]:
        """The page of an autograded notebook; nbgrader says in `resources` whose it is."""
        resources = self._init_resources(resources)
        where, file = resources["nbgrader"], resources["metadata"]
        with Gradebook(where["db_url"]) as book:
            rules = LateRules.beside(Path(self.policy_file))
            known = class_marks(book, where["assignment"], where["notebook"], where["student"], rules)
        path = Path(file["path"]) / f"{file['name']}.ipynb"
        return page(nb, known.of[where["student"]], level(rules.policy, where["assignment"], known), _when(path)), resources


@dataclass(frozen=True)
class ClassMarks:
    """Student id -> marks; `deadline` is the last one that anybody has in the gradebook, extensions included."""

    deadline: datetime | None
    of: dict[str, Marks] = field(hash=False)


def class_marks(book: Gradebook, assignment: str, notebook: str, student: str | None = None, rules: LateRules | None = None) -> ClassMarks:
    """The marks of a class for one notebook, or those of one student, in a handful of queries whatever the size of the class.

    With `rules`, what lateness costs is worked out from the marks of this moment; else it is what the gradebook last wrote down.
    """
    handed_in = (
        select(SubmittedNotebook.id, Student.id, Student.first_name, Student.last_name, SubmittedNotebook.late_submission_penalty)
        .add_columns(SubmittedAssignment.timestamp, SubmittedAssignment.extension)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Student, SubmittedAssignment.student_id == Student.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
        .where(Assignment.name == assignment, Notebook.name == notebook)
    )
    due = book.db.execute(select(Assignment.duedate).where(Assignment.name == assignment)).scalar()
    extensions = book.db.execute(
        select(SubmittedAssignment.extension).join(Assignment, SubmittedAssignment.assignment_id == Assignment.id).where(Assignment.name == assignment)
    )
    longest = max((extension or timedelta() for (extension,) in extensions), default=timedelta())
    rows = book.db.execute(handed_in if student is None else handed_in.where(Student.id == student)).all()
    cells, comments = _cells(book, handed_in, student), _comments(book, handed_in, student)
    of = {}
    for entry, name, first, last, penalty, came, extension in rows:
        late = (came - due - (extension or timedelta())).total_seconds() if came and due else 0.0
        full = " ".join(filter(None, [first, last])) or name
        of[name] = Marks(name, full, cells[entry], comments[entry], penalty or 0.0, max(late, 0.0))
        if rules is not None:
            found = rules.policy.lateness(assignment, utc(came), name, rules.sections.get(name, ""), utc(due), extension or timedelta())
            lost = found.penalty(sum(cell.points for cell in cells[entry].values()))
            of[name] = replace(of[name], penalty=lost, seconds_late=found.seconds, why_late=found.why)
    # The gradebook keeps times without a zone, in UTC.
    return ClassMarks((due + max(longest, timedelta())).replace(tzinfo=UTC) if due else None, of)


def _cells(book: Gradebook, handed_in: Any, student: str | None) -> dict[str, dict[str, CellMarks]]:
    """Submitted notebook -> grade id -> marks."""
    tests, tasks = GradeCell.__table__, TaskCell.__table__
    most = func.coalesce(tests.c.max_score, tasks.c.max_score, 0.0)
    query = (
        select(Grade.notebook_id, BaseCell.name, Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade, most)
        .join(BaseCell.__table__, Grade.cell_id == BaseCell.id)
        .outerjoin(tests, tests.c.id == BaseCell.id)
        .outerjoin(tasks, tasks.c.id == BaseCell.id)
    )
    found: dict[str, dict[str, CellMarks]] = defaultdict(dict)
    for entry, name, auto, manual, extra, waits, points in book.db.execute(_of(query, Grade, handed_in, student)):
        scored = manual if manual is not None else auto
        score = 0.0 if scored is None else scored + (extra or 0.0)
        found[entry][name] = CellMarks(score, points, manual is not None, bool(waits))
    return found


def _comments(book: Gradebook, handed_in: Any, student: str | None) -> dict[str, dict[str, tuple[str, str]]]:
    """Submitted notebook -> grade id -> automatic and human comment."""
    query = select(Comment.notebook_id, BaseCell.name, Comment.auto_comment, Comment.manual_comment)
    query = query.join(BaseCell.__table__, Comment.cell_id == BaseCell.id)
    found: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for entry, name, automatic, human in book.db.execute(_of(query, Comment, handed_in, student)):
        found[entry][name] = (automatic or "", human or "")
    return found


def _of(query: Any, rows: Any, handed_in: Any, student: str | None) -> Any:
    notebooks = handed_in if student is None else handed_in.where(Student.id == student)
    return query.where(rows.notebook_id.in_(notebooks.with_only_columns(SubmittedNotebook.id)))


def rule_in(path: Path) -> Policy:
    """The policy of a class; where there is no file, what a class has that sets none.

    Raises:
        isa.yamlfile.FileError: the file is wrong; the message names line and field.
    """
    return policy.read(path) if path.is_file() else Policy()


def level(rule: Policy, assignment: str, known: ClassMarks) -> Level:
    """What the pages of an assignment show now: the deadline is the later one of the policy's and the gradebook's."""
    deadlines = [deadline for deadline in (rule.last_due(assignment), known.deadline) if deadline is not None]
    return rule.shows(max(deadlines, default=None), now())


def now() -> datetime:
    """The clock; a test sets it."""
    return datetime.now(UTC)


def write(autograded: Path, target: Path, marks: Marks, shows: Level) -> bool:
    """Write the page of an autograded notebook, and what nbgrader needs beside it to release it; says whether anything changed.

    Raises:
        OSError, ValueError: the notebook cannot be read, or the page not be written.
    """
    made = page(reads(autograded.read_text(encoding="utf-8")), marks, shows, _when(autograded))
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = {target.with_name(name): autograded.with_name(name) for name in BESIDE}
    files = {target: made.encode()} | {there: here.read_bytes() for there, here in beside.items() if here.is_file()}
    # Not a generator: each of them is to be written.
    return any([replaced(path, content) for path, content in files.items()])


def _when(autograded: Path) -> datetime:
    """When the tests were run: the autograded notebook was written then, and only then."""
    return datetime.fromtimestamp(autograded.stat().st_mtime, UTC)
