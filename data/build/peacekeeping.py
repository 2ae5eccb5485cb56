"""peacekeeping: uniformed personnel in UN missions by contributing state and year."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, known, whole
from un_peacekeeping import CONTRIBUTIONS, MISSES, UN_TERMS, USABLE, people, usable

TABLE = Table(
    name="peacekeeping",
    title="UN peacekeepers by contributing state",
    description="Uniformed personnel that each state had in UN missions, women and men, mean of the months of the year; all contributors, eight usable years from 2011 to 2020.",
    measured="The United Nations publishes each month how many troops, police and experts a state has in each mission. The maker of the copy took the mean of twelve months by mission, rounded it, and summed the missions.",
    misses=[
        *MISSES,
        "No row means no contribution, or one so small that its mean rounds to zero: Qatar in 2020 has no row, and had one person on 31 January 2021. "
        "Nineteen members have no row in any of these years; for nearly all of them that is the truth and no gap.",
    ],
    fields=[
        iso3_column("the state that contributed"),
        column("year", "integer", "Calendar year", unit="year", minimum=USABLE[0], maximum=USABLE[-1]),
        *people("mean of the months, summed over missions"),
        column("missions", "integer", "Missions in which it had personnel", unit="missions", minimum=1),
    ],
    primary_key=["iso3", "year"],
    sources=[CONTRIBUTIONS],
    licences=[UN_TERMS],
    lessons=["10", "11"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a contributor and year."""
    rows = usable(raw, "contributions_country_year.csv")
    rows["missions"] = whole(rows.missions)
    return rows[known(raw, rows.iso3)][["iso3", "year", "women", "men", "persons", "missions"]]
