"""Takes what a class handed in from a zip or a folder: whose each piece is, when it came, and which version is the newest.

First everything is looked at (`plan`), and nothing is written; then it is written (`carry_out`). Every version stays in
`gradebook/versions/STUDENT/ASSIGNMENT/TIME/`; the newest lies in `submitted/STUDENT/ASSIGNMENT/`, with the `timestamp.txt` that nbgrader reads where the time
is known. A version whose time is not known is called `by-TIME`, after the download that it was in. The same zip a second time changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from nbgrader.utils import parse_utc

from isa.grading import policy, roster
from isa.grading.course import Course, CourseError, Submission
from isa.grading.feedback.place import replaced
from isa.grading.nbgrader_late import LateRules
from isa.grading.policy import Lateness
from isa.grading.roster import Student
from isa.teaching import downloads, parcel
from isa.teaching.downloads import Handed, Layout, Worksheet
from isa.teaching.parcel import File
from isa.teaching.who import Directory, Found

What = Literal["new", "newer version", "older version", "unchanged", "time corrected"]
# Goes through submissions as they are done and shows how far it is; the number is how many there are.
Progress = Callable[[Iterable[Submission], int], Iterable[Submission]]

TIMESTAMP = "timestamp.txt"
LARGEST = 256 * 2**20  # bytes of one submission
_FORMAT = "%Y-%m-%dT%H-%M-%SZ"  # a folder's name on every system, in order of time
_SEEN_IN = re.compile(r"(?P<by>by-)?(?P<time>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)(?:-(?P<nth>\d+))?")


@dataclass(frozen=True)
class Version:
    """A version that is kept: its folder, the digest of its content, and its time, which is `known` or that of the download."""

    folder: Path
    digest: str
    time: datetime
    known: bool
    nth: int = 1

    @property
    def order(self) -> tuple[datetime, int]:
        """Versions in order of age."""
        return self.time, self.nth


@dataclass
class Taken:
    """What is taken of one student.

    Attributes:
        student: whose it is.
        how: how the student was recognised.
        source: the folder or name in the download.
        what: what it is beside the versions that are kept.
        came: when it was handed in; None where nobody knows.
        told_by: what told it: "worksheet", "timestamp.txt", "file" or nothing.
        seen: when at the latest, where `came` is None.
        late: how late that is, and what it costs.
        files: path in the submission -> file.
        digest: of all of them.
        remarks: what a person should know.
    """

    student: Student
    how: str
    source: str
    what: What
    came: datetime | None
    told_by: str
    seen: datetime
    late: Lateness
    files: dict[tuple[str, ...], File]
    digest: str
    remarks: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """What a parcel holds for an assignment: what would be taken, a line for each thing that is left out, and who of the roster handed in nothing."""

    assignment: str
    source: str
    layout: Layout
    taken: list[Taken] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    missing: list[Student] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def plan(
    course: Course,
    source: Path,
    assignment: str,
    now: datetime,
    progress: Progress,
    roster_file: Path | None = None,
    worksheet_file: Path | None = None,
    believe_times: bool = True,
) -> Plan:
    """Look at everything and write nothing.

    Args:
        course: the course.
        source: the zip or folder.
        assignment: of which assignment.
        now: the time of this moment, with its zone.
        progress: shows how far it is.
        roster_file: the roster; `gradebook/roster.csv` where None.
        worksheet_file: Moodle's grading worksheet, or a table of students and times.
        believe_times: whether the times of files are when the work came, in plain folders.

    Raises:
        CourseError: nothing can be taken: the parcel is dangerous or damaged, or the roster, the policy or the worksheet is wrong.
    """
    if source.resolve().is_relative_to(course.root / "submitted") or (course.root / "submitted").is_relative_to(source.resolve()):
        raise CourseError(f"{source} is where submissions are laid, or around it; name the folder from which they come")
    students = _students(course, roster_file)
    known = Directory(students) if students is not None else None
    rules = LateRules(_policy(course), {name: one.section for name, one in (students or {}).items()})
    files = parcel.files(source, lambda names: sum(known.knows(_name_in(name)) for name in set(names)) if known else 0)
    layout, handed, strays = downloads.sort_out(files, assignment, known)
    made = Plan(assignment, source.name, layout, left_out=strays)
    if not handed:
        expected = f"a download of Moodle or Canvas, or STUDENT/{assignment}.ipynb or STUDENT/{assignment}/{assignment}.ipynb"
        listed = ", ".join(repr("/".join(file.path)) for file in files[:3]) + (", …" if len(files) > 3 else "")
        unopened = " (nothing packed inside a parcel is opened)" if any(file.name.casefold().endswith(downloads.PACKED) for file in files[:3]) else ""
        raise CourseError(f"{source.name} holds nothing for {assignment}; found {listed or 'no file'}{unopened}, expected {expected}")
    if known is None and layout != "folders":
        raise CourseError(
            f"a {layout} download names students, not ids: write {course.gradebook / 'roster.csv'} (id,first_name,last_name,email) or name one with --roster"
        )
    sheet = Worksheet()
    if worksheet_file is not None:
        due = rules.policy.due.get(assignment)
        sheet = downloads.worksheet(worksheet_file, known or Directory({one.name: Student(one.name) for one in handed}), due.tzinfo if due else None)
    whose = _whose(handed, known, sheet, layout, made)

    def looked_at() -> Iterator[Submission]:
        for one, student, found in whose:
            where = Submission(assignment, student.id, course.root / "submitted" / student.id / assignment)
            try:
                made.taken.append(_taken(course, where, one, student, found, sheet, layout, rules, now, believe_times))
            except _LeftOut as reason:
                made.left_out.append(f"{one.mark}: {reason}")
            yield where

    for _ in progress(looked_at(), len(whose)):
        pass
    made.taken.sort(key=lambda one: one.student.id)
    _remark(made, rules, students, worksheet_file is not None)
    return made


def carry_out(course: Course, made: Plan, now: datetime, progress: Progress) -> None:
    """Write what was planned: first all versions, beside where they go, then each into its place in one move.

    Raises:
        CourseError: there is not enough room, or the parcel changed meanwhile; nothing has been taken.
    """
    todo = [one for one in made.taken if one.what != "unchanged"]
    if not todo:
        return
    versions = course.gradebook / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    needed = 2 * sum(file.size for one in todo for file in one.files.values())
    if needed > parcel.room(versions):
        raise CourseError(f"{needed / 2**20:,.0f} MB are needed in {versions}, and there is less room; nothing has been taken")
    with tempfile.TemporaryDirectory(prefix=".new-", dir=versions) as scratch:
        staged = {one.student.id: Path(scratch) / str(number) for number, one in enumerate(todo)}
        try:
            for one in todo:
                for path, file in one.files.items():
                    file.write(staged[one.student.id].joinpath(*path))
        except OSError as error:
            raise CourseError(f"{error.filename or versions}: cannot be written ({error.strerror}); nothing has been taken") from None

        def laid() -> Iterator[Submission]:
            for one in todo:
                where = Submission(made.assignment, one.student.id, course.root / "submitted" / one.student.id / made.assignment)
                _keep(course, where, one, staged[one.student.id])
                yield where

        for _ in progress(laid(), len(todo)):
            pass
    _log(versions / "collected.csv", made, todo, now)


class _LeftOut(Exception):
    """One student's work cannot be taken; the message says why."""


def versions_of(course: Course, submission: Submission) -> list[Version]:
    """The versions of a submission that are kept, from the oldest to the newest."""
    found = []
    for folder in (course.gradebook / "versions" / submission.student / submission.assignment).glob("*"):
        match = _SEEN_IN.fullmatch(folder.name)
        if match and folder.is_dir():
            time = datetime.strptime(match["time"], _FORMAT).replace(tzinfo=UTC)
            found.append(Version(folder, _digest_of(folder), time, not match["by"], int(match["nth"] or 1)))
    return sorted(found, key=lambda version: version.order)


def _students(course: Course, path: Path | None) -> dict[str, Student] | None:
    if path is None and not (course.gradebook / "roster.csv").is_file():
        return None
    return roster.read(path or course.gradebook / "roster.csv")


def _policy(course: Course) -> policy.Policy:
    path = course.gradebook / "policy.yml"
    return policy.read(path) if path.is_file() else policy.Policy()


def _name_in(first: str) -> str:
    """The student's name in the first part of a path, whatever the layout."""
    match = downloads.MOODLE.fullmatch(first) or downloads.CANVAS.fullmatch(first)
    return match["name"] if match else first


def _whose(handed: list[Handed], known: Directory | None, sheet: Worksheet, layout: Layout, made: Plan) -> list[tuple[Handed, Student, Found]]:
    """Whose each piece is; what is nobody's, or whose student has another piece too, is left out with a line."""
    by_student: dict[str, list[tuple[Handed, Student, Found]]] = {}
    for one in handed:
        found = _recognised(one, known, sheet, layout)
        if found.student is None:
            made.left_out.append(f"{one.mark}: {found.why_not}")
        else:
            by_student.setdefault(found.student.id, []).append((one, found.student, found))
    whose = []
    for student, pieces in by_student.items():
        if len(pieces) > 1:
            listed = " and ".join(repr(one.mark) for one, _, _ in pieces)
            made.left_out.append(f"{student}: {listed} are both this student's, and none was taken; take one of them away")
        else:
            whose += pieces
    return whose


def _recognised(one: Handed, known: Directory | None, sheet: Worksheet, layout: Layout) -> Found:
    if known is None:
        problem = roster.why_no_id(one.name)
        return Found(None, why_not=problem) if problem else Found(Student(one.name), "folder")
    if one.number and one.number in sheet.students:
        return Found(known.students[sheet.students[one.number]], "worksheet")
    student = known.by_id(one.user) if one.user else None
    named = known.named(one.name)
    if student is None:
        anonymous = one.user.startswith("anon_") or re.fullmatch(r"participant", one.name, re.IGNORECASE)
        return (
            Found(None, why_not=f"an anonymous {layout} download; show the names again, and download once more") if anonymous and not named.student else named
        )
    if named.student is not None and named.student.id != student.id:
        return Found(None, why_not=f"the id {one.user} is {student.id}'s, but the name is {named.student.id}'s; correct the roster")
    return Found(student, "id")


def _taken(
    course: Course,
    where: Submission,
    one: Handed,
    student: Student,
    found: Found,
    sheet: Worksheet,
    layout: Layout,
    rules: LateRules,
    now: datetime,
    believe_times: bool,
) -> Taken:
    files, remarks = _of_submission(one, where.assignment, course.assignments())
    size = sum(file.size for file in files.values())
    if size > LARGEST or max(file.size for file in files.values()) > parcel.LARGEST:
        raise _LeftOut(f"{size / 2**20:,.0f} MB are more than is taken of one student ({LARGEST // 2**20}; {parcel.LARGEST // 2**20} in one file)")
    digest = _digest({path: file.digest() for path, file in files.items()})
    came, told_by = _came(one, files, where.assignment, student, sheet, layout, believe_times, remarks)
    if came and came > now + timedelta(days=1):
        remarks.append(f"the time on it, {came:%Y-%m-%d %H:%M} UTC, has not come yet, and is not believed")
        came, told_by = None, ""
    stamped = [file.changed for file in files.values() if file.changed]
    seen = min(max(stamped, default=now), now)
    late = rules.policy.lateness(where.assignment, came, student.id, student.section)
    if one.late and not late.seconds:
        remarks.append("late, says Canvas; not known by how much" if came is None else "late, says Canvas, but not by this time and the policy")
    kept = versions_of(course, where)
    if where.folder.is_dir() and not where.folder.is_symlink():
        kept += [version for version in [_unkept(where)] if version.digest not in {other.digest for other in kept}]
    what = _what(kept, digest, came, seen, student.id in sheet.times, where)
    return Taken(student, found.how, one.mark, what, came, told_by, seen, late, files, digest, remarks)


def _what(kept: list[Version], digest: str, came: datetime | None, seen: datetime, by_worksheet: bool, where: Submission) -> What:
    same = _same(kept, digest)
    if same is None:
        newest = max((version.time for version in kept), default=None)
        return "new" if newest is None else "newer version" if _whole(came or seen) >= newest else "older version"
    moved = came is not None and (not same.known or (by_worksheet and _whole(came) != same.time))
    if moved:
        return "time corrected"
    # It may be kept and yet not lie where it is graded, as after a run that was stopped.
    newest_version = max(kept, key=lambda version: version.order)
    return "unchanged" if where.folder.is_dir() and _digest_of(where.folder) == newest_version.digest else "new"


def _same(kept: list[Version], digest: str) -> Version | None:
    """The version with this content; the one whose time is known, where there are two."""
    return max((version for version in kept if version.digest == digest), key=lambda version: version.known, default=None)


def _of_submission(one: Handed, assignment: str, assignments: list[str]) -> tuple[dict[tuple[str, ...], File], list[str]]:
    """The files of a submission under the names that they get, and what a person should know of them."""
    # An LMS shows what the student sent as it was; in a plain folder, what lies beside the notebook may be somebody's time stamp.
    files = {path: file for path, file in one.files.items() if path != (TIMESTAMP,)}
    target = (f"{assignment}.ipynb",)
    notebooks = [path for path in files if path[-1].casefold().endswith(".ipynb")]
    ours = [path for path in notebooks if path[-1] == target[0]] or [path for path in notebooks if downloads.is_notebook_of(path[-1], assignment)]
    if target in files:
        ours = [target]
    candidates = ours or notebooks
    if not candidates:
        packed = [path[-1] for path in files if path[-1].casefold().endswith(downloads.PACKED)]
        if packed:
            raise _LeftOut(f"handed in {packed[0]!r}, and nothing packed inside a parcel is opened; unpack it into a folder, and collect that")
        listed = ", ".join(repr("/".join(path)) for path in list(files)[:3])
        raise _LeftOut(f"no notebook; found {listed or 'nothing but text typed into the LMS'}, expected {target[0]}")
    if len(candidates) > 1:
        listed = ", ".join(repr("/".join(path)) for path in candidates[:4])
        raise _LeftOut(
            f"{len(candidates)} notebooks, and none is called {target[0]}: {listed}; leave the right one, or rename it"
            if not ours
            else f"{len(candidates)} notebooks may be {target[0]}: {listed}; leave the right one"
        )
    chosen = candidates[0]
    other = next((name for name in assignments if name != assignment and downloads.is_notebook_of(chosen[-1], name)), "")
    if other:
        raise _LeftOut(f"the only notebook is {chosen[-1]!r}, which is of {other}")
    remarks = [f"its notebook was called {'/'.join(chosen)!r}"] if chosen != target else []
    others = ["/".join(path) for path in notebooks if path != chosen]
    if others:
        remarks.append(f"besides the notebook it holds {', '.join(map(repr, others[:3]))}")
    if (TIMESTAMP,) in one.files and one.mark != one.name:
        remarks.append(f"its own {TIMESTAMP} was left out: a student could have written it")
    folder = chosen[:-1]
    laid = {}
    for path, file in files.items():
        inner = path[len(folder) :] if path[: len(folder)] == folder else path
        if path != chosen:
            laid[path if inner in files and inner != path else inner] = file
    return {target: files[chosen]} | {path: file for path, file in laid.items() if path != target and path[0] != target[0]}, remarks


def _came(
    one: Handed, files: dict[tuple[str, ...], File], assignment: str, student: Student, sheet: Worksheet, layout: Layout, believe: bool, remarks: list[str]
) -> tuple[datetime | None, str]:
    """When a submission came, as far as anybody knows, and what told it."""
    if student.id in sheet.times:
        return sheet.times[student.id], "worksheet"
    if layout != "folders" or not believe:
        return None, ""
    stamp = one.files.get((TIMESTAMP,))
    if stamp is not None:
        try:
            return _stamped(b"".join(stamp.opened())[:200].decode("utf-8")), TIMESTAMP
        except (ValueError, OverflowError):
            remarks.append(f"its {TIMESTAMP} holds no time; that of the notebook was taken")
    changed = files[(f"{assignment}.ipynb",)].changed
    return changed, "file" if changed else ""


def _stamped(text: str) -> datetime:
    when = parse_utc(text.strip())
    return when.replace(tzinfo=UTC)


def _whole(when: datetime) -> datetime:
    return when.astimezone(UTC).replace(microsecond=0)


def _digest(files: dict[tuple[str, ...], str]) -> str:
    lines = sorted(f"{'/'.join(path)}\0{digest}" for path, digest in files.items() if path != (TIMESTAMP,))
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _digest_of(folder: Path) -> str:
    places = [place for place in folder.rglob("*") if place.is_file() and not place.is_symlink()]
    return _digest({place.relative_to(folder).parts: hashlib.sha256(place.read_bytes()).hexdigest() for place in places})


def _unkept(where: Submission) -> Version:
    """What lies in submitted/ as a version, with the time that stands beside it."""
    stamp = where.folder / TIMESTAMP
    try:
        # Whoever changed it by hand meant it: it is newer than what came at the same time.
        return Version(where.folder, _digest_of(where.folder), _stamped(stamp.read_text(encoding="utf-8")), True, 10_000)
    except (OSError, ValueError, OverflowError):
        newest = max((place.stat().st_mtime for place in where.folder.rglob("*") if place.is_file()), default=0.0)
        return Version(where.folder, _digest_of(where.folder), _whole(datetime.fromtimestamp(newest, UTC)), False)


def _keep(course: Course, where: Submission, one: Taken, staged: Path) -> None:
    """Keep what lay in submitted/ before and what is staged, and lay the newest version of all."""
    home = course.gradebook / "versions" / where.student / where.assignment
    home.mkdir(parents=True, exist_ok=True)
    kept = versions_of(course, where)
    if where.folder.is_dir():
        before = _unkept(where)
        if before.digest not in {one.digest, *(version.digest for version in kept)}:
            place = _free(home, before.time, before.known)
            with tempfile.TemporaryDirectory(prefix=".old-", dir=home) as scratch:
                shutil.copytree(where.folder, Path(scratch) / "kept").replace(place)
    same = _same(kept, one.digest)
    if same is None:
        _stamp(staged, one.came)
        staged.replace(_free(home, _whole(one.came or one.seen), one.came is not None))
    elif one.what == "time corrected" and one.came is not None:
        _stamp(same.folder, one.came)
        same.folder.replace(_free(home, _whole(one.came), True))
    newest = versions_of(course, where)[-1]
    where.folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".isa-", dir=where.folder.parent) as scratch:
        fresh = shutil.copytree(newest.folder, Path(scratch) / "fresh")
        if where.folder.exists():
            where.folder.replace(Path(scratch) / "before")
        fresh.replace(where.folder)


def _stamp(folder: Path, came: datetime | None) -> None:
    (folder / TIMESTAMP).unlink(missing_ok=True)
    if came is not None:
        (folder / TIMESTAMP).write_text(f"{_whole(came):%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8")


def _free(home: Path, time: datetime, known: bool) -> Path:
    """A folder for a version that no other has."""
    name = f"{'' if known else 'by-'}{time.strftime(_FORMAT)}"
    return next(place for nth in range(1, 10_000) if not (place := home / (name if nth == 1 else f"{name}-{nth}")).exists())


def _remark(made: Plan, rules: LateRules, students: dict[str, Student] | None, has_sheet: bool) -> None:
    """What a person should know of the parcel as a whole."""
    had = {one.student.id for one in made.taken}
    made.missing = [student for student in (students or {}).values() if student.id not in had]
    unknown = [one for one in made.taken if one.came is None]
    late = [one for one in made.taken if one.late.seconds > 0]
    if unknown and made.layout != "folders":
        whose = f"{len(unknown)} of {len(made.taken)}" if has_sheet else "any"
        how = "Moodle’s grading worksheet does" if made.layout == "Moodle" else "a table of student and time can"
        made.remarks.append(f"A {made.layout} download does not say when work came. Not known of {whose}, so not late; {how}: --worksheet FILE.csv")
    by_file = sum(one.told_by == "file" for one in late)
    if by_file:
        made.remarks.append(f"{by_file} late by the time of the file, which copying may change: have a look, or give --worksheet FILE.csv or --no-times")
    if made.taken and rules.policy.last_due(made.assignment) is None:
        made.remarks.append(f"gradebook/policy.yml sets no deadline for {made.assignment}, so nobody is late")


def _log(path: Path, made: Plan, done: list[Taken], now: datetime) -> None:
    """Add a line for each submission that was taken to the record of all that was."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if not path.is_file():
        writer.writerow(["collected", "from", "assignment", "student", "found_as", "recognised_by", "what", "came", "remarks"])
    for one in done:
        came = f"{_whole(one.came):%Y-%m-%d %H:%M:%S} UTC" if one.came else ""
        cells = [
            f"{_whole(now):%Y-%m-%d %H:%M:%S} UTC",
            made.source,
            made.assignment,
            one.student.id,
            one.source,
            one.how,
            one.what,
            came,
            "; ".join(one.remarks),
        ]
        # A spreadsheet would run a name that begins like a formula.
        writer.writerow([f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in cells])
    before = path.read_bytes() if path.is_file() else b""
    replaced(path, before + text.getvalue().encode("utf-8", "backslashreplace"))
