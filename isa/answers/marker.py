"""Marks answers to a question: the guard looks first, then a judge for each point, then what could contradict it; whatever stays in doubt goes to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from isa.answers import encoder as encoders
from isa.answers import guards
from isa.answers.encoder import Encoder, Vectors
from isa.answers.evidence import Evidence, Phrases, read_points
from isa.answers.judge import ENOUGH, Judge, Opinion, Seen, prior
from isa.answers.question import AnswerMark, Claim, Example, Point, PointMark, Question, State
from isa.answers.reading import Reading, read

AGREEING = 0.97  # share of the marks that stand with which a person has to agree
PRIOR = 10.0  # how many examples the general experience with such marks counts as
BAND = 0.005  # this near to a cut another processor might decide otherwise
GRADED = 0.1  # share of examples between nothing and all from which a point is given in parts
PARTLY, MET = 0.3, 0.5  # shares from which a point is partly there, and met


class Marker:
    """Marks with the embedding model, or by letters where it is missing."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self.encoder = encoder or encoders.best()

    def fit(self, question: Question) -> Fitted:
        """Get ready for the answers to one question."""
        with self.encoder.keeping():
            return Fitted(question, self.encoder)


def focus(kind: str, reading: Reading, evidence: Evidence) -> Vectors:
    """The vector by which an answer is compared with others: for a "point" of the nearest clause, for the "whole" of the whole."""
    vector: Vectors = reading.vectors[evidence.nearest] if kind == "point" else reading.whole
    return vector


class _Target:
    """A point, or the question as a whole, with the judge who marks it and the example answers as it sees them."""

    def __init__(self, phrases: Phrases, kind: str, readings: Sequence[Reading], shares: Sequence[float], hands: Sequence[str], encoder: Encoder) -> None:
        self.point = phrases.point
        # One half mark among many whole ones is a person's hesitation, and no scale on which every answer has a place.
        self.graded = sum(0 < share < 1 for share in shares) > GRADED * len(shares)
        self.examples = len(shares)
        self._kind = kind
        self._phrases = phrases
        self.seen = [self.see(reading) for reading in readings] if shares else []
        self.judge = Judge(prior(kind, encoder.name), self.seen, shares, binary=not self.graded, hands=hands if shares else ())

    def tried(self) -> list[tuple[float, bool]]:
        """For each example, marked as if it had not been one: how reliable the mark seemed, and whether it agreed with the person's."""
        if self.examples < ENOUGH:
            return []
        found = [(self.judge.leave_one_out(at), self.judge.agreed[at], seen.evidence) for at, seen in enumerate(self.seen)]
        return [(opinion.reliable, agreed) for opinion, agreed, evidence in found if not (opinion.share > MET and _doubts(evidence))]

    def see(self, reading: Reading) -> Seen:
        """An answer as this judge sees it."""
        evidence = self._phrases.evidence(reading)
        return Seen(evidence.reading, evidence, focus(self._kind, evidence.reading, evidence))


class Fitted:
    """A marker that has read one question, its scheme and its examples."""

    def __init__(self, question: Question, encoder: Encoder) -> None:
        self._question, self._encoder, self._scheme = question, encoder, question.scheme
        prompt = read(question.prompt, encoder)
        self._readings = [read(example.answer, encoder) for example in question.examples]
        points = question.scheme.points
        kind = "point" if len(points) > 1 else "whole"
        hands = [example.hand for example in question.examples]
        self._targets = [
            _Target(phrases, kind, self._readings, _shares(question.examples, phrases.point, len(points)), hands, encoder)
            for phrases in read_points(points, prompt, encoder)
        ]
        self._whole: _Target | None = None
        self._cut = _cut([tried for target in self._targets for tried in target.tried()])
        if question.examples and not self._targets[0].examples:
            # Marked as a whole only: the points can be explained but not learned, so the score is judged as a whole too.
            says = question.scheme.model or (" ".join(point.says for point in points),)
            whole = Point("answer", question.scheme.marks, says[0], says[1:])
            self._whole = _Target(Phrases(whole, prompt, encoder), "whole", self._readings, [example.share for example in question.examples], hands, encoder)
            self._cut = _cut(self._whole.tried())

    def mark(self, answer: str) -> AnswerMark:
        """Mark an answer. Whatever the text is, this gives a mark and never an exception."""
        guard = guards.look(answer, self._question.prompt, self._scheme)
        if guard.verdict == "empty":
            return self._nothing()
        reading = read(answer, self._encoder)
        seen = [target.see(reading) for target in self._targets]
        opinions = [target.judge.look(one) for target, one in zip(self._targets, seen, strict=True)]
        total = self._whole.judge.look(self._whole.see(reading)) if self._whole else None
        return self._decide(seen, opinions, total, guard.why)

    def leave_one_out(self) -> list[AnswerMark]:
        """Each example marked as if it had not been one."""
        return [self._as_new(at) for at in range(len(self._readings))]

    def _as_new(self, at: int) -> AnswerMark:
        guard = guards.look(self._question.examples[at].answer, self._question.prompt, self._scheme)
        if guard.verdict == "empty":
            return self._nothing()
        seen = [target.seen[at] if target.seen else target.see(self._readings[at]) for target in self._targets]
        opinions = [target.judge.leave_one_out(at) if target.seen else target.judge.look(one) for target, one in zip(self._targets, seen, strict=True)]
        return self._decide(seen, opinions, self._whole.judge.leave_one_out(at) if self._whole else None, guard.why)

    def _decide(self, seen: Sequence[Seen], opinions: Sequence[Opinion], total: Opinion | None, doubts: tuple[str, ...]) -> AnswerMark:
        marks, why = [], list(doubts)
        for target, one, opinion in zip(self._targets, seen, opinions, strict=True):
            mark, reasons = _point(target, one.evidence, opinion, opinion.reliable >= self._cut + BAND)
            why += reasons
            marks.append(replace(mark, sure=mark.sure and not doubts))
        score = self._scheme.total({mark.name: mark.marks for mark in marks})
        confidence = min(mark.confidence for mark in marks)
        if self._whole and total:
            score, confidence = round(total.share * self._scheme.marks, 2), round(total.reliable, 3)
            why = [*doubts, *(reason for reason in why if reason in ("contradiction", "polarity"))]
            if total.reliable < self._cut + BAND:
                why.append("unsure")
        if why and self._encoder.name == "lexical":
            why.append("lexical")
        return AnswerMark(round(score, 4), confidence, bool(why), tuple(dict.fromkeys(why)), tuple(marks), self._encoder.name)

    def _nothing(self) -> AnswerMark:
        points = tuple(PointMark(point.name, "missing", 0.0, 1.0, True) for point in self._scheme.points)
        return AnswerMark(0.0, 1.0, False, (), points, self._encoder.name)


def _shares(examples: Sequence[Example], point: Point, points: int) -> list[float]:
    """What share of a point each example got; nothing where the examples were not marked by point."""
    if points == 1:
        return [example.share for example in examples]
    if all(point.name in example.points for example in examples):
        return [example.points[point.name] for example in examples]
    return []


def _cut(tried: list[tuple[float, bool]]) -> float:
    """The reliability from which marks stand: the lowest with which, by what examples and general experience say, enough of those that stand agree."""
    cut, agreeing, total, expected = 2.0, 0, 0, 0.0
    for reliable, agreed in sorted(tried, reverse=True):
        agreeing, total, expected = agreeing + agreed, total + 1, expected + reliable
        if (agreeing + PRIOR * expected / total) / (total + PRIOR) >= AGREEING:
            cut = reliable
    return cut


def _doubts(evidence: Evidence) -> list[str]:
    """What in an answer speaks against awarding a point that its words are near to, as reasons for a person to look."""
    doubts = ["polarity"] if evidence.opposed else []
    if evidence.claim:
        doubts.append("contradiction")
    if evidence.lacks:
        doubts.append("unsure")
    return doubts


def _point(target: _Target, evidence: Evidence, opinion: Opinion, stands: bool) -> tuple[PointMark, list[str]]:
    """What becomes of one point, and why a person should look."""
    point, share = target.point, opinion.share
    reasons, claim = _doubts(evidence), evidence.named
    if evidence.verbatim and not reasons and not (target.graded and target.examples):
        share, stands = 1.0, True
    if evidence.lacks and share > MET:
        share = PARTLY
        stands = False
    elif share <= MET:
        reasons = []
    stands = stands and not reasons
    if not stands and not reasons:
        reasons = ["unsure" if target.examples >= ENOUGH else "few_examples"]
    state: State = "met" if share > MET else "contradicted" if claim else "partly" if share >= PARTLY else "missing"
    earned = round(share, 2) if target.graded else float(share > MET)
    quoted = claim[1].written if claim and state == "contradicted" else evidence.clause.written if state in ("met", "partly") else ""
    confidence = round(opinion.reliable if target.examples else abs(share - 0.5) + 0.5, 3)
    named: Claim | None = claim[0] if claim and state == "contradicted" else None
    return PointMark(point.name, state, round(earned * point.marks, 4), confidence, stands, quoted, named), reasons
