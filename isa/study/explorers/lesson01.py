"""Lesson 01: how unequal the means of the members are, by measure and year."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import pandas as pd

from isa.catalog import load
from isa.charts import gini, lorenz, themed
from isa.charts.theme import INK
from isa.study.explorers.parts import Choice, Explorer, Reading, State, Years, listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUESTION = (
    "By which of these means are the members least unequal? And look at expenditure per head in 2022 and 2023: "
    "did the members become more equal, or did something else change? Move the measure, the year and the states."
)
ALL, SAME = "all with a figure in the year", "only those with a figure in every year"
_FIRST, _LAST = 2000, 2024
_SIZE = (5.6, 5.4)


@dataclass(frozen=True)
class Measure:
    """A column of the tables, or a quotient of two; a total can be shared out, a rate cannot."""

    unit: str
    total: bool


MEASURES = {
    "population": Measure("persons", total=True),
    "gross domestic product": Measure("current US dollars", total=True),
    "military personnel": Measure("thousand persons", total=True),
    "military expenditure": Measure("million US dollars of 2023", total=True),
    "military expenditure per head": Measure("US dollars of 2023 a person", total=False),
    "military expenditure as a share of GDP": Measure("per cent of GDP", total=False),
}


def read(state: State) -> Reading:
    """The Lorenz curve of `state["measure"]` in `state["year"]`, over the `state["states"]` that are compared."""
    measure, year, table = state["measure"], state["year"], figures(state["measure"])
    covered = table.dropna(axis="columns", how="all").columns
    values = pd.Series(table[year])
    if state["states"] == SAME:
        values = values.where(table[covered].notna().all(axis="columns"))
    known, without = values.dropna().sort_values(ascending=False), sorted(values.index[values.isna()])
    title = f"{measure[0].upper()}{measure[1:]}, {year}"
    if known.empty:
        sentence = f"{title}: no figure for any member. The table covers {covered[0]} to {covered[-1]}; nothing here is zero."
        return Reading(partial(_empty, title, sentence), f"An empty chart: no figure for {year}.", sentence)
    parts = [_spread(known, MEASURES[measure]), *_compared(state, covered, len(known), len(without)), *_doubtful(measure, year)]
    lower = known.iloc[-(len(known) // 2) :].sum() / known.sum() * 100
    alt = f"Lorenz curve below the line of equality: the lower half of the {len(known)} states has {lower:.0f} per cent of the sum."
    left_out = f"Not compared: {', '.join(without)}." if without else ""
    return Reading(partial(_curve, title, known, left_out), f"{alt} {left_out}".strip(), " ".join([f"{title}: Gini {gini(known):.2f}.", *parts]))


def _curve(title: str, known: pd.Series, left_out: str) -> Figure:
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=_SIZE)
        lorenz(known, textwrap.fill(title, 42), unit="members compared", ax=figure.add_axes((0.14, 0.25, 0.82, 0.65)))
        figure.text(0.02, 0.02, textwrap.fill(left_out, 80), fontsize=8.5, color=INK, va="bottom")
    return figure


def _empty(title: str, words: str) -> Figure:
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=_SIZE)
        figure.suptitle(title, x=0.14, ha="left")
        figure.text(0.14, 0.6, textwrap.fill(words, 50), color=INK)
    return figure


@cache
def figures(measure: str) -> pd.DataFrame:
    """A row for each of the 57 by name, a column for each year; what is missing is missing."""
    names = load("members").set_index("iso3")["name"]
    people, money, forces = load("population_gdp"), load("military_expenditure"), load("armed_forces")
    # Three zeros of Mauritania between years with large figures: the data card calls them probable gaps.
    spent = _wide(money, "milex_const2023_musd").replace(0, float("nan"))
    found = {
        "population": lambda: _wide(people, "population"),
        "gross domestic product": lambda: _wide(people, "gdp_current_usd"),
        "military personnel": lambda: _wide(forces, "personnel_thousand"),
        "military expenditure": lambda: spent,
        "military expenditure per head": lambda: spent * 1e6 / _wide(people, "population"),
        "military expenditure as a share of GDP": lambda: _wide(money, "milex_share_gdp_pct"),
    }[measure]()
    return found.set_axis(list(names[found.index]), axis="index")


def _wide(table: pd.DataFrame, column: str) -> pd.DataFrame:
    wide = table.pivot(index="iso3", columns="year", values=column).astype(float)
    return wide.reindex(index=load("members").iso3, columns=range(_FIRST, _LAST + 1))


def _spread(known: pd.Series, measure: Measure) -> str:
    """Who holds half of a total, or how far the highest rate is from the middle."""
    if measure.total:
        holders = list(known.index[: int((known.cumsum() < known.sum() / 2).sum()) + 1])
        return f"{len(holders)} of the {len(known)} states compared have at least half of it: {listed(holders)}."
    highest, middle = known.iloc[0], known.median()
    return f"The highest, {known.index[0]}, has {_short(highest)} {measure.unit}, {_short(highest / middle)} times the median of {_short(middle)}."


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _compared(state: State, covered: pd.Index, count: int, left_out: int) -> list[str]:
    if state["states"] == SAME:
        return [f"Compared are the {count} states with a figure in every year from {covered[0]} to {covered[-1]}."]
    return (
        [f"{left_out} {'member has' if left_out == 1 else 'members have'} no figure for {state['year']} and {'is' if left_out == 1 else 'are'} left out."]
        if left_out
        else []
    )


def _doubtful(measure: str, year: int) -> list[str]:
    money = load("military_expenditure")
    if "share" in measure or not measure.startswith("military expenditure") or not ((money.year == year) & (money.milex_const2023_musd == 0)).any():
        return []
    return ["A 0 for Mauritania is left out as a probable gap."]


EXPLORER = Explorer(
    QUESTION,
    (
        Choice("measure", "Measure", tuple(MEASURES), "military expenditure"),
        Years("year", "Year", _FIRST, _LAST, 2022),
        Choice("states", "States", (ALL, SAME), ALL),
    ),
    read,
)
