"""population_gdp: people and output of every country by year."""

from pathlib import Path

import pandas as pd
from common import CC_BY, Table, column, iso3_column, read, source, whole

TABLE = Table(
    name="population_gdp",
    title="Population and gross domestic product",
    description="Mid-year population and gross domestic product in current US dollars, by country and year, 1990 to 2024 (GDP to 2023).",
    measured="Population: mid-year estimates, counting all residents. GDP: national accounts in national currency, turned into US dollars of the same year "
    "at the official exchange rate.",
    misses=[
        "GDP in 2024 is not in the copy used; some countries have no GDP for years of war or closure.",
        "Current dollars move with prices and exchange rates: they compare countries in one year, not one country over time.",
        "Unrecorded work and trade are estimated or left out.",
        "Between censuses a population is a projection.",
    ],
    fields=[
        iso3_column("the country"),
        column("year", "integer", "Calendar year", unit="year", minimum=1990, maximum=2024),
        column("population", "integer", "Mid-year population", unit="persons", required=False, minimum=0),
        column("gdp_current_usd", "number", "Gross domestic product", unit="current US dollars", required=False, minimum=0),
    ],
    primary_key=["iso3", "year"],
    sources=[
        source(
            "World Bank, World Development Indicators: Population, total (SP.POP.TOTL)",
            "https://data.worldbank.org/indicator/SP.POP.TOTL",
            "World Bank. World Development Indicators: Population, total (SP.POP.TOTL). DataHub population package, commit 425fc447.",
            "commit 425fc447a53a26c767a15a7de60c4cc2478a0595",
            "@misc{worldbank_population, author = {{World Bank}}, title = {World Development Indicators: Population, total (SP.POP.TOTL)}, "
            "url = {https://data.worldbank.org/indicator/SP.POP.TOTL}}",
        ),
        source(
            "World Bank, World Development Indicators: GDP, current US$ (NY.GDP.MKTP.CD)",
            "https://data.worldbank.org/indicator/NY.GDP.MKTP.CD",
            "World Bank. World Development Indicators: GDP, current US$ (NY.GDP.MKTP.CD). DataHub gdp package, commit 822019c8.",
            "commit 822019c80142c162e4ca4eb1a63699ae36075078",
            "@misc{worldbank_gdp, author = {{World Bank}}, title = {World Development Indicators: GDP, current US\\$ (NY.GDP.MKTP.CD)}, "
            "url = {https://data.worldbank.org/indicator/NY.GDP.MKTP.CD}}",
        ),
    ],
    licences=[CC_BY],
    lessons=["01", "10"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a country and year."""
    table = read(raw, "oic-reference/population_gdp.csv")
    return pd.DataFrame(
        {
            "iso3": table.iso3,
            "year": whole(table.year),
            "population": whole(table.population),
            "gdp_current_usd": whole(table.gdp_current_usd.str.removesuffix(".0")),
        }
    )
