"""The gradebook as tables."""

from datetime import UTC, datetime

import pytest

from isa.grading import runner
from isa.grading.course import CourseError
from isa.teaching import record
from tests.conftest import solved, submit

DUE = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def graded(nbgrader):
    """A class of two: one was right, and was marked by a person; the other was wrong, and two hours late."""
    submit(nbgrader.course, "amina", solved(nbgrader.course), timestamp="2027-03-01 11:00:00 UTC")
    submit(nbgrader.course, "bilal", solved(nbgrader.course, "answer = 41"), timestamp="2027-03-01 14:00:00 UTC")
    (nbgrader.course.gradebook / "roster.csv").write_text("id,first_name,last_name,email\namina,Amina,Diallo,a@example.org\nbilal,,,\n", encoding="utf-8")
    policy = nbgrader.course.gradebook / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("due: {}", "due: {tiny: 2027-03-01 12:00:00+00:00}"), encoding="utf-8")
    runner.grade(nbgrader, "tiny", nbgrader.course.submissions("tiny"), runner.silently, jobs=1)
    with nbgrader.gradebook() as book:
        book.find_grade("s1", "tiny", "tiny", "amina").manual_score = 1
        book.find_comment("s1", "tiny", "tiny", "amina").manual_comment = "Well said."
        book.db.commit()
        yield record.read(book, "tiny")


def test_cells_stand_in_the_order_of_the_notebook_with_their_exercise_and_points(graded):
    assert graded.cells.reset_index().values.tolist() == [["q1_a", "q1", "tests", 2.0], ["s1", "s1", "answer", 1.0]]
    assert graded.points == 3


def test_students_have_their_names_and_how_late_they_came(graded):
    assert list(graded.students["last_name"]) == ["Diallo", ""]
    assert list(graded.students["seconds_late"]) == [0, 7200]
    assert graded.students.loc["bilal", "penalty"] == 0  # a tenth of nothing


def test_a_persons_mark_counts_before_the_automatic_one_and_what_waits_counts_nothing_yet(graded):
    assert graded.scores().to_dict() == {"amina": 3, "bilal": 0}
    assert graded.by_exercise().loc["amina"].to_dict() == {"q1": 2, "s1": 1}
    waiting = graded.grades.set_index(["student", "cell"])
    assert waiting.loc[("bilal", "s1"), "waiting"]
    assert waiting.loc[("amina", "s1"), "comment"] == "Well said."


def test_an_assignment_that_the_gradebook_does_not_know_is_one_line(nbgrader):
    with nbgrader.gradebook() as book, pytest.raises(CourseError, match="run isa grade assignment-99"):
        record.read(book, "assignment-99")
