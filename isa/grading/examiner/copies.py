"""Copies of what was made for a class, for each submission of it."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd


class Parcel:
    """Values that are packed together, so that two names for one list stay that.

    Raises:
        Exception: one of them cannot be copied.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        _refuse_views(values, set())
        packed = io.BytesIO()
        packer = _Packer(packed)
        packer.dump(values)
        self._packed, self._same = packed.getvalue(), packer.same

    def opened(self) -> dict[str, Any]:
        """Copies of the values."""
        unpacker = pickle.Unpickler(io.BytesIO(self._packed))
        unpacker.persistent_load = self._same.__getitem__  # type: ignore[method-assign]
        values: dict[str, Any] = unpacker.load()
        return values


def _refuse_views(value: Any, seen: set[int]) -> None:
    """Arrays, outside of tables, may show each other's values, and what stands behind an iterator is not to be seen: none of that would be in a copy.

    Raises:
        TypeError: there is such a value, in containers too.
    """
    if isinstance(value, np.ndarray | pd.api.extensions.ExtensionArray | Iterator):
        raise TypeError(f"a {type(value).__name__} is not copied")
    if isinstance(value, dict | list | tuple | set | frozenset) and id(value) not in seen:
        seen.add(id(value))
        for each in value.values() if isinstance(value, dict) else value:
            _refuse_views(each, seen)


class _Packer(pickle.Pickler):
    """Leaves out what nobody can change, where it is no longer the same when it is made again.

    A missing value equals nothing, but lists and sets look first whether it is the same one. A row of a table has a class of its own that has no name.
    """

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.same: list[Any] = []
        self._places: dict[int, int] = {}

    def persistent_id(self, value: Any) -> int | None:
        """The place of such a value in `same`."""
        if not ((type(value) is float and value != value) or (isinstance(value, tuple) and hasattr(value, "_fields"))):
            return None
        if id(value) not in self._places:
            self._places[id(value)] = len(self.same)
            self.same.append(value)
        return self._places[id(value)]
