"""Puts a feedback page together: the one function behind `isa feedback`, `nbgrader generate_feedback` and formgrader's button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbformat import NotebookNode

from isa.grading.feedback import shown
from isa.grading.feedback.parts import CellMarks, Exercise, Marks, parts
from isa.grading.policy import Level

_templates = Environment(loader=PackageLoader("isa.grading", "feedback"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


@dataclass(frozen=True)
class Line:
    """One exercise in a line: `found` says of each test that did not pass what it found, as far as the level shows it."""

    exercise: str
    verdict: str
    points: float
    most: float
    found: tuple[str, ...]


@dataclass(frozen=True)
class _Test:
    """One line of an exercise's tests."""

    name: str
    mark: CellMarks
    verdict: str
    message: str
    source: Markup | None


def page(notebook: NotebookNode, marks: Marks, level: Level, graded: datetime, key: str = "", alone: bool = False) -> str:
    """The feedback page of one submission, as HTML that fetches nothing and runs nothing.

    Args:
        notebook: the autograded notebook.
        marks: what the gradebook says of it.
        level: how much of the tests is shown.
        graded: when the tests were run.
        key: where the model answers are, for whoever has them; said only where the tests are shown in full.
        alone: whether its reader studies alone, with no instructor and nobody who will look at what waits.
    """
    found = parts(notebook)
    ours = notebook.metadata.get("isa", {})
    budget = _Budget()
    return _templates.get_template("page.html.j2").render(
        title=shown.plain(found.title),
        marks=marks,
        name=shown.plain(marks.name),
        graded=f"{graded.astimezone(UTC).day} {graded.astimezone(UTC):%B %Y, %H:%M} UTC",
        isolated=ours.get("isolated"),
        repairs=[shown.plain(sentence) for sentence in ours.get("repairs", [])],
        regraded=[shown.plain(sentence) for sentence in ours.get("regraded", [])],
        late=_late(marks),
        level=level,
        alone=alone,
        key=shown.plain(key) if level == "full" else "",
        before=[budget.of(cell) for cell in found.before],
        exercises=[_exercise(exercise, marks, level, budget, alone) for exercise in found.exercises],
        number=_number,
    )


def summary(notebook: NotebookNode, marks: Marks, level: Level, alone: bool = False) -> list[Line]:
    """What the page says, a line for each exercise."""
    budget = _Budget()
    lines = []
    for exercise in parts(notebook).exercises:
        e = _exercise(exercise, marks, level, budget, alone)
        found: dict[str, list[str]] = {}
        for test in e["tests"]:
            if test.verdict != "passed":
                found.setdefault(test.message or test.verdict, []).append(test.name.removeprefix(f"{exercise.label}, test "))
        said = tuple(f"test{'s' if len(names) > 1 else ''} {', '.join(names)}: {words}" for words, names in found.items())
        lines.append(Line(e["title"], e["verdict"], e["points"], e["most"], said))
    return lines


def _exercise(exercise: Exercise, marks: Marks, level: Level, budget: _Budget, alone: bool) -> dict[str, Any]:
    mark = [marks.cells.get(grade_id, CellMarks(0, 0, waits=True)) for grade_id in exercise.graded]
    points, most, waiting = sum(m.points for m in mark), sum(m.most for m in mark), sum(m.waits for m in mark)
    automatic, human = marks.comments.get(exercise.id, ("", ""))
    open_still = "yours to judge" if alone else "waits for a person"
    return {
        "id": exercise.id,
        "title": shown.plain(exercise.title),
        "points": points,
        "most": most,
        "waiting": waiting,
        "verdict": open_still if waiting else _verdict(points, most, ("all points", "some points", "no points")),
        "prompt": shown.prose(exercise.prompt),
        "work": [budget.of(cell) for cell in exercise.work],
        "tests": [_test(exercise, cell, marks, level) for cell in exercise.tests] if level != "none" else [],
        "marker": shown.prose(automatic, comment=True),
        "person": shown.prose(human, comment=True),
        "by_person": any(m.by_person for m in mark),
    }


def _test(exercise: Exercise, cell: NotebookNode, marks: Marks, level: Level) -> _Test:
    grade_id = cell.metadata.nbgrader.grade_id
    mark = marks.cells.get(grade_id, CellMarks(0, 0, waits=True))
    errors = [output for output in cell.get("outputs", []) if output.get("output_type") == "error"]
    return _Test(
        name=exercise.test_name(grade_id),
        mark=mark,
        verdict=_verdict(mark.points, mark.most, ("passed", "partly passed", "not passed")),
        message=shown.said(errors[0]) if errors and level in ("messages", "full") else "",
        source=shown.code(cell.source) if level == "full" else None,
    )


class _Budget:
    """Shows the student's cells until the page is full; a page without end helps nobody, and no browser opens it."""

    def __init__(self) -> None:
        self._left = shown.PAGE

    def of(self, cell: NotebookNode) -> dict[str, Any]:
        """A cell as the template shows it."""
        if self._left <= 0:
            return {"kind": "cut", "source": Markup(), "outputs": []}
        if cell.cell_type == "markdown":
            source, outputs = shown.prose(cell.source), []
        else:
            source, outputs = shown.code(cell.source), shown.outputs(cell.get("outputs", []))
        self._left -= len(source) + sum(map(len, outputs))
        locked = bool(cell.metadata.get("nbgrader", {}).get("locked"))
        return {"kind": "given" if locked else cell.cell_type, "source": source, "outputs": outputs}


def _verdict(points: float, most: float, words: tuple[str, str, str]) -> str:
    return words[0] if points >= most else words[1] if points > 0 else words[2]


def _late(marks: Marks) -> str:
    if marks.seconds_late <= 0:
        return ""
    if marks.why_late:
        return f"{marks.why_late}; {f'{_number(marks.penalty)} points were' if marks.penalty else 'nothing was'} taken off"
    minutes = marks.seconds_late / 60
    for size, name in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or name == "minute":
            count = round(minutes / size)
            how = f"{count} {name}{'' if count == 1 else 's'} after the deadline"
            return f"{how}; {_number(marks.penalty)} points were taken off" if marks.penalty else f"{how}; nothing was taken off"
    raise AssertionError("a minute is the smallest unit")


def _number(value: float) -> str:
    return f"{round(value, 2):g}"
