"""members: the 57 states of the Organisation of Islamic Cooperation."""

from pathlib import Path

import pandas as pd
from common import CC_BY, PDDL, Table, column, iso3_column, read, source, whole
from countries import CODES, names

TABLE = Table(
    name="members",
    title="Members of the Organisation of Islamic Cooperation",
    description="The 57 member states, with the year of joining and the group in which they sit.",
    measured="Membership and year of joining as the Egyptian State Information Service publishes them; the organisation sorts its members into three groups (Arab, Asia, Africa); which state sits where is this course's own assignment, in agreement with a published list where oic_group_source names one.",
    misses=[
        "Public lists disagree by a year or two on when some states joined; the column joined_note says where.",
        "For 33 states no published list of the groups was found: their group is our assignment. No official list by the organisation itself was found for any.",
        "Membership says nothing about activity, nor about how many of a state's people are Muslims.",
        "Suspensions are short notes, not a full history.",
    ],
    fields=[
        {**iso3_column("the member state")} | {"constraints": {"required": True, "unique": True, "pattern": "^[A-Z]{3}$"}},
        column("name", "string", "Short English name"),
        column("joined", "integer", "Year in which the state joined", unit="year", minimum=1969, maximum=2001),
        column("oic_group", "string", "Geographical group, assigned by this course", enum=["Africa", "Arab", "Asia"]),
        column("oic_group_source", "string", "A public page that puts the state in this group", required=False),
        column("joined_note", "string", "Where another public list gives another year", required=False),
        column("status_note", "string", "Suspensions and returns", required=False),
    ],
    primary_key=["iso3"],
    sources=[
        source(
            "Egyptian State Information Service: The Organization of Islamic Cooperation",
            "https://us.sis.gov.eg/Story/178316/The-Organization-of-Islamic-Cooperation?lang=en-us",
            "State Information Service, Arab Republic of Egypt. The Organization of Islamic Cooperation (table of members and years of joining).",
            "page as stored in 2026",
            "@misc{sis_egypt_oic, author = {{State Information Service, Arab Republic of Egypt}}, title = {The Organization of Islamic Cooperation}, "
            "url = {https://us.sis.gov.eg/Story/178316/The-Organization-of-Islamic-Cooperation?lang=en-us}}",
        ),
        CODES,
    ],
    licences=[PDDL, CC_BY],
    lessons=["00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11"],
)


# Read as stored pages; the first prints the whole Asian group, the second who was elected from the other two.
ASIAN_GROUP = "The Bangladesh Today, July 2017: http://thebangladeshtoday.com/2017/07/bd-candidate-zamir-elected-iphrc-member/"
ELECTED = "Mehr News Agency, 28 November 2020: https://en.mehrnews.com/news/166485/Iran-elected-a-member-of-Independent-Islamic-HR-Commission"
GROUP_SOURCES = dict.fromkeys(["SAU", "EGY", "MAR", "BEN", "NGA", "NER"], ELECTED)


def build(raw: Path) -> pd.DataFrame:
    """One row a member state."""
    table = read(raw, "oic-reference/oic_members.csv")
    other_year = table.joined_note.str.extract(r"gives (\d{4})$")[0]
    return pd.DataFrame(
        {
            "iso3": table.iso3,
            "name": table.iso3.map(names(raw)),
            "joined": whole(table.joined),
            "oic_group": table.oic_group,
            "oic_group_source": table.iso3.map(GROUP_SOURCES).mask(table.oic_group == "Asia", ASIAN_GROUP),
            "joined_note": ("another public list gives " + other_year).fillna(""),
            "status_note": table.status_note.str.replace(" (check at the OIC site)", "", regex=False),
        }
    )
