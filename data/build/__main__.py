"""Builds every table of the data package from the raw data sets: python data/build RAW [OUT].

A table is every module in this folder with a `TABLE` and a `build`. They are described in the order in which lessons first use them.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

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


def main(raw: Path, out: Path) -> None:
    """Write one CSV a table, `datapackage.json` and `README.md` into `out`."""
    spelled = names(raw)
    states = {code: spelled[code] for code in build_members(raw).iso3}
    resources = []
    for builder in builders():
        table, frame = builder.TABLE, builder.build(raw)
        data = csv_bytes(frame, table)
        (out / f"{table.name}.csv").write_bytes(data)
        resources.append(resource(table, data, len(frame), coverage(table, frame, states)))
        print(f"{table.name:28} {len(frame):6} rows  {len(data) / 1000:7.1f} kB")
    package = {**PACKAGE, "resources": resources}
    (out / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (out / "README.md").write_text(catalogue(package), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: python data/build RAW [OUT]   RAW is the folder that holds the raw data sets")
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else HERE.parent)
