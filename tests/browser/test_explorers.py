"""The explorers as a learner meets them in JupyterLab: with the keyboard alone, with a screen reader, on a narrow screen, in the dark.

What a person sees is kept in build-report/.
"""

import itertools

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import expect

from isa.study import explorers
from tests.browser.conftest import screenshot
from tests.browser.test_checkpoints import tab_to
from tests.browser.test_lab import open_notebook, run_all

PATIENCE = 20_000  # milliseconds for a chart, on a machine that has much to do
# ipywidgets gives its sliders no name, and no way to give them one: the number box beside each has it.
UPSTREAM = {("aria-input-field-name", "noUi-handle")}


@pytest.fixture
def opened(page, lab, demo_course):
    """Opens a notebook of the test's own with the explorer of a lesson, runs it, and gives the explorer."""

    def open_and_run(id):
        notebook = new_notebook(cells=[new_markdown_cell("## A block"), new_code_cell("import isa"), new_code_cell(f'isa.explore("{id}")')])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
        notebook.metadata["language_info"] = {"name": "python"}
        nbformat.write(notebook, demo_course / f"explorer-{id}.ipynb")
        open_notebook(page, lab, f"explorer-{id}.ipynb")
        # A kernel that is still being started looks idle; to run cells then would open a dialog.
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
        run_all(page)
        expect(page.locator(".isa-explorer img")).to_be_visible(timeout=60_000)
        # The keyboard's place is the question.
        page.locator(".isa-explorer").get_by_role("heading", name="Explorer").click()
        return page.locator(".isa-explorer")

    return open_and_run


def violations(page):
    """What axe finds in our regions; the rest of the page is JupyterLab's."""
    found = Axe().run(page, context={"include": [[".isa-explorer"]]}).response["violations"]
    nodes = [(rule["id"], node["html"][:200]) for rule in found for node in rule["nodes"]]
    return [(id, html) for id, html in nodes if not any(id == rule and part in html for rule, part in UPSTREAM)]


def choose_theme(page, theme):
    if page.locator("body").get_attribute("data-jp-theme-name") == theme:
        return
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.get_by_text("Theme", exact=True).hover()
    page.get_by_role("menuitem", name=theme, exact=True).or_(page.get_by_role("menuitemradio", name=theme, exact=True)).click()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", theme, timeout=30_000)  # a busy machine takes its time


def test_a_year_is_typed_and_the_slider_and_the_sentence_follow(page, opened):
    explorer = opened("00")
    said, slider, box = explorer.get_by_role("status"), explorer.get_by_role("slider"), explorer.get_by_label("Year (1969 to 2001)")
    expect(said).to_contain_text("By 1969, 25 of the 57 had joined")
    before = explorer.locator("img").get_attribute("src")
    tab_to(page, box)
    page.keyboard.press("Control+a")
    page.keyboard.type("1974")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("By 1974, 38 of the 57 had joined", timeout=PATIENCE)
    expect(slider).to_have_attribute("aria-valuetext", "1974")
    page.keyboard.press("Tab")
    expect(slider).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("By 1975, 39 of the 57 had joined", timeout=PATIENCE)
    expect(box).to_have_value("1975")
    # The keyboard stays at its place, and the picture is another one.
    expect(slider).to_be_focused()
    assert explorer.locator("img").get_attribute("src") != before
    assert page.left == []


def press(page, explorer, name):
    tab_to(page, explorer.get_by_role("button", name=name))
    page.keyboard.press("Space")


def test_words_are_chosen_by_buttons_in_the_order_of_reading(page, opened):
    explorer = opened("01")
    said = explorer.get_by_role("status")
    press(page, explorer, "military expenditure per head")
    expect(said).to_contain_text("Military expenditure per head, 2022: Gini 0.81", timeout=PATIENCE)
    # What is pressed is said with the name.
    expect(explorer.get_by_role("button", name="✓ military expenditure per head")).to_be_focused()
    tab_to(page, explorer.get_by_role("slider"))
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("2023: Gini 0.74", timeout=PATIENCE)
    press(page, explorer, "only those with a figure in every year")
    expect(said).to_contain_text("2023: Gini 0.72", timeout=PATIENCE)
    expect(said).to_contain_text("Compared are the 30 states")


def test_a_state_is_typed_and_no_letter_reaches_jupyterlab(page, opened):
    explorer = opened("02")
    said, box = explorer.get_by_role("status"), explorer.get_by_label("Recipients")
    tab_to(page, box)
    for typed, says in [("dd", "'dd' is not in the list."), ("Türk", "That is the law, not a zero."), ("Qatar", "Qatar, fiscal year 2012. 10 activities")]:
        page.keyboard.press("Control+a")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(said).to_contain_text(says, timeout=PATIENCE)
        expect(box).to_be_focused()
    screenshot(page, "explorer-02-qatar-1280")
    assert page.locator(".jp-Cell").count() == 3


@pytest.mark.parametrize("id", explorers.lessons())
def test_axe_finds_nothing_and_nothing_is_cut_on_a_narrow_screen(page, opened, id):
    explorer = opened(id)
    page.keyboard.press("Control+b")  # without the list of files, as one reads on a phone
    for theme, width in itertools.product(["JupyterLab Dark", "JupyterLab Light"], [1280, 390]):
        page.set_viewport_size({"width": 1280, "height": 1000})  # the menu is out of reach on a narrow screen
        choose_theme(page, theme)
        page.set_viewport_size({"width": width, "height": 1000})
        explorer.get_by_role("heading", name="Explorer").scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        screenshot(page, f"explorer-{id}-{theme.split()[1].lower()}-{width}")
        wide = "it => [...it.querySelectorAll('*')].filter(one => one.scrollWidth > it.clientWidth + 1).map(one => one.outerHTML.slice(0, 150))"
        assert explorer.evaluate(wide) == []
        assert violations(page) == []
