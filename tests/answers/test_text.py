"""What can be read off a text without a model."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.answers import text
from isa.answers.question import Day, Figure

HOSTILE = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(list("<>&;#*_`~[]()!-\n\t .,:0123456789amplt\u200b\u0430\u0301"))), max_size=300)


@given(HOSTILE)
def test_normalising_twice_changes_nothing(written: str) -> None:
    once = text.normalise(written)
    assert text.normalise(once) == once


@given(HOSTILE)
def test_nothing_raises_and_clauses_quote_the_text(written: str) -> None:
    found = text.clauses(written)
    assert len(found) <= text.CLAUSES_AT_MOST
    for one, other in pairwise(found):
        assert one.end <= other.start
    for clause in found:
        assert clause.text == written[clause.start : clause.end]
        assert text.polarity(clause.text) in (1, -1)
        text.denied(clause.text)
    for figure in text.figures(written):
        assert 0 <= figure.start < figure.end <= len(written)
    for word in text.words(written):
        text.antonyms(word)
        text.close(word, {"expenditure", "mean"})
    text.days(written)
    text.swapped(written, written)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("The <b>mean</b> **falls**, &amp;amp; the `sum` does not", "The mean falls, & the sum does not"),
        ("the m\u0435an f\u0430lls", "the mean falls"),
        ("the me\u200ban fa\u00adlls", "the mean falls"),
        ("“13” – no more…", '"13" - no more...'),
        ("- first\n- second", "first\nsecond"),
        ("# Title\n\n> quoted [here](http://a.b)", "Title\nquoted here"),
        ("mean_filled < mean_known, 5 * 3 > 2", "mean_filled < mean_known, 5 * 3 > 2"),
        ("среднее меньше", "среднее меньше"),
        ("４５５９\x00\x07 dollars", "4559 dollars"),
        ("z̷̢a̸l̴go", "zalgo"),
    ],
)
def test_a_text_is_reduced_to_its_words(written: str, plain: str) -> None:
    assert text.normalise(written) == plain


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("It falls. The sum stays; 57 states share it", ["It falls. The sum stays", "57 states share it"]),
        ("Togo is 7th by share, however it is 33rd by total", ["Togo is 7th by share", "however it is 33rd by total"]),
        ("The mean falls because we divide by 57", ["The mean falls because we divide by 57"]),
        ("share of GDP: burden on the economy", ["share of GDP: burden on the economy"]),
        ("divided not by the soldiers but by the inhabitants", ["divided not by the soldiers but by the inhabitants"]),
        ("about 4.5 per cent, e.g. in Togo, i.e. little", ["about 4.5 per cent, e.g. in Togo, i.e. little"]),
        ("zeros -> mean too low", ["zeros -> mean too low"]),
        ("only 13 have none / the mean covers the others", ["only 13 have none", "the mean covers the others"]),
        ("the total is big\nper head it is small", ["the total is big", "per head it is small"]),
        ("   ", []),
    ],
)
def test_clauses_are_what_can_be_true_or_false(written: str, parts: list[str]) -> None:
    assert [clause.text for clause in text.clauses(written)] == parts


def test_a_wrapped_line_is_no_end_of_a_clause() -> None:
    wrapped = "A missing figure tells us only that nobody published a number for this state\nin the year of the question."
    assert len(text.clauses(wrapped)) == 1


def test_words_are_compared_without_accents_contractions_and_endings() -> None:
    assert text.words("They don't; can't, cannot, dont: Türkiye’s 1,234.5 counter-terrorism") == (
        ["they", "do", "not", "can", "not", "can", "not", "do", "not", "turkiye", "1234.5", "counter", "terrorism"]
    )
    assert text.stem("spent") == text.stem("spending") == text.stem("spends")
    assert text.stem("organisation") == text.stem("organization")
    assert text.content(text.words("the mean of all the states is not more than 13")) == ["mean", "all", "states", "more", "13"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("expenditrue", "expenditure"),
        ("recieve", "receive"),
        ("mean", "mean"),
        ("maen", None),  # too short to guess
        ("decreased", None),
        ("unpublished", None),
        ("lower", None),
    ],
)
def test_a_slip_of_the_pen_is_forgiven_and_an_opposite_is_not(word: str, meant: str | None) -> None:
    assert text.close(word, {"expenditure", "receive", "mean", "increased", "published", "power"}) == meant


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1,234.5 dollars", [(1234.5, "number")]),
        ("4 559 dollars", [(4559, "number")]),
        ("thirteen or twenty-one", [(13, "number"), (21, "number")]),
        ("a hundred and five states", [(105, "number")]),
        ("7th, seventh, no. 7, number seven, place 7, #7", [(7, "ordinal")] * 6),
        ("44 of 57", [(44, "number"), (100 * 44 / 57, "percent"), (57, "number")]),
        ("a third, half, 33 %, 33 per cent", [(100 / 3, "percent"), (50, "percent"), (33, "percent"), (33, "percent")]),
        ("4.5bn and $4,559 million", [(4.5e9, "number"), (4559e6, "number")]),
        ("3-4 of them", [(3, "number"), (4, "number")]),
        ("1.234,5 and 33,3 %", [(1234.5, "number"), (33.3, "percent")]),
        ("in 2022", [(2022, "year")]),
        ("-2 degrees", [(-2, "number")]),
        ("NaN, none, s1x", []),
    ],
)
def test_figures_are_found_in_numerals_and_words(written: str, expected: list[tuple[float, str]]) -> None:
    found = text.figures(written)
    assert [figure.value for figure in found] == pytest.approx([value for value, _ in expected])
    assert [figure.kind for figure in found] == [kind for _, kind in expected]


def test_a_figure_knows_what_it_counts_and_whether_it_is_denied() -> None:
    thirteen, _, all_of_them = text.figures("13 of the 57 members")
    assert (thirteen.unit, all_of_them.unit) == ("members", "members")
    assert [(f.value, f.negated) for f in text.figures("divided by 57 and not by 44")] == [(57, False), (44, True)]
    assert [(f.value, f.negated) for f in text.figures("7 instead of 33")] == [(7, False), (33, True)]


def test_a_figure_is_compared_with_its_tolerance_and_kind() -> None:
    (found,) = text.figures("about $4,559 million")
    assert text.same_figure(found, Figure(4559, "million dollars"))
    assert text.same_figure(found, Figure(4.5e9, tolerance=1e8))
    assert not text.same_figure(found, Figure(4560))
    (third,) = text.figures("a third")
    assert text.same_figure(third, Figure(33.3, "per cent", 0.5))
    assert not text.same_figure(third, Figure(33.3, "members", 0.5))
    (denied,) = text.figures("not 13")
    assert not text.same_figure(denied, Figure(13))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("since 2014", [Day(2014)]),
        ("December 2014", [Day(2014, 12)]),
        ("24 December 2014; the 24th of December, 2014; Dec 24, 2014; 2014-12-24", [Day(2014, 12, 24)] * 4),
        ("2015-2018", [Day(2015), Day(2018)]),
        ("2,014 tanks, $2014, 2014-13-01", []),
    ],
)
def test_dates_are_found_as_people_write_them(written: str, expected: list[Day]) -> None:
    assert [found.day for found in text.days(written)] == expected


@pytest.mark.parametrize(
    ("clause", "sign"),
    [
        ("the mean falls", 1),
        ("the mean doesn't fall", -1),
        ("nobody published it", -1),
        ("it is wrong that the mean falls", -1),
        ("it is wrong that the mean does not fall", 1),
        ("not only Togo", 1),
        ("no more than three", 1),
        ("divided by 57 instead of 44", 1),
        ("not the sum but the count changes", 1),
        ("missing, not zero", 1),
        ("they fail to help", -1),
        ("hardly any state gives help", -1),
    ],
)
def test_polarity_counts_denials_and_no_idioms(clause: str, sign: int) -> None:
    assert text.polarity(clause) == sign


def test_what_is_denied_is_known() -> None:
    assert text.denied("not the sum but the count changes") == {"sum"}
    assert text.denied("the figure is not published, so it is unknown") == {"publish"}
    assert text.denied("the mean falls") == frozenset()


@pytest.mark.parametrize(
    ("word", "opposite"), [("higher", "lower"), ("rises", "fall"), ("giver", "receiver"), ("imports", "export"), ("signed", "ratify"), ("unknown", "known")]
)
def test_opposites_are_found_both_ways(word: str, opposite: str) -> None:
    assert text.stem(opposite) in text.antonyms(word)
    assert text.stem(word) in text.antonyms(opposite) or text.stem(text.stem(word)) in text.antonyms(opposite)


def test_no_word_is_its_own_opposite() -> None:
    assert not [word for word in text.words(text.__doc__ or "") if text.stem(word) in text.antonyms(word)]


@pytest.mark.parametrize(
    ("clause", "phrase", "expected"),
    [
        ("Togo supplies Qatar", "Qatar supplies Togo", True),
        ("Qatar is supplied by Togo", "Togo supplies Qatar", False),
        ("Togo is supplied by Qatar", "Togo supplies Qatar", True),
        ("arms go from Togo to Qatar", "arms go from Qatar to Togo", True),
        ("the share is higher than the total", "the total is higher than the share", True),
        ("the mean falls because zeros add states", "zeros add states, so the mean falls", False),
        ("the bulb is connected to the battery", "the battery is connected to the bulb", False),
        ("Togo supplies arms", "Qatar buys grain", False),
    ],
)
def test_exchanged_actors_are_noticed(clause: str, phrase: str, expected: bool) -> None:
    assert text.swapped(clause, phrase) is expected
