"""Reads what waits for a person, puts it in order, and writes each decision to the gradebook at once. Knows no widget.

A decision is also written to `gradebook/reviews/ASSIGNMENT.jsonl`: who decided what on which answer, and when. A second marker's decisions stand there
alone and change no mark; the two are compared by `agreement`. If wished, a decision becomes a specimen, from which the marker goes on learning.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
from nbgrader.api import Gradebook, MissingEntry

from isa.answers import decisions
from isa.answers.marker import Marker
from isa.answers.question import AnswerMark, MarkScheme, Question
from isa.answers.reading import read as read_answer
from isa.grading import roster, short_answers
from isa.grading.course import Course, CourseError, Submission
from isa.grading.feedback.parts import parts
from isa.grading.marks import Blueprint, answers
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.nbgrader_marks import blueprint
from isa.grading.reading import Unreadable
from isa.teaching import record
from isa.teaching.record import Record

_SCHEME = ("=== BEGIN MARK SCHEME ===", "=== END MARK SCHEME ===")  # around a brief's mark scheme, as nbgrader has it
FAMILIAR = 0.5  # how much an answer that is just like one further up the queue teaches less


@dataclass(frozen=True)
class Item:
    """An answer, or a brief, that a person reads.

    Attributes:
        student: whose it is; `name` is for people, and not shown in blind mode.
        text: what was written, as it was typed.
        mark: what the marker thought of an answer; None for a brief.
        waits: whether it waits for a person, or has been settled.
        given: a person's mark, None where there is none yet; `comment` goes with it.
    """

    student: str
    name: str
    cell: str
    text: str
    mark: AnswerMark | None = field(default=None, compare=False)
    waits: bool = True
    given: float | None = None
    comment: str = ""


@dataclass(frozen=True)
class Decided:
    """A line of the log: what `who` decided on an answer; `points` is empty for a brief. `second` where it is only a second opinion."""

    when: str
    who: str
    student: str
    cell: str
    score: float
    points: Mapping[str, float]
    comment: str
    second: bool = False


class Desk:
    """One person at work on one assignment.

    Raises:
        CourseError: the assignment has not been graded.
        isa.yamlfile.FileError: a mark scheme, specimens or decisions are not in order.
    """

    def __init__(self, course: Course, assignment: str, who: str, second: bool = False) -> None:
        self.course, self.assignment, self.who, self.second = course, assignment, who, second
        self.nbgrader = Nbgrader(course)
        with self.nbgrader.gradebook() as book:
            self.record: Record = record.read(book, assignment)
            self._plan: Blueprint = blueprint(course, book, assignment, self.nbgrader.config)
        self._handed_in = {submission.student: submission for submission in course.submissions(assignment)}
        self._typed: dict[str, dict[str, tuple[str, str]]] = {}
        self._guides: dict[str, str] | None = None
        self._undo: list[tuple[Item, Decided]] = []

    @property
    def log(self) -> Path:
        """Where decisions are written down."""
        return self.course.gradebook / "reviews" / f"{self.assignment}.jsonl"

    def cells(self) -> dict[str, int]:
        """The cells that people may mark, in the order of the notebook, with how many answers wait in each."""
        waiting = self.record.grades.groupby("cell")["waiting"].sum()
        return {str(cell): int(waiting.get(cell, 0)) for cell, kind in self.record.cells["kind"].items() if kind != "tests"}

    def scheme(self, cell: str) -> MarkScheme | None:
        """The mark scheme of a short answer; None for a brief, and for an answer that has none."""
        question = self._plan.questions.get(cell)
        return question.scheme if question else None

    def worth(self, cell: str) -> float:
        """The most that a cell can get."""
        return float(self.record.cells.loc[cell, "points"])  # type: ignore[arg-type]  # a number in every row

    def guide(self, cell: str) -> str:
        """What the instructor version says of a cell, for a brief, in Markdown: first its mark scheme, then its task."""
        if self._guides is None:
            notebook = nbformat.read(self.course.source(self.assignment), as_version=4)
            self._guides = {str(c.metadata["nbgrader"].get("grade_id")): str(c.source) for c in notebook.cells if "nbgrader" in c.metadata}
        task, begin, rest = self._guides.get(cell, "").partition(_SCHEME[0])
        scheme, _, after = rest.partition(_SCHEME[1])
        return f"{scheme.strip()}\n\n{task.strip()}\n\n{after.strip()}".strip() if begin else task

    def queue(self, cell: str, student: str = "", section: str = "", settled: bool = False) -> list[Item]:
        """What waits in a cell, the most informative first; with `settled` also what does not wait any more, after that.

        A second marker gets what another person has decided.
        """
        rows = self.record.grades[self.record.grades["cell"] == cell].set_index("student")
        wanted = self._students(student, section)
        decided = {one.student for one in self.decided() if one.cell == cell and one.who != self.who}
        mine = {one.student for one in self.decided() if one.cell == cell and one.who == self.who and one.second}
        chosen = [
            name
            for name in rows.index
            if name in wanted and ((name in decided and name not in mine) if self.second else (settled or bool(rows.loc[name, "waiting"])))
        ]
        items = [self._item(name, cell, rows.loc[name].to_dict()) for name in chosen if name in self._handed_in]
        question = self._plan.questions.get(cell)
        return _informative(items, question) if question else sorted(items, key=lambda item: not item.waits)

    def decide(self, item: Item, points: Mapping[str, float], now: datetime, comment: str = "", learn: bool = False) -> Decided:
        """Settle an answer by its points, or a brief by `{"": score}`; when this returns, it is in the gradebook and in the log.

        Raises:
            CourseError: a score is outside of what can be had, or the gradebook does not know the answer.
        """
        scheme = self.scheme(item.cell)
        score = scheme.total(points) if scheme and "" not in points else sum(points.values())
        if not 0 <= score <= self.worth(item.cell) + 1e-9:
            raise CourseError(f"{item.cell}: {score:g} is no mark between 0 and {self.worth(item.cell):g}")
        named = {} if "" in points else dict(points)
        made = Decided(now.isoformat(timespec="seconds"), self.who, item.student, item.cell, score, named, comment, self.second)
        if not self.second:
            self._write(item, score, comment, waits=False)
        self._log(vars(made))
        if learn and named and not self.second and item.text:
            decisions.append(short_answers.decisions_file(self.course, self.assignment), item.cell, item.text, named, self.who, now)
        self._undo.append((item, made))
        return made

    def undo(self, now: datetime) -> Item | None:
        """Take the last decision of this sitting back, and give its answer again; None where there is none."""
        if not self._undo:
            return None
        item, made = self._undo.pop()
        if not self.second:
            self._write(item, item.given, item.comment, item.waits)
        self._log({"withdraws": made.when, "who": self.who, "student": item.student, "cell": item.cell, "when": now.isoformat(timespec="seconds")})
        path = short_answers.decisions_file(self.course, self.assignment)
        learned = [one for one in decisions.read(path).standing if one.cell == item.cell and one.answer == item.text and one.when.isoformat() >= made.when]
        for one in learned:
            decisions.withdraw(path, one.id, self.who, now)
        return item

    def decided(self) -> list[Decided]:
        """The decisions that stand, oldest first: of several by one person on one answer the last."""
        standing: dict[tuple[str, str, str, bool], Decided] = {}
        for line in self.log.read_text(encoding="utf-8").splitlines() if self.log.is_file() else ():
            try:
                fields = json.loads(line)
            except ValueError:  # what a crash has left of the last line
                continue
            if "withdraws" in fields:
                for key, one in list(standing.items()):
                    if (one.when, one.who, one.student, one.cell) == tuple(fields[name] for name in ("withdraws", "who", "student", "cell")):
                        del standing[key]
            else:
                one = Decided(**fields)
                standing[one.student, one.cell, one.who, one.second] = one
        return list(standing.values())

    def comments(self, cell: str) -> list[str]:
        """The comments that were given on a question, the most frequent first: the bank from which they are given again."""
        return [text for text, _ in Counter(one.comment for one in self.decided() if one.cell == cell and one.comment).most_common()]

    def agreement(self, cell: str) -> pd.DataFrame:
        """Two markers on one question, by point (or for a brief as a whole): `answers` marked by both, `agree` (share), and Cohen's `kappa`."""
        first = {one.student: one for one in self.decided() if one.cell == cell and not one.second}
        second = {one.student: one for one in self.decided() if one.cell == cell and one.second}
        both = [(first[student], second[student]) for student in second if student in first and first[student].who != second[student].who]
        rows = []
        scheme = self.scheme(cell)
        for name in [point.name for point in scheme.points] if scheme else [""]:
            marks = np.array([[one.points.get(name, 0.0) if name else one.score for one in pair] for pair in both], dtype=float).reshape(-1, 2)
            rows.append((name or "score", len(marks), float(np.isclose(marks[:, 0], marks[:, 1]).mean()) if len(marks) else np.nan, _kappa(marks)))
        return pd.DataFrame(rows, columns=["point", "answers", "agree", "kappa"]).set_index("point")

    def _students(self, student: str, section: str) -> set[str]:
        everybody = set(self.record.students.index)
        if student and student not in everybody:
            raise CourseError(f"{student}: has handed in nothing for {self.assignment}")
        if section:
            known = roster.read(self.course.gradebook / "roster.csv")
            if section not in {one.section for one in known.values()}:
                raise CourseError(
                    f"section {section!r}: not in gradebook/roster.csv, which has {', '.join(sorted({s.section for s in known.values()} - {''}))}"
                )
            everybody &= {name for name, one in known.items() if one.section == section}
        return everybody & {student} if student else everybody

    def _item(self, student: str, cell: str, row: Mapping[Any, Any]) -> Item:
        names: Mapping[Any, Any] = self.record.students.loc[student].to_dict()
        full = " ".join(filter(None, [names["first_name"], names["last_name"]])) or student
        given = None if pd.isna(row["manual"]) else float(row["manual"])
        return Item(student, full, cell, self._text(self._handed_in[student], cell), None, bool(row["waiting"]), given, str(row["comment"]))

    def _text(self, submission: Submission, cell: str) -> str:
        try:
            if cell in self._plan.questions:
                # A notebook is read once for all of its questions.
                if submission.student not in self._typed:
                    self._typed[submission.student] = answers(self._plan, submission.notebook)
                typed, _ = self._typed[submission.student][cell]
                return short_answers.written(typed, self._plan.cells[cell].source)
            path = self.course.root / "autograded" / submission.student / self.assignment / submission.notebook.name
            found = {exercise.id: exercise for exercise in parts(nbformat.read(path, as_version=4)).exercises}
            return "\n\n".join(work.source for work in found[cell].work)
        except (OSError, Unreadable, KeyError, ValueError):
            return ""

    def _write(self, item: Item, score: float | None, comment: str, waits: bool) -> None:
        with self.nbgrader.gradebook() as book:
            try:
                grade = book.find_grade(item.cell, self.assignment, self.assignment, item.student)
            except MissingEntry:
                raise CourseError(f"{item.student}, {item.cell}: the gradebook does not know this answer; run isa grade {self.assignment}") from None
            grade.manual_score, grade.needs_manual_grade = score, waits
            self._comment(book, item, comment)
            book.db.commit()
        # What was read at the start goes on being true.
        grades = self.record.grades
        row = (grades["student"] == item.student) & (grades["cell"] == item.cell)
        for column, value in {"manual": np.nan if score is None else score, "waiting": waits, "comment": comment}.items():
            grades[column] = grades[column].mask(row, value)

    def _comment(self, book: Gradebook, item: Item, comment: str) -> None:
        try:
            book.find_comment(item.cell, self.assignment, self.assignment, item.student).manual_comment = comment or None
        except MissingEntry:
            if comment:
                raise CourseError(f"{item.cell}: nbgrader keeps no comment on this cell") from None

    def _log(self, fields: Mapping[str, Any]) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(fields, ensure_ascii=False) + "\n")


def _informative(items: list[Item], question: Question) -> list[Item]:
    """Mark the answers, and put those first that the marker is least sure of and that are least like those before them."""
    marker = Marker()
    fitted = marker.fit(question)
    marked = [Item(**{**vars(item), "mark": fitted.mark(item.text)}) for item in items]
    vectors = [read_answer(item.text, marker.encoder).whole for item in marked]
    left = [at for at in range(len(marked)) if marked[at].waits]
    settled = [item for item in marked if not item.waits]
    doubt = np.array([1.0 - item.mark.confidence if item.mark else 1.0 for item in marked])
    seen = np.zeros(len(marked))
    ordered = []
    while left:
        first = max(left, key=lambda at: (doubt[at] * (1 - FAMILIAR * seen[at]), -at))
        left.remove(first)
        ordered.append(marked[first])
        for at in left:
            seen[at] = max(seen[at], float(vectors[first] @ vectors[at]))
    return ordered + settled


def _kappa(marks: np.ndarray) -> float:
    """Cohen's kappa of two columns of marks: agreement beyond what chance would give; missing where there is too little to say."""
    if len(marks) < 2:
        return float("nan")
    agree = float(np.isclose(marks[:, 0], marks[:, 1]).mean())
    chance = sum(float(np.isclose(marks[:, 0], mark).mean() * np.isclose(marks[:, 1], mark).mean()) for mark in np.unique(marks))
    return float("nan") if chance >= 1 else (agree - chance) / (1 - chance)
