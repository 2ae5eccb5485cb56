"""Taking things out of the course: marks to where they are needed, and the copy that students may have."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from isa.cli.app import app
from isa.cli.shared import LONG, Assignments, InCourse, finish, named, out, plain, short
from isa.grading.course import Course

FEW = 8  # names in a line; --dry-run has them all

if TYPE_CHECKING:
    from isa.teaching.export import Export


@app.command()
def export(
    assignments: Assignments = None,
    to: Annotated[str, typer.Option("--to", metavar="canvas|moodle|csv|long", help="For a learning platform, or as a table.")] = "csv",
    course: InCourse = Path(),
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE.csv", help="Write this file.", show_default="a new one in gradebook/exports for each assignment")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything, not only what changed since the last export.")] = False,
    provisional: Annotated[bool, typer.Option("--provisional", help="Also students with answers that a person has still to read.")] = False,
    exercises: Annotated[bool, typer.Option("--exercises", help="To Canvas and Moodle, each exercise too; the tables always have them.")] = False,
    column: Annotated[
        str, typer.Option("--column", metavar="NAME", help="What Canvas or Moodle calls the assignment; remembered.", show_default="its name here")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be exported, and write nothing.")] = False,
) -> None:
    """Export marks: what changed since the last export, without those who wait for a person."""
    from isa.grading.nbgrader_edge import Nbgrader
    from isa.teaching import export as exporting

    here = Course.at(course)
    names, problems = named(here, assignments, "export")
    choice = exporting.Choice(to, everything, provisional, exercises, column)
    with Nbgrader(here).gradebook() as book:
        exports = exporting.planned(here, book, names, choice)
    files = [] if dry_run else exporting.written(here, exports, choice, datetime.now(), output)
    _print_exports(exports, choice.to, dry_run, provisional)
    for path in files:
        out.print(f"Written: {plain(short(path))}", soft_wrap=True, highlight=False)
    if dry_run:
        out.print("Nothing was written.")
    finish(problems + [line for one in exports for line in one.complaints])


def _print_exports(exports: list[Export], to: str, dry_run: bool, provisional: bool) -> None:
    table = Table("assignment", title=f"{'Would be exported' if dry_run else 'Exported'} to {to}", title_justify="left")
    for heading in ("exported", "unchanged", "to read first", "left out", "no marks"):
        table.add_column(heading, justify="right")
    for one in exports:
        held = "exported" if provisional and one.waiting else f"{len(one.waiting)}"
        table.add_row(one.assignment, f"{len(one.changes)}", f"{one.unchanged}", held, f"{len(one.complaints)}", f"{len(one.missing)}")
    out.print(table)
    for one in exports:
        told = [change for change in one.changes if dry_run or change.before not in (None, change.now)]
        for change in told[:LONG]:
            before = "" if change.before is None else f"{change.before:g} → "
            _say(f"  {one.assignment}, {change.name}: {before}{change.now:g}")
        if len(told) > LONG:
            _say(f"  … and {len(told) - LONG} more")
        if one.waiting:
            how = "exported with provisional marks" if provisional else "held back"
            _say(f"{one.assignment}, {how} (answers to read): {_listed([f'{name} ({count})' for name, count in one.waiting.items()], dry_run)}")
        if one.stale:
            _say(f"{one.assignment}, held back, and another mark stands where it was exported to: {_listed(list(one.stale), dry_run)}")
        if one.changes:
            by_name = [change.name for change in one.changes if change.student in one.form.by_name]
            if by_name:
                _say(f"{one.assignment}: {len(by_name)} of these can be found by name alone; put canvas_id, sis_id or login into gradebook/roster.csv")
            for advice in one.form.advice:
                _say(f"{one.assignment}: {advice}")


def _listed(names: list[str], all_of_them: bool) -> str:
    few = names if all_of_them else names[:FEW]
    return ", ".join(few) + (f" and {len(names) - len(few)} more" if len(names) > len(few) else "")


def _say(line: str) -> None:
    out.print(plain(line) if not line.startswith(" ") else f"  {plain(line)}", soft_wrap=True, highlight=False)


@app.command()
def publish(
    into: Annotated[Path, typer.Argument(metavar="DIR", help="A folder outside of the course, such as a checkout of a public repository.", show_default=False)],
    course: InCourse = Path(),
    force: Annotated[bool, typer.Option("--force", help="Also into a folder that holds other things; what has the same name is replaced.")] = False,
) -> None:
    """Make the copy of the course that students may have, and prove that it gives nothing away."""
    from isa.teaching import publish as publishing

    made = publishing.publish(Course.at(course), into, force)
    _say(f"{made.files} files ({made.bytes / 1e6:.0f} MB) in {short(into)}, with {len(made.assignments)} assignments.")
    _say(f"Every file was searched for {made.secrets:,} lines of solutions, hidden tests, mark schemes and specimens: nothing is given away.")
    if made.removed:
        _say(f"Taken away, since the course has them no longer: {_listed(list(made.removed), False)}")
    if made.not_released:
        _say(f"Not in the copy, since it is not released: {', '.join(made.not_released)}")
