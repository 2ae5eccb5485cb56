"""us_military_aid: what the United States paid out as military assistance, by country and fiscal year."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, known, read, source, whole
from us_sources import US_GOVERNMENT_WORK

TABLE = Table(
    name="us_military_aid",
    title="US military aid",
    description="Disbursements that ForeignAssistance.gov files under the objective 'Military', by receiving state and US fiscal year, 2002 to 2015.",
    measured="US agencies report their payments to ForeignAssistance.gov. The sums take in all accounts with a military purpose: foreign military financing, "
    "military education and training, security-force funds and others. Returned money is subtracted.",
    misses=[
        "No row means that no payment is reported. It is not a checked zero.",
        "All military accounts are one sum, and not foreign military financing alone. The large figures of Afghanistan and Iraq are funds for their security forces; "
        "that Russia stands among the ten first shows that the objective takes in more than help to allies.",
        "Reimbursements for coalition operations are evidently not in it: Pakistan's 4.6 billion of 2002 to 2015 is far below the 11 billion "
        "of such payments that the Congressional Research Service counts to 2013.",
        "Current US dollars: deflate before you compare years (us_deflator). Payments, not promises; a payment may follow the promise by years.",
        "A US fiscal year runs from October to September: 2014 began in October 2013.",
        "81 rows with 4.3 billion dollars (2.6 per cent) are left out because their code is no state of today: regions, the world, the Netherlands Antilles, "
        "Serbia and Montenegro, and Sudan before its division (557 million in 2005 to 2009). Sudan itself has one row.",
    ],
    fields=[
        iso3_column("the receiving state or area"),
        column("fiscal_year", "integer", "US fiscal year, October to September", unit="fiscal year", minimum=2002, maximum=2015),
        column("military_disbursed_usd", "integer", "Military assistance paid out", unit="current US dollars"),
    ],
    primary_key=["iso3", "fiscal_year"],
    sources=[
        source(
            "ForeignAssistance.gov: complete file, objective Military, disbursements",
            "https://foreignassistance.gov/data",
            "US Department of State and US Agency for International Development. ForeignAssistance.gov, complete file as of 2023, objective 'Military', transaction type 'Disbursements'. "
            "Public copy, commit a96c2ce6; own sums by country and year.",
            "file of 2023, copy at commit a96c2ce6d58308c47e2bb0c3dd22d70e0f1ece66",
            "@misc{foreignassistance_military_2023, author = {{US Department of State and US Agency for International Development}}, "
            "title = {ForeignAssistance.gov, complete file: objective Military, disbursements}, year = {2023}, url = {https://foreignassistance.gov/data}}",
        )
    ],
    licences=[US_GOVERNMENT_WORK],
    lessons=["09"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a state and fiscal year with a payment."""
    table = read(raw, "us-military-aid/us_military_disbursements_2002_2015.csv")
    built = pd.DataFrame(
        {
            "iso3": table.iso3,
            "fiscal_year": whole(table.fiscal_year),
            "military_disbursed_usd": whole(table.military_disbursed_usd),
        }
    )
    return built[known(raw, built.iso3)]
