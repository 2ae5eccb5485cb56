"""A chart as an image with words: the only way in which a lesson displays a figure.

Jupyter drops the alternative text of its own images, so a screen reader would find nothing.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

from isa.charts import png

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend

# Pixels of the file for one on the page. A page that is enlarged to 200 % shows a chart at most one and a half times as large: the column is narrower then.
DENSITY = 1.5
# Inches on the left and on the other sides of a figure, on which its texts find room: the next, where something reaches the end of a sheet.
_MARGINS = ((1.5, 0.5), (5, 5), (12, 12))
_EDGE = 0.1  # inches of paper around what is drawn, as matplotlib leaves with `bbox_inches="tight"`


def show(chart: Figure | Axes, alt: str) -> None:
    """Display a chart once, with words that say what it shows.

    `alt` is the alternative text: kind of chart, what is drawn, and the finding, in one to three sentences.
    The figure is closed, so that Jupyter does not show it a second time.

    Raises:
        ValueError: `alt` is missing or too short to say anything.
    """
    import matplotlib.pyplot as plt
    from IPython.display import HTML, display

    if len(alt.split()) < 5:
        raise ValueError(f"alt has to say in a sentence what the chart shows; it is {alt!r}")
    picture = image(chart, alt)
    plt.close(_figure(chart))
    display(HTML(picture))


def image(chart: Figure | Axes, alt: str) -> str:
    """A chart as HTML: an `<img>` that holds its picture (PNG) and its words."""
    pixels = _drawn(_figure(chart))
    return _img("image/png", png.packed(pixels), round(pixels.shape[1] / DENSITY), alt)


def _drawn(figure: Figure) -> Any:
    """The pixels of a figure with all that stands outside of its own edges: height × width × red, green, blue.

    `bbox_inches="tight"` goes through all ticks and texts to measure them, then again to draw them. Here they are drawn once, on a larger sheet that is cut.
    """
    from matplotlib.transforms import Bbox

    density, beyond = DENSITY * figure.dpi, _beyond(figure)
    across, up = (round(side * density) for side in figure.get_size_inches())
    for margins in _MARGINS:
        left, around = (round((inches + beyond) * density) for inches in margins)
        sheet = _Sheet(round(_EDGE * density))
        # Half a pixel more: matplotlib rounds down.
        size = (across + left + around + 0.5) / density, (up + 2 * around + 0.5) / density
        with _ticks_found_once(figure):
            figure.savefig(sheet, format="raw", dpi=density, bbox_inches=Bbox.from_bounds(-left / density, -around / density, *size))
        if sheet.is_enough and all(sheet.holds(legend.legendPatch.get_bbox()) for legend in _inside(figure)):
            break
    return sheet.cut


@contextmanager
def _ticks_found_once(figure: Figure) -> Iterator[None]:
    """Axes remember their ticks while their scale, limits and place stay as they are: matplotlib looked nine times for those of two axes in one drawing."""
    found: list[Any] = [axis for ax in figure.axes if ax.name == "rectilinear" for axis in (ax.xaxis, ax.yaxis)]
    for axis in found:
        axis._update_ticks = _remembering(axis, axis._update_ticks)
    try:
        yield
    finally:
        for axis in found:
            del axis._update_ticks


def _remembering(axis: Any, find: Callable[[], list[Any]]) -> Callable[[], list[Any]]:
    known: dict[tuple[Any, ...], list[Any]] = {}

    def ticks() -> list[Any]:
        now = axis.get_scale(), *axis.get_view_interval(), *axis.axes.bbox.bounds
        if now not in known:
            known.clear()  # what was found before has been moved
            known[now] = find()
        return list(known[now])

    return ticks


class _Sheet(io.BytesIO):
    """Takes what matplotlib has drawn, without a copy of the whole of it, and cuts the paper away, but for an edge of so many pixels."""

    def __init__(self, edge: int) -> None:
        super().__init__()
        self.edge = edge

    def write(self, drawn: Any) -> int:
        import numpy as np

        colours = np.asarray(drawn)
        one_number = colours.view("u4")[..., 0]
        ink = one_number != one_number[0, 0]
        (top, bottom), (left, right) = (self._ends(ink.any(axis=axis)) for axis in (1, 0))
        self.height, self.width = ink.shape
        # Ink that stands in the outermost pixels may go on beyond them.
        self.is_enough = min(top, left, self.height - bottom, self.width - right) > 0 or not ink.any()
        self.cut = colours[max(top - self.edge, 0) : bottom + self.edge, max(left - self.edge, 0) : right + self.edge, :3]
        return colours.nbytes

    def holds(self, box: Any) -> bool:
        """Whether a box lies on the sheet: in pixels from its lower left corner, as things have them after they were drawn."""
        return bool(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= self.width and box.y1 <= self.height)

    @staticmethod
    def _ends(inked: Any) -> tuple[int, int]:
        found = inked.nonzero()[0]
        return (int(found[0]), int(found[-1]) + 1) if len(found) else (0, len(inked))


def _beyond(figure: Figure) -> float:
    """Inches by which legends and notes reach beyond the figure: these may stand apart, where no ink at the end of a sheet tells of them."""
    from matplotlib.backends.backend_agg import RendererAgg

    legends = set(_legends(figure)) - set(_inside(figure))
    apart = [*legends, *(artist for ax in figure.axes for artist in (*ax.texts, *ax.tables)), *figure.legends, *figure.texts]
    measure = RendererAgg(1, 1, figure.dpi)  # type: ignore[no-untyped-call]
    boxes = [box for box in (artist.get_tightbbox(measure) for artist in apart if artist.get_visible()) if box is not None]
    over = [max(-box.x0, -box.y0, box.x1 - figure.bbox.x1, box.y1 - figure.bbox.y1) / figure.dpi for box in boxes]
    return min(max([0, *(inches for inches in over if math.isfinite(inches))]), _MARGINS[-1][0])


def _legends(figure: Figure) -> list[Legend]:
    return [legend for ax in figure.axes if (legend := ax.get_legend())]


def _inside(figure: Figure) -> list[Legend]:
    """Legends that stand in their axes. Few are larger than they: looked at once drawn, for to measure one takes up to a tenth of a drawing."""
    return [legend for legend in _legends(figure) if legend.get_visible() and legend.get_bbox_to_anchor() is legend.parent.bbox]


def quick_image(chart: Figure | Axes, alt: str) -> str:
    """As `image`, in a third of the time, for a chart that changes while a learner looks at it: SVG with the reader's fonts, and with all its margins."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    figure = _figure(chart)
    density = figure.dpi
    svg = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "isa"}):
        FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None})  # type: ignore[no-untyped-call]
    figure.dpi = density  # SVG is made at 72, and the figure is left there
    return _img("image/svg+xml", svg.getvalue(), round(figure.get_figwidth() * density), alt)


def _img(kind: str, picture: bytes, width: int, alt: str) -> str:
    encoded = base64.b64encode(picture).decode()
    return f'<img alt="{escape(alt, quote=True)}" src="data:{kind};base64,{encoded}" width="{width}" style="max-width:100%">'


def _figure(chart: Any) -> Any:
    return chart if hasattr(chart, "savefig") else chart.get_figure()
