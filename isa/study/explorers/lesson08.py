"""Lesson 08: the sellers of a buyer in a window of years, how concentrated they are, and how far they have switched."""

from __future__ import annotations

import textwrap
from functools import cache, partial
from typing import TYPE_CHECKING

import pandas as pd

from isa.catalog import load
from isa.charts import themed
from isa.charts.theme import COLOURS, INK
from isa.study.explorers.parts import Choice, Explorer, Reading, State, Years, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUESTION = (
    "Does the same buyer look bound to one seller or free of any? For Kuwait and windows of five years, find one with an index above 0.8 and one below 0.3. "
    "Then choose ten years, and one: does either answer stay?"
)
LENGTHS = {"1 year": 1, "5 years": 5, "10 years": 10}
_SHOWN = 6
_START = 1995
_LONG = {"United Kingdom of Great Britain and Northern Ireland": "United Kingdom", "Democratic People's Republic of Korea": "DPR Korea"}
# A smaller share is not worth a bar of its own.
_VISIBLE = 0.0005
# Less than this in a window, and one delivery can decide.
_LITTLE = 100
_UNKNOWN = "unknown supplier(s)"


def read(state: State) -> Reading:
    """Shares of the sellers of `state["buyer"]` in a window of `state["length"]` that ends in `state["last"]`, beside those of the window before."""
    length, last, buyer = LENGTHS[state["length"]], state["last"], state["buyer"]
    first = last - length + 1
    volumes, before = _volumes(buyer, first, last), _volumes(buyer, first - length, first - 1)
    title = f"Sellers of major arms to {buyer}, {_years(first, last)}"
    if volumes.empty:
        nothing = f"{buyer}, {_years(first, last)}: no delivery is listed. Nothing to divide, so there is no index. Small arms and services do not count."
        return Reading(partial(_chart, title, nothing), "An empty chart: the sentence below it says why.", nothing)
    shares = volumes / volumes.sum()
    earlier = before / before.sum() if first - length >= _START else before.iloc[:0]
    index = float((shares**2).sum())
    said = [
        f"{buyer}, {_years(first, last)}: {number(round(volumes.sum(), 1))} million TIV from {len(shares)} {'seller' if len(shares) == 1 else 'sellers'}.",
        f"Largest: {_short(shares.index[0])}, {100 * shares.iloc[0]:.0f} per cent.",
        f"Herfindahl index {index:.2f}, as if {1 / index:.1f} equal sellers.",
        _switched(shares, earlier, first - length),
    ]
    if _UNKNOWN in shares.index:
        said.append("Unknown suppliers are counted as one seller.")
    if volumes.sum() < _LITTLE:
        said.append("The volume is small: one delivery can decide.")
    said.append("Offers, prices and own production are not in the record.")
    shown = ", ".join(f"{_short(str(name))} {100 * share:.0f}" for name, share in shares.head(_SHOWN).items())
    rest = f", {len(shares) - _SHOWN} more {100 * shares.iloc[_SHOWN:].sum():.0f}" if len(shares) > _SHOWN else ""
    alt = f"Bars of the shares of sellers, per cent of the volume: {shown}{rest}. {'Marks show the window before.' if len(earlier) else ''}".strip()
    return Reading(partial(_chart, title, "", shares, earlier if len(earlier) else None), alt, " ".join(said))


def _switched(shares: pd.Series, earlier: pd.Series, first: int) -> str:
    """How much of the mix has changed, where there is a window before."""
    if first < _START:
        return f"The record begins in {_START}: there is no whole window before to compare with."
    if earlier.empty:
        return "In the window before no delivery is listed: nothing to compare with."
    common = sum(min(share, earlier.get(name, 0.0)) for name, share in shares.items())
    return f"Since the window before, {abs(100 * (1 - common)):.0f} per cent of the mix has switched."


def _volumes(buyer: str, first: int, last: int) -> pd.Series:
    """Volume by seller, the largest first; equal ones by name."""
    rows = _deliveries()[buyer]
    own = rows[rows.year.between(first, last)]
    return own.groupby("supplier")["tiv_million"].sum().sort_index().sort_values(ascending=False, kind="stable")


@cache
def _deliveries() -> dict[str, pd.DataFrame]:
    """The deliveries to each member that has any, by its name."""
    table, members = load("arms_transfers"), load("members")
    names = members.set_index("iso3")["name"]
    ours = table[table.recipient_iso3.isin(members.iso3)]
    found = {str(names[code]): rows[["supplier", "year", "tiv_million"]] for code, rows in ours.groupby("recipient_iso3")}
    return dict(sorted(found.items()))


def _years(first: int, last: int) -> str:
    return str(last) if first == last else f"{first} to {last}"


def _short(name: str) -> str:
    return _LONG.get(name, name)


def _chart(title: str, words: str, shares: pd.Series | None = None, earlier: pd.Series | None = None) -> Figure:
    """A bar for each of the largest sellers and one for the others, the largest above, with a mark for its share before. Without shares, words alone."""
    from matplotlib.figure import Figure

    with themed():
        figure = Figure(figsize=(6.4, 3.8))
        figure.suptitle(title, x=0.01, ha="left")
        if shares is None:
            figure.text(0.05, 0.6, textwrap.fill(words, 60), color=INK)
            return figure
        shown = shares.head(_SHOWN)
        was = [0.0] * len(shown) if earlier is None else earlier.reindex(shown.index).fillna(0.0).tolist()
        parts = [(_short(str(name)), float(share), before) for (name, share), before in zip(shown.items(), was, strict=True)]
        if len(shares) > _SHOWN or (earlier is not None and 1 - sum(was) > _VISIBLE):
            parts.append(("all others", 1 - float(shown.sum()), 1 - sum(was)))
        places = [len(parts) - 1 - place for place in range(len(parts))]
        ax = figure.add_axes((0.33, 0.16, 0.64, 0.66))
        ax.barh(places, [100 * share for _, share, _ in parts], height=0.6, color=COLOURS[0], label="this window")
        for place, (_, share, _) in zip(places, parts, strict=True):
            ax.text(111, place, f"{abs(100 * share):.0f}", va="center", ha="right", fontsize=9, color=INK)
        if earlier is not None:
            marks = [100 * before for *_, before in parts]
            ax.plot(marks, places, marker="D", linestyle="none", color=COLOURS[1], markeredgecolor=INK, label="the window before")
        ax.set_yticks(places, [name for name, *_ in parts], fontsize=10)
        ax.set(xlim=(-2, 112), ylim=(-0.6, len(parts) - 0.4), xticks=[0, 25, 50, 75, 100], xlabel="per cent of the volume received (TIV)")
        ax.xaxis.set_label_coords(0.4, -0.13)  # to look for room takes as long as to draw
        ax.grid(visible=False, axis="y")
        ax.tick_params(axis="y", length=0)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return figure


EXPLORER = Explorer(
    QUESTION,
    (
        Choice("buyer", "Buyer", tuple(_deliveries()), "Kuwait"),
        Choice("length", "Length of the window", tuple(LENGTHS), "5 years"),
        Years("last", "Last year of the window", 2004, 2024, 2024),
    ),
    read,
)
