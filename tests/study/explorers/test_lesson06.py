import re
from statistics import median

import pytest

from isa import load
from isa.study.explorers.lesson06 import ALL, PERIODS

ORDERS = load("licensed_production").to_dict("records")
NAMES = dict(zip(load("members").iso3, load("members").name, strict=True))


def in_the_record(period, end, recipient=ALL):
    """Years and openness of each order, computed row by row."""
    first, last = PERIODS[period]
    return [
        (min(order["last_delivery_year"], end) - order["order_year"], order["last_delivery_year"] >= end)
        for order in ORDERS
        if first <= order["order_year"] <= last and order["first_delivery_year"] <= end and recipient in (ALL, NAMES[order["recipient_iso3"]])
    ]


def closed_median(sentence):
    found = re.search(r"Median of the closed orders: ([\d.]+) ", sentence)
    return float(found[1]) if found else None


def full_median(sentence):
    return float(re.search(r"as far as they have come: ([\d.]+) ", sentence)[1])


@pytest.mark.parametrize("recipient", [ALL, "Pakistan", "Türkiye"])
@pytest.mark.parametrize("end", [1997, 2008, 2016, 2024])
@pytest.mark.parametrize("period", PERIODS)
def test_the_sentence_agrees_with_the_table(reading, period, end, recipient):
    said = reading("06", period=period, end=end, recipient=recipient).sentence
    orders = in_the_record(period, end, recipient)
    if not orders:
        assert "not the same as no order" in said
        return
    closed = [years for years, is_open in orders if not is_open]
    assert f"{len(closed)} closed and {len(orders) - len(closed)} open" in said
    assert closed_median(said) == (median(closed) if closed else None)
    assert full_median(said) == median(years for years, _ in orders)


def test_the_question_has_an_answer_and_the_two_medians_give_different_ones(reading):
    def from_which_year(of):
        values = {end: of(reading("06", end=end).sentence) for end in range(1998, 2025)}
        return min(end for end in values if all(values[later] == values[2024] for later in range(end, 2025)))

    assert from_which_year(closed_median) == 2021
    assert from_which_year(full_median) == 2011


def test_the_young_orders_have_two_medians_that_differ_at_the_end(reading):
    said = reading("06", period="2015 to 2023", end=2024).sentence
    assert (closed_median(said), full_median(said)) == (3, 4)
    assert "4 years, at least." in said


def test_old_orders_are_said_to_be_cut_off(reading):
    assert "an old order that was short is not in the record" in reading("06", period="up to 1994").sentence
    assert "cut off" not in reading("06").sentence


def test_a_median_of_a_few_orders_is_said_to_carry_little(reading):
    assert "can carry little" in reading("06", recipient="Kazakhstan", period="2005 to 2014", end=2010).sentence


def test_each_order_has_a_line_and_the_open_ones_meet_the_end(reading):
    shown = reading("06", end=2010)
    (ax,) = shown.figure.axes
    closed, still_open = (len(lines.get_segments()) for lines in ax.collections)
    orders = in_the_record("1995 to 2004", 2010)
    assert (closed, still_open) == (sum(not is_open for _, is_open in orders), sum(is_open for _, is_open in orders))
    assert {segment[1][0] for segment in ax.collections[1].get_segments()} == {2010}
    assert ax.get_legend() is not None


def test_an_empty_record_has_words_and_no_axes(reading):
    shown = reading("06", period="2015 to 2023", end=2000)
    assert not shown.figure.axes
    assert shown.figure.texts
