"""Marks the cells of one submission: the student's in the sandbox, the tests by the examiner, in the order of the notebook.

Knows no nbgrader: what kind a cell is, and the trusted text of locked and test cells, is told by the caller, never read from the submission.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from isa.grading.examiner import Examiner, Finding
from isa.grading.outputs import safe_outputs
from isa.grading.sandbox import Sandbox, SandboxDied, Session
from isa.grading.wire import WireError

RESTARTS = 2  # how often a submission whose process died is started again, without the cell that did it

Kind = Literal["student", "locked", "test"]


@dataclass(frozen=True)
class Cell:
    """A code cell: `source` is the student's text, or for a locked or test cell the assignment's own."""

    kind: Kind
    source: str
    points: float = 0


@dataclass(frozen=True)
class Marked:
    """What became of a cell: outputs as nbformat has them, its number, and for a test what it is worth."""

    outputs: list[Any]
    count: int | None = None
    score: float | None = None


class Marking:
    """Goes through the cells of one submission; keeps going whatever the student's code does."""

    def __init__(self, sandbox: Sandbox, files: dict[str, bytes]) -> None:
        sandbox.wait()  # one that does not start is no student's fault, and its start none of his time
        self._sandbox = sandbox
        self._files = files
        self._examiner = Examiner()
        self._history: list[str] = []
        self._left = RESTARTS
        self._ends = time.monotonic() + sandbox.limits.submission_seconds
        self._session: Session | None = None
        self._why_gone = ""

    def mark(self, cells: Iterable[Cell]) -> list[Marked]:
        """Run and mark every cell."""
        cells = list(cells)
        self._examiner.expect(cell.source for cell in cells if cell.kind == "test")
        self._start()
        try:
            return [self._one(cell) for cell in cells]
        finally:
            if self._session is not None:
                self._session.close()

    def _one(self, cell: Cell) -> Marked:
        if self._session is not None and self._session.ended:
            self._gone("a function that a test called did not come back")
        if cell.kind == "test":
            found = self._examiner.examine(cell.source, self, cell.points)
            return Marked(_as_outputs(found), score=_worth(found, cell.points))
        if cell.kind == "locked":
            self._examiner.define(cell.source)
        return self._run(cell.source)

    def get(self, names: list[str]) -> dict[str, Any]:
        """The student's values, for the examiner.

        Raises:
            SandboxDied: the student's process is gone.
            WireError: a value makes no sense.
        """
        if not names:
            return {}
        if self._session is None:
            raise SandboxDied(f"the student's process is gone: {self._why_gone}")
        try:
            return self._session.get(names)
        except SandboxDied as died:
            self._gone(str(died))
            raise

    def _run(self, source: str) -> Marked:
        if not source.strip():
            return Marked([])
        if self._session is None or time.monotonic() > self._ends:
            why = self._why_gone or f"the notebook took more than {self._sandbox.limits.submission_seconds:g} seconds"
            return _not_run(f"This cell was not run: {why}.")
        try:
            result = self._session.run(source)
        except SandboxDied as died:
            self._gone(str(died))
            return _not_run(f"The process stopped in this cell: {died}. The cells above were kept, and the cells below were run without this one.")
        self._history.append(source)
        return Marked(safe_outputs(result.outputs), result.count)

    def _gone(self, why: str) -> None:
        """The process is gone: start a new one and bring it to where this one was."""
        self._session = None
        self._why_gone = f"an earlier cell ended the process ({why})"
        while self._left > 0 and self._session is None and time.monotonic() < self._ends:
            self._left -= 1
            self._start()

    def _start(self) -> None:
        try:
            session = self._sandbox.session()
        except SandboxDied as died:
            self._why_gone = self._why_gone or str(died)
            return
        try:
            if self._files:
                session.lay(self._files)
            for source in self._history:
                session.run(source)
        except (SandboxDied, WireError):
            session.close()
            return
        self._session = session


def _as_outputs(found: Finding) -> list[Any]:
    """A finding in the form from which nbgrader reads the score: an error, a number, or nothing."""
    outputs: list[dict[str, Any]] = []
    if found.printed:
        # On standard output: nbgrader gives nothing for a test that has written to standard error, and a warning is no mistake.
        outputs.append({"output_type": "stream", "name": "stdout", "text": found.printed[:20_000]})
    if found.error:
        outputs.append({"output_type": "error", "ename": found.error, "evalue": found.message, "traceback": found.trace})
    elif found.score is not None:
        outputs.append({"output_type": "execute_result", "execution_count": None, "data": {"text/plain": repr(float(found.score))}})
    return safe_outputs(outputs)


def _worth(found: Finding, points: float) -> float:
    """The score that nbgrader reads from those outputs."""
    if found.error:
        return 0.0
    return points if found.score is None else found.score


def _not_run(why: str) -> Marked:
    return Marked(safe_outputs([{"output_type": "error", "ename": "NotRun", "evalue": why, "traceback": [why]}]))
