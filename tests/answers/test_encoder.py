"""Vectors of texts: by the model, and by letters where it is missing."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from isa.answers import encoder
from isa.answers.encoder import Encoder, Letters, MiniLM, ModelMissing

SAYING = "A missing figure means that nothing was published."
LIKE_IT = "If no number is there, nobody has published one."
OTHER = "Togo buys six patrol boats."


@pytest.fixture(params=[MiniLM, Letters])
def either(request: pytest.FixtureRequest) -> Encoder:
    made: Encoder = request.param()
    return made


@pytest.fixture
def forgotten() -> Iterator[None]:
    encoder.best.cache_clear()
    yield
    encoder.best.cache_clear()


def test_each_vector_has_length_one_and_a_text_without_words_none(either: Encoder) -> None:
    vectors = either.vectors([SAYING, OTHER, ""])
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 0], atol=1e-5)


def test_a_text_gets_the_same_vector_whatever_stands_beside_it(either: Encoder) -> None:
    alone, beside = either.vectors([SAYING])[0], type(either)().vectors([OTHER, LIKE_IT, SAYING])[2]
    assert np.array_equal(alone, beside)


def test_the_model_knows_a_paraphrase_from_another_matter() -> None:
    said, like, other = MiniLM().vectors([SAYING, LIKE_IT, OTHER])
    assert said @ like > said @ other + 0.3


def test_without_the_package_that_runs_the_model_letters_do_the_work(monkeypatch: pytest.MonkeyPatch, forgotten: None) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *a: None if name == "onnxruntime" else real(name, *a))
    assert encoder.best().name == "lexical"


def test_without_the_file_of_the_model_letters_do_the_work(monkeypatch: pytest.MonkeyPatch, forgotten: None, tmp_path: Path) -> None:
    monkeypatch.setattr(encoder, "MODEL", tmp_path / "model.onnx")
    assert encoder.best().name == "lexical"


def test_another_model_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "MODEL_SHA256", "0" * 64)
    with pytest.raises(ModelMissing, match=r"not the file that this course was calibrated with"):
        MiniLM()
