import contextlib
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isa.study.typed_number import NotANumber, read, written


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), (" 12 ", 12), ("+12", 12), ("-12", -12), ("−12", -12), ("– 12", -12), ("007", 7),
        ("1234.5", 1234.5), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1 234,5", 1234.5), ("1 234.5", 1234.5), ("1'234.5", 1234.5), ("1_234", 1234),
        ("1 234", 1234), ("1 234 567", 1234567), ("1\u00a0234", 1234), ("1\u202f234", 1234),
        ("1,234", 1234), ("1,234,567", 1234567), ("1.234.567", 1234567), ("12,34,567", 1234567),
        ("12,5", 12.5), ("0,125", 0.125), (".5", 0.5), (",5", 0.5), ("5.", 5), ("1.234", 1.234),
        ("1.2e3", 1200), ("1.2E+03", 1200), ("5e-2", 0.05),
        ("$5", 5), ("US$ 5", 5), ("−$5", -5), ("5 US$", 5), ("= 5", 5), ("≈5", 5), ("5 members", 5), ("5 members.", 5), ("5 US$ per head", 5),
        ("12 %", 0.12), ("12%", 0.12), ("12 per cent", 0.12), ("12 percent of GDP", 0.12),
        ("5 thousand", 5e3), ("5 million", 5e6), ("5 Millions", 5e6), ("5 million US dollars", 5e6), ("5 bn", 5e9), ("3 lakh", 3e5), ("2 crore", 2e7),
        ("١٢٣", 123), ("١٬٢٣٤٫٥", 1234.5), ("۱۲", 12), ("12٪", 0.12),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(text, value):
    assert read(text).value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("12 %", "per cent", 12), ("12 %", "% of GDP", 12), ("12 percent", "percentage points", 12), ("12", "per cent", 12), ("12 %", "share", 0.12),
        ("5 million", "million US dollars", 5), ("5 billion", "million US dollars", 5000), ("5", "million US dollars", 5), ("5 million", "US dollars", 5e6),
        ("5 thousand", "thousands of people", 5),
    ],
)  # fmt: skip
def test_a_number_is_read_in_the_unit_that_is_asked_for(text, unit, value):
    assert read(text, unit).value == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "twelve", "nan", "inf", "-", ".", ",", "1/3", "12 of 57", "3-5", "1 2", "1 23", "1,2,3", "1,23,4", "12,345.678.9", "10³", "5m²", "½",
        "1e999", "-1e999", "2+3", "len(members)", "<b>5</b>", "e5", "5 5 members", "9" * 101, "0x10", "1__e9999", "\x00", "\ud800",
    ],
)  # fmt: skip
def test_what_is_not_one_number_is_refused_with_what_was_found_and_what_is_expected(text):
    with pytest.raises(NotANumber) as caught:
        read(text)
    assert "Expected is one number in digits" in str(caught.value)
    assert str(caught.value).startswith(("Found ", "Nothing was typed."))
    assert "<b>" not in str(caught.value)


def test_a_comma_that_may_stand_before_decimals_gives_both_readings():
    assert (read("1,234").value, read("1,234").otherwise) == (1234, 1.234)
    assert [read(text).otherwise for text in ("1,234.0", "1,234,567", "0,123", "12,5", "1.234", "1234")] == [None] * 6


def test_its_writer_hears_how_a_number_was_read_where_it_can_surprise():
    assert [read(text).plain for text in ("1,234", "12,5", "12 %", "5 million")] == [False] * 4
    assert [read(text, "per cent").plain for text in ("1,234.5", "12.5", "12 %", "-5")] == [True] * 4


def test_the_step_is_one_in_the_last_place():
    assert read("12").step == 1
    assert read("12.50").step == pytest.approx(0.01)
    assert read("1.2e3").step == pytest.approx(100)
    assert read("-1.5 million").step == pytest.approx(1e5)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
@example(0.1 + 0.2)
def test_what_python_writes_is_read_as_the_same_number(number):
    assert read(repr(number)).value == number
    if abs(number) < 1e300:  # a larger one, rounded, may have become infinite
        assert read(written(number)).value == pytest.approx(number, rel=1e-14)


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_thousands_may_be_parted_in_any_usual_way(number):
    for mark in ",. ' ":
        if not (mark == "." and 1000 <= abs(number) < 10**6):  # a single point stands before decimals
            assert read(f"{number:,}".replace(",", mark)).value == number


@settings(deadline=None)
@given(st.text() | st.text("0123456789.,-+e% '$m", max_size=30))
def test_any_text_at_all_is_a_finite_number_or_refused(text):
    with contextlib.suppress(NotANumber):
        found = read(text, "million people")
        assert math.isfinite(found.value)
        assert math.isfinite(found.step)
        assert found.step > 0
