"""The names of Moodle's and Canvas' downloads, and the times that they tell beside them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from isa.grading.roster import Student
from isa.teaching.downloads import is_notebook_of, sort_out, worksheet
from isa.teaching.parcel import File, ParcelError
from isa.teaching.who import Directory

KNOWN = Directory({s.id: s for s in (Student("amina", "Amina", "Diallo", "a@x.org"), Student("bilal", "Bilal", "Khan", "b@x.org", ids=("7002",)))})


def parcel_of(*paths: str) -> list[File]:
    return [File(tuple(path.split("/")), 2, None, lambda: iter([b"{}"])) for path in paths]


def sorted_out(*paths: str):
    layout, handed, strays = sort_out(parcel_of(*paths), "tiny", KNOWN)
    return layout, [(one.name, one.number or one.user, one.late, ["/".join(path) for path in one.files]) for one in handed], strays


def test_moodle_in_folders_flat_and_as_older_versions_wrote_it():
    layout, handed, strays = sorted_out(
        "Amina Diallo_101_assignsubmission_file/tiny.ipynb",
        "Amina Diallo_101_assignsubmission_file/data/x.csv",
        "Amina Diallo_101_assignsubmission_onlinetext/onlinetext.html",
        "Bilal Khan_102_assignsubmission_file_/tiny.ipynb",
        "Chinara O_103_assignsubmission_file_tiny.ipynb",
    )
    assert (layout, strays) == ("Moodle", [])
    assert handed == [
        ("Amina Diallo", "101", False, ["tiny.ipynb", "data/x.csv"]),
        ("Bilal Khan", "102", False, ["tiny.ipynb"]),
        ("Chinara O", "103", False, ["tiny.ipynb"]),
    ]


def test_canvas_with_late_work_a_number_after_a_second_try_and_text():
    layout, handed, strays = sorted_out(
        "dialloamina_LATE_7001_90_tiny-1.ipynb", "khanbilal_7002_91_tiny.ipynb", "khanbilal_7002_92_data.csv", "oc_7003_text.html"
    )
    assert (layout, strays) == ("Canvas", [])
    assert handed == [
        ("dialloamina", "7001", True, ["tiny-1.ipynb"]),
        ("khanbilal", "7002", False, ["tiny.ipynb", "data.csv"]),
        ("oc", "7003", False, []),
    ]


def test_a_file_called_as_if_it_were_somebody_elses_is_its_own_students():
    _, handed, _ = sorted_out("Amina Diallo_101_assignsubmission_file_Bilal Khan_102_assignsubmission_file_tiny.ipynb")
    assert handed[0][0] == "Amina Diallo"
    _, handed, _ = sorted_out("dialloamina_7001_90_khanbilal_7002_91_tiny.ipynb")
    assert handed[0][:2] == ("dialloamina", "7001")


def test_plain_folders_take_the_assignment_and_leave_the_others():
    layout, handed, strays = sorted_out(
        "amina/tiny/tiny.ipynb", "amina/tiny/notes.md", "amina/huge/huge.ipynb", "bilal/tiny.ipynb", "bilal/huge.ipynb", "readme.txt"
    )
    assert layout == "folders"
    assert handed == [("amina", "", False, ["tiny.ipynb", "notes.md"]), ("bilal", "", False, ["tiny.ipynb"])]
    assert strays == ["'readme.txt' is in no student's folder, and was left out"]


def test_a_zip_in_the_place_of_a_notebook_is_told_in_plain_folders_too():
    _, handed, strays = sorted_out("amina/tiny.ipynb", "amina/data.zip", "bilal/work.zip")
    assert [name for name, *_ in handed] == ["amina"]
    assert strays == ["bilal: found 'work.zip' and no tiny.ipynb; nothing packed inside a parcel is opened: unpack it, and collect again"]


@pytest.mark.parametrize(
    "inner", ["amina/tiny.ipynb", "amina/tiny/tiny.ipynb", "Amina Diallo_101_assignsubmission_file/tiny.ipynb", "dialloamina_7001_90_tiny.ipynb"]
)
def test_a_folder_around_all_others_is_looked_through(inner):
    assert len(sorted_out(f"Spring 2027/{inner}")[1]) == 1
    assert sorted_out(f"Spring 2027/{inner}")[1] == sorted_out(inner)[1]


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("tiny.ipynb", True),
        ("Tiny.ipynb", True),
        ("tiny (2).ipynb", True),
        ("tiny-3.ipynb", True),
        ("tiny-Copy1.ipynb", True),
        ("tiny2.ipynb", False),
        ("a tiny.ipynb", False),
    ],
)
def test_copies_that_browsers_an_lms_and_jupyter_make_are_known(name, ours):
    assert is_notebook_of(name, "tiny") == ours


def sheet(tmp_path, text: str, zone=UTC):
    path = tmp_path / "grades.csv"
    path.write_text(text, encoding="utf-8")
    return worksheet(path, KNOWN, zone)


MOODLE = """\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum grade","Last modified (submission)","Last modified (grade)"
"Participant 101","Someone Renamed",a@x.org,"Submitted for grading",,10,"Wednesday, 10 June 2026, 2:14 PM",-
"Participant 102","Bilal Khan",,"No submission",,10,-,-
"""


def test_moodles_grading_worksheet_says_who_and_when(tmp_path):
    found = sheet(tmp_path, MOODLE, timezone(timedelta(hours=3)))
    assert found.students == {"101": "amina", "102": "bilal"}
    assert found.times == {"amina": datetime(2026, 6, 10, 11, 14, tzinfo=UTC)}


def test_a_table_of_ones_own_with_the_times_of_canvas(tmp_path):
    found = sheet(tmp_path, "user_id,submitted_at\n7002,2027-03-01T12:00:00Z\n9999,2027-03-01T12:00:00Z\n")
    assert found.times == {"bilal": datetime(2027, 3, 1, 12, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "found columns a, b, expected Moodle's grading worksheet, or the columns student and time"),
        ("student,time\namina,03/04/2027 12:00\n", "line 2: found the time '03/04/2027 12:00', which may begin with the day or with the month"),
        ("student,time\namina,Wednesday\n", "expected a date with its year and a time"),
        ("student,time\namina,Mittwoch 10. Juni 2026 14:14\n", "expected 2027-03-01 23:59, or Moodle's own words in English"),
    ],
)
def test_a_worksheet_that_is_not_understood_is_refused(tmp_path, text, said):
    with pytest.raises(ParcelError, match=said):
        sheet(tmp_path, text)
