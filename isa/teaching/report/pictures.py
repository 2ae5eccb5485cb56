"""The pictures of the reports. Each comes with the words that say what it shows, and a table beside it holds the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from isa.charts import COLOURS, image, themed

_BAR = 0.36  # inches for a bar of a chart of bars; for one whose label has two lines, half as much again
_LONGEST = 44  # letters of a line of a label


def histogram(values: pd.Series, most: float, what: str, unit: str = "points", of: str = "students") -> Markup:
    """How many students (or what `of` says) have how much of `most`, in ten bins."""
    scale = f"{unit} of {most:g}" if unit == "points" else unit
    with themed():
        axes = _axes(3.2)
        counts, edges, _ = axes.hist(values, bins=list(np.linspace(0, most, 11)), color=COLOURS[0], edgecolor="white")
        axes.axvline(values.median(), color=COLOURS[3], linestyle="--", label=f"median {values.median():.3g}")
        axes.set(xlabel=f"{what} ({scale})", ylabel=of, xlim=(0, most))
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 5, 10]))
        axes.legend()
        fullest = int(np.argmax(counts))
        alt = (
            f"Histogram of {what} of {len(values):,} {of}, from {values.min():.3g} to {values.max():.3g} {scale}, with the median at "
            f"{values.median():.3g}; most {of}, {counts[fullest]:,.0f}, are between {edges[fullest]:.3g} and {edges[fullest + 1]:.3g}."
        )
        return Markup(image(axes, alt))


def stacked(shares: pd.DataFrame, labels: Sequence[str], alt: str, xlabel: str) -> Markup:
    """A bar for each row of `shares` (0 to 1), made of its columns in order; hatched by turns, so that it also reads in grey."""
    with themed():
        labels = [_folded(label) for label in labels]
        axes = _axes(1.1 + _height(labels))
        left = np.zeros(len(shares))
        places = np.arange(len(shares))
        for (name, column), colour, hatch in zip(shares.items(), ["#0072B2", "#E69F00", "#F2F2F2", "#D55E00"], ["", "//", "", "xx"], strict=False):
            axes.barh(places, column, left=left, color=colour, hatch=hatch, edgecolor="#333333", linewidth=0.6, label=str(name))
            left += column.fillna(0).to_numpy()
        _rows(axes, labels, xlabel)
        axes.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
        return Markup(image(axes, alt))


def bars(values: pd.Series, labels: Sequence[str], alt: str, xlabel: str, line: float | None = None) -> Markup:
    """A bar for each value (0 to 1), with a line at a value that matters."""
    with themed():
        labels = [_folded(label) for label in labels]
        axes = _axes(0.8 + _height(labels))
        axes.barh(np.arange(len(values)), values, color=COLOURS[0])
        if line is not None:
            axes.axvline(line, color=COLOURS[3], linestyle="--")
        _rows(axes, labels, xlabel)
        return Markup(image(axes, alt))


def over_time(parts: pd.DataFrame, alt: str) -> Markup:
    """Human less automatic marks by part of the decisions, a line for each person, two standard errors either way."""
    with themed():
        axes = _axes(3.2)
        for at, (who, own) in enumerate(parts.groupby("who", sort=False)):
            axes.errorbar(own["part"] + 0.06 * at, 100 * own["difference"], yerr=200 * own["error"], marker="o", capsize=4, label=str(who).replace("$", r"\$"))
        axes.axhline(0, color="#333333", linewidth=1)
        axes.set(xlabel="decisions, from the first part to the last", ylabel="person less marker (% of marks)", xticks=sorted(set(parts["part"])))
        axes.legend()
        return Markup(image(axes, alt))


def by_assignment(quartiles: pd.DataFrame, alt: str) -> Markup:
    """Median and quartiles (columns 0.25, 0.5, 0.75, in per cent) by assignment."""
    with themed():
        axes = _axes(3.4)
        places = np.arange(len(quartiles))
        axes.fill_between(places, quartiles[0.25], quartiles[0.75], color=COLOURS[0], alpha=0.25, label="middle half of the class")
        axes.plot(places, quartiles[0.5], marker="o", color=COLOURS[0], label="median")
        axes.set(xticks=places, ylabel="% of the points", ylim=(0, 102))
        axes.set_xticklabels([_cut(name) for name in quartiles.index], rotation=30, ha="right")
        axes.legend(loc="lower left")
        return Markup(image(axes, alt))


def _axes(height: float) -> Axes:
    return Figure(figsize=(8, height)).subplots()


def _rows(axes: Axes, labels: Sequence[str], xlabel: str) -> None:
    axes.set_yticks(np.arange(len(labels)), labels)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set(xlim=(0, 1), xlabel=xlabel)
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")


def _height(labels: Sequence[str]) -> float:
    return _BAR * len(labels) * (1.5 if any("\n" in label for label in labels) else 1)


def _folded(label: str) -> str:
    """A label in at most two lines."""
    return "\n".join(wrap(label.replace("$", r"\$"), _LONGEST, max_lines=2, placeholder=" …"))


def _cut(label: str) -> str:
    label = label.replace("$", r"\$")  # what would begin a formula
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 2]} …"
