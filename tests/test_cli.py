"""The command as a person uses it: what it prints, its exit codes, and one clear line for each thing that is wrong."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from isa import cli
from tests.conftest import solved, submit


@pytest.fixture
def isa(tiny_course, monkeypatch, capsys):
    """Call `isa` in the tiny course's folder; gives exit code, output and errors."""
    monkeypatch.chdir(tiny_course.root)
    monkeypatch.setenv("COLUMNS", "120")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["isa", *arguments])
        try:
            cli.main()
            code = 0
        except SystemExit as leave:
            code = int(leave.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def one_line_each(errors: str, *expected: str) -> None:
    lines = errors.strip().splitlines()
    assert len(lines) == len(expected), errors
    for line, part in zip(lines, expected, strict=True):
        assert part in line


def test_release_says_that_nothing_is_given_away_and_a_second_time_that_it_is_up_to_date(isa):
    assert isa("release")[:2] == (0, "tiny: student version made; no solution, hidden test or mark scheme is left in release/tiny\n")
    code, out, _ = isa("release", "tiny")
    assert code == 0
    assert "up to date" in out


def test_grade_prints_the_marks_and_feedback_writes_the_pages(isa, tiny_course):
    isa("release")
    submit(tiny_course, "amina", solved(tiny_course))
    code, out, err = isa("grade", "tiny")
    assert (code, err) == (0, "")
    assert "amina" in out
    assert "1 graded, 0 left out, 1 with answers that a person has to read." in out
    code, out, _ = isa("feedback", "tiny")
    assert code == 0
    assert "1 feedback pages written" in out
    assert tiny_course.feedback("tiny", "amina").is_file()


def test_what_is_wrong_is_a_line_each_and_the_rest_is_graded(isa, tiny_course):
    isa("release")
    submit(tiny_course, "amina", solved(tiny_course))
    submit(tiny_course, "bilal", "{ [red]not a notebook[/red]")
    (submit(tiny_course, "chinara", "") / "tiny.ipynb").unlink()
    code, out, err = isa("grade", "tiny", "tinny")
    assert code == 2
    assert "1 graded, 2 left out" in out
    one_line_each(
        err,
        "tinny: no such assignment; did you mean tiny?",
        "bilal: tiny.ipynb is not a notebook: no valid JSON",
        "chinara: tiny.ipynb is missing, the folder holds no notebook",
    )


def test_work_in_a_folder_of_no_assignment_is_told(isa, tiny_course):
    isa("release")
    submit(tiny_course, "amina", solved(tiny_course))
    submit(tiny_course, "bilal", solved(tiny_course), assignment="Tiny")
    code, out, err = isa("grade", "tiny")
    assert code == 2
    assert "1 graded, 0 left out" in out
    one_line_each(err, "submitted/bilal/Tiny: no such assignment; did you mean tiny?")


def test_an_unknown_student_is_a_line_and_the_known_one_is_graded(isa, tiny_course):
    isa("release")
    submit(tiny_course, "amina", solved(tiny_course))
    code, out, err = isa("grade", "tiny", "--student", "zainab", "--student", "amina")
    assert code == 2
    assert "1 graded" in out
    one_line_each(err, "zainab: unknown student")


def test_grade_without_a_name_lists_the_assignments(isa):
    code, _, err = isa("grade")
    assert code == 2
    one_line_each(err, "name an assignment: isa grade tiny")


@pytest.mark.parametrize("command", ["release", "grade", "feedback"])
def test_a_stray_name_alone_is_a_line(isa, command):
    code, _, err = isa(command, "zzz")
    assert code == 2
    one_line_each(err, "zzz: no such assignment; there are tiny")


def test_outside_a_course_the_command_says_where_to_go(isa, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = isa("release")
    assert code == 2
    one_line_each(err, "holds no nbgrader_config.py: call isa from the course's folder, or name it with --course DIR")


def test_a_course_elsewhere_is_named_with_an_option(isa, tiny_course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert isa("release", "--course", str(tiny_course.root))[0] == 0
    assert tiny_course.release("tiny").is_file()


def test_a_gradebook_of_another_version_is_a_line_and_stays_as_it_is(isa, tiny_course):
    isa("release")
    submit(tiny_course, "amina", solved(tiny_course))
    path = tiny_course.gradebook / "gradebook.db"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = 'older'")
    database.close()
    before = path.read_bytes()
    for command in (["grade", "tiny"], ["feedback", "tiny"], ["release"]):
        code, _, err = isa(*command)
        assert code == 2
        one_line_each(err, "is a gradebook of version older")
    assert path.read_bytes() == before


def test_a_policy_with_a_slip_is_a_line(isa, tiny_course):
    isa("release")
    submit(tiny_course, "amina", solved(tiny_course))
    (tiny_course.gradebook / "policy.yml").write_text("late: {grace_minutes: 0, per_day: ten, at_most: 50}\ndue: {}\n", encoding="utf-8")
    code, _, err = isa("grade", "tiny")
    assert code == 2
    one_line_each(err, "policy.yml, line 1, late.per_day: found 'ten', expected a number")


def test_doctor_finds_a_stale_student_version_and_says_what_to_do(isa, tiny_course):
    isa("release")
    released = tiny_course.release("tiny")
    released.write_text(released.read_text(encoding="utf-8").replace("isinstance", "isinstance "), encoding="utf-8")
    code, out, err = isa("doctor")
    assert code == 2
    assert "✓ nbgrader: 0.9" in out
    assert "Student versions: tiny is not what source/ makes: isa release --force" in err


def test_the_installed_command_starts_and_shows_help():
    done = subprocess.run([str(Path(sys.executable).parent / "isa"), "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("release", "grade", "feedback", "demo", "doctor"))
