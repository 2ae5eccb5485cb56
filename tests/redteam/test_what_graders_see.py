"""Whatever is handed in, formgrader shows it, and nothing of it runs or fetches in the browser of whoever grades."""

import copy
import json
import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from isa.grading import runner
from isa.grading.outputs import harmless, safe_outputs
from tests.conftest import solved, submit

RESOURCES = dict.fromkeys(["assignment_id", "notebook_id", "submission_id", "base_url", "student", "last_name", "first_name", "notebook_path"], "x")
RUNS = {"script", "iframe", "object", "embed", "svg", "form", "meta", "link", "base", "style", "math", "input"}


@pytest.fixture(scope="session")
def formgrader():
    """What formgrader makes of a notebook, as it makes it."""
    settings = Config()
    settings.HTMLExporter.template_name = "formgrade"
    settings.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    settings.Exporter.default_preprocessors = []
    exporter = HTMLExporter(config=settings)
    return lambda notebook: exporter.from_notebook_node(notebook, resources={"index": 0, "total": 1, **copy.deepcopy(RESOURCES)})[0]


def harms(page: str) -> list:
    """The elements and attributes of the submission's part of a page that run, or fetch from elsewhere."""
    found = []
    for element in BeautifulSoup(page[page.index('id="notebook-container"') :], "html.parser").find_all(True):
        # The inputs for the points are formgrader's own.
        if element.name in RUNS and not {"score", "extra-credit"} & set(element.get("class", [])):
            found.append(element.name)
        for name, value in element.attrs.items():
            where = re.sub(r"[\x00-\x20]", "", str(value)).lower()
            linked = name in ("href", "src") and re.match(r"[a-z]+:", where) and not where.startswith(("http", "mailto:", "attachment:", "data:image/p"))
            fetched = element.name == "img" and name == "src" and where.startswith(("http", "//"))
            if name.startswith("on") or linked or fetched:
                found.append((element.name, name, where[:80]))
    return found


def shown(formgrader, *texts: str) -> list:
    """What is harmful in cells and outputs of these Markdown texts, after the engine has had them."""
    cells = []
    for text in texts:
        cell = new_markdown_cell(text)
        harmless(cell)
        cells += [cell, new_code_cell("x", outputs=safe_outputs([{"output_type": "display_data", "data": {"text/markdown": text}}]))]
    return harms(formgrader(new_notebook(cells=cells)))


MARKDOWN = [
    "<script>a()</script>",
    "[x](javascript:a())",
    "[x](java&#115;cript:a())",
    "[x](&#x6A;avascript:a())",
    f"[x](&#{'0' * 300}106;avascript:a())",
    "[x]: javascript:a()\n\n[x]",
    "[x]:\n  javascript:a()\n\n[x]",
    "| a |\n|---|\n| [x](vbscript:a()) |",
    "[x](data:text/html;base64,AAAA)",
    "<javascript:a()>",
    "\\[x\\\\](javascript:a())",
    "![x](https://example.org/pixel.png)",
    "![x][y]\n\n[y]: https://example.org/pixel.png",
    "\\![x](https://example.org/pixel.png)",
    "![x](attachment:none.png)",
    "![x][y]\n\n[y]: attachment:none.png",
    "```mermaid\n<img src=x onerror=a()>\n```",
    "# <b onclick=a()>x</b>",
    "&#60;script&#62;a()&#60;/script&#62;",
    "# &lt;script&gt;a()&lt;/script&gt;",
]


@pytest.mark.parametrize("text", ["<script>a()</script>", "<img src=x onerror=a()>", "[x](javascript:a())", "![x](https://example.org/pixel.png)"])
def test_without_the_engine_formgrader_would_run_or_fetch_it(formgrader, text):
    assert harms(formgrader(new_notebook(cells=[new_markdown_cell(text)])))


@pytest.mark.parametrize("text", MARKDOWN)
def test_markdown_runs_nothing_and_is_shown(formgrader, text):
    assert shown(formgrader, text) == []


PIECES = [
    "[",
    "]",
    "(",
    ")",
    "!",
    "<",
    ">",
    "javascript:",
    "attachment:a",
    "x",
    "\n",
    "\n\n",
    "&#106;",
    "\\",
    "`",
    "$",
    "https://e.org",
    '"',
    " ",
    "- ",
    "> ",
    "|",
    ":",
]


@settings(max_examples=150, deadline=None)
@given(text=st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_markdown_that_can_be_put_together_runs(formgrader, text):
    assert shown(formgrader, text) == []


def test_an_honest_text_keeps_its_links_lists_and_its_own_pictures(formgrader):
    cell = new_markdown_cell("See [the card](https://example.org/a(b)) and `a[0]`.\n\n- one\n\n![mine](attachment:mine.png)")
    cell.attachments = {"mine.png": {"image/png": "AAAA"}, "other": {"text/html": "<script>"}, "odd": "x"}
    harmless(cell)
    page = formgrader(new_notebook(cells=[cell]))
    assert 'href="https://example.org/a(b)"' in page
    assert "<code>a[0]</code>" in page
    assert "<li>one</li>" in page
    assert 'src="data:image/png;base64,AAAA"' in page


METADATA = {
    "tags": ['"><script>a()</script>', "hide-input"],
    "raw_mimetype": 3,
    "transient": ["x"],
    "magics_language": 5,
    "alt": 'x" onerror="a()',
    "collapsed": True,
    "slideshow": [],
}


@pytest.mark.parametrize("way", ["isa grade", "nbgrader autograde"])
def test_hostile_cells_are_shown_by_formgrader_whichever_way_they_were_graded(nbgrader, formgrader, way):
    harm = "<img src=x onerror=a()><svg onload=a()><p style='background:url(x)'>"
    code = f"from IPython.display import *\ndisplay(HTML({harm!r}), Markdown('[x](javascript:a())'))\nanswer = 1"
    notebook = nbformat.reads(solved(nbgrader.course, code=code, words="\n\n".join(MARKDOWN)), as_version=4)
    notebook.cells += [new_raw_cell("<script>a()</script>"), new_markdown_cell("![x](attachment:none.png)"), new_code_cell("1")]
    notebook.cells[-2]["attachments"] = {'"><script>': {"image/png": '"><script>'}}
    for cell in notebook.cells:
        cell.metadata.update(METADATA)
    submit(nbgrader.course, "mallory", json.dumps(notebook))
    submissions = nbgrader.course.submissions("tiny")
    if way == "isa grade":
        (outcome,) = runner.grade(nbgrader, "tiny", submissions, runner.silently, jobs=1)
        assert not outcome.problem
    else:
        nbgrader.autograde(submissions[0])
    graded = nbformat.read(nbgrader.course.root / "autograded" / "mallory" / "tiny" / "tiny.ipynb", as_version=4)
    assert not [key for cell in graded.cells for key in METADATA if key in cell.metadata]
    assert harms(formgrader(graded)) == []


@pytest.mark.parametrize("page", ["<div>" * 200_000, "<b>" * 300_000, "&" * 10**6, "<div>" * 900 + "</p>" * 200_000, "<" * 10**6])
def test_html_that_would_keep_a_parser_busy_for_minutes_is_text(page):
    ((output,),) = [safe_outputs([{"output_type": "display_data", "data": {"text/html": page}}])]
    assert "<" not in output.data["text/html"]
