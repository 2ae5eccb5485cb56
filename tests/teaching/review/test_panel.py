"""The desk on the page, without a front end: what is typed decides, and nothing of a student's is rendered."""

import asyncio

import pytest

from isa.answers.question import MarkScheme, Point
from isa.grading import runner
from isa.teaching.review import Desk
from isa.teaching.review.panel import Panel, Unclear, read_keys
from tests.conftest import solved, submit

THREE = MarkScheme((Point("P1", 1, "It rains."), Point("P2", 2, "It pours."), Point("P3", 1, "It hails.")))
THOUGHT = {"P1": 1.0, "P2": 0.0, "P3": 0.0}


@pytest.mark.parametrize(
    ("typed", "points", "comment"),
    [
        ("1 3", (1, 0, 1), ""),
        ("13", (1, 0, 1), ""),
        ("0", (0, 0, 0), ""),
        ("=", (1, 0, 0), ""),
        ("2:0.5 3", (0, 0.5, 1), ""),
        ("2:0,5", (0, 0.5, 0), ""),
        ("1 see block 2", (1, 0, 0), "see block 2"),
        ("0 /2", (0, 0, 0), "another"),
    ],
)
def test_what_is_typed_is_read_as_points_and_a_comment(typed, points, comment):
    assert read_keys(typed, THREE, THOUGHT, ["one", "another"]) == (dict(zip(("P1", "P2", "P3"), points, strict=True)), comment)


@pytest.mark.parametrize("typed", ["4", "2:3", "2:x", "see block 2", "1 /3", ":", "0:1", "1:2:3"])
def test_what_is_no_decision_is_told_and_decides_nothing(typed):
    with pytest.raises(Unclear):
        read_keys(typed, THREE, THOUGHT, ["one", "another"])


def test_a_brief_takes_one_score():
    assert read_keys("7.5 A clear judgement.", None, None, []) == ({"": 7.5}, "A clear judgement.")
    with pytest.raises(Unclear, match="one score"):
        read_keys("1 3", None, None, [])


@pytest.fixture
def panel(marking):
    for student, words in {"amina": "<script>alert(1)</script> Six sevens.", "bilal": "Because it is so."}.items():
        submit(marking.course, student, solved(marking.course, words=words))
    runner.grade(marking, "tiny", marking.course.submissions("tiny"), runner.silently, jobs=1)
    return Panel(Desk(marking.course, "tiny", "the teacher"))


def press(panel, typed):
    """Type and press Enter: the browser sends the key, then the words, unless they stand there already."""
    press_enter(panel)
    panel.box.value = typed


def press_enter(panel):
    panel.box._handle_custom_msg({"event": "submit"}, [])


def shown(panel):
    return " ".join(widget.value for widget in (panel._answer, panel._scheme, panel._said, panel._bank))


def test_a_decision_is_written_and_the_next_answer_comes(panel):
    first = panel.item
    press(panel, "1 well said")
    assert panel.item != first
    assert "Written: 1 of 1. 1 decided, 1 left" in shown(panel)
    assert "<li>well said</li>" in shown(panel)
    press(panel, "0")
    assert panel.item is None
    assert "Nothing is left to read here" in shown(panel)


def test_what_is_left_for_later_comes_again_and_what_was_decided_can_be_taken_back(panel):
    first = panel.item
    press(panel, "?")
    second = panel.item
    press(panel, "1")
    assert panel.item == first
    press(panel, "u")
    assert panel.item == second
    assert "Taken back." in shown(panel)


def test_what_is_unclear_stays_in_the_box_with_the_reason(panel):
    item = panel.item
    press(panel, "7")
    assert (panel.item, panel.box.value) == (item, "7")
    assert "Not written: There is no point 7: the scheme has 1 to 1." in shown(panel)


def test_a_box_that_is_only_left_decides_nothing(panel):
    item = panel.item
    panel.box.value = "1"
    assert panel.item == item


def test_words_that_came_when_the_box_was_left_are_decided_by_enter_as_they_stand_after_a_change(panel, monkeypatch):
    monkeypatch.setattr("isa.teaching.review.panel.SENT", 0.01)

    async def left_and_entered(*changed):
        panel.box.value = "1 well said"
        press_enter(panel)
        for words in changed:
            panel.box.value = words
        await asyncio.sleep(0.1)

    asyncio.run(left_and_entered())
    assert "<li>well said</li>" in shown(panel)
    asyncio.run(left_and_entered("0 not this"))
    assert [one.comment for one in panel._desk.decided()] == ["well said", "not this"]


def test_enter_in_an_empty_box_decides_nothing(panel):
    item = panel.item
    press_enter(panel)
    assert panel.item == item


def test_nothing_of_a_students_is_rendered_and_names_are_shown_only_when_asked(panel):
    if panel.item.student != "amina":
        press(panel, "?")
    assert "&lt;script&gt;" in shown(panel)
    assert "<script>" not in shown(panel)
    assert "amina" not in shown(panel)
    panel.blind.value = False
    assert "amina" in shown(panel)
