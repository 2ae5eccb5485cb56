"""The command `isa`, for the course in the current folder.

Whatever is wrong with one name, student or notebook is one line and exit code 2; the rest of the run goes on.

What a command works with is imported when it is called: nbgrader alone takes longer to import than most commands to run.
"""

from __future__ import annotations

# Each adds its commands, in this order.
# isort: off
from isa.cli import desk, grading, regrade, reports, export, study, answers, course, database  # noqa: F401

# isort: on
from isa.cli.app import app
from isa.cli.shared import finish
from isa.grading.course import CourseError
from isa.yamlfile import FileError


def main() -> None:
    """Run the command; an error that stops it all is one line too."""
    try:
        app()
    except (CourseError, FileError) as error:
        finish([str(error)])
