"""A chart as an image with words: the only way in which a lesson displays a figure.

Jupyter drops the alternative text of its own images, so a screen reader would find nothing.
"""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Pixels of the file for one on the page. A page that is enlarged to 200 % shows a chart at most one and a half times as large: the column is narrower then.
DENSITY = 1.5


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
    figure = _figure(chart)
    png = io.BytesIO()
    # Packed less tightly than usual: a sixth larger, and the packing takes a third of the time.
    figure.savefig(png, format="png", dpi=DENSITY * figure.dpi, bbox_inches=_edges(figure), pil_kwargs={"compress_level": 3})
    # The width stands in bytes 16 to 19 of every PNG.
    return _img("image/png", png.getvalue(), round(int.from_bytes(png.getvalue()[16:20], "big") / DENSITY), alt)


def _edges(figure: Figure) -> Any:
    """What `bbox_inches="tight"` would find, which draws the whole figure for it; where nothing moves while it is drawn, it need not be."""
    import matplotlib
    from matplotlib.backends.backend_agg import RendererAgg

    if figure.get_layout_engine() is not None:
        return "tight"
    density = figure.dpi
    figure.dpi = DENSITY * density
    try:
        # It only measures texts: one pixel is canvas enough.
        measure = RendererAgg(1, 1, figure.dpi)  # type: ignore[no-untyped-call]
        return figure.get_tightbbox(measure).padded(matplotlib.rcParams["savefig.pad_inches"])
    finally:
        figure.dpi = density


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
