"""Learns from marked examples what share of a point (or of a whole question) an answer earns, and how far that can be relied on.

Kernel ridge regression on what is left over by a prior: the prior knows no question and reads only the evidence (`isa.answers.evidence`), the examples say
how this question differs. The prior and the reliability were fitted by benchmarks/fit_prior.py on the training part of the Student Response Analysis
corpus (Dzikovska and others, 2013, CC BY-SA) and on the course's own specimens; `data/prior.json` says when and on what.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isa.answers.evidence import Evidence
from isa.answers.reading import Reading

Numbers = NDArray[np.float64]

ENOUGH = 10  # examples from which a judge can be relied on at all
AGREES = 0.2  # a share this near to the person's is no other mark
RIDGE = 1.0
WIDTH = 0.8  # of the kernel on vectors
WORDS, EVIDENCE = 0.5, 0.5  # weights of the kernels on words and on evidence beside that on vectors
DOUBT = 4.0  # how many examples it takes to move the level of the prior half-way
USUAL = 0.85  # agreement that is expected where there are no examples to count
RELIABILITY = (
    "margin",
    "agreement of examples so clear",
    "agreement of the examples",
    "nearest example",
    "prior agrees",
    "right",
    "near examples agree",
    "margin and agreement",
)


@dataclass(frozen=True, eq=False)
class Prior:
    """Marks evidence without examples: a logistic regression, and one that says how often a judge like this agrees with a person."""

    mean: Numbers
    spread: Numbers
    weights: Numbers
    bias: float
    reliability: Numbers

    def scaled(self, numbers: Numbers) -> Numbers:
        """Evidence in units of its spread."""
        return np.clip((numbers - self.mean) / self.spread, -3, 3)

    def share(self, numbers: Numbers) -> Numbers:
        """The expected share for each row of evidence."""
        return _logistic(self.scaled(numbers) @ self.weights + self.bias)


@cache
def prior(kind: str, encoder: str) -> Prior:
    """The prior for a "whole" answer or for a "point", with the "model" or the "lexical" encoder."""
    fitted: dict[str, Any] = json.loads((files("isa.answers") / "data" / "prior.json").read_text(encoding="utf-8"))["priors"][f"{kind}, {encoder}"]
    mean, spread, weights, reliability = (np.array(fitted[part]) for part in ("mean", "spread", "weights", "reliability"))
    return Prior(mean, spread, weights, fitted["bias"], reliability)


@dataclass(frozen=True)
class Opinion:
    """What a judge thinks: the share earned, 0 to 1, and how likely a person agrees with it."""

    share: float
    reliable: float


@dataclass(frozen=True, eq=False)
class Seen:
    """An answer and the evidence in it. `focus` is the vector of the part that matters: the clause for a point, else the whole."""

    reading: Reading
    evidence: Evidence
    focus: NDArray[np.float32]


class Judge:
    """Has seen examples and their shares.

    How far it can be relied on is found by judging each example without the others of its hand: an author's answers are more like each other than those
    of the students to come, and leaving out one alone makes any judge look better than it is.
    """

    def __init__(self, prior: Prior, examples: Sequence[Seen], shares: Sequence[float], binary: bool, hands: Sequence[str] = ()) -> None:
        self._prior = prior
        self._examples = list(examples)
        self._hands = np.array(hands or [""] * len(examples))
        self._shares = np.array(shares, dtype=float)
        self._binary = binary
        self._regressions: dict[bytes, tuple[float, Numbers]] = {}
        self.agreed: list[bool] = []  # for each example, whether it is marked rightly as if it had not been one
        if not examples:
            return
        often: dict[str, int] = {}
        for example in examples:
            for word in example.reading.stems:
                often[word] = often.get(word, 0) + 1
        self._column = {word: at for at, word in enumerate(sorted(often))}
        self._rare = np.array([np.log((len(examples) + 1) / often[word]) for word in self._column])
        self._usual = float(np.log(len(examples) + 1))
        self._bags = self._bag(self._examples)
        self._focus = np.stack([example.focus for example in examples])
        self._numbers = np.stack([example.evidence.numbers for example in examples])
        self._expected = prior.share(self._numbers)
        self._kernel = self._kernels(self._examples)
        self._loo = np.array([self._without(i) for i in range(len(examples))])
        self.agreed = [bool(same) for same in self._agree(self._loo, self._shares)]

    def look(self, seen: Seen) -> Opinion:
        """Judge an answer that is no example."""
        expected = float(self._prior.share(seen.evidence.numbers[None])[0])
        if not self._examples:
            return Opinion(expected, 0.0)
        near = self._kernels([seen])[0]
        share = self._solve(near, np.arange(len(self._shares)), expected)
        return self._opinion(share, expected, near, np.arange(len(self._shares)))

    def leave_one_out(self, which: int) -> Opinion:
        """Judge an example as if it had not been one."""
        others = self._others(which)
        return self._opinion(self._loo[which], float(self._expected[which]), self._kernel[which, others], others)

    def describe(self, share: float, expected: float, near: Numbers, others: NDArray[np.int_]) -> Numbers:
        """What the reliability of an opinion is judged by, as `RELIABILITY` says."""
        margin = abs(share - 0.5)
        loo, shares = self._loo[others], self._shares[others]
        agrees = self._agree(loo, shares)
        as_clear = agrees[np.abs(loo - 0.5) >= margin - 0.05]
        clear = (as_clear.sum() + 2 * USUAL) / (len(as_clear) + 2)
        order = np.argsort(-near, kind="stable")[:3]
        around = self._agree(np.full(len(order), share), shares[order])
        side = 1.0 if share > 0.5 else -1.0
        overall = (agrees.sum() + 2 * USUAL) / (len(agrees) + 2)
        return np.array([margin, clear, overall, near.max(initial=0.0), (expected - 0.5) * side, share > 0.5, around.mean(), margin * clear], dtype=float)

    def _opinion(self, share: float, expected: float, near: Numbers, others: NDArray[np.int_]) -> Opinion:
        described = np.append(self.describe(share, expected, near, others), 1.0)
        return Opinion(share, float(_logistic(described @ self._prior.reliability)))

    def _agree(self, found: Numbers, wanted: Numbers) -> NDArray[np.bool_]:
        if self._binary:
            agree: NDArray[np.bool_] = (found > 0.5) == (wanted > 0.5)
            return agree
        return np.abs(found - wanted) <= AGREES

    def _others(self, which: int) -> NDArray[np.int_]:
        """The examples by which one is judged as if it had not been one: those of other hands, where there are enough of them."""
        every = np.arange(len(self._shares))
        others = every[self._hands != self._hands[which]] if self._hands[which] else every[:0]
        return others if len(others) >= ENOUGH else np.delete(every, which)

    def _without(self, which: int) -> float:
        others = self._others(which)
        return self._solve(self._kernel[which, others], others, float(self._expected[which]))

    def _solve(self, near: Numbers, others: NDArray[np.int_], expected: float) -> float:
        """Ridge regression on the examples `others`, for an answer whose kernel with them is `near`."""
        level, weights = self._regression(others)
        return float(np.clip(expected + level + near @ weights, 0, 1))

    def _regression(self, others: NDArray[np.int_]) -> tuple[float, Numbers]:
        """Level and weights of the regression on the examples `others`: the same for every answer, so they are worked out once."""
        known = others.tobytes()
        if known not in self._regressions:
            shares, before = self._shares[others], self._expected[others]
            level = (shares - before).sum() / (len(shares) + DOUBT)
            weights = np.linalg.solve(self._kernel[np.ix_(others, others)] + RIDGE * np.eye(len(others)), shares - before - level)
            self._regressions[known] = level, weights
        return self._regressions[known]

    def _kernels(self, seen: Sequence[Seen]) -> Numbers:
        """How alike answers are to the examples: a row for each answer."""
        focus = np.stack([one.focus for one in seen])
        vectors = np.exp((focus @ self._focus.T - 1) / WIDTH**2)
        apart = self._prior.scaled(np.stack([one.evidence.numbers for one in seen]))[:, None] - self._prior.scaled(self._numbers)[None]
        evidence = np.exp(-(apart**2).sum(axis=-1) / (2 * apart.shape[-1]))
        words = self._bag(seen) @ self._bags.T
        return np.round(np.asarray(vectors + EVIDENCE * evidence + WORDS * words, dtype=float), 4)

    def _bag(self, seen: Sequence[Seen]) -> Numbers:
        """The words of answers, rare ones counting more, each row of length one; words that no example has count in the length only."""
        bags = np.zeros((len(seen), len(self._column)))
        for bag, one in zip(bags, seen, strict=True):
            at = [self._column[word] for word in one.reading.stems if word in self._column]
            bag[at] = self._rare[at]
            bag /= max(1e-9, float(np.sqrt((bag**2).sum() + (len(one.reading.stems) - len(at)) * self._usual**2)))
        return bags


def _logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))
