"""What the encoder of short answers is trained on: questions (or points of questions) with answers that a person has marked.

`corpus` reads the training part of the Student Response Analysis corpus (Dzikovska and others, 2013, CC BY-SA). Its split `calibration` trains nothing:
benchmarks/answers.py reports on it. Of its split `train` a quarter of the questions is held back: benchmarks/fit_prior.py fits what comes after the encoder on
those, because vectors of answers that an encoder was trained on look better than any others will.
`written` reads 60 questions on other subjects that were written for this purpose, each with 30 answers: none is a question of the course.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

WRITTEN = Path(__file__).parent / "written"
HELD = 4  # one question in so many of the corpus is held back
Split = Literal["train", "held", "calibration"]


@dataclass(frozen=True)
class Task:
    """Answers to one question, or as one of its points sees them; `shares` is 1 where the point was made, 0 where it was not."""

    name: str
    origin: Literal["beetle", "scientsbank", "written"]
    split: Split
    prompt: str
    phrases: tuple[str, ...]
    rejected: tuple[str, ...]
    answers: tuple[str, ...]
    shares: tuple[float, ...]


def corpus(folder: Path) -> list[Task]:
    """The questions of the corpus, from the folder asag-train."""
    found: list[tuple[str, Literal["beetle", "scientsbank"], dict[str, Any], list[dict[str, Any]]]] = []
    for origin in ("beetle", "scientsbank"):
        answers: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in (folder / f"{origin}_train.answers.jsonl").read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)
            answers[answer["qid"]].append(answer)
        questions = json.loads((folder / f"{origin}_train.questions.json").read_text(encoding="utf-8"))
        found += [(f"{origin} {qid}", origin, asked, answers[qid]) for qid, asked in questions.items()]
    names = sorted(name for name, _, asked, _ in found if asked["split"] == "train")
    random.Random(7).shuffle(names)
    held = set(names[: len(names) // HELD])
    return [
        Task(
            name,
            origin,
            "held" if name in held else asked["split"],
            asked["question"],
            tuple(dict.fromkeys(asked["reference"])),
            (),
            tuple(answer["answer"] for answer in given),
            tuple(float(answer["score"]) for answer in given),
        )
        for name, origin, asked, given in found
    ]


def written(folder: Path = WRITTEN) -> Iterator[Task]:
    """The questions written for the purpose, each point a task of its own."""
    for path in sorted(folder.glob("*.yml")):
        question = yaml.safe_load(path.read_text(encoding="utf-8"))
        answers = question["answers"]
        for name, point in question["points"].items():
            yield Task(
                f"{path.stem} {name}",
                "written",
                "train",
                question["question"],
                (point["says"], *point["accept"]),
                tuple(point["reject"]),
                tuple(answer["text"] for answer in answers),
                tuple(float(answer[name]) for answer in answers),
            )
