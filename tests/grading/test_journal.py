"""The log of a submission: what an instructor can read there, that it is private, and that marks do not depend on it."""

import shutil
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.grading import journal, runner
from isa.grading.course import Course, Submission
from isa.grading.marks import Blueprint, Trusted, Verdict
from isa.grading.nbgrader_edge import Nbgrader
from tests.conftest import solved, submit

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def grade(desk: Nbgrader) -> dict[str, str]:
    chosen, _ = runner.chosen(desk.course, "tiny", [])
    return {o.submission.student: o.problem for o in runner.grade(desk, "tiny", chosen, runner.silently, jobs=1, force=True)}


def log(desk: Nbgrader, student: str) -> str:
    return (desk.course.gradebook / "logs" / student / "tiny.log").read_text(encoding="utf-8")


def test_a_log_says_when_how_what_was_mended_what_failed_and_what_it_scored(nbgrader):
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    submit(nbgrader.course, "bilal", solved(nbgrader.course, code="answer = 41 + one"))
    submit(nbgrader.course, "chinara", solved(nbgrader.course, code="import os\nos._exit(1)"))
    submit(nbgrader.course, "dewi", solved(nbgrader.course).replace('"grade_id": "q1_a"', '"grade_id": "q1_b"'))
    assert set(grade(nbgrader).values()) == {""}
    first, second, third, *scores = log(nbgrader, "amina").splitlines()
    assert first == "tiny, amina"
    assert datetime.fromisoformat(second.split(",")[0]).tzinfo is not None
    assert "nbgrader 0.9" in second
    assert second.endswith("in the sandbox.")
    assert third.startswith("Graded in ")
    assert scores == ["q1: 2 of 2", "s1: 0 of 1; a person has to read it"]
    assert "Cell 2 (q1): it ended with NameError: name 'one' is not defined\nq1: 0 of 2\n" in log(nbgrader, "bilal")
    assert "Cell 2 (q1): The process stopped in this cell" in log(nbgrader, "chinara")
    assert "Repaired: " in log(nbgrader, "dewi")


def test_without_walls_the_log_says_so(nbgrader):
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    grade(Nbgrader(nbgrader.course, isolated=False))
    assert "WITHOUT a sandbox" in log(nbgrader, "amina")


def test_a_submission_that_could_not_be_marked_has_its_reason_there_and_the_problem_names_the_log(nbgrader, monkeypatch):
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    monkeypatch.setattr(runner, "verdicts", lambda plan, submissions, jobs: iter((s, "could not be marked: no luck") for s in submissions))
    assert grade(nbgrader) == {"amina": "could not be marked: no luck (see gradebook/logs/amina/tiny.log)"}
    assert "Not graded: could not be marked: no luck." in log(nbgrader, "amina")


def test_a_log_changes_no_mark_and_is_in_no_feedback(nbgrader):
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    grade(nbgrader)
    autograded = nbgrader.course.root / "autograded" / "amina" / "tiny" / "tiny.ipynb"
    before = autograded.read_bytes()
    shutil.rmtree(nbgrader.course.gradebook / "logs")
    grade(nbgrader)
    assert autograded.read_bytes() == before
    chosen, _ = runner.chosen(nbgrader.course, "tiny", [])
    runner.feedback(nbgrader, "tiny", chosen, runner.silently)
    for folder in ("release", "feedback", "autograded"):
        assert not list((nbgrader.course.root / folder).rglob("*.log"))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return Course(tmp_path_factory.mktemp("course"))


@given(name=st.text(max_size=40), said=st.text(max_size=600))
def test_whatever_a_student_makes_a_message_say_it_is_one_plain_line(scratch, name, said):
    error = {"output_type": "error", "ename": name, "evalue": said, "traceback": []}
    cells = f'{{"cells": [{{"cell_type": "code", "metadata": {{"nbgrader": {{"grade_id": "q1"}}}}, "outputs": [{journal.json.dumps(error)}]}}]}}'
    plan = Blueprint("tiny", "", {"q1_a": Trusted("", "code", True, "", 2, False)}, {})
    submission = Submission("tiny", "amina", scratch.root)
    journal.write(scratch, plan, submission, Verdict(cells, {"q1_a": 1.0}, repairs=(said,)), NOW)
    text = journal.path(scratch, submission).read_text(encoding="utf-8")
    assert text.replace("\n", "").isprintable()
    assert len(text.splitlines()) == 5
    assert all(len(line) < 400 for line in text.splitlines())
