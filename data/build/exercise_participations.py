"""exercise_participations: which states took part in the exercises with a member."""

from pathlib import Path

import pandas as pd
from common import COUNTRIES, Table, column, iso3_column
from mme import LICENCES, MISSES, SOURCES, participations

TABLE = Table(
    name="exercise_participations",
    title="Participants of the exercises",
    description="Each state that took part in an exercise of the table exercises, 1990 to 2010: all participants, members or not. Two states that share an exercise form a tie.",
    measured="Taken from the participants that the data set names, each state once in an exercise. Year and kind of the exercise stand in the table exercises.",
    misses=[
        *MISSES,
        "Participants without a name are left out (30 exercises: see `unnamed_participant` there).",
        "Exercises without a member are left out: counts of a state that is no member are those with members, not all it did.",
        "Observers and the size of each contingent are not told apart.",
    ],
    fields=[
        column("exercise_id", "string", "Exercise, as in the table exercises", pattern="^mme[0-9]+$"),
        iso3_column("the state that took part"),
    ],
    primary_key=["exercise_id", "iso3"],
    sources=SOURCES,
    licences=LICENCES,
    lessons=["03", "11"],
    foreign_keys={"exercise_id": ("exercises", "exercise_id"), "iso3": COUNTRIES},
)


def build(raw: Path) -> pd.DataFrame:
    """One row a state and exercise."""
    return participations(raw)[["exercise_id", "iso3"]]
