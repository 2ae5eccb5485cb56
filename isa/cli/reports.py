"""Looking at a class: reports on its marks, and submissions to read together."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from isa.cli.app import app
from isa.cli.shared import InCourse, Students, err, finish, out, plain, short
from isa.grading.course import Course, CourseError, Submission

if TYPE_CHECKING:
    from isa.teaching.report import build

Output = Annotated[Path | None, typer.Option("--output", metavar="DIR", help="Where the files go.", show_default="gradebook/reports")]


@app.command()
def report(
    what: Annotated[
        str, typer.Argument(help="Name of an assignment, such as assignment-01, or the word course.", show_default=False, metavar="ASSIGNMENT|course")
    ],
    course: InCourse = Path(),
    csv: Annotated[bool, typer.Option("--csv", help="Write the same numbers as CSV files, too.")] = False,
    output: Output = None,
    student: Students = None,
    students: Annotated[bool, typer.Option("--students", help="Instead, a page for each student to keep, with nobody else's data.")] = False,
) -> None:
    """Report on an assignment or on the course: one page for instructors, or a page that a student can keep.

    With --student ID or --students, only pages for students are written, in students/ below the folder; each holds that student's data alone.
    """
    from isa.grading.nbgrader_edge import Nbgrader
    from isa.teaching.report import build

    here = Course.at(course)
    chosen, problems = ([], []) if what == "course" else here.chosen([what])
    now = datetime.now(UTC).replace(tzinfo=None)
    folder = output or here.gradebook / "reports"
    for name in [None] if what == "course" else chosen:
        found = build.gathered(Nbgrader(here), name, now)
        if student or students:
            written, complaints = build.students_pages(found, folder, now, student or [])
            problems += complaints
            if written:
                out.print(
                    f"{len(written)} page{'' if len(written) == 1 else 's'} for students: {plain(short(written[0].parent))}", soft_wrap=True, highlight=False
                )
            continue
        problems += found.marking.problems
        written = build.instructors(found, folder, now, csv)
        _print_report(found)
        for path in written:
            out.print(f"Written: {plain(short(path))}", soft_wrap=True, highlight=False)
    finish(problems)


@app.command()
def similar(
    assignment: Annotated[str, typer.Argument(help="Name of an assignment, such as assignment-01.", show_default=False)],
    course: InCourse = Path(),
    top: Annotated[int, typer.Option(min=1, help="How many pairs are shown.")] = 25,
    earlier: Annotated[
        Path | None, typer.Option("--earlier", metavar="DIR", help="The submitted folder of an earlier class, to be compared with too.", show_default=False)
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Write all pairs as a CSV file, too.")] = False,
    output: Output = None,
) -> None:
    """Find submissions that are worth reading together: a reason to read, never a verdict.

    Everything stays on this machine. What was handed out and what most of the class has does not count; how alike pairs are on the whole is shown.
    """
    from isa.grading.feedback.place import replaced
    from isa.progress_bar import watch
    from isa.teaching import similar as teaching_similar
    from isa.teaching.report import pairs, tables
    from isa.teaching.report.gather import distinct

    here = Course.at(course)
    chosen, problems = here.chosen([assignment])
    if not chosen:
        finish(problems)
    submissions = here.submissions(assignment)
    before = _earlier(earlier, assignment) if earlier else []
    names = distinct({student: " ".join(filter(None, [own["first_name"], own["last_name"]])) for student, own in (here.roster() or {}).items()})
    given = pairs.handed_out(here, assignment)
    written, problems = pairs.works(here, assignment, submissions, watch(f"reading {assignment}", err))
    if before:
        older, complaints = pairs.works(here, assignment, before, watch("reading the earlier class", err), earlier=True)
        written, problems = written + older, problems + complaints
    if len(written) < 2:
        finish([*problems, f"{assignment}: found {len(written)} submissions that can be read, expected two or more to compare"])
    found = teaching_similar.compare(written, given)
    now = datetime.now(UTC).replace(tzinfo=None)
    made = pairs.made(assignment, found, written, names, top, now)
    folder = output or here.gradebook / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{assignment}-similar.html"
    replaced(path, made.encode())
    files = [path, *(tables.write({f"{assignment}-similar": pairs.as_table(found)}, folder) if csv else [])]
    if found.pairs:
        table = Table("pair", title=plain(pairs.said(found, top)), title_justify="left")
        table.add_column("alike", justify="right")
        table.add_column("pairs so alike", justify="right")
        table.add_column("most alike in")
        for line in pairs.rows(found.pairs[:top], names, found):
            table.add_row(*map(plain, line))
        out.print(table)
        if hang_together := pairs.together(found):
            out.print(hang_together, soft_wrap=True, highlight=False)
    else:
        out.print("No pair stands out.")
    out.print(f"{pairs.base(found)}\n{pairs.READ_FIRST}", soft_wrap=True, highlight=False)
    for path in files:
        out.print(f"Written: {plain(short(path))}", soft_wrap=True, highlight=False)
    finish(problems)


def _earlier(folder: Path, assignment: str) -> list[Submission]:
    """What an earlier class handed in.

    Raises:
        CourseError: nothing of this assignment lies there.
    """
    found = [Submission(assignment, place.parent.name, place) for place in sorted(folder.glob(f"*/{assignment}")) if place.is_dir()]
    if not found:
        raise CourseError(f"{folder}: found nothing handed in for {assignment}, expected STUDENT/{assignment}/{assignment}.ipynb")
    return found


def _print_report(found: build.Gathered) -> None:
    from isa.teaching.report import build

    for shown in build.summary(found):
        table = Table(title=plain(shown.caption), title_justify="left")
        for at, head in enumerate(shown.heads):
            table.add_column(head, justify="right" if at in shown.right else "left")
        for row in shown.rows:
            table.add_row(*map(plain, row))
        out.print(table)
    for line in build.lines(found):
        out.print(plain(line), soft_wrap=True, highlight=False)
