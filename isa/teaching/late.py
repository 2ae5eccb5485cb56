"""What lateness costs each student of an assignment, from the marks and the policy of this moment: for exports, reports and `isa late`.

A mark that a person gives after grading counts, and so does a waiver written after it. `isa.grading.nbgrader_late` writes the same into the gradebook.
"""

from __future__ import annotations

import pandas as pd

from isa.grading.nbgrader_late import LateRules
from isa.grading.policy import utc
from isa.teaching.record import Record


def penalties(record: Record, rules: LateRules) -> pd.DataFrame:
    """What each student loses and why, with a row for each student of the record, by `student`.

    Columns: `section`; `due` (the student's own deadline, UTC with its zone; missing where there is none); `seconds_late`; `share` (per cent of the score);
    `penalty` (points, never more than the score); `score` (points after it); `why` (in words for the student; empty where the work came in time).
    """
    rows, scores = [], record.scores().to_dict()
    for student, row in record.students.to_dict("index").items():
        section = rules.sections.get(str(student), "")
        came = None if pd.isna(row["came"]) else row["came"].to_pydatetime()
        late = rules.policy.lateness(record.assignment, utc(came), str(student), section, utc(record.due), row["extension"].to_pytimedelta())
        score = float(scores[student])
        lost = late.penalty(score)
        rows.append((student, section, late.due, late.seconds, late.share, lost, score - lost, late.why))
    names = ["student", "section", "due", "seconds_late", "share", "penalty", "score", "why"]
    table = pd.DataFrame(rows, columns=names).set_index("student")
    return table.assign(due=pd.to_datetime(table["due"], utc=True))
