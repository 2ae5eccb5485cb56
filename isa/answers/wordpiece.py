"""The tokenizer of the embedding model: BERT's, lower-cased, as published with all-MiniLM-L6-v2.

Written out here because the usual package brings a client for a model hub with it, and nothing here may reach for a network.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

CLS, SEP, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
LONGEST_WORD = 100  # characters; a longer word is unknown, as in BERT


def encode(text: str, most: int) -> list[int]:
    """The ids of a text between the marks for its start and its end, `most` in all."""
    ids = _vocabulary()
    inner: list[int] = []
    for word in _words(text):
        inner += _pieces(word)
        if len(inner) >= most - 2:
            break
    return [ids[CLS], *inner[: most - 2], ids[SEP]]


@cache
def _vocabulary() -> dict[str, int]:
    text = (files("isa.answers") / "data" / "vocab.txt").read_text(encoding="utf-8")
    return {word: number for number, word in enumerate(text.split("\n")) if word}


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> tuple[int, ...]:
    """The longest known beginning of a word, then the longest known beginning of what is left, and so on."""
    ids = _vocabulary()
    if len(word) > LONGEST_WORD:
        return (ids[UNKNOWN],)
    found: list[int] = []
    start = 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ids.get(("##" if start else "") + word[start:end])
            if piece is not None:
                found.append(piece)
                start = end
                break
        else:
            return (ids[UNKNOWN],)
    return tuple(found)


def _words(text: str) -> list[str]:
    """Lower-case words without accents; every punctuation mark and every Chinese character is a word of its own."""
    if text.isascii() and text.isprintable():  # the same, and fast
        return _PUNCTUATION.sub(r" \g<0> ", text.lower()).split()
    spaced: list[str] = []
    # Accents go before the letters are made small, as in BERT: the order matters for a few letters such as İ.
    for character in unicodedata.normalize("NFD", "".join(_clean(text)).lower()):
        if unicodedata.category(character) == "Mn":
            continue
        spaced.append(f" {character} " if _is_mark(character) else character)
    return "".join(spaced).split()


def _clean(text: str) -> list[str]:
    kept = []
    for character in text:
        if character in "\t\n\r":
            kept.append(" ")
        elif character in "\0\ufffd" or unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs"):
            continue
        elif _is_chinese(ord(character)):
            kept.append(f" {character} ")
        else:
            kept.append(" " if character.isspace() else character)
    return kept


def _is_mark(character: str) -> bool:
    code = ord(character)
    return 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126 or unicodedata.category(character).startswith("P")


def _is_chinese(code: int) -> bool:
    ranges = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))
    return any(first <= code <= last for first, last in ranges)
