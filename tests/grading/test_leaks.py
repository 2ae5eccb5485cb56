import shutil

import nbformat
import pytest

from isa.grading.leaks import leaks, secrets
from isa.grading.nbgrader_edge import Nbgrader


@pytest.fixture
def released(tiny_course):
    Nbgrader(tiny_course).release("tiny")
    return tiny_course


def test_secrets_are_the_lines_of_hidden_regions(tiny_course):
    found = secrets(tiny_course.source("tiny"))
    assert "assert answer == 6 * 7, 'not the number'" in found
    assert "- **P1 (1 point)** Says why." in found
    assert not any("isinstance" in line for line in found), "a visible assert is no secret"


def test_a_proper_student_version_is_clean(released):
    assert leaks(released.source("tiny"), released.release("tiny")) == []


def test_the_source_itself_leaks_markers_and_lines(released):
    shutil.copy(released.source("tiny"), released.release("tiny"))
    found = leaks(released.source("tiny"), released.release("tiny"))
    assert any("marker 'BEGIN HIDDEN TESTS'" in leak for leak in found)
    assert any("assert answer == 6 * 7" in leak for leak in found)


def test_a_hidden_line_in_an_output_is_found(released):
    notebook = nbformat.read(released.release("tiny"), as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="answer = math.floor(42.5)")]
    nbformat.write(notebook, released.release("tiny"))
    assert leaks(released.source("tiny"), released.release("tiny")) == ["tiny.ipynb holds a line of a hidden region: 'answer = math.floor(42.5)'"]


def test_a_key_in_another_file_of_the_folder_is_found(released):
    # nbgrader copies every file of source/NAME to release/NAME.
    (released.release("tiny").parent / "notes.txt").write_text("Because six times seven is forty-two.", encoding="utf-8")
    assert leaks(released.source("tiny"), released.release("tiny")) == ["notes.txt holds a line of a hidden region: 'Because six times seven is forty-two.'"]
