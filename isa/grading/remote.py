"""The far end of `isa grade --cluster`: what runs on a Dask worker, which needs this package and nothing of the course.

Each thread of a worker hands submissions to a marking process of its own. So two submissions never share a warm sandbox, the time limit of a test
works (it needs a main thread), and what ends that process leaves the worker alive.
"""

from __future__ import annotations

import hashlib
import pickle
import platform
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from isa.grading.course import Submission
from isa.grading.sandbox.walls import NoIsolation, wrapped
from isa.home import home

if TYPE_CHECKING:
    from isa.grading.marks import Blueprint

IDLE = 120.0  # seconds after which a marking process without work ends, and gives back its memory
# Beside this package, its tables and Python: what can change a mark or the look of a result.
_PACKAGES = ("ipython", "matplotlib", "nbformat", "nbgrader", "nh3", "numpy", "onnxruntime", "pandas", "rapidfuzz", "snowballstemmer")

_here = threading.local()


class MarkingEnded(Exception):
    """The process that marked a submission ended before it had an answer."""


@dataclass(frozen=True)
class Parcel:
    """A submission on its way: the notebook and the files beside it, by their names in the submission's folder."""

    assignment: str
    student: str
    files: dict[str, bytes]


def makings() -> dict[str, str]:
    """What a mark depends on beside the submission and the assignment, part -> version; equal on machines that give equal marks."""
    package = Path(__file__).resolve().parent.parent
    sources = sorted(path for path in package.rglob("*") if path.is_file() and not {"__pycache__", "_course"} & set(path.relative_to(package).parts))
    versions = {name: _version(name) for name in _PACKAGES}
    python = f"{platform.python_implementation()} {sys.version_info.major}.{sys.version_info.minor}"
    return {"isa": _digest(sources, package), "tables": _digest([home() / "data" / "datapackage.json"], home()), "Python": python, **versions}


def introduce(isolated: bool) -> tuple[dict[str, str], str]:
    """What this worker is made of, and why it cannot take part: an empty text when it can."""
    try:
        if isolated:
            wrapped([])
    except NoIsolation as reason:
        return makings(), str(reason)
    return makings(), ""


def mark_there(plan: bytes, parcel: Parcel) -> bytes:
    """Mark a submission on this worker: pickled blueprint and parcel in, pickled verdict (or reason why there is none) out.

    Raises:
        MarkingEnded: the marking process ended; the next call starts another.
    """
    desk = getattr(_here, "desk", None)
    if desk is None or not desk.alive:
        desk = _here.desk = _Desk()
    return desk.ask(plan, pickle.dumps(parcel))


class _Desk:
    """A marking process, and the line to it."""

    def __init__(self) -> None:
        self._line, theirs = Pipe()
        self._process = subprocess.Popen([sys.executable, "-m", "isa.grading.remote", str(theirs.fileno())], pass_fds=[theirs.fileno()])
        theirs.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, *parts: bytes) -> bytes:
        try:
            for part in parts:
                self._line.send_bytes(part)
            return self._line.recv_bytes()
        except (EOFError, OSError):
            self._line.close()
            raise MarkingEnded(f"the process that marked it ended ({self._process.wait()})") from None


def main(line: Connection) -> None:
    """Mark what comes over the line until the worker is gone or has had nothing to do for a while."""
    from isa.grading.pool import _mark

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # pressed in the worker's terminal, it is for the worker, which ends this process
    while line.poll(IDLE):
        try:
            plan, parcel = _blueprint(line.recv_bytes()), pickle.loads(line.recv_bytes())
        except EOFError:
            return
        with tempfile.TemporaryDirectory(prefix="isa-") as folder:
            line.send_bytes(pickle.dumps(_mark(plan, _laid_out(parcel, Path(folder)))))


@lru_cache(maxsize=2)
def _blueprint(packed: bytes) -> Blueprint:
    return pickle.loads(packed)


def _laid_out(parcel: Parcel, folder: Path) -> Submission:
    for name, content in parcel.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return Submission(parcel.assignment, parcel.student, folder)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "missing"


def _digest(paths: list[Path], below: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(below).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))
