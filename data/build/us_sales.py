"""us_sales: government-to-government arms sales of the United States to OIC members, paid by the buyer or by the United States."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, members, read, source, whole
from us_sources import US_GOVERNMENT_WORK

YEARS = [str(year) for year in range(2020, 2025)]
PERIODS = ["1950-2019", *YEARS, "1950-2024"]

TABLE = Table(
    name="us_sales",
    title="US foreign military sales",
    description="Value of US foreign military sales cases put into effect for OIC members, by fiscal year 2020 to 2024, with the printed sums of 1950-2019 and 1950-2024.",
    measured="The US Defense Security Cooperation Agency counts the value of government-to-government cases in the fiscal year in which they were put into effect. "
    "Cases that the buyer pays (FMS) stand apart from cases paid with US foreign military financing (FMF).",
    misses=[
        "Orders, not deliveries and not payments: one large case can be a whole year's figure and be delivered over ten years.",
        "A negative value means that cancelled or reduced cases outweigh new ones. A zero is printed as zero in the book.",
        "The period 1950-2024 contains all the others: never add it to them. The two sums are printed without a division between FMS and FMF.",
        "FMF is the value of cases that it paid for in the year, not the amount that Congress granted: Egypt's varies from 0.55 to 1.5 billion beside 1.3 billion granted a year.",
        "Sales that firms make directly under a licence, and cases that the US Department of Defense pays under its own programmes, are not in the book.",
        "Palestine is not in it. For Cameroon the division is missing, because a number is lost in the text of the PDF.",
        "Brunei in 2024: the lines say 25,000 dollars, the printed total 2,500. Both are kept as printed. All other totals agree.",
        "Current US dollars throughout. The sum of 1950-2019 adds dollars of seventy years and must not be compared with a year of today.",
    ],
    fields=[
        iso3_column("the buying state"),
        column("period", "string", "Fiscal year, or the years that a printed sum covers", enum=PERIODS),
        column(
            "fiscal_year",
            "integer",
            "US fiscal year, October to September; missing where the row is a sum of many years",
            unit="fiscal year",
            required=False,
            minimum=2020,
            maximum=2024,
        ),
        column("fms_usd", "integer", "Cases paid by the buyer", unit="current US dollars", required=False),
        column("fmf_usd", "integer", "Cases paid with US foreign military financing", unit="current US dollars", required=False),
        column("total_usd", "integer", "Both together, as printed", unit="current US dollars"),
    ],
    primary_key=["iso3", "period"],
    sources=[
        source(
            "DSCA Historical Sales Book, Fiscal Years 1950-2024",
            "https://www.dsca.mil",
            "US Defense Security Cooperation Agency. Historical Sales Book, Fiscal Years 1950-2024 (FY 2024 edition). Public copy, commit 6aaa8012.",
            "FY 2024 edition, copy at commit 6aaa8012cd10c65d8ee0992ec89ebd0a3519baaf",
            "@techreport{dsca_sales_book_2024, author = {{US Defense Security Cooperation Agency}}, title = {Historical Sales Book, Fiscal Years 1950--2024}, year = {2024}, "
            "note = {FY 2024 edition}}",
        )
    ],
    licences=[US_GOVERNMENT_WORK],
    lessons=["08"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a member and fiscal year or period."""
    table = read(raw, "us-fms-sales-book/fms_fmf_fy2020_2024.csv")
    table = table[table.iso3.isin(members(raw))].assign(value_usd=lambda t: whole(t.value_usd))
    wide = table.pivot(index=["iso3", "period"], columns="kind", values="value_usd").reset_index()
    return pd.DataFrame(
        {
            "iso3": wide.iso3,
            "period": wide.period,
            "fiscal_year": whole(wide.period.where(wide.period.isin(YEARS))),
            "fms_usd": wide.FMS.astype("Int64"),
            "fmf_usd": wide.FMF.astype("Int64"),
            "total_usd": wide.TOTAL.astype("Int64"),
        }
    )
