import itertools

import pandas as pd
import pytest
from matplotlib.text import Text

from isa import charts, load


@pytest.fixture
def three_states():
    """Three states over four years; 2012 is missing for one, and one has no figure at all."""
    rows = [("Mali", year, float(year - 2009)) for year in (2010, 2011, 2013)]
    rows += [("Niger", year, 2.0) for year in range(2010, 2014)]
    rows += [("Togo", 2010, float("nan"))]
    return pd.DataFrame(rows, columns=["name", "year", "value"])


def test_each_group_has_a_panel_that_tells_only_its_own_line(three_states):
    axes = charts.small_multiples(three_states, "year", "value", "name", "Something", unit="per cent").axes
    told = {shown["title"]: shown["series"] for shown in map(charts.describe, axes)}
    assert list(told) == ["Mali", "Niger", "Togo"]
    assert [len(series) for series in told.values()] == [1, 1, 1]
    assert told["Niger"][0]["y"] == [2, 2, 2, 2]


def test_a_missing_year_is_a_gap_and_no_figure_is_said(three_states):
    mali, _, togo = charts.small_multiples(three_states, "year", "value", "name", "Something").axes
    assert charts.describe(mali)["series"][0]["x"] == [2010, 2011, 2012, 2013]
    assert charts.describe(mali)["series"][0]["y"] == [1, 2, None, 4]
    assert [text.get_text() for text in togo.texts] == ["no figure"]


def test_panels_share_their_axes_and_stand_in_the_order_that_was_asked_for(three_states):
    niger, mali = charts.small_multiples(three_states, "year", "value", "name", "Something", order=["Niger", "Mali"]).axes
    assert (niger.get_title(loc="left"), mali.get_title(loc="left")) == ("Niger", "Mali")
    assert (niger.get_xlim(), niger.get_ylim()) == (mali.get_xlim(), mali.get_ylim())


def test_years_stand_below_each_column_of_panels(three_states):
    figure = charts.small_multiples(three_states, "year", "value", "name", "Something", columns=2)
    assert [ax.get_visible() for ax in figure.axes] == [True, True, True, False]
    assert figure.axes[1].xaxis.get_tick_params()["labelbottom"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"y": "money"}, "no column 'money'"),
        ({"order": ["Mali", "Nigeria"]}, "'Nigeria' is not in the column 'name'"),
        ({"order": []}, "found 0"),
        ({"by": "year", "x": "name"}, "expected whole numbers such as years"),
    ],
    ids=["column", "group", "none", "swapped"],
)
def test_what_makes_no_panels_is_refused(three_states, change, says):
    arguments = {"x": "year", "y": "value", "by": "name"} | change
    with pytest.raises(ValueError, match=says):
        charts.small_multiples(three_states, title="Something", **arguments)


def test_two_rows_for_a_year_are_not_added_up_in_silence(three_states):
    with pytest.raises(ValueError, match="Mali has two rows for year 2010"):
        charts.small_multiples(pd.concat([three_states, three_states.head(1)]), "year", "value", "name", "Something")


def test_too_many_panels_are_refused_with_what_to_do():
    everybody = load("military_expenditure")
    with pytest.raises(ValueError, match=r"1 to 24 groups; found \d\d: choose some with order"):
        charts.small_multiples(everybody, "year", "milex_share_gdp_pct", "iso3", "Something")


def labels(ax):
    return [text.get_text() for text in ax.texts]


def test_a_slope_is_a_line_a_state_between_two_years():
    ax = charts.slope(pd.DataFrame({2010: [1.0, 5.0], 2022: [2.0, 3.5]}, index=["Mali", "Niger"]), "Something", unit="per cent")
    shown = charts.describe(ax)
    assert (shown["kind"], shown["ylabel"]) == ("line", "per cent")
    assert shown["series"] == [{"label": "Mali", "x": [2010, 2022], "y": [1, 2]}, {"label": "Niger", "x": [2010, 2022], "y": [5, 3.5]}]
    assert sorted(labels(ax)) == ["Mali 1.00", "Mali 2.00", "Niger 3.50", "Niger 5.00"]


def test_a_state_without_one_of_the_years_is_a_mark_that_says_so():
    ax = charts.slope(pd.DataFrame({2010: [1.0, 5.0], 2022: [2.0, None]}, index=["Mali", "Niger"]), "Something")
    assert "Niger 5.00 (2022: no figure)" in labels(ax)
    assert charts.describe(ax)["series"][1]["y"] == [5, None]


def test_close_labels_stand_apart_in_the_order_of_their_values():
    ax = charts.slope(pd.DataFrame({"then": [1.0, 1.01, 1.02, 9.0], "now": [2.0] * 4}, index=list("abcd")), "Something")
    ax.get_figure().draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in ax.texts if text.get_ha() == "right"]
    assert all(upper.y0 >= lower.y1 - 1 for lower, upper in itertools.pairwise(boxes))


@pytest.mark.parametrize(
    ("values", "options", "says"),
    [
        (pd.DataFrame({2010: [1], 2011: [2], 2012: [3]}, index=["Mali"]), {}, "found 3 columns: 2010, 2011, 2012"),
        (pd.DataFrame({2010: [1, 1], 2011: [2, 2]}, index=["Mali", "Mali"]), {}, "Mali stands twice"),
        (pd.DataFrame({2010: [1], 2011: [2]}, index=["Mali"]), {"highlight": ["Niger"]}, "'Niger', which is not in the index"),
        (pd.DataFrame({2010: range(26), 2011: range(26)}), {}, "found 26: choose some rows"),
        (pd.DataFrame({2010: [None], 2011: [None]}, index=["Mali"]), {}, "no figure in either year"),
    ],
    ids=["three years", "twice", "stranger", "too many", "empty"],
)
def test_what_makes_no_slope_is_refused(values, options, says):
    with pytest.raises(ValueError, match=says):
        charts.slope(values, "Something", **options)
