"""How far a run is: a bar for whoever watches a terminal, a plain line now and then for whoever keeps a log. Both on the error stream."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from isa.grading.course import Submission
from isa.grading.runner import Progress as Watch

EVERY = 60.0  # seconds between two plain lines


def watch(what: str, console: Console, clock: Callable[[], float] = time.monotonic) -> Watch:
    """Shows done of all, how many a second or minute lately, and the time that is left."""

    def watched(submissions: Iterable[Submission], total: int) -> Iterable[Submission]:
        return _bar(what, console, submissions, total) if console.is_terminal else _lines(what, console, submissions, total, clock)

    return watched


def pace(per_second: float) -> str:
    """A throughput in words.

    >>> pace(4.25), pace(0.2)
    ('4.2 a second', '12 a minute')
    """
    return f"{per_second:.1f} a second" if per_second >= 1 else f"{per_second * 60:.0f} a minute"


class _Pace(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(pace(task.speed) if task.speed else "")


def _bar(what: str, console: Console, submissions: Iterable[Submission], total: int) -> Iterator[Submission]:
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Pace(), TimeRemainingColumn(), TextColumn("{task.fields[student]}")]
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total, student="")
        for submission in submissions:
            bar.update(task, advance=1, student=escape(submission.student))
            yield submission


def _lines(what: str, console: Console, submissions: Iterable[Submission], total: int, clock: Callable[[], float]) -> Iterator[Submission]:
    before, then = 0, clock()
    for done, submission in enumerate(submissions, 1):
        now = clock()
        if now - then >= EVERY and done < total:
            speed = (done - before) / (now - then)
            left = (total - done) / speed
            said = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min"
            console.print(f"{what}: {done} of {total}, {pace(speed)}, {said} left", soft_wrap=True, highlight=False, markup=False)
            before, then = done, now
        yield submission
