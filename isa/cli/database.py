"""Where the marks are kept: from a file to a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isa.cli.app import app
from isa.cli.shared import InCourse, out, plain
from isa.grading.course import Course


@app.command()
def move_gradebook(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The gradebook so far, such as gradebook/gradebook.db.")],
    course: InCourse = Path(),
) -> None:
    """Carry a gradebook in a file into the empty database that c.CourseDirectory.db_url names in nbgrader_config.py."""
    from isa.grading.nbgrader_move import move

    moved = move(Course.at(course), file)
    marks, submissions, students = (f"{moved.rows.get(table, 0):,}" for table in ("grade", "submitted_assignment", "student"))
    out.print(
        plain(f"{marks} marks of {submissions} submissions by {students} students are now in {moved.where}; {file} has not been changed."),
        soft_wrap=True,
        highlight=False,
    )
