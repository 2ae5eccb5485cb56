"""Looks into what an LMS or a person sent, a zip or a folder, without believing it: lists its files, refuses what could do harm, reads them one by one.

A zip's names are trusted no further than an address on an envelope: nothing is ever unpacked to the path that it asks for.
"""

from __future__ import annotations

import hashlib
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from isa.grading.course import CourseError

LARGEST = 128 * 2**20  # bytes of one file; a notebook is read up to half of that
MOST_FILES = 100_000
MOST_BYTES = 16 * 2**30  # a thousand students with sixteen megabytes each
MOST_BLOWN_UP = 100  # times its own size, of what a zip may hold beyond a gigabyte: honest notebooks are packed to a tenth
_CHUNK = 2**20
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints", "__pycache__", ".git")
# Old zips do not say how names are written: these are tried, and the one that makes the most students of the roster is taken.
ENCODINGS = ("utf-8", "cp437", "cp850", "cp1252", "cp1250", "cp1251", "cp866", "cp1253", "cp1254", "cp1256", "cp1255", "gb18030", "cp932", "euc_kr", "big5")


class ParcelError(CourseError):
    """A zip or folder is not taken at all; `lines` has one for each thing that is wrong."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class File:
    """A file in a parcel: its path in parts, its size in bytes, the time that stands on it (which anybody can set), and how its bytes are had."""

    path: tuple[str, ...]
    size: int
    changed: datetime | None
    opened: Callable[[], Iterator[bytes]] = field(hash=False, compare=False)

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path[-1]

    def digest(self) -> str:
        """SHA-256 of its content; reading it also proves that it can be read.

        Raises:
            ParcelError: it is damaged.
        """
        made = hashlib.sha256()
        for chunk in self.opened():
            made.update(chunk)
        return made.hexdigest()

    def write(self, place: Path) -> None:
        """Write its content to a new file."""
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            for chunk in self.opened():
                file.write(chunk)


def files(path: Path, fits: Callable[[list[str]], int] = len) -> list[File]:
    """What lies in a zip or folder, less what operating systems and editors leave behind.

    Args:
        path: the zip or folder.
        fits: how many of these names (of the first folder or file in each path) are known; decides how the names of an old zip are read.

    Raises:
        ParcelError: it cannot be read, or something in it is dangerous: then nothing of it is to be used.
    """
    if path.is_dir():
        return _in_folder(path)
    if not path.is_file():
        raise ParcelError([f"{path}: there is no such file or folder"])
    if not zipfile.is_zipfile(path):
        raise ParcelError([f"{path}: {_why_no_zip(path)}"])
    return _in_zip(path, fits)


def _why_no_zip(path: Path) -> str:
    try:
        with path.open("rb") as file:
            begins_as_one = file.read(4) == b"PK\x03\x04"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return (
        "is a zip without its end, as of a download that was cut off; download it again"
        if begins_as_one
        else "is neither a zip nor a folder; unpack it, and name the folder"
    )


def _in_folder(path: Path) -> list[File]:
    found, wrong = [], []
    for place in sorted(path.rglob("*")):
        parts = place.relative_to(path).parts
        if _is_litter(parts):
            continue
        said = place.lstat()
        shown = "/".join(parts)
        if stat.S_ISLNK(said.st_mode):
            wrong.append(f"{shown!r} is a link, and what it leads to is nobody's submission")
        elif not stat.S_ISDIR(said.st_mode) and not stat.S_ISREG(said.st_mode):
            wrong.append(f"{shown!r} is neither a file nor a folder")
        elif stat.S_ISREG(said.st_mode):
            problem = _name_problem(shown, parts)
            if problem:
                wrong.append(problem)
            found.append(File(parts, said.st_size, datetime.fromtimestamp(said.st_mtime, UTC), _reader(place)))
    _check(path, wrong + _clashes(found) + _too_much(found, None))
    return found


def _reader(place: Path) -> Callable[[], Iterator[bytes]]:
    def opened() -> Iterator[bytes]:
        try:
            with place.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except OSError as error:
            raise ParcelError([f"{place}: cannot be read ({error.strerror})"]) from None

    return opened


def _in_zip(path: Path, fits: Callable[[list[str]], int]) -> list[File]:
    try:
        archive = zipfile.ZipFile(path)
        members = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        raise ParcelError([f"{path}: cannot be read as a zip ({error}); download it again"]) from None
    if len(members) > MOST_FILES:
        raise ParcelError([f"{path}: holds {len(members):,} files, more than the {MOST_FILES:,} that are read; nothing has been taken"])
    found, wrong, seen = [], [], set()
    for member, name in zip(members, _names(members, fits), strict=True):
        # Windows' own tools once wrote backslashes between folders.
        parts = tuple(name.replace("\\", "/").rstrip("/").split("/"))
        problem = _name_problem(name, parts)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if problem:
            wrong.append(problem)
        elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            wrong.append(f"{name!r} is a link or a device, and no zip of submissions holds one")
        elif member.is_dir() or name.endswith("\\") or _is_litter(parts):
            continue
        elif member.flag_bits & 0x1:
            wrong.append(f"{name!r} is locked with a password")
        elif parts in seen:
            wrong.append(f"{name!r} stands twice")
        seen.add(parts)
        if not problem:
            found.append(File(parts, member.file_size, _time(member), _unpacker(archive, member, path)))
    _check(path, wrong + _clashes(found) + _too_much(found, path.stat().st_size))
    return found


def _names(members: list[zipfile.ZipInfo], fits: Callable[[list[str]], int]) -> list[str]:
    """The names as they were meant: those that do not say how they are written, in the way that makes the most known names."""
    unsaid = [member for member in members if not member.flag_bits & 0x800 and not member.orig_filename.isascii()]
    raw = {id(member): member.orig_filename.encode("cp437") for member in unsaid}
    tried = []
    for encoding in ENCODINGS:
        try:
            names = {one: content.decode(encoding) for one, content in raw.items()}
        except UnicodeDecodeError:
            continue
        tried.append(names)
        if encoding == "utf-8":  # hardly ever by accident
            break
    best = max(tried, key=lambda names: fits([name.replace("\\", "/").split("/")[0] for name in names.values()])) if raw and tried else {}
    return [best.get(id(member), member.orig_filename) for member in members]


def _time(member: zipfile.ZipInfo) -> datetime | None:
    """When the file was changed: in UTC where the zip says so (extra field 0x5455), else on a clock whose zone is taken to be this machine's."""
    extra = member.extra
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind == 0x5455 and length >= 5 and len(extra) >= 9 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack("<I", extra[5:9])[0], UTC)
        extra = extra[4 + length :]
    try:
        return datetime(*member.date_time).astimezone(UTC) if member.date_time[0] > 1980 else None
    except (ValueError, OverflowError):
        return None


def _unpacker(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Callable[[], Iterator[bytes]]:
    def opened() -> Iterator[bytes]:
        try:
            with archive.open(member) as file:
                # Never more than the size that the zip declares, which was checked.
                while chunk := file.read(_CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
            raise ParcelError([f"{path}: {member.filename!r} is damaged or packed in an unknown way ({error}); download it again"]) from None

    return opened


def _name_problem(shown: str, parts: tuple[str, ...]) -> str:
    if shown.startswith(("/", "\\")) or (len(parts[0]) == 2 and parts[0][1] == ":"):
        return f"{shown!r} is an absolute name, and no zip of submissions holds one"
    if ".." in parts or "" in parts or "." in parts:
        return f"{shown!r} leads out of its folder, and no zip of submissions holds such a name"
    if any(not _printable(part) for part in parts):
        return f"{shown!r} has a character that no name may have"
    if any(len(part.encode("utf-8", "replace")) > 255 for part in parts) or len(parts) > 20:
        return f"{shown[:60]!r}… is too long or too deep for a file system"
    return ""


def _printable(part: str) -> bool:
    # Not str.isprintable: Arabic and Indic names need joiners, which it refuses.
    return all(ord(letter) >= 32 and not 0x7F <= ord(letter) < 0xA0 and not 0xD800 <= ord(letter) < 0xE000 for letter in part)


def _is_litter(parts: tuple[str, ...]) -> bool:
    return any(part in _LITTER or part.startswith("._") for part in parts)


def _clashes(found: list[File]) -> list[str]:
    paths = {file.path for file in found}
    return [f"{'/'.join(path)!r} lies in a folder that is a file too" for path in sorted(paths) if any(path[:end] in paths for end in range(1, len(path)))]


def _too_much(found: list[File], packed: int | None) -> list[str]:
    whole = sum(file.size for file in found if file.size <= LARGEST)
    if len(found) > MOST_FILES:
        return [f"holds {len(found):,} files, more than the {MOST_FILES:,} that are read"]
    if whole > MOST_BYTES or (packed is not None and whole > 2**30 and whole > MOST_BLOWN_UP * packed):
        return [f"would unpack to {whole / 2**30:.1f} GB, which no class hands in"]
    return []


def _check(path: Path, wrong: list[str]) -> None:
    if wrong:
        shown = [f"{path.name}: {line}" for line in wrong[:10]]
        more = [f"{path.name}: and {len(wrong) - 10} more of the kind"] if len(wrong) > 10 else []
        raise ParcelError([*shown, *more, f"{path.name}: nothing has been taken"])


def room(folder: Path) -> int:
    """Bytes that are free where a folder lies."""
    return shutil.disk_usage(folder).free
