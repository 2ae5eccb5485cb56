"""science: the civil research on which a defence industry can build, by the World Bank."""

from pathlib import Path

import pandas as pd
from common import CC_BY, Table, column, iso3_column, members, read, source, whole

FIRST_YEAR = 2000
# Suppliers of licences and large research states, to compare with.
OTHERS = {"CHN", "DEU", "FRA", "GBR", "IND", "ISR", "KOR", "RUS", "USA"}

TABLE = Table(
    name="science",
    title="Science and technology indicators",
    description="Research spending, researchers, journal articles, patent applications and high-technology exports of OIC members and nine other states, 2000 to 2020.",
    measured="The World Bank collects the series from others: research and researchers from UNESCO, articles in science and engineering journals from the US National Science Foundation "
    "(an article with authors in several states is divided among them, hence fractions), patent applications from the World Intellectual Property Organization, "
    "exports of goods of high research intensity from UN Comtrade.",
    misses=[
        "It is science as a whole. Hardly any OIC member publishes what it spends on defence research.",
        "An edition of 2021: research spending, researchers and articles end in 2018, patents in 2019; only exports reach 2020, and exports start in 2007.",
        "Research spending has gaps even where a state has some: 39 of the 57 have a figure in any year, researchers 33, patents 36. Articles cover all 57.",
        "Every zero in the copy used was turned into a missing value, in all columns: a true zero cannot be told from a gap.",
        "Counts favour large states: divide by population before you compare. Articles count only the journals of one database.",
        "A patent application is a claim, not a granted patent and not a use. High-technology exports count what is shipped, also after assembly of foreign parts.",
    ],
    fields=[
        iso3_column("the state"),
        column("year", "integer", "Calendar year", unit="year", minimum=FIRST_YEAR, maximum=2020),
        column("rd_spending_pct_gdp", "number", "Spending on research and development", unit="per cent of GDP", required=False, minimum=0, maximum=10),
        column("researchers_per_million", "number", "Researchers in research and development", unit="persons per million people", required=False, minimum=0),
        column(
            "journal_articles",
            "number",
            "Articles in scientific and technical journals, divided among the authors' states",
            unit="articles",
            required=False,
            minimum=0,
        ),
        column("patents_residents", "integer", "Patent applications by residents", unit="applications", required=False, minimum=0),
        column("patents_nonresidents", "integer", "Patent applications by non-residents", unit="applications", required=False, minimum=0),
        column("hitech_exports_usd", "integer", "Exports of high-technology goods", unit="current US dollars", required=False, minimum=0),
    ],
    primary_key=["iso3", "year"],
    sources=[
        source(
            "World Bank, World Development Indicators: science and technology",
            "https://data.worldbank.org/topic/science-and-technology",
            "World Bank. World Development Indicators: GB.XPD.RSDV.GD.ZS, SP.POP.SCIE.RD.P6, IP.JRN.ARTC.SC, IP.PAT.RESD, IP.PAT.NRES, TX.VAL.TECH.CD (edition of 2021). "
            "Original sources: UNESCO, National Science Foundation, World Intellectual Property Organization, UN Comtrade. Public copy, commit f6bc0432.",
            "edition of 2021, copy at commit f6bc0432af81a31164cbc090d939d2114170c9dc",
            "@misc{worldbank_science_2021, author = {{World Bank}}, title = {World Development Indicators: science and technology}, year = {2021}, "
            "url = {https://data.worldbank.org/topic/science-and-technology}}",
        )
    ],
    licences=[CC_BY],
    lessons=["06", "11"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a state and year with any figure, from 2000; the share of high-technology exports stays out, no lesson needs it."""
    table = read(raw, "wb-science-technology/wb_science_technology_1990_2020.csv")
    built = pd.DataFrame(
        {
            "iso3": table.iso3,
            "year": whole(table.year),
            "rd_spending_pct_gdp": pd.to_numeric(table.gerd_pct_gdp),
            "researchers_per_million": pd.to_numeric(table.researchers_per_million),
            "journal_articles": pd.to_numeric(table.journal_articles),
            "patents_residents": whole(table.patents_residents),
            "patents_nonresidents": whole(table.patents_nonresidents),
            "hitech_exports_usd": whole(table.hitech_exports_usd),
        }
    )
    wanted = built.iso3.isin(members(raw) | OTHERS) & (built.year >= FIRST_YEAR)
    return built[wanted & built.drop(columns=["iso3", "year"]).notna().any(axis=1)]
