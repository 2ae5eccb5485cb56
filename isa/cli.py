"""The command `isa`: release, grade, feedback, demo and doctor, for the course in the current folder.

Whatever is wrong with one name, student or notebook is one line and exit code 2; the rest of the run goes on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from isa.grading import runner
from isa.grading.course import Course, CourseError, Submission
from isa.grading.nbgrader_edge import Mark, Nbgrader
from isa.grading.runner import Outcome
from isa.teaching import demo as teaching_demo
from isa.teaching import doctor as teaching_doctor
from isa.yamlfile import FileError

PROBLEM = 2  # exit code when anything was left out
LONG = 60  # a class longer than this is summed up, not listed

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="International Security Assistance: run the course.")
out = Console()
err = Console(stderr=True)

Assignments = Annotated[list[str] | None, typer.Argument(help="Names of assignments, such as assignment-01.", show_default=False, metavar="ASSIGNMENT…")]
InCourse = Annotated[Path, typer.Option("--course", help="The course's folder, the one that holds nbgrader_config.py.", show_default="the current folder")]
Students = Annotated[list[str] | None, typer.Option("--student", help="Only this student; may be given several times.", show_default=False)]

NoSandbox = Annotated[bool, typer.Option("--no-sandbox", help="Run student code without walls, where this system cannot build them.")]


@app.command()
def release(
    assignments: Assignments = None,
    course: InCourse = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace student versions that differ from their source.")] = False,
) -> None:
    """Make student versions, all or the named ones, and prove that they give nothing away."""
    here = Course.at(course)
    names, problems = here.chosen(assignments or [])
    nbgrader = Nbgrader(here)
    for name in names:
        try:
            result = nbgrader.release(name, force)
        except CourseError as error:
            problems.append(str(error))
            continue
        out.print(f"[green]{name}[/green]: student version {result}; no solution, hidden test or mark scheme is left in release/{name}", soft_wrap=True)
    _finish(problems)


@app.command()
def grade(
    assignments: Assignments = None,
    course: InCourse = Path(),
    student: Students = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many processes mark side by side.", show_default="one for each processor")] = None,
    force: Annotated[bool, typer.Option("--force", help="Mark again what has not changed.")] = False,
    no_sandbox: NoSandbox = False,
) -> None:
    """Grade what was handed in for the named assignments and print the marks."""
    here = Course.at(course)
    names, problems = _named(here, assignments, "grade")
    problems += here.strays()
    nbgrader = Nbgrader(here, isolated=not no_sandbox)
    if no_sandbox:
        err.print("[yellow]Student code runs without walls, with your rights on this machine.[/yellow]")
    for name in names:
        submissions, complaints = runner.chosen(here, name, student or [])
        problems += complaints
        if submissions:
            try:
                outcomes = runner.grade(nbgrader, name, submissions, _progress(f"grading {name}"), jobs, force)
            except (CourseError, FileError) as error:
                problems.append(str(error))
                continue
            problems += _left_out(outcomes)
            _print_marks(name, outcomes, nbgrader.marks(name))
    _finish(problems)


@app.command()
def feedback(assignments: Assignments = None, course: InCourse = Path(), student: Students = None) -> None:
    """Write the feedback pages of graded submissions."""
    here = Course.at(course)
    names, problems = _named(here, assignments, "feedback")
    nbgrader = Nbgrader(here)
    for name in names:
        submissions, complaints = runner.chosen(here, name, student or [])
        problems += complaints
        outcomes = runner.feedback(nbgrader, submissions, _progress(f"feedback for {name}"))
        problems += _left_out(outcomes)
        written = [o for o in outcomes if not o.problem]
        if written:
            out.print(f"{len(written)} feedback pages written: feedback/STUDENT/{name}/{name}.html")
    _finish(problems)


@app.command()
def demo(
    assignments: Assignments = None,
    course: InCourse = Path(),
    students: Annotated[int, typer.Option(min=1, max=1000, help="How many students the sample class has.")] = 12,
    seed: Annotated[int, typer.Option(help="Another seed draws other mistakes and answers.")] = 0,
    into: Annotated[Path | None, typer.Option(help="Folder of the scratch copy.", show_default="demo in the course's folder")] = None,
    no_sandbox: NoSandbox = False,
) -> None:
    """Let a sample class hand in, grade it and write its feedback, in a scratch copy of the course."""
    here = Course.at(course)
    names, problems = here.chosen(assignments or [])
    folder = (into or here.root / "demo").resolve()
    scratch = teaching_demo.scratch_copy(here, folder)
    for name in names:
        try:
            results = teaching_demo.run(scratch, name, students, seed, _progress(f"grading {students} submissions of {name}"), not no_sandbox)
        except (CourseError, FileError) as error:
            problems.append(str(error))
            continue
        _print_demo(scratch, name, results)
    _finish(problems)


@app.command()
def doctor(course: InCourse = Path()) -> None:
    """Check the environment and the course, and say what to do where something is wrong."""
    problems = []
    for finding in teaching_doctor.examine(Course.at(course)):
        mark = "[red]✗[/red]" if finding.remedy else "[green]✓[/green]"
        out.print(f"{mark} {finding.what}: {finding.found}", soft_wrap=True)
        if finding.remedy:
            problems.append(f"{finding.what}: {finding.remedy}")
    _finish(problems)


def main() -> None:
    """Run the command; an error that stops it all is one line too."""
    try:
        app()
    except (CourseError, FileError) as error:
        _finish([str(error)])


def _named(course: Course, assignments: list[str] | None, verb: str) -> tuple[list[str], list[str]]:
    """The assignments to work on; naming none is an error that lists those that there are."""
    if not assignments:
        raise CourseError(f"name an assignment: isa {verb} {' '.join(course.assignments()) or 'ASSIGNMENT'}")
    return course.chosen(assignments)


def _left_out(outcomes: list[Outcome]) -> list[str]:
    return [f"{o.submission.student}: {o.problem}" for o in outcomes if o.problem]


def _progress(what: str) -> runner.Progress:
    """A bar on the terminal's error stream, with the student last done; silent when nobody is watching."""

    def watched(submissions: Iterable[Submission], total: int) -> Iterable[Submission]:
        times = [TimeElapsedColumn(), TimeRemainingColumn()]
        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *times, TextColumn("{task.fields[student]}")]
        with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
            task = bar.add_task(what, total=total, student="")
            for submission in submissions:
                bar.update(task, advance=1, student=submission.student)
                yield submission

    return watched


def _print_marks(assignment: str, outcomes: list[Outcome], marks: dict[str, Mark]) -> None:
    graded = [marks[o.submission.student] for o in outcomes if not o.problem]
    waiting = sum(mark.waiting > 0 for mark in graded)
    if len(graded) <= LONG:
        table = Table("student", title=f"Marks of {assignment}", title_justify="left")
        for heading in ("score", "late", "to read"):
            table.add_column(heading, justify="right", no_wrap=True)
        for mark in graded:
            table.add_row(mark.name, *_row(mark))
        out.print(table)
    out.print(f"{len(graded)} graded, {len(outcomes) - len(graded)} left out, {waiting} with answers that a person has to read.")


def _print_demo(course: Course, assignment: str, results: list[teaching_demo.Result]) -> None:
    table = Table("student", "handed in", title=f"A sample class of {len(results)}: {assignment}", title_justify="left")
    for heading in ("score", "late", "to read"):
        table.add_column(heading, justify="right", no_wrap=True)
    for result in results:
        if result.mark is None or result.outcome.problem:
            table.add_row(result.pupil.name, result.pupil.story, "left out", "", "")
        else:
            table.add_row(result.mark.name, result.pupil.story, *_row(result.mark))
    out.print(table)
    for result in results:
        if result.outcome.problem:
            out.print(f"Left out: {result.pupil.name}: {result.outcome.problem}", soft_wrap=True)
    page = next((course.feedback(assignment, r.pupil.id) for r in results if not r.outcome.problem), None)
    out.print("\n[bold]Where to look next[/bold]")
    if page:
        out.print(f"  A feedback page: {_short(page)}", soft_wrap=True)
    out.print(f"  The marks in nbgrader's formgrader: make lab COURSE={_short(course.root)}, then Nbgrader > Formgrader", soft_wrap=True)
    out.print(f"  The same loop by hand: isa grade {assignment} --course {_short(course.root)}", soft_wrap=True)


def _row(mark: Mark) -> tuple[str, str, str]:
    """Score, lateness with what it cost, and the number of answers that wait for a person."""
    late = f"{mark.seconds_late / 3600:.0f} h, −{mark.penalty:g}" if mark.seconds_late > 0 else ""
    return f"{mark.score:g} of {mark.max_score:g}", late, str(mark.waiting or "")


def _short(path: Path) -> str:
    """A path as a person in the current folder would write it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _finish(problems: list[str]) -> None:
    """Say what was left out, a line each, and leave with the exit code that goes with it."""
    for problem in problems:
        err.print(f"[yellow]![/yellow] {_plain(problem)}", soft_wrap=True, highlight=False)
    if problems:
        sys.exit(PROBLEM)


def _plain(text: str) -> str:
    """One line, with nothing that the terminal would take for markup."""
    return " ".join(text.split()).replace("[", r"\[")
