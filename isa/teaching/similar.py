"""Finds submissions of an assignment that are worth reading together. Local, and only a reason to read: nothing here says who wrote what, or why.

Code is compared as overlapping runs of tokens in which the student's own names, strings and numbers are replaced; written answers as overlapping runs of
words. Runs that were handed out (in the assignment or a lesson), or that most of the class has, are removed; of the others, the rarer ones count more.
Every pair is compared through an index from runs to students, so that a class of 1,000 takes seconds; and the base rate, how alike pairs are on the
whole, comes with it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Literal

import numpy as np
from nbformat import NotebookNode
from numpy.typing import NDArray

Kind = Literal["code", "words"]

RUN: dict[Kind, int] = {"code": 10, "words": 4}  # tokens, words
FLOOR: dict[Kind, float] = {"code": 25.0, "words": 15.0}  # a text with fewer runs of its own is treated as if it had so many: little is soon alike
MOST = 0.5  # of the class: what more than this share has is removed
ALIKE = 0.4  # of what is left of the shorter submission: from here on, a pair is listed
ALIKE_IN_ONE = 0.8  # the same for one exercise alone
LONGEST = 40_000  # characters of one exercise that are compared

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\f]+|\\\r?\n|\#[^\n]*)
    |(?P<string>[rRbBfFuU]{0,2}(?:\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))
    |(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<end>\n\s*)
    |(?P<sign>\*\*=?|//=?|[=!<>:]=|->|[+\-*/%&|^@]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"[^\W_]+")
_PRIME = np.uint64(0x9E3779B97F4A7C15)

Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Work:
    """What one student wrote: (exercise, kind) -> text; `earlier` where it is of a class before this one."""

    student: str
    texts: Mapping[tuple[str, Kind], str] = field(hash=False)
    earlier: bool = False


@dataclass(frozen=True)
class Shared:
    """What two submissions share in one exercise: `alike`, 0 to 1, of the shorter one's runs that most of the class does not have."""

    exercise: str
    kind: Kind
    alike: float


@dataclass(frozen=True)
class Pair:
    """Two submissions to read together: `alike` over the whole, how many of all pairs are at least as alike (`as_alike`), and in what, the most first."""

    one: str
    other: str
    alike: float
    as_alike: int
    shared: tuple[Shared, ...]


@dataclass(frozen=True)
class Comparison:
    """All pairs of a class: those to read together, the most alike first, and `alike` of every pair, the smallest first."""

    submissions: int
    pairs: tuple[Pair, ...]
    alike: NDArray[np.float32] = field(hash=False)
    removed: Mapping[tuple[str, Kind], frozenset[int]] = field(hash=False)


def work(student: str, notebook: NotebookNode, earlier: bool = False) -> Work:
    """The texts of a notebook whose cells are in order: solution cells, and what the student added below each of them."""
    texts: dict[tuple[str, Kind], list[str]] = {}
    exercise = ""
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader") or {}
        if marks.get("solution") or marks.get("task"):
            exercise = str(marks.get("grade_id", ""))
        if marks and not marks.get("solution"):
            continue
        kind: Kind = "code" if cell.cell_type == "code" else "words"
        texts.setdefault((exercise, kind), []).append(cell.source)
    return Work(student, {key: "\n".join(parts)[:LONGEST] for key, parts in texts.items()}, earlier)


def compare(works: Sequence[Work], handed_out: Iterable[NotebookNode] = ()) -> Comparison:
    """Compare every two submissions; deterministic, in the order of the students' ids.

    Args:
        works: one for each student.
        handed_out: notebooks whose text is nobody's own: the student version and the lessons.
    """
    works = sorted(works, key=lambda one: one.student)
    given = _given(handed_out)
    size = len(works)
    together, own = np.zeros((size, size), np.float32), np.zeros(size, np.float32)
    found: dict[tuple[int, int], list[Shared]] = {}
    units: dict[tuple[str, Kind], tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
    removed: dict[tuple[str, Kind], frozenset[int]] = {}
    for key in sorted({key for one in works for key in one.texts}):
        shared, total, common = _unit([_runs(one.texts.get(key, ""), key[1])[0] for one in works], given[key[1]])
        units[key], removed[key] = (shared, total), common | frozenset(given[key[1]].tolist())
        together += shared
        own += total
    whole = together / np.maximum(np.minimum(own[:, None], own[None, :]), max(FLOOR.values()))
    # Each pair once, and none of an earlier class alone.
    earlier = np.array([one.earlier for one in works], dtype=bool)
    asked = np.triu(~(earlier[:, None] & earlier[None, :]), 1)
    alike = np.sort(whole[asked])
    listed = {(int(i), int(j)) for i, j in np.argwhere(asked & (whole >= ALIKE))}
    for (exercise, kind), (shared, total) in units.items():
        here = shared / np.maximum(np.minimum(total[:, None], total[None, :]), FLOOR[kind])
        listed |= {(int(i), int(j)) for i, j in np.argwhere(asked & (here >= ALIKE_IN_ONE))}
        for i, j in np.argwhere(asked & (here >= ALIKE / 2)):
            found.setdefault((int(i), int(j)), []).append(Shared(exercise, kind, min(1.0, float(here[i, j]))))
    pairs = []
    for i, j in listed:
        value = float(whole[i, j])
        parts = tuple(sorted(found.get((i, j), ()), key=lambda part: (-part.alike, part.exercise)))
        pairs.append(Pair(works[i].student, works[j].student, min(1.0, value), len(alike) - int(np.searchsorted(alike, value - 1e-6)), parts))
    pairs.sort(key=lambda pair: (-pair.alike, -max((part.alike for part in pair.shared), default=0.0), pair.one, pair.other))
    return Comparison(size, tuple(pairs), alike, removed)


def base_rates(found: Comparison) -> dict[str, float]:
    """How alike pairs are on the whole: the `alike` that half of all pairs, 95, 99 and 99.9 in 100 do not exceed."""
    if not len(found.alike):
        return {}
    return {name: float(np.quantile(found.alike, share)) for name, share in (("half", 0.5), ("95 in 100", 0.95), ("99 in 100", 0.99), ("999 in 1,000", 0.999))}


def groups(pairs: Iterable[Pair]) -> list[tuple[str, ...]]:
    """Three or more submissions that hang together by pairs that are alike over the whole, the largest group first."""
    of: dict[str, set[str]] = {}
    for pair in pairs:
        if pair.alike >= ALIKE:
            joined = of.get(pair.one, {pair.one}) | of.get(pair.other, {pair.other})
            of |= dict.fromkeys(joined, joined)
    found = {tuple(sorted(group)) for group in of.values() if len(group) > 2}
    return sorted(found, key=lambda group: (-len(group), group))


def passages(one: Work, other: Work, key: tuple[str, Kind], removed: frozenset[int]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where the two texts of an exercise share runs that are not removed: places of characters, from and to, in each of them."""
    read = [_runs(text.texts.get(key, ""), key[1]) for text in (one, other)]
    both = set(read[0][0].tolist()).intersection(read[1][0].tolist()) - removed
    return _marked(*read[0], both, RUN[key[1]]), _marked(*read[1], both, RUN[key[1]])


def tokens(code: str) -> list[tuple[str, int, int]]:
    """The tokens of code with their places: own names, strings and numbers replaced; comments and blanks left out. Any text will do.

    >>> [token for token, _, _ in tokens('total = frame.sum() + 2  # all')]
    ['name', '=', 'frame', '.', 'sum', '(', ')', '+', 'number']
    """
    found = [(match.lastgroup or "", match.group(), match.start(), match.end()) for match in _TOKEN.finditer(code) if match.lastgroup != "skip"]
    own = _own_names([(kind, text) for kind, text, _, _ in found])
    read: list[tuple[str, int, int]] = []
    for kind, text, start, end in found:
        if kind == "end":
            continue
        replaced = kind if kind in ("string", "number") else "name" if kind == "name" and text in own and not iskeyword(text) else text
        read.append((replaced, start, end))
    return read


def _own_names(found: Sequence[tuple[str, str]]) -> set[str]:
    """Names that code binds, as far as its tokens (kind and text) tell: targets, parameters, what `def`, `class`, `for` and `as` name.

    It need not be Python.
    """
    own: set[str] = set()
    targets: list[str] | None = []  # names since the line began, as long as nothing but commas stands between them
    depth, header = 0, ""  # the brackets around a token; whether parameters or the targets of a `for` are being named
    before = ""
    for (kind, text), (_, after) in zip(found, [*found[1:], ("end", "")], strict=False):
        if kind == "end":
            targets, header = ([], "") if depth == 0 else (None, header)
        elif text in ("(", "[", "{"):
            depth += 1
            header = "parameters" if header == "named" else header
        elif text in (")", "]", "}"):
            depth = max(0, depth - 1)
            header = "" if header == "parameters" and depth == 0 else header
        elif text in ("def", "for", "lambda"):
            header = {"def": "def", "for": "for", "lambda": "lambda"}[text]
        elif (header == "for" and text == "in") or (header == "lambda" and text == ":"):
            header = ""
        elif kind == "name":
            named = header == "for" or (header in ("parameters", "lambda") and before in ("(", ",", "*", "**", "lambda"))
            if named or before in ("def", "class", "as") or after == ":=":
                own.add(text)
            header = "named" if header == "def" else header
            if targets is not None and before in ("", ",") and depth == 0:
                targets.append(text)
        if depth == 0 and targets is not None and kind != "end":
            if text == "=":
                own.update(targets)
            elif kind != "name" and text != ",":
                targets = None
        before = "" if kind == "end" else text
    return own


def _runs(text: str, kind: Kind) -> tuple[Hashes, list[tuple[int, int]]]:
    """The hash of each run of a text, and where each token stands."""
    read = tokens(text) if kind == "code" else [(match.group().casefold(), match.start(), match.end()) for match in _WORD.finditer(text)]
    length = RUN[kind]
    values = np.array([zlib.crc32(token.encode("utf-8", "surrogatepass")) for token, _, _ in read], dtype=np.uint64)
    count = len(values) - length + 1
    spans = [(start, end) for _, start, end in read]
    if count <= 0:
        return np.zeros(0, np.uint64), spans
    hashes = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        for at in range(length):
            hashes = (hashes ^ (hashes >> np.uint64(29))) * _PRIME + values[at : at + count]
    return hashes, spans


def _given(notebooks: Iterable[NotebookNode]) -> dict[Kind, Hashes]:
    """The runs of what was handed out."""
    found: dict[Kind, list[Hashes]] = {"code": [], "words": []}
    for notebook in notebooks:
        for cell in notebook.cells:
            kind: Kind = "code" if cell.cell_type == "code" else "words"
            found[kind].append(_runs(cell.source, kind)[0])
    return {kind: np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.uint64) for kind, parts in found.items()}


def _unit(runs: Sequence[Hashes], given: Hashes) -> tuple[NDArray[np.float32], NDArray[np.float32], frozenset[int]]:
    """One exercise: weight that each two students share, weight that each has, and the runs that most of the class has."""
    size = len(runs)
    shared, total = np.zeros((size, size), np.float32), np.zeros(size, np.float32)
    hashes, which = np.unique(np.concatenate(runs), return_inverse=True)
    students = np.repeat(np.arange(size), [len(own) for own in runs])
    # Each run once for a student, in the order of the runs; what was handed out is nobody's.
    once = np.unique(which * size + students)
    once = once[~np.isin(hashes, given)[once // size]]
    which, students = once // size, (once % size).astype(np.int32)
    often = np.bincount(which, minlength=len(hashes))
    wrote = len(np.unique(students))
    if not wrote:
        return shared, total, frozenset()
    kept = often <= max(2.0, MOST * wrote)
    rarity = np.log(wrote / np.maximum(often, 1)) / np.log(wrote / 2) if wrote > 2 else np.ones(len(hashes))
    weights = np.where(kept, np.minimum(1.0, rarity), 0.0)
    np.add.at(total, students, weights[which])
    starts = np.concatenate([[0], np.cumsum(often)])
    lists: dict[bytes, float] = {}
    for at in np.flatnonzero(kept & (often >= 2)):
        # A passage gives many runs with the same students: they are added up first.
        key = students[starts[at] : starts[at + 1]].tobytes()
        lists[key] = lists.get(key, 0.0) + float(weights[at])
    for key, weight in lists.items():
        places = np.frombuffer(key, np.int32)
        shared[np.ix_(places, places)] += weight
    np.fill_diagonal(shared, 0)
    return shared, total, frozenset(hashes[~kept].tolist())


def _marked(hashes: Hashes, spans: list[tuple[int, int]], both: set[int], length: int) -> list[tuple[int, int]]:
    covered: list[tuple[int, int]] = []
    for at in (at for at, value in enumerate(hashes.tolist()) if value in both):
        start, end = spans[at][0], spans[at + length - 1][1]
        if covered and start <= covered[-1][1]:
            covered[-1] = (covered[-1][0], max(end, covered[-1][1]))
        else:
            covered.append((start, end))
    return covered
