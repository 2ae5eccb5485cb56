"""arms_companies: arms producers of OIC states in the SIPRI Top 100, as news reports gave them."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, read, source, whole

TABLE = Table(
    name="arms_companies",
    title="Arms companies of OIC states in the SIPRI Top 100",
    description="Rank and arms revenue of companies based in OIC states in the SIPRI lists of the largest arms producers for 2017, 2019, 2022, 2023 and 2024, as first published.",
    measured="SIPRI estimates the revenue of companies from sales of military goods and services at home and abroad, in US dollars of the year, from company reports and other open sources. "
    "The figures were taken from news reports on each list; the column source_url says which.",
    misses=[
        "Second-hand: the lists themselves were not at hand. Check ranks and revenues at sipri.org before you quote them.",
        "Ranks are those of the first publication. SIPRI revises them a year later: the list of 2024 puts ASELSAN at 52 for 2023, the first list had 54.",
        "The lists of 2018, 2020 and 2021 were not compiled, and that of 2019 is of 25 companies only: no row does not mean that a company was not listed.",
        "SIPRI leaves out companies without sufficient public data, so a state without a company here may still have an arms industry. EDGE is in the list of 2019, "
        "with a warning of high uncertainty, and again in that of 2024.",
        "Current dollars: exchange rates and prices move them. Revenue is neither profit nor value added, and says nothing about design or skill.",
    ],
    fields=[
        iso3_column("the state in which the company is based"),
        column("company", "string", "Name of the company"),
        column("year", "integer", "Year of the arms revenue", unit="year", minimum=2017, maximum=2024),
        column("rank_as_published", "integer", "Rank in the list as first published", unit="rank", minimum=1, maximum=100),
        column("arms_revenue_musd", "number", "Revenue from arms and military services", unit="million US dollars of the year", required=False, minimum=0),
        column("note", "string", "What the report says beside the figures", required=False),
        column("source_url", "string", "The news report from which the row was taken"),
    ],
    primary_key=["company", "year"],
    sources=[
        source(
            "The SIPRI Top 100 Arms-producing and Military Services Companies, lists of 2017 to 2024",
            "https://www.sipri.org/databases/armsindustry",
            "Stockholm International Peace Research Institute (2025). The SIPRI Top 100 Arms-producing and Military Services Companies, 2024. SIPRI Fact Sheet, December 2025. "
            "DOI 10.55163/XPGD6816. This and the earlier lists as reported by the news pages named in each row.",
            "lists as first published in 2018, 2020, 2023, 2024 and 2025",
            "@techreport{sipri_top100_2024, author = {{Stockholm International Peace Research Institute}}, "
            "title = {The SIPRI Top 100 Arms-producing and Military Services Companies, 2024}, type = {SIPRI Fact Sheet}, year = {2025}, doi = {10.55163/XPGD6816}}",
        )
    ],
    licences=[
        {
            "name": "facts-with-source",
            "title": "Single facts with their source; SIPRI terms and conditions: non-commercial use with a reference to SIPRI",
            "path": "https://www.sipri.org/databases/terms",
        }
    ],
    lessons=["06"],
)

# Notes of the raw table that need a fuller sentence.
NOTES = {
    "more than 2,000": "arms revenue reported as more than 2,000 million",
    "81 % of total revenue of 1,560": "arms revenue reported as 81 per cent of a total revenue of 1,560 million",
    "about 90 % exports": "about 90 per cent from exports",
    "31 % exports": "31 per cent from exports",
    "SIPRI warned of a high degree of uncertainty; rank among the top 25": "SIPRI warned of a high degree of uncertainty; a list of 25 companies",
}


def build(raw: Path) -> pd.DataFrame:
    """One row a company and year."""
    table = read(raw, "memberships-compiled/arms_companies_sipri_top100.csv")
    return pd.DataFrame(
        {
            "iso3": table.iso3,
            "company": table.company,
            "year": whole(table.year),
            "rank_as_published": whole(table.rank_as_published),
            "arms_revenue_musd": pd.to_numeric(table.arms_revenue_musd),
            "note": table.note.replace(NOTES),
            "source_url": table.source,
        }
    )
