"""`isa collect` and `isa late` as an instructor uses them: what they print, what they write, and what they leave alone."""

import zipfile

import pytest

from isa.cli import shared
from isa.grading import runner
from isa.grading.course import Course
from tests.conftest import solved, submit

ROSTER = """\
id,first_name,last_name,email,section,lms_user_id
amina,Amina,Diallo,amina@example.org,day,7001
bilal,Bilal,Khan,bilal@example.org,evening,7002
li,伟,李,li@example.org,day,7003
zoe,Zoé,O'Brien,zoe@example.org,day,7004
"""
POLICY = "late: {grace_minutes: 60, per_day: 10, at_most: 50}\ndue: {tiny: 2025-03-01 12:00:00+00:00}\n"


@pytest.fixture
def course(tiny_course) -> Course:
    """The tiny course with a class of four and a deadline."""
    (tiny_course.gradebook / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tiny_course.gradebook / "policy.yml").write_text(POLICY, encoding="utf-8")
    return tiny_course


@pytest.fixture
def isa(calling):
    """Call `isa`; gives exit code, output and the lines of its errors."""
    return calling(200, lines=True)


def a_zip(course: Course, **contents: str) -> str:
    path = course.root.parent / "download.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 3, 9, 12, 0, 0)), content)
    return str(path)


def moodle(course: Course, **contents: str) -> str:
    """A download of Moodle; contents by the student's full name, with _ for spaces."""
    names = {name: f"{name.replace('_', ' ')}_{number}_assignsubmission_file/tiny.ipynb" for number, name in enumerate(contents, 100)}
    return a_zip(course, **{names[name]: content for name, content in contents.items()})


def everything(course: Course) -> dict[str, bytes]:
    return {str(p.relative_to(course.root)): p.read_bytes() for p in course.root.rglob("*") if p.is_file() and "grading.log" not in p.name}


def laid(course: Course, student: str) -> str:
    return (course.root / "submitted" / student / "tiny" / "tiny.ipynb").read_text(encoding="utf-8")


def test_a_moodle_download_is_matched_laid_and_kept_and_a_second_time_changes_nothing(course, isa):
    download = moodle(course, Amina_Diallo="1", 李伟="2", Zoe_OBrien="3")
    code, out, err = isa("collect", download, "tiny")
    assert code == 0
    assert "Moodle: 3 new; 0 late, 0 left out." in out
    assert "name without accents" in out
    assert "Nothing from 1 of the roster: bilal" in out
    assert err == ["! A Moodle download does not say when work came. Not known of any, so not late; Moodle’s grading worksheet does: --worksheet FILE.csv"]
    assert (laid(course, "amina"), laid(course, "li"), laid(course, "zoe")) == ("1", "2", "3")
    assert not (course.root / "submitted" / "amina" / "tiny" / "timestamp.txt").exists()
    before = everything(course)
    assert "Moodle: 3 unchanged" in isa("collect", download, "tiny")[1]
    assert everything(course) == before


def test_of_a_large_class_those_are_listed_who_are_late_or_handed_in_again(course, isa, tmp_path):
    names = {f"s{number}": f"Student {number}" for number in range(shared.LONG + 1)}
    (course.gradebook / "roster.csv").write_text("id,first_name\n" + "".join(f"{id},{name}\n" for id, name in names.items()), encoding="utf-8")
    sheet = tmp_path / "times.csv"
    sheet.write_text("student,time\n" + "".join(f"{id},2025-03-01T{14 if id == 's7' else 9}:00Z\n" for id in names), encoding="utf-8")
    first = {name.replace(" ", "_"): "1" for name in names.values()}
    _, out, _ = isa("collect", moodle(course, **first), "tiny", "--worksheet", str(sheet))
    assert "those to look at" in out
    assert [line.split()[1] for line in out.splitlines() if line.startswith("│")] == ["s7"]
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("s9,2025-03-01T09", "s9,2025-03-01T10"), encoding="utf-8")
    _, out, _ = isa("collect", moodle(course, **first | {"Student_9": "2"}), "tiny", "--worksheet", str(sheet))
    assert [line.split()[1] for line in out.splitlines() if line.startswith("│")] == ["s7", "s9"]


def test_a_dry_run_says_what_would_be_taken_and_writes_nothing(course, isa):
    before = everything(course)
    code, out, _ = isa("collect", moodle(course, Amina_Diallo="1"), "tiny", "--dry-run")
    assert code == 0
    assert "What would be taken" in out
    assert "(nothing has been written)" in out
    assert everything(course) == before


def test_the_worksheet_tells_the_times_and_they_are_read_by_nbgrader(course, isa, tmp_path):
    sheet = tmp_path / "grades.csv"
    sheet.write_text('Identifier,"Full name","Last modified (submission)"\nParticipant 100,x,"Sunday, 2 March 2025, 1:30 PM"\n', encoding="utf-8")
    download = moodle(course, Amina_Diallo="1")
    assert isa("collect", download, "tiny")[0] == 0
    sheet.write_text('Identifier,"Full name","Last modified (submission)"\nParticipant 100,Amina Diallo,"Sunday, 2 March 2025, 1:30 PM"\n', encoding="utf-8")
    code, out, err = isa("collect", download, "tiny", "--worksheet", str(sheet))
    assert (code, err) == (0, [])
    assert "1 time corrected; 1 late" in out
    assert "25 hours late, so 2 days begun at 10 % each: 20 %" in out
    assert (course.root / "submitted" / "amina" / "tiny" / "timestamp.txt").read_text(encoding="utf-8") == "2025-03-02 13:30:00 UTC"
    kept = sorted(p.name for p in (course.gradebook / "versions" / "amina" / "tiny").iterdir())
    assert kept == ["2025-03-02T13-30-00Z"]
    assert "1 unchanged" in isa("collect", download, "tiny", "--worksheet", str(sheet))[1]


def test_a_canvas_download_is_matched_by_id_and_says_who_is_late_but_not_by_how_much(course, isa):
    download = a_zip(course, **{"dialloamina_LATE_7001_90_tiny-1.ipynb": "1", "renamed_7002_91_tiny.ipynb": "2", "李伟_9_92_tiny.ipynb": "3"})
    code, out, _ = isa("collect", download, "tiny")
    assert code == 0
    assert "Canvas: 3 new; 0 late, 0 left out." in out
    assert "its notebook was called 'tiny-1.ipynb'; late, says Canvas; not known by how much" in out
    assert (laid(course, "amina"), laid(course, "bilal"), laid(course, "li")) == ("1", "2", "3")


def test_folders_bring_their_times_and_the_newest_version_is_laid_whatever_comes_last(course, isa, tmp_path):
    for day, content in ((2, "second"), (1, "first"), (3, "third")):
        folder = tmp_path / f"of-{day}" / "Diallo, Amina" / "tiny"
        folder.mkdir(parents=True)
        (folder / "tiny.ipynb").write_text(content, encoding="utf-8")
        (folder / "timestamp.txt").write_text(f"2025-02-0{day} 10:00:00 UTC", encoding="utf-8")
    assert "1 new;" in isa("collect", str(tmp_path / "of-2"), "tiny")[1]
    assert "1 older version;" in isa("collect", str(tmp_path / "of-1"), "tiny")[1]
    assert laid(course, "amina") == "second"
    assert "1 newer version;" in isa("collect", str(tmp_path / "of-3"), "tiny")[1]
    assert laid(course, "amina") == "third"
    kept = {p.name: (p / "tiny.ipynb").read_text(encoding="utf-8") for p in (course.gradebook / "versions" / "amina" / "tiny").iterdir()}
    assert kept == {"2025-02-01T10-00-00Z": "first", "2025-02-02T10-00-00Z": "second", "2025-02-03T10-00-00Z": "third"}
    log = (course.gradebook / "versions" / "collected.csv").read_text(encoding="utf-8").splitlines()
    assert len(log) == 4
    assert "older version,2025-02-01 10:00:00 UTC" in log[2]


def test_what_a_stopped_run_did_not_lay_is_laid_by_the_next(course, isa):
    download = moodle(course, Amina_Diallo="1")
    isa("collect", download, "tiny")
    (course.root / "submitted" / "amina" / "tiny" / "tiny.ipynb").unlink()
    (course.root / "submitted" / "amina" / "tiny").rmdir()
    assert "1 new;" in isa("collect", download, "tiny")[1]
    assert laid(course, "amina") == "1"
    assert len(list((course.gradebook / "versions" / "amina" / "tiny").iterdir())) == 1


def test_what_was_mended_by_hand_stays_when_the_same_download_comes_again(course, isa, tmp_path):
    folder = tmp_path / "class" / "amina" / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.ipynb").write_text("broken", encoding="utf-8")
    (folder / "timestamp.txt").write_text("2025-02-01 10:00:00 UTC", encoding="utf-8")
    isa("collect", str(tmp_path / "class"), "tiny")
    (course.root / "submitted" / "amina" / "tiny" / "tiny.ipynb").write_text("mended", encoding="utf-8")
    assert "1 unchanged;" in isa("collect", str(tmp_path / "class"), "tiny")[1]
    assert laid(course, "amina") == "mended"


def test_what_lay_there_before_and_what_was_changed_by_hand_is_kept_too(course, isa):
    submit(course, "amina", "by hand", timestamp="2025-02-01 10:00:00 UTC")
    isa("collect", moodle(course, Amina_Diallo="1"), "tiny")
    assert laid(course, "amina") == "1"
    assert (course.gradebook / "versions" / "amina" / "tiny" / "2025-02-01T10-00-00Z" / "tiny.ipynb").read_text(encoding="utf-8") == "by hand"


def test_who_is_not_certain_is_a_line_and_the_others_are_taken(course, isa):
    download = a_zip(
        course,
        **{
            "Amina Diallo_1_assignsubmission_file/tiny.ipynb": "1",
            "Amina Diallo_2_assignsubmission_file/tiny.ipynb": "2",
            "Bilal Kahn_3_assignsubmission_file/tiny.ipynb": "3",
            "李伟_4_assignsubmission_file/tiny.ipynb": "4",
            "Zoé O'Brien_5_assignsubmission_file/work.zip": "PK",
        },
    )
    code, out, err = isa("collect", download, "tiny")
    assert code == 2
    assert "1 new; 0 late, 3 left out." in out
    assert [line for line in err if "does not say when" not in line] == [
        "! Bilal Kahn_3: 'Bilal Kahn' is nobody in the roster; if it is bilal (Bilal Khan), put that name into the roster's column also_known_as",
        "! amina: 'Amina Diallo_1' and 'Amina Diallo_2' are both this student's, and none was taken; take one of them away",
        "! Zoé O'Brien_5: handed in 'work.zip', and nothing packed inside a parcel is opened; unpack it into a folder, and collect that",
    ]
    assert [p.name for p in (course.root / "submitted").iterdir()] == ["li"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.ipynb": "1", "b.ipynb": "2"}, "2 notebooks, and none is called tiny.ipynb: 'a.ipynb', 'b.ipynb'"),
        ({"tiny-1.ipynb": "1", "tiny (2).ipynb": "2"}, "2 notebooks may be tiny.ipynb"),
        ({"essay.docx": "1"}, "no notebook; found 'essay.docx', expected tiny.ipynb"),
    ],
)
def test_which_notebook_it_is_is_never_guessed(course, isa, files, said):
    code, _, err = isa("collect", a_zip(course, **{f"Amina Diallo_1_assignsubmission_file/{name}": text for name, text in files.items()}), "tiny")
    assert code == 2
    assert said in err[0]
    assert not (course.root / "submitted").exists()


def test_a_students_own_time_stamp_in_a_download_is_not_believed(course, isa):
    names = {"tiny.ipynb": "1", "timestamp.txt": "2025-02-01 10:00:00 UTC", "data.csv": "a,b"}
    _, out, _ = isa("collect", a_zip(course, **{f"Amina Diallo_1_assignsubmission_file/{name}": text for name, text in names.items()}), "tiny")
    assert "its own timestamp.txt was left out" in out
    assert sorted(p.name for p in (course.root / "submitted" / "amina" / "tiny").iterdir()) == ["data.csv", "tiny.ipynb"]


@pytest.mark.parametrize("evil", ["../../../evil", "/tmp/evil", "Amina Diallo_1_assignsubmission_file/../../evil"])
def test_a_dangerous_zip_is_refused_whole(course, isa, evil):
    before = everything(course)
    code, out, err = isa("collect", a_zip(course, **{"Amina Diallo_1_assignsubmission_file/tiny.ipynb": "1", evil: "2"}), "tiny")
    assert (code, out) == (2, "")
    assert err[-1] == "! download.zip: nothing has been taken"
    assert everything(course) == before


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ("name\nAmina\n", ["found columns name, expected id, first_name, last_name, email"]),
        ("id\namina\namina\n.x\n", ["line 3: student amina stands twice", "line 4: the id '.x' cannot be the name of a folder"]),
    ],
)
def test_a_wrong_roster_is_a_line_for_each_thing_and_nothing_is_taken(course, isa, roster, said):
    (course.gradebook / "roster.csv").write_text(roster, encoding="utf-8")
    code, _, err = isa("collect", moodle(course, Amina_Diallo="1"), "tiny")
    assert code == 2
    assert len(err) == len(said)
    assert all(part in line for part, line in zip(said, err, strict=True))
    assert not (course.root / "submitted").exists()


def test_without_a_roster_folders_are_ids_and_a_download_asks_for_one(course, isa, tmp_path):
    (course.gradebook / "roster.csv").unlink()
    (tmp_path / "class" / "amina").mkdir(parents=True)
    (tmp_path / "class" / "amina" / "tiny.ipynb").write_text("1", encoding="utf-8")
    assert isa("collect", str(tmp_path / "class"), "tiny", "--no-times")[0] == 0
    assert laid(course, "amina") == "1"
    code, _, err = isa("collect", moodle(course, Amina_Diallo="1"), "tiny")
    assert code == 2
    assert "a Moodle download names students, not ids" in err[0]


def test_a_slip_in_the_policy_is_told_beside_what_was_taken(course, isa):
    with (course.gradebook / "policy.yml").open("a", encoding="utf-8") as policy:
        policy.write("waivers:\n  - {student: amin, assignment: tiny, reason: Ill}\n")
    _, _, err = isa("collect", moodle(course, Amina_Diallo="1"), "tiny")
    assert "! policy.yml, line 4, waivers\\[0].student: 'amin' is not in the roster; did you mean 'amina'?".replace("\\", "") in err


def test_an_unknown_assignment_an_empty_folder_and_the_course_itself_are_a_line(course, isa, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / "class.zip").write_text("", encoding="utf-8")
    submit(course, "amina", "1")
    for arguments, said in (
        (("collect", str(tmp_path / "empty"), "tinny"), "tinny: no such assignment; did you mean tiny?"),
        (
            ("collect", str(tmp_path / "empty"), "tiny"),
            "empty holds nothing for tiny; found no file, expected a download of Moodle or Canvas, or STUDENT/tiny.ipynb",
        ),
        (("collect", str(tmp_path / "packed"), "tiny"), "found 'class.zip' (nothing packed inside a parcel is opened), expected a download"),
        (("collect", "submitted", "tiny"), "submitted is where submissions are laid"),
        (("collect", "none.zip", "tiny"), "none.zip: there is no such file or folder"),
    ):
        code, _, err = isa(*arguments)
        assert code == 2
        assert len(err) == 1
        assert said in err[0]


def test_late_says_in_a_line_that_nothing_is_graded_yet(nbgrader, isa):
    code, out, err = isa("late", "tiny")
    assert (code, out, err) == (2, "", ["! tiny: nothing has been graded yet, so nothing is lost; run isa grade tiny"])


def test_late_shows_what_is_lost_and_why_and_writes_it_where_asked(nbgrader, course, isa):
    submit(course, "amina", solved(course), timestamp="2025-03-02 13:30:00 UTC")
    runner.grade(nbgrader, "tiny", course.submissions("tiny"), runner.silently, jobs=1)
    with nbgrader.gradebook() as book:
        book.find_grade("s1", "tiny", "tiny", "amina").manual_score = 1
        book.db.commit()
    code, out, _ = isa("late", "tiny")
    assert code == 0
    assert "25 hours late, so 2 days begun at 10 % each: 20 %" in out
    assert "1 of 1 late, 0.6 points lost in all" in out
    assert "The gradebook has another penalty for 1" in out
    assert "1 changed" in isa("late", "tiny", "--apply")[1]
    assert "another penalty" not in isa("late", "tiny")[1]
    assert isa("late", "tinny")[0] == 2
