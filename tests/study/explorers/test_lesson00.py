import re

import pytest

from isa import load
from isa.charts import describe

MEMBERS = load("members")


@pytest.mark.parametrize("year", [1969, 1973, 1974, 1984, 2000, 2001])
def test_the_sentence_counts_as_the_table_does(reading, year):
    said = reading("00", year=year).sentence
    joined = [row for row in MEMBERS.to_dict("records") if row["joined"] <= year]
    assert said.startswith(f"By {year}, {len(joined)} of the 57 had joined: ")
    for group in ("Africa", "Arab", "Asia"):
        size = sum(row["oic_group"] == group for row in MEMBERS.to_dict("records"))
        assert f"{sum(row['oic_group'] == group for row in joined)} of the {size} of the {group} group" in said
    new = sorted(row["name"] for row in joined if row["joined"] == year)
    assert f"{len(new) or 'No state'} joined in {year}" in said
    if len(new) < 10:
        assert all(name in said for name in new)


def test_the_answer_can_be_found_by_moving(reading):
    """At least half of each group: Arab 1969, Africa 1974, Asia 1984, and not a year before."""

    def shares(year):
        found = re.findall(r"(\d+) of the (\d+) of the (\w+) group", reading("00", year=year).sentence)
        return {group: int(there) / int(size) for there, size, group in found}

    first = {group: next(year for year in range(1969, 2002) if shares(year)[group] >= 0.5) for group in ("Africa", "Arab", "Asia")}
    assert first == {"Africa": 1974, "Arab": 1969, "Asia": 1984}


@pytest.mark.parametrize("year", [1969, 1985])
def test_the_map_shows_who_was_there_and_who_was_not_yet(reading, year):
    (ax,) = reading("00", year=year).figure.axes
    shown = describe(ax)
    drawn = dict(zip(shown["series"][0]["x"], shown["series"][0]["y"], strict=True))
    for row in MEMBERS.to_dict("records"):
        assert drawn[row["iso3"]] == (row["oic_group"] if row["joined"] <= year else None)
    assert f"not yet a member ({(MEMBERS.joined > year).sum()})" in shown["legend"]


def test_a_suspension_is_told_in_the_words_of_the_table_and_only_in_its_years(reading):
    note = MEMBERS.set_index("name").status_note["Egypt"]
    assert note == "suspended May 1979 to March 1984"
    assert [year for year in range(1969, 2002) if note in reading("00", year=year).sentence] == list(range(1979, 1985))


def test_when_all_are_in_nobody_is_hatched(reading):
    assert "57 of the 57" in reading("00", year=2001).sentence
    assert "No state is hatched" in reading("00", year=2001).alt
