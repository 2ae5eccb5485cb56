import re

import pandas as pd
import pytest

from isa import load
from isa.study.explorers.lesson02 import COUNTS
from isa.study.explorers.parts import ALL_MEMBERS

TABLE = load("training_themes")
MEMBERS = load("members")


def by_theme(recipients, year, column):
    """Theme -> sum, computed row by row; a theme without any figure is left out."""
    codes = {row["iso3"] for row in MEMBERS.to_dict("records") if recipients in (ALL_MEMBERS, row["name"], f"{row['oic_group']} group")}
    sums: dict = {}
    for row in TABLE.to_dict("records"):
        if row["iso3"] in codes and row["fiscal_year"] == year and pd.notna(row[column]):
            sums[row["theme"]] = sums.get(row["theme"], 0) + int(row[column])
    return sums


@pytest.mark.parametrize("year", [2000, 2008, 2013, 2019])
@pytest.mark.parametrize("recipients", [ALL_MEMBERS, "Africa group", "Arab group", "Pakistan"])
@pytest.mark.parametrize("counted", COUNTS)
def test_the_sentence_agrees_with_the_table(reading, recipients, year, counted):
    said = reading("02", recipients=recipients, year=year, counted=counted).sentence
    sums = by_theme(recipients, year, COUNTS[counted].column)
    named = {theme: total for theme, total in sums.items() if theme != "Not classified"}
    largest = max(named, key=named.get)
    share = named[largest] / sum(named.values()) * 100
    assert f"Of what has a theme, {largest} is the largest with " in said
    assert f"{share:.0f} per cent" in said
    assert f"{sums['Not classified'] / sum(sums.values()) * 100:.0f} per cent without a theme" in said
    if counted != "cost":
        assert f" {sum(sums.values()):,} {counted}," in said


def test_the_question_has_an_answer_in_three_years_and_in_no_other(reading):
    def largest(year, counted):
        return re.search(r"Of what has a theme, (.+) (?:is|are) the largest", reading("02", year=year, counted=counted).sentence)[1]

    years = [year for year in range(2007, 2021) if year != 2009 and len({largest(year, counted) for counted in COUNTS}) == 3]
    assert years == [2007, 2013, 2019]


def bars(shown):
    (ax,) = shown.figure.axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    words = [text.get_text() for text in ax.texts]
    return {name: (patch.get_width(), word) for name, patch, word in zip(names, ax.patches, words, strict=True)}


def test_each_theme_has_its_place_and_what_has_none_is_hatched(reading):
    one, other = (reading("02", recipients=who) for who in (ALL_MEMBERS, "Qatar"))
    assert list(bars(one)) == list(bars(other))
    assert next(iter(bars(one))) == "Not classified"
    assert [bool(patch.get_hatch()) for patch in one.figure.axes[0].patches] == [True] + [False] * 13


def test_a_theme_without_a_record_has_words_instead_of_a_bar(reading):
    shown = bars(reading("02", recipients="Qatar", year=2012))
    sums = by_theme("Qatar", 2012, "activities")
    for theme, (length, words) in shown.items():
        assert (length, words) == ((sums[theme], f"{sums[theme]:,}") if theme in sums else (0, "no record"))


def test_a_year_without_a_report_is_not_known(reading):
    shown = reading("02", year=2006)
    assert shown.sentence == "Fiscal year 2006: the report is not in the table. Nothing is known here, which is not a zero."
    assert not shown.figure.axes


def test_a_column_that_could_not_be_read_is_empty_and_not_zero(reading):
    assert (
        "no figure for cost, because that column of the report could not be read. It is empty, not zero." in reading("02", year=2009, counted="cost").sentence
    )


@pytest.mark.parametrize(("state", "year"), [("Türkiye", 2012), ("Türkiye", 1999), ("Albania", 2012)])
def test_members_of_nato_are_left_out_by_law(reading, state, year):
    assert "That is the law, not a zero." in reading("02", recipients=state, year=year).sentence


def test_no_row_for_another_state_is_no_record_of_no_course(reading):
    assert reading("02", recipients="Kuwait", year=2008).sentence == "Kuwait, fiscal year 2008: no row. No record of a course is not a record of no course."


def test_albania_has_figures_while_it_was_no_member_of_nato(reading):
    assert "the largest" in reading("02", recipients="Albania", year=2005).sentence


def test_what_a_state_buys_itself_is_said_to_be_missing(reading):
    assert "What the state buys itself is not in the table." in reading("02", recipients="Qatar").sentence


def test_sums_without_all_activities_are_said_to_be_too_low(reading):
    lacking = TABLE.query("fiscal_year == 2011").activities_without_cost.sum()
    assert f"{lacking:,} activities have no figure, so the sums are too low." in reading("02", year=2011, counted="cost").sentence
    assert "too low" not in reading("02", year=2011, counted="activities").sentence


def test_an_unknown_share_without_a_theme_is_not_computed(reading):
    assert "how much has no theme is not known" in reading("02", recipients="Afghanistan", year=2017, counted="course places").sentence


def test_a_cost_of_zero_is_told_as_the_report_has_it(reading):
    costs = TABLE[TABLE.cost_usd.notna()].groupby(["iso3", "fiscal_year"]).cost_usd.sum()
    code, year = costs[costs == 0].index[0]
    name = MEMBERS.set_index("iso3").name[code]
    assert "another account may have paid" in reading("02", recipients=name, year=year, counted="cost").sentence


def test_breaks_in_the_series_are_said_where_they_matter(reading):
    def says(words):
        return [year for year in range(1999, 2021) if words in reading("02", year=year).sentence]

    assert says("do not compare with later years") == list(range(1999, 2006))
    assert says("counted as counter-terrorism") == [2019, 2020]
