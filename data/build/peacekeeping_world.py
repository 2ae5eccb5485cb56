"""peacekeeping_world: the size of all UN missions by year, and how much of it our copy holds."""

from pathlib import Path

import pandas as pd
from common import CC_BY, Table, column, read, whole
from un_peacekeeping import CONTRIBUTIONS, FOLDER, FORCE_SIZE, UN_TERMS

TABLE = Table(
    name="peacekeeping_world",
    title="Size of UN peacekeeping",
    description="Active UN peacekeeping missions and their uniformed personnel by year, 1990 to 2021, beside the sum of our table of contributors: a check of a copy against a total.",
    measured="Our World in Data took the personnel from the figures that the United Nations publishes for the end of the year and counted the active missions. "
    "The sum of the copy is the mean of the months over all contributors; the ratio is that sum divided by the personnel of December.",
    misses=[
        "A mean of months is not a day in December, and rounding takes small contributions away: among the usable years the ratio is 0.88 to 0.94 until 2016, and above 1 in 2018 to 2020, when the force shrank. A ratio near 1 is no proof for each state.",
        "The copy lacks months of 2010, 2012 and 2017 and has only January of 2021: `usable` is false there. Before 2010 there is no copy, so three columns are empty.",
        "The number of missions is a count of Our World in Data: it gives 16 for 2001, and the United Nations speaks of 15 operations at the end of that year.",
        "1998 is of November, not December; the years before 1992 come from the Global Policy Forum and are rounded to hundreds. Other years too can differ by some hundreds from what the United Nations printed at the time.",
    ],
    fields=[
        column("year", "integer", "Calendar year", unit="year", minimum=1990, maximum=2021, unique=True),
        column("missions", "integer", "Active peacekeeping missions", unit="missions", minimum=0),
        column("personnel_december", "integer", "Uniformed personnel at the end of the year", unit="persons", minimum=0),
        column(
            "persons_in_copy",
            "integer",
            "Sum over all contributors of our copy, mean of the months; empty before 2010",
            unit="persons",
            required=False,
            minimum=0,
        ),
        column("ratio", "number", "persons_in_copy divided by personnel_december; empty before 2010", unit="ratio", required=False, minimum=0),
        column("usable", "boolean", "Whether the copy has all months, so that the year stands in peacekeeping; empty before 2010", required=False),
    ],
    primary_key=["year"],
    sources=[FORCE_SIZE, CONTRIBUTIONS],
    licences=[CC_BY, UN_TERMS],
    lessons=["10"],
    foreign_keys={},
)


def build(raw: Path) -> pd.DataFrame:
    """One row a year."""
    world = read(raw, f"{FOLDER}/un_force_size_world.csv")
    check = read(raw, f"{FOLDER}/year_check.csv").set_index("year").reindex(world.year).reset_index(drop=True)
    built = pd.DataFrame({"year": whole(world.year), "missions": whole(world.un_missions), "personnel_december": whole(world.un_personnel_december)})
    built["persons_in_copy"] = whole(check.total)
    built["ratio"] = (built.persons_in_copy / built.personnel_december).round(3)
    built["usable"] = check.usable_levels.map({"1": True, "0": False})
    return built
