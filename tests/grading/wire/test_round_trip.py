"""What crosses comes out as it went in: value, type, dtype, index, names, categories, zones, and the kinds of nothing told apart."""

import datetime as dt
import json
import math
from collections import Counter, OrderedDict, namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from hypothesis.extra import pandas as hpd

from isa.catalog import load, tables
from isa.grading.wire import Limits, Opaque, decode, encode


def crossed(value, **more):
    tree, blobs = encode(value, **more)
    return decode(json.loads(json.dumps(tree, allow_nan=False)), blobs, call=lambda *call: call)


def same(one, other) -> bool:
    """Equal in type and value, with NaN equal to itself and 1 told from 1.0 and True."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one), list(other)) and same(list(one.values()), list(other.values()))
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    return one == other


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers(allow_nan=False)
    | st.text()
    | st.binary()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.fractions(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers() | st.booleans(), inner) | st.frozensets(st.integers()),
    max_leaves=20,
)


@given(plain)
def test_plain_python_crosses_exactly(value):
    assert same(crossed(value), value)


@given(hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0)))
def test_arrays_cross_with_dtype_and_shape_and_every_bit(array):
    got = crossed(array)
    assert (got.dtype, got.shape) == (array.dtype, array.shape)
    assert got.tobytes() == array.tobytes()


@given(hnp.from_dtype(np.dtype("f8")) | hnp.from_dtype(np.dtype("i4")) | hnp.from_dtype(np.dtype("bool")))
def test_numpy_scalars_stay_numpy_scalars(value):
    value = np.asarray(value)[()]
    got = crossed(value)
    assert type(got) is type(value)
    assert got.tobytes() == value.tobytes()


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])  # a busy machine makes frames slowly
@given(hpd.data_frames([hpd.column("a", dtype=float), hpd.column("b", dtype="i8"), hpd.column("c", dtype=bool), hpd.column("d", elements=st.text(max_size=5))]))
def test_frames_cross_exactly(frame):
    pd.testing.assert_frame_equal(crossed(frame), frame, check_index_type="exact", check_column_type="exact")


@pytest.mark.parametrize("name", list(tables().name))
def test_every_table_of_the_course_crosses_exactly(name):
    table = load(name)
    pd.testing.assert_frame_equal(crossed(table), table, check_index_type="exact", check_column_type="exact", check_freq=True)


FRAMES = {
    "two levels of rows": load("members").set_index(["oic_group", "iso3"]),
    "two levels of columns": load("military_expenditure").groupby("iso3")[["milex_share_gdp_pct"]].agg(["min", "max"]),
    "a column twice": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "no rows": load("members").iloc[:0],
    "no columns": pd.DataFrame(index=["x", "y"]),
    "bins": pd.DataFrame({"bin": pd.cut(pd.Series([1, 2, 3]), 2)}),
    "zones, periods and durations": pd.DataFrame(
        {"a": pd.date_range("2020", periods=2, tz="Africa/Cairo"), "b": pd.period_range("2020", periods=2, freq="M"), "c": pd.to_timedelta([1, None], unit="D")}
    ),
    "rows with a frequency": pd.DataFrame({"x": [1, 2]}, index=pd.date_range("2020", periods=2, freq="MS", name="month")),
    "mixed objects": pd.DataFrame({"x": [1, "two", None, 4.5, [6]]}),
    "texts as objects": pd.DataFrame({"x": ["one", "", "zwölf"]}, dtype=object),
    "texts as objects, none in one place": pd.DataFrame({"x": ["one", None, "zwölf"]}, dtype=object),
    "texts as objects, nothing known in one place": pd.DataFrame({"x": ["one", float("nan"), "zwölf"]}, dtype=object),
    "texts as objects, and a number": pd.DataFrame({"x": ["one", float("nan"), 2.5]}, dtype=object),
    "texts of two kinds": pd.DataFrame({"x": pd.array(["a", None], dtype="string"), "y": pd.array(["a", None], dtype="str")}),
    "nullable": pd.DataFrame(
        {"i": pd.array([1, None], dtype="Int64"), "b": pd.array([True, None], dtype="boolean"), "f": pd.array([0.5, None], dtype="Float64")}
    ),
}


@pytest.mark.parametrize("story", FRAMES)
def test_unusual_frames_cross_exactly(story):
    pd.testing.assert_frame_equal(crossed(FRAMES[story]), FRAMES[story], check_index_type="exact", check_column_type="exact", check_freq=True)


def test_a_letter_that_cannot_be_written_costs_only_itself():
    assert list(crossed(pd.Series(["a", "\ud800"], dtype=object))) == ["a", "���"]


def test_series_and_indexes_keep_their_names():
    series = pd.Series([1.5, None], index=pd.Index(["SEN", "MLI"], name="iso3"), name="share")
    pd.testing.assert_series_equal(crossed(series), series)
    pd.testing.assert_index_equal(crossed(series.index), series.index, exact=True)


def test_the_kinds_of_nothing_are_told_apart():
    kinds = [None, float("nan"), pd.NA, pd.NaT, "", [], np.float64("nan")]
    assert [type(value) for value in crossed(kinds)] == [type(value) for value in kinds]
    mixed = pd.Series([None, float("nan"), pd.NA, pd.NaT], dtype=object)
    assert [type(value) for value in crossed(mixed)] == [type(value) for value in mixed]
    for column in (["a", None], ["a", float("nan")], ["a", None, float("nan")], ["a", pd.NA], ["a", np.float64("nan")], [None], [float("nan")]):
        texts = pd.Series(column, dtype=object)
        assert [type(value) for value in crossed(texts)] == [type(value) for value in texts]


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp("2020-02-29 12:00", tz="Asia/Jakarta"),
        pd.Timestamp("2020-02-29").as_unit("s"),
        pd.Timedelta("36h"),
        pd.Period("2020Q1"),
        pd.Interval(0, 1.5),
    ],
    ids=str,
)
def test_scalars_of_pandas_cross_exactly(value):
    got = crossed(value)
    assert type(got) is type(value)
    assert got == value
    assert str(got) == str(value)


def test_subclasses_of_plain_types_cross_as_what_they_are_at_heart():
    Pair = namedtuple("Pair", "a b")
    assert crossed(OrderedDict(a=1)) == {"a": 1}
    assert crossed(Counter("aab")) == {"a": 2, "b": 1}
    assert crossed(Pair(1, 2)) == (1, 2)
    assert type(crossed(Pair(1, 2))) is tuple


def test_a_large_whole_number_and_exact_fractions_cross():
    assert crossed(-(10**5000)) == -(10**5000)
    assert crossed([Decimal("0.10"), Fraction(1, 3), dt.timedelta(days=-1)]) == [Decimal("0.10"), Fraction(1, 3), dt.timedelta(days=-1)]


def test_a_function_becomes_a_proxy_with_its_name_text_and_parameters():
    def fair(table, measure="total"):
        """Ranks."""

    got = crossed(fair, remember=lambda function: 7)
    assert callable(got)
    assert (got.__name__, got.__doc__) == ("fair", "Ranks.")
    assert got(1, measure="share") == (7, (1,), {"measure": "share"})
    import inspect

    assert list(inspect.signature(got).parameters) == ["table", "measure"]


def test_a_chart_crosses_as_its_description():
    import matplotlib.pyplot as plt

    from isa.charts import describe

    ax = plt.subplots()[1]
    ax.bar(["Mali"], [3])
    expected = describe(ax)
    got = crossed(ax)
    plt.close("all")
    assert describe(got) == expected
    assert type(got).__name__ == "Axes"


class Widget:
    pass


@pytest.mark.parametrize("value", [Widget(), Widget, object(), open, (n for n in []), math], ids=lambda value: type(value).__name__)
def test_what_is_no_data_becomes_an_opaque_that_names_its_type_and_equals_nothing(value):
    got = crossed(value)
    assert isinstance(got, Opaque)
    assert type(got).__name__ == type(value).__name__
    assert got != value
    assert not got == got  # noqa: SIM201
    with pytest.raises(TypeError, match=f"the value is a {type(value).__name__}, which is no plain data"):
        got > 1  # noqa: B015


def test_what_contains_itself_is_cut_off_with_the_reason():
    loop = [1]
    loop.append(loop)
    with pytest.raises(TypeError, match="it contains itself"):
        len(crossed(loop))


def test_what_is_too_deep_or_too_large_is_cut_off_with_the_reason():
    deep = []
    for _ in range(5000):
        deep = [deep]
    for value, limits, reason in [
        (deep, Limits(), "nested more than 60"),
        (list(range(1000)), Limits(nodes=100), "more than 100 parts"),
        (np.zeros(2**20), Limits(bytes=2**20), "larger than 1 MB"),
        (pd.DataFrame({"x": range(10_000_000)}), Limits(bytes=2**20), "larger than 1 MB"),
    ]:
        with pytest.raises(TypeError, match=reason):
            len(crossed(value, limits=limits))
