"""What this course relies on in nbgrader 0.9: one test a fact. When one fails, nbgrader has changed and our code has to follow."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.converters import Autograde, GenerateAssignment

from isa.grading.nbgrader_edge import GradingFailed, Nbgrader
from tests.conftest import solved, submit

BIN = Path(sys.executable).parent


def graded(nbgrader, text, student="amina"):
    submit(nbgrader.course, student, text)
    (submission,) = [s for s in nbgrader.course.submissions("tiny") if s.student == student]
    nbgrader.autograde(submission)
    return nbformat.read(nbgrader.course.root / "autograded" / student / "tiny" / "tiny.ipynb", as_version=4)


def score(nbgrader, cell, student="amina"):
    with nbgrader.gradebook() as book:
        grade = book.find_grade(cell, "tiny", "tiny", student)
        return grade.auto_score, grade.needs_manual_grade


def unactivated(command: list[str], cwd: Path) -> subprocess.CompletedProcess:
    """Run a program by its full path, with nothing of the environment on PATH."""
    plain = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"} | {"PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=cwd, env=plain, capture_output=True, text=True, check=False)


def test_called_by_full_path_from_an_unactivated_environment_the_gradebook_gets_its_version(tiny_course):
    done = unactivated([str(BIN / "nbgrader"), "generate_assignment", "tiny"], tiny_course.root)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tiny_course.gradebook / "gradebook.db") as database:
        assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_without_our_configuration_that_call_fails_for_want_of_alembic(tiny_course):
    config = tiny_course.root / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8").split("# A new gradebook")[0], encoding="utf-8")
    done = unactivated([str(BIN / "nbgrader"), "generate_assignment", "tiny"], tiny_course.root)
    assert "alembic" in done.stderr


def test_the_engine_stands_where_nbgrader_executes_and_the_rest_of_the_list_is_nbgraders(nbgrader):
    ours = [step.rsplit(".", 1)[1] for step in nbgrader.config.Autograde.autograde_preprocessors]
    stock = [step.__name__ for step in Autograde.autograde_preprocessors.default()]
    # ClearMetadataPreprocessor stands in nbgrader's list and is switched off.
    assert ours.index("MarkAnswers") == ours.index("SaveAutoGrades") + 1
    in_their_places = {"Execute": "RunIsolated", "AssignLatePenalties": "LatePenalties"}
    assert [name for name in ours if name != "MarkAnswers"] == [in_their_places.get(name, name) for name in stock if name != "ClearMetadataPreprocessor"]


def test_our_places_in_the_lists_of_preprocessors_are_what_they_were():
    names = [[step.__name__ for step in steps] for steps in (GenerateAssignment.preprocessors.default(), Autograde.sanitize_preprocessors.default())]
    assert names[0].index("ClearSolutions") < names[0].index("SaveCells") < names[0].index("ClearHiddenTests")
    assert names[1].index("OverwriteKernelspec") < names[1].index("OverwriteCells")
    marking = [step.__name__ for step in Autograde.autograde_preprocessors.default()]
    assert marking == ["Execute", "IgnorePattern", "ClearMetadataPreprocessor", "LimitOutput", "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata"]


def test_a_solution_region_of_a_markdown_cell_is_taken_out_with_its_mark_scheme(nbgrader):
    cells = {c.id: c.source for c in nbformat.read(nbgrader.course.release("tiny"), as_version=4).cells}
    assert cells["s1"] == "YOUR ANSWER HERE"
    assert cells["q1"] == "# YOUR CODE HERE\nraise NotImplementedError()"
    assert cells["q1_a"] == "assert isinstance(answer, int)"


def test_every_file_beside_a_source_notebook_is_copied_to_the_student_version(tiny_course):
    (tiny_course.source("tiny").parent / "map.txt").write_text("public", encoding="utf-8")
    Nbgrader(tiny_course).release("tiny")
    assert (tiny_course.release("tiny").parent / "map.txt").is_file()


def test_the_gradebook_keeps_the_hidden_tests_and_not_the_solution(nbgrader):
    with nbgrader.gradebook() as book:
        kept = {cell.name: cell.source for cell in book.find_notebook("tiny", "tiny").source_cells}
    assert "6 * 7" in kept["q1_a"]
    assert "42.5" not in kept["q1"]


def test_hidden_tests_come_back_when_grading_whatever_the_student_made_of_them(nbgrader):
    done = graded(nbgrader, solved(nbgrader.course, code="answer = 41").replace("assert isinstance(answer, int)", "pass"))
    assert score(nbgrader, "q1_a") == (0, False)
    assert "6 * 7" in next(c.source for c in done.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "q1_a")


def test_a_deleted_test_cell_is_put_back_and_counts(nbgrader):
    notebook = nbformat.reads(solved(nbgrader.course), as_version=4)
    notebook.cells = [c for c in notebook.cells if c.id != "q1_a"]
    graded(nbgrader, nbformat.writes(notebook))
    assert score(nbgrader, "q1_a") == (2, False)


def test_an_untouched_written_answer_scores_zero_and_a_changed_one_waits_for_a_person(nbgrader):
    graded(nbgrader, solved(nbgrader.course, words="YOUR ANSWER HERE"))
    assert score(nbgrader, "s1") == (0, False)
    graded(nbgrader, solved(nbgrader.course), student="bilal")
    assert score(nbgrader, "s1", "bilal") == (None, True)


def test_a_cell_that_never_ends_is_stopped_and_the_cells_after_it_run(stock):
    done = graded(stock, solved(stock.course, code="answer = 42\nwhile True: pass"))
    errors = [o.ename for c in done.cells for o in c.get("outputs", []) if o.output_type == "error"]
    assert errors == ["KeyboardInterrupt", "CellTimeoutError"]
    assert score(stock, "q1_a") == (2, False)


def test_a_dead_kernel_removes_the_autograded_version(stock):
    with pytest.raises(GradingFailed):
        graded(stock, solved(stock.course, code="import os; os._exit(0)"))
    assert not (stock.course.root / "autograded" / "amina" / "tiny").exists()


def test_own_keys_in_cell_metadata_survive_beside_nbgraders(stock):
    notebook = nbformat.reads(solved(stock.course), as_version=4)
    notebook.cells[1].metadata["isa"] = {"seen": True}
    done = graded(stock, nbformat.writes(notebook))
    assert done.cells[1].metadata["isa"] == {"seen": True}
