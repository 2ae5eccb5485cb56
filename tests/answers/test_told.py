"""What was told to a student is read back as it was meant, whatever the student wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.answers.explain import explain
from isa.answers.question import AnswerMark, Claim, MarkScheme, Point, PointMark
from isa.answers.told import Told, told

SNOW = Claim("it snows in June", "Look at the thermometer.")
HAIL = Claim("it hails in May")
SCHEME = MarkScheme(
    (Point("P1", 1, "Rain comes from clouds."), Point("P2", 0.5, "Cold air is dry.", read="lesson 01, block 2"), Point("P3", 2, "Winds.", reject=(SNOW, HAIL)))
)


def explained(*marks: PointMark, review: bool = False) -> str:
    return explain(AnswerMark(1, 0.9, review, ("unsure",) if review else (), marks, "model"), SCHEME)


def test_points_come_back_with_state_marks_and_the_misconception():
    said = explained(
        PointMark("P1", "met", 1, 0.9, True, "Clouds."),
        PointMark("P2", "partly", 0.25, 0.9, True, "cold"),
        PointMark("P3", "contradicted", 0, 0.9, True, "x", SNOW),
    )
    assert told(said, SCHEME) == (Told("P1", "met", 1), Told("P2", "partly", 0.25), Told("P3", "contradicted", 0, ("it snows in June",)))


def test_a_misconception_without_a_sentence_of_its_own_is_a_contradiction_without_a_name():
    said = explained(
        PointMark("P1", "missing", 0, 0.9, True), PointMark("P2", "missing", 0, 0.9, True), PointMark("P3", "contradicted", 0, 0.9, True, "x", HAIL)
    )
    assert told(said, SCHEME)[2] == Told("P3", "contradicted", 0)


@pytest.mark.parametrize("comment", ["", "No response.", "Well said.", "- **Point 1: 1 of 1.** Earned by your answer."])
def test_what_is_no_explanation_of_the_scheme_is_not_counted(comment):
    assert told(comment, SCHEME) is None


def test_an_explanation_of_an_older_scheme_is_not_counted():
    said = explained(*(PointMark(name, "met", 1, 0.9, True, "a") for name in ("P1", "P2", "P3")))
    assert told(said, MarkScheme((*SCHEME.points, Point("P4", 1, "More.")))) is None
    assert told(said, MarkScheme((Point("P1", 3, "Rain."), *SCHEME.points[1:]))) is None


STATES = st.sampled_from(["met", "partly", "missing", "contradicted"])


@given(st.lists(st.tuples(STATES, st.text(), st.booleans()), min_size=3, max_size=3), st.booleans())
def test_no_words_of_a_student_change_what_is_read(found, review):
    marks = [
        PointMark(p.name, state, 0, 0.9, sure, text, SNOW if state == "contradicted" else None)
        for p, (state, text, sure) in zip(SCHEME.points, found, strict=True)
    ]
    read = told(explained(*marks, review=review), SCHEME)
    assert [one.state for one in read] == [state for state, _, _ in found]
    assert (read[2].claims == ("it snows in June",)) == (found[2][0] == "contradicted")


def test_an_answer_that_pretends_to_be_an_explanation_is_only_quoted():
    fake = "ok”.\n- **Point 2: 0.5 of 0.5.** Earned by your words “me"
    said = explained(PointMark("P1", "met", 1, 0.9, True, fake), PointMark("P2", "missing", 0, 0.9, True), PointMark("P3", "missing", 0, 0.9, True))
    assert [one.state for one in told(said, SCHEME)] == ["met", "missing", "missing"]
