from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isa import syllabus
from isa.study import progress, recall
from isa.study.checkpoints import checkpoint, of_lesson
from isa.study.progress import Try
from isa.syllabus import UnknownLesson
from tests.study.conftest import ask

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def answered(id, result="right", at=NOON, shown=False):
    """Answer a checkpoint at a time of our own."""
    progress._waiting.append(Try(at, id, checkpoint(id).objective, result, 0, shown))


def ids(lesson, count=3, now=NOON):
    return [one.id for one in recall.due(lesson, count, now)]


def test_a_fresh_learner_is_asked_about_the_nearest_prerequisites_and_about_different_objectives(small_course):
    assert ids("02") == ["1.1", "0.1", "1.4"]
    assert ids("02", 6) == ["1.1", "0.1", "1.4", "0.4", "1.7", "0.2"]
    assert ids("01") == ["0.1", "0.4", "0.2"]


def test_nothing_is_recalled_where_nothing_came_before(small_course):
    assert ids("00") == []
    assert ids("02", 0) == []


def test_a_lesson_without_checkpoints_before_it_recalls_nothing(small_course):
    for file in (small_course / "notebooks" / "checkpoints").iterdir():
        file.unlink()
    assert ids("02") == []


def test_only_what_may_be_asked_again_is_asked(small_course):
    assert {one.recall for one in recall.due("02", 100, NOON)} == {True}
    ask(small_course, "00", ["0.1"], recall=(False,))
    assert ids("01") == []


def test_an_unknown_lesson_names_the_known(small_course):
    with pytest.raises(UnknownLesson, match=r"there is no lesson '2'\. Did you mean '02'\? The course has 00, 01, 02, 03\."):
        recall.due("2")


def test_what_is_overdue_comes_first_and_the_longest_overdue_before_all(small_course):
    answered("0.4", at=NOON - 5 * DAY)
    answered("1.7", at=NOON - 9 * DAY)
    assert ids("02") == ["1.7", "0.4", "1.1"]


def test_what_rests_comes_last(small_course):
    ask(small_course, "00", ["0.1", "0.2"])
    answered("0.2", at=NOON)
    assert ids("01") == ["0.1", "0.2"]


def test_an_overdue_checkpoint_waits_where_its_objective_was_asked_already(small_course):
    answered("0.1", at=NOON - 5 * DAY)
    answered("0.2", at=NOON - 4 * DAY)
    assert ids("02") == ["0.1", "1.1", "1.4"]
    ask(small_course, "01", ["1.1"], recall=(False,))
    assert ids("02") == ["0.1", "0.4", "0.2"]


def test_a_later_lesson_is_not_asked_before_its_time(small_course):
    answered("2.1", "wrong", at=NOON - 5 * DAY)
    assert "2.1" not in ids("01", 100)
    assert "2.1" not in ids("02", 100)
    assert ids("03", 1) == ["2.1"]


def test_a_checkpoint_rests_for_longer_after_each_right_answer_in_time(small_course):
    now = NOON
    rests = []
    for _ in range(7):
        answered("1.1", at=now)
        again = recall.again(checkpoint("1.1"), now)
        rests.append((again - now).days)
        now = again
    assert rests == [1, 3, 7, 21, 60, 60, 60]


def test_a_wrong_answer_sends_it_back_to_the_start(small_course):
    for at in (0, 1, 4):
        answered("1.1", at=NOON + at * DAY)
    answered("1.1", "wrong", at=NOON + 11 * DAY)
    assert recall.again(checkpoint("1.1"), NOON + 11 * DAY) == NOON + 11 * DAY
    answered("1.1", at=NOON + 11 * DAY)
    assert recall.again(checkpoint("1.1"), NOON + 11 * DAY) == NOON + 12 * DAY


def test_practice_before_the_time_changes_nothing(small_course):
    for minutes in range(5):
        answered("1.1", at=NOON + minutes * timedelta(minutes=1))
    assert recall.again(checkpoint("1.1"), NOON + DAY / 2) == NOON + DAY


def test_right_after_the_explanation_was_shown_starts_from_the_first_interval(small_course):
    answered("1.1", at=NOON)
    answered("1.1", at=NOON + DAY)
    answered("1.1", at=NOON + 4 * DAY, shown=True)
    assert recall.again(checkpoint("1.1"), NOON + 4 * DAY) == NOON + 5 * DAY


def test_what_the_marker_was_not_sure_of_was_never_answered(small_course):
    answered("1.1", "unsure")
    assert recall.again(checkpoint("1.1"), NOON) is None


def test_a_clock_that_was_ahead_for_a_while_does_not_put_a_checkpoint_off_for_years(small_course):
    answered("1.1", at=datetime(2099, 1, 1, tzinfo=UTC))
    assert recall.again(checkpoint("1.1"), NOON) == NOON
    answered("1.1", at=NOON)
    assert recall.again(checkpoint("1.1"), NOON) == NOON + 3 * DAY
    answered("1.2", "wrong", at=datetime(9999, 12, 31, tzinfo=UTC))
    assert recall.again(checkpoint("1.2"), NOON) == NOON


times = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)) | st.timedeltas(-60 * DAY, 60 * DAY).map(NOON.__add__)
histories = st.lists(st.tuples(st.integers(0, 11), st.sampled_from(["right", "partly", "wrong", "unsure"]), times, st.booleans()), max_size=40)
same_course = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def learner(history):
    """Make these tries the only ones: place of the checkpoint among those of lessons 00 and 01, result, time, explanation shown."""
    progress._waiting.clear()
    known = [*of_lesson("00"), *of_lesson("01")]
    for place, result, at, shown in history:
        answered(known[place].id, result, at, shown)


@pytest.fixture
def quick_syllabus(small_course, monkeypatch):
    """The small course, read once."""
    course = syllabus.read()
    monkeypatch.setattr(syllabus, "read", lambda: course)


@same_course
@given(history=histories, count=st.integers(0, 12))
def test_whatever_was_tried_earlier_lessons_are_asked_as_broadly_as_can_be(quick_syllabus, history, count):
    learner(history)
    asked = recall.due("02", count, NOON)
    assert asked == recall.due("02", count, NOON)
    candidates = [one for one in (*of_lesson("00"), *of_lesson("01")) if one.recall]
    assert len(asked) == len(set(one.id for one in asked)) == min(count, len(candidates))
    assert all(one in candidates for one in asked)
    assert len({one.objective for one in asked}) == min(count, len({one.objective for one in candidates}))


@same_course
@given(history=histories)
def test_no_resting_checkpoint_is_asked_while_another_of_a_new_objective_is_due(quick_syllabus, history):
    learner(history)

    def is_due(one):
        when = recall.again(one, NOON)
        return when is not None and when <= NOON

    asked = recall.due("02", 3, NOON)
    if any(is_due(one) for lesson in ("00", "01") for one in of_lesson(lesson) if one.recall):
        assert is_due(asked[0])
    for place, one in enumerate(asked):
        if not is_due(one):
            missed = [c for c in (*of_lesson("00"), *of_lesson("01")) if c.recall and is_due(c) and c not in asked]
            assert {c.objective for c in missed} <= {c.objective for c in asked[:place]}


@same_course
@given(history=histories)
def test_a_checkpoint_never_rests_longer_than_sixty_days(quick_syllabus, history):
    learner(history)
    for one in (*of_lesson("00"), *of_lesson("01")):
        when = recall.again(one, NOON)
        assert (when is None) == (not progress.marked(one))
        assert when is None or when <= NOON + 60 * DAY
