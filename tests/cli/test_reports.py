"""`isa report` and `isa similar` as an instructor uses them."""

import shutil
from datetime import UTC, datetime
from html.parser import HTMLParser

import pandas as pd
import pytest

from isa.grading import runner
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching.review.desk import Desk
from tests.conftest import solved, submit, tiny_course_in, with_mark_scheme

STUDENTS = {
    "amina": "Six times seven is forty-two.",
    "bilal": "Because six sevens make forty-two.",
    "chinara": "It is so.",
    "dewi": "It is forty-two because five times eight is forty-two.",
}
LONG = "My grandmother counted forty-two olive trees by walking along six rows of seven each, and nobody in our village has ever found another number of them."


@pytest.fixture
def isa(calling):
    """Call `isa`; gives exit code, output and errors."""
    return calling(120)


@pytest.fixture
def graded(tiny_course, graded_class):
    """A course of the test's own in which a class was graded."""
    shutil.copytree(graded_class, tiny_course.root, dirs_exist_ok=True)
    return tiny_course


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory):
    """A class that was graded: one of the roster has handed in nothing, one a file that cannot be read, and one has a name that a spreadsheet would run."""
    roster = [
        "id,first_name,last_name,email",
        "amina,Amina,Diallo,",
        'bilal,"=1+1",<b>Rahman</b>,',
        "chinara,,,",
        "dewi,,,",
        "emre,Emre,Demir,",
        "fatou,Fatou,Ndiaye,",
    ]
    course = with_mark_scheme(tiny_course_in(tmp_path_factory.mktemp("graded")))
    nbgrader = Nbgrader(course)
    nbgrader.release("tiny")
    (course.gradebook / "roster.csv").write_text("\n".join(roster), encoding="utf-8")
    for student, words in STUDENTS.items():
        submit(course, student, solved(course, "answer = 42" if student != "dewi" else "answer = 41", words))
    submit(course, "emre", "no notebook")
    runner.grade(nbgrader, "tiny", runner.chosen(course, "tiny", [])[0], runner.silently, jobs=1)
    return course.root


class _Reader(HTMLParser):
    """Reads a page: its text, and whatever it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.fetched, self.tags, self.alts = "", [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        values = dict(attributes)
        self.fetched += [values[name] for name in ("src", "href") if name in values and not values[name].startswith(("data:", "#"))]
        self.alts += [values.get("alt", "")] if tag == "img" else []

    def handle_data(self, data):
        self.text += data


def test_an_assignments_page_says_what_the_table_says_and_fetches_nothing(isa, graded):
    code, out, err = isa("report", "tiny", "--csv")
    assert (code, err) == (0, "")
    assert "tiny: 4 graded" in out
    assert "1 cannot be read" in out
    read = _Reader((graded.gradebook / "reports" / "tiny.html").read_text(encoding="utf-8"))
    assert read.fetched == []
    assert "script" not in read.tags
    assert all(len(alt.split()) > 8 for alt in read.alts)
    for words in ("Item analysis by exercise", "Marking points and misconceptions", "Says why.", "Has not handed in tiny"):
        assert words in read.text
    folder = graded.gradebook / "reports" / "tiny"
    assert pd.read_csv(folder / "exercises.csv")["exercise"].tolist() == ["q1", "s1"]
    assert pd.read_csv(folder / "students.csv").set_index("student").loc["bilal", "first_name"] == "'=1+1"


def test_the_course_page_names_what_is_missing_and_what_cannot_be_read(isa, graded):
    code, _out, err = isa("report", "course", "--csv", "--output", "elsewhere")
    assert (code, err) == (0, "")
    read = _Reader((graded.root / "elsewhere" / "course.html").read_text(encoding="utf-8"))
    assert "tiny (cannot be read)" in read.text
    assert "tiny (missing)" in read.text
    marks = pd.read_csv(graded.root / "elsewhere" / "course" / "marks.csv").set_index("student")
    assert marks.loc["amina", "so_far"] == 100
    assert marks.loc["fatou", "so_far"] == 0
    assert pd.isna(marks.loc["emre", "so_far"])


@pytest.mark.parametrize("what", ["tiny", "course"])
def test_a_students_page_holds_nothing_of_anybody_else(isa, graded, what):
    code, out, _ = isa("report", what, "--students")
    assert code == 0
    assert "6 pages for students" in out
    folder = graded.gradebook / "reports" / "students" / what
    for page in folder.iterdir():
        text = page.read_text(encoding="utf-8")
        others = {"amina", "bilal", "chinara", "dewi", "emre", "fatou", "Diallo", "Demir", "Ndiaye", "Rahman"} - {page.stem}
        own = {"amina": {"Diallo"}, "bilal": {"Rahman"}, "emre": {"Demir"}, "fatou": {"Ndiaye"}}.get(page.stem, set())
        assert [name for name in others - own if name in text] == []
    assert "Points" in (folder / "amina.html").read_text(encoding="utf-8")


def test_one_students_page_alone_and_a_name_that_is_nobodys_is_a_line(isa, graded):
    code, out, err = isa("report", "tiny", "--student", "amina", "--student", "bilall")
    assert code == 2
    assert "1 page for students" in out
    assert err.strip().splitlines() == ["! bilall: unknown student, neither in the roster nor in the gradebook; did you mean bilal?"]
    assert [path.name for path in (graded.gradebook / "reports" / "students" / "tiny").iterdir()] == ["amina.html"]


def test_decisions_of_the_review_desk_are_shown_beside_the_program_and_in_time(isa, graded):

    desk = Desk(graded, "tiny", "teacher")
    for item in desk.queue("s1", settled=True):
        desk.decide(item, {"P1": 1.0}, datetime(2027, 3, 1, tzinfo=UTC))
    assert isa("report", "tiny")[0] == 0
    read = _Reader((graded.gradebook / "reports" / "tiny.html").read_text(encoding="utf-8"))
    assert "Automatic against human marks" in read.text
    assert "From the first decisions to the last" in read.text


def test_a_mark_scheme_that_is_not_in_order_costs_its_counts_and_not_the_report(isa, graded):
    (graded.gradebook / "specimens" / "tiny.yml").write_text("assignment: [", encoding="utf-8")
    code, _out, err = isa("report", "tiny")
    assert code == 2
    assert "tiny.yml, line 1: not YAML" in err
    assert (graded.gradebook / "reports" / "tiny.html").is_file()


@pytest.mark.parametrize("what", ["tiny", "course"])
def test_before_anything_is_graded_there_is_one_line(isa, what):
    isa("release")
    code, _, err = isa("report", what)
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert "run isa grade tiny" in err


@pytest.mark.parametrize("command", ["report", "similar"])
def test_an_assignment_that_is_none_is_one_line(isa, command):
    code, _, err = isa(command, "tinny")
    assert code == 2
    assert err.strip() == "! tinny: no such assignment; did you mean tiny?"


def test_a_class_of_one_is_told_that_there_is_nothing_to_compare(isa, tiny_course):
    Nbgrader(tiny_course).release("tiny")
    submit(tiny_course, "amina", solved(tiny_course))
    code, out, err = isa("similar", "tiny")
    assert (code, out) == (2, "")
    assert "tiny: found 1 submissions that can be read, expected two or more to compare" in err


def test_two_who_wrote_the_same_are_to_be_read_together_and_nobody_is_accused(isa, graded):
    for student in ("amina", "bilal"):
        submit(graded, student, solved(graded, words=LONG))
    code, out, err = isa("similar", "tiny", "--csv")
    assert code == 2
    assert err.strip().splitlines() == ["! emre: tiny.ipynb is not a notebook: no valid JSON (Expecting value: line 1 column 1 (char 0))"]
    assert "a reason to read two submissions together, and nothing more" in out
    read = _Reader((graded.gradebook / "reports" / "tiny-similar.html").read_text(encoding="utf-8"))
    assert "Amina Diallo and =1+1 <b>Rahman</b>" in read.text
    assert read.tags.count("mark") == 2
    assert read.fetched == []
    for word in ("cheat", "plagiar", "copied", "suspect", "guilty"):
        assert word not in read.text.lower()
        assert word not in out.lower()
    assert pd.read_csv(graded.gradebook / "reports" / "tiny-similar.csv")[["one", "other"]].values.tolist() == [["amina", "bilal"]]


def test_a_group_is_summed_up_in_a_line_and_a_name_from_right_to_left_stays_by_itself(isa, graded):
    roster = graded.gradebook / "roster.csv"
    roster.write_text(roster.read_text(encoding="utf-8").replace("chinara,,,", "chinara,علی,رضایی,"), encoding="utf-8")
    for student in ("amina", "bilal", "chinara", "fatou", "gita", "hana"):  # what more than half of a class has does not count
        submit(graded, student, solved(graded, words=LONG if student < "d" else f"{student} counts on her fingers."))
    _, out, _ = isa("similar", "tiny")
    assert "1 group of three or more hangs together by such pairs, the largest with 3 submissions; the page names them." in out
    assert "Amina Diallo and علی رضایی" in out
    page = (graded.gradebook / "reports" / "tiny-similar.html").read_text(encoding="utf-8")
    assert "Amina Diallo and \u2068علی رضایی\u2069: " in page


def test_an_earlier_class_is_compared_with_too(isa, graded, tmp_path):
    submit(graded, "amina", solved(graded, words=LONG))
    older = tmp_path / "older" / "zainab" / "tiny"
    older.mkdir(parents=True)
    (older / "tiny.ipynb").write_text(solved(graded, words=LONG), encoding="utf-8")
    _, out, _ = isa("similar", "tiny", "--earlier", str(tmp_path / "older"))
    assert "earlier: zainab" in out
    code, _, err = isa("similar", "tiny", "--earlier", str(tmp_path / "nowhere"))
    assert code == 2
    assert "found nothing handed in for tiny" in err
