import itertools
import re

import pytest

from isa import load
from isa.study.explorers.lesson07 import ANY, LEFT_OUT, NOBODY, TOPICS, network

ROWS = load("agreements").to_dict("records")
NAMES = dict(zip(load("members").iso3, load("members").name, strict=True))
CODES = {name: code for code, name in NAMES.items()}


def ties(until=2010, topic=ANY, without=NOBODY):
    """Pairs of members, found row by row."""
    pairs = set()
    for row in ROWS:
        pair = (row["iso3_a"], row["iso3_b"])
        if row["year"] <= until and set(pair) <= set(NAMES) and (topic == ANY or row[topic]) and CODES.get(without) not in pair:
            pairs.add(pair)
    return pairs


def groups(pairs):
    """What hangs together, by joining groups until none touch."""
    found = [set(pair) for pair in pairs]
    while True:
        touching = next(((one, other) for one, other in itertools.combinations(found, 2) if one & other), None)
        if touching is None:
            return sorted(found, key=len, reverse=True)
        one, other = touching
        found.remove(other)
        one |= other


def joined(pairs):
    return set().union(*pairs)


@pytest.mark.parametrize("without", LEFT_OUT)
@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("until", [1990, 2000, 2010])
def test_the_sentence_agrees_with_the_table(reading, until, topic, without):
    pairs = ties(until, topic, without)
    said = reading("07", until=until, topic=topic, without=without).sentence
    counted = "1 tie joins" if len(pairs) == 1 else f"{len(pairs)} ties join"
    found = groups(pairs)
    hangs = "one group" if len(found) == 1 else f"{len(found)} groups, the largest with {len(found[0])} members" if found else ""
    expected = f"{counted} {len(joined(pairs))} of the 57, in {hangs}." if pairs else "no tie between two members."
    assert expected in said


@pytest.mark.parametrize("without", [name for name in LEFT_OUT if name != NOBODY])
@pytest.mark.parametrize("topic", TOPICS)
def test_what_goes_with_a_state_is_told(reading, topic, without):
    whole, left = ties(topic=topic), ties(topic=topic, without=without)
    said = reading("07", topic=topic, without=without).sentence
    assert re.search(rf"With {without} {len(whole) - len(left)} ties? go(es)?, ", said)
    cut = joined(whole) - joined(left) - {CODES[without]}
    if len(cut) > 6:
        assert f"and {len(cut)} members have none left" in said
    elif cut:
        assert all(NAMES[code] in said for code in cut)
    else:
        assert "and no other member loses its last one" in said
    before = max(len(group - {CODES[without]}) for group in groups(whole))
    assert f"the largest group, {before} without {without}, is now {len(groups(left)[0])}." in said


def shrinks(topic, without):
    """By how many members the largest group shrinks, beyond the one that is left out."""
    return len(groups(ties(topic=topic))[0] - {CODES[without]}) - len(groups(ties(topic=topic, without=without))[0])


def test_the_question_has_the_answer_that_the_lesson_folds_away():
    assert next(year for year in range(1980, 2011) if len(groups(ties(year))[0]) >= 29) == 2000
    states = [name for name in LEFT_OUT if name != NOBODY]
    for topic, state, before, after in ((ANY, "Türkiye", 42, 35), ("training", "Türkiye", 36, 9), ("procurement", "Azerbaijan", 6, 3)):
        losses = {name: shrinks(topic, name) for name in states}
        assert max(losses, key=losses.get) == state
        assert list(losses.values()).count(losses[state]) == 1
        assert losses[state] == before - after
    assert len(ties(topic="procurement")) == 10


def test_who_has_most_partners_is_named_with_all_that_are_level(reading):
    assert "Most partners among the members: Türkiye with 29." in reading("07").sentence
    assert "Most partners among the members: Pakistan and Türkiye, each with 3." in reading("07", topic="procurement").sentence


def test_among_groups_that_are_level_the_loss_is_that_of_the_largest_without_the_state(reading):
    egypt = reading("07", until=1987, topic="procurement", without="Egypt").sentence
    assert "Kuwait has none left; the largest group, 2 without Egypt, is now 2." in egypt


def test_where_the_last_tie_goes_no_group_is_left(reading):
    pakistan = reading("07", until=1987, topic="industry", without="Pakistan").sentence
    assert "no tie between two members. With Pakistan 1 tie goes, and Türkiye has none left; no group is left." in pakistan


def test_no_group_grows_when_a_state_is_left_out(reading):
    for until in range(1980, 2011):
        for topic, without in itertools.product(TOPICS, LEFT_OUT[1:]):
            said = reading("07", until=until, topic=topic, without=without).sentence
            for before, now in re.findall(r"the largest group, (\d+) without \w+, is now (\d+)", said):
                assert int(before) >= int(now), said


def test_a_state_without_such_a_tie_changes_nothing(reading):
    assert "Egypt has no such tie, so nothing changes." in reading("07", until=1980, without="Egypt").sentence


def test_every_reading_says_what_a_missing_line_means(reading):
    for until in (1980, 2010):
        assert reading("07", until=until).sentence.endswith("may have signed what nobody published.")


def test_a_network_falls_into_its_groups():
    found = network(frozenset({("A", "B"), ("B", "C"), ("X", "Y")}))
    assert found.groups == (frozenset("ABC"), frozenset("XY"))
    assert found.joined == frozenset("ABCXY")
    assert network(frozenset()).largest == frozenset()


def test_the_chart_has_a_line_for_each_tie_and_a_place_for_each_member(reading):
    (ax,) = reading("07", topic="training", without="Türkiye").figure.axes
    lines, *points = ax.collections
    assert len(lines.get_segments()) == len(ties(topic="training", without="Türkiye"))
    assert sum(len(cloud.get_offsets()) for cloud in points) == 56
    assert {text.get_text() for text in ax.texts} == (set(NAMES) - {"TUR"}) | {"(TUR)"}
