"""A chart as plain data, which is how a chart exercise is marked: kind, data drawn, title, labels, scales and legend, never pixels."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def describe(ax: Axes) -> dict[str, Any]:
    """What an Axes shows, as plain data.

    Returns a dict of strings, numbers, truth values and lists only:

    - `kind`: "bar", "barh", "line", "scatter", "map", "mixed" or "empty"
    - `title`, `xlabel`, `ylabel`: text, empty where not set
    - `xscale`, `yscale`: "linear", "log" and so on
    - `y_inverted`: whether the upright axis was turned round, small values at the top
    - `legend`: its labels, an empty list without one
    - `series`: one dict for each set of bars, line or cloud of points, with `label`, `x` and `y`. For bars, the
      categories (tick labels) are under `x` for upright bars and under `y` for lying ones; for a map, the
      codes of the members are under `x`. What is missing is None.

    >>> import matplotlib.pyplot as plt
    >>> _, ax = plt.subplots()
    >>> bars = ax.bar(["Mali", "Niger"], [3, 5])
    >>> describe(ax)["kind"], describe(ax)["series"][0]["x"], describe(ax)["series"][0]["y"]
    ('bar', ['Mali', 'Niger'], [3.0, 5.0])
    >>> plt.close("all")

    Raises:
        TypeError: `ax` is not a Matplotlib Axes.
    """
    # A chart of a student's reaches the tests as its description, made beside the student's code.
    described = getattr(ax, "isa_description", None)
    if isinstance(described, dict):
        return copy.deepcopy(described)
    from matplotlib.axes import Axes

    if not isinstance(ax, Axes):
        raise TypeError(f"expected a Matplotlib Axes, the value that .plot() returns; found {type(ax).__name__}")
    mapped = copy.deepcopy(getattr(ax, "isa_map", None))
    if mapped is not None:
        return _as_drawn(ax, "map", mapped.pop("legend"), [mapped])
    bars = [_bars(ax, container) for container in ax.containers if hasattr(container, "patches")]
    lines = [
        {"kind": "line", "label": _label(line), "x": _numbers(line.get_xdata(orig=False)), "y": _numbers(line.get_ydata(orig=False))}
        # A reference line (axhline, axvline) is drawn in mixed coordinates and is no data.
        for line in ax.get_lines()
        if line.get_transform() == ax.transData
    ]
    points = [_points(cloud) for cloud in ax.collections if type(cloud).__name__ == "PathCollection"]
    series = [s for s in bars + lines + points if s["x"]]
    kinds = {s.pop("kind") for s in series}
    legend = ax.get_legend()
    kind = "empty" if not kinds else kinds.pop() if len(kinds) == 1 else "mixed"
    return _as_drawn(ax, kind, [text.get_text() for text in legend.get_texts()] if legend else [], series)


def _as_drawn(ax: Axes, kind: str, legend: list[str], series: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "kind": kind,
        # The theme puts titles on the left; a learner may have put one elsewhere.
        "title": next((t for t in (ax.get_title(loc=loc) for loc in ("left", "center", "right")) if t), ""),
        "xlabel": ax.get_xlabel(),
        "ylabel": ax.get_ylabel(),
        "xscale": ax.get_xscale(),
        "yscale": ax.get_yscale(),
        "y_inverted": bool(ax.yaxis_inverted()),
        "legend": legend,
        "series": series,
    }


def _bars(ax: Axes, container: Any) -> dict[str, Any]:
    patches = container.patches
    lying = getattr(container, "orientation", "vertical") == "horizontal"
    lengths = _numbers(p.get_width() if lying else p.get_height() for p in patches)
    centres = [p.get_y() + p.get_height() / 2 if lying else p.get_x() + p.get_width() / 2 for p in patches]
    axis = ax.yaxis if lying else ax.xaxis
    ticks = dict(zip((round(float(t), 3) for t in axis.get_ticklocs()), (t.get_text() for t in axis.get_ticklabels()), strict=False))
    # A bar in a group stands beside its tick, at most half a unit away.
    names = [ticks.get(round(c, 3)) or ticks.get(float(round(c))) or str(round(c, 3)) for c in centres]
    x, y = (lengths, names) if lying else (names, lengths)
    return {"kind": "barh" if lying else "bar", "label": _label(container), "x": x, "y": y}


def _points(cloud: Any) -> dict[str, Any]:
    offsets = cloud.get_offsets()
    return {"kind": "scatter", "label": _label(cloud), "x": _numbers(offsets[:, 0]), "y": _numbers(offsets[:, 1])}


def _label(artist: Any) -> str:
    label = str(artist.get_label() or "")
    return "" if label.startswith("_") else label


def _numbers(values: Any) -> list[float | None]:
    numbers = (float(v) for v in values)
    return [n if math.isfinite(n) else None for n in numbers]
