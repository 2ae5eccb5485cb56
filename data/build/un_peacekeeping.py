"""What the tables on UN peacekeeping share: sources, limits, and the years in which our copy is complete."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from common import column, read, source, whole

FOLDER = "un-peacekeeping-contributions"
USABLE = [2011, 2013, 2014, 2015, 2016, 2018, 2019, 2020]

CONTRIBUTIONS = source(
    "UN Peacekeeping: troop and police contributions, by mission and sex",
    "https://peacekeeping.un.org/en/data-troop-and-police-contributions",
    "United Nations Peacekeeping. Open data: contributions of uniformed personnel by country, mission and sex, 2010 to January 2021. Public copy by corinnee, UN_Peacekeeping_Analytics (MIT); own selection.",
    "corinnee/UN_Peacekeeping_Analytics at commit 1167cb2bc26d35bdc8976554bc4d0ca6749bdef6",
    "@misc{un_peacekeeping_contributions, author = {{United Nations Peacekeeping}}, title = {Contributions of uniformed personnel by country, mission and sex}, "
    "note = {copy: corinnee/UN_Peacekeeping_Analytics}, url = {https://peacekeeping.un.org/en/data-troop-and-police-contributions}}",
)
FORCE_SIZE = source(
    "Our World in Data: number of UN peacekeeping missions and personnel",
    "https://github.com/owid/owid-datasets",
    "Our World in Data. UN peacekeeping: active missions and uniformed personnel, from the figures of the United Nations and, before 1992, of the Global Policy Forum. CC BY.",
    "owid/owid-datasets at commit 48c9992ae317b35ed327fc36d2af75fe8b3ef7ed",
    "@misc{owid_un_peacekeeping, author = {{Our World in Data}}, title = {UN peacekeeping missions and personnel}, url = {https://github.com/owid/owid-datasets}}",
)
UN_TERMS = {
    "name": "UN-terms-of-use",
    "title": "Figures of the United Nations, reproduced with the source named (UN terms of use); copy under the MIT licence",
    "path": "https://peacekeeping.un.org/en/data-troop-and-police-contributions",
}

MISSES = [
    "Only 2011, 2013 to 2016 and 2018 to 2020. The copy lacks months of 2010, 2012, 2017 and 2021, and a missing month counted as zero: those years are left out. Do not draw a line across the gaps as if they were measured.",
    "Nothing after January 2021: the end of the mission in Mali (2023) is not in it.",
    "Means over twelve months: a contingent of 600 that came in July is 300. Each mission is rounded, so a contribution of a few persons for a few months can vanish. "
    "`women` and `men` are rounded alike and may differ from `persons` by up to 3.",
    "Uniformed personnel: troops, police, staff officers and experts on mission, in peacekeeping and in some political missions. Civilians are not in it; nor are missions of the African Union, NATO or the European Union. "
    "Who pays, and how dangerous the post is, is not said.",
]


def people(of: str) -> list[dict[str, Any]]:
    """The three columns of persons; `of` says what is counted."""
    return [
        column("women", "integer", f"Women: {of}", unit="persons", minimum=0),
        column("men", "integer", f"Men: {of}", unit="persons", minimum=0),
        column("persons", "integer", f"Women and men: {of}", unit="persons", minimum=1),
    ]


def usable(raw: Path, name: str) -> pd.DataFrame:
    """Rows of the years that are complete, of states that sent at least one person on the mean."""
    rows = read(raw, f"{FOLDER}/{name}")
    rows = rows.rename(columns={"female": "women", "male": "men", "total": "persons"})
    for column_name in ("year", "women", "men", "persons"):
        rows[column_name] = whole(rows[column_name])
    return rows[rows.year.isin(USABLE) & (rows.persons > 0)].copy()
