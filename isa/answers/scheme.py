"""Reads a mark scheme as authors write it: the SOLUTION region of a short answer. `docs/authors.md` explains the form.

Whatever is wrong is one error that names the line, what was found and what was expected.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from isa.answers.question import AnyOf, Claim, Day, Figure, MarkScheme, Point
from isa.yamlfile import FileError

KEYS = ("accept", "reject", "number", "name", "date", "about", "read")

_BEGIN, _END = "BEGIN SOLUTION", "END SOLUTION"
_HEADING = re.compile(r"#+\s*Mark scheme\s*:?", re.IGNORECASE)
_NEXT_MODEL = re.compile(r"-{3,}")
_BULLET = re.compile(r"(?P<indent>\s*)[-*+]\s+(?P<text>.*)")
_POINT = re.compile(r"\*\*\s*(?P<name>[\w.-]+)\s*\(\s*(?P<marks>[0-9]{1,6}(?:\.[0-9]{1,6})?)\s+points?\s*\)\s*\*\*(?P<says>.*)", re.DOTALL)
_ANY_OF = re.compile(r"\*\*\s*any\s+(?P<count>\S+)\s+of\s+(?P<names>[^*]+)\*\*\s*\.?", re.IGNORECASE)
_FIGURE = re.compile(
    r"(?P<value>[-−+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,18})(?:\.[0-9]{1,18})?)(?:\s*(?P<sign>%)|\s+(?P<unit>[^\s,0-9][^,]*))?"
    r"(?:\s*,\s*tolerance\s+(?P<tolerance>[0-9]{1,18}(?:\.[0-9]{1,18})?))?",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")

_POINT_FORM = "'- **P1 (1 point)** What has to be said'"
_ANY_OF_FORM = "'- **Any 2 of P3, P4, P5**'"

T = TypeVar("T")


class SchemeError(FileError):
    """A mark scheme is not as it should be; the message says in which line of the cell, what was found and what was expected."""


@dataclass
class _Bullet:
    """A bullet with the lines that continue it; `line` is where it starts."""

    line: int
    indented: bool
    text: str


@dataclass
class _Draft:
    """A point while its bullets are read."""

    line: int
    name: str
    marks: float
    says: str
    accept: list[str] = field(default_factory=list)
    reject: list[Claim] = field(default_factory=list)
    figures: list[tuple[Figure, ...]] = field(default_factory=list)
    names: list[tuple[str, ...]] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    about: tuple[str, ...] = ()
    read: str = ""

    def point(self) -> Point:
        required = tuple(self.figures), tuple(self.names), tuple(self.days)
        return Point(self.name, self.marks, self.says, tuple(self.accept), tuple(self.reject), *required, self.about, self.read)


def parse(text: str, marks: float | None = None, where: str = "") -> MarkScheme:
    """The mark scheme in the text of a cell, with or without the lines that begin and end its SOLUTION region.

    Args:
        text: the cell, or only the region.
        marks: what the cell is worth; the points have to add up to it.
        where: what an error calls the cell, for example "assignment-01, s1".

    Raises:
        SchemeError: it is not as `docs/authors.md` says; lines are counted in `text`, from 1.
    """
    return _Reader(where).scheme(text, marks)


class _Reader:
    """Reads one cell; holds what the cell is called in an error."""

    def __init__(self, where: str) -> None:
        self._where = where

    def error(self, line: int, message: str) -> SchemeError:
        return SchemeError(f"{self._where}{', ' if self._where else ''}line {line}: {message}")

    def scheme(self, text: str, marks: float | None) -> MarkScheme:
        lines = list(self._region(text))
        heading = next((at for at, (_, line) in enumerate(lines) if _HEADING.fullmatch(line.strip())), None)
        if heading is None:
            raise self.error(1, "found no heading '#### Mark scheme', expected one below the model answer")
        at = lines[heading][0]
        model = _models(lines[:heading])
        if not model:
            raise self.error(at, "found no model answer above the mark scheme, expected one in plain sentences")
        drafts: dict[str, _Draft] = {}
        groups: list[tuple[int, AnyOf]] = []
        for bullet in self._bullets(lines[heading + 1 :]):
            self._take(bullet, drafts, groups)
        if not drafts:
            raise self.error(at, f"found no marking point below the heading, expected {_POINT_FORM}")
        self._check_groups(groups, drafts)
        scheme = MarkScheme(tuple(draft.point() for draft in drafts.values()), model, tuple(group for _, group in groups))
        if marks is not None and not math.isclose(scheme.marks, marks, rel_tol=0, abs_tol=1e-9):
            raise self.error(at, f"found points that add up to {scheme.marks:g}, expected {marks:g}, what the cell is worth")
        return scheme

    def _region(self, text: str) -> Iterator[tuple[int, str]]:
        """The lines inside of the SOLUTION region, numbered; all of them where there is no such region."""
        lines = list(enumerate(text.split("\n"), 1))
        if not any(_BEGIN in line or _END in line for _, line in lines):
            yield from lines
            return
        begun = 0
        for number, line in lines:
            if _BEGIN in line:
                if begun:
                    raise self.error(number, f"found BEGIN SOLUTION again, expected the END SOLUTION of line {begun} first")
                begun = number
            elif _END in line:
                if not begun:
                    raise self.error(number, "found END SOLUTION, expected BEGIN SOLUTION before it")
                begun = 0
            elif begun:
                yield number, line
        if begun:
            raise self.error(begun, "found BEGIN SOLUTION without an end, expected a line '### END SOLUTION' below it")

    def _bullets(self, lines: list[tuple[int, str]]) -> Iterator[_Bullet]:
        last: _Bullet | None = None
        after_gap = False
        for number, line in lines:
            if not line.strip():
                after_gap = True
                continue
            if found := _BULLET.fullmatch(line.rstrip()):
                if last:
                    yield last
                last = _Bullet(number, bool(found["indent"]), found["text"].strip())
            elif last and (line[0].isspace() or not after_gap):  # as Markdown continues a bullet
                last.text = f"{last.text} {line.strip()}".strip()
            else:
                raise self.error(number, f"found {_short(line)}, expected a marking point: {_POINT_FORM}")
            after_gap = False
        if last:
            yield last

    def _take(self, bullet: _Bullet, drafts: dict[str, _Draft], groups: list[tuple[int, AnyOf]]) -> None:
        """Add what a bullet says to the point that it belongs to, or begin a point or a group with it."""
        if bullet.indented:
            if not drafts:
                raise self.error(bullet.line, f"found {_short(bullet.text)} before any point, expected {_POINT_FORM} above it")
            self._detail(bullet, list(drafts.values())[-1])
        elif re.match(r"\*\*\s*any\b", bullet.text, re.IGNORECASE):
            groups.append((bullet.line, self._any_of(bullet)))
        else:
            draft = self._point(bullet)
            if draft.name in drafts:
                raise self.error(bullet.line, f"found {draft.name} twice (first in line {drafts[draft.name].line}), expected another name")
            drafts[draft.name] = draft

    def _point(self, bullet: _Bullet) -> _Draft:
        found = _POINT.fullmatch(bullet.text)
        if not found:
            key = bullet.text.partition(":")[0].strip().lower()
            if key in KEYS:
                raise self.error(bullet.line, f"found {_short(bullet.text)} at the margin, expected it indented by two spaces, below its point")
            raise self.error(bullet.line, f"found {_short(bullet.text)}, expected {_POINT_FORM}, with its points in brackets")
        marks = float(found["marks"])
        if not marks:
            raise self.error(bullet.line, f"found {found['name']} with 0 points, expected more: what earns nothing is no marking point")
        says = found["says"].strip()
        if not says:
            raise self.error(bullet.line, f"found {found['name']} without a sentence, expected what has to be said: {_POINT_FORM}")
        return _Draft(bullet.line, found["name"], marks, says)

    def _any_of(self, bullet: _Bullet) -> AnyOf:
        found = _ANY_OF.fullmatch(bullet.text)
        if not found:
            raise self.error(bullet.line, f"found {_short(bullet.text)}, expected {_ANY_OF_FORM}")
        if not re.fullmatch(r"[1-9][0-9]?", found["count"]):
            raise self.error(bullet.line, f"found {_short(found['count'])}, expected how many points count, in digits: {_ANY_OF_FORM}")
        names = [name.strip() for name in re.split(r",|\band\b", found["names"]) if name.strip()]
        for name in names:
            if names.count(name) > 1:
                raise self.error(bullet.line, f"found {name} twice in one group, expected each point once")
        return AnyOf(int(found["count"]), tuple(names))

    def _check_groups(self, groups: list[tuple[int, AnyOf]], drafts: dict[str, _Draft]) -> None:
        taken: dict[str, int] = {}
        for line, group in groups:
            for name in group.points:
                if name not in drafts:
                    raise self.error(line, f"found {_short(name)}, which is no point of this scheme; {_nearest(name, list(drafts))}")
                if name in taken:
                    raise self.error(line, f"found {name}, which stands in the group of line {taken[name]} too; expected each point in one group at most")
                taken[name] = line
            if group.count > len(group.points):
                raise self.error(line, f"found any {group.count} of {len(group.points)} points, expected at most {len(group.points)}")

    def _detail(self, bullet: _Bullet, draft: _Draft) -> None:
        key, colon, text = (part.strip() for part in bullet.text.partition(":"))
        key = key.lower()
        if not colon:
            raise self.error(bullet.line, f"found {_short(bullet.text)}, expected a word and a colon, such as 'accept: a phrasing that earns the point'")
        if key not in KEYS:
            raise self.error(bullet.line, f"found {_short(key)}; {_nearest(key, list(KEYS))}")
        if not text:
            raise self.error(bullet.line, f"found {key!r} with nothing after it, expected text, or leave the line out")
        match key:
            case "accept":
                draft.accept.append(text)
            case "reject":
                draft.reject.append(self._claim(bullet.line, text))
            case "number":
                expected = "a number such as '13 members, tolerance 0', '33.3 per cent' or '1,234.5', or several that will do: '13 members | 44 members'"
                draft.figures.append(tuple(self._read(bullet.line, part, figure, expected) for part in text.split("|")))
            case "name":
                draft.names.append(self._names(bullet.line, text))
            case "date":
                draft.days.append(self._read(bullet.line, text, day, "a date that exists: 2014, 2014-12 or 2014-12-24"))
            case "about":
                if draft.about:
                    raise self.error(bullet.line, f"found 'about' twice for {draft.name}, expected one line with all its names: 'Togo | Togolese Republic'")
                draft.about = self._names(bullet.line, text)
            case "read":
                if draft.read:
                    raise self.error(bullet.line, f"found 'read' twice for {draft.name}, expected one place")
                draft.read = text

    def _claim(self, line: int, text: str) -> Claim:
        claim, arrow, feedback = (part.strip() for part in text.partition("=>"))
        if not (claim and arrow and feedback):
            raise self.error(line, f"found {_short(text)}, expected the claim, =>, and the sentence that its holder needs: 'reject: a claim => feedback'")
        return Claim(claim, feedback)

    def _names(self, line: int, text: str) -> tuple[str, ...]:
        names = tuple(part.strip() for part in text.split("|"))
        if not all(names):
            raise self.error(line, f"found {_short(text)}, expected a name, or several ways to write it: 'Togo | Togolese Republic'")
        return names

    def _read(self, line: int, text: str, form: Callable[[str], T | None], expected: str) -> T:
        found = form(text)
        if found is None:
            raise self.error(line, f"found {_short(text)}, expected {expected}")
        return found


def figure(text: str) -> Figure | None:
    """A number with its unit and tolerance, or None where the text is none.

    >>> figure("1,234.5 million dollars, tolerance 0.5")
    Figure(value=1234.5, unit='million dollars', tolerance=0.5)
    """
    found = _FIGURE.fullmatch(" ".join(text.split()))
    if not found:
        return None
    value = float(found["value"].replace(",", "").replace("−", "-"))
    return Figure(value, (found["sign"] or found["unit"] or "").strip(), float(found["tolerance"] or 0))


def day(text: str) -> Day | None:
    """A year, a month of a year or a day, or None where the text is none that exists.

    >>> day("2014-12")
    Day(year=2014, month=12, day=None)
    """
    found = _DAY.fullmatch(text.strip())
    parts = [int(part) for part in found.groups() if part] if found else [0]
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError:
        return None
    return Day(*parts)


def _models(lines: list[tuple[int, str]]) -> tuple[str, ...]:
    """The model answers: a line `---` stands between two."""
    models: list[list[str]] = [[]]
    for _, line in lines:
        if _NEXT_MODEL.fullmatch(line.strip()):
            models.append([])
        else:
            models[-1].append(line.rstrip())
    return tuple(text for text in ("\n".join(model).strip() for model in models) if text)


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word[:40], known, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(known)}"


def _short(text: str) -> str:
    """A text as an error shows it: on one line, in quotes."""
    line = " ".join(text.split())
    return repr(line if len(line) <= 60 else f"{line[:57]}…")
