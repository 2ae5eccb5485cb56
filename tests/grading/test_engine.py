import pytest

from isa.grading.engine import Cell, Marking
from isa.grading.sandbox import Sandbox, SandboxLimits


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(SandboxLimits(cell_seconds=2, submission_seconds=30)) as made:
        yield made


def mark(sandbox, *cells: Cell, **files: bytes):
    return Marking(sandbox, files).mark(cells)


def student(source):
    return Cell("student", source)


def check(source):
    return Cell("test", source, 1)


def errors(marked):
    return [o.evalue for o in marked.outputs if o.output_type == "error"]


def test_tests_see_the_values_of_their_moment(sandbox):
    done = mark(sandbox, student("x = 1"), check("assert x == 1"), student("x = 2"), check("assert x == 2"))
    assert [errors(m) for m in done] == [[], [], [], []]


def test_a_locked_cell_runs_on_both_sides(sandbox):
    done = mark(sandbox, Cell("locked", "import math\nbase = 6"), student("x = base * 7"), check("assert x == 42 and math.floor(1.5) == 1"))
    assert [errors(m) for m in done] == [[], [], []]


def test_a_failed_test_is_an_error_output_and_a_passed_one_has_none(sandbox):
    done = mark(sandbox, student("x = 1"), check("assert x == 2, 'not two'"), check("assert x == 1"))
    assert errors(done[1]) == ["not two"]
    assert done[2].outputs == []


def test_a_partial_credit_is_the_number_that_nbgrader_reads(sandbox):
    (done,) = mark(sandbox, Cell("test", "0.5", 2))
    assert done.outputs[0].data == {"text/plain": "0.5"}


def test_a_process_that_dies_costs_only_its_cell(sandbox):
    done = mark(
        sandbox,
        student("x = 1"),
        student("import os; os._exit(0)\ny = 1"),
        check("assert x == 1"),
        student("z = x + 1"),
        check("assert z == 2"),
        check("assert y"),
    )
    assert "The process stopped in this cell: its process ended." in errors(done[1])[0]
    assert [errors(m) for m in done[2:5]] == [[], [], []]
    assert errors(done[5]) == ["name 'y' is not defined"]


def test_a_notebook_that_dies_again_and_again_is_given_up_with_a_word(sandbox):
    die = student("import os; os._exit(0)")
    done = mark(sandbox, student("x = 1"), die, die, die, student("z = 1"), check("assert z == 1"))
    assert "This cell was not run: an earlier cell ended the process" in errors(done[4])[0]
    assert "process is gone" in errors(done[5])[0]


def test_a_notebook_that_takes_too_long_in_all_is_stopped():
    with Sandbox(SandboxLimits(cell_seconds=2, submission_seconds=2)) as sandbox:
        slow = student("import time; time.sleep(1.5)")
        done = mark(sandbox, student("x = 1"), check("assert x == 1"), slow, slow, slow, check("assert x == 1"))
    assert errors(done[1]) == []
    assert any("This cell was not run" in word for m in done[2:] for word in errors(m))


def test_files_of_the_assignment_can_be_read(sandbox):
    done = mark(sandbox, student("text = open('notes').read()"), check("assert text == 'hello'"), notes=b"hello")
    assert errors(done[1]) == []


def test_an_empty_cell_has_no_number(sandbox):
    assert mark(sandbox, student("  \n"))[0].count is None
