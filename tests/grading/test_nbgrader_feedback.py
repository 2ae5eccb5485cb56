import html

import nbformat
import pytest

from isa.grading.leaks import secrets
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.nbgrader_feedback import without_tests
from tests.conftest import solved, submit, tiny_assignment


def page_of(course, **answers: str) -> str:
    nbgrader = Nbgrader(course)
    nbgrader.release("tiny")
    submit(course, "amina", solved(course, **answers))
    (submission,) = course.submissions("tiny")
    nbgrader.autograde(submission)
    return html.unescape(nbgrader.feedback(submission).read_text(encoding="utf-8"))


def test_a_failed_hidden_test_says_what_it_found_and_does_not_show_itself(tiny_course):
    page = page_of(tiny_course, code="answer = 41")
    assert "AssertionError: not the number" in page
    assert "HIDDEN TESTS" not in page
    assert not [line for line in secrets(tiny_course.source("tiny")) if line in page]


def test_visible_checks_and_the_students_own_errors_stay_on_the_page(tiny_course):
    page = page_of(tiny_course, code="answer = 40 + two")
    assert "isinstance" in page
    assert "name 'two' is not defined" in page
    assert "40" in page


@pytest.mark.parametrize("indent", ["", "    "])
def test_the_notebook_itself_keeps_its_tests(indent):
    notebook = tiny_assignment()
    notebook.cells[2].source = f"if True:\n    pass\n{indent}### BEGIN HIDDEN TESTS\n{indent}assert False\n{indent}### END HIDDEN TESTS\nlast = 1"
    notebook.cells[2].outputs = [nbformat.v4.new_output("error", ename="ValueError", evalue="", traceback=["a long", "one"])]
    before = notebook.cells[2].source
    shown = without_tests(notebook).cells[2]
    assert shown.source == "if True:\n    pass\nlast = 1"
    assert shown.outputs[0].traceback == ["ValueError"]
    assert notebook.cells[2].source == before
