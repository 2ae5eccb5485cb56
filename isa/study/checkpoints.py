"""Checkpoints: the questions of a lesson, read from `notebooks/checkpoints/NN.yml` and checked.

`docs/authors.md` shows the form of the file. What a learner answers is marked in `isa.study.marking`.
"""

from __future__ import annotations

import ast
import difflib
import math
import re
import textwrap
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from isa import syllabus
from isa.answers import scheme
from isa.answers.question import Example, Question
from isa.home import home
from isa.yamlfile import YamlFile


class UnknownCheckpoint(KeyError):
    """No checkpoint of that id; the message names those of the lesson."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Option:
    """Something to choose; `why` says what is right or wrong with it."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Choice:
    """Choose one of the options, or `many`."""

    options: tuple[Option, ...]
    many: bool = False


@dataclass(frozen=True)
class Order:
    """Put things in order; `items` stand in the right one."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class WrongTurn:
    """A common way to go wrong: the expression that gives what one gets then, and what its taker needs to read."""

    value: str
    says: str


@dataclass(frozen=True)
class Number:
    """Give a number: `value` is an expression over the tables of the course, so that no figure is copied here."""

    value: str
    unit: str
    tolerance: float
    wrong_turns: tuple[WrongTurn, ...] = ()


@dataclass(frozen=True)
class Line:
    """Write one line of pandas: what it gives is compared with what `solution` gives."""

    solution: str
    wrong_turns: tuple[WrongTurn, ...] = ()


@dataclass(frozen=True)
class ShortAnswer:
    """Answer in a sentence or two, marked point by point."""

    question: Question


@dataclass(frozen=True)
class Chart:
    """A chart to read: `draw` is code that leaves an Axes called `ax`; `alt` says it in words, and does not give the answer away."""

    draw: str
    alt: str


@dataclass(frozen=True)
class Checkpoint:
    """A question of a lesson.

    Attributes:
        id: such as "2.4": the lesson without its leading zero, and a number.
        lesson: its id, such as "02".
        objective: the one that it practises.
        minutes: for a learner at a steady pace.
        ask: the question, in Markdown.
        task: what kind of answer it wants.
        setup: code that makes the names which the question, its `task` and its `chart` use; `isa` and `pd` are there.
        chart: drawn above the answer, or none.
        hints: given one by one, on request.
        explanation: shown once the answer is right, or on request after two tries; Markdown.
        recall: whether a later lesson may ask it again.
        exit_ticket: whether it closes the lesson.
    """

    id: str
    lesson: str
    objective: str
    minutes: float
    ask: str
    task: Choice | Order | Number | Line | ShortAnswer
    explanation: str
    setup: str = ""
    chart: Chart | None = None
    hints: tuple[str, ...] = ()
    recall: bool = False
    exit_ticket: bool = False


def checkpoint(id: str) -> Checkpoint:
    """The checkpoint `id` of this course.

    Raises:
        UnknownCheckpoint: there is none of that id.
        isa.yamlfile.FileError: the lesson's file is missing or wrong.
    """
    if not (isinstance(id, str) and re.fullmatch(r"[0-9]{1,2}\.[0-9]{1,2}", id)):
        raise UnknownCheckpoint(f'found {id!r}, expected the id of a checkpoint in quotes, such as "2.4", question 4 of lesson 02')
    lesson = f"{int(id.partition('.')[0]):02}"
    if not file_of(lesson).is_file():
        others = ", ".join(sorted(path.stem for path in file_of(lesson).parent.glob("[0-9][0-9].yml")))
        raise UnknownCheckpoint(f"there is no checkpoint {id!r}: lesson {lesson} has none. Lessons with checkpoints: {others or 'none yet'}.")
    known = {one.id: one for one in of_lesson(lesson)}
    if id not in known:
        near = difflib.get_close_matches(id, known, n=1)
        raise UnknownCheckpoint(f"there is no checkpoint {id!r}.{f' Did you mean {near[0]!r}?' if near else ''} Lesson {lesson} has {', '.join(known)}.")
    return known[id]


def of_lesson(lesson: str) -> tuple[Checkpoint, ...]:
    """The checkpoints of a lesson, in its order; none where it has no file.

    Raises:
        isa.yamlfile.FileError: the file is wrong; the message names line and field.
    """
    path = file_of(lesson)
    return _read_once(path, path.stat().st_mtime_ns) if path.is_file() else ()


def file_of(lesson: str) -> Path:
    """Where the checkpoints of a lesson stand."""
    return home() / "notebooks" / "checkpoints" / f"{lesson}.yml"


@lru_cache(maxsize=32)
def _read_once(path: Path, stamp: int) -> tuple[Checkpoint, ...]:
    return read(path)


def _text() -> dict[str, Any]:
    return {"type": "string", "pattern": r"\S", "description": "text that is not blank"}


def _record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": required | (optional or {}), "required": list(required), "additionalProperties": False}


_OPTION = _record({"text": _text(), "why": _text()}, {"right": {"type": "boolean"}})
_EXPRESSION = {"type": ["string", "number"]}
_WRONG_TURN = _record({"value": _EXPRESSION, "says": _text()})
_WRONG_TURNS = {"type": "array", "items": _WRONG_TURN}
_ENOUGH = 12  # specimens, from which the marker learns
_POINTS_OF_ANSWER = {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}, "minProperties": 1}
_SPECIMENS = {"type": "array", "items": _record({"answer": {"type": "string"}, "points": _POINTS_OF_ANSWER}), "minItems": _ENOUGH}
_KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "choose one": ({"options": {"type": "array", "items": _OPTION, "minItems": 2}}, {}),
    "choose many": ({"options": {"type": "array", "items": _OPTION, "minItems": 2}}, {}),
    "order": ({"items": {"type": "array", "items": _text(), "minItems": 3}}, {}),
    "number": ({"value": _EXPRESSION, "unit": {"type": "string"}, "tolerance": {"type": "number", "minimum": 0}}, {"wrong_turns": _WRONG_TURNS}),
    "line": ({"solution": _text()}, {"wrong_turns": _WRONG_TURNS}),
    "short answer": ({"scheme": _text(), "specimens": _SPECIMENS}, {}),
}
_COMMON_REQUIRED = {
    "id": {"type": "string", "pattern": r"^[1-9]?\d\.[1-9]\d?$", "description": 'a text in quotes such as "2.4"'},
    "objective": {"type": "string"},
    "minutes": {"type": "number", "exclusiveMinimum": 0},
    "ask": _text(),
    "explanation": _text(),
}
_COMMON_OPTIONAL = {
    "setup": _text(),
    "chart": _record({"draw": _text(), "alt": _text()}),
    "hints": {"type": "array", "items": _text()},
    "recall": {"type": "boolean"},
    "exit_ticket": {"type": "boolean"},
}
_SCHEMA = _record(
    {
        "lesson": {"type": "string", "pattern": r"^\d\d$", "description": 'two digits in quotes, such as "03"'},
        "checkpoints": {"type": "array", "minItems": 1, "items": {"type": "object", "properties": {"kind": {"enum": list(_KINDS)}}, "required": ["kind"]}},
    }
)


def read(path: Path) -> tuple[Checkpoint, ...]:
    """The checkpoints in a file, in its order.

    Raises:
        isa.yamlfile.FileError: the file is missing or wrong; the message names line and field.
    """
    file = YamlFile(path, _SCHEMA)
    lesson = file.data["lesson"]
    lessons = {one.id: one for one in syllabus.read().lessons}
    if lesson not in lessons:
        raise file.error(["lesson"], f"found {lesson!r}, expected the id of a lesson: {', '.join(lessons)}")
    if lesson != path.stem:
        raise file.error(["lesson"], f"found {lesson!r} in {path.name}, expected {path.stem!r}")
    seen: list[str] = []
    checkpoints = []
    for i, entry in enumerate(file.data["checkpoints"]):
        at: list[str | int] = ["checkpoints", i]
        required, optional = _KINDS[entry["kind"]]
        file.check(at, _record({"kind": {}} | _COMMON_REQUIRED | required, _COMMON_OPTIONAL | optional))
        if entry["id"] in seen:
            first = file.line(["checkpoints", seen.index(entry["id"]), "id"])
            raise file.error([*at, "id"], f"checkpoint {entry['id']!r} stands twice (first in line {first}), expected an id of its own")
        if not entry["id"].startswith(f"{int(lesson)}."):
            raise file.error([*at, "id"], f"found {entry['id']!r}, expected an id that starts with {int(lesson)}.")
        if entry["objective"] not in lessons[lesson].objectives:
            raise file.error(
                [*at, "objective"], f"found {entry['objective']!r}, expected an objective of lesson {lesson}: {', '.join(lessons[lesson].objectives)}"
            )
        _check_numbers(file, at, entry)
        _check_code(file, at, entry)
        seen.append(entry["id"])
        checkpoints.append(_checkpoint(file, at, lesson, entry))
    return tuple(checkpoints)


def _checkpoint(file: YamlFile, at: list[str | int], lesson: str, entry: dict[str, Any]) -> Checkpoint:
    return Checkpoint(
        id=entry["id"],
        lesson=lesson,
        objective=entry["objective"],
        minutes=entry["minutes"],
        ask=entry["ask"].strip(),
        task=_task(file, at, entry),
        explanation=entry["explanation"].strip(),
        setup=entry.get("setup", ""),
        chart=Chart(**entry["chart"]) if "chart" in entry else None,
        hints=tuple(entry.get("hints", [])),
        recall=entry.get("recall", False),
        exit_ticket=entry.get("exit_ticket", False),
    )


def _task(file: YamlFile, at: list[str | int], entry: dict[str, Any]) -> Choice | Order | Number | Line | ShortAnswer:
    turns = tuple(WrongTurn(str(t["value"]), t["says"]) for t in entry.get("wrong_turns", []))
    match entry["kind"]:
        case "choose one" | "choose many":
            options = tuple(Option(o["text"], o.get("right", False), o["why"]) for o in entry["options"])
            right, many = sum(o.right for o in options), entry["kind"] == "choose many"
            if right == 0 or (right > 1 and not many):
                raise file.error([*at, "options"], f"{right} options are right, expected {'at least one' if many else 'exactly one'}")
            if len({o.text for o in options}) < len(options):
                raise file.error([*at, "options"], "an option stands twice")
            return Choice(options, many)
        case "order":
            if len(set(entry["items"])) < len(entry["items"]):
                raise file.error([*at, "items"], "an item stands twice")
            return Order(tuple(entry["items"]))
        case "number":
            return Number(str(entry["value"]), entry["unit"], entry["tolerance"], turns)
        case "line":
            return Line(entry["solution"].strip(), turns)
        case _:
            return ShortAnswer(_question(file, at, entry))


def _question(file: YamlFile, at: list[str | int], entry: dict[str, Any]) -> Question:
    """The written question with its mark scheme, in the same form as in an assignment."""
    try:
        marks = scheme.parse(textwrap.dedent(entry["scheme"]))
    except scheme.SchemeError as error:
        raise file.error([*at, "scheme"], str(error)) from None
    worth = {point.name: point.marks for point in marks.points}
    examples = []
    for j, one in enumerate(entry["specimens"]):
        where: list[str | int] = [*at, "specimens", j, "points"]
        if set(one["points"]) != set(worth):
            raise file.error(where, f"found {', '.join(one['points'])}, expected a mark for each of {', '.join(worth)}")
        for name, given in one["points"].items():
            if not 0 <= given <= worth[name]:
                raise file.error([*where, name], f"found {given}, expected 0 to {worth[name]:g}")
        shares = {name: given / worth[name] for name, given in one["points"].items()}
        examples.append(Example(one["answer"], marks.total(one["points"]) / marks.marks, shares))
    for name in worth:
        for share, what in ((1, "all"), (0, "nothing")):
            if not any(example.points[name] == share for example in examples):
                raise file.error([*at, "specimens"], f"no answer earns {what} of {name}, expected at least one: the marker learns from right and wrong ones")
    return Question(entry["ask"], marks, tuple(examples))


def _check_numbers(file: YamlFile, at: list[str | int], entry: dict[str, Any]) -> None:
    """YAML knows `.nan` and `.inf`, with which nothing could be compared."""
    numbers: list[tuple[list[str | int], Any]] = [([field], entry.get(field)) for field in ("minutes", "tolerance", "value")]
    numbers += [(["wrong_turns", j, "value"], turn["value"]) for j, turn in enumerate(entry.get("wrong_turns", []))]
    for where, number in numbers:
        if isinstance(number, float) and not math.isfinite(number):
            raise file.error([*at, *where], f"found {number}, expected a finite number")


def _check_code(file: YamlFile, at: list[str | int], entry: dict[str, Any]) -> None:
    """All code of a checkpoint can be read by Python: expressions, and lines of code where they only make names."""
    for field in ("solution", "value"):
        _parse(file, [*at, field], entry.get(field), "eval")
    for j, turn in enumerate(entry.get("wrong_turns", [])):
        _parse(file, [*at, "wrong_turns", j, "value"], turn["value"], "eval")
    _parse(file, [*at, "setup"], entry.get("setup"), "exec")
    if "chart" in entry:
        drawn = _parse(file, [*at, "chart", "draw"], entry["chart"]["draw"], "exec")
        if not any(isinstance(node, ast.Name) and node.id == "ax" and isinstance(node.ctx, ast.Store) for node in ast.walk(drawn)):
            raise file.error([*at, "chart", "draw"], "found no 'ax = …', expected code that leaves an Axes called ax")


def _parse(file: YamlFile, where: list[str | int], code: Any, mode: Literal["eval", "exec"]) -> ast.AST:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python only warns of would be shown to learners
            compile(str(code).strip(), "checkpoint", mode)
            return ast.parse(str(code).strip(), mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning) as error:
        in_line = f" (line {error.lineno} of the code)" if isinstance(error, SyntaxError) and mode == "exec" else ""
        raise file.error(where, f"not {'an expression' if mode == 'eval' else 'code'} of Python: {getattr(error, 'msg', error)}{in_line}") from None
