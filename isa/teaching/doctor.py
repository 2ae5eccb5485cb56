"""Looks whether everything a course needs is in order, and says what to do where it is not."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from isa import syllabus
from isa.answers import encoder
from isa.grading import policy, roster
from isa.grading.course import Course, CourseError
from isa.grading.nbgrader_edge import Nbgrader
from isa.grading.sandbox import walls
from isa.yamlfile import FileError


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `remedy` is empty when it is in order."""

    what: str
    found: str
    remedy: str = ""


def examine(course: Course) -> Iterator[Finding]:
    """Look at one thing after the other; a look that fails is a finding, not the end."""
    looks: list[tuple[str, Callable[[Course], tuple[str, str]]]] = [
        ("Python", _python),
        ("nbgrader", _nbgrader),
        ("JupyterLab extension", _extension),
        ("Kernel", _kernel),
        ("Sandbox", _sandbox),
        ("Marker of answers", _marker),
        ("Syllabus", _syllabus),
        ("Late policy", _policy),
        ("Roster", _roster),
        ("Data package", _data),
        ("Gradebook", _gradebook),
        ("Student versions", _release),
    ]
    for what, look in looks:
        try:
            found, remedy = look(course)
        except (CourseError, FileError) as error:
            found, remedy = "not in order", str(error)
        yield Finding(what, found, remedy)


def _python(course: Course) -> tuple[str, str]:
    found = f"{sys.version.split()[0]} in {sys.prefix}"
    return found, "" if sys.version_info >= (3, 11) else "the course needs Python 3.11 or newer: make env PYTHON=python3.12"


def _nbgrader(course: Course) -> tuple[str, str]:
    version = metadata.version("nbgrader")
    fits = tuple(map(int, version.split(".")[:3])) >= (0, 9, 6) and version.startswith("0.9.")
    return version, "" if fits else "the course is proved with nbgrader 0.9.6 and newer 0.9 versions: make env"


def _extension(course: Course) -> tuple[str, str]:
    parts = [Path(sys.prefix) / "share/jupyter/labextensions/@jupyter/nbgrader", Path(sys.prefix) / "etc/jupyter/jupyter_server_config.d/nbgrader.json"]
    missing = [str(part) for part in parts if not part.exists()]
    return ("installed", "") if not missing else ("not installed", f"{missing[0]} is missing: reinstall nbgrader in this environment")


def _kernel(course: Course) -> tuple[str, str]:
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return "none called python3", "python -m pip install --force-reinstall ipykernel"
    program = spec.argv[0]
    if Path(program).name == program or Path(program).resolve() == Path(sys.executable).resolve():
        return f"python3, from {spec.resource_dir}", ""
    return f"python3 starts {program}", f"the notebooks would run in another Python than {sys.executable}: remove {spec.resource_dir}"


def _sandbox(course: Course) -> tuple[str, str]:
    try:
        walls.wrapped([])
    except walls.NoIsolation as reason:
        return "cannot be built", f"{reason}. Until that is mended, grading stops; isa grade --no-sandbox runs student code with your rights"
    return "student code can be isolated", ""


def _marker(course: Course) -> tuple[str, str]:
    try:
        encoder.MiniLM()
    except encoder.ModelMissing as reason:
        return "works without its model", f"{reason}, so more answers wait for a person: make env"
    return "its model is there", ""


def _syllabus(course: Course) -> tuple[str, str]:
    read = syllabus.read(course.root / "course.yml")
    ready = [lesson for lesson in read.lessons if lesson.status == "ready"]
    missing = [lesson.notebook for lesson in ready if not (course.root / lesson.notebook).is_file()]
    missing += [f"source/{a.id}/{a.id}.ipynb" for a in read.ready_assignments() if not course.source(a.id).is_file()]
    found = f"{len(ready)} of {len(read.lessons)} lessons and {len(read.ready_assignments())} of {len(read.assignments)} assignments are ready"
    return found, f"course.yml says ready, but {', '.join(missing)} is not there" if missing else ""


def _policy(course: Course) -> tuple[str, str]:
    path = course.gradebook / "policy.yml"
    if not path.is_file():
        return "none: nothing is late", ""
    rule = policy.read(path)
    costs = f"{len(rule.steps)} steps" if rule.steps else f"{rule.per_day:g} % a day"
    students = course.gradebook / "roster.csv"
    slips = policy.slips(path, course.assignments(), roster.sections(students) if students.is_file() else None)
    return f"{costs}, at most {rule.at_most:g} %, {rule.grace_minutes:g} minutes of grace; {len(rule.due)} deadlines set", "; ".join(slips)


def _roster(course: Course) -> tuple[str, str]:
    students = course.roster()
    return ("none: every submission is graded" if students is None else f"{len(students)} students"), ""


def _data(course: Course) -> tuple[str, str]:
    folder = course.root / "data"
    if not (folder / "datapackage.json").is_file():
        return "not in this folder", ""
    resources = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    changed = [r["path"] for r in resources if f"sha256:{hashlib.sha256((folder / r['path']).read_bytes()).hexdigest()}" != r["hash"]]
    return f"{len(resources)} tables", f"{', '.join(changed)} is not what datapackage.json describes: git checkout data" if changed else ""


def _gradebook(course: Course) -> tuple[str, str]:
    nbgrader = Nbgrader(course)
    if shutil.which("alembic") is None:
        return "cannot be made", "nbgrader needs the program alembic of this environment on PATH: is nbgrader_config.py the course's own?"
    return "of the right version" if nbgrader.has_gradebook else "none yet, made when it is needed", ""


def _release(course: Course) -> tuple[str, str]:
    nbgrader = Nbgrader(course)
    stale = []
    with tempfile.TemporaryDirectory() as scratch:
        for assignment in course.assignments():
            released = course.release(assignment)
            if not released.is_file() or nbgrader.build(assignment, Path(scratch)).read_bytes() != released.read_bytes():
                stale.append(assignment)
    return f"{len(course.assignments()) - len(stale)} fresh", f"{', '.join(stale)} is not what source/ makes: isa release --force" if stale else ""
