"""The vocabulary of marking a short answer: a question with its mark scheme and examples goes in, marked points come out.

Marks are in points of the course. `share` is a mark as a share of what could be had, 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

State = Literal["met", "partly", "missing", "contradicted"]


@dataclass(frozen=True)
class Claim:
    """A claim that shows a misconception, and the sentence that its holder needs to read."""

    text: str
    feedback: str = ""


@dataclass(frozen=True)
class Figure:
    """A number that an answer has to name, give or take `tolerance`; `unit` is the word that goes with it, or empty."""

    value: float
    unit: str = ""
    tolerance: float = 0.0


@dataclass(frozen=True)
class Day:
    """A date that an answer has to name: a year, a month of a year, or a day."""

    year: int
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True)
class Point:
    """A marking point.

    Attributes:
        name: as the mark scheme calls it, for example P1.
        marks: what it is worth.
        says: what an answer has to say, in one sentence.
        accept: phrasings that earn it.
        reject: claims that lose it.
        figures: for each number that has to be there, the numbers that will do.
        names: for each name that has to be there, the ways to write it.
        days: dates that all have to be there.
        about: names of what the point speaks of, one of several that the question asks about; empty where it asks about one thing.
        read: where the lesson speaks of it, for example "lesson 01, block 2"; empty if nobody said.
    """

    name: str
    marks: float
    says: str
    accept: tuple[str, ...] = ()
    reject: tuple[Claim, ...] = ()
    figures: tuple[tuple[Figure, ...], ...] = ()
    names: tuple[tuple[str, ...], ...] = ()
    days: tuple[Day, ...] = ()
    about: tuple[str, ...] = ()
    read: str = ""


@dataclass(frozen=True)
class AnyOf:
    """Of these points only the best `count` are counted."""

    count: int
    points: tuple[str, ...]


@dataclass(frozen=True)
class MarkScheme:
    """The points of a question, in the order of the scheme, and the model answer (or several)."""

    points: tuple[Point, ...]
    model: tuple[str, ...] = ()
    any_of: tuple[AnyOf, ...] = ()

    @property
    def marks(self) -> float:
        """The most that an answer can get."""
        return self.total({point.name: point.marks for point in self.points})

    def total(self, earned: Mapping[str, float]) -> float:
        """The sum of what each point earned, of an "any n of" only the best n."""
        best = 0.0
        grouped: set[str] = set()
        for group in self.any_of:
            grouped.update(group.points)
            best += sum(sorted((earned.get(name, 0.0) for name in group.points), reverse=True)[: group.count])
        return best + sum(mark for name, mark in earned.items() if name not in grouped)


@dataclass(frozen=True)
class Example:
    """An answer that a person has marked: the share of the whole, and of each point where it was marked by point.

    `hand` says who wrote it, where one person wrote several: the answers of one hand are alike, so they say little of how those of others are marked.
    """

    answer: str
    share: float
    points: Mapping[str, float] = field(default_factory=dict, hash=False)
    hand: str = ""


@dataclass(frozen=True)
class Question:
    """What was asked, how it is marked, and answers that people have marked."""

    prompt: str
    scheme: MarkScheme
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class PointMark:
    """What became of a point.

    Attributes:
        state: met, partly, missing or contradicted.
        marks: what it earned.
        confidence: how sure the marker is of that, 0 to 1.
        sure: whether it may stand without a person.
        evidence: the words of the answer that earned or lost it, as the student wrote them; empty where there are none.
        claim: the misconception that was recognised, or None.
    """

    name: str
    state: State
    marks: float
    confidence: float
    sure: bool
    evidence: str = ""
    claim: Claim | None = None


@dataclass(frozen=True)
class AnswerMark:
    """A marked answer.

    Attributes:
        score: marks earned, 0 to the scheme's.
        confidence: how sure the marker is of the score, 0 to 1.
        needs_review: whether a person has to look before the score counts.
        why: why a person has to look, as keys of the message catalogue; empty if nobody has to.
        points: what became of each point, in the order of the scheme.
        marker: "model", or "lexical" where the model's package is missing.
    """

    score: float
    confidence: float
    needs_review: bool
    why: tuple[str, ...]
    points: tuple[PointMark, ...]
    marker: str
