"""The short answers of a course: finds its questions, with mark schemes and the answers that people have marked, and marks what a student has written."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode

from isa.answers import decisions, encoder, scheme, specimens
from isa.answers.encoder import Encoder
from isa.answers.explain import explain
from isa.answers.question import MarkScheme, Question
from isa.answers.specimens import SpecimenAnswer
from isa.grading.course import Course, CourseError

if TYPE_CHECKING:
    from isa.answers.marker import Fitted

AUTHOR = "author"  # who wrote the specimens that name nobody
DECIDED = "decided"  # the kind of an answer that an instructor has marked in a class
NO_RESPONSE = "No response."  # what nbgrader says of an answer that is as it was handed out

_REGION = re.compile(r"^[^\n]*BEGIN SOLUTION.*?END SOLUTION[^\n]*", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^\s*#+\s*Mark scheme\s*:?\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Answered:
    """What becomes of a short answer: a score (None where only a person can give one), whether a person has to look, and what the student is told."""

    score: float | None
    waits: bool
    comment: str


def cells(course: Course, assignment: str) -> list[str]:
    """The ids of the cells that hold a short answer, in the order of the notebook.

    Raises:
        CourseError: there is no such notebook, or it cannot be read.
    """
    return [cell.metadata.nbgrader.grade_id for cell in _notebook(course, assignment).cells if _is_short_answer(cell)]


def question(course: Course, assignment: str, cell: str) -> Question:
    """A question with its mark scheme and its examples, in the order of `marked`.

    Raises:
        CourseError: there is no such notebook or cell, or the cell holds no short answer.
        isa.yamlfile.FileError: the mark scheme, the specimens or the decisions are not in order; the message names the line.
    """
    all_cells = _notebook(course, assignment).cells
    places = [at for at, found in enumerate(all_cells) if found.metadata.get("nbgrader", {}).get("grade_id") == cell]
    known = [found.metadata.nbgrader.grade_id for found in all_cells if _is_short_answer(found)]
    if not places or cell not in known:
        near = difflib.get_close_matches(cell, known, n=1, cutoff=0.5)
        expected = f"did you mean {near[0]}?" if near and not places else f"expected one of {', '.join(known) or '(there is none)'}"
        raise CourseError(f"{assignment}: {cell} is no {'short answer' if places else 'cell'}; {expected}")
    return _question(course, assignment, all_cells, places[0])


def questions(course: Course, assignment: str, worth: Mapping[str, float | None]) -> dict[str, Question]:
    """Cell -> question, for each short answer that has a mark scheme and specimens; one without a heading `Mark scheme` is for a person alone.

    Args:
        course: where the source, the specimens and the decisions lie.
        assignment: its name.
        worth: the points of each cell as the assignment was released, None where it has none.

    Raises:
        CourseError: a question cannot be marked as it stands: it has no specimens, or it is worth something else than what was released.
        isa.yamlfile.FileError: the mark scheme, the specimens or the decisions are not in order; the message names the line.
    """
    all_cells = _notebook(course, assignment).cells
    found = {}
    for at, cell in enumerate(all_cells):
        if not _is_short_answer(cell) or not _HEADING.search(cell.source):
            continue
        name = cell.metadata.nbgrader.grade_id
        released = worth.get(name)
        if released is None:  # it was added since, and no student has seen it
            continue
        asked = found[name] = _question(course, assignment, all_cells, at)
        if not math.isclose(asked.scheme.marks, released):
            raise CourseError(
                f"{assignment}, cell {name}: the mark scheme gives {asked.scheme.marks:g} points, the assignment was released with {released:g}; "
                f"run isa release --force {assignment}"
            )
        if not asked.examples:
            raise CourseError(
                f"{assignment}, cell {name}: found a mark scheme and no specimens to learn from, expected some in gradebook/specimens/{assignment}.yml "
                "(docs/authors.md shows the form); without the heading 'Mark scheme' the answers wait for a person"
            )
    return found


def mark(question: Question, text: str, released: str) -> Answered:
    """Mark the text of a cell as it was handed in; `released` is the text with which it was handed out."""
    answer = written(text, released)
    if not answer:
        return Answered(0.0, False, NO_RESPONSE)
    fitted = _fitted(question, encoder.best())  # type: ignore[arg-type]  # mypy believes of no protocol that it can be hashed
    try:
        found = fitted.mark(answer)
    except Exception:  # whatever a text can do to a reader: it costs this answer its automatic mark, and the rest of the notebook nothing
        return Answered(None, True, "")
    return Answered(found.score, found.needs_review, explain(found, question.scheme))


def written(text: str, released: str) -> str:
    r"""What a student has written: the text of a cell without the lines that were handed out, empty where nothing was written.

    Where nothing else is left, those lines count: part of a question may be an answer, where it offers several.

    >>> written("YOUR ANSWER HERE\n\nIt rains.", "YOUR ANSWER HERE")
    'It rains.'
    """
    if not text.strip() or text.split() == released.split():
        return ""
    given = {line.strip() for line in released.split("\n") if line.strip()}
    own = "\n".join(line for line in text.split("\n") if line.strip() not in given)
    return (own if own.strip() else text).strip()


@lru_cache(maxsize=64)
def _fitted(question: Question, chosen: Encoder) -> Fitted:
    """The marker of a question, made once in a process."""
    # Here, because the marker takes a moment to import, and whoever only looks at questions needs none.
    from isa.answers.marker import Marker

    return Marker(chosen).fit(question)


def _question(course: Course, assignment: str, all_cells: list[NotebookNode], at: int) -> Question:
    own, before = all_cells[at], all_cells[at - 1] if at else None
    cell = own.metadata.nbgrader.grade_id
    asked = [before.source] if before and before.cell_type == "markdown" and not before.metadata.get("nbgrader", {}).get("solution") else []
    prompt = "\n\n".join(text.strip() for text in (*asked, _REGION.sub("", own.source)) if text.strip())
    marks = scheme.parse(own.source, own.metadata.nbgrader.points, f"{assignment}, cell {cell}")
    return Question(prompt, marks, tuple(specimens.example(marks, m.answer, m.points, m.hand) for m in marked(course, assignment, cell, marks)))


def marked(course: Course, assignment: str, cell: str, marks: MarkScheme) -> tuple[SpecimenAnswer, ...]:
    """The answers to a question that people have marked: the specimens, then what instructors have decided since.

    A decision on an answer that is a specimen too stands in its place; one that no longer fits the mark scheme is left out.

    Raises:
        isa.yamlfile.FileError: the specimens or the decisions are not in order; the message names the line.
    """
    path = course.gradebook / "specimens" / f"{assignment}.yml"
    authored = specimens.for_cell(path, cell, marks) if path.exists() else ()
    decided = decisions.read(decisions_file(course, assignment)).on(cell, marks)
    known = {_words(decision.answer) for decision in decided}
    # Each student is a hand of its own; specimens that name none are the author's.
    own = (replace(s, hand=s.hand or AUTHOR) for s in authored if _words(s.answer) not in known)
    return (*own, *(SpecimenAnswer(d.id, DECIDED, d.answer, d.points, hand=d.id) for d in decided))


def decisions_file(course: Course, assignment: str) -> Path:
    """Where the decisions of instructors on an assignment are kept."""
    return course.gradebook / "specimens" / "decisions" / f"{assignment}.jsonl"


def named(place: str) -> tuple[Course, str, str]:
    """The course, assignment and cell that `FILE.ipynb#CELL` names.

    Raises:
        CourseError: it is not of this form, or the file is no source notebook of a course.
    """
    file, _, cell = place.rpartition("#")
    if not (file and cell):
        raise CourseError(f"found {place!r}, expected a notebook and a cell, such as source/assignment-01/assignment-01.ipynb#s1")
    path = Path(file).resolve()
    if not path.is_file():
        raise CourseError(f"{file}: there is no such file")
    if path.suffix != ".ipynb" or path.parent.name != path.stem or path.parent.parent.name != "source":
        raise CourseError(f"{file}: expected a course's source/NAME/NAME.ipynb, whose specimens lie in the course's gradebook/specimens")
    return Course.at(path.parent.parent.parent), path.stem, cell


def _notebook(course: Course, assignment: str) -> NotebookNode:
    path = course.source(assignment)
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise CourseError(f"{path}: there is no such file") from None
    except Exception as error:  # nbformat raises errors of many kinds
        raise CourseError(f"{path} cannot be read as a notebook: {type(error).__name__}: {' '.join(str(error).split())[:200]}") from None


def _is_short_answer(cell: NotebookNode) -> bool:
    marks = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "markdown" and marks.get("grade") and marks.get("solution"))


def _words(answer: str) -> str:
    return " ".join(answer.lower().split())
