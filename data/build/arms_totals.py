"""arms_totals: the volume of major arms that every party of the world delivered and received, by year."""

from pathlib import Path

import pandas as pd
from arms_sources import COMMON_MISSES, FIRST_YEAR, LAST_YEAR, MEASURED, REGISTER, TERMS, TIV, party
from common import ISO3, Table, column, read, whole

TABLE = Table(
    name="arms_totals",
    title="Arms exports and imports of every party",
    description="Volume of major arms that each supplier of the world delivered (export) and each recipient received (import), by year, 1995 to 2024. "
    "All exports of a year and all imports of a year are the same world total, so that shares of the world can be computed.",
    measured=MEASURED,
    misses=[
        *COMMON_MISSES,
        "No row means that no delivery is listed for the party and year.",
        "Organisations, armed groups and unknown parties keep SIPRI's name and have no code: leave them in when you compute a share of the world, leave them out when you rank states.",
        "Kosovo and Northern Cyprus have no code in the list of countries. The copy used filed Northern Cyprus (one delivery, 1998) under Cyprus; here it stands apart.",
        "For OIC members the totals equal the sums of arms_transfers in every year. For other parties they are larger, because arms_transfers has only their deals with OIC members.",
        "Single years jump with single deliveries: SIPRI itself compares periods of five years.",
    ],
    fields=[
        column("party", "string", "Name of the supplier or recipient"),
        column("iso3", "string", "ISO 3166-1 alpha-3 code, missing where the party is no state with a code", required=False, pattern=ISO3),
        column("year", "integer", "Year of delivery", unit="year", minimum=FIRST_YEAR, maximum=LAST_YEAR),
        column("flow", "string", "Whether the party delivered (export) or received (import) the arms", enum=["export", "import"]),
        column("tiv_million", "number", "Volume of major arms delivered", unit=TIV, minimum=0),
    ],
    primary_key=["party", "year", "flow"],
    sources=[REGISTER],
    licences=[TERMS],
    lessons=["08"],
)

FILES = {
    "export": ("sipri-arms-transfers/world_exports_by_supplier_year.csv", "supplier"),
    "import": ("sipri-arms-transfers/world_imports_by_recipient_year.csv", "recipient"),
}


def build(raw: Path) -> pd.DataFrame:
    """One row a party, year and flow with a delivery."""
    parts = []
    for flow, (name, side) in FILES.items():
        table = read(raw, name)
        who = party(raw, table[side], table[f"{side}_iso3"])
        parts.append(pd.DataFrame({"party": who["name"], "iso3": who.iso3, "year": whole(table.year), "flow": flow, "tiv_million": pd.to_numeric(table.tiv)}))
    return pd.concat(parts, ignore_index=True)
