"""Computes once for a whole class what tests ask of the public tables alone.

Tests join the same tables again for every exercise and every student: `isa.load("members").merge(isa.load("population_gdp").query("year == 2022"), …)`.
Such an expression holds nothing but constants, `isa.load` and methods of pandas that are known to change nothing and to depend on nothing else. So
its value is kept, and each test gets a copy of its own, which it may change as it likes. A loop over a few constants is written out first, round by round.
"""

from __future__ import annotations

import ast
import copy
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

import isa

KEPT = "__kept__"  # the name under which the rewritten test finds the values
METHODS = frozenset(
    {"agg", "astype", "describe", "drop", "drop_duplicates", "dropna", "fillna", "groupby", "head", "isin", "isna", "max", "mean", "median", "melt"}
    | {"merge", "min", "nlargest", "notna", "nsmallest", "pivot", "pivot_table", "query", "rename", "reset_index", "round", "set_index", "sort_index"}
    | {"sort_values", "sum", "tail"}
)
_PLAIN = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Compare, ast.BinOp, ast.UnaryOp, ast.Subscript, ast.keyword, ast.JoinedStr)
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Assert, ast.Expr)  # statements that can change only what they name
_PARTS = (ast.Load, ast.operator, ast.unaryop, ast.cmpop)
_UNCHANGING = (bool, int, float, str, type(None), np.number, np.bool_)
LONGEST = 200  # statements that a loop may become when it is written out


def folded(tree: ast.Module) -> tuple[ast.Module, list[types.CodeType]]:
    """A test in which each such expression asks for `__kept__(number)`, and the expressions by number.

    The test is returned as it is where it gives another meaning to the name `isa`.
    """
    if any(map(_rebinds, ast.walk(tree))):
        return tree, []
    # What a function names, it could change whenever it is called.
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef))]
    folding = _Folding({name.id for function in functions for name in _names(function)})
    tree.body = [folding.statement(statement) for statement in _written_out(tree.body)]
    return ast.fix_missing_locations(tree), folding.expressions


def kept(expressions: list[types.CodeType]) -> Callable[[int], Any]:
    """What a test finds under `__kept__`: the value of an expression by its number, computed when it is first asked for."""
    values: dict[int, Any] = {}

    def value(number: int) -> Any:
        if number in values:
            return _own(values[number])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # shown with the first submission only, it would make equal submissions differ
            found = eval(expressions[number], {"isa": isa})
        if isinstance(found, (pd.DataFrame, pd.Series, *_UNCHANGING)):
            values[number] = _own(found)
        return found

    return value


def _own(value: Any) -> Any:
    return value if isinstance(value, _UNCHANGING) else value.copy()


class _Folding(ast.NodeTransformer):
    """Takes the largest expressions that are about tables alone."""

    def __init__(self, out_of_sight: set[str]) -> None:
        self.out_of_sight = out_of_sight
        self.expressions: list[types.CodeType] = []
        self.numbers: dict[str, int] = {}  # of the expressions, by their text: rounds of a loop ask for the same
        self.known: dict[str, ast.expr] = {}  # variables that hold such a value or a constant, and that no statement could have changed since

    def statement(self, node: ast.stmt) -> ast.stmt:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = _Known(self.known).visit(copy.deepcopy(node.value))
            name = node.targets[0].id
            # A call gives a new object; anything else could be another name for, or a view of, one that is changed later.
            if isinstance(node.value, ast.Call) and _is_folded(value) and name not in self.out_of_sight:
                self.known[name] = value
                node.value = self.visit(copy.deepcopy(value))
                return node
            if isinstance(value, ast.Constant) and name not in self.out_of_sight:
                self.known[name] = value
                return node
        for part in _names(node) if isinstance(node, _SIMPLE) else [ast.Name(name, ast.Store()) for name in self.known]:
            # A constant stays what it is until its name is given to something else.
            if not isinstance(part.ctx, ast.Load) or not isinstance(self.known.get(part.id), ast.Constant):
                self.known.pop(part.id, None)
        return self.visit(node)

    def visit(self, node: ast.AST) -> Any:
        if not isinstance(node, ast.expr) or not _is_folded(node):
            return self.generic_visit(node)
        number = self.numbers.setdefault(ast.dump(node), len(self.expressions))
        if number == len(self.expressions):
            self.expressions.append(compile(ast.fix_missing_locations(ast.Expression(node)), "<test>", "eval"))
        return ast.copy_location(ast.Call(ast.Name(KEPT, ast.Load()), [ast.Constant(number)], []), node)


class _Known(ast.NodeTransformer):
    """Puts for a variable the expression whose value it holds."""

    def __init__(self, known: dict[str, ast.expr]) -> None:
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return copy.deepcopy(self.known.get(node.id, node))


def _written_out(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Statements in which a loop over a few constants that asks for tables stands round by round: `for year in (2004, 2013): …`."""
    made: list[ast.stmt] = []
    for statement in statements:
        match statement:
            case ast.For(target=ast.Name() as target, iter=ast.Tuple(elts=values) | ast.List(elts=values), orelse=[]) if _can_be_written_out(statement):
                body = _written_out(statement.body)
                if all(isinstance(value, ast.Constant) for value in values) and len(values) * len(body) <= LONGEST:
                    for value in values:
                        made += [ast.copy_location(ast.Assign([target], value), target), *copy.deepcopy(body)]
                    # So that no test comes to end with a value that was in a loop: it would be taken for the score.
                    made.append(ast.copy_location(ast.Pass(), statement))
                    continue
        made.append(statement)
    return made


def _can_be_written_out(loop: ast.For) -> bool:
    parts = list(ast.walk(loop))
    return any(map(_is_load, parts)) and not any(isinstance(part, (ast.Break, ast.Continue)) for part in parts)


def _names(node: ast.AST) -> list[ast.Name]:
    return [part for part in ast.walk(node) if isinstance(part, ast.Name)]


def _rebinds(node: ast.AST) -> bool:
    """Whether a part of a test gives the name `isa` another meaning."""
    match node:
        case ast.Name(id="isa", ctx=ctx):
            return not isinstance(ctx, ast.Load)
        case ast.ImportFrom(names=names):
            return any("isa" in (name.name, name.asname) for name in names)
        case ast.alias(name="isa", asname=None | "isa"):
            return False
    return "isa" in (getattr(node, "name", ""), getattr(node, "asname", ""), getattr(node, "arg", ""))


def _is_folded(node: ast.expr) -> bool:
    return _is_closed(node) and any(map(_is_load, ast.walk(node)))


def _is_load(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="isa"), attr="load")):
            return True
    return False


def _is_closed(node: ast.AST) -> bool:
    """Whether the value depends on the tables only, and computing it changes nothing."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=method)):
            fine = _is_load(node) or (method in METHODS and _is_closed(value))
            return fine and all(map(_is_closed, (*node.args, *node.keywords)))
        case ast.Attribute(value=value, attr="loc") | ast.FormattedValue(value=value, format_spec=None):
            return _is_closed(value)
        case ast.Constant(value=str(text)):
            return "@" not in text  # pandas' sign, in a query, for a variable of whoever asks
    return isinstance(node, _PARTS) or (isinstance(node, _PLAIN) and all(map(_is_closed, ast.iter_child_nodes(node))))
