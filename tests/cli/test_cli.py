"""The command as a person uses it: what it prints, its exit codes, and one clear line for each thing that is wrong."""

import io
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from isa import cli
from isa.answers import decisions
from isa.grading.nbgrader_edge import Nbgrader
from isa.study.checkpoints import of_lesson
from tests import conftest
from tests.answers.simple_marker import SimpleMarker
from tests.conftest import ROOT, solved, submit, with_mark_scheme


@pytest.fixture
def isa(calling):
    """Call `isa`; gives exit code, output and errors."""
    return calling(120)


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


def test_a_demo_shows_each_class_under_its_title_and_says_once_at_the_end_where_to_look(isa, tiny_course, tmp_path):
    with_mark_scheme(tiny_course, f"{conftest.SPECIMENS}wrong_code: {{}}\n")
    shutil.copy(ROOT / "course.yml", tiny_course.root)
    shutil.copy(ROOT / "gradebook" / "review.ipynb", tiny_course.gradebook)
    for kind, place in (("source", tiny_course.source("tiny")), ("specimens", tiny_course.gradebook / "specimens" / "tiny.yml")):
        other = tiny_course.source("small") if kind == "source" else place.with_name("small.yml")
        other.parent.mkdir(exist_ok=True)
        other.write_text(place.read_text(encoding="utf-8").replace("assignment: tiny", "assignment: small"), encoding="utf-8")
    code, out, err = isa("demo", "tiny", "small", "--students", "2", "--into", str(tmp_path / "demo"))
    assert (code, err) == (0, "")
    lines = [line.strip() for line in out.splitlines()]
    assert [line for line in lines if line in ("tiny", "small")] == ["small", "tiny"]
    assert lines.count("Where to look next") == 1
    assert lines.index("Where to look next") > lines.index("tiny")
    report = tmp_path / "demo" / "gradebook" / "reports" / "course.html"
    assert lines[-1] == f"The report for instructors: {report}"
    assert "Amina Diallo" in report.read_text(encoding="utf-8")
    assert (tmp_path / "demo" / "gradebook" / "review.ipynb").is_file()


def test_help_does_not_import_what_only_some_commands_need():
    heavy = "{'nbgrader', 'nbformat', 'sqlalchemy', 'onnxruntime', 'ipywidgets'}"
    program = (
        f"import sys\nfrom isa import cli\nsys.argv = ['isa', '--help']\ntry: cli.main()\nexcept SystemExit: pass\nsys.exit(str({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "set()"


@pytest.fixture
def own_work(isa, tiny_course, tmp_path):
    """A learner's copy of the tiny assignment, half of it right, in a folder of its own."""
    with_mark_scheme(tiny_course)
    isa("release")
    path = tmp_path / "mine.ipynb"
    path.write_text(solved(tiny_course, code="answer = 41", words="Because six times seven is forty-two."), encoding="utf-8")
    return path


def test_check_prints_the_points_by_exercise_and_where_the_page_is(isa, own_work):
    code, out, err = isa("check", str(own_work))
    assert (code, err) == (0, "")
    assert "tiny: 1 of 3 points" in out
    rows = [line for line in out.splitlines() if line.startswith("│")]
    assert ["0 of 2" in rows[0], "test a: not the number" in rows[0], "1 of 1" in rows[1], "all points" in rows[1]] == [True] * 4
    assert out.endswith(f"The page: {own_work.with_name('mine-feedback.html')}\n")
    assert own_work.with_name("mine-feedback.html").is_file()


def test_check_gives_programs_one_line_of_json(isa, own_work):
    code, out, err = isa("check", str(own_work), "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    found = json.loads(out)
    assert (found["assignment"], found["score"], found["most"], found["unsure"]) == ("tiny", 1, 3, 0)
    assert found["exercises"][0]["found"] == ["test a: not the number"]


def test_check_of_no_assignment_is_one_line(isa, own_work):
    own_work.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', encoding="utf-8")
    code, out, err = isa("check", str(own_work))
    assert (code, out) == (2, "")
    one_line_each(err, "mine.ipynb is no assignment of this course (they are: tiny)")


def test_check_without_specimens_marks_the_code_and_says_what_was_left_out(isa, own_work, tiny_course):
    (tiny_course.gradebook / "specimens" / "tiny.yml").unlink()
    code, out, err = isa("check", str(own_work))
    assert code == 2
    assert "tiny: 0 of 3 points" in out
    one_line_each(err, "the written answers were not marked: gradebook/specimens/tiny.yml is missing")


@pytest.fixture
def answers(monkeypatch, tiny_course):
    """Let `isa` mark with a marker that can be foreseen; call it with what shall stand on standard input."""
    with_mark_scheme(tiny_course, specimens="")
    monkeypatch.setattr(cli.answers, "_marker", SimpleMarker)

    def given(content: str | bytes) -> None:
        content = content.encode() if isinstance(content, str) else content
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))

    return given


SPECIMENS = """
assignment: tiny
short_answers:
  s1:
    - {id: s1-01, kind: full, answer: "Says why.", points: {P1: 1}}
    - {id: s1-02, kind: vague, answer: "Says why. [red]Or[/red] not?", points: {P1: 0}}
"""


def write_specimens(course, text: str = SPECIMENS) -> None:
    (course.gradebook / "specimens").mkdir(parents=True, exist_ok=True)
    (course.gradebook / "specimens" / "tiny.yml").write_text(text, encoding="utf-8")


def test_mark_answers_json_lines_with_json_lines_and_goes_on_after_a_bad_one(isa, answers):
    asked = {"id": "é", "question": "Why?", "reference": ["سلام"], "answer": "سلام", "max_score": 2}
    answers(b"\n".join([json.dumps(asked, ensure_ascii=False).encode(), b"\xff\x00", json.dumps(asked | {"answer": "no"}).encode()]))
    code, out, err = isa("mark")
    assert (code, err) == (0, "")
    first, second, third = (json.loads(line) for line in out.splitlines())
    assert (first["id"], first["score"], first["points"][0]["evidence"]) == ("é", 2, "سلام")
    assert second["error"].startswith("line 2: ")
    assert third["score"] == 0


def test_mark_with_a_scheme_marks_answers_to_a_question_of_the_course(isa, answers, tiny_course):
    write_specimens(tiny_course)
    answers('He Says why.\n{"id": 7, "answer": "Nothing."}\n')
    code, out, err = isa("mark", "--scheme", "source/tiny/tiny.ipynb#s1")
    assert (code, err) == (0, "")
    assert [(line["id"], line["score"]) for line in map(json.loads, out.splitlines())] == [(1, 1), (7, 0)]


def test_mark_with_a_scheme_that_is_not_there_is_one_line(isa, answers):
    answers("x\n")
    code, out, err = isa("mark", "--scheme", "source/tiny/tiny.ipynb#s2")
    assert (code, out) == (2, "")
    one_line_each(err, "tiny: s2 is no cell; did you mean s1?")


def test_scheme_check_says_where_marker_and_person_differ_and_what_cannot_be_relied_on(isa, answers, tiny_course):
    write_specimens(tiny_course)
    code, out, err = isa("scheme", "check", "tiny")
    assert code == 2
    one_line_each(err, "tiny s1: cannot be marked reliably yet")
    assert "s1-02" in out
    assert "7 more right answers to P1: it has 1, and 8 are needed" in out
    assert "A question is marked reliably when" in out


def test_scheme_check_tells_what_is_not_in_order_and_goes_on(isa, answers, tiny_course):
    code, _, err = isa("scheme", "check", "tiny", "tinny")
    assert code == 2
    one_line_each(err, "tinny: no such assignment", "tiny s1: found no specimens")
    write_specimens(tiny_course, SPECIMENS.replace("P1: 0", "P2: 0"))
    code, _, err = isa("scheme", "check", "tiny")
    assert code == 2
    one_line_each(err, "tiny.yml, line 6, short_answers.s1[1].points.P2: the mark scheme has no point P2")


def test_decisions_are_added_from_the_gradebook_listed_and_withdrawn(isa, tiny_course):
    with_mark_scheme(tiny_course)
    isa("release", "tiny")
    for student, words in {"amina": "Multiply, [b]then[/b] look.", "bilal": ""}.items():
        submit(tiny_course, student, solved(tiny_course, words=words))
    isa("grade", "tiny")
    with Nbgrader(tiny_course).gradebook() as book:
        for student in ("amina", "bilal"):
            book.find_grade("s1", "tiny", "tiny", student).manual_score = 1
        book.db.commit()
    code, out, err = isa("decisions", "tiny", "--add-from-gradebook", "--list")
    assert code == 2
    one_line_each(err, "bilal, s1: nothing was written")
    assert "1 decisions added, 0 known before, 1 marks left out" in out
    assert "Multiply, (b)then(/b) look" in " ".join(out.replace("│", " ").split())
    (made,) = decisions.read(tiny_course.gradebook / "specimens" / "decisions" / "tiny.jsonl").standing
    assert isa("decisions", "tiny", "--withdraw", made.id)[0] == 0
    assert "Decisions on tiny: 0" in isa("decisions", "tiny")[1]
    code, _, err = isa("decisions", "tiny", "--withdraw", made.id)
    assert code == 2
    one_line_each(err, f"found no decision '{made.id}'")


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """Where a learner's progress is kept who tried the first checkpoint of lesson 00 twice."""
    first = next(iter(of_lesson("00")))
    lines = [
        {"when": "2026-11-20T10:00:00+00:00", "checkpoint": first.id, "objective": first.objective, "result": result, "hints": 0, "shown": False}
        for result in ("wrong", "right")
    ]
    file = tmp_path / "progress.jsonl"
    file.write_text("\n".join(map(json.dumps, [{"format": "isa-progress", "version": 1}, *lines])) + "\n", encoding="utf-8")
    monkeypatch.setenv("ISA_PROGRESS", str(file))
    return file


def test_progress_shows_each_lesson_and_where_it_is_kept(isa, learner):
    code, out, err = isa("progress")
    assert (code, err) == (0, "")
    rows = [line for line in out.splitlines() if line.startswith("│")]
    assert len([row for row in rows if row[2:4].isdecimal()]) == 12
    first = next(row for row in rows if "00 Start here" in row)
    assert " 2 │" in first
    assert "not begun" in first
    assert "An objective is met when" in out
    assert f"This is kept in {learner}, on this machine only." in out


def test_progress_is_taken_along_and_then_forgotten(isa, learner, tmp_path):
    code, out, _ = isa("progress", "--export", str(tmp_path / "mine.csv"), "--forget")
    assert (code, out) == (0, f"2 tries written to {tmp_path / 'mine.csv'}\nDeleted: {learner}\n")
    assert len((tmp_path / "mine.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert not learner.exists()
    assert isa("progress", "--forget")[:2] == (0, "There was nothing to forget.\n")


def test_an_export_that_cannot_be_made_is_one_line_and_nothing_is_forgotten(isa, learner, tmp_path):
    for target, said in (("mine.xlsx", "found the ending '.xlsx', expected .csv or .json"), ("none/mine.csv", "No such file or directory")):
        code, out, err = isa("progress", "--export", str(tmp_path / target), "--forget")
        assert (code, out) == (2, "")
        one_line_each(err, said)
    assert learner.exists()
