"""The feedback page as the student who lost the marks reads it: on a desk, on a phone, enlarged, in the dark and on paper."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from isa.grading import nbgrader_feedback, runner
from isa.grading.course import Course
from isa.grading.nbgrader_edge import Nbgrader
from tests.browser.conftest import screenshot

STUDENT = "dewi-lestari"


@pytest.fixture(scope="session")
def pages(demo_course, tmp_path_factory):
    """The pages of the sample class, with a person's marks and comments, as students get them and with the tests in full."""
    made = {}
    for level in ("messages", "full"):
        course = Course.at(shutil.copytree(demo_course, tmp_path_factory.mktemp(level) / "course"))
        nbgrader = Nbgrader(course)
        with nbgrader.gradebook() as book:
            grade, comment = (find("s1", "assignment-01", "assignment-01", STUDENT) for find in (book.find_grade, book.find_comment))
            grade.manual_score, grade.needs_manual_grade = 2, False
            comment.auto_comment = "P1: found in your words.\n\nP2: not found. Look again at:\n\n- what is divided\n- by how many"
            comment.manual_comment = "Good, and now *by how many* states?\nSee lesson 01."
            book.db.commit()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(nbgrader_feedback, "level", lambda *_, level=level: level)
            patch.setattr("isa.grading.nbgrader_edge.level", lambda *_, level=level: level)
            runner.feedback(nbgrader, "assignment-01", course.submissions("assignment-01"), runner.silently)
        made[level] = course.feedback("assignment-01", STUDENT).as_uri()
    return made


def test_a_student_reads_what_was_found_and_where_to_read_but_no_test(page, pages):
    page.goto(pages["messages"])
    lost = page.locator(".tests li", has_text="not passed").first
    expect(lost.locator(".said")).to_contain_text("See lesson 01")
    lost.scroll_into_view_if_needed()
    screenshot(page, "feedback")
    assert "HIDDEN TESTS" not in page.content()
    assert page.locator("script").count() == 0


def test_each_exercise_is_reached_from_the_table_by_keyboard(page, pages):
    page.goto(pages["messages"])
    page.get_by_role("link", name="Short answer 1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Short answer 1")).to_be_in_viewport()
    answer = page.get_by_role("region", name="Short answer 1")
    expect(answer.get_by_role("heading", name="From the marker")).to_be_visible()
    expect(answer.get_by_role("heading", name="From your instructor")).to_be_visible()
    answer.get_by_text("What was asked").focus()
    page.keyboard.press("Enter")
    expect(answer.locator("details .prose")).to_be_visible()


@pytest.mark.parametrize("level", ["messages", "full"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (640, "light"), (390, "light"), (390, "dark")], ids=str)
def test_no_barrier_at_any_width_and_nothing_beside_the_page(page, pages, level, width, scheme):
    # 640 wide is what a reader of a 1280 screen has at 200 %.
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(pages[level])
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.left == []
    assert said == []
    screenshot(page, f"feedback-{level}-{width}-{scheme}")


def test_on_paper_the_prompts_are_there_and_the_way_back_is_not(page, pages):
    page.goto(pages["messages"])
    page.emulate_media(media="print")
    expect(page.locator("details .prose").first).to_be_visible()
    expect(page.locator(".up").first).to_be_hidden()
