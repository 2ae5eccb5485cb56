"""Lessons and assignments as a learner meets them in JupyterLab."""

import json
import urllib.request

import pytest
from playwright.sync_api import expect

from isa import syllabus
from tests.browser.conftest import screenshot

LESSONS = [lesson for lesson in syllabus.read().lessons if lesson.status == "ready"]


def open_notebook(page, lab: str, path: str) -> None:
    page.goto(f"{lab}/lab/tree/{path}?reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    # A kernel that is still being started looks idle to the toolbar; to run cells then would open a dialog.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)


def run_all(page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


def saved(page, lab: str, path: str) -> dict:
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    with urllib.request.urlopen(f"{lab}/api/contents/{path}") as answer:
        return json.load(answer)["content"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_lesson_runs_in_jupyterlab_without_a_dialog_or_the_network(page, lab, lesson):
    open_notebook(page, lab, lesson.notebook)
    assert page.locator(".jp-Dialog").count() == 0
    screenshot(page, f"lesson-{lesson.id}-opened")
    run_all(page)
    page.wait_for_function(
        """() => { const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
                   return cells.length > 5 && cells.every(c => /\\[\\d+\\]/.test(c.querySelector('.jp-InputPrompt').textContent)) }""",
        timeout=60_000,
    )
    content = saved(page, lab, lesson.notebook)
    outputs = [output for cell in content["cells"] for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output["output_type"] == "error"]
    image = page.locator(".jp-OutputArea img").last
    assert len(image.get_attribute("alt")) > 40
    for _ in range(3):  # JupyterLab draws cells as they come into view, which moves what is below
        image.evaluate("image => image.scrollIntoView({block: 'center'})")
        page.wait_for_timeout(400)
    screenshot(page, f"lesson-{lesson.id}")
    assert page.left == []


def test_a_folded_answer_opens_and_shows_formatted_text(page, lab):
    open_notebook(page, lab, LESSONS[0].notebook)
    answer = page.locator("details", has_text="11, then 12, then 13").first
    answer.scroll_into_view_if_needed()
    answer.locator("summary").click()
    expect(answer.locator("p").first).to_be_visible()
    screenshot(page, "folded-answer")


def test_an_assignment_opens_with_its_solution_cells_to_fill_and_its_tests_locked(page, lab):
    open_notebook(page, lab, "release/assignment-01/assignment-01.ipynb")
    assert page.locator(".jp-Dialog").count() == 0
    screenshot(page, "assignment-01")
    content = saved(page, lab, "release/assignment-01/assignment-01.ipynb")
    source = "".join(cell["source"] for cell in content["cells"])
    assert "raise NotImplementedError()" in source
    assert "HIDDEN TESTS" not in source
