"""What speaks for a point and against it."""

import numpy as np
import pytest

from isa.answers import text
from isa.answers.encoder import best
from isa.answers.evidence import NAMES, Evidence, Phrases, opposes, read_points
from isa.answers.question import Claim, Day, Figure, Point
from isa.answers.reading import Part, read

POINT = Point(
    "P1",
    1,
    "The mean falls, because the same sum is divided by more states.",
    accept=("zeros pull the mean down, since they add states and no money",),
    reject=(Claim("the mean stays the same because zero adds nothing", "Compare your two means."),),
)


def evidence(answer: str, point: Point = POINT) -> Evidence:
    return Phrases(point, read("What does putting 0 do to the mean?", best()), best()).evidence(read(answer, best()))


def number(found: Evidence, name: str) -> float:
    return float(found.numbers[NAMES.index(name)])


def test_there_is_a_number_for_each_name() -> None:
    assert evidence("The mean falls.").numbers.shape == (len(NAMES),)


def test_the_clause_that_speaks_of_the_point_is_quoted_as_it_was_written() -> None:
    found = evidence("We have 57 members. With  *zeros* the mean goes DOWN; that is all.")
    assert found.clause.written == "With  *zeros* the mean goes DOWN"


def test_a_copy_is_known_and_a_paraphrase_is_no_copy() -> None:
    assert evidence("The mean falls because the same sum is divided by more states").verbatim
    assert not evidence("It goes down, as more countries share the same total").verbatim


@pytest.mark.parametrize(
    "answer",
    [
        "The mean does not fall, because the same sum is divided by more states.",
        "The mean rises, because the same sum is divided by more states.",
        "The mean falls, because the same sum is divided by fewer states.",
        "The states fall, because the same mean is divided by more sum.",
        "The mean falls, because the same sum is divided by more states. No, that is wrong.",
        "The mean falls with the zeros of the states. The mean does not fall with the zeros of the states.",
    ],
)
def test_a_near_copy_that_says_the_contrary_is_opposed(answer: str) -> None:
    assert evidence(answer).opposed


@pytest.mark.parametrize("answer", ["The mean falls, because the same sum is divided by more states.", "It is not the same mean: it falls.", ""])
def test_an_honest_wording_is_not(answer: str) -> None:
    assert not evidence(answer).opposed


def test_other_figures_make_a_copy_the_contrary() -> None:
    assert opposes(Part("", "the sum is divided by 93 states"), Part("", "the sum is divided by 57 states"))


def test_a_rejected_claim_is_found_with_the_clause_that_makes_it() -> None:
    claim = evidence("I have computed both. The mean stays the same, as a zero adds nothing.").claim
    assert claim
    assert claim[0].feedback == "Compare your two means."
    assert claim[1].written == "The mean stays the same, as a zero adds nothing."


def test_a_claim_is_named_where_what_is_accepted_mentions_it_only_to_deny_it() -> None:
    point = Point(
        "P1", 1, "A missing figure does not mean that the state spent nothing.", reject=(Claim("a gap says that the state has spent nothing", "Who knows?"),)
    )
    found = evidence("A missing figure shows that the country spent nothing.", point)
    assert found.claim is None  # too near to what is accepted to refuse the point for it
    assert found.named
    assert found.named[1].written == "A missing figure shows that the country spent nothing."
    assert evidence("Nobody has published a figure.", point).named is None


def test_a_required_figure_may_be_one_of_several_and_is_missed_when_none_is_there() -> None:
    point = Point("P1", 1, "13 are left out, or 44 covered.", figures=((Figure(13, "members"), Figure(44, "members")),))
    assert not evidence("It leaves thirteen members out.", point).lacks
    assert not evidence("It covers 44 members.", point).lacks
    assert evidence("It covers 40 members and not 44 members.", point).lacks


def test_required_names_and_dates_are_looked_for_in_any_of_their_forms() -> None:
    point = Point("P1", 1, "Türkiye signed in 2014.", names=(("Türkiye", "Turkey"),), days=(Day(2014),))
    assert not evidence("It was signed on 24 December 2014 by turkey.", point).lacks
    assert evidence("It was signed by Turkey.", point).lacks
    assert evidence("It was signed in 2014.", point).lacks


def test_reading_twice_gives_the_same_numbers() -> None:
    assert np.array_equal(evidence("zeros add states").numbers, evidence("zeros add states").numbers)


TWO = (
    Point("P1", 1, "Türkiye has only signed.", about=("Türkiye", "Turkey")),
    Point("P2", 1, "Kazakhstan is a party.", about=("Kazakhstan",)),
    Point("P3", 1, "A club binds nobody."),
)


@pytest.mark.parametrize(
    ("answer", "read_for"),
    [
        ("Turkey signed. It did not ratify. Kazakhstan is a party, and bound.", ("Turkey signed It did not ratify", "Kazakhstan is a party and bound")),
        ("Both are bound. Kazakstan is a party.", (None, "Kazakstan is a party")),
        ("Turkey and Kazakhstan are parties.", (None, None)),
        ("One signed, the other is bound.", (None, None)),
        (
            "Turkey signed it years ago. Kazakhstan is a party and bound. No, that is wrong.",
            ("Turkey signed it years ago No, that is wrong", "Kazakhstan is a party and bound No, that is wrong"),
        ),
    ],
)
def test_of_an_answer_that_names_the_subject_of_a_point_only_what_is_about_it_is_read_for_the_point(answer, read_for) -> None:
    whole = read(answer, best())
    seen = [phrases.evidence(whole).reading for phrases in read_points(TWO, read("Which of the two is bound?", best()), best())]
    wanted = [*read_for, None]
    for reading, only in zip(seen, wanted, strict=True):
        found = " ".join(part.plain for part in reading.parts[: max(1, len(reading.parts) - 1)])
        assert reading is whole if only is None else text.words(found) == text.words(only)


def test_what_is_required_may_stand_in_another_sentence() -> None:
    point = Point("P1", 1, "In 2011 the sum is too low.", figures=((Figure(1125),),), about=("2011",))
    prompt = read("What is wrong?", best())
    assert not Phrases(point, prompt, best()).evidence(read("1,125 activities have no cost. In 2011 the sum is too low.", best())).lacks
