"""The trusted end of a sandbox: starts it, sends cells, asks for values, calls functions, and gives up on what does not answer."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from isa.grading.sandbox.limits import SandboxLimits
from isa.grading.sandbox.walls import bare_environment, private_folders, wrapped
from isa.grading.wire import Frame, WireError, decode, encode, read_frame, write_frame

GRACE = 3.0  # seconds beyond a cell's own limit, before a process that ignores it is killed
START = 60.0

# Without walls the student's home does not exist.
_HERE = {"HOME": tempfile.gettempdir(), "MPLCONFIGDIR": f"{tempfile.gettempdir()}/isa-matplotlib"}


class SandboxDied(Exception):
    """The student's process is gone, or did not answer and was ended; the message says which, in plain words."""


class StudentError(Exception):
    """A function of the student's raised an exception of a type of the student's own."""


@dataclass(frozen=True)
class CellResult:
    """What a cell did: outputs as nbformat has them (not yet checked), its number, and whether it ended without an error."""

    outputs: list[Any]
    count: int | None
    ok: bool


class Sandbox:
    """A warm interpreter behind walls; `session` gives a fresh process in it for one submission.

    Without `isolated` the same code runs as an ordinary process of this user: for systems that cannot isolate, and only when asked for.

    Raises:
        NoIsolation: walls were wanted and cannot be built.
    """

    def __init__(self, limits: SandboxLimits | None = None, isolated: bool = True) -> None:
        self.limits = limits or SandboxLimits()
        self.isolated = isolated
        self._warm = False
        # Linux keeps messages apart; macOS has no such socket, and there they follow each other slowly enough.
        kind = getattr(socket, "SOCK_SEQPACKET", socket.SOCK_STREAM) if sys.platform.startswith("linux") else socket.SOCK_STREAM
        ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
        command = [sys.executable, "-m", "isa.grading.sandbox.zygote", str(theirs.fileno())]
        self._process = subprocess.Popen(
            wrapped(command) if isolated else command,
            env=bare_environment() if isolated else bare_environment() | _HERE,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        theirs.close()
        self._line = ours

    def wait(self) -> None:
        """Wait until the interpreter is warm, which takes a second or two after the start.

        Raises:
            SandboxDied: it did not start.
        """
        if self._warm:
            return
        self._line.settimeout(START)
        try:
            self._warm = self._line.recv(16) == b"warm"
        except OSError:
            self._warm = False
        if not self._warm:
            self._process.kill()
            raise SandboxDied(f"the sandbox did not start: {self._process.stderr.read().decode(errors='replace').strip()}")  # type: ignore[union-attr]

    def session(self) -> Session:
        """A fresh process for one submission.

        Raises:
            SandboxDied: the zygote is gone, or did not start.
        """
        self.wait()
        ours, theirs = socket.socketpair()
        try:
            wishes = {**self.limits.as_json(), "isolated": self.isolated, "private": private_folders()}
            socket.send_fds(self._line, [json.dumps(wishes).encode()], [theirs.fileno()])
        except OSError:
            ours.close()
            raise SandboxDied("the sandbox itself has ended") from None
        finally:
            theirs.close()
        return Session(ours, self.limits)

    @property
    def alive(self) -> bool:
        """Whether sessions can still be made."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the zygote and everything that it has forked."""
        self._line.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


_shared: dict[tuple[int, SandboxLimits, bool], Sandbox] = {}


def shared_sandbox(limits: SandboxLimits, isolated: bool) -> Sandbox:
    """The sandbox of this process; started when it is first asked for, ended with the process. `wait` for it before a submission is put in."""
    key = (os.getpid(), limits, isolated)
    if key not in _shared or not _shared[key].alive:
        _shared[key] = Sandbox(limits, isolated)
        atexit.register(_shared[key].close)
    return _shared[key]


class Session:
    """One submission's process. Every answer has a time limit; after a `SandboxDied` nothing more can be asked."""

    def __init__(self, line: socket.socket, limits: SandboxLimits) -> None:
        self._line = line
        self._limits = limits
        # The last values asked for, until a cell or call that may change them; None where there is none.
        self._told: dict[str, tuple[Any, list[bytes]] | None] = {}
        self.ended = False

    def lay(self, files: dict[str, bytes]) -> None:
        """Put files into the student's folder; names are relative paths."""
        self._ask(Frame({"do": "files", "names": list(files)}, list(files.values())))

    def run(self, source: str) -> CellResult:
        """Run one cell."""
        self._told.clear()
        answer = self._ask(Frame({"do": "cell", "source": source})).body
        outputs, count = answer.get("outputs"), answer.get("count")
        if not isinstance(outputs, list):
            raise SandboxDied("the sandbox gave an answer that is none")
        return CellResult(outputs, count if type(count) is int else None, answer.get("ok") is True)

    def get(self, names: list[str]) -> dict[str, Any]:
        """The values of those names that are defined, made anew each time: whoever changes one changes no other."""
        if unknown := [name for name in names if name not in self._told]:
            answer = self._ask(Frame({"do": "get", "names": unknown}))
            values = answer.body.get("values")
            if not isinstance(values, dict):
                raise WireError(_failure(answer.body))
            self._told |= {name: (values[name], answer.blobs) if name in values else None for name in unknown}
        self._told = {name: self._told[name] for name in names}  # no more: a value may be large
        return {name: self._value(*told) for name, told in self._told.items() if told}

    def close(self) -> None:
        """End the process."""
        self.ended = True
        self._line.close()

    def _value(self, parcel: Any, blobs: list[bytes]) -> Any:
        if not isinstance(parcel, dict) or not all(type(parcel.get(key)) is int and parcel[key] >= 0 for key in ("first", "count")):
            raise WireError("a value from the sandbox is not wrapped as it should be")
        return decode(parcel.get("tree"), blobs[parcel["first"] : parcel["first"] + parcel["count"]], self._call)

    def _call(self, number: int, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        tree, blobs = encode((arguments, named))
        self._told.clear()
        answer = self._ask(Frame({"do": "call", "function": number, "arguments": tree}, blobs))
        if "raised" in answer.body:
            raise _exception(answer.body)
        if "value" not in answer.body:
            raise WireError(_failure(answer.body))
        if "arguments" in answer.body:
            after, after_named = self._value(answer.body["arguments"], answer.blobs)
            for ours, theirs in [*zip(arguments, after, strict=False), *((named[key], after_named[key]) for key in named if key in after_named)]:
                _take_over(ours, theirs)
        return self._value(answer.body["value"], answer.blobs)

    def _ask(self, frame: Frame) -> Frame:
        try:
            self._line.settimeout(self._limits.cell_seconds + GRACE)
            write_frame(self._line, frame)
            answer = read_frame(self._line)
        except TimeoutError:
            self.close()
            raise SandboxDied(f"it did not stop after {self._limits.cell_seconds:g} seconds, and was ended") from None
        except (EOFError, OSError):
            self.close()
            raise SandboxDied("its process ended") from None
        except WireError as error:
            self.close()
            raise SandboxDied(f"its process sent what is no answer ({error}), and was ended") from None
        except BaseException:  # the test's time is up: the answer that still comes would be taken for one to the next question
            self.close()
            raise
        if not isinstance(answer.body, dict):
            self.close()
            raise SandboxDied("its process sent what is no answer, and was ended")
        return answer

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _failure(body: dict[str, Any]) -> str:
    return f"the sandbox could not answer: {str(body.get('failed', 'no reason given'))[:500]}"


def _exception(body: dict[str, Any]) -> BaseException:
    """The exception that a student's function raised, as the nearest type that Python itself has."""
    import builtins

    words = str(body.get("words", ""))[:2000]
    name = str(body.get("raised", ""))[:100]
    for base in body.get("bases", []) if isinstance(body.get("bases"), list) else []:
        kind = getattr(builtins, base, None) if isinstance(base, str) else None
        if isinstance(kind, type) and issubclass(kind, Exception) and kind is not Exception:
            return kind(words) if base == name else kind(f"{name}: {words}")
    return StudentError(f"{name}: {words}")


def _take_over(ours: Any, theirs: Any) -> None:
    """Make `ours`, an argument of a call, what the student's function has made of it."""
    import numpy as np
    import pandas as pd

    if type(ours) is not type(theirs):
        return
    if isinstance(ours, (list, bytearray)):
        ours[:] = theirs
    elif isinstance(ours, (dict, set)):
        ours.clear()
        ours.update(theirs)
    elif isinstance(ours, np.ndarray) and ours.shape == theirs.shape and ours.dtype == theirs.dtype and ours.flags.writeable:
        ours[...] = theirs
    elif isinstance(ours, (pd.DataFrame, pd.Series)):
        inside: Any = ours  # pandas has no public way to exchange what is inside a table
        inside._update_inplace(theirs)
