"""Carrying a gradebook from one file to another; to a server it is tested in test_postgres."""

import pytest

from isa.grading.course import CourseError
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.nbgrader_move import move
from tests.conftest import solved, submit


def name(course, file: str) -> None:
    config = course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text(encoding='utf-8')}\nc.CourseDirectory.db_url = {f'sqlite:///{course.root / file}'!r}\n", encoding="utf-8")


def test_marks_are_the_same_in_the_other_gradebook(nbgrader):
    submission = submit(nbgrader.course, "amina", solved(nbgrader.course), timestamp="2027-03-01 14:00:00 UTC")
    nbgrader.autograde(next(one for one in nbgrader.course.submissions("tiny") if one.folder == submission))
    name(nbgrader.course, "other.db")
    moved = move(nbgrader.course, nbgrader.course.gradebook / "gradebook.db")
    assert (moved.where, moved.rows["student"], moved.rows["grade"]) == (str(nbgrader.course.root / "other.db"), 1, 2)
    assert Nbgrader(nbgrader.course).marks("tiny") == nbgrader.marks("tiny")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("gradebook/gradebook.db", "first set c.CourseDirectory.db_url"),
        ("nowhere.db", "nowhere.db is not there or holds nothing"),
        ("nbgrader_config.py", "is not a gradebook"),
    ],
)
def test_what_cannot_be_carried_is_one_line(nbgrader, file, said):
    with pytest.raises(CourseError, match=said) as caught:
        move(nbgrader.course, nbgrader.course.root / file)
    assert "\n" not in str(caught.value)
