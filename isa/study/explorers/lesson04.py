"""Lesson 04: how a treaty was signed and ratified by the members, and where the table of its dates ends."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

import pandas as pd

from isa.catalog import load
from isa.charts import themed
from isa.charts.theme import COLOURS, INK, NO_FIGURE
from isa.study.explorers.parts import Choice, Explorer, Reading, State, Years

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUESTION = (
    "In the test ban, at the end of which year did the members that were bound first outnumber those that had only signed? Find that year for the cluster "
    "munitions convention too. Is it the same in each group? Then set the year to 2016, and to 2026: what is not said, and what is said instead?"
)
ALL = "all 57 members"
TREATIES = {
    "mine ban": "APMBC",
    "cluster munitions": "CCM",
    "conventional weapons": "CCW",
    "test ban": "CTBT",
    "chemical weapons": "CWC",
    "environment": "ENMOD",
}
# The last day of the table of dates, and the day of the table of positions.
ENDS = date(2014, 7, 10)
SEEN = date(2026, 2, 3)


@dataclass(frozen=True)
class Days:
    """The days of a treaty among some members, in order.

    Attributes:
        opened: the first signature by any state.
        signed: of each signature.
        bound: of each bond.
        both: of each bond of a member that had signed.
        of: how many members there are.
    """

    opened: date
    signed: tuple[date, ...]
    bound: tuple[date, ...]
    both: tuple[date, ...]
    of: int

    def until(self, day: date) -> tuple[int, int, int]:
        """How many had signed, how many were bound, and how many had only signed, on a day."""
        signed, bound, both = (sum(one <= day for one in days) for days in (self.signed, self.bound, self.both))
        return signed, bound, signed - both


def read(state: State) -> Reading:
    """The adoption of `state["treaty"]` by `state["group"]` until the end of `state["year"]`, as far as the tables go."""
    treaty, group, year = state["treaty"], state["group"], state["year"]
    days = _days(TREATIES[treaty], group)
    title = f"{treaty[0].upper()}{treaty[1:]} ({TREATIES[treaty]}): {group}"
    if year < days.opened.year:
        words = f"{title}. At the end of {year} there was nothing to sign: the first signature by any state is of {_said(days.opened)}."
        return Reading(partial(_words, title, words), "An empty chart: the sentence below it says why.", words)
    until = min(date(year, 12, 31), ENDS)
    signed, bound, _ = days.until(until)
    seen = _position(TREATIES[treaty], group) if year == SEEN.year else None
    alt = (
        f"Two step lines from {days.opened.year} to {_said(until)}: {signed} of {days.of} have signed, {bound} are bound."
        f"{' The time after July 2014 is hatched.' if year >= ENDS.year else ''}{f' A point at February 2026: {seen[0]} are a party.' if seen else ''}"
    )
    return Reading(partial(_chart, title, days, until, year, seen), alt, " ".join([f"{title}.", *_sentences(days, until, year, seen)]))


def _sentences(days: Days, until: date, year: int, seen: tuple[int, int] | None) -> list[str]:
    """What is known for a year, and what is not."""
    signed, bound, only = days.until(until)
    when = f"By {_said(until)}, where the table of dates ends" if year >= ENDS.year else f"By the end of {year}"
    more = (
        "More were bound than had only signed."
        if bound > only
        else "More had only signed than were bound."
        if bound < only
        else "As many were bound as had only signed."
    )
    said = [f"{when}, {signed} of {days.of} had signed and {bound} were bound; {only} had only signed, {days.of - bound - only} had done neither. {more}"]
    if ENDS.year < year < SEEN.year:
        said.append(
            f"What happened between then and the end of {year}, that table does not know: a line drawn on would show the end of a file, and no standstill."
        )
    elif year == SEEN.year and seen:
        party, signatory = seen
        said.append(
            f"On {_said(SEEN)}, by another table, {party} were a party, {signatory} had only signed and {days.of - party - signatory} had done neither."
        )
    elif year == SEEN.year:
        said.append("For this treaty no table of the course has a later position.")
    return said


@cache
def _members(group: str) -> frozenset[str]:
    """Codes of the members that a choice of group names."""
    members = load("members")
    return frozenset(members.iso3 if group == ALL else members.iso3[members.oic_group.astype(str) + " group" == group])


@cache
def _days(treaty: str, group: str) -> Days:
    """The days of a treaty, read once."""
    rows = load("treaty_dates")
    rows = rows[rows.treaty == treaty]
    opened = rows.signed.min().date()
    codes = _members(group)
    rows = rows[rows.iso3.isin(codes)]
    signed, bound, both = (tuple(sorted(day.date() for day in column.dropna())) for column in (rows.signed, rows.bound, rows.bound[rows.signed.notna()]))
    return Days(opened, signed, bound, both, len(codes))


@cache
def _position(treaty: str, group: str) -> tuple[int, int] | None:
    """How many were a party and how many a signatory when the table of positions was read; None where it does not have the treaty."""
    rows = load("treaty_positions")
    status = rows.status[(rows.treaty == treaty) & rows.iso3.isin(_members(group))]
    return None if status.empty else (int((status == "party").sum()), int((status == "signatory").sum()))


def _chart(title: str, days: Days, until: date, year: int, seen: tuple[int, int] | None) -> Figure:
    """A step line for signatures and one for bonds, hatched where the table of dates has ended."""
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.4, 3.6))
        figure.suptitle(title, x=0.01, ha="left")
        ax = figure.add_axes((0.09, 0.12, 0.89, 0.74))
        for name, each, colour, dashes in (("signed", days.signed, COLOURS[0], "-"), ("bound", days.bound, COLOURS[1], "--")):
            steps = [day for day in each if day <= until]
            x = [_decimal(day) for day in [days.opened, *steps, until]]
            ax.plot(x, [*range(len(steps) + 1), len(steps)], color=colour, linestyle=dashes, drawstyle="steps-post", label=name)
        if year >= ENDS.year:
            ax.axvspan(_decimal(ENDS), 2027, **{**NO_FIGURE, "linewidth": 0})
        if seen:
            ax.plot([_decimal(SEEN)], [seen[0]], "o", color=COLOURS[3], label="party, February 2026")
        ax.set(xlim=(days.opened.year, 2027), ylim=(0, days.of * 1.04))
        ax.locator_params(axis="x", nbins=8, integer=True)
        figure.legend(*ax.get_legend_handles_labels(), loc="upper right", bbox_to_anchor=(0.99, 0.94), ncols=3, fontsize=9)
        figure.text(0.01, 0.88, f"members, of {days.of}", color=INK, fontsize=9)
    return figure


def _words(title: str, words: str) -> Figure:
    """Words where there is no chart."""
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.4, 3.6))
        figure.suptitle(title, x=0.01, ha="left")
        figure.text(0.05, 0.5, textwrap.fill(words, 60), color=INK)
    return figure


def _decimal(day: date) -> float:
    """A day as a number of years."""
    start = date(day.year, 1, 1)
    return day.year + (day - start) / timedelta(days=365.25)


def _said(day: date) -> str:
    return f"{day.day} {pd.Timestamp(day).month_name()} {day.year}"


def _groups() -> tuple[str, ...]:
    return (ALL, *(f"{group} group" for group in load("members").oic_group.cat.categories))


EXPLORER = Explorer(
    QUESTION,
    (
        Choice("treaty", "Treaty", tuple(TREATIES), "test ban"),
        Choice("group", "Members", _groups(), ALL),
        Years("year", "Until the end of", 1977, 2026, 2000),
    ),
    read,
)
