"""A learner's own record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from isa.cli.app import app
from isa.cli.shared import finish, out, plain


@app.command("progress")
def own_progress(
    export: Annotated[Path | None, typer.Option("--export", metavar="FILE.csv|.json", help="Write all your tries to a new file.", show_default=False)] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Delete what is kept of your tries; with --export, after that.")] = False,
) -> None:
    """Show how far you are with each lesson, and what to see again and when.

    What you tried is kept in a small file on this machine, without the words of your answers, and is never sent.
    """
    from isa.study import progress as study

    try:
        if export:
            out.print(f"{study.export(export)} tries written to {plain(str(export))}", soft_wrap=True, highlight=False)
        if forget:
            gone = study.forget()
            out.print("\n".join(f"Deleted: {plain(str(file))}" for file in gone) or "There was nothing to forget.", soft_wrap=True, highlight=False)
    except (OSError, ValueError) as error:
        finish([str(error)])
    if not (export or forget):
        _print_progress()


def _print_progress() -> None:
    from isa import syllabus
    from isa.study import frame
    from isa.study import progress as study

    table = Table("lesson", "objectives", title="Your progress", title_justify="left")
    table.add_column("tries", justify="right")
    table.add_column("see again")
    for lesson in syllabus.read().lessons:
        row = frame.standing(lesson)
        table.add_row(plain(row.name), row.objectives(), f"{row.tries}", row.see_again())
    out.print(table)
    out.print(study.RULE, soft_wrap=True, highlight=False)
    out.print(f"This is kept in {plain(str(study.path()))}, on this machine only.", soft_wrap=True, highlight=False)
