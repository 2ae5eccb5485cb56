"""The store of vectors: what was encoded before is found again, and nothing that is wrong with the file ever stops marking."""

import multiprocessing
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from isa.answers.encoder import MiniLM
from isa.answers.store import LARGEST, Store

ROW = np.linspace(-1, 1, 4, dtype=np.float32)


def test_a_vector_is_found_again_to_the_last_bit_by_another_process_or_day(tmp_path: Path) -> None:
    Store("model", tmp_path).add({"a text": ROW})
    found = Store("model", tmp_path).get("a text", 4)
    assert found is not None
    assert found.tobytes() == ROW.tobytes()


def test_vectors_of_another_model_another_text_or_another_size_are_not_found(tmp_path: Path) -> None:
    Store("model", tmp_path).add({"a text": ROW})
    assert Store("other", tmp_path).get("a text", 4) is None
    assert Store("model", tmp_path).get("a  text", 4) is None
    assert Store("model", tmp_path).get("a text", 5) is None


def test_what_is_no_number_is_not_believed(tmp_path: Path) -> None:
    Store("model", tmp_path).add({"a text": np.full(4, np.nan, np.float32)})
    assert Store("model", tmp_path).get("a text", 4) is None


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    Store("model", tmp_path).add({"a text": ROW})
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    store = Store("model", tmp_path)
    assert store.get("a text", 4) is None
    store.add({"a text": ROW})
    assert Store("model", tmp_path).get("a text", 4) is not None


def test_a_table_that_holds_something_else_gives_no_vectors(tmp_path: Path) -> None:
    Store("model", tmp_path).add({"a text": ROW})
    (path,) = tmp_path.iterdir()
    with sqlite3.connect(path) as file:
        file.execute("UPDATE vectors SET vector = 'words'")
    assert Store("model", tmp_path).get("a text", 4) is None


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store("model", tmp_path / "file" / "folder")
    store.add({"a text": ROW})
    assert store.get("a text", 4) is None


def test_a_file_that_has_grown_too_large_is_begun_anew(tmp_path: Path) -> None:
    Store("model", tmp_path).add({"a text": ROW})
    (path,) = tmp_path.iterdir()
    with path.open("r+b") as file:
        file.truncate(LARGEST + 1)
    Store("model", tmp_path).add({"another": ROW})
    assert path.stat().st_size < LARGEST
    assert Store("model", tmp_path).get("another", 4) is not None


def _lay(folder: Path, number: int) -> None:
    Store("model", folder).add({f"{number} {n}": ROW for n in range(50)})


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    running = [spawn.Process(target=_lay, args=(tmp_path, number)) for number in range(3)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    store = Store("model", tmp_path)
    assert all(store.get(f"{number} {n}", 4) is not None for number in range(3) for n in range(50))


def test_what_a_student_writes_is_never_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISA_CACHE", str(tmp_path))
    encoder = MiniLM()
    encoder.vectors(["the words of a student"])
    assert not list(tmp_path.iterdir())
    with encoder.keeping():
        encoder.vectors(["the words of a mark scheme"])
    (path,) = tmp_path.iterdir()
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT count(*) FROM vectors").fetchone() == (1,)


def test_a_vector_from_the_store_is_the_one_that_the_model_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISA_CACHE", str(tmp_path))
    first, second = MiniLM(), MiniLM()
    with first.keeping():
        made = first.vectors(["a phrase of a scheme"])
    monkeypatch.setattr(second, "_encoded", lambda text: pytest.fail("it was encoded again"))
    with second.keeping():
        assert np.array_equal(second.vectors(["a phrase of a scheme"]), made)
