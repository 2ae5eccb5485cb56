"""Self-study: the marks and the page of a class, from one notebook wherever it lies, and nothing written but the page."""

import hashlib
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from isa import syllabus
from isa.answers.explain import for_one_alone
from isa.grading import check as self_study
from isa.grading import runner
from isa.grading.check import check, course_of
from isa.grading.course import Course, CourseError
from isa.grading.key import key
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.nbgrader_feedback import class_marks
from isa.grading.sandbox import NoIsolation
from isa.teaching.sample_class import filled
from tests.conftest import ROOT, SPECIMENS, solved, submit, tiny_course_in, with_mark_scheme
from tests.redteam.stories import STORIES

NOW = datetime(2027, 2, 3, 4, 5, tzinfo=UTC)
FULL = "Because six times seven is forty-two."
LESSON = nbformat.writes(new_notebook(cells=[new_markdown_cell("# Lesson 01"), new_code_cell("import math")]))


def without_a_test(text: str) -> str:
    notebook = nbformat.reads(text, as_version=4)
    del notebook.cells[2]
    return nbformat.writes(notebook)


# What a learner may have made of the student version.
WORK = {
    "the key": lambda course: filled(course.release("tiny").read_text(), key(nbformat.read(course.source("tiny"), as_version=4))),
    "nothing": lambda course: course.release("tiny").read_text(),
    "a wrong number": lambda course: solved(course, code="answer = 41", words=FULL),
    "code that stops": lambda course: solved(course, code="answer = 40 + two", words="So it is because."),
    "code that dies": lambda course: solved(course, code="import os\nos._exit(1)", words=FULL),
    "a test deleted": lambda course: without_a_test(solved(course, words=FULL)),
    "a file cut off": lambda course: solved(course, words=FULL)[:-200],
}


# Where the two pages differ: what says who reads, and who will look.
FOR_A_CLASS = (
    "prose comment",
    "<title>",
    'class="over"',
    "Not finished",
    'class="score"',
    "A person will look",
    "waits for a person",
    "A person will check this point",
    "If something here looks wrong",
)
FOR_ONE_ALONE = (
    "prose comment",
    "<title>",
    'class="over"',
    "In doubt",
    'class="score"',
    "judge for yourself",
    "yours to judge",
    "Check this point yourself",
    "If something here looks wrong",
)


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Path:
    """The folder of a course whose short answer can be marked, with its student version and an empty gradebook, once for all tests."""
    course = with_mark_scheme(tiny_course_in(tmp_path_factory.mktemp("released")))
    Nbgrader(course).release("tiny")
    return course.root


@pytest.fixture
def course(released, tmp_path) -> Course:
    """A course of the test's own, without a gradebook, as who studies alone has it."""
    here = Course.at(Path(shutil.copytree(released, tmp_path / "course")))
    (here.gradebook / "gradebook.db").unlink()
    return here


@pytest.fixture
def desk(tmp_path) -> Path:
    """A folder that has nothing to do with the course."""
    folder = tmp_path / "my work"
    folder.mkdir()
    return folder


def saved(folder: Path, text: str, name: str = "tiny.ipynb") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def listing(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file with its time and a hash of its content."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }


@pytest.fixture(scope="session")
def graded_class(released, tmp_path_factory) -> Nbgrader:
    """A class that has handed in all that work, with its marks and its pages; a student is called like the story."""
    course = Course.at(Path(shutil.copytree(released, tmp_path_factory.mktemp("class") / "course")))
    for story, work in WORK.items():
        submit(course, story.replace(" ", "-"), work(course))
    nbgrader = Nbgrader(course)
    submissions, _ = runner.chosen(course, "tiny", [])
    for outcomes in (runner.grade(nbgrader, "tiny", submissions, runner.silently, jobs=1), runner.feedback(nbgrader, "tiny", submissions, runner.silently)):
        assert not any(outcome.problem for outcome in outcomes)
    return nbgrader


@pytest.mark.parametrize("story", WORK)
def test_marks_and_page_are_those_of_a_class(graded_class, desk, story):
    course, student = graded_class.course, story.replace(" ", "-")
    graded = datetime.fromtimestamp((course.root / "autograded" / student / "tiny" / "tiny.ipynb").stat().st_mtime, UTC)
    with graded_class.gradebook() as book:
        of_class = class_marks(book, "tiny", "tiny").of[student]
    found = check(course, saved(desk, WORK[story](course)), graded)
    assert found.marks.cells == of_class.cells
    assert found.marks.comments == {name: (for_one_alone(automatic), person) for name, (automatic, person) in of_class.comments.items() if automatic or person}
    assert lines(found.page, *FOR_ONE_ALONE) == lines(course.feedback("tiny", student), *FOR_A_CLASS)


def lines(page: Path, *said: str) -> list[str]:
    """The lines of a page, without those that say one of these."""
    return [line for line in page.read_text(encoding="utf-8").splitlines() if not any(words in line for words in said)]


@pytest.mark.parametrize("story", WORK)
def test_whoever_studies_alone_reads_of_no_instructor_and_of_nobody_who_will_look(course, desk, story):
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", check(course, saved(desk, WORK[story](course)), NOW).page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\b(instructor|teacher|person|deadline|handed in|student)s?\b", words, re.IGNORECASE)
    assert "made on your own computer" in words


def test_what_no_program_can_be_sure_of_is_the_learners_to_judge(course, desk):
    found = check(course, saved(desk, solved(course, words="So it is not not because of the forty, or is it?")), NOW)
    page = found.page.read_text(encoding="utf-8")
    assert found.marks.waiting == 1
    assert found.exercises[1].verdict == "yours to judge"
    assert "1 answer is yours to judge: no program can be sure of it." in page
    assert "The marker is not sure here. Read its reasons below, and judge for yourself." in page


def test_the_key_has_all_points_and_the_blank_none(course, desk):
    full, blank = (check(course, saved(desk, WORK[story](course), f"{story}.ipynb"), NOW) for story in ("the key", "nothing"))
    assert (full.marks.score, blank.marks.score, full.marks.most) == (3, 0, 3)
    assert [(line.exercise, line.points, line.most) for line in full.exercises] == [("q1", 2, 2), ("s1", 1, 1)]
    assert [line.verdict for line in blank.exercises] == ["no points", "no points"]
    assert (full.repairs, full.left_out) == ((), "")


def test_a_line_says_what_a_test_found_as_far_as_the_policy_lets_it(course, desk):
    path = saved(desk, WORK["a wrong number"](course))
    assert check(course, path, NOW).exercises[0].found == ("test a: not the number",)
    policy = course.gradebook / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("tests: messages", "tests: names"), encoding="utf-8")
    found = check(course, path, NOW)
    assert found.exercises[0].found == ("test a: not passed",)
    assert "not the number" not in found.page.read_text(encoding="utf-8")


def test_nothing_is_written_but_the_page_and_there_is_no_gradebook(course, desk):
    path = saved(desk, WORK["the key"](course))
    submit(course, "amina", WORK["nothing"](course))
    before, beside = listing(course.root), listing(desk)
    page = check(course, path, NOW).page
    assert page == desk / "tiny-feedback.html"
    assert listing(course.root) == before
    assert {name: seen for name, seen in listing(desk).items() if name != page.name} == beside
    assert not (course.gradebook / "gradebook.db").exists()


def test_a_gradebook_that_is_there_is_not_even_opened(course, desk):
    (course.gradebook / "gradebook.db").write_bytes(b"no database at all")
    assert check(course, saved(desk, WORK["the key"](course)), NOW).marks.score == 3
    assert (course.gradebook / "gradebook.db").read_bytes() == b"no database at all"


def test_whoever_works_in_the_released_notebook_itself_is_marked_by_what_it_was_before(course):
    saved(course.release("tiny").parent, WORK["the key"](course))
    found = check(course, course.release("tiny"), NOW)
    assert found.marks.score == 3
    assert found.page == course.root / "release" / "tiny" / "tiny-feedback.html"
    assert check(course, course.release("tiny"), NOW).marks == found.marks, "the page beside it changes nothing"


@pytest.mark.parametrize("name", ["homework.ipynb", "tiny-Copy1.ipynb", "tiny (1).ipynb", "Übung.ipynb"])
def test_a_renamed_copy_is_recognised_by_its_cells(course, desk, name):
    found = check(course, saved(desk, WORK["the key"](course), name), NOW)
    assert (found.assignment, found.marks.score) == ("tiny", 3)
    assert found.page == desk / f"{name.removesuffix('.ipynb')}-feedback.html"


def test_of_two_assignments_with_the_same_ids_the_texts_decide_and_not_the_name(course, desk):
    source = nbformat.read(course.source("tiny"), as_version=4)
    source.cells[0].source = "import random"
    source.cells[2].source = source.cells[2].source.replace("6 * 7", "7 * 8")
    (course.root / "source" / "other").mkdir()
    nbformat.write(source, course.source("other"))
    assert check(course, saved(desk, WORK["the key"](course), "other.ipynb"), NOW).assignment == "tiny"


def test_a_copy_of_which_little_is_left_is_recognised_by_its_name_or_told(course, desk):
    notebook = nbformat.reads(WORK["the key"](course), as_version=4)
    for cell in notebook.cells:
        cell.source += "\n# mine"
    text = nbformat.writes(notebook)
    assert check(course, saved(desk, text, "tiny-mine.ipynb"), NOW).marks.score == 3
    with pytest.raises(CourseError, match=r"mine\.ipynb is no assignment of this course \(they are: tiny\); .* --assignment NAME"):
        check(course, saved(desk, text, "mine.ipynb"), NOW)
    assert check(course, desk / "mine.ipynb", NOW, assignment="tiny").marks.score == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            nbformat.writes(new_notebook(cells=[new_markdown_cell("# Lesson 01"), new_code_cell("import math")])),
            r"other\.ipynb is no assignment of this course",
        ),
        ("My notebook did not save.", r"other\.ipynb is not a notebook: no valid JSON"),
        ("", r"other\.ipynb is not a notebook: no valid JSON"),
        (None, "found no such file, expected a notebook"),
    ],
)
def test_what_is_no_assignment_is_told_and_gets_no_page(course, desk, content, said):
    if content is not None:
        saved(desk, content, "other.ipynb")
    with pytest.raises(CourseError, match=said) as caught:
        check(course, desk / "other.ipynb", NOW)
    assert "\n" not in str(caught.value)
    assert not list(desk.glob("*.html"))


def test_a_folder_is_told(course, desk):
    with pytest.raises(CourseError, match="found a folder, expected a notebook"):
        check(course, desk, NOW)


def test_an_assignment_that_does_not_exist_is_told_with_the_nearest(course, desk):
    with pytest.raises(CourseError, match="tinny: no such assignment; did you mean tiny"):
        check(course, saved(desk, WORK["the key"](course)), NOW, assignment="tinny")


def test_a_damaged_file_is_read_as_far_as_it_goes_and_the_page_says_so(course, desk):
    found = check(course, saved(desk, WORK["a file cut off"](course)), NOW)
    assert found.repairs[0].startswith("The file was damaged. 3 cells could be read")
    assert (found.marks.cells["q1_a"].points, found.marks.cells["s1"].points) == (2, 0)
    assert "The file was damaged." in found.page.read_text(encoding="utf-8")


@pytest.mark.parametrize("story", ["silences tracebacks", "patches the encoder to send what is no tree", "shows a score as a result"])
def test_a_hostile_notebook_gets_nothing_and_breaks_nothing(course, desk, story):
    code = f"open('/etc/isa-was-here', 'w')\n{STORIES[story]}" if story == "silences tracebacks" else STORIES[story]
    before = listing(course.root)
    found = check(course, saved(desk, solved(course, code=code, words="<script>alert(1)</script> [x](javascript:alert(1))")), NOW)
    assert found.marks.score == 0
    assert "<script" not in found.page.read_text(encoding="utf-8")
    assert listing(course.root) == before
    assert not Path("/etc/isa-was-here").exists()


def test_an_instructor_version_is_marked_as_its_key_and_its_page_is_no_part_of_the_course(course):
    before = listing(course.root)
    found = check(course, course.source("tiny"), NOW)
    assert found.marks.score == 3
    assert found.page == course.root / "tiny-feedback.html"
    assert {name: seen for name, seen in listing(course.root).items() if name != found.page.name} == before
    page = found.page.read_text(encoding="utf-8")
    assert "SOLUTION" not in page
    assert "six sevens make" not in page, "a line of the mark scheme"


def test_a_page_beside_what_was_handed_in_would_be_a_part_of_it(course):
    folder = submit(course, "amina", WORK["the key"](course))
    assert check(course, folder / "tiny.ipynb", NOW).page == course.root / "tiny-feedback.html"
    with pytest.raises(CourseError, match="would become part of the course"):
        check(course, folder / "tiny.ipynb", NOW, output=folder / "page.html")
    other = Course.at(Path(shutil.copytree(course.root, course.root.parent / "other")))
    assert check(course, other.root / "submitted" / "amina" / "tiny" / "tiny.ipynb", NOW).page == course.root / "tiny-feedback.html"
    assert [path.name for here in (course, other) for path in here.root.glob("submitted/*/*/*")] == ["tiny.ipynb"] * 2


def test_the_page_goes_where_it_is_wanted_and_never_over_a_notebook(course, desk):
    path = saved(desk, WORK["the key"](course))
    assert check(course, path, NOW, output=desk / "page.HTML").page.is_file()
    with pytest.raises(CourseError, match=r"--output: found .*tiny\.ipynb, expected a name that ends with \.html"):
        check(course, path, NOW, output=path)
    with pytest.raises(CourseError, match=r"page\.html cannot be written \(No such file or directory\); name another place"):
        check(course, path, NOW, output=desk / "nowhere" / "page.html")
    assert path.read_text(encoding="utf-8") == WORK["the key"](course)


def test_without_specimens_the_code_is_marked_and_what_is_missing_is_said(course, desk):
    (course.gradebook / "specimens" / "tiny.yml").unlink()
    found = check(course, saved(desk, WORK["the key"](course)), NOW)
    assert (found.marks.score, found.marks.waiting) == (2, 1)
    assert found.exercises[1].verdict == "yours to judge"
    assert found.left_out == "the written answers were not marked: gradebook/specimens/tiny.yml is missing, from which the marker learns"


def test_specimens_with_a_slip_are_for_their_author_to_mend(course, desk):
    (course.gradebook / "specimens" / "tiny.yml").write_text(SPECIMENS.replace("P1: 0", "P2: 0"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"tiny\.yml, line 5, .*: the mark scheme has no point P2"):
        check(course, saved(desk, WORK["the key"](course)), NOW)


def test_with_student_versions_alone_it_says_what_is_missing(course, desk):
    path = saved(desk, WORK["the key"](course))
    shutil.rmtree(course.root / "source")
    with pytest.raises(CourseError, match=r"source/tiny/tiny\.ipynb is missing in .*: it holds the tests and mark schemes, which do not come with release/"):
        check(course, path, NOW)


@pytest.mark.parametrize(("days", "full"), [("", False), ("full_days_after_deadline: 0", True)])
def test_where_the_model_answers_are_is_said_only_where_the_tests_are_shown_in_full(course, desk, days, full):
    (course.gradebook / "policy.yml").write_text(
        f"late: {{grace_minutes: 0, per_day: 0, at_most: 0}}\ndue: {{tiny: 2027-01-01 12:00:00+00:00}}\nfeedback: {{{days}}}\n", encoding="utf-8"
    )
    page = check(course, saved(desk, WORK["a wrong number"](course)), NOW).page.read_text(encoding="utf-8")
    assert ("The model answers are in <code>source/tiny/tiny.ipynb</code>." in page) is full
    assert ("The test itself" in page) is full
    assert "math.floor(42.5)" not in page, "the key"


def test_files_beside_the_notebook_are_read_from_a_folder_of_its_own_and_not_from_any_other(course, desk):
    text = solved(course, code="answer = int(open('mine.txt').read())", words=FULL)
    own = desk / "tiny"
    own.mkdir()
    for folder in (own, desk):
        (folder / "mine.txt").write_text("42", encoding="utf-8")
    assert check(course, saved(own, text), NOW).marks.cells["q1_a"].points == 2
    assert check(course, saved(desk, text), NOW).marks.cells["q1_a"].points == 0


def test_a_linked_notebook_is_the_learners_own(course, desk):
    path = saved(desk, WORK["the key"](course))
    (desk / "link.ipynb").symlink_to(path)
    found = check(course, desk / "link.ipynb", NOW)
    assert (found.marks.score, found.page) == (3, desk / "link-feedback.html")


def test_limits_of_the_course_hold_and_one_that_makes_no_sense_is_told(course, desk):
    config = course.root / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    path = saved(desk, solved(course, code="import time; time.sleep(1); answer = 42", words=FULL))
    config.write_text(f"{text}\nc.RunIsolated.cell_seconds = 0.5\n", encoding="utf-8")
    assert "longer than 0.5 seconds" in check(course, path, NOW).page.read_text(encoding="utf-8")
    config.write_text(f"{text}\nc.RunIsolated.cell_seconds = 'long'\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py: .*cell_seconds"):
        check(course, path, NOW)


def test_where_nothing_can_be_isolated_it_stops_until_it_is_told_to_go_on(course, desk, monkeypatch):
    def no_walls(limits, isolated):
        if isolated:
            raise NoIsolation("bubblewrap is not installed")
        return real(limits, isolated)

    real = self_study.shared_sandbox
    monkeypatch.setattr(self_study, "shared_sandbox", no_walls)
    path = saved(desk, WORK["the key"](course))
    with pytest.raises(CourseError, match=r"bubblewrap is not installed. Mend that, or mark without walls with --no-sandbox"):
        check(course, path, NOW)
    found = check(course, path, NOW, isolated=False)
    assert found.marks.score == 3
    assert "without a sandbox" in found.page.read_text(encoding="utf-8")


def test_the_course_is_the_one_around_the_folder_else_the_installed_one(course, desk, monkeypatch):
    assert course_of(course.root / "release" / "tiny").root == course.root
    assert course_of(desk).root == ROOT
    monkeypatch.setattr(self_study, "home", lambda: desk)
    with pytest.raises(CourseError, match=r"lies in no course: name the course's folder, .* with --course DIR"):
        course_of(desk)


@pytest.mark.parametrize("assignment", [assignment.id for assignment in syllabus.read().ready_assignments()])
def test_every_key_of_this_course_is_recognised_and_has_all_the_points_of_its_code(tmp_path, monkeypatch, assignment):
    monkeypatch.setattr(self_study, "_questions", lambda *_: ({}, ""))  # to learn from all specimens takes a while, and other tests do it
    course = Course.at(ROOT)
    found = check(course, course.source(assignment), NOW, output=tmp_path / "page.html")
    assert found.assignment == assignment
    assert all(mark.points == mark.most for mark in found.marks.cells.values() if not mark.waits)
    assert [line.verdict for line in found.exercises].count("all points") > len(found.exercises) / 2
