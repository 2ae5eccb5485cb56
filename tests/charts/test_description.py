import matplotlib.pyplot as plt
import pandas as pd
import pytest

from isa import charts


def drawn(frame, **options):
    return frame.plot(ax=plt.subplots()[1], **options)


def test_upright_bars_have_their_categories_on_x():
    shown = charts.describe(drawn(pd.Series({"Mali": 3, "Niger": 5}), kind="bar"))
    assert shown["kind"] == "bar"
    assert shown["series"] == [{"label": "", "x": ["Mali", "Niger"], "y": [3.0, 5.0]}]


def test_lying_bars_have_their_categories_on_y():
    shown = charts.describe(drawn(pd.Series({"Mali": 3, "Niger": 5}), kind="barh"))
    assert shown["kind"] == "barh"
    assert shown["series"] == [{"label": "", "x": [3.0, 5.0], "y": ["Mali", "Niger"]}]


def test_grouped_bars_are_a_series_each_with_the_same_categories():
    frame = pd.DataFrame({"2022": [1, 2], "2023": [3, 4]}, index=["Mali", "Niger"])
    shown = charts.describe(drawn(frame, kind="bar"))
    assert [s["label"] for s in shown["series"]] == ["2022", "2023"]
    assert all(s["x"] == ["Mali", "Niger"] for s in shown["series"])


def test_lines_keep_gaps_as_none():
    shown = charts.describe(drawn(pd.DataFrame({"Qatar": [1.0, float("nan"), 3.0]}, index=[2010, 2011, 2012])))
    assert shown["kind"] == "line"
    assert shown["series"][0]["x"] == [2010.0, 2011.0, 2012.0]
    assert shown["series"][0]["y"][::2] == [1.0, 3.0]


def test_points_are_read_from_a_scatter():
    shown = charts.describe(drawn(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), kind="scatter", x="a", y="b"))
    assert (shown["kind"], shown["series"][0]["x"], shown["series"][0]["y"]) == ("scatter", [1.0, 2.0], [3.0, 4.0])


def test_titles_labels_scales_and_legend_are_told():
    ax = drawn(pd.DataFrame({"Qatar": [1, 10]}), title="Spending", logy=True)
    ax.set(xlabel="year", ylabel="US$ million")
    shown = charts.describe(ax)
    assert (shown["title"], shown["xlabel"], shown["ylabel"]) == ("Spending", "year", "US$ million")
    assert (shown["xscale"], shown["yscale"], shown["legend"]) == ("linear", "log", ["Qatar"])
    assert shown["y_inverted"] is False
    ax.invert_yaxis()
    assert charts.describe(ax)["y_inverted"] is True


def test_a_title_on_the_left_is_found_too():
    charts.use_theme()
    ax = plt.subplots()[1]
    ax.set_title("On the left")
    assert charts.describe(ax)["title"] == "On the left"


def test_a_reference_line_is_no_data():
    ax = drawn(pd.Series({"Mali": 3, "Niger": 5}), kind="bar")
    ax.axhline(4)
    assert charts.describe(ax)["kind"] == "bar"


def test_bars_and_lines_together_are_mixed():
    ax = drawn(pd.Series([3, 5]), kind="bar")
    ax.plot([0, 1], [1, 2])
    assert charts.describe(ax)["kind"] == "mixed"


def test_an_empty_chart_is_empty():
    assert charts.describe(plt.subplots()[1])["kind"] == "empty"


def test_what_is_no_axes_is_refused_with_what_was_found():
    with pytest.raises(TypeError, match="found Figure"):
        charts.describe(plt.figure())


def test_a_map_is_described_by_the_codes_of_the_members():
    values = pd.Series({"MLI": 3.0, "NER": 5.0})
    shown = charts.describe(charts.world(values, "Somewhere", unit="per cent", bins=[4]))
    assert (shown["kind"], shown["title"]) == ("map", "Somewhere")
    assert shown["legend"] == ["under 4 (1)", "4 or more (1)", "no figure (55)", "not a member"]
    (series,) = shown["series"]
    told = dict(zip(series["x"], series["y"], strict=True))
    assert (series["label"], len(told), told["MLI"], told["NER"], told["SEN"]) == ("per cent", 57, 3.0, 5.0, None)


def test_what_is_done_with_the_description_of_a_map_does_not_change_the_map():
    ax = charts.world(pd.Series({"MLI": 3.0, "NER": 5.0}), "Somewhere")
    charts.describe(ax)["series"].clear()
    assert charts.describe(ax)["series"]
