"""Lesson 10: how often a member and a power voted alike on arms control, and which of the two changed its votes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import pandas as pd

from isa.catalog import load
from isa.charts import themed
from isa.charts.theme import COLOURS, INK
from isa.study.explorers.parts import Choice, Explorer, Reading, State, Years

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUESTION = (
    "Find a member and a power whose agreement fell by 20 points or more although the member's own share of yes moved by less than 5. Whose votes changed? "
    "Then find a pair in which the member's share of yes moved further than the power's."
)
POWERS = {"China": "CHN", "France": "FRA", "India": "IND", "Russia": "RUS", "United Kingdom": "GBR", "United States": "USA"}
SPAN = 5
FIRST, LAST = 1990, 2019
# A five-year number from fewer roll calls than this is marked, and so is a year with fewer than that.
FEW, FEW_IN_A_YEAR = 30, 5


@dataclass(frozen=True)
class Voted:
    """The roll calls of some years in which both voted.

    Attributes:
        both: how many.
        alike: per cent of them with the same vote; missing for none, like the next two.
        member_yes: per cent with a yes of the member.
        power_yes: per cent with a yes of the power.
    """

    both: int
    alike: float
    member_yes: float
    power_yes: float


def read(state: State) -> Reading:
    """Agreement of `state["member"]` and `state["power"]` in the five years from `state["early"]` and in those from `state["late"]`."""
    member, power = state["member"], state["power"]
    spans = [(first, first + SPAN - 1) for first in (state["early"], state["late"])]
    years = [_voted(member, power, year, year) for year in range(FIRST, LAST + 1)]
    early, late = (_voted(member, power, *span) for span in spans)
    title = f"{member} and {power}: roll calls on arms control"
    said = [f"{title}.", *(_five(span, voted) for span, voted in zip(spans, (early, late), strict=True)), *_change(member, power, spans, early, late)]
    few = sum(voted.both < FEW_IN_A_YEAR for voted in years)
    alt = (
        f"Three lines by year, {FIRST} to {LAST}: per cent of roll calls in which both voted alike, and in which {member} and {power} said yes. "
        f"The years {spans[0][0]} to {spans[0][1]} and {spans[1][0]} to {spans[1][1]} are shaded. {_five(spans[0], early)} {_five(spans[1], late)}"
        + (f" The lines break in {few} of {len(years)} years, with fewer than {FEW_IN_A_YEAR} such roll calls." if few else "")
    )
    return Reading(partial(_chart, title, member, power, years, spans), alt, " ".join(said))


def _five(span: tuple[int, int], voted: Voted) -> str:
    """Five years in a sentence."""
    years = f"{span[0]} to {span[1]}"
    if not voted.both:
        return f"{years}: no roll call in which both voted."
    return f"{years}: alike in {voted.alike:.0f} per cent of {voted.both} roll calls, yes {voted.member_yes:.0f} and {voted.power_yes:.0f} per cent."


def _change(member: str, power: str, spans: list[tuple[int, int]], early: Voted, late: Voted) -> list[str]:
    """What changed, on whose side more, and on how little it may rest."""
    if spans[0] == spans[1]:
        return ["Both are the same years: move one of them."]
    if not (early.both and late.both):
        return ["Nothing to compare."]
    agreement, own, other = (round(now) - round(then) for then, now in zip(_numbers(early), _numbers(late), strict=True))
    further = member if abs(own) > abs(other) else power if abs(other) > abs(own) else ""
    moved = f"{further} moved further" if further else "Both moved equally far"
    moved = f"{moved}, or other texts came to the vote" if own or other else "Neither share of yes moved"
    said = [f"From the first years to the second: agreement {agreement:+d} points, yes of {member} {own:+d}, yes of {power} {other:+d}. {moved}."]
    if spans[0][0] > spans[1][0]:
        said.append("The second years are the earlier ones.")
    if abs(spans[0][0] - spans[1][0]) < SPAN:
        said.append("The two spans overlap.")
    if few := sum(voted.both < FEW for voted in (early, late)):
        said.append(f"{'Both numbers rest' if few > 1 else 'One number rests'} on fewer than {FEW} roll calls.")
    return said


def _numbers(voted: Voted) -> tuple[float, float, float]:
    return voted.alike, voted.member_yes, voted.power_yes


@cache
def _table() -> pd.DataFrame:
    """A row for each roll call, a column for each state; and the year as the row's label."""
    wide = load("roll_call_votes").pivot(index="roll_call", columns="iso3", values="vote").astype("object")
    return wide.set_axis(load("roll_calls").set_index("roll_call").date.dt.year.loc[wide.index], axis=0)


@cache
def _code(member: str) -> str:
    members = load("members")
    return str(members.iso3[members.name == member].item())


@cache
def _pair(member: str, power: str) -> pd.DataFrame:
    """The roll calls in which both voted, with their years as labels: whether alike, and whether yes."""
    pair = _table()[[_code(member), POWERS[power]]].dropna()
    one, other = pair.iloc[:, 0], pair.iloc[:, 1]
    return pd.DataFrame({"alike": one == other, "member_yes": one == "yes", "power_yes": other == "yes"})


@cache
def _by_year(member: str, power: str) -> dict[int, tuple[int, int, int, int]]:
    """Year -> how many roll calls, how many alike, and how often each said yes."""
    grouped = _pair(member, power).groupby(level=0)
    table = grouped.sum().assign(both=grouped.size())[["both", "alike", "member_yes", "power_yes"]]
    return {int(year): tuple(int(number) for number in row) for year, row in zip(table.index, table.to_numpy(), strict=True)}  # type: ignore[misc]


def _voted(member: str, power: str, first: int, last: int) -> Voted:
    """What both did in some years."""
    counts = [row for year, row in _by_year(member, power).items() if first <= year <= last]
    both, *parts = [sum(column) for column in zip(*counts, strict=True)] or [0, 0, 0, 0]
    return Voted(both, *(100 * part / both if both else math.nan for part in parts))


def _chart(title: str, member: str, power: str, years: list[Voted], spans: list[tuple[int, int]]) -> Figure:
    """Three lines, broken where few roll calls stand behind a year, and the two spans of years shaded."""
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.4, 3.8))
        figure.suptitle(title, x=0.01, ha="left")
        ax = figure.add_axes((0.08, 0.1, 0.9, 0.68))
        for (first, last), name in zip(spans, ("first", "second"), strict=True):
            ax.axvspan(first - 0.5, last + 0.5, color=INK, alpha=0.08, linewidth=0)
            ax.text((first + last) / 2, 104, name, ha="center", va="bottom", fontsize=9, color=INK)
        places = range(FIRST, LAST + 1)
        lines = [_numbers(voted) if voted.both >= FEW_IN_A_YEAR else (math.nan,) * 3 for voted in years]
        for at, (label, colour, dashes) in enumerate((("voted alike", INK, "-"), (f"yes: {member}", COLOURS[0], "--"), (f"yes: {power}", COLOURS[1], ":"))):
            ax.plot(places, [numbers[at] for numbers in lines], color=colour, linestyle=dashes, linewidth=2.2, marker=".", label=label)
        ax.set(xlim=(FIRST - 0.6, LAST + 0.6), ylim=(0, 103))
        ax.set_xticks(range(FIRST, LAST + 1, 5))
        ax.set_yticks(range(0, 101, 25))
        figure.legend(*ax.get_legend_handles_labels(), loc="upper left", bbox_to_anchor=(0.07, 0.93), ncols=3, fontsize=9)
        figure.text(0.01, 0.81, "per cent", color=INK, fontsize=9)
    return figure


def _members() -> tuple[str, ...]:
    """The members that have a vote in the Assembly."""
    members = load("members")
    return tuple(sorted(members.name[members.iso3.isin(_table().columns)]))


EXPLORER = Explorer(
    QUESTION,
    (
        Choice("member", "Member", _members(), "Bangladesh"),
        Choice("power", "Power", tuple(POWERS), "France"),
        Years("early", "First five years from", FIRST, LAST - SPAN + 1, 1990),
        Years("late", "Second five years from", FIRST, LAST - SPAN + 1, 2015),
    ),
    read,
)
