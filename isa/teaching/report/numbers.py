"""What an assignment's marks say, as pure functions: tables in, tables out.

Scores are before any late penalty: how late somebody was says nothing about a question. What nobody has marked yet is missing, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from isa.answers.question import MarkScheme
from isa.answers.told import Told, told
from isa.grading.short_answers import NO_RESPONSE
from isa.teaching.record import Record

FEW = 30  # students; with fewer, correlations and alpha move a good deal from class to class
HARD, EASY = 0.3, 0.95  # mean shares of the points
WEAK = 0.1  # a corrected item–total correlation below this says that an item does not go with the rest
RESAMPLES = 1_000


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha, with the middle 95 % of what it is in classes drawn again from this one (`low` to `high`); `alpha` is None where it cannot be had.

    `students` and `items` are how many it is computed from.
    """

    alpha: float | None
    low: float | None
    high: float | None
    students: int
    items: int


def marked(record: Record, by: str = "exercise") -> pd.DataFrame:
    """Scores with a row for each student and a column for each exercise (or each grade cell, by "cell"); missing where a part of it is not marked yet."""
    grades = record.grades.assign(score=record.grades["score"].where(record.grades["auto"].notna() | record.grades["manual"].notna()))
    wide = grades.pivot(index="student", columns="cell", values="score").reindex(index=record.students.index, columns=record.cells.index).astype(float)
    if by == "cell":
        return wide
    cells = record.cells.groupby("exercise", sort=False).groups
    return pd.DataFrame({exercise: wide[list(names)].sum(axis=1, skipna=False) for exercise, names in cells.items()}, index=wide.index)


def worth(record: Record, by: str = "exercise") -> pd.Series:
    """Points of each exercise, or of each grade cell."""
    return record.cells["points"] if by == "cell" else record.cells.groupby("exercise", sort=False)["points"].sum()


def shares(record: Record) -> pd.Series:
    """Student -> share of the points that could be had in what is marked, 0 to 1; missing where nothing is."""
    found = marked(record)
    possible = found.notna().mul(worth(record)).sum(axis=1)
    return found.sum(axis=1).div(possible.where(possible > 0))


def distribution(record: Record) -> pd.Series:
    """`students`, `points` and, of the scores in points: `mean`, `sd`, `lowest`, `quarter`, `median`, `three_quarters`, `highest`."""
    scores = record.scores()
    quarter, median, three = (scores.quantile(q) for q in (0.25, 0.5, 0.75))
    values = [len(scores), record.points, scores.mean(), scores.std(), scores.min(), quarter, median, three, scores.max()]
    return pd.Series(values, ["students", "points", "mean", "sd", "lowest", "quarter", "median", "three_quarters", "highest"], dtype=float)


def items(record: Record, by: str = "exercise") -> pd.DataFrame:
    """Item analysis, a row for each exercise (or each grade cell, by "cell").

    `points`; `marked`, how many students have a mark; `mean` in points; `difficulty`, the mean share of the points (1 is easiest); `full`, `some` and `none`,
    shares of the students with all, some and no points; `discrimination`, the correlation with the sum of the other items (corrected item–total), missing
    where fewer than three students have all marks or an item does not vary; `remark`, what to look at, or empty.
    """
    found, points = marked(record, by), worth(record, by)
    count = found.notna().sum()
    full, none = found.ge(points - 1e-9).sum() / count, found.le(1e-9).sum() / count
    table = pd.DataFrame({"points": points, "marked": count, "mean": found.mean(), "difficulty": found.mean() / points, "full": full, "none": none})
    table.insert(5, "some", 1 - full - none)
    table["discrimination"] = _discrimination(_complete(found))
    table["remark"] = [_remark(*both) for both in table[["difficulty", "discrimination"]].to_numpy(dtype=float)]
    return table.rename_axis(by)


def reliability(record: Record, seed: int = 0) -> Reliability:
    """Cronbach's alpha over the exercises, of the students who have all marks."""
    found = _complete(marked(record)).to_numpy()
    students, count = found.shape
    if students < 3 or count < 2 or not found.sum(axis=1).var() > 0:
        return Reliability(None, None, None, students, count)
    drawn = np.random.default_rng(seed).multinomial(students, np.full(students, 1 / students), size=RESAMPLES)
    alphas = _alphas(found, np.vstack([np.ones(students), drawn]))
    low, high = np.nanquantile(alphas[1:], [0.025, 0.975])
    return Reliability(float(alphas[0]), float(low), float(high), students, count)


def points(record: Record, schemes: Mapping[str, MarkScheme]) -> pd.DataFrame:
    """What became of each marking point, as students were told: a row for each point of each cell in `schemes`.

    `cell`, `point`, `says`, `marks`, `answers` (explained by the marker), and of these the numbers of `met`, `partly`, `missing` and `contradicted`.
    """
    said = _said(record, schemes)
    rows = []
    for cell, scheme in schemes.items():
        for point in scheme.points:
            states = [one.state for _, of, found in said if of == cell for one in found if one.point == point.name]
            rows.append(
                (cell, point.name, point.says, point.marks, len(states), *(states.count(state) for state in ("met", "partly", "missing", "contradicted")))
            )
    return pd.DataFrame(rows, columns=["cell", "point", "says", "marks", "answers", "met", "partly", "missing", "contradicted"])


def misconceptions(record: Record, schemes: Mapping[str, MarkScheme]) -> pd.DataFrame:
    """Misconceptions that students were told of, the most frequent first: `cell`, `point`, `claim`, `students`, `share`.

    Several claims that share a sentence are one.
    `share` is of the explained answers to that question. What speaks against a point and is no claim of the scheme stands as the claim "".
    """
    said = _said(record, schemes)
    rows = [(cell, one.point, " / ".join(one.claims), student) for student, cell, found in said for one in found if one.state == "contradicted"]
    table = pd.DataFrame(rows, columns=["cell", "point", "claim", "student"])
    counted = table.groupby(["cell", "point", "claim"], sort=False)["student"].nunique().rename("students").reset_index()
    answers = pd.Series([cell for _, cell, _ in said], dtype=object).value_counts()
    counted["share"] = counted["students"] / counted["cell"].map(answers).astype(float)
    return counted.sort_values(["students", "cell", "point"], ascending=[False, True, True], ignore_index=True)


def uncounted(record: Record, schemes: Mapping[str, MarkScheme]) -> int:
    """How many answers have a comment of the marker that is no explanation of today's mark scheme: they were marked by an older one."""
    comments = record.grades[record.grades["cell"].isin(list(schemes)) & ~record.grades["said"].str.strip().isin(["", NO_RESPONSE])]
    return len(comments) - len(_said(record, schemes))


def agreement(record: Record) -> pd.DataFrame:
    """Automatic against human marks, by grade cell that has both: `both` (how many), `same` (share), and in points the means of `difference` and `apart`.

    `difference` is human less automatic, `apart` its size.
    """
    both = record.grades[record.grades["auto"].notna() & record.grades["manual"].notna()]
    both = both.assign(difference=both["manual"] - both["auto"], points=both["cell"].map(record.cells["points"]))
    grouped = both.assign(same=both["difference"].abs() < 0.005, apart=both["difference"].abs()).groupby("cell")
    table = grouped.agg(both=("difference", "size"), same=("same", "mean"), difference=("difference", "mean"), apart=("apart", "mean"))
    return table.reindex([cell for cell in record.cells.index if cell in table.index])


def drift(decided: pd.DataFrame, parts: int = 4) -> pd.DataFrame:
    """How a person's marks stand to the marker's from the first decisions to the last, in `parts` equal parts by time.

    Args:
        decided: a row for each decision: `when`, `who`, `human` and `automatic`, both as shares.
        parts: how many; fewer where a part would have fewer than five decisions.

    Returns:
        For each `who` and `part` (from 1): `since`, `decisions`, `difference` (human less automatic, mean share), `error` (its standard error).
    """
    rows = []
    for who, own in decided.sort_values("when").groupby("who", sort=False):
        for number, places in enumerate(np.array_split(np.arange(len(own)), max(1, min(parts, len(own) // 5))), 1):
            part = own.iloc[places]
            difference = part["human"] - part["automatic"]
            rows.append((who, number, part["when"].iloc[0], len(part), difference.mean(), difference.sem()))
    return pd.DataFrame(rows, columns=["who", "part", "since", "decisions", "difference", "error"])


def load(record: Record) -> pd.DataFrame:
    """Who marks, by exercise, counted in grade cells of students: `waiting` for a person, `by_person`, `by_program`, and `unmarked` of those that wait."""
    grades = record.grades.assign(exercise=record.grades["cell"].map(record.cells["exercise"]), person=record.grades["manual"].notna())
    grades["unmarked"] = grades["auto"].isna() & grades["manual"].isna()
    grades["by_person"] = grades["person"] & ~grades["waiting"]
    grades["by_program"] = ~grades["person"] & ~grades["waiting"]
    counted = grades.groupby("exercise")[["waiting", "unmarked", "by_person", "by_program"]].sum().astype(int)
    return counted.reindex(record.cells["exercise"].unique(), fill_value=0)


def _said(record: Record, schemes: Mapping[str, MarkScheme]) -> list[tuple[str, str, tuple[Told, ...]]]:
    """Student, cell and what was told of each point, for each answer that the marker explained."""
    comments = record.grades.loc[record.grades["cell"].isin(list(schemes)), ["student", "cell", "said"]]
    read = ((student, cell, told(said, schemes[cell])) for student, cell, said in comments.itertuples(index=False))
    return [(student, cell, found) for student, cell, found in read if found is not None]


def _complete(found: pd.DataFrame) -> pd.DataFrame:
    """The items that at least half of the students have a mark for, and the students who have all of these."""
    return found.loc[:, found.notna().mean() >= 0.5].dropna()


def _discrimination(found: pd.DataFrame) -> pd.Series:
    """Item -> correlation with the sum of the others."""
    total = found.sum(axis=1)
    known = {}
    for item in found.columns:
        own, rest = found[item], total - found[item]
        varies = len(found) >= 3 and own.std() > 1e-9 and rest.std() > 1e-9
        known[item] = float(np.corrcoef(own, rest)[0, 1]) if varies else np.nan
    return pd.Series(known, dtype=float)


def _alphas(found: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Cronbach's alpha for each row of weights of the students."""
    count, total = found.shape[1], found.sum(axis=1, keepdims=True)
    values = np.hstack([found, total])
    values = values - values.mean(axis=0)
    size = weights.sum(axis=1, keepdims=True)
    variances = weights @ values**2 / size - (weights @ values / size) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.where(variances[:, -1] > 1e-12, variances[:, -1], np.nan)
        return count / (count - 1) * (1 - variances[:, :-1].sum(axis=1) / whole)


def _remark(difficulty: float, discrimination: float) -> str:
    """What to look at first in an item."""
    if discrimination < 0:
        return "Those who do well elsewhere do worse here: read the task, its tests or its mark scheme again."
    if difficulty > EASY:
        return "Nearly everybody has it."
    if difficulty < HARD:
        return "Hard: see whether the lesson prepares for it."
    if discrimination < WEAK:
        return "It says little about who does well elsewhere: see what it asks for besides."
    return ""
