"""A text as the marker sees it: its clauses, their vectors, stems, figures and dates. Made once for each answer and each phrase of a scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from isa.answers import text
from isa.answers.encoder import Encoder, Vectors

LONGEST = 3_000  # characters that are read; the guard sends longer answers to a person


@dataclass(frozen=True)
class Part:
    """A clause: as it was written, and made plain for comparing."""

    written: str
    plain: str

    @cached_property
    def tokens(self) -> list[str]:
        """Its words in lower case, as they follow each other."""
        return text.words(self.plain)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words in lower case."""
        return frozenset(self.tokens)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(text.stem(word) for word in text.content(self.tokens))

    @cached_property
    def numerals(self) -> frozenset[str]:
        """Its words that are written in digits."""
        return frozenset(word for word in self.words if word[0].isdigit())

    @cached_property
    def opposites(self) -> frozenset[str]:
        """The stems of the words that say the opposite of one of its content words."""
        return frozenset[str]().union(*(text.antonyms(word) for word in text.content(self.words)))

    @cached_property
    def denied(self) -> frozenset[str]:
        """The stems of the content words that it denies."""
        return text.denied(self.plain)

    @cached_property
    def takes_back(self) -> bool:
        """Whether it denies what was said before it."""
        return text.takes_back(self.plain)

    @cached_property
    def polarity(self) -> int:
        """+1 if it affirms, -1 if it denies."""
        return text.polarity(self.plain)


@dataclass(frozen=True, eq=False)
class Reading:
    """A text that has been read.

    Attributes:
        plain: the whole text, normalised.
        parts: its clauses, and the whole as the last one where there are several; at least one.
        vectors: a unit row for each of the parts.
        stems: the stems of its content words.
    """

    plain: str
    parts: tuple[Part, ...]
    vectors: Vectors = field(repr=False)
    stems: frozenset[str]

    def only(self, kept: Sequence[int], encoder: Encoder) -> Reading:
        """As if nothing but some of its clauses had been written."""
        parts, vectors = tuple(self.parts[at] for at in kept), self.vectors[list(kept)]
        plain = " ".join(part.plain for part in parts)
        if len(parts) > 1:
            parts += (Part(" ".join(part.written for part in parts), plain),)
            vectors = np.vstack([vectors, np.asarray(encoder.vectors([plain]))])
        return Reading(plain, parts, vectors, frozenset[str]().union(*(part.stems for part in parts)))

    @property
    def whole(self) -> Vectors:
        """The vector of the whole text."""
        vector: Vectors = self.vectors[-1]
        return vector

    @cached_property
    def figures(self) -> list[text.FoundFigure]:
        """The figures that it names."""
        return text.figures(self.plain)

    @cached_property
    def days(self) -> list[text.FoundDay]:
        """The dates that it names."""
        return text.days(self.plain)

    @cached_property
    def letters(self) -> frozenset[str]:
        """Its groups of four letters."""
        padded = f" {self.plain.lower()} "
        return frozenset(padded[i : i + 4] for i in range(len(padded) - 3))


def read(written: str, encoder: Encoder) -> Reading:
    """Read a text, at most its first 3,000 characters."""
    written = written[:LONGEST]
    plain = text.normalise(written)
    parts = [Part(clause.text, text.normalise(clause.text)) for clause in text.clauses(written)]
    parts = [part for part in parts if part.plain]
    if len(parts) != 1 or parts[0].plain != plain:
        parts.append(Part(written, plain))
    vectors = encoder.vectors([part.plain for part in parts])
    return Reading(plain, tuple(parts), np.asarray(vectors), frozenset(text.stem(word) for word in text.content(text.words(plain))))
