from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from isa.grading.feedback.parts import parts
from tests.conftest import marked


def prompt(text: str, grade_id: str):
    return marked(new_markdown_cell(text), grade_id, locked=True)


def answer(grade_id: str):
    return marked(new_code_cell("x = 1"), grade_id, solution=True)


def check(grade_id: str, points: float = 1):
    return marked(new_code_cell("assert x"), grade_id, points, grade=True, locked=True)


def sources(cells) -> list[str]:
    return [cell.source for cell in cells]


def test_an_exercise_is_a_prompt_an_answer_and_its_tests():
    cells = [prompt("# Week 1\n\nRead this.", "header"), prompt("## Read", "read"), prompt("### Exercise 1: *How* many (2 points)\n\nCount.", "q1-prompt")]
    found = parts(new_notebook(cells=[*cells, answer("q1"), check("q1_a"), check("q1_b")]))
    (exercise,) = found.exercises
    assert found.title == "Week 1"
    assert (exercise.id, exercise.title, exercise.prompt, exercise.label) == ("q1", "Exercise 1: How many", "Count.", "Exercise 1")
    assert exercise.graded == ["q1_a", "q1_b"]
    assert [exercise.test_name(name) for name in exercise.graded] == ["Exercise 1, test a", "Exercise 1, test b"]


def test_a_test_that_a_student_moved_stays_with_its_exercise():
    found = parts(new_notebook(cells=[check("q2_a"), answer("q1"), check("q1_a"), answer("q2")]))
    assert {e.id: e.graded for e in found.exercises} == {"q1": ["q1_a"], "q2": ["q2_a"]}


def test_ids_that_say_nothing_go_by_place():
    found = parts(new_notebook(cells=[answer("cell-1"), check("cell-2"), check("cell-3"), answer("cell-4"), check("cell-5")]))
    assert {e.id: e.graded for e in found.exercises} == {"cell-1": ["cell-2", "cell-3"], "cell-4": ["cell-5"]}
    assert found.exercises[0].test_name("cell-2") == "cell-1, test cell-2"


def test_a_test_without_any_answer_is_an_exercise_of_its_own():
    (exercise,) = parts(new_notebook(cells=[check("lonely")])).exercises
    assert (exercise.id, exercise.graded, exercise.work) == ("lonely", ["lonely"], [])


def test_a_students_own_cells_go_with_the_exercise_where_they_stand():
    mine = [new_markdown_cell(f"mine {number}") for number in range(4)]
    cells = [mine[0], prompt("# A", "header"), mine[1], prompt("### Exercise 1: x", "q1-prompt"), mine[2], answer("q1"), check("q1_a"), mine[3]]
    found = parts(new_notebook(cells=[*cells, new_raw_cell("  "), prompt("### Exercise 2: y", "q2-prompt"), answer("q2")]))
    assert sources(found.before) == ["mine 0", "mine 1"]
    assert sources(found.exercises[0].work) == ["mine 2", "x = 1", "mine 3"]
    assert sources(found.exercises[1].work) == ["x = 1"]


def test_a_given_cell_is_shown_only_where_it_failed():
    fine, broken = marked(new_code_cell("import math"), "setup", locked=True), marked(new_code_cell("import isa"), "more", locked=True)
    broken.outputs = [new_output("error", ename="NotRun", evalue="", traceback=[])]
    assert sources(parts(new_notebook(cells=[fine, broken, answer("q1")])).before) == ["import isa"]


def test_a_task_is_its_own_prompt_without_its_mark_scheme_and_the_cells_below_are_the_work():
    text = "### Brief 1: A page (10 points)\n\nWrite.\n\n=== BEGIN MARK SCHEME ===\nten for me\n=== END MARK SCHEME ==="
    task = marked(new_markdown_cell(text), "b1", 10, locked=True, task=True)
    (exercise,) = parts(new_notebook(cells=[task, new_markdown_cell("My brief.")])).exercises
    assert (exercise.title, exercise.prompt, sources(exercise.work), exercise.graded) == ("Brief 1: A page", "Write.", ["My brief."], ["b1"])


def test_a_region_of_a_test_is_no_title():
    secret = marked(new_code_cell("### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS"), "q1_a", 1, grade=True, locked=True)
    assert parts(new_notebook(cells=[answer("q1"), secret])).title == ""
