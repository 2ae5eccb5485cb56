import shutil

import pytest

from isa.grading import runner
from isa.grading.course import CourseError
from isa.yamlfile import FileError
from tests.conftest import solved, submit


def grade_all(nbgrader):
    submissions, complaints = runner.chosen(nbgrader.course, "tiny", [])
    assert not complaints
    return {o.submission.student: o.problem for o in runner.grade(nbgrader, "tiny", submissions, runner.silently)}


def test_what_cannot_be_read_is_left_out_and_the_others_are_graded(nbgrader):
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    broken = submit(nbgrader.course, "bilal", "{")
    (submit(nbgrader.course, "chinara", "") / "tiny.ipynb").unlink()
    problems = grade_all(nbgrader)
    assert problems["amina"] == ""
    assert "no valid JSON" in problems["bilal"]
    assert "the folder holds no notebook" in problems["chinara"]
    assert (broken / "tiny.ipynb").read_text(encoding="utf-8") == "{", "nothing that was handed in is touched"
    assert set(nbgrader.marks("tiny")) == {"amina"}


def test_a_student_version_that_is_gone_is_made_again_before_grading(nbgrader):
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    shutil.rmtree(nbgrader.course.root / "release")
    assert grade_all(nbgrader) == {"amina": ""}
    assert nbgrader.course.release("tiny").is_file()


def test_who_is_not_on_the_roster_is_left_out_and_who_is_gets_a_name(nbgrader):
    (nbgrader.course.gradebook / "roster.csv").write_text("id,first_name,last_name,email\namina,Amina,Diallo,\n", encoding="utf-8")
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    submit(nbgrader.course, "stranger", solved(nbgrader.course))
    assert grade_all(nbgrader) == {"amina": "", "stranger": "unknown student: not in gradebook/roster.csv"}
    assert nbgrader.marks("tiny")["amina"].name == "Amina Diallo"


def test_an_unknown_student_names_the_nearest(nbgrader):
    submit(nbgrader.course, "amina", "{}")
    chosen, complaints = runner.chosen(nbgrader.course, "tiny", ["amena", "amina"])
    assert [s.student for s in chosen] == ["amina"]
    assert complaints == ["amena: unknown student, nothing of that name handed in for tiny; did you mean amina?"]


def test_an_assignment_that_nobody_handed_in_says_what_was_expected(nbgrader):
    assert runner.chosen(nbgrader.course, "tiny", []) == ([], ["tiny: nothing handed in; expected submitted/STUDENT/tiny/tiny.ipynb"])


def test_feedback_of_what_was_never_graded_is_told(nbgrader):
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    submissions, _ = runner.chosen(nbgrader.course, "tiny", [])
    (outcome,) = runner.feedback(nbgrader, "tiny", submissions, runner.silently)
    assert "isa grade grades it, or says why it cannot" in outcome.problem


def test_a_deadline_for_no_assignment_stops_before_anything_is_graded(nbgrader):
    policy = nbgrader.course.gradebook / "policy.yml"
    right = policy.read_text(encoding="utf-8")
    policy.write_text(right.replace("due: {}", "due: {tinny: 2027-03-01 12:00:00+00:00}"), encoding="utf-8")
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    with pytest.raises(CourseError, match="a deadline for tinny, which is no assignment"):
        grade_all(nbgrader)
    policy.write_text("late: 3\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"policy\.yml, line 1"):
        grade_all(nbgrader)
    policy.write_text(right, encoding="utf-8")
    assert nbgrader.marks("tiny") == {}
