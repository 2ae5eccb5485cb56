"""peacekeeping_missions: uniformed personnel of the members in UN missions, by mission and year."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, members
from un_peacekeeping import CONTRIBUTIONS, MISSES, UN_TERMS, USABLE, people, usable

MISSIONS = [
    "BINUH",
    "MINUJUSTH",
    "MINURSO",
    "MINUSCA",
    "MINUSMA",
    "MINUSTAH",
    "MONUSCO",
    "UNAMA",
    "UNAMI",
    "UNAMID",
    "UNFICYP",
    "UNIFIL",
    "UNIOGBIS",
    "UNISFA",
    "UNMHA",
    "UNMIK",
    "UNMIL",
    "UNMIS",
    "UNMISS",
    "UNMIT",
    "UNOCI",
    "UNOWAS",
    "UNSOM",
    "UNSOS",
    "UNTSO",
]

TABLE = Table(
    name="peacekeeping_missions",
    title="UN peacekeepers of the members by mission",
    description="In which UN missions the members had uniformed personnel, women and men, mean of the months of the year; eight usable years from 2011 to 2020.",
    measured="As in the table peacekeeping, mission by mission, with the acronyms of the United Nations (MINUSMA is the mission in Mali, UNIFIL that in Lebanon, MONUSCO that in Congo).",
    misses=[
        *MISSES,
        "Members only: shares of a mission need the other contributors too, which are not here.",
        "Some of the 25 are political missions with a few officers (UNAMA in Afghanistan, UNSOM in Somalia): do not count missions as if all were forces.",
    ],
    fields=[
        iso3_column("the member that contributed"),
        column("year", "integer", "Calendar year", unit="year", minimum=USABLE[0], maximum=USABLE[-1]),
        column("mission", "string", "Acronym of the UN mission", enum=MISSIONS),
        *people("mean of the months in this mission"),
    ],
    primary_key=["iso3", "year", "mission"],
    sources=[CONTRIBUTIONS],
    licences=[UN_TERMS],
    lessons=["10", "11"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a member, year and mission."""
    rows = usable(raw, "contributions_country_mission_year.csv")
    return rows[rows.iso3.isin(members(raw))][["iso3", "year", "mission", "women", "men", "persons"]]
