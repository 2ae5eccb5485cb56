"""What an explorer is made of: a question, controls, and a pure function that reads the record for their state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from isa.catalog import load

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The name of each control -> what it is set to.
State = Mapping[str, Any]
ALL_MEMBERS = "all 57 members"


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


def number(value: float) -> str:
    """A number as it stands beside a bar or in a sentence: whole from 100 on, with three figures below.

    >>> number(1234.5), number(12.345), number(7.0)
    ('1,234', '12.3', '7')
    """
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:,.3g}"


def all_recipients() -> tuple[str, ...]:
    """Whom an explorer of the members can be asked about: all of them, a group, a state."""
    members = load("members")
    return (ALL_MEMBERS, *(f"{group} group" for group in members.oic_group.cat.categories), *sorted(members.name))


@cache
def codes(recipients: str) -> frozenset[str]:
    """Codes of the members that one of `all_recipients` stands for."""
    members = load("members")
    if recipients == ALL_MEMBERS:
        return frozenset(members.iso3)
    return frozenset(members.iso3[(members.name == recipients) | (members.oic_group.astype(str) + " group" == recipients)])
