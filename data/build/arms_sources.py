"""What the tables on arms transfers share: the source, its terms, and how a party is named and coded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from common import known, source
from countries import names

FIRST_YEAR, LAST_YEAR = 1995, 2024
TIV = "million SIPRI trend-indicator values (TIV): a volume of arms, not money"
CATEGORIES = [
    "Aircraft",
    "Air-defence systems",
    "Armoured vehicles",
    "Artillery",
    "Engines",
    "Missiles",
    "Naval weapons",
    "Satellites",
    "Sensors",
    "Ships",
    "Other",
]

REGISTER = source(
    "SIPRI Arms Transfers Database",
    "https://www.sipri.org/databases/armstransfers",
    "Own calculation from the SIPRI Arms Transfers Database, Stockholm International Peace Research Institute (SIPRI). "
    "Register of deliveries generated on 12 February 2026, through a public copy (commit bdf78c66).",
    "register generated on 12 February 2026, copy at commit bdf78c664d67991f2b199a771dcb9e7ac392ebb7",
    "@misc{sipri_arms_transfers_2026, author = {{Stockholm International Peace Research Institute}}, title = {SIPRI Arms Transfers Database}, year = {2026}, "
    "note = {Own calculation; register generated on 12 February 2026}, url = {https://www.sipri.org/databases/armstransfers}}",
)
TERMS = {
    "name": "SIPRI-fair-use-own-sums",
    "title": "SIPRI terms and conditions: own calculations and a small excerpt for non-commercial teaching and research, with a reference to SIPRI; the calculations are not SIPRI's",
    "path": "https://www.sipri.org/databases/terms",
}
MEASURED = (
    "SIPRI lists deliveries of major arms that open sources report and gives each weapon a number of units (TIV) by its known production cost or by comparison "
    "with similar weapons; used weapons count less. We summed the units by year of delivery."
)
COMMON_MISSES = [
    "TIV measure a volume of major arms, not prices or payments: never add them to dollars.",
    "Only major arms: no small arms, ammunition, services or training.",
    "Several deliveries are estimates, and SIPRI revises all years with every edition: shares differ a little from older fact sheets.",
]


def party(raw: Path, name: pd.Series, code: pd.Series) -> pd.DataFrame:
    """`iso3` and `name` of a supplier or recipient: our spelling for states, SIPRI's without its asterisks for all others.

    Kosovo has no code in `countries`, and the copy files Northern Cyprus under the code of Cyprus: both keep SIPRI's name and no code.
    """
    state = known(raw, code) & (name != "Northern Cyprus")
    return pd.DataFrame({"iso3": code.where(state, ""), "name": code.map(names(raw)).where(state, name.str.rstrip("*"))})
