"""What the two tables on multinational exercises share: the source, its limits, and which exercises are taken."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from common import known, members, read, source

SOURCES = [
    source(
        "Multinational Military Exercises, 1980-2010",
        "https://doi.org/10.7910/DVN/KHFODX",
        "D'Orazio, V. and Galambos, K. (2021). Multinational Military Exercises, 1980-2010. Harvard Dataverse, V1, file version 7. doi:10.7910/DVN/KHFODX. Long form by Michael Flynn (troopdata).",
        "version 7, copy in meflynn/troopdata at commit 3946bcf89a6d72de8abace812dc557f1f249f5f7",
        "@data{dorazio2021mme, author = {D'Orazio, Vito and Galambos, Kevin}, title = {Multinational Military Exercises, 1980-2010}, "
        "year = {2021}, publisher = {Harvard Dataverse}, doi = {10.7910/DVN/KHFODX}}",
    )
]
LICENCES = [
    {
        "name": "cited-selection",
        "title": "Selection with citation (D'Orazio and Galambos 2021); the public copy states no licence for the data: see the page of the data set",
        "path": "https://doi.org/10.7910/DVN/KHFODX",
    }
]
MISSES = [
    "It ends in 2010, so it says nothing on the years after: not on the exercises of the Gulf, of the Sahel or of Türkiye and its neighbours since.",
    "It was collected from news and military sources. Exercises with NATO or the United States are over-represented, those among African or Gulf states under-represented. "
    "Few exercises of a state may mean few reports.",
    "Lists of participants are not complete. Bright Star 2009 has 5 states here, and Al-Ahram Weekly named 12; Anatolian Eagle 2007 lacks its host, Türkiye. Do not read an absence as a refusal.",
    "Palestine has none.",
]


def participations(raw: Path) -> pd.DataFrame:
    """Each state once in each exercise in which at least one member took part: `exercise_id`, `iso3`, `member`."""
    rows = read(raw, "mme-exercises/participations_1990_2010.csv").rename(columns={"MMEID": "exercise_id"})
    rows = rows[known(raw, rows.iso3)].drop_duplicates(["exercise_id", "iso3"])
    rows["member"] = rows.iso3.isin(members(raw))
    return rows[rows.groupby("exercise_id").member.transform("any")][["exercise_id", "iso3", "member"]]
