"""CSV files: what comes out of them again, and that nothing in them is run."""

import csv
import io
import re

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from isa.teaching import csvfile

_STARTS = "=+-@＝＋－＠"
_UNSEEN = re.compile(r"^[\s\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*")
HONEST = [
    "O'Neill",
    "'t Hooft",
    "Ana-María",
    "d’Arc",
    "Nguyễn Thị Minh",
    "محمد",
    "李小龙",
    "Zoë, Jr.",
    'Ali "Al" Haddad',
    "a+b@example.org",
    "007",
    "-4.5",
    "+3",
    "1e5",
    "",
]
HOSTILE = ["=1+1", "+1-1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\ufeff=1", "\u200f=1", "\xa0=1", "＝1+1", "a;=1", "a,\t=cmd", "-1;=2", "0;@x"]


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def begins_a_formula(text: str) -> bool:
    bare = _UNSEEN.sub("", text)
    return bool(bare) and bare[0] in _STARTS and not re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", bare)


@pytest.mark.parametrize("text", HONEST)
def test_numbers_and_honest_names_stay_as_they_are(text):
    assert csvfile.safe(text) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe_before_it(text):
    said = csvfile.safe(text)
    assert "'" in said
    assert not any(begins_a_formula(part) for part in re.split(r"[,;|]", said) if not part.strip().isdecimal())


@given(st.text() | st.builds("{}{}{}".format, st.sampled_from(["", " ", ";", "a;", "a, ", '"']), st.sampled_from([*_STARTS, "\t", "\n"]), st.text()))
@example("=cmd|' /C calc'!A0")
@example("﻿\t﻿=1")
def test_whatever_the_text_it_is_one_cell_on_one_line_that_nothing_runs(text):
    content = csvfile.content(pd.DataFrame({"name": [text], "mark": [1.5]}))
    (head, row) = read(content)
    assert (head, len(row), row[1]) == (["name", "mark"], 2, "1.5")
    assert not begins_a_formula(row[0])
    assert not begins_a_formula(re.split(";", row[0])[-1])
    assert len(row[0].splitlines()) <= 1


@given(st.floats(-1e6, 1e6))
def test_a_number_comes_back_to_four_decimals_without_a_power_of_ten(value):
    said = csvfile.number(value)
    assert re.fullmatch(r"-?\d+(\.\d{1,4})?", said)
    assert float(said) == pytest.approx(value, abs=6e-5)


def test_missing_values_are_empty_and_a_spreadsheet_is_told_that_the_text_is_unicode():
    content = csvfile.content(pd.DataFrame({"a": [None, "ü"], "b": [float("nan"), 2.0], "c": [True, False]}))
    assert content.startswith(b"\xef\xbb\xbfa,b,c\r\n")
    assert read(content)[1:] == [["", "", "yes"], ["ü", "2", "no"]]
