"""Decisions of instructors: answers of a class that a person has marked by point, from which the marker goes on learning.

They lie in `gradebook/specimens/decisions/ASSIGNMENT.jsonl`, one line a decision, without the names of students. Lines are only ever added: a
decision is taken back by a line that says so, and of several decisions on one answer the last one stands. What a crash leaves of a line is set aside.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from isa.answers.question import MarkScheme
from isa.answers.specimens import misfit
from isa.yamlfile import FileError

_DECISION = {"id": str, "cell": str, "answer": str, "points": dict, "who": str, "when": str}
_WITHDRAWAL = {"withdraws": str, "who": str, "when": str}


@dataclass(frozen=True)
class Decision:
    """What `who` decided on an answer to the question in `cell`: its marks by point."""

    id: str
    cell: str
    answer: str
    points: Mapping[str, float] = field(hash=False)
    who: str
    when: datetime


@dataclass(frozen=True)
class Decisions:
    """What stands of the decisions on an assignment and what was withdrawn, oldest first; `damage` says what of the file could not be read, or is empty."""

    standing: tuple[Decision, ...] = ()
    damage: str = ""
    withdrawn: tuple[Decision, ...] = ()

    def on(self, cell: str, scheme: MarkScheme) -> tuple[Decision, ...]:
        """Those on one question that still fit its mark scheme: it may have been changed since."""
        return tuple(decision for decision in self.standing if decision.cell == cell and not misfit(scheme, decision.points))


def read(path: Path) -> Decisions:
    """The decisions in a file; none where there is no file yet.

    Raises:
        FileError: a line before the last one is none of ours.
    """
    try:
        with path.open("rb") as log:
            _lock(log, alone=False)
            whole, rest = _split(log.read())
    except FileNotFoundError:
        return Decisions()
    # Of several decisions on one answer the last that was not withdrawn stands.
    made, withdrawn = _made(path, whole)
    standing = {(decision.cell, decision.answer): decision for decision in made}
    if rest:
        damage = f"{path.name}: the last line is damaged ({len(rest)} bytes) and was not read; make the decision that it held again"
    elif _aside(path).exists():
        damage = f"{_aside(path).name} holds what a crash left of a line of {path.name}; make that decision again, then delete {_aside(path).name}"
    else:
        damage = ""
    return Decisions(tuple(standing.values()), damage, tuple(withdrawn))


def append(path: Path, cell: str, answer: str, points: Mapping[str, float], who: str, when: datetime) -> Decision:
    """Write a decision down; when this returns, it is on the disk. It stands in the place of an earlier one on the same answer.

    Raises:
        FileError: the file holds what is none of ours.
    """
    fields: dict[str, Any] = {"cell": cell, "answer": answer, "points": dict(points), "who": who, "when": when.isoformat()}
    id = hashlib.sha256(_line(fields)).hexdigest()[:12]
    with _writing(path) as (log, _):
        _add(log, {"id": id, **fields})
    return Decision(id, cell, answer, dict(points), who, when)


def withdraw(path: Path, id: str, who: str, when: datetime) -> None:
    """Take a decision back; it stays in the file, with who took it back and when, and an earlier one on the same answer stands again.

    Raises:
        FileError: there is no such decision or it was withdrawn before, or the file holds what is none of ours.
    """
    with _writing(path) as (log, made):
        if id not in {decision.id for decision in made}:
            raise FileError(f"{path.name}: found no decision {id!r}, expected the id of one that was not withdrawn before")
        _add(log, {"withdraws": id, "who": who, "when": when.isoformat()})


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[tuple[IO[bytes], list[Decision]]]:
    """The file, open for adding lines while no other process does, and the decisions in it; a damaged last line has been moved beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as log:
        _lock(log, alone=True)
        log.seek(0)
        content = log.read()
        whole, rest = _split(content)
        made, _ = _made(path, whole)
        if rest:
            with _aside(path).open("ab") as aside:
                aside.write(rest + b"\n")
                _to_disk(aside)
            log.truncate(len(content) - len(rest))
        elif whole and not content.endswith(b"\n"):
            log.write(b"\n")
        yield log, made


def _made(path: Path, lines: list[bytes]) -> tuple[list[Decision], list[Decision]]:
    """What was decided and not withdrawn, and what was withdrawn, oldest first."""
    made: dict[str, Decision] = {}
    withdrawn: list[Decision] = []
    for number, line in enumerate(lines, 1):
        record = _record(line)
        if record is None:
            raise FileError(
                f"{path.name}, line {number}: found no decision, expected a line that isa wrote; restore the file from a backup or delete this line"
            )
        if "withdraws" in record:
            withdrawn += [made.pop(record["withdraws"])] if record["withdraws"] in made else []
        else:
            made[record["id"]] = Decision(**{**record, "when": datetime.fromisoformat(record["when"])})
    return list(made.values()), withdrawn


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.damaged")


def _lock(file: IO[bytes], alone: bool) -> None:
    """Wait until nobody writes, and with `alone` nobody reads; closing the file lets go, and so does a crash."""
    try:
        import fcntl
    except ImportError:  # a browser has one process and no locks
        return
    fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)


def _add(log: IO[bytes], record: dict[str, Any]) -> None:
    log.write(_line(record) + b"\n")
    _to_disk(log)


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, allow_nan=False).encode("ascii")


def _split(content: bytes) -> tuple[list[bytes], bytes]:
    """The lines, and what is left of the last one if it is damaged: cut off, or not what was written."""
    lines = content.split(b"\n")
    last = lines.pop()
    if last:
        return (lines, last) if _record(last) is None else ([*lines, last], b"")
    if lines and _record(lines[-1]) is None:
        return lines[:-1], lines[-1] + b"\n"
    return lines, b""


def _record(line: bytes) -> dict[str, Any] | None:
    """What a line says, or None if it is none that this module writes."""
    try:
        record = json.loads(line)
        form = _WITHDRAWAL if "withdraws" in record else _DECISION
        datetime.fromisoformat(record["when"])
        marks = record.get("points", {}).values()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    fits = set(record) == set(form) and all(isinstance(record[name], kind) for name, kind in form.items())
    return record if fits and all(isinstance(mark, int | float) and not isinstance(mark, bool) and mark >= 0 for mark in marks) else None
