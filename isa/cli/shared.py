"""What the commands share: where they print, what their options are called, and how they end."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from isa.grading.course import Course, CourseError, Outcome

if TYPE_CHECKING:
    from isa.grading.nbgrader_edge import Mark

PROBLEM = 2  # exit code when anything was left out
LONG = 60  # a class longer than this is summed up, not listed
WITHOUT_WALLS = "[yellow]Student code runs without walls, with your rights on this machine.[/yellow]"

out = Console()
err = Console(stderr=True)

Assignments = Annotated[list[str] | None, typer.Argument(help="Names of assignments, such as assignment-01.", show_default=False, metavar="ASSIGNMENT…")]
InCourse = Annotated[Path, typer.Option("--course", help="The course's folder, the one that holds nbgrader_config.py.", show_default="the current folder")]
Students = Annotated[list[str] | None, typer.Option("--student", help="Only this student; may be given several times.", show_default=False)]
NoSandbox = Annotated[bool, typer.Option("--no-sandbox", help="Run student code without walls, where this system cannot build them.")]


def named(course: Course, assignments: list[str] | None, verb: str) -> tuple[list[str], list[str]]:
    """The assignments to work on; naming none is an error that lists those that there are."""
    if not assignments:
        raise CourseError(f"name an assignment: isa {verb} {' '.join(course.assignments()) or 'ASSIGNMENT'}")
    return course.chosen(assignments)


def left_out(outcomes: list[Outcome]) -> list[str]:
    """A line for each submission that was left out."""
    return [f"{o.submission.student}: {o.problem}" for o in outcomes if o.problem]


def row(mark: Mark) -> tuple[str, str, str]:
    """Score, lateness with what it cost, and the number of answers that wait for a person."""
    late = f"{mark.seconds_late / 3600:.0f} h, −{mark.penalty:g}" if mark.seconds_late > 0 else ""
    return f"{mark.score:g} of {mark.max_score:g}", late, str(mark.waiting or "")


def who() -> str:
    """Who decides: the name of this account, as far as it has one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def short(path: Path) -> str:
    """A path as a person in the current folder would write it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def finish(problems: list[str]) -> None:
    """Say what was left out, a line each, and leave with the exit code that goes with it."""
    for problem in problems:
        warn(problem)
    if problems:
        sys.exit(PROBLEM)


def warn(line: str) -> None:
    """Say something that a person should look at."""
    err.print(f"[yellow]![/yellow] {plain(line)}", soft_wrap=True, highlight=False)


def plain(text: str) -> str:
    """One line, with nothing that the terminal would take for markup."""
    return " ".join(text.split()).replace("[", r"\[")
