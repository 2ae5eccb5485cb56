"""What an explorer is made of: a question, controls, and a pure function that reads the record for their state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The name of each control -> what it is set to.
State = Mapping[str, Any]


@dataclass(frozen=True)
class Years:
    """A slider with a number box beside it, both ends included."""

    name: str
    label: str
    first: int
    last: int
    start: int


@dataclass(frozen=True)
class Choice:
    """One of several words: a button for each of a few, a box with suggestions to type in for many."""

    name: str
    label: str
    options: tuple[str, ...]
    start: str


@dataclass(frozen=True)
class Reading:
    """What the record shows for a state of the controls.

    Attributes:
        draw: makes the chart.
        alt: what the chart shows, for those who do not see it.
        sentence: the reading in words, which is said aloud at each change.
    """

    draw: Callable[[], Figure]
    alt: str
    sentence: str

    @cached_property
    def figure(self) -> Figure:
        """The chart, drawn when it is first asked for."""
        return self.draw()


@dataclass(frozen=True)
class Explorer:
    """A question that only moving it can answer.

    Attributes:
        question: asked above the controls.
        controls: in the order in which a keyboard reaches them.
        read: state of the controls -> what is shown. It knows no widget and keeps nothing.
    """

    question: str
    controls: tuple[Years | Choice, ...]
    read: Callable[[State], Reading]

    def start(self) -> dict[str, Any]:
        """The state that is shown first."""
        return {control.name: control.start for control in self.controls}


def listed(names: list[str]) -> str:
    """Names as in a sentence.

    >>> listed(["Mali", "Niger", "Togo"])
    'Mali, Niger and Togo'
    """
    return " and ".join([*([", ".join(names[:-1])] if names[:-1] else []), *names[-1:]])
