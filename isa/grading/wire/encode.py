"""Turns a value of the student's into tagged lists and byte strings. Runs in the sandbox; whatever it says is checked when read.

What has no tag of its own crosses as an opaque stand-in that names its type: the tests see that something is there,
and can do nothing with it.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

PLAIN_KINDS = "biufcmMSU"  # NumPy's kinds whose bytes are the value


@dataclass(frozen=True)
class Limits:
    """How much may cross at once; beyond it a value is cut off as opaque, with the reason."""

    depth: int = 60
    nodes: int = 1_000_000
    bytes: int = 200 * 2**20


class _Stop(Exception):
    """The value is larger than the limits allow."""


def encode(value: Any, remember: Callable[[Any], int] | None = None, limits: Limits | None = None) -> tuple[Any, list[bytes]]:
    """A value as a tree for JSON and the byte strings that it points to.

    `remember` keeps a function on this side and gives the number under which the tests can call it.
    """
    encoder = _Encoder(remember, limits or Limits())
    try:
        return encoder.tree(value, 0), encoder.blobs
    except _Stop as reason:
        return _opaque(value, str(reason)), []


class _Encoder:
    def __init__(self, remember: Callable[[Any], int] | None, limits: Limits) -> None:
        self.remember = remember
        self.limits = limits
        self.blobs: list[bytes] = []
        self.nodes = 0
        self.size = 0
        self.open: set[int] = set()  # containers that are being written: one that comes again is a cycle

    def tree(self, value: Any, depth: int) -> Any:
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise _Stop(f"it has more than {self.limits.nodes:,} parts")
        if depth > self.limits.depth:
            raise _Stop(f"it is nested more than {self.limits.depth} levels deep")
        kind = type(value)
        plain = _PLAIN.get(kind)
        if plain is not None:
            return plain(value)
        if isinstance(value, (list, tuple, dict, set, frozenset)):
            return self.container(value, depth)
        if isinstance(value, np.generic):
            return self.numpy_scalar(value)
        if isinstance(value, np.ndarray):
            return self.array(np.asarray(value), depth)
        if isinstance(value, pd.DataFrame):
            table: Any = value  # `iloc` takes longer to find a column than all else here takes to write it
            columns = [self.values(array, depth) for array in table._iter_column_arrays()]
            return ["frame", self.index(value.columns, depth), columns, self.index(value.index, depth)]
        if isinstance(value, pd.Series):
            return ["series", self.values(value.array, depth), self.index(value.index, depth), self.tree(value.name, depth + 1)]
        if isinstance(value, pd.Index):
            return ["index", self.index(value, depth)]
        if isinstance(value, pd.api.extensions.ExtensionArray):
            return ["array", self.values(value, depth)]
        if isinstance(value, pd.Timestamp):
            return ["timestamp", hex(value.value if value.unit == "ns" else value.asm8.view("i8").item()), value.unit, _zone(value)]
        if isinstance(value, pd.Timedelta):
            return ["timedelta", hex(value.asm8.view("i8").item()), value.unit]
        if isinstance(value, pd.Period):
            return ["period", hex(value.ordinal), value.freqstr]
        if isinstance(value, pd.Interval):
            return ["interval", self.tree(value.left, depth + 1), self.tree(value.right, depth + 1), value.closed]
        if kind.__module__.startswith("matplotlib.") and hasattr(value, "get_xlabel"):
            return self.axes(value, depth)
        if callable(value) and not isinstance(value, type) and self.remember is not None:
            return ["function", self.remember(value), *_signature(value)]
        for base, plain in _PLAIN.items():  # a subclass crosses as what it is at heart
            if base is not bool and base is not types.NoneType and isinstance(value, base):
                return plain(base(value))
        return _opaque(value)

    def container(self, value: Any, depth: int) -> Any:
        if id(value) in self.open:
            raise _Stop("it contains itself")
        self.open.add(id(value))
        try:
            if isinstance(value, dict):
                return ["dict", [[self.tree(k, depth + 1), self.tree(v, depth + 1)] for k, v in dict.items(value)]]
            tag = next(name for name, base in _CONTAINERS.items() if isinstance(value, base))
            return [tag, [self.tree(item, depth + 1) for item in value]]
        finally:
            self.open.discard(id(value))

    def numpy_scalar(self, value: np.generic) -> Any:
        if value.dtype.kind not in PLAIN_KINDS:
            return _opaque(value)
        return ["scalar", value.dtype.str, self.blob(value.tobytes())]

    def array(self, value: np.ndarray, depth: int) -> Any:
        if value.dtype.kind in PLAIN_KINDS and value.dtype.names is None:
            self.room(value.nbytes)
            return ["ndarray", value.dtype.str, list(value.shape), self.blob(np.ascontiguousarray(value).tobytes())]
        if value.dtype.kind == "O":
            items = value.ravel().tolist()
            texts, missing = _texts(items)
            if texts:
                self.nodes += len(items)
                return ["texts", list(value.shape), texts, missing]
            return ["objects", list(value.shape), [self.tree(item, depth + 1) for item in items]]
        return _opaque(value)

    def values(self, array: Any, depth: int) -> Any:
        """The values of a column or an index."""
        dtype = array.dtype
        if isinstance(dtype, pd.CategoricalDtype):
            return ["categories", self.array(np.asarray(array.codes), depth), self.index(dtype.categories, depth), bool(dtype.ordered)]
        if isinstance(dtype, pd.DatetimeTZDtype):
            return ["zoned", self.array(np.asarray(array.asi8), depth), dtype.unit, str(dtype.tz)]
        if isinstance(dtype, pd.PeriodDtype):
            return ["periods", self.array(np.asarray(array.asi8), depth), str(dtype).removeprefix("period[").removesuffix("]")]
        if isinstance(dtype, pd.IntervalDtype):
            return ["intervals", self.values(array.left.array, depth), self.values(array.right.array, depth), array.closed]
        if isinstance(dtype, pd.StringDtype):
            texts = array.to_numpy(dtype=object, na_value=None).tolist()
            self.nodes += len(texts)
            return ["strings", dtype.storage, "NA" if dtype.na_value is pd.NA else "nan", texts]
        if hasattr(array, "_mask") and hasattr(array, "_data"):
            return ["masked", dtype.name, self.array(np.asarray(array._data), depth), self.array(np.asarray(array._mask), depth)]
        return self.array(np.asarray(array), depth)

    def index(self, index: pd.Index, depth: int) -> Any:
        names = [self.tree(name, depth + 1) for name in index.names]
        if isinstance(index, pd.MultiIndex):
            levels = [self.index(level, depth) for level in index.levels]
            return ["multi", levels, [self.array(np.asarray(codes), depth) for codes in index.codes], names]
        if isinstance(index, pd.RangeIndex):
            return ["range", index.start, index.stop, index.step, names]
        return ["plain", self.values(index.array, depth), getattr(index, "freqstr", None), names]

    def axes(self, value: Any, depth: int) -> Any:
        from isa.charts import describe

        return ["chart", self.tree(describe(value), depth + 1)]

    def blob(self, data: bytes) -> int:
        self.room(len(data))
        self.size += len(data)
        self.blobs.append(data)
        return len(self.blobs) - 1

    def room(self, more: int) -> None:
        if self.size + more > self.limits.bytes:
            raise _Stop(f"it is larger than {self.limits.bytes // 2**20} MB")


def _texts(items: list[Any]) -> tuple[list[str | None], str]:
    """Texts with None where one is missing, and what stands there instead: most columns of objects, which take most of the time one by one.

    An empty list where there is anything else among them.
    """
    kinds = set(map(type, items))
    missing = "nan" if float in kinds else "None"
    if str not in kinds or not kinds <= {str, float if missing == "nan" else types.NoneType}:
        return [], missing
    texts = [item for item in items if type(item) is str]
    if missing == "nan" and any(item == item for item in items if type(item) is float):  # only what is missing differs from itself
        return [], missing
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:  # half of a character, which no UTF-8 holds
        return [], missing
    return [item if type(item) is str else None for item in items], missing


def _zone(value: Any) -> str | None:
    return None if value.tzinfo is None else str(value.tzinfo)


def _moment(value: dt.datetime) -> Any:
    # A zone crosses as its distance from UTC at that moment, which is what equality of datetimes means.
    return ["datetime", value.isoformat(), value.fold]


_CONTAINERS: dict[str, type] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
_PLAIN: dict[type, Callable[[Any], Any]] = {
    types.NoneType: lambda _: ["none"],
    bool: lambda value: ["bool", value],
    int: lambda value: ["int", hex(value)],
    float: lambda value: ["float", value.hex()],
    complex: lambda value: ["complex", value.real.hex(), value.imag.hex()],
    str: lambda value: ["str", value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")],
    bytes: lambda value: ["bytes", value.hex()],
    bytearray: lambda value: ["bytearray", value.hex()],
    range: lambda value: ["range", value.start, value.stop, value.step],
    slice: lambda value: _opaque(value),
    dt.datetime: _moment,
    dt.date: lambda value: ["date", value.isoformat()],
    dt.time: lambda value: ["time", value.isoformat()],
    dt.timedelta: lambda value: ["delta", value.days, value.seconds, value.microseconds],
    Decimal: lambda value: ["decimal", str(value)],
    Fraction: lambda value: ["fraction", hex(value.numerator), hex(value.denominator)],
    type(pd.NA): lambda _: ["NA"],
    type(pd.NaT): lambda _: ["NaT"],
    type(Ellipsis): lambda _: ["ellipsis"],
    types.ModuleType: lambda value: ["opaque", "module", str(getattr(value, "__name__", ""))[:200]],
}


def _opaque(value: Any, reason: str = "") -> Any:
    try:
        name = str(type(value).__qualname__)
    except Exception:
        name = "object"
    return ["opaque", name[:200], reason[:500]]


def _signature(function: Any) -> list[Any]:
    """Name, documentation and parameters of a function: [name, kind, whether it may be left out] for each."""
    import inspect

    try:
        parameters = [[p.name, int(p.kind), p.default is not p.empty] for p in inspect.signature(function).parameters.values()]
    except Exception:
        parameters = None
    return [str(getattr(function, "__name__", "function"))[:200], str(getattr(function, "__doc__", "") or "")[:2000], parameters]
