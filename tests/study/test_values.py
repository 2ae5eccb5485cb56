import datetime
import decimal
from html import unescape
from html.parser import HTMLParser

import mistune
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import isa
from isa.study.values import LONGEST, ONLY, compare, described, html, kind, literal, printable, show

TABLE = pd.DataFrame({"iso3": ["MLI", "SEN", "TGO", "BEN"], "share": [0.1, 0.2, 0.2, np.nan], "n": [1, 2, 3, 4]}, index=["a", "b", "c", "d"])
ANY_ORDER = None
BY_SHARE = frozenset({"share"})
AS_IT_STANDS = frozenset()


def verdict(got, expected, keys=ANY_ORDER):
    return compare(got, expected, keys)[0]


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (5, 5.0), (np.int64(5), 5), (np.float32(0.5), 0.5), (0.1 + 0.2, 0.3), (decimal.Decimal("0.5"), 0.5), (np.True_, True), ("x", "x"), (None, None),
        (float("nan"), np.nan), (pd.NA, pd.NaT), ([1, 2.0], [1.0, 2]), ((4, 3), (4, 3)), ({"a": 1}, {"a": 1.0}), ({1, 2}, {2, 1}), (2**70, 2**70),
        (pd.Timestamp("2020-01-01"), datetime.datetime(2020, 1, 1)),
        (TABLE, TABLE.copy()), (TABLE.astype({"n": "Int64"}), TABLE), (TABLE.astype({"n": float}), TABLE), (TABLE.astype({"iso3": "category"}), TABLE),
        (TABLE.astype(object), TABLE), (TABLE.assign(share=TABLE.share * (1 + 1e-12)), TABLE),
        (TABLE.n, TABLE.n.rename("other")), (TABLE.index, pd.Index(["a", "b", "c", "d"])), (TABLE.n.to_numpy(), np.array([1.0, 2, 3, 4])),
        (TABLE[["n"]].to_numpy(), TABLE[["n"]].to_numpy(float)), (TABLE.iso3.unique(), TABLE.iso3.to_numpy()), (np.zeros((1, 2, 3)), np.zeros((1, 2, 3))),
        (TABLE.iloc[:0], TABLE.iloc[:0]), (TABLE[[]], TABLE[[]]), (pd.Series([[1, 2], {"a": 1}]), pd.Series([[1.0, 2], {"a": 1}])),
        (TABLE.set_index(["iso3", "n"]), TABLE.set_index(["iso3", "n"])), (TABLE.groupby("iso3").agg({"n": ["min", "max"]}),) * 2,
        (pd.Series([np.inf, -np.inf]), pd.Series([np.inf, -np.inf])), (pd.Series([1 + 2j]), pd.Series([1 + 2j])),
    ],
)  # fmt: skip
def test_the_same_value_in_another_coat_is_right(got, expected):
    assert compare(got, expected) == ("right", "")


@pytest.mark.parametrize(
    ("got", "expected", "said"),
    [
        (5, 6, "You get a number, as expected; its value is another one."),
        (True, 1, "You get True or False; expected is a number."),
        (1, True, "You get a number; expected is True or False."),
        ("5", 5, "You get a text; expected is a number."),
        (None, TABLE, "You get nothing (None); expected is a DataFrame. Some functions and methods do something and give nothing back."),
        (TABLE.head, TABLE, "You get a function or method; expected is a DataFrame. Is a pair of round brackets missing at the end?"),
        (TABLE.groupby("iso3"), TABLE, "You get a grouped table; expected is a DataFrame. A grouped table waits for what to compute of each group."),
        (TABLE.n, TABLE, "You get a Series of 4 rows; expected is a DataFrame."),
        (TABLE, TABLE.n, "You get a DataFrame of 4 rows and 3 columns; expected is a Series."),
        ([1, 2], TABLE.n, "You get a list of 2 items; expected is a Series."),
        (TABLE.index, TABLE.n, "You get an Index of 4 labels; expected is a Series."),
        (object, 5, "You get a function or method; expected is a number."),
        (TABLE.iloc[:1], TABLE, "You get a DataFrame of 1 row and 3 columns; that is too few rows."),
        (TABLE, TABLE.iloc[:1], "You get a DataFrame of 4 rows and 3 columns; that is too many rows."),
        (TABLE, TABLE[["n"]], "You get a DataFrame of 4 rows and 3 columns; that is too many columns."),
        (TABLE.n, TABLE.n + 1, "You get a Series of 4 rows: the same shape, other values."),
        (TABLE.n > 2, TABLE.n, "You get a Series of 4 rows: the same shape, other values."),
        (TABLE.fillna(0), TABLE, "You get a DataFrame of 4 rows and 3 columns: the same shape, other values. Look at the column share."),
        (TABLE.assign(n=0, iso3=""), TABLE, "the same shape, other values. Look at the columns iso3, n."),
        (TABLE.n.to_numpy(), TABLE[["n"]].to_numpy(), "You get an array with 1 dimensions; expected is another number of dimensions."),
        (np.zeros((1, 2, 3)), np.ones((1, 2, 3)), "You get an array, as expected, with other values."),
        ([1, 2], [2, 1], "You get a list, as expected; its value is another one."),
        ({"a": 1}, {"a": 2}, "You get a dict, as expected; its value is another one."),
    ],
)  # fmt: skip
def test_a_difference_is_told_in_words_without_the_key(got, expected, said):
    result, words = compare(got, expected)
    assert result == "wrong"
    assert said in words


@pytest.mark.parametrize(
    ("got", "expected", "said"),
    [
        (TABLE.rename(columns={"n": "number"}), TABLE, "The values are right, but the columns have other names."),
        (TABLE[["n", "share", "iso3"]], TABLE, "The values are right, but the columns stand in another order."),
        (TABLE.rename_axis("code"), TABLE, "The values are right, but the index has another name."),
        (TABLE.reset_index(drop=True), TABLE, "The values are right, but the labels of the rows (the index) are others."),
        (TABLE.reset_index(drop=True).iloc[::-1], TABLE, "The values are right, but the labels of the rows (the index) are others."),
    ],
)
def test_a_slip_in_names_or_labels_is_partly_right(got, expected, said):
    assert compare(got, expected) == ("partly", said)


def test_the_order_of_rows_does_not_matter_where_the_solution_does_not_sort():
    for shuffled in (TABLE.iloc[[2, 0, 3, 1]], TABLE.reset_index(drop=True).iloc[[2, 0, 3, 1]], TABLE.iloc[[2, 0, 3, 1]].reset_index(drop=True)):
        expected = TABLE if shuffled.index[0] == "c" else TABLE.reset_index(drop=True)
        assert compare(shuffled, expected) == ("right", "The rows stand in another order than ours; here the order does not matter.")
    assert verdict(TABLE.n.iloc[::-1], TABLE.n) == "right"
    assert verdict(TABLE.iso3.to_numpy()[::-1], TABLE.iso3.to_numpy()) == "right"


def test_the_order_of_rows_matters_where_the_solution_sorts():
    ascending = TABLE.sort_values("share")
    assert compare(ascending.iloc[::-1], ascending, BY_SHARE) == ("partly", "The values are right, but the rows stand in another order.")
    assert verdict(ascending, ascending, BY_SHARE) == "right"
    assert verdict(TABLE.iloc[::-1], TABLE, AS_IT_STANDS) == "partly"


def test_ties_may_stand_in_any_order():
    assert verdict(TABLE.iloc[[0, 2, 1, 3]], TABLE, BY_SHARE) == "right"
    assert verdict(TABLE.share.iloc[[0, 2, 1, 3]], TABLE.share, frozenset({ONLY})) == "right"
    assert verdict(TABLE.share.iloc[[1, 0, 2, 3]], TABLE.share, frozenset({ONLY})) == "partly"


def test_labels_that_only_look_right_in_another_order_are_not_right():
    assert verdict(pd.Series([1, 2], index=["a", "b"]), pd.Series([1, 2], index=["b", "a"])) == "partly"
    assert verdict(pd.Series([1, 2], index=["a", "b"]), pd.Series([2, 1], index=["b", "a"])) == "right"


def test_the_tables_of_the_course_equal_themselves_in_any_order():
    votes = isa.load("roll_call_votes")
    assert verdict(votes, votes.copy()) == "right"
    assert verdict(votes.iloc[::-1], votes) == "right"
    assert verdict(votes.assign(vote=votes.vote.to_numpy()[::-1]), votes) == "wrong"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(), st.integers() | st.none() | st.text(max_size=2)), max_size=6), st.randoms(use_true_random=False))
def test_a_shuffled_table_is_the_same_table_and_with_a_row_less_it_is_not(rows, random):
    expected = pd.DataFrame(rows, columns=["x", "y", "z"], index=[f"r{at}" for at in range(len(rows))])
    order = list(range(len(rows)))
    random.shuffle(order)
    assert verdict(expected.iloc[order], expected) == "right"
    assert verdict(expected.iloc[order][1:], expected) == ("wrong" if rows else "right")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (True, "True or False"), (5, "a number"), (5j, "a number"), ("", "a text"), (None, "nothing (None)"), (pd.NA, "a missing value"),
        (pd.NaT, "a missing value"), (pd.Timestamp(0), "a date"), (TABLE, "a DataFrame"), (pd.Categorical([]), "an array"), ((), "a tuple"),
        (len, "a function or method"), (iter([]), "an object of type list\\_iterator"),
    ],
)  # fmt: skip
def test_a_value_is_called_what_a_learner_calls_it(value, name):
    assert kind(value) == name


def test_a_value_is_described_with_its_size():
    assert described(TABLE) == "a DataFrame of 4 rows and 3 columns"
    assert described(pd.Series(range(1200))) == "a Series of 1,200 rows"
    assert described([1]) == "a list of 1 item"


class Cells(HTMLParser):
    """The cells of a table, each with its tag and scope; refuses any other tag."""

    def __init__(self, text):
        super().__init__()
        self.cells, self.caption, self._open = [], "", []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attrs):
        assert tag in {"table", "caption", "thead", "tbody", "tr", "th", "td", "pre"}, tag
        assert set(dict(attrs)) <= {"scope"}
        self._open.append(tag)
        if tag in {"th", "td"}:
            self.cells.append([tag, dict(attrs).get("scope"), ""])

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1] == "caption":
            self.caption += data
        elif self._open[-1] in {"th", "td"}:
            self.cells[-1][2] += data


def test_a_table_is_shown_with_headers_that_say_what_they_head():
    shown = Cells(html(show(TABLE.iloc[:1].rename_axis("label"))))
    assert shown.cells == [
        ["th", "col", "label"], ["th", "col", "iso3"], ["th", "col", "share"], ["th", "col", "n"],
        ["th", "row", "a"], ["td", None, "MLI"], ["td", None, "0.1"], ["td", None, "1"],
    ]  # fmt: skip
    assert shown.caption == "A DataFrame of 1 row and 3 columns"


def test_a_large_table_is_shown_in_part_and_the_caption_says_so():
    shown = Cells(html(show(pd.DataFrame(np.zeros((1000, 20))))))
    assert len([cell for cell in shown.cells if cell[0] == "td"]) == 10 * 8 + 1
    assert shown.caption == "A DataFrame of 1,000 rows and 20 columns; shown are the first 10 rows and 8 columns"


def test_each_level_of_an_index_has_a_cell_of_its_own():
    shown = Cells(html(show(TABLE.groupby(["iso3", "n"]).size())))
    assert [cell for cell in shown.cells if cell[1] == "row"][:2] == [["th", "row", "BEN"], ["th", "row", "4"]]
    assert Cells(html(show(TABLE.groupby("iso3").agg({"n": ["min"]})))).cells[1] == ["th", "col", "n / min"]


@pytest.mark.parametrize(
    ("number", "text"), [(0.1 + 0.2, "0.3"), (1234567.891, "1234567.891"), (3.0, "3.0"), (0.0000123456, "1.235e-05"), (np.nan, "nan"), (np.inf, "inf")]
)
def test_a_number_in_a_table_is_short(number, text):
    assert show(pd.Series([number]))["cells"] == [[text]]


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</pre></td></table>", "&lt;b&gt;", "\u202edlrow", "\x00\x1b[31m", "\ud800"]


@pytest.mark.parametrize("text", HOSTILE)
def test_html_in_values_names_and_labels_is_only_text(text):
    table = pd.DataFrame({text: pd.Series([text], index=[text], dtype=object)}, dtype=object).rename_axis(text)
    for value in (table, table[text], [text], text, {text: text}, np.array([text], dtype=object)):
        shown = html(show(value))
        Cells(shown)
        shown.encode("utf-8")
        assert "\u202e" not in shown
        assert "\x00" not in shown


class Stranger:
    """Refuses to be written."""

    def __repr__(self):
        raise RuntimeError("not me")


@pytest.mark.parametrize(
    "value",
    ["x" * 10**6, list(range(10**6)), 10**5000, 10.0**300, Stranger(), [Stranger()], pd.Series([Stranger()]), np.zeros(10**6), {1: "x" * 10**6}],
    ids=["text", "list", "integer", "float", "stranger", "strangers", "series", "array", "dict"],
)
def test_whatever_a_value_is_it_is_shown_and_short(value):
    assert 0 < len(html(show(value))) < LONGEST + 100


RENDERERS = [mistune.html, mistune.create_markdown(escape=True, plugins=["table", "strikethrough", "url"])]


@pytest.mark.parametrize("render", RENDERERS, ids=["plain", "escaping"])
@settings(deadline=None)
@given(text=st.text() | st.text("<>&;b#*_`[]()!|~$^@:/w.\\ \n-", max_size=20))
@example(text="<b>&amp; *x* _y_ `z` [a](http://b.c) ![d](e) https://f.g www.h.i ~~j~~ \\ # k")
def test_a_text_in_markdown_is_shown_letter_by_letter(render, text):
    shown = render(f"x {literal(text, 500)} x").strip()
    assert shown.startswith("<p>x ")
    assert shown.endswith(" x</p>")
    assert "<" not in shown[3:-4]
    assert unescape(shown[3:-4]).split() == ["x", *printable(" ".join(text.split())).split(), "x"]
