import math

import matplotlib.pyplot as plt
import mistune
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isa.answers.encoder import Letters
from isa.answers.marker import Marker
from isa.answers.question import AnyOf, Claim, Example, MarkScheme, Point, Question
from isa.study import marking, one_line
from isa.study.checkpoints import Chart, Checkpoint, Choice, Line, Number, Option, Order, ShortAnswer, WrongTurn
from isa.study.marking import COMPARE, Fault, chart, mark, names, value
from tests.answers.simple_marker import SimpleMarker

SETUP = 'members = isa.load("members")'
ONE = Choice((Option("A chair", False, "It is for sitting."), Option("A grid", True, "Rows and columns.")))
MANY = Choice(
    (Option("Mali", True, "A state."), Option("Senegal", True, "A state too."), Option("Africa", False, "A continent."), Option("Nile", False, "A river.")),
    many=True,
)
STEPS = Order(("load", "filter", "group", "sort", "draw"))
MEMBERS = Number("len(members)", "members", 0, (WrongTurn("members.shape[1]", "That counts the columns."), WrongTurn("100 / 3", "That is a third.")))
SHARE = Number("22 / 57", "", 0.001, (WrongTurn("35 / 57", "That is the rest."),))
DOLLARS = Number("-1234567.0", "US dollars", 100)
GROUPS = Line('members.groupby("oic_group").size()', (WrongTurn("len(members)", "That is the sum over all groups."),))
CLOUDS = Point("P1", 1, "clouds bring rain", ("rain falls from clouds",), (Claim("rain falls from the moon", "Look up by day."),), read="lesson 01, block 2")
WIND = Point("P2", 1, "wind brings clouds")
HILLS = Point("P3", 1, "hills stop clouds")
RAIN = Question("Why does it rain?", MarkScheme((CLOUDS, WIND), ("clouds bring rain, and wind brings clouds",)))


def asked(task, **more):
    return Checkpoint(**({"id": "1.1", "lesson": "01", "objective": "1.1", "minutes": 1, "ask": "?", "task": task, "explanation": "!", "setup": SETUP} | more))


def told(task, response):
    """The result and all that is said."""
    outcome = mark(asked(task), response)
    return outcome.result, " ".join(said.text for said in outcome.said)


@pytest.fixture
def simple(monkeypatch):
    """Short answers are marked by a marker that can be foreseen."""
    marker = SimpleMarker()
    marking._fitted.cache_clear()
    monkeypatch.setattr("isa.answers.marker.Marker", lambda: marker)
    yield marker
    marking._fitted.cache_clear()


@pytest.fixture
def in_browser(monkeypatch):
    """Lines run in this process, as in a browser."""
    monkeypatch.setattr(one_line, "in_browser", lambda: True)


# Choose


def test_the_right_choice_is_told_why_it_is_right():
    (said,) = mark(asked(ONE), 1).said
    assert (said.about, said.result, said.text) == ("A grid", "right", "Rows and columns.")
    assert mark(asked(ONE), 1).result == "right"


def test_a_wrong_choice_is_told_what_to_think_again_and_nothing_of_the_others():
    (said,) = mark(asked(ONE), 0).said
    assert (said.about, said.result, said.text) == ("A chair", "wrong", "It is for sitting.")
    assert mark(asked(ONE), 0).result == "wrong"


@pytest.mark.parametrize(
    ("response", "result"),
    [((0, 1), "right"), ((1, 0, 0), "right"), ((0,), "partly"), ((0, 1, 2), "partly"), ((0, 2), "wrong"), ((2,), "wrong"), ((0, 1, 2, 3), "wrong")],
)
def test_of_many_each_chosen_one_is_told_and_all_at_once_is_no_answer(response, result):
    outcome = mark(asked(MANY), response)
    assert outcome.result == result
    assert [said.about for said in outcome.said if said.about] == [MANY.options[at].text for at in sorted(set(response))]


def test_what_was_left_out_is_hinted_at_and_never_named():
    for response in [(0,), (1, 2), (3,)]:
        outcome = mark(asked(MANY), response)
        assert outcome.said[-1].text == "Something that is right is still missing."
        left_out = {MANY.options[at].text for at in {0, 1} - set(response)}
        assert not any(name in said.about + said.text for name in left_out for said in outcome.said)


@pytest.mark.parametrize(
    ("task", "response", "found"),
    [
        (ONE, 2, "Found position 2, expected one from 0 to 1."), (ONE, -1, "Found position -1"),
        (ONE, "A grid", "Found a text, expected the position of an option."),
        (ONE, True, "Found True or False"), (ONE, 1.0, "Found a number"), (ONE, None, "Nothing is chosen. Choose one."), (ONE, (1,), "Found a tuple"),
        (MANY, (), "Nothing is chosen. Choose at least one."), (MANY, 1, "Found a number, expected several positions."), (MANY, "01", "Found a text"),
        (MANY, (0, 4), "Found position 4, expected one from 0 to 3."), (MANY, (0, "1"), "Found a text"), (MANY, None, "Nothing is chosen."),
        (STEPS, (), "Nothing is chosen."), (STEPS, (0, 1), "Found 2 items in order, 2 of them different; expected each of the 5 once."),
        (STEPS, (0, 1, 2, 3, 3), "Found 5 items in order, 4 of them different"), (STEPS, (0, 1, 2, 3, 5), "Found position 5"),
        (MEMBERS, 57, "Found a number, expected a text."), (MEMBERS, "", "Nothing was typed."), (MEMBERS, "many", "Found “many”, which is not one number."),
        (MEMBERS, "nan", "Found “nan”"), (MEMBERS, (5,), "Found a tuple, expected a text."), (GROUPS, 5, "Found a number, expected a text."),
        (GROUPS, " ", "Nothing was typed."), (GROUPS, "x = 5", "Leave the name and `=` away"), (ShortAnswer(RAIN), " \n", "Nothing was typed."),
        (ShortAnswer(RAIN), None, "Found nothing (None), expected a text."),
    ],
)  # fmt: skip
def test_what_cannot_be_marked_is_refused_with_what_was_found_and_what_is_expected(task, response, found):
    result, said = told(task, response)
    assert result == "refused"
    assert found in said


# Order


@pytest.mark.parametrize(
    ("response", "result", "said"),
    [
        ((0, 1, 2, 3, 4), "right", "Right: all stand in order."),
        ((0, 1, 2, 4, 3), "partly", "Of 4 pairs of neighbours, 2 stand rightly. The first 3 stand right. Look again at place 4."),
        ((1, 2, 3, 4, 0), "partly", "Of 4 pairs of neighbours, 3 stand rightly. Look again at place 1."),
        ((0, 2, 1, 4, 3), "wrong", "Of 4 pairs of neighbours, 0 stand rightly. The first one stands right. Look again at place 2."),
        ((4, 3, 2, 1, 0), "wrong", "Of 4 pairs of neighbours, 0 stand rightly. Look again at place 1."),
    ],
)
def test_an_order_is_told_how_many_neighbours_stand_rightly_and_where_to_look(response, result, said):
    assert told(STEPS, response) == (result, said)
    assert not any(item in said for item in STEPS.items)


# Number


@pytest.mark.parametrize("text", ["57", " 57 members", "57.0", "5.7e1", "٥٧", "+57"])
def test_a_right_number_is_right_however_it_is_typed(text):
    assert told(MEMBERS, text) == ("right", "Right.")


@pytest.mark.parametrize("text", ["0.386", "0.3855", "38.6 %", "0,386", ".385"])
def test_a_number_within_the_tolerance_is_right(text):
    assert mark(asked(SHARE), text).result == "right"


@pytest.mark.parametrize(
    ("task", "text", "result", "said"),
    [
        (MEMBERS, "58", "wrong", "This is not the number in members that is asked for."),
        (MEMBERS, "7", "wrong", "That counts the columns."),
        (MEMBERS, "33.3", "wrong", "That is a third."),
        (MEMBERS, "-57", "wrong", "The size is right; look at the sign."),
        (MEMBERS, "5700", "partly", "The digits are right; look at the unit. Expected is a number in members."),
        (MEMBERS, "0", "wrong", "This is not the number in members that is asked for."),
        (SHARE, "0.614", "wrong", "That is the rest."),
        (SHARE, "0.4", "partly", "Near, but rounded further than asked for. Give more digits."),
        (SHARE, "0", "wrong", "This is not the number that is asked for."),
        (SHARE, "38.6", "partly", "The digits are right; look at the unit. Expected is a number without a unit."),
        (DOLLARS, "-1.2346", "partly", "The digits are right; look at the unit. Expected is a number in US dollars."),
        (DOLLARS, "-1234.6", "partly", "The digits are right; look at the unit. Expected is a number in US dollars."),
        (DOLLARS, "1234567", "wrong", "The size is right; look at the sign."),
        (SHARE, "0,9", "wrong", "This is not the number that is asked for. Your answer was read as 0.9."),
        (DOLLARS, "-3 million", "wrong", "This is not the number in US dollars that is asked for. Your answer was read as -3000000."),
        (Number("1.234", "", 0), "1,234", "refused",
         "“1,234” can mean 1234 and 1.234. Type it without a mark between thousands, and with a point before decimals."),
        (Number("1234", "", 0), "1,234", "right", "Right. Your answer was read as 1234."),
        (Number("1234", "", 0), "1.234", "partly", "The digits are right; look at the unit. Expected is a number without a unit."),
        (Number("0", "", 0), "0", "right", "Right."),
        (Number("0", "", 0), "5", "wrong", "This is not the number that is asked for."),
        (Number("0.1 + 0.2", "", 0), "0.3", "right", "Right."),
    ],
)  # fmt: skip
def test_a_wrong_number_is_told_what_to_look_at_and_never_the_key(task, text, result, said):
    assert told(task, text) == (result, said)


@given(st.text() | st.text("0123456789.,-%e ", max_size=12))
@settings(max_examples=50, deadline=None)
def test_any_text_at_all_as_a_number_is_marked(text):
    outcome = mark(asked(SHARE, setup=""), text)
    assert outcome.result in ("right", "partly", "wrong", "refused")
    assert all(said.text for said in outcome.said)


# Line


@pytest.mark.usefixtures("in_browser")
@pytest.mark.parametrize(
    ("line", "result", "said"),
    [
        ('members["oic_group"].value_counts(sort=False)', "right", "Right: the line gives what was asked for."),
        ("len(members)", "wrong", "That is the sum over all groups."),
        ("members", "wrong", "You get a DataFrame of 57 rows and 7 columns; expected is a Series."),
        ("members.groupby('oic_grup').size()", "wrong", r"KeyError: 'oic\_grup'. Is oic\_group meant?"),
    ],
)
def test_a_line_is_marked_by_what_it_gives(line, result, said):
    outcome = mark(asked(GROUPS), line)
    assert outcome.result == result
    assert said in outcome.said[0].text
    assert bool(outcome.shown) == ("KeyError" not in said)


def test_a_line_that_is_stopped_does_not_count_as_an_answer(tmp_path):
    result, said = told(GROUPS, f"members.to_csv({str(tmp_path / 'x')!r})")
    assert result == "refused"
    assert said.startswith("A line may not write, move or delete files")
    one_line.put_away()


# Short answer


@pytest.mark.parametrize(
    ("text", "result", "of_points"),
    [
        ("clouds bring rain and wind brings clouds", "right", ["right", "right"]),
        ("clouds bring rain", "partly", ["right", "wrong"]),
        ("it just does", "wrong", ["wrong", "wrong"]),
        ("rain falls from the moon", "wrong", ["wrong", "wrong"]),
        ("perhaps clouds bring rain", "unsure", ["unsure", "unsure"]),
    ],
)
def test_a_short_answer_is_marked_point_by_point(simple, text, result, of_points):
    outcome = mark(asked(ShortAnswer(RAIN)), text)
    assert outcome.result == result
    assert [said.about for said in outcome.said] == ["", "Point 1", "Point 2"]
    assert [said.result for said in outcome.said[1:]] == of_points


def test_a_point_is_explained_by_the_words_that_earned_it_and_a_missing_one_by_where_to_read(simple):
    whole, clouds, wind = mark(asked(ShortAnswer(RAIN)), "I say that wind brings clouds").said
    assert whole.text == "**Score: 1 of 2.**"
    assert "lesson 01, block 2" in clouds.text
    assert "rain" not in clouds.text
    assert "“wind brings clouds”" in wind.text


def test_a_claim_to_reject_is_told_what_its_holder_needs_to_read(simple):
    _, clouds, _ = mark(asked(ShortAnswer(RAIN)), "rain falls from the moon").said
    assert clouds.text == "Your words “rain falls from the moon” speak against what this point asks for. Look up by day."


def test_where_the_marker_is_in_doubt_the_learner_is_asked_to_compare(simple):
    whole, *points = mark(asked(ShortAnswer(RAIN)), "perhaps clouds bring rain").said
    assert whole.text == f"**Score: 1 of 2.** This mark of your answer is in doubt, because the marker is not sure of it. {COMPARE}"
    assert all(said.text.endswith(COMPARE) for said in points)
    assert "person" not in " ".join(said.text for said in (whole, *points))


def test_a_marker_is_fitted_once_for_a_question(simple):
    for text in ("wind brings clouds", "no", "clouds bring rain"):
        mark(asked(ShortAnswer(RAIN)), text)
    assert simple.fitted == [RAIN]


def test_an_answer_that_breaks_the_marker_is_in_doubt(simple):
    assert told(ShortAnswer(RAIN), "break") == ("unsure", f"The marker could not read this answer. {COMPARE}")


def test_of_some_points_only_the_best_count(simple):
    any_two = Question("Why?", MarkScheme((CLOUDS, WIND, HILLS), ("clouds",), (AnyOf(1, ("P2", "P3")),)))
    outcome = mark(asked(ShortAnswer(any_two)), "clouds bring rain, hills stop clouds")
    assert outcome.result == "right"
    assert outcome.said[0].text == "**Score: 2 of 2.** Of the points 2, 3, the best 1 count."


def test_the_simple_marker_says_that_it_only_compares_words(monkeypatch):
    marking._fitted.cache_clear()
    monkeypatch.setattr("isa.answers.marker.Marker", lambda: Marker(Letters()))
    examples = tuple(Example(f"{text} {n}", share, {"P1": share, "P2": share}) for n in range(6) for text, share in (("clouds, wind", 1.0), ("no idea", 0.0)))
    for text in ("Clouds bring rain, and wind brings clouds.", "I really do not know."):
        outcome = mark(asked(ShortAnswer(Question("Why does it rain?", RAIN.scheme, examples))), text)
        assert "a simple marker that only compares words did the work here" in outcome.said[0].text.lower()
    marking._fitted.cache_clear()


# All kinds


@pytest.mark.usefixtures("in_browser", "simple")
@pytest.mark.parametrize("task", [MEMBERS, GROUPS, ShortAnswer(RAIN)])
def test_what_a_learner_types_cannot_pass_for_a_part_of_the_page(task):
    for text in (
        "<img src=x onerror=alert(1)>",
        "**Right** [link](http://a.b) 12 <b>",
        "5\n\n# Right\n\n- item",
        "members['<b>*x*</b>']",
        "clouds bring rain <b>*x*</b>",
    ):
        outcome = mark(asked(task), text)
        for said in outcome.said:
            page = mistune.html(said.text)
            assert not any(tag in page for tag in ("<img", "<b>", "<a ", "<h1", "<li", "<em>x"))
        assert "<b>" not in outcome.shown


@pytest.mark.parametrize(
    ("checkpoint", "said"),
    [
        (asked(MEMBERS, setup="members = isa.load('membrs')"), "setup: UnknownTable: there is no table 'membrs'."),
        (asked(Number("members", "", 0)), "value: found a DataFrame"),
        (asked(Number("float('nan')", "", 0)), r"value: found a number \(nan\), expected a number"),
        (asked(Number("True", "", 0)), "value: found True or False"),
        (asked(Number("5", "", 0, (WrongTurn("pd.NA", "!"),))), r"wrong\_turns\[0\]: found a missing value"),
        (asked(Line("members.joind")), "solution: AttributeError"),
    ],
)
@pytest.mark.usefixtures("in_browser")
def test_a_fault_of_the_course_is_not_the_learners(checkpoint, said):
    outcome = mark(checkpoint, "5")
    assert outcome.result == "refused"
    assert "the fault is in the course, not in your answer" in outcome.said[0].text
    assert said.replace(r"\(", "(").replace(r"\)", ")") in outcome.said[0].text


# The code of a checkpoint


def test_the_key_of_a_number_is_computed_from_the_data():
    assert value(asked(MEMBERS)) == 57
    assert math.isclose(value(asked(SHARE)), 22 / 57)
    with pytest.raises(Fault, match="value: found a DataFrame"):
        value(asked(Number("members", "", 0)))
    with pytest.raises(TypeError, match=r"checkpoint 1\.1 asks for no number"):
        value(asked(ONE))


def test_the_names_are_those_of_the_setup_and_made_anew_each_time():
    made = names(asked(ONE))
    assert {"isa", "pd", "members"} <= set(made)
    del made["members"]["iso3"]
    assert "iso3" in names(asked(ONE))["members"]


def test_a_chart_is_drawn_in_the_look_of_the_course_and_leaves_that_of_the_notebook_alone():
    before = plt.rcParams["axes.spines.top"]
    ax = chart(asked(ONE, chart=Chart('ax = members.groupby("oic_group").size().plot.bar()', "Three bars, one for each group.")))
    assert len(ax.patches) == 3
    assert not ax.spines["top"].get_visible()
    assert plt.rcParams["axes.spines.top"] == before
    plt.close(ax.get_figure())


@pytest.mark.parametrize(("draw", "said"), [("ax = 5", "chart.draw: found a number called ax, expected a Matplotlib Axes"), ("ax = 1 / 0", "ZeroDivision")])
def test_a_chart_without_an_axes_is_a_fault(draw, said):
    with pytest.raises(Fault) as caught:
        chart(asked(ONE, chart=Chart(draw, "Nothing at all is drawn.")))
    assert said in str(caught.value)


def test_a_checkpoint_without_a_chart_has_none_to_draw():
    with pytest.raises(TypeError, match=r"checkpoint 1\.1 has no chart"):
        chart(asked(ONE))
