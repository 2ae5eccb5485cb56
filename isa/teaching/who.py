"""Finds the student of the roster whom a name in a download means; never guesses between two.

A name is compared by its words in any order, first as it is written and then without accents; Canvas writes all of it as one word, in small letters.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from isa.grading.roster import Student, key

_APOSTROPHES = re.compile(r"['’‘ʼ`´ʻ\u200c\u200d\u0640]")  # and what joins or stretches Arabic letters
_FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"})


@dataclass(frozen=True)
class Found:
    """Whom a name means: `student` with `how` it was recognised, or None with the reason why nobody."""

    student: Student | None
    how: str = ""
    why_not: str = ""


class Directory:
    """The students of a roster by everything that they may be called."""

    def __init__(self, students: dict[str, Student]) -> None:
        self.students = students
        self._by_id: dict[str, Student] = {}
        self._by_name: list[dict[str, set[str]]] = [defaultdict(set) for _ in _WAYS]
        self._shown: dict[str, Student] = {}
        for student in students.values():
            self._by_id |= {key(one): student for one in (student.id, student.email, *student.ids) if one}
            full = f"{student.first_name} {student.last_name}"
            for name in (full, f"{student.last_name} {student.first_name}", *student.also_known_as):
                if not name.strip():
                    continue
                self._shown[key(name.strip())] = student
                for (_, form), known in zip(_WAYS, self._by_name, strict=True):
                    known[form(name)].add(student.id)

    def by_id(self, text: str) -> Student | None:
        """The student with this id, e-mail or id in an LMS."""
        return self._by_id.get(key(text))

    def named(self, text: str) -> Found:
        """The student with this id, e-mail or full name."""
        student = self.by_id(text)
        if student:
            return Found(student, "e-mail" if "@" in text and key(text) != key(student.id) else "id")
        for (how, form), known in zip(_WAYS, self._by_name, strict=True):
            hits = known.get(form(text), set()) if form(text) else set()
            if len(hits) == 1:
                return Found(self.students[next(iter(hits))], how)
            if hits:
                listed = " and ".join(sorted(hits))
                return Found(
                    None, why_not=f"{text!r} may be any of {listed}; give them ids of the LMS in the roster (column lms_user_id), or rename the folder"
                )
        # An id beside a name, as "Diallo Amina (s123456)": only what no name contains.
        pieces = {piece for piece in re.split(r"[\s_()\[\],;]+", text) if "@" in piece or (len(piece) > 3 and re.search(r"\d", piece))}
        beside = {student.id for piece in pieces if (student := self.by_id(piece))}
        if len(beside) == 1:
            return Found(self.students[beside.pop()], "id beside the name")
        return Found(None, why_not=f"{text!r} is nobody in the roster{self._nearest(text)}")

    def knows(self, text: str) -> bool:
        """Whether a name means somebody."""
        return self.named(text).student is not None

    def _nearest(self, text: str) -> str:
        near = difflib.get_close_matches(key(text), [*self._shown, *self._by_id], n=1, cutoff=0.75)
        student = (self._shown.get(near[0]) or self._by_id[near[0]]) if near else self._part(text)
        return f"; if it is {student.id} ({student.name}), put that name into the roster's column also_known_as" if student else ""

    def _part(self, text: str) -> Student | None:
        """The one student of whose name this is a part, or the other way round."""
        words = set(_words(_folded(text)))
        hits = {
            student.id: student
            for name, student in self._shown.items()
            if len(words & (own := set(_words(_folded(name))))) > 1 and (words <= own or own <= words)
        }
        return next(iter(hits.values())) if len(hits) == 1 else None


def _words(name: str) -> list[str]:
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", name).casefold())
    # Not \w: it leaves out the vowel signs of Indic scripts, which are marks.
    return "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in text).split()


def _sorted(name: str) -> str:
    return " ".join(sorted(_words(name)))


def _joined(name: str) -> str:
    return "".join(_words(name))


def _folded(name: str) -> str:
    """A name without its accents, for Latin, Greek, Cyrillic, Arabic and Hebrew letters; elsewhere a mark is a vowel, and stays."""
    parts = unicodedata.normalize("NFKD", name.casefold().translate(_FOLDED))
    return "".join(letter for letter in parts if not (unicodedata.combining(letter) and ord(letter) < 0x0900)).translate(_FOLDED)


# From the strictest to the most lenient; the first that finds anybody decides.
_WAYS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("name", _sorted),
    ("name", _joined),
    ("name without accents", lambda name: _sorted(_folded(name))),
    ("name without accents", lambda name: _joined(_folded(name))),
)
