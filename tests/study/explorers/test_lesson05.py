import re
import statistics

import pytest

from isa import load
from isa.study.explorers.lesson05 import BY_EXPOSURE, FOUNDERS, LEAGUE, LISTED, MEAN, MEDIAN, SEVERE, TOGETHER

DEATHS = load("violence_deaths").to_dict("records")
ROWS = load("memberships").to_dict("records")
CODES = list(load("members").iso3)
FIRSTS = (2016, 2017, 2018)


def on_list(name):
    if name == LEAGUE:
        return {row["iso3"] for row in ROWS if row["body"] == "League of Arab States"}
    founders = {row["iso3"] for row in ROWS if row["body"] == "IMCTC" and row["status"] == "founding member"}
    return founders if name == FOUNDERS else {row["iso3"] for row in ROWS if row["body"] == "IMCTC" and row["since"] != "2025-05-01"}


def deaths(first):
    """Code -> deaths of five years, added up row by row."""
    sums = dict.fromkeys(CODES, 0)
    for row in DEATHS:
        if row["iso3"] in sums and first <= row["year"] < first + 5:
            sums[row["iso3"]] += row["deaths"]
    return sums


def measured(values, measure):
    if measure == SEVERE:
        return f"{100 * sum(value >= 1000 for value in values) / len(values):.0f} per cent"
    return f"{(statistics.mean if measure == MEAN else statistics.median)(values):,.0f}"


@pytest.mark.parametrize("first", FIRSTS)
@pytest.mark.parametrize("measure", [MEAN, MEDIAN, SEVERE])
@pytest.mark.parametrize("chosen", [FOUNDERS, LISTED, LEAGUE])
def test_the_sentence_agrees_with_the_tables(reading, chosen, measure, first):
    inside, later = on_list(chosen), deaths(first)
    ours, rest = ([later[code] for code in CODES if (code in inside) == flag] for flag in (True, False))
    said = reading("05", list=chosen, measure=measure, first=first).sentence
    assert f"{len(ours)} states of the list ({chosen}) and the other {len(rest)}" in said
    assert f"List {measured(ours, measure)}, rest {measured(rest, measure)}." in said


@pytest.mark.parametrize("measure", [MEAN, MEDIAN, SEVERE])
@pytest.mark.parametrize("chosen", [FOUNDERS, LISTED, LEAGUE])
def test_classes_are_those_of_the_years_before(reading, chosen, measure):
    inside, before, later = on_list(chosen), deaths(2011), deaths(2018)
    said = reading("05", list=chosen, measure=measure, first=2018, compared=BY_EXPOSURE).sentence
    for label, low, high in (("Fewer than 25", 0, 24), ("25 to 999", 25, 999), ("1,000 and more", 1000, 10**9)):
        members = [code for code in CODES if low <= before[code] <= high]
        ours, rest = ([later[code] for code in members if (code in inside) == flag] for flag in (True, False))
        expected = f"{label} deaths before: list {measured(ours, measure)} ({len(ours)} states), rest {measured(rest, measure)} ({len(rest)} states)."
        assert expected in said


def test_the_lists_have_as_many_states_as_the_lesson_says():
    assert [len(on_list(name)) for name in (FOUNDERS, LISTED, LEAGUE)] == [34, 41, 22]


def answer(reading, **state):
    return re.search(r"(The list has more|The rest has more|Both have the same)\.", reading("05", **state).sentence)[1]


@pytest.mark.parametrize("chosen", [FOUNDERS, LISTED, LEAGUE])
def test_each_list_has_settings_with_opposite_answers(reading, chosen):
    answers = {answer(reading, list=chosen, measure=measure, first=first) for measure in (MEAN, MEDIAN, SEVERE) for first in FIRSTS}
    assert answers >= {"The list has more", "The rest has more"}


def test_mean_and_median_of_the_founders_disagree_at_once(reading):
    assert answer(reading, measure=MEAN) == "The rest has more"
    assert answer(reading, measure=MEDIAN) == "The list has more"


def test_it_is_said_whether_the_difference_was_there_before(reading):
    assert "It was so before: 2,788 and 15,741 in 2011 to 2015." in reading("05").sentence
    assert "Before, it was not so: 98 and 0 in 2011 to 2015." in reading("05", measure=MEDIAN, first=2018).sentence


def test_the_smallest_group_is_told(reading):
    assert "The smallest group has 4 states." in reading("05", compared=BY_EXPOSURE).sentence
    assert "The smallest group has 3 states." in reading("05", list=LISTED, compared=BY_EXPOSURE).sentence


def test_a_list_that_is_younger_than_the_years_says_so(reading):
    def young(**state):
        return "younger than the first of these years" in reading("05", **state).sentence

    assert [young(list=LISTED, first=first) for first in FIRSTS] == [True, True, False]
    assert not any(young(list=chosen, first=2016) for chosen in (FOUNDERS, LEAGUE))


def test_every_reading_says_that_it_counts_no_terrorism(reading):
    for compared in (TOGETHER, BY_EXPOSURE):
        assert reading("05", compared=compared).sentence.endswith("Not a count of terrorism.")


@pytest.mark.parametrize(("compared", "pairs"), [(TOGETHER, 2), (BY_EXPOSURE, 3)])
def test_each_bar_has_its_number_and_its_states_in_words(reading, compared, pairs):
    (ax,) = reading("05", compared=compared).figure.axes
    assert [container.get_label() for container in ax.containers] == ["list", "rest"]
    assert [len(container) for container in ax.containers] == [pairs, pairs]
    for text, patch in zip(ax.texts, ax.patches, strict=True):
        said = re.fullmatch(r"([\d,]+) \((\d+)\)", text.get_text())
        assert said
        assert float(said[1].replace(",", "")) == pytest.approx(patch.get_width(), abs=0.51)
