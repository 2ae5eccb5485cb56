"""The checkpoints of the course, as they stand in `notebooks/checkpoints/`: keys are right, slips are recognised, markers learn enough."""

import pytest

from isa import syllabus
from isa.answers.marker import Marker
from isa.study import checkpoints, marking
from isa.study.checkpoints import Choice, Line, Number, Order, ShortAnswer

ALL = [one for lesson in syllabus.read().lessons for one in checkpoints.of_lesson(lesson.id)]
RIGHT, WRONG = 8, 6  # specimens that a marking point needs, at least
AGREEING = 0.9  # share of the marks that would stand, at least, that are those of the specimens' author


def of_kind(*kinds):
    return pytest.mark.parametrize("checkpoint", [one for one in ALL if isinstance(one.task, kinds)], ids=lambda one: one.id)


def every_turn(*kinds):
    turns = [(one, turn) for one in ALL if isinstance(one.task, kinds) for turn in one.task.wrong_turns]
    return pytest.mark.parametrize(("checkpoint", "turn"), turns, ids=[f"{one.id}-{one.task.wrong_turns.index(turn) + 1}" for one, turn in turns])


def said(outcome):
    return "\n".join(one.text for one in outcome.said)


@of_kind(Choice)
def test_the_right_options_are_right_and_each_other_one_says_why_not(checkpoint):
    options = checkpoint.task.options
    right = tuple(at for at, option in enumerate(options) if option.right)
    assert marking.mark(checkpoint, right if checkpoint.task.many else right[0]).result == "right"
    assert len({option.text for option in options}) == len(options)
    for at, option in enumerate(options):
        if not option.right:
            outcome = marking.mark(checkpoint, (at,) if checkpoint.task.many else at)
            assert outcome.result == "wrong"
            assert option.why in said(outcome)


@of_kind(Order)
def test_the_order_of_the_file_is_right_and_its_reverse_is_not(checkpoint):
    places = tuple(range(len(checkpoint.task.items)))
    assert marking.mark(checkpoint, places).result == "right"
    assert marking.mark(checkpoint, places[::-1]).result == "wrong"


@of_kind(Number)
def test_the_computed_number_is_right_also_when_it_is_typed_to_four_figures(checkpoint):
    assert marking.mark(checkpoint, f"{marking.value(checkpoint):.12g}").result == "right"
    assert marking.mark(checkpoint, f"{marking.value(checkpoint):.4g}").result == "right"


@every_turn(Number)
def test_a_slip_with_a_number_is_recognised(checkpoint, turn):
    slipped = eval(turn.value, marking.names(checkpoint))
    outcome = marking.mark(checkpoint, f"{slipped:.6g}")
    assert outcome.result == "wrong"
    assert turn.says in said(outcome)


@of_kind(Line)
def test_the_line_of_the_file_is_right(checkpoint):
    assert marking.mark(checkpoint, checkpoint.task.solution).result == "right"


@every_turn(Line)
def test_a_slip_in_a_line_is_recognised(checkpoint, turn):
    outcome = marking.mark(checkpoint, turn.value)
    assert outcome.result in ("wrong", "partly")
    assert turn.says in said(outcome)


@of_kind(ShortAnswer)
def test_a_short_answer_has_what_its_marker_needs(checkpoint):
    question = checkpoint.task.question
    for point in question.scheme.points:
        assert len(point.accept) >= 4
        shares = [example.points[point.name] for example in question.examples]
        assert sum(share == 1 for share in shares) >= RIGHT, point.name
        assert sum(share == 0 for share in shares) >= WRONG, point.name
    assert sum(len(point.reject) for point in question.scheme.points) >= 2
    for model in question.scheme.model:
        assert marking.mark(checkpoint, model).result in ("right", "unsure")


@of_kind(ShortAnswer)
def test_marks_of_short_answers_that_would_stand_are_those_of_the_specimens(checkpoint):
    question = checkpoint.task.question
    standing = [
        point.marks == example.points[point.name] * of.marks
        for example, mark in zip(question.examples, Marker().fit(question).leave_one_out(), strict=True)
        for point, of in zip(mark.points, question.scheme.points, strict=True)
        if point.sure
    ]
    assert standing
    assert sum(standing) >= AGREEING * len(standing)


@pytest.mark.parametrize("checkpoint", [one for one in ALL if one.chart], ids=lambda one: one.id)
def test_a_chart_to_read_is_drawn_and_has_words(checkpoint):
    import matplotlib.pyplot as plt

    from isa import charts

    described = charts.describe(marking.chart(checkpoint))
    plt.close("all")
    assert described["kind"] != "empty"
    assert described["title"]
    assert described["xlabel"] or described["ylabel"], "which unit?"
    assert len(checkpoint.chart.alt) >= 40


def test_a_lesson_leaves_enough_to_be_asked_again():
    for lesson in syllabus.read().lessons:
        known = checkpoints.of_lesson(lesson.id)
        assert not known or sum(one.recall for one in known) >= 3, lesson.id
