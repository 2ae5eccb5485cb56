"""military_expenditure: what the members spend on their armed forces, by SIPRI."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, members, read, source, whole

FIRST_YEAR = 2000
SIPRI_TERMS = {
    "name": "SIPRI-fair-use",
    "title": "SIPRI terms and conditions: an excerpt of less than 10 per cent for non-commercial teaching and research, with a reference to SIPRI",
    "path": "https://www.sipri.org/databases/terms",
}

TABLE = Table(
    name="military_expenditure",
    title="Military expenditure",
    description="Military expenditure of OIC members in constant dollars and as a share of GDP, 2000 to 2024, and of eight other states in constant dollars.",
    measured="SIPRI collects budgets and reports, fits them to one definition (forces, defence ministries, paramilitary forces trained for military operations, "
    "military space, pensions, aid given) and turns them into US dollars at the prices and exchange rates of 2023.",
    misses=[
        "A missing year means that SIPRI published no figure. It does not mean that a state spent nothing.",
        "No figure since 2000: Comoros, Maldives, Palestine, Suriname, Turkmenistan. Somalia and Syria have shares of GDP only. Figures in dollars stop for Djibouti (2008), "
        "the United Arab Emirates and Yemen (2014), Uzbekistan (2018), Afghanistan and Sudan (2021), Qatar (2022), Guinea-Bissau and Libya (2023); several have gaps before.",
        "A few zeros stand between years with large figures: probably gaps that were written as 0.00 in the copy used.",
        "The copy used has lost the colours by which SIPRI marks its own estimates and uncertain figures.",
        "Spending is an input. It says nothing about skill, readiness or use.",
        "SIPRI revises the whole series every April: do not join it with another edition.",
        "An excerpt: the whole database, with more years and measures, is at sipri.org.",
    ],
    fields=[
        iso3_column("the spending state"),
        column("year", "integer", "Calendar year", unit="year", minimum=FIRST_YEAR, maximum=2024),
        column(
            "milex_const2023_musd",
            "number",
            "Military expenditure",
            unit="million US dollars at constant 2023 prices and exchange rates",
            required=False,
            minimum=0,
        ),
        column("milex_share_gdp_pct", "number", "Military expenditure as a share of GDP (OIC members only)", unit="per cent of GDP", required=False, minimum=0),
    ],
    primary_key=["iso3", "year"],
    sources=[
        source(
            "SIPRI Military Expenditure Database, 1949-2024",
            "https://www.sipri.org/databases/milex",
            "Stockholm International Peace Research Institute (SIPRI). SIPRI Military Expenditure Database, 1949-2024 (edition of 2025). https://www.sipri.org/databases/milex",
            "edition of 2025",
            "@misc{sipri_milex_2025, author = {{Stockholm International Peace Research Institute}}, title = {SIPRI Military Expenditure Database, 1949--2024}, "
            "year = {2025}, url = {https://www.sipri.org/databases/milex}}",
        )
    ],
    licences=[SIPRI_TERMS],
    lessons=["01"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a state and year with any figure; years before 2000 and current dollars stay out, no lesson needs them."""
    table = read(raw, "sipri-milex/sipri_milex_oic_1990_2024.csv")
    share = table.milex_share_gdp_pct.where(table.iso3.isin(members(raw)), "")
    built = pd.DataFrame(
        {
            "iso3": table.iso3,
            "year": whole(table.year),
            "milex_const2023_musd": pd.to_numeric(table.milex_const2023_musd),
            "milex_share_gdp_pct": pd.to_numeric(share),
        }
    )
    figures = built[["milex_const2023_musd", "milex_share_gdp_pct"]]
    return built[(built.year >= FIRST_YEAR) & figures.notna().any(axis=1)]
