"""us_deflator: the price index that ForeignAssistance.gov used, read off its current and constant dollars."""

from pathlib import Path

import pandas as pd
from common import Table, column, read
from us_sources import ASSISTANCE, US_GOVERNMENT_WORK

TABLE = Table(
    name="us_deflator",
    title="Price index of US assistance",
    description="The price index with which ForeignAssistance.gov turns current into constant dollars, by US fiscal year, 1990 to 2025; fiscal year 2024 is 1.",
    measured="Derived: the sum of all amounts of a year in current dollars divided by the same sum in constant dollars, obligations and disbursements of the OIC members. "
    "The ratio is the same for every state: no amount of ten million dollars or more departs from it by more than two parts in a million, which is rounding. "
    "It moves as the price index of the US gross domestic product.",
    misses=[
        "Derived from published amounts, not published as an index. Six decimals are reliable, no more.",
        "It is a price index of the United States: it says nothing about prices in the receiving state, nor about prices of arms.",
        "Fiscal year 2025 was only partly reported when the copy was made: its value may have been revised since.",
        "To deflate, divide current dollars by price_index. The result is in dollars of fiscal year 2024; do not mix it with SIPRI's constant dollars of 2023.",
    ],
    fields=[
        column("fiscal_year", "integer", "US fiscal year, October to September", unit="fiscal year", unique=True, minimum=1990, maximum=2025),
        column("price_index", "number", "Price level relative to fiscal year 2024", unit="index, fiscal year 2024 = 1", minimum=0),
    ],
    primary_key=["fiscal_year"],
    foreign_keys={},
    sources=[ASSISTANCE],
    licences=[US_GOVERNMENT_WORK],
    lessons=["09"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a fiscal year; stops if the ratio is not the same for all states."""
    table = read(raw, "us-foreign-assistance/us_assistance_all_oic.csv")
    kinds = [
        pd.DataFrame(
            {
                "fiscal_year": table.fiscal_year.astype(int),
                "current": pd.to_numeric(table[f"{kind}_current_usd"]).abs(),
                "constant": pd.to_numeric(table[f"{kind}_constant_usd"]).abs(),
            }
        )
        for kind in ("obligations", "disbursements")
    ]
    amounts = pd.concat(kinds).dropna()
    sums = amounts.groupby("fiscal_year")[["current", "constant"]].sum()
    index = sums.current / sums.constant
    large = amounts[amounts.constant >= 10_000_000]
    departure = (large.current / large.constant / large.fiscal_year.map(index) - 1).abs().max()
    if departure > 2e-6:
        raise ValueError(f"us_deflator: current and constant dollars differ between states by {departure}")
    return index.round(6).rename("price_index").reset_index()
