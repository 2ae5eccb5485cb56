"""A course folder: where things lie, what is in it, and who handed in what. Knows no nbgrader."""

from __future__ import annotations

import difflib
import glob
from dataclasses import dataclass
from pathlib import Path

CONFIG = "nbgrader_config.py"


class CourseError(Exception):
    """Something a person named is not there or not right; the message is one line that says what to do."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment: a folder, which may or may not hold the notebook."""

    assignment: str
    student: str
    folder: Path

    @property
    def notebook(self) -> Path:
        """Where the notebook should be."""
        return self.folder / f"{self.assignment}.ipynb"

    def why_unreadable(self) -> str:
        """Why this cannot be graded, in a few words; empty when it can."""
        if glob.escape(self.student) != self.student:
            return "a folder name with * ? or [ is a pattern for nbgrader, which would take other students' work for this one: rename it"
        if not self.notebook.is_file():
            others = sorted(p.name for p in self.folder.glob("*.ipynb"))
            found = f"found {', '.join(others)}" if others else "the folder holds no notebook"
            return f"{self.notebook.name} is missing, {found}"
        # Here, because it imports nbformat, and most of what asks where things lie reads no notebook.
        from isa.grading import reading

        try:
            reading.read(self.notebook)
        except (reading.Unreadable, OSError) as error:
            return str(error)
        return ""


@dataclass(frozen=True)
class Outcome:
    """What became of one submission: `problem` is empty, or says in one line why it was left out; `unchanged` was passed over, its marks stand."""

    submission: Submission
    problem: str = ""
    unchanged: bool = False


@dataclass(frozen=True)
class Course:
    """The course in the folder `root`."""

    root: Path

    @classmethod
    def at(cls, folder: Path) -> Course:
        """The course in `folder`.

        Raises:
            CourseError: the folder holds no `nbgrader_config.py`.
        """
        if not (folder / CONFIG).is_file():
            raise CourseError(f"{folder.resolve()} holds no {CONFIG}: call isa from the course's folder, or name it with --course DIR")
        return cls(folder.resolve())

    @property
    def gradebook(self) -> Path:
        """The folder that is private to instructors."""
        return self.root / "gradebook"

    def assignments(self) -> list[str]:
        """The names of all assignments that have a source notebook."""
        return sorted(p.parent.name for p in (self.root / "source").glob("*/*.ipynb") if p.stem == p.parent.name)

    def chosen(self, names: list[str]) -> tuple[list[str], list[str]]:
        """Those of `names` that are assignments (all of them when none is named), and a line of complaint for each other one."""
        known = self.assignments()
        if not known:
            raise CourseError(f"{self.root / 'source'} holds no assignment: expected source/NAME/NAME.ipynb")
        complaints = [f"{name}: {_no_such_assignment(name, known)}" for name in dict.fromkeys(names) if name not in known]
        return [name for name in known if name in names or not names], complaints

    def source(self, assignment: str) -> Path:
        """The instructor version."""
        return self.root / "source" / assignment / f"{assignment}.ipynb"

    def release(self, assignment: str) -> Path:
        """The student version."""
        return self.root / "release" / assignment / f"{assignment}.ipynb"

    def submissions(self, assignment: str) -> list[Submission]:
        """What was handed in for an assignment, by student."""
        folders = sorted(p for p in (self.root / "submitted").glob(f"*/{assignment}") if p.is_dir())
        return [Submission(assignment, folder.parent.name, folder) for folder in folders]

    def strays(self) -> list[str]:
        """A line for each folder in submitted/ that belongs to no assignment: work that nobody would ever grade."""
        known = self.assignments()
        return [
            f"submitted/{folder.parent.name}/{folder.name}: {_no_such_assignment(folder.name, known)}"
            for folder in sorted((self.root / "submitted").glob("*/*"))
            if folder.is_dir() and folder.name not in known and not folder.name.startswith(".")
        ]

    def feedback(self, assignment: str, student: str) -> Path:
        """The page that a student gets back."""
        return self.root / "feedback" / student / assignment / f"{assignment}.html"

    def roster(self) -> dict[str, dict[str, str]] | None:
        """Student id -> first_name, last_name and email, from `gradebook/roster.csv`; None where there is no such file.

        Raises:
            CourseError: the file has no column `id`, a student stands twice, or another row is wrong.
        """
        path = self.gradebook / "roster.csv"
        if not path.is_file():
            return None
        from isa.grading import roster  # which raises this module's errors

        students = roster.read(path).values()
        return {one.id: {"first_name": one.first_name, "last_name": one.last_name, "email": one.email} for one in students}


def _no_such_assignment(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return "no such assignment; " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}")
