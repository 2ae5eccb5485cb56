"""Fits what the marker of short answers knows before it has seen a question: python benchmarks/fit_prior.py FOLDER, the folder with the SRA corpus.

The prior for whole answers and its reliability come from the questions of the corpus that the encoder was not trained on (a quarter of the split `train`),
those for marking points from the course's specimens and from the questions in benchmarks/encoder/held, each answered by two writers who did not see each
other's answers: a judge who knows one writer is tried on the other. Nothing else is read: neither the split `calibration` nor tests/specimens, on which
benchmarks/answers.py reports.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from encoder.tasks import corpus as corpus_tasks
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from isa.answers.encoder import Encoder, Letters, MiniLM
from isa.answers.evidence import NAMES, Phrases, read_points
from isa.answers.judge import RELIABILITY, Judge, Prior, Seen
from isa.answers.marker import focus
from isa.answers.question import Claim, Point
from isa.answers.reading import read
from isa.grading.course import Course
from isa.grading.short_answers import cells, question

ROOT = Path(__file__).resolve().parent.parent
HELD = ROOT / "benchmarks" / "encoder" / "held"
LEAST = 10  # examples of a judge that is tried
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Target:
    """Answers to one question, or to one point of it, the share that a person gave each, and who wrote it; `group` is the question."""

    group: str
    seen: list[Seen]
    shares: Numbers
    hands: Sequence[str] = ()

    @property
    def numbers(self) -> Numbers:
        """A row of evidence for each answer."""
        return np.stack([one.evidence.numbers for one in self.seen])


def corpus(folder: Path, encoder: Encoder, split: str = "held") -> Iterator[Target]:
    """The questions of the corpus that belong to a split."""
    for task in corpus_tasks(folder):
        if task.split == split:
            answers = [(answer, share, "") for answer, share in zip(task.answers, task.shares, strict=True)]
            phrases = Phrases(Point("answer", 1, task.phrases[0], task.phrases[1:]), read(task.prompt, encoder), encoder)
            yield target(task.name, phrases, "whole", answers, encoder)


def specimens(encoder: Encoder) -> Iterator[Target]:
    """The points of the course's own questions."""
    course = Course.at(ROOT)
    for assignment in course.assignments():
        for cell in cells(course, assignment):
            asked = question(course, assignment, cell)
            for phrases in read_points(asked.scheme.points, read(asked.prompt, encoder), encoder) if asked.examples else ():
                answers = [(example.answer, example.points[phrases.point.name], example.hand) for example in asked.examples]
                yield target(f"{assignment} {cell}", phrases, "point", answers, encoder)


def held(encoder: Encoder) -> Iterator[Target]:
    """The points of the questions that were written for this, with the answers of two hands."""
    for path in sorted(HELD.glob("*.yml")):
        asked = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, point in asked["points"].items():
            read_point = Point(name, 1, point["says"], tuple(point["accept"]), tuple(map(Claim, point["reject"])))
            answers = [(answer["text"], float(answer[name]), answer["hand"]) for answer in asked["answers"]]
            yield target(path.stem, Phrases(read_point, read(asked["question"], encoder), encoder), "point", answers, encoder)


def target(group: str, phrases: Phrases, kind: str, answers: Sequence[tuple[str, float, str]], encoder: Encoder) -> Target:
    """A point with its answers, as a judge sees them."""
    readings = [read(answer, encoder) for answer, _, _ in answers]
    evidence = [phrases.evidence(reading) for reading in readings]
    seen = [Seen(found.reading, found, focus(kind, found.reading, found)) for found in evidence]
    return Target(group, seen, np.array([share for _, share, _ in answers]), [hand for _, _, hand in answers])


def fit(targets: list[Target], strength: float) -> Prior:
    """A logistic regression of right or wrong on evidence, every target counting alike."""
    numbers = np.vstack([target.numbers for target in targets])
    right = np.concatenate([target.shares > 0.5 for target in targets])
    weight = np.concatenate([np.full(len(target.shares), 1 / len(target.shares)) for target in targets])
    mean, spread = numbers.mean(axis=0), numbers.std(axis=0)
    spread[spread < 1e-6] = 1.0
    model = LogisticRegression(C=strength, max_iter=1000).fit(
        np.clip((numbers - mean) / spread, -3, 3), right, sample_weight=weight * len(right) / weight.sum()
    )
    return Prior(mean, spread, model.coef_[0], float(model.intercept_[0]), np.zeros(len(RELIABILITY) + 1))


def opinions(targets: list[Target], known: Callable[[Target], Prior], sizes: tuple[int, ...], draws: int) -> tuple[Numbers, NDArray[np.bool_]]:
    """What reliability is judged by, and whether the judge agreed with the person: for judges with some answers of each target, on the others."""
    described, agreed = [], []
    for target in targets:
        expected = known(target).share(target.numbers)
        for some, rest in splits(target, sizes, draws):
            judge = Judge(known(target), [target.seen[i] for i in some], [target.shares[i] for i in some], binary=True)
            kernels = judge._kernels([target.seen[i] for i in rest])
            for i, near in zip(rest, kernels, strict=True):
                share = judge._solve(near, np.arange(len(some)), float(expected[i]))
                described.append(judge.describe(share, float(expected[i]), near, np.arange(len(some))))
                agreed.append((share > 0.5) == (target.shares[i] > 0.5))
    return np.stack(described), np.array(agreed)


def splits(target: Target, sizes: tuple[int, ...], draws: int) -> Iterator[tuple[list[int], list[int]]]:
    """Examples and others: all of a hand and those of the other hands; at random, in so many draws of each size, where nobody wrote several."""
    every = range(len(target.seen))
    hands = sorted(set(target.hands))
    if len(hands) > 1:
        for hand in hands:
            some = [i for i in every if target.hands[i] == hand]
            if len(some) >= LEAST:
                yield some, [i for i in every if target.hands[i] != hand]
        return
    for size in sizes:
        for draw in range(draws if len(every) >= size + 5 else 0):
            order = [int(i) for i in np.random.default_rng([draw, size, len(every)]).permutation(len(every))]
            yield order[:size], order[size:]


def reliability(targets: list[Target], strength: float, sizes: tuple[int, ...] = (), draws: int = 0) -> Numbers:
    """The weights of reliability, learned on questions that the prior has not seen: each half of the questions with the prior of the other."""
    groups = sorted({target.group for target in targets})
    half = {group: at % 2 for at, group in enumerate(groups)}
    priors = [fit([target for target in targets if half[target.group] != side], strength) for side in (0, 1)]
    described, agreed = opinions(targets, lambda target: priors[half[target.group]], sizes, draws)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(described, agreed)
    return np.append(model.coef_[0], model.intercept_[0])


def as_json(prior: Prior) -> dict[str, Any]:
    """Rounded, so that the file is the same wherever it is made."""
    lists = {name: [round(float(x), 4) for x in getattr(prior, name)] for name in ("mean", "spread", "weights", "reliability")}
    return lists | {"bias": round(prior.bias, 4)}


def main() -> None:
    """Fit and write isa/answers/data/prior.json."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", type=Path)
    chosen = options.parse_args()
    priors = {}
    for encoder in (MiniLM(), Letters()):
        with encoder.keeping():
            whole, own = list(corpus(chosen.corpus, encoder)), [*specimens(encoder), *held(encoder)]
        base = fit(whole, 0.03)
        trusted = reliability(whole, 0.03, sizes=(10, 20, 40), draws=4)
        priors[f"whole, {encoder.name}"] = as_json(Prior(base.mean, base.spread, base.weights, base.bias, trusted))
        point = fit(own, 0.1)
        priors[f"point, {encoder.name}"] = as_json(Prior(point.mean, point.spread, point.weights, point.bias, reliability(own, 0.1)))
        print(
            f"{encoder.name}: {sum(len(t.seen) for t in whole):,} answers to {len(whole)} questions, {sum(len(t.seen) for t in own)} marks of {len(own)} points"
        )
    note = "Made by benchmarks/fit_prior.py. Whole answers: the SRA corpus (Dzikovska and others, 2013), CC BY-SA, as these figures are. Points: our own."
    text = json.dumps({"source": note, "evidence": NAMES, "reliability": RELIABILITY, "priors": priors}, indent=1)
    (ROOT / "isa" / "answers" / "data" / "prior.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
