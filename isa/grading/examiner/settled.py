"""Finds the statements of a test that have nothing to do with the student, so that they are run once for a whole class.

A hidden test works out for itself what is right, in loops over the public tables, and then looks at what the student has made. The first part is the same
for each submission. It may hold nothing but tables, plain data, and functions and methods that are known to change nothing else and to leave nothing to
chance; each submission gets copies of what it made. What is not surely of that kind stays where it is: then a test is slower and no different.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from isa.grading.examiner.copies import Parcel
from isa.grading.examiner.folding import KEPT
from isa.grading.examiner.statements import BUILTINS, FOR_THE_PAGE, MODULES, UNREAD, Allowed, Names, dotted, looks_round


def parted(statements: list[ast.stmt], modules: frozenset[str]) -> tuple[Settled, list[ast.stmt]]:
    """The statements that are settled, and the others in their order. `modules` are those names of `MODULES` that stand for what they say."""
    try:
        names = [Names.of(statement) for statement in statements]
    except UNREAD:
        return Settled([], frozenset(), frozenset()), list(statements)
    if looks_round(statements):
        return Settled([], frozenset(), frozenset()), list(statements)
    bound = frozenset[str]().union(*(each.bound for each in names))
    allowed = Allowed(modules - bound, (BUILTINS | {KEPT}) - bound)
    settled: list[ast.stmt] = []
    others: list[ast.stmt] = []
    made: set[str] = set()  # by what is settled, and not seen by the others yet
    gone: set[str] = set()  # names that others have read or given a value to: what comes after them has to stay there
    read: set[str] = set()  # by the others
    given: set[str] = set()  # by what is settled
    for statement, of in zip(statements, names, strict=True):
        is_score = statement is statements[-1] and isinstance(statement, ast.Expr)
        # Where it reads a name before it gives it a value, it ends with an error when it is run apart, and so the whole is run.
        if not is_score and not of.given & gone and of.read <= made | of.given | allowed.names and allowed(statement):
            settled.append(statement)
            made |= of.given
            given |= of.given
            continue
        others.append(statement)
        if (of.read | of.given) & made:
            # It may change what it reads, and by that what others of them hold; and a name may, or may not, hold something else now.
            gone |= made
            made = set()
        gone |= of.read | of.given
        read |= of.read
    return Settled(settled, frozenset(given), frozenset(given & read)), others


@cache
def asks_for(source: str) -> frozenset[str] | None:
    """The names that a test may read of an earlier one: those that it reads before it surely gives them a value; None where they could be any."""
    asked: set[str] = set()
    given: set[str] = set()
    try:
        statements = ast.parse(source).body
        names = [Names.of(statement) for statement in statements]
    except UNREAD:
        return None
    if looks_round(statements):
        return None
    for statement, of in zip(statements, names, strict=True):
        asked |= of.read - given
        if isinstance(statement, ast.Assign):
            parts = [part for target in statement.targets for part in ast.walk(target)]
            given |= {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    return frozenset(asked)


@cache
def makes_only_tables(sources: tuple[str, ...]) -> bool:
    """Whether locked cells, one after the other, do nothing but import what there is, and make tables and plain data of it.

    The look of charts and the button at the end are for the page; tests see nothing of them.
    """
    try:
        statements = [(statement, Names.of(statement)) for source in sources for statement in ast.parse(source).body]
    except UNREAD:
        return False
    modules: set[str] = set()
    imported: set[str] = set()
    made: set[str] = set()
    for statement, of in statements:
        match statement:
            case ast.Import(names=names):
                modules |= {each.asname or each.name for each in names if getattr(MODULES.get(each.asname or each.name), "__name__", "") == each.name}
                imported |= {(each.asname or each.name).split(".")[0] for each in names}
            case ast.ImportFrom(names=names) if all(each.name != "*" for each in names):
                imported |= {each.asname or each.name for each in names}
            case ast.Expr(value=ast.Call(func=ast.Attribute() as function, args=args, keywords=[])) if dotted(function) in FOR_THE_PAGE:
                if not all(isinstance(each, ast.Constant) for each in args):
                    return False
            case _:
                allowed = Allowed(frozenset(modules), BUILTINS - made)
                touched = (of.read | of.given) & imported
                if looks_round([statement]) or touched - modules or of.given & modules:
                    return False
                if not (of.read <= made | of.given | allowed.names and allowed(statement)):
                    return False
                made |= of.given
    return True


@dataclass
class Settled:
    """Statements that are run once for a class; `given` are the variables to which they give a value, `read` those that the rest of the test reads."""

    statements: list[ast.stmt]
    given: frozenset[str]
    read: frozenset[str]
    _packed: dict[frozenset[str], Parcel | None] = field(default_factory=dict, init=False)

    def values(self, trusted: Mapping[str, Any], asked: frozenset[str] | None) -> dict[str, Any] | None:
        """Variables of the rest of the test, and those of them that other tests may have `asked` for: copies that a test may change as it likes.

        None where the statements have to be run with the rest: they end with an error or a warning, or what they make cannot be copied.
        `trusted` are the modules that they use.
        """
        wanted = self.given if asked is None else self.given & (self.read | asked)
        if wanted not in self._packed:
            self._packed[wanted] = self._parcel(trusted, wanted)
        parcel = self._packed[wanted]
        return None if parcel is None else parcel.opened()

    def _parcel(self, trusted: Mapping[str, Any], wanted: frozenset[str]) -> Parcel | None:
        made = dict(trusted)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                exec(compile(ast.Module(self.statements, []), "<test>", "exec"), made)
            return Parcel({name: made[name] for name in wanted & made.keys()})
        except TestTookTooLong:
            raise
        except Exception:
            return None


class TestTookTooLong(Exception):
    """A test did not end: a value of the student's is too large or too odd for it."""

    __test__ = False  # no test class for pytest
