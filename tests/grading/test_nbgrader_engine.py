"""The engine behind `nbgrader autograde`: what a submission says of its own cells is not believed."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from isa.grading.nbgrader_edge import Nbgrader
from tests.conftest import marked, solved, submit


def graded(nbgrader, notebook, student="amina"):
    submit(nbgrader.course, student, nbformat.writes(notebook))
    (submission,) = [s for s in nbgrader.course.submissions("tiny") if s.student == student]
    nbgrader.autograde(submission)
    with nbgrader.gradebook() as book:
        score = book.find_grade("q1_a", "tiny", "tiny", student).auto_score
    return score, nbformat.read(nbgrader.course.root / "autograded" / student / "tiny" / "tiny.ipynb", as_version=4)


@pytest.fixture
def notebook(nbgrader):
    return nbformat.reads(solved(nbgrader.course), as_version=4)


def test_outputs_land_in_the_autograded_notebook(nbgrader, notebook):
    notebook.cells[1].source = "answer = 42\nprint('thinking')\nanswer"
    score, done = graded(nbgrader, notebook)
    assert score == 2
    assert [o.output_type for o in done.cells[1].outputs] == ["stream", "execute_result"]
    assert done.cells[1].execution_count == 2
    assert done.metadata["isa"] == {"repairs": [], "isolated": True}


def test_a_cell_that_calls_itself_locked_is_not_run_beside_the_tests(nbgrader, notebook, tmp_path):
    # If it were, it would run with the instructor's rights: the file would be there.
    mark = tmp_path / "escaped"
    evil = marked(new_code_cell(f"open({str(mark)!r}, 'w').write('x')"), "setup2", locked=True)
    notebook.cells.insert(1, evil)
    score, _ = graded(nbgrader, notebook)
    assert score == 2
    assert not mark.exists()


def test_a_changed_locked_cell_is_the_assignments_own_again(nbgrader, notebook):
    notebook.cells[0].source = "import math\nmath.floor = lambda x: 0"
    notebook.cells[1].source = "answer = math.floor(42.5)"
    assert graded(nbgrader, notebook)[0] == 2


def test_a_submission_cannot_give_itself_points_through_metadata(nbgrader, notebook):
    notebook.cells[1].source = "answer = 0"
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata["nbgrader"]["points"] = 99
    assert graded(nbgrader, notebook)[0] == 0


def test_forged_outputs_in_the_submission_are_gone(nbgrader, notebook):
    notebook.cells[1].source = "answer = 0"
    notebook.cells[2].outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "2.0"})]
    assert graded(nbgrader, notebook)[0] == 0


def test_a_process_that_dies_leaves_an_autograded_notebook_with_the_rest_of_the_marks(nbgrader, notebook):
    notebook.cells.insert(2, new_code_cell("import os; os._exit(0)"))
    score, done = graded(nbgrader, notebook)
    assert score == 2
    assert "The process stopped in this cell" in done.cells[2].outputs[0].evalue


def test_a_link_in_the_submission_folder_is_not_followed(nbgrader, notebook, tmp_path):
    (tmp_path / "secret").write_text("the key", encoding="utf-8")
    folder = submit(nbgrader.course, "amina", "")
    (folder / "link.txt").symlink_to(tmp_path / "secret")
    (folder / "folder").symlink_to(tmp_path)
    notebook.cells[1].source = "import os\nanswer = 42\nprint([open(name).read() for name in os.listdir('.')])"
    _, done = graded(nbgrader, notebook)
    assert done.cells[1].outputs[0].text == "[]\n"
    assert not list((nbgrader.course.root / "autograded").rglob("link.txt")), "the feedback folder would get a copy"


def test_a_link_in_the_place_of_a_file_of_the_assignment_leaves_that_file_in_its_place(tiny_course, tmp_path):
    (tiny_course.source("tiny").parent / "notes.txt").write_text("ours", encoding="utf-8")
    nbgrader = Nbgrader(tiny_course)
    nbgrader.release("tiny")
    (tmp_path / "secret").write_text("the key", encoding="utf-8")
    (submit(tiny_course, "amina", "") / "notes.txt").symlink_to(tmp_path / "secret")
    _, done = graded(nbgrader, nbformat.reads(solved(tiny_course, code="print(open('notes.txt').read())"), as_version=4))
    assert done.cells[1].outputs[0].text == "ours\n"


def test_grading_again_gives_the_same_notebook(nbgrader, notebook):
    notebook.cells[1].source = "answer = 42\nprint({'b', 'a', 'c'}, hash('x'))"
    first, second = graded(nbgrader, copy.deepcopy(notebook))[1], graded(nbgrader, copy.deepcopy(notebook))[1]
    assert first == second
