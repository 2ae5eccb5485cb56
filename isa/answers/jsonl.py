"""Marks answers that come as JSON lines: one object in, one object out, in the same order, without holding more than a line.

`{"id", "question", "reference": [str…], "points": [str or {text, marks, accept, reject}…] (optional), "examples": [{"answer", "score", "points"}…]
(optional), "answer", "max_score"}` gives `{"id", "score", "confidence", "needs_review", "points": [{"state", "marks", "evidence", "feedback"}…],
"why", "marker"}`. A line that is none of these gives `{"id", "error"}`, and the next line is read.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import IO, Any, Protocol

from isa.answers.explain import feedback
from isa.answers.question import AnswerMark, Claim, Example, MarkScheme, Point, Question

LONGEST_LINE = 32 * 2**20  # bytes; an answer of 1 MB with a hundred examples is less
MOST_QUESTIONS = 128  # that are kept fitted
ROUNDING = 0.02  # of the maximum: three points of 0.33 are meant to make 1

_ID = re.compile(rb'"id"\s*:\s*("(?:[^"\\]|\\.){0,200}"|-?[0-9]{1,18}(?![0-9.eE]))')


class _Fitted(Protocol):
    def mark(self, answer: str) -> AnswerMark: ...


class Marker(Protocol):
    """What learns a question, such as `isa.answers.marker.Marker`."""

    def fit(self, question: Question) -> _Fitted: ...


class _BadLine(ValueError):
    """What is wrong with a line: what was found, and what was expected."""


def mark_lines(stream: IO[bytes], marker: Marker) -> Iterator[str]:
    """For each line of `stream`, a question with an answer, the line that answers it; blank lines are passed over."""
    fit = _Memory(marker)

    def judged(record: dict[str, Any]) -> tuple[AnswerMark, MarkScheme]:
        answer = _answer(record)
        scheme, fitted = fit(record)
        return fitted.mark(answer), scheme

    yield from _each_line(stream, judged, _object)


def mark_answers(stream: IO[bytes], marker: Marker, question: Question) -> Iterator[str]:
    """For each line of `stream`, an answer to `question`, the line that marks it; blank lines are passed over.

    A line is the answer itself, whose id is its number, or an object with "answer" and, if it likes, "id".
    """
    fitted = marker.fit(question)

    def judged(record: dict[str, Any]) -> tuple[AnswerMark, MarkScheme]:
        return fitted.mark(_answer(record)), question.scheme

    def read(line: str, number: int) -> dict[str, Any]:
        return _object(line, number) if line.lstrip().startswith("{") else {"id": number, "answer": line.strip()}

    yield from _each_line(stream, judged, read)


def _each_line(
    stream: IO[bytes], judged: Callable[[dict[str, Any]], tuple[AnswerMark, MarkScheme]], read: Callable[[str, int], dict[str, Any]]
) -> Iterator[str]:
    for number, line in enumerate(_lines(stream), 1):
        if line is not None and not line.strip():
            continue
        id = _id_in(line)  # as far as it can be seen, until the line has been read
        try:
            if line is None:
                raise _BadLine(f"found more than {LONGEST_LINE // 2**20} MB, expected a shorter line")
            record = read(_decoded(line), number)
            id = _id(record)
            yield _written(_result(id, *judged(record)))
        except _BadLine as wrong:
            yield _written({"id": id, "error": f"line {number}: {wrong}"})
        except Exception as error:  # a fault of the marker costs one line, not the run
            yield _written({"id": id, "error": f"line {number}: could not be marked ({type(error).__name__}: {error}), expected a mark; please report it"})


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """The lines, None for one that is too long to be read."""
    while line := stream.readline(LONGEST_LINE):
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE)
        yield None


class _Memory:
    """Questions that were fitted lately: lines that share question, reference, points and examples share the work."""

    def __init__(self, marker: Marker) -> None:
        self._marker = marker
        self._fitted: OrderedDict[bytes, tuple[MarkScheme, _Fitted]] = OrderedDict()

    def __call__(self, record: dict[str, Any]) -> tuple[MarkScheme, _Fitted]:
        asked = [record.get(name) for name in ("question", "reference", "points", "examples", "max_score")]
        key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode("ascii")).digest()
        if key not in self._fitted:
            question = _question(record)
            self._fitted[key] = question.scheme, self._marker.fit(question)
            if len(self._fitted) > MOST_QUESTIONS:
                self._fitted.popitem(last=False)
        self._fitted.move_to_end(key)
        return self._fitted[key]


# ------------------------------------------------------------------------------------------------------------------ reading


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise _BadLine(f"found a byte that is not UTF-8 at position {error.start + 1}, expected UTF-8 text") from None


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _BadLine(f"found no JSON ({error.msg} at column {error.colno}), expected an object") from None
    except RecursionError:
        raise _BadLine("found lists or objects nested too deeply, expected an object with an answer") from None
    except _BadLine:
        raise
    except ValueError as error:
        raise _BadLine(f"found a number that cannot be read ({error}), expected an object with an answer") from None
    if not isinstance(record, dict):
        raise _BadLine(f"found {_named(record)}, expected an object")
    return record


def _no_constant(name: str) -> None:
    raise _BadLine(f"found {name}, expected a number")


def _id(record: dict[str, Any]) -> Any:
    id = record.get("id")
    if isinstance(id, list | dict) or (isinstance(id, float) and not math.isfinite(id)):
        raise _BadLine(f"'id': found {_named(id)}, expected text or a number")
    return id


def _id_in(line: bytes | None) -> Any:
    """The id that a line seems to have, even if it is broken elsewhere."""
    found = _ID.search(line or b"", 0, 10_000)
    try:
        return json.loads(found[1]) if found else None
    except ValueError:
        return None


def _answer(record: dict[str, Any]) -> str:
    if "answer" not in record:
        raise _BadLine(f"'answer' missing; found {', '.join(repr(name) for name in list(record)[:9]) or 'an empty object'}")
    return _text(record["answer"], "answer")


def _question(record: dict[str, Any]) -> Question:
    most = _number(record.get("max_score"), "max_score")
    if most <= 0:
        raise _BadLine(f"'max_score': found {most:g}, expected a number above 0")
    reference = _texts(record.get("reference"), "reference")
    points = _points(record.get("points"), most)
    if not points:
        if not reference:
            raise _BadLine("found neither 'reference' nor 'points', expected what the answer is to be compared with")
        points = (Point("answer", most, says=reference[0], accept=reference),)
    scheme = MarkScheme(points, model=reference)
    prompt = record.get("question")
    return Question("" if prompt is None else _text(prompt, "question"), scheme, _examples(record.get("examples"), scheme, most))


def _points(listed: Any, most: float) -> tuple[Point, ...]:
    """The points, those without marks with an equal share of what is left."""
    found = _list(listed, "points")
    drafts: list[tuple[str, float | None, tuple[str, ...], tuple[Claim, ...]]] = []
    for position, item in enumerate(found):
        where = f"points[{position}]"
        if isinstance(item, str):
            item = {"text": item}
        if not isinstance(item, dict):
            raise _BadLine(f"'{where}': found {_named(item)}, expected text or an object with 'text'")
        says = _text(item.get("text"), f"{where}.text").strip()
        if not says:
            raise _BadLine(f"'{where}.text': found nothing, expected what has to be said")
        marks = None if item.get("marks") is None else _number(item["marks"], f"{where}.marks")
        if marks is not None and marks <= 0:
            raise _BadLine(f"'{where}.marks': found {marks:g}, expected a number above 0")
        drafts.append((says, marks, _texts(item.get("accept"), f"{where}.accept"), _claims(item.get("reject"), f"{where}.reject")))
    given = sum(marks for _, marks, _, _ in drafts if marks is not None)
    without = sum(marks is None for _, marks, _, _ in drafts)
    if drafts and (given >= most if without else abs(given - most) > ROUNDING * most):
        raise _BadLine(f"'points': found marks that add up to {given:g}{' before all have any' if without else ''}, expected {most:g}, the max_score")
    scale = 1.0 if without or not drafts else most / given
    return tuple(
        Point(f"P{at}", (most - given) / without if marks is None else marks * scale, says, accept, reject)
        for at, (says, marks, accept, reject) in enumerate(drafts, 1)
    )


def _claims(listed: Any, where: str) -> tuple[Claim, ...]:
    claims = []
    for position, item in enumerate([listed] if isinstance(listed, str) else _list(listed, where)):
        if isinstance(item, dict):
            claim, said = item.get("claim", item.get("text")), item.get("feedback")
        else:
            claim, said = item, None
        claims.append(Claim(_text(claim, f"{where}[{position}]"), "" if said is None else _text(said, f"{where}[{position}].feedback")))
    return tuple(claims)


def _examples(listed: Any, scheme: MarkScheme, most: float) -> tuple[Example, ...]:
    examples = []
    for position, item in enumerate(_list(listed, "examples")):
        where = f"examples[{position}]"
        if not isinstance(item, dict):
            raise _BadLine(f"'{where}': found {_named(item)}, expected an object with 'answer' and 'score'")
        shares = _shares(item.get("points"), scheme, f"{where}.points")
        if item.get("score") is not None or not shares:
            share = _share(item.get("score"), most, f"{where}.score")
        else:
            share = scheme.total({point.name: shares[point.name] * point.marks for point in scheme.points}) / scheme.marks
        if len(scheme.points) == 1:
            shares = shares or {scheme.points[0].name: share}
        examples.append(Example(_text(item.get("answer"), f"{where}.answer"), share, shares))
    return tuple(examples)


def _shares(given: Any, scheme: MarkScheme, where: str) -> dict[str, float]:
    """The share of each point, from marks or true and false, in the order of the points or by their names or texts."""
    if given is None:
        return {}
    names = [point.name for point in scheme.points]
    if isinstance(given, dict):
        known = {point.says: point.name for point in scheme.points} | dict(zip(names, names, strict=True))
        stray = [name for name in given if name not in known]
        if stray:
            raise _BadLine(f"'{where}': found {_named(stray[0])}, expected the names {', '.join(names)}, or the texts of the points")
        marks = {known[name]: mark for name, mark in given.items()}
    else:
        marks = dict(zip(names, _list(given, where), strict=False))
    if len(given) != len(names) or set(marks) != set(names):
        raise _BadLine(f"'{where}': found {len(given)} marks, expected one for each of the {len(names)} points")
    return {
        point.name: float(mark) if isinstance(mark := marks[point.name], bool) else _share(mark, point.marks, f"{where}.{point.name}")
        for point in scheme.points
    }


def _share(mark: Any, most: float, where: str) -> float:
    found = _number(mark, where)
    if not 0 <= found <= most * (1 + ROUNDING):
        raise _BadLine(f"'{where}': found {found:g}, expected 0 to {most:g}")
    return min(found / most, 1.0)


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _BadLine(f"'{where}': found {_named(value)}, expected a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _BadLine(f"'{where}': found a number without bounds, expected one that can be counted with")
    return number


def _texts(value: Any, where: str) -> tuple[str, ...]:
    """The texts of a list, or of one text; without those that say nothing."""
    listed = [value] if isinstance(value, str) else _list(value, where)
    return tuple(text for position, item in enumerate(listed) if (text := _text(item, f"{where}[{position}]").strip()))


def _list(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise _BadLine(f"'{where}': found {_named(value)}, expected a list")
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _BadLine(f"'{where}': found {_named(value)}, expected text")
    return value.encode("utf-8", "replace").decode("utf-8")  # JSON can write half of a character, which no model reads


def _named(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return repr(value if len(value) <= 40 else f"{value[:37]}…")
        case _:
            return f"{value:.40g}" if isinstance(value, float) else "a number"


# ------------------------------------------------------------------------------------------------------------------ writing


def _result(id: Any, mark: AnswerMark, scheme: MarkScheme) -> dict[str, Any]:
    points = [
        {
            "state": found.state,
            "marks": round(found.marks, 4),
            "evidence": found.evidence,
            "feedback": feedback(found, point, mark.needs_review),
        }
        for found, point in zip(mark.points, scheme.points, strict=True)
    ]
    judged = {"score": round(mark.score, 4), "confidence": round(mark.confidence, 4), "needs_review": mark.needs_review, "points": points}
    return {"id": id, **judged, "why": list(mark.why), "marker": mark.marker}


def _written(record: dict[str, Any]) -> str:
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # half of a character in an id
        line = json.dumps(record)
    return line
