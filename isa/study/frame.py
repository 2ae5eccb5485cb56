"""The frame of a lesson: `lesson` opens it, `summary` closes it, `overview` shows how far a learner is with all of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from html import escape, unescape
from pathlib import Path

from isa import catalog, syllabus
from isa.home import home
from isa.study import checkpoints, progress, recall
from isa.study.checkpoints import Checkpoint
from isa.study.progress import State
from isa.syllabus import Assignment, Lesson, Syllabus

_SIGNS: dict[State, str] = {"met": "✓", "begun": "◐", "not begun": "○"}


def lesson(id: str) -> None:
    """Display what a lesson is about: question, minutes, what comes before it, claim, objectives with how far the learner is, contents.

    Raises:
        isa.syllabus.UnknownLesson: there is no such lesson.
    """
    course = syllabus.read()
    _display(_opening(course, course.lesson(id)))


def summary(id: str) -> None:
    """Display how far the learner is with a lesson, its exit ticket, how to cite the tables that were loaded, and what comes next.

    Raises:
        isa.syllabus.UnknownLesson: there is no such lesson.
    """
    course = syllabus.read()
    this = course.lesson(id)
    ticket = [one for one in checkpoints.of_lesson(id) if one.exit_ticket]
    _display(_reached(standing(this), bool(ticket)))
    if ticket:
        from isa.study import widgets

        for one in ticket:
            widgets.show(one)
    _display(_closing(course, this))


def overview() -> None:
    """Display how far the learner is with each lesson, and what to see again and when."""
    _display(_progress([standing(one) for one in syllabus.read().lessons]))


@dataclass(frozen=True)
class Standing:
    """How far a learner is with a lesson.

    Attributes:
        lesson: which.
        states: of each objective, by its id.
        tries: how many there were.
        again: the checkpoints to see again, with the time in words: "now", "from 25 November 2026"; the soonest first.
    """

    lesson: Lesson
    states: dict[str, State]
    tries: int
    again: tuple[tuple[Checkpoint, str], ...]

    @property
    def name(self) -> str:
        """The lesson's: "02 Technical expertise"."""
        return _name(self.lesson)

    def objectives(self) -> str:
        """How many are in which state: "2 met, 1 begun, 1 not begun"."""
        count = Counter(self.states.values())
        return ", ".join(f"{count[state]} {state}" for state in _SIGNS if count[state])

    def see_again(self, named: Callable[[Checkpoint], str] = lambda one: one.id) -> str:
        """What to see again: "1.2 and 1.4 now, 1.3 from 25 November 2026", or "nothing yet"."""
        names: dict[str, list[str]] = {}
        for checkpoint, when in self.again:
            names.setdefault(when, []).append(named(checkpoint))
        return ", ".join(f"{_listed(some)} {when}" for when, some in names.items()) or "nothing yet"


def standing(lesson: Lesson, now: datetime | None = None) -> Standing:
    """How far the learner is with a lesson, now or at a time with a time zone.

    To see again is what a later lesson may ask again, and what was not right in the end.
    """
    now = now or datetime.now(UTC)
    known = checkpoints.of_lesson(lesson.id)
    times = [(one, when) for one in known if (when := recall.again(one, now)) and (one.recall or progress.marked(one)[-1].result != "right")]
    again = tuple((one, _in_words(when, now)) for one, when in sorted(times, key=lambda pair: pair[1]))
    return Standing(lesson, progress.states(lesson), sum(len(progress.last(one.id)) for one in known), again)


@dataclass(frozen=True, repr=False)
class Page:
    """Something to read: `html` in a notebook, `text` elsewhere."""

    html: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        troubles = "".join(f"<p role='note'>{escape(sentence)}</p>" for sentence in progress.troubles())
        return f"<style>{_style()}</style><div class='isa-frame'>{self.html}{troubles}</div>"


def _opening(course: Syllabus, this: Lesson) -> Page:
    states = progress.states(this)
    claims = [f"{claim}: {course.claims[claim]}" for claim in this.claims]
    before = [course.lesson(one) for one in this.prerequisites]
    place = course.lessons.index(this)
    beside = [("Previous", one) for one in course.lessons[:place][-1:]] + [("Next", one) for one in course.lessons[place + 1 :][:1]]
    rows = {
        "Time": f"{this.minutes} minutes",
        "Before this": "<br>".join(map(_to_lesson, before)) or "nothing",
        "Claims under test" if claims[1:] else "Claim under test": "<br>".join(map(escape, claims)) or "none: this lesson gives you the tools",
        "You learn to": _objectives(this, states),
    }
    contents = "".join(f"<li>{_link(heading, target)}</li>" for heading, target in _headings(this))
    html = [
        f"<p class='isa-lead'>{escape(_name(this))}</p><p>{escape(this.question)}</p>",
        f"<dl>{''.join(f'<div><dt>{label}</dt><dd>{said}</dd></div>' for label, said in rows.items())}</dl>",
        f"<nav class='isa-contents' aria-label='In this lesson'><p><strong>In this lesson</strong></p><ul>{contents}</ul></nav>" if contents else "",
        f"<nav aria-label='Other lessons'><ul>{''.join(f'<li>{label}: {_to_lesson(one)}</li>' for label, one in beside)}</ul></nav>",
    ]
    text = [
        _name(this),
        this.question,
        f"Time: {this.minutes} minutes",
        f"Before this: {'; '.join(map(_name, before)) or 'nothing'}",
        *[f"Claim under test: {claim}" for claim in claims],
        *_objectives_as_text(this, states),
        *[f"{label}: {_name(one)}" for label, one in beside],
    ]
    return Page("".join(html), "\n".join(text))


def _reached(at: Standing, ticket: bool) -> Page:
    cells = _cells(at.lesson)
    html = [
        f"<h3>Where you stand</h3>{_objectives(at.lesson, at.states)}",
        f"<p><strong>Checkpoints to see again:</strong> {at.see_again(lambda one: _to_checkpoint(one, cells))}.</p>",
        "<h3>Exit ticket</h3>" if ticket else "",
    ]
    text = [*_objectives_as_text(at.lesson, at.states), f"Checkpoints to see again: {at.see_again()}."]
    return Page("".join(html), "\n".join(text))


def _closing(course: Syllabus, this: Lesson) -> Page:
    tables = catalog.loaded()
    # After a restart this cell may run alone.
    heading = "Sources of the tables that this page used" if tables else "Sources of this lesson's tables"
    sources = catalog.cite(*(tables or this.evidence)) if tables or this.evidence else catalog.Citations()
    coming: list[Assignment | Lesson] = [one for one in course.assignments if one.lesson == this.id]
    coming += course.lessons[course.lessons.index(this) + 1 :][:1]
    html = [
        f"<h3>{heading}</h3>{sources._repr_html_()}" if sources else "",
        f"<h3>What comes next</h3><nav aria-label='What comes next'><ul>{''.join(f'<li>{_to(one)}</li>' for one in coming)}</ul></nav>" if coming else "",
    ]
    text = [*([f"{heading}:", *sources] if sources else []), *[f"Next: {_name(one)}" for one in coming]]
    return Page("".join(html), "\n".join(text))


def _progress(rows: list[Standing]) -> Page:
    head = "".join(f"<th scope='col'>{label}</th>" for label in ("Lesson", "Objectives", "See again"))
    body = "".join(f"<tr><th scope='row'>{_to_lesson(row.lesson)}</th><td>{row.objectives()}{_tries(row)}</td><td>{row.see_again()}</td></tr>" for row in rows)
    kept = f"This is kept in {_short(progress.path())}, on this machine only."
    html = f"<table><caption>Your progress</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{_rule()}<p>{escape(kept)}</p>"
    text = [f"{row.name}: {row.objectives()}{_tries(row)}; see again: {row.see_again()}" for row in rows]
    return Page(html, "\n".join([*text, progress.RULE, kept]))


def _tries(row: Standing) -> str:
    return f" ({row.tries} {'try' if row.tries == 1 else 'tries'})" if row.tries else ""


def _objectives(lesson: Lesson, states: dict[str, State]) -> str:
    # The sign is for the eye, the word for everybody; no colour.
    items = "".join(
        f"<li>{id} {escape(can)} <span class='isa-state'><span aria-hidden='true'>{_SIGNS[states[id]]}</span> {states[id]}</span></li>"
        for id, can in lesson.objectives.items()
    )
    return f"<ul>{items}</ul>{_rule()}"


def _objectives_as_text(lesson: Lesson, states: dict[str, State]) -> list[str]:
    return [f"{id} {can} ({states[id]})" for id, can in lesson.objectives.items()]


def _rule() -> str:
    return f"<details><summary>When is an objective met?</summary><p>{escape(progress.RULE)}</p></details>"


def _name(one: Lesson | Assignment) -> str:
    name = f"{one.id} {one.title}" if isinstance(one, Lesson) else f"Assignment {one.lesson}: {one.title}"
    return name if one.status == "ready" else f"{name} (planned)"


def _to(one: Lesson | Assignment) -> str:
    """Its name, with a link from a lesson where it can be opened."""
    if isinstance(one, Lesson):
        return _to_lesson(one)
    file = f"release/{one.id}/{one.id}.ipynb"
    return _link(_name(one), f"../{file}" if one.status == "ready" and (home() / file).is_file() else "")


def _to_lesson(lesson: Lesson) -> str:
    return _link(_name(lesson), Path(lesson.notebook).name if lesson.status == "ready" else "")


def _to_checkpoint(checkpoint: Checkpoint, cells: list[_Cell]) -> str:
    call = re.compile(rf"checkpoint\(\s*['\"]{re.escape(checkpoint.id)}['\"]")
    target = next((cell.address for cell in cells if cell.kind == "code" and call.search(cell.source)), "")
    return _link(checkpoint.id, target)


def _link(text: str, target: str) -> str:
    return f"<a href='{escape(target)}'>{escape(text)}</a>" if target else escape(text)


@dataclass(frozen=True)
class _Cell:
    kind: str
    source: str
    address: str  # a link to it from another file of the same folder; empty where the cell has no id


def _cells(lesson: Lesson) -> list[_Cell]:
    """The cells of a lesson's notebook, from the folder of the running notebook or the course's; none where it cannot be read."""
    name = Path(lesson.notebook).name
    for path in (Path(name), home() / lesson.notebook):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            # JupyterLab finds `#cell-id=…` in the notebook that is named. A mere `#heading` it would look for in all that are open.
            return [_Cell(c["cell_type"], "".join(c["source"]), f"{name}#cell-id={c['id']}" if "id" in c else "") for c in cells]
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return []


def _headings(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """The sections of a lesson's notebook, each with its address."""
    for cell in _cells(lesson):
        if cell.kind == "markdown":
            prose = re.sub(r"^(```|~~~).*?^\1", "", cell.source, flags=re.DOTALL | re.MULTILINE)
            for found in re.findall(r"^## +(.+?)[ #]*$", prose, flags=re.MULTILINE):
                words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", found)
                yield unescape(re.sub(r"[*`]|<[^>]*>|\b_|_\b", "", words)), cell.address


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if words[1:] else words[0]


def _in_words(when: datetime, now: datetime) -> str:
    if when <= now:
        return "now"
    day = when.astimezone()
    return f"from {day.day} {day:%B %Y}"


def _short(path: Path) -> str:
    """A path as its owner would write it, without the name of their account."""
    path = path.absolute()
    return f"~/{path.relative_to(Path.home()).as_posix()}" if path.is_relative_to(Path.home()) else str(path)


def _display(page: Page) -> None:
    from IPython.display import display

    display(page)


@cache
def _style() -> str:
    return Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
