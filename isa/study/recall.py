"""Spaced recall: which checkpoints of earlier lessons to ask again, and when.

After a right answer a checkpoint rests for a day, then for longer each time; a wrong one sends it back to the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from isa import syllabus
from isa.study import checkpoints, progress
from isa.study.checkpoints import Checkpoint
from isa.syllabus import Lesson

INTERVALS = tuple(timedelta(days=days) for days in (1, 3, 7, 21, 60))


def due(lesson: str, count: int = 3, now: datetime | None = None) -> tuple[Checkpoint, ...]:
    """Up to `count` checkpoints to ask again at the start of a lesson, from the lessons before it.

    Those whose time has come stand first, beginning with the one that has waited longest. Then come those which the learner never answered, from
    the nearest prerequisites; then those which rest, beginning with the one whose time comes soonest. They are of different objectives as far as
    there are enough, and spread over lessons. The same record gives the same questions.

    Args:
        lesson: the id of the lesson that begins.
        count: how many at most.
        now: with a time zone; by default the clock.

    Raises:
        isa.syllabus.UnknownLesson: there is no such lesson.
        isa.yamlfile.FileError: a file of checkpoints is wrong.
    """
    now = now or datetime.now(UTC)
    course = syllabus.read()
    near = _steps_back(course.lesson(lesson), {one.id: one for one in course.lessons})
    before = course.lessons[: course.lessons.index(course.lesson(lesson))]
    waiting: list[_Candidate] = []
    for one in (c for earlier in before for c in checkpoints.of_lesson(earlier.id) if c.recall):
        when = again(one, now)
        if when is not None:
            waiting.append(_Candidate(one, 0 if when <= now else 2, when.timestamp()))
        elif one.lesson in near:
            waiting.append(_Candidate(one, 1, near[one.lesson]))
    chosen: list[Checkpoint] = []
    while waiting and len(chosen) < count:
        asked = min(waiting, key=lambda candidate: candidate.turn(chosen))
        waiting.remove(asked)
        chosen.append(asked.checkpoint)
    return tuple(chosen)


def again(checkpoint: Checkpoint, now: datetime | None = None) -> datetime | None:
    """When to ask a checkpoint again (UTC; it may have passed), or None where it was never answered.

    A right answer before that time changes nothing; one that was given after the explanation was shown starts from the first interval.
    """
    now = now or datetime.now(UTC)
    tries = progress.marked(checkpoint)
    if not tries:
        return None
    if tries[-1].when > now:
        return now  # the clock was set back: better too early than never
    rests, when, before = 0, tries[0].when, tries[0].when
    for one in tries:
        made = min(one.when, now)
        if one.result != "right":
            rests, when = 0, made
        elif one.when >= when or one.when < before:
            rests = 0 if one.shown else rests
            when = made + INTERVALS[min(rests, len(INTERVALS) - 1)]
            rests += 1
        before = one.when
    return when


@dataclass(frozen=True)
class _Candidate:
    checkpoint: Checkpoint
    kind: int  # 0: its time has come, 1: never answered, 2: it rests
    rank: float  # among those of its kind

    def turn(self, chosen: list[Checkpoint]) -> tuple[bool, int, int, float]:
        """The lowest is asked next; equals keep the order of the course."""
        repeats = any(one.objective == self.checkpoint.objective for one in chosen)
        return repeats, self.kind, sum(one.lesson == self.checkpoint.lesson for one in chosen), self.rank


def _steps_back(lesson: Lesson, lessons: dict[str, Lesson]) -> dict[str, int]:
    """How many steps each lesson lies back on which this one builds."""
    steps: dict[str, int] = {}
    layer, distance = set(lesson.prerequisites), 1
    while layer:
        steps |= dict.fromkeys(layer, distance)
        layer = {earlier for one in layer for earlier in lessons[one].prerequisites} - set(steps)
        distance += 1
    return steps
