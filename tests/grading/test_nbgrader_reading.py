"""Both ways of grading read a submission with the same limits, and one that cannot be read costs nobody else anything."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from isa.grading import reading, runner
from isa.grading.nbgrader_edge import GradingFailed
from tests.conftest import solved, submit


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


def with_metadata(text: str, metadata: str) -> str:
    """A notebook with this in the metadata of its answer."""
    notebook = json.loads(text)
    notebook["cells"][1]["metadata"]["more"] = "HERE"
    return json.dumps(notebook).replace('"HERE"', metadata)


def lay_bombs(course) -> dict[str, str]:
    """Hand in every bomb, between two honest students; gives what is to be said of each, an empty text where it can be marked."""
    wrong = solved(course, code="answer = 1")
    submit(course, "amina", solved(course))
    submit(course, "zainab", solved(course))
    texts = {
        "lists-without-end": ('{"cells": ' + "[" * 10_000 + "]" * 10_000 + "}", "no valid JSON"),
        "hundred-thousand-cells": (
            json.dumps({"cells": [{"cell_type": "code", "source": "answer = 42", "metadata": {}}] * 100_000}),
            "more than the 2,000 cells",
        ),
        "hundred-thousand-cells-and-cut-off": ('{"cells": [' + '{"cell_type": "code", "source": "answer = 42"},' * 100_000, "more than the 2,000 cells"),
        "metadata-700-deep": (with_metadata(wrong, nested(700)), ""),
        "metadata-10000-deep": (with_metadata(wrong, nested(10_000)), ""),
        "half-a-character-in-metadata": (with_metadata(wrong, '{"\\ud800": "\\udfff"}'), ""),
        "half-a-character-in-code": (wrong.replace("answer = 1", "answer = '\\\\ud800'\\n# \\ud800"), ""),
        "half-a-character-in-an-output": (solved(course, code="print(chr(0xd800))\nanswer = chr(0xdfff)"), ""),
        "lists-in-lists-in-an-output": (solved(course, code="from IPython.display import HTML, display\ndisplay(HTML('<ul><li>' * 100_000))\nanswer = 1"), ""),
        "one-letter": (solved(course, code="a" * 19_999).replace('"grade_id"', '"id"'), ""),
    }
    for student, (text, _) in texts.items():
        submit(course, student, text)
    # A file of 200 MB that takes no room: 200 MB of nothing.
    os.truncate(submit(course, "large", "") / "tiny.ipynb", 200 * 2**20)
    return {student: said for student, (_, said) in texts.items()} | {"large": "has 200 MB, more than the 64 that are read"}


def test_isa_grade_marks_the_class_and_says_what_was_wrong_with_each_bomb(nbgrader):
    expected = lay_bombs(nbgrader.course)
    chosen, _ = runner.chosen(nbgrader.course, "tiny", [])
    problems = {o.submission.student: o.problem for o in runner.grade(nbgrader, "tiny", chosen, runner.silently)}
    marks = {student: mark.score for student, mark in nbgrader.marks("tiny").items()}
    assert marks.pop("amina") == marks.pop("zainab") == 2
    for student, said in expected.items():
        assert said in problems[student]
        assert bool(said) == bool(problems[student]), problems[student]
        assert marks.pop(student, 0) == 0
    assert not marks


def test_nbgraders_own_command_marks_the_class_and_says_what_was_wrong_with_each_bomb(nbgrader):
    expected = lay_bombs(nbgrader.course)
    command = [str(Path(sys.executable).parent / "nbgrader"), "autograde", "tiny"]
    done = subprocess.run(command, cwd=nbgrader.course.root, capture_output=True, text=True, check=False)
    marks = {student: mark.score for student, mark in nbgrader.marks("tiny").items()}
    assert marks.pop("amina") == marks.pop("zainab") == 2
    assert set(marks.values()) == {0}
    for student, said in expected.items():
        graded = nbgrader.course.root / "autograded" / student / "tiny" / "tiny.ipynb"
        assert graded.is_file() == (not said), student
        assert said in done.stderr


def test_a_file_that_was_cut_off_is_marked_and_the_student_is_told(nbgrader):
    whole = solved(nbgrader.course)
    submit(nbgrader.course, "amina", whole[: whole.index("Six sevens")])
    (submission,) = nbgrader.course.submissions("tiny")
    nbgrader.autograde(submission)
    assert nbgrader.marks("tiny")["amina"].score == 2
    done = nbformat.read(nbgrader.course.root / "autograded" / "amina" / "tiny" / "tiny.ipynb", as_version=4)
    assert done.metadata["isa"]["repairs"][0].startswith("The file was damaged. 3 cells could be read")


@pytest.mark.parametrize("what", ["source/tiny/tiny.ipynb", "submitted/amina/tiny/tiny.ipynb"])
def test_a_notebook_that_is_a_link_to_the_key_or_to_other_work_is_nobodys(nbgrader, what):
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    folder = submit(nbgrader.course, "mallory", "")
    (folder / "tiny.ipynb").unlink()
    (folder / "tiny.ipynb").symlink_to(nbgrader.course.root / what)
    chosen, _ = runner.chosen(nbgrader.course, "tiny", [])
    assert {o.submission.student for o in runner.grade(nbgrader, "tiny", chosen, runner.silently) if "is a link" in o.problem} == {"mallory"}
    with pytest.raises(GradingFailed, match="is a link"):
        nbgrader.autograde(chosen[1])
    assert nbgrader.marks("tiny")["mallory"].score == 0
    assert not list((nbgrader.course.root / "autograded" / "mallory").rglob("*.ipynb"))


def test_the_limits_are_those_of_one_reader(nbgrader, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 100)
    submit(nbgrader.course, "amina", solved(nbgrader.course))
    with pytest.raises(GradingFailed, match="more than the"):
        nbgrader.autograde(nbgrader.course.submissions("tiny")[0])
