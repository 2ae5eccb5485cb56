"""Runs test cells in a trusted process, on values that were fetched from the student's.

A test cell sees three kinds of names: the modules, functions and classes that locked cells define, which are the trusted ones;
what earlier test cells defined; and every other free name, which is fetched from the student as plain data. Builtins are Python's own.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import math
import numbers
import signal
import threading
import traceback
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

from isa.grading.examiner.folding import KEPT, folded, kept
from isa.grading.examiner.settled import Settled, TestTookTooLong, asks_for, makes_only_tables, parted
from isa.grading.examiner.statements import BUILTINS, MODULES

SECONDS = 30.0
_BUILTINS = frozenset(dir(builtins))
_OURS = str(Path(__file__).parent)  # what the trace of a finding need not show


class Values(Protocol):
    """Where a student's values come from."""

    def get(self, names: list[str]) -> dict[str, Any]:
        """The values of those names that are defined."""


@dataclass(frozen=True)
class Finding:
    """What a test cell found: `error` and `message` are empty when it passed; `score` is a partial credit, if it ended with one."""

    error: str = ""
    message: str = ""
    trace: list[str] = field(default_factory=list)
    printed: str = ""
    score: float | None = None


class Examiner:
    """The tests of one submission, in the order of the notebook."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._locked: tuple[str, ...] = ()
        self._own: dict[str, Any] | None = None  # what the locked cells make for this submission alone
        self._carried: dict[str, Any] = {}
        self._asked: frozenset[str] | None = None
        self._seconds = seconds

    def expect(self, tests: Iterable[str]) -> None:
        """Be told of all tests of the notebook: what none of them may ask an earlier one for is not copied."""
        asked = [asks_for(_plain(source)) for source in tests]
        self._asked = None if None in asked else frozenset[str]().union(*(names for names in asked if names is not None))

    def define(self, source: str) -> None:
        """Run a locked cell of the assignment, whose helpers the tests may use.

        Raises:
            Exception: whatever the cell raises: the assignment itself is at fault.
        """
        self._locked += (_plain(source),)
        if self._own is not None:
            _execute(self._locked[-1], self._own)
        elif _of_libraries(self._locked) is None:
            self._own = _executed(self._locked)

    @property
    def _trusted(self) -> dict[str, Any]:
        """What the locked cells give the tests."""
        if self._own is not None:
            return {name: value for name, value in self._own.items() if _is_helper(value)}
        return _of_libraries(self._locked) or {}

    def examine(self, source: str, values: Values, points: float) -> Finding:
        """Run a test cell on the student's values."""
        printed = io.StringIO()
        try:
            helpers = self._trusted
            test = _compiled(source, frozenset(name for name, module in MODULES.items() if helpers.get(name) is module))
            too_long = TestTookTooLong(f"the test did not end within {self._seconds:g} seconds")
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), within(self._seconds, too_long):
                # Within the time too: keys that all have one hash make a dictionary that is built for days.
                fetched = values.get(sorted(test.names - _BUILTINS - helpers.keys()))
                names = {"__name__": "__tests__", **self._carried, **fetched, **helpers, KEPT: test.kept}
                # An earlier test may have made a builtin of its own.
                settled = None if BUILTINS & names.keys() else test.settled.values(helpers | {KEPT: test.kept}, self._asked)
                names |= settled or {}
                exec(test.whole if settled is None else test.rest, names)
                last = eval(test.last, names) if test.last else None
            self._carried |= {name: value for name, value in names.items() if name in test.assigned}
        except Exception as error:
            trace = [line.rstrip("\n") for line in traceback.format_exception(error) if _OURS not in line]
            return Finding(type(error).__name__, str(error), trace, printed.getvalue())
        return Finding(printed=printed.getvalue(), score=_score(last, points))


@dataclass(frozen=True)
class _Test:
    """A test cell, compiled: the part that is the same for a class, the rest, both together, and the expression at the end.

    With it go the names that the cell uses, those that it defines, and what is kept for it.
    """

    settled: Settled
    rest: types.CodeType
    whole: types.CodeType
    last: types.CodeType | None
    names: frozenset[str]
    assigned: frozenset[str]
    kept: Callable[[int], Any]


@cache
def _compiled(source: str, modules: frozenset[str]) -> _Test:
    """Compile a test once for a whole class; `modules` are those names of `MODULES` that stand for what they say, and for no value of the student's."""
    tree = ast.parse(_plain(source), "<test>")
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    tree, expressions = folded(tree) if "isa" in modules else (tree, [])
    settled, rest = parted(tree.body, modules)
    last = rest.pop() if rest and isinstance(rest[-1], ast.Expr) and rest[-1] is tree.body[-1] else None
    whole = tree.body[:-1] if last else tree.body
    return _Test(
        settled,
        compile(ast.Module(rest, []), "<test>", "exec"),
        compile(ast.Module(whole, []), "<test>", "exec"),
        compile(ast.Expression(last.value), "<test>", "eval") if isinstance(last, ast.Expr) else None,
        frozenset(node.id for node in names),
        frozenset(node.id for node in names if isinstance(node.ctx, ast.Store)),
        kept(expressions),
    )


def _score(value: Any, points: float) -> float | None:
    """A number at the end of a test cell is a partial credit, kept between nothing and all.

    nbgrader reads the number from its text and gives full marks for False, NaN, negative numbers and NumPy's; here they are what they say.
    """
    if isinstance(value, bool):
        return points if value else 0.0
    if not isinstance(value, numbers.Real):
        return None
    number = float(value)
    return 0.0 if math.isnan(number) else min(max(number, 0.0), points)


def _plain(source: str) -> str:
    """Without the magics that a locked cell may hold: they are for the notebook."""
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())


@lru_cache(16)
def _of_libraries(locked: tuple[str, ...]) -> dict[str, Any] | None:
    """What tests may see of locked cells that make only tables: modules and functions of libraries, the same for a whole class. None of other cells."""
    if not makes_only_tables(locked):
        return None
    found = {name: value for name, value in _executed(locked).items() if _is_helper(value)}
    # A method is bound to something that a test might change.
    bound = (getattr(value, "__self__", None) for value in found.values())
    return found if all(each is None or isinstance(each, types.ModuleType) for each in bound) else None


def _executed(locked: tuple[str, ...]) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "__tests__"}
    for source in locked:
        _execute(source, names)
    return names


def _execute(source: str, names: dict[str, Any]) -> None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        exec(compile(source, "<locked cell>", "exec"), names)


def _is_helper(value: Any) -> bool:
    return isinstance(value, (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type))


@contextlib.contextmanager
def within(seconds: float, too_long: Exception) -> Iterator[None]:
    """Raise `too_long` in what takes longer. Only where Python can set an alarm: on Unix, in the main thread."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: Any) -> None:
        raise too_long

    before = signal.signal(signal.SIGALRM, stop)
    # Again each second: Python drops what is raised while it collects garbage or takes an object down.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
