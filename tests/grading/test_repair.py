"""What happens to notebooks on their way, and what becomes of it: the student's text is never lost."""

import copy

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from isa.grading.repair import repair
from tests.conftest import marked


def handed_out():
    cells = [
        new_markdown_cell("# Title"),
        marked(new_code_cell("import math  # the set-up of this assignment"), "setup", locked=True),
        marked(new_code_cell("# YOUR CODE HERE\nraise NotImplementedError()"), "q1", solution=True),
        marked(new_code_cell("assert isinstance(answer, int), 'expected a whole number'"), "q1_a", 2, grade=True, locked=True),
        marked(new_markdown_cell("YOUR ANSWER HERE"), "s1", 1, grade=True, solution=True),
    ]
    return new_notebook(cells=cells)


@pytest.fixture
def released():
    return handed_out()


@pytest.fixture
def work(released):
    """A submission in good order, worked on."""
    notebook = copy.deepcopy(released)
    notebook.cells[2].source = "answer = 42"
    notebook.cells[4].source = "Because."
    return notebook


def ids(notebook):
    return [c.metadata.get("nbgrader", {}).get("grade_id") for c in notebook.cells]


def text_of(notebook, grade_id):
    return next(c.source for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def test_a_notebook_in_good_order_is_left_alone(work, released):
    before = copy.deepcopy(work)
    assert repair(work, released) == []
    assert work == before


def test_a_deleted_test_and_a_deleted_set_up_are_put_back_in_their_places(work, released):
    del work.cells[3], work.cells[1]
    assert repair(work, released) == ["The cell setup was missing and was put back.", "The cell q1_a was missing and was put back."]
    assert ids(work) == [None, "setup", "q1", "q1_a", "s1"] or ids(work) == ["setup", None, "q1", "q1_a", "s1"]


def test_a_deleted_answer_is_put_back_empty_of_work(work, released):
    del work.cells[4]
    repair(work, released)
    assert text_of(work, "s1") == "YOUR ANSWER HERE"


def test_of_a_copied_answer_the_one_that_was_worked_on_counts_and_the_other_stays(work, released):
    work.cells.insert(2, copy.deepcopy(released.cells[2]))
    said = repair(work, released)
    assert said == ["The cell q1 was there 2 times; one of them was taken for it, the others were kept as ordinary cells."]
    assert text_of(work, "q1") == "answer = 42"
    assert len(work.cells) == 6


def test_a_copied_test_counts_once(work, released):
    work.cells.insert(4, copy.deepcopy(work.cells[3]))
    repair(work, released)
    assert ids(work).count("q1_a") == 1


def test_a_notebook_that_was_stripped_of_all_marks_gets_them_back(work, released):
    for cell in work.cells:
        cell.metadata.clear()
        cell["id"] = "x" + cell["id"][:6]
    repair(work, released)
    assert ids(work) == [None, "setup", "q1", "q1_a", "s1"]
    assert (text_of(work, "q1"), text_of(work, "s1")) == ("answer = 42", "Because.")


def test_an_answer_that_was_split_keeps_its_first_part_and_runs_the_second(work, released):
    work.cells[2].source = "answer = 40"
    del work.cells[2].metadata["nbgrader"]
    work.cells.insert(3, new_code_cell("answer = answer + 2"))
    repair(work, released)
    assert ids(work) == [None, "setup", "q1", None, "q1_a", "s1"]
    assert work.cells[3].source == "answer = answer + 2"


def test_an_answer_in_words_that_became_code_is_words_again(work, released):
    work.cells[4] = marked(new_code_cell("Because."), "s1", 1, grade=True, solution=True)
    assert repair(work, released) == ["The cell s1 had been turned into another type and was turned back."]
    assert work.cells[4].cell_type == "markdown"
    nbformat.validate(work)


def test_a_cell_with_marks_of_another_assignment_becomes_an_ordinary_cell(work, released):
    work.cells.append(marked(new_code_cell("x = 1"), "q99_a", 50, grade=True, locked=True))
    assert "kept as an ordinary cell" in repair(work, released)[0]
    assert ids(work)[-1] is None
    assert work.cells[-1].source == "x = 1"


def test_points_and_flags_are_the_assignments_own_again(work, released):
    work.cells[3].metadata["nbgrader"].update(points=99, locked=False, solution=True)
    repair(work, released)
    assert work.cells[3].metadata["nbgrader"] == released.cells[3].metadata["nbgrader"]


@pytest.mark.parametrize("mark", [None, "text", [], {}, {"grade_id": None}, {"grade_id": ["q1"]}, {"grade_id": "q1", "extra": 1}], ids=str)
def test_hostile_marks_are_no_obstacle(work, released, mark):
    work.cells[2].metadata["nbgrader"] = mark
    repair(work, released)
    assert text_of(work, "q1") == "answer = 42"


def test_texts_that_are_hard_to_compare_are_compared(released):
    # Of one letter, and of the letters of a cell in another order: difflib would need days.
    texts = ["a" * 19_999, *(released.cells[3].source[n:] * 300 for n in range(20))]
    work = new_notebook(cells=[new_code_cell(text) for text in texts * 20])
    repair(work, released)
    assert set(texts) <= {cell.source for cell in work.cells}


operations = st.lists(
    st.tuples(st.sampled_from(["delete", "copy", "strip", "retype", "swap", "split", "rename"]), st.integers(0, 30), st.integers(0, 30)), max_size=8
)


@settings(max_examples=300, deadline=None)
@given(operations)
def test_whatever_is_done_to_a_notebook_every_cell_is_there_once_and_no_text_is_lost(steps):
    released = handed_out()
    work = copy.deepcopy(released)
    work.cells[2].source = "answer = 42\nprint(answer)"
    work.cells[4].source = "Because six sevens are forty-two."
    for step, first, second in steps:
        if not work.cells:
            break
        cell = work.cells[first % len(work.cells)]
        match step:
            case "delete":
                work.cells.remove(cell)
            case "copy":
                work.cells.insert(second % (len(work.cells) + 1), copy.deepcopy(cell))
            case "strip":
                cell.metadata.pop("nbgrader", None)
            case "retype":
                cell.cell_type = "markdown" if cell.cell_type == "code" else "code"
            case "swap":
                other = second % len(work.cells)
                work.cells[first % len(work.cells)], work.cells[other] = work.cells[other], cell
            case "split":
                half = len(cell.source) // 2
                work.cells.insert(first % len(work.cells) + 1, new_code_cell(cell.source[half:]))
                cell.source = cell.source[:half]
            case "rename" if "nbgrader" in cell.metadata:
                cell.metadata["nbgrader"]["grade_id"] = "q1"
    texts = sorted(cell.source for cell in work.cells)
    repair(work, released)
    wanted = [i for i in ids(released) if i]
    assert sorted(i for i in ids(work) if i) == sorted(wanted)
    after = [cell.source for cell in work.cells]
    for text in set(texts):
        assert after.count(text) >= texts.count(text), "a student's text was lost"
    assert repair(work, released) == [], "a repaired notebook needs no repair"
