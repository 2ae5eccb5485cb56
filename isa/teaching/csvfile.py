"""CSV files that a spreadsheet, an LMS and pandas read alike, and in which no cell that came from outside is run as a formula.

RFC 4180 throughout: commas, CR LF, quotes only where they are needed and doubled inside. UTF-8 with a byte order mark, without which a spreadsheet spoils
every name that is not plain ASCII. (Canvas looks for "Student" within the first cell, Moodle and pandas drop the mark.)

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break, quoted or not; so such text gets an apostrophe before it, as OWASP advises
(https://owasp.org/www-community/attacks/CSV_Injection; ASVS 1.2.10). Where the list separator is a semicolon, the same holds after each one within a cell.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pandas as pd

_SIGNS = "=+\\-@＝＋－＠"  # a Japanese Excel takes the wide ones for the others
_UNSEEN = r"[\s\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]*"  # spreadsheets pass over what nobody sees
_FORMULA = re.compile(rf"(^|[,;|])(?={_UNSEEN}[{_SIGNS}])")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def safe(text: str) -> str:
    """Text on one line that no spreadsheet runs; numbers and honest names stay as they are.

    >>> safe("=HYPERLINK(1)"), safe("O'Neill"), safe("-4.5"), safe("Zoë;=1+1")
    ("'=HYPERLINK(1)", "O'Neill", '-4.5', "Zoë;'=1+1")
    """
    line = _BREAKS.sub(" ", text).strip()
    return line if _NUMBER.fullmatch(line) else _FORMULA.sub(r"\1'", line)


def number(value: float) -> str:
    """A number with at most four decimals, and no more than it needs.

    >>> number(4.0), number(10 / 3), number(-0.00001)
    ('4', '3.3333', '0')
    """
    return f"{round(float(value), 4) + 0.0:.4f}".rstrip("0").rstrip(".")


def cell(value: Any) -> str:
    """A value as it stands in a file: nothing where it is missing, a number or a time as such, anything else as safe text."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    return safe(str(value))


def content(table: pd.DataFrame) -> bytes:
    """A table, without its index, as the content of a CSV file."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([safe(str(name)) for name in table.columns])
    writer.writerows([cell(value) for value in row] for row in table.itertuples(index=False, name=None))
    return lines.getvalue().encode("utf-8-sig", "replace")
