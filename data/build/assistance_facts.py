"""assistance_facts: fourteen single facts on security assistance among OIC members."""

from pathlib import Path

import pandas as pd
from common import CC_BY, COUNTRIES, ISO3, Table, column, read, source, whole

# In the order of the raw file: what the text reports, what its number is, and how exact its date is.
# The day of the Pakistani statements was read on the page itself: the defence minister spoke in the Senate on 19 February 2018.
EVENT, PLAN, CLAIM, REPORT = "event", "plan", "claim of an official", "media report"
READ = [
    (EVENT, "", "2015-01-25", "day"),
    (EVENT, "", "2016-04", "month"),
    (PLAN, PLAN, "2016", "year"),
    (EVENT, PLAN, "2017-09-30", "day"),
    (PLAN, PLAN, "2020-08", "month"),
    (EVENT, REPORT, "2020-12-21", "day"),
    (EVENT, "", "1982", "year"),
    (REPORT, REPORT, "2018-02", "month"),
    (PLAN, PLAN, "2018-02", "month"),
    (CLAIM, CLAIM, "2018-02-19", "day"),
    (REPORT, REPORT, "2018-02", "month"),
    (REPORT, REPORT, "2018-02", "month"),
    (EVENT, "", "1980", "decade"),
    (REPORT, "", "2025-11", "month"),
]

TABLE = Table(
    name="assistance_facts",
    title="Fourteen facts on security assistance among OIC members",
    description="Agreements, bases, deployments, training, aid and an export among members of the OIC that the project found on public pages: Türkiye in Somalia and Qatar, Pakistan in Saudi Arabia, "
    "Qatar and for Iran, Saudi Arabia for Bahrain, the United Arab Emirates for Indonesia.",
    measured="Read one by one on news and reference pages, each named in its row. nature says what the text reports: an event, a plan, the claim of an official, or what media report.",
    misses=[
        "Examples, no statistics: fourteen rows out of an unknown number. Never add the persons up, and never compare states by their number of rows.",
        "Found by searching in a few languages for a few states. No row for a state means nothing.",
        "Most numbers are plans or claims; only one number of persons belongs to a training that a page reports as held.",
        "Pages disagree: for Pakistani troops in Saudi Arabia before 2018 other reports give 750 to 800, or 1,180, instead of 1,600. "
        "In March 2018 the defence minister told the National Assembly of 1,671 there and 629 in Qatar (https://archive.pakistantoday.com.pk/2018/03/13/as-many-as-1671-pakistan-military-personnel-deployed-in-saudi-arabia-na-told/).",
        "There is no public data set of the assistance that OIC members give each other.",
    ],
    fields=[
        column("fact", "integer", "Number of the fact", unit="number", unique=True, minimum=1, maximum=14),
        column("provider_iso3", "string", "ISO 3166-1 alpha-3 code of the state that provides", pattern=ISO3),
        column("recipient_iso3", "string", "ISO 3166-1 alpha-3 code of the state that receives", pattern=ISO3),
        column("kind", "string", "Kind of assistance", enum=["agreement", "aid", "base", "deployment", "export", "training"]),
        column("date", "string", "Date, ISO 8601 as precise as date_precision says (a decade: its first year)", pattern=r"^\d{4}(-\d\d(-\d\d)?)?$"),
        column("date_precision", "string", "How exact the date is", enum=["day", "month", "year", "decade"]),
        column("what", "string", "What the page says, in the project's words"),
        column("persons", "integer", "Persons, where the page gives a number", unit="persons", required=False, minimum=0),
        column("persons_nature", "string", "What the number of persons is", required=False, enum=[PLAN, CLAIM, REPORT]),
        column("nature", "string", "What the text reports", enum=[EVENT, PLAN, CLAIM, REPORT]),
        column("source", "string", "Address of the page"),
    ],
    primary_key=["fact"],
    foreign_keys={"provider_iso3": COUNTRIES, "recipient_iso3": COUNTRIES},
    sources=[
        source(
            "TRT World: Pakistan training 10,000 Saudi soldiers",
            "https://trtworld.com/asia/pakistan-training-10-000-saudi-soldiers-15328",
            "TRT World (19 February 2018). Pakistan training 10,000 Saudi soldiers.",
            "19 February 2018",
            "@misc{trt_pakistan_saudi_2018, author = {{TRT World}}, title = {Pakistan training 10,000 Saudi soldiers}, year = {2018}, "
            "url = {https://trtworld.com/asia/pakistan-training-10-000-saudi-soldiers-15328}}",
        ),
        source(
            "Goobjoog News: Turkey sets up first African military base in Somalia",
            "https://en.goobjoog.com/turkey-sets-up-first-african-military-base-in-somalia",
            "Goobjoog News (2016). Turkey sets up first African military base in Somalia.",
            "2016",
            "@misc{goobjoog_turkey_base_2016, author = {{Goobjoog News}}, title = {Turkey sets up first African military base in Somalia}, year = {2016}, "
            "url = {https://en.goobjoog.com/turkey-sets-up-first-african-military-base-in-somalia}}",
        ),
        source(
            "Dawn: Pakistan reaffirms commitment to train Saudi troops",
            "https://www.dawn.com/news/1508298",
            "Dawn (1 October 2019). Pakistan reaffirms commitment to train Saudi troops.",
            "1 October 2019",
            "@misc{dawn_pakistan_saudi_2019, author = {{Dawn}}, title = {Pakistan reaffirms commitment to train Saudi troops}, year = {2019}, url = {https://www.dawn.com/news/1508298}}",
        ),
    ],
    licences=[CC_BY | {"title": "Compilation by the project, Creative Commons Attribution 4.0; the facts are those of the pages named"}],
    lessons=["02"],
)


def build(raw: Path) -> pd.DataFrame:
    """One row a fact."""
    table = read(raw, "memberships-compiled/intra_oic_assistance_facts.csv")
    nature, persons_nature, date, precision = zip(*READ, strict=True)
    return table.assign(
        fact=range(1, len(table) + 1), date=date, date_precision=precision, persons=whole(table.persons), persons_nature=persons_nature, nature=nature
    )[[f["name"] for f in TABLE.fields]]
