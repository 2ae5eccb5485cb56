"""What the marks of several assignments say together, as pure functions: objectives, the course so far, and whom to talk to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import pandas as pd

from isa.syllabus import Syllabus
from isa.teaching.record import Record
from isa.teaching.report import numbers

MASTERED = 0.7  # of the points of an objective's exercises
LOW = 0.5  # of the points of an assignment
_URGENT = ("cannot be read", "missing", "falling", "low")
FELL = 0.2  # of the points, below one's own mean so far, and beyond what the class fell


def exercises_by_objective(syllabus: Syllabus, assignment: str) -> dict[str, list[str]]:
    """Objective -> ids of the exercises of an assignment that serve it; empty for an assignment that the syllabus does not know."""
    found: dict[str, list[str]] = {}
    for known in syllabus.assignments:
        for exercise in known.exercises if known.id == assignment else ():
            for objective in exercise.objectives:
                found.setdefault(objective, []).append(exercise.id)
    return {objective: found[objective] for lesson in syllabus.lessons for objective in lesson.objectives if objective in found}


def mastery(records: Iterable[Record], syllabus: Syllabus) -> pd.DataFrame:
    """Share of the points that each student (row) has of the exercises that serve each objective (column), 0 to 1; missing where none is marked.

    An exercise that serves several objectives counts in full for each of them.
    """
    earned: dict[str, list[pd.DataFrame]] = {}
    for record in records:
        found, points = numbers.marked(record), numbers.worth(record)
        for objective, exercises in exercises_by_objective(syllabus, record.assignment).items():
            own = found[[e for e in exercises if e in found.columns]]
            possible = own.notna().mul(points[own.columns]).sum(axis=1)
            earned.setdefault(objective, []).append(pd.DataFrame({"earned": own.sum(axis=1), "possible": possible}))
    columns = {}
    for objective, parts in earned.items():
        together = pd.concat(parts).groupby(level=0).sum()
        columns[objective] = together["earned"] / together["possible"].where(together["possible"] > 0)
    return pd.DataFrame({o: columns[o] for lesson in syllabus.lessons for o in lesson.objectives if o in columns}).rename_axis("student")


def objectives(mastered: pd.DataFrame, syllabus: Syllabus) -> pd.DataFrame:
    """A row for each objective: `says`, `students` with a mark, `mean` share of the points, and `mastered`, the share of students with at least 70 %."""
    says = {objective: text for lesson in syllabus.lessons for objective, text in lesson.objectives.items()}
    known = mastered.notna().sum()
    reached = mastered.ge(MASTERED).sum() / known.where(known > 0)
    table = pd.DataFrame({"says": {o: says.get(o, "") for o in mastered.columns}, "students": known, "mean": mastered.mean(), "mastered": reached})
    return table.reindex(mastered.columns).rename_axis("objective")


def standing(record: Record, students: Iterable[str], handed_in: Collection[str], may_still: Collection[str]) -> pd.Series:
    """Student -> "in time", "late", "cannot be read", "missing" or "not due yet".

    `handed_in` are those who handed in something, whether or not the gradebook knows of it; `may_still` are those whose own deadline has not passed.
    """
    late = record.students["seconds_late"] > 0
    known = {student: "late" if is_late else "in time" for student, is_late in late.items()}
    return pd.Series(
        {s: known.get(s) or ("cannot be read" if s in handed_in else "not due yet" if s in may_still else "missing") for s in students}, dtype=object
    )


def totals(records: Sequence[Record], weights: Mapping[str, float], standings: pd.DataFrame) -> pd.DataFrame:
    """The course so far, a row for each student of `standings` (student × assignment).

    A column for each assignment: points after the late penalty (`students["penalty"]` of the record); missing where nothing was graded. `so_far`: per cent
    of what could be had, each assignment with its weight; one that is missing after its deadline counts 0, one that is not due yet or cannot be read is
    passed over. `weight`: what `so_far` rests on.
    """
    table = pd.DataFrame(index=standings.index)
    earned, weight = pd.Series(0.0, table.index), pd.Series(0.0, table.index)
    for record in records:
        points = (record.scores() - record.students["penalty"]).clip(lower=0).reindex(table.index)
        counts = points.notna() | (standings[record.assignment] == "missing")
        table[record.assignment] = points
        earned += (points / record.points).fillna(0.0) * weights[record.assignment]
        weight += counts * weights[record.assignment]
    table["so_far"] = 100 * earned / weight.where(weight > 0)
    table["weight"] = weight
    return table


def to_talk_to(records: Sequence[Record], standings: pd.DataFrame) -> pd.DataFrame:
    """Students to talk to about the last of `records`: `student`, `sign` ("cannot be read", "missing", "falling", "low"), `reason`.

    The earlier records say how a student did before. One row for each student, with every reason that there is; first those of whom nothing could be
    marked, then those who fell, then those who are low, and of these the lowest first.
    """
    last = records[-1]
    now, before = numbers.shares(last), pd.DataFrame({r.assignment: numbers.shares(r) for r in records[:-1]}).mean(axis=1)
    both = now.dropna().index.intersection(before.dropna().index)
    change = now[both] - before[both]
    usual = float(change.median()) if len(change) else 0.0
    empty = numbers.marked(last).le(1e-9)
    rows = []
    empty_of: dict[str, list[str]] = {str(student): list(empty.columns[row]) for student, row in zip(empty.index, empty.to_numpy(), strict=True)}
    for student, state in zip(standings.index.astype(str), standings[last.assignment], strict=True):
        signs, reasons = [], []
        if state == "missing":
            missed = [r.assignment for r in records if standings.loc[student, r.assignment] == "missing"]
            also = f" (nor {', '.join(missed[:-1])})" if len(missed) > 1 else ""
            signs, reasons = ["missing"], [f"Has not handed in {last.assignment}{also}. Ask whether something is in the way."]
        elif state == "cannot be read":
            signs, reasons = (
                ["cannot be read"],
                ["Handed in a file that is not marked: it could not be read, or nobody has graded it. See what isa grade says, and ask for it again."],
            )
        share = now.get(student)
        if share is not None and share < LOW:
            without = empty_of[student]
            signs.append("low")
            listed = f"{', '.join(without[:4])}{' and others' if len(without) > 4 else ''}"
            reasons.append(
                f"Has {share:.0%} of the points"
                + (f", and none yet in {len(without)} exercise{'' if len(without) == 1 else 's'} ({listed})" if without else "")
                + ". Offer to go through one of them together."
            )
        if student in both and change[student] - usual <= -FELL:
            signs.append("falling")
            reasons.append(
                f"Has {now[student]:.0%} here after {before[student]:.0%} on average before; most others moved by {usual:+.0%}. Ask how things are going."
            )
        if signs:
            rows.append((student, ", ".join(signs), " ".join(reasons)))
    score = now.fillna(0.0)
    rows.sort(key=lambda row: (min(_URGENT.index(sign) for sign in row[1].split(", ")), float(score.get(row[0], 0.0))))
    return pd.DataFrame(rows, columns=["student", "sign", "reason"]).set_index("student")
