"""What a lesson imports: tables with their data cards and citations, the charts of the course, and what a learner meets in a lesson.

>>> import isa
>>> isa.load("members").shape
(57, 7)

What displays something imports what it needs when it is called, so that `import isa` stays quick.
"""

import sys

# jsonschema, which reads the course's files here and the notebooks in nbformat, builds a grammar of international web addresses when it is imported:
# two seconds of work for a format that no schema here names. It goes on without one where that package is missing, so here it is.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

from isa import charts  # noqa: E402
from isa.catalog import card, cite, load, tables  # noqa: E402

__all__ = ["card", "charts", "check_button", "checkpoint", "cite", "explore", "lesson", "load", "progress", "recall", "summary", "tables"]
__version__ = "0.1.0"


def lesson(id: str) -> None:
    """Display what a lesson is about: question, time, what comes before it, claim, objectives.

    Raises:
        isa.syllabus.UnknownLesson: there is no such lesson.
    """
    from isa.study import frame

    frame.lesson(id)


def recall(lesson: str) -> None:
    """Display the questions of earlier lessons that are due when a lesson begins.

    Raises:
        isa.syllabus.UnknownLesson: there is no such lesson.
    """
    from isa.study import widgets

    widgets.recall(lesson)


def checkpoint(id: str) -> None:
    """Display a question, such as "2.4", with a way to answer it.

    Raises:
        isa.study.checkpoints.UnknownCheckpoint: there is none of that id.
        isa.yamlfile.FileError: the lesson's file of checkpoints is wrong.
    """
    from isa.study import checkpoints, widgets

    widgets.show(checkpoints.checkpoint(id))


def explore(lesson: str) -> None:
    """Display the explorer of a lesson: a chart to move, with a question that only moving it can answer.

    Raises:
        isa.study.explorers.UnknownExplorer: the lesson has none.
    """
    from isa.study import explorers

    explorers.explore(lesson)


def summary(id: str) -> None:
    """Display what closes a lesson: where the learner stands, exit ticket, sources of the tables, what comes next.

    Raises:
        isa.syllabus.UnknownLesson: there is no such lesson.
    """
    from isa.study import frame

    frame.summary(id)


def progress() -> None:
    """Display how far the learner is with each lesson, and what to see again and when."""
    from isa.study import frame

    frame.overview()


def check_button(assignment: str) -> None:
    """Display a button that marks the learner's own copy of an assignment, such as "assignment-02"."""
    from isa.study import check_button

    check_button.show(assignment)
