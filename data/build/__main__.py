"""Builds every table of the data package from the raw data sets: python data/build RAW [OUT]."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from common import CC_BY, csv_bytes, resource  # noqa: E402

# In teaching order: the first tables of the course first.
TABLES = ["countries", "members", "population_gdp", "military_expenditure", "armed_forces"]

PACKAGE = {
    "$schema": "https://datapackage.org/profiles/1.0/datapackage.json",
    "name": "international-security-assistance",
    "title": "International Security Assistance: claims and evidence. Tables of the course",
    "description": "Small, tidy tables on the 57 states of the Organisation of Islamic Cooperation, keyed by iso3 and year. "
    "Each says who made it, how it was measured and what it misses. Built by data/build from public copies: selections and joins of figures.",
    "version": "0.1.0",
    "licenses": [CC_BY],
}


def main(raw: Path, out: Path) -> None:
    """Write one CSV a table and `datapackage.json` into `out`."""
    resources = []
    for name in TABLES:
        builder = importlib.import_module(name)
        frame = builder.build(raw)
        data = csv_bytes(frame, builder.TABLE)
        (out / f"{name}.csv").write_bytes(data)
        resources.append(resource(builder.TABLE, data, len(frame)))
        print(f"{name:24} {len(frame):6} rows  {len(data) / 1000:7.1f} kB")
    described = json.dumps({**PACKAGE, "resources": resources}, ensure_ascii=False, indent=1)
    (out / "datapackage.json").write_text(described + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: python data/build RAW [OUT]   RAW is the folder that holds the raw data sets")
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else HERE.parent)
