"""The gradebook's part of `isa grade`: an assignment is read from it once for a whole class, and each verdict is written to it in one transaction.

`nbgrader autograde` opens the gradebook a dozen times for one notebook; that is most of what it costs. Between reading and writing stands
`isa.grading.marks`, which knows neither the gradebook nor nbgrader.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from functools import partial
from pathlib import Path
from typing import Any

from nbgrader.api import BaseCell, Gradebook
from nbgrader.utils import parse_utc
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from isa.grading import short_answers
from isa.grading.course import Course, Submission
from isa.grading.feedback.place import replaced
from isa.grading.marks import Blueprint, Seal, Verdict, files_in
from isa.grading.nbgrader_database import one_transaction
from isa.grading.nbgrader_engine import trusted_cells
from isa.grading.nbgrader_late import LateRules, settle
from isa.grading.nbgrader_source import assembled, engine


def blueprint(course: Course, book: Gradebook, assignment: str, config: Config) -> Blueprint:
    """Read an assignment once for a whole class.

    Raises:
        CourseError: a limit in the configuration makes no sense, or a short answer has a mark scheme and cannot be marked.
        isa.yamlfile.FileError: a mark scheme, the specimens or the decisions are not in order.
    """
    settled = engine(course, config)
    cells = trusted_cells(book.find_notebook(assignment, assignment))
    asked = short_answers.questions(course, assignment, {name: cell.points for name, cell in cells.items()})
    return assembled(course, assignment, course.release(assignment).read_text(encoding="utf-8"), cells, settled, asked)


def record(book: Gradebook, rules: LateRules, submission: Submission, verdict: Verdict, same_work: bool = False) -> None:
    """Write a verdict to the gradebook: all of it or nothing. A mark that a person gave stays, and so does what the verdict says nothing of.

    As with nbgrader, a person looks again at what was marked by one, since the work may be another; with `same_work` it is not, and what was settled stays so.
    """
    came = submission.folder / "timestamp.txt"
    # Also where no time is known any more: an earlier version may have brought one.
    when = parse_utc(came.read_text(encoding="utf-8").strip()) if came.is_file() else None
    with one_transaction(book):
        with warnings.catch_warnings():
            # SQLAlchemy remarks on the order in which nbgrader makes new entries; they are right in the end.
            warnings.simplefilter("ignore", SAWarning)
            book.update_or_create_student(submission.student)
            entry = book.update_or_create_submission(submission.assignment, submission.student, timestamp=when)
        notebook = next(n for n in entry.notebooks if n.name == submission.assignment)
        # All at once: each grade would look its cell up for its name, which is most of what writing a verdict costs.
        names = dict(book.db.query(BaseCell.id, BaseCell.name).filter(BaseCell.notebook_id == notebook.notebook_id).all())
        for grade in notebook.grades:
            if names[grade.cell_id] in verdict.scores:
                grade.auto_score = verdict.scores[names[grade.cell_id]]
                if grade.manual_score is None or not same_work:
                    grade.needs_manual_grade = grade.manual_score is not None or names[grade.cell_id] in verdict.waiting
        for comment in notebook.comments:
            if verdict.notebook or names[comment.cell_id] in verdict.comments:
                comment.auto_comment = verdict.comments.get(names[comment.cell_id]) or None
        book.db.flush()
        book.db.refresh(notebook)
        settle(entry, rules)


def same_work(course: Course, submission: Submission, verdict: Verdict) -> bool:
    """Whether all that the student wrote is as it was when it was last marked; tests may have changed."""
    if not verdict.notebook:
        return True
    try:
        return _written(json.loads(autograded(course, submission).read_text(encoding="utf-8"))) == _written(json.loads(verdict.notebook))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def keep(course: Course, plan: Blueprint, submission: Submission, verdict: Verdict, seal: Seal) -> None:
    """Put the autograded folder in its place in one move, sealed with what was marked; where only answers were, its notebook stays as it is."""
    place = autograded(course, submission)
    before = _ours(place)
    notebook = json.loads(verdict.notebook or place.read_text(encoding="utf-8"))
    notebook["metadata"]["isa"] |= {"seal": seal.whole, "code_seal": seal.code} | {key: before[key] for key in ("regraded",) if key in before}
    if not verdict.notebook:
        replaced(place, _text(notebook).encode())
        return
    folder = place.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".isa-", dir=folder.parent))
    for name, content in (files_in(submission.folder) | plan.files).items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    came = submission.folder / "timestamp.txt"
    if came.is_file():
        shutil.copy(came, made / "timestamp.txt")
    (made / place.name).write_text(_text(notebook), encoding="utf-8")
    made.chmod(0o755)
    if folder.exists():
        shutil.rmtree(folder)
    made.rename(folder)


def tell(course: Course, submission: Submission, sentence: str) -> None:
    """Let the feedback page of a submission say that it was marked again, and what came of it."""
    place = autograded(course, submission)
    notebook = json.loads(place.read_text(encoding="utf-8"))
    notebook["metadata"]["isa"].setdefault("regraded", []).append(sentence)
    replaced(place, _text(notebook).encode())


def seal_of(course: Course, submission: Submission) -> Seal:
    """What the autograded notebook was sealed with; empty where there is none."""
    ours = _ours(autograded(course, submission))
    return Seal(str(ours.get("seal", "")), str(ours.get("code_seal", "")))


def autograded(course: Course, submission: Submission) -> Path:
    """Where the autograded notebook of a submission lies."""
    return course.root / "autograded" / submission.student / submission.assignment / submission.notebook.name


def _written(notebook: dict[str, Any]) -> list[str]:
    """The sources of the cells that are a student's to change, in their order."""
    cells = [(cell.get("metadata", {}).get("nbgrader") or {}, cell["source"]) for cell in notebook["cells"]]
    return ["".join(source) for marks, source in cells if marks.get("solution") or not (marks.get("locked") or marks.get("grade"))]


def _ours(place: Path) -> dict[str, Any]:
    """What this package has written into an autograded notebook; nothing where there is none, or it is damaged."""
    try:
        ours = json.loads(place.read_text(encoding="utf-8"))["metadata"]["isa"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return ours if isinstance(ours, dict) else {}


def _text(notebook: dict[str, Any]) -> str:
    """A cell to a line. nbformat's indents are made by the slower one of Python's two encoders, in ten times the time."""
    compact = partial(json.dumps, ensure_ascii=False, sort_keys=True)
    cells = ",\n".join(map(compact, notebook["cells"]))
    rest = compact({key: value for key, value in notebook.items() if key != "cells"})
    return f'{{"cells": [\n{cells}\n],\n{rest[1:]}\n'
