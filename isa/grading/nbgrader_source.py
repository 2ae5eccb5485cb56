"""An assignment as its instructor version makes it, without a gradebook: nbgrader's own steps to a student version, run in memory.

Whoever studies alone writes into `release/` itself, and has no gradebook. So neither can say what an assignment was before it was worked on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import SaveCells
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets import TraitError
from traitlets.config import Config, PyFileConfigLoader

from isa.answers.edition import edition
from isa.answers.question import Question
from isa.grading.course import CONFIG, Course, CourseError
from isa.grading.marks import Blueprint, Trusted
from isa.grading.nbgrader_engine import RunIsolated


def settings(course: Course) -> Config:
    """What `nbgrader_config.py` of a course says.

    Raises:
        CourseError: the file cannot be read.
    """
    try:
        return PyFileConfigLoader(CONFIG, path=str(course.root)).load_config()
    except Exception as error:  # whatever Python can raise: the file is a program
        raise CourseError(f"{course.root / CONFIG} cannot be read: {type(error).__name__}: {error}") from None


def engine(course: Course, config: Config) -> RunIsolated:
    """The engine with the limits of a course.

    Raises:
        CourseError: a limit makes no sense.
    """
    try:
        made = RunIsolated(config=config)
        _ = made.limits
    except TraitError as error:
        raise CourseError(f"{course.root / CONFIG}: {error}") from None
    return made


def student_version(course: Course, assignment: str, config: Config) -> tuple[str, dict[str, Trusted]]:
    """The student version, as JSON, and grade id -> cell as a gradebook would have it: what `isa release` makes and records.

    Raises:
        CourseError: there is no instructor version, or nbgrader refuses it.
    """
    source = course.source(assignment)
    steps = [step(config=config) for step in GenerateAssignment(config=config).preprocessors]
    where = {"assignment": assignment, "notebook": assignment, "student": ".", "db_url": ""}
    resources = {"nbgrader": where, "metadata": {"name": assignment, "path": str(source.parent)}}
    cells: dict[str, Trusted] = {}
    try:
        notebook = nbformat.read(source, as_version=4)
        with contextlib.chdir(course.root):  # as nbgrader does: a header is named relative to it
            for step in steps:
                if isinstance(step, SaveCells):
                    cells = _trusted(notebook)
                else:
                    notebook, resources = step(notebook, resources)
    except FileNotFoundError as error:
        raise CourseError(f"{assignment}: {error.filename} is missing") from None
    except Exception as error:  # nbgrader and nbformat raise errors of many kinds
        raise CourseError(f"{assignment}: no student version can be made of {source}: {type(error).__name__}: {' '.join(str(error).split())[:200]}") from None
    return nbformat.writes(notebook), cells


def assembled(course: Course, assignment: str, released: str, cells: dict[str, Trusted], settled: RunIsolated, questions: Mapping[str, Question]) -> Blueprint:
    """All that a worker needs to know of an assignment; the files that belong to it are those beside its instructor version."""
    beside = course.source(assignment).parent
    files = {path.relative_to(beside).as_posix(): path.read_bytes() for path in sorted(beside.rglob("*")) if path.is_file() and path.suffix != ".ipynb"}
    return Blueprint(assignment, released, cells, files, settled.limits, settled.isolated, dict(questions), edition() if questions else "")


def _trusted(notebook: NotebookNode) -> dict[str, Trusted]:
    """What SaveCells would write to a gradebook."""
    kept = [cell for cell in notebook.cells if is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell)]
    return {
        cell.metadata.nbgrader.grade_id: Trusted(
            cell.source,
            cell.cell_type,
            bool(is_locked(cell)),
            cell.metadata.nbgrader.get("checksum"),
            float(cell.metadata.nbgrader.points) if is_grade(cell) or is_task(cell) else None,
            bool(is_solution(cell)),
        )
        for cell in kept
    }
