"""The data package seen from a notebook: `load` a table, read its data `card`, `cite` it.

Everything comes from `data/datapackage.json`, which `data/build` writes: types, units, sources, licences and
caveats stand there once, and are shown here.
"""

from __future__ import annotations

import difflib
import hashlib
import io
import json
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from isa.home import home

__all__ = ["Card", "Citations", "DataError", "NotCovered", "UnknownTable", "card", "cite", "load", "loaded", "tables"]


_loaded: dict[str, None] = {}  # a dict and not a set: it keeps the order


class UnknownTable(KeyError):
    """No table of that name; the message names the nearest and how to list all."""

    def __str__(self) -> str:
        return str(self.args[0])


class NotCovered(ValueError):
    """A table has nothing on a year or a country that was asked for; the message says what it covers."""


class DataError(RuntimeError):
    """A file of the data package is missing or damaged; the message says which, and how to get it back."""


def load(name: str, *, year: int | Iterable[int] | None = None, iso3: str | Iterable[str] | None = None) -> pd.DataFrame:
    """The table `name`, with the types its description gives; only some years or countries where these are named.

    Whole numbers that may be missing are `Int64`, closed lists of words are categories, dates are dates. Each call
    gives a copy of its own, so a table that a learner has changed comes back clean.

    >>> members = load("members")
    >>> members.joined.dtype, members.oic_group.dtype.name
    (dtype('int64'), 'category')
    >>> load("military_expenditure", year=2023, iso3=["SEN", "MLI"]).shape
    (2, 4)

    Raises:
        UnknownTable: there is no such table.
        NotCovered: the table has no row at all for one of the years or countries.
        DataError: the file is missing or is not the one that was described.
    """
    described = _resource(name)
    table = _read(name, _stamp(described)).copy()
    _loaded[name] = None
    if year is not None:
        table = _only_years(table, described, {year} if isinstance(year, int) else set(year))
    if iso3 is not None:
        table = _only_countries(table, described, {iso3} if isinstance(iso3, str) else set(iso3))
    return table


def loaded() -> tuple[str, ...]:
    """The names of the tables that were loaded since this program started, in the order in which they were first asked for."""
    return tuple(_loaded)


def tables() -> pd.DataFrame:
    """All tables of the course: name, title, number of rows, years, how many of the 57 it covers, and the lessons that use it."""
    rows = [
        (r["name"], r["title"], r["rows"], "–".join(map(str, r["coverage"]["years"])), r["coverage"]["members"], ", ".join(r["lessons"]))
        for r in _package().values()
    ]
    return pd.DataFrame(rows, columns=["name", "title", "rows", "years", "members", "lessons"])


def card(name: str) -> Card:
    """The data card of a table: who made it, how it was measured, what it misses, licence and citation.

    Raises:
        UnknownTable: there is no such table.
    """
    return Card(_resource(name))


def cite(*names: str, style: Literal["plain", "bibtex"] = "plain") -> Citations:
    """The sources behind tables, each once, as plain references or as BibTeX entries.

    >>> print(cite("military_expenditure"))  # doctest: +ELLIPSIS
    Stockholm International Peace Research Institute (SIPRI). SIPRI Military Expenditure Database, ... Retrieved 2026-11-22.

    Raises:
        UnknownTable: there is no such table.
        ValueError: `style` is neither "plain" nor "bibtex", or no name was given.
    """
    if not names:
        raise ValueError('cite() needs the name of at least one table, for example cite("members")')
    if style not in ("plain", "bibtex"):
        raise ValueError(f'style is "plain" or "bibtex", not {style!r}')
    sources = {s["citation"]: s for name in names for s in _resource(name)["sources"]}
    if style == "bibtex":
        return Citations([s["bibtex"] for s in sources.values()])
    return Citations([f"{s['citation']} Retrieved {s['date']}." for s in sources.values()])


class Citations(list[str]):
    """References that print one a line, and show as a list in a notebook."""

    def __str__(self) -> str:
        return "\n".join(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "<ul>" + "".join(f"<li>{escape(c)}</li>" for c in self) + "</ul>"


@dataclass(frozen=True, repr=False)
class Card:
    """A data card: `resource` is the table's description in the data package."""

    resource: dict[str, Any]

    def _rows(self) -> list[tuple[str, list[str]]]:
        r = self.resource
        keys = ", ".join(r["schema"]["primaryKey"])
        return [
            ("What", [f"{r['description']} {r['rows']:,} rows, one for each {keys}."]),
            *([("Covers", [f"{_covers(r)}."])] if _covers(r) else []),
            ("Made by", [s["title"] for s in r["sources"]]),
            ("Measured", [r["measured"]]),
            ("Misses", r["misses"]),
            ("Licence", [licence["title"] for licence in r["licenses"]]),
            ("Cite", list(cite(r["name"]))),
        ]

    def __repr__(self) -> str:
        lines = [f"{self.resource['title']} ({self.resource['name']})"]
        for label, texts in self._rows():
            for text in texts:
                lines += textwrap.wrap(text, 100, initial_indent=f"{label:10}", subsequent_indent=" " * 10)
                label = ""
        for f in self.resource["schema"]["fields"]:
            lines += textwrap.wrap(_field_line(f), 100, initial_indent="  ", subsequent_indent="      ")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        # A description list, not a table: it is read aloud in order and wraps on a narrow screen.
        title = f"Data card: {escape(self.resource['title'])} (<code>{escape(self.resource['name'])}</code>)"
        columns = []
        for f in self.resource["schema"]["fields"]:
            name, rest = _field_line(f).split(":", 1)
            columns.append(f"<code>{escape(name)}</code>:{_marked_up(rest)}")
        rows = [(label, [_marked_up(text) for text in texts]) for label, texts in self._rows()] + [("Columns", columns)]
        groups = (f"<div><dt>{label}</dt>{''.join(f'<dd>{text}</dd>' for text in texts)}</div>" for label, texts in rows)
        return f"<style>{_style()}</style><section class='isa-card'><h3>{title}</h3><dl>{''.join(groups)}</dl></section>"


def _marked_up(text: str) -> str:
    """A text as HTML, with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


@cache
def _style() -> str:
    return Path(__file__).with_name("card.css").read_text(encoding="utf-8")


def _covers(r: dict[str, Any]) -> str:
    """Years and members of a table, in words."""
    years, members, missing = (r["coverage"][key] for key in ("years", "members", "members_missing"))
    parts = [f"{years[0]} to {years[1]}"] if years else []
    if members:
        names = f", without {', '.join(missing)}" if 0 < len(missing) <= 12 else ""
        parts.append(f"{members} of the 57 members{names}")
    return "; ".join(parts)


def _bytes(described: dict[str, Any]) -> bytes:
    """The file of a table, if it is the one that was described."""
    path = home() / "data" / described["path"]
    remedy = "Get it back with: git checkout data (or, where the package was installed from a wheel, install it again)."
    try:
        data = path.read_bytes()
    except OSError:
        raise DataError(f"{path}, the file of the table {described['name']!r}, is missing. {remedy}") from None
    if f"sha256:{hashlib.sha256(data).hexdigest()}" != described["hash"]:
        raise DataError(
            f"{path}, the file of the table {described['name']!r}, is not the one that datapackage.json describes: it is damaged or was changed. {remedy} "
            "If it was changed on purpose, change its builder and run: make data"
        )
    return data


def _only_years(table: pd.DataFrame, described: dict[str, Any], wanted: set[int]) -> pd.DataFrame:
    column = next((c for c in ("year", "fiscal_year") if c in table), None)
    if column is None:
        raise NotCovered(f"the table {described['name']!r} has no years, only {', '.join(table.columns)}")
    missing = sorted(wanted - set(table[column]))
    if missing:
        first, last = described["coverage"]["years"]
        gap = ", with gaps" if any(first <= year <= last for year in missing) else ""
        years = ", ".join(map(str, missing))
        raise NotCovered(f"the table {described['name']!r} has nothing on {years}; it covers {first} to {last}{gap}. See isa.card({described['name']!r})")
    return table[table[column].isin(wanted)]


def _only_countries(table: pd.DataFrame, described: dict[str, Any], wanted: set[str]) -> pd.DataFrame:
    sides = [key["fields"][0] for key in described["schema"]["foreignKeys"] if key["reference"]["resource"] == "countries"]
    sides = sides or [column for column in ("iso3",) if column in table]
    if not sides:
        raise NotCovered(f"the table {described['name']!r} has no country codes, only {', '.join(table.columns)}")
    rows = table[sides].isin(wanted).any(axis=1)
    for code in sorted(wanted - set(table[sides].to_numpy().ravel())):
        countries = _read("countries", _stamp(_resource("countries")))
        names: dict[str, str] = dict(countries[["iso3", "name"]].itertuples(index=False))
        if code in names:
            raise NotCovered(f"the table {described['name']!r} has nothing on {code} ({names[code]}). See isa.card({described['name']!r}) for what it misses")
        near = [iso3 for iso3, name in names.items() if name.lower() == code.lower()] or difflib.get_close_matches(code.upper(), names, n=1)
        hint = f" Did you mean {near[0]!r} ({names[near[0]]})?" if near else ""
        raise NotCovered(f"{code!r} is no country code: three capital letters, as in isa.load('countries').{hint}")
    return table[rows]


def _stamp(described: dict[str, Any]) -> tuple[str, int, int]:
    """Changes when the file of a table does."""
    path = home() / "data" / described["path"]
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_size, found.st_mtime_ns


@lru_cache(maxsize=64)
def _read(name: str, stamp: tuple[str, int, int]) -> pd.DataFrame:
    described = _resource(name)
    fields = described["schema"]["fields"]
    return pd.read_csv(
        io.BytesIO(_bytes(described)),
        dtype={f["name"]: _dtype(f) for f in fields if f["type"] != "date"},
        parse_dates=[f["name"] for f in fields if f["type"] == "date"],
        # Only an empty cell is missing: "NA" is the code of Namibia.
        keep_default_na=False,
        na_values=[""],
    )


def _field_line(field: dict[str, Any]) -> str:
    unit = f" ({field['unit']})" if "unit" in field else ""
    missing = "" if field["constraints"]["required"] else "; may be missing"
    return f"{field['name']}: {field['description']}{unit}{missing}"


@cache
def _package() -> dict[str, dict[str, Any]]:
    """Table name -> its description."""
    path = home() / "data" / "datapackage.json"
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}, which describes all tables, is missing or damaged ({error}). Get it back with: git checkout data") from None
    return {r["name"]: r for r in package["resources"]}


def _resource(name: str) -> dict[str, Any]:
    if name in _package():
        return _package()[name]
    near = difflib.get_close_matches(str(name), _package(), n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownTable(f"there is no table {name!r}.{hint} isa.tables() lists all of them.")


def _dtype(field: dict[str, Any]) -> Any:
    rules = field["constraints"]
    if field["type"] == "integer":
        return "int64" if rules["required"] else "Int64"
    if field["type"] == "boolean":
        return "bool" if rules["required"] else "boolean"
    if field["type"] == "number":
        return "float64"
    # Categories keep the order of the description: "Low income" stands before "High income".
    return pd.CategoricalDtype(rules["enum"]) if "enum" in rules else "str"
