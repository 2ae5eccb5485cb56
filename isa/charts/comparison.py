"""Charts that compare many states over time: a panel for each, or a line from one year to another."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from isa.charts.theme import COLOURS, CONTEXT, INK, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_PANELS = 24
_MOST_LINES = 25


def small_multiples(
    table: pd.DataFrame, x: str, y: str, by: str, title: str, *, order: Sequence[Any] | None = None, columns: int = 4, unit: str = ""
) -> Figure:
    """A small chart for each group, on the same axes, with the other groups in grey behind it.

    Args:
        table: a row for each group and year.
        x: column of years or other whole numbers; where one is missing in a group, its line has a gap.
        y: column of values; may be missing.
        by: column of groups, such as "name".
        title: of the whole figure.
        order: the groups to show, in this order; without it all, as they come.
        columns: panels in a row.
        unit: of the values, beside the first panel of each row.

    Raises:
        ValueError: a column is not in the table, `x` is not of whole numbers, a group of `order` is not there, there are none or more than 24, or a group has
            two rows for one `x`.
    """
    missing = [column for column in (x, y, by) if column not in table]
    if missing:
        raise ValueError(f"the table has no column {missing[0]!r}; it has {', '.join(map(str, table.columns))}")
    if not pd.api.types.is_integer_dtype(table[x]):
        raise ValueError(f"the column {x!r} holds {table[x].dtype}; expected whole numbers such as years")
    groups = list(pd.unique(table[by].dropna()) if order is None else order)
    unknown = [group for group in groups if group not in set(table[by])]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not in the column {by!r}")
    if not 1 <= len(groups) <= _MOST_PANELS:
        raise ValueError(f"small multiples show 1 to {_MOST_PANELS} groups; found {len(groups)}: choose some with order=[…]")
    if table.duplicated([by, x]).any():
        twice = table[table.duplicated([by, x])].iloc[0]
        raise ValueError(f"{twice[by]} has two rows for {x} {twice[x]}: aggregate them first")
    wide = table.pivot(index=x, columns=by, values=y).astype(float)
    wide = wide.reindex(range(int(wide.index.min()), int(wide.index.max()) + 1))
    columns = min(columns, len(groups))
    rows = math.ceil(len(groups) / columns)
    with themed():
        from matplotlib.collections import LineCollection
        from matplotlib.figure import Figure

        figure = Figure(figsize=(2.4 * columns + 0.6, 1.9 * rows + 0.8), layout="constrained")
        axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        years = wide.index.to_numpy(dtype=float)
        # No lines of their own, so that `describe` tells only the group of the panel.
        context = [list(zip(years, wide[group], strict=True)) for group in groups]
        for ax, group in zip(axes.flat, groups, strict=False):
            ax.add_collection(LineCollection(context, colors=CONTEXT, linewidths=0.8, zorder=1))
            ax.plot(years, wide[group], color=COLOURS[0], linestyle="-", marker="o", markersize=2.5, label=str(group))
            if wide[group].isna().all():
                ax.text(0.5, 0.5, "no figure", transform=ax.transAxes, ha="center", va="center", color=INK)
            ax.set_title(str(group), fontsize=10.5)
            ax.tick_params(labelsize=9)
            ax.locator_params(axis="x", nbins=3, integer=True)
            ax.locator_params(axis="y", nbins=4)
        for number, ax in enumerate(axes.flat[len(groups) :], start=len(groups)):
            ax.set_visible(False)
            axes.flat[number - columns].tick_params(labelbottom=True)
        for ax in axes[:, 0]:
            ax.set_ylabel(unit, fontsize=9)
        figure.suptitle(title, x=0.01, ha="left", fontsize=13)
    return figure


def slope(values: pd.DataFrame, title: str, *, unit: str = "", highlight: Collection[str] = (), ax: Axes | None = None) -> Axes:
    """Two years side by side, a labelled line from one to the other for each state.

    Args:
        values: a row for each state, its name in the index, and two columns, the years in their order. Where one is missing, a mark and "no figure" stand
            instead of a line.
        title: what is compared.
        unit: of the values.
        highlight: the names to draw in colour; without it all of them.
        ax: where to draw; without it, on a figure of its own.

    Raises:
        ValueError: there are not two columns, a name stands twice, a name of `highlight` is not there, there is no figure, or there are more than 25
            rows.
    """
    if values.shape[1] != 2:
        raise ValueError(f"a slope chart compares two years; found {values.shape[1]} columns: {', '.join(map(str, values.columns))}")
    if values.index.has_duplicates:
        raise ValueError(f"{values.index[values.index.duplicated()][0]} stands twice in the index")
    unknown = [name for name in highlight if name not in values.index]
    if unknown:
        raise ValueError(f"highlight names {unknown[0]!r}, which is not in the index")
    if len(values) > _MOST_LINES:
        raise ValueError(f"a slope chart is readable with up to {_MOST_LINES} lines; found {len(values)}: choose some rows")
    values = values.astype(float)
    if values.isna().all(axis=None):
        raise ValueError("there is no figure in either year")
    before, after = (str(column) for column in values.columns)
    ends = [float(column) for column in values.columns] if before.isdecimal() and after.isdecimal() else [0.0, 1.0]
    with themed():
        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(figsize=(7, max(4.5, 0.3 * len(values) + 1))).add_subplot()
        for number, (name, pair) in enumerate(zip(values.index, values.to_numpy(), strict=True)):
            marked = not highlight or name in highlight
            colour = CONTEXT if not marked else COLOURS[0] if highlight else COLOURS[number % len(COLOURS)]
            ax.plot(ends, pair, color=colour, linestyle="-", marker="o", markersize=5, label=str(name), zorder=3 if marked else 2)
        low, high = values.min().min(), values.max().max()
        room = (high - low or 1) * 0.08
        ax.set(ylim=(low - room, high + room))
        ax.set_title(title, pad=26)
        ax.set_ylabel(unit, rotation=0, ha="center", va="top")
        ax.yaxis.set_label_coords(0.5, -0.02)
        ax.xaxis.tick_top()
        ax.set_xticks(ends, [before, after], weight="bold")
        decimals = 0 if high >= 100 else 1 if high >= 10 else 2
        for column, other, missing, at, align in ((0, 1, after, ends[0], "right"), (1, 0, before, ends[1], "left")):
            known = values[values.iloc[:, column].notna()]
            texts = [
                f"{name} {row[column]:,.{decimals}f}" + (f" ({missing}: no figure)" if pd.isna(row[other]) else "")
                for name, row in zip(known.index, known.to_numpy(), strict=True)
            ]
            _label(ax, at, list(known.iloc[:, column]), texts, align)
        ax.grid(visible=False, axis="y")
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0, labelleft=False)
    return ax


def _label(ax: Axes, x: float, heights: list[float], texts: list[str], align: str) -> None:
    """Name the ends of the lines, one text below the other where the ends are close."""
    low, high = ax.get_ylim()
    inches = ax.get_position().height * ax.get_figure(root=True).get_figheight()  # type: ignore[union-attr]
    for height, place, text in zip(heights, _apart(heights, 0.19 * (high - low) / inches), texts, strict=True):
        ax.annotate(
            text,
            (x, height),
            xytext=(-22 if align == "right" else 22, (place - height) / (high - low) * inches * 72),
            textcoords="offset points",
            ha=align,
            va="center",
            fontsize=9.5,
            color=INK,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": CONTEXT, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 4, "relpos": (align == "right", 0.5)},
        )


def _apart(wanted: Iterable[float], gap: float) -> list[float]:
    """The places nearest to those wanted that keep their order and are `gap` apart.

    >>> _apart([1.0, 1.0, 5.0], gap=1)
    [0.5, 1.5, 5.0]
    """
    numbered = sorted(enumerate(wanted), key=lambda pair: pair[1])
    blocks: list[list[float]] = []  # sum and count of the places that have to share a stretch
    for rank, (_, height) in enumerate(numbered):
        blocks.append([height - rank * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1] = [blocks[-1][0] + total, blocks[-1][1] + count]
    starts = [total / count for total, count in blocks for _ in range(int(count))]
    places = {number: start + rank * gap for rank, ((number, _), start) in enumerate(zip(numbered, starts, strict=True))}
    return [places[number] for number in range(len(numbered))]
