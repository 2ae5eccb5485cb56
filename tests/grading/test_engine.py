import pytest
from nbformat.v4 import new_code_cell
from nbgrader.utils import determine_grade

from isa.grading import engine
from isa.grading.engine import Cell, Marking
from isa.grading.examiner import Examiner
from isa.grading.sandbox import Sandbox, SandboxDied, SandboxLimits
from tests.conftest import marked


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


def test_a_function_that_dies_costs_only_the_test_that_called_it(sandbox):
    done = mark(
        sandbox, student("x = 1"), student("import os\ndef f(): os._exit(0)"), check("f()"), check("assert x == 1"), student("y = x"), check("assert y == 1")
    )
    assert "its process ended" in errors(done[2])[0]
    assert [errors(m) for m in done[3:]] == [[], [], []]


def test_a_test_that_is_stopped_in_the_middle_of_a_call_leaves_no_answer_to_the_next(sandbox, monkeypatch):
    monkeypatch.setattr(engine, "Examiner", lambda: Examiner(seconds=2))
    done = mark(sandbox, student("x = 1\nimport time\ndef f(): time.sleep(1.2)"), check("while True: f()"), check("assert x == 1"), check("assert x == 1"))
    assert "did not end within 2 seconds" in errors(done[1])[0]
    assert [errors(m) for m in done[2:]] == [[], []]


# The alarm may ring in a callback of hypothesis, which watches the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_value_that_takes_days_to_build_costs_only_the_test_that_asked_for_it(sandbox, monkeypatch):
    monkeypatch.setattr(engine, "Examiner", lambda: Examiner(seconds=2))
    one_hash = "['dict', [[['int', hex(n * (2**61 - 1))], ['none']] for n in range(300_000)]]"
    patch = f"import sys\nencoder = sys.modules['isa.grading.wire.encode']._Encoder\nreal, encoder.tree = encoder.tree, lambda *_: {one_hash}\nx = 1"
    done = mark(sandbox, student("x = 1"), student(patch), check("assert x == 1"), student("encoder.tree = real"), check("assert x == 1"))
    assert "did not end within 2 seconds" in errors(done[2])[0]
    assert errors(done[4]) == []


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


@pytest.mark.parametrize(
    "ending", ["", "assert False", "0.5", "1.5", "9", "-1", "False", "'text'", "float('nan')", "import warnings; warnings.warn('old')", "print(0.25)"]
)
def test_a_test_is_worth_what_nbgrader_reads_from_its_outputs(sandbox, ending):
    (done,) = mark(sandbox, Cell("test", f"x = 1\n{ending}", 2))
    cell = marked(new_code_cell(f"x = 1\n{ending}"), "q1_a", 2, grade=True, locked=True)
    cell.outputs = done.outputs
    assert (done.score, 2) == determine_grade(cell)


def test_a_students_cell_is_worth_nothing_by_itself(sandbox):
    assert mark(sandbox, student("x = 1\n2.0"))[0].score is None


def test_a_sandbox_that_does_not_start_costs_nobody_his_marks(monkeypatch):
    monkeypatch.setattr("sys.executable", "/bin/false")
    with Sandbox(isolated=False) as broken, pytest.raises(SandboxDied, match="the sandbox did not start"):
        mark(broken, student("x = 1"), check("assert x == 1"))
