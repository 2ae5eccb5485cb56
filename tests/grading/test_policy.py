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


def read(tmp_path, text: str) -> Policy:
    path = tmp_path / "policy.yml"
    path.write_text(text, encoding="utf-8")
    return policy.read(path)


STEPS = "late: {grace_minutes: 30, steps: [{after_hours: 0, lose: 5}, {after_hours: 24, lose: 20}, {after_hours: 72, lose: 100}]}\ndue: {}\n"


@pytest.mark.parametrize(("hours", "share"), [(0.5, 0), (0.6, 5), (24, 5), (24.1, 20), (72, 20), (73, 100)])
def test_steps_say_what_is_lost_after_how_many_hours(tmp_path, hours, share):
    assert read(tmp_path, STEPS).share(hours * HOUR) == share


def test_steps_may_have_a_cap_too(tmp_path):
    assert read(tmp_path, STEPS.replace("grace_minutes: 30", "grace_minutes: 30, at_most: 40")).share(100 * HOUR) == 40


def test_what_is_lost_is_said_in_words(tmp_path):
    assert RULE.why(0.5 * HOUR) == "30 minutes late, within the grace of 60 minutes"
    assert RULE.why(7 * 24 * HOUR) == "7 days late, so 7 days begun at 10 % each: 50 %, the most that can be lost"
    assert read(tmp_path, STEPS).why(30 * HOUR) == "30 hours late, more than 24 hours: 20 %"
    assert read(tmp_path, STEPS.replace("after_hours: 0", "after_hours: 2")).why(HOUR) == "60 minutes late: nothing is lost before 2 hours"


GOOD = "late: {grace_minutes: 0, per_day: 10, at_most: 50}\ndue: {}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("late: {grace_minutes: 0, at_most: 50}\ndue: {}\n", "line 1, late: found neither per_day nor steps"),
        ("late: {grace_minutes: 0, per_day: 5}\ndue: {}\n", "line 1, late: 'at_most' missing"),
        (STEPS.replace("30,", "30, per_day: 5,"), "line 1, late.steps: found per_day and steps, expected one of them"),
        (STEPS.replace("lose: 20", "lose: 2"), r"late\.steps\[1\]: a later step must come after more hours than the one before it, and lose no less"),
        (STEPS.replace("after_hours: 24", "hours: 24"), "'after_hours' missing|unknown field 'hours'"),
        (GOOD + "sections:\n  evening:\n    late: {grace: 5}\n", "line 5, sections.evening.late"),
        (GOOD + "sections:\n  1: {}\n", "line 4, sections.1: found the number 1, expected text: write the section's name in quotes"),
        (GOOD + "sections:\n  evening:\n    due: {tiny: 2027-03-01}\n", "line 5, sections.evening.due.tiny: .* expected a time with its zone too"),
        (GOOD + "waivers:\n  - {student: amina, assignment: tiny}\n", r"line 4, waivers\[0\]: 'reason' missing"),
        (GOOD + "waivers:\n  - {student: amina, assignment: tiny, reason: ' '}\n", r"line 4, waivers\[0\]\.reason: is empty, expected why"),
        (GOOD + "waivers:\n  - {student: amina, assignment: tiny, reason: Ill, until: soon}\n", r"waivers\[0\]\.until: found 'soon', expected a date and time"),
        (
            GOOD + "waivers:\n" + "  - {student: amina, assignment: tiny, reason: Ill}\n" * 2,
            r"line 5, waivers\[1\]: a second waiver of amina for tiny .*line 4",
        ),
        (GOOD + "waiver: []\n", "unknown field 'waiver'; did you mean 'waivers'?"),
    ],
)
def test_each_slip_is_told_with_its_line(tmp_path, text, said):
    with pytest.raises(FileError, match=said):
        read(tmp_path, text)


def test_names_that_are_nobodys_are_told_with_their_lines(tmp_path):
    path = tmp_path / "policy.yml"
    path.write_text(
        GOOD.replace("due: {}", "due: {tinny: 2027-03-01 12:00:00+00:00}")
        + "sections:\n  evenning: {}\nwaivers:\n  - {student: amin, assignment: tiny, reason: Ill}\n  - {student: bilal, assignment: huge, reason: Ill}\n",
        encoding="utf-8",
    )
    assert policy.slips(path, ["tiny"], {"amina": "evening", "bilal": ""}) == [
        "policy.yml, line 2, due.tinny: 'tinny' is no assignment; did you mean 'tiny'?",
        "policy.yml, line 4, sections.evenning: 'evenning' is no section of the roster; did you mean 'evening'?",
        "policy.yml, line 6, waivers[0].student: 'amin' is not in the roster; did you mean 'amina'?",
        "policy.yml, line 7, waivers[1].assignment: 'huge' is no assignment",
    ]
    assert len(policy.slips(path, ["tiny"], None)) == 2
