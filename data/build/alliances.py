"""alliances: pledges in alliance treaties between members, and between members and five great powers."""

from pathlib import Path

import pandas as pd
from common import COUNTRIES, ISO3, Table, column, known, members
from peace_science import ALLIANCE_MISSES, ATOP, ATOP_LICENCE, PLEDGES, pledges

POWERS = {"USA", "RUS", "CHN", "FRA", "GBR"}
FIRST = 2000

TABLE = Table(
    name="alliances",
    title="Alliance pledges between states",
    description="Pairs of states and years in which a treaty of alliance held a pledge, 2000 to 2018: two members, or a member and China, France, Russia, the United Kingdom or the United States. No row: no pledge.",
    measured="The makers read the published texts of alliance treaties and code what the parties promise. A pledge is true for a pair when at least one of the two made it to the other in that year. Several treaties of a pair are joined.",
    misses=[
        *ALLIANCE_MISSES,
        "A selection: pairs of a member with any other state are left out, and so is everything before 2000 (the counts in alliance_partners take in all partners, from 1990). "
        "So do not count partners here, and do not take the table for the data set.",
        "Who pledged to whom is not told apart: a guarantee of a large state to a small one looks like a pledge between equals.",
        "The pledge to join an attack is left out: no pair here has one.",
    ],
    fields=[
        column("iso3_a", "string", "One state of the pair (the first in the alphabet of codes)", pattern=ISO3),
        column("iso3_b", "string", "The other state of the pair", pattern=ISO3),
        column("year", "integer", "Calendar year", unit="year", minimum=FIRST, maximum=2018),
        *(column(name, "boolean", f"A pledge {says}") for name, (_, says) in PLEDGES.items()),
    ],
    primary_key=["iso3_a", "iso3_b", "year"],
    sources=[ATOP],
    licences=[ATOP_LICENCE],
    lessons=["09"],
    foreign_keys={"iso3_a": COUNTRIES, "iso3_b": COUNTRIES},
)


def build(raw: Path) -> pd.DataFrame:
    """One row a pair and year with a pledge."""
    rows, states = pledges(raw), members(raw)
    first, second = rows.iso3_1.isin(states), rows.iso3_2.isin(states)
    wanted = (first & second) | (first & rows.iso3_2.isin(POWERS)) | (second & rows.iso3_1.isin(POWERS))
    rows = rows[wanted & (rows.year >= FIRST) & rows[list(PLEDGES)].any(axis=1) & known(raw, rows.iso3_1) & known(raw, rows.iso3_2)]
    sides = rows[["iso3_1", "iso3_2"]]
    return rows.assign(iso3_a=sides.min(axis=1), iso3_b=sides.max(axis=1))[["iso3_a", "iso3_b", "year", *PLEDGES]]
