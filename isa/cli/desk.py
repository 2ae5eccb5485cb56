"""The instructor's desk: taking in what a class handed in, and what lateness costs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from isa.cli.app import app
from isa.cli.shared import LONG, Assignments, InCourse, err, finish, named, out, plain, warn
from isa.grading.course import Course, CourseError

if TYPE_CHECKING:
    import pandas as pd

    from isa.teaching.collect import Plan, Taken


@app.command()
def collect(
    source: Annotated[Path, typer.Argument(metavar="ZIP|FOLDER", help="What Moodle or Canvas let you download, or a folder with one for each student.")],
    assignment: Annotated[str, typer.Argument(help="Which assignment it is, such as assignment-01.")],
    course: InCourse = Path(),
    roster: Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Who is in the class.", show_default="gradebook/roster.csv")] = None,
    worksheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Moodle's grading worksheet, or a table with columns student and time: when the work came.", show_default=False),
    ] = None,
    no_times: Annotated[bool, typer.Option("--no-times", help="Do not take the times of files for the times at which the work came.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be taken.")] = False,
) -> None:
    """Take what a class handed in: match the students, keep every version, lay the newest where it is graded.

    Students are found by id, e-mail, id in the LMS (column lms_user_id) or full name; nobody is guessed. What is left out is a line each.
    """
    from isa.grading.roster import RosterError
    from isa.progress_bar import watch
    from isa.teaching import collect as desk
    from isa.teaching.parcel import ParcelError

    here, now = Course.at(course), datetime.now(UTC)
    names, problems = here.chosen([assignment])
    if not names:
        finish(problems)
    try:
        made = desk.plan(here, source, assignment, now, watch(f"looking through {plain(source.name)}", err), roster, worksheet, not no_times)
        if not dry_run:
            desk.carry_out(here, made, now, watch("keeping and laying", err))
    except (RosterError, ParcelError) as error:
        finish(error.lines)
        return
    _print_plan(made, dry_run)
    for line in [*made.remarks, *_slips(here, roster)]:
        warn(line)
    finish(made.left_out)


@app.command()
def late(
    assignments: Assignments = None,
    course: InCourse = Path(),
    apply: Annotated[bool, typer.Option("--apply", help="Write the penalties to the gradebook, for formgrader and nbgrader's own export.")] = False,
) -> None:
    """Show who was late, what it costs by today's marks and policy, and why."""
    from isa.grading.nbgrader_edge import Nbgrader
    from isa.grading.nbgrader_late import LateRules, settle_all
    from isa.teaching import late as lateness
    from isa.teaching import record

    here = Course.at(course)
    names, problems = named(here, assignments, "late")
    rules = LateRules.beside(here.gradebook / "policy.yml")
    nbgrader = Nbgrader(here)
    for name in names:
        with nbgrader.gradebook() as book:
            try:
                found = record.read(book, name)
            except CourseError as error:
                problems.append(str(error))
                continue
            if found.students.empty:
                problems.append(f"{name}: nothing has been graded yet, so nothing is lost; run isa grade {name}")
                continue
            table = lateness.penalties(found, rules)
            changed = settle_all(book, name, rules) if apply else []
            stale = int(((table["penalty"] - found.students["penalty"]).abs() > 1e-6).sum())
        _print_late(name, table, found.students)
        if apply:
            out.print(f"Written to the gradebook: {len(changed)} changed.")
        elif stale:
            out.print(
                f"The gradebook has another penalty for {stale}, from earlier marks or an earlier policy; isa late {name} --apply writes these.", soft_wrap=True
            )
    for line in _slips(here, None):
        warn(line)
    finish(problems)


def _slips(course: Course, roster: Path | None) -> list[str]:
    """A line for each name in the policy that is nobody's."""
    from isa.grading import policy
    from isa.grading import roster as class_list

    path, students = course.gradebook / "policy.yml", roster or course.gradebook / "roster.csv"
    if not path.is_file():
        return []
    return policy.slips(path, course.assignments(), class_list.sections(students) if students.is_file() else None)


def _print_plan(made: Plan, dry_run: bool) -> None:
    long = len(made.taken) > LONG
    shown = [one for one in made.taken if _of_note(one)] if long else made.taken
    if shown:
        title = f"{'What would be taken' if dry_run else 'Taken'} of {made.assignment}" + (": those to look at" if long else "")
        table = Table("student", "found as", title=title, title_justify="left")
        for heading in ("by", "came (UTC)", "late", "is"):
            table.add_column(heading)
        table.add_column("to know")
        for one in shown:
            table.add_row(*_row(one))
        out.print(table)
    counts = {what: sum(one.what == what for one in made.taken) for what in ("new", "newer version", "older version", "time corrected", "unchanged")}
    listed = ", ".join(f"{count} {_plural(what, count)}" for what, count in counts.items() if count) or "nothing"
    late = sum(one.late.seconds > 0 for one in made.taken)
    dry = " (nothing has been written)" if dry_run else ""
    out.print(f"{made.layout.capitalize()}: {listed}; {late} late, {len(made.left_out)} left out{dry}.", soft_wrap=True)
    if made.missing:
        names = ", ".join(plain(student.id) for student in made.missing[:20])
        out.print(f"Nothing from {len(made.missing)} of the roster: {names}{', …' if len(made.missing) > 20 else ''}", soft_wrap=True, highlight=False)


def _of_note(one: Taken) -> bool:
    """Whether somebody in a large class is listed: who is late, who handed in again, and whatever there is to know."""
    return bool(one.remarks or one.late.seconds > 0 or one.what not in ("new", "unchanged"))


def _row(one: Taken) -> tuple[str, ...]:
    came = f"{one.came.astimezone(UTC):%Y-%m-%d %H:%M}" if one.came else "not known"
    late = f"{one.late.share:g} %" if one.late.share else "forgiven" if one.late.seconds else ""
    return plain(one.student.id), plain(one.source), one.how, came, late, one.what, plain("; ".join(filter(None, [one.late.why, *one.remarks])))


def _plural(what: str, count: int) -> str:
    return f"{what}s" if count != 1 and what.endswith("version") else what


def _print_late(assignment: str, table: pd.DataFrame, students: pd.DataFrame) -> None:
    late = table[table["seconds_late"] > 0].sort_values("seconds_late", ascending=False)
    if len(late):
        shown = Table("student", title=f"Late with {assignment}", title_justify="left")
        for heading in ("penalty", "score"):
            shown.add_column(heading, justify="right", no_wrap=True)
        shown.add_column("why")
        for student, row in late.iterrows():
            shown.add_row(plain(str(student)), f"−{row['penalty']:g}" if row["penalty"] else "", f"{row['score']:g}", plain(row["why"]))
        out.print(shown)
    unknown = int(students["came"].isna().sum())
    out.print(
        f"{assignment}: {len(late)} of {len(table)} late, {late['penalty'].sum():g} points lost in all; of {unknown} it is not known when they came.",
        soft_wrap=True,
    )
