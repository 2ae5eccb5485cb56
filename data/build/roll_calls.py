"""roll_calls: the roll calls of the General Assembly on arms control and nuclear weapons."""

from pathlib import Path

import pandas as pd
from common import Table, column, read, whole
from unvotes import LICENCE, UNVOTES

TABLE = Table(
    name="roll_calls",
    title="Roll calls on arms control in the General Assembly",
    description="The 761 roll calls of 1990 to 2019 that the source marks as arms control and disarmament, as nuclear weapons and material, or as both. Who voted how is in roll_call_votes.",
    measured="Each recorded vote of the plenary is one roll call, with the number that the data's makers gave it, the day, the session and the symbol of the resolution.",
    misses=[
        "Ends in 2019, and holds recorded votes only: what was adopted without a vote is missing, and so is the vote of 2 April 2013 on the Arms Trade Treaty.",
        "171 roll calls have no subject in the copy used. Most carry the symbol of a resolution that has another row: they seem to be votes on a part of the text, so a symbol is not a key.",
        "The two marks come from the makers of the data and some look wrong: a resolution on Jerusalem of 1996 is marked as arms control.",
        "A few days differ from the records of the United Nations: resolution 50/245 on the test ban stands at 3 September 1996, it was adopted on 10 September.",
        "The subject is the source's own: mostly keywords in capitals in older years, full titles in newer ones.",
    ],
    fields=[
        column("roll_call", "integer", "Number of the roll call, the key of roll_call_votes", unit="number", unique=True, minimum=1),
        column("date", "date", "Day of the vote as the source gives it"),
        column("session", "integer", "Session of the General Assembly", unit="number", minimum=45, maximum=74),
        column("resolution", "string", "Symbol of the resolution, written in one form (A/RES/50/245)", pattern=r"^A/RES/.+$"),
        column("subject", "string", "Subject as the source names it, without the words 'resolution / adopted by the General Assembly'", required=False),
        column("nuclear", "boolean", "Marked as nuclear weapons and nuclear material"),
        column("disarmament", "boolean", "Marked as arms control and disarmament"),
    ],
    primary_key=["roll_call"],
    foreign_keys={},
    sources=[UNVOTES],
    licences=[LICENCE],
    lessons=["04", "09", "10", "11"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a roll call."""
    table = read(raw, "unga-votes/arms_control_roll_calls_oic.csv.gz")
    return pd.DataFrame(
        {
            "roll_call": whole(table.rcid),
            "date": table.date,
            "session": whole(table.session.str.removesuffix(".0")),
            "resolution": "A/RES/" + table.unres.str.removeprefix("A/RES/").str.removeprefix("R/"),
            "subject": table.short.str.replace(r"\s*:\s*resolution / adopted by the General Assembly$", "", regex=True).str.strip(),
            "nuclear": table.issues.str.contains("nu"),
            "disarmament": table.issues.str.contains("di"),
        }
    )
