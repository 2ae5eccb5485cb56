"""treaty_positions: where each of the 57 stands on eight arms-control treaties."""

from pathlib import Path

import pandas as pd
from common import COUNTRIES, Table, column, iso3_column, members, read, source
from untc import AS_OF, PAGES, PARTIES, PUBLIC_RECORD, SIGNATORIES, UNTC_2014, UNTC_2026

READ, ABSENT, INFERRED = "read on a page", "absent from a full list", "inferred from a list of exceptions"
NPT = "https://proxy.weglot.com/wg_a52b03be97db00a8b00fb8f33a293d141/en/de/en.wikipedia.org/wiki/List_of_Nuclear_Non-Proliferation_Treaty_signatories"
BWC_ACA = "https://armscontrol.org/node/4637"
BWC_UN = "https://disarmament.unoda.org/biological-weapons/about/membership-and-regional-groups"
BWC_COMOROS = "https://global-en2.nina.az/wikipedia/List_of_parties_to_the_Biological_Weapons_Convention.html"
# The members that the stored part of the United Nations' own list of BWC parties names (letters A to L).
BWC_NAMED = "AFG ALB AZE BEN BFA BGD BHR BRN CIV CMR DZA GAB GIN GMB GNB GUY IDN IRN IRQ JOR KAZ KGZ KWT LBN LBY"
NOTES = {
    ("CWC", "PSE"): "the United Nations page gives 29 December 2017; the treaty's own organisation gives 17 May 2018 as the day of deposit",
    ("BWC", "COM"): "acceded in February 2025, the day was not found",
}

TABLE = Table(
    name="treaty_positions",
    title="Positions of the 57 on arms-control treaties",
    description="Party, signatory or neither, for each member of the OIC and eight treaties: ATT, APMBC, BWC, CCM, CTBT, CWC, NPT and TPNW.",
    measured="Six treaties are read on the depositary's own pages as they stood on 3 February 2026; for the NPT and the BWC most positions are inferred from lists of the states outside them.",
    misses=[
        "Each row is true on the day in as_of and may be out of date since. Withdrawals after that day are not here.",
        "verified is true where the row rests on the depositary's or the United Nations' own page; for the NPT and half of the BWC it is false: those rows are second-hand.",
        "The list of BWC outsiders that was used counts ten states and 187 parties, more than there are states: some had joined since. Only Chad and Djibouti of the 57 are affected, and both stay outside in every list seen.",
        "Depositaries disagree now and then: the note on Palestine and the CWC gives two days.",
        "A party to the CTBT has ratified it; the treaty itself is not in force.",
        "A position says nothing about compliance, reservations or reports handed in.",
    ],
    fields=[
        column("treaty", "string", "Short code of the treaty, see treaties"),
        iso3_column("the member state"),
        column("status", "string", "Position on the day in as_of", enum=["party", "signatory", "non-party"]),
        column("date", "date", "Party: day on which the instrument was deposited; signatory: day of signature; missing where it was not read", required=False),
        column("as_of", "string", "Day or year for which the position holds (ISO 8601)", pattern=r"^\d{4}(-\d\d(-\d\d)?)?$"),
        column("basis", "string", "How the position is known", enum=[READ, ABSENT, INFERRED]),
        column("verified", "boolean", "Read on a page of the depositary or the United Nations"),
        column("source", "string", "Address of the page"),
        column("note", "string", "Where sources differ or a day is missing", required=False),
    ],
    primary_key=["treaty", "iso3"],
    foreign_keys={"treaty": ("treaties", "treaty"), "iso3": COUNTRIES},
    sources=[
        UNTC_2026,
        UNTC_2014,
        source(
            "United Nations Office for Disarmament Affairs: Biological Weapons Convention, membership and regional groups",
            BWC_UN,
            "United Nations Office for Disarmament Affairs. Biological Weapons Convention: membership and regional groups (187 States Parties, four Signatory States).",
            "page as stored in 2024 or early 2025",
            "@misc{unoda_bwc_membership, author = {{United Nations Office for Disarmament Affairs}}, title = {Biological Weapons Convention: Membership and Regional Groups}, "
            f"url = {{{BWC_UN}}}}}",
        ),
        source(
            "Arms Control Association: Biological Weapons Convention signatories and states-parties",
            BWC_ACA,
            "Arms Control Association. Biological Weapons Convention Signatories and States-Parties.",
            "page as stored in 2025",
            f"@misc{{aca_bwc_parties, author = {{{{Arms Control Association}}}}, title = {{Biological Weapons Convention Signatories and States-Parties}}, url = {{{BWC_ACA}}}}}",
        ),
    ],
    licences=[PUBLIC_RECORD],
    lessons=["04", "08", "11"],
)


def deposited(raw: Path, treaty: str) -> pd.DataFrame:
    """The members on one of the United Nations pages: their dates of July 2014 with what was read since."""
    old = read(raw, "untc-treaties/untc_status_july_2014.csv").query("treaty == @treaty").set_index("iso3")
    signed, bound = old.signed[old.signed != ""].to_dict(), old.bound[old.bound != ""].to_dict()
    signed |= dict(pair.split(":") for pair in SIGNATORIES.get(treaty, "").split())
    bound |= dict(pair.split(":") for pair in PARTIES[treaty].split())
    rows = []
    for state in sorted(members(raw)):
        status = "party" if state in bound else "signatory" if state in signed else "non-party"
        basis = ABSENT if status == "non-party" else READ
        rows.append((treaty, state, status, bound.get(state, signed.get(state, "")), AS_OF, basis, True, PAGES[treaty]))
    return pd.DataFrame(rows, columns=[f["name"] for f in TABLE.fields[:-1]])


def listed(raw: Path) -> pd.DataFrame:
    """NPT and BWC, from the lists of those outside them."""
    table = read(raw, "memberships-compiled/treaty_positions.csv").query("treaty in ['BWC', 'NPT']")
    on_un_page = (table.treaty == "BWC") & table.iso3.isin(BWC_NAMED.split())
    acceded = (table.treaty == "BWC") & (table.iso3 == "COM")
    named = on_un_page | acceded | (table.status != "party")
    return table.assign(
        date="",
        as_of=table.as_of.mask(on_un_page, "2024"),
        basis=named.map({True: READ, False: INFERRED}),
        verified=on_un_page,
        source=table.treaty.map({"NPT": NPT, "BWC": BWC_ACA}).mask(on_un_page, BWC_UN).mask(acceded, BWC_COMOROS),
    )


def build(raw: Path) -> pd.DataFrame:
    """One row a treaty and member."""
    table = pd.concat([deposited(raw, treaty) for treaty in PAGES] + [listed(raw)])
    note = [NOTES.get(key, "") for key in zip(table.treaty, table.iso3, strict=True)]
    return table.assign(note=note)[[f["name"] for f in TABLE.fields]]
