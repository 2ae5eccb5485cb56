"""Lesson 00: the members, year by year of their joining."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from isa.catalog import load
from isa.charts import themed, world
from isa.study.explorers.parts import Explorer, Reading, State, Years, listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUESTION = "By which year had at least half of each of the three groups joined: Africa, Arab, Asia? Move the year, and read the map or the sentence below it."
# More names than this are counted, not said.
_FEW = 12


def read(state: State) -> Reading:
    """The members that had joined by the end of `state["year"]`."""
    year = state["year"]
    members = load("members").sort_values("name")
    there, waiting = members[members.joined <= year], members[members.joined > year]
    groups = [f"{(there.oic_group == group).sum()} of the {size} of the {group} group" for group, size in members.oic_group.value_counts().sort_index().items()]
    new = list(there.name[there.joined == year])
    arrivals = f"{len(new)} joined in {year}{': ' + listed(new) if len(new) <= _FEW else ''}." if new else f"No state joined in {year}."
    sentence = " ".join([f"By {year}, {len(there)} of the 57 had joined: {listed(groups)}.", arrivals, *_suspended(there, year)])
    hatched = (
        f"Hatched, not yet members: {listed(list(waiting.name)) if len(waiting) <= _FEW else len(waiting)}."
        if len(waiting)
        else "No state is hatched any more."
    )
    return Reading(partial(_map, members, year), f"World map of the members of the OIC at the end of {year}, in a colour for each group. {hatched}", sentence)


def _suspended(there: pd.DataFrame, year: int) -> list[str]:
    """What the table notes on members whose suspension falls in the year, in its own words."""
    said = []
    for name, note in there[["name", "status_note"]].dropna().itertuples(index=False):
        years = [int(found) for found in re.findall(r"\b\d{4}\b", note)]
        if years[0] <= year <= years[-1]:
            said.append(f"The table notes for {name}: {note}.")
    return said


def _map(members: pd.DataFrame, year: int) -> Figure:
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.6, 3.9))
        ax = figure.add_axes((0.01, 0.22, 0.98, 0.7))
    groups = members.set_index("iso3").oic_group.where(members.set_index("iso3").joined <= year)
    world(groups, f"Members of the OIC at the end of {year}", no_figure="not yet a member", ax=ax)
    return figure


EXPLORER = Explorer(QUESTION, (Years("year", "Year", 1969, 2001, 1969),), read)
