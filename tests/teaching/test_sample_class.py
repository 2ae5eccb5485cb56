import json
from datetime import UTC, datetime

import nbformat
import pytest

from isa.grading.course import Course
from isa.teaching.sample_class import filled, hand_in, materials, sample_class
from tests.conftest import ROOT

ASSIGNMENT = "assignment-01"


@pytest.fixture(scope="module")
def made_from():
    return materials(Course.at(ROOT), ASSIGNMENT)


def sources(text: str) -> dict[str, str]:
    return {c.metadata.nbgrader.grade_id: c.source for c in nbformat.reads(text, as_version=4).cells if "nbgrader" in c.metadata}


def test_the_key_holds_solutions_without_marks_of_regions_and_answers_without_mark_schemes(made_from):
    assert set(made_from.key) >= {"q1", "q6", "c1", "s1"}
    for text in made_from.key.values():
        assert "SOLUTION" not in text
        assert "Mark scheme" not in text
    compile(made_from.key["q6"], "q6", "exec")


def test_the_same_seed_gives_the_same_class_and_another_seed_another(made_from):
    assert sample_class(made_from, 12, 0) == sample_class(made_from, 12, 0)
    assert [p.content for p in sample_class(made_from, 12, 0)] != [p.content for p in sample_class(made_from, 12, 1)]


def test_a_class_of_twelve_has_every_story_and_its_accidents(made_from):
    pupils = {p.story: p for p in sample_class(made_from, 12, 0)}
    assert len(pupils) == 12
    assert pupils["nothing filled in"].content == made_from.blank
    assert "while True" in sources(pupils["a cell that never ends"].content).__str__()
    assert len(sources(pupils["a test cell deleted"].content)) == len(sources(made_from.blank)) - 1
    assert pupils["right, five hours late"].late.total_seconds() > 0
    with pytest.raises(json.JSONDecodeError):
        json.loads(pupils["a file that is no notebook"].content)


def test_every_mistake_and_every_answer_comes_from_the_specimens(made_from):
    wrong = {code.code for codes in made_from.specimens.wrong_code.values() for code in codes}
    answers = {answer.answer for given in made_from.specimens.short_answers.values() for answer in given}
    (pupil,) = [p for p in sample_class(made_from, 12, 3) if p.story == "three mistakes, misconceptions"]
    got = sources(pupil.content)
    changed = [cell for cell, text in made_from.key.items() if cell in made_from.specimens.wrong_code and got[cell] != text]
    assert len(changed) == 3
    assert all(got[cell] in wrong for cell in changed)
    assert all(got[cell] in answers for cell in made_from.specimens.short_answers)


def test_a_large_class_has_distinct_students_and_only_ordinary_stories_beyond_the_first_thirteen(made_from):
    pupils = sample_class(made_from, 60, 0)
    assert len({p.id for p in pupils}) == 60
    assert {p.story for p in pupils[13:]} <= {p.story for p in pupils[:7]}


def test_filling_in_touches_only_the_named_cells(made_from):
    before, after = sources(made_from.blank), sources(filled(made_from.blank, {"q1": "x = 1"}))
    assert after["q1"] == "x = 1"
    assert {k: v for k, v in after.items() if k != "q1"} == {k: v for k, v in before.items() if k != "q1"}


def test_what_is_handed_in_has_the_time_at_which_it_came(made_from, tiny_course):
    due = datetime(2027, 3, 1, 12, tzinfo=UTC)
    pupils = sample_class(made_from, 9, 0)
    hand_in(tiny_course, ASSIGNMENT, pupils, due)
    times = {s.student: (s.folder / "timestamp.txt").read_text(encoding="utf-8") for s in tiny_course.submissions(ASSIGNMENT)}
    assert times[pupils[0].id] == "2027-03-01 09:00:00 UTC"
    assert times[pupils[8].id] == "2027-03-01 17:00:00 UTC"
