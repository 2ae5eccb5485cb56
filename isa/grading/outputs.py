"""Makes what a cell has shown safe to keep and to look at: outputs come from the sandbox and are trusted in nothing.

What nbformat does not know is dropped, HTML keeps tables, text and images that are inside the page, and everything that
could run in the browser of whoever reads the notebook is gone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from typing import Any

import nh3
from nbformat import NotebookNode
from nbformat.v4 import new_output

_TAGS = (
    {"a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "hr", "i", "img", "ins", "kbd"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub", "summary", "sup", "tt"}
    | {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var"}
)
_ATTRIBUTES = {
    "*": {"class", "style", "title", "lang", "dir", "role"},
    "a": {"href"},
    "img": {"alt", "src", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_STYLES = {"background-color", "border", "color", "font-style", "font-weight", "margin", "max-width", "padding", "text-align", "width"}
_IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
_PICTURE_DATA = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=]+")
_NOT_OF_A_TABLE = re.compile(r"<(?!(?:t[dhr]|thead|tbody|tfoot|col|colgroup|br|img)\b)[A-Za-z]")
LONGEST_HTML = 200_000  # characters beside pictures
MOST_TAGS = 1000  # beside the rows and cells of tables; a parser takes minutes for a few hundred thousand, one in another
PICTURES = ("image/png", "image/jpeg")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LINK = re.compile(r"\](?=[(:]\s*(?P<where>\S{0,200}))")
_ATTACHED = re.compile(r"!\[[^\[\]]*\]\(attachment:(?P<name>[\w.-]+)\)", re.ASCII)
_PICTURE = re.compile(rf"!(?=\[)(?!{_ATTACHED.pattern[1:]})", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_ANSI_AND_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\ud800-\udfff]")


def safe_outputs(outputs: list[Any]) -> list[NotebookNode]:
    """The outputs of a cell as nbformat wants them; what is not recognised is left out."""
    return [made for output in outputs if isinstance(output, dict) and (made := _safe(output)) is not None]


def is_parsable(text: str) -> bool:
    """Whether HTML is short and flat enough to be parsed in no time."""
    return len(_PICTURE_DATA.sub("", text)) <= LONGEST_HTML and len(_NOT_OF_A_TABLE.findall(text)) <= MOST_TAGS


def safe_html(text: str) -> str:
    """HTML without scripts, handlers, styles, frames, forms, and without anything that is fetched from elsewhere; as text where it is endless."""
    return _cleaner.clean(text) if is_parsable(text) else html.escape(text)


def safe_markdown(text: str, attached: Collection[str] = ()) -> str:
    """Markdown that makes no HTML of its own, no link but to the web, and no picture but those `attached` to its cell.

    Whatever else could become one is shown as the text that it is: nbconvert, which formgrader uses, would make a script of it.
    """
    text = _ATTACHED.sub(lambda found: found[0] if found["name"] in attached else f"&#33;{found[0][1:]}", _TAG.sub("&lt;", text))
    return _LINK.sub(_link, _PICTURE.sub("&#33;", text))


def as_typed(text: str) -> str:
    """Markdown that `safe_markdown` has changed, as it was; for a page that shows nothing but text."""
    return text.replace("&lt;", "<").replace("&#33;", "!").replace("&#93;", "]")


def safe_attachments(attachments: Any) -> dict[str, dict[str, str]]:
    """The pictures among the attachments of a Markdown cell, by name."""
    bundles = {name: bundle for name, bundle in attachments.items() if isinstance(bundle, dict)} if isinstance(attachments, dict) else {}
    kept = {name: {kind: bundle[kind] for kind in PICTURES if _is_base64(bundle.get(kind))} for name, bundle in bundles.items()}
    return {name: bundle for name, bundle in kept.items() if bundle}


def harmless(cell: NotebookNode) -> None:
    """Show a student's HTML as the text that it is, and no link or picture that could run: formgrader would run it in the browser of whoever grades."""
    kept = safe_attachments(cell.get("attachments"))
    cell.source = safe_markdown(cell.source, kept)
    if "attachments" in cell:
        cell.attachments = kept


def _link(bracket: re.Match[str]) -> str:
    # A bracket as an entity is a bracket to the reader and no link to the parser; a backslash could be undone by another before it.
    where = bracket["where"]
    fine = where.startswith(("http://", "https://", "mailto:", "attachment:")) or (len(where) < 200 and ":" not in html.unescape(where))
    return "]" if fine else "&#93;"


def _attribute(tag: str, name: str, value: str) -> str | None:
    match tag, name:
        case "img", "src":
            return value if _IMAGE.fullmatch(value) else None
        case "img", "width" | "height":
            return value if value.isdigit() else None
        case "a", "href":
            return value if value.startswith(("http://", "https://", "#")) else None
        case _, "style":
            return None if re.search(r"url|\\", value, re.IGNORECASE) else value
        case _:
            return value


_cleaner = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_attribute, url_schemes={"data", "http", "https"}, filter_style_properties=_STYLES)


def _safe(output: dict[str, Any]) -> NotebookNode | None:
    match output.get("output_type"):
        case "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            return new_output("stream", name=name, text=_text(output.get("text")))
        case "error":
            trace = output.get("traceback")
            lines = [_text(line) for line in trace] if isinstance(trace, list) else []
            return new_output("error", ename=_text(output.get("ename"))[:200], evalue=_text(output.get("evalue")), traceback=lines)
        case "display_data" | "execute_result" as kind:
            data = _data(output.get("data"))
            if not data:
                return None
            count = output.get("execution_count")
            more = {"execution_count": count if type(count) is int and 0 <= count < 10**6 else None} if kind == "execute_result" else {}
            return new_output(kind, data=data, **more)
        case _:
            return None


def _data(data: Any) -> dict[str, str]:
    """The representations that can be shown without harm."""
    if not isinstance(data, dict):
        return {}
    safe = {}
    for kind in ("text/plain", "text/latex"):
        if isinstance(data.get(kind), str):
            safe[kind] = _text(data[kind])
    if isinstance(data.get("text/html"), str):
        safe["text/html"] = safe_html(_text(data["text/html"]))
    if isinstance(data.get("text/markdown"), str):
        safe["text/markdown"] = safe_markdown(_text(data["text/markdown"]))
    for kind in PICTURES:
        if _is_base64(data.get(kind)):
            safe[kind] = data[kind]
    return safe


def _is_base64(value: Any) -> bool:
    return isinstance(value, str) and bool(_BASE64.fullmatch(value))


def _text(value: Any) -> str:
    return _ANSI_AND_TEXT.sub("", value) if isinstance(value, str) else ""
