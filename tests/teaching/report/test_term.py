"""Objectives, the course so far, and whom to talk to."""

import pandas as pd
import pytest

from isa.syllabus import Assignment, Exercise, Lesson, Syllabus
from isa.teaching.report import term
from tests.teaching.report.classes import record

POINTS = {"q1_a": 1, "q1_b": 1, "s1": 2}


def assignment(id: str) -> Assignment:
    exercises = (Exercise("q1", "data", "Count", 2, ("1.1",)), Exercise("s1", "short answer", "Say", 2, ("1.1", "1.2")))
    return Assignment(id, "01", id.title(), "ready", 60, 4, 50, exercises)


@pytest.fixture
def syllabus():
    lesson = Lesson("01", "One", "?", "notebooks/01-one.ipynb", "ready", 60, (), (), (), {"1.1": "Count.", "1.2": "Say.", "1.3": "Sing."})
    return Syllabus("A course", "a", {}, (lesson,), (assignment("one"), assignment("two")))


def test_an_exercise_counts_for_each_of_its_objectives_over_all_assignments(syllabus):
    records = [record({"a": [1, 1, 0], "b": [0, 0, 2]}, POINTS, "one"), record({"a": [1, 1, 2]}, POINTS, "two")]
    found = term.mastery(records, syllabus)
    assert found.loc["a"].to_dict() == {"1.1": 6 / 8, "1.2": 2 / 4}
    assert found.loc["b"].to_dict() == {"1.1": 2 / 4, "1.2": 1}
    summed = term.objectives(found, syllabus)
    assert summed.loc["1.1"].to_dict() == {"says": "Count.", "students": 2, "mean": 0.625, "mastered": 0.5}


def test_an_assignment_that_the_syllabus_does_not_know_has_no_objectives(syllabus):
    assert term.mastery([record({"a": [1, 1, 0]}, POINTS, "other")], syllabus).empty


def test_standing_tells_missing_from_unreadable_and_from_not_due_yet():
    found = record({"a": [1], "b": [1]}, {"q1": 1})
    found.students.loc["b", "seconds_late"] = 60
    states = term.standing(found, ["a", "b", "c", "d", "e"], handed_in=["a", "b", "c"], may_still=["d"])
    assert states.to_dict() == {"a": "in time", "b": "late", "c": "cannot be read", "d": "not due yet", "e": "missing"}


def test_the_course_so_far_weighs_counts_missing_as_nothing_and_passes_over_what_is_not_due():
    one, two = record({"a": [4], "b": [2], "c": [4]}, {"q1": 4}, "one"), record({"a": [2]}, {"q1": 4}, "two")
    one.students.loc["a", "penalty"] = 1
    standings = pd.DataFrame({"one": "in time", "two": ["in time", "missing", "not due yet"]}, index=pd.Index(["a", "b", "c"], name="student"))
    found = term.totals([one, two], {"one": 30, "two": 10}, standings)
    assert found["one"].tolist() == [3, 2, 4]
    assert found["so_far"].tolist() == pytest.approx([100 * (30 * 0.75 + 10 * 0.5) / 40, 100 * 30 * 0.5 / 40, 100])
    assert found["weight"].tolist() == [40, 40, 30]


def test_students_to_talk_to_are_named_with_reasons_in_kind_words():
    before = record({"a": [4, 4], "b": [4, 4], "c": [4, 4], "d": [1, 1], "g": [2, 4]}, {"q1": 4, "q2": 4}, "one")
    now = record({"a": [4, 4], "b": [4, 4], "c": [4, 0], "d": [0, 1], "g": [2, 4]}, {"q1": 4, "q2": 4}, "two")
    names = ["a", "b", "c", "d", "g", "e", "f"]
    standings = pd.DataFrame({"one": ["in time"] * 5 + ["missing"] * 2, "two": ["in time"] * 5 + ["missing", "cannot be read"]}, index=pd.Index(names))
    found = term.to_talk_to([before, now], standings)
    assert list(found["sign"].items()) == [("f", "cannot be read"), ("e", "missing"), ("c", "falling"), ("d", "low")]
    assert found.loc["c", "reason"] == "Has 50% here after 100% on average before; most others moved by +0%. Ask how things are going."
    assert found.loc["d", "reason"] == "Has 12% of the points, and none yet in 1 exercise (q1). Offer to go through one of them together."
    assert found.loc["e", "reason"] == "Has not handed in two (nor one). Ask whether something is in the way."


def test_a_class_that_fell_as_a_whole_names_nobody():
    before, now = record({s: [4] for s in "abc"}, {"q1": 4}, "one"), record({s: [2] for s in "abc"}, {"q1": 4}, "two")
    standings = pd.DataFrame("in time", index=list("abc"), columns=["one", "two"])
    assert term.to_talk_to([before, now], standings).empty
