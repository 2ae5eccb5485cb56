"""What every builder shares: the form of a table's description, and how it is written.

A builder is a module `NAME.py` in this folder with two names: `TABLE`, which describes the table, and
`build(raw)`, which returns it as a DataFrame. `python data/build RAW` runs them all, writes one CSV a
table and describes them in `datapackage.json`. The same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

ISO3 = "^[A-Z]{3}$"
CC_BY = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
PDDL = {"name": "ODC-PDDL-1.0", "title": "Open Data Commons Public Domain Dedication and License 1.0", "path": "https://opendatacommons.org/licenses/pddl/1-0/"}

COUNTRIES = ("countries", "iso3")

# The raw folder holds extracts of public copies; this is the day on which the project read them.
RETRIEVED = "2026-11-22"


@dataclass(frozen=True)
class Table:
    """One table: what it holds, who made it, how it was measured, and what it misses."""

    name: str
    title: str
    description: str
    measured: str
    misses: list[str]
    fields: list[dict[str, Any]]
    primary_key: list[str]
    sources: list[dict[str, str]]
    licences: list[dict[str, str]]
    lessons: list[str]
    # Our column -> the table and column that hold all its values.
    foreign_keys: dict[str, tuple[str, str]] = field(default_factory=lambda: {"iso3": COUNTRIES})


def column(name: str, type: str, description: str, unit: str = "", required: bool = True, **constraints: Any) -> dict[str, Any]:
    """A field of a Frictionless Table Schema; `unit` is a custom property, left out where there is none."""
    described: dict[str, Any] = {"name": name, "type": type, "description": description}
    if unit:
        described["unit"] = unit
    if type == "boolean":
        described |= {"trueValues": ["true"], "falseValues": ["false"]}
    described["constraints"] = {"required": required, **constraints}
    return described


def iso3_column(of: str) -> dict[str, Any]:
    """The key of every table: `of` says what the state in the row is."""
    return column("iso3", "string", f"ISO 3166-1 alpha-3 code of {of}", pattern=ISO3)


def source(title: str, path: str, citation: str, edition: str, bibtex: str, retrieved: str = RETRIEVED) -> dict[str, str]:
    """Where figures come from; `bibtex` is the same citation as a BibTeX entry."""
    return {"title": title, "path": path, "citation": citation, "edition": edition, "date": retrieved, "bibtex": bibtex}


def csv_bytes(frame: pd.DataFrame, table: Table) -> bytes:
    """The table as CSV: columns and rows in a fixed order, booleans as true and false, missing values empty."""
    wanted = [f["name"] for f in table.fields]
    if list(frame.columns) != wanted:
        raise ValueError(f"{table.name}: columns are {list(frame.columns)}, its description has {wanted}")
    frame = frame.sort_values(table.primary_key).reset_index(drop=True)
    for name in (f["name"] for f in table.fields if f["type"] == "boolean"):
        frame[name] = frame[name].map({True: "true", False: "false"})
    text = io.StringIO()
    frame.to_csv(text, index=False, lineterminator="\n")
    return text.getvalue().encode()


def coverage(table: Table, frame: pd.DataFrame, states: dict[str, str]) -> dict[str, Any]:
    """Which years and which of the 57 (`states`: code -> name) have at least one row."""
    years = next((frame[name] for name in ("year", "fiscal_year") if name in frame), None)
    sides = [name for name, target in table.foreign_keys.items() if target == COUNTRIES] or [name for name in ("iso3",) if name in frame]
    covered = {code for name in sides for code in frame[name]} & set(states)
    return {
        "years": [int(years.min()), int(years.max())] if years is not None else [],
        "members": len(covered),
        "members_missing": sorted(name for code, name in states.items() if code not in covered) if covered else [],
    }


def resource(table: Table, data: bytes, rows: int, covers: dict[str, Any]) -> dict[str, Any]:
    """The description of one table in the data package."""
    return {
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "rows": rows,
        "title": table.title,
        "description": table.description,
        "measured": table.measured,
        "misses": table.misses,
        "coverage": covers,
        "lessons": table.lessons,
        "sources": table.sources,
        "licenses": table.licences,
        "builder": f"build/{table.name}.py",
        "schema": {
            "fields": table.fields,
            "primaryKey": table.primary_key,
            "foreignKeys": [{"fields": [ours], "reference": {"resource": there, "fields": [theirs]}} for ours, (there, theirs) in table.foreign_keys.items()],
            "missingValues": [""],
        },
    }


def read(raw: Path, name: str) -> pd.DataFrame:
    """A raw CSV as text: nothing is guessed, and the code `NA` of Namibia stays what it is."""
    path = raw / name
    if not path.is_file():
        raise SystemExit(f"{path}: not found. Give the folder that holds the raw data sets: python data/build RAW")
    return pd.read_csv(path, dtype=str, keep_default_na=False)  # a .gz is unpacked on the way


def whole(text: pd.Series) -> pd.Series:
    """Whole numbers from text, missing where it is empty."""
    return pd.to_numeric(text).astype("Int64")


def members(raw: Path) -> set[str]:
    """The codes of the 57."""
    return set(_reference(raw, "oic_members.csv", "members.csv").iso3)


def known(raw: Path, codes: pd.Series) -> pd.Series:
    """True where a code is one of the countries, so that a row can point to it."""
    return codes.isin(_reference(raw, "countries.csv", "countries.csv").iso3)


def _reference(raw: Path, name: str, built: str) -> pd.DataFrame:
    """What every builder asks for: the raw file, or, where the raw folder holds one new source and no more, the table that was built of it before."""
    return read(raw / "oic-reference", name) if (raw / "oic-reference").is_dir() else read(Path(__file__).parent.parent, built)
