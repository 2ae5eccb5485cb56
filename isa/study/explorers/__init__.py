"""Explorers: a chart that a learner moves to answer a question, one for a lesson, in a module of its own (`lesson00` and so on)."""

from __future__ import annotations

import importlib
import pkgutil

from isa.study.explorers.parts import Choice, Explorer, Reading, Years

__all__ = ["Choice", "Explorer", "Reading", "UnknownExplorer", "Years", "explore", "explorer", "lessons"]


class UnknownExplorer(KeyError):
    """A lesson without an explorer; the message names those that have one."""

    def __str__(self) -> str:
        return str(self.args[0])


def explore(lesson: str) -> None:
    """Display the explorer of a lesson: question, controls, chart, and a sentence that says what it shows.

    Raises:
        UnknownExplorer: the lesson has none.
    """
    from IPython.display import display

    from isa.study.explorers.panel import Panel

    display(Panel(explorer(lesson)))


def explorer(lesson: str) -> Explorer:
    """The explorer of a lesson.

    Raises:
        UnknownExplorer: the lesson has none.
    """
    if lesson not in lessons():
        raise UnknownExplorer(f"there is no explorer for {lesson!r}: expected the two digits of a lesson in quotes, one of {', '.join(lessons())}")
    found: Explorer = importlib.import_module(f"{__name__}.lesson{lesson}").EXPLORER
    return found


def lessons() -> list[str]:
    """The lessons that have an explorer."""
    return sorted(name.removeprefix("lesson") for _, name, _ in pkgutil.iter_modules(__path__) if name.startswith("lesson"))
