import subprocess
import sys
from itertools import combinations, pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from isa import charts
from isa.charts.theme import AREAS, COLOURS, NO_FIGURE, OUTSIDE, STEPS, lightness, themed

# Steps of L* below which two greys beside each other are hard to tell apart.
APART = 10

# How the three cones of people with a missing one see a colour: Machado, Oliveira and Fernandes (2009), severity 1.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def seen(colour, matrix):
    """The colour as a person with one kind of cone missing sees it, in linear light made into L*a*b*."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)]
    red, green, blue = (min(1, max(0, sum(weight * part for weight, part in zip(row, linear, strict=True)))) for row in matrix)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def test_neighbours_in_a_chart_are_told_apart_in_grey():
    assert min(abs(lightness(a) - lightness(b)) for a, b in pairwise(COLOURS)) >= APART


def test_any_two_areas_of_a_map_are_told_apart_in_grey():
    assert min(abs(lightness(a) - lightness(b)) for a, b in combinations(AREAS, 2)) >= APART


def test_steps_go_from_light_to_dark_and_the_lightest_is_no_background():
    greys = [lightness(step) for step in STEPS]
    assert all(light - dark >= APART for light, dark in pairwise(greys))
    assert lightness(OUTSIDE) - greys[0] >= APART


def test_what_has_no_figure_is_told_by_hatching():
    assert NO_FIGURE["hatch"]


def test_lightness_runs_from_black_to_white():
    assert [round(lightness(c)) for c in ("black", "#777777", "white")] == [0, 50, 100]


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("palette", [COLOURS, AREAS, STEPS], ids=["lines", "areas", "steps"])
def test_neighbours_are_told_apart_with_one_kind_of_cone_missing(palette, blindness):
    distances = [
        sum((p - q) ** 2 for p, q in zip(seen(a, BLINDNESS[blindness]), seen(b, BLINDNESS[blindness]), strict=True)) ** 0.5 for a, b in pairwise(palette)
    ]
    assert min(distances) >= APART


def test_lines_differ_in_more_than_colour():
    with charts.themed():
        lines = plt.subplots()[1].plot([[0] * 8, [1] * 8])
    assert len({(line.get_linestyle(), line.get_dash_capstyle(), str(line._dash_pattern)) for line in lines}) == 8


def test_text_is_readable_when_the_page_is_enlarged():
    # 11 points at 110 dots an inch are 17 pixels, a little more than the text around it.
    with charts.themed():
        assert mpl.rcParams["font.size"] * mpl.rcParams["figure.dpi"] / 72 >= 16


def test_the_look_inside_does_not_leak():
    before = dict(mpl.rcParams)
    with charts.themed():
        assert mpl.rcParams["axes.grid"]
    assert dict(mpl.rcParams) == before


def test_to_import_the_course_does_not_import_what_draws():
    loaded = "import isa, sys; print([name for name in ('matplotlib', 'ipywidgets') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_words_of_a_legend_can_be_read_on_bars_of_every_colour_and_the_bars_behind_them_too():
    with themed():
        ax = plt.subplots()[1]
        ax.bar([0], [1], label="a name")
        paper = ax.legend().legendPatch.get_alpha()
    behind = [[paper + (1 - paper) * part for part in mpl.colors.to_rgb(colour)] for colour in COLOURS]
    assert min(map(lightness, behind)) > 60  # the words are black: 0
    assert max(map(lightness, behind)) < 97  # the paper is white: 100
