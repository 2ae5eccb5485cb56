"""arms_transfers: who delivered major arms to whom, by year, where an OIC state is at one end."""

from pathlib import Path

import pandas as pd
from arms_sources import COMMON_MISSES, FIRST_YEAR, LAST_YEAR, MEASURED, REGISTER, TERMS, TIV, party
from common import COUNTRIES, ISO3, Table, column, read, whole

TABLE = Table(
    name="arms_transfers",
    title="Arms transfers between pairs of states",
    description="Volume of major arms delivered by one party to another in a year, 1995 to 2024, wherever an OIC member is the supplier or the recipient.",
    measured=MEASURED,
    misses=[
        *COMMON_MISSES,
        "No row means that no delivery is listed. Pairs without an OIC member are left out: for shares of the world use arms_totals.",
        "Organisations, armed groups and unknown parties keep SIPRI's name and have no code, and neither has Kosovo, which is in no list of ISO codes: "
        "2 suppliers and 9 recipients, 113 of the rows together.",
        "For OIC members the sums by recipient and by supplier equal those of arms_totals in every year.",
        "The year is that of delivery. An order may be ten years older.",
    ],
    fields=[
        column("supplier_iso3", "string", "ISO 3166-1 alpha-3 code of the supplier, missing where it is no state with a code", required=False, pattern=ISO3),
        column("supplier", "string", "Name of the supplier"),
        column("recipient_iso3", "string", "ISO 3166-1 alpha-3 code of the recipient, missing where it is no state with a code", required=False, pattern=ISO3),
        column("recipient", "string", "Name of the recipient"),
        column("year", "integer", "Year of delivery", unit="year", minimum=FIRST_YEAR, maximum=LAST_YEAR),
        column("tiv_million", "number", "Volume of major arms delivered", unit=TIV, minimum=0),
    ],
    primary_key=["supplier", "recipient", "year"],
    foreign_keys={"supplier_iso3": COUNTRIES, "recipient_iso3": COUNTRIES},
    sources=[REGISTER],
    licences=[TERMS],
    lessons=["08"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a supplier, recipient and year with a delivery."""
    table = read(raw, "sipri-arms-transfers/dyad_year_oic.csv")
    supplier = party(raw, table.supplier, table.supplier_iso3)
    recipient = party(raw, table.recipient, table.recipient_iso3)
    return pd.DataFrame(
        {
            "supplier_iso3": supplier.iso3,
            "supplier": supplier["name"],
            "recipient_iso3": recipient.iso3,
            "recipient": recipient["name"],
            "year": whole(table.year),
            "tiv_million": pd.to_numeric(table.tiv),
        }
    )
