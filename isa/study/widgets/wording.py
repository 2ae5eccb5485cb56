"""What a checkpoint says, as safe HTML and as plain text. Knows no widget."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from html import escape, unescape
from itertools import takewhile
from typing import Any

import mistune
import pandas as pd

from isa.study.checkpoints import Checkpoint, Choice, Line, Number, Order
from isa.study.marking import Outcome, Result, Said
from isa.study.progress import Try

NO_WIDGETS = "Run this lesson in JupyterLab to answer."
BROKEN = "Your answer could not be marked. The fault is the course's and not yours: the answer is still here, and you can go on with the lesson."
STOPPED = "The marking was stopped. Your answer is still here."

# A sign for the eye and a word for everybody; nothing is said by colour alone.
_SIGNS: dict[Result, tuple[str, str]] = {
    "right": ("✓", "right"),
    "partly": ("~", "partly"),
    "wrong": ("✗", "not yet"),
    "unsure": ("?", "unsure"),
    "refused": ("–", "not marked"),
}
_VERDICTS: dict[Result, str] = {
    "right": "Right",
    "partly": "Partly right",
    "wrong": "Not yet",
    "unsure": "Unsure",
    "refused": "Not marked, and not counted as a try",
}
_MOST_COLUMNS = 20


def title(checkpoint: Checkpoint) -> str:
    """Its name and time: "Checkpoint 2.4 · about 2 minutes"."""
    minutes = checkpoint.minutes
    time = "half a minute" if minutes == 0.5 else "1 minute" if minutes == 1 else f"{minutes:g} minutes"
    return f"Checkpoint {checkpoint.id} · about {time}"


@cache
def _reader() -> Any:
    # With `escape` no tag of a text gets through, and mistune links to nothing that runs.
    return mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])


@lru_cache(maxsize=512)
def html(markdown: str) -> str:
    """Markdown as safe HTML; what is one paragraph comes without the tag around it."""
    made = str(_reader()(markdown)).strip()
    alone = re.fullmatch(r"<p>((?:(?!</p>).)*)</p>", made, re.DOTALL)
    return alone[1] if alone else made


@lru_cache(maxsize=512)
def plain(markdown: str) -> str:
    """Markdown as text in one line, for labels that can hold nothing else."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html(markdown))).split())


def hint(text: str, number: int, of: int) -> str:
    """A hint as HTML."""
    which = "Hint" if of == 1 else f"Hint {number} of {of}"
    return f"<p><strong>{which}.</strong> {html(text)}</p>"


def feedback(outcome: Outcome, tries: int, offer: str = "") -> str:
    """What became of an answer, as a live region that a screen reader speaks.

    Args:
        outcome: the marked answer.
        tries: how many there were, with this one.
        offer: a sentence on what can be done now, or nothing.
    """
    after = f" after {tries} tries" if outcome.result == "right" and tries > 1 else ""
    verdict = f"<p class='isa-verdict'>{_sign(outcome.result)} {_VERDICTS[outcome.result]}{after}.</p>"
    lines = [line for one in outcome.said if (line := _line(one, outcome))]
    said = f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>" if lines[1:] else "".join(f"<p>{line}</p>" for line in lines)
    return status(verdict + said + (f"<p>{offer}</p>" if offer else ""), outcome.result)


def status(content: str, result: Result | None = None) -> str:
    """HTML in a live region."""
    return f"<div role='status' aria-live='polite' class='isa-said isa-{result or 'plain'}'>{content}</div>"


def _line(said: Said, outcome: Outcome) -> str:
    about = f"<span class='isa-about'>{html(said.about)}</span><br>" if said.about else ""
    # The verdict above has said it already where there is one line, or where the line is about the whole.
    marked = (said.about and outcome.said[1:]) or said.result != outcome.result
    sign = f"<strong>{_sign(said.result)} {_SIGNS[said.result][1]}:</strong> " if marked else ""
    words = said.text if about else re.sub(r"^Right[.:]\s*(.?)", lambda found: found[1].upper(), said.text)  # the verdict has said "Right"
    return f"{sign}{about}{html(words)}"


def _sign(result: Result) -> str:
    return f"<span aria-hidden='true'>{_SIGNS[result][0]}</span>"


def current_round(tries: Sequence[Try]) -> tuple[Try, ...]:
    """The tries since the last right answer."""
    return tuple(takewhile(lambda one: one.result != "right", reversed(tries)))[::-1]


def history(tries: Sequence[Try], today: date) -> str:
    """How the tries of a checkpoint ended, in a sentence; nothing where there were none.

    "You answered this on 22 November: right after 2 tries."
    """
    if not tries:
        return ""
    last = tries[-1].when.astimezone().date()
    day = f"{last.day} {last:%B}" + (f" {last.year}" if last.year != today.year else "")
    if tries[-1].result == "right":
        count = len(current_round(tries[:-1])) + 1
        return f"You answered this on {day}: right {'at the first try' if count == 1 else f'after {count} tries'}."
    count = len(current_round(tries))
    state = "still in doubt" if tries[-1].result == "unsure" else "not right yet"
    return f"You tried this on {day}: {state} after {count} {'try' if count == 1 else 'tries'}."


def names(made: dict[str, Any]) -> str:
    """The names that a line can use, as HTML: "`agreements` (13 columns: …)"."""
    own = {name: value for name, value in made.items() if name not in ("isa", "pd") and not name.startswith("_")}
    told = [f"<code>{escape(name)}</code>{_described(value)}" for name, value in own.items()]
    return f"Names you can use: {'; '.join([*told, '<code>pd</code>', '<code>isa</code>'])}."


def _described(value: Any) -> str:
    if isinstance(value, pd.DataFrame):
        columns = _codes(map(str, value.columns[:_MOST_COLUMNS])) + (", …" if value.shape[1] > _MOST_COLUMNS else "")
        rows = f"; rows labelled by {_codes([str(value.index.name)])}" if value.index.name else ""
        return f" ({value.shape[1]} column{'' if value.shape[1] == 1 else 's'}: {columns}{rows})"
    if isinstance(value, pd.Series):
        return f" (a Series of {len(value)} values)"
    return ""


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"<code>{escape(word)}</code>" for word in words)


def as_text(checkpoint: Checkpoint) -> str:
    """A checkpoint to be read in a terminal."""
    chart = [f"Chart: {checkpoint.chart.alt}"] if checkpoint.chart else []
    return "\n".join([title(checkpoint), *chart, checkpoint.ask, *(f"  {line}" for line in _wanted(checkpoint)), NO_WIDGETS])


def as_page(checkpoint: Checkpoint, chart: str) -> str:
    """A checkpoint to be read on a page that has no widgets, as HTML; `chart` is its picture."""
    # No heading: JupyterLab would list it among the contents.
    wanted = "".join(f"<li>{escape(line)}</li>" for line in _wanted(checkpoint))
    return f"<p><strong>{title(checkpoint)}</strong></p>{_reader()(checkpoint.ask)}{chart}<ul>{wanted}</ul><p><em>{NO_WIDGETS}</em></p>"


def _wanted(checkpoint: Checkpoint) -> list[str]:
    """What can be answered: options, items, or the form of the answer."""
    task = checkpoint.task
    match task:
        case Choice():
            return [f"{'[ ]' if task.many else '( )'} {plain(option.text)}" for option in task.options]
        case Order():
            return [f"- {plain(task.items[at])}" for at in shuffled(checkpoint.id, len(task.items))]
        case Number():
            return [f"Answer with a number ({task.unit})." if task.unit else "Answer with a number."]
        case Line():
            return ["Answer with one line of pandas."]
        case _:
            return ["Answer in a sentence or two."]


def shuffled(id: str, count: int) -> tuple[int, ...]:
    """The positions of `count` items in an order that is the same each time and never the right one."""
    import random

    places = list(range(count))
    random.Random(id).shuffle(places)
    return tuple(places) if places != sorted(places) else (*places[1:], places[0])
