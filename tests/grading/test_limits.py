"""Every limit that `nbgrader_config.py` sets is kept, by `isa grade` and by `nbgrader autograde`; one that makes no sense is told."""

import re

import nbformat
import pytest

from isa.grading import runner
from isa.grading.course import Course, CourseError
from isa.grading.nbgrader_edge import GradingFailed, Nbgrader
from isa.grading.nbgrader_engine import RunIsolated
from isa.grading.nbgrader_marks import blueprint
from isa.grading.sandbox import SandboxLimits
from tests.conftest import solved, submit

# Setting, what a submission does to pass the limit, and what its page then says of it.
BITES = {
    "cell_seconds = 1": ("while True: pass", "CellTimeoutError: A cell ran longer than 1 seconds"),
    "cell_seconds = c.RunIsolated.submission_seconds = 2": (
        "import time\ntry:\n    time.sleep(9)\nexcept BaseException:\n    time.sleep(9)",
        "The process stopped",
    ),
    "memory_mb = 200": ("block = b'x' * 300 * 2**20", "MemoryError"),
    "processes = 8": (
        "import os, time\nfor _ in range(40):\n    if os.fork() == 0:\n        time.sleep(5)\n        os._exit(0)\ntime.sleep(1)",
        "BlockingIOError|The process stopped",
    ),
    "open_files = 20": ("opened = [open('/dev/null') for _ in range(40)]", "Too many open files"),
    "written_mb = 1": ("with open('large', 'wb') as file:\n    file.write(bytes(2 * 2**20))", "File too large|No space left"),
    "output_kb = 2": ("print('x' * 5000)", "longer than 2 kB; the rest is left out"),
}


def configured(course: Course, setting: str) -> Nbgrader:
    config = course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text(encoding='utf-8')}\nc.RunIsolated.{setting}\n", encoding="utf-8")
    return Nbgrader(course)


def by_isa(desk: Nbgrader) -> None:
    chosen, _ = runner.chosen(desk.course, "tiny", [])
    (outcome,) = runner.grade(desk, "tiny", chosen, runner.silently, jobs=1, force=True)
    assert not outcome.problem


def by_nbgrader(desk: Nbgrader) -> None:
    (submission,) = desk.course.submissions("tiny")
    desk.autograde(submission)


@pytest.mark.parametrize("setting", BITES)
def test_a_limit_of_the_configuration_bites(nbgrader, setting):
    code, said = BITES[setting]
    submit(nbgrader.course, "amina", solved(nbgrader.course, code=f"answer = 42\n{code}"))
    by_nbgrader(configured(nbgrader.course, setting))
    done = nbformat.read(nbgrader.course.root / "autograded" / "amina" / "tiny" / "tiny.ipynb", as_version=4)
    outputs = done.cells[1].outputs
    text = " ".join(f"{o.ename}: {o.evalue}" if o.output_type == "error" else o.get("text", "") for o in outputs)
    assert re.search(said, text), text


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("cell_seconds = 0", "cell_seconds"),
        ("cell_seconds = 'long'", "cell_seconds"),
        ("cell_seconds = float('nan')", "one cell may run nan seconds"),
        ("submission_seconds = 1", "one cell may run 15 seconds, and the whole notebook only 1"),
        ("memory_mb = -5", "memory_mb"),
        ("processes = 0", "processes"),
        ("open_files = 2", "open_files"),
        ("written_mb = 1.5", "written_mb"),
        ("output_kb = None", "output_kb"),
        ("isolated = 'perhaps'", "isolated"),
    ],
)
def test_a_limit_that_makes_no_sense_is_told_either_way(nbgrader, setting, said):
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    desk = configured(nbgrader.course, setting)
    with pytest.raises(CourseError, match=rf"nbgrader_config.py: .*{said}"):
        by_isa(desk)
    with pytest.raises(GradingFailed, match=said):
        by_nbgrader(desk)
    assert not (nbgrader.course.root / "autograded" / "amina" / "tiny" / "tiny.ipynb").exists()


@pytest.mark.parametrize(
    "settings", [{}, {"cell_seconds": 2, "submission_seconds": 9, "memory_mb": 300, "processes": 5, "open_files": 60, "written_mb": 7, "output_kb": 3}]
)
def test_isa_grade_takes_every_limit_from_where_nbgrader_takes_it(nbgrader, settings):
    desk = configured(nbgrader.course, "".join(f"{name} = {value}\nc.RunIsolated." for name, value in settings.items()) + "isolated = True")
    with desk.gradebook() as book:
        limits = blueprint(desk.course, book, "tiny", desk.config).limits
    assert limits == RunIsolated(config=desk.config).limits
    assert limits == (SandboxLimits(2, 9, 300 * 2**20, 5, 60, 7 * 2**20, 3 * 2**10) if settings else SandboxLimits())
