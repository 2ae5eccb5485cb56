"""Trying the course out: a sample class, and a look at the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from isa.cli.app import app
from isa.cli.shared import LONG, Assignments, InCourse, NoSandbox, err, finish, out, plain, row, short
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
    """Let a sample class hand in, grade it, write its feedback and a report, in a scratch copy of the course."""
    from isa.progress_bar import watch
    from isa.teaching import demo as teaching_demo

    here = Course.at(course)
    names, problems = here.chosen(assignments or [])
    folder = (into or here.root / "demo").resolve()
    scratch = teaching_demo.scratch_copy(here, folder)
    titles = teaching_demo.titles(scratch)
    shown: dict[str, list[teaching_demo.Result]] = {}
    for name in names:
        try:
            results = teaching_demo.run(scratch, name, students, seed, watch(f"grading {students} submissions of {name}", err), not no_sandbox)
        except (CourseError, FileError) as error:
            problems.append(str(error))
            continue
        _print_demo(name, titles.get(name, ""), results)
        shown[name] = results
    if any(result.mark for results in shown.values() for result in results):
        _print_next(scratch, shown, teaching_demo.report(scratch, list(shown), datetime.now(UTC)))
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


def _print_demo(assignment: str, title: str, results: list[teaching_demo.Result]) -> None:
    out.print(f"\n[bold]{assignment}{': ' if title else ''}{plain(title)}[/bold]", soft_wrap=True, highlight=False)
    table = Table("student", "handed in", title=f"A sample class of {len(results)}", title_justify="left")
    for heading in ("score", "late", "to read"):
        table.add_column(heading, justify="right", no_wrap=True)
    for result in results[:LONG]:
        if result.mark is None or result.outcome.problem:
            table.add_row(result.pupil.name, result.pupil.story, "left out", "", "")
        else:
            table.add_row(result.mark.name, result.pupil.story, *row(result.mark))
    out.print(table)
    if len(results) > LONG:
        out.print(f"… and {len(results) - LONG} more.")
    for result in results:
        if result.outcome.problem:
            out.print(f"Left out: {result.pupil.name}: {result.outcome.problem}", soft_wrap=True)


def _print_next(course: Course, shown: dict[str, list[teaching_demo.Result]], report: Path) -> None:
    last = list(shown)[-1]
    page = next((course.feedback(name, r.pupil.id) for name, results in shown.items() for r in results if not r.outcome.problem), None)
    home = short(course.root)
    out.print("\n[bold]Where to look next[/bold]")
    for line in [
        f"A feedback page: {short(page)}" if page else "",
        f"The marks in nbgrader's formgrader: make lab COURSE={home}, then Nbgrader > Formgrader",
        "Answers that a person has to read: gradebook/review.ipynb in the same lab",
        f"The same loop by hand: isa grade {last} --course {home}",
        f"The report for instructors: {short(report)}",
    ]:
        if line:
            out.print(f"  {plain(line)}", soft_wrap=True)
