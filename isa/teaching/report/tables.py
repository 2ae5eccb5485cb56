"""The tables of the reports as CSV files, written as all files of the desk that a spreadsheet opens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from isa.grading.feedback.place import replaced
from isa.teaching.csvfile import content


def write(tables: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write each table to `folder`/NAME.csv, in one move each, with its index as the first column where that has a name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        replaced(path, content(table if table.index.name is None else table.reset_index()))
        paths.append(path)
    return paths
