import itertools
import re

import pytest

from isa import load
from isa.study.explorers.lesson11 import INDICATORS, KNOWN, LEFT_OUT, ZERO

RULES = (LEFT_OUT, ZERO, KNOWN)


def points():
    """Name -> its four figures on a scale of 0 to 100, row by row; None where there is none."""
    codes = dict(zip(load("members").iso3, load("members").name, strict=True))
    figures = {name: dict.fromkeys(INDICATORS) | {"years": 0, "treaties": 0} for name in codes.values()}
    for row in load("peacekeeping").to_dict("records"):
        if row["iso3"] in codes:
            figures[codes[row["iso3"]]]["years"] += 1
    for row in load("treaty_positions").to_dict("records"):
        figures[codes[row["iso3"]]]["treaties"] += row["status"] == "party"
    late = {row["roll_call"] for row in load("roll_calls").to_dict("records") if row["date"].year >= 2010}
    for row in load("roll_call_votes").to_dict("records"):
        if row["iso3"] in codes and row["roll_call"] in late:
            of = figures[codes[row["iso3"]]]
            of["votes"] = (of["votes"] or 0) + 1
    latest = {}
    for row in load("science").to_dict("records"):
        value = row["rd_spending_pct_gdp"]
        if row["iso3"] in codes and row["year"] >= 2011 and value == value and row["year"] > latest.get(row["iso3"], 0):
            latest[row["iso3"]] = row["year"]
            figures[codes[row["iso3"]]]["research"] = value
    for indicator in INDICATORS:
        known = [of[indicator] for of in figures.values() if of[indicator] is not None]
        for of in figures.values():
            if of[indicator] is not None:
                of[indicator] = 100 * (of[indicator] - min(known)) / (max(known) - min(known))
    return figures


POINTS = points()


def scores(weights, rule):
    """Name -> score, computed state by state."""
    found = {}
    for name, of in POINTS.items():
        parts = [(weight, of[indicator]) for indicator, weight in weights.items() if weight]
        known = [(weight, value) for weight, value in parts if value is not None]
        if (rule == LEFT_OUT and len(known) < len(parts)) or (rule == KNOWN and not known):
            continue
        found[name] = sum(weight * value for weight, value in known) / sum(weight for weight, _ in (known if rule == KNOWN else parts))
    return found


WEIGHTINGS = [(1, 1, 1, 1), (3, 1, 1, 1), (0, 1, 1, 0), (0, 2, 1, 3), (1, 0, 0, 0), (2, 2, 0, 1)]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_the_sentence_agrees_with_the_tables(reading, weighting, rule):
    weights = dict(zip(INDICATORS, weighting, strict=True))
    expected = scores(weights, rule)
    said = reading("11", rule=rule, **weights).sentence
    assert f"{len(expected)} members have a place." in said
    assert f"with {max(expected.values()):.1f} of 100." in said
    first = sorted(name for name, value in expected.items() if value > max(expected.values()) - 1e-9)
    if len(first) == 1:
        assert f"{first[0]} stands first, alone" in said
    else:
        assert "share the first place" in said
        assert len(first) > 4 or all(name in said for name in first)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("member", ["Nigeria", "Palestine", "Malaysia", "Saudi Arabia"])
def test_the_chosen_member_has_its_place_or_the_reason_why_it_has_none(reading, member, rule):
    expected = scores(dict.fromkeys(INDICATORS, 1), rule)
    said = reading("11", rule=rule, member=member).sentence
    if member in expected:
        place = 1 + sum(value > expected[member] + 1e-9 for value in expected.values())
        assert f"{member} stands on place {place};" in said
    else:
        assert f"{member} has no place: no figure for" in said
    missing = [indicator for indicator in INDICATORS if POINTS[member][indicator] is None]
    assert all(indicator in said.split(member)[-1] for indicator in missing)


def test_three_members_can_stand_first_alone_and_only_they(reading):
    alone = {
        rule: {
            found[1]
            for weighting in itertools.product(range(4), repeat=4)
            if (found := re.search(r"place\. ([^.;]+) stands first, alone", reading("11", rule=rule, **dict(zip(INDICATORS, weighting, strict=True))).sentence))
        }
        for rule in RULES
    }
    assert alone == {LEFT_OUT: {"Malaysia", "Maldives"}, ZERO: {"Malaysia", "Maldives"}, KNOWN: {"Malaysia", "Maldives", "Nigeria"}}


def test_without_any_weight_there_is_no_index(reading):
    assert "no index" in reading("11", **dict.fromkeys(INDICATORS, 0)).sentence


def test_the_chart_has_the_first_ten_and_the_chosen_member_below_them(reading):
    (ax,) = reading("11", rule=ZERO, member="Palestine").figure.axes
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert len(labels) == 11
    assert labels[-1].endswith("Palestine")
    assert "Palestine" in reading("11", rule=ZERO, member="Palestine").alt
    (ax,) = reading("11", rule=KNOWN).figure.axes
    assert len(ax.patches) == 10
    widths = [patch.get_width() for patch in ax.patches]
    assert widths == sorted(widths, reverse=True)


def test_what_counts_is_said_to_be_known_and_nothing_else(reading):
    assert "all its figures that count are known" in reading("11", member="Nigeria", research=0).sentence


def test_a_tie_that_the_chart_cuts_is_said(reading):
    assert "the same score as the tenth bar" in reading("11", rule=ZERO, years=1, treaties=0, votes=0, research=0).sentence
    assert "tenth bar" not in reading("11").sentence
