"""Checkpoints on the page, worked in Python without a browser."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from isa.study import checkpoints, marking, progress, widgets
from isa.study.checkpoints import Choice, Line, Number, Order, ShortAnswer
from isa.study.marking import Outcome, Said
from isa.study.progress import Try
from isa.study.widgets import Region, controls, wording

DEMO = {one.id: one for one in checkpoints.read(Path(__file__).parent / "checkpoints_demo" / "02.yml")}
CHOOSE_ONE, CHOOSE_MANY, ORDER, NUMBER, LINE, SHORT_ANSWER = DEMO.values()
PLAIN = replace(CHOOSE_ONE, setup="", chart=None)  # quicker, for what has nothing to do with the chart
RIGHT, WRONG, OTHER = 1, 0, 2  # options of it


@pytest.fixture(autouse=True)
def _nothing_was_typed(monkeypatch):
    monkeypatch.setattr(controls, "_typed", {})


@pytest.fixture
def marked_as(monkeypatch):
    """Let every answer be marked as is said here; what was answered is kept in the list."""

    def settle(result, *said, shown=""):
        answered = []
        monkeypatch.setattr(marking, "mark", lambda _, response: answered.append(response) or Outcome(result, said or (Said("", result, "So."),), shown))
        return answered

    return settle


@pytest.fixture
def displayed(monkeypatch):
    """What is displayed, in a list."""
    found = []
    monkeypatch.setattr("IPython.display.display", found.append)
    return found


def choose(region, option):
    region.control.radio.value = option
    region.check.click()


def text(html):
    return " ".join(re.sub("<[^>]+>", " ", html).split()).replace(" .", ".")


def test_each_kind_has_its_control():
    kinds = [type(Region(one).control) for one in (PLAIN, CHOOSE_MANY, ORDER, NUMBER, LINE, SHORT_ANSWER)]
    assert kinds == [controls.ChooseOne, controls.ChooseMany, controls.PutInOrder, controls.Field, controls.LineField, controls.Paragraph]


def test_the_demo_has_each_kind_of_task():
    assert [type(one.task) for one in DEMO.values()] == [Choice, Choice, Order, Number, Line, ShortAnswer]


def test_a_region_says_its_number_its_time_and_its_question():
    head = Region(PLAIN).children[0].value
    group, heading = re.search(r"role='group' aria-labelledby='(.+?)'", head)[1], re.search(r"<h3 id='(.+?)'>(.+?)</h3>", head)
    assert heading.groups() == (group, "Checkpoint 2.1 · about 1 minute")
    assert "The table <code>agreements</code> ends in 2010." in head


def test_two_regions_of_one_checkpoint_share_no_id():
    one, other = (set(re.findall(r"id='(.+?)'", Region(PLAIN).children[0].value)) for _ in range(2))
    assert one
    assert not one & other


def test_a_chart_is_an_image_with_words():
    region = Region(CHOOSE_ONE)
    assert f'<img alt="{CHOOSE_ONE.chart.alt}"' in region.children[0].value


def test_a_chart_that_cannot_be_drawn_is_told_in_words():
    broken = replace(CHOOSE_ONE, chart=replace(CHOOSE_ONE.chart, draw="ax = 1 / 0"))
    assert f"In words: {CHOOSE_ONE.chart.alt}" in Region(broken).children[0].value


def test_no_figure_stays_open_for_jupyter_to_show_again():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    Region(CHOOSE_ONE)
    assert plt.get_fignums() == before


def test_markup_of_an_author_or_a_learner_stays_text(marked_as):
    region = Region(replace(PLAIN, ask="Is <script>alert(1)</script> a [link](javascript:alert(1))?"))
    assert "<script" not in region.children[0].value
    assert "javascript:" not in region.children[0].value
    marked_as("wrong", Said("<b>this</b>", "wrong", "<img src=x onerror=alert(1)>"))
    choose(region, WRONG)
    assert "<img" not in region.said.value
    assert "<b>" not in region.said.value


def test_a_right_answer_is_said_with_word_and_sign_and_brings_the_explanation():
    region = Region(PLAIN)
    choose(region, RIGHT)
    assert text(region.said.value).startswith("✓ Right.")
    assert "A year that is not covered is unknown." in region.said.value
    assert "<strong>nothing</strong>" in region.explanation.value


def test_feedback_is_a_live_region_from_the_start():
    region = Region(PLAIN)
    assert "role='status' aria-live='polite'" in region.said.value
    choose(region, WRONG)
    assert "role='status' aria-live='polite'" in region.said.value


def test_a_wrong_answer_says_why_and_keeps_the_explanation_back():
    region = Region(PLAIN)
    choose(region, WRONG)
    assert text(region.said.value).startswith("✗ Not yet.")
    assert "Where it stops, its makers stopped" in region.said.value
    assert region.explain.disabled
    assert not region.explanation.value


def test_the_explanation_is_offered_after_two_tries_and_shown_on_request():
    region = Region(PLAIN)
    choose(region, WRONG)
    choose(region, OTHER)
    assert "You can show the explanation now." in region.said.value
    assert not region.explanation.value
    region.explain.click()
    assert region.explanation.value
    assert region.explain.description == "Hide the explanation"
    region.explain.click()
    assert not region.explanation.value


def test_what_was_shown_before_a_try_is_recorded_with_it():
    region = Region(PLAIN)
    choose(region, WRONG)
    region.hint.click()
    choose(region, OTHER)
    region.explain.click()
    choose(region, RIGHT)
    assert [(one.result, one.hints, one.shown) for one in progress.last("2.1")] == [("wrong", 0, False), ("wrong", 1, False), ("right", 1, True)]
    assert "Right after 3 tries." in text(region.said.value)


def test_the_same_answer_again_is_no_new_try():
    region = Region(PLAIN)
    choose(region, WRONG)
    said = region.said.value
    region.check.click()
    assert region.said.value == said
    assert len(progress.last("2.1")) == 1


def test_no_answer_is_refused_and_not_recorded():
    region = Region(PLAIN)
    region.check.click()
    assert "not counted as a try" in region.said.value
    assert "Choose one." in region.said.value
    assert progress.last("2.1") == ()


def test_hints_come_one_at_a_time_and_can_be_hidden():
    region = Region(PLAIN)
    assert region.hint.description == "Hint (1 of 2)"
    region.hint.click()
    assert region.hint.description == "Hint (2 of 2)"
    assert "Misses" in region.hints.value
    assert "last year" not in region.hints.value
    region.hint.click()
    assert "last year" in region.hints.value
    assert region.hint.description == "Hide the hints"
    region.hint.click()
    assert region.hints.layout.display == "none"
    region.hint.click()
    assert region.hints.layout.display is None


def test_a_checkpoint_without_hints_has_no_button_for_them():
    assert Region(ORDER).hint is None


def test_each_chosen_option_is_answered_with_its_own_sign():
    region = Region(CHOOSE_MANY)
    for at in (0, 2):
        region.control.boxes[at].value = True
    region.check.click()
    said = text(region.said.value)
    assert "✓ right: training" in said
    assert "✗ not yet: year That is a number." in said


def test_items_to_order_never_stand_in_order_at_first_and_always_stand_alike():
    for count in range(2, 8):
        for number in range(1, 40):
            order = wording.shuffled(f"2.{number}", count)
            assert sorted(order) == list(range(count))
            assert list(order) != list(range(count))
            assert order == wording.shuffled(f"2.{number}", count)


def test_an_item_moves_and_the_keyboard_follows_it(monkeypatch):
    region = Region(ORDER)
    control, before = region.control, region.control.response()
    followed = []
    for place, button in enumerate(control.down):
        monkeypatch.setattr(button, "focus", lambda place=place: followed.append(place))
    control.down[0].click()
    assert control.response() == (before[1], before[0], *before[2:])
    assert followed == [1]
    moved = wording.plain(ORDER.task.items[before[0]])
    assert f"“{moved}” is now number 2 of 4." in control.moved.value
    assert control.up[1].tooltip == f"Move “{moved}” up"


def test_the_first_item_cannot_move_up_and_says_so():
    control = Region(ORDER).control
    before = control.response()
    control.up[0].click()
    assert control.response() == before
    assert "is already the first." in control.moved.value


def test_an_order_is_put_right_and_marked():
    region = Region(ORDER)
    control = region.control
    for place in range(4):
        at = control.response().index(place)
        for step in range(at, place, -1):
            control.up[step].click()
    region.check.click()
    assert text(region.said.value) == "✓ Right. All stand in order. The explanation stands below."


def test_enter_checks_a_number_and_a_line(marked_as):
    for checkpoint, typed in ((NUMBER, "12"), (LINE, "agreements")):
        region, answered = Region(checkpoint), marked_as("wrong")
        region.control.field.value = typed
        region.control.field._handle_custom_msg({"event": "submit"}, [])
        assert answered == [typed]


def test_what_arrives_right_after_enter_is_marked_and_what_was_there_before_is_no_new_try(marked_as):
    region, answered = Region(NUMBER), marked_as("wrong")
    enter = {"event": "submit"}
    region.control.field.value = "671"
    region.control.field._handle_custom_msg(enter, [])
    region.control.field._handle_custom_msg(enter, [])  # has overtaken what was typed before it
    region.control.field.value = "46"
    assert answered == ["671", "46"]
    assert len(progress.last("2.4")) == 2


def test_what_is_typed_later_waits_for_a_press(marked_as, monkeypatch):
    region, answered = Region(NUMBER), marked_as("wrong")
    region.control.field.value = "671"
    region.check.click()
    monkeypatch.setattr("isa.study.widgets.region.LATE", 0)
    region.control.field.value = "46"
    assert answered == ["671"]


def test_a_number_is_labelled_with_its_unit():
    assert Region(NUMBER).control.field.description == "Your answer (agreements)"
    assert Region(replace(NUMBER, task=replace(NUMBER.task, unit=""))).control.field.description == "Your answer"


def test_a_number_is_marked_from_the_data():
    region = Region(NUMBER)
    region.control.field.value = "671"
    region.check.click()
    assert "That counts the agreements of all years." in region.said.value
    region.control.field.value = f"{marking.value(NUMBER):g}"
    region.check.click()
    assert text(region.said.value).startswith("✓ Right after 2 tries.")


def test_a_line_says_the_names_it_can_use():
    note = text(Region(LINE).control.widget.children[0].value)
    assert note.startswith("Names you can use: agreements (13 columns: iso3_a , iso3_b , year")


def test_a_setup_that_does_not_run_leaves_the_question_on_the_page():
    region = Region(replace(LINE, setup="1 / 0"))
    region.control.field.value = "agreements"
    region.check.click()
    assert "the fault is in the course" in region.said.value


def test_what_a_line_gives_is_shown_under_the_feedback(marked_as):
    marked_as("right", shown="<table><caption>A Series</caption></table>")
    region = Region(LINE)
    region.control.field.value = "agreements.groupby('kind').size()"
    region.check.click()
    assert "<caption>A Series</caption>" in region.shown.value
    assert "role='status'" not in region.shown.value


def test_words_are_counted_as_they_are_typed():
    control = Region(SHORT_ANSWER).control
    assert control.count.value == ""
    control.field.value = "Unknown"
    assert "1 word<" in control.count.value
    control.field.value = "Unknown is not\nnone."
    assert "4 words" in control.count.value


def test_a_short_answer_is_answered_point_by_point(marked_as):
    marked_as("partly", Said("", "partly", "1 of 2 points."), Said("Point 1", "right", "You say it."), Said("Point 2", "wrong", "Say why."))
    region = Region(SHORT_ANSWER)
    region.control.field.value = "A missing row is unknown."
    region.check.click()
    said = text(region.said.value)
    assert said.startswith("~ Partly right.")
    assert "✓ right: Point 1 You say it." in said
    assert "✗ not yet: Point 2 Say why." in said


def test_doubt_is_said_and_counts_as_a_try(marked_as):
    marked_as("unsure")
    region = Region(SHORT_ANSWER)
    region.control.field.value = "Who knows?"
    region.check.click()
    assert text(region.said.value).startswith("? Unsure.")
    assert [one.result for one in progress.last("2.6")] == ["unsure"]


def test_the_button_says_that_it_is_checking_and_takes_no_second_press(monkeypatch):
    said = []

    def slow(checkpoint, response):
        said.append(region.check.description)
        region.check.click()
        return Outcome("wrong", ())

    monkeypatch.setattr(marking, "mark", slow)
    region = Region(SHORT_ANSWER)
    region.check.click()
    assert said == ["Checking …"]
    assert region.check.description == "Check"


def test_a_fault_of_ours_is_one_sentence_and_the_answer_stays(monkeypatch, capsys, caplog):
    def broken(checkpoint, response):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(marking, "mark", broken)
    region = Region(SHORT_ANSWER)
    region.control.field.value = "My words"
    region.check.click()
    assert text(region.said.value) == wording.BROKEN
    assert region.control.field.value == "My words"
    assert region.check.description == "Check"
    assert progress.last("2.6") == ()
    assert "ours" not in capsys.readouterr().err
    monkeypatch.undo()
    region.control.field.value = ""
    region.check.click()
    assert "Nothing was typed." in region.said.value


def test_marking_that_is_interrupted_leaves_the_answer(monkeypatch):
    def stopped(checkpoint, response):
        raise KeyboardInterrupt

    monkeypatch.setattr(marking, "mark", stopped)
    region = Region(LINE)
    region.control.field.value = "agreements"
    region.check.click()
    assert text(region.said.value) == wording.STOPPED


def test_trouble_with_the_progress_file_is_said_and_marking_goes_on(monkeypatch, tmp_path):
    monkeypatch.setenv("ISA_PROGRESS", str(tmp_path))  # a folder, so nothing can be written
    region = Region(PLAIN)
    choose(region, RIGHT)
    assert text(region.said.value).startswith("✓ Right.")
    assert "cannot be written" in region.history.value


def test_a_cell_that_is_run_again_tells_how_it_went_and_counts_on():
    region = Region(PLAIN)
    choose(region, WRONG)
    again = Region(PLAIN)
    assert "not right yet after 1 try." in again.history.value
    choose(again, RIGHT)
    assert "Right after 2 tries." in text(again.said.value)
    third = Region(PLAIN)
    assert re.search(r"You answered this on \d+ \w+: right after 2 tries\.", third.history.value)
    assert not third.explain.disabled


def test_a_question_that_is_recalled_is_asked_as_if_for_the_first_time():
    first = Region(NUMBER)
    first.control.field.value = f"{marking.value(NUMBER):g}"
    first.check.click()
    for typed in ("1", "2"):
        first.control.field.value = typed
        first.check.click()
    again = Region(NUMBER, afresh=True, level=4)
    assert again.explain.disabled
    assert again.control.field.value == ""
    assert "<h4" in again.children[0].value


def test_what_was_typed_is_there_when_the_cell_is_run_again():
    Region(SHORT_ANSWER).control.field.value = "Half a sentence"
    assert Region(SHORT_ANSWER).control.field.value == "Half a sentence"


def made(day, *results):
    return [Try(datetime(2026, 11, day, 12, tzinfo=UTC), "2.1", "2.4", result, 0, False) for result in results]


def test_the_history_of_a_checkpoint_is_one_sentence():
    today = date(2026, 11, 30)
    assert wording.history([], today) == ""
    assert wording.history(made(22, "wrong", "right"), today) == "You answered this on 22 November: right after 2 tries."
    assert wording.history(made(22, "right"), date(2027, 1, 2)) == "You answered this on 22 November 2026: right at the first try."
    assert wording.history([*made(3, "wrong", "right"), *made(22, "right")], today) == "You answered this on 22 November: right at the first try."
    assert wording.history([*made(3, "right"), *made(22, "wrong")], today) == "You tried this on 22 November: not right yet after 1 try."
    assert wording.history(made(22, "wrong", "unsure"), today) == "You tried this on 22 November: still in doubt after 2 tries."


def test_a_long_time_is_said_as_people_say_it():
    said = [wording.title(replace(PLAIN, minutes=minutes)) for minutes in (0.5, 1, 1.5, 4)]
    assert said == [f"Checkpoint 2.1 · about {time}" for time in ("half a minute", "1 minute", "1.5 minutes", "4 minutes")]


def test_labels_that_can_hold_only_text_lose_their_markup_and_nothing_else():
    assert wording.plain("One *state* in `a < b` & one\nyear.") == "One state in a < b & one year."


@pytest.mark.parametrize("checkpoint", DEMO.values(), ids=lambda one: one.id)
def test_without_widgets_the_question_is_there_to_read(checkpoint):
    region = Region(checkpoint)
    bundle = region._repr_mimebundle_()
    assert repr(region) == bundle["text/plain"]
    assert bundle["text/plain"].startswith(f"Checkpoint {checkpoint.id} ·")
    for where in ("text/plain", "text/html"):
        assert wording.NO_WIDGETS in bundle[where]
    options = [option.text for option in getattr(checkpoint.task, "options", ())] or getattr(checkpoint.task, "items", ())
    assert all(wording.plain(one) in bundle["text/plain"] for one in options)
    assert "<h" not in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


@pytest.mark.parametrize("checkpoint", DEMO.values(), ids=lambda one: one.id)
def test_the_key_is_nowhere_on_the_page_before_an_answer(checkpoint):
    region = Region(checkpoint)
    everything = str(region._repr_mimebundle_()) + "".join(str(widget.get_state()) for widget in descendants(region))
    whys = [one.why for one in getattr(checkpoint.task, "options", ())]
    for secret in (checkpoint.explanation, getattr(checkpoint.task, "solution", ""), *whys):
        assert not secret or secret not in everything


def descendants(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from descendants(child)


def test_recall_says_how_many_questions_it_asks(displayed, monkeypatch):
    monkeypatch.setattr(widgets.spaced, "due", lambda lesson: (PLAIN, NUMBER))
    widgets.recall("03")
    heading, *regions = displayed
    assert repr(heading) == "Recall: two questions from earlier lessons"
    assert [region.checkpoint.id for region in regions] == ["2.1", "2.4"]


def test_recall_says_when_there_is_nothing_to_recall(displayed):
    widgets.recall("00")
    [said] = displayed
    assert "Nothing is to be recalled" in repr(said)


def test_show_displays_a_region(displayed):
    widgets.show(PLAIN)
    assert [type(one) for one in displayed] == [Region]
