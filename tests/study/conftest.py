"""A small course of four lessons with checkpoints, and a learner who starts anew in each test."""

import json

import pytest

from isa import catalog, syllabus
from isa.study import checkpoints, frame, progress

COURSE = """\
title: A small course
course_id: small
claims: {C1: Water is wet., C2: Fire is <hot>.}
lessons:
  - {id: "00", title: Begin, question: "How?", notebook: notebooks/00-begin.ipynb, status: ready, minutes: 45, prerequisites: [], claims: [],
     evidence: [members], objectives: {"0.1": Run a cell., "0.2": Load a table.}}
  - {id: "01", title: Water, question: "Is it wet?", notebook: notebooks/01-water.ipynb, status: ready, minutes: 60, prerequisites: ["00"], claims: [C1],
     evidence: [members, countries], objectives: {"1.1": Say what wet is., "1.2": Measure it., "1.3": Doubt it.}}
  - {id: "02", title: Fire & smoke, question: "Is it hot?", notebook: notebooks/02-fire.ipynb, status: ready, minutes: 60, prerequisites: ["01"],
     claims: [C1, C2], evidence: [members], objectives: {"2.1": Light it., "2.2": Put it out.}}
  - {id: "03", title: Air, question: "Is it there?", notebook: notebooks/03-air.ipynb, status: planned, minutes: 60, prerequisites: ["02"], claims: [],
     evidence: [], objectives: {"3.1": Breathe.}}
assignments:
  - {id: assignment-01, lesson: "01", title: Measure the sea, status: ready, minutes: 60, points: 1, weight: 50,
     exercises: [{id: q1, kind: data, title: Depth, points: 1, objectives: ["1.2"]}]}
  - {id: assignment-02, lesson: "02", title: Burn, status: planned, minutes: 60, points: 1, weight: 50}
"""
CELLS = [
    ("markdown", "title", "# 02 Fire\n\nOne hour."),
    ("code", "frame", 'import isa\n\nisa.lesson("02")'),
    ("markdown", "light", "## 1. *Light* it with `care` & [a match](match.md)\n\n```python\n## no heading\n```\n\n### Not in the contents"),
    ("code", "check-21", 'isa.checkpoint("2.1")'),
    ("markdown", "end", "## 2. Put it out\n"),
]


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """Where the progress of this test's learner is kept; there is none yet."""
    monkeypatch.setenv("ISA_PROGRESS", str(tmp_path / "mine" / "progress.jsonl"))
    monkeypatch.setattr(progress, "_waiting", [])
    monkeypatch.setattr(progress, "_said", [])
    return tmp_path / "mine" / "progress.jsonl"


@pytest.fixture
def small_course(tmp_path, monkeypatch):
    """The small course; lessons 00 to 02 have three checkpoints an objective, of which the first two may be asked again."""
    home = tmp_path / "course"
    (home / "notebooks" / "checkpoints").mkdir(parents=True)
    (home / "release" / "assignment-01").mkdir(parents=True)
    (home / "course.yml").write_text(COURSE, encoding="utf-8")
    (home / "release" / "assignment-01" / "assignment-01.ipynb").write_text("{}", encoding="utf-8")
    cells = [{"cell_type": kind, "id": id, "metadata": {}, "source": source.splitlines(keepends=True)} for kind, id, source in CELLS]
    (home / "notebooks" / "02-fire.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    for module in (syllabus, checkpoints, frame):
        monkeypatch.setattr(module, "home", lambda: home)
    monkeypatch.setattr(catalog, "_loaded", {})
    for lesson in syllabus.read().lessons[:3]:
        ask(home, lesson.id, [objective for objective in lesson.objectives for _ in range(3)])
    return home


def ask(home, lesson, objectives, recall=(True, True, False), exit_ticket=False):
    """Write a lesson's file of checkpoints: one for each of the objectives that are given."""
    lines = [f'lesson: "{lesson}"', "checkpoints:"]
    for number, objective in enumerate(objectives, 1):
        lines += [
            f'  - {{id: "{int(lesson)}.{number}", kind: choose one, objective: "{objective}", minutes: 1, ask: "Which?", explanation: This one.,',
            f"     recall: {str(recall[(number - 1) % len(recall)]).lower()}, exit_ticket: {str(exit_ticket and number == len(objectives)).lower()},",
            "     options: [{text: This, right: true, why: It is.}, {text: That, why: It is not.}]}",
        ]
    (home / "notebooks" / "checkpoints" / f"{lesson}.yml").write_text("\n".join(lines), encoding="utf-8")
