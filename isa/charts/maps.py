"""A map of the 57: each state filled by its value, a point for those too small to see, hatched where there is no figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from isa.catalog import load
from isa.charts.theme import AREAS, INK, NO_FIGURE, OUTSIDE, STEPS, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path

# Longitudes and latitudes that hold all members, from Guyana to Indonesia.
_EXTENT = (-66, 146, -30, 58)
# Nearest to true at 25 degrees, in the middle of the members.
_ASPECT = 1 / np.cos(np.radians(25))
# Square degrees below which an outline is too small to see on this map.
_SMALL = 2.0
# Degrees from the middle to the edge of a dot.
_DOT = 1.2
_NOTE = "Borders as Natural Earth draws them: no statement on any claim. Small states are points."


def world(
    values: pd.Series,
    title: str,
    *,
    unit: str = "",
    bins: Sequence[float] | None = None,
    colours: Mapping[Any, str] | None = None,
    no_figure: str = "no figure",
    ax: Axes | None = None,
) -> Axes:
    """A map of the 57 members.

    Args:
        values: indexed by `iso3`. Numbers are shown in steps from light to dark; words, categories and True or False as they are, up to five of them.
            A member that is missing, or has a missing value, is hatched: it has no figure, which is not a zero.
        title: what is shown, and when.
        unit: of the numbers, above the legend.
        bins: the limits between the steps, one to five rising numbers; without them about equally many states stand in each of five steps.
        colours: value -> colour, for words; without it the course's own.
        no_figure: what the legend calls the hatched states.
        ax: where to draw; without it, on a figure of its own.

    `describe` tells the values by `iso3`.

    Raises:
        ValueError: the index has a code twice or one that is no member's, there are more than five words, or `bins` do not rise.
    """
    values = _checked(values)
    numeric = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    classes = _steps(values.astype(float), bins) if numeric else _words(values, colours)
    with themed():
        from matplotlib.patches import Patch, PathPatch

        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(figsize=(8, 4.6)).add_subplot()
        outlines, dots = _outlines(), _dots()
        known = {code for _, _, members in classes for code in members}
        missing = [code for code in values.index if code not in known]
        looks: list[tuple[str, dict[str, Any], list[str]]] = [(label, {"facecolor": colour, "edgecolor": INK}, members) for label, colour, members in classes]
        # One shape for all that look alike: a map that is moved is drawn in half the time.
        ax.add_artist(PathPatch(_joined(outlines, outlines.keys() - set(values.index)), facecolor=OUTSIDE, edgecolor="white", linewidth=0.4))
        for _, look, members in [*looks, ("", NO_FIGURE, missing)]:
            ax.add_artist(PathPatch(_joined(outlines, members), linewidth=0.5, **look))
            ax.add_artist(PathPatch(_joined(dots, members), linewidth=0.8, zorder=3, **look))
        handles = [Patch(label=f"{label} ({len(members)})", linewidth=0.5, **look) for label, look, members in looks]
        if missing:
            handles.append(Patch(label=f"{no_figure} ({len(missing)})", linewidth=0.5, **NO_FIGURE))
        handles.append(Patch(label="not a member", facecolor=OUTSIDE, edgecolor="#BDBDBD", linewidth=0.5))
        ax.legend(
            handles=handles, title=unit or None, loc="upper center", bbox_to_anchor=(0.5, -0.07), ncols=4, fontsize=10, handleheight=1.2, alignment="left"
        )
        ax.set(xlim=_EXTENT[:2], ylim=_EXTENT[2:], aspect=_ASPECT, xticks=[], yticks=[])
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
        ax.set_title(title)
        ax.set_xlabel(_NOTE, fontsize=8.5, color=INK, loc="left")
    # What `describe` tells: outlines are no data.
    ax.isa_map = {"label": unit, "x": list(values.index), "y": [_plain(value) for value in values], "legend": [handle.get_label() for handle in handles]}  # type: ignore[attr-defined]
    return ax


def _checked(values: pd.Series) -> pd.Series:
    """The values of the 57, in the order of their codes."""
    members = list(load("members").iso3)
    values = pd.Series(values)
    if values.index.has_duplicates:
        raise ValueError(f"{values.index[values.index.duplicated()][0]} stands twice in the index: a map shows one value a state")
    strangers = [str(code) for code in values.index if code not in set(members)]
    if strangers:
        shown = ", ".join(strangers[:5]) + (" and others" if len(strangers) > 5 else "")
        raise ValueError(f"the map shows the 57 members by iso3; found in the index: {shown}. Set the index with .set_index('iso3'), and keep members only")
    return values.reindex(sorted(members))


def _steps(values: pd.Series, bins: Iterable[float] | None) -> list[tuple[str, str, list[str]]]:
    """Numbers in steps: label, colour and members of each."""
    known = values.dropna()
    limits = [float(limit) for limit in bins] if bins is not None else _limits(known)
    if bins is not None and not (1 <= len(limits) < len(STEPS) and all(a < b for a, b in pairwise(limits))):
        raise ValueError(f"bins are one to {len(STEPS) - 1} rising numbers; found {limits}")
    texts = [f"{limit:,.10g}" for limit in limits]
    labels = [f"under {texts[0]}", *(f"{a} to under {b}" for a, b in pairwise(texts)), f"{texts[-1]} or more"] if texts else ["all"]
    place = np.searchsorted(limits, known.to_numpy(), side="right")
    # Few steps are spread over the whole range of lightness.
    shades = [STEPS[round(i * (len(STEPS) - 1) / max(1, len(labels) - 1))] for i in range(len(labels))]
    return [(label, shade, list(known.index[place == i])) for i, (label, shade) in enumerate(zip(labels, shades, strict=True))]


def _limits(known: pd.Series) -> list[float]:
    """Round numbers between about equally many states."""
    if known.nunique() < 2:
        return []
    found: list[float] = []
    for share in (0.2, 0.4, 0.6, 0.8):
        limit = float(f"{known.quantile(share):.2g}")
        if known.min() < limit <= known.max() and limit not in found:
            found.append(limit)
    return sorted(found)


def _words(values: pd.Series, colours: Mapping[Any, str] | None) -> list[tuple[str, str, list[str]]]:
    """Words as classes: label, colour and members of each."""
    known = values.dropna()
    words = [c for c in values.cat.categories if (known == c).any()] if isinstance(values.dtype, pd.CategoricalDtype) else sorted(known.unique())
    if colours is None:
        if len(words) > len(AREAS):
            raise ValueError(f"a map can tell {len(AREAS)} words apart; found {len(words)}: {', '.join(map(str, words))}. Join some of them")
        colours = dict(zip(words, AREAS, strict=False))
    without = [word for word in words if word not in colours]
    if without:
        raise ValueError(f"colours has none for {without[0]!r}")
    names = {True: "yes", False: "no"}
    return [(names.get(word, str(word)), colours[word], list(known.index[known == word])) for word in words]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value if isinstance(value, str) else bool(value) if isinstance(value, (bool, np.bool_)) else float(value)


def _joined(paths: Mapping[str, Path], codes: Iterable[str]) -> Path:
    from matplotlib.path import Path

    return Path.make_compound_path(*(paths[code] for code in sorted(codes) if code in paths))


@cache
def _outlines() -> dict[str, Path]:
    """Code -> all polygons of a country that is on the map, with their holes; places without a code stand under their name."""
    from matplotlib.path import Path

    west, east, south, north = _EXTENT
    table = load("outlines")
    found: dict[str, Path] = {}
    for code, rows in table.groupby(table.iso3.fillna(table.name), sort=False):
        if rows.longitude_deg.max() < west or rows.longitude_deg.min() > east or rows.latitude_deg.max() < south or rows.latitude_deg.min() > north:
            continue
        begins = (rows.point == 0).to_numpy()
        codes = np.full(len(rows), Path.LINETO)
        codes[begins] = Path.MOVETO
        codes[np.append(begins[1:], True)] = Path.CLOSEPOLY
        found[str(code)] = Path(rows[["longitude_deg", "latitude_deg"]].to_numpy(), codes)
    return found


@cache
def _dots() -> dict[str, Path]:
    """Code -> a dot in each member that is too small to see, round on the map."""
    from matplotlib.path import Path

    table = load("outlines").query("ring == 0")
    turns = table.groupby(["iso3", "polygon"])
    following = turns[["longitude_deg", "latitude_deg"]].shift(-1)
    crossed = (table.longitude_deg * following.latitude_deg - table.latitude_deg * following.longitude_deg).groupby([table.iso3, table.polygon]).sum()
    areas = (crossed.abs() / 2).groupby("iso3").sum()
    small = load("map_points").set_index("iso3")
    small = small[~small.index.isin(areas.index[areas >= _SMALL])]
    circle, size = Path.unit_circle(), np.array([_DOT, _DOT / _ASPECT])
    corners = np.asarray(circle.vertices)
    return {code: Path(corners * size + centre, circle.codes) for code, *centre in small[["longitude_deg", "latitude_deg"]].itertuples()}
