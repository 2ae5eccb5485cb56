"""What in an answer speaks for a marking point and what against it, as numbers; and the words that do.

The numbers are in `NAMES`; all of them come from the answer, the phrases of the point and the question, none from examples.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from isa.answers import text
from isa.answers.encoder import Encoder, Vectors
from isa.answers.question import Claim, Point
from isa.answers.reading import Part, Reading, read

Numbers = NDArray[np.float64]

NAMES = (
    "clause is like a phrase",
    "answer is like a phrase",
    "answer is like the phrases",
    "answer is like the question",
    "words of a phrase",
    "words of the phrases",
    "words that belong",
    "letters",
    "other polarity",
    "opposite words",
    "length",
    "words not of the question",
    "nearer to a phrase than to a rejected claim",
    "more words of a phrase than of a rejected claim",
    "what is required",
    "makes a rejected claim",
    "says the contrary",
)
SAME = 0.65  # share of the words of the longer of two clauses from which one repeats the other
VERBATIM, IN_ORDER = 0.92, 0.9  # likeness, and share of the words in order, from which a clause is a copy
CLAIMED, NEARER, TURNED = 0.65, 0.05, 0.5  # likeness to a rejected claim, how much nearer that is than anything accepted, and likeness after a "however"
NAMED, RATHER = 0.55, 0.05  # the same two for a claim that is only named to explain a point that is not earned
ORDER = 0.75  # share of shared words in the same order, below which a near copy is no copy
HEAPED = 3  # words that carry no content in a phrase, of which a sentence keeps one at least
ASKED = 0.3  # what a word counts that stands in the question already


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was found for one point.

    Attributes:
        numbers: as `NAMES` says.
        reading: what of the answer was read for the point: the whole, or the clauses about its subject.
        clause: the part of the answer that is nearest to the point.
        nearest: the number of that part.
        likeness: its cosine with the nearest phrase.
        verbatim: some part of the answer says what is accepted, word for word or nearly.
        claim: a rejected claim that some part of the answer makes, and that part; None where there is none.
        named: as `claim`, or the rejected claim that some part comes near to: enough to explain a point that is not earned, not to refuse one.
        opposed: a clause that repeats what is accepted, but denies it, uses an opposite word, another figure or another order,
            turns round who does what to whom, or takes all back; None where there is none.
        lacks: something required (a figure, a name, a date) is not there.
    """

    numbers: Numbers
    reading: Reading
    clause: Part
    nearest: int
    likeness: float
    verbatim: bool
    claim: tuple[Claim, Part] | None
    named: tuple[Claim, Part] | None
    opposed: Part | None
    lacks: bool


class Phrases:
    """A marking point that has been read: what it accepts and what it rejects.

    `elsewhere` are the names of what the other points of the question are about.
    """

    def __init__(self, point: Point, prompt: Reading, encoder: Encoder, elsewhere: Sequence[str] = ()) -> None:
        self.point, self._elsewhere, self._encoder = point, elsewhere, encoder
        self._prompt = prompt
        said = dict.fromkeys([point.says, *point.accept])
        self._accept = [read(phrase, encoder) for phrase in said if phrase.strip()]
        self._reject = [read(claim.text, encoder) for claim in point.reject]
        self._sayings = [part for phrase in self._accept for part in phrase.parts]
        self.vectors = np.stack([phrase.whole for phrase in self._accept])
        self._polarity = np.array([phrase.parts[-1].polarity for phrase in self._accept])
        self._reject_vectors = np.stack([phrase.whole for phrase in self._reject]) if self._reject else None
        self._mentions = self.vectors @ (self.vectors[:0] if self._reject_vectors is None else self._reject_vectors).T

    def evidence(self, whole: Reading) -> Evidence:
        """Look for the point in an answer."""
        answer = self._on_subject(whole)
        near = answer.vectors @ self.vectors.T
        at, phrase = (int(i) for i in np.unravel_index(int(near.argmax()), near.shape))
        clause, closest = answer.parts[at], self._accept[phrase]
        recalls = [self._share(wanted.stems, answer.stems) for wanted in self._accept]
        required = self._required(whole)
        like = closest.parts[-1]
        claim, named, away, fewer, opposed = None, None, 0.0, 0.0, self._opposed(answer)
        if self._reject_vectors is not None:
            far = answer.vectors @ self._reject_vectors.T
            claim = self._claim(answer, near, far)
            named = claim or self._nearest_claim(answer, near, far)
            away = float(near.max() - far.max())
            fewer = max(recalls) - max(self._share(wanted.stems, answer.stems) for wanted in self._reject)
        of_all = answer.whole @ self.vectors.T
        numbers = [
            float(near.max()),
            float(of_all.max()),
            float(np.sort(near.max(axis=0))[-3:].mean()),
            float(answer.whole @ self._prompt.whole),
            max(recalls),
            float(np.mean(recalls)),
            max(self._share(answer.stems, wanted.stems) for wanted in self._accept),
            max(_dice(answer.letters, wanted.letters) for wanted in self._accept),
            float(clause.polarity != like.polarity),
            min(2.0, float(len((clause.opposites & like.stems) - clause.stems))),
            float(np.log1p(len(answer.plain.split()))),
            len(answer.stems - self._prompt.stems) / max(1, len(answer.stems)),
            away,
            fewer,
            0.0 if required is None else 1.0 if required else -1.0,
            float(claim is not None),
            float(opposed is not None),
        ]
        # Kernels of the model differ in the last digits from one processor to another.
        return Evidence(
            np.round(np.array(numbers), 3),
            answer,
            clause,
            at,
            float(near.max()),
            any(_copies(answer, phrase) for phrase in self._accept),
            claim,
            named,
            opposed,
            required is False,
        )

    def _on_subject(self, answer: Reading) -> Reading:
        """The clauses that name what the point is about, those that go on after them, and those that take all back; the whole where none names it."""
        clauses = range(max(1, len(answer.parts) - 1))
        kept, mine, named = [], False, False
        for at in clauses if self.point.about else ():
            here = _mentions(self.point.about, answer.parts[at])
            named |= here
            mine = here or (mine and not _mentions(self._elsewhere, answer.parts[at]))
            if mine or answer.parts[at].takes_back:
                kept.append(at)
        return answer.only(kept, self._encoder) if named and len(kept) < len(clauses) else answer

    def _claim(self, answer: Reading, near: Vectors, far: Vectors) -> tuple[Claim, Part] | None:
        """The rejected claim that a clause makes: it is nearer to that than to anything accepted, clearly so or after a "however"."""
        clauses = slice(0, max(1, len(answer.parts) - 1))
        likeness = far[clauses].max(axis=1)
        nearer = likeness - near[clauses].max(axis=1)
        for at in np.argsort(-nearer, kind="stable"):
            clear, turned = likeness[at] >= CLAIMED and nearer[at] >= NEARER, likeness[at] >= TURNED and nearer[at] > 0 and text.turns(answer.parts[at].plain)
            if clear or turned:
                return self.point.reject[int(far[at].argmax())], answer.parts[at]
        return None

    def _nearest_claim(self, answer: Reading, near: Vectors, far: Vectors) -> tuple[Claim, Part] | None:
        """The rejected claim that a clause resembles more than what is accepted.

        To a model "is" and "is not" look alike. So what denies more or less than the clause does not count here, nor what is accepted and mentions the claim.
        """
        found = None
        for at, part in enumerate(answer.parts[:-1] or answer.parts):
            claim = int(far[at].argmax())
            others = near[at][(self._polarity == part.polarity) & (self._mentions[:, claim] < NAMED)]
            nearer = float(far[at, claim] - others.max(initial=0.0))
            if far[at, claim] >= NAMED and nearer >= RATHER and (found is None or nearer > found[0]):
                found = nearer, self.point.reject[claim], part
        return found and found[1:]

    def _opposed(self, answer: Reading) -> Part | None:
        """A clause that says the contrary of what is accepted, if there is one."""
        for part in answer.parts:
            if part.takes_back:
                return part
            found = [opposes(part, phrase) for phrase in self._sayings]
            if True in found and False not in found:
                return part
        clauses = answer.parts[:-1]
        for at, one in enumerate(clauses):
            if any(opposes(one, other) for other in clauses[at + 1 :]):
                return one
        return None

    def _share(self, wanted: Set[str], there: Set[str]) -> float:
        """How much of the wanted words is there; words of the question count little."""
        weights = {word: ASKED if word in self._prompt.stems else 1.0 for word in wanted}
        return sum(weight for word, weight in weights.items() if word in there) / max(ASKED, sum(weights.values()))

    def _required(self, answer: Reading) -> bool | None:
        """Whether every figure, name and date is there; None where none is asked for."""
        point = self.point
        if not (point.figures or point.names or point.days):
            return None
        tokens = " ".join(text.words(answer.plain))
        vocabulary = set(tokens.split())
        return (
            all(any(text.same_figure(found, wanted) and not found.negated for found in answer.figures for wanted in will_do) for will_do in point.figures)
            and all(any(_names(way, tokens, vocabulary) for way in ways) for ways in point.names)
            and all(any(text.same_day(found.day, wanted) for found in answer.days) for wanted in point.days)
        )


def read_points(points: Sequence[Point], prompt: Reading, encoder: Encoder) -> list[Phrases]:
    """The points of one question, each read, and each knowing what the others are about."""
    return [Phrases(point, prompt, encoder, [name for other in points if other is not point for name in other.about]) for point in points]


def _mentions(names: Sequence[str], part: Part) -> bool:
    return any(_names(name, " ".join(part.tokens), set(part.words)) for name in names)


def _names(way: str, tokens: str, vocabulary: set[str]) -> bool:
    wanted = text.words(way)
    if f" {' '.join(wanted)} " in f" {tokens} ":
        return True
    long = [word for word in wanted if len(word) >= 4]
    return bool(long) and all(text.close(word, vocabulary) for word in long)


def opposes(clause: Part, phrase: Part) -> bool | None:
    """Whether a clause says the contrary of a phrase that it otherwise repeats; None where it does not repeat it.

    Only of near copies can this be said without understanding: in a free paraphrase "unknown" and "not published" are the same.
    """
    both = clause.stems & phrase.stems
    turned = (clause.opposites & phrase.stems) - clause.stems
    same = len(both) + len(turned)
    if same < 2 or same < SAME * max(len(clause.stems), len(phrase.stems)):
        return None
    return bool(
        turned
        or (clause.numerals ^ phrase.numerals and clause.numerals - phrase.numerals)
        or _in_order(clause, phrase) < ORDER
        or (len(phrase.tokens) >= len(phrase.stems) + HEAPED and not text.FUNCTION_WORDS & clause.words)
        or clause.polarity != phrase.polarity
        or (clause.denied ^ phrase.denied) & both
        or text.swapped(clause.plain, phrase.plain)
    )


def _copies(answer: Reading, phrase: Reading) -> bool:
    """Whether every clause of a phrase stands in an answer, word for word or nearly."""
    wanted = slice(0, max(1, len(phrase.parts) - 1))
    likeness = phrase.vectors[wanted] @ answer.vectors.T
    return all(
        any(likeness[i, j] >= VERBATIM and part.stems <= one.stems and _in_order(one, part) > IN_ORDER for j, one in enumerate(answer.parts))
        for i, part in enumerate(phrase.parts[wanted])
    )


def _in_order(clause: Part, phrase: Part) -> float:
    """Of the words that two clauses share, how many stand in the same order."""
    both = clause.stems & phrase.stems
    one, other = ([stem for stem in map(text.stem, part.tokens) if stem in both] for part in (clause, phrase))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _dice(one: Set[str], other: Set[str]) -> float:
    return 2 * len(one & other) / max(1, len(one) + len(other))
