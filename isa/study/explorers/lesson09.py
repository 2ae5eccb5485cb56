"""Lesson 09: US military aid to a state and its votes as the United States, with a lag, as they are or above what the others did."""

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
    "For which state and lag could a speaker say that aid goes with votes (r above 0.5), and for which the opposite (r below -0.5)? "
    "Then take away what all members did in the same year: what is left of either headline, and in how many states?"
)
AS_IT_IS, ABOVE = "as they are", "above the others"
HELD = 12  # fiscal years with an amount that a state needs


@dataclass(frozen=True)
class Pairs:
    """A state's aid beside its agreement some years later, and how they go together; `r` is missing where either does not vary."""

    years: list[int]
    aid: list[float]
    agreement: list[float]
    r: float


def read(state: State) -> Reading:
    """Aid to `state["state"]` and its agreement `state["lag"]` years later, `state["votes"]` in one of two ways."""
    lag, above = state["lag"], state["votes"] == ABOVE
    shown = _pairs(_codes()[state["state"]], lag, above)
    everyone = [_pairs(code, lag, above).r for code in _codes().values()]
    positive, negative = sum(r > 0 for r in everyone), sum(r < 0 for r in everyone)
    strong = sum(abs(r) > 0.5 for r in everyone)
    measure = "points above the mean of all members" if above else "per cent of the roll calls on arms control"
    sentence = (
        f"{state['state']}, {_when(lag)}: r = {_signed(shown.r)} over {len(shown.years)} pairs, "
        f"votes of {shown.years[0]} to {shown.years[-1]}, {state['votes']}. "
        f"With the same settings r is positive in {positive} of {len(everyone)} states and negative in {negative}; in {strong} it is beyond 0.5 or -0.5. "
        f"A correlation has no direction, and a vote is no cooperation against terrorism."
    )
    alt = (
        f"{len(shown.years)} points, one for each year of votes: aid from {min(shown.aid):,.1f} to {max(shown.aid):,.1f} million constant dollars of 2024, "
        f"agreement from {_signed(min(shown.agreement), 0)} to {_signed(max(shown.agreement), 0)} {measure}."
    )
    title = f"{state['state']}: US military aid and votes, {_when(lag)}"
    return Reading(partial(_chart, title, measure, shown), alt, sentence)


@cache
def _codes() -> dict[str, str]:
    """Name -> code of each member with enough years of aid, and with votes."""
    members, held = load("members"), _aid().groupby("iso3").size()
    enough = set(held.index[held >= HELD]) & set(_agreement().iso3)
    return {name: code for name, code in zip(members.name.tolist(), members.iso3.tolist(), strict=True) if code in enough}


@cache
def _aid() -> pd.DataFrame:
    """State and year -> military aid in million constant dollars of fiscal year 2024."""
    aid = load("us_military_aid").merge(load("us_deflator"), on="fiscal_year")
    return pd.DataFrame({"iso3": aid.iso3, "year": aid.fiscal_year, "aid": aid.military_disbursed_usd / aid.price_index / 1e6})


@cache
def _agreement() -> pd.DataFrame:
    """Member and year -> per cent of the roll calls on arms control with the vote of the United States, and the same less the mean of all members."""
    votes = load("roll_call_votes")
    usa = votes[votes.iso3 == "USA"].set_index("roll_call")["vote"].astype(str)
    ours = votes[votes.iso3.isin(load("members").iso3) & votes.roll_call.isin(usa.index)]
    year = load("roll_calls").set_index("roll_call")["date"].dt.year
    agrees = pd.DataFrame({"iso3": ours.iso3, "year": ours.roll_call.map(year), "agreement": 100.0 * (ours.vote.astype(str) == ours.roll_call.map(usa))})
    table = agrees.groupby(["iso3", "year"])["agreement"].mean().reset_index()
    table["above"] = table.agreement - table.groupby("year")["agreement"].transform("mean")
    return table


@cache
def _series() -> dict[str, tuple[dict[int, float], dict[int, float], dict[int, float]]]:
    """Code -> aid, agreement, and agreement above the others, each by year."""

    def by_year(table: pd.DataFrame, column: str) -> dict[str, dict[int, float]]:
        return {str(code): dict(zip(rows.year.tolist(), rows[column].tolist(), strict=True)) for code, rows in table.groupby("iso3")}

    aid, plain, above = by_year(_aid(), "aid"), by_year(_agreement(), "agreement"), by_year(_agreement(), "above")
    return {code: (aid[code], plain[code], above[code]) for code in _codes().values()}


@cache
def _pairs(code: str, lag: int, above: bool) -> Pairs:
    aid, plain, others = _series()[code]
    votes = others if above else plain
    years = [year for year in sorted(votes) if year - lag in aid]
    money, agreed = [aid[year - lag] for year in years], [votes[year] for year in years]
    return Pairs(years, money, agreed, _correlation(money, agreed))


def _correlation(one: list[float], other: list[float]) -> float:
    """Pearson's r; missing where one of the two does not vary."""
    mean, mean_other = sum(one) / len(one), sum(other) / len(other)
    moved, moved_other = [value - mean for value in one], [value - mean_other for value in other]
    size = math.sqrt(sum(value * value for value in moved) * sum(value * value for value in moved_other))
    return sum(a * b for a, b in zip(moved, moved_other, strict=True)) / size if size else math.nan


def _when(lag: int) -> str:
    if lag == 0:
        return "aid of the same year"
    years = "1 year" if abs(lag) == 1 else f"{abs(lag)} years"
    return f"aid {years} {'before' if lag > 0 else 'after'} the vote"


def _signed(number: float, decimals: int = 2) -> str:
    """A number in words, never a negative zero."""
    if math.isnan(number):
        return "not defined"
    return f"{round(number, decimals) + 0.0:.{decimals}f}"


def _chart(title: str, measure: str, shown: Pairs) -> Figure:
    """A point for each year of votes, named by the year."""
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.4, 3.8))
        figure.suptitle(title, x=0.01, ha="left")
        ax = figure.add_axes((0.1, 0.16, 0.86, 0.7))
        ax.scatter(shown.aid, shown.agreement, s=36, color=COLOURS[0], zorder=3)
        for year, x, y in zip(shown.years, shown.aid, shown.agreement, strict=True):
            ax.annotate(str(year), (x, y), xytext=(4, 4), textcoords="offset points", fontsize=8, color=INK)
        ax.set_xlabel("aid, million constant dollars of 2024 (a point is named by the year of the votes)")
        ax.set_ylabel(measure, fontsize=9)
        ax.xaxis.set_label_coords(0.45, -0.11)  # to look for room takes as long as to draw
        ax.yaxis.set_label_coords(-0.07, 0.5)
        ax.margins(x=0.08, y=0.12)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        ax.locator_params(axis="both", nbins=5)
    return figure


EXPLORER = Explorer(
    QUESTION,
    (
        Choice("state", "State", tuple(_codes()), "Afghanistan"),
        Years("lag", "Aid, years before the vote", -3, 3, 0),
        Choice("votes", "Votes", (AS_IT_IS, ABOVE), AS_IT_IS),
    ),
    read,
)
