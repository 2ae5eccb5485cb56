import json

import pytest

from isa.grading.course import Course, CourseError
from tests.conftest import submit


def test_a_folder_without_configuration_is_no_course(tmp_path):
    with pytest.raises(CourseError, match=r"holds no nbgrader_config\.py: call isa from the course's folder"):
        Course.at(tmp_path)


def test_naming_no_assignment_chooses_all(tiny_course):
    assert tiny_course.chosen([]) == (["tiny"], [])


def test_a_misspelled_assignment_names_the_nearest_and_leaves_the_others(tiny_course):
    names, complaints = tiny_course.chosen(["tinny", "tiny", "zzz"])
    assert names == ["tiny"]
    assert complaints == ["tinny: no such assignment; did you mean tiny?", "zzz: no such assignment; there are tiny"]


def test_a_course_without_assignments_says_what_was_expected(tiny_course):
    (tiny_course.root / "source" / "tiny" / "tiny.ipynb").unlink()
    with pytest.raises(CourseError, match=r"expected source/NAME/NAME\.ipynb"):
        tiny_course.chosen([])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"cells": [], "metadata"', "no valid JSON"),
        ("", "no valid JSON"),
        ("[1, 2]", "no list of cells"),
        ("null", "no list of cells"),
        ('{"worksheets": []}', "an old format that cannot be read"),
        ('{"cells": 3}', "its cells are not a list"),
    ],
)
def test_what_is_no_notebook_says_why(tiny_course, text, why):
    submit(tiny_course, "amina", text)
    assert why in tiny_course.submissions("tiny")[0].why_unreadable()


def test_a_notebook_under_another_name_is_told(tiny_course):
    folder = submit(tiny_course, "amina", "{}")
    (folder / "tiny.ipynb").rename(folder / "tiny (1).ipynb")
    assert tiny_course.submissions("tiny")[0].why_unreadable() == "tiny.ipynb is missing, found tiny (1).ipynb"


def test_an_empty_folder_is_told(tiny_course):
    (submit(tiny_course, "amina", "") / "tiny.ipynb").unlink()
    assert tiny_course.submissions("tiny")[0].why_unreadable() == "tiny.ipynb is missing, the folder holds no notebook"


@pytest.mark.parametrize("student", ["[ab]", "a*", "what?"])
def test_a_student_whose_name_is_a_pattern_is_refused(tiny_course, student):
    submit(tiny_course, student, json.dumps({"cells": []}))
    assert "is a pattern for nbgrader" in tiny_course.submissions("tiny")[0].why_unreadable()


def test_a_readable_notebook_has_nothing_against_it(tiny_course):
    submit(tiny_course, "amina", json.dumps({"cells": []}))
    assert tiny_course.submissions("tiny")[0].why_unreadable() == ""


def test_a_roster_from_a_spreadsheet_is_read_with_its_byte_order_mark(tiny_course):
    (tiny_course.gradebook / "roster.csv").write_text("\ufeffid,first_name,last_name,email\namina, Amina ,,a@example.org\n\n", encoding="utf-8")
    assert tiny_course.roster() == {"amina": {"first_name": "Amina", "last_name": "", "email": "a@example.org"}}


def test_a_roster_without_ids_and_one_with_a_student_twice_are_refused(tiny_course):
    path = tiny_course.gradebook / "roster.csv"
    path.write_text("name\nAmina\n", encoding="utf-8")
    with pytest.raises(CourseError, match="found columns name, expected id"):
        tiny_course.roster()
    path.write_text("id\namina\nbilal\namina\n", encoding="utf-8")
    with pytest.raises(CourseError, match="line 4: student amina stands twice"):
        tiny_course.roster()


def test_without_a_roster_everybody_may_hand_in(tiny_course):
    assert tiny_course.roster() is None
