import pandas as pd
import pytest

from isa import charts, load


def mean_difference(values):
    """The Gini coefficient by its definition: half the mean difference of all pairs, over the mean."""
    values = [float(v) for v in values]
    return sum(abs(a - b) for a in values for b in values) / (2 * len(values) ** 2) / (sum(values) / len(values))


@pytest.mark.parametrize("values", [[1, 1, 1], [0, 0, 9], [3, 1, 2, 10], [5, 5, 0.5]], ids=str)
def test_gini_is_half_the_mean_difference_of_all_pairs(values):
    assert charts.gini(values) == pytest.approx(mean_difference(values))


def test_gini_of_a_table_leaves_missing_values_out():
    column = load("military_expenditure", year=2023).milex_share_gdp_pct
    assert column.isna().any()
    assert charts.gini(column) == pytest.approx(mean_difference(column.dropna()))


def test_gini_knows_the_missing_value_of_whole_numbers():
    assert charts.gini(pd.Series([1, None, 3], dtype="Int64")) == charts.gini([1, 3])


@pytest.mark.parametrize(
    ("values", "found"),
    [([], "found 0"), ([1, None], "found 1"), ([1, -2], "found -2"), ([0, 0], "all values are 0")],
    ids=["none", "one", "negative", "zeros"],
)
def test_what_cannot_be_shared_out_is_refused(values, found):
    with pytest.raises(ValueError, match=found):
        charts.gini(values)
    with pytest.raises(ValueError, match=found):
        charts.lorenz(values, "Something")


def test_the_curve_goes_from_nothing_to_all_below_the_line_of_equality():
    equality, curve = charts.describe(charts.lorenz([4, 1, 3], "Something"))["series"]
    assert equality["x"] == equality["y"] == [0, 100]
    assert curve["x"] == pytest.approx([0, 100 / 3, 200 / 3, 100])
    assert curve["y"] == pytest.approx([0, 12.5, 50, 100])


def test_the_title_ends_with_the_coefficient_and_the_axis_says_who_is_left_out():
    shown = charts.describe(charts.lorenz([4, 1, None, 3], "Something"))
    assert shown["title"] == f"Something (Gini {mean_difference([4, 1, 3]):.2f})"
    assert shown["xlabel"] == "per cent of members, least first (3 with a figure, 1 without)"
    assert shown["kind"] == "line"
