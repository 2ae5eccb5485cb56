"""agreements: bilateral defence agreements with at least one member, 1980 to 2010."""

from pathlib import Path

import pandas as pd
from common import COUNTRIES, ISO3, Table, column, known, members, read, source, whole

# Our column -> the code of the data set, and what it is taken to mean.
TOPICS = {
    "framework": ("DCA", "General framework of defence cooperation (code DCA)"),
    "industry": ("DIC", "Cooperation of the defence industries (code DIC)"),
    "training": ("TREX", "Training, exercises or exchange of officers (code TREX)"),
    "procurement": ("PROCUREMENT", "Buying of arms and equipment (code PROCUREMENT)"),
    "commission": ("COMMISSION", "A joint commission or working group (code COMMISSION)"),
    "research": ("RESEARCH", "Research and development (code RESEARCH)"),
}

TABLE = Table(
    name="agreements",
    title="Bilateral defence agreements of the members",
    description="Which pairs of states signed a defence cooperation agreement between 1980 and 2010, when and on what: pairs in which at least one state is a member. "
    "A network as a list of ties; both states count alike.",
    measured="A political scientist collected bilateral agreements on routine defence cooperation from treaty series, treaty databases, ministries and news, and coded up to three topics for each. "
    "Alliances and agreements of more than two states are left out by design.",
    misses=[
        "It ends in 2010: nothing on the pacts of Türkiye, Qatar, the Gulf or the Sahel since.",
        "Secret and unpublished agreements are not in it. Türkiye and Central Asia are well covered, Africa south of the Sahara badly; that is partly a matter of sources. "
        "Côte d'Ivoire, Niger and Palestine have none here, which does not prove that they signed none.",
        "What the codes mean is not fully confirmed: we have not seen the codebook. The author's articles name these fields of cooperation (policy, exercises and training, exchange of officers, "
        "joint working groups, research and development, industry, procurement), and that agrees with the codes. From the data: an agreement is 'general' where its first code is DCA or DIC, and 'sector' elsewhere. "
        "One code checked against a title: Indonesia and Türkiye 2010, 'defence industry cooperation', is DIC. "
        "One that looks odd: Israel and Türkiye, 28 August 1996, is RESEARCH, while the press wrote of the arms industry.",
        "The data set has a code for asymmetry. Its meaning is not confirmed, so it is left out: the table cannot say who gives and who takes.",
        "`in_force_year` is known for about four in ten; empty means not known, not 'never in force'. `terminated` is true for 5, and empty for about two thirds: not known.",
        "An agreement is a text. It does not show that anything was done, and a short memorandum counts as much as a large treaty.",
        "One row of the data set is left out: an agreement of Mozambique with itself (1982), evidently a slip. So there are 671 agreements, 141 of them between two members. "
        "Our copy has 1,871 agreements in all; the publisher speaks of 1,872.",
        "This is a selection for counts and networks, without texts, numbers or the other codes. For research take the data set itself from the Correlates of War Project.",
    ],
    fields=[
        column("iso3_a", "string", "One state of the pair (the first in the alphabet of codes)", pattern=ISO3),
        column("iso3_b", "string", "The other state of the pair", pattern=ISO3),
        column("year", "integer", "Year of signature", unit="year", minimum=1980, maximum=2010),
        column(
            "number", "integer", "1 for the first agreement of the pair in that year, 2 for the second", unit="count within pair and year", minimum=1, maximum=3
        ),
        column("kind", "string", "General: a framework for cooperation or for the industries. Sector: a single field", enum=["general", "sector"]),
        *(column(name, "boolean", says) for name, (_, says) in TOPICS.items()),
        column(
            "in_force_year", "integer", "Year in which it entered into force; empty where not known", unit="year", required=False, minimum=1980, maximum=2013
        ),
        column("terminated", "boolean", "True where it is coded as ended, false where as not ended; empty where not known", required=False),
    ],
    primary_key=["iso3_a", "iso3_b", "year", "number"],
    sources=[
        source(
            "Defense Cooperation Agreement Dataset (DCAD), version 1.0",
            "https://correlatesofwar.org/data-sets/defense-cooperation-agreement-dataset/",
            "Kinne, B. J. (2020). The Defense Cooperation Agreement Dataset (DCAD). Journal of Conflict Resolution 64(4): 729-755.",
            "version 1.0, copy in QiqiNerd/dcad_mining at commit d3398b0666e4fe49d49f54ec6e5c6869b73d442e",
            "@article{kinne2020dcad, author = {Kinne, Brandon J.}, title = {The Defense Cooperation Agreement Dataset (DCAD)}, "
            "journal = {Journal of Conflict Resolution}, year = {2020}, volume = {64}, number = {4}, pages = {729--755}}",
        )
    ],
    licences=[
        {
            "name": "cited-selection",
            "title": "Derived selection with citation (Kinne 2020); no licence is stated: not for redistribution as a data set",
            "path": "https://correlatesofwar.org/data-sets/defense-cooperation-agreement-dataset/",
        }
    ],
    lessons=["02", "06", "07", "11"],
    foreign_keys={"iso3_a": COUNTRIES, "iso3_b": COUNTRIES},
)


def build(raw: Path) -> pd.DataFrame:
    """One row an agreement, numbered within the pair and year by the date of signature."""
    rows = read(raw, "dcad-defence-agreements/dcad_agreements_1980_2010.csv")
    states = members(raw)
    rows = rows[(rows.iso3_1.isin(states) | rows.iso3_2.isin(states)) & (rows.iso3_1 != rows.iso3_2)]
    rows = rows[known(raw, rows.iso3_1) & known(raw, rows.iso3_2)]
    sides = rows[["iso3_1", "iso3_2"]]
    rows = rows.assign(iso3_a=sides.min(axis=1), iso3_b=sides.max(axis=1), **{name: whole(rows[name]) for name in ("signYear", "signMonth", "signDay")})
    rows = rows.sort_values(["iso3_a", "iso3_b", "signYear", "signMonth", "signDay", "DCAid"])
    topics = rows[["category1", "category2", "category3"]]
    in_force = whole(rows.EIFYear)
    return pd.DataFrame(
        {
            "iso3_a": rows.iso3_a,
            "iso3_b": rows.iso3_b,
            "year": rows.signYear,
            "number": rows.groupby(["iso3_a", "iso3_b", "signYear"]).cumcount() + 1,
            "kind": rows.type,
            **{name: topics.eq(code).any(axis=1) for name, (code, _) in TOPICS.items()},
            "in_force_year": in_force.where(in_force > 0),
            "terminated": rows.terminated.map({"1": True, "0": False}),
        }
    )
