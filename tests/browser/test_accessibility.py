"""A whole lesson under axe: in both themes, on a desk and on a phone. What was found is kept in build-report/axe-lesson-NN.txt, a line for each rule.

What stands in an output or in a text cell is ours, and has no violation but those named here. The rest of the page is JupyterLab's, with the box around
each output, which scrolls where a table is wider than a phone: it is listed by name.
"""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import REPORT
from tests.browser.test_explorers import choose_theme
from tests.browser.test_lab import LESSONS, open_notebook, run_all

OURS = ".jp-OutputArea-output, .jp-MarkdownOutput"
# Rule and a part of the element, of what ipywidgets and pandas put into an output, and why it stays.
UPSTREAM = {
    ("aria-input-field-name", "noUi-handle"): "ipywidgets gives its sliders no name; the number box beside each has it",
    ("empty-table-header", "<th></th>"): "pandas leaves the corner of a table empty",
}
INSIDE = """([targets, ours]) => targets.map(target => { let root = document, found = null;
  for (const part of target.flat()) { found = root.querySelector(part); root = found?.shadowRoot ?? root } return !!found?.parentElement?.closest(ours) })"""


def found_by_axe(page: Page) -> tuple[list[str], list[tuple[str, str, bool]]]:
    """The rules that were passed, and for each node that violates one: the rule, its HTML, and whether it is ours."""
    response = Axe().run(page).response
    nodes = [(rule["id"], node) for rule in response["violations"] for node in rule["nodes"]]
    inside = page.evaluate(INSIDE, [[node["target"] for _, node in nodes], OURS])
    return sorted(rule["id"] for rule in response["passes"]), [(id, node["html"], own) for (id, node), own in zip(nodes, inside, strict=True)]


def note(id: str, html: str) -> str:
    return next((words for (rule, part), words in UPSTREAM.items() if rule == id and part in html), "")


def counted(names: list[str]) -> list[str]:
    return [f"  {name}: {sum(1 for _ in group)}" for name, group in itertools.groupby(sorted(names))] or ["  none"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_no_lesson_has_a_barrier_of_ours_and_a_report_says_what_was_found(page, lab, lesson):
    open_notebook(page, lab, lesson.notebook)
    page.keyboard.press("Control+b")  # without the list of files, as one reads on a phone
    run_all(page)
    page.wait_for_function(
        """() => { const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
                   return cells.length > 5 && cells.every(c => /\\[\\d+\\]/.test(c.querySelector('.jp-InputPrompt').textContent)) }""",
        timeout=90_000,
    )
    expect(page.locator(".isa-explorer img")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(1000)
    lines, barriers = [f"axe-core on lesson {lesson.id}, {lesson.title}"], []
    for theme, width in itertools.product(["JupyterLab Light", "JupyterLab Dark"], [1280, 390]):
        page.set_viewport_size({"width": 1280, "height": 1000})  # the menu is out of reach on a narrow screen
        choose_theme(page, theme)
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(500)
        passed, violating = found_by_axe(page)
        own = [(id, html) for id, html, ours in violating if ours]
        bad = [(id, html[:200]) for id, html in own if not note(id, html)]
        barriers += [(theme, width, *one) for one in bad]
        lines += ["", f"{theme}, {width} pixels wide", f" rules passed: {len(passed)} ({', '.join(passed)})"]
        lines += [" violations in what the course renders:", *([f"  {id}: {html}" for id, html in bad] or ["  none"])]
        lines += [
            " in what the course renders, and made by others:",
            *counted([f"{id} ({note(id, html)})" for id, html in own if note(id, html)]),
        ]
        lines += [" JupyterLab's own, not looked at:", *counted([id for id, _, ours in violating if not ours])]
    REPORT.mkdir(exist_ok=True)
    (REPORT / f"axe-lesson-{lesson.id}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert barriers == []
