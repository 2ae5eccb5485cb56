"""A learner who studies alone presses "Mark my work" at the end of an assignment and reads the page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from isa.grading.course import Course
from isa.teaching.sample_class import filled, materials
from tests.browser.conftest import screenshot
from tests.browser.test_lab import open_notebook, run_all

NOTEBOOK = "my work/assignment 01, mine.ipynb"
MARKING = 180_000  # milliseconds; it takes about a tenth of that


@pytest.fixture
def own_work(demo_course):
    """A learner's copy, right but for one typical mistake in the first exercise, under a name and in a folder of its own."""
    made = materials(Course.at(demo_course), "assignment-01")
    mistake = next(code for code in made.specimens.wrong_code["q1"] if code.id == "q1-after-the-year")
    path = demo_course / NOTEBOOK
    path.parent.mkdir(exist_ok=True)
    path.write_text(filled(made.blank, made.key | {"q1": mistake.code}), encoding="utf-8")
    return path


def test_the_button_marks_the_saved_notebook_and_leads_to_the_page(page, lab, own_work):
    open_notebook(page, lab, NOTEBOOK)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # the notebook's own sign says so before there is a kernel
    run_all(page)
    button = page.get_by_role("button", name="Mark my work")
    button.wait_for(timeout=60_000)
    status = page.get_by_role("status")
    expect(status.filter(has_text="Save the notebook first")).to_be_visible()
    page.keyboard.press("Control+s")
    button.focus()
    page.keyboard.press("Enter")
    expect(status.filter(has_text="Marking what was saved at")).to_be_visible()
    expect(status.filter(has_text="39 of 40 points for what was saved at")).to_be_visible(timeout=MARKING)
    expect(button).to_be_focused()
    table = page.get_by_role("table", name="assignment-01: 39 of 40 points")
    expect(table.get_by_role("row", name="Exercise 1")).to_contain_text("1 of 2test a: ")
    expect(table.get_by_role("row", name="Exercise 2")).to_contain_text("all points")
    page.get_by_role("link", name="Open the feedback page").scroll_into_view_if_needed()
    screenshot(page, "check-button")
    found = Axe().run(page, context=".jp-Cell-outputWrapper:has(table caption)")
    assert found.violations_count == 0, found.generate_report()
    assert own_work.with_name("assignment 01, mine-feedback.html").is_file()

    page.get_by_role("link", name="Open the feedback page").click()
    feedback = page.frame_locator(".jp-HTMLViewer iframe")
    expect(feedback.get_by_role("heading", level=1, name="Assignment 01")).to_be_visible()
    screenshot(page, "check-button-page")
    assert page.left == []
