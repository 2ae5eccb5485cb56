"""Has the kernel keep the memory of this process in large pages: a fork copies an entry for each page, and that takes longer than all else that it does."""

from __future__ import annotations

import contextlib
import ctypes

MAPS = "/proc/self/maps"
_LARGE = 2 * 2**20
_COLLAPSE = 25  # MADV_COLLAPSE, since Linux 6.1


def join() -> None:
    """Join the small pages of this process's own data. Where the kernel cannot, all stays as it is."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        advise = ctypes.CDLL(None).madvise
        advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        for start, end in _own():
            for page in range(-(-start // _LARGE) * _LARGE, end - _LARGE + 1, _LARGE):
                advise(page, _LARGE, _COLLAPSE)


def _own() -> list[tuple[int, int]]:
    """Where the memory lies that is written to and belongs to no file."""
    with open(MAPS, encoding="utf-8", errors="replace") as maps:
        parts = [line.split() for line in maps]
    spans = [span.split("-") for span, access, _, _, file, *_ in parts if access == "rw-p" and file == "0"]
    return [(int(start, 16), int(end, 16)) for start, end in spans]
