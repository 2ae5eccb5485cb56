"""Finds the statements of a test that have nothing to do with the student, so that they are run once for a whole class.

A hidden test works out for itself what is right, in loops over the public tables, and then looks at what the student has made. The first part is the same
for each submission. It may hold nothing but tables, plain data, and functions and methods that are known to change nothing else and to leave nothing to
chance; each submission gets copies of what it made. What is not surely of that kind stays where it is: then a test is slower and no different.
"""

from __future__ import annotations

import ast
import math
import pickle
import symtable
import types
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
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
    | {"np.array", "np.inf", "np.isnan", "np.log", "np.log10", "np.nan", "pd.DataFrame", "pd.NA", "pd.NaT", "pd.Series", "pd.Timestamp", "pd.concat", "pd.isna"}
    | {"pd.notna", "pd.to_datetime", "pd.to_numeric"}
)
_CHANGING = frozenset({"add", "append", "discard", "extend", "insert", "pop", "remove", "setdefault", "sort", "update"})
_READING = frozenset(
    {"abs", "all", "any", "assign", "between", "copy", "corr", "count", "cumsum", "diff", "difference", "endswith", "eq", "first", "get", "idxmax", "idxmin"}
    | {"intersection", "issubset", "items", "itertuples", "join", "keys", "last", "lower", "nunique", "rank", "reindex", "replace", "rolling", "shift", "size"}
    | {"split", "startswith", "strip", "title", "to_dict", "to_list", "tolist", "total_seconds", "transform", "union", "unique", "unstack", "upper"}
    | {"value_counts", "values", "xs"}
)
_STATEMENTS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.If, ast.Expr, ast.Pass, ast.Break, ast.Continue)
_EXPRESSIONS = (
    *(ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Subscript, ast.Slice, ast.Starred, ast.JoinedStr, ast.FormattedValue, ast.keyword),
    *(ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension),
    *(ast.Lambda, ast.arguments, ast.arg, ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop),
)
_QUERIED = "@"  # before the name, in a query of pandas', of a variable of whoever asks
_LOOKING_ROUND = frozenset({"dir", "eval", "exec", "globals", "locals", "vars"})


def parted(statements: list[ast.stmt], modules: frozenset[str]) -> tuple[Settled, list[ast.stmt]]:
    """The statements that are settled, and the others in their order. `modules` are those names of `MODULES` that stand for what they say."""
    names = [_Names.of(statement) for statement in statements]
    bound = frozenset[str]().union(*(each.bound for each in names))
    parts = [part for statement in statements for part in ast.walk(statement)]
    if any(each.read & _LOOKING_ROUND for each in names) or any(_QUERIED in str(part.value) for part in parts if isinstance(part, ast.Constant)):
        return Settled([], frozenset(), frozenset()), list(statements)
    allowed = _Allowed(modules - bound, (BUILTINS | {KEPT}) - bound)
    settled: list[ast.stmt] = []
    others: list[ast.stmt] = []
    made: set[str] = set()  # by what is settled, and not seen by the others yet
    gone: set[str] = set()  # names that others have read or given a value to: what comes after them has to stay there
    wanted: set[str] = set()
    given: set[str] = set()
    for statement, of in zip(statements, names, strict=True):
        is_score = statement is statements[-1] and isinstance(statement, ast.Expr)
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
        wanted |= of.read
    return Settled(settled, frozenset(given), frozenset(given & wanted)), others


@dataclass
class Settled:
    """Statements that are run once for a class; `given` are the variables to which they give a value, `wanted` those that the rest of the test reads.

    After the first run `made` are those that they really gave one to.
    """

    statements: list[ast.stmt]
    given: frozenset[str]
    wanted: frozenset[str]
    made: frozenset[str] = field(default=frozenset(), init=False)
    _packed: bytes | None = field(default=None, init=False)

    def values(self, trusted: Mapping[str, Any]) -> dict[str, Any]:
        """The wanted variables: copies that a test may change as it likes. `trusted` are the modules that the statements use.

        A row of a table, which a loop left behind, cannot be copied and is not among them.

        Raises:
            Exception: the statements cannot be run apart from the test, which has to be run as it is.
        """
        if self._packed is None:
            found = self.run(trusted)
            rows = {name for name, value in found.items() if isinstance(value, tuple) and hasattr(value, "_fields")}
            self._packed = pickle.dumps({name: found[name] for name in self.wanted & found.keys() - rows})
            self.made = frozenset(found)
        values: dict[str, Any] = pickle.loads(self._packed)
        return values

    def run(self, trusted: Mapping[str, Any]) -> dict[str, Any]:
        """All that the statements make, made anew."""
        made = dict(trusted)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # shown with the first submission only, it would make equal submissions differ
            exec(self._code, made)
        return {name: made[name] for name in self.given & made.keys()}

    @cached_property
    def _code(self) -> types.CodeType:
        return compile(ast.Module(self.statements, []), "<test>", "exec")


class _Allowed:
    """Whether a statement is of the kind that may be settled, whatever the names in it stand for."""

    def __init__(self, modules: frozenset[str], builtins: frozenset[str]) -> None:
        self.modules = modules
        self.names = modules | builtins

    def __call__(self, node: ast.AST) -> bool:
        match node:
            case ast.Attribute(attr=attribute, value=value):
                path = _path(node)
                if path and path.split(".")[0] in self.modules:
                    return path in _OF_MODULES
                return not attribute.startswith("_") and self(value)
            case ast.Name(id=name):
                return name not in self.modules
            case ast.Call(func=ast.Name(id=name)):
                return name in self.names - self.modules and self.parts(node)
            case ast.Call(func=ast.Attribute(attr=method) as function):
                known = (_path(function) or "").split(".")[0] in self.modules
                return (known or method in METHODS | _READING | _CHANGING) and self(function) and all(map(self, (*node.args, *node.keywords)))
            case ast.Constant(value=str(text)):
                return text not in ("now", "today")  # which pandas reads from the clock
        return isinstance(node, (*_STATEMENTS, *_EXPRESSIONS)) and self.parts(node)

    def parts(self, node: ast.AST) -> bool:
        return all(map(self, ast.iter_child_nodes(node)))


def _path(node: ast.AST) -> str:
    """`isa.charts.gini`, where that is all that stands there."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            before = _path(value)
            return f"{before}.{attribute}" if before else ""
    return ""


@dataclass(frozen=True)
class _Names:
    """The names of a statement: those that it reads from outside, those to which it gives a value, and those that live in its comprehensions and functions."""

    read: frozenset[str]
    given: frozenset[str]
    bound: frozenset[str]

    @classmethod
    def of(cls, statement: ast.stmt) -> _Names:
        tables = [symtable.symtable(ast.unparse(statement), "<test>", "exec")]
        top = tables[0].get_symbols()
        for table in tables:
            tables += table.get_children()
        inner = [symbol for table in tables[1:] for symbol in table.get_symbols()]
        # `x += 1` and `del x` need an x too.
        added = {part.target for part in ast.walk(statement) if isinstance(part, ast.AugAssign)}
        read = {part.id for part in ast.walk(statement) if isinstance(part, ast.Name) and (part in added or isinstance(part.ctx, ast.Del))}
        read |= {each.get_name() for each in top if each.is_referenced()} | {each.get_name() for each in inner if each.is_global()}
        given = {each.get_name() for each in top if each.is_assigned() or each.is_imported()}
        return cls(
            frozenset(read),
            frozenset(given | {each.get_name() for each in inner if each.is_global() and each.is_assigned()}),
            frozenset(given | {each.get_name() for each in inner if each.is_local()}),
        )
