"""Marking a submission as a pure function: what is known of an assignment (`Blueprint`), what was found (`Verdict`), and the way from one to the other.

A worker turns a submission into a verdict here, without a gradebook and without nbgrader, whose import alone takes longer than marking several
submissions. The steps and the scores are nbgrader's own: repair, sanitize, run, score; `tests/contract` proves that both ways give the same.
Short answers are marked by `isa.answers`; that text needs no sandbox.
"""

from __future__ import annotations

import copy
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4.rwbase import split_lines, strip_transient

from isa.answers.question import Question
from isa.grading import reading, short_answers
from isa.grading.course import Submission
from isa.grading.engine import Cell, Marking
from isa.grading.outputs import harmless
from isa.grading.repair import repair
from isa.grading.sandbox import SandboxLimits, shared_sandbox

VERSION = 3  # of what this module makes: a higher one has every submission marked again
LARGEST_FILE = 20 * 2**20


@dataclass(frozen=True)
class Trusted:
    """A cell of the assignment as the gradebook has it; `points` is None where it is not a grade cell."""

    source: str
    cell_type: str
    locked: bool
    checksum: str
    points: float | None
    solution: bool

    @property
    def written_by_student(self) -> bool:
        """Whether the text is the student's to write. nbgrader calls a solution unlocked whatever else it says of it."""
        return self.solution or not self.locked


@dataclass(frozen=True)
class Blueprint:
    """All that a worker needs to know of an assignment: the student version, the trusted cells, files and limits, and the questions to be marked.

    `answers` is the edition of the marker of short answers; empty where there is no question. With `only_answers` the rest stands as it was marked before.
    """

    assignment: str
    released: str
    cells: dict[str, Trusted] = field(hash=False)
    files: dict[str, bytes] = field(hash=False)
    limits: SandboxLimits = field(default_factory=SandboxLimits)
    isolated: bool = True
    questions: dict[str, Question] = field(default_factory=dict, hash=False)
    answers: str = ""
    only_answers: bool = False

    @cached_property
    def code_fingerprint(self) -> str:
        """Changes whenever the assignment changes, or the way in which its code is run and tested."""
        parts = [
            VERSION,
            self.released,
            sorted((name, repr(cell)) for name, cell in self.cells.items()),
            repr(self.limits),
            self.isolated,
            sorted(self.questions),
        ]
        parts.append(sorted((name, hashlib.sha256(content).hexdigest()) for name, content in self.files.items()))
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @cached_property
    def fingerprint(self) -> str:
        """Changes whenever the assignment or the way it is marked changes."""
        parts = [self.code_fingerprint, self.answers, *sorted((name, repr(question)) for name, question in self.questions.items())]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What marking found: the autograded notebook, a score for each grade cell, which of them wait for a person, and what students are told of answers.

    A score is None where only a person can give one, and provisional where a person has to look. `seconds` is how long it took; it is no part of what
    was found, and equal verdicts may differ in it. Where only the answers were marked there is no notebook, and nothing of the other cells.
    """

    notebook: str
    scores: dict[str, float | None] = field(hash=False)
    waiting: frozenset[str] = frozenset()
    comments: dict[str, str] = field(default_factory=dict, hash=False)
    repairs: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)


def mark(plan: Blueprint, path: Path, files: dict[str, bytes]) -> Verdict:
    """Mark one submission: its notebook and the files that came with it. Touches no gradebook and nothing else in the course's folder.

    Raises:
        isa.grading.reading.Unreadable: nothing of the notebook can be read.
    """
    started = time.perf_counter()
    notebook, said = _mended(plan, path)
    texts = {_id(cell): cell.source for cell in notebook.cells if _id(cell) in plan.questions}  # as the student typed them
    answered = {name: short_answers.mark(plan.questions[name], text, plan.cells[name].source) for name, text in texts.items()}
    if plan.only_answers:
        waiting = frozenset(name for name, answer in answered.items() if answer.waits)
        scores = {name: answer.score for name, answer in answered.items()}
        return Verdict("", scores, waiting, {name: answer.comment for name, answer in answered.items()}, tuple(said), time.perf_counter() - started)
    for cell in notebook.cells:
        _sanitize(cell, plan)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    marking = Marking(shared_sandbox(plan.limits, plan.isolated), files | plan.files)
    earned: dict[str, float | None] = {}
    for cell, marked in zip(code, marking.mark(trusted_cell(cell, plan.cells) for cell in code), strict=True):
        cell.outputs, cell.execution_count = marked.outputs, marked.count
        earned[_id(cell)] = marked.score
    notebook.metadata["isa"] = {"repairs": said, "isolated": plan.isolated}
    graded = [cell for cell in notebook.cells if _id(cell)]
    untouched = {_id(cell) for cell in graded if cell.metadata.nbgrader.get("solution") and _is_untouched(cell, plan)}
    known = earned | dict.fromkeys(untouched, 0.0) | {name: answer.score for name, answer in answered.items()}
    scores = {_id(cell): known.get(_id(cell)) for cell in graded if cell.metadata.nbgrader.get("grade")}
    waits = {name for name, score in scores.items() if score is None or (name in answered and answered[name].waits)}
    comments = dict.fromkeys(untouched, short_answers.NO_RESPONSE) | {name: answer.comment for name, answer in answered.items()}
    # Not nbformat.writes, which would check and copy the whole notebook first, and only say in a log that something is wrong with it.
    text = json.dumps(strip_transient(split_lines(notebook)), ensure_ascii=False, sort_keys=True)
    return Verdict(text, scores, frozenset(waits), comments, tuple(said), time.perf_counter() - started)


def answers(plan: Blueprint, path: Path) -> dict[str, tuple[str, str]]:
    """Cell -> what the student typed into a short answer that has a question, and how it is shown in the autograded notebook.

    Raises:
        isa.grading.reading.Unreadable: nothing of the notebook can be read.
    """
    notebook, _ = _mended(plan, path)
    found = {}
    for cell in notebook.cells:
        if _id(cell) in plan.questions:
            typed = cell.source
            _sanitize(cell, plan)
            found[_id(cell)] = (typed, cell.source)
    return found


def trusted_cell(cell: NotebookNode, known: Mapping[str, Trusted]) -> Cell:
    """A code cell as the engine runs it. Whether it is locked or a test, and the text of those that are, is never read from the submission.

    Whoever could call a cell locked could run it beside the tests.
    """
    trusted = known.get(_id(cell))
    if trusted is None or trusted.written_by_student or trusted.cell_type != "code":
        return Cell("student", cell.source)
    return Cell("locked", trusted.source) if trusted.points is None else Cell("test", trusted.source, trusted.points)


def files_in(folder: Path) -> dict[str, bytes]:
    """The small files beside a notebook, as the student's code may read them; never a notebook, and nothing behind a link."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb" and path.name != "timestamp.txt" and path.stat().st_size <= LARGEST_FILE:
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


@dataclass(frozen=True)
class Seal:
    """What an autograded notebook is sealed with.

    `whole` is equal for equal work that was marked in the same way; `code` is so too where only the answers may have been marked otherwise.
    """

    whole: str
    code: str


def fingerprint(plan: Blueprint, submission: Submission, due: datetime | None) -> Seal:
    """The seal of a submission: its files and time, the assignment, and for the whole also the questions and the deadline."""
    digest = hashlib.sha256()
    for path in sorted(p for p in submission.folder.rglob("*") if p.is_file() and not p.is_symlink()):
        digest.update(f"\0{path.relative_to(submission.folder).as_posix()}\0".encode("utf-8", "surrogateescape"))
        with path.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    files = digest.hexdigest()
    return Seal(*(hashlib.sha256(f"{part} {files}".encode()).hexdigest() for part in (f"{plan.fingerprint} {due}", plan.code_fingerprint)))


def _mended(plan: Blueprint, path: Path) -> tuple[NotebookNode, list[str]]:
    """A notebook as it was handed in, its cells put right, and what had to be done."""
    released = _released(plan.released)
    notebook, said = reading.read(path)
    notebook.metadata = copy.deepcopy(released.metadata)
    return notebook, said + repair(notebook, released)


@lru_cache(maxsize=4)
def _released(text: str) -> NotebookNode:
    """The student version, read once for a whole class; nothing changes it."""
    return nbformat.reads(text, as_version=4)


def _id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _is_untouched(cell: NotebookNode, plan: Blueprint) -> bool:
    """As nbgrader finds it by a checksum; all that goes into one but the text is the assignment's own by now."""
    trusted = plan.cells.get(_id(cell))
    return trusted is not None and cell.source == trusted.source


def _sanitize(cell: NotebookNode, plan: Blueprint) -> None:
    """What nbgrader's ClearOutput and OverwriteCells do, after the repair has put every cell right."""
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
        cell.metadata.pop("execution", None)
    trusted = plan.cells.get(_id(cell))
    if trusted is None:
        if cell.cell_type == "markdown":
            harmless(cell)
        return
    marks = cell.metadata.nbgrader
    marks["checksum"], marks["cell_type"] = trusted.checksum, trusted.cell_type
    if trusted.points is not None:
        marks["points"] = trusted.points
    if trusted.locked:
        cell.source = trusted.source
    elif cell.cell_type == "markdown":
        harmless(cell)
