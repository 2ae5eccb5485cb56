"""The syllabus, read from `course.yml` and checked: claims, lessons, objectives, assignments, points and weights."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from isa.home import home
from isa.yamlfile import YamlFile

Status = Literal["ready", "planned"]


class UnknownLesson(KeyError):
    """No lesson of that id; the message names those that there are."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Exercise:
    """One exercise of an assignment; `id` is its nbgrader solution or answer cell."""

    id: str
    kind: Literal["data", "chart", "short answer", "brief"]
    title: str
    points: float
    objectives: tuple[str, ...]


@dataclass(frozen=True)
class Assignment:
    """An assignment; `id` is its folder in source/ and release/, `weight` its per cent of the course."""

    id: str
    lesson: str
    title: str
    status: Status
    minutes: int
    points: float
    weight: float
    exercises: tuple[Exercise, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A lesson; `objectives` maps an id such as "1.2" to what a learner can do afterwards, `notebook` is its path in the course."""

    id: str
    title: str
    question: str
    notebook: str
    status: Status
    minutes: int
    prerequisites: tuple[str, ...]
    claims: tuple[str, ...]
    evidence: tuple[str, ...]
    objectives: dict[str, str] = field(hash=False)


@dataclass(frozen=True)
class Syllabus:
    """The whole course, in teaching order."""

    title: str
    course_id: str
    claims: dict[str, str] = field(hash=False)
    lessons: tuple[Lesson, ...]
    assignments: tuple[Assignment, ...]

    def lesson(self, id: str) -> Lesson:
        """The lesson of that id.

        Raises:
            UnknownLesson: there is none.
        """
        known = {lesson.id: lesson for lesson in self.lessons}
        if id in known:
            return known[id]
        near = difflib.get_close_matches(str(id), known, n=1)
        raise UnknownLesson(f"there is no lesson {id!r}." + (f" Did you mean {near[0]!r}?" if near else "") + f" The course has {', '.join(known)}.")

    def ready_assignments(self) -> list[Assignment]:
        """The assignments that are written."""
        return [a for a in self.assignments if a.status == "ready"]


def _text(description: str = "") -> dict[str, Any]:
    return {"type": "string", "minLength": 1} | ({"description": description} if description else {})


def _record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": required | (optional or {}), "required": list(required), "additionalProperties": False}


_ID = {"type": "string", "pattern": r"^[A-Za-z0-9_-]+$", "description": "letters, digits, - and _"}
_LESSON_ID = {"type": "string", "pattern": r"^\d\d$", "description": 'two digits in quotes, such as "03"'}
_LIST_OF_TEXT = {"type": "array", "items": _text()}
_STATUS = {"enum": ["ready", "planned"]}
_MINUTES = {"type": "integer", "minimum": 5}
_POINTS = {"type": "number", "exclusiveMinimum": 0}

_EXERCISE = _record(
    {
        "id": _ID,
        "kind": {"enum": ["data", "chart", "short answer", "brief"]},
        "title": _text(),
        "points": _POINTS,
        "objectives": _LIST_OF_TEXT | {"minItems": 1},
    }
)
_LESSON = _record(
    {
        "id": _LESSON_ID,
        "title": _text(),
        "question": _text(),
        "notebook": {"type": "string", "pattern": r"^notebooks/[\w-]+\.ipynb$", "description": "notebooks/NN-name.ipynb"},
        "status": _STATUS,
        "minutes": _MINUTES,
        "prerequisites": {"type": "array", "items": _LESSON_ID},
        "claims": _LIST_OF_TEXT,
        "evidence": _LIST_OF_TEXT,
        "objectives": {"type": "object", "additionalProperties": _text(), "minProperties": 1},
    }
)
_ASSIGNMENT = _record(
    {"id": _ID, "lesson": _LESSON_ID, "title": _text(), "status": _STATUS, "minutes": _MINUTES, "points": _POINTS, "weight": _POINTS},
    {"exercises": {"type": "array", "items": _EXERCISE, "minItems": 1}},
)
_SCHEMA = _record(
    {
        "title": _text(),
        "course_id": _ID,
        "claims": {"type": "object", "additionalProperties": _text(), "minProperties": 1},
        "lessons": {"type": "array", "items": _LESSON, "minItems": 1},
        "assignments": {"type": "array", "items": _ASSIGNMENT},
    }
)


def read(path: Path | None = None) -> Syllabus:
    """The syllabus in the file `path`, or this course's own.

    >>> read().lessons[1].title
    'What is security assistance?'

    Raises:
        isa.yamlfile.FileError: the file is missing or wrong; the message names line and field.
    """
    file = YamlFile(path or home() / "course.yml", _SCHEMA)
    _check_references(file)
    data = file.data
    return Syllabus(
        title=data["title"],
        course_id=data["course_id"],
        claims=data["claims"],
        lessons=tuple(Lesson(**_frozen(lesson)) for lesson in data["lessons"]),
        assignments=tuple(Assignment(**_frozen({**a, "exercises": [Exercise(**_frozen(e)) for e in a.get("exercises", [])]})) for a in data["assignments"]),
    )


def _frozen(record: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in record.items()}


def _check_references(file: YamlFile) -> None:
    """Everything that is pointed to exists, nothing stands twice, and the sums are right."""
    data = file.data
    lessons = {}
    for i, lesson in enumerate(data["lessons"]):
        at: list[str | int] = ["lessons", i]
        if lesson["id"] in lessons:
            raise file.error([*at, "id"], f"lesson {lesson['id']!r} stands twice")
        for position, earlier in enumerate(lesson["prerequisites"]):
            if earlier not in lessons:
                raise file.error([*at, "prerequisites", position], f"found {earlier!r}, expected a lesson that stands before this one")
        for position, claim in enumerate(lesson["claims"]):
            if claim not in data["claims"]:
                raise file.error([*at, "claims", position], f"found {claim!r}, expected one of {', '.join(data['claims'])}")
        for objective in lesson["objectives"]:
            if not objective.startswith(f"{int(lesson['id'])}."):
                raise file.error([*at, "objectives", objective], f"found objective {objective!r}, expected an id that starts with {int(lesson['id'])}.")
        lessons[lesson["id"]] = lesson
    objectives = {o for lesson in lessons.values() for o in lesson["objectives"]}
    seen = set()
    for i, assignment in enumerate(data["assignments"]):
        at = ["assignments", i]
        if assignment["id"] in seen:
            raise file.error([*at, "id"], f"assignment {assignment['id']!r} stands twice")
        seen.add(assignment["id"])
        if assignment["lesson"] not in lessons:
            raise file.error([*at, "lesson"], f"found {assignment['lesson']!r}, expected the id of a lesson")
        exercises = assignment.get("exercises")
        if exercises is None:
            if assignment["status"] == "ready":
                raise file.error(at, "'exercises' missing: an assignment that is ready lists them")
            continue
        for j, exercise in enumerate(exercises):
            if exercise["id"] in {e["id"] for e in exercises[:j]}:
                raise file.error([*at, "exercises", j, "id"], f"exercise {exercise['id']!r} stands twice")
            for k, objective in enumerate(exercise["objectives"]):
                if objective not in objectives:
                    own = ", ".join(lessons[assignment["lesson"]]["objectives"])
                    raise file.error(
                        [*at, "exercises", j, "objectives", k],
                        f"found {objective!r}, expected the id of an objective; lesson {assignment['lesson']} has {own}",
                    )
        total = sum(e["points"] for e in exercises)
        if total != assignment["points"]:
            raise file.error([*at, "points"], f"found {assignment['points']}, expected {total}, the sum of the exercises' points")
    weights = sum(a["weight"] for a in data["assignments"])
    if data["assignments"] and weights != 100:
        raise file.error(["assignments"], f"the weights add up to {weights}, expected 100")
