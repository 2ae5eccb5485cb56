"""A class on a JupyterHub, from release to feedback, with nbgrader's exchange: what works, what it gives, and what students cannot see.

`amina` hands in the key without the written answers. `bilal` makes one typical mistake, and his code looks round where it runs. Later he tries to
hand in under another's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
import requests

from isa.grading.course import Course
from isa.grading.key import key
from isa.teaching import specimens
from isa.teaching.sample_class import filled
from tests.conftest import ROOT
from tests.hub.conftest import ACCOUNTS, ASSIGNMENT, BIN, COURSE, INSTRUCTOR, STUDENTS, House, Hub, Visitor, left_of, processes_of

AMINA, BILAL = STUDENTS
HERE = Course(ROOT)
WRONG = next(wrong for wrong in specimens.read(HERE.gradebook / "specimens" / f"{ASSIGNMENT}.yml").wrong_code["q1"] if wrong.id == "q1-after-the-year")
LOOK_ROUND = """
import os, pathlib
for place in {places!r}:
    try:
        print("REACHED", place, len(os.listdir(place)) if os.path.isdir(place) else len(pathlib.Path(place).read_bytes()))
    except OSError as error:
        print("no way", type(error).__name__)
print("as", os.getuid())
"""


@dataclass
class Term:
    """What happened in a class, from the first assignment to the feedback on it."""

    hub: Hub
    visitors: dict[str, Visitor]
    said: dict[str, str] = field(default_factory=dict)
    marked: dict[str, nbformat.NotebookNode] = field(default_factory=dict)

    @property
    def instructor(self) -> Visitor:
        return self.visitors[INSTRUCTOR]

    def work(self, student: str) -> Path:
        return self.hub.house.home(student) / ASSIGNMENT

    def hand_in(self, student: str, answers: dict[str, str]) -> None:
        """Fetch, fill in and submit, by the buttons of the assignment list."""
        self._press(student, "fetch")
        path = self.work(student) / f"{ASSIGNMENT}.ipynb"
        path.write_text(filled(path.read_text(encoding="utf-8"), answers), encoding="utf-8")
        self._press(student, "submit")

    def fetch_feedback(self, student: str) -> None:
        self._press(student, "fetch_feedback")

    def form(self, path: str) -> None:
        """Press a button of formgrader."""
        answer = self.instructor.post(INSTRUCTOR, f"formgrader/api/{path}")
        assert answer.ok, answer.text
        assert answer.json()["success"], answer.json()["error"] + answer.json()["log"]
        self.said[path] = answer.json()["log"]

    def desk(self, *command: str) -> None:
        """Call a command of the course's environment in the instructor's terminal, without activating it."""
        done = self.hub.house.run(INSTRUCTOR, str(BIN / command[0]), *command[1:], cwd=self.hub.course)
        assert done.returncode == 0, done.stdout + done.stderr
        self.said[" ".join(command)] = done.stdout + done.stderr

    def marks(self) -> dict[str, tuple[float, float]]:
        """Student -> score and points, as formgrader shows them."""
        shown = self.instructor.get(INSTRUCTOR, f"formgrader/api/submissions/{ASSIGNMENT}").json()
        return {one["student"]: (one["score"], one["max_score"]) for one in shown}

    def autograded(self, student: str) -> nbformat.NotebookNode:
        return nbformat.read(self.hub.course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)

    def pages(self, student: str) -> list[Path]:
        return sorted(self.work(student).glob("feedback/*/*.html"))

    def _press(self, student: str, button: str) -> None:
        answer = self.visitors[student].post(student, f"assignments/{button}", course_id=COURSE, assignment_id=ASSIGNMENT)
        assert answer.ok, answer.text
        assert answer.json()["success"], answer.json()["value"]
        self.said[f"{student} {button}"] = json.dumps(answer.json()["value"])


@pytest.fixture(scope="module")
def hub(possible) -> Iterator[Hub]:
    made = Hub()
    try:
        made.start()
        yield made
    finally:
        made.house.close()


@pytest.fixture(scope="module")
def term(hub) -> Term:
    arrived = [Visitor(hub, account) for account in ACCOUNTS]
    made = Term(hub, {visitor.account: visitor.wait() for visitor in arrived})
    answers = key(nbformat.read(HERE.source(ASSIGNMENT), as_version=4))
    code = {cell: text for cell, text in answers.items() if cell[0] != "s"}
    places = [str(hub.course / "gradebook"), str(hub.exchange), str(hub.house.home(AMINA)), str(hub.house.home(INSTRUCTOR)), "/etc/passwd"]

    made.desk("isa", "release")
    made.form(f"assignment/{ASSIGNMENT}/release")
    made.hand_in(AMINA, code)
    made.hand_in(BILAL, code | {"q1": WRONG.code + LOOK_ROUND.format(places=places)})
    made.form(f"assignment/{ASSIGNMENT}/collect")
    made.form(f"submission/{ASSIGNMENT}/{BILAL}/autograde")
    made.marked["button"] = made.autograded(BILAL)
    made.desk("isa", "grade", ASSIGNMENT)
    made.marked["command"] = made.autograded(BILAL)
    made.form(f"assignment/{ASSIGNMENT}/generate_feedback")
    made.form(f"assignment/{ASSIGNMENT}/release_feedback")
    for student in STUDENTS:
        made.fetch_feedback(student)
    return made


def test_each_server_runs_under_the_uid_of_its_account(term):
    servers = {uid for uid, command in processes_of(term.hub.house.folder) if "jupyterhub-singleuser" in command}
    assert servers == set(ACCOUNTS.values())


def test_scores_are_what_was_planted(term):
    points = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in _graded(HERE.source(ASSIGNMENT))}
    code = {cell: worth for cell, worth in points.items() if cell[0] != "s"}
    lost = sum(code[cell] - earned for cell, earned in WRONG.earns.items())
    assert lost > 0
    assert term.marks() == {AMINA: (sum(code.values()), sum(points.values())), BILAL: (sum(code.values()) - lost, sum(points.values()))}


@pytest.mark.parametrize("how", ["button", "command"])
def test_a_students_code_does_not_run_as_the_instructor_and_reaches_nothing_of_the_class(term, how):
    said = "".join(output.get("text", "") for cell in term.marked[how].cells for output in cell.get("outputs", []))
    assert term.marked[how].metadata.isa.isolated is True
    assert said.count("no way FileNotFoundError") == 5, said
    assert "as 65534" in said
    assert "REACHED" not in said


def test_feedback_comes_back_to_the_student_with_our_explanation_and_without_a_test(term):
    for student in STUDENTS:
        (page,) = term.pages(student)
        assert page.stat().st_uid == ACCOUNTS[student]
    amina, bilal = (term.pages(student)[0].read_text(encoding="utf-8") for student in STUDENTS)
    assert "Exercise 1, test a" in bilal
    assert bilal != amina
    hidden = [line.strip() for cell in _graded(HERE.source(ASSIGNMENT)) if cell.cell_type == "code" for line in _hidden(cell.source)]
    assert len(hidden) > 10
    for page in (amina, bilal):
        assert [line for line in hidden if line in page] == []


@pytest.mark.parametrize(("who", "other"), [(AMINA, BILAL), (BILAL, AMINA), (AMINA, INSTRUCTOR)])
def test_nobody_sees_the_home_of_another(term, who, other):
    assert "Permission denied" in term.hub.house.run(who, "ls", str(term.hub.house.home(other))).stderr
    assert term.visitors[who].get(other, "api/contents").status_code == 403


def test_students_cannot_list_what_others_handed_in_or_got_back(term):
    for folder in ("inbound", "feedback"):
        place = term.hub.exchange / COURSE / folder
        assert len(list(place.iterdir())) == 2
        for student in STUDENTS:
            assert "Permission denied" in term.hub.house.run(student, "ls", str(place)).stderr


def test_formgrader_is_closed_to_students(term):
    assert term.instructor.get(INSTRUCTOR, "formgrader").status_code == 200
    for student in STUDENTS:
        assert term.visitors[student].get(INSTRUCTOR, "formgrader").status_code == 403
        assert term.visitors[student].get(INSTRUCTOR, f"formgrader/api/submissions/{ASSIGNMENT}").status_code == 403
        assert term.visitors[student].post(INSTRUCTOR, f"formgrader/api/submission/{ASSIGNMENT}/{student}/autograde").status_code == 403
        assert term.visitors[student].get(student, "formgrader").status_code == 404


def test_a_stranger_does_not_get_in(term):
    visitor = requests.Session()
    visitor.get(f"{term.hub.address}/hub/login", timeout=60)
    form = {"username": "carim", "password": term.hub.password, "_xsrf": visitor.cookies["_xsrf"]}
    assert visitor.post(f"{term.hub.address}/hub/login", data=form, timeout=60).status_code == 403
    assert "/hub/login" in requests.get(f"{term.hub.address}/user/{INSTRUCTOR}/formgrader", timeout=60).url


def test_what_is_handed_in_under_anothers_name_counts_as_the_work_of_who_did_it(term):
    mine = (term.hub.course / "submitted" / AMINA / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    forged = term.hub.house.run(BILAL, str(BIN / "nbgrader"), "submit", ASSIGNMENT, f"--student={AMINA}")
    assert forged.returncode == 0, forged.stderr
    term.desk("nbgrader", "collect", ASSIGNMENT, "--update")
    assert f"handed in by {BILAL} under the name of {AMINA}" in term.said[f"nbgrader collect {ASSIGNMENT} --update"]
    assert (term.hub.course / "submitted" / AMINA / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes() == mine


def test_nothing_is_left_running_or_mounted_when_a_house_ends(possible):
    house = House({"carim": 20009})
    try:
        house.start(["sleep", "600"], [], house.folder / "log")
        assert house.run("carim", "bash", "-c", "nohup sleep 601 >/dev/null 2>&1 & whoami").stdout.strip() == "carim"
        assert any("sleep 601" in line for line in left_of(house.folder)), "the test looks for what it cannot see"
    finally:
        house.close()
    assert not house.folder.exists()


def _graded(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.metadata.get("nbgrader", {}).get("grade")]


def _hidden(source: str) -> list[str]:
    lines = source.splitlines()
    inside = lines[lines.index("### BEGIN HIDDEN TESTS") + 1 : lines.index("### END HIDDEN TESTS")]
    return [line for line in inside if len(line.strip()) > 20]
