"""Finds the statements of a test that have nothing to do with the student, so that they are run once for a whole class.

A hidden test works out for itself what is right, in loops over the public tables, and then looks at what the student has made. The first part is the same
for each submission. It may hold nothing but tables, plain data, and functions and methods that are known to change nothing else and to leave nothing to
chance; each submission gets copies of what it made. What is not surely of that kind stays where it is: then a test is slower and no different.
"""

from __future__ import annotations

import ast
import io
import math
import pickle
import symtable
import types
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

import isa
from isa.grading.folding import KEPT, METHODS

MODULES: dict[str, types.ModuleType] = {"isa": isa, "math": math, "np": np, "pd": pd}  # by the names that tests use
BUILTINS = frozenset(
    {"abs", "all", "any", "bool", "dict", "divmod", "enumerate", "float", "frozenset", "int", "len", "list", "max", "min", "next", "range", "reversed"}
    | {"round", "set", "sorted", "str", "sum", "tuple", "zip"}
)
# Functions and values of modules, as tests write them.
_OF_MODULES = frozenset(
    {"isa.charts.gini", "isa.load", "math.ceil", "math.floor", "math.inf", "math.isclose", "math.isnan", "math.log", "math.log10", "math.nan", "math.sqrt"}
    | {"np.inf", "np.isnan", "np.log", "np.log10", "np.nan", "pd.DataFrame", "pd.NA", "pd.NaT", "pd.Series", "pd.Timestamp", "pd.concat", "pd.isna", "pd.notna"}
    | {"pd.to_datetime", "pd.to_numeric"}
)
_CHANGING = frozenset({"add", "append", "discard", "extend", "insert", "pop", "remove", "setdefault", "sort", "update"})
_READING = frozenset(
    {"abs", "all", "any", "assign", "between", "copy", "corr", "count", "cumsum", "diff", "difference", "endswith", "eq", "first", "get", "idxmax", "idxmin"}
    | {
        "intersection",
        "issubset",
        "items",
        "itertuples",
        "join",
        "keys",
        "last",
        "lower",
        "map",
        "nunique",
        "rank",
        "reindex",
        "replace",
        "rolling",
        "set_axis",
        "shift",
        "size",
    }
    | {"split", "startswith", "strip", "title", "to_dict", "to_list", "to_numpy", "tolist", "total_seconds", "transform", "union", "unique", "unstack", "upper"}
    | {"value_counts", "values", "xs"}
)
_STATEMENTS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.If, ast.Expr, ast.Pass, ast.Break, ast.Continue)
_EXPRESSIONS = (
    *(ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Subscript, ast.Slice, ast.Starred, ast.JoinedStr, ast.FormattedValue, ast.keyword),
    *(ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension),
    *(ast.arguments, ast.arg, ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop),
)
_FOR_THE_PAGE = frozenset({"isa.charts.use_theme", "isa.check_button"})
# Where one of these stands, names may be read that are not written there, or texts be made in another way.
_LOOKING_ROUND = frozenset({"dir", "eval", "exec", "f_globals", "f_locals", "globals", "locals", "vars"})
_SETTING = frozenset({"errstate", "option_context", "options", "printoptions", "set_option", "set_printoptions", "seterr"})
_UNREAD = (SyntaxError, ValueError, RecursionError)  # Python 3.11 cannot write each tree as a text again
_QUERIED = "@"  # before the name, in a query of pandas', of a variable of whoever asks
_BY_CLOCK_OR_CHANCE = frozenset({"now", "today", "sample"})  # as words that are given to pandas


def parted(statements: list[ast.stmt], modules: frozenset[str]) -> tuple[Settled, list[ast.stmt]]:
    """The statements that are settled, and the others in their order. `modules` are those names of `MODULES` that stand for what they say."""
    try:
        names = [_Names.of(statement) for statement in statements]
    except _UNREAD:
        return Settled([], frozenset(), frozenset()), list(statements)
    if _looks_round(statements):
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
        names = [_Names.of(statement) for statement in statements]
    except _UNREAD:
        return None
    if _looks_round(statements):
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
    modules: set[str] = set()
    imported: set[str] = set()
    made: set[str] = set()
    for statement in (statement for source in sources for statement in ast.parse(source).body):
        match statement:
            case ast.Import(names=names):
                modules |= {each.asname or each.name for each in names if getattr(MODULES.get(each.asname or each.name), "__name__", "") == each.name}
                imported |= {(each.asname or each.name).split(".")[0] for each in names}
            case ast.ImportFrom(names=names) if all(each.name != "*" for each in names):
                imported |= {each.asname or each.name for each in names}
            case ast.Expr(value=ast.Call(func=ast.Attribute() as function, args=args, keywords=[])) if _path(function) in _FOR_THE_PAGE:
                if not all(isinstance(each, ast.Constant) for each in args):
                    return False
            case _:
                of, allowed = _Names.of(statement), Allowed(frozenset(modules), BUILTINS - made)
                touched = (of.read | of.given) & imported
                if _looks_round([statement]) or touched - modules or of.given & modules:
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
    _packed: dict[frozenset[str], _Parcel | None] = field(default_factory=dict, init=False)

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

    def _parcel(self, trusted: Mapping[str, Any], wanted: frozenset[str]) -> _Parcel | None:
        made = dict(trusted)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                exec(compile(ast.Module(self.statements, []), "<test>", "exec"), made)
            return _Parcel({name: made[name] for name in wanted & made.keys()})
        except TestTookTooLong:
            raise
        except Exception:
            return None


class TestTookTooLong(Exception):
    """A test did not end: a value of the student's is too large or too odd for it."""

    __test__ = False  # no test class for pytest


class _Parcel:
    """Values that are packed together, so that two names for one list stay that.

    Raises:
        Exception: one of them cannot be copied.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        _refuse_views(values, set())
        packed = io.BytesIO()
        packer = _Packer(packed)
        packer.dump(values)
        self._packed, self._same = packed.getvalue(), packer.same

    def opened(self) -> dict[str, Any]:
        """Copies of the values."""
        unpacker = pickle.Unpickler(io.BytesIO(self._packed))
        unpacker.persistent_load = self._same.__getitem__  # type: ignore[method-assign]
        values: dict[str, Any] = unpacker.load()
        return values


def _refuse_views(value: Any, seen: set[int]) -> None:
    """Arrays, outside of tables, may show each other's values, and what stands behind an iterator is not to be seen: none of that would be in a copy.

    Raises:
        TypeError: there is such a value, in containers too.
    """
    if isinstance(value, np.ndarray | pd.api.extensions.ExtensionArray | Iterator):
        raise TypeError(f"a {type(value).__name__} is not copied")
    if isinstance(value, dict | list | tuple | set | frozenset) and id(value) not in seen:
        seen.add(id(value))
        for each in value.values() if isinstance(value, dict) else value:
            _refuse_views(each, seen)


class _Packer(pickle.Pickler):
    """Leaves out what nobody can change, where it is no longer the same when it is made again.

    A missing value equals nothing, but lists and sets look first whether it is the same one. A row of a table has a class of its own that has no name.
    """

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.same: list[Any] = []
        self._places: dict[int, int] = {}

    def persistent_id(self, value: Any) -> int | None:
        """The place of such a value in `same`."""
        if not ((type(value) is float and value != value) or (isinstance(value, tuple) and hasattr(value, "_fields"))):
            return None
        if id(value) not in self._places:
            self._places[id(value)] = len(self.same)
            self.same.append(value)
        return self._places[id(value)]


class Allowed:
    """Whether a statement is of the kind that may be settled, whatever the names in it stand for."""

    def __init__(self, modules: frozenset[str], builtins: frozenset[str]) -> None:
        self.modules = modules
        self.names = modules | builtins

    def __call__(self, node: ast.AST) -> bool:
        match node:
            case ast.Attribute(ctx=ast.Load(), attr=attribute, value=value):
                path = _path(node)
                if path and path.split(".")[0] in self.modules:
                    return path in _OF_MODULES
                return not attribute.startswith("_") and self(value)
            case ast.Attribute():
                return False
            case ast.Name(id=name):
                return name not in self.modules
            case ast.Call(func=ast.Name(id=name)):
                return name in self.names - self.modules and self.arguments(node)
            case ast.Call(func=ast.Attribute(attr=method) as function):
                known = (_path(function) or "").split(".")[0] in self.modules
                return (known or method in METHODS | _READING | _CHANGING) and self(function) and self.arguments(node)
            case ast.Constant(value=str(text)):
                return text.strip().lower() not in _BY_CLOCK_OR_CHANCE
        return isinstance(node, (*_STATEMENTS, *_EXPRESSIONS)) and self.parts(node)

    def parts(self, node: ast.AST) -> bool:
        return all(map(self, ast.iter_child_nodes(node)))

    def arguments(self, call: ast.Call) -> bool:
        """A function that is made on the spot may be given to another one, and nowhere else: it would remember the names of its place."""
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        return all(self.parts(each) if isinstance(each, ast.Lambda) else self(each) for each in given)


def _path(node: ast.AST) -> str:
    """`isa.charts.gini`, where that is all that stands there."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            before = _path(value)
            return f"{before}.{attribute}" if before else ""
    return ""


def _looks_round(statements: Iterable[ast.stmt]) -> bool:
    for part in (part for statement in statements for part in ast.walk(statement)):
        match part:
            case ast.Name(id=name) if name in _LOOKING_ROUND:
                return True
            case ast.Attribute(attr=name) if name in _SETTING or name in _LOOKING_ROUND:
                return True
            case ast.Constant(value=str(text)) if _QUERIED in text:
                return True
            case ast.alias(name="*"):
                return True
            case ast.Call(func=ast.Attribute(attr="query"), args=[first, *_]) if not isinstance(first, ast.Constant | ast.JoinedStr):
                return True  # a text that may be the student's
    return False


@dataclass(frozen=True)
class _Names:
    """The names of a statement: those that it reads from outside, those to which it gives a value, and those that live in its comprehensions and functions."""

    read: frozenset[str]
    given: frozenset[str]
    bound: frozenset[str]

    @classmethod
    def of(cls, statement: ast.stmt) -> _Names:
        tables = [symtable.symtable(ast.unparse(statement), "<test>", "exec")]
        for table in tables:
            tables += table.get_children()
        top = tables[0].get_symbols()
        inner = [symbol for table in tables[1:] for symbol in table.get_symbols()]
        # The body of a class looks outside for a name before it gives it a value of its own.
        outside = [symbol for table in tables[1:] for symbol in table.get_symbols() if symbol.is_global() or table.get_type() == "class"]
        # `x += 1` and `del x` need an x too.
        added = {part.target for part in ast.walk(statement) if isinstance(part, ast.AugAssign)}
        needed = {part.id for part in ast.walk(statement) if isinstance(part, ast.Name) and (part in added or isinstance(part.ctx, ast.Del))}
        given = {each.get_name() for each in top if each.is_assigned() or each.is_imported()}
        return cls(
            frozenset(needed | {each.get_name() for each in (*top, *outside) if each.is_referenced()}),
            frozenset(given | {each.get_name() for each in inner if each.is_global() and each.is_assigned()}),
            frozenset(given | {each.get_name() for each in inner if each.is_local()}),
        )
