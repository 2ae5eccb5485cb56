"""training_themes: US-funded military training of the members by the theme of the course."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column
from training_programmes import NAMES as PROGRAMMES
from training_source import COUNTS, FELLOWSHIP, FIELDS, LICENCES, MISSES, SOURCES, programmes, themes, without_totals, year_column

NOT_CLASSIFIED = "Not classified"
COUNTER_TERRORISM = "Counter-terrorism"

# What the extract calls a theme, and what the course calls it.
NAMES = {
    "Aviation": "Aviation",
    "Combat and special operations": "Combat and special operations",
    "Counter-terrorism": COUNTER_TERRORISM,
    "Cyber, communications, intelligence": "Cyber, communications and intelligence",
    "Defence resource management and acquisition": "Defence resource management",
    "Explosives, mines, CBRN": "Explosives, mines and CBRN",
    "Language": "Language",
    "Law, human rights, civil-military relations": "Law and human rights",
    "Logistics and maintenance": "Logistics and maintenance",
    "Maritime and border security": "Maritime and border security",
    "Medical": "Medical",
    "Other or not classified": NOT_CLASSIFIED,
    "Peacekeeping": "Peacekeeping",
    "Professional military education": "Professional military education",
}

TABLE = Table(
    name="training_themes",
    title="US-funded military training by theme",
    description="Training activities, course places and cost of the members by theme, US fiscal years 1999 to 2020 without 2006. "
    "Each activity has one theme; those whose title fits none stand as 'Not classified', so that the themes of a state and year add up to its whole training.",
    measured="From the same lines as training_programmes. The course looks for keywords in the title of the course, in a fixed order; the first theme that fits is taken. "
    "Law and human rights takes in civil-military relations; defence resource management takes in acquisition; CBRN is chemical, biological, radiological and nuclear.",
    misses=[
        "42 per cent of the activities and 54 per cent of the places have no theme, because no keyword fits the title: 56 to 66 per cent of the activities until 2005, "
        "28 to 52 per cent after. Compare shares among those that have a theme, and never the years before 2006 with those after.",
        "A keyword is not a syllabus: a seminar may stand under professional military education whatever its subject, and the first theme that fits hides the second.",
        "Counter-terrorism breaks in 2019: until 2018 all courses of the counter-terrorism fellowship stand there, from 2019 (its new name) only those with the word in the title. Do not read the fall as a fall.",
        *MISSES,
    ],
    fields=[
        iso3_column("the member whose people were trained"),
        year_column(),
        column("theme", "string", "Theme of the course, by keywords in its title", enum=sorted(NAMES.values())),
        *FIELDS,
    ],
    primary_key=["iso3", "fiscal_year", "theme"],
    sources=SOURCES,
    licences=LICENCES,
    lessons=["02"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a member, fiscal year and theme."""
    paid, rows = programmes(raw, PROGRAMMES), themes(raw, NAMES)
    # Where the totals lines stand: those of the fellowship under its own theme until its name changed, all others under none.
    fellowship = (paid.programme == FELLOWSHIP) & (paid.fiscal_year <= 2018)
    paid["theme"] = fellowship.map({True: COUNTER_TERRORISM, False: NOT_CLASSIFIED})
    off = paid.groupby(["iso3", "fiscal_year", "theme"], as_index=False)[[f"off_{name}" for name in COUNTS]].sum()
    rows = rows.merge(off, on=["iso3", "fiscal_year", "theme"], how="left")
    rows = rows.fillna({f"off_{name}": 0 for name in COUNTS})
    unclear = (rows.iso3 == "AFG") & (rows.fiscal_year == 2017) & (rows.theme == NOT_CLASSIFIED)
    return without_totals(rows, unclear)[["iso3", "fiscal_year", "theme", *COUNTS]]
