"""A checkpoint on the page: question, chart, control, buttons, and what is said to the learner's answer."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from isa.study import marking, progress
from isa.study.checkpoints import Checkpoint
from isa.study.marking import Outcome, Response
from isa.study.widgets import wording
from isa.study.widgets.controls import control

TRIES = 2  # after which the explanation can be seen
SETTLED = 0.15  # seconds from a press to the marking, so that what was typed before it has arrived
LATE = 1.5  # seconds after a press in which what arrives belongs to it all the same, on a machine that has much to do


class Region(widgets.VBox):
    """What `show` displays.

    Attributes:
        checkpoint: the one that is shown.
        control: where it is answered.
        check, hint, explain: the buttons; `hint` is None where there are no hints.
        said, shown, hints, explanation, history: the places for feedback, for what a line gave, for hints, for the explanation, and for earlier tries.
    """

    def __init__(self, checkpoint: Checkpoint, *, afresh: bool = False, level: int = 3) -> None:
        """Make the region of a checkpoint.

        Args:
            checkpoint: to be shown.
            afresh: ask as if it were for the first time: what was typed before is not shown, and earlier tries do not open the explanation.
            level: of the heading.
        """
        self.checkpoint = checkpoint
        self._earlier = progress.last(checkpoint.id)
        unfinished = () if afresh else wording.current_round(self._earlier)
        self._tries = len(unfinished)
        self._seen = any(one.shown for one in unfinished)
        self._open = not afresh and any(one.result == "right" for one in self._earlier)
        self._hints = 0
        self._busy = False
        self._pressed = -math.inf
        self._last: tuple[Response, Outcome] | None = None
        self._chart = _chart(checkpoint)

        self.control = control(checkpoint, remembered=not afresh)
        self.control.entered, self.control.typed = self._press, self._arrived
        self.check = self._button("Check", f"Check your answer to checkpoint {checkpoint.id}", self._press)
        self.check.add_class("isa-check")
        self.hint = self._button("", f"For checkpoint {checkpoint.id}", self._next_hint) if checkpoint.hints else None
        self.explain = self._button("", "", self._turn_explanation)
        self.hints, self.said, self.shown, self.explanation = (widgets.HTML() for _ in range(4))
        self.history = widgets.HTML(_note(wording.history(self._earlier, date.today())))
        self._say("")
        self._name_buttons()
        buttons = widgets.HBox([self.check, *([self.hint] if self.hint else []), self.explain])
        buttons.add_class("isa-buttons")
        rest = [self.control.widget, buttons, self.hints, self.said, self.shown, self.explanation, self.history]
        super().__init__([self._head(level), *rest])
        self.add_class("isa-checkpoint")

    def __repr__(self) -> str:
        return wording.as_text(self.checkpoint)

    def _repr_mimebundle_(self, **how: Any) -> dict[str, Any] | None:
        """The widget, and for those who cannot show it the question to read."""
        bundle = super()._repr_mimebundle_(**how)
        if bundle:
            bundle |= {"text/plain": repr(self), "text/html": wording.as_page(self.checkpoint, self._chart)}
        return bundle

    def _head(self, level: int) -> widgets.HTML:
        """Heading, question and chart. The widgets around it can have no role, so the group that has the heading's name is this."""
        name, head = wording.title(self.checkpoint), widgets.HTML()
        label = f"isa-{head.model_id}"
        heading = f"<h{level} id='{label}'>{escape(name)}</h{level}>"
        question = f"<div class='isa-ask'>{wording.html(self.checkpoint.ask)}</div>{self._chart}"
        head.value = f"<style>{_style()}</style><div role='group' aria-labelledby='{label}'>{heading}{question}</div>"
        return head

    def _button(self, name: str, tooltip: str, pressed: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=name, tooltip=tooltip, layout={"width": "auto"})
        button.on_click(lambda _: pressed())
        return button

    def _press(self) -> None:
        self._pressed = time.monotonic()
        self._submit()

    def _arrived(self) -> None:
        if time.monotonic() - self._pressed < LATE:
            self._submit()

    def _submit(self) -> None:
        if self._busy:
            return
        self._busy = True
        if self.control.slow:
            # Not disabled, which would lose the keyboard's place: what is pressed meanwhile changes nothing.
            self.check.description = "Checking …"
        _soon(self._mark)

    def _mark(self) -> None:
        try:
            response = self.control.response()
            if self._last is not None and self._last[0] == response:
                self._answer(self._last[1])  # the same answer again is no new try
            else:
                outcome = marking.mark(self.checkpoint, response)
                self._count(response, outcome)
                self._answer(outcome)
        except KeyboardInterrupt:
            self._say(f"<p>{wording.STOPPED}</p>")
        except Exception:
            logging.getLogger(__name__).debug("marking checkpoint %s", self.checkpoint.id, exc_info=True)
            self._say(f"<p>{wording.BROKEN}</p>")
        finally:
            self.check.description = "Check"
            self._busy = False

    def _count(self, response: Response, outcome: Outcome) -> None:
        """Keep a try, if it was one."""
        if outcome.result == "refused":
            return
        progress.record(self.checkpoint, outcome.result, hints=self._hints, shown=self._seen)
        self._last = (response, outcome)
        self._tries += 1
        self.history.value = "".join(map(_note, progress.troubles()))

    def _answer(self, outcome: Outcome) -> None:
        offer = ""
        if outcome.result == "right":
            self._open = True
            self._show_explanation(True)
            offer = "The explanation stands below."
        elif self._tries >= TRIES and not self._seen:
            offer = "You can show the explanation now."
        self._name_buttons()
        self.said.value = wording.feedback(outcome, self._tries, offer)
        # A table can be wider than the page, and what scrolls has to be reached by the keyboard.
        shown = f"<div class='isa-shown' role='region' aria-label='What your line gives' tabindex='0'>{outcome.shown}</div>"
        self.shown.value = f"<p>Your line gives:</p>{shown}" if outcome.shown else ""

    def _say(self, content: str) -> None:
        self.said.value = wording.status(content)

    def _next_hint(self) -> None:
        hints = self.checkpoint.hints
        if self._hints < len(hints):
            self._hints += 1
            *before, last = [wording.hint(text, number, len(hints)) for number, text in enumerate(hints[: self._hints], 1)]
            self.hints.value = "".join(before) + wording.status(last)
        else:
            self.hints.layout.display = "none" if self.hints.layout.display is None else None
        self._name_buttons()

    def _turn_explanation(self) -> None:
        self._show_explanation(not self.explanation.value)
        self._name_buttons()

    def _show_explanation(self, visible: bool) -> None:
        self._seen = self._seen or visible
        text = f"<div class='isa-explanation'><p><strong>Explanation</strong></p>{wording.html(self.checkpoint.explanation)}</div>"
        self.explanation.value = text if visible else ""

    def _name_buttons(self) -> None:
        """Let each button say what it does now."""
        if self.hint:
            count = len(self.checkpoint.hints)
            turn = "Show the hints" if self.hints.layout.display == "none" else "Hide the hints"
            self.hint.description = f"Hint ({self._hints + 1} of {count})" if self._hints < count else turn
        self.explain.disabled = not (self._open or self._tries >= TRIES)
        self.explain.description = "Hide the explanation" if self.explanation.value else "Show the explanation"
        self.explain.tooltip = f"After {TRIES} tries, or once your answer is right" if self.explain.disabled else f"Of checkpoint {self.checkpoint.id}"


def _soon(do: Callable[[], None]) -> None:
    """Do it a moment later, where something can arrive meanwhile."""
    try:
        asyncio.get_running_loop().call_later(SETTLED, do)
    except RuntimeError:  # no loop, so nothing can
        do()


def _chart(checkpoint: Checkpoint) -> str:
    """The picture of a checkpoint's chart, as HTML; nothing where it has none."""
    if checkpoint.chart is None:
        return ""
    import matplotlib.pyplot as plt

    from isa import charts

    try:
        drawn: Any = marking.chart(checkpoint)
        try:
            return charts.image(drawn, checkpoint.chart.alt)
        finally:
            plt.close(drawn.figure)
    except marking.Fault:
        return f"<p>The chart cannot be drawn here. In words: {escape(checkpoint.chart.alt)}</p>"


def _note(sentence: str) -> str:
    return f"<div class='isa-note'>{escape(sentence)}</div>" if sentence else ""


@cache
def _style() -> str:
    return Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
