"""The log of one submission, for its instructors: what was done with it and why, in plain sentences.

It lies in `gradebook/logs/STUDENT/ASSIGNMENT.log`, in the folder that is never handed out. Times differ from run to run, so it is no part of what
grading makes: marks, feedback and the seal of a submission never depend on it. Each run that marks a submission replaces its log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import isa
from isa.grading.course import Course, Submission

if TYPE_CHECKING:
    from isa.grading.marks import Blueprint, Verdict

LONGEST = 300  # characters of a reason


def path(course: Course, submission: Submission) -> Path:
    """Where the log of a submission lies."""
    return course.gradebook / "logs" / submission.student / f"{submission.assignment}.log"


def write(course: Course, plan: Blueprint, submission: Submission, found: Verdict | str, now: datetime) -> None:
    """Replace the log of a submission; `found` is the verdict, or the reason why there is none."""
    place = path(course, submission)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("".join(f"{line}\n" for line in _lines(plan, submission, found, now)), encoding="utf-8", errors="backslashreplace")


def _lines(plan: Blueprint, submission: Submission, found: Verdict | str, now: datetime) -> Iterator[str]:
    walls = "in the sandbox" if plan.isolated else "WITHOUT a sandbox"
    yield _plain(f"{submission.assignment}, {submission.student}")
    yield f"{now.isoformat(sep=' ', timespec='seconds')}, isa {isa.__version__}, nbgrader {metadata.version('nbgrader')}, {walls}."
    if isinstance(found, str):
        yield f"Not graded: {_plain(found)}."
        return
    yield f"Graded in {found.seconds:.2f} seconds."
    yield from (f"Repaired: {_plain(sentence)}" for sentence in found.repairs)
    if not found.notebook:
        yield "Only the short answers were marked again: the code, and what it is tested with, are as they were."
    cells = json.loads(found.notebook)["cells"] if found.notebook else [{"metadata": {"nbgrader": {"grade_id": name}}} for name in found.scores]
    yield from _troubles(cells) if found.notebook else ()
    yield from _scores(cells, plan, found)


def _troubles(cells: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each of the student's cells that did not run, or that ended with an error."""
    for number, cell in enumerate(cells, 1):
        marks = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] != "code" or (marks.get("grade") and not marks.get("solution")):
            continue
        named = f"Cell {number}" + (f" ({marks['grade_id']})" if "grade_id" in marks else "")
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                said = ": ".join(filter(None, [output["ename"], output["evalue"]]))
                yield f"{named}: {_plain(output['evalue'] if output['ename'] == 'NotRun' else f'it ended with {said}')}"


def _scores(cells: list[dict[str, Any]], plan: Blueprint, verdict: Verdict) -> Iterator[str]:
    """A line for each exercise: the part of a cell's id before the underscore names it (`q3_b` is the second test of `q3`)."""
    points = {name: cell.points for name, cell in plan.cells.items() if cell.points is not None}
    exercises: dict[str, list[str]] = {}
    for cell in cells:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in points:
            exercises.setdefault(name.partition("_")[0], []).append(name)
    for exercise, names in exercises.items():
        scores = {name: verdict.scores.get(name) for name in names}
        parts = ", ".join(f"{name} {scores[name] or 0:g}/{points[name]:g}" for name in names) if len(names) > 1 else ""
        waits = "; a person has to read it" if verdict.waiting.intersection(names) else ""
        yield f"{exercise}: {sum(score or 0 for score in scores.values()):g} of {sum(points[name] for name in names):g}{waits}{f' ({parts})' if parts else ''}"


def _plain(text: str) -> str:
    """One line without anything that a terminal would obey: names and messages come from students."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(line.split())[:LONGEST]
