"""Fits what the marker of short answers knows before it has seen a question: python benchmarks/fit_prior.py FOLDER, the folder with the SRA corpus.

The prior for whole answers and its reliability come from the questions of the split `train` of the corpus, those for marking points from the course's
specimens. Nothing else is read: neither the split `calibration` nor tests/specimens, on which benchmarks/answers.py reports.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from isa.answers.encoder import Encoder, Letters, MiniLM
from isa.answers.evidence import NAMES, Phrases
from isa.answers.judge import RELIABILITY, Judge, Prior, Seen
from isa.answers.question import Point, Question
from isa.answers.reading import read
from isa.grading.course import Course
from isa.grading.short_answers import cells, question

ROOT = Path(__file__).resolve().parent.parent
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Target:
    """Answers to one question, or to one point of it, and the share that a person gave each; `group` is the question."""

    group: str
    seen: list[Seen]
    shares: Numbers

    @property
    def numbers(self) -> Numbers:
        """A row of evidence for each answer."""
        return np.stack([one.evidence.numbers for one in self.seen])


def corpus(folder: Path, encoder: Encoder, split: str = "train") -> Iterator[Target]:
    """The questions of the corpus that belong to a split."""
    for name in ("beetle", "scientsbank"):
        questions = dict(json.loads((folder / f"{name}_train.questions.json").read_text(encoding="utf-8")))
        answers: dict[str, list[dict[str, Any]]] = {}
        for line in (folder / f"{name}_train.answers.jsonl").read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)
            answers.setdefault(answer["qid"], []).append(answer)
        for qid, asked in questions.items():
            if asked["split"] == split:
                references = tuple(asked["reference"])
                phrases = Phrases(Point("answer", 1, references[0], references[1:]), read(asked["question"], encoder), encoder)
                readings = [read(answer["answer"], encoder) for answer in answers[qid]]
                seen = [Seen(reading, phrases.evidence(reading), reading.whole) for reading in readings]
                yield Target(f"{name} {qid}", seen, np.array([answer["score"] for answer in answers[qid]]))


def specimens(encoder: Encoder) -> Iterator[Target]:
    """The points of the course's own questions."""
    course = Course.at(ROOT)
    for assignment in course.assignments():
        for cell in cells(course, assignment):
            yield from points(f"{assignment} {cell}", question(course, assignment, cell), encoder)


def points(group: str, asked: Question, encoder: Encoder) -> Iterator[Target]:
    """The marking points of a question, with its examples."""
    prompt = read(asked.prompt, encoder)
    readings = [read(example.answer, encoder) for example in asked.examples]
    for point in asked.scheme.points:
        phrases = Phrases(point, prompt, encoder)
        evidence = [phrases.evidence(reading) for reading in readings]
        seen = [Seen(reading, found, reading.vectors[found.nearest]) for reading, found in zip(readings, evidence, strict=True)]
        yield Target(group, seen, np.array([example.points[point.name] for example in asked.examples]))


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
    """What reliability is judged by, and whether the judge agreed with the person, for judges with random examples of each target."""
    described, agreed = [], []
    for target in targets:
        for size in sizes:
            for draw in range(draws if len(target.seen) >= size + 5 else 0):
                order = np.random.default_rng([draw, size, len(target.seen)]).permutation(len(target.seen))
                some, rest = order[:size], order[size:]
                judge = Judge(known(target), [target.seen[i] for i in some], [target.shares[i] for i in some], binary=True)
                for i in rest:
                    expected = float(known(target).share(target.seen[i].evidence.numbers[None])[0])
                    near = judge._kernels([target.seen[i]])[0]
                    share = judge._solve(near, np.arange(size), expected)
                    described.append(judge.describe(share, expected, near, np.arange(size)))
                    agreed.append((share > 0.5) == (target.shares[i] > 0.5))
    return np.stack(described), np.array(agreed)


def reliability(targets: list[Target], strength: float, sizes: tuple[int, ...], draws: int) -> Numbers:
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
        whole = list(corpus(chosen.corpus, encoder))
        base = fit(whole, 0.1)
        trusted = reliability(whole, 0.1, sizes=(10, 20, 40), draws=2)
        priors[f"whole, {encoder.name}"] = as_json(Prior(base.mean, base.spread, base.weights, base.bias, trusted))
        own = list(specimens(encoder))
        point = fit(own, 0.1)
        trusted = reliability(own, 0.1, sizes=(20, 30), draws=3)
        priors[f"point, {encoder.name}"] = as_json(Prior(point.mean, point.spread, point.weights, point.bias, trusted))
        print(
            f"{encoder.name}: {sum(len(t.seen) for t in whole):,} answers to {len(whole)} questions, {sum(len(t.seen) for t in own)} marks of {len(own)} points"
        )
    note = "Made by benchmarks/fit_prior.py. Whole answers: the SRA corpus (Dzikovska and others, 2013), CC BY-SA, as these figures are. Points: specimens."
    text = json.dumps({"source": note, "evidence": NAMES, "reliability": RELIABILITY, "priors": priors}, indent=1)
    (ROOT / "isa" / "answers" / "data" / "prior.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
