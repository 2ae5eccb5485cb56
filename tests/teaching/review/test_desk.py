"""What a person decides is in the gradebook at once, in the log for good, and with the marker as far as it is wished."""

from datetime import UTC, datetime, timedelta

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell

from isa.answers import decisions
from isa.grading import runner, short_answers
from isa.grading.course import CourseError
from isa.teaching.review import Desk
from tests.conftest import marked, solved, submit

NOW = datetime(2027, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
ANSWERS = {"amina": "Six sevens are forty-two.", "bilal": "Because it is so.", "chen": "It was in a book.", "dewi": "Because six times seven is forty-two."}


@pytest.fixture
def graded(marking):
    """A class of four; the last one's answer is a copy of what the scheme accepts, which waits for nobody."""
    for student, words in ANSWERS.items():
        submit(marking.course, student, solved(marking.course, words=words))
    roster = "id,first_name,last_name,email,section\namina,Amina,Diallo,,morning\nbilal,,,,evening\nchen,,,,evening\ndewi,,,,morning\n"
    (marking.course.gradebook / "roster.csv").write_text(roster, encoding="utf-8")
    runner.grade(marking, "tiny", marking.course.submissions("tiny"), runner.silently, jobs=1)
    return marking


@pytest.fixture
def desk(graded):
    return Desk(graded.course, "tiny", "the teacher")


def grade(graded, student):
    with graded.gradebook() as book:
        found = book.find_grade("s1", "tiny", "tiny", student)
        return found.manual_score, found.score, bool(found.needs_manual_grade), book.find_comment("s1", "tiny", "tiny", student).manual_comment


def test_the_queue_holds_what_waits_as_it_was_typed_with_what_the_marker_thought(desk):
    queue = desk.queue("s1")
    assert {item.student: item.text for item in queue} == {name: ANSWERS[name] for name in ("amina", "bilal", "chen")}
    assert all(item.mark and item.mark.points for item in queue)
    assert desk.cells() == {"s1": 3}


def test_the_queue_may_be_one_student_one_section_or_hold_what_is_settled(desk):
    assert [item.student for item in desk.queue("s1", student="bilal")] == ["bilal"]
    assert {item.student for item in desk.queue("s1", section="evening")} == {"bilal", "chen"}
    assert desk.queue("s1", settled=True)[-1].student == "dewi"
    with pytest.raises(CourseError, match=r"section 'noon': not in gradebook/roster\.csv, which has evening, morning"):
        desk.queue("s1", section="noon")


def test_a_decision_is_in_the_gradebook_at_once_and_survives_marking_again(graded, desk):
    (item,) = desk.queue("s1", student="bilal")
    desk.decide(item, {"P1": 0.5}, NOW, "Half of it.")
    assert grade(graded, "bilal") == (0.5, 0.5, False, "Half of it.")
    assert desk.cells() == {"s1": 2}
    runner.grade(graded, "tiny", graded.course.submissions("tiny"), runner.silently, jobs=1, force=True)
    assert grade(graded, "bilal")[1] == 0.5


def test_a_decision_becomes_a_specimen_only_where_it_is_wished(graded, desk):
    path = short_answers.decisions_file(graded.course, "tiny")
    amina, bilal = (desk.queue("s1", student=name)[0] for name in ("amina", "bilal"))
    desk.decide(amina, {"P1": 1}, NOW, learn=True)
    desk.decide(bilal, {"P1": 0}, NOW)
    assert [(one.answer, dict(one.points)) for one in decisions.read(path).standing] == [(ANSWERS["amina"], {"P1": 1})]


def test_the_last_decision_can_be_taken_back_with_what_was_learned(graded, desk):
    (item,) = desk.queue("s1", student="amina")
    desk.decide(item, {"P1": 1}, NOW, "Good.", learn=True)
    assert desk.undo(LATER) == item
    assert grade(graded, "amina")[0] is None
    assert grade(graded, "amina")[2:] == (True, None)
    assert not desk.decided()
    assert not decisions.read(short_answers.decisions_file(graded.course, "tiny")).standing
    assert desk.undo(LATER) is None


def test_a_score_beyond_the_points_is_refused_and_nothing_is_written(graded, desk):
    (item,) = desk.queue("s1", student="amina")
    with pytest.raises(CourseError, match=r"1\.5 is no mark between 0 and 1"):
        desk.decide(item, {"P1": 1.5}, NOW)
    assert grade(graded, "amina")[0] is None
    assert not desk.log.exists()


def test_a_second_marker_changes_no_mark_and_the_two_are_compared(graded, desk):
    for item in desk.queue("s1"):
        desk.decide(item, {"P1": float(item.student == "amina")}, NOW)
    other = Desk(graded.course, "tiny", "a colleague", second=True)
    queue = other.queue("s1")
    assert {item.student for item in queue} == {"amina", "bilal", "chen"}
    for item in queue:
        other.decide(item, {"P1": float(item.student != "chen")}, LATER)
    assert grade(graded, "bilal")[0] == 0
    assert not other.queue("s1")
    found = desk.agreement("s1").loc["P1"]
    assert (found["answers"], found["agree"], found["kappa"]) == (3, pytest.approx(2 / 3), pytest.approx(0.4))


def test_comments_given_before_are_offered_again_the_most_frequent_first(desk):
    for item, comment in zip(desk.queue("s1"), ("See block 2.", "Well said.", "See block 2."), strict=True):
        desk.decide(item, {"P1": 0}, NOW, comment)
    assert desk.comments("s1") == ["See block 2.", "Well said."]


def test_what_a_crash_left_of_the_log_is_passed_over(desk):
    (item,) = desk.queue("s1", student="amina")
    desk.decide(item, {"P1": 1}, NOW)
    with desk.log.open("a", encoding="utf-8") as log:
        log.write('{"when": "2027-03-')
    assert [one.student for one in desk.decided()] == ["amina"]


def test_a_brief_is_read_beside_its_mark_scheme_first_and_then_its_task(graded, desk):
    path = graded.course.source("tiny")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(
        marked(new_markdown_cell("Write a brief.\n\n=== BEGIN MARK SCHEME ===\n\n- **Caveats (2 points).**\n\n=== END MARK SCHEME ==="), "b1", 2, task=True)
    )
    nbformat.write(notebook, path)
    assert desk.guide("b1") == "- **Caveats (2 points).**\n\nWrite a brief."
    assert desk.guide("q1").startswith("### BEGIN SOLUTION")
