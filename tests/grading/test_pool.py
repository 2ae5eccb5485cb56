"""A class in several processes: the same marks whatever the number of workers, and nothing lost when the run is killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from isa.grading import pool, runner
from tests.conftest import solved, submit

ISA = str(Path(sys.executable).parent / "isa")


def hand_in(nbgrader, students: int) -> None:
    for number in range(students):
        submit(nbgrader.course, f"student-{number:02}", solved(nbgrader.course, code=f"answer = {42 if number % 2 else number}"))


def grade(nbgrader, **more) -> list[str]:
    """Grade the class; gives the students that were really marked again, by the time of their autograded notebooks."""
    chosen, _ = runner.chosen(nbgrader.course, "tiny", [])
    before = {path: path.stat().st_ino for path in nbgrader.course.root.glob("autograded/*/tiny/tiny.ipynb")}
    outcomes = runner.grade(nbgrader, "tiny", chosen, runner.silently, **more)
    assert not [o for o in outcomes if o.problem]
    after = {path: path.stat().st_ino for path in nbgrader.course.root.glob("autograded/*/tiny/tiny.ipynb")}
    return sorted(path.parts[-3] for path in after if before.get(path) != after[path])


def scores(nbgrader) -> dict[str, float]:
    return {student: mark.score for student, mark in nbgrader.marks("tiny").items()}


def expected(students: int) -> dict[str, float]:
    return {f"student-{number:02}": 2.0 if number % 2 else 0.0 for number in range(students)}


def test_two_workers_give_everybody_his_own_marks(nbgrader):
    hand_in(nbgrader, 7)
    grade(nbgrader, jobs=2)
    assert scores(nbgrader) == expected(7)


def test_what_has_not_changed_is_passed_over_and_what_has_is_marked(nbgrader):
    hand_in(nbgrader, 3)
    assert len(grade(nbgrader)) == 3
    assert grade(nbgrader) == []
    submit(nbgrader.course, "student-00", solved(nbgrader.course))
    assert grade(nbgrader) == ["student-00"]
    assert scores(nbgrader)["student-00"] == 2
    assert len(grade(nbgrader, force=True)) == 3


def test_a_new_version_of_the_tests_marks_everybody_again(nbgrader):
    hand_in(nbgrader, 2)
    grade(nbgrader)
    source = nbgrader.course.source("tiny")
    source.write_text(source.read_text(encoding="utf-8").replace("answer == 6 * 7", "answer == 0"), encoding="utf-8")
    nbgrader.release("tiny", force=True)
    assert len(grade(nbgrader)) == 2
    assert scores(nbgrader) == {"student-00": 2, "student-01": 0}


def test_a_mark_that_a_person_gave_survives_a_second_run(nbgrader):
    hand_in(nbgrader, 1)
    grade(nbgrader)
    with nbgrader.gradebook() as book:
        book.find_grade("s1", "tiny", "tiny", "student-00").manual_score = 1
        book.db.commit()
    grade(nbgrader, force=True)
    assert scores(nbgrader) == {"student-00": 1}


def test_a_run_that_is_killed_is_completed_by_the_next(nbgrader):
    hand_in(nbgrader, 12)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    run = subprocess.Popen([ISA, "grade", "tiny", "--jobs", "2"], cwd=nbgrader.course.root, **quiet)
    done = nbgrader.course.root / "autograded"
    for _ in range(600):
        if len(list(done.glob("*/tiny/tiny.ipynb"))) >= 3:
            break
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    marked = len(list(done.glob("*/tiny/tiny.ipynb")))
    assert 3 <= marked < 12, "the run was not killed half-way"
    with sqlite3.connect(nbgrader.course.gradebook / "gradebook.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    again = grade(nbgrader, jobs=2)
    assert scores(nbgrader) == expected(12)
    assert len(again) <= 12 - marked + 2, "what was done was done again"
    with nbgrader.gradebook() as book:
        assert len(book.assignment_submissions("tiny")) == 12


def test_no_process_outlives_a_run_that_is_killed(nbgrader):
    hand_in(nbgrader, 12)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    run = psutil.Popen([ISA, "grade", "tiny", "--jobs", "2"], cwd=nbgrader.course.root, **quiet)
    for _ in range(600):
        if list(nbgrader.course.root.glob("autograded/*/tiny/tiny.ipynb")):
            break
        time.sleep(0.05)
    started = run.children(recursive=True)
    assert len(started) >= 4, "two workers and their sandboxes"
    run.kill()
    run.wait()
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []


def test_a_worker_that_dies_costs_nobody_his_marks(nbgrader, tmp_path, monkeypatch):
    hand_in(nbgrader, 3)
    monkeypatch.setattr(pool, "_mark_by", _die_once)
    monkeypatch.setenv("ISA_TEST_DIED", str(tmp_path / "died"))
    grade(nbgrader, jobs=2)
    assert (tmp_path / "died").exists()
    assert scores(nbgrader) == expected(3)


_REAL = pool._mark_by


def _die_once(file, submission):
    mark = Path(os.environ["ISA_TEST_DIED"])
    if not mark.exists():
        mark.touch()
        os._exit(1)
    return _REAL(file, submission)


@pytest.mark.parametrize("text", ['{"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', '{"cells": []}'])
def test_a_notebook_that_nbformat_does_not_take_is_a_problem_of_its_own(nbgrader, text):
    hand_in(nbgrader, 1)
    submit(nbgrader.course, "odd", text)
    chosen, _ = runner.chosen(nbgrader.course, "tiny", [])
    problems = {o.submission.student: o.problem for o in runner.grade(nbgrader, "tiny", chosen, runner.silently, jobs=1)}
    assert problems["student-00"] == ""
    assert problems["odd"] == "" or problems["odd"].startswith("could not be marked: ")


@pytest.mark.parametrize("own", [None, "2"])
def test_workers_calculate_in_one_thread_and_what_the_user_wishes_is_restored(nbgrader, monkeypatch, own):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if own:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", own)
    hand_in(nbgrader, 1)
    workers = []
    grade(nbgrader, see=lambda *_: workers.extend(child.environ() for child in psutil.Process().children() if "spawn_main" in str(child.cmdline())))
    assert {worker.get("OPENBLAS_NUM_THREADS") for worker in workers} == {"1"}
    assert os.environ.get("OPENBLAS_NUM_THREADS") == own
