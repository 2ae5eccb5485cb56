"""Making student versions, grading them and writing feedback."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from isa.cli.app import app
from isa.cli.shared import LONG, WITHOUT_WALLS, Assignments, InCourse, NoSandbox, Students, err, finish, left_out, named, out, plain, row, short, warn
from isa.grading.course import Course, CourseError, Outcome
from isa.yamlfile import FileError

if TYPE_CHECKING:
    from isa.grading.check import Checked
    from isa.grading.nbgrader_edge import Mark


@app.command()
def release(
    assignments: Assignments = None,
    course: InCourse = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace student versions that differ from their source.")] = False,
) -> None:
    """Make student versions, all or the named ones, and prove that they give nothing away."""
    from isa.grading.nbgrader_edge import Nbgrader

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
    finish(problems)


@app.command()
def grade(
    assignments: Assignments = None,
    course: InCourse = Path(),
    student: Students = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many processes mark side by side.", show_default="one for each processor")] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Let the workers of a Dask cluster mark, such as tcp://10.0.0.5:8786 (a trusted network) or tls://…; they need this package, no files.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Mark again what has not changed.")] = False,
    no_sandbox: NoSandbox = False,
) -> None:
    """Grade what was handed in for the named assignments and print the marks.

    What has not changed since it was last graded is passed over; a run that was stopped goes on where it was.

    What was done with a submission, and why, stands in gradebook/logs/STUDENT/ASSIGNMENT.log.
    """
    from isa.grading import runner
    from isa.grading.cluster import Cluster
    from isa.grading.nbgrader_edge import Nbgrader
    from isa.progress_bar import watch

    here = Course.at(course)
    names, problems = named(here, assignments, "grade")
    problems += here.strays()
    nbgrader = Nbgrader(here, isolated=not no_sandbox)
    if no_sandbox:
        err.print(WITHOUT_WALLS)
    with Cluster(cluster, warn) if cluster else nullcontext() as workers:
        for name in names:
            submissions, complaints = runner.chosen(here, name, student or [])
            problems += complaints
            if submissions:
                try:
                    outcomes = runner.grade(nbgrader, name, submissions, watch(f"grading {name}", err), jobs, force, workers)
                except (CourseError, FileError) as error:
                    problems.append(str(error))
                    continue
                problems += left_out(outcomes)
                _print_marks(name, outcomes, nbgrader.marks(name))
    finish(problems)


@app.command()
def feedback(assignments: Assignments = None, course: InCourse = Path(), student: Students = None) -> None:
    """Write the feedback pages of graded submissions."""
    from isa.grading import runner
    from isa.grading.nbgrader_edge import Nbgrader
    from isa.progress_bar import watch

    here = Course.at(course)
    names, problems = named(here, assignments, "feedback")
    nbgrader = Nbgrader(here)
    for name in names:
        submissions, complaints = runner.chosen(here, name, student or [])
        problems += complaints
        outcomes = runner.feedback(nbgrader, name, submissions, watch(f"feedback for {name}", err))
        problems += left_out(outcomes)
        ready = [o for o in outcomes if not o.problem]
        if ready:
            same = sum(o.unchanged for o in ready)
            out.print(f"{len(ready) - same} feedback pages written, {same} unchanged: feedback/STUDENT/{name}/{name}.html", soft_wrap=True)
    finish(problems)


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="An assignment's notebook: a copy of its student version, wherever it lies.", show_default=False)],
    assignment: Annotated[str, typer.Option(help="Which assignment it is.", show_default="recognised by its cells")] = "",
    output: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Where the page goes.", show_default="NAME-feedback.html beside it")] = None,
    course: Annotated[Path | None, typer.Option(help="The course's folder.", show_default="the one around the current folder, else the installed one")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON, for programs.")] = False,
    no_sandbox: NoSandbox = False,
) -> None:
    """Mark your own work on an assignment, when you study alone, and write the page that a class gets.

    No gradebook is needed or touched; nothing is written but the page.
    """
    from isa.grading import check as self_study

    if no_sandbox:
        err.print(WITHOUT_WALLS)
    here = Course.at(course) if course else self_study.course_of(Path.cwd())
    found = self_study.check(here, notebook, datetime.now(UTC), assignment, output, not no_sandbox)
    if as_json:
        sys.stdout.write(f"{found.as_json()}\n")
    else:
        _print_checked(found)
    finish([found.left_out] if found.left_out else [])


def _print_marks(assignment: str, outcomes: list[Outcome], marks: dict[str, Mark]) -> None:
    graded = [marks[o.submission.student] for o in outcomes if not o.problem]
    waiting = sum(mark.waiting > 0 for mark in graded)
    if len(graded) <= LONG:
        table = Table("student", title=f"Marks of {assignment}", title_justify="left")
        for heading in ("score", "late", "to read"):
            table.add_column(heading, justify="right", no_wrap=True)
        for mark in graded:
            table.add_row(mark.name, *row(mark))
        out.print(table)
    same = sum(o.unchanged for o in outcomes)
    passed_over = f", {same} of them unchanged and passed over" if same else ""
    out.print(f"{len(graded)} graded{passed_over}, {len(outcomes) - len(graded)} left out, {waiting} with answers that a person has to read.", soft_wrap=True)


def _print_checked(found: Checked) -> None:
    table = Table("exercise", title=f"{found.assignment}: {found.marks.score:g} of {found.marks.most:g} points", title_justify="left")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what was found")
    for line in found.exercises:
        table.add_row(plain(line.exercise), f"{line.points:g} of {line.most:g}", "\n".join(map(plain, line.found or [line.verdict])))
    out.print(table)
    for sentence in found.repairs:
        out.print(f"Repaired: {plain(sentence)}", soft_wrap=True, highlight=False)
    if found.marks.waiting:
        waiting = f"{found.marks.waiting} answer{'' if found.marks.waiting == 1 else 's'}"
        out.print(f"The marker is not sure of {waiting}. In a class a person would read on; here, weigh the reasons on the page.", soft_wrap=True)
    out.print(f"The page: {plain(short(found.page))}", soft_wrap=True, highlight=False)
