"""exercises: multinational military exercises with at least one member, 1990 to 2010."""

from pathlib import Path

import pandas as pd
from common import Table, column, read, whole
from mme import LICENCES, MISSES, SOURCES, participations

# Our column -> the column of the data set, and what it says.
KINDS = {
    "command_post": ("cpx", "A command-post exercise: staffs and not troops"),
    "air": ("air", "Air forces took part"),
    "land": ("land", "Land forces took part"),
    "sea": ("sea", "Navies took part"),
    "amphibious": ("amphibious", "Landing from the sea was part of it"),
    "warfighting": ("warfighting", "Its purpose was to train for combat"),
    "peacekeeping": ("peacekeeping", "Its purpose was to train for peacekeeping"),
    "humanitarian": ("humanitarian", "Its purpose was to train for disaster relief or other humanitarian help"),
}

TABLE = Table(
    name="exercises",
    title="Multinational military exercises with a member",
    description="Joint military exercises of two or more states in which at least one member took part, 1990 to 2010: when, of which kind, and with how many states. "
    "Who took part stands in exercise_participations.",
    measured="Political scientists read news and military sources and coded each exercise that at least two states held together. The kinds are yes-or-no codes; several may be true. "
    "The numbers of participants are our counts of the states in exercise_participations.",
    misses=[
        *MISSES,
        "False may mean that the source did not say: 141 of the 1,210 exercises have no service or level coded and 10 no purpose.",
        "In 30 exercises the data set has one more participant without a name: `unnamed_participant` is true and the number is of those with a name. Two of these name a single state.",
        "265 exercises have no name and 464 belong to no series. The kind 'cyber' of the data set is left out: it is false in all of them.",
        "No numbers of troops: an exercise of ten officers counts as much as one of ten thousand.",
    ],
    fields=[
        column("exercise_id", "string", "Number of the exercise in the data set", unique=True, pattern="^mme[0-9]+$"),
        column("name", "string", "Name as the source gives it; empty where there is none", required=False),
        column("series", "string", "Series of exercises that it belongs to; empty where there is none", required=False),
        column("year", "integer", "Calendar year in which it began", unit="year", minimum=1990, maximum=2010),
        *(column(name, "boolean", f"{says}. False may mean not coded") for name, (_, says) in KINDS.items()),
        column("participants", "integer", "Participating states with a name", unit="states", minimum=1),
        column("oic_participants", "integer", "Participating members", unit="states", minimum=1),
        column("unnamed_participant", "boolean", "The data set has one more participant without a name"),
    ],
    primary_key=["exercise_id"],
    sources=SOURCES,
    licences=LICENCES,
    lessons=["02", "03"],
    foreign_keys={},
)


def build(raw: Path) -> pd.DataFrame:
    """One row an exercise."""
    taking = participations(raw).groupby("exercise_id").member.agg(["size", "sum"])
    rows = read(raw, "mme-exercises/exercises_1990_2010.csv").set_index("MMEID").loc[taking.index]
    named = rows.name.str.strip().where(rows.name != "-9")
    built = pd.DataFrame(
        {
            "name": named,
            "series": rows.series.where(rows.series != "NA"),
            "year": whole(rows.year),
            **{name: rows[theirs] == "1" for name, (theirs, _) in KINDS.items()},
            "participants": taking["size"],
            "oic_participants": taking["sum"],
            "unnamed_participant": whole(rows.participants) > taking["size"],
        }
    )
    return built.reset_index(names="exercise_id")
