"""How a checkpoint is answered: a control for each kind, worked by mouse and by keyboard alike.

What each is made of was chosen by what a browser finds in it: every field has its label, and all can be done with Tab, Space and Enter. The arrow keys
move from option to option where `jupyter/overrides.json` is installed, which leaves them to a control that has the keyboard; JupyterLab alone takes them.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as widgets

from isa.study import marking
from isa.study.checkpoints import Checkpoint, Choice, Line, Number, Order, ShortAnswer
from isa.study.marking import Response
from isa.study.widgets import wording

_WIDE = {"width": "auto", "max_width": "100%"}
_typed: dict[str, str] = {}  # by checkpoint; running a cell again must not take away what was written


class Control:
    """A way to answer.

    Attributes:
        widget: to be displayed.
        slow: whether marking what it gives can take seconds.
        entered: called when Enter says that the answer is complete.
        typed: called when what was typed has arrived, which may be after Enter, or after the button that it was followed by.
    """

    widget: widgets.Widget
    slow = False

    def __init__(self) -> None:
        self.entered: Callable[[], None] = lambda: None
        self.typed: Callable[[], None] = lambda: None

    def response(self) -> Response:
        """What is answered now."""
        raise NotImplementedError


class ChooseOne(Control):
    """Radio buttons."""

    def __init__(self, task: Choice) -> None:
        super().__init__()
        options = [(wording.plain(option.text), at) for at, option in enumerate(task.options)]
        self.widget = self.radio = widgets.RadioButtons(options=options, value=None, layout=_WIDE)

    def response(self) -> Response:
        return () if self.radio.index is None else int(self.radio.index)


class ChooseMany(Control):
    """A box for each option."""

    def __init__(self, task: Choice) -> None:
        super().__init__()
        self.boxes = [widgets.Checkbox(value=False, description=wording.plain(option.text), indent=False, layout=_WIDE) for option in task.options]
        self.widget = widgets.VBox(self.boxes)

    def response(self) -> Response:
        return tuple(at for at, box in enumerate(self.boxes) if box.value)


class PutInOrder(Control):
    """A list of which each item can be moved up and down. The rows stay and the items move, so that the keyboard's place is not lost."""

    def __init__(self, id: str, task: Order) -> None:
        super().__init__()
        self._items = task.items
        self._order = list(wording.shuffled(id, len(task.items)))
        self.up = [self._button("Up", place, -1) for place in range(len(self._order))]
        self.down = [self._button("Down", place, +1) for place in range(len(self._order))]
        self._texts = [widgets.HTML() for _ in self._order]
        self.moved = widgets.HTML(wording.status(""))
        self.moved.add_class("isa-unseen")
        rows = [widgets.HBox(row) for row in zip(self._texts, self.up, self.down, strict=True)]
        for row in rows:
            row.add_class("isa-row")
        self.widget = widgets.VBox([*rows, self.moved])
        self._draw()

    def response(self) -> Response:
        return tuple(self._order)

    def _button(self, name: str, place: int, by: int) -> widgets.Button:
        button = widgets.Button(description=name, layout={"width": "auto"})
        button.on_click(lambda _: self._move(place, by))
        return button

    def _move(self, place: int, by: int) -> None:
        to, last = place + by, len(self._order) - 1
        if not 0 <= to <= last:
            self._say(place, f"is already the {'first' if by < 0 else 'last'}")
            return
        self._order[place], self._order[to] = self._order[to], self._order[place]
        self._draw()
        self._say(to, f"is now number {to + 1} of {last + 1}")
        (self.up if by < 0 else self.down)[to].focus()

    def _name(self, place: int) -> str:
        return f"“{wording.plain(self._items[self._order[place]])}”"

    def _say(self, place: int, what: str) -> None:
        self.moved.value = wording.status(escape(f"{self._name(place)} {what}."))

    def _draw(self) -> None:
        for place, item in enumerate(self._order):
            self._texts[place].value = f"<span class='isa-place'>{place + 1}.</span> {wording.html(self._items[item])}"
            self.up[place].tooltip = f"Move {self._name(place)} up"
            self.down[place].tooltip = f"Move {self._name(place)} down"


class Field(Control):
    """One line to type in; Enter says that it is complete."""

    def __init__(self, id: str, label: str, *, remembered: bool) -> None:
        super().__init__()
        self.field = _field(widgets.Text, id, label, remembered)
        self.field.on_msg(self._heard)
        self.field.observe(lambda _: self.typed(), names="value")
        self.widget = self.field

    def response(self) -> Response:
        return str(self.field.value)

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("event") == "submit":
            self.entered()


class LineField(Field):
    """A field for code, under the names that it can use."""

    slow = True

    def __init__(self, checkpoint: Checkpoint, *, remembered: bool) -> None:
        super().__init__(checkpoint.id, "Your line of pandas", remembered=remembered)
        self.field.add_class("isa-code")
        try:
            names = wording.names(marking.names(checkpoint))
        except marking.Fault:  # marking will say so
            names = ""
        self.widget = widgets.VBox([widgets.HTML(f"<div class='isa-note'>{names}</div>"), self.field])


class Paragraph(Control):
    """A field for sentences, with a count of its words."""

    slow = True

    def __init__(self, id: str, *, remembered: bool) -> None:
        super().__init__()
        self.field = _field(widgets.Textarea, id, "Your answer", remembered)
        self.field.rows = 4
        self.count = widgets.HTML()
        self.field.observe(lambda _: self._arrived(), names="value")
        self._arrived()
        self.widget = widgets.VBox([self.field, self.count])

    def response(self) -> Response:
        return str(self.field.value)

    def _arrived(self) -> None:
        count = len(self.field.value.split())
        self.count.value = f"<div class='isa-note'>{count} word{'' if count == 1 else 's'}</div>" if count else ""
        self.typed()


def _field(kind: type, id: str, label: str, remembered: bool) -> Any:
    """A field for text, with what was typed into the one of this checkpoint before, if that is wanted."""
    # What is typed arrives as a whole, on Enter or when the field is left. Letter by letter, a press could overtake the last of them, and half be marked.
    common = {"description": label, "continuous_update": False, "style": {"description_width": "initial"}, "layout": _WIDE}
    field = kind(value=_typed.get(id, "") if remembered else "", **common)
    field.observe(lambda change: _typed.update({id: change["new"]}), names="value")
    return field


def control(checkpoint: Checkpoint, *, remembered: bool) -> Control:
    """The control for a checkpoint, with what was typed there since the notebook was opened, if that is wanted."""
    task = checkpoint.task
    match task:
        case Choice():
            return ChooseMany(task) if task.many else ChooseOne(task)
        case Order():
            return PutInOrder(checkpoint.id, task)
        case Number():
            field = Field(checkpoint.id, f"Your answer ({task.unit})" if task.unit else "Your answer", remembered=remembered)
            field.widget.layout.max_width = "16rem"
            return field
        case Line():
            return LineField(checkpoint, remembered=remembered)
        case ShortAnswer():
            return Paragraph(checkpoint.id, remembered=remembered)
