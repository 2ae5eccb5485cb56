"""The widgets around an explorer, without a front end."""

import gc
import re
import weakref
from functools import partial

import ipywidgets as widgets
import pytest
from matplotlib.figure import Figure

from isa.study import explorers
from isa.study.explorers import Choice, Explorer, Reading, Years
from isa.study.explorers.panel import Panel


@pytest.fixture
def echo():
    """An explorer that says in what state it was read."""

    def read(state):
        return Reading(
            partial(Figure, figsize=(2, 1)), f"A chart of {state['year']} & no more.", f"Year {state['year']}, {state['word']} <and> {state['place']}."
        )

    controls = (
        Years("year", "Year", 2000, 2010, 2005),
        Choice("word", "Word", ("a", "b"), "a"),
        Choice("place", "Place", ("here", "heaven", "hell", "Hades", "Limbo", "there", "Thule"), "here"),
    )
    return Panel(Explorer("What is said?", controls, read))


def flat(widget):
    """All widgets inside a widget, in the order in which a keyboard reaches them."""
    return [widget, *(inner for child in getattr(widget, "children", ()) for inner in flat(child))]


def one(panel, kind):
    (found,) = [widget for widget in flat(panel) if type(widget) is kind]
    return found


def said(panel):
    return panel.children[-1].value


def test_question_controls_chart_and_sentence_stand_in_the_order_of_reading(echo):
    kinds = [type(widget).__name__ for widget in flat(echo)]
    assert kinds == ["Panel", "HTML", "HBox", "BoundedIntText", "IntSlider", "ToggleButtons", "Combobox", "HTML", "HTML"]
    question, *_, chart, sentence = (widget.value for widget in flat(echo) if isinstance(widget, widgets.HTML))
    assert "What is said?" in question
    assert chart.startswith('<img alt="A chart of 2005 &amp; no more." src="data:image/svg+xml;base64,')
    assert re.fullmatch(r'<p role="status" aria-live="polite">Year 2005, a &lt;and&gt; here\.</p>', sentence)


def test_slider_and_number_box_stay_in_step_both_ways(echo):
    slider, box = one(echo, widgets.IntSlider), one(echo, widgets.BoundedIntText)
    slider.value = 2007
    assert box.value == 2007
    box.value = 2003
    assert slider.value == 2003
    assert "Year 2003" in said(echo)


def test_a_year_beyond_the_ends_is_taken_to_the_end(echo):
    one(echo, widgets.BoundedIntText).value = 1850
    assert one(echo, widgets.IntSlider).value == 2000
    assert "Year 2000" in said(echo)


def test_each_control_has_a_label_and_the_box_says_its_ends(echo):
    labels = [widget.description for widget in flat(echo) if isinstance(widget, (widgets.BoundedIntText, widgets.ToggleButtons, widgets.Combobox))]
    assert labels == ["Year (2000 to 2010)", "Word", "Place"]


def test_a_slider_waits_until_it_is_let_go(echo):
    assert one(echo, widgets.IntSlider).continuous_update is False


def test_buttons_and_typed_words_change_the_sentence(echo):
    one(echo, widgets.ToggleButtons).value = "b"
    one(echo, widgets.Combobox).value = "Thule"
    assert "Year 2005, b &lt;and&gt; Thule." in said(echo)


@pytest.mark.parametrize("typed", ["lim", "LIMBO", " Limb "])
def test_a_word_that_is_begun_is_completed(echo, typed):
    one(echo, widgets.Combobox).value = typed
    assert one(echo, widgets.Combobox).value == "Limbo"
    assert "Limbo." in said(echo)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("he", "'he' is not in the list. Did you mean here or heaven or hell? Shown is still: here."),
        ("Limpo", "'Limpo' is not in the list. Did you mean Limbo? Shown is still: here."),
        ("<b>xyz", "'&lt;b&gt;xyz' is not in the list. Empty the box to see the list. Shown is still: here."),
    ],
)
def test_a_word_that_is_not_in_the_list_is_answered_and_changes_nothing(echo, typed, says):
    before = echo.reading
    one(echo, widgets.Combobox).value = typed
    assert says in said(echo)
    assert echo.reading is before


def test_an_emptied_box_waits_for_a_word(echo):
    before = said(echo)
    one(echo, widgets.Combobox).value = ""
    assert said(echo) == before


def test_one_move_reads_the_record_once(echo, monkeypatch):
    reads = []
    real = echo._explorer.read
    object.__setattr__(echo._explorer, "read", lambda state: reads.append(state) or real(state))
    one(echo, widgets.BoundedIntText).value = 2009
    assert reads == [{"year": 2009, "word": "a", "place": "here"}]


def test_without_a_front_end_question_and_sentence_are_text(echo):
    assert echo._repr_mimebundle_()["text/plain"] == "Explore. What is said?\nYear 2005, a <and> here."


def test_the_text_follows_the_controls(echo):
    one(echo, widgets.IntSlider).value = 2010
    assert "Year 2010" in echo._repr_mimebundle_()["text/plain"]


def test_a_lesson_displays_its_explorer(monkeypatch):
    displayed = []
    monkeypatch.setattr("IPython.display.display", displayed.append)
    explorers.explore("00")
    (shown,) = displayed
    assert "By 1969, 25 of the 57 had joined" in shown._repr_mimebundle_()["text/plain"]


def test_a_drawing_is_gone_as_soon_as_it_is_on_the_page():
    drawn = []

    def draw():
        figure = Figure(figsize=(2, 1))
        drawn.append(weakref.ref(figure))
        return figure

    panel = Panel(Explorer("What is left?", (Years("year", "Year", 2000, 2010, 2005),), lambda state: Reading(draw, "A chart of a year.", "A year.")))
    one(panel, widgets.IntSlider).value = 2007
    assert [figure() for figure in drawn] == [None, None]
    assert gc.isenabled()
