"""treaty_dates: when states signed and joined fourteen treaties, as it stood in July 2014."""

from pathlib import Path

import pandas as pd
from common import COUNTRIES, Table, column, iso3_column, known, read
from untc import PUBLIC_RECORD, UNTC_2014

# The letter beside the date; no letter is a ratification of an earlier signature.
HOW = {"": "ratification", "a": "accession", "d": "succession", "A": "acceptance", "AA": "approval"}

TABLE = Table(
    name="treaty_dates",
    title="Dates of signature and of consent to treaties, to July 2014",
    description="For fourteen treaties deposited with the United Nations: the day on which a state signed and the day on which it bound itself, all states, state of July 2014.",
    measured="The Secretary-General of the United Nations is the depositary: his Treaty Section records each signature and each instrument handed in, with its day.",
    misses=[
        "State of July 2014. It says nothing of later signatures, instruments and withdrawals: at that time the Arms Trade Treaty had 41 parties; in February 2026 it had 117.",
        "No row for a state and treaty means that the state had neither signed nor joined by July 2014. Palestine has no row: it joined most of these treaties later.",
        "The NPT, the BWC and the TPNW are not in this table, see treaty_positions. Only states: the European Union's approval of the Firearms Protocol is left out.",
        "Dates are of today's states. Parties that no longer exist are gone, so early counts can be too low; a successor state may carry a date before its independence.",
        "A signature or a ratification is a promise. Neither shows that a state keeps it, and reservations are not here.",
        "One row (Bahamas, FIREARMS) is bound without a signature and without a letter: how is missing there.",
    ],
    fields=[
        column("treaty", "string", "Short code of the treaty, see treaties"),
        iso3_column("the state"),
        column("signed", "date", "Day of signature; missing: joined without signing", required=False),
        column("bound", "date", "Day on which the instrument was deposited; missing: signed only", required=False),
        column("how", "string", "How the state bound itself; missing: signed only, or not said", required=False, enum=list(HOW.values())),
    ],
    primary_key=["treaty", "iso3"],
    foreign_keys={"treaty": ("treaties", "treaty"), "iso3": COUNTRIES},
    sources=[UNTC_2014],
    licences=[PUBLIC_RECORD],
    lessons=["04", "05", "08"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a treaty and state that had signed or joined."""
    table = read(raw, "untc-treaties/untc_status_july_2014.csv")
    table = table[known(raw, table.iso3)]
    said = (table.bound != "") & ((table.how != "") | (table.signed != ""))
    return table.assign(how=table.how.map(HOW).where(said, ""))[[f["name"] for f in TABLE.fields]]
