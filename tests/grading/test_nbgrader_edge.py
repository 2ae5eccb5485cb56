import sqlite3

import nbformat
import pytest

from isa.grading.course import CourseError
from isa.grading.nbgrader_database import check_gradebook
from isa.grading.nbgrader_edge import GradingFailed, Nbgrader
from isa.grading.sandbox import NoIsolation
from tests.conftest import solved, submit


def the_only_mark(nbgrader):
    (mark,) = nbgrader.marks("tiny").values()
    return mark


def grade(nbgrader, student, text, **more):
    submit(nbgrader.course, student, text, **more)
    (submission,) = [s for s in nbgrader.course.submissions("tiny") if s.student == student]
    nbgrader.prepare("tiny", None, None)
    nbgrader.autograde(submission)
    return submission


def test_a_second_release_is_up_to_date(nbgrader):
    before = nbgrader.course.release("tiny").read_bytes()
    assert nbgrader.release("tiny") == "up to date"
    assert nbgrader.course.release("tiny").read_bytes() == before


def test_what_is_left_beside_a_student_version_that_somebody_tried_makes_it_no_other(nbgrader):
    nbgrader.release("tiny")
    beside = nbgrader.course.release("tiny").parent
    (beside / ".ipynb_checkpoints").mkdir()
    for name in (".ipynb_checkpoints/tiny-checkpoint.ipynb", "tiny-feedback.html", ".DS_Store"):
        (beside / name).write_text("", encoding="utf-8")
    assert not nbgrader.differs("tiny")
    assert nbgrader.release("tiny") == "up to date"
    (beside / "notes.txt").write_text("", encoding="utf-8")
    assert nbgrader.differs("tiny")


def test_a_student_version_that_differs_is_kept_until_forced(nbgrader):
    released = nbgrader.course.release("tiny")
    text = released.read_text(encoding="utf-8")
    released.write_text(text.replace("isinstance", "isinstance "), encoding="utf-8")
    with pytest.raises(CourseError, match="--force replaces it"):
        nbgrader.release("tiny")
    assert "isinstance " in released.read_text(encoding="utf-8")
    assert nbgrader.release("tiny", force=True) == "made"
    assert released.read_text(encoding="utf-8") == text


def test_a_fresh_clone_has_student_versions_but_no_gradebook_and_is_prepared(nbgrader):
    (nbgrader.course.gradebook / "gradebook.db").unlink()
    grade(nbgrader, "amina", solved(nbgrader.course))
    assert the_only_mark(nbgrader).score == 2


def test_a_source_that_would_leak_is_not_released(tiny_course):
    (tiny_course.source("tiny").parent / "key.txt").write_text("answer = math.floor(42.5)", encoding="utf-8")
    with pytest.raises(CourseError, match=r"not released.*key\.txt"):
        Nbgrader(tiny_course).release("tiny")
    assert not tiny_course.release("tiny").exists()


def test_a_source_that_nbgrader_refuses_says_why_in_one_line(tiny_course):
    notebook = nbformat.read(tiny_course.source("tiny"), as_version=4)
    notebook.cells[0].metadata["nbgrader"]["grade_id"] = "q1"
    nbformat.write(notebook, tiny_course.source("tiny"))
    with pytest.raises(CourseError, match="q1") as caught:
        Nbgrader(tiny_course).release("tiny")
    assert "\n" not in str(caught.value)


def test_a_source_with_new_cells_is_refused_once_somebody_has_handed_in_and_nothing_is_lost(nbgrader):
    grade(nbgrader, "amina", solved(nbgrader.course))
    before = nbgrader.course.release("tiny").read_bytes()
    source = nbformat.read(nbgrader.course.source("tiny"), as_version=4)
    source.cells[2].metadata["nbgrader"]["grade_id"] = "q1_b"
    nbformat.write(source, nbgrader.course.source("tiny"))
    with pytest.raises(CourseError, match="Cannot add or remove cells"):
        nbgrader.release("tiny", force=True)
    assert nbgrader.course.release("tiny").read_bytes() == before
    assert the_only_mark(nbgrader).score == 2


def test_right_code_scores_and_a_written_answer_waits_for_a_person(nbgrader):
    grade(nbgrader, "amina", solved(nbgrader.course))
    mark = the_only_mark(nbgrader)
    assert (mark.score, mark.max_score, mark.waiting) == (2, 3, 1)


def test_grading_twice_changes_nothing_and_a_persons_mark_stays(nbgrader):
    submission = grade(nbgrader, "amina", solved(nbgrader.course))
    with nbgrader.gradebook() as book:
        book.find_grade("s1", "tiny", "tiny", "amina").manual_score = 1
        book.db.commit()
    nbgrader.autograde(submission)
    assert the_only_mark(nbgrader).score == 3


def test_a_failure_of_nbgrader_is_told_in_one_line_and_the_next_student_is_graded(stock):
    with pytest.raises(GradingFailed) as caught:
        grade(stock, "bilal", solved(stock.course, code="import os; os._exit(1)"))
    assert "Kernel died" in str(caught.value)
    grade(stock, "amina", solved(stock.course))
    assert stock.marks("tiny")["amina"].score == 2


def test_where_nothing_can_be_isolated_grading_is_refused_with_the_reason_and_a_way(nbgrader, monkeypatch):
    def impossible(command):
        raise NoIsolation("no namespaces here")

    monkeypatch.setattr("isa.grading.nbgrader_edge.wrapped", impossible)
    with pytest.raises(CourseError, match=r"no namespaces here\. Mend that, or grade without walls with --no-sandbox"):
        nbgrader.check_isolation()


def test_grading_without_walls_is_recorded_on_the_students_page(nbgrader):
    open_desk = Nbgrader(nbgrader.course, isolated=False)
    open_desk.check_isolation()
    submission = grade(open_desk, "amina", solved(nbgrader.course))
    assert the_only_mark(open_desk).score == 2
    assert "graded without a sandbox" in open_desk.feedback(submission).read_text(encoding="utf-8")


def test_feedback_is_a_page_of_the_students_own(nbgrader):
    submission = grade(nbgrader, "amina", solved(nbgrader.course, words="Six sevens, said slowly."))
    assert "Six sevens, said slowly." in nbgrader.feedback(submission).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "said"),
    [("0000deadbeef", "version 0000deadbeef"), (None, "version none")],
)
def test_a_gradebook_of_another_version_is_refused_and_not_changed(nbgrader, version, said):
    path = nbgrader.course.gradebook / "gradebook.db"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = ?", [version]) if version else database.execute("DROP TABLE alembic_version")
    database.close()
    before = path.read_bytes()
    with pytest.raises(CourseError, match=rf"{said}, nbgrader 0\.9\.\d+ expects \w+; it has not been changed"):
        Nbgrader(nbgrader.course)
    assert path.read_bytes() == before


def test_a_file_that_is_no_gradebook_is_refused_and_not_changed(tmp_path):
    path = tmp_path / "gradebook.db"
    path.write_text("my notes, not a database, and long enough to be looked at", encoding="utf-8")
    with pytest.raises(CourseError, match="is not a gradebook"):
        check_gradebook(f"sqlite:///{path}")
    assert path.read_text(encoding="utf-8").startswith("my notes")


def test_a_gradebook_that_is_not_there_yet_is_fine(tmp_path):
    assert not check_gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}")


def test_a_configuration_with_a_slip_is_one_line(tiny_course):
    (tiny_course.root / "nbgrader_config.py").write_text("c = get_config(\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py cannot be read: SyntaxError"):
        Nbgrader(tiny_course)
