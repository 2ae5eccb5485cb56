"""A cross-encoder beside the marker, and what it would add: python benchmarks/encoder/cross.py ASAG BASE [--minutes N] [--most N].

ASAG is the folder asag-train, BASE a model in the form of transformers to begin with. Needs torch and transformers, which nothing else here does.

It reads the nearest phrase and the answer together, [CLS] phrase [SEP] answer [SEP], and says whether the answer makes the point. It is trained on what the
encoder was trained on, answers spoilt on purpose among them. Then each answer of the questions held back and of the calibration split is marked by the marker,
without examples and with twenty, by the cross-encoder alone, and by both: its weight is the one that is best on the questions held back. docs/short-answers.md
has the table of 26 November 2026, and docs/decisions.md why it did not join.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score
from tasks import Task, corpus, written
from train import Encoder, spoilt

from isa.answers.marker import Marker
from isa.answers.question import Example, MarkScheme, Point, Question
from isa.answers.reading import read

RATE, HEAD_RATE = 5e-5, 5e-4
MIX = {"beetle": 8, "scientsbank": 9, "written": 10, "spoilt": 5}  # pairs in a step
WEIGHTS = (0, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2)  # of the cross-encoder beside the marker
EXAMPLES = (0, 20)
Pair = tuple[list[int], list[int]]


class CrossEncoder:
    """Reads pairs of token lists (each begins with [CLS] and ends with [SEP]) and gives a logit for each."""

    def __init__(self, base: str) -> None:
        self.encoder = Encoder(base)
        self.head = torch.nn.Linear(self.encoder.net.config.hidden_size, 1)

    def logits(self, pairs: list[Pair]) -> torch.Tensor:
        """One logit for each pair."""
        rows = [phrase + answer[1:] for phrase, answer in pairs]
        longest = max(map(len, rows))
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        there = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        kinds = torch.tensor(
            [[0] * len(phrase) + [1] * (len(row) - len(phrase)) + [0] * (longest - len(row)) for (phrase, _), row in zip(pairs, rows, strict=True)]
        )
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.encoder.net(input_ids=ids, attention_mask=there, token_type_ids=kinds).last_hidden_state.float()
        weights = there.unsqueeze(-1).float()
        return self.head((states * weights).sum(1) / weights.sum(1))[:, 0]


def paired(task: Task, texts: list[str], encoder: Encoder) -> list[Pair]:
    """Each text with the phrase of the task that is nearest to it."""
    phrases, answers = [encoder.ids(phrase, 60) for phrase in task.phrases], [encoder.ids(text, 100) for text in texts]
    with torch.no_grad():
        likeness = encoder.vectors(answers, 8) @ encoder.vectors(phrases).T
    return [(phrases[int(at)], answer) for at, answer in zip(likeness.argmax(1), answers, strict=True)]


def train(model: CrossEncoder, tasks: list[Task], minutes: float) -> int:
    """Train for so many minutes of processor time; gives the number of steps."""
    pool: dict[str, list[tuple[Pair, float]]] = defaultdict(list)
    for task in tasks:
        pool[task.origin] += zip(paired(task, list(task.answers), model.encoder), task.shares, strict=True)
        pool["spoilt"] += [(pair, 0.0) for pair in paired(task, spoilt(task), model.encoder)]
    learned = [one for one in model.encoder.net.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW([{"params": learned}, {"params": model.head.parameters()}], lr=RATE, weight_decay=0.01)
    chance, started, steps = random.Random(1), time.process_time(), 0
    model.encoder.net.train()
    while (done := (time.process_time() - started) / (60 * minutes)) < 1:
        for group, rate in zip(optimizer.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * min(1, (steps + 1) / 60) * (1 - 0.97 * done)
        rows = [row for origin, count in MIX.items() for row in chance.sample(pool[origin], min(count, len(pool[origin])))]
        loss = F.binary_cross_entropy_with_logits(model.logits([pair for pair, _ in rows]), torch.tensor([share for _, share in rows]))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        steps += 1
    model.encoder.net.eval()
    return steps


def beside(task: Task, examples: int, logits: np.ndarray, marker: Marker) -> list[tuple[float, float, float]]:
    """For each answer that is no example: the marker's share as a logit, the cross-encoder's logit, and the person's share."""
    order = random.Random(f"{task.name}{examples}").sample(range(len(task.answers)), len(task.answers))
    point = Point("answer", 1, task.phrases[0], task.phrases[1:])
    seen = tuple(Example(task.answers[at], task.shares[at]) for at in order[:examples])
    target = marker.fit(Question(task.prompt, MarkScheme((point,)), seen))._targets[0]
    found = []
    for at in order[examples:]:
        share = float(np.clip(target.judge.look(target.see(read(task.answers[at], marker.encoder))).share, 1e-3, 1 - 1e-3))
        found.append((float(np.log(share / (1 - share))), float(logits[at]), task.shares[at]))
    return found


def report(model: CrossEncoder, tasks: list[Task]) -> None:
    """Print macro-F1 without, alone and with, on the calibration split."""
    marker, found = Marker(), defaultdict(list)
    for task in tasks:
        pairs = paired(task, list(task.answers), model.encoder)
        with torch.no_grad():
            logits = torch.cat([model.logits(pairs[at : at + 32]) for at in range(0, len(pairs), 32)]).numpy()
        for examples in EXAMPLES:
            if len(task.answers) > examples + 3:
                found[task.origin, task.split, examples] += beside(task, examples, logits, marker)
    for origin, split, examples in sorted(found):
        if split != "calibration":
            continue

        def macro_f1(part: str, own: float, weight: float, origin: str = origin, examples: int = examples) -> float:
            rows = np.array(found[origin, part, examples]).reshape(-1, 3)
            return float(f1_score(rows[:, 2] > 0.5, own * rows[:, 0] + weight * rows[:, 1] > 0, average="macro", zero_division=0))

        best = max(WEIGHTS, key=lambda weight: macro_f1("held", 1, weight))
        without, alone, both = macro_f1(split, 1, 0), macro_f1(split, 0, 1), macro_f1(split, 1, best)
        print(f"{origin}, {examples} examples: without {without:.3f}, alone {alone:.3f}, with {both:.3f} (weight {best:g})")


def main() -> None:
    """Train and compare."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("asag", type=Path)
    options.add_argument("base")
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--most", type=int, default=None, help="tasks of each split, to try the script")
    chosen = options.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = CrossEncoder(chosen.base)
    tasks = [*corpus(chosen.asag), *written()]
    steps = train(model, [task for task in tasks if task.split == "train"][:: 1 if chosen.most is None else 12], chosen.minutes)
    print(f"{steps:,} steps in {chosen.minutes:g} minutes")
    report(model, [task for split in ("held", "calibration") for task in [task for task in tasks if task.split == split][: chosen.most]])


if __name__ == "__main__":
    main()
