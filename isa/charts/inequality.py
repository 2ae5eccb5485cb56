"""How unequally something is spread over states: the Lorenz curve and the Gini coefficient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from isa.charts.theme import COLOURS, INK, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def gini(values: Iterable[float]) -> float:
    """The Gini coefficient of the values that are there: 0 where all are equal, near 1 where one has it all.

    Missing values are left out; each of the others counts once.

    >>> gini([2, 2, 2, 2]), gini([0, 0, 0, 8])
    (0.0, 0.75)

    Raises:
        ValueError: there are fewer than two values, one is negative, or they add up to 0.
    """
    known = _known(values)
    ranks = np.arange(1, len(known) + 1)
    return float(2 * (ranks * known).sum() / (len(known) * known.sum()) - (len(known) + 1) / len(known))


def lorenz(values: Iterable[float], title: str, *, unit: str = "members", ax: Axes | None = None) -> Axes:
    """The Lorenz curve of values, with the line of equality, and the Gini coefficient after the title.

    Args:
        values: one for each state; missing ones are left out, and the axis says how many.
        title: what is spread.
        unit: over what it is spread, in the plural.
        ax: where to draw; without it, on a figure of its own.

    Raises:
        ValueError: as for `gini`.
    """
    known = _known(values)
    left_out = len(list(values)) - len(known)
    with themed():
        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(figsize=(6, 5)).add_subplot()
        x = np.arange(len(known) + 1) / len(known) * 100
        y = np.concatenate([[0], known.cumsum()]) / known.sum() * 100
        ax.fill_between(x, x, y, color=COLOURS[0], alpha=0.12, linewidth=0)
        ax.plot([0, 100], [0, 100], color=INK, linestyle="--", linewidth=1.2, label="if all had the same")
        ax.plot(x, y, color=COLOURS[0], linestyle="-", linewidth=2.5, label="as it is")
        counted = f"{len(known)} with a figure, {left_out} without" if left_out else str(len(known))
        ax.set(xlim=(0, 100), ylim=(0, 100), aspect="equal", xlabel=f"per cent of {unit}, least first ({counted})", ylabel="per cent of the total")
        ax.set_title(f"{title} (Gini {gini(known):.2f})")
        ax.legend(loc="upper left")
    return ax


def _known(values: Iterable[float]) -> np.ndarray:
    numbers = pd.to_numeric(pd.Series(list(values), dtype=object)).dropna().astype(float).sort_values().to_numpy()
    if len(numbers) < 2:
        raise ValueError(f"inequality needs at least two values; found {len(numbers)} that are not missing")
    if numbers[0] < 0:
        raise ValueError(f"inequality needs values of 0 or more; found {numbers[0]:g}")
    if not numbers.sum():
        raise ValueError("inequality needs something to share; all values are 0")
    return numbers
