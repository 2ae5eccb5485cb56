"""Says how well the marker agrees with the people who marked a question's specimens, each marked as if it had not been one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from isa.answers.question import AnswerMark, MarkScheme, Point
from isa.answers.specimens import KINDS, SpecimenAnswer
from isa.answers.text import content, stem, words

EACH = 8  # right answers, and wrong answers, that a marker needs for each point
RELEASED = 0.5  # share of points at least, and
AGREEING = 0.95  # share of the released ones at least: else a question cannot be marked reliably
RULE = (
    f"A question is marked reliably when, with each specimen in turn kept from the marker, at least {RELEASED:.0%} of the points could be released without a "
    f"person, and at least {AGREEING:.0%} of these have the mark that the person gave."
)
_ALIKE = 0.4  # share of their words that two texts have in common, from which one can be taken for the other
_NEAR = 0.2  # of what a point is worth: a mark this near to the person's is no other mark


@dataclass(frozen=True)
class Agreement:
    """How marks agree with those of a person: of `count`, so many `agreeing`; of the `released`, so many `agreeing_released`."""

    count: int
    agreeing: int
    released: int
    agreeing_released: int

    @property
    def share(self) -> float:
        """Of all, the share that agrees."""
        return self.agreeing / self.count if self.count else 0.0

    @property
    def released_share(self) -> float:
        """Of all, the share that is released."""
        return self.released / self.count if self.count else 0.0

    @property
    def released_agreement(self) -> float:
        """Of the released, the share that agrees; 0 where none is released."""
        return self.agreeing_released / self.released if self.released else 0.0


@dataclass(frozen=True)
class Difference:
    """A specimen's point that the marker marks otherwise than the person did.

    Attributes:
        specimen: its id.
        kind: its kind.
        point: the name of the point.
        person: the person's mark.
        marker: the marker's.
        released: whether it would have stood without a person.
        evidence: the words that the marker went by; empty if it found none.
        confused_with: what else of the scheme these words are like, in a few words; empty if nothing.
    """

    specimen: str
    kind: str
    point: str
    person: float
    marker: float
    released: bool
    evidence: str
    confused_with: str


@dataclass(frozen=True)
class PointReport:
    """One marking point: its agreement, how often the marker gives too much and too little, and how many specimens earn it fully and not at all."""

    point: str
    agreement: Agreement
    too_much: int
    too_little: int
    right: int
    wrong: int


@dataclass(frozen=True)
class Report:
    """One question.

    Attributes:
        answers: agreement of the scores; an answer is released as a whole.
        by_point: agreement of all points of all answers together; this decides whether the question is reliable.
        points: each marking point.
        differences: each mark that differs, those that would have been released first.
        next: what to write next, the most useful first.
        reliable: whether it holds to the rule.
    """

    answers: Agreement
    by_point: Agreement
    points: tuple[PointReport, ...]
    differences: tuple[Difference, ...]
    next: tuple[str, ...]
    reliable: bool


def report(scheme: MarkScheme, specimens: Sequence[SpecimenAnswer], marks: Sequence[AnswerMark]) -> Report:
    """Compare the persons' marks of `specimens` with `marks`, the marker's, in the same order."""
    pairs = list(zip(specimens, marks, strict=True))
    least = min(point.marks for point in scheme.points)
    answers = _agreement([(abs(scheme.total(s.points) - mark.score) <= _NEAR * least, not mark.needs_review) for s, mark in pairs])
    rows: dict[str, list[tuple[bool, bool]]] = {point.name: [] for point in scheme.points}
    differences = []
    for specimen, mark in pairs:
        for found, point in zip(mark.points, scheme.points, strict=True):
            person = specimen.points[point.name]
            agrees = abs(person - found.marks) <= _NEAR * point.marks
            rows[point.name].append((agrees, found.sure))
            if not agrees:
                claim = found.claim.text if found.claim else ""
                confused_with = _confused_with(scheme, point, found.evidence, claim, found.marks > person)
                differences.append(Difference(specimen.id, specimen.kind, point.name, person, found.marks, found.sure, found.evidence, confused_with))
    points = tuple(
        PointReport(
            point.name,
            _agreement(rows[point.name]),
            sum(d.point == point.name and d.marker > d.person for d in differences),
            sum(d.point == point.name and d.marker < d.person for d in differences),
            sum(specimen.points[point.name] == point.marks for specimen in specimens),
            sum(specimen.points[point.name] == 0 for specimen in specimens),
        )
        for point in scheme.points
    )
    by_point = _agreement([row for name in rows for row in rows[name]])
    reliable = by_point.released_share >= RELEASED and by_point.released_agreement >= AGREEING
    return Report(
        answers, by_point, points, tuple(sorted(differences, key=lambda d: not d.released)), _next(specimens, points, differences, by_point, reliable), reliable
    )


def _agreement(rows: Sequence[tuple[bool, bool]]) -> Agreement:
    """From (agrees, released) for each mark."""
    return Agreement(len(rows), sum(agrees for agrees, _ in rows), sum(released for _, released in rows), sum(agrees and released for agrees, released in rows))


def _confused_with(scheme: MarkScheme, point: Point, evidence: str, claim: str, too_much: bool) -> str:
    """What of the scheme the words of an answer were confused with."""
    if claim:
        return f"the claim “{claim}”"
    candidates = [(text, f"point {other.name}") for other in scheme.points if other is not point for text in (other.says, *other.accept)]
    if too_much:  # what it should have been taken for is a claim to reject
        candidates += [(claim.text, f"the claim “{claim.text}”") for claim in point.reject]
    own = max(_alike(evidence, text) for text in (point.says, *point.accept))
    likeness, name = max(((_alike(evidence, text), name) for text, name in candidates), default=(0.0, ""))
    return name if likeness >= _ALIKE and likeness > own else ""


def _alike(one: str, other: str) -> float:
    a, b = ({stem(word) for word in content(words(text))} for text in (one, other))
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0


def _next(
    specimens: Sequence[SpecimenAnswer], points: Sequence[PointReport], differences: Sequence[Difference], all_points: Agreement, reliable: bool
) -> tuple[str, ...]:
    advice = []
    for point in points:
        for have, what in ((point.right, "right"), (point.wrong, "wrong")):
            if have < EACH:
                advice.append(f"{EACH - have} more {what} answers to {point.point}: it has {have}, and {EACH} are needed")
    for point in points:
        own = [d for d in differences if d.point == point.point]
        for group, what in (([d for d in own if d.marker > d.person], "wrong"), ([d for d in own if d.marker < d.person], "right")):
            if len(group) > 1:
                kind, _ = Counter(d.kind for d in group).most_common(1)[0]
                confused = Counter(d.confused_with for d in group if d.confused_with).most_common(1)
                about = f" and confused with {confused[0][0]}" if confused else ""
                direction = "high" if what == "wrong" else "low"
                advice.append(f"answers that are {what} on {point.point}, above all of kind {kind}{about}: {len(group)} specimens are marked too {direction}")
    if not reliable and all_points.released_share < RELEASED and not advice:
        advice.append("more answers of each kind, right and wrong: the marker agrees with the person too seldom to be sure")
    missing = [kind for kind in KINDS if kind not in {s.kind for s in specimens} and kind not in ("nonsense", "off-topic", "empty")]
    if missing:
        advice.append(f"answers of the kinds that are missing: {', '.join(missing)}")
    return tuple(advice)
