"""The roster of a class: a CSV file with a row for each student, written by hand or by an LMS. Knows no nbgrader.

Columns: `id` (the student's folder and name in the gradebook), `first_name`, `last_name`, `email`, `section`; `also_known_as` holds further names, with
semicolons between them. Every other column whose name ends in `_id` (such as nbgrader's own `lms_user_id`), and `username` and `login`, identify the student
too. Only `id` must be there.
"""

from __future__ import annotations

import csv
import difflib
import glob
import io
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from isa.grading.course import CourseError

COLUMNS = ("id", "first_name", "last_name", "email", "section", "also_known_as", "username", "login")


class RosterError(CourseError):
    """A roster is not what it should be; `lines` has one for each thing that is wrong."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Student:
    """A row of the roster; `ids` are what else an LMS may call this student, `also_known_as` further full names, `by_column` the ids by their columns."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    section: str = ""
    ids: tuple[str, ...] = ()
    also_known_as: tuple[str, ...] = ()
    by_column: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The full name; the id where there is none."""
        return " ".join(filter(None, [self.first_name, self.last_name])) or self.id


def read(path: Path) -> dict[str, Student]:
    """Student id -> student, in the order of the file.

    Raises:
        RosterError: the file cannot be read as UTF-8, has no column `id` or no student, an id is no folder's name, or somebody stands twice.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")  # a spreadsheet puts a byte order mark before the first column's name
    except UnicodeDecodeError:
        raise RosterError([f"{path}: is not UTF-8 text; save it from the spreadsheet as “CSV UTF-8”, or names with accents would be lost"]) from None
    except OSError as error:
        raise RosterError([f"{path}: cannot be read ({error.strerror})"]) from None
    if "\0" in text:
        raise RosterError([f"{path}: is no CSV text; save it from the spreadsheet as “CSV UTF-8”"])
    head = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    try:
        columns = [(name or "").strip().casefold() for name in reader.fieldnames or []]
        reader.fieldnames = columns
        if "id" not in columns:
            raise RosterError([f"{path}: found columns {', '.join(columns) or '(none)'}, expected id, first_name, last_name, email"])
        lines = [f"{path}, line 1: {_column(name)}" for name in columns if _column(name)]
        lines += [f"{path}, line 1: column {name} stands twice" for name in dict.fromkeys(columns) if name and columns.count(name) > 1]
        rows = []
        for row in reader:
            if row.get(None):
                lines.append(f"{path}, line {reader.line_num}: has more cells than columns; put quotes around what holds a {reader.reader.dialect.delimiter}")
            rows.append((reader.line_num, {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}))
    except csv.Error as error:
        raise RosterError([f"{path}, line {reader.line_num}: is no CSV ({error})"]) from None
    students: dict[str, Student] = {}
    taken: dict[str, tuple[str, int]] = {}
    for line, row in rows:
        student = _student(row)
        if not any(row.values()):
            continue
        problem = _problem(student, students)
        if problem:
            lines.append(f"{path}, line {line}: {problem}")
            continue
        for mark in {key(one) for one in (student.id, student.email, *student.ids) if one}:
            other, where = taken.setdefault(mark, (student.id, line))
            if other != student.id:
                lines.append(f"{path}, line {line}: student {student.id} has the id or e-mail {mark!r}, which student {other} in line {where} has too")
        students[student.id] = student
    if not students and not lines:
        lines.append(f"{path}: has columns and no student; add a row for each, or take the file away, and everybody who hands in is in the class")
    if lines:
        raise RosterError(lines)
    return students


def sections(path: Path) -> dict[str, str]:
    """Student id -> section (empty where there is none); nothing where there is no roster.

    Raises:
        RosterError: the roster is wrong.
    """
    return {name: student.section for name, student in read(path).items()} if path.is_file() else {}


def key(text: str) -> str:
    """An id or e-mail as it is compared: whichever way its letters are composed and whatever their case.

    >>> key(" Amina@Example.ORG ")
    'amina@example.org'
    """
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _student(row: dict[str, str]) -> Student:
    ids = {name: value for name, value in row.items() if value and (name.endswith("_id") or name in ("username", "login"))}
    names = tuple(name.strip() for name in row.get("also_known_as", "").split(";") if name.strip())
    known = {name: row.get(name, "") for name in ("id", "first_name", "last_name", "email", "section")}
    return Student(**known, ids=tuple(ids.values()), also_known_as=names, by_column=ids)


def _problem(student: Student, others: dict[str, Student]) -> str:
    """What is wrong with a row; empty where nothing is."""
    name = student.id
    if not name:
        return f"{student.name or 'a student'} has no id"
    if name in others:
        return f"student {name} stands twice"
    return why_no_id(name)


def why_no_id(name: str) -> str:
    """Why a name cannot be the id of a student, which is the name of a folder too; empty where it can."""
    if glob.escape(name) != name or name.startswith(".") or set(name) & set('/\\:"<>|') or not name.isprintable() or len(name.encode()) > 200:
        return f"the id {name!r} cannot be the name of a folder; expected letters, digits and - _ . @"
    return ""


def _column(name: str) -> str:
    """A complaint about a column whose name is nearly one of ours; empty where it is ours or quite another."""
    if name in COLUMNS or name.endswith("_id"):
        return ""
    near = difflib.get_close_matches(name.replace(" ", "_"), COLUMNS, n=1, cutoff=0.8)
    return f"unknown column {name!r}; did you mean {near[0]!r}?" if near else ""
