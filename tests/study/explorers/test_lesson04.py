import re

import pandas as pd
import pytest

from isa import load
from isa.study.explorers.lesson04 import ALL, TREATIES

DATES = load("treaty_dates")
POSITIONS = load("treaty_positions")
MEMBERS = load("members")
GROUPS = [ALL, "Africa group", "Arab group", "Asia group"]


def codes(group):
    return {row["iso3"] for row in MEMBERS.to_dict("records") if group in (ALL, f"{row['oic_group']} group")}


def counted(treaty, group, day):
    """Signed, bound, only signed and neither on a day, member by member."""
    rows = {row["iso3"]: row for row in DATES.to_dict("records") if row["treaty"] == TREATIES[treaty]}
    counts = [0, 0, 0, 0]
    for code in codes(group):
        row = rows.get(code, {"signed": pd.NaT, "bound": pd.NaT})
        signed, bound = (pd.notna(row[act]) and row[act] <= pd.Timestamp(day) for act in ("signed", "bound"))
        counts[0] += signed
        counts[1] += bound
        counts[2] += signed and not bound
        counts[3] += not signed and not bound
    return counts


@pytest.mark.parametrize("year", [1997, 2003, 2009, 2013])
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("treaty", TREATIES)
def test_the_sentence_agrees_with_the_table(reading, treaty, group, year):
    said = reading("04", treaty=treaty, group=group, year=year).sentence
    if "nothing to sign" in said:
        assert year < DATES[DATES.treaty == TREATIES[treaty]].signed.min().year
        return
    signed, bound, only, neither = counted(treaty, group, f"{year}-12-31")
    of = len(codes(group))
    assert f"By the end of {year}, {signed} of {of} had signed and {bound} were bound; {only} had only signed, {neither} had done neither." in said
    assert ("More were bound" in said) == (bound > only)
    assert ("More had only signed" in said) == (bound < only)


def test_the_question_has_one_answer_for_each_of_the_two_treaties(reading):
    def first(treaty, group=ALL):
        return next(year for year in range(1996, 2014) if "More were bound" in reading("04", treaty=treaty, group=group, year=year).sentence)

    assert first("test ban") == 2003
    assert first("cluster munitions") == 2012
    assert len({first("test ban", group) for group in GROUPS}) > 1


@pytest.mark.parametrize("year", [2015, 2016, 2025])
def test_between_the_two_tables_nothing_is_said_but_where_the_first_one_ends(reading, year):
    said = reading("04", year=year).sentence
    assert "By 10 July 2014, where the table of dates ends, 52 of 57 had signed and 47 were bound" in said
    assert f"between then and the end of {year}, that table does not know" in said
    assert "2026" not in said


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("treaty", TREATIES)
def test_at_the_end_the_other_table_speaks_where_it_has_the_treaty(reading, treaty, group):
    said = reading("04", treaty=treaty, group=group, year=2026).sentence
    rows = POSITIONS[(POSITIONS.treaty == TREATIES[treaty]) & POSITIONS.iso3.isin(codes(group))]
    if rows.empty:
        assert "no table of the course has a later position" in said
        return
    assert set(rows.as_of) == {"2026-02-03"}
    party, signatory = (rows.status == "party").sum(), (rows.status == "signatory").sum()
    assert f"On 3 February 2026, by another table, {party} were a party, {signatory} had only signed" in said


def test_before_a_treaty_there_is_nothing_to_sign(reading):
    shown = reading("04", treaty="cluster munitions", year=2007)
    assert "the first signature by any state is of 3 December 2008." in shown.sentence
    assert not shown.figure.axes


def test_the_lines_stop_where_the_table_ends(reading):
    for year, end in ((2005, 2006), (2016, 2014.53), (2026, 2014.53)):
        (ax,) = reading("04", year=year).figure.axes
        for line in ax.get_lines()[:2]:
            assert max(line.get_xdata()) == pytest.approx(end, abs=0.01)
    assert len(reading("04", year=2026).figure.axes[0].get_lines()) == 3


def test_the_lines_end_at_the_numbers_of_the_sentence(reading):
    for treaty in TREATIES:
        shown = reading("04", treaty=treaty, year=2010)
        signed, bound = map(int, re.search(r", (\d+) of 57 had signed and (\d+) were bound", shown.sentence).groups())
        assert [line.get_ydata()[-1] for line in shown.figure.axes[0].get_lines()] == [signed, bound]
