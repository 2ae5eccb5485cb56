"""Runs cells as a notebook does, and answers for their values. Everything here shares a process with the student's code.

So nothing that this module says is trusted: the session checks every frame. It is written for honest notebooks; a dishonest
one that changes it can only lie about its own values, which is worth what the lie is worth.
"""

from __future__ import annotations

import base64
import io
import signal
import socket
import sys
import traceback
from typing import Any

from isa.grading.wire import Frame, decode, encode, read_frame, write_frame
from isa.grading.wire.decode import WireError

_ANSWERS_IN_WORDS = 2000  # characters of an exception's message that cross


class CellTimeoutError(Exception):
    """A cell ran longer than it may. Named as nbclient names it, because feedback has always said so."""


class _Outputs:
    """What a cell shows, in the form of nbformat, up to a limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.items: list[dict[str, Any]] = []
        self.size = 0

    def clear(self) -> None:
        self.items, self.size = [], 0

    def add(self, item: dict[str, Any], size: int) -> None:
        if self.size > self.limit:
            return
        self.size += size
        if self.size > self.limit:
            self._stream("stderr", f"\n[The output of this cell is longer than {self.limit // 1024} kB; the rest is left out.]\n")
            return
        if item["output_type"] == "stream":
            self._stream(item["name"], item["text"])
        else:
            self.items.append(item)

    def _stream(self, name: str, text: str) -> None:
        if self.items and self.items[-1].get("output_type") == "stream" and self.items[-1]["name"] == name:
            self.items[-1]["text"] += text
        else:
            self.items.append({"output_type": "stream", "name": name, "text": text})


class _Stream(io.TextIOBase):
    """Takes the place of sys.stdout and sys.stderr."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, outputs: _Outputs) -> None:
        self.name = name
        self._outputs = outputs

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.add({"output_type": "stream", "name": self.name, "text": text}, len(text))
        return len(text)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False


def make_shell() -> Any:
    """An IPython shell whose results, displays and tracebacks go to `shell.isa_outputs`. Made once, in the zygote."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    class Publisher(DisplayPublisher):
        def publish(self, data: dict[str, Any], metadata: Any = None, **more: Any) -> None:
            plain = _mime(data)
            self.shell.isa_outputs.add({"output_type": "display_data", "data": plain, "metadata": _mime(metadata or {})}, _length(plain))

        def clear_output(self, wait: bool = False) -> None:
            self.shell.isa_outputs.clear()

    class Hook(DisplayHook):
        def __call__(self, result: Any = None) -> None:
            self.check_for_underscore()
            if result is None or self.quiet():
                return
            data, metadata = self.compute_format_data(result)
            self.update_user_ns(result)
            self.fill_exec_result(result)
            if data:
                plain = _mime(data)
                item = {"output_type": "execute_result", "execution_count": self.prompt_count, "data": plain, "metadata": _mime(metadata)}
                self.shell.isa_outputs.add(item, _length(plain))

    class Shell(InteractiveShell):
        displayhook_class = Type(Hook)
        display_pub_class = Type(Publisher)

        def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
            # The frame in which a cell was stopped is ours and tells the student nothing.
            text = [str(line) for line in stb if __file__ not in str(line)]
            item = {"output_type": "error", "ename": str(getattr(etype, "__name__", etype)), "evalue": str(evalue)[:20_000], "traceback": text}
            self.isa_outputs.add(item, sum(map(len, text)))

        def enable_gui(self, gui: Any = None) -> None:
            """There is nothing to show windows on."""

        def init_io(self) -> None:
            """The streams are ours."""

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.autocall = 0
    shell = Shell.instance(config=config)
    shell.isa_outputs = _Outputs(0)
    return shell


def warm(shell: Any) -> None:
    """Do once, before any student comes, what every notebook does: the first time costs seconds, and the forks find it done."""
    shell.isa_outputs = _Outputs(2**20)
    shell.run_line_magic("matplotlib", "inline")
    for source in _FIRST:
        shell.run_cell(source, silent=True)
    import matplotlib
    import matplotlib.pyplot as plt

    plt.close("all")
    matplotlib.rcdefaults()
    shell.reset(new_session=True)
    shell.run_line_magic("matplotlib", "inline")
    shell.execution_count = 1


# What notebooks of this course do first. A cell that fails here (a package that is not installed) is no matter.
_FIRST = [
    "import pandas as pd, numpy as np, matplotlib.pyplot as plt, isa",
    "import ipywidgets, isa.study.check_button",
    "tables = {name: isa.load(name) for name in isa.tables().name}",
    "isa.charts.use_theme(); members, people = tables['members'], tables['population_gdp'].query('year == 2022')",
    "joined = members.merge(people, on='iso3', how='left', validate='one_to_one').sort_values(['population', 'name'], ascending=[False, True])",
    "joined.groupby('oic_group')['population'].agg(['sum', 'median']).describe(); joined['population'].isna().sum(); joined.head()",
    "ax = joined.head(3).plot.barh(x='name', y='population', title='Sénégal, Türkiye'); isa.charts.describe(ax)",
    "isa.charts.show(ax, alt='Bars that warm the library up for those who come.')",
    # The labels of a logarithmic axis are set as formulas. matplotlib keeps what it has parsed for each sheet: here for all, so that forks find it.
    "import functools, matplotlib.backends.backend_agg as agg; agg.MathTextParser = functools.cache(agg.MathTextParser)",
    "ax = people.plot.scatter(x='population', y='gdp_current_usd', label='states'); ax.set(xscale='log', yscale='log')",
    "decades = [10.0**number for number in range(-3, 12)]; ax.set_xticks(decades); ax.set_yticks(decades); ax.legend(title='')",
    "isa.charts.show(ax, alt='Points that warm the library up for those who come.')",
    "people.pivot(index='iso3', columns='year', values='population').T.plot(); plt.close('all')",
    "joined['population'].rank().corr(joined['joined']); joined['joined'].rolling(3, center=True).mean().diff().cumsum()",
    "joined.melt(id_vars=['iso3'], value_vars=['population']).value_counts('variable'); pd.concat([joined, joined]).nlargest(3, 'joined')",
    "groups = joined.groupby('joined', as_index=False).agg(states=('iso3', 'nunique'), first=('name', 'first')).drop_duplicates('states')",
    "joined.groupby('oic_group', observed=True)['population'].transform('sum'); pd.cut(joined['joined'], 3)",
    "joined['name'].str.strip().str.contains('a'); joined.set_index('iso3').apply(len, axis=1)",
    "from isa.grading.wire import encode, decode; decode(*encode(joined))",
]


class Kernel:
    """The answering end of a session: one line of frames, one shell, one student."""

    def __init__(self, shell: Any, line: socket.socket, limits: dict[str, Any]) -> None:
        self.shell = shell
        self.line = line
        self.limits = limits
        self.functions: list[Any] = []

    def serve(self) -> None:
        """Answer until the other side closes the line."""
        signal.signal(signal.SIGALRM, self._too_long)
        sys.stdin = io.StringIO()
        while True:
            try:
                asked = read_frame(self.line)
            except (EOFError, OSError, WireError):
                return
            write_frame(self.line, self._answer(asked))

    def _answer(self, asked: Frame) -> Frame:
        try:
            match asked.body["do"]:
                case "files":
                    for name, blob in zip(asked.body["names"], asked.blobs, strict=True):
                        _lay(name, blob)
                    return Frame({})
                case "cell":
                    return Frame(self._cell(asked.body["source"]))
                case "get":
                    return self._get(asked.body["names"])
                case "call":
                    return self._call(asked)
                case other:
                    return Frame({"failed": f"unknown request {other!r}"})
        except BaseException as error:  # whatever the student's objects do when they are looked at
            return Frame({"failed": _words(error)})

    def _cell(self, source: str) -> dict[str, Any]:
        outputs = self.shell.isa_outputs = _Outputs(self.limits["output_per_cell"])
        sys.stdout, sys.stderr = _Stream("stdout", outputs), _Stream("stderr", outputs)
        signal.setitimer(signal.ITIMER_REAL, self.limits["cell_seconds"])
        try:
            result = self.shell.run_cell(source, store_history=True)
            problem = result.error_before_exec or result.error_in_exec
        except BaseException as error:  # the shell itself was broken by the student's code
            problem = error
            outputs.add({"output_type": "error", "ename": type(error).__name__, "evalue": _words(error), "traceback": traceback.format_exc().splitlines()}, 0)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return {"outputs": outputs.items, "count": self.shell.execution_count - 1, "ok": problem is None}

    def _too_long(self, signal_number: int, frame: Any) -> None:
        raise CellTimeoutError(f"A cell ran longer than {self.limits['cell_seconds']:g} seconds and was stopped.")

    def _get(self, names: list[str]) -> Frame:
        values: dict[str, Any] = {}
        blobs: list[bytes] = []
        for name in names:
            if name in self.shell.user_ns:
                values[name] = self._encoded(self.shell.user_ns[name], blobs)
        return Frame({"values": values}, blobs)

    def _call(self, asked: Frame) -> Frame:
        function = self.functions[asked.body["function"]]
        arguments, named = decode(asked.body["arguments"], asked.blobs)
        outputs = self.shell.isa_outputs = _Outputs(self.limits["output_per_cell"])
        sys.stdout, sys.stderr = _Stream("stdout", outputs), _Stream("stderr", outputs)
        blobs: list[bytes] = []
        signal.setitimer(signal.ITIMER_REAL, self.limits["cell_seconds"])
        try:
            returned = function(*arguments, **named)
        except BaseException as error:
            return Frame({"raised": type(error).__name__, "words": _words(error), "bases": [base.__name__ for base in type(error).__mro__]})
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        answer = {"value": self._encoded(returned, blobs)}
        # What a function did to its arguments is part of what it did; most do nothing.
        if encode((arguments, named)) != (asked.body["arguments"], asked.blobs):
            answer["arguments"] = self._encoded((arguments, named), blobs)
        return Frame(answer, blobs)

    def _encoded(self, value: Any, blobs: list[bytes]) -> Any:
        tree, more = encode(value, self._remember)
        first = len(blobs)
        blobs += more
        return {"tree": tree, "first": first, "count": len(more)}

    def _remember(self, function: Any) -> int:
        self.functions.append(function)
        return len(self.functions) - 1


def _lay(name: str, content: bytes) -> None:
    """Put a file of the assignment into the student's folder; names have been checked on the trusted side."""
    from pathlib import Path

    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _mime(data: Any) -> dict[str, Any]:
    """A bundle of representations as JSON: bytes as base64, as nbformat stores images."""
    plain = {}
    for kind, value in dict(data).items():
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode()
        elif not isinstance(value, (str, int, float, bool, list, dict, type(None))):
            value = str(value)
        plain[str(kind)] = value
    return plain


def _length(data: dict[str, Any]) -> int:
    return sum(len(value) if isinstance(value, str) else 100 for value in data.values())


def _words(error: BaseException) -> str:
    try:
        return str(error)[:_ANSWERS_IN_WORDS]
    except BaseException:
        return f"an exception of type {type(error).__name__} that cannot be shown"
