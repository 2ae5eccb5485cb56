"""Makes what a cell has shown safe to keep and to look at: outputs come from the sandbox and are trusted in nothing.

What nbformat does not know is dropped, HTML keeps tables, text and images that are inside the page, and everything that
could run in the browser of whoever reads the notebook is gone.
"""

from __future__ import annotations

import re
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbformat import NotebookNode
from nbformat.v4 import new_output

_TAGS = (
    {"a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure", "hr", "i", "img", "ins", "kbd"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub", "summary", "sup", "tt"}
    | {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var"}
)
_ATTRIBUTES = {"*": ["class", "style", "title", "lang", "dir", "role"], "td": ["colspan", "rowspan"], "th": ["colspan", "rowspan", "scope"]}
_IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
_CSS = CSSSanitizer(
    allowed_css_properties=["background-color", "border", "color", "font-style", "font-weight", "margin", "max-width", "padding", "text-align", "width"]
)
PICTURES = ("image/png", "image/jpeg")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_ANSI_AND_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")


def safe_outputs(outputs: list[Any]) -> list[NotebookNode]:
    """The outputs of a cell as nbformat wants them; what is not recognised is left out."""
    return [made for output in outputs if isinstance(output, dict) and (made := _safe(output)) is not None]


def safe_html(text: str) -> str:
    """HTML without scripts, handlers, styles, frames, forms, and without anything that is fetched from elsewhere."""
    return str(bleach.clean(text, tags=_TAGS, attributes=_attribute, protocols=["data", "http", "https"], strip=True, css_sanitizer=_CSS))


def _attribute(tag: str, name: str, value: str) -> bool:
    if tag == "img":
        return name == "alt" or (name == "src" and bool(_IMAGE.fullmatch(value))) or (name in ("width", "height") and value.isdigit()) or name == "style"
    if tag == "a":
        return name == "href" and value.startswith(("http://", "https://", "#"))
    return name in _ATTRIBUTES["*"] or name in _ATTRIBUTES.get(tag, [])


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
    for kind in ("text/html", "text/markdown"):
        if isinstance(data.get(kind), str):
            safe[kind] = safe_html(_text(data[kind]))
    for kind in PICTURES:
        if isinstance(data.get(kind), str) and _BASE64.fullmatch(data[kind]):
            safe[kind] = data[kind]
    return safe


def _text(value: Any) -> str:
    return _ANSI_AND_TEXT.sub("", value) if isinstance(value, str) else ""
