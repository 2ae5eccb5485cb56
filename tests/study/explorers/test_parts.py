"""What several explorers share."""

import pytest

from isa import load
from isa.study.explorers.parts import ALL_MEMBERS, all_recipients, codes, number

MEMBERS = load("members")


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (7.0, "7"), (1, "1"), (0.1234, "0.123"), (12.345, "12.3"), (99.94, "99.9"), (100.4, "100"), (1234.5, "1,234"), (1_200_000, "1,200,000")],
)
def test_a_number_is_whole_from_100_on_and_has_three_figures_below(value, said):
    assert number(value) == said


def test_recipients_are_all_then_the_groups_then_each_member_by_name():
    first, *rest = all_recipients()
    assert first == ALL_MEMBERS
    assert rest[:3] == ["Africa group", "Arab group", "Asia group"]
    assert rest[3:] == sorted(MEMBERS["name"])


def test_each_recipient_stands_for_its_members():
    everybody = set(MEMBERS["iso3"])
    groups = [codes(f"{group} group") for group in ("Africa", "Arab", "Asia")]
    assert codes(ALL_MEMBERS) == set().union(*groups) == everybody
    assert sum(map(len, groups)) == len(everybody)
    for member in MEMBERS.to_dict("records"):
        assert codes(member["name"]) == {member["iso3"]}
    assert codes("Atlantis") == frozenset()
