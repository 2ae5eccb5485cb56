import re
import sys
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

import isa
from isa import study, syllabus
from isa.study import frame, progress
from isa.study.checkpoints import checkpoint
from isa.study.progress import Try
from isa.syllabus import UnknownLesson
from tests.study.conftest import ask


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, in order: pages as HTML, checkpoints by their ids."""
    seen = []
    monkeypatch.setattr(frame, "_display", lambda page: seen.append(page._repr_html_()))
    widgets = SimpleNamespace(show=lambda one: seen.append(one.id))
    monkeypatch.setitem(sys.modules, "isa.study.widgets", widgets)
    monkeypatch.setattr(study, "widgets", widgets, raising=False)
    return seen


def tried(id, result="right", days_ago=0):
    progress._waiting.append(Try(datetime.now(UTC) - timedelta(days=days_ago), id, checkpoint(id).objective, result, 0, False))


def words(html):
    """What a reader reads, without the style."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL))


def part(html, start, end):
    return html[html.index(start) : html.index(end, html.index(start))]


def test_a_lesson_opens_with_all_that_a_learner_needs_to_begin(small_course, shown):
    frame.lesson("02")
    (html,) = shown
    said = words(html)
    for expected in ("02 Fire &amp; smoke", "Is it hot?", "60 minutes", "2.1 Light it.", "2.2 Put it out.", "Previous: ", "Next: 03 Air (planned)"):
        assert expected in said
    assert "<dt>Before this</dt><dd><a href='01-water.ipynb'>01 Water</a></dd>" in html
    assert "Claims under test" in said
    assert "C1: Water is wet." in said
    assert "C2: Fire is &lt;hot&gt;." in said


def test_the_first_lesson_has_nothing_before_it_and_no_claim(small_course, shown):
    frame.lesson("00")
    said = words(shown[0])
    assert "Before this nothing" in said
    assert "Claim under test none" in said
    assert "Previous" not in said
    assert "Next: 01 Water" in said


def test_the_state_of_an_objective_is_said_in_words(small_course, shown):
    tried("2.1")
    tried("2.2")
    tried("2.4", "wrong")
    frame.lesson("02")
    assert "2.1 Light it. ✓ met" in words(shown[0])
    assert "2.2 Put it out. ◐ begun" in words(shown[0])
    frame.lesson("01")
    assert words(shown[1]).count("○ not begun") == 3
    assert progress.RULE in words(shown[1])


def test_the_contents_lead_to_the_sections_of_this_notebook(small_course, shown):
    frame.lesson("02")
    contents = part(shown[0], "<nav class='isa-contents'", "</nav>")
    assert re.findall(r"<a href='([^']*)'>([^<]*)</a>", contents) == [
        ("02-fire.ipynb#cell-id=light", "1. Light it with care &amp; a match"),
        ("02-fire.ipynb#cell-id=end", "2. Put it out"),
    ]


def test_the_notebook_of_the_folder_where_it_runs_is_taken_first(small_course, shown, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (small_course / "notebooks" / "02-fire.ipynb").read_text(encoding="utf-8")
    (tmp_path / "02-fire.ipynb").write_text(text.replace("Put it out", "Let it burn"), encoding="utf-8")
    frame.lesson("02")
    assert "2. Let it burn" in words(shown[0])


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{}]}', '{"cells": ["x"]}', '{"cells": [{"cell_type": "markdown", "source": [1], "id": "a"}]}']
)
def test_a_notebook_that_cannot_be_read_leaves_the_contents_out(small_course, shown, text):
    (small_course / "notebooks" / "02-fire.ipynb").write_text(text, encoding="utf-8")
    frame.lesson("02")
    assert "In this lesson" not in shown[0]
    assert "2.1 Light it." in words(shown[0])


def test_a_cell_without_an_id_is_named_without_a_link(small_course, shown):
    path = small_course / "notebooks" / "02-fire.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace('"id": "end", ', ""), encoding="utf-8")
    frame.lesson("02")
    assert "<li>2. Put it out</li>" in shown[0]


def test_an_unknown_lesson_names_the_known(small_course):
    for call in (frame.lesson, frame.summary):
        with pytest.raises(UnknownLesson, match=r"there is no lesson '2'\. Did you mean '02'\? The course has 00, 01, 02, 03\."):
            call("2")


def test_a_summary_shows_the_exit_ticket_between_what_was_met_and_what_comes_next(small_course, shown):
    ask(small_course, "01", ["1.1", "1.2", "1.3"], exit_ticket=True)
    frame.summary("01")
    first, ticket, last = shown
    assert "Where you stand" in words(first)
    assert ticket == "1.3"
    assert "What comes next" in words(last)
    assert "<a href='../release/assignment-01/assignment-01.ipynb'>Assignment 01: Measure the sea</a>" in last
    assert "<a href='02-fire.ipynb'>02 Fire &amp; smoke</a>" in last


def test_a_summary_says_what_to_see_again_and_leads_there(small_course, shown):
    tried("2.1", "wrong")
    tried("2.2")
    tried("2.3")
    frame.summary("02")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).astimezone()
    # Not 2.3: it is right, and no later lesson asks it.
    assert f"see again:</strong> <a href='02-fire.ipynb#cell-id=check-21'>2.1</a> now, 2.2 from {tomorrow.day} {tomorrow:%B %Y}.</p>" in shown[0]


def test_what_is_planned_or_missing_is_named_without_a_link(small_course, shown):
    frame.summary("02")
    assert "<li>Assignment 02: Burn (planned)</li><li>03 Air (planned)</li>" in shown[-1]
    (small_course / "release" / "assignment-01" / "assignment-01.ipynb").unlink()
    frame.summary("01")
    assert "<li>Assignment 01: Measure the sea</li>" in shown[-1]


def test_the_last_lesson_has_nothing_after_it(small_course, shown):
    frame.summary("03")
    assert "What comes next" not in shown[-1]
    assert "Sources" not in shown[-1], "it has no tables"


def test_every_table_that_was_loaded_is_cited_in_the_order_of_loading(small_course, shown):
    isa.load("military_expenditure")
    isa.load("members", iso3="MLI")
    isa.load("military_expenditure", year=2020)
    frame.summary("01")
    assert "Sources of the tables that this page used" in shown[-1]
    assert isa.cite("military_expenditure", "members")._repr_html_() in shown[-1]


def test_after_a_restart_the_sources_of_the_lessons_own_tables_are_cited(small_course, shown):
    frame.summary("01")
    assert "Sources of this lesson's tables" in shown[-1]
    assert isa.cite("members", "countries")._repr_html_() in shown[-1]


def test_the_overview_has_a_row_for_each_lesson(small_course, shown, file):
    tried("1.1", days_ago=2)
    tried("1.4", "wrong")
    tried("1.1")
    frame.overview()
    rows = re.findall(r"<tr>(.*?)</tr>", shown[0])
    assert len(rows) == 5
    assert re.findall(r"<th scope='col'>([^<]*)", rows[0]) == ["Lesson", "Objectives", "See again"]
    in_three_days = (datetime.now(UTC) + timedelta(days=3)).astimezone()
    assert words(rows[2]).strip().startswith("01 Water 2 begun, 1 not begun (3 tries) 1.4 now, 1.1 from")
    assert f"{in_three_days.day} {in_three_days:%B %Y}" in rows[2]
    assert words(rows[3]).strip() == "02 Fire &amp; smoke 2 not begun nothing yet"
    assert str(file) in words(shown[0])


def test_the_name_of_an_account_is_not_shown(small_course, shown, tmp_path, monkeypatch):
    monkeypatch.setattr(frame.Path, "home", lambda: tmp_path)
    frame.overview()
    assert "kept in ~/mine/progress.jsonl, on this machine only" in words(shown[0])


def test_several_checkpoints_of_one_day_are_listed_together(small_course):
    for id in ("1.1", "1.2", "1.4"):
        tried(id, "wrong")
    assert frame.standing(syllabus.read().lesson("01")).see_again() == "1.1, 1.2 and 1.4 now"


def test_trouble_with_the_file_is_shown_on_the_page(small_course, shown, file):
    file.parent.mkdir()
    file.write_text("broken\n", encoding="utf-8")
    frame.lesson("01")
    assert re.search(r"<p role='note'>The file of your progress was damaged .*, and the file as it was lies in ", shown[0])


class Outline(HTMLParser):
    """The elements of a page; fails where one is not closed."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_page_is_sound_html_that_keeps_the_order_of_headings_and_names_its_landmarks(small_course, shown):
    frame.lesson("02")
    frame.summary("01")
    frame.overview()
    landmarks = []
    for html in shown:
        elements = Outline(html).seen
        assert {tag for tag, _ in elements if re.fullmatch(r"h\d", tag)} <= {"h3"}
        landmarks += [attributes["aria-label"] for tag, attributes in elements if tag == "nav"]
        assert not [attributes for _, attributes in elements if "id" in attributes], "two cells would have the same id"
    assert "h3" not in [tag for tag, _ in Outline(shown[0]).seen], "it stands above the first section"
    assert landmarks == ["In this lesson", "Other lessons", "What comes next"]


def test_outside_a_notebook_a_page_is_plain_text(small_course, monkeypatch, capsys):
    isa.load("members")
    monkeypatch.setattr("IPython.display.display", print)
    frame.lesson("02")
    frame.summary("02")
    frame.overview()
    said = capsys.readouterr().out
    assert "<" not in said.replace("<hot>", "")
    for expected in (
        "02 Fire & smoke",
        "2.1 Light it. (not begun)",
        "Checkpoints to see again: nothing yet.",
        str(isa.cite("members")).splitlines()[0],
        "Next: 03 Air (planned)",
        "01 Water: 3 not begun; see again: nothing yet",
    ):
        assert expected in said


def test_every_lesson_of_the_course_has_a_frame(shown, monkeypatch):
    course = syllabus.read()
    monkeypatch.setattr(syllabus, "read", lambda: course)
    for lesson in course.lessons:
        frame.lesson(lesson.id)
        frame.summary(lesson.id)
    assert sum("Where you stand" in str(page) for page in shown) == len(course.lessons)
