from datetime import UTC, datetime

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell

from isa.answers import decisions
from isa.answers.scheme import SchemeError
from isa.grading import short_answers
from isa.grading.course import CourseError
from isa.yamlfile import FileError
from tests.conftest import SPECIMENS, marked, with_mark_scheme


@pytest.fixture
def course(tiny_course):
    return with_mark_scheme(tiny_course)


def change(course, act):
    """Rewrite the source notebook after `act` has changed its cells."""
    notebook = nbformat.read(course.source("tiny"), as_version=4)
    act(notebook.cells)
    nbformat.write(notebook, course.source("tiny"))


def test_the_short_answers_of_an_assignment_are_its_markdown_cells_with_a_grade_and_a_solution(course):
    assert short_answers.cells(course, "tiny") == ["s1"]


def test_a_question_has_its_prompt_its_scheme_and_its_specimens(course):
    def act(cells):
        cells.insert(3, marked(new_markdown_cell("### Short answer 1: Why?"), "s1-prompt", locked=True))
        cells[4].source = f"Two sentences.\n\n{cells[4].source}\n\nThank you."

    change(course, act)
    question = short_answers.question(course, "tiny", "s1")
    assert question.prompt == "### Short answer 1: Why?\n\nTwo sentences.\n\n\n\nThank you."
    assert [point.name for point in question.scheme.points] == ["P1"]
    assert [(example.answer, example.share) for example in question.examples] == [("Six times seven.", 1), ("It is so.", 0)]


def test_without_a_prompt_or_specimens_a_question_has_none(course):
    (course.gradebook / "specimens" / "tiny.yml").unlink()
    question = short_answers.question(course, "tiny", "s1")
    assert (question.prompt, question.examples) == ("", ())


def test_decisions_join_the_specimens_and_stand_in_the_place_of_one_with_the_same_words(course):
    path = short_answers.decisions_file(course, "tiny")
    when = datetime(2027, 3, 1, tzinfo=UTC)
    made = decisions.append(path, "s1", "  it is  SO.", {"P1": 0.5}, "amina", when)
    decisions.append(path, "s1", "Other points.", {"P9": 1}, "amina", when)
    scheme = short_answers.question(course, "tiny", "s1").scheme
    assert [(m.id, m.kind) for m in short_answers.marked(course, "tiny", "s1", scheme)] == [("s1-01", "full"), (made.id, "decided")]
    assert [example.share for example in short_answers.question(course, "tiny", "s1").examples] == [1, 0.5]
    decisions.withdraw(path, made.id, "amina", when)
    assert [example.share for example in short_answers.question(course, "tiny", "s1").examples] == [1, 0]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("s2", "tiny: s2 is no cell; did you mean s1?"),
        ("essay", "tiny: essay is no cell; expected one of s1"),
        ("q1", "tiny: q1 is no short answer; expected one of s1"),
    ],
)
def test_a_cell_that_is_no_short_answer_is_an_error_that_names_one(course, cell, said):
    with pytest.raises(CourseError, match=said.replace("?", r"\?")):
        short_answers.question(course, "tiny", cell)


def test_slips_in_scheme_and_specimens_name_their_place(course):
    (course.gradebook / "specimens" / "tiny.yml").write_text(SPECIMENS.replace("P1: 0", "P2: 0"), encoding="utf-8")
    with pytest.raises(FileError, match=r"tiny\.yml, line 5, .*: the mark scheme has no point P2"):
        short_answers.question(course, "tiny", "s1")
    change(course, lambda cells: cells[3].update(source=cells[3].source.replace("(1 point)", "(2 points)")))
    with pytest.raises(SchemeError, match="tiny, cell s1, line 4: found points that add up to 2, expected 1"):
        short_answers.question(course, "tiny", "s1")


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_a_source_that_is_no_notebook_is_one_error(course, content):
    course.source("tiny").unlink() if content is None else course.source("tiny").write_text(content)
    with pytest.raises(CourseError, match=r"tiny\.ipynb"):
        short_answers.cells(course, "tiny")


def test_a_question_is_named_by_its_notebook_and_cell(course, monkeypatch):
    assert short_answers.named(f"{course.source('tiny')}#s1") == (course, "tiny", "s1")
    monkeypatch.chdir(course.root)
    assert short_answers.named("source/tiny/tiny.ipynb#s1") == (course, "tiny", "s1")


@pytest.mark.parametrize("place", ["source/tiny/tiny.ipynb", "#s1", "source/tiny/tiny.ipynb#", "nowhere.ipynb#s1", "nbgrader_config.py#s1", ""])
def test_a_place_that_names_no_question_says_what_was_expected(course, monkeypatch, place):
    monkeypatch.chdir(course.root)
    with pytest.raises(CourseError, match=r"expected|there is no such file"):
        short_answers.named(place)
