import base64
import io
import re
import xml.etree.ElementTree

import matplotlib.pyplot as plt
import pandas as pd
import PIL.Image
import PIL.ImageOps
import pytest
from matplotlib.figure import Figure

from isa import charts


@pytest.fixture
def shown(monkeypatch):
    """What was displayed."""
    displayed = []
    monkeypatch.setattr("IPython.display.display", displayed.append)
    return displayed


def rising():
    return pd.DataFrame({"a": [1, 2]}).plot(ax=plt.subplots()[1])


def picture(html):
    return base64.b64decode(re.search('base64,([^"]+)"', html)[1])


def test_show_emits_an_image_with_its_words_and_closes_the_figure(shown):
    charts.show(rising(), alt='A line that rises from "1" to 2, as told.')
    assert re.search(r'<img alt="A line that rises from &quot;1&quot; to 2, as told\." src="data:image/png;base64,', shown[0].data)
    assert not plt.get_fignums()


def test_show_without_words_is_refused():
    with pytest.raises(ValueError, match="in a sentence"):
        charts.show(rising(), alt="chart")


def test_a_figure_that_pyplot_does_not_know_is_shown_too(shown):
    charts.show(charts.lorenz([1, 2, 3], "Something"), alt="A curve somewhat below the line of equality.")
    assert "<img alt=" in shown[0].data


def test_a_picture_is_denser_than_the_page_for_those_who_enlarge_it():
    html = charts.image(rising(), "A line.")
    assert plt.imread(io.BytesIO(picture(html))).shape[1] == pytest.approx(1.5 * int(re.search(r'width="(\d+)"', html)[1]), abs=1)


def test_a_picture_is_never_wider_than_its_page():
    assert "max-width:100%" in charts.image(rising(), "A line.")


def small_multiples():
    figure, axes = plt.subplots(2, 2)
    for number, ax in enumerate(axes.flat):
        ax.plot([0, 10**number], label=f"number {number}")
        ax.set_title("A title as wide as two charts that stand side by side", loc="left")
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    figure.suptitle("Above all of them", y=1.1)
    return figure


def log_bars():
    ax = pd.Series({"a name that is long enough to leave the figure on its left side": 1, "b": 10_000_000}).plot.barh(ax=plt.subplots()[1], logx=True)
    ax.annotate("outside", (1, 0), xytext=(1.4, 0.5), textcoords="axes fraction")
    return ax.figure


def a_map():
    return charts.world(pd.Series({"MLI": 1.0, "MDV": 2.0}), "A map").figure


def lorenz():
    return charts.lorenz([1, 2, 3], "Something").figure


def laid_out():
    figure, ax = plt.subplots(layout="constrained")
    ax.set_ylabel("per cent")
    return figure


def far_outside():
    figure, ax = plt.subplots()
    ax.plot([1, 2], label="a line")
    ax.legend(loc="upper left", bbox_to_anchor=(1.6, 1.5))
    return figure


def crowded():
    figure, ax = plt.subplots()
    for number in range(27):
        ax.plot([number], label=f"a line {number}")
    ax.legend(labelspacing=2)
    return figure


def beside_its_axes():
    figure, ax = plt.subplots()
    ax.plot([1, 2], label="a line")
    ax.legend(loc=(1.6, 0.5))
    return figure


@pytest.mark.parametrize("draw", [small_multiples, log_bars, a_map, lorenz, laid_out, far_outside, crowded, beside_its_axes])
def test_a_picture_has_the_edges_that_matplotlib_calls_tight_without_drawing_it_twice(draw):
    tight, figure = io.BytesIO(), draw()
    figure.savefig(tight, dpi=1.5 * figure.dpi, bbox_inches="tight")
    ours, theirs = PIL.Image.open(io.BytesIO(picture(charts.image(draw(), "A chart.")))), PIL.Image.open(tight)
    assert inked(ours) == pytest.approx(inked(theirs), abs=2)
    assert ours.size == pytest.approx(theirs.size, abs=20)


def inked(image):
    """Width and height of what is drawn on the white."""
    left, top, right, bottom = PIL.ImageOps.invert(image.convert("L")).getbbox()
    return right - left, bottom - top


def test_what_reaches_over_the_largest_sheet_is_cut_and_nothing_fails():
    figure, ax = plt.subplots()
    ax.annotate("far away", (0, 0), xytext=(500, 0), textcoords="axes fraction")
    assert PIL.Image.open(io.BytesIO(picture(charts.image(figure, "A chart.")))).width > 0


def test_an_empty_figure_is_shown_whole():
    assert PIL.Image.open(io.BytesIO(picture(charts.image(Figure(figsize=(4, 2), dpi=100), "A chart.")))).size == (900, 450)


def test_a_quick_picture_says_the_same_words_and_is_drawn_by_the_browser():
    html = charts.quick_image(rising(), "A line & no more.")
    assert 'alt="A line &amp; no more."' in html
    drawing = xml.etree.ElementTree.fromstring(picture(html))
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert "1.0" in {text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")}


def test_a_quick_picture_of_the_same_chart_is_the_same():
    assert charts.quick_image(rising(), "A line.") == charts.quick_image(rising(), "A line.")


def test_a_quick_picture_leaves_the_figure_as_it_was():
    figure = Figure(figsize=(5, 2), dpi=90)
    figure.subplots().plot([1, 2])
    assert 'width="450"' in charts.quick_image(figure, "A line.")
    assert figure.dpi == 90
