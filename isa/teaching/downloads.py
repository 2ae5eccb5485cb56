r"""How an LMS names what students handed in, and the times that it knows.

Moodle (`mod/assign/classes/downloader.php` in moodle/moodle): `FULL NAME_NUMBER_assignsubmission_file/PATH`, or flat
`FULL NAME_NUMBER_assignsubmission_file_NAME`, where NUMBER is a participant of this assignment, not a user. Older versions end the folder with `_`.
Canvas (`lib/content_zipper.rb` in instructure/canvas-lms): `lastfirst_LATE_USER_ATTACHMENT_NAME`, the student's name in small letters without spaces, LATE only
where it is.
Neither zip says when the work came: each file bears the time of the download (ZipStream and rubyzip stamp it so). Moodle's grading worksheet does say it
(`mod/assign/gradingtable.php`: "Identifier", "Full name", "ID number", "Email address", "Last modified (submission)").
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Literal

import dateutil.parser  # type: ignore[import-untyped]  # pandas brings it, without types

from isa.teaching.parcel import File, ParcelError
from isa.teaching.who import Directory

Layout = Literal["Moodle", "Canvas", "folders"]

# Lazy where a name stands, for what comes after it is the student's own: a file may be called as if it were somebody else's.
MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL)
CANVAS = re.compile(
    r"(?P<name>.+?)(?P<late>_late)?_(?P<user>\d+|anon_\w+?)_(?:(?P<attachment>\d+)_(?P<file>.+)|(?:text|link)\.html)", re.DOTALL | re.IGNORECASE
)
_STUDENT = ("id", "student", "student id", "email", "email address", "e-mail", "id number", "user id", "user_id", "lms_user_id", "login", "username")
_NAME = ("full name", "name", "student name")
_TIME = ("last modified (submission)", "time", "came", "timestamp", "submitted at", "submitted_at", "submitted")
_AMBIGUOUS = re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_NO_TIME = ("", "-", "–")
PACKED = (".zip", ".7z", ".rar", ".gz", ".tar")  # never opened where it lies in a parcel


@dataclass
class Handed:
    """What one student handed in, as a parcel holds it; `mark` tells it from all others.

    Attributes:
        mark: the folder, or what the LMS put before the file's name.
        name: the name of the student as the LMS writes it; in plain folders, the folder's name.
        number: Moodle's number of the participant; empty elsewhere.
        user: Canvas' id of the user; empty elsewhere.
        late: whether Canvas calls it late.
        files: path within the submission -> file.
    """

    mark: str
    name: str
    number: str = ""
    user: str = ""
    late: bool = False
    files: dict[tuple[str, ...], File] = field(default_factory=dict)


@dataclass
class Worksheet:
    """What an LMS says of submissions: Moodle's number of a participant -> student id, and student id -> when the work came."""

    students: dict[str, str] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)


def sort_out(files: list[File], assignment: str, known: Directory | None) -> tuple[Layout, list[Handed], list[str]]:
    """Who handed in which files, and a line for each file that belongs to nobody."""
    files = _without_wrapping(files, assignment, known)
    moodle = sum(bool(MOODLE.fullmatch(file.path[0])) for file in files)
    canvas = sum(len(file.path) == 1 and bool(CANVAS.fullmatch(file.name)) for file in files)
    layout: Layout = "Moodle" if 2 * moodle > len(files) else "Canvas" if 2 * canvas > len(files) else "folders"
    found: dict[str, Handed] = {}
    strays: list[str] = []
    for file in files:
        one, path = {"Moodle": _of_moodle, "Canvas": _of_canvas, "folders": _of_folder}[layout](file)
        if one is None:
            strays.append(
                f"{'/'.join(file.path)!r} is in no student's {'folder' if layout == 'folders' else f'part of the {layout} download'}, and was left out"
            )
        else:
            known_one = found.setdefault(one.mark, one)
            known_one.late |= one.late
            if path in known_one.files:  # Canvas numbers attachments: two of one submission may bear the same name
                path = (*path[:-1], f"{file.path[0]}" if layout != "folders" else f"{path[-1]} (2)")
            if path:
                known_one.files[path] = file
    handed = list(found.values())
    if layout == "folders":
        for one in handed:
            packed = [path[-1] for path in one.files if path[-1].casefold().endswith(PACKED)]
            one.files = _of_assignment(one.files, assignment)
            if packed and not one.files:
                strays.append(
                    f"{one.mark}: found {packed[0]!r} and no {assignment}.ipynb; nothing packed inside a parcel is opened: unpack it, and collect again"
                )
        handed = [one for one in handed if one.files]
    return layout, handed, strays


def worksheet(path: Path, known: Directory, zone: tzinfo | None) -> Worksheet:
    """Read Moodle's grading worksheet, or a table with the columns `student` and `time`; times without a zone are in `zone` (this machine's if None).

    Raises:
        ParcelError: it cannot be read, lacks a column, or a time is not understood; a line for each.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        head = text.split("\n", 1)[0]
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
        columns = [(name or "").strip().casefold() for name in reader.fieldnames or []]
        reader.fieldnames = columns
        rows = [(reader.line_num, {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}) for row in reader]
    except UnicodeDecodeError:
        raise ParcelError([f"{path}: is not UTF-8 text; save it as “CSV UTF-8”"]) from None
    except OSError as error:
        raise ParcelError([f"{path}: cannot be read ({error.strerror})"]) from None
    except csv.Error as error:
        raise ParcelError([f"{path}: is no CSV ({error})"]) from None
    when = next((name for name in _TIME if name in columns), "")
    if not when or not set(columns) & {*_STUDENT, *_NAME, "identifier"}:
        raise ParcelError([f"{path}: found columns {', '.join(columns) or '(none)'}, expected Moodle's grading worksheet, or the columns student and time"])
    found, wrong = Worksheet(), []
    for line, row in rows:
        student = next((one.id for name in _STUDENT if row.get(name) and (one := known.by_id(row[name]))), "")
        if not student:
            student = next((one.id for name in (*_STUDENT[:2], *_NAME) if row.get(name) and (one := known.named(row[name]).student)), "")
        number = re.search(r"(\d+)$", row.get("identifier", ""))
        if student and number:
            found.students[number[1]] = student
        if not student or row[when] in _NO_TIME:
            continue
        try:
            came = _moment(row[when], zone)
        except ValueError as error:
            wrong.append(f"{path.name}, line {line}: found the time {row[when]!r}, {error}")
            continue
        found.times[student] = max(came, found.times.get(student, came))
    if wrong:
        raise ParcelError(wrong[:10] + ([f"{path.name}: and {len(wrong) - 10} more of the kind"] if len(wrong) > 10 else []))
    return found


def _moment(text: str, zone: tzinfo | None) -> datetime:
    if _AMBIGUOUS.match(text):
        raise ValueError("which may begin with the day or with the month; expected 2027-03-01 23:59, or Moodle's own words in English")
    if not re.search(r"\d{4}", text) or not re.search(r"\d{1,2}:\d\d", text):
        raise ValueError("expected a date with its year and a time, such as 2027-03-01 23:59")
    try:
        read = dateutil.parser.parse(text)
    except (ValueError, OverflowError):
        raise ValueError("expected 2027-03-01 23:59, or Moodle's own words in English") from None
    if read.tzinfo is None:
        read = read.replace(tzinfo=zone) if zone else read.astimezone()
    return read.astimezone(UTC)


def _of_moodle(file: File) -> tuple[Handed | None, tuple[str, ...]]:
    match = MOODLE.fullmatch(file.path[0])
    if match is None:
        return None, ()
    one = Handed(f"{match['name']}_{match['number']}", match["name"].strip(), number=match["number"])
    if match["kind"] != "file":  # what was typed into a box beside it is no notebook
        return one, ()
    return one, file.path[1:] or ((match["file"],) if match["file"] else ())


def _of_canvas(file: File) -> tuple[Handed | None, tuple[str, ...]]:
    match = CANVAS.fullmatch(file.name) if len(file.path) == 1 else None
    if match is None:
        return None, ()
    one = Handed(f"{match['name']}_{match['user']}", match["name"], user=match["user"], late=bool(match["late"]))
    return one, (match["file"],) if match["file"] else ()


def _of_folder(file: File) -> tuple[Handed | None, tuple[str, ...]]:
    return (Handed(file.path[0], file.path[0]), file.path[1:]) if len(file.path) > 1 else (None, ())


def _of_assignment(files: dict[tuple[str, ...], File], assignment: str) -> dict[tuple[str, ...], File]:
    """What lies in a student's folder for an assignment: all of the folder of its name, else the notebook of its name."""
    inside = {path[1:]: file for path, file in files.items() if path[0] == assignment and len(path) > 1}
    return inside or {path: file for path, file in files.items() if len(path) == 1 and is_notebook_of(path[0], assignment)}


def is_notebook_of(name: str, assignment: str) -> bool:
    """Whether a file is called like an assignment's notebook, or like a copy that a browser, an LMS or Jupyter makes of it.

    >>> is_notebook_of("assignment-01-1.ipynb", "assignment-01"), is_notebook_of("assignment-012.ipynb", "assignment-01")
    (True, False)
    """
    return bool(re.fullmatch(rf"{re.escape(assignment)}(?:[ _-]?\(\d+\)|-\d{{1,2}}|-Copy\d+)?\.ipynb", name.strip(), re.IGNORECASE))


def _without_wrapping(files: list[File], assignment: str, known: Directory | None) -> list[File]:
    """Without a folder around all others, as a zip of a folder has."""
    while files and len({file.path[0] for file in files}) == 1 and all(len(file.path) > 1 for file in files):
        first, seconds = files[0].path[0], {file.path[1] for file in files}
        if MOODLE.fullmatch(first) or (known and known.knows(first)) or seconds & {assignment, f"{assignment}.ipynb"}:
            break
        if not any(len(file.path) > 2 for file in files) and not _downloads(seconds):
            break
        files = [File(file.path[1:], file.size, file.changed, file.opened) for file in files]
    return files


def _downloads(names: Iterable[str]) -> bool:
    return any(MOODLE.fullmatch(name) or CANVAS.fullmatch(name) for name in names)
