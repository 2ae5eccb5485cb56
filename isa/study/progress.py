"""What a learner has tried, and how far that brings them: kept in a small file on their own machine, which is never sent.

The file keeps no words of an answer and no name. Trouble with it never stops a lesson: it is said once, and what cannot be written waits until it can.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from isa.study import checkpoints, journal
from isa.study.journal import Content, Mended
from isa.syllabus import Lesson

if TYPE_CHECKING:
    from isa.study.checkpoints import Checkpoint
    from isa.study.marking import Result

State = Literal["met", "begun", "not begun"]

# The rule of `states`, in the words in which a learner reads it.
RULE = (
    "An objective is met when your last answer to each of its checkpoints that you tried is right, "
    "and you answered at least half of its checkpoints right before you saw the explanation. It is begun with the first try."
)
MARKED = ("right", "partly", "wrong")  # these count for or against a learner; "unsure" is the marker's doubt
_KEPT = (*MARKED, "unsure")
_FORMAT = "isa-progress"


@dataclass(frozen=True)
class Try:
    """One answer to a checkpoint.

    Attributes:
        when: in UTC, by the clock of the machine.
        checkpoint: its id, such as "2.4".
        objective: which it practised then.
        result: how it was marked.
        hints: how many had been shown before.
        shown: whether the explanation had been shown before.
    """

    when: datetime
    checkpoint: str
    objective: str
    result: Result
    hints: int
    shown: bool


_waiting: list[Try] = []  # tries that could not be written yet
_said: list[str] = []


def path() -> Path:
    """Where the file lies: `$ISA_PROGRESS`, else in the platform's folder for a user's data.

    In a browser it lies beside the notebook: nothing else there outlives a reload.
    """
    if named := os.environ.get("ISA_PROGRESS"):
        return Path(os.path.expanduser(named))
    if journal.IN_BROWSER:
        return Path("isa-progress.jsonl")
    import platformdirs

    return platformdirs.user_data_path("isa-course", appauthor=False) / "progress.jsonl"


def record(checkpoint: Checkpoint, result: Result, *, hints: int, shown: bool) -> None:
    """Keep a try. What was refused is no try.

    Never raises: where the file cannot be written, that is said once, and the try waits for the next one.
    """
    if result == "refused":
        return
    _waiting.append(Try(datetime.now(UTC).replace(microsecond=0), checkpoint.id, checkpoint.objective, result, hints, shown))
    try:
        _say_mended(journal.append(path(), _FORMAT, [_as_entry(one) for one in _waiting]))
        _waiting.clear()
    except Exception as error:
        _say(f"Your progress cannot be written to {path()}: {_reason(error)}. The lesson goes on; what you try is kept until you close this notebook.")


def tries() -> tuple[Try, ...]:
    """All tries in the order in which they were made, whatever the clock said; none where there is no file."""
    return (*_kept().tries, *_waiting)


def last(checkpoint: str) -> tuple[Try, ...]:
    """The tries of one checkpoint, by its id, in the order in which they were made."""
    return (*_kept().of.get(checkpoint, ()), *(one for one in _waiting if one.checkpoint == checkpoint))


def marked(checkpoint: Checkpoint) -> tuple[Try, ...]:
    """The tries that count for a checkpoint: those which were marked without doubt, while it practised the objective that it does now."""
    return tuple(one for one in last(checkpoint.id) if one.result in MARKED and one.objective == checkpoint.objective)


def states(lesson: Lesson) -> dict[str, State]:
    """How far a learner is with each objective of a lesson, by the `RULE`; the keys are the objectives' ids."""
    return {objective: _state([c for c in checkpoints.of_lesson(lesson.id) if c.objective == objective]) for objective in lesson.objectives}


def troubles() -> tuple[str, ...]:
    """What went wrong with the file since this program started, a sentence each."""
    return tuple(_said)


def export(target: Path) -> int:
    """Write all tries to a new file, `.csv` or `.json`, and say how many they are.

    Raises:
        ValueError: the file's name ends otherwise, or there is such a file.
        OSError: it cannot be written.
    """
    form = target.suffix.lower()
    if form not in (".csv", ".json"):
        raise ValueError(f"{target}: found the ending {target.suffix!r}, expected .csv or .json")
    if target.exists():
        raise ValueError(f"{target}: there is such a file; name one that there is not")
    rows = [_as_entry(one) for one in tries()]
    with target.open("x", encoding="utf-8", newline="") as file:
        if form == ".json":
            json.dump(rows, file, indent=1)
        else:
            table = csv.DictWriter(file, list(Try.__annotations__))
            table.writeheader()
            table.writerows(rows)
    return len(rows)


def forget() -> list[Path]:
    """Delete the file, with the copies of it that were damaged, and say which files these were.

    Raises:
        OSError: one cannot be deleted.
    """
    _waiting.clear()
    return journal.delete(path())


def _state(group: list[Checkpoint]) -> State:
    tried = [found for one in group if (found := marked(one))]
    unaided = sum(any(one.result == "right" and not one.shown for one in found) for found in tried)
    if unaided and 2 * unaided >= len(group) and all(found[-1].result == "right" for found in tried):
        return "met"
    return "begun" if any(last(one.id) for one in group) else "not begun"


class _Kept(NamedTuple):
    tries: tuple[Try, ...]
    of: dict[str, list[Try]]  # the same, for each checkpoint


def _kept() -> _Kept:
    """What the file holds; one that is damaged is mended on the way."""
    file = path()
    try:
        content = journal.read(file)
    except OSError as error:
        _say(f"The file of your progress, {file}, cannot be read: {_reason(error)}. The lesson goes on without it.")
        content = Content()
    if content.unreadable:
        try:
            _say_mended(journal.mend(file, _FORMAT))
        except OSError as error:
            _say(f"The file of your progress, {file}, is damaged and cannot be mended: {_reason(error)}. The lesson goes on with what can be read.")
    return _tries_in(content)


@lru_cache(maxsize=1)
def _tries_in(content: Content) -> _Kept:
    found = [one for entry in content.entries if (one := _try(entry))]
    of: dict[str, list[Try]] = {}
    for one in found:
        of.setdefault(one.checkpoint, []).append(one)
    return _Kept(tuple(found), of)


def _try(entry: dict[str, Any]) -> Try | None:
    """The try in an entry; None for what another version may have written."""
    try:
        when = datetime.fromisoformat(entry["when"])
        if when.tzinfo is not UTC:
            when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
        checkpoint, objective, result = entry["checkpoint"], entry["objective"], entry["result"]
        if not (isinstance(checkpoint, str) and isinstance(objective, str) and result in _KEPT):
            return None
        return Try(when, checkpoint, objective, result, int(entry["hints"]), bool(entry["shown"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _as_entry(one: Try) -> dict[str, Any]:
    return asdict(one) | {"when": one.when.isoformat()}


def _say_mended(mended: Mended | None) -> None:
    if mended:
        _say(
            f"The file of your progress was damaged ({mended.content.unreadable} of its lines cannot be read): "
            f"{len(_tries_in(mended.content).tries)} of your tries are carried over, and the file as it was lies in {mended.aside}."
        )


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _say(sentence: str) -> None:
    if sentence not in _said:
        _said.append(sentence)
        print(sentence, file=sys.stderr)
