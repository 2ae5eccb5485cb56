"""Lesson 11: an index of four indicators for the 57. Who comes first is for weights and for the rule for gaps to decide."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import pandas as pd

from isa.catalog import load
from isa.charts import themed
from isa.charts.theme import COLOURS, CONTEXT, INK
from isa.study.explorers.parts import Choice, Explorer, Reading, State, Years, listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUESTION = (
    "Who stands first, alone? Find settings for three different members and write them down. Which needs other weights, and which another rule for gaps? "
    "Then choose a member: what are the best and the worst place that you can find for it?"
)
LEFT_OUT, ZERO, KNOWN = "left out", "zero", "mean of known"
INDICATORS = ("years", "treaties", "votes", "research")
SHOWN = 10
_EQUAL = 1e-9


def read(state: State) -> Reading:
    """The first ten of an index with the weight `state[indicator]` for each indicator and the rule `state["rule"]` for gaps; where `state["member"]` stands."""
    weights = {name: state[name] for name in INDICATORS if state[name]}
    said = ", ".join(f"{name} {state[name]}" for name in INDICATORS)
    if not weights:
        return Reading(
            partial(_chart, pd.Series(dtype=float), state["member"]),
            "An empty chart: no indicator has a weight.",
            "All weights are 0, so there is no index. Give a weight to one indicator.",
        )
    scores = index(weights, state["rule"]).sort_values(ascending=False, kind="stable")
    places = scores.round(9).rank(ascending=False, method="min").astype(int)
    first = list(scores.index[scores > scores.iloc[0] - _EQUAL])
    sentence = (
        f"Weights: {said}; gaps: {state['rule']}. {len(scores)} members have a place. {_leader(first)}, with {scores.iloc[0]:.1f} of 100. "
        f"{_member(state['member'], scores, places, weights)}"
    )
    shown = scores.head(SHOWN)
    if scores.iloc[SHOWN] > shown.iloc[-1] - _EQUAL:
        sentence += " Others, whom the chart has no room for, have the same score as the tenth bar."
    if state["member"] in scores.index and state["member"] not in shown.index:
        shown = pd.concat([shown, scores[[state["member"]]]])
    labelled = pd.Series(shown.to_numpy(), index=[f"{places[name]}  {name}" for name in shown.index])
    alt = "Horizontal bars of the score of the first ten" + (", and of the chosen member" if len(shown) > SHOWN else "")
    told = "; ".join(f"{name} {value:.1f}" for name, value in labelled.items())
    return Reading(partial(_chart, labelled, state["member"]), f"{alt}: {told}.", sentence)


def index(weights: dict[str, int], rule: str) -> pd.Series:
    """Name of a member -> weighted mean of its points, of those who have a place under the rule for gaps."""
    points = _points()[list(weights)]
    weight = pd.Series(weights, dtype=float)
    if rule == LEFT_OUT:
        points = points.dropna()
    divisor = (points.notna() * weight).sum(axis=1) if rule == KNOWN else weight.sum()
    return ((points * weight).sum(axis=1) / divisor).dropna()


@cache
def _points() -> pd.DataFrame:
    """Name of a member -> 0 to 100 for each indicator; what is missing stays missing."""
    members, calls, votes, science = load("members"), load("roll_calls"), load("roll_call_votes"), load("science")
    positions = load("treaty_positions")
    late = calls.roll_call[calls.date.dt.year >= 2010]
    research = science[science.year >= 2011].dropna(subset=["rd_spending_pct_gdp"]).sort_values("year")
    figures = pd.DataFrame(
        {
            "years": members.iso3.map(load("peacekeeping").groupby("iso3")["year"].nunique()).fillna(0),
            "treaties": members.iso3.map(positions[positions.status == "party"].groupby("iso3").size()).fillna(0),
            "votes": members.iso3.map(votes[votes.roll_call.isin(late)].groupby("iso3").size()),
            "research": members.iso3.map(research.groupby("iso3")["rd_spending_pct_gdp"].last()),
        }
    ).astype(float)
    figures.index = pd.Index(members.name)
    return 100 * (figures - figures.min()) / (figures.max() - figures.min())


def _leader(first: list[str]) -> str:
    if len(first) == 1:
        return f"{first[0]} stands first, alone"
    if len(first) <= 4:
        return f"{listed(first)} share the first place"
    return f"{len(first)} members share the first place"


def _member(name: str, scores: pd.Series, places: pd.Series, weights: dict[str, int]) -> str:
    """Where a member stands, and which of its figures that count are missing."""
    missing = [indicator for indicator in weights if _points().isna().at[name, indicator]]
    gap = f"no figure for {listed(missing)}" if missing else "all its figures that count are known"
    if name not in scores.index:
        return f"{name} has no place: {gap}."
    return f"{name} stands on place {places[name]}; {gap}."


def _chart(scores: pd.Series, member: str) -> Figure:
    """A bar for each place, the chosen member in another colour."""
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.4, 3.8))
        figure.suptitle("Score of the first ten" + (" and of the chosen member" if len(scores) > SHOWN else ""), x=0.01, ha="left")
        ax = figure.add_axes((0.3, 0.14, 0.66, 0.74))
        rows = range(len(scores))
        chosen = [label.endswith(f"  {member}") for label in scores.index]
        ax.barh(list(rows), scores.to_numpy(), color=[COLOURS[1] if one else COLOURS[0] for one in chosen], edgecolor=CONTEXT)
        for row, value in zip(rows, scores, strict=True):
            ax.text(value + 1, row, f"{value:.1f}", va="center", fontsize=9, color=INK)
        ax.set_yticks(list(rows), list(scores.index), fontsize=10)
        ax.set(xlim=(0, 112), ylim=(max(len(scores), 1) - 0.4, -0.6), xlabel="score, 0 to 100")
        ax.xaxis.set_label_coords(0.42, -0.1)
        ax.set_xticks([0, 25, 50, 75, 100])
        ax.grid(visible=False, axis="y")
        ax.tick_params(axis="y", length=0)
    return figure


EXPLORER = Explorer(
    QUESTION,
    (
        *(Years(name, f"Weight of {name}", 0, 3, 1) for name in INDICATORS),
        Choice("rule", "Gaps", (LEFT_OUT, ZERO, KNOWN), LEFT_OUT),
        Choice("member", "Member", tuple(sorted(load("members").name)), "Nigeria"),
    ),
    read,
)
