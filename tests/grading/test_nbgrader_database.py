"""A new gradebook is the one that nbgrader would make, and an old one is left as it is."""

import contextlib
import sqlite3

import pytest
from nbgrader.api import Gradebook, InvalidEntry
from sqlalchemy import text

from isa.grading.nbgrader_database import make_gradebook, one_transaction, opened


def contents(path) -> tuple[set[tuple[str, str]], list[tuple[str]]]:
    """Tables and indexes with what made them, and the version."""
    with sqlite3.connect(path) as database:
        made = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        return {(name, sql.replace(";", "")) for name, sql in made}, database.execute("SELECT * FROM alembic_version").fetchall()


def test_a_new_gradebook_is_the_one_that_nbgrader_makes(tmp_path, nbgrader):
    make_gradebook(f"sqlite:///{tmp_path / 'ours.db'}")
    # `nbgrader`, a fixture, has read nbgrader_config.py, which puts the program that nbgrader starts on PATH.
    Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}").close()
    ours, theirs = contents(tmp_path / "ours.db"), contents(tmp_path / "theirs.db")
    assert {made for made in ours[0] if not made[0].startswith("isa_")} == theirs[0]
    assert ours[1] == theirs[1]


def test_what_belongs_to_a_submission_is_found_by_an_index_also_in_a_gradebook_that_nbgrader_made(tmp_path, nbgrader):
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    Gradebook(url).close()
    with opened(url, "isa") as book:
        for table, column in (("submitted_notebook", "assignment_id"), ("grade", "notebook_id"), ("comment", "notebook_id")):
            steps = book.db.execute(text(f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {column} = 'x'")).fetchall()
            assert [step[3].split(" (")[0] for step in steps] == [f"SEARCH {table} USING INDEX isa_{table}_{column}"]


def test_a_gradebook_that_is_there_is_not_made_again(tmp_path):
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with opened(url, "isa") as book:
        book.add_student("amina")
    make_gradebook(url)
    with opened(url, "isa") as book:
        assert [student.id for student in book.students] == ["amina"]


def test_what_fails_half_way_leaves_nothing_of_what_nbgrader_would_have_kept(tmp_path):
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with opened(url, "isa") as book:
        with pytest.raises(InvalidEntry), one_transaction(book):
            add_twice(book, tmp_path)
        with one_transaction(book):
            book.add_student("boris")
        assert in_the_file(tmp_path) == ["boris"]
        book.add_student("chipo")  # as nbgrader has it, again
        assert in_the_file(tmp_path) == ["boris", "chipo"]


def add_twice(book, folder):
    book.add_student("amina")
    assert not in_the_file(folder)
    book.add_student("amina")


def in_the_file(folder) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / "gradebook.db")) as database:
        return [student for (student,) in database.execute("SELECT id FROM student ORDER BY id")]
