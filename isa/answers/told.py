"""Reads back what `explain` told a student, so that a report can count points and misconceptions without marking a class again.

What counts is what students were told: the marker may have learned since.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from isa.answers.explain import messages
from isa.answers.question import MarkScheme, Point, State

_QUOTED = "[^“”]*"  # no quotation keeps such marks inside
_STATES: tuple[State, ...] = ("met", "partly", "missing", "contradicted")


@dataclass(frozen=True)
class Told:
    """What a student was told of one point; `claims` are the texts of the misconceptions that share the sentence that was said, empty where none was named."""

    point: str
    state: State
    marks: float
    claims: tuple[str, ...] = ()


def told(explanation: str, scheme: MarkScheme, language: str = "en") -> tuple[Told, ...] | None:
    """What an explanation says of each point, in the order of the scheme.

    None where it is no explanation of this scheme: nothing was written, a person marked it alone, or the scheme had other points then.
    """
    item, states = _forms(language)
    found = [match for line in explanation.split("\n") if (match := item.fullmatch(line))]
    if [match["number"] for match in found] != [str(at) for at, _ in enumerate(scheme.points, 1)]:
        return None
    read: list[Told] = []
    for match, point in zip(found, scheme.points, strict=True):
        said = next(((state, form) for state, pattern in states if (form := pattern.fullmatch(match["feedback"]))), None)
        if said is None or match["most"] != f"{round(point.marks, 2):g}":
            return None
        state, form = said
        claims = tuple(_claims(point, form["advice"])) if state == "contradicted" else ()
        read.append(Told(point.name, state, float(match["marks"]), claims))
    return tuple(read)


def _claims(point: Point, advice: str) -> Iterator[str]:
    return (claim.text for claim in point.reject if claim.feedback and claim.feedback.strip() == advice.strip())


@lru_cache
def _forms(language: str) -> tuple[re.Pattern[str], list[tuple[State, re.Pattern[str]]]]:
    """What an item of the list looks like, and what is said in each state."""
    say = messages(language)
    item = _form(f"- {say['point']}", number=r"\d+", marks=r"-?[\d.e+-]+", most=r"[\d.e+-]+", feedback=".*")
    kinds = [(state, say[key]) for state in _STATES for key in (state, f"{state}_unquoted") if key in say]
    return item, [(state, _form(template, f"(?: {re.escape(say['to_check'])})?", quote=_QUOTED, hint=".*?", advice=".*?")) for state, template in kinds]


def _form(template: str, end: str = "", **parts: str) -> re.Pattern[str]:
    """A sentence of the catalogue as a pattern with a group for each name in braces."""
    pieces = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(f"(?P<{piece}>{parts[piece]})" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)) + end)
