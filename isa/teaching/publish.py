"""Makes the copy of the course that students may have: lessons, student versions, data and the part of the package that a lesson needs.

What goes into it is listed here, so nothing comes along by accident; then every file is searched for what must stay with the instructors
(`isa.teaching.giveaways`), before anything is written. A folder that holds a repository keeps its `.git`, and whatever else is not ours.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import jinja2
import nbformat

from isa import syllabus
from isa.grading.course import Course, CourseError
from isa.grading.feedback.place import replaced
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching import giveaways

LIST = ".published"  # the files of the last time, a line each: the next time takes away those that are no longer there
_AS_THEY_ARE = (
    "course.yml", "CITATION.cff", "LICENSE", "LICENSE-content", "hatch_build.py", "requirements/course.lock", "jupyter/overrides.json",
    ".binder/postBuild", ".binder/requirements.txt", ".binder/runtime.txt",
)  # fmt: skip
_PATTERNS = ("notebooks/*.ipynb", "notebooks/checkpoints/*.yml", "data/*.csv", "data/datapackage.json", "data/README.md", "release/*/**/*", "isa/**/*")
_NOT_FOR_STUDENTS = ("isa/grading/", "isa/teaching/", "isa/cli/", "isa/progress_bar.py")  # what marks, and the desk
_NEVER = re.compile(r"(^|/)(__pycache__|\.ipynb_checkpoints|\.DS_Store|_course)(/|$)|-feedback\.html$|\.pyc$|~$")
_SECTIONS = ("project.scripts", "tool.pytest", "tool.ruff", "tool.mypy", "tool.hatch.build.targets.sdist")  # of pyproject.toml: no command, no tests
_TEMPLATES = Path(__file__).parent / "student_copy"


@dataclass(frozen=True)
class Published:
    """What became of a copy: its files and their bytes, how many secrets were looked for, the assignments in it, those not released, what was taken away."""

    files: int
    bytes: int
    secrets: int
    assignments: tuple[str, ...]
    not_released: tuple[str, ...]
    removed: tuple[str, ...]


def publish(course: Course, into: Path, force: bool = False) -> Published:
    """Make the students' copy in a folder, or bring an earlier one there up to date.

    Args:
        course: the instructor's copy.
        into: the folder, outside of the course.
        force: also into a folder that holds other things; what has the same name is replaced.

    Raises:
        CourseError: the folder will not do, a student version is not what its source makes, or something would be given away. Nothing has been written.
        isa.yamlfile.FileError: course.yml is wrong.
    """
    into = into.resolve()  # `../course-for-students` lies beside the course, not in it
    before = _checked_place(course, into, force)
    released = [name for name in course.assignments() if course.release(name).is_file()]
    nbgrader = Nbgrader(course)
    stale = [name for name in released if nbgrader.differs(name)]
    if stale:
        raise CourseError(f"{', '.join(stale)}: the student version is not what source/ makes now: isa release --force, then publish")
    hidden, emails = giveaways.secrets(course), giveaways.addresses(course)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "copy"
        files = _made(course, made, released)
        others = [path for path in _files(into) if path.relative_to(into).as_posix() not in {*files, *before}]
        found = giveaways.given_away(hidden, emails, made, [made / name for name in files]) + giveaways.given_away(hidden, emails, into, others)
        if found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            raise CourseError(f"not published, the copy would give something away: {found[0]}{more}")
        size = sum((made / name).stat().st_size for name in files)
        removed = _put(made, into, files, before)
    missing = tuple(name for name in course.assignments() if name not in released)
    return Published(len(files), size, len(hidden), tuple(released), missing, removed)


def _checked_place(course: Course, into: Path, force: bool) -> list[str]:
    """The files of an earlier copy in the folder."""
    if into.is_relative_to(course.root) or course.root.is_relative_to(into):
        raise CourseError(f"{into} and the course in {course.root} lie within each other; name a folder outside of the course")
    if into.exists() and not into.is_dir():
        raise CourseError(f"{into}: found a file, expected a folder")
    if (into / LIST).is_file():
        listed = (into / LIST).read_text(encoding="utf-8").splitlines()
        return [name for name in listed if name and not Path(name).is_absolute() and ".." not in Path(name).parts]
    if into.is_dir() and any(path.name != ".git" for path in into.iterdir()) and not force:
        raise CourseError(f"{into} holds files that are not of an earlier isa publish; name an empty folder, or add to these with --force")
    return []


def _made(course: Course, folder: Path, released: list[str]) -> list[str]:
    """Lay the copy down in an empty folder; the names of its files."""
    chosen = {name for name in _AS_THEY_ARE if (course.root / name).is_file()}
    for pattern in _PATTERNS:
        chosen |= {path.relative_to(course.root).as_posix() for path in course.root.glob(pattern) if path.is_file() and not path.is_symlink()}
    for name in sorted(chosen):
        if _NEVER.search(name) or name.startswith(_NOT_FOR_STUDENTS) or (name.startswith("release/") and name.split("/")[1] not in released):
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(course.root / name, folder / name)
        if name.startswith("notebooks/") and name.endswith(".ipynb"):
            _without_outputs(folder / name)
    project = course.root / "pyproject.toml"
    if project.is_file():
        (folder / project.name).write_text(without_sections(project.read_text(encoding="utf-8"), _SECTIONS), encoding="utf-8")
    plan = syllabus.read(course.root / "course.yml")
    told = {"plan": plan, "lessons": [one for one in plan.lessons if (folder / one.notebook).is_file()], "released": set(released)}
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(_TEMPLATES), keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True)
    for template, name in (("README.md.j2", "README.md"), ("Makefile.j2", "Makefile"), ("gitignore.j2", ".gitignore")):
        (folder / name).write_text(environment.get_template(template).render(told), encoding="utf-8")
    return [path.relative_to(folder).as_posix() for path in _files(folder)]


def _without_outputs(path: Path) -> None:
    """A lesson as it is stored: an instructor who tried it out may have left what it printed."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and (cell.outputs or cell.execution_count)]
    for cell in cells:
        cell.outputs, cell.execution_count = [], None
    if cells or "widgets" in notebook.metadata:
        notebook.metadata.pop("widgets", None)
        nbformat.write(notebook, path)


def without_sections(text: str, names: tuple[str, ...]) -> str:
    r"""A TOML file without its tables of these names, and without those below them.

    >>> without_sections("[a]\nx = 1\n\n[b.c]\ny = 2\n", ("b",))
    '[a]\nx = 1\n'
    """
    kept, keep = [], True
    for line in text.splitlines(keepends=True):
        if head := re.match(r"\[+([^\]]+)\]+\s*$", line):
            keep = not any(head[1] == name or head[1].startswith(f"{name}.") for name in names)
        if keep:
            kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "".join(kept)).rstrip("\n") + "\n"


def _put(made: Path, into: Path, files: list[str], before: list[str]) -> tuple[str, ...]:
    try:
        for name in files:
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            replaced(into / name, (made / name).read_bytes())
            (into / name).chmod((made / name).stat().st_mode & 0o777)
        gone = [name for name in before if name not in files and (into / name).is_file()]
        for name in gone:
            (into / name).unlink()
            for parent in (into / name).parents:
                if parent == into or any(parent.iterdir()):
                    break
                parent.rmdir()
        replaced(into / LIST, "".join(f"{name}\n" for name in files).encode())
    except OSError as error:
        raise CourseError(f"{error.filename} cannot be written ({error.strerror}); publish again to finish") from None
    return tuple(gone)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] not in (".git", LIST))
