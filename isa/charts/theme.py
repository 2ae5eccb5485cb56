"""The look of the course's charts: colours, hatching and sizes that also serve people who see few colours, or print in grey."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Okabe and Ito's palette, told apart by people with any colour vision; ordered so that neighbours differ in grey too.
COLOURS = ["#0072B2", "#E69F00", "#000000", "#D55E00", "#56B4E9", "#009E73", "#F0E442", "#CC79A7"]
# For areas, where any two may touch: five of them, each pair apart in grey.
AREAS = ["#0072B2", "#E69F00", "#009E73", "#F0E442", "#000000"]
# From little to much, by lightness first.
STEPS = ["#B9D3EA", "#88B4DA", "#4F90C7", "#2A69A5", "#144474", "#071A3A"]
# What is not there: hatched, so that it is neither a small number nor a background.
NO_FIGURE: dict[str, Any] = {"facecolor": "#FFFFFF", "edgecolor": "#6B6B6B", "hatch": "/////"}
OUTSIDE = "#F2F2F2"
CONTEXT = "#C8C8C8"
INK = "#333333"

_THEME: dict[Any, Any] = {
    "figure.figsize": (8, 4.5),
    "figure.dpi": 110,
    "font.size": 11,
    "text.hinting": "none",  # letters at the distances that the font has; at the density of our pictures they read as well, and are drawn faster
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#D9D9D9",
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "lines.linewidth": 2,
    # Half-clear paper behind the words: where there is no free place, a legend stands on what is drawn, and both have to be read.
    "legend.frameon": True,
    "legend.framealpha": 0.6,
    "legend.edgecolor": "none",
}
# Lines differ in more than colour.
_DASHES = ["-", "--", ":", "-.", (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 3))]


def use_theme() -> None:
    """Make every chart after this call look like the course's charts."""
    import matplotlib

    matplotlib.rcParams.update(_settings())


@contextmanager
def themed() -> Iterator[None]:
    """The look of the course's charts for what is drawn inside, whatever was set before."""
    import matplotlib

    with matplotlib.rc_context(_settings()):
        yield


def lightness(colour: str) -> float:
    """How light a colour is when it is printed in grey: CIE L*, from 0 (black) to 100 (white)."""
    from matplotlib.colors import to_rgb

    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def _settings() -> dict[Any, Any]:
    from cycler import cycler

    return _THEME | {"axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=_DASHES)}
