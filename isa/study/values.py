"""What a line of pandas gave: compared with what was expected, told in words that do not give the key, and shown as a small table.

Whatever comes from a learner is taken as text: `literal` for Markdown, `html` for a page.
"""

from __future__ import annotations

import math
import re
import reprlib
import unicodedata
from datetime import date
from html import escape
from numbers import Integral, Number
from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api import types
from pandas.api.extensions import ExtensionArray
from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy

Verdict = Literal["right", "partly", "wrong"]

CLOSE = 1e-9  # relative: numbers nearer than this are the same number
ROWS, COLUMNS = 10, 8  # of a table that are shown
LONGEST = 2_000  # characters of a text that are shown
LONGEST_CELL = 60

ONLY = "value"  # what the one column is called when something other than a DataFrame is compared as a table

_MEANS_SOMETHING = re.compile(r"[\\`*_{}\[\]#!|~$^@&<>]|:(?=//)|(?<=www)\.")
_KINDS: list[tuple[Any, str]] = [
    ((bool, np.bool_), "True or False"),
    (Number, "a number"),
    (str, "a text"),
    (type(None), "nothing (None)"),
    (date, "a date"),
    (pd.DataFrame, "a DataFrame"),
    (pd.Series, "a Series"),
    (pd.Index, "an Index"),
    ((np.ndarray, ExtensionArray), "an array"),
    (list, "a list"),
    (tuple, "a tuple"),
    (dict, "a dict"),
    ((set, frozenset), "a set"),
    ((DataFrameGroupBy, SeriesGroupBy), "a grouped table"),
]


def compare(got: Any, expected: Any, keys: frozenset[str] | None = None) -> tuple[Verdict, str]:
    """Whether `got` is what was `expected`, and in words what differs; "partly" where only order or names do.

    Args:
        got: what a learner's line gave.
        expected: what the solution gave.
        keys: the columns that the solution sorts by, `ONLY` for the values of a Series; None where it does not sort, and the order of rows does not matter.
    """
    if kind(got) != kind(expected):
        return "wrong", f"You get {described(got)}; expected is {kind(expected)}.{_next_step(got)}"
    if not isinstance(expected, (pd.DataFrame, pd.Series, pd.Index, np.ndarray, ExtensionArray)):
        same = _equal(got, expected)
        return ("right", "") if same else ("wrong", f"You get {kind(got)}, as expected; its value is another one.")
    if got.ndim != expected.ndim:
        return "wrong", f"You get {described(got)} with {got.ndim} dimensions; expected is another number of dimensions."
    if expected.ndim not in (1, 2):
        same = _equal(np.asarray(got).tolist(), np.asarray(expected).tolist())
        return ("right", "") if same else ("wrong", "You get an array, as expected, with other values.")
    return _compare_tables(_as_table(got), _as_table(expected), described(got), keys)


def kind(value: Any) -> str:
    """What kind of thing a value is, as a learner would call it."""
    if value is pd.NA or value is pd.NaT:
        return "a missing value"
    known = next((name for its_types, name in _KINDS if isinstance(value, its_types)), "")
    return known or ("a function or method" if callable(value) else f"an object of type {literal(type(value).__name__, LONGEST_CELL)}")


def described(value: Any) -> str:
    """What kind of thing a value is, and how large."""
    if isinstance(value, pd.DataFrame):
        return f"a DataFrame of {_count(len(value), 'row')} and {_count(value.shape[1], 'column')}"
    if isinstance(value, pd.Series):
        return f"a Series of {_count(len(value), 'row')}"
    if isinstance(value, pd.Index):
        return f"an Index of {_count(len(value), 'label')}"
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return f"{kind(value)} of {_count(len(value), 'item')}"
    return kind(value)


def literal(text: str, longest: int = 300) -> str:
    r"""Text as Markdown that shows it letter by letter, on one line.

    >>> literal("<b>*x*</b>\n[y]")
    '\\<b\\>\\*x\\*\\</b\\> \\[y\\]'
    """
    line = " ".join(text[: 10 * longest].split())
    line = printable(line if len(line) <= longest else f"{line[:longest]} …")
    return _MEANS_SOMETHING.sub(lambda found: f"\\{found[0]}", line)


def printable(text: str) -> str:
    """Text that any page and file can hold: what cannot be seen, or turns the text around it, as Python writes it."""
    return "".join(sign if sign in "\n\t" or unicodedata.category(sign)[0] != "C" else sign.encode("unicode_escape").decode("ascii") for sign in text)


def show(value: Any) -> dict[str, Any]:
    """A value as plain data that JSON can carry and `html` shows: its first rows and columns, or its text."""
    if isinstance(value, (pd.DataFrame, pd.Series)):
        table = value if isinstance(value, pd.DataFrame) else value.to_frame()
        part = table.iloc[:ROWS, :COLUMNS]
        columns: list[Any] = list(part.columns)
        labels = [part.index.get_level_values(level) for level in range(part.index.nlevels)]
        caption = described(value)
        if part.shape != table.shape:
            caption += f"; shown are the first {_count(len(part), 'row')} and {_count(part.shape[1], 'column')}"
        nameless = isinstance(value, pd.Series) and value.name is None
        return {
            "caption": caption[0].upper() + caption[1:],
            "levels": ["" if name is None else _cell(name) for name in part.index.names],
            "columns": [""] if nameless else [" / ".join(map(_cell, name)) if isinstance(name, tuple) else _cell(name) for name in columns],
            "labels": [[_cell(level[row]) for level in labels] for row in range(len(part))],
            "cells": [[_cell(part.iat[row, column]) for column in range(part.shape[1])] for row in range(len(part))],
        }
    return {"text": _text(value)}


def html(shown: dict[str, Any]) -> str:
    """What `show` gave, as HTML: a table whose header cells say what they head, or preformatted text. All of it is escaped.

    Raises:
        KeyError, TypeError: it is not what `show` gives.
    """
    if "text" in shown:
        return f"<pre>{escape(str(shown['text'])[:LONGEST])}</pre>"
    corner = "".join(_header(name, "col") if name else "<td></td>" for name in shown["levels"])
    head = corner + "".join(_header(name, "col") if name else "<td></td>" for name in shown["columns"])
    rows = [
        "".join(_header(label, "row") for label in labels) + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
        for labels, cells in zip(shown["labels"], shown["cells"], strict=True)
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f"<table><caption>{escape(str(shown['caption']))}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _compare_tables(got: pd.DataFrame, expected: pd.DataFrame, you_get: str, keys: frozenset[str] | None) -> tuple[Verdict, str]:
    for of_yours, of_ours, what in ((len(got), len(expected), "rows"), (got.shape[1], expected.shape[1], "columns")):
        if of_yours != of_ours:
            return "wrong", f"You get {you_get}; that is too {'many' if of_yours > of_ours else 'few'} {what}."
    slips = []
    names, right_names = list(got.columns), list(expected.columns)
    if names != right_names:
        if len(set(names)) == len(names) and set(names) == set(right_names):
            got = got.iloc[:, [names.index(name) for name in right_names]]
            slips.append("the columns stand in another order")
        else:
            slips.append("the columns have other names")
    with_labels, right_with_labels = _with_labels(got), _with_labels(expected)
    if _same(with_labels, right_with_labels):
        note = ""
    elif _same(_sorted(with_labels), _sorted(right_with_labels)) or (_counted(got) and _counted(expected) and _same(_sorted(got), _sorted(expected))):
        note = "The rows stand in another order than ours; here the order does not matter."
        if keys is not None and not _sorted_alike(with_labels, right_with_labels, keys):
            slips.append("the rows stand in another order")
    elif _same(got, expected) or _same(_sorted(got), _sorted(expected)):
        slips.append("the labels of the rows (the index) are others")
    else:
        return "wrong", f"You get {you_get}: the same shape, other values.{_where(got, expected, names)}"
    if not slips and list(got.index.names) != list(expected.index.names):
        slips.append("the index has another name")
    return ("partly", f"The values are right, but {' and '.join(slips)}.") if slips else ("right", note)


def _where(got: pd.DataFrame, expected: pd.DataFrame, names: list[Any]) -> str:
    """Which columns differ, where some do not."""
    other = [name for at, name in enumerate(names) if not _same_column(got.iloc[:, at], expected.iloc[:, at])] if list(got.columns) == names else names
    if not 0 < len(other) < len(names):
        return ""
    return f" Look at {'the column' if len(other) == 1 else 'the columns'} {', '.join(literal(str(name), LONGEST_CELL) for name in other)}."


def _next_step(got: Any) -> str:
    match kind(got):
        case "a function or method":
            return " Is a pair of round brackets missing at the end?"
        case "a grouped table":
            return " A grouped table waits for what to compute of each group."
        case "nothing (None)":
            return " Some functions and methods do something and give nothing back."
    return ""


def _as_table(value: Any) -> pd.DataFrame:
    """A table with the default labels where the value has no labels of its own; one column where it is not a DataFrame."""
    if isinstance(value, pd.DataFrame):
        table = value
    elif isinstance(value, pd.Series):
        table = value.to_frame(ONLY)
    elif isinstance(value, pd.MultiIndex):
        table = value.to_frame(index=False, allow_duplicates=True)
    else:
        table = pd.DataFrame(value) if np.ndim(value) == 2 else pd.DataFrame({ONLY: value})
    return table.infer_objects()


def _with_labels(table: pd.DataFrame) -> pd.DataFrame:
    """The columns and, behind them, the levels of the index."""
    labels = [table.index.get_level_values(level).to_series().reset_index(drop=True) for level in range(table.index.nlevels)]
    return pd.concat([table.reset_index(drop=True), *labels], axis=1)


def _counted(table: pd.DataFrame) -> bool:
    """Whether the labels only count the rows, in whatever order."""
    return bool(types.is_integer_dtype(table.index.dtype)) and set(table.index) == set(range(len(table)))


def _sorted_alike(got: pd.DataFrame, expected: pd.DataFrame, keys: frozenset[str]) -> bool:
    """Whether both hold the columns sorted by, and the same values in each of their places: then only ties stand in another order."""
    places = [at for at, name in enumerate(expected.columns) if name in keys]
    return bool(places) and all(_same_column(got.iloc[:, at], expected.iloc[:, at]) for at in places)


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """The rows in an order that depends on nothing but what they hold; texts decide before numbers, whose last digits may differ."""
    columns = [table.iloc[:, at].reset_index(drop=True) for at in range(table.shape[1])]
    keys = [column.astype(object).map(lambda value: "" if _missing(value) else _text(value)) for column in columns if not _is_numeric(column)]
    keys += [pd.Series(_numbers(column)) for column in columns if _is_numeric(column)]
    if not keys:
        return table
    by = pd.concat(keys, axis=1, keys=range(len(keys)))
    return table.iloc[by.sort_values(list(by.columns), kind="stable").index]


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.shape == other.shape and all(_same_column(one.iloc[:, at], other.iloc[:, at]) for at in range(one.shape[1]))


def _same_column(one: pd.Series[Any], other: pd.Series[Any]) -> bool:
    missing = one.isna().to_numpy()
    if not np.array_equal(missing, other.isna().to_numpy()):
        return False
    if _is_numeric(one) and _is_numeric(other):
        return bool(np.isclose(_numbers(one), _numbers(other), rtol=CLOSE, atol=CLOSE**2, equal_nan=True).all())
    one, other = one.astype(object)[~missing], other.astype(object)[~missing]
    if types.is_string_dtype(one) and types.is_string_dtype(other):
        return np.array_equal(one.to_numpy(), other.to_numpy())
    return all(map(_equal, one, other))


def _numbers(column: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return column.to_numpy(dtype=float, na_value=np.nan)


def _is_numeric(column: pd.Series[Any]) -> bool:
    return types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype) and not types.is_complex_dtype(column.dtype)


def _equal(one: Any, other: Any) -> bool:
    """Whether two values are equal, numbers up to their last digits; what is missing equals what is missing."""
    if kind(one) != kind(other):
        return _missing(one) and _missing(other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(value, other[key]) for key, value in one.items())
    if isinstance(one, Integral) and isinstance(other, Integral):
        return bool(one == other)
    if isinstance(one, Number):
        x, y = complex(one), complex(other)  # type: ignore[call-overload]  # every Number can be one
        return bool(np.isclose(x, y, rtol=CLOSE, atol=CLOSE**2, equal_nan=True))
    if isinstance(one, (pd.DataFrame, pd.Series, pd.Index, np.ndarray, ExtensionArray)):
        return compare(one, other)[0] == "right"
    return _missing(one) or bool(one == other)


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _header(text: Any, scope: str) -> str:
    return f'<th scope="{scope}">{escape(str(text))}</th>'


def _cell(value: Any) -> str:
    """What a cell of a shown table says."""
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.4g}" if 0 < abs(value) < 0.001 else str(round(float(value), 4))
    text = " ".join((value if isinstance(value, str) else _text(value)).split())
    return printable(text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…")


def _text(value: Any) -> str:
    """How Python writes a value, cut."""
    try:
        if isinstance(value, str):
            text = repr(value[:LONGEST])
        elif isinstance(value, (list, tuple, dict, set, frozenset)):
            text = _SHORTLY.repr(value)
        else:
            text = str(value) if isinstance(value, np.generic) else repr(value)
    except Exception:  # an object may say of itself whatever it likes, or nothing; so may an integer of many thousand digits
        text = f"({kind(value)} that cannot be shown)"
    return printable(text if len(text) <= LONGEST else f"{text[:LONGEST]} …")


_SHORTLY = reprlib.Repr()
_SHORTLY.maxlist = _SHORTLY.maxtuple = _SHORTLY.maxdict = _SHORTLY.maxset = _SHORTLY.maxfrozenset = 20
_SHORTLY.maxstring = _SHORTLY.maxother = 200
