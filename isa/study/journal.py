"""A small file of JSON, one entry a line, that outlives what happens to small files.

Several programs may add to it at once, one may stop in the middle of a line, a disk may be full, an editor may spoil it. Its first line says what it is.
What cannot be read is never thrown away: the file as it was is kept beside the new one.
"""

from __future__ import annotations

import codecs
import errno
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

IN_BROWSER = sys.platform == "emscripten"
_PATIENCE = 2.0  # seconds to wait for another program, which needs a thousandth of one
_DECODER = json.JSONDecoder()
_BINARY = getattr(os, "O_BINARY", 0)  # on Windows, where a line would else end in two characters


@dataclass(frozen=True, eq=False)
class Content:
    """What a file holds.

    Attributes:
        lines: those that can be read, as they stand.
        entries: what these say, the first line left out.
        unreadable: how many lines cannot be read.
    """

    lines: tuple[str, ...] = ()
    entries: tuple[dict[str, Any], ...] = ()
    unreadable: int = 0


@dataclass(frozen=True)
class Mended:
    """A file was damaged: it was written anew from `content`, and lies as it was in `aside`."""

    content: Content
    aside: Path


def read(file: Path) -> Content:
    """What a file holds; nothing where there is none.

    Raises:
        OSError: it cannot be read.
    """
    try:
        status = file.stat()
        return _read_once(file, (status.st_ino, status.st_size, status.st_mtime_ns))
    except FileNotFoundError:
        return Content()


def append(file: Path, format: str, entries: list[dict[str, Any]]) -> Mended | None:
    """Add entries, all or none; mend the file before that where it needs it. A new file begins with the name of its format.

    Raises:
        OSError: they cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with _locked(file):
        mended = None if _is_whole(file) else _mend(file, format)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            data = _bytes([*([] if size else [_head(format)]), *map(json.dumps, entries)])
            if os.write(descriptor, data) < len(data):
                os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        finally:
            os.close(descriptor)
    return mended


def mend(file: Path, format: str) -> Mended | None:
    """Write a file anew with the lines that can be read; where some cannot, keep the old one beside it.

    Raises:
        OSError: it cannot be written; it stays as it is.
    """
    with _locked(file):
        return _mend(file, format)


def delete(file: Path) -> list[Path]:
    """Delete a file with the damaged ones beside it, and say which these were.

    Raises:
        OSError: one cannot be deleted.
    """
    if not file.parent.is_dir():
        return []
    with _locked(file):
        gone = [one for one in (file, *sorted(file.parent.glob(f"{file.name}.damaged-*"))) if one.exists()]
        for one in gone:
            one.unlink()
    return gone


def _mend(file: Path, format: str) -> Mended | None:
    data = file.read_bytes()
    content = _parse(data)
    new, aside = file.with_name(f"{file.name}.new"), None
    _write(new, _bytes(content.lines if content.lines and _is_head(content.lines[0]) else [_head(format), *content.lines]))
    if content.unreadable:
        aside = _beside(file, data)
        _write(aside, data)
    new.replace(file)
    return Mended(content, aside) if aside else None


def _beside(file: Path, data: bytes) -> Path:
    """A name for a damaged file that no other has; the same one again for the same bytes."""
    first = aside = file.with_name(f"{file.name}.damaged-{date.today().isoformat()}")
    number = 1
    while aside.exists() and aside.read_bytes() != data:
        number += 1
        aside = first.with_name(f"{first.name}-{number}")
    return aside


def _is_whole(file: Path) -> bool:
    """Whether a line can be added: the file is new, or begins like one of ours and ends with the end of a line."""
    if not file.exists() or file.stat().st_size == 0:
        return True
    with file.open("rb") as data:
        begins = _is_head(data.read(20).decode("utf-8", "replace"))
        data.seek(-1, os.SEEK_END)
        return begins and data.read(1) == b"\n"


def _head(format: str) -> str:
    return json.dumps({"format": format, "version": 1})


def _is_head(line: str) -> bool:
    return line.startswith('{"format"')


def _bytes(lines: list[str] | tuple[str, ...]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _write(file: Path, data: bytes) -> None:
    """All of it or, where the disk is full, no file at all."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600), "wb") as out:
            out.write(data)
    except OSError:
        file.unlink(missing_ok=True)
        raise


@lru_cache(maxsize=1)
def _read_once(file: Path, stamp: tuple[int, int, int]) -> Content:
    return _parse(file.read_bytes())


def _parse(data: bytes) -> Content:
    # Editors on Windows save text with a mark in front, some as UTF-16.
    text = data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig", "replace")
    spoiled = "\N{REPLACEMENT CHARACTER}" in text
    lines, entries, unreadable = [], [], 0
    for line in filter(None, map(str.strip, text.split("\n"))):
        try:
            entry, end = _DECODER.raw_decode(line)
        except (ValueError, RecursionError):
            entry, end = None, 0
        if not isinstance(entry, dict) or end < len(line) or (spoiled and "\N{REPLACEMENT CHARACTER}" in line):
            unreadable += 1
            continue
        lines.append(line)
        if not _is_head(line):
            entries.append(entry)
    return Content(tuple(lines), tuple(entries), unreadable)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Nobody else writes meanwhile. In a browser there is nobody else."""
    if IN_BROWSER:
        yield
        return
    # Beside the file and not on it: mending puts another file in its place, and a lock would go with the old one.
    descriptor = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        patience = time.monotonic() + _PATIENCE
        while not _lock(descriptor):
            if time.monotonic() > patience:
                raise TimeoutError(errno.ETIMEDOUT, "another program has held its lock for too long")
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)  # which ends the lock too


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system that has no locks: there, one write of one line is near enough to whole
    return True
