"""licensed_production: orders of major arms that an OIC state makes or assembles, wholly or in part, at home."""

from pathlib import Path

import pandas as pd
from arms_sources import CATEGORIES, REGISTER, TERMS, TIV
from common import COUNTRIES, ISO3, Table, column, read, whole

TABLE = Table(
    name="licensed_production",
    title="Arms orders with local production",
    description="Orders of major arms with deliveries between 1995 and 2024 that SIPRI marks as made or assembled in the recipient state, for recipients in the OIC.",
    measured="SIPRI marks an order as local production where the recipient makes or assembles the weapon under a licence or an agreement with the supplier. "
    "We summed the register's lines of each order: number of units and volume (TIV) delivered from 1995 to 2024.",
    misses=[
        "Deliveries before 1995 are cut off. Where the first delivery is 1995 and the order is older, the programme may have begun earlier and be larger.",
        "Deliveries after 2024 are not in the copy used: a programme with its last delivery in 2024 may still be open.",
        "The mark says nothing of how much is made at home, from finishing a kit to building a hull, nor of who learnt what. "
        "It stands for the whole order, even where one would not expect it (Türkiye's S-400 order of 2017).",
        "Only foreign designs are in the register. What a state designs and makes by itself is not.",
        "Some order years and numbers are SIPRI's estimates; the copy used has lost the mark for them.",
        "A hyphen at the end of a designation is in the register as it was copied; its meaning is not explained there.",
        "TIV measure a volume, not money, and not the value added at home.",
        "A small excerpt: 270 orders, for teaching only. The register itself is at sipri.org.",
    ],
    fields=[
        column("recipient_iso3", "string", "ISO 3166-1 alpha-3 code of the state that received the licence", pattern=ISO3),
        column("supplier_iso3", "string", "ISO 3166-1 alpha-3 code of the state that gave the licence", pattern=ISO3),
        column("designation", "string", "Name of the weapon as the register writes it"),
        column("description", "string", "Kind of weapon as the register describes it"),
        column("category", "string", "Kind of arms", enum=CATEGORIES),
        column("order_year", "integer", "Year of the order", unit="year", minimum=1970, maximum=2024),
        column("first_delivery_year", "integer", "First year with a delivery, from 1995", unit="year", minimum=1995, maximum=2024),
        column("last_delivery_year", "integer", "Last year with a delivery, to 2024", unit="year", minimum=1995, maximum=2024),
        column("units_delivered", "integer", "Units delivered from 1995 to 2024", unit="weapons or systems", minimum=1),
        column("tiv_million", "number", "Volume delivered from 1995 to 2024", unit=TIV, minimum=0),
    ],
    primary_key=["recipient_iso3", "supplier_iso3", "designation", "order_year"],
    foreign_keys={"recipient_iso3": COUNTRIES, "supplier_iso3": COUNTRIES},
    sources=[REGISTER],
    licences=[TERMS],
    lessons=["06"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row an order; two orders of the same weapon in one year were summed in the extract."""
    table = read(raw, "sipri-arms-transfers/local_production_oic_recipients.csv")
    return pd.DataFrame(
        {
            "recipient_iso3": table.recipient_iso3,
            "supplier_iso3": table.supplier_iso3,
            "designation": table.designation,
            "description": table.description,
            "category": table.category,
            "order_year": whole(table.order_year),
            "first_delivery_year": whole(table.first_delivery),
            "last_delivery_year": whole(table.last_delivery),
            "units_delivered": whole(table.numbers_delivered),
            "tiv_million": pd.to_numeric(table.tiv),
        }
    )
