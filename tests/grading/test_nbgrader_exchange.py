"""Collecting from an exchange in which students can write anything; the accounts of a hub are tested in tests/hub."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import solved, submit

NBGRADER = Path(sys.executable).parent / "nbgrader"
EARLY, LATE = "2027-03-01 10:00:00 UTC", "2027-03-02 10:00:00 UTC"


@pytest.fixture
def exchange(nbgrader, tmp_path) -> Path:
    """The exchange of the tiny course; what lies in it belongs to who collects, as if an instructor had handed in."""
    folder = tmp_path / "exchange"
    (folder / "isa" / "inbound").mkdir(parents=True)
    folder.chmod(0o777)
    config = nbgrader.course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text(encoding='utf-8')}\nc.Exchange.root = {str(folder)!r}\n", encoding="utf-8")
    return folder / "isa" / "inbound"


def hand_in(exchange: Path, course, student: str, text: str = "", when: str = EARLY) -> Path:
    folder = exchange / f"{student}+tiny+{when}+x"
    submit(course, "made", text or solved(course), timestamp=when).rename(folder)
    (course.root / "submitted" / "made").rmdir()
    return folder


def collect(course, *more: str) -> subprocess.CompletedProcess:
    return subprocess.run([NBGRADER, "collect", "tiny", *more], cwd=course.root, capture_output=True, text=True, check=False)


def collected(course) -> set[str]:
    return {path.relative_to(course.root / "submitted").as_posix() for path in (course.root / "submitted").rglob("*") if not path.is_dir()}


def test_notebooks_and_files_beside_them_are_collected(nbgrader, exchange):
    folder = hand_in(exchange, nbgrader.course, "amina")
    (folder / "data").mkdir()
    (folder / "data" / "own.csv").write_text("a\n1\n", encoding="utf-8")
    done = collect(nbgrader.course)
    assert done.returncode == 0, done.stderr
    assert collected(nbgrader.course) == {f"amina/tiny/{name}" for name in ("tiny.ipynb", "timestamp.txt", "data/own.csv")}


def test_an_empty_inbox_is_said(nbgrader, exchange):
    assert "No submissions of 'tiny'" in collect(nbgrader.course).stderr


def test_links_are_not_followed_so_that_nobody_hands_in_the_key(nbgrader, exchange):
    key = nbgrader.course.source("tiny")
    folder = hand_in(exchange, nbgrader.course, "amina")
    (folder / "tiny.ipynb").unlink()
    (folder / "tiny.ipynb").symlink_to(key)
    (folder / "all").symlink_to(key.parent)
    (exchange / f"bilal+tiny+{EARLY}+x").symlink_to(key.parent)
    done = collect(nbgrader.course)
    assert collected(nbgrader.course) == {"amina/tiny/timestamp.txt"}
    assert "nothing new was collected of bilal: " in done.stderr


@pytest.mark.parametrize("spoil", ["unreadable", "too large", "a pipe", "no time", "no folder"])
def test_what_cannot_be_taken_of_one_student_leaves_the_others_and_his_earlier_work_alone(nbgrader, exchange, spoil):
    course = nbgrader.course
    hand_in(exchange, course, "amina")
    collect(course)
    late = hand_in(exchange, course, "amina", when=LATE)
    hand_in(exchange, course, "zaid")
    if spoil == "unreadable":
        if os.getuid() == 0:
            pytest.skip("root can read everything")
        (late / "tiny.ipynb").chmod(0)
    elif spoil == "too large":
        with (late / "large.bin").open("wb") as file:
            file.truncate(3_000_000)
        config = course.root / "nbgrader_config.py"
        config.write_text(f"{config.read_text(encoding='utf-8')}\nc.CourseDirectory.max_dir_size = 2000\n", encoding="utf-8")
    elif spoil == "a pipe":
        os.mkfifo(late / "pipe")
    elif spoil == "no time":
        late.rename(exchange / "amina+tiny+whenever+x")
    else:
        (exchange / "amina+tiny+2027-03-03 10:00:00 UTC+x").write_text("no folder", encoding="utf-8")
    done = collect(course, "--update")
    taken = "Updating submission: amina" in done.stderr
    assert taken == (spoil == "a pipe"), done.stderr
    assert {"amina/tiny/tiny.ipynb", "amina/tiny/timestamp.txt", "zaid/tiny/tiny.ipynb", "zaid/tiny/timestamp.txt"} == collected(course)
