"""Says what is wrong with a learner's line of Python: with its form before it runs, or with what stopped it. All is Markdown, and gives no key."""

from __future__ import annotations

import ast
import builtins
import difflib
import re
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from isa.study.values import literal

LONGEST = 2_000  # characters of a line

FORM = 'Expected is one expression that gives a value, such as `table["column"].max()`.'


def of_form(line: str) -> str:
    """Why a text is not one expression of Python; empty where it is one."""
    line = line.strip()
    if not line:
        return f"Nothing was typed. {FORM}"
    if len(line) > LONGEST:
        return f"Found {len(line):,} characters; a line has at most {LONGEST:,}. {FORM}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(line).body
            if len(body) == 1 and isinstance(body[0], ast.Expr):
                compile(line, "<line>", "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        quotes = " Use straight quotes." if set(line) & set("“”„‘’‚«»") else ""
        return f"Python cannot read this line: {_sentence(getattr(error, 'msg', '') or 'it is nested too deeply')}{quotes} {FORM}"
    if len(body) != 1:
        return f"Found {f'{len(body)} lines of code' if body else 'only a comment'}. {FORM}"
    match body[0]:
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            return "This line gives a value a name. Leave the name and `=` away, and type only what stands to the right of them."
        case ast.Import() | ast.ImportFrom():
            return f"Leave imports away: `isa` and `pd` are there. {FORM}"
        case ast.Expr(ast.Call(ast.Name("print"))):
            return "Leave `print(` and `)` away, and type only what stands between them: what the line gives is shown anyway."
        case ast.Expr():
            return ""
    return f"Found a statement that begins with {literal(line.split()[0], 20)}. {FORM}"


def of_error(error: Exception, given: Mapping[str, Any]) -> str:
    """The last line of an error, and what may have been meant instead; `given` are the names that the line could use."""
    return f"The line ends in an error: {_sentence(last_line(error))} {_advice(error, given)}".strip()


def last_line(error: BaseException) -> str:
    """The last line of an error, as Python writes it."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # an error of a learner's own making may say nothing
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _sentence(text: str) -> str:
    return literal(text if text.endswith((".", "?", "!")) else f"{text}.")


def _advice(error: Exception, given: Mapping[str, Any]) -> str:
    """What may have been meant; empty where nothing is near."""
    tables = {name: value for name, value in given.items() if isinstance(value, pd.DataFrame)}
    columns = [str(column) for table in tables.values() for column in table.columns]
    said = last_line(error)
    match error:
        case _ if "Did you mean" in said:
            return ""
        case AttributeError():
            return _meant([error.name or ""], dir(error.obj))
        case NameError() if error.name:
            home = next((name for name, table in tables.items() if error.name in table.columns), "")
            return f'It is a column: write `{home}["{error.name}"]`.' if home else _meant([error.name], [*given, *dir(builtins)])
        case NameError():  # of `query`, which looks among the columns first
            return _meant(re.findall(r"name '(.+?)'", said), [*columns, *given])
        case KeyError():
            labels = [str(label) for table in given.values() if isinstance(table, (pd.DataFrame, pd.Series)) for label in table.index[:1000]]
            return _meant(re.findall(r"'([^']+)'", said), [*columns, *labels])
        case ValueError() if "truth value" in said:
            return "To combine conditions on columns, write `&` for and, `|` for or, and put each condition in round brackets."
    return ""


def _meant(words: Iterable[str], known: Iterable[str]) -> str:
    as_written = {name.lower(): name for name in known if not name.startswith("_")}
    near = [difflib.get_close_matches(word.lower(), as_written, n=1) for word in words]
    found = dict.fromkeys(as_written[one[0]] for one in near if one)
    return f"Is {' and '.join(literal(name, 60) for name in found)} meant?" if found else ""
