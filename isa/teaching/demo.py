"""The whole loop on a sample class, in a scratch copy of the course: release, hand in, grade, feedback, report.

It calls the same functions as the commands, so what it shows is what an instructor will see.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from isa import syllabus
from isa.grading import runner
from isa.grading.course import CONFIG, Course, CourseError, Outcome
from isa.grading.nbgrader_edge import Mark, Nbgrader
from isa.grading.runner import Progress
from isa.teaching.report import build
from isa.teaching.sample_class import Materials, Pupil, hand_in, materials, sample_class

MARKER = ".isa-demo"
REVIEW = "review.ipynb"
# The class's own gradebook may lie on a server, which has no place for invented students.
_OWN_GRADEBOOK = 'c.CourseDirectory.db_url = f"sqlite:///{c.CourseDirectory.root}/gradebook/gradebook.db"'


@dataclass(frozen=True)
class Result:
    """What became of one pupil: `outcome` is of the grading, `mark` is None where nothing could be graded."""

    pupil: Pupil
    outcome: Outcome
    mark: Mark | None


def scratch_copy(course: Course, folder: Path) -> Course:
    """Copy what the loop needs into `folder`, never the gradebook or a submission; an earlier demo there is replaced.

    Raises:
        CourseError: the folder exists and is not an earlier demo.
    """
    if folder.exists():
        if not (folder / MARKER).is_file() and any(folder.iterdir()):
            raise CourseError(f"{folder} exists and is not an earlier demo; it has not been touched. Name another folder with --into DIR")
        shutil.rmtree(folder)
    (folder / "gradebook").mkdir(parents=True)
    (folder / MARKER).write_text("Made by isa demo, replaced by the next one.\n", encoding="utf-8")
    for name in (CONFIG, "course.yml"):
        shutil.copy(course.root / name, folder / name)
    with (folder / CONFIG).open("a", encoding="utf-8") as config:
        config.write(f"\n{_OWN_GRADEBOOK}\n")
    shutil.copytree(course.root / "source", folder / "source")
    if (course.gradebook / REVIEW).is_file():
        shutil.copy(course.gradebook / REVIEW, folder / "gradebook" / REVIEW)
    # Decisions hold what students of a real class have written.
    shutil.copytree(course.gradebook / "specimens", folder / "gradebook" / "specimens", ignore=shutil.ignore_patterns("decisions"))
    return Course.at(folder)


def run(course: Course, assignment: str, students: int, seed: int, progress: Progress, isolated: bool = True) -> list[Result]:
    """Let a sample class hand in one assignment of a scratch copy, grade it and write its feedback."""
    nbgrader = Nbgrader(course, isolated)
    nbgrader.release(assignment)
    made_from: Materials = materials(course, assignment)
    pupils = sample_class(made_from, students, seed)
    due = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    _write_class(course, pupils, due)
    hand_in(course, assignment, pupils, due)

    submissions, _ = runner.chosen(course, assignment, [])
    outcomes = {o.submission.student: o for o in runner.grade(nbgrader, assignment, submissions, progress)}
    runner.feedback(nbgrader, assignment, [o.submission for o in outcomes.values() if not o.problem], runner.silently)
    marks = nbgrader.marks(assignment)
    return [Result(pupil, outcomes[pupil.id], marks.get(pupil.id)) for pupil in pupils]


def titles(course: Course) -> dict[str, str]:
    """Assignment -> its title, as far as the syllabus has one."""
    path = course.root / "course.yml"
    return {a.id: a.title for a in syllabus.read(path).assignments} if path.is_file() else {}


def report(course: Course, assignments: Sequence[str], now: datetime) -> Path:
    """Write the instructor's page: on the assignment, or on the course where there are several."""
    found = build.gathered(Nbgrader(course), assignments[0] if len(assignments) == 1 else None, now.replace(tzinfo=None))
    return build.instructors(found, course.gradebook / "reports", now.replace(tzinfo=None), csv=False)[0]


def _write_class(course: Course, pupils: list[Pupil], due: datetime) -> None:
    with (course.gradebook / "roster.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["id", "first_name", "last_name", "email"])
        writer.writerows([pupil.id, pupil.first_name, pupil.last_name, ""] for pupil in pupils)
    policy = {"late": {"grace_minutes": 60, "per_day": 10, "at_most": 50}, "due": dict.fromkeys(course.assignments(), due)}
    (course.gradebook / "policy.yml").write_text(yaml.safe_dump(policy), encoding="utf-8")
