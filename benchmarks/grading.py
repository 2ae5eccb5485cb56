"""How long grading takes, beside stock nbgrader and the bare floor, in one run: python benchmarks/grading.py [--students N] [--scale N …].

The class is the one of `isa demo` without the two accidents that make stock nbgrader wait or fail (a cell that never ends, a broken file).
The floor forks a warm interpreter for each submission and executes its cells, with no walls, no tests, no files and no gradebook.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

from isa.grading.course import Course
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching.sample_class import hand_in, materials, sample_class

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ASSIGNMENT = "assignment-01"
ACCIDENTS = ("a cell that never ends", "a file that is no notebook", "a file that was cut off on the way")


def course(students: int, stock: bool) -> Course:
    """A scratch course with a class that has handed in."""
    root = Path(tempfile.mkdtemp(prefix="isa-bench-"))
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    if stock:
        text = re.sub(r"c\.Autograde\.autograde_preprocessors = \[.*?\n\]\n", "", text, flags=re.DOTALL)
        text = re.sub(r"c\.Autograde\..*\n|c\.GenerateFeedback\.exporter_class.*\n", "", text)
    (root / "nbgrader_config.py").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copytree(ROOT / "gradebook", root / "gradebook", ignore=shutil.ignore_patterns("gradebook.db*", "roster.csv", "*.log"))
    made = Course.at(root)
    Nbgrader(made).release(ASSIGNMENT)
    pupils = [p for p in sample_class(materials(made, ASSIGNMENT), students + len(ACCIDENTS), 0) if p.story not in ACCIDENTS]
    hand_in(made, ASSIGNMENT, pupils[:students], datetime.now(UTC))
    return made


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


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--students", type=int, default=10)
    options.add_argument("--scale", type=int, nargs="*", default=[10, 100])
    chosen = options.parse_args()
    out = Console()

    stock, ours = course(chosen.students, stock=True), course(chosen.students, stock=False)
    grade, autograde = [str(BIN / "isa"), "grade", ASSIGNMENT, "--force"], [str(BIN / "nbgrader"), "autograde", ASSIGNMENT, "--force"]
    runs = {
        "stock: nbgrader autograde": timed(autograde, stock),
        "ours: nbgrader autograde": timed(autograde, ours),
        "ours: isa grade, 1 worker": timed([*grade, "--jobs", "1"], ours),
        "ours: isa grade, 2 workers": timed([*grade, "--jobs", "2"], ours),
        "ours: isa grade, nothing changed": timed([str(BIN / "isa"), "grade", ASSIGNMENT], ours),
        "floor: fork and execute, no walls": floor(ours),
        "stock: nbgrader generate_feedback": timed([str(BIN / "nbgrader"), "generate_feedback", ASSIGNMENT, "--force"], stock),
        "ours: isa feedback": timed([str(BIN / "isa"), "feedback", ASSIGNMENT], ours),
    }
    table = Table("what", title=f"{chosen.students} submissions of {ASSIGNMENT}, {os.cpu_count()} processors", title_justify="left")
    for heading in ("seconds", "each", "of stock"):
        table.add_column(heading, justify="right")
    for what, seconds in runs.items():
        beside = runs["stock: nbgrader generate_feedback" if "feedback" in what else "stock: nbgrader autograde"]
        table.add_row(what, f"{seconds:.1f}", f"{seconds / chosen.students:.3f}", f"{beside / seconds:.1f} ×")
    out.print(table)

    table = Table("submissions", title="isa grade, as many workers as processors, start-up included", title_justify="left")
    for heading in ("seconds", "each", "each further", "of stock", "largest process, MB"):
        table.add_column(heading, justify="right")
    stock_each = runs["stock: nbgrader autograde"] / chosen.students
    fewer, before = 0, 0.0
    for students in chosen.scale:
        seconds = timed([*grade], course(students, stock=False))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        further = f"{(seconds - before) / (students - fewer):.3f}" if fewer else ""
        table.add_row(f"{students:,}", f"{seconds:.1f}", f"{seconds / students:.3f}", further, f"{stock_each * students / seconds:.1f} ×", f"{memory:.0f}")
        fewer, before = students, seconds
    out.print(table)
    out.print(f"Load of the machine at the end (1, 5, 15 minutes): {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()
