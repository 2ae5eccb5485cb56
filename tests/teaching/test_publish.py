"""The students' copy: what is in it, that it gives nothing away, and that nothing is written where it would."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from isa.grading.course import CourseError
from isa.teaching import giveaways
from isa.teaching.publish import LIST, publish
from tests.conftest import ROOT, SPECIMENS, with_mark_scheme

_SYLLABUS = {
    "title": "A tiny course",
    "course_id": "tiny",
    "claims": {"C1": "Six sevens are forty-two."},
    "lessons": [
        {
            "id": "00",
            "title": "Begin",
            "question": "How many?",
            "notebook": "notebooks/00-begin.ipynb",
            "status": "ready",
            "minutes": 10,
            "prerequisites": [],
            "claims": ["C1"],
            "evidence": [],
            "objectives": {"0.1": "Multiply."},
        }
    ],
    "assignments": [],
}
_ANSWER = "Because seven and seven and seven and seven and seven and seven come to forty-two in the end."


@pytest.fixture
def course(marking):
    """The tiny course, released, with a lesson, a package of two files and a class that has begun."""
    root = marking.course.root
    with_mark_scheme(marking.course, SPECIMENS.replace("Six times seven.", _ANSWER))
    marking.release("tiny", force=True)
    for folder in ("notebooks/.ipynb_checkpoints", "isa/study", "isa/teaching", "isa/__pycache__", "submitted/amina/tiny", "data/build"):
        (root / folder).mkdir(parents=True)
    (root / "course.yml").write_text(yaml.safe_dump(_SYLLABUS), encoding="utf-8")
    lesson = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("6 * 7", execution_count=1, outputs=[nbformat.v4.new_output("stream", text="Amina")])])
    nbformat.write(lesson, root / "notebooks" / "00-begin.ipynb")
    for name in ("isa/__init__.py", "isa/study/a.py", "isa/teaching/b.py", "isa/__pycache__/c.pyc", "submitted/amina/tiny/tiny.ipynb", "data/build/x.py"):
        (root / name).write_text("", encoding="utf-8")
    (root / "data" / "members.csv").write_text("iso3\nDZA\n", encoding="utf-8")
    (root / "notebooks" / "notes.md").write_text(_ANSWER, encoding="utf-8")
    (root / "gradebook" / "roster.csv").write_text("id,email\namina,amina.d@example.org\n", encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", root)
    return marking.course


def names(folder) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_copy_holds_what_a_student_needs_and_nothing_else(course, tmp_path):
    made = publish(course, tmp_path / "public")
    assert names(tmp_path / "public") == {
        *(LIST, "README.md", "Makefile", ".gitignore", "course.yml", "pyproject.toml", "data/members.csv", "isa/__init__.py", "isa/study/a.py"),
        *("notebooks/00-begin.ipynb", "release/tiny/tiny.ipynb"),
    }
    assert (made.assignments, made.not_released, made.removed) == (("tiny",), (), ())
    assert "[00 Begin](notebooks/00-begin.ipynb) | How many?" in (tmp_path / "public" / "README.md").read_text(encoding="utf-8")
    assert "isa.cli" not in (tmp_path / "public" / "pyproject.toml").read_text(encoding="utf-8")


def test_a_lesson_goes_out_without_what_somebody_saw_in_it(course, tmp_path):
    publish(course, tmp_path / "public")
    (cell,) = nbformat.read(tmp_path / "public" / "notebooks" / "00-begin.ipynb", as_version=4).cells
    assert (cell.outputs, cell.execution_count) == ([], None)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("data/README.md", "assert answer == 6 * 7, 'not the number'", "data/README.md: holds a line of a solution, hidden test or mark scheme of tiny (q1_a)"),
        ("isa/study/a.py", f"# {_ANSWER.upper()}", "isa/study/a.py: holds a specimen or an answer of tiny"),
        ("data/README.md", "Because  **seven**\n> and seven and seven and seven,\nand seven and seven come to forty-two in the end", "holds a specimen"),
        ("data/members.csv", "iso3\n### BEGIN HIDDEN TESTS\n", "holds the marker 'BEGIN HIDDEN TESTS'"),
        ("data/README.md", "Write to amina.d@example.org.", "holds a student's e-mail address"),
        ("data/README.md", "- accept: because six times seven is forty-two", "mark scheme of tiny (s1)"),
        ("notebooks/00-begin.ipynb", "", "notebooks/00-begin.ipynb: holds"),
    ],
)
def test_whatever_would_be_given_away_stops_it_before_anything_is_written(course, tmp_path, file, text, said):
    if file.endswith(".ipynb"):
        shutil.copy(course.source("tiny"), course.root / file)
    else:
        (course.root / file).write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="would give something away") as error:
        publish(course, tmp_path / "public")
    assert said in str(error.value)
    assert not (tmp_path / "public").exists()


def test_what_a_lesson_teaches_may_return_in_a_solution_but_not_a_whole_cell_of_it(tmp_path):
    taught = [
        giveaways.Secret("a line", "tiny", line, tuple(giveaways._words(line)), "tiny q1", 3)
        for line in ("a = b + c + d", "e = f + g + h", "i + j + k + l + m")
    ]
    lesson = tmp_path / "notebooks" / "00.md"
    lesson.parent.mkdir()
    lesson.write_text("a = b + c + d", encoding="utf-8")
    assert giveaways.given_away(taught, [], tmp_path, [lesson]) == []
    lesson.write_text("a = b + c + d\ne = f + g + h", encoding="utf-8")
    assert len(giveaways.given_away(taught, [], tmp_path, [lesson])) == 2
    other = tmp_path / "README.md"
    other.write_text("a = b + c + d", encoding="utf-8")
    assert len(giveaways.given_away(taught, [], tmp_path, [other])) == 1


def test_a_student_version_that_is_not_what_its_source_makes_is_not_published(course, tmp_path):
    released = nbformat.read(course.release("tiny"), as_version=4)
    released.cells[1].source = "answer = 42"
    nbformat.write(released, course.release("tiny"))
    with pytest.raises(CourseError, match="tiny: the student version is not what source/ makes now"):
        publish(course, tmp_path / "public")


def test_a_second_time_brings_the_copy_up_to_date_and_leaves_a_repository_as_it_is(course, tmp_path):
    public = tmp_path / "public"
    (public / ".git").mkdir(parents=True)
    (public / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    publish(course, public)
    (public / "CNAME").write_text("course.example.org\n", encoding="utf-8")
    (course.root / "isa" / "study" / "a.py").unlink()
    made = publish(course, public)
    assert made.removed == ("isa/study/a.py",)
    assert not (public / "isa" / "study").exists()
    assert (public / ".git" / "HEAD").is_file()
    assert (public / "CNAME").is_file()


def test_a_folder_with_other_things_needs_force_and_is_searched_too(course, tmp_path):
    public = tmp_path / "public"
    public.mkdir()
    (public / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="holds files that are not of an earlier isa publish"):
        publish(course, public)
    publish(course, public, force=True)
    assert (public / "notes.txt").read_text(encoding="utf-8") == "mine"
    shutil.copytree(course.root / "source", public / "source")
    with pytest.raises(CourseError, match=r"source/tiny/tiny.ipynb: lies in a folder called source"):
        publish(course, public, force=True)


def test_the_copy_does_not_go_into_the_course_nor_around_it(course):
    for place in (course.root, course.root / "public", course.root.parent):
        with pytest.raises(CourseError, match="lie within each other"):
            publish(course, place, force=True)


def test_a_folder_beside_the_course_may_be_named_from_within_it(course, monkeypatch):
    monkeypatch.chdir(course.root)
    publish(course, Path("../public"))
    assert (course.root.parent / "public" / "README.md").is_file()


def test_an_assignment_that_is_not_released_stays_at_home(course, tmp_path):
    shutil.rmtree(course.root / "release")
    made = publish(course, tmp_path / "public")
    assert (made.assignments, made.not_released) == ((), ("tiny",))


def test_the_real_package_runs_without_the_part_that_marks_and_the_button_says_so(course, tmp_path):
    shutil.rmtree(course.root / "isa")
    shutil.copytree(ROOT / "isa", course.root / "isa", ignore=shutil.ignore_patterns("__pycache__", "encoder"))
    publish(course, tmp_path / "public")
    assert not (tmp_path / "public" / "isa" / "grading").exists()
    program = "import isa\nfrom isa.study import frame, marking, widgets\nprint(isa.__file__)\nisa.check_button('tiny')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path / "public")}
    )
    where, said = done.stdout.splitlines()
    assert where.startswith(str(tmp_path))
    assert said.startswith("In this copy of the course nothing can be marked: that needs the instructor's copy")
