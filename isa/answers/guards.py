"""What is seen of an answer before any model reads it: nothing to mark, something that only a person should judge, or an answer like any other.

A guard never gives marks. Each rule was set on the answers of `gradebook/specimens` and of asag-train alone, so that next to none of those is stopped.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

from isa.answers.question import MarkScheme
from isa.answers.text import FUNCTION_WORDS, clauses, content, looks_mixed, normalise, stem, words

READ = 12_000  # characters that are looked at; what is longer is for a person anyway
LONGEST = 3_000  # characters
MOST_WORDS = 250
_RUN, _QUOTED = 5, 8  # words in a row that are no accident, and words of an answer that is no more than a quotation

_each = str.split

_ENGLISH = FUNCTION_WORDS | set(
    _each("in is or as a on an at so we he me to do no us per data men him sons ones fan die war den also bin was last art not note date come")
)
_LANGUAGES = (Path(__file__).parent / "data" / "languages.txt").read_text(encoding="utf-8")
_PROFILES = [frozenset(word for word in words(line.partition(":")[2]) if len(word) > 1) - _ENGLISH for line in _LANGUAGES.splitlines()[2:]]

_MARKS = r"(?:marks?|points?|credits?|scores?|grades?)"
_FULL = r"(?:full|maximum|max|all|top|highest|perfect|best|\d+)"
_GRADER = r"(?:grader|marker|examiner|teacher|instructor|professor|evaluator|assistant|tutor|ai)"
_ABOUT_MARKS = re.compile(
    rf"""
      \b (?:ignore|disregard|forget|override|bypass|skip) \b .{{0,40}}
        \b (?:previous|above|prior|earlier|preceding|instructions?|rubric|scheme|system|guidelines|prompt) \b
    | \b (?:instructions?|note|message|attention|memo) \s+ (?:to|for) \s+ (?:the\s+)? (?:{_GRADER}|model|system) \b
    | \b (?:award|assign|grant|give|deserves?|earns?|receives?|gets?) \b .{{0,30}} \b {_FULL} \s+ (?:of\s+)? (?:the\s+|available\s+|possible\s+)* {_MARKS} \b
    | \b (?:full|maximum|perfect|top|highest) \s+ (?:marks?|credits?|scores?|grades?) \b
    | \b (?:mark(?:ing)?\s+scheme|rubric|answer\s+key|auto-?grad(?:er|ing)|language\s+model|chat\s?gpt|gpt-?\d|llm|system\s+prompt) \b
    | \b (?:reference|model) \s+ answer \b
    | \b grading \s+ (?:system|algorithm|policy|script|model) \b
    | \b (?:dear|hello|hi|hey) \s+ (?:{_GRADER}|sir|madam) \b | \b the \s+ {_GRADER} \s+ (?:should|must|will|can|may|has|is|ought) \b
    | \b (?:please|kindly) \s+ (?:give|accept|mark|grade|award|score|pass|consider|rate|be\s+(?:kind|generous|nice)) \b
    | \b as \s+ an? \s+ ai \b | \b ai \s+ (?:assistant|model|grader|marker) \b
    | \b (?:this|my|the\s+(?:above|following|student'?s?)) \s+ (?:answer|response|submission|solution) \b .{{0,30}}
        \b (?:correct|right|full|complete|perfect|accepted|deserves?|excellent|meets|satisfies) \b
    | \b (?:mark|grade|score|rate|consider|treat|count) \s+ (?:this|it|me|my\s+answer|the\s+answer) \s+ (?:\w+\s+)? (?:as|with|at) \b .{{0,15}}
        \b (?:correct|right|full|met|true|complete|\d)
    | \b (?:all|every|each) \s+ (?:the\s+)? (?:marking\s+|rubric\s+)? (?:points?|criteria|criterion) \s+ (?:are|is|were|was|have\s+been|has\s+been) \s+
        (?:fully\s+)? (?:met|satisfied|covered|fulfilled|awarded) \b
    | \b (?:marks?|points?|score|grade) \s* [:=] \s* \d | \b P\d \s* [:=]? \s* \(? (?:met|full|awarded|1\s+point|true) \b
    | \b needs_review \b | <\|?\w*(?:system|user|assistant|im_start)\w*\|?> | \[/?INST\] | ^ \s* (?:system|assistant|user) \s* :
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_MARKUP = re.compile(
    r"<\s*/?\s*(?:script|style|img|iframe|svg|object|embed|input|form|link|meta|video|audio|canvas|table|a|html|body|head|math|template)\b"
    r"|<!--|!\[|data:\w+/|\battachment:|javascript:|\\(?:begin|frac|text|sum)\b",
    re.IGNORECASE,
)
_BASE64 = re.compile(r"(?=[A-Za-z0-9+/]{0,200}\d)(?=[A-Za-z0-9+/]{0,200}[A-Z])[A-Za-z0-9+/]{60,}|\w{45,}")
_CODE = re.compile(
    r"^\s*(?:def\s+\w+\s*\(|class\s+\w+\s*[:(]|import\s+\w+\s*$|from\s+\w+(?:\.\w+)*\s+import\b|for\s+\w+\s+in\s+.{1,60}:\s*$|if\s+.{1,60}:\s*$)"
    r"|^\s*(?:return\s+\S+\s*$|```|\#include|SELECT\s.{1,80}\sFROM\s)"
    r"|\b\w+\.\w+\([^()\n]{0,80}\)|\bprint\s*\(|\w\[[\"']\w+[\"']\]|[=!]==?\s*\w+\s*(?:&&|\|\|)|\blambda\s+\w+\s*:|\w+\s*\([^()\n]{0,40}\)\s*\{|\}\s*;?\s*$",
    re.MULTILINE,
)
_HIDDEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
_INVISIBLE = re.compile(rf"(?<=[^\W\d_])[{_HIDDEN}]+(?=[^\W\d_])|[\u202a-\u202e\u2066-\u2069]")
_NOTED = re.compile(r"[=+/<>()]|->|:(?=\s)|\bvs\b")  # what people put in notes instead of small words
_LIST = re.compile(r"(?:\b[a-z][\w'-]*, ){6}")  # names in a list begin with a capital
_STOPS = re.compile(r"[.!?;](?=\s|$)")

# What no sentence has: a word of the first kind right before one of the second. "a" is left out: it is also a name, as in "bulb A is".
_DISORDER = """
an the its their my our your every : of in on at by for from to with and or but is are was were be been has have had that this which because as than they he she
an the its their my our your every : we a an the does do not if so
of in on at by for from with into per : of for by is are was were has have had be does do and or but than so if because per
to : of for by is are was were has had does and or but than so if because per in on
is are was were has have had : is are was were has have had and or but does do
and or but : and or of
"""
_NEVER = frozenset(
    (a, b) for line in _DISORDER.strip().splitlines() for before, _, after in [line.partition(":")] for a in before.split() for b in after.split()
)


@dataclass(frozen=True)
class Guard:
    """What is to become of an answer.

    Attributes:
        verdict: "empty" (surely nothing to mark), "review" (for a person), or "pass".
        why: for a review, the reasons, as keys of the message catalogue: language, script, long, about_marks, salad, copied, markup.
        text: the answer as `isa.answers.text.normalise` leaves it, cut where nobody reads on.
    """

    verdict: Literal["empty", "review", "pass"]
    why: tuple[str, ...]
    text: str


def look(answer: str, question: str, scheme: MarkScheme) -> Guard:
    """Look at an answer to a question (its prompt). Never raises, and takes no longer for a megabyte than for what it reads of it."""
    raw = answer.strip()
    head = raw[:READ]
    text = normalise(head)
    tokens = words(text)
    copied = _copied(tokens, question, scheme)
    why = {
        "long": len(raw) > LONGEST or len(tokens) > MOST_WORDS,
        "markup": bool(_MARKUP.search(head) or _BASE64.search(text) or len(_CODE.findall(head)) >= 2),
        "script": _script(head, text),
        "about_marks": bool(_ABOUT_MARKS.search(text) or _ABOUT_MARKS.search(head)),
        "language": _foreign(text),
        "salad": _salad(text, tokens),
        "copied": copied == "partly",
    }
    reasons = tuple(reason for reason, holds in why.items() if holds)
    if not (why["long"] or why["markup"] or why["script"]) and (copied == "wholly" or not tokens):
        return Guard("empty", (), text)
    return Guard("review" if reasons else "pass", reasons, text)


def _script(raw: str, text: str) -> bool:
    """Whether letters hide (lookalikes in Latin words, invisible ones between letters) or belong to another script."""
    if raw.isascii():
        return False
    if _INVISIBLE.search(raw) or looks_mixed(raw):
        return True
    letters = [c for c in text if c.isalpha()]
    foreign = sum(not unicodedata.name(c, "LATIN").startswith("LATIN") for c in letters if not c.isascii())
    return foreign > 3 or foreign > 0.1 * len(letters)


def _foreign(text: str) -> bool:
    return any(_foreign_tongue(words(part.text)) for part in clauses(text)) or _foreign_tongue(words(text))


def _foreign_tongue(tokens: list[str]) -> bool:
    if len(tokens) < 4:
        return False
    english = sum(word in _ENGLISH for word in tokens)
    heard = max(sum(word in profile for word in tokens) for profile in _PROFILES)
    return heard >= 2 and heard > english and heard >= 0.15 * len(tokens)


def _salad(text: str, tokens: list[str]) -> bool:
    """Whether words are heaped up: without the small words of sentences or the marks of notes, in an order that no sentence has, or over and over."""
    if re.search(r"([^\W_])\1{9,}", text):
        return True
    small = sum(word in FUNCTION_WORDS for word in tokens)
    if len(tokens) < 8:
        return len(tokens) >= 5 and not small and not _NOTED.search(text) and not _STOPS.search(text)
    if _LIST.search(text):
        return True
    if small < 0.12 * len(tokens) and len(_NOTED.findall(text)) < 0.1 * len(tokens) and len(_STOPS.findall(text)) < len(tokens) / 8:
        return True
    broken = sum(pair in _NEVER for pair in pairwise(tokens))
    if broken >= 2 and broken >= 0.04 * len(tokens):
        return True
    threes = list(zip(tokens, tokens[1:], tokens[2:], strict=False))
    return len(tokens) >= 20 and len(set(threes)) < 0.45 * len(threes)


def _copied(tokens: list[str], question: str, scheme: MarkScheme) -> Literal["wholly", "partly", "not"]:
    """Whether the answer is the question again. A run of words that an accepted phrasing has too is not the question's alone."""
    asked, runs = _asked(question, scheme)
    mine = [False] * len(tokens)
    for at in range(len(tokens) - _RUN + 1):
        if tuple(tokens[at : at + _RUN]) in runs:
            mine[at : at + _RUN] = [True] * _RUN
    new = {stem(word) for word, taken in zip(tokens, mine, strict=True) if not taken} & {stem(word) for word in content(tokens)}
    if len(tokens) < _QUOTED or sum(mine) < 0.6 * len(tokens) or new - asked.keys():
        return "not"
    # A part of the question may be an answer: where it offers several to choose from.
    return "wholly" if all(mine) and len(tokens) >= 0.5 * sum(asked.values()) else "partly"


@lru_cache(maxsize=256)
def _asked(question: str, scheme: MarkScheme) -> tuple[Counter[str], set[tuple[str, ...]]]:
    """The stems of the question, and its runs of words that no accepted phrasing has."""
    tokens = words(question[:READ])
    theirs = [*(phrase for point in scheme.points for phrase in (point.says, *point.accept)), *scheme.model]
    return Counter(map(stem, tokens)), _runs(tokens) - {run for phrase in theirs for run in _runs(words(phrase))}


def _runs(tokens: list[str]) -> set[tuple[str, ...]]:
    return {tuple(tokens[at : at + _RUN]) for at in range(len(tokens) - _RUN + 1)}
