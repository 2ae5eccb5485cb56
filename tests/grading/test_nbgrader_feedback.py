"""What a class gets back: both ways to the page give the same one, the policy says what it shows, and no page gives a key away."""

import html
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest

from isa.grading import nbgrader_feedback, runner
from isa.grading.course import Course
from isa.grading.leaks import secrets
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching import specimens
from isa.teaching.sample_class import filled, materials
from tests.conftest import ROOT, solved, submit, tiny_course_in

ASSIGNMENTS = Course.at(ROOT).assignments()
DUE = datetime(2027, 3, 1, 12, tzinfo=UTC)
DUE_THEN = f"due: {{tiny: {DUE}}}"
CLASS = ["blank", "late", "right", "stopped", "wrong"]
HOSTILE = "hostile,<script>a()</script>,\u202eevil,\n"


def policy(course, text: str) -> None:
    (course.gradebook / "policy.yml").write_text(f"late: {{grace_minutes: 60, per_day: 10, at_most: 50}}\n{text}\n", encoding="utf-8")


@pytest.fixture(scope="session")
def marked_class(tmp_path_factory) -> Path:
    """The folder of a class that has been graded, once for all tests."""
    course = tiny_course_in(tmp_path_factory.mktemp("class"))
    policy(course, DUE_THEN)
    nbgrader = Nbgrader(course)
    nbgrader.release("tiny")
    blank = course.release("tiny").read_text(encoding="utf-8")
    (course.gradebook / "roster.csv").write_text("id,first_name,last_name,email\n" + "".join(f"{name},,,\n" for name in CLASS) + HOSTILE, encoding="utf-8")
    work = {"right": solved(course), "wrong": solved(course, code="answer = 41"), "stopped": solved(course, code="answer = 40 + two"), "blank": blank}
    for student, text in (work | {"hostile": solved(course)}).items():
        submit(course, student, text)
    folder = submit(course, "late", solved(course), timestamp="2027-03-01 17:00:00 UTC")
    (folder / "submission_secret.txt").write_text("secret", encoding="utf-8")
    submissions, _ = runner.chosen(course, "tiny", [])
    assert not any(o.problem for o in runner.grade(nbgrader, "tiny", submissions, runner.silently, jobs=1))
    return course.root


@pytest.fixture
def nbgrader(marked_class, tmp_path) -> Nbgrader:
    """nbgrader on the class's own folder of this test."""
    return Nbgrader(Course.at(Path(shutil.copytree(marked_class, tmp_path / "course"))))


def pages(nbgrader, assignment: str = "tiny") -> dict[str, str]:
    """Student -> what the page says, without its tags."""
    submissions, _ = runner.chosen(nbgrader.course, assignment, [])
    outcomes = runner.feedback(nbgrader, assignment, submissions, runner.silently)
    assert [o.problem for o in outcomes] == [""] * len(outcomes)
    return {s.student: words(nbgrader.course.feedback(assignment, s.student).read_text(encoding="utf-8")) for s in submissions}


def words(page: str) -> str:
    """What a reader sees: without style and tags."""
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", page, flags=re.DOTALL))


def at(monkeypatch, when: datetime) -> None:
    monkeypatch.setattr(nbgrader_feedback, "now", lambda: when)


def test_both_ways_give_the_same_page(nbgrader):
    with nbgrader.gradebook() as book:
        book.find_grade("s1", "tiny", "tiny", "right").manual_score = 0.5
        book.find_comment("s1", "tiny", "tiny", "right").manual_comment = "Half of it.\n\n- Say why."
        book.db.commit()
    pages(nbgrader)
    for submission in nbgrader.course.submissions("tiny"):
        ours = nbgrader.course.feedback("tiny", submission.student)
        before = {path.name: path.read_bytes() for path in ours.parent.iterdir()}
        assert nbgrader.feedback(submission) == ours
        assert {path.name: path.read_bytes() for path in ours.parent.iterdir()} == before


def test_a_failed_test_says_what_it_found_and_does_not_show_itself(nbgrader):
    page = pages(nbgrader)["wrong"]
    assert "not passed" in page
    assert "not the number" in page
    assert "isinstance" not in page
    assert "HIDDEN TESTS" not in page
    assert not [line for line in secrets(nbgrader.course.source("tiny")) if line in page]


def test_the_students_own_errors_stay_on_the_page(nbgrader):
    page = pages(nbgrader)["stopped"]
    assert "Stopped: NameError: name 'two' is not defined" in page
    assert "answer = 40 + two" in page


def test_lateness_and_what_it_cost_are_said(nbgrader):
    page = pages(nbgrader)
    assert "5 hours late, so 1 day begun at 10 %: 10 %; 0.2 points were taken off" in page["late"]
    assert "1.8 of 3" in page["late"]
    assert "hours late" not in page["right"]


@pytest.mark.parametrize(
    ("tests", "shown", "hidden"),
    [
        ("none", [], ["q1, test a", "not the number"]),
        ("names", ["q1, test a", "not passed"], ["not the number"]),
        ("messages", ["q1, test a", "not passed", "not the number"], ["isinstance"]),
    ],
)
def test_the_policy_says_how_much_of_the_tests_is_shown(nbgrader, monkeypatch, tests, shown, hidden):
    policy(nbgrader.course, f"{DUE_THEN}\nfeedback: {{tests: {tests}, full_days_after_deadline: 0}}")
    at(monkeypatch, DUE)
    page = pages(nbgrader)["wrong"]
    assert "0 of 2" in page
    assert [text for text in shown if text not in page] == []
    assert [text for text in [*hidden, "assert answer == 6 * 7"] if text in page] == []


@pytest.mark.parametrize(
    ("days", "after", "full"),
    [
        (None, timedelta(days=1000), False),
        (0, timedelta(minutes=59), False),
        (0, timedelta(minutes=61), True),
        (7, timedelta(days=7), False),
        (7, timedelta(days=8), True),
    ],
)
def test_the_tests_themselves_are_shown_only_after_the_deadline_its_grace_and_the_days_that_were_set(nbgrader, monkeypatch, days, after, full):
    rule = "" if days is None else f"feedback: {{full_days_after_deadline: {days}}}"
    policy(nbgrader.course, f"{DUE_THEN}\n{rule}")
    at(monkeypatch, DUE + after)
    assert ("assert answer == 6 * 7" in pages(nbgrader)["right"]) is full


def test_an_extension_of_anybody_holds_the_tests_back_for_all(nbgrader, monkeypatch):
    policy(nbgrader.course, f"{DUE_THEN}\nfeedback: {{full_days_after_deadline: 0}}")
    with nbgrader.gradebook() as book:
        book.grant_extension("tiny", "wrong", days=3)
    at(monkeypatch, DUE + timedelta(days=2))
    assert "6 * 7" not in pages(nbgrader)["right"]
    at(monkeypatch, DUE + timedelta(days=4))
    assert "6 * 7" in pages(nbgrader)["right"]


def test_a_deadline_that_was_moved_in_formgrader_counts_too(nbgrader, monkeypatch):
    policy(nbgrader.course, f"{DUE_THEN}\nfeedback: {{full_days_after_deadline: 0}}")
    with nbgrader.gradebook() as book:
        book.update_or_create_assignment("tiny", duedate=(DUE + timedelta(days=9)).replace(tzinfo=None))
    at(monkeypatch, DUE + timedelta(days=2))
    assert "6 * 7" not in pages(nbgrader)["right"]


def test_marks_and_comments_say_who_gave_them_and_what_waits(nbgrader):
    with nbgrader.gradebook() as book:
        grade, comment = book.find_grade("s1", "tiny", "tiny", "right"), book.find_comment("s1", "tiny", "tiny", "right")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        comment.manual_comment = "Say <b>why</b>:\n- six\n- seven"
        unsure, remark = book.find_grade("s1", "tiny", "tiny", "wrong"), book.find_comment("s1", "tiny", "tiny", "wrong")
        unsure.auto_score, unsure.needs_manual_grade = 1, True
        remark.auto_comment = "P1: given for these words.\n\nP2: not found."
        book.db.commit()
    page = pages(nbgrader)
    assert "2.5 of 3 points\n" in page["right"]
    assert "Points here were given by your instructor." in page["right"]
    assert "Say <b>why</b>:" in page["right"]
    assert "six\nseven" in page["right"]
    assert "From the marker" not in page["right"]
    assert "1 of 3 points so far" in page["wrong"]
    assert "1 answer waits for a person" in page["wrong"]
    assert "Until then the points are provisional." in page["wrong"]
    assert page["wrong"].index("From the marker") < page["wrong"].index("P2: not found.")
    assert "No response." in page["blank"]
    assert "0 of 3 points\n" in page["blank"]


def test_a_page_is_written_again_only_where_something_changed(nbgrader):
    submissions = [s for s in nbgrader.course.submissions("tiny") if s.student in ("right", "wrong")]
    assert [o.unchanged for o in runner.feedback(nbgrader, "tiny", submissions, runner.silently)] == [False, False]
    before = nbgrader.course.feedback("tiny", "right").stat().st_mtime_ns
    with nbgrader.gradebook() as book:
        book.find_grade("s1", "tiny", "tiny", "wrong").manual_score = 1
        book.db.commit()
    assert [o.unchanged for o in runner.feedback(nbgrader, "tiny", submissions, runner.silently)] == [True, False]
    assert nbgrader.course.feedback("tiny", "right").stat().st_mtime_ns == before
    assert not list(nbgrader.course.root.glob("feedback/*/*/.isa-*"))


def test_a_notebook_that_cannot_be_shown_is_a_line_and_the_others_get_their_pages(nbgrader):
    (nbgrader.course.root / "autograded" / "right" / "tiny" / "tiny.ipynb").write_text("{", encoding="utf-8")
    outcomes = runner.feedback(nbgrader, "tiny", nbgrader.course.submissions("tiny"), runner.silently)
    problems = {o.submission.student: o.problem for o in outcomes if o.problem}
    assert list(problems) == ["right"]
    assert problems["right"].startswith("no page could be written: ")
    assert nbgrader.course.feedback("tiny", "wrong").is_file()


def test_what_nbgrader_needs_to_release_a_page_lies_beside_it(nbgrader):
    pages(nbgrader)
    beside = nbgrader.course.feedback("tiny", "late").parent
    assert sorted(path.name for path in beside.iterdir()) == ["submission_secret.txt", "timestamp.txt", "tiny.html"]


def test_a_hostile_name_is_text_on_the_page(nbgrader):
    pages(nbgrader)
    page = nbgrader.course.feedback("tiny", "hostile").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<bdi>&lt;script&gt;a()&lt;/script&gt; \u202eevil</bdi>" in page


def test_a_page_is_small_and_fetches_nothing(nbgrader):
    pages(nbgrader)
    page = nbgrader.course.feedback("tiny", "right").read_text(encoding="utf-8")
    assert len(page.encode()) < 20_000
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|@import|url\(|src=", page)


def rounds(course, assignment: str) -> dict[str, str]:
    """Submissions that together hold every typical mistake, one for each exercise in each of them, with a short answer of each kind."""
    made = materials(course, assignment)
    known = specimens.read(course.gradebook / "specimens" / f"{assignment}.yml")
    most = max(len(codes) for codes in known.wrong_code.values())
    return {
        f"round-{number}": filled(
            made.blank,
            {cell: codes[number % len(codes)].code for cell, codes in known.wrong_code.items()}
            | {cell: answers[number % len(answers)].answer for cell, answers in known.short_answers.items()},
        )
        for number in range(most)
    }


def own_words(text: str) -> str:
    """What a submission says itself: all but its test cells."""
    return "\n".join(
        cell.source for cell in nbformat.reads(text, as_version=4).cells if not cell.metadata.get("nbgrader", {}).get("grade") or cell.cell_type != "code"
    )


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_page_below_full_holds_a_line_of_a_test_or_of_the_key(real_course, monkeypatch, assignment):
    nbgrader = Nbgrader(real_course)
    source = nbformat.read(real_course.source(assignment), as_version=4)
    tests = [cell.source for cell in source.cells if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")]
    lines = [line.strip() for text in tests for line in text.splitlines() if len(line.strip()) >= 20]
    handed_in = rounds(real_course, assignment)
    for student, text in handed_in.items():
        submit(real_course, student, text, assignment)
    submissions, _ = runner.chosen(real_course, assignment, [])
    assert not any(o.problem for o in runner.grade(nbgrader, assignment, submissions, runner.silently, jobs=1))
    # Each level shows what the one before it shows, and more.
    for tests_shown in ("none", "names", "messages") if assignment == "assignment-01" else ("messages",):
        policy(real_course, f"due: {{{assignment}: {DUE}}}\nfeedback: {{tests: {tests_shown}, full_days_after_deadline: 7}}")
        at(monkeypatch, DUE)
        for student, page in pages(nbgrader, assignment).items():
            own = own_words(handed_in[student])
            assert [line for line in [*lines, *secrets(real_course.source(assignment))] if line in page and line not in own] == []
    at(monkeypatch, DUE + timedelta(days=30))
    for page in pages(nbgrader, assignment).values():
        assert all(line in page for line in lines)
        assert "Mark scheme" not in page
