"""Item analysis, counts and agreement, each against numbers that were worked out by hand or another way."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isa.answers.explain import explain
from isa.answers.question import AnswerMark, Claim, MarkScheme, Point, PointMark
from isa.teaching.report import numbers
from tests.teaching.report.classes import record

SCHEME = MarkScheme((Point("P1", 1, "It rains."), Point("P2", 1, "It pours.", reject=(Claim("it snows", "Look out of the window."),))))


@pytest.fixture
def four_students():
    """Two exercises, the first in two tests, and a class in which who does one well does the other well."""
    return record({"a": [1, 2, 1], "b": [1, 2, 0.5], "c": [1, 0, 0], "d": [0, 0, 0]}, {"q1_a": 1, "q1_b": 2, "s1": 1})


def test_difficulty_is_the_mean_share_and_the_shares_of_all_some_and_none_add_up(four_students):
    found = numbers.items(four_students)
    assert list(found.index) == ["q1", "s1"]
    assert found.loc["q1", ["points", "marked", "mean", "difficulty", "full", "some", "none"]].tolist() == pytest.approx(
        [3, 4, 1.75, 1.75 / 3, 0.5, 0.25, 0.25]
    )


def test_discrimination_is_the_correlation_with_the_sum_of_the_other_items(four_students):
    cells = numbers.items(four_students, "cell")
    rest = [2 + 1, 2 + 0.5, 0, 0]
    assert cells.loc["q1_a", "discrimination"] == pytest.approx(np.corrcoef([1, 1, 1, 0], rest)[0, 1])


def test_an_item_that_turns_the_class_round_is_pointed_at():
    turned = record({s: [own, own, 3 - own] for s, own in zip("abcd", range(4), strict=True)}, {"q1": 3, "q2": 3, "q3": 3})
    found = numbers.items(turned)
    assert found.loc["q3", "discrimination"] < 0
    assert "read the task" in found.loc["q3", "remark"]


def test_what_everybody_or_nobody_has_says_nothing_of_discrimination_and_is_remarked():
    found = numbers.items(record({"a": [1, 0, 1], "b": [1, 0, 0], "c": [1, 0, 1]}, {"q1": 1, "q2": 1, "q3": 1}))
    assert found["discrimination"].isna().all()
    assert found["remark"].tolist() == ["Nearly everybody has it.", "Hard: see whether the lesson prepares for it.", ""]


def test_alpha_is_as_its_formula_says_with_a_range_that_is_the_same_each_time(four_students):
    wide = numbers.marked(four_students)
    by_hand = 2 * (1 - wide.var(ddof=0).sum() / wide.sum(axis=1).var(ddof=0))
    found = numbers.reliability(four_students)
    assert (found.students, found.items) == (4, 2)
    assert found.alpha == pytest.approx(by_hand)
    assert found.low <= found.alpha <= found.high
    assert numbers.reliability(four_students) == found


@pytest.mark.parametrize("scores", [{"a": [1, 1], "b": [0, 1]}, {s: [1, 1] for s in "abc"}, {}])
def test_alpha_of_a_class_without_differences_or_without_students_is_none(scores):
    assert numbers.reliability(record(scores, {"q1": 1, "q2": 1})).alpha is None


def test_what_is_not_marked_yet_is_missing_and_no_zero():
    found = record({"a": [2, None], "b": [1, None], "c": [0, None]}, {"q1": 2, "b1": 10})
    assert numbers.marked(found)["b1"].isna().all()
    assert numbers.items(found).loc["b1", "marked"] == 0
    assert numbers.shares(found).tolist() == [1, 0.5, 0]
    assert numbers.load(found).loc["b1"].tolist() == [0, 3, 0, 3]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), max_size=12))
def test_no_class_however_small_breaks_the_numbers(scores):
    found = record({f"s{at}": own for at, own in enumerate(scores)}, {"q1": 4, "q2": 4, "q3": 4})
    assert numbers.items(found)["discrimination"].dropna().between(-1.000001, 1.000001).all()
    alpha = numbers.reliability(found)
    assert alpha.alpha is None or alpha.alpha <= 1.000001
    assert numbers.distribution(found)["students"] == len(scores)


def said(*states: str, names: tuple[str, ...] = ("P1", "P2")) -> str:
    claim = SCHEME.points[1].reject[0]
    marks = tuple(PointMark(n, s, 0, 0.9, True, "words", claim if s == "contradicted" else None) for n, s in zip(names, states, strict=True))
    return explain(AnswerMark(0, 0.9, False, (), marks, "model"), SCHEME)


@pytest.fixture
def told():
    """Four answers: two hold the misconception, one was left empty, one was marked by an older scheme."""
    comments = {
        ("a", "s1"): said("met", "contradicted"),
        ("b", "s1"): said("missing", "contradicted"),
        ("c", "s1"): "No response.",
        ("d", "s1"): "**Score: 1.**",
    }
    return record({s: [0] for s in "abcd"}, {"s1": 2}, said=comments)


def test_marking_points_and_misconceptions_are_counted_from_what_students_were_told(told):
    points = numbers.points(told, {"s1": SCHEME}).set_index("point")
    assert points[["answers", "met", "partly", "missing", "contradicted"]].values.tolist() == [[2, 1, 0, 1, 0], [2, 0, 0, 0, 2]]
    wrong = numbers.misconceptions(told, {"s1": SCHEME})
    assert wrong.values.tolist() == [["s1", "P2", "it snows", 2, 1.0]]
    assert numbers.uncounted(told, {"s1": SCHEME}) == 1


def test_agreement_is_of_marks_that_both_gave():
    found = record({"a": [1, 1], "b": [1, 0], "c": [0, 0]}, {"q1": 1, "s1": 2}, manual={("a", "s1"): 1.0, ("b", "s1"): 2.0})
    assert numbers.agreement(found).reset_index().values.tolist() == [["s1", 2, 0.5, 1.0, 1.0]]
    assert numbers.agreement(record({"a": [1]}, {"q1": 1})).empty


def test_load_tells_what_waits_from_what_a_person_or_the_program_decided():
    found = record({"a": [1], "b": [1], "c": [None]}, {"s1": 1}, manual={("a", "s1"): 0.0}, waiting={("c", "s1"): True})
    assert numbers.load(found).loc["s1"].to_dict() == {"waiting": 1, "unmarked": 1, "by_person": 1, "by_program": 1}


def test_drift_shows_a_person_who_grows_milder_in_parts_by_time():
    start = datetime(2027, 3, 1)
    rows = [(start + timedelta(minutes=at), "amina", "s1", 0.5 + at / 100, 0.5) for at in range(40)]
    found = numbers.drift(pd.DataFrame(rows[::-1], columns=["when", "who", "cell", "human", "automatic"]))
    assert found["decisions"].tolist() == [10] * 4
    assert found["difference"].is_monotonic_increasing
    assert found["since"].iloc[0] == start
    few = numbers.drift(pd.DataFrame(rows[:6], columns=["when", "who", "cell", "human", "automatic"]))
    assert few["part"].tolist() == [1]
