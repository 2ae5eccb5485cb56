"""Turns texts into vectors of length one: by a small embedding model, or by their letters where the model cannot run.

The model is our own: all-MiniLM-L6-v2 (Apache-2.0), trained further so that answers with the same mark lie near to each other, with 8-bit weights
(benchmarks/encoder/train.py; what it was trained on, and its licence, stand beside it). onnxruntime runs it on one thread and one text at a time, so that
what a text gets never depends on the texts beside it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from isa.answers import wordpiece
from isa.answers.store import Store

Vectors = NDArray[np.float32]

MODEL = files("isa.answers") / "data" / "encoder" / "model.onnx"
MODEL_SHA256 = "275342452eac4e134ad050554060ce6ed16fb766b3c4e2427baa6f7db2c42e61"
SIZE = 384  # numbers in a vector of the model
LONGEST = 128  # tokens of a text that are read
KEPT = 50_000  # vectors kept in memory, 1.5 kB each


class Encoder(Protocol):
    """Whatever turns texts into unit vectors; `name` is "model" or "lexical"."""

    name: str

    def vectors(self, texts: list[str]) -> Vectors:
        """A row of length one for each text, all zeros for a text without words."""

    def keeping(self) -> AbstractContextManager[None]:
        """What is encoded meanwhile will be asked for again by other processes: the phrases and examples of a question, never what a student wrote."""


class ModelMissing(Exception):
    """The embedding model cannot be used here; the message says why."""


@cache
def best() -> Encoder:
    """The model where it is installed, else the letters; one for the whole process."""
    try:
        return MiniLM()
    except ModelMissing:
        return Letters()


class MiniLM:
    """The embedding model.

    Raises:
        ModelMissing: onnxruntime or the file is not there, or the file is not the one that this course was calibrated with.
    """

    name = "model"

    def __init__(self) -> None:
        if importlib.util.find_spec("onnxruntime") is None or not MODEL.is_file():
            raise ModelMissing(f"{'the model' if MODEL.is_file() else MODEL.name} cannot be used: onnxruntime and the file of the model are not both there")
        content = MODEL.read_bytes()
        if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
            raise ModelMissing(f"{MODEL.name} is not the file that this course was calibrated with")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # More threads add the same numbers in another order, and the last digits move.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._store = Store(MODEL_SHA256)
        self._fresh: dict[str, Vectors] | None = None

    def vectors(self, texts: list[str]) -> Vectors:
        """A row of 384 numbers for each text."""
        return np.stack([self._one(text) for text in texts]) if texts else np.zeros((0, SIZE), np.float32)

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Look texts up in the store meanwhile, and lay there what was not in it."""
        self._fresh = {}
        try:
            yield
        finally:
            self._store.add(self._fresh)
            self._fresh = None

    def _one(self, text: str) -> Vectors:
        if text in self._known:
            self._known.move_to_end(text)
            return self._known[text]
        vector = self._store.get(text, SIZE) if self._fresh is not None else None
        if vector is None:
            vector = self._encoded(text)
            if self._fresh is not None:
                self._fresh[text] = vector
        self._known[text] = vector
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return vector

    def _encoded(self, text: str) -> Vectors:
        ids = np.array([wordpiece.encode(text, LONGEST)], dtype=np.int64)
        if ids.shape[1] == 2:
            return np.zeros(SIZE, np.float32)
        vector: Vectors = self._session.run(None, {"input_ids": ids})[0][0]
        return vector


class Letters:
    """Words and groups of four letters, hashed: knows spelling and no meaning."""

    name = "lexical"
    size = 2048

    def keeping(self) -> AbstractContextManager[None]:
        """Letters are counted as fast as a file is read."""
        return nullcontext()

    def vectors(self, texts: list[str]) -> Vectors:
        """A row of 2,048 numbers for each text."""
        rows = np.zeros((len(texts), self.size), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                padded = f"<{word}>"
                for part in {padded, *(padded[i : i + 4] for i in range(len(padded) - 3))}:
                    row[zlib.crc32(part.encode()) % self.size] += 1.0 if part != padded else 2.0
            length = float(np.linalg.norm(row))
            if length:
                row /= length
        return rows
