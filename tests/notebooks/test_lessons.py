"""Lessons run clean from top to bottom, within their time, say what the syllabus says, and have all parts of a lesson in their order."""

import re
from functools import cache
from itertools import pairwise

import nbformat
import pytest
from nbclient import NotebookClient

from isa import syllabus
from isa.catalog import tables
from isa.study import checkpoints
from isa.study.checkpoints import Line, ShortAnswer
from tests.conftest import ROOT

LESSONS = [lesson for lesson in syllabus.read().lessons if lesson.status == "ready"]
SECONDS = 20  # of processor time, for a whole lesson
PATIENCE = 120  # seconds on the clock for one cell, on a machine that does other work
LINES = 12
DRAWN_WITH = {"map_points", "outlines"}  # a map may load these itself
PARTS = ("lesson", "recall", "checkpoint", "explore", "summary")


def read(lesson):
    return nbformat.read(ROOT / lesson.notebook, as_version=4)


def prose(lesson):
    return "\n".join(c.source for c in read(lesson).cells if c.cell_type == "markdown")


def code(lesson):
    return [c.source for c in read(lesson).cells if c.cell_type == "code"]


def called(lesson, part):
    """What `isa.<part>("…")` is called with, in the order of the page."""
    return re.findall(rf'^isa\.{part}\("([\d.]+)"\)$', "\n".join(code(lesson)), re.MULTILINE)


def executed(notebook, folder):
    NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A lesson that has run once: its notebook, the seconds that the processor worked for it, and the files that it left."""

    @cache
    def run(lesson):
        folder = tmp_path_factory.mktemp("lesson")
        notebook = read(lesson)
        notebook.cells.append(nbformat.v4.new_code_cell("import time\nprint(time.process_time())"))
        seconds = executed(notebook, folder).cells.pop().outputs[0].text
        return notebook, float(seconds), list(folder.iterdir())

    return run


def every_lesson(test):
    return pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)(test)


@every_lesson
def test_a_lesson_runs_clean_within_its_time(lesson, ran):
    notebook, seconds, files = ran(lesson)
    assert seconds < SECONDS
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", f"{cell.id} warns: {output.text}"
    assert not files, "a lesson writes no files"


@every_lesson
def test_every_image_has_words(lesson, ran):
    data = [output.get("data", {}) for cell in ran(lesson)[0].cells for output in cell.get("outputs", [])]
    assert not any("image/png" in d for d in data), "a figure was shown without isa.charts.show"
    images = re.findall(r"<img [^>]*>", "".join(str(d.get("text/html", "")) for d in data))
    assert images
    assert all(re.search(r'alt="[^"]{40,}"', image[:1000]) for image in images)


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
def test_a_lesson_opens_with_title_promise_and_frame_and_ends_with_its_summary(lesson):
    first, second, *_, last = read(lesson).cells
    title, promise = first.source.split("\n\n")[:2]
    assert title == f"# {lesson.id} {lesson.title}"
    assert promise.endswith(".")
    assert second.source == f'import isa\n\nisa.lesson("{lesson.id}")'
    assert last.source == f'isa.summary("{lesson.id}")'


@every_lesson
def test_recall_comes_before_anything_is_asked_and_there_is_one_explorer(lesson):
    first = lesson == LESSONS[0]
    assert called(lesson, "recall") == ([] if first else [lesson.id])
    assert called(lesson, "explore") in ([[lesson.id], []] if first else [[lesson.id]])
    parts = re.findall(r"^isa\.(lesson|recall|checkpoint|explore|summary)\(", "\n".join(code(lesson)), re.MULTILINE)
    if not first:
        assert parts.index("recall") < parts.index("checkpoint")
    assert parts.index("lesson") == 0
    assert parts.index("summary") == len(parts) - 1


@every_lesson
def test_what_the_course_displays_stands_in_a_cell_of_its_own(lesson):
    for source in code(lesson)[1:]:
        if re.search(rf"isa\.({'|'.join(PARTS)})\b", source):
            assert re.fullmatch(rf'isa\.({"|".join(PARTS)})\("[\d.]+"\)', source), source


@every_lesson
def test_each_checkpoint_is_asked_once_and_in_order_on_the_page_or_as_an_exit_ticket(lesson):
    known = checkpoints.of_lesson(lesson.id)
    assert called(lesson, "checkpoint") == [one.id for one in known if not one.exit_ticket]
    assert 2 <= sum(one.exit_ticket for one in known) <= 3
    assert [one.id for one in known] == [f"{int(lesson.id)}.{number}" for number in range(1, len(known) + 1)]


@every_lesson
def test_checkpoints_are_many_of_several_kinds_and_practise_every_objective(lesson):
    known = checkpoints.of_lesson(lesson.id)
    kinds = {"choose many" if getattr(one.task, "many", False) else type(one.task).__name__ for one in known}
    assert len(known) >= 8
    assert len(kinds) >= 4, kinds
    assert any(isinstance(one.task, ShortAnswer) for one in known)
    assert any(one.chart for one in known)
    assert {one.objective for one in known} == set(lesson.objectives)


@every_lesson
def test_the_page_does_not_hold_the_line_that_a_checkpoint_asks_for(lesson):
    page = "\n".join(cell.source for cell in read(lesson).cells)
    for one in checkpoints.of_lesson(lesson.id):
        if isinstance(one.task, Line):
            assert one.task.solution not in page, one.id


@every_lesson
def test_about_half_of_a_lesson_is_practice(lesson):
    text = prose(lesson)
    turns = re.findall(r"\*\*Your turn \d+ \(([\d.]+) minutes?\)\.\*\*", text)
    assert len(turns) == sum(source.startswith("# Your turn") for source in code(lesson)) >= 2
    practice = sum(map(float, turns)) + sum(one.minutes for one in checkpoints.of_lesson(lesson.id))
    assert 0.5 <= practice / lesson.minutes <= 0.7, f"{practice} of {lesson.minutes} minutes"
    assert sum(map(int, re.findall(r"^\*About (\d+) minutes?\b", text, re.MULTILINE))) <= lesson.minutes
    assert len(re.findall(r"[Pp]redict", text)) >= 4


@every_lesson
def test_folded_answers_are_shown_as_text(lesson):
    text = prose(lesson)
    assert text.count("<details>") == text.count("</details>")
    # Without a blank line after it, what is inside is shown as raw text.
    assert not re.search(r"</summary>\n(?!\n)", text)


@every_lesson
def test_a_chart_is_followed_by_what_it_does_not_show(lesson):
    cells = read(lesson).cells
    for place, cell in enumerate(cells):
        if cell.cell_type == "code" and "isa.charts.show(" in cell.source:
            after = next(c.source for c in cells[place:] if c.cell_type == "markdown")
            assert re.search(r"do(es)? not (show|say)", after), f"{cell.id}: what does the chart not show?"


@every_lesson
def test_claims_read_as_in_the_syllabus_and_each_gets_a_verdict(lesson):
    text = prose(lesson)
    claims = syllabus.read().claims
    for claim in lesson.claims or claims:
        assert f"**{claim}** {claims[claim]}" in text, "the claim cannot be read where nothing has run"
    now = re.search(r"^## What [^\n]*looks? like now\n.*?(?=^## )", text, re.DOTALL | re.MULTILINE)
    for claim in lesson.claims:
        assert now
        assert re.search(rf"\*\*{claim}\b.*?\b(supported|partly|not testable)\b", now[0], re.DOTALL), f"no verdict on {claim}"


@every_lesson
def test_two_positions_stand_against_each_other_and_the_reading_is_annotated(lesson):
    text = prose(lesson)
    contested = re.search(r"^## [^\n]*Contested\b.*?(?=^## )", text, re.DOTALL | re.MULTILINE)
    assert contested
    assert len(re.findall(r"^\*\*[^*]+\.\*\* ", contested[0], re.MULTILINE)) >= 2
    assert len(re.findall(r"\b(19|20)\d\d\b", contested[0])) >= 2, "each position names its source and year"
    assert re.search(r"\*\*(To discuss|Discuss)\b", contested[0])
    reading = re.search(r"^## Further reading\n.*?(?=^## )", text, re.DOTALL | re.MULTILINE)
    assert reading
    assert len(re.findall(r"^- ", reading[0], re.MULTILINE)) >= 5


@every_lesson
def test_headings_never_skip_a_level_and_there_is_one_title(lesson):
    # Headings inside code fences are comments.
    text = re.sub(r"```.*?```", "", prose(lesson), flags=re.DOTALL)
    levels = [len(hashes) for hashes in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels)), levels


@every_lesson
def test_the_tables_that_a_lesson_loads_are_its_evidence(lesson):
    loaded = set(re.findall(r'isa\.load\("(\w+)"', "\n".join(code(lesson)))) & set(tables().name)
    assert loaded <= set(lesson.evidence) <= loaded | DRAWN_WITH


@every_lesson
def test_links_to_other_files_of_the_course_lead_somewhere(lesson):
    here = (ROOT / lesson.notebook).parent
    for target in re.findall(r"\]\(([^)#\s]+)\)", prose(lesson)):
        if not target.startswith("http"):
            assert (here / target).resolve().is_file(), target


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
    if len(cells) > len(notebook.cells):
        notebook.cells = cells
        executed(notebook, tmp_path)
