"""Marking short answers, and looking after what the marker learns from."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from isa.cli.app import app, schemes
from isa.cli.shared import Assignments, InCourse, finish, named, out, plain, who
from isa.grading.course import Course
from isa.yamlfile import FileError

if TYPE_CHECKING:
    from isa.answers import check as answer_check
    from isa.answers.decisions import Decision
    from isa.answers.marker import Marker


@app.command()
def mark(
    scheme: Annotated[
        str | None,
        typer.Option("--scheme", metavar="FILE.ipynb#CELL", show_default=False, help="Mark answers to this question of a course, one on each line."),
    ] = None,
) -> None:
    """Mark written answers: JSON lines on standard input, JSON lines in the same order on standard output.

    A line holds "question", "reference" (what a right answer says), "answer" and "max_score"; if you like "id", "points" and marked "examples".
    With --scheme, a line is an answer, or an object with "answer". A line that cannot be read gives an object with "error".
    """
    from isa.answers import jsonl

    if scheme is None:
        lines = jsonl.mark_lines(sys.stdin.buffer, _marker())
    else:
        from isa.grading import short_answers

        lines = jsonl.mark_answers(sys.stdin.buffer, _marker(), short_answers.question(*short_answers.named(scheme)))
    for line in lines:
        sys.stdout.buffer.write(f"{line}\n".encode())
        sys.stdout.buffer.flush()


@schemes.command("check")
def check_scheme(assignments: Assignments = None, course: InCourse = Path()) -> None:
    """Mark each specimen as if it had not been one, and say where marker and person differ and what to write next."""
    from isa.answers import check as answer_check
    from isa.answers import decisions
    from isa.grading import short_answers

    here = Course.at(course)
    names, problems = named(here, assignments, "scheme check")
    marker = _marker()
    for name in names:
        if said := decisions.read(short_answers.decisions_file(here, name)).damage:
            problems.append(said)
        for cell in short_answers.cells(here, name):
            try:
                question = short_answers.question(here, name, cell)
                marked = short_answers.marked(here, name, cell, question.scheme)
            except FileError as error:
                problems.append(str(error))
                continue
            if not marked:
                problems.append(f"{name} {cell}: found no specimens, expected some in gradebook/specimens/{name}.yml; docs/authors.md shows the form")
                continue
            report = answer_check.report(question.scheme, marked, marker.fit(question).leave_one_out())
            _print_check(f"{name} {cell}", report)
            if not report.reliable:
                problems.append(f"{name} {cell}: cannot be marked reliably yet; a person has to read what the marker is not sure of")
    out.print(answer_check.RULE)
    finish(problems)


@app.command("decisions")
def decide(
    assignment: Annotated[str, typer.Argument(help="Name of an assignment, such as assignment-01.", show_default=False)],
    course: InCourse = Path(),
    add_from_gradebook: Annotated[
        bool, typer.Option("--add-from-gradebook", help="Let the marker learn from marks that you gave in formgrader: nothing, or everything.")
    ] = False,
    withdraw: Annotated[str | None, typer.Option("--withdraw", metavar="ID", show_default=False, help="Take a decision back; it stays in the log.")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List what stands; this is also what happens without any option.")] = False,
) -> None:
    """Your marks of written answers, from which the marker goes on learning: add them from the gradebook, list them, take one back.

    They lie in gradebook/specimens/decisions/ASSIGNMENT.jsonl, with the words of students and without their names. The next isa grade marks the
    assignment again with what was learned.
    """
    from isa.answers import decisions
    from isa.grading import short_answers
    from isa.grading.nbgrader_edge import Nbgrader
    from isa.teaching import decided

    here = Course.at(course)
    names, problems = here.chosen([assignment])
    for name in names:
        path = short_answers.decisions_file(here, name)
        if withdraw:
            decisions.withdraw(path, withdraw, who(), datetime.now(UTC))
            out.print(f"{withdraw} withdrawn.")
        if add_from_gradebook:
            learned = decided.from_gradebook(Nbgrader(here), name, who(), datetime.now(UTC))
            out.print(f"{len(learned.added)} decisions added, {learned.known} known before, {len(learned.left_out)} marks left out.")
            problems += learned.left_out
        made = decisions.read(path)
        problems += [made.damage] if made.damage else []
        if listed or not (withdraw or add_from_gradebook):
            _print_decisions(name, made.standing)
    finish(problems)


def _marker() -> Marker:
    """The marker of short answers."""
    from isa.answers.marker import Marker

    return Marker()


def _print_check(question: str, report: answer_check.Report) -> None:
    from isa.answers.explain import quoted

    verdict = "[green]can be marked reliably[/green]" if report.reliable else "[red]cannot be marked reliably yet[/red]"
    table = Table("point", title=f"{question}: {verdict}", title_justify="left")
    for heading in ("specimens", "right", "wrong", "agree", "released", "agree of released", "too much", "too little"):
        table.add_column(heading, justify="right")
    for point in report.points:
        table.add_row(point.point, *_agreement(point.agreement, f"{point.right}", f"{point.wrong}"), f"{point.too_much}", f"{point.too_little}")
    table.add_row("all points", *_agreement(report.by_point, "", ""), "", "", end_section=True)
    table.add_row("whole answers", *_agreement(report.answers, "", ""), "", "")
    out.print(table)
    if report.differences:
        listed = Table(
            "specimen", "kind", "point", "person", "marker", "", "the marker went by", "confused with", title="Marked otherwise", title_justify="left"
        )
        for d in report.differences:
            sure = "" if d.released else "not sure"
            listed.add_row(d.specimen, d.kind, d.point, f"{d.person:g}", f"{d.marker:.2g}", sure, plain(quoted(d.evidence)), plain(d.confused_with))
        out.print(listed)
    for advice in report.next:
        out.print(f"  Write next: {plain(advice)}.", soft_wrap=True, highlight=False)
    out.print()


def _print_decisions(assignment: str, standing: tuple[Decision, ...]) -> None:
    from isa.answers.explain import quoted

    table = Table("id", "cell", "points", "who", "when", "answer", title=f"Decisions on {assignment}: {len(standing)}", title_justify="left")
    for one in standing:
        points = ", ".join(f"{name} {mark:g}" for name, mark in one.points.items())
        table.add_row(one.id, one.cell, points, plain(one.who), f"{one.when:%Y-%m-%d}", plain(quoted(one.answer)))
    out.print(table)


def _agreement(found: answer_check.Agreement, right: str, wrong: str) -> tuple[str, ...]:
    of_released = f"{found.released_agreement:.0%}" if found.released else "–"
    return f"{found.count}", right, wrong, f"{found.share:.0%}", f"{found.released_share:.0%}", of_released
