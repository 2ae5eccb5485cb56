"""A new gradebook is the one that nbgrader would make, and an old one is left as it is."""

import sqlite3

from nbgrader.api import Gradebook

from isa.grading.nbgrader_database import make_gradebook, opened


def contents(path) -> tuple[set[tuple[str, str]], list[tuple[str]]]:
    """Tables and indexes with what made them, and the version."""
    with sqlite3.connect(path) as database:
        made = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        return {(name, sql.replace(";", "")) for name, sql in made}, database.execute("SELECT * FROM alembic_version").fetchall()


def test_a_new_gradebook_is_the_one_that_nbgrader_makes(tmp_path, nbgrader):
    make_gradebook(f"sqlite:///{tmp_path / 'ours.db'}")
    # `nbgrader`, a fixture, has read nbgrader_config.py, which puts the program that nbgrader starts on PATH.
    Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}").close()
    assert contents(tmp_path / "ours.db") == contents(tmp_path / "theirs.db")


def test_a_gradebook_that_is_there_is_not_made_again(tmp_path):
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with opened(url, "isa") as book:
        book.add_student("amina")
    make_gradebook(url)
    with opened(url, "isa") as book:
        assert [student.id for student in book.students] == ["amina"]
