"""Records of invented classes, made without a gradebook."""

from datetime import datetime

import pandas as pd

from isa.teaching.record import Record, exercise_of


def record(scores: dict[str, list[float | None]], points: dict[str, float], assignment: str = "tiny", due: datetime | None = None, **columns) -> Record:
    """A class by its automatic scores, in the order of the cells; `columns` may set others of `grades`, by (student, cell)."""
    cells = pd.DataFrame(
        [(name, exercise_of(name), "answer" if name[0] == "s" else "tests", float(worth)) for name, worth in points.items()],
        columns=["cell", "exercise", "kind", "points"],
    ).set_index("cell")
    students = pd.DataFrame(index=pd.Index(list(scores), name="student", dtype=object)).assign(
        first_name="", last_name="", email="", came=pd.NaT, seconds_late=0.0, penalty=0.0
    )
    rows = [(student, cell, score) for student, own in scores.items() for cell, score in zip(points, own, strict=True)]
    grades = pd.DataFrame(rows, columns=["student", "cell", "auto"]).astype({"auto": float})
    for name, empty in {"manual": float("nan"), "extra": 0.0, "waiting": False, "said": "", "comment": ""}.items():
        known = columns.get(name, {})
        grades[name] = [known.get((student, cell), empty) for student, cell in zip(grades["student"], grades["cell"], strict=True)]
    grades["score"] = grades["manual"].fillna(grades["auto"]).fillna(0.0) + grades["extra"]
    return Record(assignment, due, cells, students, grades)
