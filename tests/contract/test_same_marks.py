"""The engine gives the marks that nbgrader gives, cell by cell; and both ways to the engine give the same notebook.

Where nbgrader is known to be wrong, ours is right: those differences stand at the end, each with its test.
"""

import re
import shutil

import nbformat
import pytest

from isa import syllabus
from isa.grading import runner
from isa.grading.course import Course
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching import specimens
from isa.teaching.sample_class import filled, materials
from tests.conftest import ROOT, solved, submit

ASSIGNMENTS = [a.id for a in syllabus.read().ready_assignments()]
HERE = Course.at(ROOT)


def scratch(tmp_path_factory, stock: bool) -> Nbgrader:
    root = tmp_path_factory.mktemp("stock" if stock else "ours")
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    if stock:
        text = re.sub(r"c\.Autograde\.autograde_preprocessors = \[.*?\n\]\n", "", text, flags=re.DOTALL)
        text = text.replace('c.Autograde.sanitize_preprocessors.insert(0, "isa.grading.nbgrader_repair.Repair")\n', "")
    (root / "nbgrader_config.py").write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "source", root / "source", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (root / "gradebook").mkdir()
    shutil.copy(ROOT / "gradebook" / "policy.yml", root / "gradebook")
    desk = Nbgrader(Course.at(root))
    for assignment in ASSIGNMENTS:
        desk.release(assignment)
    return desk


@pytest.fixture(scope="session")
def ours(tmp_path_factory):
    return scratch(tmp_path_factory, stock=False)


@pytest.fixture(scope="session")
def theirs(tmp_path_factory):
    return scratch(tmp_path_factory, stock=True)


def submissions(assignment: str) -> dict[str, str]:
    """Honest work of every quality: the key, the blank, an answer of each kind, and one typical mistake for each exercise."""
    wrong = specimens.read(HERE.gradebook / "specimens" / f"{assignment}.yml")
    made = materials(HERE, assignment)
    texts = {"key": filled(made.blank, made.key), "blank": made.blank}
    texts |= {codes[0].id: filled(made.blank, made.key | {cell: codes[0].code}) for cell, codes in wrong.wrong_code.items()}
    words = {cell: answers[0].answer for cell, answers in wrong.short_answers.items()}
    return texts | {"words-only": filled(made.blank, words)}


CASES = [(assignment, name) for assignment in ASSIGNMENTS for name in submissions(assignment)]


def rows(desk: Nbgrader, assignment: str, student: str) -> dict:
    with desk.gradebook() as book:
        notebook = book.find_submission_notebook(assignment, assignment, student)
        grades = {g.name: (g.auto_score, g.needs_manual_grade) for g in notebook.grades}
        return grades | {f"{c.name} comment": c.auto_comment for c in notebook.comments}


def by_nbgrader(desk: Nbgrader, assignment: str, student: str, text: str, **more) -> dict:
    submit(desk.course, student, text, assignment, **more)
    (submission,) = [s for s in desk.course.submissions(assignment) if s.student == student]
    desk.autograde(submission)
    return rows(desk, assignment, student)


def by_isa(desk: Nbgrader, assignment: str, student: str, text: str, **more) -> dict:
    submit(desk.course, student, text, assignment, **more)
    chosen, _ = runner.chosen(desk.course, assignment, [student])
    (outcome,) = runner.grade(desk, assignment, chosen, runner.silently, jobs=1, force=True)
    assert not outcome.problem
    return rows(desk, assignment, student)


@pytest.mark.parametrize(("assignment", "name"), CASES, ids=lambda value: value)
def test_the_engine_gives_the_marks_of_stock_nbgrader_cell_by_cell(ours, theirs, assignment, name):
    text = submissions(assignment)[name]
    assert by_nbgrader(ours, assignment, name, text) == by_nbgrader(theirs, assignment, name, text)


@pytest.mark.parametrize("name", ["key", "blank", "words-only"])
def test_isa_grade_and_nbgrader_autograde_write_the_same(ours, name):
    assignment = ASSIGNMENTS[0]
    text = submissions(assignment)[name]
    student = f"{name}-both-ways"
    path = ours.course.root / "autograded" / student / assignment / f"{assignment}.ipynb"
    first = by_nbgrader(ours, assignment, student, text)
    one = nbformat.read(path, as_version=4)
    second = by_isa(ours, assignment, student, text)
    other = nbformat.read(path, as_version=4)
    assert first == second
    assert other.metadata["isa"].pop("seal")
    for cell in [*one.cells, *other.cells]:
        # Only the time of running differs.
        cell.metadata.pop("execution", None)
    assert one == other


def test_a_late_submission_loses_the_same_either_way(nbgrader):
    from datetime import UTC, datetime

    nbgrader.prepare("tiny", datetime(2027, 3, 1, 12, tzinfo=UTC), None)
    policy = nbgrader.course.gradebook / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("due: {}", "due: {tiny: 2027-03-01 12:00:00+00:00}"), encoding="utf-8")
    text = solved(nbgrader.course)
    by_nbgrader(nbgrader, "tiny", "amina", text, timestamp="2027-03-01 17:00:00 UTC")
    by_isa(nbgrader, "tiny", "bilal", text, timestamp="2027-03-01 17:00:00 UTC")
    marks = nbgrader.marks("tiny")
    assert (marks["amina"].score, marks["amina"].penalty) == (marks["bilal"].score, marks["bilal"].penalty) == (1.8, 0.2)


def ending(course, last_line: str) -> None:
    """Let the test of the tiny assignment end with a line."""
    notebook = nbformat.read(course.source("tiny"), as_version=4)
    notebook.cells[2].source = f"assert isinstance(answer, int)\n### BEGIN HIDDEN TESTS\nassert answer\n### END HIDDEN TESTS\n{last_line}"
    nbformat.write(notebook, course.source("tiny"))


@pytest.mark.parametrize(
    ("last_line", "stock_gives", "we_give"),
    [
        ("1.5", 1.5, 1.5),
        ("False", 2, 0),
        ("float('nan')", 2, 0),
        ("-1.0", 2, 0),
        ("import numpy as np; np.float64(0.5)", 2, 0.5),
        ("import warnings; warnings.warn('old')", 0, 2),
    ],
)
def test_known_mistakes_of_nbgrader_in_reading_a_score_are_not_ours(tiny_course, stock, last_line, stock_gives, we_give):
    ending(tiny_course, last_line)
    shutil.rmtree(tiny_course.root / "release")
    (tiny_course.gradebook / "gradebook.db").unlink()
    stock.release("tiny")
    assert by_nbgrader(stock, "tiny", "amina", solved(tiny_course))["q1_a"] == (stock_gives, False)
    shutil.copy(ROOT / "nbgrader_config.py", tiny_course.root)
    assert by_nbgrader(Nbgrader(tiny_course), "tiny", "bilal", solved(tiny_course))["q1_a"] == (we_give, False)
