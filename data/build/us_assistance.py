"""us_assistance: everything the United States gives OIC members, economic and military together."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, read, whole
from us_sources import ASSISTANCE, US_GOVERNMENT_WORK

PARTLY_REPORTED_FROM = 2024

TABLE = Table(
    name="us_assistance",
    title="US assistance of all kinds",
    description="US foreign assistance to OIC members, economic and military together, obligated and paid out, by fiscal year, 1990 to 2025.",
    measured="US agencies report to ForeignAssistance.gov what they bind themselves to pay (obligations) and what they pay (disbursements). "
    "Constant dollars are those of fiscal year 2024; the index that turns one into the other is us_deflator.",
    misses=[
        "Military aid is not separated: never call these figures military aid.",
        "Fiscal years 2024 and 2025 were only partly reported when the copy was made; partly_reported marks them. The figures of 2025 are far too low.",
        "Disbursements start in 2001. A missing year means that nothing is reported.",
        "Negative amounts are promises taken back or money returned.",
        "Never add current to constant dollars, nor obligations to disbursements: they are the same money seen twice.",
        "Palestine stands for what the source calls West Bank and Gaza.",
    ],
    fields=[
        iso3_column("the receiving state"),
        column("fiscal_year", "integer", "US fiscal year, October to September", unit="fiscal year", minimum=1990, maximum=2025),
        column("obligations_current_usd", "integer", "Amount promised in binding form", unit="current US dollars", required=False),
        column("obligations_constant_usd", "integer", "Amount promised in binding form", unit="constant US dollars of fiscal year 2024", required=False),
        column("disbursements_current_usd", "integer", "Amount paid out", unit="current US dollars", required=False),
        column("disbursements_constant_usd", "integer", "Amount paid out", unit="constant US dollars of fiscal year 2024", required=False),
        column("partly_reported", "boolean", "The fiscal year was not fully reported when the copy was made"),
    ],
    primary_key=["iso3", "fiscal_year"],
    sources=[ASSISTANCE],
    licences=[US_GOVERNMENT_WORK],
    lessons=["09"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a member and fiscal year."""
    table = read(raw, "us-foreign-assistance/us_assistance_all_oic.csv")
    year = whole(table.fiscal_year)
    return pd.DataFrame(
        {
            "iso3": table.iso3,
            "fiscal_year": year,
            "obligations_current_usd": whole(table.obligations_current_usd),
            "obligations_constant_usd": whole(table.obligations_constant_usd),
            "disbursements_current_usd": whole(table.disbursements_current_usd),
            "disbursements_constant_usd": whole(table.disbursements_constant_usd),
            "partly_reported": year >= PARTLY_REPORTED_FROM,
        }
    )
