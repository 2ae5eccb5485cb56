"""The far end of a cluster without the cluster: bytes in, bytes out, a process of its own for the marking."""

import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from isa.grading import remote
from isa.grading.marks import mark
from isa.grading.nbgrader_marks import blueprint
from isa.grading.remote import MarkingEnded, Parcel
from tests.conftest import solved, submit


@pytest.fixture
def plan(nbgrader):
    with nbgrader.gradebook() as book:
        return pickle.dumps(blueprint(nbgrader.course, book, "tiny", nbgrader.config))


@pytest.fixture
def worker():
    """A thread that marks, as a Dask worker has it; its marking process ends with it."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda plan, parcel: pickle.loads(thread.submit(remote.mark_there, plan, parcel).result())


def parcel(text: str, **files: bytes) -> Parcel:
    return Parcel("tiny", "amina", {"tiny.ipynb": text.encode(), **files})


def test_bytes_give_the_verdict_that_the_file_gives_and_the_course_is_not_needed(nbgrader, plan, worker):
    text = solved(nbgrader.course, code="answer = int(open('notes/number.txt').read())")
    folder = submit(nbgrader.course, "amina", text)
    here = mark(pickle.loads(plan), folder / "tiny.ipynb", {"notes/number.txt": b"42"})
    shutil.rmtree(nbgrader.course.root)
    assert worker(plan, parcel(text, **{"notes/number.txt": b"42"})) == here
    assert here.scores["q1_a"] == 2


def test_what_cannot_be_read_comes_back_as_a_reason(plan, worker):
    assert "not a notebook" in worker(plan, parcel("no JSON"))


def test_a_marking_process_that_ends_is_told_and_the_next_call_has_a_new_one(nbgrader, plan, worker, monkeypatch):
    made = []
    real = remote._Desk
    monkeypatch.setattr(remote, "_Desk", lambda: made.append(real()) or made[-1])
    text = solved(nbgrader.course)
    assert worker(plan, parcel(text)).scores["q1_a"] == 2
    with pytest.raises(MarkingEnded, match="the process that marked it ended"):
        worker(b"no blueprint", parcel(text))
    assert worker(plan, parcel(text)).scores["q1_a"] == 2
    assert len(made) == 2


def test_the_makings_name_the_package_the_tables_and_what_computes(monkeypatch):
    found = remote.makings()
    assert {"isa", "tables", "Python", "pandas", "numpy", "nbgrader"} <= found.keys()
    assert found == remote.makings()
    monkeypatch.setattr(remote.metadata, "version", lambda name: "0")
    changed = remote.makings()
    assert changed["pandas"] == "0" != found["pandas"]
    assert changed["isa"] == found["isa"]
