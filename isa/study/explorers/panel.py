"""An explorer on the page: ipywidgets around its pure reading.

The keyboard goes from the controls to the chart and the sentence, which is a live region. A chart is an image with words: the widgets of Matplotlib have none.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from isa.charts import quick_image
from isa.study.explorers.parts import Choice, Explorer, Reading, Years

_FEW = 3


class Panel(widgets.VBox):
    """What `explore` displays; `inputs` are the controls by name."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self.inputs: dict[str, Any] = {}
        rows = [self._row(control) for control in explorer.controls]
        self._chart, self._said = widgets.HTML(), widgets.HTML()
        self.reading = self._show()
        for control in self.inputs.values():
            control.observe(lambda _: self._show(), names="value")
        question = widgets.HTML(f"<style>{_style()}</style><h3>Explorer</h3><p>{escape(explorer.question)}</p>")
        super().__init__([question, *rows, self._chart, self._said])
        self.add_class("isa-explorer")

    def _row(self, control: Years | Choice) -> widgets.Widget:
        """The widget of a control, with its label; remembered in `inputs`."""
        style = {"description_width": "initial"}
        if isinstance(control, Years):
            span = {"min": control.first, "max": control.last, "value": control.start}
            # A slider has no name that a screen reader could say; the box has its label, and comes first.
            box = widgets.BoundedIntText(description=f"{control.label} ({control.first} to {control.last})", style=style, **span)
            slider = widgets.IntSlider(continuous_update=False, readout=False, style={"handle_color": "#0072B2"}, **span)
            widgets.link((slider, "value"), (box, "value"))
            self.inputs[control.name] = slider
            return widgets.HBox([box, slider]).add_class("isa-row")
        common = {"options": control.options, "value": control.start, "description": control.label, "style": style}
        made = widgets.RadioButtons(orientation="horizontal", **common) if len(control.options) <= _FEW else widgets.Dropdown(**common)
        self.inputs[control.name] = made
        return made

    def _show(self) -> Reading:
        self.reading = self._explorer.read({name: control.value for name, control in self.inputs.items()})
        self._chart.value = quick_image(self.reading.figure, self.reading.alt)
        self._said.value = f'<p role="status" aria-live="polite">{escape(self.reading.sentence)}</p>'
        return self.reading

    def _repr_mimebundle_(self, **how: Any) -> dict[str, Any] | None:
        bundle = super()._repr_mimebundle_(**how)
        if bundle:
            bundle["text/plain"] = f"Explore. {self._explorer.question}\n{self.reading.sentence}"
        return bundle


def panel(explorer: Explorer) -> Panel:
    """The widgets of an explorer, at its start."""
    return Panel(explorer)


@cache
def _style() -> str:
    return Path(__file__).with_name("panel.css").read_text(encoding="utf-8")
