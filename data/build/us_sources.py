"""What the tables from records of the United States share."""

from __future__ import annotations

from common import source

US_GOVERNMENT_WORK = {
    "name": "US-Government-work",
    "title": "Work of the United States Government: in the public domain (17 U.S.C. 105)",
    "path": "https://www.copyright.gov/title17/92chap1.html#105",
}

ASSISTANCE = source(
    "ForeignAssistance.gov: US foreign assistance by country",
    "https://foreignassistance.gov/data",
    "US Department of State and US Agency for International Development. ForeignAssistance.gov: obligations and disbursements by country and fiscal year. Public copy, commit 6aaa8012.",
    "copy at commit 6aaa8012cd10c65d8ee0992ec89ebd0a3519baaf, fiscal years 2024 and 2025 partly reported",
    "@misc{foreignassistance_country, author = {{US Department of State and US Agency for International Development}}, "
    "title = {ForeignAssistance.gov: obligations and disbursements by country and fiscal year}, url = {https://foreignassistance.gov/data}}",
)
