"""`isa export` and `isa publish` as an instructor uses them: what they print, what they write, and one line for whatever is wrong."""

import pandas as pd
import pytest

from isa.grading import runner
from tests.conftest import solved, submit

ROSTER = "id,first_name,last_name,email,canvas_id\namina,Amina,Diallo,a@example.org,4711\nbilal,Bilal,[red]Rahman,b@example.org,\nchinara,Chinara,Asanova,,\n"


@pytest.fixture
def isa(calling):
    """Call `isa`; gives exit code, output and the lines of its errors."""
    return calling(160, lines=True)


@pytest.fixture
def graded(nbgrader):
    """A class of three: amina is marked, bilal waits for a person, chinara has handed in nothing."""
    course = nbgrader.course
    (course.gradebook / "roster.csv").write_text(ROSTER, encoding="utf-8")
    for student in ("amina", "bilal"):
        submit(course, student, solved(course))
    runner.grade(nbgrader, "tiny", course.submissions("tiny"), runner.silently, jobs=1)
    with nbgrader.gradebook() as book:
        grade = book.find_grade("s1", "tiny", "tiny", "amina")
        grade.manual_score, grade.needs_manual_grade = 1, False
        book.db.commit()
    return course


def cells(output: str) -> list[str]:
    return next(line for line in output.splitlines() if line.startswith("│")).replace("│", " ").split()


def test_a_dry_run_an_export_and_another_one_say_who_is_in_them_and_who_is_not(isa, graded):
    code, out, err = isa("export", "tiny", "--to", "canvas", "--dry-run")
    assert (code, err) == (0, [])
    assert cells(out) == ["tiny", "1", "0", "1", "0", "1"]
    assert "tiny, Amina Diallo: 3" in out
    assert "tiny, held back (answers to read): Bilal [red]Rahman (1)" in out
    assert out.endswith("Nothing was written.\n")
    assert not (graded.gradebook / "exports").exists()

    code, out, err = isa("export", "tiny", "--to", "canvas", "--column", "Week 1 (99)")
    assert (code, err) == (0, [])
    (path,) = (graded.gradebook / "exports").glob("*-tiny-canvas.csv")
    assert f"Written: {path.relative_to(graded.root)}" in out
    assert list(pd.read_csv(path).columns) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Week 1 (99)"]

    code, out, _ = isa("export", "tiny", "--to", "canvas", "--provisional")
    assert cells(out) == ["tiny", "1", "1", "exported", "0", "1"]
    assert "tiny, exported with provisional marks (answers to read): Bilal" in out
    assert "1 of these can be found by name alone" in out
    assert cells(isa("export", "tiny", "--to", "canvas", "--provisional", "--all")[1])[:3] == ["tiny", "2", "0"]


def test_an_export_goes_where_it_is_told(isa, graded, tmp_path):
    code, _, _ = isa("export", "tiny", "--to", "long", "--output", str(tmp_path / "all.csv"))
    assert code == 0
    assert pd.read_csv(tmp_path / "all.csv")["score"].sum() == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name an assignment: isa export tiny"),
        (("tiny", "--to", "excel"), "--to: found 'excel', expected one of canvas, moodle, csv, long"),
        (("tinny",), "tinny: no such assignment; did you mean tiny?"),
        (("tiny", "--column", "x"), "--column names one assignment as Canvas or Moodle calls it"),
    ],
)
def test_what_is_wrong_with_an_export_is_one_line(isa, nbgrader, arguments, said):
    code, _, err = isa("export", *arguments)
    assert code == 2
    assert len(err) == 1
    assert said in err[0]


def test_publish_into_the_course_is_one_line(isa, nbgrader):
    code, out, err = isa("publish", "public")
    assert (code, out, len(err)) == (2, "", 1)
    assert "name a folder outside of the course" in err[0]
