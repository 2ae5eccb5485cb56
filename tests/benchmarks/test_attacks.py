"""The attacks by which the marker is measured."""

from benchmarks.attacks import Attack, attacks, negated, right
from isa.answers.question import Claim, Example, MarkScheme, Point, Question

QUESTION = Question(
    "What does a missing figure in this table tell us about the spending of a state?",
    MarkScheme(
        (
            Point("P1", 1, "It is unknown.", ("the figure is unknown and higher than the share of 44 states",), (Claim("it is zero", "Look again."),)),
            Point("P2", 1, "The mean falls.", ("the mean of the states divides the sum by 57",)),
        ),
        ("The figure is unknown, and the mean is lower because the sum is divided by 57 states.",),
    ),
    (Example("It is zero because the state has no army.", 0.0), Example("Nobody published it.", 0.5)),
)


def test_attacks_are_the_same_each_time() -> None:
    assert attacks(QUESTION) == attacks(QUESTION)


def test_each_kind_of_attack_is_made_and_none_is_a_right_answer() -> None:
    made = attacks(QUESTION)
    kinds = {attack.kind for attack in made}
    assert kinds >= {
        "keyword_salad", "shuffled", "keywords_glued", "negated", "contradicted", "antonyms", "actors_swapped", "wrong_figure", "copied_question", "injection",
        "homoglyph", "zero_width", "padding", "other_language", "adverbs", "evasive", "off_topic", "claims_to_reject", "taken_back",
    }  # fmt: skip
    assert not {attack.answer for attack in made} & set(right(QUESTION))
    assert all(sum(attack.kind == kind for attack in made) <= 3 for kind in kinds)


def test_a_question_without_examples_or_claims_can_be_attacked_too() -> None:
    bare = Question("Why?", MarkScheme((Point("P1", 1, "because"),)))
    assert Attack("copied_question", "Why?") in attacks(bare)


def test_a_negated_sentence_says_the_contrary() -> None:
    assert negated("The mean is lower.") == "The mean is not lower."
    assert negated("It is not a zero.") == "It is a zero."
    assert negated("The sum divides the mean.") == "The sum does not divide the mean."
    assert negated("Zeros lower it.") == "It is not true that zeros lower it."
