"""Lesson 03: training year by year, its breaks, and what a window does to them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import pandas as pd

from isa.catalog import load
from isa.charts import themed
from isa.charts.theme import COLOURS, CONTEXT, INK, NO_FIGURE
from isa.study.explorers.parts import ALL_MEMBERS, Choice, Explorer, Reading, State, all_recipients, codes, listed, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUESTION = (
    "Did a place become cheaper between 2010 and 2012? Compare the cost per place of all programmes with that of IMET and of FMF. Then choose Pakistan, "
    "IMET and course places: between which two years is the largest fall, and what becomes of it in a mean of five years?"
)
EVERY = "all programmes"
PROGRAMMES = (EVERY, "IMET", "FMF", "Peacekeeping", "Counter-terrorism fellowship", "Partner capacity")
WINDOWS = {"single years": 1, "mean of 3": 3, "mean of 5": 5}
YEARS = range(1999, 2021)
# More years than this are counted, not said.
_FEW = 6


@dataclass(frozen=True)
class Measure:
    """What is counted in a year: its unit, and the word of the table for an activity that lacks it."""

    unit: str
    lacking: tuple[str, ...]


MEASURES = {
    "course places": Measure("places", ("activities_without_trainees",)),
    "cost": Measure("million US dollars", ("activities_without_cost",)),
    "cost per place": Measure("US dollars a place", ("activities_without_trainees", "activities_without_cost")),
}


def read(state: State) -> Reading:
    """`state["measure"]` of the training of `state["recipients"]` in `state["programme"]`, each fiscal year, smoothed over `state["window"]`."""
    recipients, programme, window, measure = state["recipients"], state["programme"], WINDOWS[state["window"]], state["measure"]
    rows = _rows(recipients, programme)
    yearly = _yearly(rows, measure)
    smooth = yearly.rolling(window, center=True).mean()
    what = f"{recipients[0].upper()}{recipients[1:]}, {programme}"
    title = f"US-funded training, {measure}: {recipients}, {programme}"
    draw = partial(_chart, title, state, yearly, smooth)
    if yearly.isna().all():
        return Reading(draw, "An empty chart: the sentence below it says why.", _nothing(what, recipients, rows, measure))
    shown = "single years" if window == 1 else f"means of {window} years over the single years, which are pale dots"
    points = ", ".join(f"{year} {number(value)}" for year, value in smooth.dropna().items()) or "no mean at all"
    alt = f"Line chart of the {measure} by US fiscal year, {shown}, in {MEASURES[measure].unit}, with a gap wherever a year is missing: {points}."
    return Reading(draw, alt, " ".join([f"{what}: {measure}.", *_course(smooth, measure, window), *_caveats(state, rows, yearly)]))


@cache
def _rows(recipients: str, programme: str) -> pd.DataFrame:
    """Rows of the table for a choice of recipients and programme."""
    table = load("training_programmes")
    return table[table.iso3.isin(codes(recipients)) & ((table.programme == programme) | (programme == EVERY))]


def _yearly(rows: pd.DataFrame, measure: str) -> pd.Series:
    """A value for each year that has one; what is missing is missing."""
    if measure == "cost per place":
        rows = rows[(rows.activities_without_trainees == 0) & (rows.activities_without_cost == 0)]
    sums = rows.groupby("fiscal_year")[["trainees", "cost_usd"]].sum(min_count=1).reindex(YEARS).astype(float)
    places, cost = sums.trainees, sums.cost_usd
    return {"course places": places, "cost": cost / 1e6, "cost per place": cost / places.where(places > 0)}[measure]


def _nothing(what: str, recipients: str, rows: pd.DataFrame, measure: str) -> str:
    if recipients == "Türkiye":
        return f"{what}: no row in any year, because the law leaves the members of NATO out of the report. That is the law, not a zero."
    if rows.empty:
        return f"{what}: no row in any year. No record of a course is not a record of no course."
    return f"{what}: no figure for {measure} in any year. It is empty, not zero."


def _course(smooth: pd.Series, measure: str, window: int) -> list[str]:
    """Where the line is highest, where it falls most from one year to the next, and how much of it there is."""
    known, unit = smooth.dropna(), MEASURES[measure].unit
    whose = "" if window == 1 else f"mean of {window} "
    if known.empty:
        return [f"No {whose or 'figure '}in any of the {len(YEARS)} years: a window does not step over a gap."]
    said = [f"The highest {whose or 'figure '}is that of {known.idxmax()} with {number(known.max())} {unit}."]
    falls = smooth.diff().dropna()
    if len(falls) and falls.min() < 0:
        year = falls.index[int(falls.argmin())]
        said.append(f"The largest fall between neighbouring years is from {year - 1} to {year}: {number(smooth[year - 1])} to {number(smooth[year])}.")
    if {2010, 2012} <= set(known.index):
        said.append(f"2010 has {number(known[2010])}, 2012 has {number(known[2012])}.")
    if window > 1:
        said.append(f"{len(YEARS) - len(known)} of the {len(YEARS)} years have no mean: a window does not step over a gap or an end.")
    return said


def _caveats(state: State, rows: pd.DataFrame, yearly: pd.Series) -> list[str]:
    """What has to be known for this state of the controls before the line is believed."""
    measure = state["measure"]
    missing = [str(year) for year in YEARS if year != 2006 and pd.isna(yearly[year])]
    said = ["There is no report for 2006."]
    if measure != "course places" and "2009" in missing:
        said.append("The cost of 2009 could not be read.")
        missing.remove("2009")
    if missing:
        said.append(f"No figure for {listed(missing) if len(missing) <= _FEW else f'{len(missing)} more years'}: not known, not zero.")
    lacking = rows.groupby("fiscal_year")[list(MEASURES[measure].lacking)].sum().sum(axis=1)
    years = [str(year) for year in lacking.index[lacking > 0] if pd.notna(yearly[year])]
    if measure == "cost per place" and years:
        said.append(f"Rows that lack a figure are left out, in {listed(years)}.")
    elif years:
        said.append(f"Some activities lack a figure, so the sums of {listed(years)} are too low.")
    if measure != "course places":
        said.append("Dollars are those of each year: a part of a rise may be prices.")
    if measure == "cost per place":
        said.append("It says what was paid, and not how good the training was.")
    return said


def _chart(title: str, state: State, yearly: pd.Series, smooth: pd.Series) -> Figure:
    """Pale dots for single years, a line for the means, hatching where there is no figure; the same years always in the same place."""
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.6, 3.9))
        figure.suptitle(textwrap.fill(title, 66), x=0.01, ha="left", fontsize=12)
        ax = figure.add_axes((0.12, 0.13, 0.86, 0.7))
        gaps = [year for year in YEARS if pd.isna(yearly[year])]
        for year in gaps:
            ax.axvspan(year - 0.5, year + 0.5, linewidth=0, **{**NO_FIGURE, "edgecolor": CONTEXT})
        if len(gaps) == len(YEARS):
            ax.text(2009.5, 0.5, "no figure", ha="center", color=INK, backgroundcolor="white")
        else:
            ax.plot(yearly.index, yearly, linestyle="", marker="o", markersize=4, color=CONTEXT if WINDOWS[state["window"]] > 1 else COLOURS[0])
            ax.plot(smooth.index, smooth, linestyle="-", marker="o", markersize=3, color=COLOURS[0])
        ax.set(xlim=(1998.5, 2020.5), ylim=(0, (yearly.max() or 1) * 1.08 if yearly.notna().any() else 1), ylabel=MEASURES[state["measure"]].unit)
        ax.set_xticks(range(2000, 2021, 4), [str(year) for year in range(2000, 2021, 4)])
        ax.set_xlabel("US fiscal year (hatched: no figure)")
        ax.xaxis.set_label_coords(0.5, -0.1)  # to look for room takes as long as to draw
        ax.yaxis.set_label_coords(-0.1, 0.5)
        ax.locator_params(axis="y", nbins=5)
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    return figure


EXPLORER = Explorer(
    QUESTION,
    (
        Choice("recipients", "Recipients (all, a group or a state)", all_recipients(), ALL_MEMBERS),
        Choice("programme", "Programme", PROGRAMMES, EVERY),
        Choice("measure", "Measure", tuple(MEASURES), "cost per place"),
        Choice("window", "Window", tuple(WINDOWS), "single years"),
    ),
    read,
)
