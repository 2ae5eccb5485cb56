"""Checkpoints on the page of a lesson: `show` displays one, `recall` those of earlier lessons that are due.

`region` puts a checkpoint together and answers its learner, `controls` has a way to answer for each kind, `wording` says everything in words.
"""

from __future__ import annotations

from isa.study import recall as spaced
from isa.study.checkpoints import Checkpoint
from isa.study.frame import Page
from isa.study.widgets.region import Region

__all__ = ["Region", "recall", "show"]

_COUNTS = {1: "one question", 2: "two questions", 3: "three questions"}


def show(checkpoint: Checkpoint) -> None:
    """Display a checkpoint. Where no widgets can be shown, its question is there to read."""
    _display(Region(checkpoint))


def recall(lesson: str) -> None:
    """Display the checkpoints of earlier lessons that are due when a lesson begins, or say that there are none.

    Raises:
        isa.syllabus.UnknownLesson: there is no such lesson.
    """
    due = spaced.due(lesson)
    if not due:
        _display(Page(f"<p>{_NOTHING}</p>", _NOTHING))
        return
    heading = f"Recall: {_COUNTS.get(len(due), f'{len(due)} questions')} from earlier lessons"
    _display(Page(f"<h3>{heading}</h3>", heading))
    for one in due:
        _display(Region(one, afresh=True, level=4))


_NOTHING = "Nothing is to be recalled here: no earlier lesson has a question to ask again."


def _display(what: Region | Page) -> None:
    from IPython.display import display

    display(what)
