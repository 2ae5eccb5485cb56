"""Lesson 05: deaths in organised violence in the states of a list and in the rest of the 57, all together or by earlier exposure."""

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
    "After December 2015, who had more deaths in organised violence: the states of the list, or the rest of the 57? Find two settings with opposite answers. "
    "Then compare by earlier exposure: what is left of either answer, and on how many states does it rest?"
)
FOUNDERS, LISTED, LEAGUE = "IMCTC, December 2015", "IMCTC, November 2017", "League of Arab States"
MEAN, MEDIAN, SEVERE = "mean per state", "median per state", "share of states with 1,000 or more"
TOGETHER, BY_EXPOSURE = "all together", "by earlier exposure"
BEFORE = (2011, 2015)
SPAN = 5
CLASSES = ("fewer than 25", "25 to 999", "1,000 and more")
_LIMITS = [-1, 24, 999, 10_000_000]
_JOINED_AFTER_2022 = {"CMR"}


@dataclass(frozen=True)
class Pair:
    """A number for the states of the list and one for the rest, with how many states stand behind each; missing where there is none."""

    label: str
    inside: float
    rest: float
    inside_states: int
    rest_states: int

    @property
    def ahead(self) -> int:
        """1 where the list has more, -1 where the rest has, 0 where they are equal or one is missing."""
        return int(self.inside > self.rest) - int(self.inside < self.rest)


def read(state: State) -> Reading:
    """Deaths in five years from `state["first"]` by `state["measure"]`: the states of `state["list"]` and the rest, `state["compared"]` in one of two ways."""
    first, measure = state["first"], state["measure"]
    years = f"{first} to {first + SPAN - 1}"
    earlier, later = _deaths(BEFORE[0]), _deaths(first)
    inside = pd.Series(later.index.isin(_codes(state["list"])), index=later.index)
    counts = f"{inside.sum()} states of the list ({state['list']}) and the other {(~inside).sum()}, deaths in organised violence {years}, {measure}."
    if state["compared"] == TOGETHER:
        pairs = [_pair(f"{BEFORE[0]} to {BEFORE[1]}", earlier, inside, measure), _pair(years, later, inside, measure)]
        said = _together(pairs, measure)
    else:
        exposure = pd.cut(earlier, _LIMITS, labels=CLASSES)
        pairs = [_pair(label, later[exposure == label], inside[exposure == label], measure) for label in CLASSES]
        said = _classes(pairs, measure)
    late = " The list is younger than the first of these years." if state["list"] == LISTED and first < 2018 else ""
    alt = "; ".join(f"{pair.label}: list {_say(pair.inside, measure)}, rest {_say(pair.rest, measure)}" for pair in pairs)
    unit = "per cent of the states" if measure == SEVERE else f"deaths, {measure}"
    title = f"{state['list']} and the rest of the 57" + (f", {years}" if state["compared"] == BY_EXPOSURE else "")
    return Reading(partial(_chart, title, unit, pairs, measure), f"Pairs of bars, {unit}. {alt}.", f"{counts} {said}{late} Not a count of terrorism.")


@cache
def _codes(chosen: str) -> frozenset[str]:
    """Codes of the states of a list."""
    table = load("memberships")
    if chosen == LEAGUE:
        return frozenset(table.iso3[table.body == LEAGUE])
    listed = table[table.body == "IMCTC"]
    return frozenset(listed.iso3[listed.status == "founding member"] if chosen == FOUNDERS else set(listed.iso3) - _JOINED_AFTER_2022)


@cache
def _deaths(first: int) -> pd.Series:
    """Deaths of five years for each of the 57."""
    table = load("violence_deaths")
    total = table[table.year.between(first, first + SPAN - 1)].groupby("iso3")["deaths"].sum()
    return total.reindex(load("members").iso3)


def _pair(label: str, deaths: pd.Series, inside: pd.Series, measure: str) -> Pair:
    return Pair(label, _measured(deaths[inside], measure), _measured(deaths[~inside], measure), int(inside.sum()), int((~inside).sum()))


def _measured(deaths: pd.Series, measure: str) -> float:
    """The measure of some states; missing for none."""
    if measure == SEVERE:
        return float((deaths >= 1000).mean() * 100)
    return float(deaths.mean() if measure == MEAN else deaths.median())


def _together(pairs: list[Pair], measure: str) -> str:
    """Who has more, and whether it was so before."""
    before, after = pairs
    who = {1: "The list has more", -1: "The rest has more", 0: "Both have the same"}
    said = f"List {_say(after.inside, measure)}, rest {_say(after.rest, measure)}. {who[after.ahead]}."
    same = "It was so before" if before.ahead == after.ahead else "Before, it was not so"
    return f"{said} {same}: {_say(before.inside, measure)} and {_say(before.rest, measure)} in {before.label}."


def _classes(pairs: list[Pair], measure: str) -> str:
    """Each class with its numbers of states, and in how many the list is ahead."""
    said = [
        f"{pair.label[0].upper()}{pair.label[1:]} deaths before: list {_say(pair.inside, measure)} ({_states(pair.inside_states)}), "
        f"rest {_say(pair.rest, measure)} ({_states(pair.rest_states)})."
        for pair in pairs
    ]
    ahead = [pair.ahead for pair in pairs]
    smallest = min(min(pair.inside_states, pair.rest_states) for pair in pairs)
    said.append(f"The list has more in {ahead.count(1)} of {len(pairs)} classes, the rest in {ahead.count(-1)}.")
    said.append(f"The smallest group has {_states(smallest)}.")
    return " ".join(said)


def _chart(title: str, unit: str, pairs: list[Pair], measure: str) -> Figure:
    """Two bars for each pair, the list above the rest, with their numbers in words."""
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.4, 3.6))
        figure.suptitle(title, x=0.01, ha="left")
        ax = figure.add_axes((0.2, 0.16, 0.77, 0.66))
        right = max([number for pair in pairs for number in (pair.inside, pair.rest) if not math.isnan(number)], default=0) or 1
        for offset, colour, label, numbers in (
            (0.2, COLOURS[0], "list", [(pair.inside, pair.inside_states) for pair in pairs]),
            (-0.2, COLOURS[1], "rest", [(pair.rest, pair.rest_states) for pair in pairs]),
        ):
            places = [len(pairs) - 1 - place + offset for place in range(len(pairs))]
            ax.barh(places, [0 if math.isnan(number) else number for number, _ in numbers], height=0.36, color=colour, label=label)
            for place, (number, count) in zip(places, numbers, strict=True):
                ax.text((0 if math.isnan(number) else number) + 0.01 * right, place, f"{_say(number, measure)} ({count})", va="center", fontsize=9, color=INK)
        ax.set_yticks(range(len(pairs)), [pair.label for pair in reversed(pairs)], fontsize=10)
        ax.set(xlim=(0, right * 1.28), ylim=(-0.6, len(pairs) - 0.4), xlabel=f"{unit} (number of states in brackets)")
        ax.xaxis.set_label_coords(0.42, -0.13)  # to look for room takes as long as to draw
        ax.grid(visible=False, axis="y")
        ax.locator_params(axis="x", nbins=4)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        ax.tick_params(axis="y", length=0)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure


def _say(number: float, measure: str) -> str:
    """A number in words, with the sign of a share."""
    if math.isnan(number):
        return "no state"
    return f"{number:.0f} per cent" if measure == SEVERE else f"{number:,.0f}"


def _states(count: int) -> str:
    return f"{count} state" if count == 1 else f"{count} states"


EXPLORER = Explorer(
    QUESTION,
    (
        Choice("list", "List", (FOUNDERS, LISTED, LEAGUE), FOUNDERS),
        Choice("measure", "Measure", (MEAN, MEDIAN, SEVERE), MEAN),
        Choice("compared", "Compared", (TOGETHER, BY_EXPOSURE), TOGETHER),
        Years("first", "Five years from", 2016, 2018, 2016),
    ),
    read,
)
