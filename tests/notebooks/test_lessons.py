"""Lessons run clean from top to bottom, within their time, and say what the syllabus says."""

import re
import time
from itertools import pairwise

import nbformat
import pytest
from nbclient import NotebookClient

from isa import syllabus
from isa.catalog import tables
from tests.conftest import ROOT

LESSONS = [lesson for lesson in syllabus.read().lessons if lesson.status == "ready"]
SECONDS = 20
LINES = 12


def read(lesson):
    return nbformat.read(ROOT / lesson.notebook, as_version=4)


def prose(lesson):
    return "\n".join(c.source for c in read(lesson).cells if c.cell_type == "markdown")


def every_lesson(test):
    return pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)(test)


@every_lesson
def test_a_lesson_runs_clean_within_its_time(lesson, tmp_path):
    notebook = read(lesson)
    started = time.monotonic()
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert time.monotonic() - started < SECONDS
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", f"{cell.id} warns: {output.text}"
    assert not list(tmp_path.iterdir()), "a lesson writes no files"


@every_lesson
def test_every_image_has_words(lesson, tmp_path):
    notebook = read(lesson)
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    data = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not any("image/png" in d for d in data), "a figure was shown without isa.charts.show"
    images = re.findall(r"<img [^>]*>", "".join(str(d.get("text/html", "")) for d in data))
    assert images
    assert all(re.search(r'alt="[^"]{40,}"', image[:800]) for image in images)


@every_lesson
def test_a_notebook_is_stored_without_outputs_and_opens_anywhere(lesson):
    notebook = read(lesson)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info.name == "python"
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))


@every_lesson
def test_a_code_cell_does_one_thing_and_needs_no_network(lesson):
    for cell in read(lesson).cells:
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= LINES, cell.id
            assert not re.search(r"https?://|urlopen|requests|%pip|!pip|read_csv|to_csv|open\(", cell.source), cell.id
            imported = re.findall(r"^\s*(?:import|from) (\w+)", cell.source, re.MULTILINE)
            assert set(imported) <= {"isa", "pandas", "numpy", "matplotlib"}, cell.id


@every_lesson
def test_a_lesson_says_its_title_minutes_objectives_and_claims_as_the_syllabus_does(lesson):
    text = prose(lesson)
    claims = syllabus.read().claims
    assert text.splitlines()[0] == f"# {lesson.id} {lesson.title}"
    assert re.search(rf"\*\*(Time|Minutes):\*\* {lesson.minutes}\b", text)
    for id, objective in lesson.objectives.items():
        assert f"- **{id}** {objective}" in text
    for claim in lesson.claims:
        assert f"**{claim}** {claims[claim]}" in text


@every_lesson
def test_headings_never_skip_a_level_and_there_is_one_title(lesson):
    # Headings inside code fences are comments.
    text = re.sub(r"```.*?```", "", prose(lesson), flags=re.DOTALL)
    levels = [len(hashes) for hashes in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels)), levels


@every_lesson
def test_the_tables_that_a_lesson_loads_are_its_evidence_and_are_cited(lesson):
    code = "\n".join(c.source for c in read(lesson).cells if c.cell_type == "code")
    loaded = set(re.findall(r'isa\.load\("(\w+)"\)', code)) & set(tables().name)
    cited = set(re.findall(r'"(\w+)"', "".join(re.findall(r"isa\.cite\(([^)]*)\)", code))))
    assert loaded == set(lesson.evidence) == cited


@every_lesson
def test_links_to_other_files_of_the_course_lead_somewhere(lesson):
    here = (ROOT / lesson.notebook).parent
    for target in re.findall(r"\]\(([^)#\s]+)\)", prose(lesson)):
        if not target.startswith("http"):
            assert (here / target).resolve().is_file(), target


@every_lesson
def test_about_half_of_a_lesson_is_practice(lesson):
    text = prose(lesson)
    answers = text.count("<details>")
    assert answers >= 8, f"{answers} questions with a folded answer"
    assert text.count("<details>") == text.count("</details>")
    # Without a blank line after it, what is inside is shown as raw text.
    assert not re.search(r"</summary>\n(?!\n)", text)
    code = [c.source for c in read(lesson).cells if c.cell_type == "code"]
    assert sum(source.startswith("# Your turn") for source in code) >= 4
    assert len(re.findall(r"[Pp]redict", text)) >= 4


@every_lesson
def test_folded_code_runs_where_it_stands(lesson, tmp_path):
    """What a folded answer shows is run after its "Your turn" cell, in a lesson that has run up to there."""
    notebook = read(lesson)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        answer = re.search(r"<details>.*?```python\n(.*?)```", cell.source, re.DOTALL) if cell.cell_type == "markdown" else None
        if answer and cells[-2].cell_type == "code" and cells[-2].source.startswith("# Your turn"):
            cells.append(nbformat.v4.new_code_cell(answer[1]))
    assert len(cells) > len(notebook.cells)
    notebook.cells = cells
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
