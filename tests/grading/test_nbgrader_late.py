from datetime import UTC, datetime

from isa.grading.nbgrader_edge import Nbgrader
from tests.conftest import solved, submit


def test_the_late_rule_takes_its_share_of_a_late_submission_only(tiny_course):
    nbgrader = Nbgrader(tiny_course)
    nbgrader.release("tiny")
    nbgrader.prepare("tiny", datetime(2027, 3, 1, 12, tzinfo=UTC), None)
    submit(tiny_course, "amina", solved(tiny_course), timestamp="2027-03-01 11:59:00 UTC")
    submit(tiny_course, "bilal", solved(tiny_course), timestamp="2027-03-01 17:00:00 UTC")
    for submission in tiny_course.submissions("tiny"):
        nbgrader.autograde(submission)
    marks = nbgrader.marks("tiny")
    assert (marks["amina"].score, marks["amina"].penalty) == (2, 0)
    assert (marks["bilal"].score, marks["bilal"].penalty, marks["bilal"].seconds_late) == (1.8, 0.2, 5 * 3600)
