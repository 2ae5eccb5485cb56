"""Marks what a learner answers to a checkpoint, at once, and says what to think again without giving the key.

What stands here of a learner's own words is shown letter by letter (`isa.study.values.literal`): no answer can pass for a part of the page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

from isa.study import one_line, typed_number
from isa.study.checkpoints import Checkpoint, Choice, Line, Number, Order, ShortAnswer
from isa.study.one_line import Fault
from isa.study.values import kind, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from isa.answers.marker import Fitted
    from isa.answers.question import AnswerMark, Question

__all__ = ["Fault", "Outcome", "Response", "Result", "Said", "chart", "mark", "names", "value"]

# refused: what was given could not be marked (empty, of the wrong type, stopped), and does not count as a try.
# unsure: a short answer whose mark is in doubt.
Result = Literal["right", "partly", "wrong", "unsure", "refused"]

# Choose one: the position of an option. Choose many, order: positions, in the order of the file. Number, line, short answer: the text as it was typed.
Response = int | tuple[int, ...] | str

COMPARE = "Compare your answer with the explanation yourself."

_CLOSE = 1e-9  # relative: what computing may change in the last digits of a key
_SAME_DIGITS = 0.005  # relative: a number of the right digits in another unit
_UNITS = (1e2, 1e3, 1e6, 1e9)
_OF_POINT: dict[str, Result] = {"met": "right", "partly": "partly", "missing": "wrong", "contradicted": "wrong"}


@dataclass(frozen=True)
class Said:
    """A piece of feedback: what it is about (an option, a point; may be empty), what became of that, and what to read; texts are Markdown."""

    about: str
    result: Result
    text: str


@dataclass(frozen=True)
class Outcome:
    """A marked answer; `shown` is what a line of pandas gave, as safe HTML, else empty."""

    result: Result
    said: tuple[Said, ...]
    shown: str = ""


class _Refusal(ValueError):
    """An answer cannot be marked; the message, Markdown, says what was found and what is expected."""


def mark(checkpoint: Checkpoint, response: Response) -> Outcome:
    """Mark an answer. Whatever it is, this gives an outcome and never an exception."""
    task = checkpoint.task
    try:
        match task:
            case Choice(many=False):
                return _chosen(task, {_position(response, len(task.options))})
            case Choice():
                return _chosen(task, set(_positions(response, len(task.options))))
            case Order():
                return _ordered(_positions(response, len(task.items)), len(task.items))
            case Number():
                return _number(checkpoint, task, _text(response))
            case Line():
                return _line(checkpoint, task, _text(response))
            case ShortAnswer():
                return _short_answer(task.question, _text(response))
    except (_Refusal, typed_number.NotANumber) as refusal:
        return _outcome("refused", str(refusal))
    except Fault as fault:
        return _outcome("refused", f"This question cannot be marked: the fault is in the course, not in your answer. ({literal(str(fault))})")


def names(checkpoint: Checkpoint) -> dict[str, Any]:
    """The names that the set-up of a checkpoint makes, with `isa` and `pd`.

    Raises:
        Fault: the set-up does not run.
    """
    return one_line.names(checkpoint.setup)


def value(checkpoint: Checkpoint) -> float:
    """The key of a checkpoint that asks for a number, computed from the data, in its unit.

    Raises:
        Fault: the checkpoint's code does not run, or gives no number.
        TypeError: the checkpoint asks for something else.
    """
    if not isinstance(checkpoint.task, Number):
        raise TypeError(f"checkpoint {checkpoint.id} asks for no number")
    return _computed(checkpoint.task.value, names(checkpoint), "value")


def chart(checkpoint: Checkpoint) -> Axes:
    """Draw the chart of a checkpoint in the look of the course; whoever shows it closes its figure.

    Raises:
        Fault: the checkpoint's code does not run, or leaves no Axes called `ax`.
        TypeError: the checkpoint has no chart.
    """
    if checkpoint.chart is None:
        raise TypeError(f"checkpoint {checkpoint.id} has no chart")
    import matplotlib
    from matplotlib.axes import Axes

    from isa.charts import use_theme

    made = names(checkpoint)
    with matplotlib.rc_context():
        use_theme()
        one_line.execute(checkpoint.chart.draw, made, "chart.draw")
    drawn = made.get("ax")
    if not isinstance(drawn, Axes):
        raise Fault(f"chart.draw: found {kind(drawn)} called ax, expected a Matplotlib Axes")
    return drawn


def _outcome(result: Result, *texts: str, shown: str = "") -> Outcome:
    return Outcome(result, tuple(Said("", result, text) for text in texts), shown)


def _text(response: Response) -> str:
    if not isinstance(response, str):
        raise _Refusal(f"Found {kind(response)}, expected a text.")
    return response


def _position(response: Any, count: int) -> int:
    if isinstance(response, bool) or not isinstance(response, int):
        raise _Refusal("Nothing is chosen. Choose one." if response in (None, "", ()) else f"Found {kind(response)}, expected the position of an option.")
    if not 0 <= response < count:
        raise _Refusal(f"Found position {response}, expected one from 0 to {count - 1}.")
    return response


def _positions(response: Any, count: int) -> tuple[int, ...]:
    if response in (None, "", (), []):
        raise _Refusal("Nothing is chosen. Choose at least one.")
    if not isinstance(response, (tuple, list)):
        raise _Refusal(f"Found {kind(response)}, expected several positions.")
    return tuple(_position(one, count) for one in response)


def _chosen(task: Choice, chosen: set[int]) -> Outcome:
    right = {at for at, option in enumerate(task.options) if option.right}
    result: Result = "right" if chosen == right else "partly" if len(chosen & right) > len(chosen - right) else "wrong"
    said = [Said(option.text, "right" if option.right else "wrong", option.why) for at, option in enumerate(task.options) if at in chosen]
    if task.many and right - chosen:
        said.append(Said("", result, "Something that is right is still missing."))
    return Outcome(result, tuple(said))


def _ordered(order: tuple[int, ...], count: int) -> Outcome:
    if sorted(order) != list(range(count)):
        raise _Refusal(f"Found {len(order)} items in order, {len(set(order))} of them different; expected each of the {count} once.")
    if list(order) == list(range(count)):
        return _outcome("right", "Right: all stand in order.")
    pairs = sum(after == before + 1 for before, after in pairwise(order))
    first = next(place for place, item in enumerate(order) if place != item)
    begins = f"The first {first} stand right. " if first > 1 else "The first one stands right. " if first else ""
    result: Result = "partly" if 2 * pairs >= count - 1 else "wrong"
    return _outcome(result, f"Of {count - 1} pairs of neighbours, {pairs} stand rightly. {begins}Look again at place {first + 1}.")


def _number(checkpoint: Checkpoint, task: Number, text: str) -> Outcome:
    typed = typed_number.read(text, task.unit)
    made = names(checkpoint)
    key = _computed(task.value, made, "value")
    turns = [(_computed(turn.value, made, f"wrong_turns[{at}]"), turn.says) for at, turn in enumerate(task.wrong_turns)]
    read = typed_number.written(typed.value)
    read_as = "" if typed.plain else f" Your answer was read as {read}."
    in_unit = f" in {task.unit}" if task.unit else ""
    reach = task.tolerance + _CLOSE * abs(key)

    def taken(within: float) -> str:
        return next((says for turn, says in turns if abs(typed.value - turn) <= within), "")

    if abs(typed.value - key) <= reach:
        return _outcome("right", f"Right.{read_as}")
    if typed.otherwise is not None and abs(typed.otherwise - key) <= reach:
        both = f"{read} and {typed_number.written(typed.otherwise)}"
        return _outcome("refused", f"“{literal(text)}” can mean {both}. Type it without a mark between thousands, and with a point before decimals.")
    if says := taken(reach):
        return _outcome("wrong", says + read_as)
    if typed.value and abs(typed.value - key) <= typed.step / 2:
        return _outcome("partly", f"Near, but rounded further than asked for. Give more digits.{read_as}")
    if says := taken(typed.step / 2):
        return _outcome("wrong", says + read_as)
    if math.isclose(-typed.value, key, rel_tol=_CLOSE, abs_tol=task.tolerance):
        return _outcome("wrong", f"The size is right; look at the sign.{read_as}")
    if key and any(math.isclose(scaled, key, rel_tol=_SAME_DIGITS) for unit in _UNITS for scaled in (typed.value * unit, typed.value / unit)):
        return _outcome("partly", f"The digits are right; look at the unit. Expected is a number{in_unit or ' without a unit'}.{read_as}")
    return _outcome("wrong", f"This is not the number{in_unit} that is asked for.{read_as}")


def _computed(code: str, made: dict[str, Any], field: str) -> float:
    found = one_line.evaluate(code, made, field)
    if isinstance(found, bool) or not isinstance(found, Real) or not math.isfinite(found):
        raise Fault(f"{field}: found {kind(found)} ({str(found)[:40]}), expected a number")
    return float(found)


def _line(checkpoint: Checkpoint, task: Line, text: str) -> Outcome:
    answer = one_line.run(text, setup=checkpoint.setup, solution=task.solution, turns=[turn.value for turn in task.wrong_turns])
    turn = () if answer.turn is None else (task.wrong_turns[answer.turn].says,)
    return _outcome(answer.result, *turn, *answer.said, shown=answer.shown)


def _short_answer(question: Question, text: str) -> Outcome:
    if not text.strip():
        raise _Refusal("Nothing was typed. Expected is an answer in a sentence or two.")
    try:
        found = _fitted(question).mark(text)
    except Exception:  # whatever a text can do to a reader: the learner can still compare
        return _outcome("unsure", f"The marker could not read this answer. {COMPARE}")
    return Outcome(_result(question, found), (_as_a_whole(question, found), *_by_point(question, found)))


@lru_cache(maxsize=64)
def _fitted(question: Question) -> Fitted:
    """The marker of a question, made once in a notebook."""
    # Here, because the model takes a moment to load, and most checkpoints need none.
    from isa.answers.marker import Marker

    return Marker().fit(question)


def _result(question: Question, found: AnswerMark) -> Result:
    if found.needs_review:
        return "unsure"
    return "right" if math.isclose(found.score, question.scheme.marks) else "partly" if found.score else "wrong"


def _as_a_whole(question: Question, found: AnswerMark) -> Said:
    from isa.answers import explain

    say = explain.messages("en")
    texts = [say["score"].format(score=explain.number(found.score), most=explain.number(question.scheme.marks))]
    if found.needs_review:
        reasons = dict.fromkeys(say["because"].get(why, say["because"]["unsure"]) for why in found.why or ("unsure",))
        texts.append(f"This mark of your answer is in doubt, because {', and '.join(reasons)}. {COMPARE}")
    if found.marker == "lexical" and "lexical" not in found.why:
        texts.append(say["lexical"])
    position = {point.name: str(at) for at, point in enumerate(question.scheme.points, 1)}
    texts += [say["best_of"].format(points=", ".join(position[name] for name in group.points), count=group.count) for group in question.scheme.any_of]
    return Said("", _result(question, found), " ".join(texts))


def _by_point(question: Question, found: AnswerMark) -> list[Said]:
    from isa.answers import explain

    said = []
    for at, (of_point, point) in enumerate(zip(found.points, question.scheme.points, strict=True), 1):
        doubt = "" if of_point.sure or not found.needs_review else f" This point is in doubt. {COMPARE}"
        said.append(Said(f"Point {at}", "unsure" if doubt else _OF_POINT[of_point.state], explain.feedback(of_point, point) + doubt))
    return said
