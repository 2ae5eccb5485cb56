"""Whether a run that is killed loses anything: python benchmarks/interrupted.py [--students N] [--share PER_CENT].

Grades a class, kills every process of the run with SIGKILL when a share of it is done, and looks at what is left: the gradebook has to be whole and each
student in it complete. Then the run is started again, and once more from nothing; all marks and comments have to be those of the run that nobody killed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing

from grading import ASSIGNMENT, BIN, course

from isa.grading.course import Course

GRADE = [str(BIN / "isa"), "grade", ASSIGNMENT]
Rows = dict[str, list[tuple[object, ...]]]


def main() -> None:
    """Run, kill, look, run again, compare."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--students", type=int, default=1000)
    options.add_argument("--share", type=int, default=50, help="per cent of the class that is done when the run is killed")
    chosen = options.parse_args()
    here = course(chosen.students, stock=False)

    seconds = killed(here, chosen.students * chosen.share // 100)
    left, sealed = rows(here), seals(here)
    print(f"killed after {seconds:.0f} s: {len(left):,} of {chosen.students:,} students in the gradebook, {len(sealed):,} autograded notebooks")
    print(f"PRAGMA integrity_check: {integrity(here)}")
    check(sealed.keys() <= left.keys(), "each autograded notebook has its marks in the gradebook")

    seconds = finished(here)
    again, now = rows(here), seals(here)
    print(f"finished by the second run in {seconds:.0f} s: {len(again):,} students")
    check(len(again) == len(now) == chosen.students, "everybody has marks and an autograded notebook")
    check(sealed.items() <= now.items(), "what was done was not done again")
    check(not list((here.root / "autograded").glob("*/.isa-*")), "no half-made folder is left")

    seconds = finished(here, "--force")
    whole = rows(here)
    print(f"marked again by a run that nobody killed in {seconds:.0f} s")
    check(again == whole, f"all {sum(map(len, whole.values())):,} scores, comments and penalties are the same")
    check(all(left[student] == whole[student] for student in left), "what stood in the gradebook after the kill was complete, for each student in it")


def killed(here: Course, done: int) -> float:
    """Start grading and kill the whole process group once so many are done; seconds that it ran."""
    started = time.perf_counter()
    run = subprocess.Popen(GRADE, cwd=here.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    while sum(1 for _ in here.root.glob(f"autograded/*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")) < done and run.poll() is None:
        time.sleep(0.2)
    check(run.poll() is None, "the run was still going when it was killed")
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return time.perf_counter() - started


def finished(here: Course, *more: str) -> float:
    """Grade to the end; seconds that it took."""
    started = time.perf_counter()
    subprocess.run([*GRADE, *more], cwd=here.root, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def rows(here: Course) -> Rows:
    """Student -> all that the gradebook says of the submission: scores, comments, penalty."""
    found: Rows = defaultdict(list)
    with closing(sqlite3.connect(here.gradebook / "gradebook.db")) as database:
        of_each = "JOIN submitted_notebook n ON n.id = x.notebook_id JOIN submitted_assignment s ON s.id = n.assignment_id JOIN base_cell c ON c.id = x.cell_id"
        for what in ("grade x", "comment x"):
            columns = "x.auto_score, x.needs_manual_grade" if what == "grade x" else "x.auto_comment, ''"
            query = f"SELECT s.student_id, c.name, {columns}, n.late_submission_penalty FROM {what} {of_each} ORDER BY c.name"
            for student, *values in database.execute(query):
                found[student].append(tuple(values))
    return dict(found)


def integrity(here: Course) -> str:
    """What SQLite says of the file."""
    with closing(sqlite3.connect(here.gradebook / "gradebook.db")) as database:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])


def seals(here: Course) -> dict[str, tuple[str, int]]:
    """Student -> seal and place on the disk of the autograded notebook, each of which has to be readable."""
    paths = here.root.glob(f"autograded/*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
    return {path.parts[-3]: (json.loads(path.read_text(encoding="utf-8"))["metadata"]["isa"]["seal"], path.stat().st_ino) for path in paths}


def check(holds: bool, what: str) -> None:
    """Say that something holds, or stop."""
    print(f"{'yes' if holds else 'NO'}: {what}", flush=True)
    if not holds:
        sys.exit(1)


if __name__ == "__main__":
    main()
