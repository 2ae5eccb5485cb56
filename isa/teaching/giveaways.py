"""Searches files that students may read for what they may not: solutions, hidden tests, mark schemes, specimens, words and addresses of students.

Text is compared by its words, so that quotes, line breaks and markup hide nothing. What a lesson teaches may return in a solution, line by line; so in lessons,
and in other assignments, only several lines of one hidden cell together give something away. Everywhere else a single line does.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml

from isa.grading import roster
from isa.grading.course import Course
from isa.grading.leaks import MARKERS, secrets_by_cell

PRIVATE = ("source", "gradebook", "submitted", "autograded", "feedback", "exchange", "specimens")  # folders that no student's copy has
_TAUGHT = ("notebooks", "isa/study")  # lessons, their checkpoints and their explorers
_SHARE = 0.5  # of a hidden cell's lines, from which on a lesson gives the cell away
_KEY = 4  # words by which a secret is looked for first
_FEW = 5  # with fewer words, a line is looked for as it stands
_LONG = 8  # words from which on a specimen is nobody's but its author's
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Secret:
    """Something to be looked for.

    Attributes:
        what: what it is, in words.
        assignment: of which it is; empty where of none.
        line: it, as it stands.
        words: its words, by which it is looked for; none where only the line as it stands gives it away.
        cell: of which notebook and cell it is; empty where of none.
        lines: how many secret lines that cell has.
    """

    what: str
    assignment: str
    line: str
    words: tuple[str, ...] = ()
    cell: str = ""
    lines: int = 0


def secrets(course: Course) -> list[Secret]:
    """All that a course must not give away."""
    found: list[Secret] = []
    public = {path.stem: _spoken(path) for path in sorted((course.root / "release").glob("*/*.ipynb"))}
    for path in sorted((course.root / "source").glob("*/*.ipynb")):
        for cell, lines in secrets_by_cell(path).items():
            what = f"a line of a solution, hidden test or mark scheme of {path.stem} ({cell})"
            found += [_line(what, path.stem, line, public.get(path.stem, ""), f"{path.stem} {cell}", len(lines)) for line in lines]
    texts: list[tuple[Path, str]] = []
    for path in [*sorted(course.gradebook.glob("specimens/*.yml")), *sorted((course.root / "tests" / "specimens").glob("*.yml"))]:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        texts += [(path, text) for text in _texts(content)]
    for path in sorted(course.gradebook.glob("specimens/decisions/*.jsonl")):
        written = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        texts += [(path, text) for text in _texts(written)]
    everything = " ".join(public.values())
    for path, text in texts:
        words = tuple(_words(text))
        # A specimen may be the question itself, handed back.
        if len(words) >= _LONG and f" {' '.join(words)} " not in everything:
            found.append(Secret(f"a specimen or an answer of {path.stem}", path.stem, text, words))
    return found


def addresses(course: Course) -> list[str]:
    """The e-mail addresses of the class."""
    path = course.gradebook / "roster.csv"
    return [one.email for one in roster.read(path).values() if "@" in one.email] if path.is_file() else []


def given_away(hidden: Iterable[Secret], emails: Iterable[str], folder: Path, files: Iterable[Path]) -> list[str]:
    """A sentence for each thing that files below `folder` give away."""
    by_key: dict[tuple[str, ...], list[Secret]] = defaultdict(list)
    by_line: dict[str, list[Secret]] = defaultdict(list)
    for secret in hidden:
        if secret.words:
            by_key[secret.words[:_KEY]].append(secret)
        else:
            by_line[secret.line].append(secret)
    known = [email for email in emails if email]
    found = []
    for path in sorted(files):
        name = path.relative_to(folder).as_posix()
        private = next((part for part in path.relative_to(folder).parts if part in PRIVATE), "")
        if private:
            found.append(f"{name}: lies in a folder called {private}")
        text = _text(path)
        if path.suffix != ".py":  # the package names the marks by which it knows them
            found += [f"{name}: holds the marker {marker!r}" for marker in MARKERS if marker in text]
        found += [f"{name}: holds a student's e-mail address, {email}" for email in known if email in text]
        there = [one for line in dict.fromkeys(line.strip() for line in text.splitlines()) for one in by_line.get(line, ())]
        there += list(dict.fromkeys(_among(by_key, _words(text))))
        found += [f"{name}: holds {one.what}: {_short(one.line)!r}" for one in _counts(there, name)]
    return found


def _counts(there: list[Secret], name: str) -> list[Secret]:
    """Those of the secrets found in a file that give something away where it lies."""
    together: dict[str, int] = defaultdict(int)
    for one in there:
        together[one.cell] += 1

    def by_right(one: Secret) -> bool:
        elsewhere = name.startswith("release/") and not name.startswith(f"release/{one.assignment}/")
        taught = elsewhere or any(name.startswith(f"{place}/") for place in _TAUGHT)
        return bool(one.cell) and taught and not (together[one.cell] >= 2 and together[one.cell] >= _SHARE * one.lines)

    return [one for one in there if not by_right(one)]


def _among(by_key: dict[tuple[str, ...], list[Secret]], words: list[str]) -> Iterator[Secret]:
    for at, key in enumerate(zip(*(words[shift:] for shift in range(_KEY)), strict=False)):
        if key in by_key:
            yield from (one for one in by_key[key] if tuple(words[at : at + len(one.words)]) == one.words)


def _text(path: Path) -> str:
    """What a file says; of a notebook, everything that its JSON holds as text."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".ipynb":
        try:
            return "\n".join(_strings(nbformat.reads(text, as_version=4)))
        except Exception:  # no notebook in spite of its name: searched as it stands
            return text
    return text


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        for value in node:
            yield from _strings(value)


def _texts(node: Any) -> Iterator[str]:
    """The answers and the wrong code in a file of specimens or decisions."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in ("answer", "code") and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def _line(what: str, assignment: str, line: str, public: str, cell: str, lines: int) -> Secret:
    """A hidden line; where the student version says the same in other signs, or it has few words, only as it stands."""
    words = tuple(_words(line))
    plain = len(words) < _FEW or f" {' '.join(words)} " in public
    return Secret(what, assignment, line, () if plain else words, cell, lines)


def _spoken(path: Path) -> str:
    return f" {' '.join(_words(_text(path)))} "


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _short(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
