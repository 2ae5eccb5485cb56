"""Assignments: the key scores full, the blank zero, typical wrong code what it deserves; the student version is fresh and complete."""

import re
import shutil
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from isa import syllabus
from isa.answers import check
from isa.grading import marks, nbgrader_source, short_answers
from isa.grading.course import Course
from isa.grading.key import key
from isa.grading.leaks import leaks
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching import specimens
from isa.teaching.sample_class import filled, materials
from tests.conftest import ROOT, submit

ASSIGNMENTS = syllabus.read().ready_assignments()
HERE = Course.at(ROOT)


@cache
def specimens_of(assignment: str) -> specimens.Specimens:
    return specimens.read(HERE.gradebook / "specimens" / f"{assignment}.yml")


WRONG = [(assignment.id, cell, wrong) for assignment in ASSIGNMENTS for cell, codes in specimens_of(assignment.id).wrong_code.items() for wrong in codes]
KINDS = {"data": r"### Exercise (\d+): ", "chart": r"### Chart (\d+): ", "short answer": r"### Short answer (\d+): ", "brief": r"### Brief (\d+): "}


def every_assignment(test):
    return pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda a: a.id)(test)


def source(assignment: str):
    return nbformat.read(HERE.source(assignment), as_version=4)


@cache
def marked_cells(assignment: str) -> dict:
    return {c.metadata.nbgrader.grade_id: c for c in source(assignment).cells if "nbgrader" in c.metadata}


def points_of(assignment: str) -> dict[str, float]:
    """Grade cell -> its points."""
    return {id: c.metadata.nbgrader.points for id, c in marked_cells(assignment).items() if c.metadata.nbgrader.grade or c.metadata.nbgrader.task}


@pytest.fixture(scope="session")
def desk(tmp_path_factory) -> Nbgrader:
    """nbgrader on a scratch copy of the course."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "source", root / "source", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copytree(ROOT / "gradebook", root / "gradebook", ignore=shutil.ignore_patterns("gradebook.db*", "roster.csv", "*.log"))
    return Nbgrader(Course.at(root))


def scores(desk: Nbgrader, assignment: str, student: str) -> dict[str, float | None]:
    """Grade cell -> automatic score in the gradebook, of the student version as it is (`blank`) or with all answers of the `key`."""
    desk.prepare(assignment, None, None)
    made_from = materials(desk.course, assignment)
    submit(desk.course, student, filled(made_from.blank, made_from.key) if student == "key" else made_from.blank, assignment)
    (submission,) = [s for s in desk.course.submissions(assignment) if s.student == student]
    desk.autograde(submission)
    with desk.gradebook() as book:
        notebook = book.find_submission_notebook(assignment, assignment, student)
        return {grade.name: grade.auto_score for grade in notebook.grades}


@cache
def plan(assignment: str) -> marks.Blueprint:
    """An assignment as a worker marks it, without its short answers."""
    config = nbgrader_source.settings(HERE)
    released, cells = nbgrader_source.student_version(HERE, assignment, config)
    return nbgrader_source.assembled(HERE, assignment, released, cells, nbgrader_source.engine(HERE, config), {})


def earned(assignment: str, wrong: dict[str, str], folder: Path) -> dict[str, float | None]:
    """Grade cell -> score of the key with some wrong code, as a worker marks it: nbgrader's converter takes three times as long for the same.

    That both score every wrong code alike is proved in tests/contract.
    """
    path = folder / f"{assignment}.ipynb"
    path.write_text(filled(plan(assignment).released, key(source(assignment)) | wrong), encoding="utf-8")
    return marks.mark(plan(assignment), path, {}).scores


def code_cells(assignment: str) -> dict[str, float]:
    return {id: points for id, points in points_of(assignment).items() if marked_cells(assignment)[id].cell_type == "code"}


def briefs(assignment) -> set[str]:
    """What only a person marks: nbgrader says of a task neither that it is done nor that it is not."""
    return {exercise.id for exercise in assignment.exercises if exercise.kind == "brief"}


@every_assignment
def test_the_key_scores_full_marks_and_only_its_brief_waits_for_a_person(desk, assignment):
    got = scores(desk, assignment.id, "key")
    assert got == {id: None if id in briefs(assignment) else points for id, points in points_of(assignment.id).items()}


@every_assignment
def test_the_blank_scores_zero_everywhere_and_only_its_brief_waits_for_a_person(desk, assignment):
    got = scores(desk, assignment.id, "blank")
    assert got == {id: None if id in briefs(assignment) else 0 for id in points_of(assignment.id)}


@pytest.mark.parametrize(("assignment", "cell", "wrong"), WRONG, ids=lambda value: getattr(value, "id", ""))
def test_typical_wrong_code_earns_what_it_deserves(assignment, cell, wrong, tmp_path):
    got = earned(assignment, {cell: wrong.code}, tmp_path)
    assert {id: got[id] for id in wrong.earns} == wrong.earns, wrong.misconception
    own = [id for id in code_cells(assignment) if id.startswith(f"{cell}_")]
    assert set(wrong.earns) == set(own)
    assert sum(wrong.earns.values()) < sum(code_cells(assignment)[id] for id in own)
    others = {id: points for id, points in code_cells(assignment).items() if id not in own}
    assert {id: got[id] for id in others} == others, "a mistake in one exercise costs another one"


@every_assignment
def test_every_data_and_chart_exercise_has_two_typical_wrong_answers(assignment):
    wrong = specimens_of(assignment.id).wrong_code
    for exercise in assignment.exercises:
        if exercise.kind in ("data", "chart"):
            assert len({w.misconception for w in wrong[exercise.id]}) >= 2, exercise.id


@every_assignment
def test_the_student_version_is_what_the_source_makes_and_gives_nothing_away(assignment, tmp_path):
    fresh = Nbgrader(HERE).build(assignment.id, tmp_path)
    released = HERE.release(assignment.id)
    assert sorted(p.name for p in fresh.parent.iterdir()) == sorted(p.name for p in released.parent.iterdir() if p.name != ".ipynb_checkpoints")
    assert fresh.read_bytes() == released.read_bytes(), "release/ is stale: isa release --force"
    assert leaks(HERE.source(assignment.id), released) == []


@every_assignment
def test_the_source_runs_from_top_to_bottom_without_a_warning(assignment, tmp_path):
    notebook = source(assignment.id)
    NotebookClient(notebook, timeout=20, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert not [o for c in notebook.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]


@every_assignment
def test_points_are_the_same_in_syllabus_cells_table_and_prompts(assignment):
    points = points_of(assignment.id)
    text = "\n".join(c.source for c in source(assignment.id).cells if c.cell_type == "markdown")
    for exercise in assignment.exercises:
        own = {id: p for id, p in points.items() if id == exercise.id or id.startswith(f"{exercise.id}_")}
        assert sum(own.values()) == exercise.points, exercise.id
        heading = re.search(rf"{KINDS[exercise.kind]}{re.escape(exercise.title)} \((\d+) points\)", text)
        assert heading, f"no heading for {exercise.id}"
        assert (int(heading[1]), int(heading[2])) == (int(exercise.id[1:]), exercise.points)
        assert re.search(rf"\| {heading[0][4:].rsplit(' (', 1)[0]} \| {exercise.points} \| {', '.join(exercise.objectives)} \|", text), exercise.id
    assert set(points) == {id for id in points for e in assignment.exercises if id == e.id or id.startswith(f"{e.id}_")}
    assert f"| **Total** | **{assignment.points}** |" in text


@every_assignment
def test_a_test_cell_ends_without_a_value_that_nbgrader_would_take_for_a_score(assignment):
    import ast

    for id in code_cells(assignment.id):
        last = ast.parse(marked_cells(assignment.id)[id].source).body[-1]
        assert not isinstance(last, ast.Expr), id


@every_assignment
def test_every_assert_of_a_test_has_a_message_that_points_to_the_lesson(assignment):
    import ast

    for id in code_cells(assignment.id):
        asserts = [node for node in ast.walk(ast.parse(marked_cells(assignment.id)[id].source)) if isinstance(node, ast.Assert)]
        assert asserts
        for node in asserts:
            assert node.msg is not None, f"{id}, line {node.lineno}: an assert without a message"
            assert "lesson" in ast.unparse(node.msg), f"{id}, line {node.lineno}: where to read?"


@every_assignment
def test_every_test_cell_has_hidden_tests(assignment):
    for id in code_cells(assignment.id):
        assert "### BEGIN HIDDEN TESTS" in marked_cells(assignment.id)[id].source, id


@every_assignment
def test_the_marking_points_of_a_short_answer_add_up_and_have_specimens_right_and_wrong(assignment):
    answers = specimens_of(assignment.id).short_answers
    for exercise in assignment.exercises:
        if exercise.kind != "short answer":
            continue
        scheme = short_answers.question(HERE, assignment.id, exercise.id).scheme
        assert scheme.marks == exercise.points
        assert 2 <= len(scheme.points) <= 4
        assert all(len(point.accept) >= 3 for point in scheme.points)
        assert any(point.reject for point in scheme.points)
        assert 20 <= len(answers[exercise.id]) <= 250
        assert {a.kind for a in answers[exercise.id]} >= {"full", "partial", "misconception", "contradictory", "telegraphic", "verbose", "second-language"}
        for point in scheme.points:
            given = [a.points[point.name] for a in answers[exercise.id]]
            assert set(given) <= {0, point.marks / 2, point.marks}
            assert given.count(point.marks) >= check.EACH, f"{exercise.id} {point.name}: too few right specimens"
            assert given.count(0) >= check.EACH, f"{exercise.id} {point.name}: too few wrong specimens"


@every_assignment
def test_the_objectives_in_the_header_are_the_lessons(assignment):
    text = "\n".join(c.source for c in source(assignment.id).cells if c.cell_type == "markdown")
    lesson = next(lesson for lesson in syllabus.read().lessons if lesson.id == assignment.lesson)
    for id, objective in lesson.objectives.items():
        assert f"- **{id}** {objective}" in text
    assert {o for e in assignment.exercises for o in e.objectives} == set(lesson.objectives), "an objective that nothing assesses"
    assert f"{assignment.minutes} minutes, {assignment.points} points" in text


@every_assignment
def test_an_assignment_ends_with_the_button_for_who_studies_alone(assignment):
    note, button = source(assignment.id).cells[-2:]
    assert (note.metadata.nbgrader.grade_id, button.metadata.nbgrader.grade_id) == ("check-note", "check")
    assert all(cell.metadata.nbgrader.locked and not cell.metadata.nbgrader.grade for cell in (note, button))
    assert button.source == f'isa.check_button("{assignment.id}")'
    assert "**Mark my work**" in note.source
