"""borders: pairs of states with a common land border, at least one of them a member."""

from pathlib import Path

import pandas as pd
from common import COUNTRIES, ISO3, Table, column, known, members, read, source
from peace_science import CONTIGUITY, CONTIGUITY_LICENCE, FOLDER

# Pairs of the data set that other sources do not bear out.
DOUBTS = {
    ("ARE", "QAT"): "The World Factbook gives the United Arab Emirates borders with Oman and Saudi Arabia only",
    ("BHR", "SAU"): "Joined by a causeway; the World Factbook gives Bahrain no land border",
    ("CYP", "TUR"): "No border of two states: the data set evidently counts the north of Cyprus; the World Factbook of 1990 gives Cyprus no land border",
    ("MAR", "MRT"): "Only across Western Sahara; the World Factbook gives Mauritania borders with Algeria, Mali, Senegal and Western Sahara",
    ("MMR", "PAK"): "Was the border of East Pakistan, today Bangladesh; the World Factbook gives Pakistan Afghanistan, China, India and Iran",
    ("MYS", "SGP"): "Joined by causeways over the strait, not by land",
}

TABLE = Table(
    name="borders",
    title="Land borders of the members",
    description="Pairs of states that share a land or river border, at least one of them a member, as coded for 2016. Six pairs are doubtful and have a note.",
    measured="The makers code two states as contiguous when their borders meet on land or in a river. We keep each pair once and compared the list with the outlines of Natural Earth and with the World Factbook.",
    misses=[
        "Six pairs are in the data set but are not borne out by other sources: see `note`. Leave them out where it matters.",
        "The borders of Palestine, of Western Sahara and of Kosovo are not in it, nor that of Suriname with French Guiana, which is a part of France.",
        "Comoros and the Maldives are islands without a land border, and so are not in the table; nor is Palestine.",
        "Borders on land only: neighbours across a narrow sea (Djibouti and Yemen) are none here. "
        "The length of a border, and whether it is open, disputed or at war, is not said. The course takes no position on disputed lines.",
    ],
    fields=[
        column("iso3_a", "string", "One state of the pair (the first in the alphabet of codes)", pattern=ISO3),
        column("iso3_b", "string", "The other state of the pair", pattern=ISO3),
        column("note", "string", "Why the pair is doubtful; empty for all others", required=False),
    ],
    primary_key=["iso3_a", "iso3_b"],
    sources=[
        CONTIGUITY,
        source(
            "The World Factbook: land boundaries",
            "https://www.cia.gov/the-world-factbook/",
            "Central Intelligence Agency. The World Factbook, land boundaries, editions of 1990 to 2021 as copied by public archives. Used for the notes on six pairs.",
            "entries on Bahrain, Cyprus (1990), Mauritania, Pakistan and the United Arab Emirates",
            "@misc{cia_factbook_boundaries, author = {{Central Intelligence Agency}}, title = {The World Factbook: land boundaries}, "
            "url = {https://www.cia.gov/the-world-factbook/}}",
        ),
    ],
    licences=[CONTIGUITY_LICENCE],
    lessons=["07"],
    foreign_keys={"iso3_a": COUNTRIES, "iso3_b": COUNTRIES},
)


def build(raw: Path) -> pd.DataFrame:
    """One row a pair."""
    rows, states = read(raw, f"{FOLDER}/land_borders_oic_2016.csv"), members(raw)
    rows = rows[(rows.iso3_1.isin(states) | rows.iso3_2.isin(states)) & known(raw, rows.iso3_1) & known(raw, rows.iso3_2)]
    sides = rows[["iso3_1", "iso3_2"]]
    pairs = pd.DataFrame({"iso3_a": sides.min(axis=1), "iso3_b": sides.max(axis=1)}).drop_duplicates()
    missing = set(DOUBTS) - set(pairs.itertuples(index=False, name=None))
    if missing:
        raise ValueError(f"borders: {missing} are no longer in the data set")
    return pairs.assign(note=[DOUBTS.get(pair, pd.NA) for pair in pairs.itertuples(index=False, name=None)])
