"""The feedback page as the student who lost the marks reads it."""

from playwright.sync_api import expect

from tests.browser.conftest import screenshot


def test_a_student_reads_what_was_found_and_where_to_read_but_no_test(page, demo_course):
    path = demo_course / "feedback" / "dewi-lestari" / "assignment-01" / "assignment-01.html"
    page.goto(path.as_uri())
    error = page.get_by_text("AssertionError: ").first
    expect(error).to_contain_text("See lesson 01")
    error.scroll_into_view_if_needed()
    screenshot(page, "feedback")
    assert "HIDDEN TESTS" not in page.content()
