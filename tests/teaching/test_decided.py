"""What an instructor marked in formgrader becomes a specimen when told to, and only where the mark settles each point."""

from datetime import UTC, datetime

import pytest

from isa.answers import decisions
from isa.answers.question import AnyOf, MarkScheme, Point
from isa.grading import short_answers
from isa.teaching.decided import by_point, from_gradebook
from tests.conftest import solved, submit

NOW = datetime(2027, 3, 1, tzinfo=UTC)
TWO = MarkScheme((Point("P1", 1, "It rains."), Point("P2", 2, "It pours.")))
SOME = MarkScheme((*TWO.points, Point("P3", 2, "It hails.")), any_of=(AnyOf(1, ("P2", "P3")),))


@pytest.mark.parametrize(
    ("scheme", "score", "points"),
    [
        (TWO, 0, {"P1": 0, "P2": 0}),
        (TWO, 3, {"P1": 1, "P2": 2}),
        (SOME, 0, {"P1": 0, "P2": 0, "P3": 0}),
        (MarkScheme(TWO.points[1:]), 0.5, {"P2": 0.5}),
    ],
)
def test_a_mark_that_settles_each_point_is_taken_apart(scheme, score, points):
    assert by_point(scheme, score) == points


@pytest.mark.parametrize(
    ("scheme", "score", "why"),
    [
        (TWO, 1, "1 of 3 does not say which points were earned"),
        (SOME, 3, "full marks do not say which of P2, P3 were earned"),
        (TWO, 4, "4 is no mark between 0 and 3"),
        (TWO, -1, "-1 is no mark between 0 and 3"),
    ],
)
def test_a_mark_that_does_not_says_why(scheme, score, why):
    assert by_point(scheme, score) == why


@pytest.fixture
def desk(marking):
    """A class that was graded, with the marks that a person gave by student."""

    def given(words: dict[str, str], marks: dict[str, float]):
        marking.prepare("tiny", None, None)
        for student, text in words.items():
            submit(marking.course, student, solved(marking.course, words=text))
        for submission in marking.course.submissions("tiny"):
            marking.autograde(submission)
        with marking.gradebook() as book:
            for student, mark in marks.items():
                book.find_grade("s1", "tiny", "tiny", student).manual_score = mark
            book.db.commit()
        return marking

    return given


def test_marks_become_decisions_once_without_names_and_can_be_withdrawn(desk):
    nbgrader = desk({"amina": "6 < 7, so <b>42</b>.", "bilal": "No idea.", "chinara": "Not read by a person."}, {"amina": 1, "bilal": 0.5})
    path = short_answers.decisions_file(nbgrader.course, "tiny")
    learned = from_gradebook(nbgrader, "tiny", "teacher", NOW)
    assert [(one.cell, one.answer, one.points) for one in learned.added] == [("s1", "6 < 7, so <b>42</b>.", {"P1": 1}), ("s1", "No idea.", {"P1": 0.5})]
    assert (learned.known, learned.left_out) == (0, [])
    assert not any(name in path.read_text(encoding="utf-8") for name in ("amina", "bilal"))
    again = from_gradebook(nbgrader, "tiny", "teacher", NOW)
    assert (again.added, again.known) == ([], 2)
    decisions.withdraw(path, learned.added[0].id, "teacher", NOW)
    once_more = from_gradebook(nbgrader, "tiny", "teacher", NOW)
    assert (once_more.added, once_more.known) == ([], 1)
    assert once_more.left_out == ["amina, s1: this decision was withdrawn before, and stays withdrawn"]


def test_a_mark_for_other_words_or_for_none_and_a_second_opinion_are_left_out(desk):
    nbgrader = desk(
        {"amina": "It is so.", "bilal": "YOUR ANSWER HERE", "chinara": "Twins.", "dewi": "Twins."},
        dict.fromkeys(["amina", "bilal", "chinara"], 1) | {"dewi": 0},
    )
    submit(nbgrader.course, "amina", solved(nbgrader.course, words="I thought again."))
    learned = from_gradebook(nbgrader, "tiny", "teacher", NOW)
    assert [one.answer for one in learned.added] == ["Twins."]
    assert [line.partition(";")[0] for line in learned.left_out] == [
        "amina, s1: it was handed in again since it was graded, so the mark may be for other words",
        "bilal, s1: nothing was written, so there is nothing to learn",
        "dewi, s1: another mark for the same words stands",
    ]
