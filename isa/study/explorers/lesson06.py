"""Lesson 06: how long an order with local production lasts, as a record would tell that ends in an earlier year."""

from __future__ import annotations

import textwrap
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
    "How long does an order with local production last? Take the orders of 1995 to 2004 and let the record end in 2005, then later and later: "
    "from which year on does the median of the closed orders stay where it is, and from which year on the median of all? "
    "Then take the orders of 2015 to 2023: which of the two do you trust?"
)
ALL = "all recipients"
PERIODS = {"up to 1994": (0, 1994), "1995 to 2004": (1995, 2004), "2005 to 2014": (2005, 2014), "2015 to 2023": (2015, 2023)}
_FIRST, _LAST = 1996, 2024
# Of fewer closed orders a median is said to carry little.
_FEW = 5


def read(state: State) -> Reading:
    """The orders of `state["period"]` and `state["recipient"]` in a record that ends with `state["end"]`."""
    end, period, recipient = state["end"], state["period"], state["recipient"]
    first, last = PERIODS[period]
    table = _orders()
    rows = table[table.order_year.between(first, last) & (table.first_delivery_year <= end)]
    if recipient != ALL:
        rows = rows[rows.name == recipient]
    ordered = f"orders placed {period if first == 0 else f'from {period}'}"
    title = f"Orders placed {period}, as known in {end}: {recipient}"
    whose = f"{recipient[0].upper()}{recipient[1:]}"
    if rows.empty:
        sentence = (
            f"{whose}: a record that ends in {end} holds no {ordered}. An order without a delivery is not in the record, which is not the same as no order."
        )
        return Reading(partial(_chart, title, sentence), f"An empty chart: the record holds no such order by {end}.", sentence)
    is_open = rows.last_delivery_year >= end
    years = rows.last_delivery_year.clip(upper=end) - rows.order_year
    closed = years[~is_open]
    said = [f"{whose}: a record that ends in {end} holds {_many(len(rows), ordered)}, {len(closed)} closed and {int(is_open.sum())} open."]
    said.append(f"Median of the closed orders: {_years(closed.median())}." if len(closed) else "Not one is closed, so there is no median of closed orders.")
    said.append(f"Median of all, the open ones as far as they have come: {_years(years.median())}{', at least' if is_open.any() else ''}.")
    if 0 < len(closed) < _FEW:
        said.append(f"A median of {len(closed)} closed {'order' if len(closed) == 1 else 'orders'} can carry little.")
    if first == 0:
        said.append("Deliveries before 1995 are cut off: an old order that was short is not in the record.")
    return Reading(
        partial(_chart, title, "", rows.assign(open=is_open, until=rows.last_delivery_year.clip(upper=end)), end),
        f"{_many(len(rows), 'lines')}, one an order, from its year to its last delivery; {int(is_open.sum())} open, up to the end of the record in {end}.",
        " ".join(said),
    )


@cache
def _orders() -> pd.DataFrame:
    """Years of each order and the name of its recipient, the earliest first."""
    members = load("members")
    orders = load("licensed_production").assign(name=lambda table: table.recipient_iso3.map(members.set_index("iso3")["name"]))
    return orders.sort_values(["order_year", "last_delivery_year"])[["name", "order_year", "first_delivery_year", "last_delivery_year"]]


def _many(count: int, things: str) -> str:
    """A number of things.

    >>> _many(1, "orders placed up to 1994"), _many(2, "lines")
    ('1 order placed up to 1994', '2 lines')
    """
    return f"{count} {things if count > 1 else things.replace('orders', 'order').replace('lines', 'line')}"


def _years(median: float) -> str:
    return f"{median:g} {'year' if median == 1 else 'years'}"


def _chart(title: str, words: str, rows: pd.DataFrame | None = None, end: int = 0) -> Figure:
    """A line for each order, the earliest below; an open one is dashed and meets the end of the record. Without rows, words alone."""
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.4, 4.4))
        figure.suptitle(title, x=0.01, ha="left")
        if rows is None:
            figure.text(0.05, 0.6, textwrap.fill(words, 60), color=INK)
            return figure
        ax = figure.add_axes((0.03, 0.13, 0.91, 0.76))
        for is_open, colour, dash in ((False, COLOURS[0], "solid"), (True, COLOURS[3], (0, (3, 1)))):
            # An order that was delivered in its own year still gets a mark.
            ends = [
                [(order, place), (max(until, order + 0.25), place)]
                for place, (order, until, open_) in enumerate(zip(rows.order_year, rows.until, rows.open, strict=True))
                if open_ == is_open
            ]
            ax.add_collection(LineCollection(ends, colors=colour, linestyles=[dash], linewidths=max(1.2, min(5, 150 / len(rows)))))
            ax.plot([], [], color=colour, linestyle=dash, label=f"{'open' if is_open else 'closed'} ({len(ends)})")
        ax.axvline(end, color=INK, linewidth=1)
        ax.set(xlim=(rows.order_year.min() - 1, _LAST + 1), ylim=(-1, len(rows) + 0.15 * len(rows) + 1), yticks=[])
        ax.set_xlabel("from the year of the order to its last delivery in the record")
        ax.xaxis.set_label_coords(0.5, -0.09)  # to look for room takes as long as to draw
        ax.grid(visible=False, axis="y")
        ax.locator_params(axis="x", integer=True, nbins=8)
        ax.legend(loc="upper left", ncols=2)
        ax.spines["left"].set_visible(False)
    return figure


EXPLORER = Explorer(
    QUESTION,
    (
        Choice("period", "Orders placed", tuple(PERIODS), "1995 to 2004"),
        Years("end", "The record ends in", _FIRST, _LAST, 2005),
        Choice("recipient", "Recipient (all, or a state)", (ALL, *sorted(set(_orders().name))), ALL),
    ),
    read,
)
