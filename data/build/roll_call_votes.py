"""roll_call_votes: how the members and seven other states voted in the roll calls on arms control."""

from pathlib import Path

import pandas as pd
from common import COUNTRIES, Table, column, iso3_column, read, whole
from unvotes import LICENCE, UNVOTES, states

VOTES = {"Y": "yes", "N": "no", "A": "abstain"}

TABLE = Table(
    name="roll_call_votes",
    title="Votes in the roll calls on arms control",
    description="Yes, no or abstain of each OIC member and of China, France, India, Israel, Russia, the United Kingdom and the United States in the 761 roll calls of roll_calls.",
    measured="The vote that the United Nations recorded for the delegation, as the makers of the data took it over from the records.",
    misses=[
        "No row for a state and roll call: it was absent, or not yet a member. The source does not tell the two apart.",
        "Palestine is an observer and has no vote. Somalia voted in fewer than half of the roll calls, Chad in little more.",
        "Only the 57 and seven others: the totals of a vote, and majorities, cannot be computed from this table.",
        "Several roll calls can belong to one resolution, on its parts and on the whole: count resolutions with care.",
    ],
    fields=[
        column("roll_call", "integer", "Number of the roll call, see roll_calls", unit="number", minimum=1),
        iso3_column("the voting state"),
        column("vote", "string", "Recorded vote", enum=list(VOTES.values())),
    ],
    primary_key=["roll_call", "iso3"],
    foreign_keys={"roll_call": ("roll_calls", "roll_call"), "iso3": COUNTRIES},
    sources=[UNVOTES],
    licences=[LICENCE],
    lessons=["04", "09", "10", "11"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a roll call and state that voted."""
    table = read(raw, "unga-votes/arms_control_roll_calls_oic.csv.gz")
    long = table.melt("rcid", sorted(states(raw) & set(table.columns)), "iso3", "vote").query("vote != ''")
    return pd.DataFrame({"roll_call": whole(long.rcid), "iso3": long.iso3, "vote": long.vote.map(VOTES)})
