"""nbgrader's formgrader inside a JupyterLab that was started by its full path from an unactivated environment."""

import json
import urllib.request

from playwright.sync_api import expect

from tests.browser.conftest import screenshot


def test_formgrader_shows_the_assignment_with_its_submissions(page, lab):
    page.goto(f"{lab}/formgrader/manage_assignments")
    row = page.get_by_role("row", name="assignment-01")
    expect(row).to_be_visible()
    expect(row).to_contain_text("4")
    screenshot(page, "formgrader")


def test_formgrader_shows_the_marks_of_the_class_with_names(page, lab):
    page.goto(f"{lab}/formgrader/manage_students")
    expect(page.get_by_role("row", name="Amina")).to_contain_text("/")
    screenshot(page, "formgrader-students")


def test_a_written_answer_can_be_marked_by_hand(page, lab):
    page.goto(f"{lab}/formgrader/gradebook/assignment-01/assignment-01")
    page.get_by_role("link", name="Submission #1", exact=True).first.click()
    expect(page.locator("input.score").first).to_be_visible()
    screenshot(page, "formgrader-submission")


def test_the_autograde_button_works(page, lab):
    # What the button calls; the page needs its cookie against forged requests.
    page.goto(f"{lab}/formgrader/manage_submissions/assignment-01")
    expect(page.get_by_role("row", name="Bilal")).to_be_visible()
    page.get_by_role("row", name="Bilal").locator(".autograde a").click()
    expect(page.locator(".modal-dialog")).to_contain_text("Success", timeout=60_000)
    screenshot(page, "formgrader-autograded")
    with urllib.request.urlopen(f"{lab}/formgrader/api/submissions/assignment-01") as answer:
        assert {s["student"]: s["autograded"] for s in json.load(answer)}["bilal-rahman"] is True
