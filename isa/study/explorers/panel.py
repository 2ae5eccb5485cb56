"""An explorer on the page: ipywidgets around its pure reading.

The keyboard goes from the controls to the chart and the sentence, which is a live region. A chart is an image with words: the widgets of Matplotlib have none.
JupyterLab takes letters from lists and radio buttons for its own commands, two D's to delete the cell; so words are chosen by buttons, or typed.
"""

from __future__ import annotations

import difflib
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from isa.charts import quick_image
from isa.study.explorers.parts import Choice, Explorer, Reading, Years

# Choices up to this many have a button each.
_FEW = 6


class Panel(widgets.VBox):
    """What `explore` displays.

    Attributes:
        inputs: the widget of each control, by its name.
        reading: what is shown.
    """

    inputs: dict[str, Any]
    reading: Reading

    def __init__(self, explorer: Explorer) -> None:
        self.inputs = {}
        self._explorer, self._state = explorer, explorer.start()
        self._chart, self._said = widgets.HTML(), widgets.HTML()
        question = widgets.HTML(f"<style>{_style()}</style><h3>Explorer</h3><p>{escape(explorer.question)}</p>")
        super().__init__([question, *(self._row(control) for control in explorer.controls), self._chart, self._said])
        self.add_class("isa-explorer")
        self._show()

    def _row(self, control: Years | Choice) -> widgets.Widget:
        """The widget of a control, with its label."""
        label: dict[str, Any] = {"description": control.label, "style": {"description_width": "initial"}}
        if isinstance(control, Years):
            span = {"min": control.first, "max": control.last, "value": control.start}
            # A slider has no name that a screen reader could say; the box has one, and comes first.
            label["description"] += f" ({control.first} to {control.last})"
            box = widgets.BoundedIntText(**span, **label)
            made = widgets.IntSlider(continuous_update=False, readout=False, style={"handle_color": "#0072B2"}, **span)
            widgets.link((made, "value"), (box, "value"))
            row = widgets.HBox([box, made]).add_class("isa-row")
        elif len(control.options) <= _FEW:
            row = made = widgets.ToggleButtons(options=control.options, value=control.start, **label)
        else:
            row = made = widgets.Combobox(options=control.options, value=control.start, continuous_update=False, **label)
        made.observe(lambda change: self._moved(control, change["new"]), names="value")
        self.inputs[control.name] = made
        return row

    def _moved(self, control: Years | Choice, value: Any) -> None:
        """Show what the record says, or say why not."""
        if isinstance(control, Choice) and value not in control.options:
            self._misspelt(control, value.strip())
        elif value != self._state[control.name]:
            self._state[control.name] = value
            self._show()

    def _misspelt(self, control: Choice, typed: str) -> None:
        """Complete what was begun, and say what else is there for what is unknown."""
        begun = [option for option in control.options if option.casefold().startswith(typed.casefold())]
        if typed and len(begun) == 1:
            self.inputs[control.name].value = begun[0]
        elif typed:
            near = begun or difflib.get_close_matches(typed, control.options, n=3, cutoff=0.5)
            hint = f"Did you mean {' or '.join(near[:3])}?" if near else "Empty the box to see the list."
            self._say(f"{typed!r} is not in the list. {hint} Shown is still: {self._state[control.name]}.")

    def _show(self) -> None:
        with _swept():
            self.reading = self._explorer.read(self._state)
            self._chart.value = quick_image(self.reading.draw(), self.reading.alt)
        self._say(self.reading.sentence)

    def _say(self, words: str) -> None:
        self._said.value = f'<p role="status" aria-live="polite">{escape(words, quote=False)}</p>'

    def _repr_mimebundle_(self, **how: Any) -> dict[str, Any] | None:
        bundle = super()._repr_mimebundle_(**how)
        if bundle:
            bundle["text/plain"] = f"Explore. {self._explorer.question}\n{self.reading.sentence}"
        return bundle


@contextmanager
def _swept() -> Iterator[None]:
    """Throw a drawing away as soon as it is on the page.

    A figure's parts refer to each other, so Python finds out that nobody needs them only when it next looks through everything that there is: one move in
    eighteen would take 150 ms longer. What is young is looked through in a few.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if collecting:
            gc.enable()


@cache
def _style() -> str:
    return Path(__file__).with_name("panel.css").read_text(encoding="utf-8")
