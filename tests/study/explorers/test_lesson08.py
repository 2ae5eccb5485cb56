import re
import time

import pytest

from isa import load
from isa.study.explorers import explorer

ROWS = load("arms_transfers").to_dict("records")
NAMES = dict(zip(load("members").iso3, load("members").name, strict=True))


def mix(buyer, first, last):
    """Seller -> volume, added up row by row."""
    sold = {}
    for row in ROWS:
        if NAMES.get(row["recipient_iso3"]) == buyer and first <= row["year"] <= last:
            sold[row["supplier"]] = sold.get(row["supplier"], 0) + row["tiv_million"]
    return sold


def shares(sold):
    return {seller: volume / sum(sold.values()) for seller, volume in sold.items()}


def index(said):
    return float(re.search(r"Herfindahl index ([\d.]+)", said)[1])


@pytest.mark.parametrize("buyer", ["Kuwait", "Bahrain", "Indonesia", "Sudan", "Türkiye"])
@pytest.mark.parametrize(("length", "years"), [("1 year", 1), ("5 years", 5), ("10 years", 10)])
@pytest.mark.parametrize("last", [2014, 2019])
def test_the_sentence_agrees_with_the_table(reading, buyer, length, years, last):
    now, before = mix(buyer, last - years + 1, last), mix(buyer, last - 2 * years + 1, last - years)
    said = reading("08", buyer=buyer, length=length, last=last).sentence
    if not now:
        assert "no delivery is listed" in said
        return
    parts = shares(now)
    assert f"from {len(parts)} seller" in said
    assert f", {100 * max(parts.values()):.0f} per cent." in said
    assert index(said) == pytest.approx(sum(part**2 for part in parts.values()), abs=0.0051)
    if before:
        switched = 100 * (1 - sum(min(part, shares(before).get(seller, 0)) for seller, part in parts.items()))
        assert f"window before, {abs(switched):.0f} per cent" in said


def test_kuwait_has_the_two_windows_of_the_question(reading):
    five = [index(reading("08", last=last).sentence) for last in range(2004, 2025)]
    assert max(five) > 0.8
    assert min(five) < 0.3
    assert (five[4], five[0]) == (0.92, 0.28), "the lesson names the windows to 2008 and to 2004"


def test_ten_years_blur_both_answers(reading):
    ten = [index(reading("08", length="10 years", last=last).sentence) for last in range(2004, 2025)]
    assert (min(ten), max(ten)) == (0.22, 0.75)


def test_a_single_year_can_have_a_single_seller(reading):
    said = reading("08", length="1 year", last=2007).sentence
    assert "from 1 seller." in said
    assert index(said) == 1


def test_a_record_that_does_not_reach_back_has_no_window_before(reading):
    assert "The record begins in 1995" in reading("08", length="10 years", last=2013).sentence
    assert "The record begins in 1995" not in reading("08", length="10 years", last=2014).sentence


def test_small_volumes_are_told(reading):
    assert "The volume is small" in reading("08", buyer="Kuwait", length="1 year", last=2008).sentence
    assert "The volume is small" not in reading("08").sentence


def test_unknown_suppliers_are_no_single_seller(reading):
    said = reading("08", buyer="Benin", length="1 year", last=2020).sentence
    assert "from 1 seller. Largest: unknown supplier(s), 100 per cent." in said
    assert "Unknown suppliers are counted as one seller." in said
    assert "Unknown suppliers" not in reading("08").sentence


def test_a_window_without_deliveries_has_no_index(reading):
    nothing = reading("08", buyer="Comoros", length="1 year", last=2005)
    assert "no delivery is listed" in nothing.sentence
    assert not nothing.figure.axes


def test_every_member_with_a_delivery_can_be_chosen():
    buyers = {NAMES[row["recipient_iso3"]] for row in ROWS if row["recipient_iso3"] in NAMES}
    assert set(explorer("08").controls[0].options) == buyers


def test_bars_are_the_largest_sellers_and_one_for_the_rest(reading):
    (ax,) = reading("08", buyer="Indonesia", length="10 years", last=2024).figure.axes
    widths = [patch.get_width() for patch in ax.patches]
    assert len(widths) == 7
    assert sum(widths) == pytest.approx(100)
    assert widths[:6] == sorted(widths[:6], reverse=True)


def test_a_reading_takes_little_time(reading):
    reading("08")
    start = time.process_time()
    for last in range(2010, 2020):
        explorer("08").read(explorer("08").start() | {"last": last})
    assert (time.process_time() - start) / 10 < 0.1


def test_the_record_begins_where_the_explorer_says():
    assert min(row["year"] for row in ROWS) == 1995
