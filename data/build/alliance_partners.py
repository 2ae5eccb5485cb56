"""alliance_partners: with how many states each member has a pledge of alliance."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, members
from peace_science import ALLIANCE_MISSES, ATOP, ATOP_LICENCE, PLEDGES, pledges

FIRST, LAST = 1990, 2018
# Members that became states at the end of 1991.
FROM_1991 = {"AZE", "KAZ", "KGZ", "TJK", "TKM", "UZB"}

TABLE = Table(
    name="alliance_partners",
    title="Alliance partners of the members",
    description="With how many states each member had a pledge in a treaty of alliance, by kind of pledge and year, 1990 to 2018. All partners count, members or not.",
    measured="The makers read the published texts of alliance treaties and code what the parties promise. We count the states with which a member shared at least one treaty with the pledge in that year, each once.",
    misses=[
        *ALLIANCE_MISSES,
        "A number of partners is mostly a number of neighbours in the same regional treaty: an African state has some fifty through the African Union without any of its own choice.",
        "Zero means that the makers list no treaty with that pledge. It is their reading of published texts, and not a proof.",
        "Azerbaijan and the five states of Central Asia begin in 1991. Palestine is not among the makers' states and has no row.",
        "In 1990 partners that exist no more may count (East Germany, South Yemen, Czechoslovakia).",
    ],
    fields=[
        iso3_column("the member"),
        column("year", "integer", "Calendar year", unit="year", minimum=FIRST, maximum=LAST),
        *(column(name, "integer", f"States with which there is a pledge {says}", unit="states", minimum=0) for name, (_, says) in PLEDGES.items()),
        column("any_pledge", "integer", "States with which there is at least one of these pledges", unit="states", minimum=0),
    ],
    primary_key=["iso3", "year"],
    sources=[ATOP],
    licences=[ATOP_LICENCE],
    lessons=["09"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a member and year in which it was a state of the data set."""
    rows = pledges(raw)
    states = sorted(members(raw) & {*rows.iso3_1, *rows.iso3_2})
    ties = pd.concat([rows.rename(columns={"iso3_1": "iso3"}), rows.rename(columns={"iso3_2": "iso3"})])
    counted = ties.assign(any_pledge=ties[list(PLEDGES)].any(axis=1)).groupby(["iso3", "year"])[[*PLEDGES, "any_pledge"]].sum()
    grid = [(code, year) for code in states for year in range(FIRST + (code in FROM_1991), LAST + 1)]
    return counted.reindex(pd.MultiIndex.from_tuples(grid, names=["iso3", "year"]), fill_value=0).astype(int).reset_index()
