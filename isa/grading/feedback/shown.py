"""Shows on a page what came from a submission: cells, outputs, Markdown. All of it is trusted in nothing and cut where it is endless."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import mistune
import nh3
from markupsafe import Markup, escape
from mistune import HTMLRenderer, Markdown
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from isa.grading.outputs import PICTURES, as_typed, is_parsable

LONGEST = 20_000  # characters of a text, a cell or an output that are shown
LARGEST_PICTURE = 2_000_000  # characters in Base64
PAGE = 20_000_000  # characters of everything that a submission puts on its page
_CODE_SIGNS = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|[@-Z\\-_])|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAGS = {"a", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd"} | {
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "samp",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "var",
}
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_IMAGE = re.compile(rf"data:image/(png|jpeg|gif);base64,{_BASE64.pattern}")
_HEADINGS = re.compile(r"<(/?)h[1-6][^>]*>")
_EMPTY_HEADER = re.compile(r"<th[^>]*>\s*</th>")
_WITHOUT_ALT = re.compile(r"<img(?![^>]*\salt=)")
_TABLE = re.compile(r"<table[^>]*>(?:(?!<table).)*?</table>", re.DOTALL)
_UNCOLOURED = re.compile(r'<span class="(?:n|p|o|w)">([^<]*)</span>')  # half of a page, and the style says nothing of them
NO_WORDS = "A picture for which the code gave no words."


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What a tag may say: nothing that styles, names or runs, so that no output can pass for a part of the page."""
    match name:
        case "src":
            return value if len(value) <= LARGEST_PICTURE and _IMAGE.fullmatch(value) else None
        case "href":
            return value if value.startswith(("http://", "https://")) else None
        case "colspan" | "rowspan":
            return value if value.isascii() and value.isdigit() and len(value) < 4 else None
        case "dir":
            return value if value in ("rtl", "ltr", "auto") else None
        case _:
            return value


_SPANS = {"colspan", "rowspan"}
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"*": {"dir"}, "a": {"href"}, "img": {"src", "alt"}, "td": _SPANS, "th": _SPANS},
    attribute_filter=_attribute,
    url_schemes={"data", "http", "https"},
)


class _Renderer(HTMLRenderer):
    """Markdown without HTML, without pictures from elsewhere, and with formulas as the text that they are."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"[picture: {text}]"

    def inline_math(self, text: str) -> str:
        return f"${escape(text)}$"

    def block_math(self, text: str) -> str:
        return f"<p>$${escape(text)}$$</p>\n"


def _markdown(hard_wrap: bool) -> Markdown:
    return mistune.create_markdown(renderer=_Renderer(escape=True), hard_wrap=hard_wrap, plugins=["table", "strikethrough", "math"])


_text, _comment = _markdown(hard_wrap=False), _markdown(hard_wrap=True)


@lru_cache(maxsize=512)
def prose(source: str, comment: bool = False) -> Markup:
    """Markdown as HTML; a `comment` keeps its line breaks. Too long a text is shown as it was typed, to its bound."""
    source = plain(source)
    if len(source) > LONGEST:
        return Markup('<div class="typed" dir="auto">{}</div>{}').format(source[:LONGEST], _cut(len(source), "text"))
    source = as_typed(source)
    try:
        made = str((_comment if comment else _text)(source))
    except RecursionError:
        return Markup('<div class="typed" dir="auto">{}</div>').format(source)
    return Markup(_tidy(_cleaner.clean(made)))


@lru_cache(maxsize=512)
def code(source: str) -> Markup:
    """Python with its words coloured; the colours are in the page's style."""
    source = plain(source)
    shown = _UNCOLOURED.sub(r"\1", highlight(source[:LONGEST], PythonLexer(), HtmlFormatter(nowrap=True)))
    note = _cut(len(source), "cell") if len(source) > LONGEST else ""
    return Markup('<pre class="code" dir="ltr"><code>{}</code></pre>{}').format(Markup(shown), note)


def outputs(found: list[Any]) -> list[Markup]:
    """What a cell has shown, a block each; what cannot be shown in a page is left out."""
    return [block for output in found if isinstance(output, dict) and (block := _output(output))]


def said(output: dict[str, Any]) -> str:
    """The words of an error: an assert's message alone, any other error with its kind."""
    kind, words = plain(output.get("ename")), plain(output.get("evalue")).strip()
    if kind in _IN_WORDS:
        return _shortened(words or "The check failed; it has no message.")
    return _shortened(f"{kind}: {words}" if words else kind)


_IN_WORDS = ("AssertionError", "NotRun", "SandboxDied", "TestTookTooLong", "WireError")


def plain(text: Any) -> str:
    """A text without the signs that steer a terminal, and without what no file can hold; empty for what is no text."""
    return _CODE_SIGNS.sub("", text.encode("utf-8", "replace").decode()) if isinstance(text, str) else ""


def _output(output: dict[str, Any]) -> Markup | None:
    match output.get("output_type"):
        case "stream":
            words = "Messages of the code" if output.get("name") == "stderr" else "Printed"
            return _block(words, plain(output.get("text")))
        case "error":
            trace = output.get("traceback")
            return _block(f"Stopped: {said(output)}", "\n".join(plain(line) for line in trace) if isinstance(trace, list) else "", "error")
        case "display_data" | "execute_result":
            data = output.get("data")
            return _data({kind: value for kind, value in data.items() if isinstance(value, str)}) if isinstance(data, dict) else None
        case _:
            return None


def _data(data: dict[str, str]) -> Markup | None:
    """A result in the richest of its forms that can be shown."""
    page, words = data.get("text/html", ""), plain(data.get("text/plain") or data.get("text/latex"))
    if page and is_parsable(page):
        return Markup('<div class="output">{}</div>').format(_html(page))
    if "text/markdown" in data:
        return Markup('<div class="output">{}</div>').format(prose(data["text/markdown"]))
    for kind in PICTURES:
        picture = data.get(kind, "")
        if len(picture) > LARGEST_PICTURE:
            return Markup('<p class="cut">A picture is too large to be shown here. It is in your notebook.</p>')
        if _BASE64.fullmatch(picture):
            return Markup('<div class="output"><img src="data:{};base64,{}" alt="{}"></div>').format(kind, "".join(picture.split()), NO_WORDS)
    return _block("Result", words) + (_cut(len(page), "output, in its full form,") if page else "")


@lru_cache(maxsize=128)
def _html(source: str) -> Markup:
    return Markup(_tidy(_cleaner.clean(plain(source))))


def _tidy(html: str) -> str:
    """Clean HTML without headings of its own, with words for each picture, and with tables that can be scrolled by keyboard."""
    html = _HEADINGS.sub(lambda found: "</strong></p>" if found[1] else '<p class="heading"><strong>', html)
    html = _WITHOUT_ALT.sub(f'<img alt="{NO_WORDS}"', _EMPTY_HEADER.sub("<td></td>", html))
    return _TABLE.sub(lambda table: f'<div class="wide" role="group" aria-label="Table" tabindex="0">{table[0]}</div>', html)


def _block(title: str, text: str, kind: str = "printed") -> Markup:
    note = _cut(len(text), "output") if len(text) > LONGEST else ""
    return Markup('<div class="output {}"><p class="kind">{}</p><pre dir="ltr">{}</pre>{}</div>').format(kind, title, text[:LONGEST].rstrip("\n"), note)


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST // 10 else f"{words[: LONGEST // 10]} … (cut: {len(words):,} characters)"


def _cut(length: int, what: str) -> Markup:
    return Markup('<p class="cut">This {} has {} characters and was cut here. All of it is in your notebook.</p>').format(what, f"{length:,}")
