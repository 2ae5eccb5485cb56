"""The parts of a feedback page: a marked notebook taken apart into exercises, each with its prompt, the student's work, its tests and its marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from nbformat import NotebookNode

_HEADING = re.compile(r"^#{1,6}[ \t]+(?P<text>.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_POINTS = re.compile(r"\s*\([\d.,]+ points?\)$")
_MARK_SCHEME = re.compile(r"\n*^[^\n]*BEGIN MARK SCHEME.*?(END MARK SCHEME[^\n]*$|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class CellMarks:
    """What the gradebook says of one cell: `points` of `most`; `by_person` where a person gave them, `waits` where a person still has to look."""

    points: float
    most: float
    by_person: bool = False
    waits: bool = False


@dataclass(frozen=True)
class Marks:
    """What the gradebook says of one submission: marks and comments (automatic, human) by grade id, what lateness cost and why."""

    student: str
    name: str
    cells: dict[str, CellMarks] = field(hash=False)
    comments: dict[str, tuple[str, str]] = field(hash=False)
    penalty: float = 0
    seconds_late: float = 0
    why_late: str = ""

    @property
    def score(self) -> float:
        """All points, less what lateness cost."""
        return sum(cell.points for cell in self.cells.values()) - self.penalty

    @property
    def most(self) -> float:
        """The points that could be had."""
        return sum(cell.most for cell in self.cells.values())

    @property
    def waiting(self) -> int:
        """How many answers a person still has to look at."""
        return sum(cell.waits for cell in self.cells.values())


@dataclass
class Exercise:
    """One exercise: `prompt` is Markdown, `work` holds the student's cells, `tests` the test cells, `graded` the ids of all cells that carry points."""

    id: str
    title: str
    prompt: str = ""
    work: list[NotebookNode] = field(default_factory=list)
    tests: list[NotebookNode] = field(default_factory=list)
    graded: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The title as one calls it: "Exercise 3" for "Exercise 3: The share of the five largest economies"."""
        return self.title.split(":")[0]

    def test_name(self, grade_id: str) -> str:
        """What a test is called; a test cell's own words could give it away.

        >>> Exercise("q3", "Exercise 3: The share").test_name("q3_b")
        'Exercise 3, test b'
        """
        return f"{self.label}, test {grade_id.removeprefix(f'{self.id}_')}"


@dataclass
class Parts:
    """A notebook taken apart; `before` holds what the student wrote ahead of the first exercise."""

    title: str
    before: list[NotebookNode]
    exercises: list[Exercise]


def parts(notebook: NotebookNode) -> Parts:
    """Take a marked notebook apart.

    An exercise begins with a solution or a task cell, and the locked text before it is its prompt. A test belongs to the exercise
    whose id its own id begins with (`q3_b` to `q3`), wherever a student may have moved it, else to the exercise above it.
    """
    names = [_id(cell) for cell in notebook.cells if _is_start(cell)]
    exercises: dict[str, Exercise] = {}
    tests: list[tuple[str, NotebookNode]] = []  # each with the exercise that it belongs to
    before: list[NotebookNode] = []
    current = before
    between: list[NotebookNode] = []
    for cell in notebook.cells:
        grade_id = _id(cell)
        if _is_start(cell):
            prompt = _prompt(between)
            current.extend(_work(between[: len(between) - len(prompt)]))
            told = [_MARK_SCHEME.sub("", cell.source)] if _marked(cell).get("task") else [c.source for c in prompt if _is_locked_text(c)]
            exercise = exercises[grade_id] = _titled(grade_id, told)
            exercise.work.extend(_work([*prompt, cell]))
            if _marked(cell).get("grade") or _marked(cell).get("task"):
                exercise.graded.append(grade_id)
            current, between = exercise.work, []
        elif _is_test(cell):
            owners = [name for name in names if grade_id.startswith(f"{name}_")] or list(exercises)[-1:] or [grade_id]
            tests.append((max(owners, key=len), cell))
        else:
            between.append(cell)
    current.extend(_work(between))
    for owner, cell in tests:
        exercise = exercises.setdefault(owner, Exercise(owner, owner))
        exercise.tests.append(cell)
        exercise.graded.append(_id(cell))
    title = next((found["text"] for cell in notebook.cells if _is_locked_text(cell) and (found := _HEADING.search(cell.source))), "")
    return Parts(_plain(title), before, list(exercises.values()))


def _prompt(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The end of what stands before an answer that belongs to it: from the last locked heading on, else from the first locked text."""
    after = max((place + 1 for place, cell in enumerate(cells) if _marked(cell) and not _is_locked_text(cell)), default=0)
    texts = [place for place, cell in enumerate(cells) if _is_locked_text(cell) and place >= after]
    headed = [place for place in texts if _HEADING.match(cells[place].source)]
    start = headed[-1] if headed else texts[0] if texts else len(cells)
    return cells[start:]


def _titled(grade_id: str, told: list[str]) -> Exercise:
    prompt = "\n\n".join(told).strip()
    heading = _HEADING.match(prompt)
    if heading is None:
        return Exercise(grade_id, grade_id, prompt)
    return Exercise(grade_id, _plain(_POINTS.sub("", heading["text"])), prompt[heading.end() :].strip())


def _plain(heading: str) -> str:
    return heading.replace("*", "").replace("`", "")


def _marked(cell: NotebookNode) -> NotebookNode:
    return cell.metadata.get("nbgrader", NotebookNode())


def _id(cell: NotebookNode) -> str:
    return str(_marked(cell).get("grade_id", ""))


def _is_start(cell: NotebookNode) -> bool:
    """An answer that the student gives, or a task for which the student adds cells: an exercise begins here."""
    return bool(_marked(cell).get("solution") or _marked(cell).get("task"))


def _is_test(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and bool(_marked(cell).get("grade")) and not _is_start(cell)


def _is_locked_text(cell: NotebookNode) -> bool:
    return bool(_marked(cell)) and cell.cell_type == "markdown" and not _is_start(cell)


def _work(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Of some cells, those that the student wrote, and a given one only where it failed."""
    return [cell for cell in cells if (cell.source.strip() if _is_own(cell) else _failed(cell))]


def _is_own(cell: NotebookNode) -> bool:
    return not _marked(cell) or bool(_marked(cell).get("solution"))


def _failed(cell: NotebookNode) -> bool:
    return any(output.get("output_type") == "error" for output in cell.get("outputs", []))
