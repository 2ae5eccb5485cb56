"""Trying the course out: a sample class, and a look at the environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from isa.cli.app import app
from isa.cli.shared import Assignments, InCourse, NoSandbox, err, finish, out, row, short
from isa.grading.course import Course, CourseError
from isa.yamlfile import FileError

if TYPE_CHECKING:
    from isa.teaching import demo as teaching_demo


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
    from isa.progress_bar import watch
    from isa.teaching import demo as teaching_demo

    here = Course.at(course)
    names, problems = here.chosen(assignments or [])
    folder = (into or here.root / "demo").resolve()
    scratch = teaching_demo.scratch_copy(here, folder)
    for name in names:
        try:
            results = teaching_demo.run(scratch, name, students, seed, watch(f"grading {students} submissions of {name}", err), not no_sandbox)
        except (CourseError, FileError) as error:
            problems.append(str(error))
            continue
        _print_demo(scratch, name, results)
    finish(problems)


@app.command()
def doctor(course: InCourse = Path()) -> None:
    """Check the environment and the course, and say what to do where something is wrong."""
    from isa.teaching import doctor as teaching_doctor

    problems = []
    for finding in teaching_doctor.examine(Course.at(course)):
        mark = "[red]✗[/red]" if finding.remedy else "[green]✓[/green]"
        out.print(f"{mark} {finding.what}: {finding.found}", soft_wrap=True)
        if finding.remedy:
            problems.append(f"{finding.what}: {finding.remedy}")
    finish(problems)


def _print_demo(course: Course, assignment: str, results: list[teaching_demo.Result]) -> None:
    table = Table("student", "handed in", title=f"A sample class of {len(results)}: {assignment}", title_justify="left")
    for heading in ("score", "late", "to read"):
        table.add_column(heading, justify="right", no_wrap=True)
    for result in results:
        if result.mark is None or result.outcome.problem:
            table.add_row(result.pupil.name, result.pupil.story, "left out", "", "")
        else:
            table.add_row(result.mark.name, result.pupil.story, *row(result.mark))
    out.print(table)
    for result in results:
        if result.outcome.problem:
            out.print(f"Left out: {result.pupil.name}: {result.outcome.problem}", soft_wrap=True)
    page = next((course.feedback(assignment, r.pupil.id) for r in results if not r.outcome.problem), None)
    out.print("\n[bold]Where to look next[/bold]")
    if page:
        out.print(f"  A feedback page: {short(page)}", soft_wrap=True)
    out.print(f"  The marks in nbgrader's formgrader: make lab COURSE={short(course.root)}, then Nbgrader > Formgrader", soft_wrap=True)
    out.print(f"  The same loop by hand: isa grade {assignment} --course {short(course.root)}", soft_wrap=True)
