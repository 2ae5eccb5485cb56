"""Marking a submission as a pure function, and writing its verdict to the gradebook in one transaction.

`nbgrader autograde` opens the gradebook a dozen times for one notebook; that is most of what it costs. Here an assignment is read
once (`Blueprint`), a worker turns a submission into a `Verdict` without any database, and the parent alone writes it. The steps are nbgrader's own:
repair, sanitize, run, score, late penalty; `tests/contract` proves that both ways give the same.
"""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
import tempfile
import warnings
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task, parse_utc
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from isa.grading import reading
from isa.grading.course import Course, Submission
from isa.grading.engine import Cell, Marking
from isa.grading.nbgrader_engine import LARGEST_FILE, harmless, sandbox
from isa.grading.repair import repair
from isa.grading.sandbox import SandboxLimits

VERSION = 1  # of what this module makes: a higher one has every submission marked again


@dataclass(frozen=True)
class Trusted:
    """A cell of the assignment as the gradebook has it; `points` is None where it is not a grade cell."""

    source: str
    cell_type: str
    locked: bool
    checksum: str
    points: float | None
    solution: bool


@dataclass(frozen=True)
class Blueprint:
    """All that a worker needs to know of an assignment: the student version, the trusted cells, files and limits."""

    assignment: str
    released: str
    cells: dict[str, Trusted] = field(hash=False)
    files: dict[str, bytes] = field(hash=False)
    limits: SandboxLimits = field(default_factory=SandboxLimits)
    isolated: bool = True

    @property
    def fingerprint(self) -> str:
        """Changes whenever the assignment or the way it is marked changes."""
        parts = [VERSION, self.released, sorted((name, repr(cell)) for name, cell in self.cells.items()), repr(self.limits), self.isolated]
        parts.append(sorted((name, hashlib.sha256(content).hexdigest()) for name, content in self.files.items()))
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What marking found: the autograded notebook, a score for each grade cell (None waits for a person), and which answers are untouched."""

    notebook: str
    scores: dict[str, float | None] = field(hash=False)
    untouched: frozenset[str] = frozenset()
    repairs: tuple[str, ...] = ()


def blueprint(course: Course, book: Gradebook, assignment: str, config: Config) -> Blueprint:
    """Read an assignment once for a whole class."""
    notebook = book.find_notebook(assignment, assignment)
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    solutions = {cell.name for cell in notebook.solution_cells}
    cells = {
        cell.name: Trusted(cell.source, cell.cell_type, bool(cell.locked), cell.checksum, points.get(cell.name), cell.name in solutions)
        for cell in notebook.source_cells
    }
    beside = course.source(assignment).parent
    files = {path.relative_to(beside).as_posix(): path.read_bytes() for path in sorted(beside.rglob("*")) if path.is_file() and path.suffix != ".ipynb"}
    settings = config.RunIsolated
    limits = SandboxLimits(
        cell_seconds=settings.get("cell_seconds", 15),
        submission_seconds=settings.get("submission_seconds", 120),
        memory=settings.get("memory_mb", 1536) * 2**20,
    )
    return Blueprint(assignment, course.release(assignment).read_text(encoding="utf-8"), cells, files, limits, settings.get("isolated", True))


def mark(plan: Blueprint, path: Path, files: dict[str, bytes]) -> Verdict:
    """Mark one submission: its notebook and the files that came with it. Touches no gradebook and nothing else in the course's folder.

    Raises:
        isa.grading.reading.Unreadable: nothing of the notebook can be read.
    """
    released = nbformat.reads(plan.released, as_version=4)
    notebook, said = reading.read(path)
    notebook.metadata = copy.deepcopy(released.metadata)
    said += repair(notebook, released)
    for cell in notebook.cells:
        _sanitize(cell, plan)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    marking = Marking(sandbox(plan.limits, plan.isolated), files | plan.files)
    for cell, marked in zip(code, marking.mark(_cell(cell, plan) for cell in code), strict=True):
        cell.outputs, cell.execution_count = marked.outputs, marked.count
    notebook.metadata["isa"] = {"repairs": said, "isolated": plan.isolated}
    graded = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    scores = {_id(cell): determine_grade(cell)[0] for cell in graded if is_grade(cell)}
    untouched = {_id(cell) for cell in graded if is_solution(cell) and cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)}
    return Verdict(nbformat.writes(notebook) + "\n", scores, frozenset(untouched), tuple(said))


def fingerprint(plan: Blueprint, submission: Submission, due: datetime | None) -> str:
    """Equal for equal work: the submission's files and time, the assignment, the deadline."""
    digest = hashlib.sha256(f"{plan.fingerprint} {due}".encode())
    for path in sorted(p for p in submission.folder.rglob("*") if p.is_file() and not p.is_symlink()):
        digest.update(f"\0{path.relative_to(submission.folder).as_posix()}\0".encode("utf-8", "surrogateescape"))
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def files_of(submission: Submission) -> dict[str, bytes]:
    """The small files that came with the notebook; nothing behind a link."""
    found = {}
    for path in sorted(submission.folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb" and path.name != "timestamp.txt" and path.stat().st_size <= LARGEST_FILE:
            found[path.relative_to(submission.folder).as_posix()] = path.read_bytes()
    return found


def record(book: Gradebook, config: Config, submission: Submission, verdict: Verdict) -> None:
    """Write a verdict to the gradebook: all of it or nothing. A mark that a person gave stays."""
    came = submission.folder / "timestamp.txt"
    more = {"timestamp": parse_utc(came.read_text(encoding="utf-8").strip())} if came.is_file() else {}
    with warnings.catch_warnings():
        # SQLAlchemy remarks on the order in which nbgrader makes new entries; they are right in the end.
        warnings.simplefilter("ignore", SAWarning)
        book.update_or_create_student(submission.student)
        entry = book.update_or_create_submission(submission.assignment, submission.student, **more)
    notebook = next(n for n in entry.notebooks if n.name == submission.assignment)
    for grade in notebook.grades:
        if grade.name in verdict.scores:
            grade.auto_score = verdict.scores[grade.name]
            grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    for comment in notebook.comments:
        comment.auto_comment = "No response." if comment.name in verdict.untouched else None
    book.db.flush()
    notebook.late_submission_penalty = None
    if entry.total_seconds_late > 0:
        rule = AssignLatePenalties(config=config)
        rule.init_plugin()
        book.db.refresh(notebook)
        penalty = rule.plugin_inst.late_submission_penalty(submission.student, notebook.score, entry.total_seconds_late)
        notebook.late_submission_penalty = None if penalty is None else rule._check_late_penalty(notebook, penalty)
    book.db.commit()


def keep(course: Course, plan: Blueprint, submission: Submission, verdict: Verdict, seal: str) -> None:
    """Put the autograded folder in its place in one move, sealed with the fingerprint of what was marked."""
    place = course.root / "autograded" / submission.student / submission.assignment
    place.parent.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.reads(verdict.notebook, as_version=4)
    notebook.metadata["isa"]["seal"] = seal
    made = Path(tempfile.mkdtemp(prefix=".isa-", dir=place.parent))
    for name, content in (files_of(submission) | plan.files).items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    came = submission.folder / "timestamp.txt"
    if came.is_file():
        shutil.copy(came, made / "timestamp.txt")
    (made / f"{submission.assignment}.ipynb").write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    made.chmod(0o755)
    if place.exists():
        shutil.rmtree(place)
    made.rename(place)


def seal_of(course: Course, submission: Submission) -> str:
    """The fingerprint with which the autograded notebook was sealed; empty where there is none."""
    path = course.root / "autograded" / submission.student / submission.assignment / submission.notebook.name
    try:
        seal = json.loads(path.read_text(encoding="utf-8"))["metadata"]["isa"]["seal"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return seal if isinstance(seal, str) else ""


def _id(cell: NotebookNode) -> str:
    return str(cell.metadata.nbgrader.grade_id)


def _sanitize(cell: NotebookNode, plan: Blueprint) -> None:
    """What nbgrader's ClearOutput and OverwriteCells do, after the repair has put every cell right."""
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
        cell.metadata.pop("execution", None)
    trusted = plan.cells.get(_id(cell)) if "nbgrader" in cell.metadata else None
    if trusted is None:
        if cell.cell_type == "markdown":
            harmless(cell)
        return
    marks = cell.metadata.nbgrader
    marks["checksum"], marks["cell_type"] = trusted.checksum, trusted.cell_type
    if trusted.points is not None:
        marks["points"] = trusted.points
    if trusted.locked and not is_task(cell):
        cell.source = trusted.source
    elif cell.cell_type == "markdown":
        harmless(cell)


def _cell(cell: NotebookNode, plan: Blueprint) -> Cell:
    trusted = plan.cells.get(_id(cell)) if "nbgrader" in cell.metadata else None
    if trusted is None or trusted.solution or not trusted.locked:
        return Cell("student", cell.source)
    return Cell("locked", trusted.source) if trusted.points is None else Cell("test", trusted.source, trusted.points)
