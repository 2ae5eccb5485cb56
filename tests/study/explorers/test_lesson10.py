import math
import re

import pytest

from isa import load
from isa.study import explorers
from isa.study.explorers.lesson10 import POWERS

NAMES = dict(zip(load("members").name, load("members").iso3, strict=True))
YEARS = {row.roll_call: row.date.year for row in load("roll_calls").itertuples()}
CAST = {}
for row in load("roll_call_votes").itertuples():
    CAST.setdefault(row.iso3, {})[row.roll_call] = row.vote
PAIRS = [("Egypt", "France"), ("Pakistan", "China"), ("Chad", "United States"), ("Kazakhstan", "Russia"), ("Türkiye", "United Kingdom"), ("Indonesia", "India")]


def pairs_of_votes(member, power, first, last):
    """The two votes of each roll call of some years in which both voted."""
    one, other = CAST[NAMES[member]], CAST[POWERS[power]]
    return [(one[call], other[call]) for call in one if call in other and first <= YEARS[call] <= last]


def per_cent(pairs, test):
    return 100 * sum(map(test, pairs)) / len(pairs)


def said_of(pairs):
    """Agreement and both shares of yes, rounded as in the sentence."""
    alike = per_cent(pairs, lambda pair: pair[0] == pair[1])
    return [f"{number:.0f}" for number in (alike, per_cent(pairs, lambda pair: pair[0] == "yes"), per_cent(pairs, lambda pair: pair[1] == "yes"))]


@pytest.mark.parametrize("first", [1990, 2003, 2015])
@pytest.mark.parametrize(("member", "power"), PAIRS)
def test_five_years_agree_with_the_votes(reading, member, power, first):
    pairs = pairs_of_votes(member, power, first, first + 4)
    alike, own, other = said_of(pairs)
    said = reading("10", member=member, power=power, early=first).sentence
    assert f"{first} to {first + 4}: alike in {alike} per cent of {len(pairs)} roll calls, yes {own} and {other} per cent." in said


@pytest.mark.parametrize(("member", "power"), PAIRS)
def test_the_change_is_that_of_the_numbers_that_are_said(reading, member, power):
    said = reading("10", member=member, power=power, early=1990, late=2015).sentence
    numbers = re.findall(r"alike in (\d+) per cent of \d+ roll calls, yes (\d+) and (\d+) per cent", said)
    agreement, own, other = (int(after) - int(before) for before, after in zip(*numbers, strict=True))
    assert f"agreement {agreement:+d} points, yes of {member} {own:+d}, yes of {power} {other:+d}." in said
    who = member if abs(own) > abs(other) else power if abs(other) > abs(own) else "Both"
    assert f"{who} moved" in said


def changes(said):
    return [int(number) for number in re.search(r"agreement ([+-]\d+) points, yes of .+? ([+-]\d+), yes of .+? ([+-]\d+)\.", said).groups()]


def test_the_question_can_be_answered_but_not_where_it_starts(reading):
    def answers(**state):
        agreement, own, other = changes(reading("10", **state).sentence)
        return agreement <= -20 and abs(own) < 5, abs(own) > abs(other)

    assert answers() == (False, False)
    assert answers(member="Indonesia", power="Russia", early=1990, late=2015)[0]
    assert answers(member="Pakistan", power="China", early=1990, late=2010)[1]


def test_the_same_years_twice_and_years_that_overlap_are_told(reading):
    assert "Both are the same years" in reading("10", early=2000, late=2000).sentence
    assert "The two spans overlap." in reading("10", early=2000, late=2003).sentence
    assert "The second years are the earlier ones." in reading("10", early=2010, late=1995).sentence
    assert "The second years are the earlier ones. The two spans overlap." in reading("10", early=2003, late=2000).sentence


def test_no_move_is_not_called_a_move(reading):
    assert "Neither share of yes moved." in reading("10", member="Guinea", power="United States", early=2015, late=1997).sentence


def test_few_roll_calls_are_told_and_none_is_not_a_number(reading):
    few = reading("10", member="Chad", power="France", early=2000, late=2015)
    assert "One number rests on fewer than 30 roll calls." in few.sentence
    assert "Both numbers rest on fewer than 30 roll calls." in reading("10", member="Chad", power="United Kingdom", early=2002, late=2001).sentence
    none = reading("10", member="Afghanistan", power="China", early=1996)
    pairs = pairs_of_votes("Afghanistan", "China", 1996, 2000)
    assert ("no roll call in which both voted" in none.sentence) == (not pairs)
    assert "nan" not in few.sentence + none.sentence + few.alt + none.alt


def test_the_lines_are_those_of_the_years_and_break_where_little_stands_behind_them(reading):
    (ax,) = reading("10", member="Chad", power="France").figure.axes
    alike = next(line for line in ax.get_lines() if line.get_label() == "voted alike")
    for year, number in zip(*alike.get_data(), strict=True):
        pairs = pairs_of_votes("Chad", "France", year, year)
        if len(pairs) < 5:
            assert math.isnan(number)
        else:
            assert number == pytest.approx(per_cent(pairs, lambda pair: pair[0] == pair[1]))


def test_every_member_with_a_vote_can_be_asked_about(reading):
    member = next(control for control in explorers.explorer("10").controls if control.name == "member")
    assert set(member.options) == {name for name, code in NAMES.items() if code in CAST}
    assert "Palestine" not in member.options
    for name in member.options:
        assert reading("10", member=name).sentence.startswith(f"{name} and France")
