from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.grading import policy
from isa.grading.policy import Feedback, Policy
from isa.yamlfile import FileError
from tests.conftest import ROOT

RULE = Policy(grace_minutes=60, per_day=10, at_most=50)
HOUR = 3600


@pytest.mark.parametrize(
    ("hours", "penalty"),
    [(0, 0), (1, 0), (1.01, 4), (24, 4), (24.01, 8), (5 * 24, 20), (90 * 24, 20)],
)
def test_a_day_begun_after_the_grace_costs_its_share_up_to_the_cap(hours, penalty):
    assert RULE.penalty(40, hours * HOUR) == pytest.approx(penalty)


@given(score=st.floats(0, 1000), early=st.floats(0, 1e7), more=st.floats(0, 1e7))
def test_a_penalty_never_exceeds_the_cap_and_never_falls_with_time(score, early, more):
    assert 0 <= RULE.penalty(score, early) <= RULE.penalty(score, early + more) <= score / 2 + 1e-9


def test_our_own_policy_is_readable():
    assert policy.read(ROOT / "gradebook" / "policy.yml").per_day == 10


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2027-03-01", "expected a time with its zone too"),
        ("2027-03-01 23:59:00", "expected a time with its zone too"),
        ("next week", "expected a date and time such as"),
    ],
)
def test_a_deadline_without_time_or_zone_is_refused_with_its_line(tmp_path, due, said):
    path = tmp_path / "policy.yml"
    path.write_text(f"late: {{grace_minutes: 0, per_day: 10, at_most: 50}}\ndue:\n  tiny: {due}\n", encoding="utf-8")
    with pytest.raises(FileError, match=said) as caught:
        policy.read(path)
    assert "policy.yml, line 3, due.tiny" in str(caught.value)


def test_a_deadline_keeps_its_zone(tmp_path):
    path = tmp_path / "policy.yml"
    path.write_text("late: {grace_minutes: 0, per_day: 10, at_most: 50}\ndue: {tiny: 2027-03-01 23:59:00+03:00}\n", encoding="utf-8")
    assert policy.read(path).due["tiny"].utcoffset().total_seconds() == 3 * HOUR


def test_feedback_says_what_it_may_be_with_its_line(tmp_path):
    path = tmp_path / "policy.yml"
    path.write_text("late: {grace_minutes: 0, per_day: 10, at_most: 50}\ndue: {}\nfeedback:\n  tests: full\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"policy\.yml, line 4, feedback\.tests: found 'full', expected one of 'none', 'names', 'messages'"):
        policy.read(path)
    path.write_text("late: {grace_minutes: 0, per_day: 10, at_most: 50}\ndue: {}\nfeedback: {full_days_after_deadline: -1}\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"feedback\.full_days_after_deadline: found -1, expected a number of at least 0"):
        policy.read(path)
    path.write_text("late: {grace_minutes: 0, per_day: 10, at_most: 50}\ndue: {}\nfeedback: {test: none}\n", encoding="utf-8")
    with pytest.raises(FileError, match="did you mean 'tests'"):
        policy.read(path)


def test_a_class_that_says_nothing_of_feedback_shows_messages_and_never_the_tests():
    assert Policy().shows(datetime(2027, 3, 1, tzinfo=UTC), datetime(2047, 3, 1, tzinfo=UTC)) == "messages"


@given(days=st.floats(0, 1000), hours=st.floats(-10_000, 1))
def test_nothing_is_shown_in_full_before_the_deadline_and_its_grace_or_without_one(days, hours):
    rule = Policy(grace_minutes=60, feedback=Feedback("names", days))
    due = datetime(2027, 3, 1, tzinfo=UTC)
    assert rule.shows(due, due + timedelta(hours=hours)) == "names"
    assert rule.shows(None, due + timedelta(days=10_000)) == "names"
