"""What may be said of a statement before it is run: which names it reads and gives, and whether all that it does is known to touch nothing else."""

from __future__ import annotations

import ast
import math
import symtable
import types
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

import isa
from isa.grading.examiner.folding import METHODS

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
# Methods of plain data and of tables, as they are called.
_CHANGING = frozenset({"add", "append", "discard", "extend", "insert", "pop", "remove", "setdefault", "sort", "update"})
_READING = frozenset(
    {"abs", "all", "any", "assign", "between", "copy", "corr", "count", "cumsum", "diff", "difference", "endswith", "eq", "first", "get"}
    | {"idxmax", "idxmin", "intersection", "issubset", "items", "itertuples", "join", "keys", "last", "lower", "map", "nunique", "rank"}
    | {"reindex", "rename_axis", "replace", "rolling", "set_axis", "shift", "size", "split", "startswith", "strip", "title", "to_dict", "to_list"}
    | {"to_numpy", "tolist", "total_seconds", "transform", "union", "unique", "unstack", "upper", "value_counts", "values", "xs"}
)
_STATEMENTS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.If, ast.Expr, ast.Pass, ast.Break, ast.Continue)
_EXPRESSIONS = (
    *(ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Subscript, ast.Slice, ast.Starred, ast.JoinedStr, ast.FormattedValue, ast.keyword),
    *(ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension),
    *(ast.arguments, ast.arg, ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop),
)
FOR_THE_PAGE = frozenset({"isa.charts.use_theme", "isa.check_button"})
# Where one of these stands, names may be read that are not written there, or texts be made in another way.
_LOOKING_ROUND = frozenset({"dir", "eval", "exec", "f_globals", "f_locals", "globals", "locals", "vars"})
_SETTING = frozenset({"errstate", "option_context", "options", "printoptions", "set_option", "set_printoptions", "seterr"})
UNREAD = (SyntaxError, ValueError, RecursionError)  # Python 3.11 cannot write each tree as a text again
_QUERIED = "@"  # before the name, in a query of pandas', of a variable of whoever asks
_BY_CLOCK_OR_CHANCE = frozenset({"now", "today", "sample"})  # as words that are given to pandas


class Allowed:
    """Whether a statement is of the kind that may be settled, whatever the names in it stand for."""

    def __init__(self, modules: frozenset[str], builtins: frozenset[str]) -> None:
        self.modules = modules
        self.names = modules | builtins

    def __call__(self, node: ast.AST) -> bool:
        match node:
            case ast.Attribute(ctx=ast.Load(), attr=attribute, value=value):
                path = dotted(node)
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
                known = (dotted(function) or "").split(".")[0] in self.modules
                return (known or method in METHODS | _READING | _CHANGING) and self(function) and self.arguments(node)
            case ast.Constant(value=str(text)):
                return text.strip().lower() not in _BY_CLOCK_OR_CHANCE
        return isinstance(node, (*_STATEMENTS, *_EXPRESSIONS)) and self.parts(node)

    def parts(self, node: ast.AST) -> bool:
        """Whether all that a part of a statement is made of is allowed."""
        return all(map(self, ast.iter_child_nodes(node)))

    def arguments(self, call: ast.Call) -> bool:
        """A function that is made on the spot may be given to another one, and nowhere else: it would remember the names of its place."""
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        return all(self.parts(each) if isinstance(each, ast.Lambda) else self(each) for each in given)


def dotted(node: ast.AST) -> str:
    """`isa.charts.gini`, where that is all that stands there."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            before = dotted(value)
            return f"{before}.{attribute}" if before else ""
    return ""


def looks_round(statements: Iterable[ast.stmt]) -> bool:
    """Whether names may be read that are not written there, or something be set that changes how texts are made."""
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
class Names:
    """The names of a statement: those that it reads from outside, those to which it gives a value, and those that live in its comprehensions and functions."""

    read: frozenset[str]
    given: frozenset[str]
    bound: frozenset[str]

    @classmethod
    def of(cls, statement: ast.stmt) -> Names:
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
