"""How long grading takes, beside stock nbgrader and the bare floor, in one run.

    python benchmarks/grading.py [--students N] [--scale N …] [--assignments NAME …]

First one assignment in detail, then each of the course's assignments, then larger classes. The class is the one of `isa demo` without the two accidents
that make stock nbgrader wait or fail (a cell that never ends, a broken file).
The floor forks a warm interpreter for each submission and executes its cells, with no walls, no tests, no files and no gradebook.
"""

from __future__ import annotations

import argparse
import atexit
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median

import nbformat
from rich.console import Console
from rich.progress import track
from rich.table import Table

from isa.grading.course import Course
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching.sample_class import hand_in, materials, sample_class

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ASSIGNMENT = "assignment-01"  # measured in detail
OUT = Console()
SMALL, REPEATS = 100, 3  # a second more or less, the noise of one run, is a tenth of what 90 submissions take
ACCIDENTS = ("a cell that never ends", "a file that is no notebook", "a file that was cut off on the way")


def course(students: int, stock: bool, assignment: str = ASSIGNMENT) -> Course:
    """A scratch course with a class that has handed in and that nobody has graded."""
    root = _folder() / "course"
    shutil.copytree(_handed_in(students, stock, assignment), root)
    return Course.at(root)


@cache
def _handed_in(students: int, stock: bool, assignment: str) -> Path:
    root = _folder()
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    if stock:
        text = re.sub(r"c\.Autograde\.autograde_preprocessors = \[.*?\n\]\n", "", text, flags=re.DOTALL)
        text = re.sub(r"c\.Autograde\..*\n|c\.GenerateFeedback\.exporter_class.*\n", "", text)
    (root / "nbgrader_config.py").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copytree(ROOT / "gradebook", root / "gradebook", ignore=shutil.ignore_patterns("gradebook.db*", "roster.csv", "*.log"))
    made = Course.at(root)
    Nbgrader(made).release(assignment)
    pupils = [p for p in sample_class(materials(made, assignment), students + len(ACCIDENTS), 0) if p.story not in ACCIDENTS]
    hand_in(made, assignment, pupils[:students], datetime.now(UTC))
    return root


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="isa-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def timed(command: list[str], where: Course) -> float:
    """Seconds that a command takes, start of Python included."""
    started = time.perf_counter()
    subprocess.run(command, cwd=where.root, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def floor(where: Course) -> float:
    """Fork and execute the code cells of every submission, one after the other."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    import isa

    isa.load("members").plot(y="joined")
    plt.close("all")
    started = time.perf_counter()
    for submission in where.submissions(ASSIGNMENT):
        child = os.fork()
        if child == 0:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            names: dict[str, object] = {}
            for cell in nbformat.read(submission.notebook, as_version=4).cells:
                if cell.cell_type == "code":
                    try:
                        exec(compile(cell.source, "cell", "exec"), names)
                    except BaseException:  # a student's mistake is part of the work
                        continue
            os._exit(0)
        os.waitpid(child, 0)
    return time.perf_counter() - started


def grade(students: int, assignment: str = ASSIGNMENT) -> float:
    """Seconds for a class of its own, with as many workers as processors."""
    return timed([str(BIN / "isa"), "grade", assignment, "--force"], course(students, stock=False, assignment=assignment))


def stock_grade(students: int, assignment: str = ASSIGNMENT) -> float:
    """Seconds of stock nbgrader for a class of its own."""
    return timed([str(BIN / "nbgrader"), "autograde", assignment, "--force"], course(students, stock=True, assignment=assignment))


def in_detail(students: int) -> None:
    """Print what each command takes for one assignment."""
    grade(1)  # the first run after a change of specimens turns them into vectors, once for all runs after it
    stock, ours = course(students, stock=True), course(students, stock=False)
    ours_graded, stock_graded = [str(BIN / "isa"), "grade", ASSIGNMENT, "--force"], [str(BIN / "nbgrader"), "autograde", ASSIGNMENT, "--force"]
    runs = {
        "stock: nbgrader autograde": timed(stock_graded, stock),
        "ours: nbgrader autograde": timed(stock_graded, ours),
        "ours: isa grade, 1 worker": timed([*ours_graded, "--jobs", "1"], ours),
        "ours: isa grade, 2 workers": timed([*ours_graded, "--jobs", "2"], ours),
        "ours: isa grade, nothing changed": timed(ours_graded[:-1], ours),
        "floor: fork and execute, no walls": floor(ours),
        "stock: nbgrader generate_feedback": timed([str(BIN / "nbgrader"), "generate_feedback", ASSIGNMENT, "--force"], stock),
        "ours: isa feedback": timed([str(BIN / "isa"), "feedback", ASSIGNMENT], ours),
    }
    table = _table(f"{students} submissions of {ASSIGNMENT}, {os.cpu_count()} processors, start-up included", "what", "seconds", "each", "of stock")
    for what, seconds in runs.items():
        beside = runs["stock: nbgrader generate_feedback" if "feedback" in what else "stock: nbgrader autograde"]
        table.add_row(what, f"{seconds:.1f}", f"{seconds / students:.3f}", f"{beside / seconds:.1f} ×")
    OUT.print(table)


def each_assignment(names: list[str], students: int) -> None:
    """Print stock nbgrader beside ours for each assignment: what one submission more takes, as a large class pays it, without the start of either."""
    few, many = students // 2, 3 * students
    title = f"one submission more, {os.cpu_count()} processors: stock over {few} more, ours over {many} more, in turn, medians of {REPEATS}"
    table = _table(title, "assignment", "stock", "ours", "of stock")
    both = []
    for name in track(names, "each assignment", console=OUT):
        grade(1, name)  # for the vectors, as above
        # In turn, so that a slow minute of the machine meets both.
        rounds = [(stock_grade(1, name), stock_grade(1 + few, name), grade(students, name), grade(students + many, name)) for _ in range(REPEATS)]
        small_stock, large_stock, small, large = map(median, zip(*rounds, strict=True))
        stock, ours = (large_stock - small_stock) / few, (large - small) / many
        both.append((stock, ours))
        table.add_row(name, f"{stock:.3f}", f"{ours:.3f}", f"{stock / ours:.1f} ×")
    stock, ours = map(sum, zip(*both, strict=True))
    table.add_section()
    table.add_row("one of each", f"{stock:.2f}", f"{ours:.3f}", f"{stock / ours:.1f} ×")
    OUT.print(table)


def larger_classes(sizes: list[int], students: int) -> None:
    """Print what a class of each size takes, beside what stock nbgrader would: its start, and each submission as it took it for a few."""
    one, some = stock_grade(1), stock_grade(students + 1)
    stock = (some - one) / students
    title = (
        f"isa grade, as many workers as processors, start-up included; the median of {REPEATS} runs up to {SMALL} submissions; "
        f"stock starts in {one - stock:.1f} seconds and takes {stock:.2f} for each"
    )
    table = _table(title, "submissions", "seconds", "each", "each further", "of stock", "largest process, MB")
    fewer, before = 0, 0.0
    for size in sizes:
        seconds = median(grade(size) for _ in range(REPEATS if size <= SMALL else 1))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        further = f"{(seconds - before) / (size - fewer):.3f}" if fewer else ""
        table.add_row(f"{size:,}", f"{seconds:.1f}", f"{seconds / size:.3f}", further, f"{(one - stock + stock * size) / seconds:.1f} ×", f"{memory:.0f}")
        fewer, before = size, seconds
    OUT.print(table)


def _table(title: str, first: str, *numbers: str) -> Table:
    table = Table(first, title=title, title_justify="left")
    for heading in numbers:
        table.add_column(heading, justify="right")
    return table


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--students", type=int, default=10)
    options.add_argument("--scale", type=int, nargs="*", default=[10, 100])
    here = Course.at(ROOT)
    released = [name for name in here.assignments() if here.release(name).is_file()]
    options.add_argument("--assignments", nargs="*", default=released, metavar="NAME")
    chosen = options.parse_args()
    in_detail(chosen.students)
    if chosen.assignments:
        each_assignment(chosen.assignments, chosen.students)
    if chosen.scale:
        larger_classes(chosen.scale, chosen.students)
    OUT.print(f"Load of the machine at the end (1, 5, 15 minutes): {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
