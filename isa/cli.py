"""The command `isa`: release, grade, feedback, check, progress, mark, scheme, decisions, demo and doctor, for the course in the current folder.

Whatever is wrong with one name, student or notebook is one line and exit code 2; the rest of the run goes on.

What a command works with is imported when it is called: nbgrader alone takes longer to import than most commands to run.
"""

from __future__ import annotations

import getpass
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from isa.grading.course import Course, CourseError, Outcome
from isa.yamlfile import FileError

if TYPE_CHECKING:
    from isa.answers import check as answer_check
    from isa.answers.decisions import Decision
    from isa.answers.marker import Marker
    from isa.grading.check import Checked
    from isa.grading.nbgrader_edge import Mark
    from isa.teaching import demo as teaching_demo

PROBLEM = 2  # exit code when anything was left out
LONG = 60  # a class longer than this is summed up, not listed
WITHOUT_WALLS = "[yellow]Student code runs without walls, with your rights on this machine.[/yellow]"

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="International Security Assistance: run the course.")
schemes = typer.Typer(no_args_is_help=True, help="Look after the mark schemes of short answers.")
app.add_typer(schemes, name="scheme")
out = Console()
err = Console(stderr=True)

Assignments = Annotated[list[str] | None, typer.Argument(help="Names of assignments, such as assignment-01.", show_default=False, metavar="ASSIGNMENT…")]
InCourse = Annotated[Path, typer.Option("--course", help="The course's folder, the one that holds nbgrader_config.py.", show_default="the current folder")]
Students = Annotated[list[str] | None, typer.Option("--student", help="Only this student; may be given several times.", show_default=False)]

NoSandbox = Annotated[bool, typer.Option("--no-sandbox", help="Run student code without walls, where this system cannot build them.")]


@app.command()
def release(
    assignments: Assignments = None,
    course: InCourse = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace student versions that differ from their source.")] = False,
) -> None:
    """Make student versions, all or the named ones, and prove that they give nothing away."""
    from isa.grading.nbgrader_edge import Nbgrader

    here = Course.at(course)
    names, problems = here.chosen(assignments or [])
    nbgrader = Nbgrader(here)
    for name in names:
        try:
            result = nbgrader.release(name, force)
        except CourseError as error:
            problems.append(str(error))
            continue
        out.print(f"[green]{name}[/green]: student version {result}; no solution, hidden test or mark scheme is left in release/{name}", soft_wrap=True)
    _finish(problems)


@app.command()
def grade(
    assignments: Assignments = None,
    course: InCourse = Path(),
    student: Students = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many processes mark side by side.", show_default="one for each processor")] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Let the workers of a Dask cluster mark, such as tcp://10.0.0.5:8786 (a trusted network) or tls://…; they need this package, no files.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Mark again what has not changed.")] = False,
    no_sandbox: NoSandbox = False,
) -> None:
    """Grade what was handed in for the named assignments and print the marks.

    What has not changed since it was last graded is passed over; a run that was stopped goes on where it was.

    What was done with a submission, and why, stands in gradebook/logs/STUDENT/ASSIGNMENT.log.
    """
    from isa.grading import runner
    from isa.grading.cluster import Cluster
    from isa.grading.nbgrader_edge import Nbgrader
    from isa.progress_bar import watch

    here = Course.at(course)
    names, problems = _named(here, assignments, "grade")
    problems += here.strays()
    nbgrader = Nbgrader(here, isolated=not no_sandbox)
    if no_sandbox:
        err.print(WITHOUT_WALLS)
    with Cluster(cluster, _warn) if cluster else nullcontext() as workers:
        for name in names:
            submissions, complaints = runner.chosen(here, name, student or [])
            problems += complaints
            if submissions:
                try:
                    outcomes = runner.grade(nbgrader, name, submissions, watch(f"grading {name}", err), jobs, force, workers)
                except (CourseError, FileError) as error:
                    problems.append(str(error))
                    continue
                problems += _left_out(outcomes)
                _print_marks(name, outcomes, nbgrader.marks(name))
    _finish(problems)


@app.command()
def feedback(assignments: Assignments = None, course: InCourse = Path(), student: Students = None) -> None:
    """Write the feedback pages of graded submissions."""
    from isa.grading import runner
    from isa.grading.nbgrader_edge import Nbgrader
    from isa.progress_bar import watch

    here = Course.at(course)
    names, problems = _named(here, assignments, "feedback")
    nbgrader = Nbgrader(here)
    for name in names:
        submissions, complaints = runner.chosen(here, name, student or [])
        problems += complaints
        outcomes = runner.feedback(nbgrader, name, submissions, watch(f"feedback for {name}", err))
        problems += _left_out(outcomes)
        ready = [o for o in outcomes if not o.problem]
        if ready:
            same = sum(o.unchanged for o in ready)
            out.print(f"{len(ready) - same} feedback pages written, {same} unchanged: feedback/STUDENT/{name}/{name}.html", soft_wrap=True)
    _finish(problems)


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="An assignment's notebook: a copy of its student version, wherever it lies.", show_default=False)],
    assignment: Annotated[str, typer.Option(help="Which assignment it is.", show_default="recognised by its cells")] = "",
    output: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Where the page goes.", show_default="NAME-feedback.html beside it")] = None,
    course: Annotated[Path | None, typer.Option(help="The course's folder.", show_default="the one around the current folder, else the installed one")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON, for programs.")] = False,
    no_sandbox: NoSandbox = False,
) -> None:
    """Mark your own work on an assignment, when you study alone, and write the page that a class gets.

    No gradebook is needed or touched; nothing is written but the page.
    """
    from isa.grading import check as self_study

    if no_sandbox:
        err.print(WITHOUT_WALLS)
    here = Course.at(course) if course else self_study.course_of(Path.cwd())
    found = self_study.check(here, notebook, datetime.now(UTC), assignment, output, not no_sandbox)
    if as_json:
        sys.stdout.write(f"{found.as_json()}\n")
    else:
        _print_checked(found)
    _finish([found.left_out] if found.left_out else [])


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
            out.print(f"{study.export(export)} tries written to {_plain(str(export))}", soft_wrap=True, highlight=False)
        if forget:
            gone = study.forget()
            out.print("\n".join(f"Deleted: {_plain(str(file))}" for file in gone) or "There was nothing to forget.", soft_wrap=True, highlight=False)
    except (OSError, ValueError) as error:
        _finish([str(error)])
    if not (export or forget):
        _print_progress()


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
    names, problems = _named(here, assignments, "scheme check")
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
    _finish(problems)


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
            decisions.withdraw(path, withdraw, _who(), datetime.now(UTC))
            out.print(f"{withdraw} withdrawn.")
        if add_from_gradebook:
            learned = decided.from_gradebook(Nbgrader(here), name, _who(), datetime.now(UTC))
            out.print(f"{len(learned.added)} decisions added, {learned.known} known before, {len(learned.left_out)} marks left out.")
            problems += learned.left_out
        made = decisions.read(path)
        problems += [made.damage] if made.damage else []
        if listed or not (withdraw or add_from_gradebook):
            _print_decisions(name, made.standing)
    _finish(problems)


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
    _finish(problems)


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
    _finish(problems)


def main() -> None:
    """Run the command; an error that stops it all is one line too."""
    try:
        app()
    except (CourseError, FileError) as error:
        _finish([str(error)])


def _marker() -> Marker:
    """The marker of short answers."""
    from isa.answers.marker import Marker

    return Marker()


def _named(course: Course, assignments: list[str] | None, verb: str) -> tuple[list[str], list[str]]:
    """The assignments to work on; naming none is an error that lists those that there are."""
    if not assignments:
        raise CourseError(f"name an assignment: isa {verb} {' '.join(course.assignments()) or 'ASSIGNMENT'}")
    return course.chosen(assignments)


def _left_out(outcomes: list[Outcome]) -> list[str]:
    return [f"{o.submission.student}: {o.problem}" for o in outcomes if o.problem]


def _print_marks(assignment: str, outcomes: list[Outcome], marks: dict[str, Mark]) -> None:
    graded = [marks[o.submission.student] for o in outcomes if not o.problem]
    waiting = sum(mark.waiting > 0 for mark in graded)
    if len(graded) <= LONG:
        table = Table("student", title=f"Marks of {assignment}", title_justify="left")
        for heading in ("score", "late", "to read"):
            table.add_column(heading, justify="right", no_wrap=True)
        for mark in graded:
            table.add_row(mark.name, *_row(mark))
        out.print(table)
    same = sum(o.unchanged for o in outcomes)
    passed_over = f", {same} of them unchanged and passed over" if same else ""
    out.print(f"{len(graded)} graded{passed_over}, {len(outcomes) - len(graded)} left out, {waiting} with answers that a person has to read.", soft_wrap=True)


def _print_checked(found: Checked) -> None:
    table = Table("exercise", title=f"{found.assignment}: {found.marks.score:g} of {found.marks.most:g} points", title_justify="left")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what was found")
    for line in found.exercises:
        table.add_row(_plain(line.exercise), f"{line.points:g} of {line.most:g}", "\n".join(map(_plain, line.found or [line.verdict])))
    out.print(table)
    for sentence in found.repairs:
        out.print(f"Repaired: {_plain(sentence)}", soft_wrap=True, highlight=False)
    if found.marks.waiting:
        waiting = f"{found.marks.waiting} answer{'' if found.marks.waiting == 1 else 's'}"
        out.print(f"The marker is not sure of {waiting}. In a class a person would read on; here, weigh the reasons on the page.", soft_wrap=True)
    out.print(f"The page: {_plain(_short(found.page))}", soft_wrap=True, highlight=False)


def _print_progress() -> None:
    from isa import syllabus
    from isa.study import frame
    from isa.study import progress as study

    table = Table("lesson", "objectives", title="Your progress", title_justify="left")
    table.add_column("tries", justify="right")
    table.add_column("see again")
    for lesson in syllabus.read().lessons:
        row = frame.standing(lesson)
        table.add_row(_plain(row.name), row.objectives(), f"{row.tries}", row.see_again())
    out.print(table)
    out.print(study.RULE, soft_wrap=True, highlight=False)
    out.print(f"This is kept in {_plain(str(study.path()))}, on this machine only.", soft_wrap=True, highlight=False)


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
            listed.add_row(d.specimen, d.kind, d.point, f"{d.person:g}", f"{d.marker:.2g}", sure, _plain(quoted(d.evidence)), _plain(d.confused_with))
        out.print(listed)
    for advice in report.next:
        out.print(f"  Write next: {_plain(advice)}.", soft_wrap=True, highlight=False)
    out.print()


def _print_decisions(assignment: str, standing: tuple[Decision, ...]) -> None:
    from isa.answers.explain import quoted

    table = Table("id", "cell", "points", "who", "when", "answer", title=f"Decisions on {assignment}: {len(standing)}", title_justify="left")
    for one in standing:
        points = ", ".join(f"{name} {mark:g}" for name, mark in one.points.items())
        table.add_row(one.id, one.cell, points, _plain(one.who), f"{one.when:%Y-%m-%d}", _plain(quoted(one.answer)))
    out.print(table)


def _who() -> str:
    """Who decides: the name of this account, as far as it has one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def _agreement(found: answer_check.Agreement, right: str, wrong: str) -> tuple[str, ...]:
    of_released = f"{found.released_agreement:.0%}" if found.released else "–"
    return f"{found.count}", right, wrong, f"{found.share:.0%}", f"{found.released_share:.0%}", of_released


def _print_demo(course: Course, assignment: str, results: list[teaching_demo.Result]) -> None:
    table = Table("student", "handed in", title=f"A sample class of {len(results)}: {assignment}", title_justify="left")
    for heading in ("score", "late", "to read"):
        table.add_column(heading, justify="right", no_wrap=True)
    for result in results:
        if result.mark is None or result.outcome.problem:
            table.add_row(result.pupil.name, result.pupil.story, "left out", "", "")
        else:
            table.add_row(result.mark.name, result.pupil.story, *_row(result.mark))
    out.print(table)
    for result in results:
        if result.outcome.problem:
            out.print(f"Left out: {result.pupil.name}: {result.outcome.problem}", soft_wrap=True)
    page = next((course.feedback(assignment, r.pupil.id) for r in results if not r.outcome.problem), None)
    out.print("\n[bold]Where to look next[/bold]")
    if page:
        out.print(f"  A feedback page: {_short(page)}", soft_wrap=True)
    out.print(f"  The marks in nbgrader's formgrader: make lab COURSE={_short(course.root)}, then Nbgrader > Formgrader", soft_wrap=True)
    out.print(f"  The same loop by hand: isa grade {assignment} --course {_short(course.root)}", soft_wrap=True)


def _row(mark: Mark) -> tuple[str, str, str]:
    """Score, lateness with what it cost, and the number of answers that wait for a person."""
    late = f"{mark.seconds_late / 3600:.0f} h, −{mark.penalty:g}" if mark.seconds_late > 0 else ""
    return f"{mark.score:g} of {mark.max_score:g}", late, str(mark.waiting or "")


def _short(path: Path) -> str:
    """A path as a person in the current folder would write it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _finish(problems: list[str]) -> None:
    """Say what was left out, a line each, and leave with the exit code that goes with it."""
    for problem in problems:
        _warn(problem)
    if problems:
        sys.exit(PROBLEM)


def _warn(line: str) -> None:
    err.print(f"[yellow]![/yellow] {_plain(line)}", soft_wrap=True, highlight=False)


def _plain(text: str) -> str:
    """One line, with nothing that the terminal would take for markup."""
    return " ".join(text.split()).replace("[", r"\[")


if __name__ == "__main__":
    main()
