"""arms_by_category: what kinds of major arms OIC members received and delivered, by year."""

from pathlib import Path

import pandas as pd
from arms_sources import CATEGORIES, COMMON_MISSES, FIRST_YEAR, LAST_YEAR, MEASURED, REGISTER, TERMS, TIV
from common import Table, column, iso3_column, read, whole

TABLE = Table(
    name="arms_by_category",
    title="Arms transfers by category",
    description="Volume of major arms that each OIC member received (import) and delivered (export), by category and year, 1995 to 2024.",
    measured=MEASURED + " The categories are SIPRI's.",
    misses=[
        *COMMON_MISSES,
        "No row means that no delivery of the kind is listed. It is not a missing figure.",
        "Guinea-Bissau has no row, and only 26 members appear as exporters, most of them in few years.",
        "Imports from and exports to other OIC members are both counted: never add the two flows up to a total of the group.",
        "A category is a heap of unlike things: a patrol boat and a frigate are both ships.",
    ],
    fields=[
        iso3_column("the OIC member"),
        column("year", "integer", "Year of delivery", unit="year", minimum=FIRST_YEAR, maximum=LAST_YEAR),
        column("flow", "string", "Whether the member received (import) or delivered (export) the arms", enum=["import", "export"]),
        column("category", "string", "Kind of arms", enum=CATEGORIES),
        column("tiv_million", "number", "Volume of major arms delivered", unit=TIV, minimum=0),
    ],
    primary_key=["iso3", "year", "flow", "category"],
    sources=[REGISTER],
    licences=[TERMS],
    lessons=["08"],
)

FILES = {
    "import": ("sipri-arms-transfers/imports_category_year_oic.csv", "recipient_iso3"),
    "export": ("sipri-arms-transfers/exports_category_year_oic.csv", "supplier_iso3"),
}


def build(raw: Path) -> pd.DataFrame:
    """One row a member, year, flow and category with a delivery."""
    parts = []
    for flow, (name, code) in FILES.items():
        table = read(raw, name)
        parts.append(
            pd.DataFrame(
                {
                    "iso3": table[code],
                    "year": whole(table.year),
                    "flow": flow,
                    "category": table.category,
                    "tiv_million": pd.to_numeric(table.tiv),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
