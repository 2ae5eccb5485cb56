"""peacekeeping_ranking: the UN's ranking of contributors on one day."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, known, read, whole
from un_peacekeeping import CONTRIBUTIONS, FOLDER, UN_TERMS, people

TABLE = Table(
    name="peacekeeping_ranking",
    title="Ranking of UN peacekeepers, 31 January 2021",
    description="All states with uniformed personnel in UN missions on 31 January 2021, as the United Nations ranked them.",
    measured="The United Nations counts troops, police and experts on the last day of each month and ranks the contributors by the number of persons. States with the same number share a rank.",
    misses=[
        "One day only, in the year of the pandemic. The table peacekeeping has means of months, so the numbers differ.",
        "A rank hides distance: the first contributor has thousands of persons, the last has one. It takes no account of population, cost or loss of life.",
        "Uniformed personnel under the UN only: no civilians, and no missions of the African Union, NATO or the European Union.",
        "A state without a row had nobody there on that day. That is no statement on other years.",
    ],
    fields=[
        iso3_column("the state that contributed"),
        column("rank", "integer", "Rank by number of persons; equal numbers share a rank", unit="rank", minimum=1),
        *people("on 31 January 2021"),
    ],
    primary_key=["iso3"],
    sources=[CONTRIBUTIONS],
    licences=[UN_TERMS],
    lessons=["10"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a contributor."""
    rows = read(raw, f"{FOLDER}/rank_31_january_2021.csv")
    built = pd.DataFrame(
        {
            "iso3": rows.isocode3,
            "rank": whole(rows.personnel_contribution_rank),
            "women": whole(rows.female_personnel),
            "men": whole(rows.male_personnel),
            "persons": whole(rows.total_uniformed_personnel),
        }
    )
    return built[known(raw, built.iso3)]
