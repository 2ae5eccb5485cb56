"""The feedback page as a student gets it: what a test found, in its own words, and not the test.

nbgrader writes test cells into the page as they are, hidden tests and tracebacks included, so that one student's
feedback is next year's key. Graders still see everything in formgrader, which does not use this exporter.
"""

from __future__ import annotations

import copy
import re
import textwrap

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

LINE = 100  # characters of a message on a line of the page
_HIDDEN = re.compile(r"\n*^[ \t]*### BEGIN HIDDEN TESTS.*?^[ \t]*### END HIDDEN TESTS[ \t]*$", re.DOTALL | re.MULTILINE)


class FeedbackExporter(HTMLExporter):
    """nbgrader's page, without hidden tests and without the tracebacks that quote them."""

    def from_notebook_node(self, nb: NotebookNode, resources: dict | None = None, **more: object) -> tuple[str, dict]:  # type: ignore[type-arg]
        return super().from_notebook_node(without_tests(nb), resources, **more)


def without_tests(notebook: NotebookNode) -> NotebookNode:
    """A copy in which a test cell shows only its visible part, and a failed test only what it says to the student."""
    notebook = copy.deepcopy(notebook)
    remarks = list(notebook.metadata.get("isa", {}).get("repairs", []))
    if notebook.metadata.get("isa", {}).get("isolated") is False:
        remarks.append("This notebook was graded without a sandbox, at the instructor's request.")
    if remarks:
        notebook.cells.insert(0, new_markdown_cell("**Before grading**\n\n" + "\n".join(f"- {remark}" for remark in remarks)))
    for cell in notebook.cells:
        marked = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not marked.get("grade") or marked.get("solution"):
            continue
        cell.source = _HIDDEN.sub("", cell.source)
        for output in cell.outputs:
            if output.output_type == "error":
                said = f"{output.ename}: {output.evalue}" if output.evalue else output.ename
                output.traceback = textwrap.wrap(said, LINE) or [said]
    return notebook
