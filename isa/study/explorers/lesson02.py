"""Lesson 02: in what the capacity of the members is built, as far as one provider's reports tell."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from isa.catalog import load
from isa.charts import themed
from isa.charts.theme import COLOURS, INK, NO_FIGURE
from isa.study.explorers.parts import ALL_MEMBERS, Choice, Explorer, Reading, State, Years, all_recipients, codes, listed, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUESTION = (
    "In what is most of the training given that the United States pays for? Find a year after 2006 in which activities, course places and cost each name "
    "another theme. Then choose Türkiye, and Qatar: what does an empty or a short chart mean?"
)
_UNCLASSIFIED = "Not classified"
# More names than this are counted, not said.
_FEW = 6


@dataclass(frozen=True)
class Count:
    """A way to count training: its column, its unit for one and for many, and the column with the number of activities that have no such figure."""

    column: str
    one: str
    many: str
    lacking: str = ""

    def say(self, value: float) -> str:
        """A number with its unit."""
        return f"{number(value)} {self.one if value == 1 else self.many}"


COUNTS = {
    "activities": Count("activities", "activity", "activities"),
    "course places": Count("trainees", "course place", "course places", "activities_without_trainees"),
    "cost": Count("cost_usd", "million US dollars", "million US dollars", "activities_without_cost"),
}


def read(state: State) -> Reading:
    """The training of `state["recipients"]` in fiscal year `state["year"]` by theme, `state["counted"]` in one of three ways."""
    year, recipients, count = state["year"], state["recipients"], COUNTS[state["counted"]]
    table = load("training_themes")
    rows = table[(table.fiscal_year == year) & table.iso3.isin(codes(recipients))]
    values = rows.groupby("theme", observed=True)[count.column].sum(min_count=1).astype(float) / (1e6 if state["counted"] == "cost" else 1)
    title = f"US-funded training, {year}: {recipients}"
    whose = f"{recipients[0].upper()}{recipients[1:]}, fiscal year {year}"
    nothing = _nothing(state, whose, year in set(table.fiscal_year), values)
    if nothing:
        return Reading(partial(_chart, title, nothing), "An empty chart: the sentence below it says why.", nothing)
    themes = [theme for theme in sorted(table.theme.cat.categories, reverse=True) if theme != _UNCLASSIFIED]
    shown = ", ".join(f"{theme} {number(value)}" for theme, value in values.dropna().sort_values(ascending=False).items())
    return Reading(
        partial(_chart, title, count.many, values, [_UNCLASSIFIED, *themes]),
        f"Bars of US-funded training by theme, in {count.many}: {shown}.{' The other themes have no bar.' if values.count() <= len(themes) else ''}",
        " ".join([f"{whose}.", *_largest(values, count), *_caveats(state, rows, count)]),
    )


def _nothing(state: State, whose: str, reported: bool, values: pd.Series) -> str:
    """Why there is nothing to show; empty where there is something."""
    year, recipients = state["year"], state["recipients"]
    if not reported:
        return f"Fiscal year {year}: the report is not in the table. Nothing is known here, which is not a zero."
    if values.empty and (recipients == "Türkiye" or (recipients == "Albania" and year > 2011)):
        return f"{whose}: no row, because the law leaves the members of NATO out of the report. That is the law, not a zero."
    if values.empty:
        return f"{whose}: no row. No record of a course is not a record of no course."
    if values.isna().all():
        reason = ", because that column of the report could not be read" if (year, state["counted"]) == (2009, "cost") else ""
        return f"{whose}: no figure for {state['counted']}{reason}. It is empty, not zero."
    return ""


def _largest(values: pd.Series, count: Count) -> list[str]:
    """How much there is, how much of it has no theme, and the largest theme of the rest."""
    total, unclassified, named = values.sum(), values.get(_UNCLASSIFIED, 0.0), values.drop(_UNCLASSIFIED, errors="ignore").dropna()
    if not total:
        return [f"The report gives {count.say(0)}: another account may have paid."]
    none = "how much has no theme is not known" if pd.isna(unclassified) else f"{unclassified / total * 100:.0f} per cent without a theme"
    said = [f"{count.say(total)}, {none}."]
    if named.sum():
        largest = [str(theme) for theme in named.index[named == named.max()]]
        are = "is the largest" if len(largest) == 1 else "are the largest, each"
        said.append(f"Of what has a theme, {listed(largest)} {are} with {count.say(named.max())}, {named.max() / named.sum() * 100:.0f} per cent.")
    return said


def _caveats(state: State, rows: pd.DataFrame, count: Count) -> list[str]:
    """What has to be known for this state of the controls before the chart is believed."""
    said = []
    chosen = codes(state["recipients"])
    names = load("members").set_index("iso3")["name"]
    without = sorted(names[code] for code in chosen - set(rows.iso3))
    if without:
        said.append(f"No row for {listed(without) if len(without) <= _FEW else f'{len(without)} members'}: not known, not zero.")
    lacking = int(rows[count.lacking].sum()) if count.lacking else 0
    if lacking:
        said.append(f"{lacking:,} {'activity has' if lacking == 1 else 'activities have'} no figure, so the sums are too low.")
    if len(chosen) == 1:
        said.append("What the state buys itself is not in the table.")
    if state["year"] < 2006:
        said.append("Fewer titles fit a theme before 2006: do not compare with later years.")
    if state["year"] >= 2019:
        said.append("From 2019 fewer courses are counted as counter-terrorism: do not read that as a fall.")
    return said


def _chart(title: str, words: str, values: pd.Series | None = None, themes: list[str] | None = None) -> Figure:
    """A bar for each theme, from below, always in the same place: hatched what has no theme, words where there is no bar. Without values, words alone."""
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.4, 4.9))
        figure.suptitle(title, x=0.01, ha="left")
        if values is None:
            figure.text(0.05, 0.6, textwrap.fill(words, 60), color=INK)
            return figure
        lengths = values.reindex(themes)
        bars, largest, right = lengths.fillna(0), lengths.iloc[1:].max(), lengths.max() or 1
        ax = figure.add_axes((0.49, 0.11, 0.49, 0.8))
        ax.barh(range(len(bars)), bars, height=0.7, color=[COLOURS[0] if length == largest else COLOURS[4] for length in bars])
        ax.patches[0].set(**NO_FIGURE)
        for place, (theme, length) in enumerate(lengths.items()):
            length_in_words = number(length) if pd.notna(length) else "no figure" if theme in values.index else "no record"
            ax.text(bars.iloc[place] + 0.01 * right, place, length_in_words, va="center", fontsize=9, color=INK)
        ax.set_yticks(range(len(bars)), list(bars.index), fontsize=10)
        ax.set(xlim=(0, right * 1.2), ylim=(-0.6, len(bars) - 0.4), xlabel=words)
        ax.xaxis.set_label_coords(0.5, -0.08)  # to look for room takes as long as to draw
        ax.grid(visible=False, axis="y")
        ax.locator_params(axis="x", nbins=4)
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        ax.tick_params(axis="y", length=0)
    return figure


EXPLORER = Explorer(
    QUESTION,
    (
        Choice("recipients", "Recipients (all, a group or a state)", all_recipients(), ALL_MEMBERS),
        Years("year", "Fiscal year", 1999, 2020, 2012),
        Choice("counted", "Counted", tuple(COUNTS), "activities"),
    ),
    read,
)
