"""Vectors of texts that were encoded before, in a file of this user's cache: a question is then ready in a tenth of the time.

One file for each model. It holds numbers under the hashes of texts and nothing that could be run. Whatever is wrong with it (it is not there, damaged, locked,
on a full or read-only disk) costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import sqlite3

Vectors = NDArray[np.float32]
T = TypeVar("T")

LARGEST = 64 * 2**20  # bytes of the file, from which it is begun anew
PATIENCE = 2.0  # seconds to wait for another process that writes


class Store:
    """The vectors that one model gave."""

    def __init__(self, model: str, folder: Path | None = None) -> None:
        self._path = (folder or _folder()) / f"vectors-{model[:16]}.sqlite"
        self._known: dict[bytes, bytes] | None = None

    def get(self, text: str, size: int) -> Vectors | None:
        """The vector of a text, or None where nobody has laid it here."""
        if self._known is None:
            self._known = self._read()
        found = self._known.get(_key(text))
        if found is None or len(found) != 4 * size:
            return None
        vector: Vectors = np.frombuffer(found, "<f4")
        return vector if np.isfinite(vector).all() else None

    def add(self, vectors: Mapping[str, Vectors]) -> None:
        """Lay vectors here for other processes and other days."""
        rows = [(_key(text), vector.astype("<f4").tobytes()) for text, vector in vectors.items()]
        if not rows:
            return

        def write(file: sqlite3.Connection) -> None:
            file.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
            file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

        self._known = None
        self._transact(write)

    def _read(self) -> dict[bytes, bytes]:
        def read(file: sqlite3.Connection) -> dict[bytes, bytes]:
            return {bytes(text): bytes(vector) for text, vector in file.execute("SELECT text, vector FROM vectors")}

        return (self._transact(read) if self._path.is_file() else None) or {}

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """What `work` makes of the file, or None; a damaged file is thrown away, all other trouble passed over."""
        import sqlite3  # a browser may lack it, and needs no store

        with contextlib.suppress(OSError):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                if self._path.is_file() and self._path.stat().st_size > LARGEST:
                    self._path.unlink()
                with contextlib.closing(sqlite3.connect(self._path, timeout=PATIENCE)) as file, file:
                    return work(file)
            except sqlite3.OperationalError:  # locked, full or read-only
                return None
            except (sqlite3.DatabaseError, TypeError, ValueError):
                self._path.unlink()
        return None


def _folder() -> Path:
    """Of the environment, for tests; else where this system keeps caches."""
    import platformdirs

    chosen = os.environ.get("ISA_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("isa-course", appauthor=False)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
