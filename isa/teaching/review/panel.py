"""The review desk on the page: the answer on the left, its mark scheme and the marker's thoughts on the right, and one box that takes every decision by key.

Nothing of a student's is rendered: answers are shown as the text that they are.
"""

from __future__ import annotations

import asyncio
import getpass
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path

import ipywidgets as widgets

from isa.answers.explain import quoted
from isa.answers.question import MarkScheme, PointMark
from isa.grading.course import Course, CourseError
from isa.teaching.review.desk import Desk, Item
from isa.yamlfile import FileError

KEYS = (
    "<kbd>1 3</kbd> points 1 and 3 are earned, <kbd>2:0.5</kbd> half of point 2, <kbd>0</kbd> none, <kbd>=</kbd> as the marker thought; "
    "words after it are a comment, <kbd>/2</kbd> gives the second comment of the list. <kbd>?</kbd> leaves it for later, <kbd>u</kbd> takes the last one back. "
    "Then Enter. A brief takes its score, such as <kbd>7.5</kbd>."
)
SENT = 0.5  # seconds after the key within which the browser has sent the words; it sends them in the same breath
_SIGNS = {"met": "✓", "partly": "◐", "missing": "✗", "contradicted": "✗ says the contrary"}


class Unclear(ValueError):
    """What was typed is no decision; the message says what would be one."""


def read_keys(typed: str, scheme: MarkScheme | None, thought: Mapping[str, float] | None, bank: list[str]) -> tuple[dict[str, float], str]:
    """What was typed, as points and a comment; a brief has its score under "".

    >>> from isa.answers.question import MarkScheme, Point
    >>> read_keys("1 3:0.5 see block 2", MarkScheme((Point("P1", 1, "a"), Point("P2", 1, "b"), Point("P3", 1, "c"))), None, [])
    ({'P1': 1, 'P2': 0.0, 'P3': 0.5}, 'see block 2')

    Raises:
        Unclear: it is no decision.
    """
    words = typed.split()
    decision: list[str] = []
    while words and re.fullmatch(r"=|[\d:.,]+", words[0]):
        decision.append(words.pop(0).replace(",", "."))
    comment = " ".join(_from_bank(word, bank) if re.fullmatch(r"/\d+", word) else word for word in words)
    if not decision:
        raise Unclear("Begin with the points that are earned, such as 1 3, or 0, or =.")
    if scheme is None:
        if len(decision) > 1 or not re.fullmatch(r"\d+(\.\d+)?", decision[0]):
            raise Unclear("A brief takes one score, such as 7.5.")
        return {"": float(decision[0])}, comment
    if decision == ["="]:
        if thought is None:
            raise Unclear("The marker has no opinion on this answer.")
        return dict(thought), comment
    earned = {point.name: 0.0 for point in scheme.points}
    for key in decision:
        number, _, part = key.partition(":")
        if key == "0":
            continue
        for digit in [number] if part else list(number) or [key]:
            if not digit.isdigit() or not 1 <= int(digit) <= len(scheme.points):
                raise Unclear(f"There is no point {digit}: the scheme has 1 to {len(scheme.points)}.")
            point = scheme.points[int(digit) - 1]
            try:
                earned[point.name] = float(part) if part else point.marks
            except ValueError:
                raise Unclear(f"{key} is no part of a point; such as {digit}:0.5.") from None
            if earned[point.name] > point.marks:
                raise Unclear(f"Point {digit} is worth {point.marks:g}.")
    return earned, comment


def _from_bank(key: str, bank: list[str]) -> str:
    at = int(key[1:])
    if not 1 <= at <= len(bank):
        raise Unclear(f"There is no comment {at} in the list.")
    return bank[at - 1]


class Panel(widgets.VBox):
    """What `open_desk` displays: a question is chosen above, its answers are read one after another below.

    Attributes:
        box: the box into which decisions are typed.
        item: what is shown; None where nothing is left.
    """

    item: Item | None

    def __init__(self, desk: Desk, cell: str = "", student: str = "", section: str = "", blind: bool = True, learn: bool = True) -> None:
        self._desk, self._student, self._section = desk, student, section
        self._queue: list[Item] = []
        self._skipped: list[Item] = []
        self._done, self._began = 0, time.monotonic()
        self.item = None
        cells = desk.cells()
        first = cell or next((name for name, waiting in cells.items() if waiting), next(iter(cells)))
        self.cell = widgets.Dropdown(options=[(f"{name}: {waiting} to read", name) for name, waiting in cells.items()], value=first, description="Question")
        self.blind = widgets.Checkbox(value=blind, description="without names", indent=False)
        self.learn = widgets.Checkbox(value=learn, description="let the marker learn from it", indent=False)
        self.box = widgets.Text(description="Decision", placeholder="1 3", continuous_update=False)
        self._answer, self._scheme, self._said, self._bank = (widgets.HTML() for _ in range(4))
        self._said.add_class("isa-said")
        side = widgets.HBox([self._answer.add_class("isa-answer"), self._scheme.add_class("isa-scheme")]).add_class("isa-sides")
        help_ = widgets.HTML(f"<style>{_style()}</style><p>{KEYS}</p>")
        above = widgets.HBox([self.cell, self.blind, self.learn]).add_class("isa-above")
        super().__init__([above, self.box, self._said, side, self._bank, help_])
        self.add_class("isa-review")
        self.cell.observe(lambda _: self._open(), names="value")
        self.blind.observe(lambda _: self._show(), names="value")
        self._entered = False
        self.box.on_msg(lambda _, content, __: self._enter() if content.get("event") == "submit" else None)
        self.box.observe(lambda _: self._decide(), names="value")
        self._open()

    def _open(self) -> None:
        """Read the answers of the chosen question."""
        self._say("Reading the answers …")
        try:
            self._queue = self._desk.queue(self.cell.value, self._student, self._section)
        except (CourseError, FileError) as error:
            self._queue = []
            self._say(str(error))
        self._skipped, self._done, self._began = [], 0, time.monotonic()
        self._next("")

    def _next(self, said: str) -> None:
        if not self._queue and self._skipped:
            self._queue, self._skipped = self._skipped, []
        self.item = self._queue.pop(0) if self._queue else None
        self._show()
        left = len(self._queue) + len(self._skipped) + (self.item is not None)
        pace = f", about {self._done / max(1.0, time.monotonic() - self._began) * 3600:.0f} an hour" if self._done > 2 else ""
        self._say(f"{said} {self._done} decided, {left} left{pace}.".strip())

    def _enter(self) -> None:
        """Enter was pressed. The browser sends the key first and then the words, or the key alone where the words came before, when the box was left."""
        self._entered = True
        if self.box.value:
            asyncio.get_running_loop().call_later(SENT, self._decide)

    def _decide(self) -> None:
        """Decide as the box says. Enter alone decides: a box that is only left must not."""
        if not (self._entered and self.box.value):
            return
        self._entered = False
        typed, self.box.value = self.box.value.strip(), ""
        now = datetime.now(UTC)
        if typed == "u":
            self._take_back(now)
        elif self.item is None:
            self._say("Nothing is left to decide here.")
        elif typed == "?":
            self._skipped.append(self.item)
            self._next("Left for later.")
        elif typed:
            try:
                mark = self.item.mark
                thought = {point.name: point.marks for point in mark.points} if mark else None
                points, comment = read_keys(typed, self._desk.scheme(self.item.cell), thought, self._desk.comments(self.item.cell))
                made = self._desk.decide(self.item, points, now, comment, self.learn.value)
            except (Unclear, CourseError, FileError) as error:
                self.box.value = typed
                self._say(f"Not written: {error}")
                return
            self._done += 1
            self._next(f"Written: {made.score:g} of {self._desk.worth(made.cell):g}.")

    def _take_back(self, now: datetime) -> None:
        again = self._desk.undo(now)
        if again is None:
            self._say("There is nothing to take back in this sitting.")
            return
        if self.item is not None:
            self._queue.insert(0, self.item)
        self._queue.insert(0, again)
        self._done = max(0, self._done - 1)
        self._next("Taken back.")

    def _show(self) -> None:
        item = self.item
        if item is None:
            self._answer.value, self._scheme.value, self._bank.value = "<p>Nothing is left to read here.</p>", "", ""
            return
        who = "" if self.blind.value else f"<p><b>{escape(item.name)}</b></p>"
        self._answer.value = f'{who}<div class="isa-text" dir="auto">{_marked_up(item)}</div>'
        scheme = self._desk.scheme(item.cell)
        self._scheme.value = _points(scheme, item) if scheme else f'<div class="isa-text">{escape(self._desk.guide(item.cell))}</div>'
        bank = self._desk.comments(item.cell)
        lines = "".join(f"<li>{escape(comment)}</li>" for comment in bank[:9])
        self._bank.value = f"<p>Comments given before on this question:</p><ol>{lines}</ol>" if lines else ""

    def _say(self, words: str) -> None:
        self._said.value = f'<p role="status" aria-live="polite">{escape(words, quote=False)}</p>'


def open_desk(
    assignment: str, cell: str = "", *, student: str = "", section: str = "", blind: bool = True, learn: bool = True, second: bool = False, who: str = ""
) -> Panel:
    """Open the review desk on an assignment of the course around this folder.

    Args:
        assignment: its name.
        cell: begin with this question, such as "s1".
        student: only this student.
        section: only this section of the roster.
        blind: show no names.
        learn: let the marker learn from each decision.
        second: be a second marker of what others have decided; no mark is changed.
        who: as whom you decide; else the name of this account.

    Raises:
        CourseError: this is no folder of a course, or the assignment has not been graded.
    """
    folder = next((path for path in [Path.cwd(), *Path.cwd().parents] if (path / "nbgrader_config.py").is_file()), Path.cwd())
    return Panel(Desk(Course.at(folder), assignment, who or getpass.getuser(), second), cell, student, section, blind, learn)


def _marked_up(item: Item) -> str:
    """The answer as text, with the words that earned or lost a point set off."""
    text = escape(item.text or "(nothing was written)")
    for words in {escape(point.evidence) for point in (item.mark.points if item.mark else ()) if point.evidence and len(point.evidence) < len(item.text)}:
        text = text.replace(words, f"<mark>{words}</mark>", 1)
    return text


def _points(scheme: MarkScheme, item: Item) -> str:
    thought: dict[str, PointMark] = {point.name: point for point in item.mark.points} if item.mark else {}
    rows = []
    for number, point in enumerate(scheme.points, 1):
        mark = thought.get(point.name)
        what = f"{_SIGNS[mark.state]} ({mark.confidence:.0%} sure)" if mark else ""
        because = f"<br><small>“{escape(quoted(mark.evidence))}”</small>" if mark and mark.evidence else ""
        rows.append(f'<tr><th scope="row">{number}</th><td>{escape(point.says)} ({point.marks:g})</td><td>{what}{because}</td></tr>')
    head = '<tr><th scope="col">key</th><th scope="col">what has to be said</th><th scope="col">the marker</th></tr>'
    return f"<table>{head}{''.join(rows)}</table>"


@cache
def _style() -> str:
    return Path(__file__).with_name("panel.css").read_text(encoding="utf-8")
