"""memberships: which members sit in which coalition, alliance, partnership, organisation or control regime."""

from pathlib import Path

import pandas as pd
from common import CC_BY, Table, column, iso3_column, members, read, source

STATUS = {
    "founding member": "founding member",
    "member": "member",
    "member (unverified)": "member",
    "partner": "partner",
    "signatory": "partner",
    "participating state": "participant",
    "participating government": "participant",
    "observer": "observer",
    "dialogue partner": "dialogue partner",
    "designated": "designated",
    "designation announced": "designation announced",
    "adherent (not a member)": "adherent",
    "former": "former",
    "former (now NATO member)": "former",
}
COALITION_2017 = "https://elaphjournal.com/Web/News/2017/11/1178639.html"
MEDITERRANEAN = "http://www.nato.int/cps/en/SID-16BAC953-FA125A86/natolive/news_17839.htm"
ISTANBUL = "http://theasian.asia/?p=192788"
SAMARKAND = "http://en.people.cn/n3/2022/0916/c90000-10148236.html"
DESIGNATED = "https://english.alarabiya.net/News/gulf/2022/03/11/US-officially-designates-Qatar-as-major-non-NATO-ally"
AFRICA = "http://worldpopulationreview.com./country-rankings/african-union"
AFRICA_NAMES = "https://vi0.me/wiki/African_Union?lang=simple"
JOINED_OAU = "the day is that of joining the African Union or its forerunner, the Organisation of African Unity"
# Read after the raw file was made. Body, states (with since, after a colon), source, note.
CHECKED = [
    ("IMCTC", "BFA BRN GMB GNB", COALITION_2017, "in the list of 41 members of 26 November 2017; year of joining not read"),
    (
        "IMCTC",
        "UGA:2015",
        "https://descrier.co.uk/headlines/muslim-nations-announce-anti-terrorism-coalition/",
        "also in the list of 41 members of 26 November 2017",
    ),
    ("IMCTC", "OMN:2016-12", "https://egic.info/information-sheet/islamic-military-counter-terrorism/", "also in the list of 41 members of 26 November 2017"),
    ("NATO", "TUR:1952-02-18", "http://sam.gov.tr/tr/preface-nato-and-turkey-meeting-the-challenge-of-change/", ""),
    (
        "NATO",
        "ALB:2009-04-01",
        "https://military-online.blogspot.com/2009/04/nato-brings-albania-croatia-into.html?m=1",
        "report of the American Forces Press Service",
    ),
    ("NATO Mediterranean Dialogue", "EGY:1995-02 MRT:1995-02 MAR:1995-02 TUN:1995-02 JOR:1995-11 DZA:2000-03", MEDITERRANEAN, ""),
    ("NATO Istanbul Cooperation Initiative", "KWT:2004-12", ISTANBUL, "a NATO page says the first three months of 2005"),
    ("NATO Istanbul Cooperation Initiative", "BHR:2005-02 QAT:2005-02", ISTANBUL, ""),
    ("NATO Istanbul Cooperation Initiative", "ARE:2005-06-22", "https://www.nato.int/cps/en/natohq/news_21437.htm", ""),
    ("US major non-NATO ally", "BHR KWT MAR PAK TUN", DESIGNATED, "named among the designated on 11 March 2022; year of designation not read"),
    ("US major non-NATO ally", "QAT:2022-03-10", DESIGNATED, ""),
    (
        "Shanghai Cooperation Organisation",
        "EGY:2022-09-14 QAT:2022-09-14",
        "https://newsghana.com.gh/egypt-and-qatar-granted-status-of-sco-dialogue-partner/",
        "",
    ),
    ("Shanghai Cooperation Organisation", "SAU:2022-09", SAMARKAND, "granted at the Samarkand summit"),
    ("Shanghai Cooperation Organisation", "BHR:2022-09 KWT:2022-09 MDV:2022-09", SAMARKAND, "agreed at the Samarkand summit; the day of signing was not read"),
    (
        "Shanghai Cooperation Organisation",
        "ARE:2023-05",
        "https://www.khaleejtimes.com/uae/uae-granted-dialogue-partner-status-in-shanghai-cooperation-organisation",
        "",
    ),
    (
        "Shanghai Cooperation Organisation",
        "AZE TUR",
        "https://tass.com/world/1335687",
        "named as a dialogue partner on 9 September 2021; year of joining not read",
    ),
    (
        "African Union",
        "DZA:1963-05-25 BEN:1963-05-25 BFA:1963-05-25 CMR:1963-05-25 TCD:1963-05-25 COM:1975-07-18 CIV:1963-05-25 DJI:1977-06-27 EGY:1963-05-25 GAB:1963-05-25 "
        "GMB:1965-03-09 GIN:1963-05-25 GNB:1973-11-19 LBY:1963-05-25 MLI:1963-05-25 MRT:1963-05-25 MAR:2017-01-31 MOZ:1975-07-18 NER:1963-05-25 NGA:1963-05-25 SEN:1963-05-25",
        AFRICA,
        JOINED_OAU,
    ),
    ("African Union", "SLE SOM SDN TGO TUN UGA", AFRICA_NAMES, "day of joining not read"),
]
# Rows that no page seen by the project settles.
DOUBTFUL = {
    ("IMCTC", "AFG"): "listed as a member in November 2017; its position since August 2021 is unclear",
    ("US major non-NATO ally", "SAU"): "announced in November 2025; whether it took effect was not read",
}
REGIMES = [
    ("the-missile-technology-control-regime", "Missile Technology Control Regime: members by year of joining (35)", "http://atmword.com/GK/MTCR.html"),
    (
        "the-australia-group",
        "Australia Group: members (43)",
        "https://www.narviacademy.in/Topics/general-awareness/international-organisations/australia-group.php",
    ),
    (
        "the-wassenaar-arrangement",
        "Wassenaar Arrangement: members of 2004 (33)",
        "https://webharvest.gov/peth04/20041015025704/http:/www.bis.doc.gov/Wassenaar/MembershipandCriteria.html",
    ),
    ("the-nuclear-suppliers-group", "Nuclear Suppliers Group: participants", "https://www.nuclearsuppliersgroup.org/index.php/en/about/participants"),
]

TABLE = Table(
    name="memberships",
    title="Memberships of OIC members in security bodies",
    description="Which of the 57 belong to fifteen bodies: the counter-terrorism coalition IMCTC, alliances and partnerships, a United States designation, regional organisations and the four export-control regimes.",
    measured="Compiled by the project from public pages; the page behind each row is named in source. Where the project found a better page than the first compilation, that one is named.",
    misses=[
        "Facts read one by one on pages of uneven quality, several of them second-hand copies. verified is false where no page settles the present position.",
        "A membership is not activity: the table does not say who pays, trains or attends.",
        "since is missing where no page gave it, and has the precision of its page (day, month or year). For the African Union it is the day of joining the Organisation of African Unity.",
        "Only OIC members have rows. Kenya, in the IMCTC since September 2022, is the one member of the coalition that is left out.",
        "Suspensions are not here: several members of the African Union were suspended at times since 2020.",
        "The lists of the four export-control regimes name Türkiye, and one of them Kazakhstan, but no other of the 57; the list of the Wassenaar Arrangement read in full is of 2004.",
        "Guyana, Indonesia and Suriname have no row: they are in none of the fifteen bodies.",
    ],
    fields=[
        column("body", "string", "Name of the body"),
        column("kind", "string", "Kind of body", enum=["alliance", "coalition", "designation", "export control regime", "organisation", "partnership"]),
        iso3_column("the OIC member"),
        column("status", "string", "Position in the body", enum=list(dict.fromkeys(STATUS.values()))),
        column("since", "string", "Since when, ISO 8601 as precise as the page; missing where not read", required=False, pattern=r"^\d{4}(-\d\d(-\d\d)?)?$"),
        column("verified", "boolean", "A page that names the state and settles its position was read"),
        column("source", "string", "Address of the page"),
        column("note", "string", "What the page leaves open", required=False),
    ],
    primary_key=["body", "iso3"],
    sources=[
        source(
            "Members of the IMCTC on 26 November 2017 (Elaph, in Arabic)",
            COALITION_2017,
            "Elaph (26 November 2017). What do we know of the Islamic Military Counter Terrorism Coalition? (in Arabic; list of 41 members).",
            "page of November 2017",
            f"@misc{{elaph_imctc_2017, author = {{{{Elaph}}}}, title = {{What do we know of the Islamic Military Counter Terrorism Coalition? (in Arabic)}}, year = {{2017}}, url = {{{COALITION_2017}}}}}",
        ),
        source(
            "NATO: Algeria joins NATO's Mediterranean Dialogue",
            MEDITERRANEAN,
            "North Atlantic Treaty Organization (14 March 2000). Algeria joins NATO's Mediterranean Dialogue.",
            "14 March 2000",
            f"@misc{{nato_mediterranean_2000, author = {{{{North Atlantic Treaty Organization}}}}, title = {{Algeria joins NATO's Mediterranean Dialogue}}, year = {{2000}}, url = {{{MEDITERRANEAN}}}}}",
        ),
        source(
            "Member states of the Arab League",
            "https://en.wikipedia.org/wiki/Member_states_of_the_Arab_League",
            "Wikipedia. Member states of the Arab League (days of joining).",
            "page as stored in 2025",
            "@misc{wikipedia_arab_league_members, author = {{Wikipedia}}, title = {Member states of the Arab League}, url = {https://en.wikipedia.org/wiki/Member_states_of_the_Arab_League}}",
        ),
        *(
            source(
                title,
                path,
                f"{title}, as read by the project.",
                "page as stored in 2025",
                f"@misc{{{key.replace('-', '_')}, title = {{{title}}}, url = {{{path}}}}}",
            )
            for key, title, path in REGIMES
        ),
    ],
    licences=[CC_BY | {"title": "Compilation by the project, Creative Commons Attribution 4.0; the facts are of public record"}],
    lessons=["05", "08", "11"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a body and OIC member."""
    table = read(raw, "memberships-compiled/memberships.csv")
    table = table[table.iso3.isin(members(raw))].set_index(["body", "iso3"])
    table = table.assign(status=table.status.map(STATUS), verified=True)
    for body, states, page, note in CHECKED:
        for pair in states.split():
            state, _, since = pair.partition(":")
            table.loc[(body, state), ["since", "source", "note"]] = (since, page, note)
    for key, note in DOUBTFUL.items():
        table.loc[key, ["verified", "note"]] = (False, note)
    return table.reset_index()[[f["name"] for f in TABLE.fields]]
