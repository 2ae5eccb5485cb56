"""Marks one assignment notebook of somebody who studies alone, with the engine and the page of a class, and without a gradebook.

Nothing is written but the page. What an assignment is comes from its instructor version (`isa.grading.nbgrader_source`): whoever studies alone
has worked in `release/` itself.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from isa.answers.explain import for_one_alone
from isa.answers.question import Question
from isa.grading import key, policy, reading, short_answers
from isa.grading.course import CONFIG, Course, CourseError
from isa.grading.feedback import CellMarks, Line, Marks, page, summary
from isa.grading.feedback.place import replaced
from isa.grading.marks import Blueprint, Verdict, files_in, mark
from isa.grading.nbgrader_source import assembled, engine, settings, student_version
from isa.grading.policy import Policy
from isa.grading.sandbox import NoIsolation, SandboxDied, shared_sandbox
from isa.home import home

WHO = "self-study"  # stands where a class has a student's name
MOST = 0.5  # of an assignment's own cells, by which a notebook is known under any name
_MADE_FROM = ("source", "submitted", "autograded")  # a page in one of these would be handed out, or taken for something handed in


@dataclass(frozen=True)
class Checked:
    """What became of a notebook: its marks, a line for each exercise, what was repaired, and what was left out and why (empty where nothing was)."""

    assignment: str
    page: Path
    marks: Marks
    exercises: tuple[Line, ...]
    repairs: tuple[str, ...]
    left_out: str

    def as_json(self) -> str:
        """One line, for programs."""
        found = {"assignment": self.assignment, "page": str(self.page), "score": self.marks.score, "most": self.marks.most, "unsure": self.marks.waiting}
        told = {"exercises": [asdict(line) for line in self.exercises], "repairs": self.repairs, "left_out": self.left_out}
        return json.dumps(found | told)


def course_of(folder: Path) -> Course:
    """The course in a folder or in the nearest one above it, else the one from which this package is installed.

    Raises:
        CourseError: there is none.
    """
    for place in (folder, *folder.parents, home()):
        if (place / CONFIG).is_file():
            return Course.at(place)
    raise CourseError(f"{folder} lies in no course: name the course's folder, the one that holds {CONFIG}, source/ and gradebook/, with --course DIR")


def check(course: Course, path: Path, now: datetime, assignment: str = "", output: Path | None = None, isolated: bool = True) -> Checked:
    """Mark a notebook and write its feedback page.

    Args:
        course: where the instructor version and the mark schemes lie.
        path: the notebook, wherever it lies: a copy of a student version, or an instructor version, whose answers are its key.
        now: the time of marking.
        assignment: which one it is; recognised where empty.
        output: where the page goes; else beside the notebook, or in the course's folder where a page beside it would be taken for part of the course.
        isolated: False runs the notebook without walls.

    Raises:
        CourseError: it is no assignment of this course, nothing of it can be read, it cannot be marked here, or the page not be written.
        isa.yamlfile.FileError: the policy, a mark scheme or the specimens are not in order.
    """
    notebook = _read(path)
    name = assignment or _recognised(course, path, notebook)
    _require(course, name)
    place = _place(course, path, output)
    shows = _policy(course)
    plan, left_out = _blueprint(course, name, isolated)
    verdict = _verdict(plan, path, notebook, place)
    marks = _marks(plan, verdict)
    marked = nbformat.reads(verdict.notebook, as_version=4)
    level = shows.shows(shows.last_due(name), now)
    try:
        replaced(place, page(marked, marks, level, now, f"source/{name}/{name}.ipynb", alone=True).encode())
    except OSError as error:
        raise CourseError(f"{place} cannot be written ({error.strerror}); name another place with --output FILE.html") from None
    return Checked(name, place, marks, tuple(summary(marked, marks, level, alone=True)), verdict.repairs, left_out)


def _read(path: Path) -> NotebookNode:
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file"
        raise CourseError(f"{path}: found {found}, expected a notebook, such as release/assignment-01/assignment-01.ipynb")
    try:
        return reading.read(path.resolve())[0]
    except (reading.Unreadable, OSError) as error:
        raise CourseError(str(error)) from None


def _recognised(course: Course, path: Path, notebook: NotebookNode) -> str:
    """The assignment of which a notebook holds most of the cells that only its author writes; else the one that it is named after, if it holds any."""
    texts = {(_grade_id(cell), cell.source.strip()) for cell in notebook.cells if _grade_id(cell)}
    known = _own_cells(course)

    def share(name: str) -> float:
        return sum(any((grade_id, text) in texts for text in own) for grade_id, own in known[name].items()) / len(known[name])

    best = max(known, key=share, default="")
    if best and share(best) >= MOST:
        return best
    for name in sorted(known, key=len, reverse=True):
        if (path.stem.startswith(name) or path.resolve().parent.name == name) and any(grade_id in known[name] for grade_id, _ in texts):
            return name
    names = ", ".join(sorted(known)) or "none is there"
    raise CourseError(f"{path.name} is no assignment of this course (they are: {names}); if it is a changed copy of one, say of which with --assignment NAME")


def _own_cells(course: Course) -> dict[str, dict[str, set[str]]]:
    """Assignment -> grade id -> the texts of each cell that only its author writes, as instructors and as students have it."""
    known: dict[str, dict[str, set[str]]] = {}
    for path in sorted([*course.root.glob("source/*/*.ipynb"), *course.root.glob("release/*/*.ipynb")]):
        if path.stem == path.parent.name:
            for cell in _cells(path):
                if not (cell.metadata.nbgrader.get("solution") or cell.metadata.nbgrader.get("task")):
                    known.setdefault(path.stem, {}).setdefault(_grade_id(cell), set()).add(cell.source.strip())
    return known


def _cells(path: Path) -> list[NotebookNode]:
    """The cells of a notebook that carry an id; none where it cannot be read, which is told where it is marked and not where another one is."""
    with contextlib.suppress(reading.Unreadable, OSError):
        return [cell for cell in reading.read(path)[0].cells if _grade_id(cell)]
    return []


def _require(course: Course, assignment: str) -> None:
    """Marking needs what is not handed out to a class.

    Raises:
        CourseError: it is not there, or there is no such assignment.
    """
    if course.source(assignment).is_file():
        return
    if course.release(assignment).is_file() or not course.assignments():
        wanted = course.source(assignment).relative_to(course.root)
        raise CourseError(
            f"{wanted} is missing in {course.root}: it holds the tests and mark schemes, which do not come with release/; get the instructor's copy"
        )
    _, complaints = course.chosen([assignment])
    raise CourseError(complaints[0])


def _place(course: Course, path: Path, output: Path | None) -> Path:
    """Where the page goes, as an absolute path."""
    beside = path.absolute().with_name(f"{path.stem}-feedback.html")
    if output is None:
        return course.root / beside.name if _is_of_a_course(beside) else beside
    if output.suffix.lower() not in (".html", ".htm"):
        raise CourseError(f"--output: found {output}, expected a name that ends with .html")
    if _is_of_a_course(output):
        raise CourseError(f"--output: {output} would become part of the course; name a place outside of {', '.join(_MADE_FROM)}")
    return output.absolute()


def _is_of_a_course(path: Path) -> bool:
    path = path.resolve()
    return any((folder / CONFIG).is_file() and path.relative_to(folder).parts[0] in _MADE_FROM for folder in path.parents)


def _policy(course: Course) -> Policy:
    path = course.gradebook / "policy.yml"
    return policy.read(path) if path.is_file() else Policy()


def _blueprint(course: Course, assignment: str, isolated: bool) -> tuple[Blueprint, str]:
    """What the assignment is, and which part of it cannot be marked here. The sandbox warms up meanwhile."""
    config = settings(course)
    if not isolated:
        config.RunIsolated.isolated = False
    settled = engine(course, config)
    try:
        shared_sandbox(settled.limits, settled.isolated)
    except NoIsolation as reason:
        raise CourseError(f"{reason}. Mend that, or mark without walls with --no-sandbox: the notebook then runs as it does in JupyterLab") from None
    released, cells = student_version(course, assignment, config)
    questions, left_out = _questions(course, assignment, {name: cell.points for name, cell in cells.items()})
    return assembled(course, assignment, released, cells, settled, questions), left_out


def _questions(course: Course, assignment: str, worth: dict[str, float | None]) -> tuple[dict[str, Question], str]:
    specimens = course.gradebook / "specimens" / f"{assignment}.yml"
    try:
        return short_answers.questions(course, assignment, worth), ""
    except CourseError:
        if specimens.exists():
            raise
    return {}, f"the written answers were not marked: {specimens.relative_to(course.root)} is missing, from which the marker learns"


def _verdict(plan: Blueprint, path: Path, notebook: NotebookNode, place: Path) -> Verdict:
    # A folder named after the assignment is its own, as in release/ and submitted/; any other may hold a life's downloads.
    beside = files_in(path.resolve().parent) if path.resolve().parent.name == plan.assignment else {}
    files = {name: content for name, content in beside.items() if name != place.name}
    try:
        if not key.is_instructors(notebook):
            return mark(plan, path.resolve(), files)
        with tempfile.TemporaryDirectory() as scratch:
            solved = Path(scratch) / path.name
            answers = key.key(notebook)
            for cell in notebook.cells:
                cell.source = answers.get(_grade_id(cell), cell.source)
            solved.write_text(nbformat.v4.writes(notebook), encoding="utf-8")
            return mark(plan, solved, files)
    except SandboxDied as reason:
        raise CourseError(f"{reason}. Mend that, or mark without walls with --no-sandbox") from None
    except Exception as error:  # whatever a file can do to a reader
        raise CourseError(f"{path.name} could not be marked: {type(error).__name__}: {' '.join(str(error).split())[:300]}") from None


def _marks(plan: Blueprint, verdict: Verdict) -> Marks:
    """The marks as a gradebook would have them."""
    cells = {
        name: CellMarks(verdict.scores.get(name) or 0.0, cell.points, waits=name in verdict.waiting or name not in verdict.scores)
        for name, cell in plan.cells.items()
        if cell.points is not None
    }
    return Marks(WHO, WHO, cells, {name: (for_one_alone(comment), "") for name, comment in verdict.comments.items()})


def _grade_id(cell: NotebookNode) -> str:
    marks = cell.metadata.get("nbgrader")
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    return grade_id if isinstance(grade_id, str) else ""
