"""The button at the end of an assignment: harmless where nobody could press it, and one sentence for whatever goes wrong."""

import asyncio
import json
import os
import subprocess
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

from isa.grading.course import Course
from isa.grading.sandbox import Sandbox
from isa.study import check_button
from isa.study.check_button import NOTEBOOK, CheckButton, NotMarked, marked, notebook_file, show
from tests.conftest import ROOT

FOUND = {
    "assignment": "tiny",
    "page": "",
    "score": 1.5,
    "most": 3,
    "unsure": 1,
    "exercises": [
        {"exercise": "Exercise 1: <b>", "verdict": "some points", "points": 0.5, "most": 2, "found": ["test a: 1 < 2", "test b: not passed"]},
        {"exercise": "Short answer 1", "verdict": "yours to judge", "points": 1, "most": 1, "found": []},
    ],
    "repairs": ["The cell q1 was missing and was put back."],
    "left_out": "",
}


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A saved notebook that Jupyter has named to this kernel."""
    path = tmp_path / "my work" / "tiny copy.ipynb"
    path.parent.mkdir()
    path.write_text("{}", encoding="utf-8")
    monkeypatch.setenv(NOTEBOOK, str(path))
    monkeypatch.chdir(path.parent)
    return path


@pytest.fixture
def button(notebook):
    """The button of that notebook."""
    InteractiveShell.instance()  # shows HTML, as in a notebook
    yield CheckButton("tiny")
    InteractiveShell.clear_instance()


def answering(monkeypatch, answer) -> None:
    """Let the marking give this answer, or this trouble."""

    async def told(notebook):
        if isinstance(answer, Exception):
            raise answer
        return answer | {"page": str(notebook.with_name("tiny copy-feedback.html"))}

    monkeypatch.setattr(check_button, "marked", told)


def said(button: CheckButton) -> str:
    return button.box.children[1].value


def shown(button: CheckButton) -> str:
    return "".join(output["data"]["text/html"] for output in button.box.children[2].outputs)


def test_where_nobody_could_press_it_there_is_one_line_and_no_widget(monkeypatch, capsys):
    monkeypatch.delenv(NOTEBOOK, raising=False)
    show("assignment-01")
    show("assignment-01")
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert first.endswith("isa check assignment-01.ipynb")


def test_outside_of_a_kernel_there_is_none_whatever_the_environment_says(notebook, capsys):
    show("tiny")
    assert "isa check tiny.ipynb" in capsys.readouterr().out


def test_while_a_submission_is_graded_there_is_none(notebook, monkeypatch, capsys):
    class Shell:
        kernel = "one"

    monkeypatch.setattr("IPython.core.getipython.get_ipython", Shell)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    show("tiny")
    assert "isa check tiny.ipynb" in capsys.readouterr().out


def test_in_the_sandbox_it_prints_the_same_line_and_imports_no_widget_library(notebook):
    line = "import isa\nisa.check_button('tiny')"
    with Sandbox() as sandbox, sandbox.session() as session:
        result = session.run(line)
    assert result.ok
    assert [output["text"] for output in result.outputs] == [
        "Where this notebook is open in JupyterLab, a button stands here. In a terminal, the same is: isa check tiny.ipynb\n"
    ]


def test_it_costs_no_time_where_there_is_none():
    heavy = "{'ipywidgets', 'isa.grading', 'isa.study.widgets', 'nbgrader'}"
    code = f"import sys, isa; isa.check_button('a'); sys.exit(str({heavy} & set(sys.modules)))"
    clean = {name: value for name, value in os.environ.items() if name != NOTEBOOK}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "set()"


def test_it_asks_to_save_first(button):
    assert "Save the notebook first (Ctrl+S" in said(button)
    assert 'role="status"' in said(button)


def test_it_shows_points_findings_and_a_link_beside_the_notebook(button, monkeypatch):
    answering(monkeypatch, FOUND)
    asyncio.run(button.mark())
    assert "1.5 of 3 points for what was saved at " in said(button)
    html = shown(button)
    assert "Exercise 1: &lt;b&gt;" in html
    assert "test a: 1 &lt; 2<br>test b: not passed" in html
    assert "yours to judge</td>" in html
    assert "1 of the answers is yours to judge" in html
    assert "Repaired: The cell q1 was missing" in html
    assert 'href="tiny%20copy-feedback.html"' in html


def test_a_second_time_shows_the_second_marks_alone(button, monkeypatch):
    for score in (1, 2):
        answering(monkeypatch, FOUND | {"score": score})
        asyncio.run(button.mark())
    assert len(button.box.children[2].outputs) == 1
    assert "2 of 3 points" in shown(button)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (NotMarked("mine.ipynb is no assignment of this course."), "Not marked: mine.ipynb is no assignment of this course."),
        (OSError("no <room> left"), "Not marked: OSError: no &lt;room&gt; left"),
    ],
)
def test_trouble_is_one_sentence_and_no_marks(button, monkeypatch, trouble, words):
    answering(monkeypatch, trouble)
    asyncio.run(button.mark())
    assert words in said(button)
    assert shown(button) == ""


def test_pressing_it_twice_marks_once(button, monkeypatch):
    runs = []

    async def slow(notebook):
        runs.append(notebook)
        await asyncio.sleep(0.01)
        raise NotMarked("enough.")

    async def press_twice():
        for _ in range(2):
            button.box.children[0].click()
            await asyncio.sleep(0)
        await button._task

    monkeypatch.setattr(check_button, "marked", slow)
    asyncio.run(press_twice())
    assert len(runs) == 1


def test_the_notebook_is_the_one_that_jupyter_named_else_the_student_version_here(notebook, monkeypatch):
    assert notebook_file("tiny") == notebook
    notebook.rename(notebook.with_name("renamed.ipynb"))
    with pytest.raises(NotMarked, match=r"the file tiny copy\.ipynb was not found\. If you renamed the notebook, restart its kernel"):
        notebook_file("tiny")
    (notebook.parent / "tiny.ipynb").write_text("{}", encoding="utf-8")
    assert notebook_file("tiny") == notebook.parent / "tiny.ipynb"
    monkeypatch.delenv(NOTEBOOK)
    assert notebook_file("tiny") == notebook.parent / "tiny.ipynb"


def test_the_command_itself_marks_the_notebook_and_its_error_comes_back_as_a_sentence(notebook):
    # A file of the learner's is not taken for a library.
    (notebook.parent / "pandas.py").write_text("raise SystemExit('not the library')", encoding="utf-8")
    with pytest.raises(NotMarked, match=r"tiny copy\.ipynb is not a notebook: it has no list of cells"):
        asyncio.run(marked(notebook))
    notebook.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    with pytest.raises(NotMarked, match=rf"no assignment of this course \(they are: {', '.join(Course.at(ROOT).assignments())}"):
        asyncio.run(marked(notebook))


@pytest.mark.parametrize(("platform", "walls"), [("linux", True), ("darwin", False)])
def test_where_a_system_has_no_walls_the_notebook_runs_as_in_its_own_kernel(notebook, monkeypatch, platform, walls):
    monkeypatch.setattr(sys, "platform", platform)
    assert ("--no-sandbox" not in check_button._command(notebook)) is walls


def test_what_does_not_end_is_stopped(notebook, monkeypatch):
    monkeypatch.setattr(check_button, "LONGEST", 0.01)
    with pytest.raises(NotMarked, match=r"more than 0\.01 seconds and was stopped"):
        asyncio.run(marked(notebook))
