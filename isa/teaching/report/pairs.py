"""The page on submissions to read together: base rates first, then the pairs, each with its passages side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import nbformat
import pandas as pd
from markupsafe import Markup, escape
from nbformat import NotebookNode

from isa.grading import reading
from isa.grading.course import Course, CourseError, Submission
from isa.grading.repair import repair
from isa.grading.runner import Progress
from isa.teaching import similar
from isa.teaching.report import page, pictures
from isa.teaching.report.page import Section, SideBySide, Table
from isa.teaching.similar import Comparison, Pair, Work

READ_FIRST = (
    "Alike is a reason to read two submissions together, and nothing more. "
    "People who work side by side, use the same source or solve a short task in the usual way write alike. "
    "What a program counts says nothing about who wrote what, or whether it was allowed: read both, think of what the course allows, and then ask."
)
HOW = (
    "Compared are runs of tokens of code, with own names, strings and numbers replaced, and runs of words. What was handed out, or what more than half of "
    "the class has, does not count; of the rest, rare runs count more. Alike is the share of this that two submissions have in common, of the shorter one."
)
_SHOWN = 3  # exercises of a pair that are shown side by side


def works(course: Course, assignment: str, submissions: list[Submission], progress: Progress, earlier: bool = False) -> tuple[list[Work], list[str]]:
    """What was handed in, its cells put right as for grading; and a line for each submission that cannot be read.

    Raises:
        CourseError: there is no student version.
    """
    released = _released(course, assignment)
    found, problems = [], []
    for submission in progress(submissions, len(submissions)):
        if reason := submission.why_unreadable():
            problems.append(f"{submission.student}: {reason}")
            continue
        notebook, _ = reading.read(submission.notebook)
        repair(notebook, released)
        found.append(similar.work(f"earlier: {submission.student}" if earlier else submission.student, notebook, earlier))
    return found, problems


def handed_out(course: Course, assignment: str) -> list[NotebookNode]:
    """The student version and the lessons: what stands in them is nobody's own.

    Raises:
        CourseError: there is no student version.
    """
    lessons = []
    for path in sorted((course.root / "notebooks").glob("*.ipynb")):
        try:
            lessons.append(reading.read(path)[0])
        except (reading.Unreadable, OSError):  # a lesson that somebody broke is no reason to compare nothing
            continue
    return [_released(course, assignment), *lessons]


def made(assignment: str, found: Comparison, written: list[Work], names: Mapping[str, str], top: int, now: datetime) -> str:
    """The page, with the `top` pairs that are most alike."""
    texts = {work.student: work for work in written}
    names = {student: _isolated(name) for student, name in names.items()}
    first = Section("pairs", "Pairs to read together", [READ_FIRST, base(found)])
    if len(found.alike):
        first.pictures = [pictures.histogram(100 * pd.Series(found.alike).clip(upper=1), 100, "alike", "per cent", of="pairs")]
    shown = found.pairs[:top]
    if shown:
        first.tables = [Table(said(found, top), ["Pair", "Alike", "Pairs that are so alike", "Most alike in"], rows(shown, names, found), frozenset({1, 2}))]
        groups = [(f"{len(group)}", ", ".join(names.get(student, student) for student in group)) for group in similar.groups(found.pairs)]
        first.tables += [Table("Groups of three or more that hang together by such pairs", ["Size", "Submissions"], groups)] if groups else []
    else:
        first.text.append("No pair stands out.")
    parts = [first, *(_beside(number, pair, found, texts, names) for number, pair in enumerate(shown, 1))]
    parts.append(Section("how", "How this was counted", [HOW]))
    return page.rendered(f"{assignment}: submissions to read together", "For instructors", parts, now, private=True)


def base(found: Comparison) -> str:
    """The base rates in a sentence."""
    rates = similar.base_rates(found)
    if not rates:
        return "There are no two submissions to compare."
    told = ", ".join(f"{name} at most {rate:.0%}" for name, rate in rates.items())
    return f"Of {len(found.alike):,} pairs of {found.submissions:,} submissions, {told} alike."


def said(found: Comparison, top: int) -> str:
    """How many pairs there are, and how many of them are shown."""
    count = len(found.pairs)
    return f"{count:,} pair{'' if count == 1 else 's'} at least {similar.ALIKE:.0%} alike, or {similar.ALIKE_IN_ONE:.0%} in one exercise" + (
        f"; the first {top} are shown" if count > top else ""
    )


def together(found: Comparison) -> str:
    """How many groups of three or more hang together by such pairs, in a sentence; empty where there is none. A large group fills a list of pairs by itself."""
    sizes = [len(group) for group in similar.groups(found.pairs)]
    if not sizes:
        return ""
    many = f"{len(sizes)} group{' of three or more hangs' if len(sizes) == 1 else 's of three or more hang'} together by such pairs"
    return f"{many}, the largest with {sizes[0]} submissions; the page names them."


def rows(pairs: tuple[Pair, ...], names: Mapping[str, str], found: Comparison) -> list[tuple[str, str, str, str]]:
    """A row for each pair: the names, how alike, how many pairs are, and in what."""
    return [
        (
            _pair(pair, names),
            f"{pair.alike:.0%}",
            f"{pair.as_alike:,} of {len(found.alike):,}",
            ", ".join(f"{s.exercise or 'before the first exercise'} ({s.kind}, {s.alike:.0%})" for s in pair.shared[:4]),
        )
        for pair in pairs
    ]


def as_table(found: Comparison) -> pd.DataFrame:
    """All pairs as a table: `one`, `other`, `alike`, `as_alike` (pairs), `most_alike_in`."""
    listed = [(p.one, p.other, p.alike, p.as_alike, ", ".join(f"{s.exercise} ({s.kind})" for s in p.shared)) for p in found.pairs]
    return pd.DataFrame(listed, columns=["one", "other", "alike", "as_alike", "most_alike_in"])


def _released(course: Course, assignment: str) -> NotebookNode:
    path = course.release(assignment)
    if not Path(path).is_file():
        raise CourseError(f"{assignment}: there is no student version to subtract; run isa release {assignment}")
    return nbformat.read(path, as_version=4)


def _beside(number: int, pair: Pair, found: Comparison, texts: Mapping[str, Work], names: Mapping[str, str]) -> Section:
    part = Section(f"pair-{number}", f"{number}. {_pair(pair, names)}: {pair.alike:.0%} alike")
    one, other = texts[pair.one], texts[pair.other]
    for shared in pair.shared[:_SHOWN]:
        key = (shared.exercise, shared.kind)
        places = similar.passages(one, other, key, found.removed.get(key, frozenset()))
        marked = tuple(_marked(work.texts.get(key, ""), own) for work, own in zip((one, other), places, strict=True))
        title = f"{shared.exercise or 'Before the first exercise'}, {shared.kind}: {shared.alike:.0%} alike"
        part.texts.append(SideBySide(title, (names.get(pair.one, pair.one), names.get(pair.other, pair.other)), (marked[0], marked[1])))
    return part


def _marked(text: str, places: list[tuple[int, int]]) -> Markup:
    pieces, at = [], 0
    for start, end in places:
        pieces += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])


def _isolated(name: str) -> str:
    """A name that is written from right to left, set apart: else it would pull the words and figures around it with it."""
    return f"\u2068{name}\u2069" if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in name) else name


def _pair(pair: Pair, names: Mapping[str, str]) -> str:
    return f"{names.get(pair.one, pair.one)} and {names.get(pair.other, pair.other)}"
