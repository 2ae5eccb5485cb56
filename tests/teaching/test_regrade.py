"""Marking a class again: nothing without --apply, a reason for everything, and what a person marked stays."""

import json
from datetime import UTC, datetime

import nbformat
import pytest

from isa.grading import runner
from isa.grading.course import CourseError
from isa.teaching.regrade import log_of, regrade
from tests.conftest import SPECIMENS, solved, submit

NOW = datetime(2027, 3, 3, tzinfo=UTC)
REASON = "The test refused whole numbers that were written as decimals."


@pytest.fixture
def desk(marking):
    """A graded class: one is right, one writes the number as a decimal, which the test refuses, and one had that mark put right by a person."""
    for student, code in {"amina": "answer = 42", "bilal": "answer = 42.0", "chen": "answer = 42.0"}.items():
        submit(marking.course, student, solved(marking.course, code))
    runner.grade(marking, "tiny", marking.course.submissions("tiny"), runner.silently, jobs=1)
    with marking.gradebook() as book:
        book.find_grade("q1_a", "tiny", "tiny", "chen").manual_score = 1.5
        book.db.commit()
    return marking


def mend_the_test(desk):
    source = desk.course.source("tiny")
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[2].source = notebook.cells[2].source.replace("assert isinstance(answer, int)", "assert answer == int(answer)")
    nbformat.write(notebook, source)


def points(desk, student, cell="q1_a"):
    with desk.gradebook() as book:
        grade = book.find_grade(cell, "tiny", "tiny", student)
        return grade.auto_score, grade.score


def test_a_mended_test_is_tried_first_and_says_who_would_change_by_how_much_and_why(desk):
    mend_the_test(desk)
    desk.release("tiny", force=True)
    found = regrade(desk, "tiny", jobs=1)
    assert [(change.student, change.before, change.after, change.by, change.stands) for change in found.changes] == [
        ("bilal", 0.0, 2.0, 2.0, False),
        ("chen", 0.0, 2.0, 0.0, True),
    ]
    assert found.changes[0].why.startswith("was: ")
    assert found.changes[0].why.endswith("now: passed")
    assert found.by_exercise().to_dict("index") == {"q1": {"gain": 1, "lose": 0, "mean": 2.0}}
    assert points(desk, "bilal") == (0, 0)
    assert not log_of(desk.course, "tiny").exists()


def test_applied_it_changes_the_marks_tells_the_students_and_keeps_a_log(desk):
    mend_the_test(desk)
    desk.release("tiny", force=True)
    regrade(desk, "tiny", apply=True, because=REASON, now=NOW, jobs=1, who="the teacher")
    assert points(desk, "bilal") == (2, 2)
    assert points(desk, "chen") == (2, 1.5)
    runner.feedback(desk, "tiny", desk.course.submissions("tiny"), runner.silently)
    pages = {student: desk.course.feedback("tiny", student).read_text(encoding="utf-8") for student in ("amina", "bilal", "chen")}
    assert f"3 March 2027: q1 from 0 to 2 points. {REASON}" in pages["bilal"]
    assert "marked again" not in pages["amina"] + pages["chen"]
    log = [json.loads(line) for line in log_of(desk.course, "tiny").read_text(encoding="utf-8").splitlines()]
    assert [(line["student"], line["after"]) for line in log] == [("bilal", 2), ("chen", 2)]
    assert {(line["because"], line["who"]) for line in log} == {(REASON, "the teacher")}
    assert regrade(desk, "tiny", jobs=1).marked == 0


def test_what_students_were_told_stays_when_they_are_marked_a_third_time(desk):
    mend_the_test(desk)
    desk.release("tiny", force=True)
    regrade(desk, "tiny", apply=True, because=REASON, now=NOW, jobs=1)
    runner.grade(desk, "tiny", desk.course.submissions("tiny"), runner.silently, jobs=1, force=True)
    runner.feedback(desk, "tiny", desk.course.submissions("tiny"), runner.silently)
    assert REASON in desk.course.feedback("tiny", "bilal").read_text(encoding="utf-8")


def test_of_a_run_that_is_cut_off_every_mark_that_changed_is_logged_and_told(desk):
    submit(desk.course, "dewi", solved(desk.course, "answer = 42.0"))
    runner.grade(desk, "tiny", desk.course.submissions("tiny"), runner.silently, jobs=1)
    mend_the_test(desk)
    desk.release("tiny", force=True)

    def cut_off_after_bilal(submissions, total):
        for submission in submissions:
            if submission.student == "bilal":
                raise KeyboardInterrupt
            yield submission

    with pytest.raises(KeyboardInterrupt):
        regrade(desk, "tiny", cut_off_after_bilal, apply=True, because=REASON, now=NOW, jobs=1)
    assert points(desk, "bilal") == (2, 2)
    regrade(desk, "tiny", apply=True, because=REASON, now=NOW, jobs=1)
    log = [json.loads(line)["student"] for line in log_of(desk.course, "tiny").read_text(encoding="utf-8").splitlines()]
    assert sorted(log) == ["bilal", "chen", "dewi"]
    runner.feedback(desk, "tiny", desk.course.submissions("tiny"), runner.silently)
    assert REASON in desk.course.feedback("tiny", "bilal").read_text(encoding="utf-8")


def test_a_changed_mark_scheme_names_the_points_that_are_given_otherwise(desk):
    more = "".join(f'    - {{id: s1-{n}, kind: vague, answer: "Six sevens are forty-two {n}.", points: {{P1: 0}}}}\n' for n in range(10, 40))
    (desk.course.gradebook / "specimens" / "tiny.yml").write_text(SPECIMENS + more, encoding="utf-8")
    before = points(desk, "amina", "s1")
    found = regrade(desk, "tiny", jobs=1)
    assert before == (1, 1)
    assert {(change.cell, change.after, change.why) for change in found.changes} == {("s1", 0.0, "Point 1: 1 → 0")}
    assert found.waiting[1] >= 0


def test_a_source_that_was_not_released_is_told_and_nothing_is_marked(desk):
    mend_the_test(desk)
    with pytest.raises(CourseError, match="isa release --force tiny first"):
        regrade(desk, "tiny", jobs=1)


def test_a_hidden_test_that_was_not_released_is_told_though_no_student_version_shows_it(desk):
    source = desk.course.source("tiny")
    source.write_text(source.read_text(encoding="utf-8").replace("answer == 6 * 7", "answer >= 6 * 7"), encoding="utf-8")
    assert not desk.differs("tiny")
    with pytest.raises(CourseError, match="the gradebook still has another q1_a than source/; run isa release --force tiny first"):
        regrade(desk, "tiny", jobs=1)


def test_what_could_not_be_marked_again_is_not_counted_as_marked(desk):
    (desk.course.root / "submitted" / "bilal" / "tiny" / "tiny.ipynb").write_text("no notebook", encoding="utf-8")
    found = regrade(desk, "tiny", jobs=1)
    assert (found.marked, [outcome.submission.student for outcome in found.outcomes if outcome.problem]) == (0, ["bilal"])


def test_without_a_reason_nothing_is_applied(desk):
    with pytest.raises(CourseError, match="say why"):
        regrade(desk, "tiny", apply=True, now=NOW, jobs=1)


def test_a_class_that_was_not_graded_is_told(nbgrader):
    assert regrade(nbgrader, "tiny", jobs=1).changes == ()
    with pytest.raises(CourseError, match="no such assignment; there are tiny"):
        regrade(nbgrader, "tiny-2", jobs=1)
