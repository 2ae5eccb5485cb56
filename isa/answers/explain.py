"""Explains a marked answer to the student who wrote it: simple Markdown that quotes the student and never the key.

What is said stands in `messages/LANGUAGE.yml`; what is quoted is cut and cleaned, so that no answer can pass for a part of the page.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from isa.answers.question import AnswerMark, MarkScheme, Point, PointMark
from isa.yamlfile import YamlFile

LONGEST_QUOTE = 160  # characters

_CATALOGUES = Path(__file__).with_name("messages")
_TEXT = {"type": "string", "minLength": 1}
_SECTION = {"type": "object", "additionalProperties": _TEXT}
_SCHEMA = {"type": "object", "properties": {"because": _SECTION, "alone": _SECTION}, "additionalProperties": _TEXT}
# What means something in Markdown or HTML, as a sign that looks like it and means nothing.
_HARMLESS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "*": "∗", "`": "'", "~": "∼", "|": "¦", "\\": "/", "“": "'", "”": "'", "„": "'", '"': "'"})
_UNDERSCORE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")  # one inside of a word, as in mean_filled, stresses nothing
_LINK = re.compile(r"(://|\bwww\.)", re.IGNORECASE)


def explain(mark: AnswerMark, scheme: MarkScheme, language: str = "en") -> str:
    """Score and whether a person will look, as a paragraph; then a list with an item for each point.

    Args:
        mark: what the marker found.
        scheme: the mark scheme that it was marked by.
        language: of the explanation, as in "en" or "de-AT"; what no catalogue says in it is said in English.
    """
    say = messages(language)
    opening = [say["score"].format(score=number(mark.score), most=number(scheme.marks))]
    if mark.needs_review:
        reasons = [say["because"].get(why, say["because"]["unsure"]) for why in mark.why or ("unsure",)]
        opening.append(say["review"].format(reasons=_listed(list(dict.fromkeys(reasons)), say["and"])))
    else:
        opening.append(say["final"])
    if mark.marker == "lexical" and not (mark.needs_review and "lexical" in mark.why):
        opening.append(say["lexical"])
    position = {point.name: str(at) for at, point in enumerate(scheme.points, 1)}
    for group in scheme.any_of:
        opening.append(say["best_of"].format(points=_listed([position[name] for name in group.points], say["and"]), count=group.count))
    items = [
        say["point"].format(
            number=position[point.name], marks=number(found.marks), most=number(point.marks), feedback=feedback(found, point, mark.needs_review, language)
        )
        for found, point in zip(mark.points, scheme.points, strict=True)
    ]
    return "\n\n".join([" ".join(opening), "\n".join(f"- {item}" for item in items)])


def feedback(found: PointMark, point: Point, review: bool = False, language: str = "en") -> str:
    """What a student needs to read about one point; `review` if a person will read the answer."""
    say = messages(language)
    quote = quoted(found.evidence)
    hint = say["hint_with_lesson"].format(read=point.read) if point.read else say["hint"]
    template = say["missing"] if found.state == "missing" else say[found.state if quote else f"{found.state}_unquoted"]
    said = template.format(quote=quote, hint=hint, advice=found.claim.feedback if found.claim and found.claim.feedback else hint)
    return f"{said} {say['to_check']}" if review and not found.sure else said


def for_one_alone(explanation: str, language: str = "en") -> str:
    """An explanation as somebody reads it who studies alone: what a person would do is left to the reader."""
    say = messages(language)
    for key, own in say["alone"].items():
        before, _, after = say[key].partition("{reasons}")
        if after:
            own_before, _, own_after = own.partition("{reasons}")
            explanation = re.sub(f"{re.escape(before)}(.*?){re.escape(after)}", rf"{own_before}\1{own_after}", explanation)
        else:
            explanation = explanation.replace(before, own)
    return explanation


def quoted(text: str) -> str:
    r"""Words of a student as they can stand between quotation marks: one line, at most about 160 characters, with nothing that Markdown or HTML would obey.

    >>> quoted("The <b>mean_filled</b>\n is *lower*")
    'The ‹b›mean_filled‹/b› is ∗lower∗'
    """
    text = text[: 8 * LONGEST_QUOTE]
    visible = "".join(" " if character.isspace() else character for character in text if character.isspace() or unicodedata.category(character)[0] != "C")
    line = " ".join(_LINK.sub(r"\1 ", _UNDERSCORE.sub(" ", visible.translate(_HARMLESS))).split())
    if len(line) <= LONGEST_QUOTE:
        return line.rstrip(".") if not line.endswith("..") else line
    cut = line[:LONGEST_QUOTE]
    at_word = cut.rpartition(" ")[0]
    return f"{(at_word if len(at_word) > LONGEST_QUOTE // 2 else cut).rstrip(' ,;:.')} …"


def number(marks: float) -> str:
    """Marks as people write them: 2, 0.5, 0.33."""
    return f"{round(marks, 2) + 0:g}"


@lru_cache
def messages(language: str) -> dict[str, Any]:
    """The catalogue of a language, filled up from its main language ("de" for "de-AT") and from English."""
    say: dict[str, Any] = {"because": {}, "alone": {}}
    for name in ("en", language.split("-")[0], language):
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", name) and (path := _CATALOGUES / f"{name}.yml").is_file():
            catalogue = YamlFile(path, _SCHEMA).data
            say |= catalogue | {section: say[section] | catalogue.get(section, {}) for section in ("because", "alone")}
    return say


def _listed(words: list[str], last: str) -> str:
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
