"""What the three tables on treaties share: their sources, and what changed for the members after July 2014."""

from common import source

# One page of the United Nations Treaty Collection a treaty; each was read as it stood on 3 February 2026.
PAGE = "https://treaties.un.org/Pages/ViewDetails.aspx?src=TREATY&mtdsg_no=XXVI-{}&chapter=26&clang=_en"
PAGES = {code: PAGE.format(number) for code, number in {"CWC": 3, "CTBT": 4, "APMBC": 5, "CCM": 6, "ATT": 8, "TPNW": 9}.items()}
AS_OF = "2026-02-03"

# Read on those pages: code -> members that became a party, or signed only, after the file of July 2014 (TPNW: at any time), with the date.
PARTIES = {
    "CWC": "PSE:2017-12-29",
    "CTBT": "COM:2021-02-19 GMB:2022-03-24",
    "APMBC": "OMN:2014-08-20 PSE:2017-12-29",
    "CCM": "BEN:2017-07-10 GIN:2014-10-21 GMB:2018-12-11 GUY:2014-10-31 MDV:2019-09-27 NGA:2023-02-28 PSE:2015-01-02 SOM:2015-09-30",
    "ATT": "AFG:2020-07-29 BEN:2016-11-07 CIV:2015-02-26 CMR:2018-06-18 GAB:2022-09-21 GIN:2014-10-21 GMB:2024-06-13 GNB:2018-10-22 KAZ:2017-12-08 LBN:2019-05-09 "
    "MDV:2019-09-27 MOZ:2018-12-14 MRT:2015-09-23 NER:2015-07-24 PSE:2017-12-29 SEN:2014-09-25 SLE:2014-08-12 SUR:2018-10-19 TCD:2015-03-25 TGO:2015-10-08",
    "TPNW": "BEN:2020-12-11 BGD:2019-09-26 CIV:2022-03-23 COM:2021-02-19 GMB:2018-09-26 GNB:2021-12-15 GUY:2017-09-20 IDN:2024-09-24 KAZ:2019-08-29 MDV:2019-09-26 "
    "MYS:2020-09-30 NGA:2020-08-06 PSE:2018-03-22 SLE:2024-09-24",
}
SIGNATORIES = {
    "CTBT": "SOM:2023-09-08",
    "TPNW": "BFA:2022-09-22 BRN:2018-09-26 DJI:2023-01-09 DZA:2017-09-20 KGZ:2025-09-26 LBY:2017-09-20 MOZ:2020-08-18 NER:2020-12-09 SDN:2020-07-22 TGO:2017-09-20",
}

PUBLIC_RECORD = {
    "name": "UN-public-record",
    "title": "Facts of public record (who signed or joined a treaty, and when), with the source named",
    "path": "https://treaties.un.org/",
}
UNTC_2014 = source(
    "United Nations Treaty Collection, chapters XVIII and XXVI, status of July 2014",
    "https://treaties.un.org/Pages/ParticipationStatus.aspx?clang=_en",
    "United Nations. Multilateral Treaties Deposited with the Secretary-General, chapters XVIII (Penal Matters) and XXVI (Disarmament): status of participation, July 2014. "
    "United Nations Treaty Collection, through the repository zmjones/untreaties, commit 003ce130.",
    "10 July 2014, commit 003ce1309cc2a27a5a3909f39b7e6634550bf173",
    "@misc{untc_status_2014, author = {{United Nations}}, title = {Multilateral Treaties Deposited with the Secretary-General, chapters XVIII and XXVI: status of participation}, "
    "year = {2014}, howpublished = {United Nations Treaty Collection, July 2014, repository zmjones/untreaties, commit 003ce130}}",
)
UNTC_2026 = source(
    "United Nations Treaty Collection, chapter XXVI, status of 3 February 2026",
    "https://treaties.un.org/Pages/Treaties.aspx?id=26&subid=A&clang=_en",
    "United Nations. Multilateral Treaties Deposited with the Secretary-General, chapter XXVI (Disarmament), numbers 3, 4, 5, 6, 8 and 9: status as at 3 February 2026. "
    "United Nations Treaty Collection, pages as kept in the repository mgaldino/treaties-ideal-point, commit 746a24fa.",
    "3 February 2026, commit 746a24fa99b65d0834f8cd6b79f458a180c338cf",
    "@misc{untc_disarmament_2026, author = {{United Nations}}, title = {Multilateral Treaties Deposited with the Secretary-General, chapter XXVI: Disarmament}, "
    "year = {2026}, howpublished = {United Nations Treaty Collection, status as at 3 February 2026, repository mgaldino/treaties-ideal-point, commit 746a24fa}}",
)
