"""treaties: the treaties that `treaty_dates` and `treaty_positions` use."""

from pathlib import Path

import pandas as pd
from common import Table, column, read
from untc import PAGES, PUBLIC_RECORD, UNTC_2014, UNTC_2026

WIKIPEDIA = "Wikipedia, as copied at "
# Treaty -> theme, year of adoption, entry into force, and where that was read.
FACTS = {
    "NPT": ("arms control", 1968, "1970-03-05", WIKIPEDIA + "https://en-academic.com/dic.nsf/enwiki/10714253"),
    "BWC": ("arms control", 1972, "1975-03-26", "Arms Control Association, https://armscontrol.org/node/4637"),
    "DIPLOMATS": ("counter-terrorism", 1973, "1977-02-20", "list of conventions in a Routledge chapter, DOI 10.4324/9781315589343-12"),
    "ENMOD": (
        "arms control",
        1976,
        "1978-10-05",
        "ICRC, https://ihl-databases.icrc.org/applic/ihl/ihl.nsf/Treaty.xsp?documentId=2AC88FF62DB2CDD6C12563CD002D6EC1&action=openDocument",
    ),
    "HOSTAGES": ("counter-terrorism", 1979, "1983-06-03", "list of conventions in a Routledge chapter, DOI 10.4324/9781315589343-12"),
    "CCW": (
        "arms control",
        1980,
        "1983-12-02",
        "ICRC appeal following the entry into force of the Convention, summary at https://discovery.researcher.life/article/3557b25768123b909bc831da05131de9",
    ),
    "MERCENARIES": ("mercenaries", 1989, "2001-10-20", "OHCHR, http://www.ohchr.org/english/law/mercenaries.htm (as quoted on another page)"),
    "CWC": (
        "arms control",
        1992,
        "1997-04-29",
        "Council on Foreign Relations, http://www.cfr.org/weapons-of-mass-destruction/"
        "convention-prohibition-development-production-stockpiling-use-chemical-weapons-their-destruction-chemical-weapons-convention/p25557",
    ),
    "CTBT": ("arms control", 1996, "", PAGES["CTBT"]),
    "APMBC": ("arms control", 1997, "1999-03-01", "Goldblat, J. (1999), Security Dialogue 30(1): 9-23, https://prio.org/publications/2303"),
    "BOMBINGS": ("counter-terrorism", 1997, "2001-05-23", WIKIPEDIA + "http://www.infogalactic.com/info/Terrorist_Bombings_Convention"),
    "FINANCING": ("counter-terrorism", 1999, "2002-04-10", "UN Audiovisual Library of International Law, https://legal.un.org/avl/ha/icsft/icsft.html"),
    "FIREARMS": ("firearms", 2001, "2005-07-03", "UN Information Service Vienna, http://unis.unvienna.org/unis/en/pressrels/2005/uniscp517.html"),
    "NUCLEAR_TERRORISM": (
        "counter-terrorism",
        2005,
        "2007-07-07",
        "OECD Nuclear Energy Agency, https://www.oecd-nea.org/law/multilateral-agreements/international-convention-suppression-terrorism.html",
    ),
    "CCM": (
        "arms control",
        2008,
        "2010-08-01",
        WIKIPEDIA + "https://anonyproxies.com/a2/index.php?q=https%3A%2F%2Fen.m.wikipedia.org%2Fwiki%2FConvention_on_Cluster_Munitions",
    ),
    "ATT": ("arms control", 2013, "2014-12-24", PAGES["ATT"]),
    "TPNW": ("arms control", 2017, "2021-01-22", "Norwegian People's Aid, Nuclear Weapons Ban Monitor, https://banmonitor.org/about"),
}
# The raw file has the titles of the treaties with dates; these three are only in the positions.
TITLES = {
    "NPT": "Treaty on the Non-Proliferation of Nuclear Weapons",
    "BWC": "Biological Weapons Convention",
    "TPNW": "Treaty on the Prohibition of Nuclear Weapons",
}

TABLE = Table(
    name="treaties",
    title="Treaties on arms control and terrorism",
    description="The 17 treaties that treaty_dates and treaty_positions use: title, theme, year of adoption and entry into force.",
    measured="Titles and years as the United Nations Treaty Collection gives them; the day of entry into force as read on the page named in the row. "
    "A treaty enters into force when the number of states that its own last articles ask for have joined.",
    misses=[
        "A choice of treaties, not all: the protocols of the CCW, the conventions on aircraft, ships and nuclear material, and regional treaties (the OIC Convention of 1999 among them) are not here.",
        "The theme is this course's sorting. The conventions on mercenaries and on firearms are often counted among penal matters, not among the instruments against terrorism.",
        "A day of entry into force is that of the treaty. For a state that joins later it begins later.",
        "Some days were read on second-hand pages, named in in_force_source. An introduction on a United Nations site prints 2009 for the mine ban; the day here is of 1999.",
    ],
    fields=[
        column("treaty", "string", "Short code, the key of the tables on treaties", unique=True, pattern="^[A-Z_]+$"),
        column("title", "string", "Short title"),
        column("theme", "string", "Theme, sorted by this course", enum=["arms control", "counter-terrorism", "firearms", "mercenaries"]),
        column("adopted_year", "integer", "Year in which the text was adopted (NPT and BWC: opened for signature)", unit="year", minimum=1968, maximum=2017),
        column("in_force", "date", "Day of entry into force; missing: not in force when last read", required=False),
        column("in_force_source", "string", "Where the entry into force was read"),
    ],
    primary_key=["treaty"],
    foreign_keys={},
    sources=[UNTC_2014, UNTC_2026],
    licences=[PUBLIC_RECORD],
    lessons=["04", "05", "08"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a treaty."""
    dated = read(raw, "untc-treaties/untc_status_july_2014.csv").drop_duplicates("treaty").set_index("treaty").title
    titles = dated.str.replace(r" \d{4}(/\d\d)?$", "", regex=True).to_dict() | TITLES
    rows = [(code, titles[code], *facts) for code, facts in FACTS.items()]
    return pd.DataFrame(rows, columns=[f["name"] for f in TABLE.fields])
