"""Reads a number as people type it: with commas, points or spaces between thousands, a decimal comma, a per cent sign, "5 million", Arabic digits."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from isa.study.values import literal

LONGEST = 100  # characters

FORM = "Expected is one number in digits, with a point before decimals, such as 1234.5."

_SIGNS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-", "’": "'", "٫": ".", "٬": ",", "٪": "%", "％": "%", "，": ",", "．": "."})
_CURRENCY = r"(?:(?:US\s?)?[$€£])?"
_NUMBER = re.compile(
    rf"[=≈~]?\s*{_CURRENCY}\s*(?P<sign>[-+]?)\s*{_CURRENCY}\s*(?P<digits>[\d.,][\d.,'_ ]*?)(?:e(?P<power>[-+]?\d{{1,3}}))?"
    r"\s*(?P<words>(?:[^\W\d_]|[%($€£])[^\d+*=<>]*)?",
    re.IGNORECASE,
)
_SCALES = {"hundred": 1e2, "thousand": 1e3, "lakh": 1e5, "million": 1e6, "mn": 1e6, "crore": 1e7, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_PER_CENT = re.compile(r"%|\bper\s?cent(age)?\b|\bpct\b", re.IGNORECASE)
_GROUPS = {mark: rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+|[1-9]\d?(?:{re.escape(mark)}\d\d)+{re.escape(mark)}\d{{3}}" for mark in ",. '"}


class NotANumber(ValueError):
    """A text is not one number; the message, Markdown for its writer, says what was found and what is expected."""


@dataclass(frozen=True)
class TypedNumber:
    """A number that was typed.

    Attributes:
        value: in the unit that was asked for.
        step: one in its last place: 0.1 for 12.5, 1 for 12.
        otherwise: its value if the comma stood before decimals, where that is possible, as in 1,234.
        plain: whether it is read as anybody would read it; if not, its writer should hear how it was read.
    """

    value: float
    step: float
    otherwise: float | None = None
    plain: bool = True


def read(text: str, unit: str = "") -> TypedNumber:
    """The number in a text, in `unit`; "5 million" is 5 where the unit is millions, and "12 %" is 0.12 where it is not per cent.

    >>> read("1,234.5").value, read("12,5").value, read("−5 members").value, read("12 %", "per cent").value, read("12 %").value
    (1234.5, 12.5, -5.0, 12.0, 0.12)

    Raises:
        NotANumber: it holds none, several, or one that can be read in no way.
    """
    if not text.strip():
        raise NotANumber(f"Nothing was typed. {FORM}")
    if len(text) > LONGEST:
        raise NotANumber(f"Found {len(text):,} characters. {FORM}")
    found = _NUMBER.fullmatch(" ".join(_in_ascii_digits(text.translate(_SIGNS)).split()))
    words = (found["words"] or "") if found else ""
    digits = found["digits"].replace("_", "").strip().rstrip(".,") if found and not any(map(str.isnumeric, words)) else ""
    parts = _parts(digits) if digits else None
    if not found or not parts:
        raise NotANumber(f"Found “{literal(text)}”, which is not one number. {FORM}")
    whole, decimals, otherwise = parts
    factor = _scale(words, unit) * (-1 if found["sign"] == "-" else 1)
    power = int(found["power"] or 0)
    value, step = float(f"{whole or 0}.{decimals or 0}e{power}") * factor, float(f"1e{power - len(decimals)}") * abs(factor)
    if not (math.isfinite(value) and math.isfinite(step)):
        raise NotANumber(f"Found “{literal(text)}”, a number too large to compare. {FORM}")
    comma_before_decimals = bool(decimals) and "." not in digits
    return TypedNumber(value, step, None if otherwise is None else otherwise * factor, not comma_before_decimals and otherwise is None and abs(factor) == 1)


def written(value: float) -> str:
    """A number in digits, as this course writes it.

    >>> written(1234567.0), written(0.125)
    ('1234567', '0.125')
    """
    return f"{value:.15g}"


def _in_ascii_digits(text: str) -> str:
    """Digits of any script as 0 to 9; superscripts are no digits."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def _parts(digits: str) -> tuple[str, str, float | None] | None:
    """Digits before and after the decimal mark, and the value that the other reading gives where there are two; None where it is no number."""
    for mark in " '":
        if mark in digits:
            found = re.fullmatch(rf"({_GROUPS[mark]})(?:[.,](\d+))?", digits)
            return (found[1].replace(mark, ""), found[2] or "", None) if found else None
    for decimal, thousands in (".,", ",."):
        if found := re.fullmatch(rf"({_GROUPS[thousands]}){re.escape(decimal)}(\d+)", digits):
            return found[1].replace(thousands, ""), found[2], None
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        return digits.replace(",", ""), "", float(digits.replace(",", "."))
    if found := re.fullmatch(r"(\d*)(?:[.,](\d+))?", digits):
        return found[1], found[2] or "", None
    for mark in ",.":
        if re.fullmatch(_GROUPS[mark], digits):
            return digits.replace(mark, ""), "", None
    return None


def _scale(words: str, unit: str) -> float:
    """What the words behind a number multiply it by, beside what the unit says."""
    if _PER_CENT.search(words):
        return 1.0 if _PER_CENT.search(unit) else 0.01
    said, asked = ([_SCALES[word] for word in re.findall(r"[a-z]+?(?=s?\b)", text.lower()) if word in _SCALES] for text in (words, unit))
    return (said[0] / asked[0] if asked else said[0]) if said else 1.0
