"""us_troops: how many military personnel the United States has in OIC states, by year."""

from pathlib import Path

import pandas as pd
from common import Table, column, iso3_column, members, read, source, whole
from us_sources import US_GOVERNMENT_WORK

COMPILATION = {
    "name": "troopdata-citation",
    "title": "Compiled in the R package troopdata (package under GPL 3 or later): figures of the US Government, to be used with citation",
    "path": "https://meflynn.github.io/troopdata/",
}
BASES = ["report", "report without temporary duty", "estimate", "no figure"]

TABLE = Table(
    name="us_troops",
    title="US military personnel in OIC states",
    description="US active-duty military personnel in each OIC state by year, 1990 to 2024, with members of the Guard and Reserve from 2009.",
    measured="The US Department of Defense counts personnel by place at the end of a quarter. The makers of the data took one report a year to 2012, then the highest of several. "
    "basis says where a figure comes from: a report, a report that leaves out temporary duty, an estimate from public reporting or an earlier compilation, or nowhere.",
    misses=[
        "From December 2017 the reports leave out the personnel deployed to Afghanistan, Iraq and Syria. Estimates stand for some years (Afghanistan to 2020, Iraq and Syria to 2021); after that there is no figure. "
        "That does not mean that nobody was there.",
        "From 2018 the figures of all states hold those posted there and hardly anyone on temporary duty: Kuwait falls from 9,000 to 2,100 and Qatar from 4,300 to 800. "
        "Do not compare years before and after 2018.",
        "The copy used added Guard and Reserve to active duty in 2009 to 2017; we subtracted them again. That meets the makers' later file exactly where we compared it (Kuwait 2009 to 2013, Türkiye 2009 to 2012) and may be some per cent off in 2014 to 2017, "
        "where the highest total and the highest reserve can come from different quarters.",
        "2008 has no figure for any state: the copy used added two reports for some. Afghanistan 2014 to 2017 and Iraq 2015 to 2017 have none, because their totals do not fit their parts.",
        "Nine figures were corrected from the makers' own later notes and files: Iraq 2006 and 2007 and Afghanistan 2019 and 2020 stood there two or three times over, "
        "Kuwait 2003 to 2005 was zero, Syria 2021 was one, Türkiye 2005 was 1,400 too high.",
        "A zero can mean that the report shows none or does not list the state. The Army reported nothing for the three quarters from December 2022: figures of 2022 and 2023 may be low.",
        "Palestine is not in the data. From 2008 a ship's crew is counted at its home port. Presence says nothing about purpose, agreement or use.",
    ],
    fields=[
        iso3_column("the host state"),
        column("year", "integer", "Calendar year", unit="year", minimum=1990, maximum=2024),
        column("active_duty_persons", "integer", "Active-duty military personnel", unit="persons", required=False, minimum=0),
        column("guard_reserve_persons", "integer", "Members of the National Guard and Reserve, reported from 2009", unit="persons", required=False, minimum=0),
        column("basis", "string", "Where the figure comes from", enum=BASES),
    ],
    primary_key=["iso3", "year"],
    sources=[
        source(
            "US personnel by country and year, R package troopdata, after reports of the Defense Manpower Data Center",
            "https://meflynn.github.io/troopdata/",
            "Allen, Michael A., Michael E. Flynn and Carla Martinez Machain (2022). US Global Military Deployments, 1950-2020. Conflict Management and Peace Science 39(3): 351-370. "
            "Data: R package troopdata, commit 3946bcf8, file troopdata-rebuild-country-year.csv, after reports of the US Defense Manpower Data Center; "
            "corrected after the package's NEWS (commit 052d0ac3) and its file of report periods (commit 00c0deba).",
            "commit 3946bcf89a6d72de8abace812dc557f1f249f5f7, with nine corrections",
            "@article{allen2022troops, author = {Allen, Michael A. and Flynn, Michael E. and Martinez Machain, Carla}, title = {US Global Military Deployments, 1950--2020}, "
            "journal = {Conflict Management and Peace Science}, volume = {39}, number = {3}, pages = {351--370}, year = {2022}}",
        )
    ],
    licences=[US_GOVERNMENT_WORK, COMPILATION],
    lessons=["09"],
)

# Figures that the makers took from public reporting or from Kane's compilation (documentation of the package, commit 052d0ac3).
ESTIMATES = {
    "AFG": [*range(2001, 2006), *range(2018, 2021)],
    "IRQ": [*range(2003, 2008), *range(2018, 2022)],
    "KWT": range(2003, 2008),
    "SYR": range(2018, 2022),
}
NO_FIGURE = {"AFG": [*range(2014, 2018), *range(2021, 2025)], "IRQ": [*range(2015, 2018), *range(2022, 2025)], "SYR": range(2022, 2025)}
# NEWS of versions 0.1.4, 1.0.1 and 1.1.0; Kuwait and Türkiye: the file of report periods.
CORRECTED = {
    ("IRQ", 2006): 141100,
    ("IRQ", 2007): 170000,
    ("AFG", 2019): 13000,
    ("AFG", 2020): 8600,
    ("SYR", 2021): 900,
    ("KWT", 2003): 47000,
    ("KWT", 2004): 36647,
    ("KWT", 2005): 42600,
    ("TUR", 2005): 1780,
}


def build(raw: Path) -> pd.DataFrame:
    """One row a member and year."""
    table = read(raw, "us-troop-presence/us_personnel_country_year.csv")
    table = table[table.iso3.isin(members(raw))]
    year = whole(table.year)
    keys = pd.Series(list(zip(table.iso3, year, strict=True)), index=table.index)

    def listed(years: dict) -> pd.Series:
        return keys.map(lambda key: key[1] in years.get(key[0], ()))

    basis = pd.Series("report", index=table.index).mask(year >= 2018, "report without temporary duty")
    basis = basis.mask(listed(ESTIMATES), "estimate").mask(listed(NO_FIGURE) | (year == 2008), "no figure")
    reserve = whole(table.total_selected_reserve).where((year >= 2009) & basis.str.startswith("report"))
    active = whole(table.troops_ad) - reserve.where(year <= 2017).fillna(0)
    active = keys.map(CORRECTED).astype("Int64").fillna(active)
    return pd.DataFrame(
        {
            "iso3": table.iso3,
            "year": year,
            "active_duty_persons": active.where(basis != "no figure"),
            "guard_reserve_persons": reserve,
            "basis": basis,
        }
    )
