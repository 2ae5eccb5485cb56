"""A judge is tried on examples as on answers of students to come: without the examples of the same hand."""

import numpy as np
import pytest

from isa.answers.encoder import Letters
from isa.answers.evidence import Phrases
from isa.answers.judge import ENOUGH, Judge, Seen, prior
from isa.answers.question import Point
from isa.answers.reading import read

LETTERS = Letters()
POINT = Phrases(Point("P1", 1, "It rains because warm air rises and cools."), read("Why does it rain?", LETTERS), LETTERS)
RIGHT = ["warm air goes up and gets cold", "the air cools when it rises", "rising air becomes cool", "air that is warm climbs and chills"] * 3
WRONG = ["the clouds are full", "it is the wind", "god wants it", "the sea is salty"] * 3


def seen(text: str) -> Seen:
    reading = read(text, LETTERS)
    return Seen(reading, POINT.evidence(reading), reading.whole)


def judge(hands: list[str]) -> Judge:
    return Judge(prior("point", "lexical"), [seen(text) for text in RIGHT + WRONG], [1.0] * 12 + [0.0] * 12, binary=True, hands=hands)


def used(made: Judge, which: int) -> set[int]:
    return set(made._others(which).tolist())


def test_without_hands_each_example_is_left_out_alone() -> None:
    assert used(judge([""] * 24), 3) == set(range(24)) - {3}


def test_all_examples_of_a_hand_are_left_out_together() -> None:
    made = judge(["one", "two"] * 12)
    assert used(made, 3) == set(range(0, 24, 2))
    assert used(made, 4) == set(range(1, 24, 2))


def test_a_hand_that_wrote_nearly_all_is_left_out_one_by_one_for_want_of_others() -> None:
    hands = ["one"] * (25 - ENOUGH) + ["two"] * (ENOUGH - 1)
    made = judge(hands)
    assert used(made, 0) == set(range(24)) - {0}
    assert used(made, 23) == set(range(25 - ENOUGH))


def test_each_student_is_a_hand_and_is_left_out_alone() -> None:
    made = judge([f"student {n}" for n in range(24)])
    assert used(made, 7) == set(range(24)) - {7}


def test_copies_of_an_example_in_the_same_hand_do_not_make_a_judge_look_better() -> None:
    alone, together = judge([""] * 24), judge([f"hand {n // 2 % 2}" for n in range(24)])
    assert np.mean(alone.agreed) >= np.mean(together.agreed)
    assert all(alone.agreed)


@pytest.mark.parametrize("hands", [[], ["a"] * 24, ["a", "b"] * 12])
def test_a_new_answer_is_judged_by_all_examples_whoever_wrote_them(hands: list[str]) -> None:
    one, other = judge([""] * 24).look(seen("warm air rises")), judge(hands).look(seen("warm air rises"))
    assert one.share == other.share
