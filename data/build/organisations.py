"""organisations: in how many intergovernmental organisations each member sits."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, members, read, whole
from peace_science import FOLDER, IGO, IGO_LICENCE

# Our column -> the column of the data set, and what it counts.
SEATS = {
    "full_memberships": ("sum_igo_full", "Organisations of which the state is a full member"),
    "associate_memberships": ("sum_igo_associate", "Organisations of which it is an associate member"),
    "observer_seats": ("sum_igo_observer", "Organisations in which it is an observer"),
}

TABLE = Table(
    name="organisations",
    title="Memberships in intergovernmental organisations",
    description="In how many intergovernmental organisations each member had a seat, by kind of seat and year, 1990 to 2014.",
    measured="The makers list organisations of at least three states that meet regularly and have a secretariat, and code from yearbooks and treaties which state sits in which.",
    misses=[
        "It ends in 2014.",
        "Counts only: a small commission weighs as much as the United Nations, and which organisations they are is not said. A seat is not work done in it.",
        "Regions differ in how many organisations they have. In 2014 the states of Central Asia sit in 39 to 55 and those of the Maghreb in 64 to 85: that says more on regions than on the will of a state.",
        "Whether a state sat in a certain organisation is sometimes coded as unknown. Such a seat is not counted, so read the numbers as minima, above all those of associates and observers.",
        "Azerbaijan and the five states of Central Asia begin in 1991. Palestine is not among the makers' states and has no row. No figure is missing in the years given.",
        "Seats in bodies of arms control and of the UN are in other tables (memberships).",
    ],
    fields=[
        iso3_column("the member"),
        column("year", "integer", "Calendar year", unit="year", minimum=1990, maximum=2014),
        *(column(name, "integer", says, unit="organisations", minimum=0) for name, (_, says) in SEATS.items()),
    ],
    primary_key=["iso3", "year"],
    sources=[IGO],
    licences=[IGO_LICENCE],
    lessons=["10"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a member and year."""
    rows = read(raw, f"{FOLDER}/igo_memberships_country_year_1990_2014.csv")
    rows = rows[rows.iso3.isin(members(raw))]
    return pd.DataFrame({"iso3": rows.iso3, "year": whole(rows.year), **{name: whole(rows[theirs]) for name, (theirs, _) in SEATS.items()}})
