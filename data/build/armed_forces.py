"""armed_forces: how many soldiers the members keep, by the Correlates of War project."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, members, read, source, whole

FIRST_YEAR = 2000
COW_CITATION = {
    "name": "COW-citation",
    "title": "Correlates of War data: free for research and teaching, to be cited; a selection is shipped here",
    "path": "https://correlatesofwar.org/data-sets/national-material-capabilities/",
}

TABLE = Table(
    name="armed_forces",
    title="Military personnel",
    description="Military personnel of OIC members by year, 2000 to 2022.",
    measured="Coders of the National Material Capabilities data count troops under the command of the national government, ready for combat, from yearbooks and official sources, in thousands.",
    misses=[
        "Palestine is not in the source.",
        "Thousands are rounded: a 0 is a force of fewer than 500 or none, and small forces look equal.",
        "Reserves, police and armed groups outside the government's command are left out.",
        "Numbers of people say nothing about training, equipment or readiness.",
    ],
    fields=[
        iso3_column("the state"),
        column("year", "integer", "Calendar year", unit="year", minimum=FIRST_YEAR, maximum=2022),
        column("personnel_thousand", "number", "Military personnel", unit="thousand persons", required=False, minimum=0),
    ],
    primary_key=["iso3", "year"],
    sources=[
        source(
            "Correlates of War: National Material Capabilities, version 7.0",
            "https://correlatesofwar.org/data-sets/national-material-capabilities/",
            "Singer, J. David (1987). Reconstructing the Correlates of War Dataset on Material Capabilities of States, 1816-1985. International Interactions 14: 115-132. "
            "Data: National Material Capabilities, version 7.0, through the R package peacesciencer by Steven V. Miller.",
            "version 7.0, peacesciencer commit fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "@article{singer1987nmc, author = {Singer, J. David}, title = {Reconstructing the Correlates of War Dataset on Material Capabilities of States, 1816--1985}, "
            "journal = {International Interactions}, volume = {14}, pages = {115--132}, year = {1987}}",
        )
    ],
    licences=[COW_CITATION],
    lessons=["01"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a member and year, from 2000."""
    table = read(raw, "cow-igo-atop-nmc/nmc_capabilities_1990_2022.csv")
    built = pd.DataFrame({"iso3": table.iso3, "year": whole(table.year), "personnel_thousand": pd.to_numeric(table.milper)})
    return built[built.iso3.isin(members(raw)) & (built.year >= FIRST_YEAR)]
