"""Runs a learner's one line of pandas in a process of its own, and says how what it gives differs from what the solution gives.

`python -m isa.study.one_line` is that process. It imports pandas, says so, waits for one line on its standard input and answers on its standard output, both
in JSON; the notebook never unpickles or evaluates what comes back. It protects from slips (a loop without end, a file written over), not from an attack:
whoever has a notebook can run anything in it. Where no process can be started, as in a browser, the line runs inside the notebook, and the answer says so.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import io
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from isa.study import slips, values
from isa.study.slips import FORM

SECONDS = 5  # that a line may take
PATIENCE = 60  # seconds for the process to get ready, and for the checkpoint's own code
MEMORY = 2**30  # bytes that a line may take beside what pandas has taken
LONGEST = 2_000  # characters of what a line prints that are kept

ENDED = f"The line ended Python before it gave a value. {FORM}"
ALONE = "The line ran inside the notebook: here, one that never ends could not be stopped."

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_FORBIDDEN = {  # what a line may not do: how the names of such audit events begin
    deed: tuple(events.split())
    for deed, events in {
        "write, move or delete files": "os.chmod os.chown os.link os.mkdir os.remove os.rename os.rmdir os.setxattr os.symlink os.truncate os.utime "
        "shutil. sqlite3. tempfile.",
        "use the network": "ftplib. http. imaplib. nntplib. poplib. smtplib. socket. telnetlib. urllib. webbrowser.",
        "start programs": "os.exec os.fork os.posix_spawn os.spawn os.startfile os.system pty. subprocess.",
        "change the environment that Python runs in": "ctypes.dlopen ctypes.dlsym os.chdir os.kill os.putenv os.unsetenv resource. winreg.",
    }.items()
}
_SORTING_BY_VALUES = {"sort_values", "nlargest", "nsmallest"}
_SORTING = _SORTING_BY_VALUES | {"sort_index", "sorted"}


class Fault(RuntimeError):
    """A checkpoint's own code does not run; the message says which, and why. Only its author can mend that."""


@dataclass(frozen=True)
class Answer:
    """What became of a line.

    Attributes:
        result: right, partly, wrong, or refused where it gave nothing that could be compared.
        said: what its writer needs to read, in sentences of Markdown.
        turn: which of the wrong turns it took, or None.
        shown: what it gave and printed, as safe HTML.
    """

    result: Literal["right", "partly", "wrong", "refused"]
    said: tuple[str, ...]
    turn: int | None = None
    shown: str = ""


def names(setup: str) -> dict[str, Any]:
    """The names that a checkpoint's code and a learner's line can use: `isa`, `pd`, and those that `setup` makes.

    Raises:
        Fault: `setup` does not run.
    """
    import isa

    made: dict[str, Any] = {"isa": isa, "pd": pd}
    execute(setup, made, "setup")
    return made


def execute(code: str, made: dict[str, Any], field: str) -> None:
    """Run code of a checkpoint's author, which adds names to `made`; `field` is where it stands in the file.

    Raises:
        Fault: it does not run.
    """
    try:
        exec(compile(code, f"<{field}>", "exec"), made)
    except Exception as error:
        raise Fault(f"{field}: {slips.last_line(error)}") from error


def evaluate(code: str, made: dict[str, Any], field: str) -> Any:
    """The value of an expression of a checkpoint's author; `field` is where it stands in the file.

    Raises:
        Fault: it does not run.
    """
    try:
        return eval(compile(code.strip(), f"<{field}>", "eval"), made)
    except Exception as error:
        raise Fault(f"{field}: {slips.last_line(error)}") from error


def run(line: str, *, setup: str, solution: str, turns: Sequence[str] = ()) -> Answer:
    """Run a learner's line and compare what it gives with what `solution` and the wrong `turns` give; a spare process is started for the next line.

    Raises:
        Fault: the checkpoint's own code does not run.
    """
    refused = slips.of_form(line)
    if refused:
        return Answer("refused", (refused,))
    asked = {"line": line.strip(), "setup": setup, "solution": solution, "turns": list(turns)}
    if not in_browser():
        with contextlib.suppress(OSError):
            answer = _answer(_elsewhere(asked))
            get_ready()
            return answer
    answer = _answer(_work(asked))
    return Answer(answer.result, (*answer.said, ALONE), answer.turn, answer.shown)


def in_browser() -> bool:
    """Whether this Python runs in a browser, where there are no processes."""
    return sys.platform == "emscripten"


def get_ready() -> None:
    """Start the process that will run the next line, so that its answer comes at once. Where none can be started, nothing happens."""
    global _spare
    if not in_browser():
        with contextlib.suppress(OSError):
            _spare = _taken()


def put_away() -> None:
    """End the process that waits for a line; the next line starts another one."""
    global _spare
    if _spare:
        _spare.end()
    _spare = None


class _Process:
    """A process that runs one line.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="isa-line-", ignore_cleanup_errors=True)
        package = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        self._popen = subprocess.Popen(
            [sys.executable or "python", "-m", "isa.study.one_line"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=os.environ | {"PYTHONPATH": path, "MPLBACKEND": "agg"},
            start_new_session=True,
        )
        self._heard: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def alive(self) -> bool:
        return self._popen.poll() is None

    def say(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            OSError: the process has ended.
        """
        assert self._popen.stdin
        self._popen.stdin.write(json.dumps(message).encode() + b"\n")
        self._popen.stdin.flush()

    def hear(self, seconds: float) -> dict[str, Any]:
        """The next message, an empty one where the process has ended.

        Raises:
            queue.Empty: nothing came in time.
        """
        return self._heard.get(timeout=seconds)

    def end(self) -> None:
        """Kill it with all that it has started."""
        if self._popen.returncode is None:  # its id is still its own
            with contextlib.suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(self._popen.pid, signal.SIGKILL)
                else:
                    self._popen.kill()
            self._popen.wait()
        with contextlib.suppress(OSError):
            assert self._popen.stdin
            self._popen.stdin.close()
        self._folder.cleanup()

    def _listen(self) -> None:
        assert self._popen.stdout
        with self._popen.stdout as said:
            for text in said:
                try:
                    message = json.loads(text)
                except ValueError:
                    break
                self._heard.put(message if isinstance(message, dict) else {})
        self._heard.put({})


_spare: _Process | None = None
atexit.register(put_away)


def _taken() -> _Process:
    """The process that waits, or a new one where none does."""
    global _spare
    if _spare and not _spare.alive():
        put_away()
    process, _spare = _spare or _Process(), None
    return process


def _elsewhere(asked: dict[str, Any]) -> dict[str, Any]:
    """What `_work` finds in a process of its own, which is stopped in time.

    Raises:
        OSError: no process could be started.
    """
    process = _taken()
    try:
        try:
            if not process.hear(PATIENCE):
                raise OSError("the process ended before it was ready")
        except queue.Empty:
            raise OSError("the process did not get ready") from None
        process.say(asked)
        found = process.hear(PATIENCE)
        return process.hear(SECONDS) if found.get("begins") else found
    except queue.Empty:
        return _refused(
            f"The line was stopped after {SECONDS} seconds, before it came to an end. A line of pandas takes far less: "
            "look for something in it that never ends, or that grows very large."
        )
    finally:
        process.end()


def _answer(found: dict[str, Any]) -> Answer:
    """What `_work` found, in its final form."""
    if "fault" in found:
        raise Fault(str(found["fault"]))
    try:
        shown = values.html(found["shown"]) if found["shown"] else ""
        if found["printed"]:
            shown += f"<p>Printed:</p><pre>{escape(str(found['printed']))}</pre>"
        return Answer(found["result"], tuple(map(str, found["said"])), found["turn"], shown)
    except (KeyError, TypeError):
        return Answer("refused", (ENDED,))


def _refused(why: str) -> dict[str, Any]:
    return _found("refused", why)


def _found(result: str, *said: str, turn: int | None = None, shown: dict[str, Any] | None = None, printed: str = "") -> dict[str, Any]:
    return {"result": result, "said": list(filter(None, said)), "turn": turn, "shown": shown, "printed": printed}


def _work(asked: dict[str, Any], begin: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Run solution, wrong turns and line, and compare; `begin` is called before the line, which is the first thing here that its learner wrote."""
    try:
        own = names(asked["setup"])
        expected = evaluate(asked["solution"], own, "solution")
        turns = [evaluate(code, own, f"wrong_turns[{at}]") for at, code in enumerate(asked["turns"])]
        given = names(asked["setup"])  # made anew: what a line changes is not what it is compared with
    except Fault as fault:
        return {"fault": str(fault)}
    printed = _Printed()
    begin()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            got = eval(compile(asked["line"], "<line>", "eval"), given)
    except BaseException as error:
        return _stopped(error, given) | {"printed": printed.getvalue()}
    keys = _sorted_by(asked["solution"])
    turn = None
    try:
        result, words = values.compare(got, expected, keys)
        if result != "right":
            turn = next((at for at, other in enumerate(turns) if values.compare(got, other, keys)[0] == "right"), None)
    except Exception:  # an object of a learner's own making may refuse to be compared
        result, words = "wrong", f"You get {values.described(got)}, which cannot be compared with what is expected."
    if result == "right":
        words = f"Right: the line gives what was asked for. {words}".strip()
    return _found(result, words if turn is None else "", turn=turn, shown=values.show(got), printed=printed.getvalue())


class _Printed(io.TextIOBase):
    """Keeps the beginning of what is printed."""

    def __init__(self) -> None:
        self._kept = ""
        self._more = False

    def write(self, text: str) -> int:
        room = LONGEST - len(self._kept)
        self._kept += text[:room]
        self._more = self._more or len(text) > room
        return len(text)

    def getvalue(self) -> str:
        return values.printable(self._kept) + (" …" if self._more else "")


def _sorted_by(solution: str) -> frozenset[str] | None:
    """The columns by which a solution sorts, as `values.compare` takes them; None where it does not sort.

    >>> _sorted_by('members.sort_values("joined")'), _sorted_by("members.joined.nlargest(5)"), _sorted_by("members.joined.max()")
    (frozenset({'joined'}), frozenset({'value'}), None)
    """
    calls = [node for node in ast.walk(ast.parse(solution, mode="eval")) if isinstance(node, ast.Call)]
    sorting = [(name, call) for call in calls if (name := getattr(call.func, "attr", getattr(call.func, "id", ""))) in _SORTING]
    if not sorting:
        return None
    name, last = sorting[0]  # the outermost one
    if name not in _SORTING_BY_VALUES:
        return frozenset()
    by = [*last.args, *(keyword.value for keyword in last.keywords if keyword.arg in ("by", "columns"))]
    constants = {node.value for part in by for node in ast.walk(part) if isinstance(node, ast.Constant)}
    return frozenset({column for column in constants if isinstance(column, str)} or {values.ONLY})


def _stopped(error: BaseException, given: dict[str, Any]) -> dict[str, Any]:
    """What to say of a line that ended in an error."""
    if _refused_deeds:
        return _refused(f"A line may not {_refused_deeds[-1]}, and was stopped. {FORM}")
    if isinstance(error, MemoryError):
        return _refused("The line was stopped: it needs more memory than it may use. Look for something in it that grows very large.")
    if isinstance(error, Exception):
        return _found("wrong", slips.of_error(error, given))
    return _refused(ENDED)


_refused_deeds: list[str] = []


def _forbid(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook: what a line has no reason to do ends it."""
    if event == "open":
        deed = next(iter(_FORBIDDEN)) if isinstance(args[2], int) and args[2] & _WRITING else ""
    else:
        deed = next((deed for deed, events in _FORBIDDEN.items() if event.startswith(events)), "")
    if deed:
        _refused_deeds.append(deed)
        raise PermissionError(f"a line may not {deed}")


def _limit() -> None:
    """Limit the memory, where this system can; the limit of time holds on all."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Wait for one line and answer it. The end of the input ends the process: then the notebook has gone."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    with open(os.dup(1), "w", encoding="ascii") as out, open(os.dup(0), encoding="ascii") as asked:
        for channel in (0, 1, 2):
            os.dup2(nowhere, channel)

        def send(message: dict[str, Any]) -> None:
            out.write(json.dumps(message) + "\n")
            out.flush()

        def begin() -> None:
            import faulthandler

            # If the notebook is killed meanwhile, nobody else ends a line that never ends.
            faulthandler.dump_traceback_later(SECONDS + 1, exit=True, file=nowhere)
            sys.dont_write_bytecode = True
            _limit()
            send({"begins": True})
            sys.addaudithook(_forbid)

        send({"ready": True})
        line = asked.readline()
        if line:
            send(_work(json.loads(line), begin))
            os._exit(0)  # whatever the line has left behind


if __name__ == "__main__":
    main()
