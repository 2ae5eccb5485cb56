"""training_programmes: US-funded military training by country, fiscal year and programme."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column
from training_source import COUNTS, FELLOWSHIP, FIELDS, LICENCES, MISSES, SOURCES, programmes, without_totals, year_column

# What the extract calls a group of programmes, and what the course calls it.
NAMES = {
    "IMET": "IMET",
    "FMF": "FMF",
    "CTFP": FELLOWSHIP,
    "Regional centers": "Regional centres",
    "Peacekeeping (PKO, GPOI, ACOTA)": "Peacekeeping",
    "Counter-narcotics and law enforcement": "Counter-narcotics",
    "Partner capacity (1206, 2282, 333, GSCF, CTPF, MSI, ASFF, other sections)": "Partner capacity",
    "Service academies, exchanges, ALP, PME": "Service academies and exchanges",
    "Coast Guard (DHS)": "Coast Guard",
    "Humanitarian mine action": "Humanitarian mine action",
    "JCET, unified command and other non-security-assistance": "Unified command and other",
    "Other": "Other",
}

TABLE = Table(
    name="training_programmes",
    title="US-funded military training by programme",
    description="Training activities, course places and cost by receiving state, US fiscal year and programme, 1999 to 2020 without 2006, all states that the reports list. "
    "IMET is International Military Education and Training, FMF Foreign Military Financing.",
    measured="The US Departments of State and Defense list each training of foreign forces that they pay for, for Congress. Security Force Monitor took the lines out of the public reports. "
    "The course put the programmes into twelve classes by keywords in their names, counted the lines, and summed places and cost. Our own correction takes the totals lines of the reports out again.",
    misses=[
        *MISSES,
        "Programmes come and go: the counter-terrorism fellowship has another name from 2019, and the fund for the Afghan forces appears first in fiscal year 2016. "
        "Single unit exercises with thousands of men make jumps. A rise may be a change of the report.",
    ],
    fields=[
        iso3_column("the state whose people were trained"),
        year_column(),
        column("programme", "string", "Programme that paid, in twelve classes", enum=sorted(NAMES.values())),
        *FIELDS,
    ],
    primary_key=["iso3", "fiscal_year", "programme"],
    sources=SOURCES,
    licences=LICENCES,
    lessons=["02", "03"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a state, fiscal year and programme."""
    rows = programmes(raw, NAMES)
    unclear = (rows.iso3 == "AFG") & (rows.fiscal_year == 2017) & (rows.programme == "Partner capacity")
    return without_totals(rows, unclear)[["iso3", "fiscal_year", "programme", *COUNTS]]
