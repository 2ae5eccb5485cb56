"""A sample class that hands in real notebooks: keys, answers of every quality, typical wrong code, and accidents.

Each student has a story. What a story hands in is made from the instructor version and the specimens of the
assignment; which wrong code and which answer is drawn by a seed. Nothing here knows what any of it will score.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import nbformat

from isa.grading.course import Course
from isa.grading.key import key
from isa.teaching import specimens
from isa.teaching.specimens import Specimens

# Names from Senegal to Indonesia; the people are invented.
NAMES = [
    ("Amina", "Diallo"), ("Bilal", "Rahman"), ("Chinara", "Asanova"), ("Dewi", "Lestari"), ("Emre", "Demir"), ("Fatou", "Ndiaye"), ("Ghassan", "Haddad"),
    ("Hawa", "Musa"), ("Idris", "Bello"), ("Jamila", "Karimova"), ("Karim", "Mansour"), ("Leila", "Benali"), ("Malik", "Sesay"), ("Nadia", "Hassan"),
    ("Omar", "Salim"), ("Parisa", "Ahmadi"), ("Qasim", "Aziz"), ("Rania", "Khoury"), ("Samir", "Trabelsi"), ("Tariq", "Mahmood"), ("Umar", "Yusupov"),
    ("Wafa", "Nasser"), ("Yusuf", "Juma"), ("Zainab", "Kamara"),
]  # fmt: skip


@dataclass(frozen=True)
class Pupil:
    """One invented student: what the story is, what was handed in, and how long after the deadline."""

    id: str
    first_name: str
    last_name: str
    story: str
    content: str
    late: timedelta

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Materials:
    """What notebooks are made from: the student version, the key's solutions by cell, and the specimens."""

    blank: str
    key: dict[str, str]
    specimens: Specimens


def materials(course: Course, assignment: str) -> Materials:
    """Read what the sample class needs to hand in an assignment; the student version has to be there."""
    return Materials(
        blank=course.release(assignment).read_text(encoding="utf-8"),
        key=key(nbformat.read(course.source(assignment), as_version=4)),
        specimens=specimens.read(course.gradebook / "specimens" / f"{assignment}.yml"),
    )


def sample_class(made_from: Materials, students: int, seed: int) -> list[Pupil]:
    """`students` pupils: the stories in order, then more pupils of mixed quality; the same seed gives the same class."""
    rng = Random(seed)
    pupils = []
    for number in range(students):
        story, hand_in, late = _STORIES[number] if number < len(_STORIES) else _STORIES[rng.randrange(_ORDINARY)]
        first, last = NAMES[number] if number < len(NAMES) else ("Student", str(number + 1))
        pupils.append(Pupil(f"{first}-{last}".lower(), first, last, story, hand_in(made_from, rng), late))
    return pupils


def hand_in(course: Course, assignment: str, pupils: list[Pupil], due: datetime) -> None:
    """Lay the pupils' notebooks where nbgrader collects submissions, with the time at which each came."""
    for pupil in pupils:
        folder = course.root / "submitted" / pupil.id / assignment
        folder.mkdir(parents=True)
        (folder / f"{assignment}.ipynb").write_text(pupil.content, encoding="utf-8")
        came = due - timedelta(hours=3) + pupil.late
        (folder / "timestamp.txt").write_text(came.strftime("%Y-%m-%d %H:%M:%S UTC"), encoding="utf-8")


def filled(blank: str, answers: dict[str, str]) -> str:
    """The student version `blank` (a notebook as JSON) with the text of these cells put in, by grade id."""
    notebook = nbformat.reads(blank, as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell.source = answers[grade_id]
    return nbformat.writes(notebook)


def _key(made_from: Materials, rng: Random) -> str:
    return filled(made_from.blank, made_from.key)


def _answers(made_from: Materials, rng: Random, *kinds: str) -> dict[str, str]:
    """A specimen of one of these kinds for each short answer, of any kind where none fits."""
    drawn = {}
    for cell, answers in made_from.specimens.short_answers.items():
        fitting = [a for a in answers if a.kind in kinds] or answers
        drawn[cell] = rng.choice(fitting).answer
    return drawn


def _wrong(made_from: Materials, rng: Random, how_many: int) -> dict[str, str]:
    cells = rng.sample(sorted(made_from.specimens.wrong_code), how_many)
    return {cell: rng.choice(made_from.specimens.wrong_code[cell]).code for cell in cells}


def _mixed(wrong: int, *kinds: str) -> Callable[[Materials, Random], str]:
    def hand_in(made_from: Materials, rng: Random) -> str:
        return filled(made_from.blank, made_from.key | _wrong(made_from, rng, wrong) | _answers(made_from, rng, *kinds))

    return hand_in


def _unfinished(made_from: Materials, rng: Random) -> str:
    # The first half is done, the rest is as it was handed out.
    done = dict(list(made_from.key.items())[: len(made_from.key) // 2])
    return filled(made_from.blank, done)


def _only_words(made_from: Materials, rng: Random) -> str:
    return filled(made_from.blank, _answers(made_from, rng, "full", "verbose"))


def _without_a_test(made_from: Materials, rng: Random) -> str:
    notebook = nbformat.reads(_key(made_from, rng), as_version=4)
    tests = [c for c in notebook.cells if c.cell_type == "code" and c.metadata.get("nbgrader", {}).get("grade")]
    notebook.cells.remove(rng.choice(tests))
    return nbformat.writes(notebook)


def _endless(made_from: Materials, rng: Random) -> str:
    cell = rng.choice(sorted(made_from.specimens.wrong_code))
    return filled(made_from.blank, made_from.key | {cell: "while True:\n    pass"})


def _cut_off(made_from: Materials, rng: Random) -> str:
    whole = _key(made_from, rng)
    return whole[: len(whole) // 2]


def _no_notebook(made_from: Materials, rng: Random) -> str:
    return "My notebook did not save, so here is my e-mail instead.\n"


def _blank(made_from: Materials, rng: Random) -> str:
    return made_from.blank


_IN_TIME = timedelta()
_STORIES: list[tuple[str, Callable[[Materials, Random], str], timedelta]] = [
    ("the answer key itself", _key, _IN_TIME),
    ("right code, full answers", _mixed(0, "full"), _IN_TIME),
    ("one mistake in code, partial answers", _mixed(1, "partial", "borderline"), _IN_TIME),
    ("two mistakes, second-language English", _mixed(2, "second-language", "telegraphic"), _IN_TIME),
    ("three mistakes, misconceptions", _mixed(3, "misconception", "contradictory"), _IN_TIME),
    ("right code, empty talk", _mixed(0, "vague", "nonsense", "off-topic"), _IN_TIME),
    ("half finished", _unfinished, _IN_TIME),
    ("nothing filled in", _blank, _IN_TIME),
    ("right, five hours late", _mixed(0, "full"), timedelta(hours=8)),
    ("a test cell deleted", _without_a_test, _IN_TIME),
    ("a cell that never ends", _endless, _IN_TIME),
    ("a file that is no notebook", _no_notebook, _IN_TIME),
    ("a file that was cut off on the way", _cut_off, _IN_TIME),
]
_ORDINARY = 7  # the first stories, of which a larger class has more
