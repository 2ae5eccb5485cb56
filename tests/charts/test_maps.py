import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.path import Path

from isa import charts, load
from isa.charts import maps
from isa.charts.theme import STEPS

MEMBERS = load("members").set_index("iso3")


def shapes(ax):
    """Face colour and whether hatched -> how many rings are drawn so, outlines first, then dots."""
    found = {}
    for patch in ax.artists + ax.patches:
        look = (to_hex(patch.get_facecolor()), bool(patch.get_hatch()))
        found.setdefault(look, []).append(int((patch.get_path().codes == Path.MOVETO).sum()) if len(patch.get_path()) else 0)
    return found


def rings(codes):
    return sum(int((maps._outlines()[code].codes == Path.MOVETO).sum()) for code in codes if code in maps._outlines())


def test_each_member_is_an_outline_or_a_point_and_the_small_ones_are_both():
    outlines, dots = maps._outlines(), maps._dots()
    assert set(MEMBERS.index) - set(outlines) == {"BHR", "COM", "MDV"}
    assert set(MEMBERS.index) <= set(outlines) | set(dots)
    assert {"BHR", "COM", "MDV", "GMB", "LBN", "QAT", "BRN"} <= set(dots)
    assert not {"EGY", "IDN", "KAZ"} & set(dots)


def test_all_that_is_drawn_lies_on_the_map():
    west, east, south, north = maps._EXTENT
    for code in MEMBERS.index:
        paths = [places[code] for places in (maps._outlines(), maps._dots()) if code in places]
        for longitude, latitude in (corner for path in paths for corner in path.vertices):
            assert west < longitude < east, code
            assert south < latitude < north, code


def test_groups_have_a_colour_each_and_are_named_with_their_number():
    shown = charts.describe(charts.world(MEMBERS.oic_group, "Groups"))
    assert shown["legend"] == ["Africa (17)", "Arab (22)", "Asia (18)", "not a member"]
    assert dict(zip(shown["series"][0]["x"], shown["series"][0]["y"], strict=True)) == MEMBERS.oic_group.to_dict()


def test_missing_values_and_missing_members_are_hatched_and_named():
    values = pd.Series(1.0, index=MEMBERS.index)
    values["SEN"] = float("nan")
    ax = charts.world(values.drop("MLI"), "Somewhere")
    assert "no figure (2)" in charts.describe(ax)["legend"]
    drawn = shapes(ax)
    assert drawn["#ffffff", True] == [rings(["MLI", "SEN"]), 0]
    assert drawn[STEPS[0].lower(), False] == [rings(set(MEMBERS.index) - {"MLI", "SEN"}), len(maps._dots())]
    assert charts.describe(charts.world(values.drop("MLI"), "Somewhere", no_figure="not asked"))["legend"][-2] == "not asked (2)"


def test_a_dot_is_round_on_the_map_and_in_its_place():
    (west, south), (east, north) = maps._dots()["MDV"].get_extents().get_points()
    point = load("map_points").set_index("iso3").loc["MDV"]
    assert ((west + east) / 2, (south + north) / 2) == pytest.approx((point.longitude_deg, point.latitude_deg))
    assert charts.world(MEMBERS.oic_group, "Groups").get_aspect() * (north - south) == pytest.approx(east - west)


def test_a_zero_is_a_figure():
    shown = charts.describe(charts.world(pd.Series({"MLI": 0.0, "SEN": 2.0}), "Somewhere", bins=[1]))
    assert shown["legend"][:3] == ["under 1 (1)", "1 or more (1)", "no figure (55)"]


def test_steps_hold_about_equally_many_states_between_round_numbers():
    values = load("population_gdp", year=2022).set_index("iso3").population.reindex(MEMBERS.index)
    legend = charts.describe(charts.world(values, "People"))["legend"][:-1]
    counts = [int(label.rsplit("(", 1)[1].rstrip(")")) for label in legend]
    assert sum(counts) == 57
    assert len(counts) == 5
    assert max(counts) - min(counts) <= 4


def test_a_limit_belongs_to_the_step_above_it():
    shown = charts.describe(charts.world(pd.Series({"MLI": 10, "SEN": 20, "NER": 9.9}), "Somewhere", bins=[10, 20]))
    assert shown["legend"][:3] == ["under 10 (1)", "10 to under 20 (1)", "20 or more (1)"]


def test_all_the_same_number_is_one_step():
    assert charts.describe(charts.world(pd.Series({"MLI": 3, "SEN": 3}), "Somewhere"))["legend"][0] == "all (2)"


def test_true_and_false_are_yes_and_no():
    shown = charts.describe(charts.world(pd.Series({"MLI": True, "SEN": False}), "Somewhere"))
    assert shown["legend"][:2] == ["no (1)", "yes (1)"]
    assert dict(zip(shown["series"][0]["x"], shown["series"][0]["y"], strict=True))["MLI"] is True


def test_nothing_at_all_is_a_map_of_no_figures():
    assert charts.describe(charts.world(pd.Series(dtype=float), "Somewhere"))["legend"] == ["all (0)", "no figure (57)", "not a member"]


def test_borders_come_with_a_word_on_whose_they_are():
    assert "no statement on any claim" in charts.describe(charts.world(MEMBERS.oic_group, "Groups"))["xlabel"]


@pytest.mark.parametrize(
    ("values", "options", "says"),
    [
        (pd.Series({"MLI": 1, "USA": 2}), {}, "found in the index: USA"),
        (pd.Series([1, 2]), {}, "set_index"),
        (pd.Series([1, 2], index=["MLI", "MLI"]), {}, "MLI stands twice"),
        (pd.Series({"MLI": 1, "SEN": 2}), {"bins": [3, 2]}, "rising"),
        (pd.Series({"MLI": 1, "SEN": 2}), {"bins": [1, 2, 3, 4, 5, 6]}, "one to 5"),
        (pd.Series(dict(zip(MEMBERS.index[:6], "abcdef", strict=True))), {}, "found 6: a, b, c, d, e, f"),
        (pd.Series({"MLI": "a"}), {"colours": {"b": "red"}}, "none for 'a'"),
    ],
    ids=["stranger", "positions", "twice", "falling", "too many steps", "too many words", "colour missing"],
)
def test_what_no_map_can_show_is_refused_with_what_to_do(values, options, says):
    with pytest.raises(ValueError, match=says):
        charts.world(values, "Somewhere", **options)
