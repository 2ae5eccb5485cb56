"""An assignment read from its instructor version alone is the one that a gradebook knows."""

import json

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell

from isa import syllabus
from isa.grading.course import Course, CourseError
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.nbgrader_engine import trusted_cells
from isa.grading.nbgrader_marks import blueprint
from isa.grading.nbgrader_source import engine, settings, student_version
from tests.conftest import ROOT, marked

HERE = Course.at(ROOT)


@pytest.mark.parametrize("assignment", [assignment.id for assignment in syllabus.read().ready_assignments()])
def test_the_student_version_is_the_released_one(assignment):
    text, _ = student_version(HERE, assignment, settings(HERE))
    assert json.loads(text) == json.loads(HERE.release(assignment).read_text(encoding="utf-8"))


def test_cells_text_and_limits_are_those_of_the_gradebook(marking):
    course = marking.course
    source = nbformat.read(course.source("tiny"), as_version=4)
    source.cells.append(
        marked(new_markdown_cell("Write a page.\n\n=== BEGIN MARK SCHEME ===\nWell?\n=== END MARK SCHEME ==="), "t1", 5, locked=True, task=True)
    )
    source.cells.append(new_markdown_cell("Thank you."))
    nbformat.write(source, course.source("tiny"))
    desk = Nbgrader(course)
    desk.release("tiny", force=True)
    with desk.gradebook() as book:
        plan = blueprint(course, book, "tiny", desk.config)
        known = trusted_cells(book.find_notebook("tiny", "tiny"))
    text, cells = student_version(course, "tiny", settings(course))
    assert cells == known
    assert cells["t1"].points == 5
    assert json.loads(text) == json.loads(plan.released)
    assert engine(course, settings(course)).limits == plan.limits


def test_a_header_is_found_from_any_folder(tiny_course, tmp_path, monkeypatch):
    nbformat.write(nbformat.v4.new_notebook(cells=[new_markdown_cell("The header.")]), tiny_course.root / "header.ipynb")
    with (tiny_course.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write('\nc.IncludeHeaderFooter.header = "header.ipynb"\n')
    monkeypatch.chdir(tmp_path)
    text, _ = student_version(tiny_course, "tiny", settings(tiny_course))
    assert json.loads(text)["cells"][0]["source"] == ["The header."]


def test_a_source_that_nbgrader_refuses_is_one_line(tiny_course):
    tiny_course.source("tiny").write_text(tiny_course.source("tiny").read_text(encoding="utf-8").replace("### END SOLUTION", ""), encoding="utf-8")
    with pytest.raises(CourseError, match=r"tiny: no student version can be made of .*tiny\.ipynb: RuntimeError") as caught:
        student_version(tiny_course, "tiny", settings(tiny_course))
    assert "\n" not in str(caught.value)
    with pytest.raises(CourseError, match="is missing"):
        student_version(tiny_course, "none", settings(tiny_course))


def test_a_configuration_that_cannot_be_read_is_one_line(tiny_course):
    (tiny_course.root / "nbgrader_config.py").write_text("c = (", encoding="utf-8")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py cannot be read: SyntaxError"):
        settings(tiny_course)
