"""Marking a class again after a test or a mark scheme has changed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from isa.cli.app import app
from isa.cli.shared import InCourse, NoSandbox, err, finish, left_out, out, plain, short, who
from isa.grading.course import Course

if TYPE_CHECKING:
    from isa.teaching.regrade import Regrade

SHOWN = 30  # changes that are listed; all of them go into a file


@app.command()
def regrade(
    assignment: Annotated[str, typer.Argument(help="Name of an assignment, such as assignment-01.", show_default=False)],
    course: InCourse = Path(),
    apply: Annotated[bool, typer.Option("--apply", help="Write the new marks. Without this nothing is changed: you see who would be, and why.")] = False,
    because: Annotated[
        str, typer.Option("--because", metavar="TEXT", help="The reason, as students read it on their page; needed to apply.", show_default=False)
    ] = "",
    jobs: Annotated[int | None, typer.Option(min=1, help="How many processes mark side by side.", show_default="one for each processor")] = None,
    no_sandbox: NoSandbox = False,
) -> None:
    """Mark a class again after a changed test or mark scheme: first who would change, by how much and why; then, with --apply, for good.

    What a person marked stays. Each change is logged in gradebook/regrades/ASSIGNMENT.jsonl. Where only mark schemes or specimens changed, no code runs.
    """
    from isa.grading.nbgrader_edge import Nbgrader
    from isa.progress_bar import watch
    from isa.teaching import regrade as again

    here = Course.at(course)
    names, problems = here.chosen([assignment])
    for name in names:
        nbgrader = Nbgrader(here, isolated=not no_sandbox)
        found = again.regrade(nbgrader, name, watch(f"marking {name} again", err), apply, because, datetime.now(UTC), jobs, who())
        problems += left_out(list(found.outcomes))
        _print_regrade(name, found, apply)
        if found.changes:
            table = again.log_of(here, name).with_suffix(".csv")
            table.parent.mkdir(parents=True, exist_ok=True)
            found.table().to_csv(table, index=False)
            out.print(f"All {len(found.changes)} changes: {short(table)}", soft_wrap=True, highlight=False)
    finish(problems)


def _print_regrade(assignment: str, found: Regrade, applied: bool) -> None:
    if not found.changes:
        verb = "were" if applied else "would be"
        same = sum(outcome.unchanged for outcome in found.outcomes)
        out.print(f"{found.marked} submissions marked again, {same} as they were. Of these, nobody's points {verb} changed.", soft_wrap=True)
        return
    counts = found.by_exercise()
    table = Table("exercise", title=f"{assignment}: {'changed' if applied else 'would change'}", title_justify="left")
    for heading in ("students who gain", "who lose", "in the mean"):
        table.add_column(heading, justify="right")
    for exercise, row in counts.iterrows():
        table.add_row(str(exercise), f"{row['gain']:.0f}", f"{row['lose']:.0f}", f"{row['mean']:+.2f}")
    out.print(table)
    listed = Table("student", "cell", "from", "to", "why", title_justify="left")
    for change in sorted(found.changes, key=lambda change: -abs(change.by))[:SHOWN]:
        kept = "a person's mark stands; " if change.stands else ""
        listed.add_row(plain(change.student), change.cell, _points(change.before), _points(change.after), plain(kept + change.why))
    out.print(listed)
    students = len({change.student for change in found.changes if change.by})
    said = f"{found.marked} submissions marked again; the points of {students} students {'have changed' if applied else 'would change'}. "
    said += f"Answers that wait for a person: {found.waiting[0]} before, {found.waiting[1]} after."
    out.print(said, soft_wrap=True)
    if applied:
        out.print(f"Students read of it once their pages are written again: isa feedback {assignment}", soft_wrap=True)
    else:
        out.print(f'Nothing has been changed. To do it: isa regrade {assignment} --apply --because "…"', soft_wrap=True)


def _points(score: float | None) -> str:
    return "–" if score is None else f"{score:g}"
