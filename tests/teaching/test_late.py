"""What lateness costs is worked out from the marks and the policy of the moment, and the gradebook is told the same."""

from datetime import UTC, datetime, timedelta

import pytest

from isa.grading import runner
from isa.grading.nbgrader_late import LateRules, settle_all
from isa.grading.policy import Policy, Section, Waiver, read
from isa.teaching import late, record
from tests.conftest import solved, submit

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
POLICY = """\
late: {grace_minutes: 60, per_day: 10, at_most: 50}
due: {tiny: 2027-03-01 12:00:00+00:00}
sections:
  evening:
    late: {grace_minutes: 0, steps: [{after_hours: 0, lose: 20}, {after_hours: 24, lose: 100}]}
    due: {tiny: 2027-03-01 20:00:00+00:00}
waivers:
  - {student: chinara, assignment: tiny, reason: Ill}
  - {student: dawit, assignment: tiny, reason: Power cut, until: 2027-03-02 12:00:00+00:00}
"""


@pytest.fixture
def late_class(nbgrader):
    """Everybody was right, and came at 21:00, nine hours late; Amina came in time; Bilal's section had until 20:00; Ermias's time is not known."""
    for student in ("amina", "bilal", "chinara", "dawit", "fatou"):
        submit(nbgrader.course, student, solved(nbgrader.course), timestamp=f"2027-03-01 {'11' if student == 'amina' else '21'}:00:00 UTC")
    submit(nbgrader.course, "ermias", solved(nbgrader.course))
    (nbgrader.course.gradebook / "policy.yml").write_text(POLICY, encoding="utf-8")
    (nbgrader.course.gradebook / "roster.csv").write_text("id,section\namina,\nbilal,evening\nchinara,\ndawit,\nermias,\nfatou,\n", encoding="utf-8")
    runner.grade(nbgrader, "tiny", nbgrader.course.submissions("tiny"), runner.silently, jobs=1)
    return nbgrader


def rules(nbgrader) -> LateRules:
    return LateRules.beside(nbgrader.course.gradebook / "policy.yml")


def test_each_student_loses_by_the_rule_of_the_section_unless_it_was_waived(late_class):
    with late_class.gradebook() as book:
        table = late.penalties(record.read(book, "tiny"), rules(late_class))
    assert table["penalty"].round(9).to_dict() == {"amina": 0, "bilal": 0.4, "chinara": 0, "dawit": 0, "ermias": 0, "fatou": 0.2}
    assert table["score"].round(9).to_dict() == {"amina": 2, "bilal": 1.6, "chinara": 2, "dawit": 2, "ermias": 2, "fatou": 1.8}
    assert table.loc["bilal", "why"] == "60 minutes late: 20 %"
    assert table.loc["chinara", "why"] == "9 hours late, waived: Ill"
    assert table.loc["fatou", "why"] == "9 hours late, so 1 day begun at 10 %: 10 %"
    assert table.loc["dawit", "due"] == NOON + timedelta(days=1)
    assert list(table.loc[["amina", "dawit", "ermias"], "why"]) == ["", "", ""]


def test_a_mark_given_later_counts_and_the_gradebook_is_told_the_same(late_class):
    with late_class.gradebook() as book:
        book.find_grade("s1", "tiny", "tiny", "fatou").manual_score = 1
        book.db.commit()
        before = late.penalties(record.read(book, "tiny"), rules(late_class))
        assert before.loc["fatou", "penalty"] == pytest.approx(0.3)
        assert "fatou" in settle_all(book, "tiny", rules(late_class))
        assert settle_all(book, "tiny", rules(late_class)) == []
        after = record.read(book, "tiny").students["penalty"]
    assert after.to_dict() == pytest.approx(before["penalty"].to_dict())


def test_a_waiver_written_after_grading_takes_the_penalty_back(late_class):
    policy = late_class.course.gradebook / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8") + "  - {student: fatou, assignment: tiny, reason: Ill too}\n", encoding="utf-8")
    with late_class.gradebook() as book:
        settle_all(book, "tiny", rules(late_class))
        assert book.find_submission("tiny", "fatou").late_submission_penalty == 0
        assert late.penalties(record.read(book, "tiny"), rules(late_class)).loc["fatou", "penalty"] == 0


def test_nbgraders_own_autograde_sets_the_same_penalty(late_class):
    for student in ("bilal", "chinara"):
        late_class.autograde(next(s for s in late_class.course.submissions("tiny") if s.student == student))
    with late_class.gradebook() as book:
        assert book.find_submission("tiny", "bilal").late_submission_penalty == pytest.approx(0.4)
        assert book.find_submission("tiny", "chinara").late_submission_penalty == 0


def test_an_extension_in_the_gradebook_counts_beside_the_policy(late_class):
    with late_class.gradebook() as book:
        book.grant_extension("tiny", "fatou", hours=9)
        assert late.penalties(record.read(book, "tiny"), rules(late_class)).loc["fatou", "penalty"] == 0


def test_without_a_deadline_or_a_time_nothing_is_late():
    assert Policy(per_day=10).lateness("tiny", NOON).why == ""
    assert Policy(per_day=10, due={"tiny": NOON}).lateness("tiny", None).share == 0


def test_late_after_a_moved_deadline_is_counted_from_there_and_says_so(tmp_path):
    path = tmp_path / "policy.yml"
    path.write_text(POLICY, encoding="utf-8")
    found = read(path).lateness("tiny", NOON + timedelta(hours=30), "dawit")
    assert (found.seconds, found.share) == (6 * 3600, 10)
    assert found.why == "6 hours late after 2027-03-02 12:00 UTC, to which the deadline was moved (Power cut), so 1 day begun at 10 %: 10 %"


def test_feedback_waits_for_the_last_deadline_that_anybody_has():
    rule = Policy(
        due={"tiny": NOON},
        sections={"evening": Section(due={"tiny": NOON + timedelta(hours=8)})},
        waivers=(Waiver("dawit", "tiny", "Power cut", NOON + timedelta(days=1)), Waiver("fatou", "other", "Ill", NOON + timedelta(days=9))),
    )
    assert rule.last_due("tiny") == NOON + timedelta(days=1)


def test_isa_grade_writes_the_same_at_once(late_class):
    with late_class.gradebook() as book:
        written = record.read(book, "tiny")
        assert written.students["penalty"].to_dict() == pytest.approx(late.penalties(written, rules(late_class))["penalty"].to_dict())
        assert settle_all(book, "tiny", rules(late_class)) == []
    marks = late_class.marks("tiny")
    assert (marks["bilal"].penalty, marks["bilal"].seconds_late, marks["chinara"].penalty) == (pytest.approx(0.4), 3600, 0)
