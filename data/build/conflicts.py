"""conflicts: in how many armed conflicts a state was a side, by year."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, known, read, source, whole
from ucdp import UCDP_TERMS

TABLE = Table(
    name="conflicts",
    title="Armed conflicts by state and year",
    description="Number of state-based armed conflicts in which a state was a side in a year, how many of them were wars and how many were between states, all states, 1990 to 2024.",
    measured="A conflict is counted in a year when fighting over government or territory, with the government of a state as one side, led to at least 25 battle-related deaths; a war to at least 1,000.",
    misses=[
        "A state and year without a row had no such conflict as a side: conflicts and wars are then none.",
        "Only the primary sides. A state that sent troops in support of a side is not counted, so this is not a list of states at war.",
        "A state is counted wherever it fights. A conflict between two states stands in two rows: the sum over states is more than the number of conflicts.",
        "Organised violence is not terrorism: attacks on civilians and fighting among groups are not in this table at all.",
        "The threshold of 25 deaths hides small conflicts; the number says nothing of their size.",
        "Revised every year: version 25.1 counts 56 conflicts in 2022, the report of 2023 said 55.",
    ],
    fields=[
        iso3_column("the state that was a side"),
        column("year", "integer", "Calendar year", unit="year", minimum=1990, maximum=2024),
        column("conflicts", "integer", "State-based conflicts in which the state was a primary side", unit="conflicts", minimum=1),
        column("wars", "integer", "Of these, wars (1,000 and more battle-related deaths in the year)", unit="conflicts", minimum=0),
        column("interstate", "integer", "Of these, conflicts between states", unit="conflicts", minimum=0),
    ],
    primary_key=["iso3", "year"],
    sources=[
        source(
            "UCDP/PRIO Armed Conflict Dataset, version 25.1",
            "https://ucdp.uu.se/downloads/",
            "Gleditsch, Nils Petter, Peter Wallensteen, Mikael Eriksson, Margareta Sollenberg and Håvard Strand (2002). Armed Conflict 1946-2001: A New Dataset. Journal of Peace Research 39(5): 615-637. "
            "Data: UCDP/PRIO Armed Conflict Dataset, version 25.1, described in Davies and others (2025), Journal of Peace Research 62(4): 1223-1240; through the R package peacesciencer by Steven V. Miller.",
            "version 25.1, peacesciencer commit fe150a2648056fbd4fbbbd833f0c9e437b2ed04b",
            "@article{gleditsch2002acd, author = {Gleditsch, Nils Petter and Wallensteen, Peter and Eriksson, Mikael and Sollenberg, Margareta and Strand, H{\\aa}vard}, "
            "title = {Armed Conflict 1946--2001: A New Dataset}, journal = {Journal of Peace Research}, volume = {39}, number = {5}, pages = {615--637}, year = {2002}}",
        )
    ],
    licences=[UCDP_TERMS],
    lessons=["05"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a state and year with a conflict, counted from the conflict-years."""
    table = read(raw, "ucdp-prio-acd/ucdp_prio_acd_1990_2024.csv")
    sides = pd.concat([table.assign(iso3=table[side]) for side in ("iso3_a", "iso3_b")])
    sides = sides[known(raw, sides.iso3)].drop_duplicates(["conflict_id", "year", "iso3"])
    sides = sides.assign(
        year=whole(sides.year), wars=(sides.intensity_level == "2").astype(int), interstate=(sides.type_of_conflict == "interstate").astype(int)
    )
    return sides.groupby(["iso3", "year"], as_index=False).agg(conflicts=("conflict_id", "size"), wars=("wars", "sum"), interstate=("interstate", "sum"))
