import re

import pandas as pd
import pytest

from isa import load
from isa.charts import describe
from isa.study.explorers.lesson03 import EVERY, PROGRAMMES, YEARS
from isa.study.explorers.parts import ALL_MEMBERS

TABLE = load("training_programmes")
MEMBERS = load("members")
REPORTED = [year for year in YEARS if year != 2006]


def yearly(recipients, programme, measure):
    """Year -> figure, computed row by row; a year without one is left out."""
    codes = {row["iso3"] for row in MEMBERS.to_dict("records") if recipients in (ALL_MEMBERS, row["name"], f"{row['oic_group']} group")}
    places: dict = {}
    cost: dict = {}
    for row in TABLE.to_dict("records"):
        if row["iso3"] not in codes or programme not in (EVERY, row["programme"]):
            continue
        if measure == "cost per place" and (row["activities_without_trainees"] or row["activities_without_cost"]):
            continue
        for sums, column in ((places, "trainees"), (cost, "cost_usd")):
            if pd.notna(row[column]):
                sums[row["fiscal_year"]] = sums.get(row["fiscal_year"], 0) + int(row[column])
    if measure == "cost per place":
        return {year: cost[year] / places[year] for year in cost if places.get(year)}
    return places if measure == "course places" else {year: dollars / 1e6 for year, dollars in cost.items()}


def number(said):
    return float(said.replace(",", ""))


@pytest.mark.parametrize("recipients", [ALL_MEMBERS, "Africa group", "Pakistan"])
@pytest.mark.parametrize("programme", [EVERY, "IMET", "FMF"])
@pytest.mark.parametrize("measure", ["course places", "cost", "cost per place"])
def test_the_sentence_agrees_with_the_table(reading, recipients, programme, measure):
    said = reading("03", recipients=recipients, programme=programme, measure=measure).sentence
    known = yearly(recipients, programme, measure)
    year, highest = re.search(r"The highest figure is that of (\d{4}) with ([\d.,]+) ", said).groups()
    assert known[int(year)] == max(known.values()) == pytest.approx(number(highest), rel=0.01)
    falls = {year: known[year - 1] - known[year] for year in known if year - 1 in known}
    deepest = max(falls, key=falls.get)
    assert f"from {deepest - 1} to {deepest}: " in said
    early, late = re.search(r"2010 has ([\d.,]+), 2012 has ([\d.,]+)\.", said).groups()
    assert (number(early), number(late)) == pytest.approx((known[2010], known[2012]), rel=0.01)


def drawn(shown):
    (ax,) = shown.figure.axes
    return [dict(zip(map(int, line["x"]), line["y"], strict=True)) for line in describe(ax)["series"]]


@pytest.mark.parametrize("measure", ["course places", "cost", "cost per place"])
def test_a_year_without_a_figure_is_a_gap_with_hatching(reading, measure):
    shown = reading("03", measure=measure)
    known = yearly(ALL_MEMBERS, EVERY, measure)
    (ax,) = shown.figure.axes
    for line in drawn(shown):
        assert list(line) == list(YEARS)
        assert {year for year, value in line.items() if value is not None} == set(known)
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == len(YEARS) - len(known)
    assert "There is no report for 2006." in shown.sentence
    assert ("The cost of 2009 could not be read." in shown.sentence) == (measure != "course places")


@pytest.mark.parametrize(("words", "window"), [("mean of 3", 3), ("mean of 5", 5)])
@pytest.mark.parametrize("measure", ["course places", "cost"])
def test_a_window_looks_both_ways_and_steps_over_no_gap(reading, words, window, measure):
    shown = reading("03", programme="IMET", measure=measure, window=words)
    known = yearly(ALL_MEMBERS, "IMET", measure)
    dots, line = drawn(shown)
    for year in YEARS:
        near = [known.get(other) for other in range(year - window // 2, year + window // 2 + 1)]
        assert dots[year] == (pytest.approx(known[year]) if year in known else None)
        assert line[year] == (None if None in near else pytest.approx(sum(near) / window))
    without = sum(value is None for value in line.values())
    assert f"{without} of the 22 years have no mean: a window does not step over a gap or an end." in shown.sentence


def test_the_question_has_an_answer_that_turns_round_by_programme(reading):
    def change(programme):
        early, late = re.search(r"2010 has ([\d.,]+), 2012 has ([\d.,]+)\.", reading("03", programme=programme).sentence).groups()
        return number(late) - number(early)

    assert change(EVERY) < 0
    assert change("IMET") > 0
    assert change("FMF") > 0


def test_a_fall_in_one_year_is_spread_by_a_mean_of_five(reading):
    moved = {"recipients": "Pakistan", "programme": "IMET", "measure": "course places"}

    def fall(window):
        return re.search(r"from (\d{4}) to (\d{4}): ([\d.,]+) to ([\d.,]+)\.", reading("03", **moved, window=window).sentence).groups()

    first, last, high, low = fall("single years")
    assert (first, last) == ("2017", "2018")
    *_, smooth_high, smooth_low = fall("mean of 5")
    assert number(smooth_high) - number(smooth_low) < (number(high) - number(low)) / 3


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_tuerkiye_is_left_out_by_law_in_every_programme(reading, programme):
    shown = reading("03", recipients="Türkiye", programme=programme)
    assert shown.sentence.endswith("That is the law, not a zero.")
    assert [text.get_text() for text in shown.figure.axes[0].texts] == ["no figure"]


def test_no_row_for_another_state_is_no_record_of_no_course(reading):
    assert reading("03", recipients="Kuwait", programme="IMET").sentence.endswith("No record of a course is not a record of no course.")


def test_what_is_incomplete_is_left_out_of_a_rate_and_makes_a_sum_too_low(reading):
    of_members = TABLE[TABLE.iso3.isin(MEMBERS.iso3)]
    years = sorted(of_members[(of_members.activities_without_cost > 0) & (of_members.fiscal_year != 2009)].fiscal_year.unique())
    named = f"{', '.join(map(str, years[:-1]))} and {years[-1]}"
    assert f"so the sums of {named} are too low." in reading("03", measure="cost").sentence
    assert f"Rows that lack a figure are left out, in {named}." in reading("03", measure="cost per place").sentence


def test_money_and_rates_come_with_what_they_do_not_say(reading):
    assert "a part of a rise may be prices" in reading("03", measure="cost").sentence
    assert "not how good the training was" in reading("03", measure="cost per place").sentence
    assert "prices" not in reading("03", measure="course places").sentence


def test_years_without_a_figure_are_named_or_counted(reading):
    assert "No figure for 1999, 2000 and 2001: not known, not zero." in reading("03", recipients="Pakistan", programme="IMET", measure="course places").sentence
    known = yearly("Saudi Arabia", "Partner capacity", "course places")
    said = reading("03", recipients="Saudi Arabia", programme="Partner capacity", measure="course places").sentence
    assert f"No figure for {len(REPORTED) - len(known)} more years" in said
