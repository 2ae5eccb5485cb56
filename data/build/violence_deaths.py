"""violence_deaths: deaths in organised violence by country and year."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, known, read, source, whole
from ucdp import UCDP_TERMS

FIRST_YEAR = 1990

TABLE = Table(
    name="violence_deaths",
    title="Deaths in organised violence",
    description="Best estimate of the people killed in organised violence, by the country where they died and year, 197 countries, 1990 to 2022.",
    measured="The Uppsala Conflict Data Program records single events from news and reports, each with a best estimate of deaths; three kinds are added up here: fighting with a state as a side, "
    "fighting among groups, and attacks on civilians.",
    misses=[
        "Not a count of terrorism: wars, fights among gangs and massacres are added up, and the kinds cannot be told apart in the copy used.",
        "Counted where people died, not by who killed them or who they were. Deaths by hunger or disease in a war are not counted.",
        "A zero means that the programme recorded no death. What nobody reported is missing, and its makers call their figures low estimates, to be revised as more becomes known.",
        "A second-hand copy of a file of Our World in Data, which ends in 2022.",
        "Today's borders throughout: South Sudan has rows before its independence. Kosovo is not a country of this package.",
    ],
    fields=[
        iso3_column("the country where people died"),
        column("year", "integer", "Calendar year", unit="year", minimum=FIRST_YEAR, maximum=2022),
        column("deaths", "integer", "Deaths in organised violence, best estimate", unit="persons", minimum=0),
    ],
    primary_key=["iso3", "year"],
    sources=[
        source(
            "UCDP Georeferenced Event Dataset, through Our World in Data",
            "https://ourworldindata.org/explorers/countries-in-conflict-data",
            "Uppsala Conflict Data Program. Georeferenced Event Dataset (deaths by country, 1989-2022), processed by Our World in Data, explorer 'Countries in conflict'; "
            "through the repository Obaydsadeghi/Migration-Patterns-and-Conflict-Analysis, commit 064a5966.",
            "to 2022, commit 064a5966b0edfda7032e346dc140f3424141cbdf",
            "@misc{ucdp_ged_owid_2022, author = {{Uppsala Conflict Data Program} and {Our World in Data}}, title = {Deaths in organised violence by country, 1989--2022}, "
            "url = {https://ourworldindata.org/explorers/countries-in-conflict-data}}",
        )
    ],
    licences=[UCDP_TERMS],
    lessons=["05", "09"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a country and year, from 1990 as the conflicts are."""
    table = read(raw, "ucdp-prio-acd/owid_ucdp_deaths_country_year_1989_2022.csv")
    built = pd.DataFrame({"iso3": table.iso3, "year": whole(table.year), "deaths": whole(table.deaths_organised_violence)})
    return built[known(raw, built.iso3) & (built.year >= FIRST_YEAR)]
