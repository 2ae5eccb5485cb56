"""Makes the pages: for an instructor on an assignment or on the course, and for one student. HTML that fetches nothing and runs nothing.

A student's page is made from that student's rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from isa.teaching.record import Record
from isa.teaching.report import numbers, pictures, term
from isa.teaching.report.gather import Marking, Term

_templates = Environment(
    loader=ChoiceLoader([PackageLoader("isa.teaching.report", "."), PrefixLoader({"feedback": PackageLoader("isa.grading", "feedback")})]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_NONE = "–"
_MOST = 20  # misconceptions that the page shows
_LONG = 40  # letters from which on a column holds sentences, and is kept wide enough to read on a small screen


@dataclass(frozen=True)
class Table:
    """A table as it is shown: the first column heads its rows; `right` are the places of the columns that hold numbers."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int] = frozenset()

    @property
    def sentences(self) -> frozenset[int]:
        """The places of the columns that hold sentences."""
        return frozenset(at for at in range(len(self.heads)) if any(len(row[at]) > _LONG for row in self.rows))


@dataclass(frozen=True)
class SideBySide:
    """Two texts to be read together, with what they share marked."""

    title: str
    names: tuple[str, str]
    texts: tuple[Markup, Markup]


@dataclass
class Section:
    """A part of a page: paragraphs, pictures, tables and texts side by side, in this order."""

    id: str
    title: str
    text: list[str] = field(default_factory=list)
    pictures: list[Markup] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    texts: list[SideBySide] = field(default_factory=list)


def for_assignment(class_: Term, marking: Marking, made: datetime) -> str:
    """The instructor's page on the last assignment of `class_`."""
    record = class_.records[-1]
    name = class_.titles[record.assignment]
    parts = [_distribution(class_, record), _items(class_, record), _points(record, marking), _people(record, marking)]
    parts += [_objectives([record], class_), _talk(class_)]
    title = f"{record.assignment}: {name}" if name != record.assignment else name
    return rendered(title, "Report for instructors", [part for part in parts if part], made, private=True)


def for_course(class_: Term, made: datetime) -> str:
    """The instructor's page on the course so far."""
    parts = [_course(class_), _handed_in(class_), _over_the_term(class_), _objectives(class_.records, class_), _talk(class_)]
    title = class_.syllabus.title if class_.syllabus else "The course so far"
    return rendered(title, "Report for instructors: the course so far", [part for part in parts if part], made, private=True)


@dataclass(frozen=True)
class Own:
    """What the pages of students are made from, worked out once for a class; a page reads one row of each table."""

    whole_course: bool
    mastery: pd.DataFrame = field(hash=False)
    totals: pd.DataFrame = field(hash=False)
    marked: pd.DataFrame = field(hash=False)
    scores: pd.DataFrame = field(hash=False)
    waits: dict[str, set[str]] = field(hash=False)


def own(class_: Term, whole_course: bool) -> Own:
    """The tables for pages of students, on the last assignment of `class_` or on the course so far."""
    record = class_.records[-1]
    mastered = term.mastery(class_.records if whole_course else class_.records[-1:], class_.syllabus) if class_.syllabus else pd.DataFrame()
    totals = term.totals(class_.records, class_.weights, class_.standings) if whole_course else pd.DataFrame()
    waiting = record.grades[record.grades["waiting"]]
    waits = {str(student): {str(record.cells["exercise"][cell]) for cell in cells} for student, cells in waiting.groupby("student")["cell"]}
    return Own(whole_course, mastered, totals, numbers.marked(record), record.by_exercise(), waits)


def for_student(class_: Term, known: Own, student: str, made: datetime) -> str:
    """A page that a student can keep: own marks and objectives, and nobody else's anything."""
    record = class_.records[-1]
    parts = [_own_course(class_, known, student) if known.whole_course else _own_exercises(class_, known, student), _own_objectives(class_, known, student)]
    over = "Your course so far" if known.whole_course else f"Your marks: {record.assignment}"
    title = (class_.syllabus.title if class_.syllabus else "The course") if known.whole_course else class_.titles[record.assignment]
    return rendered(title, over, [part for part in parts if part], made, private=False, name=class_.names[student])


def rendered(title: str, over: str, parts: list[Section], made: datetime, private: bool, name: str = "") -> str:
    """A page of these parts; `private` is one for instructors, `name` is whose it is otherwise."""
    when = f"{made.day} {made:%B %Y, %H:%M} UTC"
    return _templates.get_template("page.html.j2").render(title=title, over=over, parts=parts, made=when, private=private, name=name)


def _distribution(class_: Term, record: Record) -> Section:
    found, states = numbers.distribution(record), class_.standings[record.assignment].value_counts()
    graded = [f"{states[state]} {state}" for state in ("in time", "late") if state in states]
    others = [f"{count} {state}" for state, count in states.items() if state not in ("in time", "late")]
    part = Section("scores", "Scores")
    part.text = [
        f"{_students(len(record.students))} graded ({', '.join(graded)}){''.join(f', {other}' for other in others)}. "
        f"Mean {found['mean']:.3g} of {record.points:g} points, median {found['median']:.3g}; the middle half is between {found['quarter']:.3g} "
        f"and {found['three_quarters']:.3g}. Scores are before late penalties, and count what waits for a person as it stands."
    ]
    part.pictures = [pictures.histogram(record.scores(), record.points, "scores")]
    return part


def _items(class_: Term, record: Record) -> Section:
    found: Any = numbers.items(record)
    tests: Any = numbers.items(record, "cell")
    labels = _labels(class_, record)
    part = Section("items", "Exercises")
    part.text = [
        "Difficulty is the mean share of the points: 100 % is easiest. Discrimination is the correlation of an exercise with the sum of the others "
        f"(corrected item–total): above 0.3 is good, below {numbers.WEAK:g} is worth a look.",
        alpha(numbers.reliability(record)),
    ]
    hardest, easiest = found["difficulty"].idxmin(), found["difficulty"].idxmax()
    alt = (
        f"Bars for {len(found)} exercises: shares of students with all, some and no points. "
        f"Hardest is {labels[hardest]} ({percent(found.loc[hardest, 'difficulty'])} of the points), "
        f"easiest {labels[easiest]} ({percent(found.loc[easiest, 'difficulty'])})."
        if found["difficulty"].notna().any()
        else "Empty bars: no exercise is marked yet."
    )
    shares = found[["full", "some", "none"]].rename(columns={"full": "all points", "some": "some points", "none": "no points"})
    part.pictures = [pictures.stacked(shares, [labels[e] for e in found.index], alt, "share of the students with a mark")]
    heads = ["Exercise", "Points", "Marked", "Difficulty", "All points", "No points", "Discrimination", "To look at"]
    rows: list[Any] = [
        (labels[str(e)], f"{r.points:g}", f"{r.marked}", percent(r.difficulty), percent(r.full), percent(r.none), decimal(r.discrimination), r.remark)
        for e, r in _each(found)
    ]
    part.tables = [Table("Item analysis by exercise", heads, rows, frozenset(range(1, 7)))]
    several = [cell for cell in tests.index if record.cells.loc[cell, "exercise"] != cell]
    rows = [(str(c), f"{r.points:g}", percent(r.full), percent(r.none), decimal(r.discrimination), r.remark) for c, r in _each(tests.loc[several])]
    part.tables += (
        [Table("Item analysis by test", ["Test", "Points", "Passed", "Failed", "Discrimination", "To look at"], rows, frozenset(range(1, 5)))] if rows else []
    )
    return part


def _points(record: Record, marking: Marking) -> Section | None:
    found = numbers.points(record, marking.schemes)
    found = found[found["answers"] > 0]
    if found.empty:
        return None
    wrong, older = numbers.misconceptions(record, marking.schemes), numbers.uncounted(record, marking.schemes)
    part = Section("points", "Marking points and misconceptions")
    part.text = ["Counted from what the marker told each student, so a mark that a person changed since counts here as the marker had it."]
    part.text += [f"{older} answers were marked by an older mark scheme and are not counted; isa grade marks them again."] if older else []
    labels = [f"{row.cell} {row.point}: {row.says}" for _, row in _each(found)]
    states = found[["met", "partly", "missing", "contradicted"]]
    shares = states.div(found["answers"], axis=0)
    rarest = int(shares["met"].to_numpy().argmin())
    alt = (
        f"Bars for {len(found)} marking points: shares of answers in which each is met, partly met, missing or contradicted. "
        f"Least often met, in {shares['met'].iloc[rarest]:.0%} of the answers, is {labels[rarest]}"
    )
    part.pictures = [pictures.stacked(shares, labels, alt, "share of the answers that the marker read")]
    rows = [
        (f"{r.cell} {r.point}", r.says, f"{r.marks:g}", f"{r.answers}", *(f"{count}" for count in (r.met, r.partly, r.missing, r.contradicted)))
        for _, r in _each(found)
    ]
    heads = ["Point", "What has to be said", "Marks", "Answers", "Met", "Partly", "Missing", "Contradicted"]
    part.tables = [Table("Marking points", heads, rows, frozenset(range(2, 8)))]
    if not wrong.empty:
        shown = wrong.head(_MOST)
        rows = [(f"{r.cell} {r.point}", r.claim or "(no claim of the mark scheme)", f"{r.students}", f"{r.share:.0%}") for _, r in _each(shown)]
        caption = f"Misconceptions: the {_MOST} most frequent of {len(wrong)}" if len(wrong) > _MOST else "Misconceptions, the most frequent first"
        part.tables.append(Table(caption, ["Point", "Claim", "Students", "Of the answers"], rows, frozenset({2, 3})))
    return part


def _people(record: Record, marking: Marking) -> Section:
    load, agree, moved = numbers.load(record), numbers.agreement(record), numbers.drift(marking.decided)
    part = Section("review", "Review and agreement")
    unmarked = f" ({load['unmarked'].sum()} of them without a provisional mark)" if load["unmarked"].any() else ""
    part.text = [
        f"{load['waiting'].sum()} marks wait for a person{unmarked}, {load['by_person'].sum()} were decided by one. Each test and each answer is a mark."
    ]
    read = load[load.drop(columns="by_program").any(axis=1) | load.index.isin(record.cells.loc[record.cells["kind"] != "tests", "exercise"])]
    rows = [(str(e), *(f"{n}" for n in (r.waiting, r.unmarked, r.by_person, r.by_program))) for e, r in _each(read)]
    rest = load.drop(index=read.index)
    rows += [("all others", "0", "0", "0", f"{rest['by_program'].sum()}")] if len(rest) else []
    heads = ["Exercise", "Waiting", "Not marked at all", "Decided by a person", "By program alone"]
    part.tables = [Table("Review load", heads, rows, frozenset(range(1, 5)))]
    if agree.empty:
        part.text.append("Nobody has marked beside the program yet, so there is no agreement to show.")
    else:
        part.text.append(
            "Agreement rests on the marks that people gave, mostly where the marker was unsure: for the class it is better than it looks here. "
            "After a decision has become a specimen and the class was graded again, it looks better than it is; "
            "isa scheme check leaves each specimen out in turn."
        )
        rows = [(str(c), f"{r.both}", f"{r.same:.0%}", f"{r.difference:+.2f}", f"{r.apart:.2f}") for c, r in _each(agree)]
        heads = ["Cell", "Marked by both", "Same mark", "Person less program (mean points)", "Apart (mean points)"]
        part.tables.append(Table("Automatic against human marks", heads, rows, frozenset(range(1, 5))))
    if not moved.empty:
        rows = [(r.who, f"{r.part}", f"{r.since:%Y-%m-%d %H:%M}", f"{r.decisions}", f"{100 * r.difference:+.1f} %") for _, r in _each(moved)]
        part.tables.append(
            Table("From the first decisions to the last", ["Who", "Part", "Since", "Decisions", "Person less marker"], rows, frozenset({1, 3, 4}))
        )
        part.text.append(
            "Drift: each person's decisions in the order of time, beside the marker's marks of today. A line that climbs means that the person became "
            "milder, or that the kind of answer changed: read a few of the first again."
        )
        first, last = moved.groupby("who", sort=False)["difference"].first(), moved.groupby("who", sort=False)["difference"].last()
        said = "; ".join(f"{who} from {100 * first[who]:+.0f} to {100 * last[who]:+.0f} %" for who in first.index)
        part.pictures = [pictures.over_time(moved, f"Line chart of human less automatic marks, from the first part of the decisions to the last: {said}.")]
    return part


def _objectives(records: Sequence[Record], class_: Term) -> Section | None:
    found = term.objectives(term.mastery(records, class_.syllabus), class_.syllabus) if class_.syllabus else pd.DataFrame()
    if found.empty or found["mean"].isna().all():
        return None
    part = Section("objectives", "Mastery by objective")
    part.text = [f"An exercise counts for each objective that it serves. Mastered means at least {term.MASTERED:.0%} of the points."]
    least: Any = found["mastered"].idxmin()
    alt = (
        f"Bars for {len(found)} objectives: share of students who have mastered each. "
        f"Fewest, {found.loc[least, 'mastered']:.0%}, have mastered {least}: {found.loc[least, 'says']}"
    )
    part.pictures = [pictures.bars(found["mastered"], [f"{o} {says}" for o, says in found["says"].items()], alt, "share of the students who have mastered it")]
    rows = [(str(o), r.says, f"{r.students}", percent(r.mean), percent(r.mastered)) for o, r in _each(found)]
    part.tables = [Table("Objectives", ["Objective", "After this, a learner can", "Students", "Mean", "Mastered"], rows, frozenset({2, 3, 4}))]
    return part


def _talk(class_: Term) -> Section:
    found = term.to_talk_to(class_.records, class_.standings)
    part = Section("talk", "Students to talk to")
    if found.empty:
        part.text = ["Nobody stands out: everybody has handed in, and nobody is far below the rest or below what was usual before."]
        return part
    part.text = ["Signs, not judgements: a mark says little about why. A short, friendly message early helps most."]
    rows = [(f"{class_.names[str(student)]}", r.sign, r.reason) for student, r in _each(found)]
    part.tables = [Table(f"{_students(len(found))} to talk to", ["Student", "Sign", "Why, and what may help"], rows)]
    return part


def _course(class_: Term) -> Section:
    found = term.totals(class_.records, class_.weights, class_.standings)
    states: Any = class_.standings
    part, weights = Section("marks", "Marks so far"), class_.weights
    part.text = [
        f"{len(class_.records)} assignments with a weight of {sum(weights.values()):g}{' of 100' if class_.syllabus else ''} are graded. "
        "So far is in per cent of what could be had: "
        "points after late penalties, an assignment that is missing after its deadline as 0, one that is not due yet or cannot be read not at all."
    ]
    if found["so_far"].notna().any():
        part.pictures = [pictures.histogram(found["so_far"].dropna(), 100, "marks so far", "per cent")]
    names = [r.assignment for r in class_.records]
    heads = ["Student", *(f"{r.assignment} (of {r.points:g}, weight {weights[r.assignment]:g})" for r in class_.records), "So far"]
    rows = [
        (
            class_.names[str(student)],
            *(_short(own[name]) if pd.notna(own[name]) else states.loc[student, name] for name in names),
            percent(own["so_far"] / 100),
        )
        for student, own in _records(found)
    ]
    part.tables = [Table("Marks by assignment", heads, rows, frozenset(range(1, len(heads))))]
    return part


def _handed_in(class_: Term) -> Section:
    states = ["in time", "late", "missing", "cannot be read", "not due yet"]
    counted = class_.standings.apply(lambda column: column.value_counts()).reindex(states).fillna(0).astype(int)
    rows = [(_named(class_, str(name)), *(f"{count}" for count in column)) for name, column in counted.items()]
    part = Section("handed-in", "Who has handed in what")
    part.tables = [Table("Handed in, by assignment", ["Assignment", *(state.capitalize() for state in states)], rows, frozenset(range(1, 6)))]
    gaps = class_.standings[class_.standings.isin(["missing", "cannot be read"]).any(axis=1)]
    if gaps.empty:
        part.text = ["Everybody has handed in everything that is due."]
    else:
        rows = [
            (class_.names[str(s)], ", ".join(f"{name} ({state})" for name, state in own.items() if state in ("missing", "cannot be read")))
            for s, own in gaps.iterrows()
        ]
        part.tables.append(Table("What is missing, by student", ["Student", "Assignments"], rows))
    return part


def _over_the_term(class_: Term) -> Section:
    shares = pd.DataFrame({r.assignment: 100 * numbers.shares(r) for r in class_.records})
    quartiles: Any = shares.quantile([0.25, 0.5, 0.75]).T
    part = Section("term", "Over the term")
    part.text = [
        "The same assignments, of those who handed in, before late penalties. Agreement is of marks that a program and a person both gave; "
        "a change over the term is a reason to read some again."
    ]
    medians = ", ".join(f"{name} {median:.0f} %" for name, median in quartiles[0.5].items())
    part.pictures = (
        [pictures.by_assignment(quartiles, f"Line of the class's median by assignment, with its middle half: {medians}.")] if len(quartiles) > 1 else []
    )
    rows = []
    for record in class_.records:
        agree, load = numbers.agreement(record), numbers.load(record)
        both = int(agree["both"].sum())
        same, difference = ((agree[name] * agree["both"]).sum() / both if both else float("nan") for name in ("same", "difference"))
        name, median = record.assignment, quartiles.loc[record.assignment, 0.5]
        rows.append(
            (
                _named(class_, name),
                f"{len(record.students)}",
                percent(median / 100),
                decimal(numbers.reliability(record).alpha),
                f"{load['waiting'].sum()}",
                f"{both}",
                percent(same),
                f"{difference:+.2f}" if both else _NONE,
            )
        )
    heads = ["Assignment", "Students", "Median", "Alpha", "Waiting", "Marked by both", "Same mark", "Person less program (points)"]
    part.tables = [Table("Assignments side by side", heads, rows, frozenset(range(1, 8)))]
    return part


def _own_exercises(class_: Term, known: Own, student: str) -> Section:
    record = class_.records[-1]
    part, state = Section("marks", "Your marks"), str(class_.standings.loc[student, record.assignment])
    if student not in record.students.index:
        part.text = [f"Nothing is graded here yet: {state}. If you have handed something in, ask your instructor."]
        return part
    labels, found, points = _labels(class_, record), known.marked.loc[student], numbers.worth(record)
    waits = known.waits.get(student, set())
    own_row: Any = record.students.loc[student]
    scores: Any = known.scores.loc[student]
    penalty, total = float(own_row["penalty"]), float(scores.sum())
    rows = [
        (labels[e], _short(scores[e]) if pd.notna(found[e]) else "not marked yet", f"{points[e]:g}", "may change: a person will read it" if e in waits else "")
        for e in found.index
    ]
    rows += [("Handed in late", f"−{_short(penalty)}", "", "")] if penalty else []
    rows.append(("Together", _short(max(0.0, total - penalty)), f"{record.points:g}", ""))
    part.text = [f"Handed in: {state}. " + ("Some points may still change." if waits else "All of it is marked.")]
    part.tables = [Table("Points by exercise", ["Exercise", "Points", "Of", ""], rows, frozenset({1, 2}))]
    return part


def _own_course(class_: Term, known: Own, student: str) -> Section:
    found: Any = known.totals.loc[student]
    states: Any = class_.standings.loc[student]
    rows = [
        (
            _named(class_, r.assignment),
            _short(found[r.assignment]) if pd.notna(found[r.assignment]) else _NONE,
            f"{r.points:g}",
            f"{class_.weights[r.assignment]:g}",
            states[r.assignment],
        )
        for r in class_.records
    ]
    part = Section("marks", "Your marks so far")
    part.text = [
        f"So far you have {percent(found['so_far'] / 100)} of what could be had, each assignment with its weight and after what lateness cost. "
        "It may change as long as something waits to be read."
    ]
    part.tables = [Table("Points by assignment", ["Assignment", "Points", "Of", "Weight", "Handed in"], rows, frozenset({1, 2, 3}))]
    return part


def _own_objectives(class_: Term, known: Own, student: str) -> Section | None:
    found = known.mastery
    if student not in found.index or found.loc[student].isna().all():
        return None
    shares = found.loc[student].dropna()
    says = {objective: text for lesson in class_.syllabus.lessons for objective, text in lesson.objectives.items()} if class_.syllabus else {}
    part = Section("objectives", "What you can do")
    part.text = [
        f"Your share of the points in the exercises that serve each objective. "
        f"From {term.MASTERED:.0%} on, go on; below that, its lesson is worth another look."
    ]
    rows = [
        (str(o), says.get(str(o), ""), f"{share:.0%}", "go on" if share >= term.MASTERED else f"see lesson {int(str(o).split('.')[0]):02d} again")
        for o, share in shares.items()
    ]
    part.tables = [Table("Objectives", ["Objective", "After this, a learner can", "Points", "Next"], rows, frozenset({2}))]
    return part


def _each(table: pd.DataFrame) -> list[Any]:
    """Index and row of each row, the row with a name for each column."""
    return list(zip(table.index, table.itertuples(index=False), strict=True))


def _records(table: pd.DataFrame) -> list[Any]:
    """Index and row of each row, the row by column."""
    return list(table.iterrows())


def _labels(class_: Term, record: Record) -> dict[str, str]:
    titles = class_.exercises(record.assignment)
    return {e: f"{e}: {titles[e]}" if e in titles else e for e in record.cells["exercise"].unique()}


def _named(class_: Term, assignment: str) -> str:
    title = class_.titles[assignment]
    return assignment if title == assignment else f"{assignment}: {title}"


def alpha(found: numbers.Reliability) -> str:
    """Cronbach's alpha in words, with what it does not say."""
    if found.alpha is None:
        return "Cronbach's alpha needs at least three students with all marks, two exercises and some difference between students."
    said = (
        f"Cronbach's alpha is {found.alpha:.2f} ({found.students} students with all marks, {found.items} exercises); in classes drawn again from this one, "
        f"95 of 100 lie between {found.low:.2f} and {found.high:.2f}. "
        "Blank submissions raise it, and it says that the exercises go together, not that they ask the right thing."
    )
    few = f" With fewer than {numbers.FEW} students, take it and the correlations as hints only." if found.students < numbers.FEW else ""
    return said + few


def _students(count: int) -> str:
    return f"{count} student{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    """A share in per cent, or a dash where there is none."""
    return f"{share:.0%}" if pd.notna(share) else _NONE


def decimal(value: float | None) -> str:
    """A number with two decimals, or a dash where there is none."""
    return f"{value:.2f}".replace("-", "−") if value is not None and pd.notna(value) else _NONE


def _short(points: float) -> str:
    return f"{round(points, 2):g}"
