"""countries: the code table that every other table points to."""

from pathlib import Path

import pandas as pd
from common import CC_BY, ISO3, PDDL, Table, column, read, source

CODES = source(
    "Comprehensive country codes (DataHub country-codes package)",
    "https://datahub.io/core/country-codes",
    "Datopian / DataHub. Comprehensive country codes: ISO 3166, UN M49 and other codes. Commit caa72d1e. "
    "Based on the UN Statistics Division's standard country or area codes (M49).",
    "commit caa72d1e0e5af8876c170bb36a9e4d64a01bba88",
    "@misc{datahub_country_codes, author = {{Datopian / DataHub}}, title = {Comprehensive country codes}, "
    "howpublished = {Data package, commit caa72d1e}, url = {https://datahub.io/core/country-codes}}",
)
INCOME = source(
    "World Bank country and lending groups, fiscal year 2022",
    "https://datahelpdesk.worldbank.org/knowledgebase/articles/906519-world-bank-country-and-lending-groups",
    "World Bank. Country metadata of the World Development Indicators, edition of 2021 (income groups of fiscal year 2022).",
    "edition of 2021",
    "@misc{worldbank_income_groups_2021, author = {{World Bank}}, title = {World Bank country and lending groups, fiscal year 2022}, year = {2021}}",
)

TABLE = Table(
    name="countries",
    title="Countries and areas",
    description="Names, United Nations regions, income group and special categories of 249 countries and areas.",
    measured="Codes and regions as the United Nations Statistics Division lists them; income group by gross national income per head as the World Bank "
    "classified economies in 2021.",
    misses=[
        "Kosovo has no ISO 3166-1 code and is not in the list.",
        "Income groups are those of one year (2021); a country may have moved since. 35 areas have none, among them Venezuela, which the World Bank left unclassified that year.",
        "A region is a statistical convention of the United Nations, not a political or cultural statement.",
    ],
    fields=[
        column("iso3", "string", "ISO 3166-1 alpha-3 code, the key of the whole package", unique=True, pattern=ISO3),
        column("iso2", "string", "ISO 3166-1 alpha-2 code", pattern="^[A-Z]{2}$"),
        column("name", "string", "Short English name, spelled the same in every table"),
        column("region", "string", "Region of the United Nations geoscheme", required=False, enum=["Africa", "Americas", "Asia", "Europe", "Oceania"]),
        column("subregion", "string", "Sub-region of the United Nations geoscheme", required=False),
        column(
            "income_group",
            "string",
            "World Bank income group, edition of 2021",
            required=False,
            enum=["Low income", "Lower middle income", "Upper middle income", "High income"],
        ),
        column("least_developed", "boolean", "On the United Nations list of least developed countries in the copy used"),
        column("landlocked_developing", "boolean", "On the United Nations list of landlocked developing countries in the copy used"),
        column("small_island_developing", "boolean", "On the United Nations list of small island developing States in the copy used"),
        column("oic_member", "boolean", "Member of the Organisation of Islamic Cooperation"),
    ],
    primary_key=["iso3"],
    foreign_keys={},
    sources=[CODES, INCOME],
    licences=[PDDL, CC_BY],
    lessons=["00", "07"],
)

# The members' names are short ones; these two are written as the United Nations writes them.
SPELLED = {"CIV": "Côte d'Ivoire", "TUR": "Türkiye"}


def names(raw: Path) -> pd.Series:
    """iso3 -> the one spelling that all tables use."""
    countries = read(raw, "oic-reference/countries.csv").set_index("iso3")
    short = read(raw, "oic-reference/oic_members.csv").set_index("iso3").name_short
    spelled = countries.name_official_en.copy()
    spelled.update(short)
    spelled.update(pd.Series(SPELLED))
    return spelled


def build(raw: Path) -> pd.DataFrame:
    """One row a country or area."""
    codes = read(raw, "oic-reference/countries.csv")
    return pd.DataFrame(
        {
            "iso3": codes.iso3,
            "iso2": codes.iso2,
            "name": codes.iso3.map(names(raw)),
            "region": codes.un_region,
            "subregion": codes.un_subregion,
            "income_group": codes.wb_income_group_2021,
            "least_developed": codes.ldc == "1",
            "landlocked_developing": codes.lldc == "1",
            "small_island_developing": codes.sids == "1",
            "oic_member": codes.oic_member == "1",
        }
    )
