"""The gradebook on a real PostgreSQL server: the same marks, a person's mark stays, a killed run is completed, and one line for what is wrong.

The tests start a server of their own. Without its programs they are skipped; where ISA_NEED_POSTGRES is set (`make test-services`) they fail.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from isa.grading import runner
from isa.grading.course import CourseError
from isa.grading.nbgrader_database import check_gradebook, shown
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.nbgrader_move import move
from tests.conftest import solved, submit

BIN = Path(sys.executable).parent
PASSWORD = "sesame/@:öpen"


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs; Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


class Server:
    """A server in a temporary folder, on a free port of this machine only, with a password."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="isa-pg-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # PostgreSQL refuses to run as root.
        self._as = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self._as:
            os.chown(self._folder, pwd.getpwnam("postgres").pw_uid, -1)
        secret = self._folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        self._run(
            "initdb", "-D", f"{self._folder}/data", "-U", "isa", f"--pwfile={secret}", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-l", f"{self._folder}/log", "-w", "-t", "120", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "-w", "stop")

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def database(self, name: str) -> str:
        """Make an empty database and return its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql://isa:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *options: str) -> None:
        command = [*self._as, str(self._programs / program), *options]
        done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def server():
    found = programs()
    if found is None:
        why = "PostgreSQL's server is not installed (Debian: postgresql)"
        pytest.fail(why) if os.environ.get("ISA_NEED_POSTGRES") else pytest.skip(why)
    made = Server(found)
    yield made
    made.close()


@pytest.fixture
def url(server, request):
    return server.database(f"{request.node.name[:40]}-{time.time_ns()}")


def point_at(course, url: str) -> None:
    """Let a course keep its gradebook at this address."""
    config = course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text(encoding='utf-8')}\nc.CourseDirectory.db_url = {url!r}\n", encoding="utf-8")


@pytest.fixture
def desk(tiny_course, url):
    """nbgrader on the tiny course with a gradebook on the server, its assignment released."""
    point_at(tiny_course, url)
    made = Nbgrader(tiny_course)
    made.release("tiny")
    return made


def hand_in(course, students: int, code: str = "answer = {}") -> None:
    for number in range(students):
        submit(course, f"student-{number:02}", solved(course, code=code.format(42 if number % 2 else number)))


def grade(desk, **more) -> dict[str, str]:
    chosen, _ = runner.chosen(desk.course, "tiny", [])
    return {o.submission.student: o.problem for o in runner.grade(desk, "tiny", chosen, runner.silently, jobs=2, **more)}


def scores(desk) -> dict[str, float]:
    return {student: mark.score for student, mark in desk.marks("tiny").items()}


def expected(students: int) -> dict[str, float]:
    return {f"student-{number:02}": 2.0 if number % 2 else 0.0 for number in range(students)}


def call(course, program: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([str(BIN / program), *arguments], cwd=course.root, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_the_commands_give_the_marks_that_they_give_with_a_file(nbgrader, url):
    course = nbgrader.course
    submit(course, "amina", solved(course), timestamp="2027-03-01 14:00:00 UTC")
    submit(course, "bilal", solved(course, code="answer = 1"))
    submit(course, "çelebi ‮", solved(course, words="Sechs × sieben – 42 ✓"))
    grade(nbgrader)
    with_a_file = nbgrader.marks("tiny")
    point_at(course, url)
    for command in (["release"], ["grade", "tiny"], ["feedback", "tiny"]):
        done = call(course, "isa", *command)
        assert (done.returncode, "!" in done.stderr) == (0, False), done.stderr
    moved = Nbgrader(course)
    assert moved.has_gradebook
    assert moved.marks("tiny") == with_a_file
    assert course.feedback("tiny", "amina").is_file()


def test_nbgraders_own_autograde_with_our_engine_gives_the_same_marks(desk):
    hand_in(desk.course, 2)
    done = call(desk.course, "nbgrader", "autograde", "tiny", "--create")
    assert done.returncode == 0, done.stderr
    assert scores(desk) == expected(2)
    assert set(grade(desk, force=True).values()) == {""}
    assert scores(desk) == expected(2)


def test_a_mark_that_a_person_gave_survives_a_second_run(desk):
    hand_in(desk.course, 1)
    grade(desk)
    with desk.gradebook() as book:
        book.find_grade("s1", "tiny", "tiny", "student-00").manual_score = 1
        book.db.commit()
    grade(desk, force=True)
    assert scores(desk) == {"student-00": 1}


def test_a_run_that_is_killed_is_completed_by_the_next(desk):
    hand_in(desk.course, 10)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    run = subprocess.Popen([str(BIN / "isa"), "grade", "tiny", "--jobs", "2"], cwd=desk.course.root, **quiet)
    for _ in range(2400):
        if len(list(desk.course.root.glob("autograded/*/tiny/tiny.ipynb"))) >= 3:
            break
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert 3 <= len(scores(desk)) < 10, "the run was not killed half-way"
    assert set(grade(desk).values()) == {""}
    assert scores(desk) == expected(10)


def test_a_server_that_goes_away_is_one_line_and_the_next_run_goes_on(desk, server):
    hand_in(desk.course, 8)

    def stop_after_two(submissions, total):
        for number, submission in enumerate(submissions, 1):
            if number == 2:
                server.stop()
            yield submission

    chosen, _ = runner.chosen(desk.course, "tiny", [])
    try:
        with pytest.raises(CourseError, match=r"postgresql://isa@127\.0\.0\.1:\d+/.*What was written before is safe") as caught:
            runner.grade(desk, "tiny", chosen, stop_after_two, jobs=2)
    finally:
        server.start()
    assert "\n" not in str(caught.value)
    assert len(scores(desk)) == 2
    assert set(grade(desk).values()) == {""}
    assert scores(desk) == expected(8)


def test_a_name_that_is_too_long_for_the_server_leaves_one_out_and_the_others_are_graded(desk):
    hand_in(desk.course, 2)
    long = "x" * 140
    submit(desk.course, long, solved(desk.course))
    problems = grade(desk)
    assert "value too long for type" in problems.pop(long)
    assert set(problems.values()) == {""}
    assert scores(desk) == expected(2)


def test_a_gradebook_that_was_moved_to_an_empty_server_is_filled_though_nothing_else_changed(nbgrader, url):
    hand_in(nbgrader.course, 2)
    grade(nbgrader)
    point_at(nbgrader.course, url)
    moved = Nbgrader(nbgrader.course)
    assert set(grade(moved).values()) == {""}
    assert scores(moved) == expected(2)


def test_a_gradebook_in_a_file_is_carried_to_the_server_with_what_people_gave(nbgrader, url):
    course = nbgrader.course
    hand_in(course, 2)
    grade(nbgrader)
    with nbgrader.gradebook() as book:
        book.find_grade("s1", "tiny", "tiny", "student-00").manual_score = 1
        book.find_comment("s1", "tiny", "tiny", "student-00").manual_comment = "Read twice: ✓"
        book.update_or_create_assignment("tiny", duedate=datetime(2027, 3, 1, 9))
        book.grant_extension("tiny", "student-01", days=2)
    before = nbgrader.marks("tiny")
    point_at(course, url)
    done = call(course, "isa", "move-gradebook", "gradebook/gradebook.db")
    assert re.fullmatch(r"4 marks of 2 submissions by 2 students are now in postgresql://isa@\S+; gradebook/gradebook.db has not been changed.\n", done.stdout)
    moved = Nbgrader(course)
    assert moved.marks("tiny") == before
    assert {outcome.unchanged for outcome in runner.grade(moved, "tiny", course.submissions("tiny"), runner.silently, jobs=1)} == {True}
    with moved.gradebook() as book:
        assert book.find_comment("s1", "tiny", "tiny", "student-00").manual_comment == "Read twice: ✓"
        assert book.find_submission("tiny", "student-01").extension == timedelta(days=2)
    again = call(course, "isa", "move-gradebook", "gradebook/gradebook.db")
    assert (again.returncode, again.stdout, again.stderr.count("\n")) == (2, "", 1)
    assert "holds a gradebook already" in again.stderr
    assert moved.marks("tiny") == before


def test_a_gradebook_that_the_server_refuses_in_part_is_not_carried_at_all(nbgrader, url):
    with nbgrader.gradebook() as book:
        book.add_student("amina")
        book.add_student("x" * 140)
    point_at(nbgrader.course, url)
    with pytest.raises(CourseError, match=r"value too long for type .*Nothing was changed"):
        move(nbgrader.course, nbgrader.course.gradebook / "gradebook.db")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM student").fetchone() == (0,)


@pytest.mark.parametrize(("statement", "said"), [("UPDATE alembic_version SET version_num = 'older'", "older"), ("DROP TABLE alembic_version", "none")])
def test_a_gradebook_of_another_version_is_refused(desk, url, statement, said):
    with psycopg.connect(url) as connection:
        connection.execute(statement)
    with pytest.raises(CourseError, match=rf"postgresql://isa@\S+ is a gradebook of version {said}, .*Back it up with pg_dump"):
        Nbgrader(desk.course)


def test_a_wrong_password_and_a_database_that_is_not_there_are_one_line_without_the_password(tiny_course, server):
    point_at(tiny_course, server.url("nowhere"))
    done = call(tiny_course, "isa", "release")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert 'database "nowhere" does not exist' in done.stderr
    wrong = server.url("postgres").replace("sesame", "wrong-word")
    with pytest.raises(CourseError, match="password authentication failed") as caught:
        check_gradebook(wrong)
    for said in (done.stderr, str(caught.value)):
        assert "sesame" not in said
        assert "wrong-word" not in said
        assert "\n" not in said.strip()


def test_a_server_that_does_not_answer_is_one_line_without_the_password():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(CourseError, match=rf"postgresql://isa@127\.0\.0\.1:{port}/isa cannot be opened: .*refused") as caught:
            check_gradebook(f"postgresql://isa:secret@127.0.0.1:{port}/isa")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["postgres://isa:secret@db/isa", "postgresql://isa:se@cret@db/isa", "postgresql://isa:secret", "secret", ""])
def test_what_is_no_address_of_a_database_is_one_line_that_does_not_repeat_it(wrong):
    with pytest.raises(CourseError, match="is no address of a database: expected postgresql://USER") as caught:
        check_gradebook(wrong)
    assert "cret" not in str(caught.value)


def test_a_missing_driver_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CourseError, match=r"isa-course\[postgres\]"):
        check_gradebook("postgresql://isa@db/isa")


def test_an_address_is_shown_without_a_password_wherever_it_stands():
    assert shown("postgresql://isa:secret@db:5433/isa?password=secret&host=/run/pg&sslmode=require") == "postgresql://isa@db:5433/isa?host=%2Frun%2Fpg"
    assert shown("sqlite:////course/gradebook.db") == "/course/gradebook.db"
