"""Marks on their way out of the gradebook: who is in a file, what changed, and what the forms look like to those who import them."""

import io
import json
import shutil
from datetime import datetime

import pandas as pd
import pytest

from isa.grading import runner
from isa.grading.course import Course, CourseError
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching import export
from isa.teaching.export import Choice
from tests.conftest import solved, submit

NOW = datetime(2027, 3, 2, 9)
ROSTER = """\
id,first_name,last_name,email,section,sis_id,canvas_id,moodle_id,login
amina,Amina,Diallo,a@example.org,A,S1,4711,M1,amina1
bilal,"=HYPERLINK(""http://x"")","O'Neill, Jr.",b@example.org,B,S2,,M2,
chinara,Chinara,Asanova,c@example.org,A,,,,
dewi,Dewi,Lestari,,,,,,
"""


@pytest.fixture(scope="module")
def graded_class(tmp_path_factory, released_tiny_course):
    """A class of four: amina is right and marked by a person, bilal wrong and late, chinara waits for a person, dewi handed in nothing. To be copied."""
    root = tmp_path_factory.mktemp("class") / "course"
    shutil.copytree(released_tiny_course, root)
    course = Course.at(root)
    submit(course, "amina", solved(course), timestamp="2027-03-01 11:00:00 UTC")
    submit(course, "bilal", solved(course), timestamp="2027-03-01 14:00:00 UTC")
    submit(course, "chinara", solved(course, "answer = 41"), timestamp="2027-03-01 11:00:00 UTC")
    (course.gradebook / "roster.csv").write_text(ROSTER, encoding="utf-8")
    policy = course.gradebook / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("due: {}", "due: {tiny: 2027-03-01 12:00:00+00:00}"), encoding="utf-8")
    runner.grade(Nbgrader(course), "tiny", course.submissions("tiny"), runner.silently, jobs=1)
    give(Nbgrader(course), "amina", 1)
    give(Nbgrader(course), "bilal", 0)
    return root


@pytest.fixture
def desk(tmp_path, graded_class):
    """nbgrader on a copy of that class."""
    shutil.copytree(graded_class, tmp_path / "course")
    return Nbgrader(Course.at(tmp_path / "course"))


def give(nbgrader, student: str, score: float) -> None:
    """A person's mark for the short answer."""
    with nbgrader.gradebook() as book:
        grade = book.find_grade("s1", "tiny", "tiny", student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.db.commit()


def planned(nbgrader, **choice) -> export.Export:
    with nbgrader.gradebook() as book:
        (one,) = export.planned(nbgrader.course, book, ["tiny"], Choice(**choice))
    return one


def exported(nbgrader, **choice) -> pd.DataFrame:
    one = planned(nbgrader, **choice)
    (path,) = export.written(nbgrader.course, [one], Choice(**choice), NOW)
    return pd.read_csv(io.BytesIO(path.read_bytes()), dtype=str, keep_default_na=False)


def test_canvas_gets_its_own_columns_a_row_of_points_and_a_mark_in_every_cell(desk):
    table = exported(desk, to="canvas")
    assert list(table.columns) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "tiny"]
    assert table.values.tolist() == [
        ["Points Possible", "", "", "", "", "3"],
        ["Diallo, Amina", "4711", "S1", "amina1", "A", "3"],
        ["O'Neill, Jr.,' =HYPERLINK(\"http://x\")", "", "S2", "", "B", "1.8"],
    ]


def test_canvas_gets_each_exercise_and_what_lateness_cost_so_that_they_add_up_to_the_mark(desk):
    table = exported(desk, to="canvas", exercises=True).set_index("SIS User ID")
    assert list(table.columns[4:]) == ["tiny q1", "tiny s1", "tiny late"]
    assert table.iloc[0, 4:].tolist() == ["2", "1", "0"]
    assert table.loc["S2"].tolist()[4:] == ["2", "0", "-0.2"]


def test_moodle_gets_an_identification_the_mark_and_words_for_it(desk):
    give(desk, "chinara", 0.5)
    one = planned(desk, to="moodle")
    table = exported(desk, to="moodle")
    assert list(table.columns) == ["First name", "Last name", "Email address", "tiny", "tiny (Feedback)"]
    assert table["tiny"].tolist() == ["3", "1.8", "0.5"]
    assert table["tiny (Feedback)"][0] == "q1 2 of 2, s1 1 of 1."
    assert table["tiny (Feedback)"][1].startswith("q1 2 of 2, s1 0 of 1. 2 hours late, so 1 day begun at 10 %: 10 %, 0.2 points less.")
    assert any("to useremail" in advice for advice in one.form.advice)


def test_whom_moodle_cannot_find_is_told_and_left_out_since_one_unknown_student_stops_its_import(desk):
    give(desk, "chinara", 1)
    path = desk.course.gradebook / "roster.csv"
    path.write_text(ROSTER.replace("c@example.org", ""), encoding="utf-8")
    one = planned(desk, to="moodle")
    assert one.complaints == ("chinara: has no moodle_id in the roster that could be used, so Moodle cannot find the student",)
    assert list(one.form.table["ID number"]) == ["M1", "M2"]
    path.write_text("id\namina\nbilal\nchinara\n", encoding="utf-8")
    with pytest.raises(CourseError, match="expected a column moodle_id or email"):
        planned(desk, to="moodle")


def test_an_id_that_a_spreadsheet_would_run_is_not_written(desk):
    (desk.course.gradebook / "roster.csv").write_text(ROSTER.replace("S2", "@S2"), encoding="utf-8")
    one = planned(desk, to="canvas")
    assert list(one.form.table["SIS User ID"]) == ["S1", ""]
    assert one.form.by_name == {"bilal", "chinara"}


def test_the_table_has_a_row_a_student_and_a_column_an_exercise(desk):
    table = exported(desk, to="csv").set_index("student")
    assert table.loc["bilal", ["mark", "points", "score", "penalty", "q1", "s1"]].tolist() == ["1.8", "3", "2", "0.2", "2", "0"]
    assert table.loc["bilal", "late"] == "2 hours late, so 1 day begun at 10 %: 10 %"
    assert table.loc["amina", "came"] == "2027-03-01T11:00:00Z"


def test_the_long_form_adds_up_to_the_mark_and_has_no_names(desk):
    table = exported(desk, to="long")
    assert table.astype({"score": float}).groupby("student")["score"].sum().to_dict() == {"amina": 3, "bilal": pytest.approx(1.8)}
    assert table.query("student == 'bilal'")["kind"].tolist() == ["tests", "answer", "late"]
    assert "Diallo" not in table.to_string()


def test_who_waits_for_a_person_is_held_back_unless_provisional_marks_are_wanted(desk):
    one = planned(desk, to="csv")
    assert [change.student for change in one.changes] == ["amina", "bilal"]
    assert one.waiting == {"Chinara Asanova": 1}
    assert one.missing == ("Dewi Lestari",)
    assert [change.student for change in planned(desk, to="csv", provisional=True).changes] == ["amina", "bilal", "chinara"]
    assert "Provisional: a person has still to read" in exported(desk, to="moodle", provisional=True)["tiny (Feedback)"][2]


def test_the_next_export_holds_only_what_changed_and_each_form_has_a_memory_of_its_own(desk):
    exported(desk, to="canvas")
    assert planned(desk, to="canvas").changes == ()
    assert planned(desk, to="canvas").unchanged == 2
    assert len(planned(desk, to="canvas", everything=True).changes) == 2
    assert len(planned(desk, to="moodle").changes) == 2
    give(desk, "bilal", 1)
    (change,) = planned(desk, to="canvas").changes
    assert (change.student, change.before, change.now) == ("bilal", 1.8, 2.7)


def test_a_waiver_that_is_written_after_the_export_is_a_change(desk):
    exported(desk, to="canvas")
    policy = desk.course.gradebook / "policy.yml"
    policy.write_text(policy.read_text(encoding="utf-8") + "\nwaivers:\n  - {student: bilal, assignment: tiny, reason: ill}\n", encoding="utf-8")
    (change,) = planned(desk, to="canvas").changes
    assert (change.student, change.now) == ("bilal", 2)


def test_who_waits_again_after_an_export_is_told_since_an_older_mark_stands_elsewhere(desk):
    exported(desk, to="canvas")
    with desk.gradebook() as book:
        grade = book.find_grade("s1", "tiny", "tiny", "amina")
        grade.manual_score, grade.needs_manual_grade = None, True
        book.db.commit()
    one = planned(desk, to="canvas")
    assert (one.changes, one.stale) == ((), ("Amina Diallo",))


def test_two_exports_of_one_second_are_two_files_since_the_first_may_not_be_imported_yet(desk):
    first = planned(desk, to="csv")
    give(desk, "chinara", 1)
    second = planned(desk, to="csv")
    paths = [path for one in (first, second) for path in export.written(desk.course, [one], Choice("csv"), NOW)]
    assert [path.name for path in paths] == ["2027-03-02-090000-tiny-csv.csv", "2027-03-02-090000-tiny-csv-2.csv"]
    assert all(path.is_file() for path in paths)


def test_the_name_that_the_lms_uses_is_remembered(desk):
    assert "Week 1 (4711)" in exported(desk, to="canvas", column="Week 1 (4711)")
    give(desk, "chinara", 1)
    assert "Week 1 (4711)" in exported(desk, to="canvas")
    with pytest.raises(CourseError, match="--column names one assignment"):
        planned(desk, to="csv", column="Week 1")


def test_nothing_counts_as_exported_where_the_file_cannot_be_written(desk):
    one = planned(desk, to="csv")
    with pytest.raises(CourseError, match="nothing of it counts as exported"):
        export.written(desk.course, [one], Choice("csv"), NOW, desk.course.root / "nowhere" / "marks.csv")
    assert len(planned(desk, to="csv").changes) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 2}', '{"version": 1, "sent": [], "columns": {}}'])
def test_a_memory_that_cannot_be_read_is_one_line(desk, content):
    exports = desk.course.gradebook / "exports"
    exports.mkdir()
    (exports / "state.json").write_text(content, encoding="utf-8")
    with pytest.raises(CourseError, match="move it away"):
        planned(desk, to="csv")


def test_a_class_without_a_roster_has_the_names_of_the_gradebook(desk):
    (desk.course.gradebook / "roster.csv").unlink()
    assert exported(desk, to="canvas")["Student"].tolist()[1] == "Diallo, Amina"


def test_what_is_remembered_is_the_marks_and_no_names(desk):
    exported(desk, to="canvas")
    state = json.loads((desk.course.gradebook / "exports" / "state.json").read_text(encoding="utf-8"))
    assert state["sent"] == {"canvas": {"tiny": {"amina": {"mark": 3, "row": [["3"]]}, "bilal": {"mark": 1.8, "row": [["1.8"]]}}}}


def test_an_unknown_form_is_one_line(desk):
    with pytest.raises(CourseError, match="expected one of canvas, moodle, csv, long"):
        planned(desk, to="blackboard")


def test_the_gradebook_is_only_read(desk):
    before = (desk.course.gradebook / "gradebook.db").read_bytes()
    exported(desk, to="moodle", everything=True, provisional=True)
    assert (desk.course.gradebook / "gradebook.db").read_bytes() == before
