"""Builds a value from what came over the wall, in a trusted process. Everything is checked; nothing is run.

The sandbox may send anything at all. `decode` either returns plain data of the types below or raises `WireError`.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
import types
import zoneinfo
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

DEPTH = 200
DIGITS = 10_000  # of a number, and zeros behind it: with more, one step of arithmetic takes minutes that no alarm interrupts
LONGEST = 10_000_000  # steps of a range, which takes no room on the wire and all memory in a test that lists it
_DTYPE = re.compile(r"[<>|=]?(b1|[iu][1248]|f(2|4|8|16)|c(8|16|32)|[US]\d{1,7}|[mM]8(\[\d{0,6}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])?)")
_UNITS = ("s", "ms", "us", "ns")
_MASKED = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64", "boolean")
_FREQUENCY = re.compile(r"[A-Za-z0-9-]{1,12}")


class WireError(ValueError):
    """What came from the sandbox is not a value that may cross."""


class Opaque:
    """Stands for a value that cannot cross. It equals nothing, and whatever a test does with it says why.

    Its class carries the name of the student's type, so that a message such as "found a Widget" is right.
    """

    isa_reason = ""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        why = f": {self.isa_reason}" if self.isa_reason else ""
        raise TypeError(f"the value is a {type(self).__name__}, which is no plain data, so the tests cannot look into it{why}")

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _refuse
    __len__ = __iter__ = __getitem__ = __contains__ = __call__ = __abs__ = __float__ = __int__ = __index__ = __bool__ = __round__ = _refuse

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Described(Opaque):
    """Stands for a chart: `isa_description` is what `isa.charts.describe` said of it beside the student's code."""

    isa_description: dict[str, Any]


class FunctionProxy:
    """Stands for a function of the student's: calling it runs the function in the sandbox and brings the result back."""

    def __init__(self, name: str, documentation: str, signature: inspect.Signature | None, call: Callable[..., Any]) -> None:
        self.__name__ = self.__qualname__ = name
        self.__doc__ = documentation
        self._call = call
        if signature is not None:
            self.__signature__ = signature

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._call(*arguments, **named)

    def __repr__(self) -> str:
        return f"<function {self.__name__}>"


Call = Callable[[int, tuple[Any, ...], dict[str, Any]], Any]


def decode(tree: Any, blobs: list[bytes], call: Call | None = None) -> Any:
    """The value that a tree and its byte strings describe. `call` runs the function of a number in the sandbox.

    Raises:
        WireError: the tree is not one that `encode` makes.
    """
    try:
        return _Decoder(blobs, call).value(tree, 0)
    except WireError:
        raise
    except (ArithmeticError, AttributeError, ImportError, IndexError, KeyError, MemoryError, RuntimeError, TypeError, ValueError, InvalidOperation) as error:
        # NumPy and pandas say no in many ways; none of them is the tests' affair.
        raise WireError(f"a value from the sandbox makes no sense ({type(error).__name__})") from None


class _Decoder:
    def __init__(self, blobs: list[bytes], call: Call | None) -> None:
        self.blobs = blobs
        self.call = call

    def value(self, tree: Any, depth: int) -> Any:
        if depth > DEPTH:
            raise WireError("a value from the sandbox is nested too deep")
        if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
            raise WireError("a value from the sandbox has no tag")
        read = getattr(self, f"_{tree[0]}", None) if tree[0] in _TAGS else None
        if read is None:
            raise WireError(f"a value from the sandbox has the unknown tag {tree[0][:40]!r}")
        return read(depth, *tree[1:])

    # Plain Python

    def _none(self, depth: int) -> None:
        return None

    def _bool(self, depth: int, value: Any) -> bool:
        return _is(value, bool)

    def _int(self, depth: int, text: Any) -> int:
        return _whole(text)

    def _float(self, depth: int, text: Any) -> float:
        return float.fromhex(_is(text, str))

    def _complex(self, depth: int, real: Any, imaginary: Any) -> complex:
        return complex(float.fromhex(_is(real, str)), float.fromhex(_is(imaginary, str)))

    def _str(self, depth: int, text: Any) -> str:
        return _is(text, str)

    def _bytes(self, depth: int, text: Any) -> bytes:
        return bytes.fromhex(_is(text, str))

    def _bytearray(self, depth: int, text: Any) -> bytearray:
        return bytearray.fromhex(_is(text, str))

    def _range(self, depth: int, start: Any, stop: Any, step: Any) -> range:
        return _short(range(_is(start, int), _is(stop, int), _is(step, int)))

    def _datetime(self, depth: int, text: Any, fold: Any) -> dt.datetime:
        return dt.datetime.fromisoformat(_is(text, str)).replace(fold=_is(fold, int))

    def _date(self, depth: int, text: Any) -> dt.date:
        return dt.date.fromisoformat(_is(text, str))

    def _time(self, depth: int, text: Any) -> dt.time:
        return dt.time.fromisoformat(_is(text, str))

    def _delta(self, depth: int, days: Any, seconds: Any, microseconds: Any) -> dt.timedelta:
        return dt.timedelta(_is(days, int), _is(seconds, int), _is(microseconds, int))

    def _decimal(self, depth: int, text: Any) -> Decimal:
        number = Decimal(_is(text, str))
        if number.is_finite() and (abs(number.adjusted()) > DIGITS or len(number.as_tuple().digits) > DIGITS):
            raise WireError(f"a number from the sandbox has more than {DIGITS:,} digits")
        return number

    def _fraction(self, depth: int, numerator: Any, denominator: Any) -> Fraction:
        return Fraction(_whole(numerator), _whole(denominator))

    def _ellipsis(self, depth: int) -> Any:
        return ...

    def _list(self, depth: int, items: Any) -> list[Any]:
        return [self.value(item, depth + 1) for item in _is(items, list)]

    def _tuple(self, depth: int, items: Any) -> tuple[Any, ...]:
        return tuple(self._list(depth, items))

    def _set(self, depth: int, items: Any) -> set[Any]:
        return set(self._list(depth, items))

    def _frozenset(self, depth: int, items: Any) -> frozenset[Any]:
        return frozenset(self._list(depth, items))

    def _dict(self, depth: int, items: Any) -> dict[Any, Any]:
        return {self.value(key, depth + 1): self.value(value, depth + 1) for key, value in _is(items, list)}

    # NumPy

    def _scalar(self, depth: int, dtype: Any, blob: Any) -> np.generic:
        (value,) = np.frombuffer(self._blob(blob), dtype=_dtype(dtype), count=1)
        return value

    def _ndarray(self, depth: int, dtype: Any, shape: Any, blob: Any) -> np.ndarray:
        # A copy, so that it can be written to as the student's own array could be.
        return np.frombuffer(self._blob(blob), dtype=_dtype(dtype)).reshape(_shape(shape)).copy()

    def _objects(self, depth: int, shape: Any, items: Any) -> np.ndarray:
        array = np.empty(len(_is(items, list)), dtype=object)
        for position, item in enumerate(items):
            array[position] = self.value(item, depth + 1)
        return array.reshape(_shape(shape))

    def _texts(self, depth: int, shape: Any, items: Any, missing: Any) -> np.ndarray:
        array = np.empty(len(_are_texts(items)), dtype=object)
        array[:] = items if _one_of(missing, ("None", "nan")) == "None" else [np.nan if item is None else item for item in items]
        return array.reshape(_shape(shape))

    # pandas

    def _NA(self, depth: int) -> Any:
        return pd.NA

    def _NaT(self, depth: int) -> Any:
        return pd.NaT

    def _timestamp(self, depth: int, value: Any, unit: Any, zone: Any) -> pd.Timestamp:
        stamp = pd.Timestamp(np.datetime64(_whole(value), _one_of(unit, _UNITS)))
        return stamp if zone is None else stamp.tz_localize("UTC").tz_convert(_zone(zone))

    def _timedelta(self, depth: int, value: Any, unit: Any) -> pd.Timedelta:
        return pd.Timedelta(np.timedelta64(_whole(value), _one_of(unit, _UNITS)))

    def _period(self, depth: int, ordinal: Any, frequency: Any) -> pd.Period:
        return pd.Period(ordinal=_whole(ordinal), freq=_frequency(frequency))

    def _interval(self, depth: int, left: Any, right: Any, closed: Any) -> pd.Interval:
        return pd.Interval(self.value(left, depth + 1), self.value(right, depth + 1), _one_of(closed, ("left", "right", "both", "neither")))

    def _frame(self, depth: int, columns: Any, values: Any, index: Any) -> pd.DataFrame:
        rows = self.index(index, depth)
        arrays = [self.values(column, depth) for column in _is(values, list)]
        if all(len(array) == len(rows) and _as_pandas_keeps_it(array) for array in arrays):
            # What `pd.DataFrame` comes to when it has found nothing to convert, without a series for each column.
            make: Any = pd.DataFrame
            return make._from_arrays(arrays, self.index(columns, depth), rows, verify_integrity=False)
        frame = pd.DataFrame({at: _column(array, rows) for at, array in enumerate(arrays)}, index=rows, copy=False)
        frame.columns = self.index(columns, depth)
        return frame

    def _series(self, depth: int, values: Any, index: Any, name: Any) -> pd.Series:
        column = _column(self.values(values, depth), self.index(index, depth))
        column.name = self.value(name, depth + 1)
        return column

    def _index(self, depth: int, index: Any) -> pd.Index:
        return self.index(index, depth)

    def _array(self, depth: int, values: Any) -> Any:
        return self.values(values, depth)

    def values(self, tree: Any, depth: int) -> Any:
        if depth > DEPTH:
            raise WireError("a value from the sandbox is nested too deep")
        tag, *rest = _is(tree, list)
        match tag:
            case "categories":
                codes, categories, ordered = rest
                return pd.Categorical.from_codes(self.value(codes, depth + 1), self.index(categories, depth), ordered=_is(ordered, bool))
            case "zoned":
                array, unit, zone = rest
                moments = self.value(array, depth + 1).astype("i8").view(f"M8[{_one_of(unit, _UNITS)}]")
                return pd.DatetimeIndex(moments).tz_localize("UTC").tz_convert(_zone(zone)).array
            case "periods":
                array, frequency = rest
                index: Any = pd.PeriodIndex
                return index.from_ordinals(self.value(array, depth + 1), freq=_frequency(frequency)).array
            case "intervals":
                left, right, closed = rest
                sides = ("left", "right", "both", "neither")
                return pd.arrays.IntervalArray.from_arrays(self.values(left, depth + 1), self.values(right, depth + 1), closed=_one_of(closed, sides))
            case "strings":
                storage, missing, texts = rest
                texts_dtype = pd.StringDtype(_one_of(storage, ("python", "pyarrow")), na_value=pd.NA if missing == "NA" else np.nan)
                of_texts: Any = texts_dtype.construct_array_type()  # `pd.array` would find this out from each column
                return of_texts._from_sequence(_are_texts(texts), dtype=texts_dtype)
            case "masked":
                name, data, mask = rest
                dtype: Any = pd.api.types.pandas_dtype(_one_of(name, _MASKED))
                array, hidden = self.value(data, depth + 1), self.value(mask, depth + 1)
                return dtype.construct_array_type()(array.astype(dtype.numpy_dtype, casting="safe"), hidden.astype(bool, casting="safe"))
            case _:
                array = self.value(tree, depth + 1)
                if not isinstance(array, np.ndarray) or array.ndim != 1:
                    raise WireError("a column from the sandbox is not a column")
                return array

    def index(self, tree: Any, depth: int) -> Any:
        if depth > DEPTH:
            raise WireError("a value from the sandbox is nested too deep")
        tag, *rest = _is(tree, list)
        names = [self.value(name, depth + 1) for name in _is(rest[-1], list)]
        match tag:
            case "range":
                index: Any = pd.RangeIndex(_short(range(*(_is(number, int) for number in rest[:3]))))
            case "multi":
                levels: Any = [self.index(level, depth + 1) for level in _is(rest[0], list)]
                index = pd.MultiIndex(levels=levels, codes=[self.value(codes, depth + 1) for codes in _is(rest[1], list)])
            case "plain":
                values = self.values(rest[0], depth)
                index = pd.Index(values, dtype=values.dtype, copy=False)
                if values.dtype.kind in "mM" and rest[1] is not None:
                    index.freq = _frequency(rest[1])
            case _:
                raise WireError("an index from the sandbox has an unknown tag")
        index.names = names
        return index

    # What stays behind the wall

    def _function(self, depth: int, number: Any, name: Any, documentation: Any, parameters: Any) -> FunctionProxy:
        call, number = self.call, _is(number, int)
        if call is None:
            raise WireError("a function came from the sandbox where none was asked for")
        return FunctionProxy(_is(name, str), _is(documentation, str), _signature(parameters), lambda *a, **k: call(number, a, k))

    def _chart(self, depth: int, description: Any) -> Described:
        chart = type("Axes", (Described,), {"__module__": __name__})()
        chart.isa_description = _is(self.value(description, depth + 1), dict)
        return chart

    def _opaque(self, depth: int, name: Any, reason: Any) -> Opaque:
        safe = re.sub(r"\W", "_", _is(name, str))[:80] or "object"
        return type(safe, (Opaque,), {"__module__": __name__, "isa_reason": _is(reason, str)[:500]})()

    def _blob(self, position: Any) -> bytes:
        if not 0 <= _is(position, int) < len(self.blobs):
            raise WireError("a value from the sandbox points to bytes that did not come")
        return self.blobs[position]


# The only methods that a tag from the sandbox may name.
_TAGS = frozenset(
    {"none", "bool", "int", "float", "complex", "str", "bytes", "bytearray", "range", "datetime", "date", "time", "delta", "decimal", "fraction"}
    | {"ellipsis", "list", "tuple", "set", "frozenset", "dict", "scalar", "ndarray", "objects", "texts", "NA", "NaT", "timestamp", "timedelta", "period"}
    | {"interval", "frame", "series", "index", "array", "function", "chart", "opaque"}
)


def _column(array: Any, rows: pd.Index) -> pd.Series:
    # With its dtype: pandas would make a column of text of an array of objects.
    return pd.Series(array, index=rows, dtype=array.dtype, copy=False)


def _as_pandas_keeps_it(array: Any) -> bool:
    return not isinstance(array, np.ndarray) or array.dtype == object or (array.dtype.kind in "biuf" and array.dtype.isnative and array.dtype.itemsize <= 8)


def _are_texts(items: Any) -> list[Any]:
    if not set(map(type, _is(items, list))) <= {str, types.NoneType}:
        raise WireError("a column of text from the sandbox holds something else")
    return list(items)


def _is(value: Any, kind: type) -> Any:
    # `type`, not isinstance: True is no number here.
    if type(value) is not kind:
        raise WireError(f"a value from the sandbox has a {type(value).__name__} where a {kind.__name__} belongs")
    return value


def _whole(text: Any) -> Any:
    if len(_is(text, str)) > DIGITS:
        raise WireError(f"a number from the sandbox has more than {DIGITS:,} digits")
    return int(text, 16)


def _short(steps: range) -> range:
    if len(steps) > LONGEST:
        raise WireError(f"a range from the sandbox has more than {LONGEST:,} steps")
    return steps


def _one_of(value: Any, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        raise WireError("a value from the sandbox names an unknown unit or type")
    return value


def _dtype(text: Any) -> np.dtype:
    if not _DTYPE.fullmatch(_is(text, str)):
        raise WireError(f"an array from the sandbox has the type {text[:40]!r}, which may not cross")
    return np.dtype(text)


def _shape(shape: Any) -> tuple[int, ...]:
    lengths = tuple(_is(length, int) for length in _is(shape, list))
    if min(lengths, default=0) < 0:
        raise WireError("an array from the sandbox has a side of less than nothing")
    return lengths


def _zone(name: Any) -> dt.tzinfo:
    text = _is(name, str)
    offset = re.fullmatch(r"UTC(?:([+-])(\d\d):(\d\d))?", text)
    if offset:
        if offset[1] is None:
            return dt.UTC
        distance = dt.timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return dt.timezone(distance if offset[1] == "+" else -distance)
    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        raise WireError("a value from the sandbox names an unknown time zone") from None


def _frequency(text: Any) -> str:
    if not _FREQUENCY.fullmatch(_is(text, str)):
        raise WireError("a period from the sandbox has an unknown frequency")
    return str(text)


def _signature(parameters: Any) -> inspect.Signature | None:
    if parameters is None:
        return None
    made = []
    for name, kind, optional in _is(parameters, list):
        default = None if _is(optional, bool) else inspect.Parameter.empty
        made.append(inspect.Parameter(_is(name, str), inspect._ParameterKind(_is(kind, int)), default=default))
    return inspect.Signature(made)
