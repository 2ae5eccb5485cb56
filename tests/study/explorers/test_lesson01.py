import re

import pytest

from isa import load
from isa.study.explorers.lesson01 import ALL, MEASURES, SAME

MEMBERS = load("members").set_index("iso3")["name"]


def per_state(measure, year):
    """Name -> figure, computed row by row from the tables."""
    people = {r["iso3"]: r for r in load("population_gdp").query("year == @year").to_dict("records")}
    money = {r["iso3"]: r for r in load("military_expenditure").query("year == @year").to_dict("records")}
    forces = {r["iso3"]: r for r in load("armed_forces").query("year == @year").to_dict("records")}

    def figure(code):
        spent = money.get(code, {}).get("milex_const2023_musd", float("nan")) or float("nan")
        match measure:
            case "population":
                return people[code]["population"]
            case "gross domestic product":
                return people[code]["gdp_current_usd"]
            case "military personnel":
                return forces.get(code, {}).get("personnel_thousand", float("nan"))
            case "military expenditure":
                return spent
            case "military expenditure per head":
                return spent * 1e6 / people[code]["population"]
            case _:
                return money.get(code, {}).get("milex_share_gdp_pct", float("nan"))

    return {name: float(value) for code, name in MEMBERS.items() if (value := figure(code)) == value}


def by_pairs(values):
    """The Gini coefficient by its definition: half the mean difference of all pairs, over the mean."""
    return sum(abs(a - b) for a in values for b in values) / (2 * len(values) * sum(values))


def coefficient(sentence):
    return float(re.search(r"Gini (\d\.\d\d)", sentence)[1])


@pytest.mark.parametrize("year", [2000, 2010, 2022])
@pytest.mark.parametrize("measure", MEASURES)
def test_the_sentence_agrees_with_the_tables(reading, measure, year):
    said = reading("01", measure=measure, year=year).sentence
    known = per_state(measure, year)
    assert coefficient(said) == pytest.approx(by_pairs(list(known.values())), abs=0.005)
    if len(known) < 57:
        assert f"{57 - len(known)} members have no figure for {year} and are left out" in said
    highest = max(known, key=known.get)
    if MEASURES[measure].total:
        count = int(re.search(r"(\d+) of the \d+ states compared have at least half", said)[1])
        largest = sorted(known.values(), reverse=True)
        assert sum(largest[:count]) >= sum(largest) / 2 > sum(largest[: count - 1])
        assert f"half of it: {highest}" in said
    else:
        assert f"The highest, {highest}, has" in said


def test_a_share_of_gdp_is_the_least_unequal_in_every_year_and_per_head_the_most_until_2022(reading):
    for year in range(2000, 2025):
        found = {measure: reading("01", measure=measure, year=year).sentence for measure in MEASURES}
        found = {measure: coefficient(said) for measure, said in found.items() if "Gini" in said}
        assert min(found, key=found.get) == "military expenditure as a share of GDP", year
        if year <= 2022:
            assert max(found.values()) == found["military expenditure per head"], year


def test_what_looks_like_more_equality_in_2023_is_a_state_without_a_figure(reading):
    def moved(states):
        return [coefficient(reading("01", measure="military expenditure per head", year=year, states=states).sentence) for year in (2022, 2023)]

    before, after = moved(ALL)
    assert before - after > 0.05
    same_before, same_after = moved(SAME)
    assert abs(same_before - same_after) < 0.02
    missing = {year: set(MEMBERS) - set(per_state("military expenditure per head", year)) for year in (2022, 2023)}
    assert missing[2023] - missing[2022] == {"Qatar"}
    known = per_state("military expenditure per head", 2022)
    assert max(known, key=known.get) == "Qatar"


@pytest.mark.parametrize(("measure", "year", "last"), [("military personnel", 2023, 2022), ("gross domestic product", 2024, 2023)])
@pytest.mark.parametrize("states", [ALL, SAME])
def test_a_year_without_a_figure_is_said_and_not_drawn_as_zero(reading, measure, year, last, states):
    shown = reading("01", measure=measure, year=year, states=states)
    assert shown.sentence.endswith(f"no figure for any member. The table covers 2000 to {last}; nothing here is zero.")
    assert shown.figure.axes == []


def test_the_same_states_have_a_figure_in_each_year_of_the_measure(reading):
    said = reading("01", measure="military personnel", year=2010, states=SAME).sentence
    always = set.intersection(*(set(per_state("military personnel", year)) for year in range(2000, 2023)))
    assert f"Compared are the {len(always)} states with a figure in every year from 2000 to 2022." in said


@pytest.mark.parametrize("year", [2007, 2010, 2011])
def test_the_zeros_of_mauritania_are_left_out_and_said(reading, year):
    shown = reading("01", measure="military expenditure", year=year)
    assert "A 0 for Mauritania is left out as a probable gap." in shown.sentence
    assert "Mauritania" in shown.alt
    assert "probable gap" not in reading("01", measure="military expenditure as a share of GDP", year=year).sentence


def test_who_is_not_compared_is_named_on_the_chart_and_in_its_words(reading):
    shown = reading("01", measure="military expenditure", year=2022)
    names = sorted(set(MEMBERS) - set(per_state("military expenditure", 2022)))
    assert shown.alt.endswith(f"Not compared: {', '.join(names)}.")
    (written,) = shown.figure.texts
    assert " ".join(written.get_text().split()) == f"Not compared: {', '.join(names)}."
