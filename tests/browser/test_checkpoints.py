"""A checkpoint of each kind as a learner meets it in JupyterLab: with the keyboard alone, with a screen reader, on a narrow screen, in the dark.

What a person sees is kept in build-report/.
"""

import re

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import expect

from tests.browser.conftest import screenshot
from tests.browser.test_lab import open_notebook, run_all
from tests.conftest import ROOT

DEMO = ROOT / "tests" / "study" / "checkpoints_demo" / "02.yml"
PROGRESS = "progress-of-checkpoints.jsonl"
IDS = ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"]
BEGIN = f"""\
import os
from pathlib import Path
os.environ["ISA_PROGRESS"] = "{PROGRESS}"
from isa.study import checkpoints, widgets
demo = {{one.id: one for one in checkpoints.read(Path({str(DEMO)!r}))}}"""
CUT = """region => [...region.querySelectorAll(':not(input)')].filter(it => it.scrollWidth > it.clientWidth + 1).map(it => it.outerHTML.slice(0, 200))"""
PATIENCE = 20_000  # milliseconds for an answer: a model is loaded, a process started


@pytest.fixture
def lesson(page, lab, demo_course, request):
    """A notebook of the test's own with a checkpoint of each kind, open and run."""
    cells = [new_markdown_cell("## A block"), new_code_cell(BEGIN), *[new_code_cell(f'widgets.show(demo["{id}"])') for id in IDS]]
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook.metadata["language_info"] = {"name": "python"}
    name = f"{request.node.name}.ipynb"
    nbformat.write(notebook, demo_course / name)
    (demo_course / PROGRESS).unlink(missing_ok=True)
    open_notebook(page, lab, name)
    run(page)
    return page


def run(page):
    """Run the notebook and wait for its checkpoints."""
    # A kernel that is still being started looks idle; to run cells then would open a dialog.
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    run_all(page)
    expect(page.locator(".isa-checkpoint")).to_have_count(len(IDS), timeout=60_000)


def region(page, id):
    return page.locator(".isa-checkpoint", has=page.get_by_role("heading", name=f"Checkpoint {id} ·"))


def said(page, id):
    return region(page, id).locator("[role=status].isa-said").last


def start(page, id):
    """Put the keyboard's place at the heading of a checkpoint."""
    region(page, id).get_by_role("heading").scroll_into_view_if_needed()
    region(page, id).get_by_role("heading").click()


def tab_to(page, target, most=25):
    """Press Tab until the target has the keyboard."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach {target}")


def press(page, id, button, key="Enter"):
    tab_to(page, region(page, id).get_by_role("button", name=button))
    page.keyboard.press(key)


def violations(page):
    """What axe finds in our regions; the rest of the page is JupyterLab's."""
    found = Axe().run(page, context={"include": [[".isa-checkpoint"]]}).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def answer_all(page):
    """Answer each checkpoint with the keyboard."""
    start(page, "2.1")
    radios = region(page, "2.1").get_by_role("radio")
    tab_to(page, radios.nth(0))
    page.keyboard.press("Space")
    press(page, "2.1", "Check")
    expect(said(page, "2.1")).to_contain_text("Not yet.")
    press(page, "2.1", "Hint (1 of 2)", "Space")
    expect(region(page, "2.1").get_by_text("Read Misses on the data card.")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    press(page, "2.1", "Check")
    expect(said(page, "2.1")).to_contain_text("Right after 2 tries.")
    expect(region(page, "2.1").get_by_text("The table covers 1980 to 2010.")).to_be_visible()

    start(page, "2.2")
    for name in ("training", "research"):
        tab_to(page, region(page, "2.2").get_by_role("checkbox", name=name))
        page.keyboard.press("Space")
    press(page, "2.2", "Check")
    expect(said(page, "2.2")).to_contain_text("right: trainingIt says whether training is among the topics.")

    start(page, "2.3")
    wanted = ["load the table", "keep the rows of training", "group them by year", "count the rows of each group"]
    for place, item in enumerate(wanted):
        at = next(i for i, row in enumerate(region(page, "2.3").locator(".isa-row").all_inner_texts()) if item in row)
        if at == place:
            continue
        start(page, "2.3")
        tab_to(page, region(page, "2.3").get_by_role("button", name="Up").nth(at))
        for step in range(at, place, -1):
            page.keyboard.press("Enter")
            # The keyboard goes with the item.
            moved = region(page, "2.3").get_by_role("button", name="Up").nth(step - 1)
            expect(moved).to_be_focused()
            expect(moved).to_have_attribute("title", f"Move “{item}” up")
            expect(region(page, "2.3").locator(".isa-unseen [role=status]")).to_have_text(f"“{item}” is now number {step} of 4.")
    press(page, "2.3", "Check")
    expect(said(page, "2.3")).to_contain_text("Right")

    start(page, "2.4")
    tab_to(page, region(page, "2.4").get_by_label("Your answer (agreements)"))
    page.keyboard.type("671")
    page.keyboard.press("Enter")
    expect(said(page, "2.4")).to_contain_text("That counts the agreements of all years.")

    start(page, "2.5")
    tab_to(page, region(page, "2.5").get_by_label("Your line of pandas"))
    page.keyboard.type('agreements.groupby("kind", observed=True).size()')
    page.keyboard.press("Enter")
    expect(said(page, "2.5")).to_contain_text("Right.", timeout=PATIENCE)
    expect(region(page, "2.5").get_by_role("table")).to_contain_text("general")

    start(page, "2.6")
    tab_to(page, region(page, "2.6").get_by_label("Your answer"))
    page.keyboard.type("No, because a missing row is unknown and not zero. The agreement may be secret.")
    press(page, "2.6", "Check")
    expect(region(page, "2.6").get_by_text("15 words")).to_be_visible()
    expect(said(page, "2.6")).to_contain_text("Point 2", timeout=PATIENCE)
    # The keyboard stays at its place while an answer is marked.
    expect(region(page, "2.6").get_by_role("button", name="Check")).to_be_focused()


def test_each_kind_is_answered_with_the_keyboard_alone_and_remembered(lesson, lab, demo_course):
    page = lesson
    answer_all(page)
    assert page.locator(".jp-Cell").count() == len(IDS) + 2, "a key reached JupyterLab"
    assert violations(page) == []
    for id in IDS:
        region(page, id).get_by_role("heading").scroll_into_view_if_needed()
        screenshot(page, f"checkpoint-{id}-answered-1280")
    tried = (demo_course / PROGRESS).read_text(encoding="utf-8")
    assert tried.count('"2.1"') == 2
    assert "secret" not in tried, "no words of an answer are kept"

    page.keyboard.press("Control+s")
    page.reload()
    run(page)
    expect(region(page, "2.1").get_by_text("right after 2 tries.")).to_be_visible(timeout=60_000)
    expect(region(page, "2.4").get_by_text("not right yet after 1 try.")).to_be_visible()
    assert page.left == []


def test_the_arrow_keys_move_from_option_to_option_and_elsewhere_from_cell_to_cell(lesson):
    page = lesson
    start(page, "2.1")
    radios = region(page, "2.1").get_by_role("radio")
    tab_to(page, radios.nth(0))
    page.keyboard.press("Space")
    expect(radios.nth(0)).to_be_checked()
    for key, place in [("ArrowDown", 1), ("ArrowRight", 2), ("ArrowUp", 1), ("ArrowLeft", 0)]:
        page.keyboard.press(key)
        expect(radios.nth(place)).to_be_checked()
        expect(radios.nth(place)).to_be_focused()
    screenshot(page, "checkpoint-2.1-arrows")
    press(page, "2.1", "Check")
    expect(said(page, "2.1")).to_contain_text("Not yet.")

    cells = page.locator(".jp-Cell")
    cells.nth(0).click()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    expect(cells.nth(1)).to_have_class(re.compile("jp-mod-active"))


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_axe_finds_nothing_and_nothing_is_cut_on_a_narrow_screen(lesson, theme):
    page = lesson
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.get_by_text("Theme", exact=True).hover()
    page.locator(".lm-Menu-item", has_text=re.compile(rf"^JupyterLab {theme}\s*$")).click()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", f"JupyterLab {theme}", timeout=30_000)
    page.keyboard.press("Control+b")  # puts JupyterLab's list of files away
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 1000})
        for id in IDS:
            region(page, id).get_by_role("heading").scroll_into_view_if_needed()
            page.wait_for_timeout(200)
            screenshot(page, f"checkpoint-{id}-{theme.lower()}-{width}")
            assert region(page, id).evaluate(CUT) == []
        assert violations(page) == []
