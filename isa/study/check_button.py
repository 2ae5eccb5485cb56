"""The button at the end of an assignment, "Mark my work": runs `isa check` on the saved notebook in a process of its own and shows what it found.

Only a notebook that a person has open has a button. Where a submission is graded, in nbconvert, in a browser without a machine behind it, and
wherever else nobody could press it, the same call prints one line and does nothing.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import sys
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

NOTEBOOK = "JPY_SESSION_NAME"  # where Jupyter tells a kernel the path of its notebook, as it was called when the kernel started
USUAL = 15  # seconds
LONGEST = 300.0  # seconds; the engine stops a notebook long before
# What students get (isa publish) has neither the tests nor what marks with them.
NO_ENGINE = (
    "In this copy of the course nothing can be marked: that needs the instructor's copy, which holds the tests. "
    "The checks that stand in the notebook work here, too. Save your work and hand it in as your course asks; what comes back shows every mark and why."
)
SAVE_FIRST = "Save the notebook first (Ctrl+S, on a Mac ⌘S): the file is what gets marked."


class NotMarked(Exception):
    """There is nothing to show; the message is one sentence that says why and what to do."""


def show(assignment: str) -> None:
    """Display the button, or print how to do without it."""
    if not _can_mark():
        print(NO_ENGINE)
        return
    if not _is_open():
        print(f"Where this notebook is open in JupyterLab, a button stands here. In a terminal, the same is: isa check {assignment}.ipynb")
        return
    from IPython.display import display

    display(CheckButton(assignment).box)


class CheckButton:
    """The button with its two places: one for a sentence, which a screen reader speaks, and one for the marks.

    Attributes:
        box: the widget to display.
    """

    def __init__(self, assignment: str) -> None:
        import ipywidgets as widgets

        self._assignment = assignment
        self._task: asyncio.Task[None] | None = None
        self._button = widgets.Button(description="Mark my work", tooltip=SAVE_FIRST)
        self._button.on_click(self._pressed)
        self._said = widgets.HTML()
        self._marks = widgets.Output()
        self._say(SAVE_FIRST)
        self.box = widgets.VBox([self._button, self._said, self._marks])

    async def mark(self) -> None:
        """Mark the saved notebook and show what was found, or one sentence about why there is nothing to show."""
        from IPython.display import HTML

        self._marks.outputs = ()
        try:
            notebook = notebook_file(self._assignment)
            saved = f"{datetime.fromtimestamp(notebook.stat().st_mtime):%H:%M:%S}"
            self._say(f"Marking what was saved at {saved}; this takes about {USUAL} seconds …")
            found = await marked(notebook)
            self._marks.append_display_data(HTML(_table(found, notebook)))
            self._say(f"{found['score']:g} of {found['most']:g} points for what was saved at {saved}.")
        except NotMarked as reason:
            self._say(f"Not marked: {reason}")
        except Exception as error:  # it would be lost in the task, and the learner would wait for ever
            self._say(f"Not marked: {type(error).__name__}: {error}")

    def _pressed(self, button: Any) -> None:
        # Not a disabled button, which would lose the keyboard's place.
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self.mark())

    def _say(self, words: str) -> None:
        self._said.value = f'<p role="status">{escape(words)}</p>'


def notebook_file(assignment: str) -> Path:
    """The notebook's file: the one that Jupyter named, else the student version under its own name in the working folder.

    Raises:
        NotMarked: neither is there.
    """
    named = Path(os.environ.get(NOTEBOOK, ""))
    for path in (named, Path.cwd() / f"{assignment}.ipynb"):
        if path.is_file() and path.suffix == ".ipynb":
            return path.absolute()
    raise NotMarked(f"the file {named.name or f'{assignment}.ipynb'} was not found. If you renamed the notebook, restart its kernel and run this cell again.")


async def marked(notebook: Path) -> dict[str, Any]:
    """What `isa check --json` says of a notebook.

    Raises:
        NotMarked: it says why there is nothing.
    """
    # Not as a notebook's cell would run: the assignment's own cells are run by it too, and this one of them must stay a line of text there.
    environment = {name: value for name, value in os.environ.items() if name not in (NOTEBOOK, "MPLBACKEND")}
    command = _command(notebook)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=notebook.parent, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe)
    try:
        out, err = await asyncio.wait_for(process.communicate(), LONGEST)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise NotMarked(f"it took more than {LONGEST:g} seconds and was stopped.") from None
    try:
        found: dict[str, Any] = json.loads(out)
    except ValueError:
        lines = [line for line in err.decode("utf-8", "replace").splitlines() if line.strip()]
        told = [line.removeprefix("! ") for line in lines if line.startswith("! ")] or lines[-1:] or ["isa check gave no answer"]
        raise NotMarked("; ".join(told)) from None
    return found


def _command(notebook: Path) -> list[str]:
    # With -P, so that a file beside the notebook called pandas.py is not taken for pandas. Only Linux can build walls; elsewhere the
    # notebook runs as it does in its own kernel, and the page says so.
    return [sys.executable, "-P", "-m", "isa.cli", "check", str(notebook), "--json", *([] if sys.platform == "linux" else ["--no-sandbox"])]


def _is_open() -> bool:
    """Whether a person has this notebook open: Jupyter has named its file, and this is the kernel that runs it."""
    if NOTEBOOK not in os.environ or "NBGRADER_EXECUTION" in os.environ or sys.platform == "emscripten":
        return False
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")


def _can_mark() -> bool:
    """Whether the part of this package is there that marks."""
    return importlib.util.find_spec("isa.grading") is not None


def _table(found: dict[str, Any], notebook: Path) -> str:
    """The marks by exercise and a link to the page, as HTML."""
    rows = "".join(
        f'<tr><th scope="row" style="text-align: left">{escape(line["exercise"])}</th><td>{line["points"]:g} of {line["most"]:g}</td>'
        f'<td style="text-align: left">{"<br>".join(map(escape, line["found"] or [line["verdict"]]))}</td></tr>'
        for line in found["exercises"]
    )
    notes = [f"Repaired: {sentence}" for sentence in found["repairs"]]
    if found["unsure"]:
        notes.append(f"{found['unsure']} of the answers {'is' if found['unsure'] == 1 else 'are'} yours to judge: read the reasons on the page.")
    if found["left_out"]:
        notes.append(f"Left out: {found['left_out']}.")
    link = quote(Path(os.path.relpath(found["page"], notebook.parent)).as_posix())
    return (
        f"<table><caption>{escape(found['assignment'])}: {found['score']:g} of {found['most']:g} points</caption>"
        f'<thead><tr><th scope="col">Exercise</th><th scope="col">Points</th><th scope="col">What was found</th></tr></thead><tbody>{rows}</tbody></table>'
        f"{''.join(f'<p>{escape(note)}</p>' for note in notes)}"
        f'<p><a href="{escape(link)}" target="_blank">Open the feedback page</a>: every exercise with your work and the reasons.</p>'
    )
