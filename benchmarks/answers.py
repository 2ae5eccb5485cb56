"""How well short answers are marked, how they are attacked, how fast: python benchmarks/answers.py [--parts PART …] [--asag FOLDER] [--quick] [--json FILE].

public   the calibration split of asag-train: each question with its reference and 0, 10 or 20 examples drawn at random, the rest marked
course   the course's own questions: the second set of specimens (tests/specimens), on which nothing was tuned, with and without examples; and, as the figure
         to develop by, each example of the first set marked as if it had not been one ("one left out")
attacks  answers that do not deserve their marks (benchmarks/attacks.py), and right answers as a control
speed    one core: loading, milliseconds an answer, memory, size of the model

Agreement is the same class in the public sets, right (half the marks or more) or wrong; in the course it is a mark within a tenth of what could be had.
The oracle is the largest share that could be released at 95 % agreement if the best cut on the marker's confidence were known.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Protocol

import numpy as np
from attacks import Attack, attacks, right
from rich.console import Console
from rich.table import Table
from sklearn.metrics import cohen_kappa_score, f1_score

from isa.answers import specimens
from isa.answers.marker import Marker
from isa.answers.question import AnswerMark, Example, MarkScheme, Point, PointMark, Question
from isa.answers.text import content, stem, words
from isa.grading import short_answers
from isa.grading.course import Course

ROOT = Path(__file__).resolve().parent.parent
SETS = ("scientsbank_train", "beetle_train")
Figures = dict[str, float]


class Fitted(Protocol):
    """Ready for the answers to one question."""

    def mark(self, answer: str) -> AnswerMark:
        """Mark an answer."""

    def leave_one_out(self) -> list[AnswerMark]:
        """Mark each example as if it had not been one."""


class Fits(Protocol):
    """A marker."""

    def fit(self, question: Question) -> Fitted:
        """Get ready for a question."""


class TokenOverlap:
    """The floor: the share of words in common with a phrasing, and nothing else; never in doubt."""

    def fit(self, question: Question) -> _Overlapping:
        """Nothing is learned."""
        return _Overlapping(question)


class _Overlapping:
    def __init__(self, question: Question) -> None:
        self._question = question
        self._phrases = {p.name: [_stems(text) for text in (p.says, *p.accept)] for p in question.scheme.points}

    def mark(self, answer: str) -> AnswerMark:
        said = _stems(answer)
        points = []
        for point in self._question.scheme.points:
            near = max(2 * len(said & phrase) / ((len(said) + len(phrase)) or 1) for phrase in self._phrases[point.name])
            points.append(PointMark(point.name, "met" if near >= 0.4 else "missing", point.marks * (near >= 0.4), abs(near - 0.4), True, answer))
        total = self._question.scheme.total({p.name: p.marks for p in points})
        return AnswerMark(total, min(p.confidence for p in points), False, (), tuple(points), "floor")

    def leave_one_out(self) -> list[AnswerMark]:
        return [self.mark(example.answer) for example in self._question.examples]


def _stems(text: str) -> set[str]:
    return {stem(word) for word in content(words(text))}


# ------------------------------------------------------------------------------------------------------------------ metrics


@dataclass(frozen=True)
class Marked:
    """A mark beside the one that a person gave, both as shares of what could be had."""

    share: float
    person: float
    released: bool
    confidence: float


def metrics(marked: Sequence[Marked], near: float | None, steps: int) -> Figures:
    """All figures of a set of marks.

    `near` is how far a mark may lie from the person's and agree (None: it has to be of the same class); `steps` are those of the scale for the kappa.
    """
    given, person = np.array([m.share for m in marked]), np.array([m.person for m in marked])
    released = np.array([m.released for m in marked], dtype=bool)
    agree = (given >= 0.5) == (person >= 0.5) if near is None else np.abs(given - person) <= near + 1e-9
    classes, scale = (person >= 0.5, given >= 0.5), np.arange(steps + 1)
    return {
        "answers": len(marked),
        "macro_f1": float(f1_score(*classes, average="macro", zero_division=0)),
        "weighted_f1": float(f1_score(*classes, average="weighted", zero_division=0)),
        "pearson": float(np.corrcoef(given, person)[0, 1]) if given.std() > 0 and person.std() > 0 else float("nan"),
        "qwk": float(cohen_kappa_score(np.rint(person * steps), np.rint(given * steps), labels=scale, weights="quadratic")),
        "mae": float(np.abs(given - person).mean()),
        "agree": float(agree.mean()),
        "released": float(released.mean()),
        "agree_released": float(agree[released].mean()) if released.any() else float("nan"),
        "oracle_95": oracle(agree, np.array([m.confidence for m in marked])),
    }


def oracle(agree: np.ndarray, confidence: np.ndarray, wanted: float = 0.95) -> float:
    """The largest share that agrees so often, taking the surest first."""
    running = np.cumsum(agree[np.argsort(-confidence, kind="stable")]) / np.arange(1, len(agree) + 1)
    return float((np.flatnonzero(running >= wanted)[-1] + 1) / len(agree)) if (running >= wanted).any() else 0.0


# -------------------------------------------------------------------------------------------------------------- public sets


def public(marker: Fits, folder: Path, draws: int, most: int | None) -> dict[str, Figures]:
    """By set and number of examples."""
    found: dict[str, Figures] = {}
    for name in SETS:
        for k in (0, 10, 20):
            marked: list[Marked] = []
            for question, answers in questions(folder, name)[:most]:
                for draw in range(draws if k else 1):
                    drawn = Random(f"{question.prompt}{draw}").sample(answers, min(k, len(answers)))
                    rest = [answer for answer in answers if answer not in drawn]
                    fitted = marker.fit(replace(question, examples=tuple(drawn)))
                    marked += [_beside(fitted.mark(answer.answer), question.scheme, answer.share) for answer in rest]
            found[f"{name.split('_')[0]}, {k} examples"] = metrics(marked, None, 1)
    return found


def questions(folder: Path, name: str, split: str = "calibration") -> list[tuple[Question, list[Example]]]:
    """The questions of a split of asag-train, without examples, each with all its answers."""
    answers: dict[str, list[Example]] = defaultdict(list)
    for line in (folder / f"{name}.answers.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        answers[record["qid"]].append(Example(record["answer"], float(record["score"])))
    listed: dict[str, dict[str, Any]] = json.loads((folder / f"{name}.questions.json").read_text(encoding="utf-8"))
    made = []
    for qid, record in listed.items():
        if record["split"] == split:
            references = tuple(record["reference"])
            made.append((Question(record["question"], MarkScheme((Point("answer", 1.0, references[0], references),), references)), answers[qid]))
    return made


def _beside(mark: AnswerMark, scheme: MarkScheme, person: float) -> Marked:
    return Marked(mark.score / scheme.marks, person, not mark.needs_review, mark.confidence)


# ------------------------------------------------------------------------------------------------------------------- course


def course(marker: Fits) -> dict[str, Figures]:
    """By question: the second set with and without examples, and the first set with each in turn left out; totals, then points."""
    found: dict[str, Figures] = {}
    at = Course.at(ROOT)
    pools: dict[str, tuple[list[Marked], list[Marked], list[int]]] = defaultdict(lambda: ([], [], []))
    for assignment in sorted(path.name for path in (ROOT / "source").iterdir()):
        second = ROOT / "tests" / "specimens" / f"{assignment}.yml"
        for cell in short_answers.cells(at, assignment):
            question = short_answers.question(at, assignment, cell)
            if not question.examples:  # an assignment that is being written
                continue
            fitted = marker.fit(question)
            known = [(example.share, example.points) for example in question.examples]
            runs = {"one left out": (fitted.leave_one_out(), known)}
            if second.exists():
                blind = specimens.for_cell(second, cell, question.scheme)
                persons = [specimens.example(question.scheme, one.answer, one.points) for one in blind]
                bare = marker.fit(replace(question, examples=()))
                for what, how in (("second", fitted), ("second, no examples", bare)):
                    runs[what] = ([how.mark(one.answer) for one in blind], [(person.share, person.points) for person in persons])
            for what, (marks, persons_marks) in runs.items():
                totals = [_beside(mark, question.scheme, share) for mark, (share, _) in zip(marks, persons_marks, strict=True)]
                worth = {point.name: point.marks for point in question.scheme.points}
                points = [
                    Marked(p.marks / worth[p.name], person[p.name], p.sure, p.confidence)
                    for mark, (_, person) in zip(marks, persons_marks, strict=True)
                    for p in mark.points
                ]
                found[f"{what}: {assignment.removeprefix('assignment-')} {cell}"] = _course_figures(totals, points, [round(2 * question.scheme.marks)])
                for pooled, new in zip(pools[what], (totals, points, [round(2 * question.scheme.marks)]), strict=True):
                    pooled.extend(new)  # type: ignore[arg-type]
    for what, (totals, points, steps) in pools.items():
        found[f"{what}: all"] = _course_figures(totals, points, steps)
    return found


def _course_figures(totals: Sequence[Marked], points: Sequence[Marked], steps: list[int]) -> Figures:
    by_point = metrics(points, 0.1, 2)
    return metrics(totals, 0.1, max(steps)) | {
        f"point_{key}": by_point[key] for key in ("answers", "macro_f1", "agree", "released", "agree_released", "oracle_95")
    }


# ------------------------------------------------------------------------------------------------------------------ attacks


def attacked(marker: Fits, folder: Path | None, most: int | None) -> dict[str, Figures]:
    """By kind of attack: the share that gets half the marks or more, and the share of which no person would hear. Then the controls."""
    given: dict[str, list[Marked]] = defaultdict(list)
    for where, question, others in _targets(folder, most):
        fitted = marker.fit(question)
        tried = [*attacks(question), *(Attack("control: reference", text) for text in right(question))]
        tried += [Attack("control: correct answer", example.answer) for example in others if example.share > 0.99][:10]
        for attack in tried:
            mark = _beside(fitted.mark(attack.answer), question.scheme, float(attack.kind.startswith("control")))
            given[f"{where}: {attack.kind}"].append(mark)
    return {
        what: {
            "answers": len(marks),
            "half_or_more": float(np.mean([m.share >= 0.5 for m in marks])),
            "released_with_half": float(np.mean([m.share >= 0.5 and m.released for m in marks])),
            "released_below_half": float(np.mean([m.share < 0.5 and m.released for m in marks])),
        }
        for what, marks in sorted(given.items())
    }


def _targets(folder: Path | None, most: int | None) -> Iterable[tuple[str, Question, list[Example]]]:
    """Questions with 20 examples (or their own), and answers that were not among these."""
    at = Course.at(ROOT)
    for assignment in sorted(path.name for path in (ROOT / "source").iterdir()):
        second = ROOT / "tests" / "specimens" / f"{assignment}.yml"
        for cell in short_answers.cells(at, assignment):
            question = short_answers.question(at, assignment, cell)
            blind = specimens.for_cell(second, cell, question.scheme) if second.exists() else ()
            yield "course", question, [specimens.example(question.scheme, one.answer, one.points) for one in blind]
    for name in SETS if folder else ():
        assert folder is not None
        for question, answers in questions(folder, name)[:most]:
            drawn = Random(question.prompt).sample(answers, min(20, len(answers)))
            yield "public", replace(question, examples=tuple(drawn)), [answer for answer in answers if answer not in drawn]


# -------------------------------------------------------------------------------------------------------------------- speed

_SPEED = """
import json, resource, time
started, cpu = time.perf_counter(), time.process_time()
from isa.answers.marker import Marker
marker = Marker()
loaded, loaded_cpu = time.perf_counter() - started, time.process_time() - cpu
from answers import slow_question
question, answers = slow_question()
started = time.perf_counter()
fitted = marker.fit(question)
fit = time.perf_counter() - started
fitted.mark(answers[0])
started, cpu = time.perf_counter(), time.process_time()
for answer in answers:
    fitted.mark(answer)
each, each_cpu = time.perf_counter() - started, time.process_time() - cpu
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"load_s": loaded, "load_cpu_s": loaded_cpu, "fit_ms": fit * 1e3, "mark_ms": each / len(answers) * 1e3,
    "mark_cpu_ms": each_cpu / len(answers) * 1e3, "memory_mb": memory}))
"""


def slow_question() -> tuple[Question, list[str]]:
    """The course's question with the most points and 20 of its examples, and all of them as answers."""
    at = Course.at(ROOT)
    every = [short_answers.question(at, path.name, cell) for path in sorted((ROOT / "source").iterdir()) for cell in short_answers.cells(at, path.name)]
    question = max(every, key=lambda one: len(one.scheme.points))
    texts = [example.answer for example in question.examples if example.answer]
    return replace(question, examples=question.examples[:20]), texts


def speed() -> dict[str, Figures]:
    """In a process of its own, on one core."""
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'benchmarks'}"}
    command = [sys.executable, "-c", _SPEED]
    if hasattr(os, "sched_setaffinity"):
        command = [sys.executable, "-c", f"import os; os.sched_setaffinity(0, {{{min(os.sched_getaffinity(0))}}})\n{_SPEED}"]
    output = subprocess.run(command, env=os.environ | one, check=True, capture_output=True, text=True).stdout
    return {"one core": json.loads(output) | {"models_mb": _models_mb()}}


def _models_mb() -> float:
    """What the marker's models weigh."""
    return sum(path.stat().st_size for path in (ROOT / "isa" / "answers" / "data").rglob("*") if path.is_file()) / 1e6


# ------------------------------------------------------------------------------------------------------------------ printing


def table(title: str, rows: dict[str, Figures]) -> Table:
    """A table with a row for each, a column for each figure."""
    columns = list(dict.fromkeys(key for row in rows.values() for key in row))
    made = Table("", title=title, title_justify="left")
    for column in columns:
        made.add_column(column.replace("_", " "), justify="right")
    for name, row in rows.items():
        made.add_row(name, *(_shown(key, row.get(key)) for key in columns))
    return made


def _shown(key: str, value: float | None) -> str:
    if value is None or value != value:
        return "-"
    return f"{value:,.0f}" if key.endswith("answers") else f"{value:.1f}" if key.endswith(("_ms", "_mb")) else f"{value:.3f}"


def _tables(part: str, rows: dict[str, Figures]) -> Iterable[tuple[str, dict[str, Figures]]]:
    """The tables of a part: for the course one of the totals and one of the points."""
    if part != "course":
        return [(part, rows)] if rows else []
    answers = {name: {key: value for key, value in row.items() if not key.startswith("point_")} for name, row in rows.items()}
    points = {name: {key.removeprefix("point_"): value for key, value in row.items() if key.startswith("point_")} for name, row in rows.items()}
    return [("course, by answer", answers), ("course, by point", points)]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--parts", nargs="+", choices=["public", "course", "attacks", "speed"], default=["public", "course", "attacks", "speed"])
    options.add_argument("--asag", type=Path, help="the folder asag-train; without it there is no public part")
    options.add_argument("--floor", action="store_true", help="measure the share of common words instead of the marker")
    options.add_argument("--quick", action="store_true", help="one draw, six questions of each public set")
    options.add_argument("--json", type=Path, help="write the figures here too")
    chosen = options.parse_args()
    marker: Fits = TokenOverlap() if chosen.floor else Marker()
    draws, most = (1, 6) if chosen.quick else (3, None)
    parts = {
        "public": lambda: public(marker, chosen.asag, draws, most) if chosen.asag else {},
        "course": lambda: course(marker),
        "attacks": lambda: attacked(marker, chosen.asag, most),
        "speed": speed,
    }
    out, found = Console(width=None if sys.stdout.isatty() else 160), {}
    for part in chosen.parts:
        started = time.perf_counter()
        found[part] = parts[part]()
        for title, rows in _tables(part, found[part]):
            out.print(table(title, rows))
        out.print(f"{part}: {time.perf_counter() - started:.0f} s\n")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
