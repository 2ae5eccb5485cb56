"""The review desk in JupyterLab: answers decided by keyboard alone, one after another, and found in the gradebook."""

import shutil

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from isa.grading.course import Course
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching import record
from tests.browser.conftest import screenshot
from tests.browser.test_lab import open_notebook
from tests.conftest import ROOT


def human_marks(folder, cell):
    nbgrader = Nbgrader(Course.at(folder))
    with nbgrader.gradebook() as book:
        grades = record.read(book, "assignment-01").grades
    return grades[(grades.cell == cell) & grades.manual.notna()]


def test_answers_are_decided_by_keyboard_and_stand_in_the_gradebook_at_once(page, lab, demo_course):
    shutil.copy(ROOT / "gradebook" / "review.ipynb", demo_course / "gradebook")
    open_notebook(page, lab, "gradebook/review.ipynb")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    page.locator(".jp-CodeCell").first.click()
    page.keyboard.press("Shift+Enter")
    desk = page.locator(".isa-review")
    expect(desk.locator(".isa-text").first).to_be_visible(timeout=60_000)
    said, box = desk.get_by_role("status"), desk.get_by_label("Decision")
    cell = desk.get_by_label("Question").input_value().split(":")[0]
    screenshot(page, "review-desk")
    found = Axe().run(page, context={"include": [[".isa-review"]]}).response["violations"]
    assert not [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]]

    box.click()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("There is no point 9")
    page.keyboard.press("Control+a")
    page.keyboard.type("1 Say it in one sentence.")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Written: 1 of")
    expect(box).to_be_focused()
    first = human_marks(demo_course, cell)
    assert list(first["comment"]) == ["Say it in one sentence."]
    assert list(first["score"]) == [1]
    page.keyboard.type("u")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Taken back.")
    assert human_marks(demo_course, cell).empty
    page.keyboard.type("=")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("1 decided")
    assert len(human_marks(demo_course, cell)) == 1
    assert page.left == []
