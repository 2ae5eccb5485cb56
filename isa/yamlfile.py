"""Reads YAML files that people write, and says in which line and field one is wrong."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

_TYPE_NAMES = {
    "object": "a mapping such as {name: value}",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


class FileError(ValueError):
    """A file is not what it should be; the message says file, line, field, what was found and what was expected."""


class YamlFile:
    """A YAML file whose content follows a JSON Schema, and which knows the line of each of its values.

    Attributes:
        path: where the file lies.
        data: its content as dicts, lists, strings and numbers.

    Raises:
        FileError: it cannot be read, is not YAML, or does not follow the schema.
    """

    def __init__(self, path: Path, schema: dict[str, Any]) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise FileError(f"{path}: there is no such file") from None
        except (OSError, UnicodeDecodeError) as error:
            raise FileError(f"{path}: cannot be read as UTF-8 text ({error})") from None
        try:
            self.data, self._node = _parsed(text)
        except yaml.MarkedYAMLError as error:
            line, slip = _slip(error)
            raise FileError(f"{path.name}, line {line}: not YAML: {slip}") from None
        except ValueError as error:
            line, when = _no_such_day(text)
            raise FileError(f"{path.name}, line {line}: found {when!r}, expected a day that exists" if when else f"{path.name}: {error}") from None
        except yaml.YAMLError as error:  # a control character
            raise FileError(f"{path.name}: {error}") from None
        self._forbid_repeated_keys(self._node)
        self.check([], schema)

    def check(self, where: list[str | int], schema: dict[str, Any]) -> None:
        """Compare the value at `where`, a path of keys and positions, with a JSON Schema.

        Raises:
            FileError: it does not follow the schema.
        """
        value = self.data
        for step in where:
            value = value[step]
        wrong = best_match(Draft202012Validator(schema).iter_errors(value))
        if wrong:
            raise self.error([*where, *wrong.absolute_path], _in_words(wrong))

    def line(self, where: list[str | int]) -> int:
        """The line, counted from 1, of the value at `where`, a path of keys and positions."""
        node = self._node
        line = node.start_mark.line + 1 if node else 1
        for step in where:
            if isinstance(node, yaml.MappingNode):
                found = [(key, value) for key, value in node.value if key.value == str(step)]
                if not found:
                    break
                key, node = found[0]
                line = key.start_mark.line + 1
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
        return line

    def error(self, where: list[str | int], message: str) -> FileError:
        """An error that names the file, the line and the field at `where`."""
        field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).lstrip(".")
        return FileError(f"{self.path.name}, line {self.line(where)}{', ' + field if field else ''}: {message}")

    def _forbid_repeated_keys(self, node: yaml.Node | None) -> None:
        # YAML keeps the last of two equal keys and says nothing: half of a copied entry would be lost.
        if isinstance(node, yaml.MappingNode):
            seen: dict[str, int] = {}
            for key, value in node.value:
                if key.value in seen:
                    raise FileError(f"{self.path.name}, line {key.start_mark.line + 1}: {key.value!r} stands twice (first in line {seen[key.value]})")
                seen[key.value] = key.start_mark.line + 1
                self._forbid_repeated_keys(value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                self._forbid_repeated_keys(item)


def _parsed(text: str) -> tuple[Any, yaml.Node | None]:
    """The content of a text and its nodes. The parser written in C takes a tenth of the time; that in Python says better what is wrong."""
    fast: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=fast), yaml.compose(text, Loader=fast)
    except (yaml.YAMLError, ValueError):
        return yaml.safe_load(text), yaml.compose(text, Loader=yaml.SafeLoader)


def _no_such_day(text: str) -> tuple[int, str]:
    """The first date of a text that no calendar has, such as 2026-02-30, with its line; nothing where all are right."""
    loader = yaml.SafeLoader(text)
    waiting = [yaml.compose(text, Loader=yaml.SafeLoader)]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, yaml.MappingNode):
            waiting = [part for pair in node.value for part in pair] + waiting
        elif isinstance(node, yaml.SequenceNode):
            waiting = [*node.value, *waiting]
        elif isinstance(node, yaml.ScalarNode) and node.tag.endswith(":timestamp"):
            try:
                loader.construct_yaml_timestamp(node)
            except ValueError:
                return node.start_mark.line + 1, str(node.value)
    return 0, ""


def _slip(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """The line of a slip in a text that is not YAML, and what it is, in the words of its author and not of a parser."""
    problem, context = error.problem or "", error.context or ""
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    began = error.context_mark.line + 1 if error.context_mark else line
    if problem.startswith("expected <block end>"):
        if "scalar" in problem:
            return line, "found text after quotes or brackets that are closed, or indented otherwise than the text above it; put a text as a whole into quotes"
        return line, "indented otherwise than the lines above it, expected the same column for all that belongs together"
    if problem.startswith("mapping values are not allowed"):
        return line, "found a colon where none can stand, expected quotes around a text that holds a colon, or the indentation of the line above"
    if problem.startswith("expected ',' or"):
        return (
            line,
            f"found no comma or closing bracket for the bracket in line {began}, expected one, or quotes around a text that holds a comma, colon or bracket",
        )
    if problem.startswith("could not find expected ':'"):
        return began, "found a line without a colon, expected the form name: value"
    if problem.startswith("found unexpected end of stream"):
        return began, "found quotes that are opened and not closed"
    if problem.startswith("found character '\\t'"):
        return line, "found a tab, expected spaces"
    if "cannot start any token" in problem or "alias" in f"{context} {problem}":
        return line, "found a text that begins with a sign which means something in YAML (* @ ` %), expected quotes around the text"
    return line, problem


def _in_words(error: ValidationError) -> str:
    """A schema error as found, expected and, where there is one, the nearest right word."""
    found: Any = error.instance
    rule: Any = error.validator_value
    schema: Any = error.schema
    match error.validator:
        case "required":
            missing = [name for name in rule if name not in found]
            near = difflib.get_close_matches(missing[0], [str(name) for name in found if name not in schema.get("properties", {})], n=1)
            return f"{_listed(missing)} missing" + (f"; found {near[0]!r}, did you mean it?" if near else "")
        case "additionalProperties":
            known = list(schema.get("properties", {}))
            stray = [name for name in found if name not in known]
            near = difflib.get_close_matches(str(stray[0]), known, n=1)
            cut = "; a text that holds a comma needs quotes" if found[stray[0]] is None else ""  # {title: one, two} is read as two fields
            return f"unknown field {stray[0]!r}; " + (f"did you mean {near[0]!r}?" if near else f"known are {_listed(known)}") + cut
        case "type":
            wanted = [rule] if isinstance(rule, str) else rule
            shown = "nothing" if found is None else repr(found)
            unquoted = ": put it in quotes" if "string" in wanted and isinstance(found, int | float | date) else ""
            return f"found {shown}, expected {' or '.join(_TYPE_NAMES.get(w, w) for w in wanted)}{unquoted}"
        case "enum":
            return f"found {found!r}, expected one of {_listed(rule)}"
        case "minItems" | "minLength" | "minProperties":
            return f"found {len(found)}, expected at least {rule}" if found else "is empty"
        case "minimum" | "exclusiveMinimum":
            return f"found {found!r}, expected a number {'of at least' if error.validator == 'minimum' else 'above'} {rule}"
        case "maximum":
            return f"found {found!r}, expected a number of at most {rule}"
        case "pattern":
            return f"found {found!r}, expected the form {schema.get('description', rule)}"
        case _:
            return error.message


def _listed(words: list[str]) -> str:
    return ", ".join(repr(w) for w in words)
