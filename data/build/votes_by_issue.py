"""votes_by_issue: how often a state voted yes, no or abstained in the General Assembly, by issue and year."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, read, whole
from unvotes import LICENCE, UNVOTES, states

ISSUES = {
    "di": "Arms control and disarmament",
    "co": "Colonialism",
    "ec": "Economic development",
    "hr": "Human rights",
    "nu": "Nuclear weapons and nuclear material",
    "me": "Palestinian conflict",
}

TABLE = Table(
    name="votes_by_issue",
    title="Votes in the General Assembly by issue and year",
    description="Number of yes, no and abstain votes of each OIC member and of seven other states (China, France, India, Israel, Russia, the United Kingdom, the United States) "
    "by year and issue, 1990 to 2019.",
    measured="Roll-call votes of the plenary of the United Nations General Assembly, counted by calendar year. The data's makers marked which roll calls belong to which of six issues.",
    misses=[
        "Ends in 2019. Palestine is an observer and has no vote.",
        "Only roll calls: most resolutions are adopted without a vote and are not counted here.",
        "A roll call may belong to two issues, above all to arms control and to nuclear weapons: never add the issues up.",
        "Absence and not being a member yet look the same: no vote. Compare shares, not numbers.",
        "The issue is marked by the words of a title, and some marks look wrong. Some roll calls are votes on a paragraph, counted like those on a whole text.",
        "A vote is a statement. It binds nobody and shows no influence on the outcome.",
    ],
    fields=[
        iso3_column("the voting state"),
        column("year", "integer", "Calendar year of the vote", unit="year", minimum=1990, maximum=2019),
        column("issue", "string", "Issue to which the roll calls belong", enum=list(ISSUES.values())),
        column("yes", "integer", "Votes in favour", unit="votes", minimum=0),
        column("no", "integer", "Votes against", unit="votes", minimum=0),
        column("abstain", "integer", "Abstentions", unit="votes", minimum=0),
    ],
    primary_key=["iso3", "year", "issue"],
    sources=[UNVOTES],
    licences=[LICENCE],
    lessons=["09", "10"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a state, year and issue with at least one vote."""
    table = read(raw, "unga-votes/votes_issue_country_year.csv.gz")
    table = table[table.iso3.isin(states(raw))]
    counts = {name: whole(table[name]) for name in ("yes", "no", "abstain")}
    return pd.DataFrame({"iso3": table.iso3, "year": whole(table.year), "issue": table.short_name.map(ISSUES), **counts})
