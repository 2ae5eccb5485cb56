"""The data package seen from a notebook: `load` a table, read its data `card`, `cite` it.

Everything comes from `data/datapackage.json`, which `data/build` writes: types, units, sources, licences and
caveats stand there once, and are shown here.
"""

from __future__ import annotations

import difflib
import json
import textwrap
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any, Literal

import pandas as pd

from isa.home import home

__all__ = ["Card", "Citations", "UnknownTable", "card", "cite", "load", "tables"]


class UnknownTable(KeyError):
    """No table of that name; the message names the nearest and how to list all."""

    def __str__(self) -> str:
        return str(self.args[0])


def load(name: str) -> pd.DataFrame:
    """The table `name`, with the types its description gives.

    Whole numbers that may be missing are `Int64`, closed lists of words are categories, everything else is
    what pandas readers expect. Each call reads the file again, so a table that a learner has changed comes back clean.

    >>> members = load("members")
    >>> members.joined.dtype, members.oic_group.dtype.name
    (dtype('int64'), 'category')

    Raises:
        UnknownTable: there is no such table.
    """
    described = _resource(name)
    fields = described["schema"]["fields"]
    return pd.read_csv(
        home() / "data" / described["path"],
        dtype={f["name"]: _dtype(f) for f in fields if f["type"] != "date"},
        parse_dates=[f["name"] for f in fields if f["type"] == "date"],
        # Only an empty cell is missing: "NA" is the code of Namibia.
        keep_default_na=False,
        na_values=[""],
    )


def tables() -> pd.DataFrame:
    """All tables of the course: name, title, number of rows and the lessons that use them."""
    rows = [(r["name"], r["title"], r["rows"], ", ".join(r["lessons"])) for r in _package().values()]
    return pd.DataFrame(rows, columns=["name", "title", "rows", "lessons"])


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
        parts = [f"<section class='isa-card'><h4>Data card: {escape(self.resource['title'])} (<code>{escape(self.resource['name'])}</code>)</h4><dl>"]
        for label, texts in self._rows():
            parts.append(f"<dt><strong>{label}</strong></dt>")
            parts += [f"<dd>{escape(text)}</dd>" for text in texts]
        parts.append("<dt><strong>Columns</strong></dt>")
        for f in self.resource["schema"]["fields"]:
            name, rest = _field_line(f).split(":", 1)
            parts.append(f"<dd><code>{escape(name)}</code>:{escape(rest)}</dd>")
        return "".join([*parts, "</dl></section>"])


def _field_line(field: dict[str, Any]) -> str:
    unit = f" ({field['unit']})" if "unit" in field else ""
    missing = "" if field["constraints"]["required"] else "; may be missing"
    return f"{field['name']}: {field['description']}{unit}{missing}"


@cache
def _package() -> dict[str, dict[str, Any]]:
    """Table name -> its description."""
    package = json.loads((home() / "data" / "datapackage.json").read_text(encoding="utf-8"))
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
