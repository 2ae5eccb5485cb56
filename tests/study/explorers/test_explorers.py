"""What holds for every explorer."""

import itertools
import re

import pytest

from isa.charts import quick_image
from isa.study import explorers
from isa.study.explorers import Choice, UnknownExplorer, Years


def every_explorer(test):
    return pytest.mark.parametrize("lesson", explorers.lessons())(test)


def places(control):
    """The ends and the start of a slider; some of the words to choose."""
    return {control.first, control.start, control.last} if isinstance(control, Years) else {control.options[0], control.start, control.options[-1]}


def states(explorer):
    """States at the corners of what the controls allow."""
    names = [control.name for control in explorer.controls]
    return [dict(zip(names, values, strict=True)) for values in itertools.product(*map(places, explorer.controls))]


def test_a_lesson_without_an_explorer_is_refused_with_those_that_have_one():
    for wrong in ("77", "1", 1, "../frame"):
        with pytest.raises(UnknownExplorer, match=r"one of .*00, 01, 02"):
            explorers.explore(wrong)


@every_explorer
def test_the_question_asks(lesson):
    assert "?" in explorers.explorer(lesson).question


@every_explorer
def test_the_start_is_allowed_by_the_controls(lesson):
    for control in explorers.explorer(lesson).controls:
        if isinstance(control, Choice):
            assert control.start in control.options
            assert len(set(control.options)) == len(control.options)
        else:
            assert control.first <= control.start <= control.last


@every_explorer
def test_the_start_and_the_ends_have_a_chart(lesson):
    explorer = explorers.explorer(lesson)
    for state in (states(explorer)[0], explorer.start(), states(explorer)[-1]):
        figure = explorer.read(state).figure
        assert figure.axes or figure.texts, state


@every_explorer
def test_each_corner_has_words_and_a_sentence_without_a_number_that_is_none(lesson):
    explorer = explorers.explorer(lesson)
    for state in states(explorer):
        reading = explorer.read(state)
        assert len(reading.alt.split()) >= 5, state
        assert reading.sentence.endswith("."), state
        assert not re.search(r"\b(nan|inf|None|NaT)\b|<NA>", reading.alt + reading.sentence), state


@every_explorer
def test_moving_a_control_changes_the_sentence(lesson):
    explorer = explorers.explorer(lesson)
    for control in explorer.controls:
        said = {explorer.read(explorer.start() | {control.name: value}).sentence for value in places(control)}
        assert len(said) > 1, control.name


@every_explorer
def test_a_state_is_read_the_same_way_each_time(lesson):
    explorer = explorers.explorer(lesson)
    once, again = explorer.read(explorer.start()), explorer.read(explorer.start())
    assert (once.alt, once.sentence) == (again.alt, again.sentence)
    assert quick_image(once.figure, once.alt) == quick_image(again.figure, again.alt)


@every_explorer
def test_the_figures_of_pyplot_are_left_alone(lesson):
    import matplotlib.pyplot as plt

    explorer = explorers.explorer(lesson)
    explorer.read(explorer.start())
    assert plt.get_fignums() == []
