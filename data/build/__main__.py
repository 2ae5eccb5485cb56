"""Builds every table of the data package from the raw data sets: python data/build RAW [OUT] [--only TABLE].

A table is every module in this folder with a `TABLE` and a `build`. They are described in the order in which lessons first use them.
With `--only`, one table is built, and the others stay as they are described: whoever adds a table needs its raw file alone.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from catalogue import catalogue  # noqa: E402
from common import CC_BY, coverage, csv_bytes, resource  # noqa: E402
from countries import names  # noqa: E402
from members import build as build_members  # noqa: E402

PACKAGE = {
    "$schema": "https://datapackage.org/profiles/1.0/datapackage.json",
    "name": "international-security-assistance",
    "title": "International Security Assistance: claims and evidence. Tables of the course",
    "description": "Small, tidy tables on the 57 states of the Organisation of Islamic Cooperation, keyed by iso3 and year. "
    "Each says who made it, how it was measured and what it misses. Built by data/build from public copies: selections and joins of figures.",
    "version": "0.2.0",
    "licenses": [CC_BY],
}


def builders() -> list[ModuleType]:
    """The modules that build a table, in teaching order, `countries` first: every other table points to it."""
    modules = [importlib.import_module(path.stem) for path in sorted(HERE.glob("*.py")) if path.stem != "__main__"]
    tables = [module for module in modules if hasattr(module, "build")]
    return sorted(tables, key=lambda module: (module.TABLE.name != "countries", min(module.TABLE.lessons), module.TABLE.name))


def main(raw: Path, out: Path, only: str = "") -> None:
    """Write one CSV a table, `datapackage.json` and `README.md` into `out`; with `only`, the CSV of that table alone."""
    every = builders()
    wanted = [builder for builder in every if only in ("", builder.TABLE.name)]
    if not wanted:
        sys.exit(f"{only}: there is no such table, expected data/build/{only}.py with a TABLE of that name")
    described = _described(out) if only else {}
    states = _built_states(out) if only else _states(raw)
    for builder in wanted:
        table, frame = builder.TABLE, builder.build(raw)
        data = csv_bytes(frame, table)
        (out / f"{table.name}.csv").write_bytes(data)
        described[table.name] = resource(table, data, len(frame), coverage(table, frame, states))
        print(f"{table.name:28} {len(frame):6} rows  {len(data) / 1000:7.1f} kB")
    package = {**PACKAGE, "resources": [described[builder.TABLE.name] for builder in every if builder.TABLE.name in described]}
    (out / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (out / "README.md").write_text(catalogue(package), encoding="utf-8")


def _states(raw: Path) -> dict[str, str]:
    """Code -> name of the 57."""
    spelled = names(raw)
    return {code: spelled[code] for code in build_members(raw).iso3}


def _built_states(out: Path) -> dict[str, str]:
    """The same, from the table as it was built before."""
    built = pd.read_csv(out / "members.csv", dtype=str, keep_default_na=False)
    return dict(zip(built.iso3, built.name, strict=True))


def _described(out: Path) -> dict[str, dict[str, Any]]:
    """Table -> its description in the package, as it is."""
    return {one["name"]: one for one in json.loads((out / "datapackage.json").read_text(encoding="utf-8"))["resources"]}


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python data/build", description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("raw", type=Path, metavar="RAW", help="the folder that holds the raw data sets")
    asked.add_argument("out", type=Path, metavar="OUT", nargs="?", default=HERE.parent, help="where the tables go (default: data)")
    asked.add_argument("--only", metavar="TABLE", default="", help="build this table alone, and leave the others as they are")
    given = asked.parse_args()
    if not given.raw.is_dir():
        asked.error(f"{given.raw}: there is no such folder, expected the one that holds the raw data sets")
    main(given.raw, given.out, given.only)
