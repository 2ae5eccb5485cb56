"""What can be read off a text without a model: its clauses, words, figures, dates, negations, opposites, and who does what to whom.

All functions are pure, never raise, and take time linear in the length of the text. Offsets count characters of the text that was given.
Stems come from snowballstemmer: pure Python, kept since 2001, and the same stems on every machine and in a browser.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from snowballstemmer.english_stemmer import EnglishStemmer

from isa.answers.question import Day, Figure

CLAUSES_AT_MOST = 40

_each = str.split

# ---------------------------------------------------------------------------------------------------------------- normalise

# Letters of other scripts that look like Latin ones, each beside its double.
_DOUBLES = dict(
    zip(
        "асеорухіјѕԁһԛԝѵӏкмтвнАВЕКМНОРСТУХІЈЅԌԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχγηωɑɡօոսհ",
        "aceopyxijsdhqwvlkmtbhABEKMHOPCTYXIJSGWABEZHIKMNOPTYXaeikvoptuxynwagonuh",
        strict=True,
    )
)
_DOUBLES_TABLE = str.maketrans(_DOUBLES)
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–−", "-"),
        **dict.fromkeys("—―", " - "),
        **dict.fromkeys("→⇒⟶➔", " -> "),
        **dict.fromkeys("•‣▪●◦", "\n"),
        "⁄": "/",
        "×": "x",
        "|": " ",
    }
)
_ODD = re.compile(r"[^\w\s!-~\n]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_MARKUP = [
    (re.compile(r"<!--[^<>]*-->|</?[a-zA-Z][^<>]*>"), " "),
    (re.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)"), r"\1"),
    (re.compile(r"^[ \t]*(?:[-*_=~#]{3,}|#{1,6}(?=[ \t])|>+|[-*+](?=[ \t]))", re.MULTILINE), ""),
    (re.compile(r"(?<![^\W_])[*_~]+(?=[^\W_])|(?<=[^\W_])[*_~]+(?![^\W_])|(?<=[.!?,;:)])[*~]+|~~|\*\*|`+"), ""),
]
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"[^\S\n]*\n\s*")


def normalise(text: str) -> str:
    r"""The words of a text as plainly as Unicode can write them: no markup, no lookalike letters, nothing invisible; paragraphs on lines of their own.

    Doing it twice changes nothing.

    >>> normalise("The <b>sum</b> stays,\u200b so the me\u0430n **falls**")
    'The sum stays, so the mean falls'
    """
    for _ in range(4):
        before, text = text, _normalised_once(text)
        if text == before:
            return text
    # What is still not at rest was made to be so: entities within entities, markup within markup.
    return _normalised_once(re.sub(r"[^\w\s.,;:!?%$'\"()/+-]+|[_*~]", " ", text).translate({ord("-"): " "}))


def _normalised_once(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
        text = _without_invisible(text)
        text = _in_latin(text)
    else:
        text = "".join(c for c in text if c >= " " or c in "\n\t\r") if not text.isprintable() else text
        text = text.translate(_PLAIN)
    if "&" in text:
        text = html.unescape(text)
    for pattern, instead in _MARKUP:
        text = pattern.sub(instead, text)
    return _BREAKS.sub("\n", _BLANKS.sub(" ", text)).strip()


def _without_invisible(text: str) -> str:
    def kept(character: str) -> str:
        category = unicodedata.category(character)
        if category in ("Cf", "Cs", "Co", "Cc") and character not in "\n\t\r":
            return ""
        # What NFKC could not join to its letter is decoration heaped on it.
        return "" if category in ("Mn", "Me") and ("\u0300" <= character <= "\u036f" or category == "Me") else character

    return re.sub(r"[^!-~ ]", lambda found: kept(found.group()), text)


def _in_latin(text: str) -> str:
    letters = _LETTERS.findall(text)
    latin = sum(word.isascii() for word in letters) * 2 > len(letters)

    def plain(found: re.Match[str]) -> str:
        word = found.group()
        if word.isascii() or not any(c in _DOUBLES for c in word):
            return word
        mixed = any(c.isascii() for c in word)
        return word.translate(_DOUBLES_TABLE) if mixed or (latin and all(c in _DOUBLES for c in word)) else word

    return _LETTERS.sub(plain, text)


def looks_mixed(text: str) -> bool:
    """Whether a word of the text mixes Latin letters with lookalikes of another script.

    >>> looks_mixed("the me\u0430n"), looks_mixed("the mean, среднее")
    (True, False)
    """
    return any(any(c in _DOUBLES for c in word) and any(c.isascii() for c in word) for word in _LETTERS.findall(text) if not word.isascii())


# ------------------------------------------------------------------------------------------------------------------ clauses


@dataclass(frozen=True)
class Clause:
    """A part of a text that can be true or false by itself; `text` is what stands from `start` to `end`."""

    text: str
    start: int
    end: int


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SHORT_FORMS = frozenset(
    _each("e.g i.e etc vs no nos approx fig dr mr mrs ms prof st cf ca al p pp vol jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k u.n u.a.e")
)
_BOUNDARY = re.compile(
    r"""
    (?= [.!?…\n\s;:,—→⇒=-] ) (?:
      (?P<sentence> [.!?…]+ (?=["'”’)\]]*(?:\s|$)) ["'”’)\]]* | (?<=[a-z)]) [.!?] (?=(?-i:[A-Z])) )
    | (?P<line> \n+ )
    | (?P<hard> ; | \s[-–—]{1,2}\s | — | \s/{1,2}\s )
    | (?P<joint> :(?=\s) | -+> | => | → | ⇒ )
    | (?P<turn> ,?\s (?= (?:but|however|although|though|whereas|yet|nevertheless|nonetheless|conversely|while
        | on\ the\ (?:other\ hand|contrary) | in\ (?:fact|reality|contrast) | even\ though ) \b ) )
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NOT_BUT = re.compile(
    r"\bnot\s+(?:only|just|simply|merely|by|for|to|in|on|of|from|with|as|that|because|how|who|what|where|the|a|an|its|their|his|her)\b[^.;]{0,60}$",
    re.IGNORECASE,
)


def clauses(text: str) -> list[Clause]:
    """The clauses of a text, in order, at most 40: sentences, parted again at semicolons, dashes, and where the writer turns ("but", "however", "although").

    "because" does not part: a reason belongs to what it explains. A part of fewer than three words stays with its neighbour.

    >>> [c.text for c in clauses("The mean falls, but the sum does not change. 13 left out")]
    ['The mean falls', 'but the sum does not change.', '13 left out']
    """
    cuts: list[tuple[int, int]] = []  # where a part ends and the next one may begin
    since = 0
    for found in _BOUNDARY.finditer(text):
        kind, at, to = found.lastgroup, found.start(), found.end()
        if kind == "sentence":
            before = text[max(since, at - 8) : at].rsplit(None, 1)[-1:]
            if found.group().startswith(".") and before and before[0].lower().lstrip("(") in _SHORT_FORMS:
                continue
            cuts.append((to, to))
        elif kind == "line":
            line_start = text.rfind("\n", since, at) + 1 or since
            wrapped = at - line_start >= 60 and text[to : to + 1].islower() and text[at - 1 : at] not in ".!?:;"
            if wrapped:
                continue
            cuts.append((at, to))
        elif kind == "joint":
            # What stands before a colon or an arrow is often no more than the name of what follows.
            if _words_in(text, max(since, at - 60), at) < 5:
                continue
            cuts.append((at, to))
        elif kind == "turn":
            if text[to : to + 3].lower() == "but" and _NOT_BUT.search(text, max(since, at - 90), at):
                continue
            cuts.append((at, to))
        else:
            cuts.append((at, to))
        since = to
    return _parts(text, cuts)


def _words_in(text: str, start: int, end: int) -> int:
    return sum(1 for _ in _WORD.finditer(text, start, end))


def _parts(text: str, cuts: list[tuple[int, int]]) -> list[Clause]:
    spans: list[tuple[int, int]] = []
    start, held = 0, 3  # held: words in the last span
    for end, begin in [*cuts, (len(text), len(text))]:
        count = _words_in(text, start, end)
        if spans and (held < 3 or 0 < count < 3 or len(spans) == CLAUSES_AT_MOST):
            spans[-1] = (spans[-1][0], end)
            held += count
        elif count:
            spans.append((start, end))
            held = count
        start = begin
    found = []
    for start, end in spans:
        part = text[start:end]
        start += len(part) - len(part.lstrip())
        part = part.strip()
        found.append(Clause(part, start, start + len(part)))
    return found


# -------------------------------------------------------------------------------------------------------------------- words

_TOKEN = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|[^\W_]+(?:['’][^\W_]+)*|n't")
_CONTRACTED = {
    "cannot": ("can", "not"), "cant": ("can", "not"), "dont": ("do", "not"), "doesnt": ("does", "not"), "didnt": ("did", "not"), "isnt": ("is", "not"),
    "arent": ("are", "not"), "wasnt": ("was", "not"), "werent": ("were", "not"), "wont": ("will", "not"), "wouldnt": ("would", "not"),
    "shouldnt": ("should", "not"),
    "couldnt": ("could", "not"), "hasnt": ("has", "not"), "havent": ("have", "not"), "hadnt": ("had", "not"), "neednt": ("need", "not"),
    "can't": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"), "ain't": ("is", "not"), "let's": ("let", "us"), "percent": ("per", "cent"),
}  # fmt: skip
_ENDINGS = {"s": (), "re": ("are",), "ll": ("will",), "ve": ("have",), "m": ("am",), "d": ("would",)}

FUNCTION_WORDS = frozenset(
    _each(
        """a an the this that these those such same other another each every either neither both some any all no none
        i me my mine myself we us our ours ourselves you your yours he him his himself she her hers it its itself they them their theirs themselves one ones
        who whom whose which what where when why how there here
        am is are was were be been being do does did done doing have has had having can could may might must shall should will would ought
        not nor and or but if then else than because as so since while although though whereas unless until whether yet however therefore thus hence
        of in on at by for from to into onto with without within about against between among through during over under per via out up off
        upon across along around toward towards
        also too very quite rather instead just even still already again ever only much more most less least many few well etc ie eg vs
        let us would like get got say says said"""
    )
)
# Of the function words, those on which a fact may hang.
_TELLING = frozenset(
    _each("all none no each every both neither more most less least many few only same other without per one over under against out up off between")
)


def words(text: str) -> list[str]:
    """The words of a text in lower case, without accents, "don't" as "do", "not"; figures without the commas between thousands.

    >>> words("It doesn't cover 1,234.5 of Türkiye's")
    ['it', 'does', 'not', 'cover', '1234.5', 'of', 'turkiye']
    """
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).replace("’", "'")
    found: list[str] = []
    for token in _TOKEN.findall(text.lower()):
        if token in _CONTRACTED:
            found.extend(_CONTRACTED[token])
        elif token[0].isdigit():
            found.append(token.replace(",", ""))
        elif "'" not in token:
            found.append(token)
        elif token.endswith("n't"):
            found.extend((token[:-3], "not") if len(token) > 3 else ("not",))
        else:
            head, *rest = token.split("'")
            found.append(head)
            for part in rest:
                found.extend(_ENDINGS.get(part, (part,)))
    return found


def content(tokens: Iterable[str]) -> list[str]:
    """Of these words those that carry content: no articles, pronouns or auxiliaries; but figures, and the small words on which facts hang ("more", "per")."""
    return [word for word in tokens if word not in FUNCTION_WORDS or word in _TELLING]


# Each base form before the forms whose stems differ.
_FORMS = """
    spend spent; give gave given; take took taken; fall fell fallen; rise rose risen; grow grew grown; shrink shrank shrunk; sell sold; buy bought; send
    sent; lend lent; know knew known; say said; show shown; win won; lose lost; fight fought; meet met; hold held; pay paid; lead led; leave left; keep
    kept; mean meant; build built; begin began begun; break broke broken; choose chose chosen; teach taught; think thought; tell told; write wrote
    written; go went gone; come came; become became; divide division; man men; woman women; person people; child children; country countries; army armies;
    ally allies; economy economies economic economical; defense defence; center centre; labor labour; neighbor neighbour neighbours
"""
_IRREGULAR = {form: base for base, *forms in map(_each, _FORMS.split(";")) for form in forms}
_BRITISH = re.compile(r"(?<=\w{3})is(?=(?:e|es|ed|ing|ation|ations)$)")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of a lower-case word; "spent" and "spends" have one, as have "organise" and "organize".

    >>> stem("published"), stem("spent"), stem("countries")
    ('publish', 'spend', 'countri')
    """
    if len(word) > 30 or not word.isalpha():
        return word
    return str(EnglishStemmer().stemWord(_BRITISH.sub("iz", _IRREGULAR.get(word, word))))


def close(word: str, vocabulary: Collection[str]) -> str | None:
    """The word of the vocabulary that was meant: the same, or one slip away (two from nine letters on); None if there is none.

    A slip is a letter too many, too few, another one, or two that changed places. The first letter has to be right: "increased" is no slip for "decreased".

    >>> close("expenditrue", {"expenditure", "economy"}), close("lower", {"power", "slower"})
    ('expenditure', None)
    """
    if word in vocabulary:
        return word
    if len(word) < 5 or len(word) > 30 or not word.isalpha():
        return None
    slips = 2 if len(word) >= 9 else 1
    found = [(_slips(word, other, slips), other) for other in vocabulary if other[:1] == word[0] and len(other) >= 5 and abs(len(other) - len(word)) <= slips]
    best = min(found, default=(slips + 1, ""))
    return best[1] if best[0] <= slips else None


def _slips(a: str, b: str, most: int) -> int:
    """Slips between two words (optimal string alignment), or most + 1."""
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    a, b = a[start:], b[start:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    if max(len(a), len(b)) <= 1:
        return max(len(a), len(b))
    if a == b[::-1] and len(a) == 2:
        return 1
    if most == 1 or max(len(a), len(b)) > 8:
        return most + 1
    two, one = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, x in enumerate(a):
        row = [i + 1]
        for j, y in enumerate(b):
            row.append(min(one[j + 1] + 1, row[j] + 1, one[j] + (x != y)))
            if i and j and x == b[j - 1] and a[i - 1] == y:
                row[-1] = min(row[-1], two[j - 1] + 1)
        two, one = one, row
    return one[-1]


# ------------------------------------------------------------------------------------------------------------------ figures

Kind = Literal["number", "percent", "ordinal", "year"]


@dataclass(frozen=True)
class FoundFigure:
    """A figure that a text names.

    Attributes:
        value: with its multiplier: 4.5bn is 4.5e9; a percentage as 33, a third as 33.3 percent.
        bare: without its multiplier: 4,559 for "4,559 million".
        unit: the word that it counts, in lower case ("members" in "13 of the 57 members"; "place" in "place 7"); empty if none stands there.
        kind: number, percent, ordinal ("7th", "number 7") or year.
        negated: whether the text says that it is not this one ("not 13", "57 instead of 44").
    """

    value: float
    bare: float
    unit: str
    kind: Kind
    start: int
    end: int
    negated: bool = False


_ONES = _each("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS = _each("twenty thirty forty fifty sixty seventy eighty ninety")
_SMALL = (
    {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)} | {"fourty": 40, "fourtheen": 14, "ninty": 90, "fivety": 50}
)
_FIRST = _each("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
_ORDINALS = dict(zip(_FIRST, range(1, 13), strict=True)) | {f"{word}th": n for n, word in enumerate(_ONES[13:], 13)}
_ORDINALS |= {word[:-1] + "ieth": 10 * n for n, word in enumerate(_TENS, 2)}
_PARTS_OF_ONE = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fourth": 4,
    "fourths": 4,
    "fifth": 5,
    "fifths": 5,
    "tenth": 10,
    "tenths": 10,
}
_TIMES = {
    "hundred": 1e2, "thousand": 1e3, "thousands": 1e3, "k": 1e3, "million": 1e6, "millions": 1e6, "mio": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9,
    "billions": 1e9, "bn": 1e9, "b": 1e9,
    "trillion": 1e12, "tn": 1e12,
}  # fmt: skip

_any = "|".join
_SMALL_WORD = _any(sorted(_SMALL, key=len, reverse=True))
_SPELLED = rf"(?:(?:{_SMALL_WORD})(?:[\s-](?:{_any(_ONES[1:10])})(?![a-z-]))?|a(?=\s+(?:hundred|thousand|million|billion|dozen)))"
_ORDINAL_WORD = _any(sorted(_ORDINALS, key=len, reverse=True))
_NUMERAL = (
    r"\d{1,3}(?:\.\d{3})+,\d+(?!\d)|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d{1,3}(?:[    ]\d{3})+(?:\.\d+)?(?![\d.]\d?)|\d+,\d{1,2}(?![\d,])|\d+(?:\.\d+)?|\.\d+"
)
_FIGURE = re.compile(
    rf"""
    (?= [\d$€£\#.−-] | \b[a-z] ) (?:
    (?P<part> \b(?: (?P<of>a|an|one|two|three|four|1|2|3) [\s-] )?
        (?P<name>half|halves|thirds?|quarters?|fourths|fifths?|tenths?) \b (?! \s+(?:place|rank|position)) )
    | (?P<rank> \b (?: no\.?|nr\.?|n°|number|place|rank|position|ranked|placed ) \s* (?: no\.?\s* )? | \# ) (?P<ranked> \d+(?![\d.,]*\d) | (?:{_SMALL_WORD})\b )
    | (?P<nth> (?<![\w.,]) \d+(?:st|nd|rd|th)\b | \b (?: (?:{_any(_TENS)})[\s-] )? (?:{_ORDINAL_WORD}) \b )
    | (?P<sign> (?<![\w)\]]) [-−]\s? )? (?P<money> [$€£]\s? | \b(?:us\$|usd|eur)\s? )?
      (?: (?<![\w.]) (?P<numeral> {_NUMERAL} ) | \b (?P<spelled> {_SPELLED} ) (?![a-z]) )
      (?P<times> (?: [\s-]? (?:hundred|thousands?|millions?|mio|billions?|trillion|bn|mn|tn)\b | [kmb]\b ){{0,2}} | \s?dozen\b )
      (?: (?<=hundred) \s+ (?:and\s+)? (?P<rest> {_SPELLED} ) \b )?
      (?P<cent> \s? (?: %|percent(?:age)?(?:\spoints?)?\b|per\s?cent\b|pct\b ) )?
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NEGATED_BEFORE = re.compile(
    r"(?:\bnot|n't|\bcannot|\binstead\s+of|\brather\s+than|\bnever|\bwithout)\s+(?:(?:by|with|the|of|in|on|at|to|for|be|is|are|as|among|from|exactly|about|these|all|equal|number|place|only\s+by)\s+){0,3}\$?$",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"\s*[-]?\s*([^\W\d_]+)")
_OVER = frozenset(_each("of the these those all our its their other out missing known"))
_SHARE = re.compile(r"\s*(?:of|out\s+of|from|in)\s+(?:the\s+|all\s+)*$", re.IGNORECASE)


def figures(text: str) -> list[FoundFigure]:
    """The figures that a text names, in order, in numerals or in words; "44 of 57" is both of them and the percentage that they make.

    >>> [(f.value, f.kind, f.unit) for f in figures("Thirteen members; Togo is 7th, that is a third, $4.5bn")]
    [(13.0, 'number', 'members'), (7.0, 'ordinal', ''), (33.333333333333336, 'percent', ''), (4500000000.0, 'number', '')]
    """
    found: list[FoundFigure] = []
    for match in _FIGURE.finditer(text):
        figure = _figure(text, match)
        if figure is None:
            continue
        if found and (last := found[-1]).kind == figure.kind == "number" and figure.value > last.value and _SHARE.fullmatch(text, last.end, figure.start):
            found[-1] = last = FoundFigure(last.value, last.bare, figure.unit, "number", last.start, last.end, last.negated)
            if " in " not in text[last.end : figure.start]:
                share = 100 * last.value / figure.value
                found.append(FoundFigure(share, share / 100, figure.unit, "percent", last.start, figure.end, last.negated))
        found.append(figure)
    return found


def _figure(text: str, match: re.Match[str]) -> FoundFigure | None:
    start, end = match.span()
    group = match.groupdict()
    unit, kind = "", "number"
    if group["part"]:
        name = group["name"].lower()
        if not group["of"] and name not in ("half", "halves", "thirds", "quarters"):
            # "third" alone, or "the third", is a place in an order.
            if name not in _ORDINALS:
                return None
            return FoundFigure(_ORDINALS[name], _ORDINALS[name], _unit(text, end), "ordinal", start, end, _is_negated(text, start))
        count, parts = _value_of(group["of"] or "one"), _PARTS_OF_ONE[name]
        return FoundFigure(100 * count / parts, count / parts, _unit(text, end), "percent", start, end, _is_negated(text, start))
    if group["ranked"]:
        bare = value = _value_of(group["ranked"])
        unit, kind = group["rank"].strip(" .#").lower(), "ordinal"
    elif group["nth"]:
        bare = value = _place(group["nth"].lower())
        kind = "ordinal"
    else:
        bare = _value_of(group["numeral"] or group["spelled"])
        times = re.findall(r"[a-z]+", (group["times"] or "").lower())
        value = bare * math.prod(12 if name == "dozen" else _TIMES[name] for name in times)
        if group["rest"]:
            value += _value_of(group["rest"])
        if times[:1] in (["hundred"], ["dozen"]):
            bare = value
        if group["sign"]:
            bare, value = -bare, -value
        numeral = group["numeral"] or ""
        if group["cent"]:
            kind = "percent"
        elif numeral.isdigit() and len(numeral) == 4 and 1900 <= value < 2100 and not (group["money"] or times or group["sign"]):
            kind = "year"
    if not math.isfinite(value):
        return None
    return FoundFigure(value, bare, unit or _unit(text, end), kind, start, end, _is_negated(text, start))  # type: ignore[arg-type]


def _value_of(numeral: str) -> float:
    numeral = numeral.lower()
    if numeral[0].isdigit() or numeral[0] == ".":
        numeral = re.sub(r"[\s  ]", "", numeral)
        if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d+,\d{1,2}", numeral):  # as the continent writes: 1.234,5
            numeral = numeral.replace(".", "").replace(",", ".")
        return float(numeral.replace(",", ""))
    return float(sum(1 if part in ("a", "an") else _SMALL[part] for part in re.split(r"[\s-]+", numeral)))


def _place(nth: str) -> float:
    if nth[0].isdigit():
        return float(nth[:-2])
    return float(sum(_ORDINALS.get(part) or _SMALL[part] for part in re.split(r"[\s-]+", nth)))


def _unit(text: str, end: int) -> str:
    at = end
    for _ in range(4):
        word = _NEXT_WORD.match(text, at)
        if word is None:
            return ""
        name = word.group(1).lower()
        acronym = word.group(1).isupper() and len(name) > 1 and _NEXT_WORD.match(text, word.end())  # 13 OIC members
        if name not in _OVER and not acronym:
            return "" if name in FUNCTION_WORDS or name in _SMALL else name
        at = word.end()
    return ""


def _is_negated(text: str, start: int) -> bool:
    return bool(_NEGATED_BEFORE.search(text, max(0, start - 45), start))


def same_figure(found: FoundFigure, wanted: Figure) -> bool:
    """Whether a figure of a text is the wanted one, within its tolerance: a percentage if its unit is percent, else a value with or without its multiplier."""
    percent = bool(re.match(r"%|per ?cent", wanted.unit.lower()))
    values = {found.value} if percent else {found.value, found.bare}
    return (found.kind == "percent") == percent and not found.negated and any(abs(value - wanted.value) <= wanted.tolerance + 1e-9 for value in values)


# --------------------------------------------------------------------------------------------------------------------- days


@dataclass(frozen=True)
class FoundDay:
    """A date that a text names: a year, a month of a year, or a day."""

    day: Day
    start: int
    end: int


_MONTHS = {name: n for n, name in enumerate(_each("january february march april may june july august september october november december"), 1)}
_MONTHS |= {name[:3]: n for name, n in _MONTHS.items()} | {"sept": 9}
_MONTH = rf"(?P<month{{0}}>{_any(sorted(_MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year{0}>(?:19|20)\d\d)(?!\d|[.,]\d)"
_SOME_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(
    rf"""
      (?<![\d.,-]) (?P<year1>(?:19|20)\d\d) - (?P<month1>\d\d) (?: - (?P<day1>\d\d) )? (?![\d-])
    | (?<![\w.,]) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\.? \s+ (?:of\s+)? {_MONTH.format(2)} ,? \s+ (?:of\s+)? {_YEAR.format(2)}
    | \b {_MONTH.format(3)} \s+ (?P<day3>\d{{1,2}})(?:st|nd|rd|th)? ,? \s+ {_YEAR.format(3)}
    | \b {_MONTH.format(4)} ,? \s+ (?:of\s+)? {_YEAR.format(4)}
    | (?<![\w.,$€£-]) {_YEAR.format(5)} (?! \s? (?:%|percent|per\scent|million|billion|dollars|members|states|countries|people) )
    | (?<=\d{{4}}[-–]) {_YEAR.format(6)}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def days(text: str) -> list[FoundDay]:
    """The dates of a text, in order: "2014", "December 2014", "24 December 2014", "Dec 24, 2014", "2014-12-24".

    >>> [found.day for found in days("signed on 2 April 2013, in force since Dec 24, 2014")]
    [Day(year=2013, month=4, day=2), Day(year=2014, month=12, day=24)]
    """
    found: list[FoundDay] = []
    for match in _DAY.finditer(text) if _SOME_YEAR.search(text) else ():
        group = {key.rstrip("123456"): value for key, value in match.groupdict().items() if value}
        month = group.get("month")
        number = int(month) if month and month.isdigit() else _MONTHS[month.lower()] if month else None
        day = int(group["day"]) if "day" in group else None
        if (number is None or 1 <= number <= 12) and (day is None or 1 <= day <= 31):
            found.append(FoundDay(Day(int(group["year"]), number, day), *match.span()))
    return found


def same_day(found: Day, wanted: Day) -> bool:
    """Whether a date is the wanted one, as far as the wanted one goes: any day of 2014 is in 2014, but "2014" does not name a month.

    >>> same_day(Day(2014, 12, 24), Day(2014)), same_day(Day(2014), Day(2014, 12))
    (True, False)
    """
    return found.year == wanted.year and wanted.month in (None, found.month) and wanted.day in (None, found.day)


# ---------------------------------------------------------------------------------------------------------------- negations

_NO_NEGATION = re.compile(
    r"\bnot (?:only|just|merely|simply|necessarily)\b|\bno (?:doubt|matter|wonder|question|more than|less than|fewer than|later than)\b|\bwhether or not\b"
    r"|\bor not\b|\bnothing (?:but|else but|other than)\b|\bno\.? ?(?=\d)|\bnone other than\b|\bcan not help\b|\bif not\b|\bnot least\b"
)
_CONTRAST = re.compile(
    r"\b(?:not|never)\b(?P<denied>(?: [\w.]+){1,8}?) but\b"
    r"|(?:\b(?:instead of|rather than|as opposed to|in contrast to|unlike|and not|but not)|, not)\b(?P<after>(?: [\w.]+){1,8})"
)
_WRONG = "(?:wrong|false|untrue|incorrect|mistaken|a mistake|a myth|impossible)"
_NEGATORS = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|without|hardly|rarely|seldom|scarcely|barely|nor)\b"
    r"|\b(?:fail(?:s|ed|ing)? to|lack(?:s|ed|ing)?(?: of)?|refus(?:e|es|ed|ing) to|(?:stop|cease)(?:s|d|ped)?(?: to)?|absence of|unable to|far from|free of)\b"
    rf"|\b{_WRONG} (?:that|to|if)\b|\b(?:it|this|that|which) (?:is|would be|was) {_WRONG}\b|\b(?:deny|denies|denied)\b"
)
_SCOPE_ENDS = re.compile(r"[,;:.!?()]|\b(?:but|because|since|although|though|so|and|or|which|who|while|whereas|if|when|as|than|only)\b")
_SCOPE_WORDS = 5


def _plain_words(clause: str) -> str:
    """The words of a clause parted by single spaces, with its commas and stops, for the patterns of negation."""
    parts = re.split(r"([,;:!?()]|\.(?=\s|$))", clause)
    return " ".join(part if len(part) == 1 and not part.isalnum() else " ".join(words(part)) for part in parts if part.strip())


def _denials(clause: str) -> tuple[str, list[tuple[int, int]]]:
    """The clause in plain words, and where its negators stand; contrasts ("not A but B", "B instead of A") are no negations of what is said of B."""
    plain = _NO_NEGATION.sub(" ", _plain_words(clause))
    plain = re.sub(r" {2,}", " ", plain)
    free = list(_CONTRAST.finditer(plain))
    return plain, [found.span() for found in _NEGATORS.finditer(plain) if not any(c.start() <= found.start() < c.end() for c in free)]


def negations(clause: str) -> int:
    """How many negations a clause holds. "not only", "no doubt" and "no more than" are none, and "not A but B" denies nothing of B.

    >>> negations("No row says who helped whom"), negations("not only Togo"), negations("divided by 57 instead of 44")
    (1, 0, 0)
    """
    return len(_denials(clause)[1])


def polarity(clause: str) -> int:
    """+1 for a clause that affirms, -1 for one that denies; two negations affirm.

    >>> polarity("it is wrong that the sum does not change"), polarity("a gap is not a zero")
    (1, -1)
    """
    return -1 if negations(clause) % 2 else 1


_TAKES_BACK = re.compile(
    r"\bthe (?:opposite|contrary|reverse) (?:is|was|holds|would be|applies)\b|\b(?:that|this|all this|all that|what i (?:said|wrote)) (?:is|was|were)"
    r"(?: all| completely| totally)? (?:wrong|false|untrue|incorrect|nonsense|not true|not right|not correct|not the case)\b(?! (?:to|that|if))"
    r"|\b(?:i (?:was|am) wrong|or rather not|quite the (?:opposite|contrary)|on second thoughts?)\b"
)


def takes_back(clause: str) -> bool:
    """Whether a clause denies what was said before it.

    >>> takes_back("No, that is wrong: the opposite is the case."), takes_back("it is wrong to write 0")
    (True, False)
    """
    return _TAKES_BACK.search(_plain_words(clause)) is not None


_TURNS = re.compile(
    r"\W*(?:but|however|still|although|though|yet|nevertheless|actually|in (?:fact|reality|the end)|on the (?:other hand|contrary)"
    r"|then again|or (?:better|rather)|(?:to be|more) exact(?:ly)?|more precisely)\b",
    re.IGNORECASE,
)


def turns(clause: str) -> bool:
    """Whether a clause begins with a word that turns against what was said before it, such as "however"."""
    return _TURNS.match(clause) is not None


def denied(clause: str) -> frozenset[str]:
    """The stems of the content words that a clause denies: the next few after each negator, and the rejected half of a contrast.

    >>> sorted(denied("The same sum is divided by 57 states and not by 44, which is no surprise"))
    ['44', 'surpriz']
    """
    plain, negators = _denials(clause)
    spans = [part for found in _CONTRAST.finditer(plain) for part in (found.group("denied"), found.group("after")) if part]
    for _, end in negators:
        rest = plain[end : end + 80]
        stop = _SCOPE_ENDS.search(rest, 1)
        spans.append(rest[: stop.start()] if stop else rest)
    times: dict[str, int] = {}
    for span in spans:
        for word in {stem(word) for word in content(words(span))[:_SCOPE_WORDS]}:
            times[word] = times.get(word, 0) + 1
    return frozenset(word for word, n in times.items() if n % 2)


# ---------------------------------------------------------------------------------------------------------------- opposites


@lru_cache(maxsize=1)
def _opposites() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "data" / "antonyms.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            for pair in line.split():
                a, b = pair.split("/")
                table.setdefault(a, []).append(b)
                table.setdefault(b, []).append(a)
    return table


# From an inflected form to those that it may come from. Stems are no help here: to stem the whole table takes a tenth of a second.
_INFLECTED = [("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", ""), ("d", ""), ("ing", ""), ("ing", "e")]


@lru_cache(maxsize=20_000)
def antonyms(word: str) -> frozenset[str]:
    """The stems of the words that say the opposite of a word in lower case, in whatever form it stands.

    >>> "lower" in antonyms("higher"), stem("receives") in antonyms("giving")
    (True, True)
    """
    forms = [word, _IRREGULAR.get(word, word), _BRITISH.sub("iz", word)]
    for ending, instead in _INFLECTED:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            base = word.removesuffix(ending) + instead
            forms += [base, base[:-1]] if base[-2:-1] == base[-1:] else [base]
    own = stem(word)
    return frozenset(stem(other) for form in forms for other in _opposites().get(form, ())) - {own}


# -------------------------------------------------------------------------------------------------------- who does what to whom

_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|get|gets|got)(?: \w+ly| not| also| often)? (?P<verb>\w+(?:ed|en|wn|ne|nt|ld|ght|ut|id|un))\b")
_EDGE = frozenset(_each("because so since although though while whereas if when which who that and but or as"))


def _roles(tokens: list[str]) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For each content word the stems on its doer's and its sufferer's side: before and after it in its part of the sentence, turned round in the passive."""
    text = " ".join(tokens)
    passive = {found.group("verb") for found in _PASSIVE.finditer(text)}
    sides: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for at, word in enumerate(tokens):
        if word in FUNCTION_WORDS:
            continue
        left, right = at, at + 1
        while left and tokens[left - 1] not in _EDGE:
            left -= 1
        while right < len(tokens) and tokens[right] not in _EDGE:
            right += 1
        before = frozenset(stem(w) for w in tokens[left:at] if w not in FUNCTION_WORDS)
        after = frozenset(stem(w) for w in tokens[at + 1 : right] if w not in FUNCTION_WORDS)
        if word in passive:
            by = tokens.index("by", at) if "by" in tokens[at:right] else None
            # Who did it is not said: "connected to", "contained in" are as true the other way round.
            before, after = (frozenset(stem(w) for w in tokens[by + 1 : right] if w not in FUNCTION_WORDS), before) if by else (frozenset(), frozenset())
        key = stem(word)
        sides[key] = (frozenset(), frozenset()) if key in sides else (before, after)  # a word that stands twice has no one place
    return sides


_FROM_TO = re.compile(r"\bfrom (?:the )?(\w+)(?: \w+){0,3}? to (?:the )?(\w+)")


def swapped(clause: str, phrase: str) -> bool:
    """Whether a clause says the same as a phrase with two of its actors, or the two ends of a way, exchanged.

    >>> swapped("Togo supplies Qatar", "Qatar supplies Togo"), swapped("Togo is supplied by Qatar", "Qatar supplies Togo")
    (True, False)
    """
    said, meant = words(clause), words(phrase)
    mine, theirs = {stem(w) for w in content(said)}, {stem(w) for w in content(meant)}
    if len(mine & theirs) < 3 or len(mine & theirs) < 0.6 * min(len(mine), len(theirs)):
        return False
    ways = [{(stem(a), stem(b)) for a, b in _FROM_TO.findall(" ".join(tokens))} for tokens in (said, meant)]
    if any((b, a) in ways[1] for a, b in ways[0]):
        return True
    there = _roles(meant)
    for verb, (left, right) in _roles(said).items():
        if verb in there:
            doers, sufferers = there[verb]
            crossed = (left & sufferers) - doers - right, (right & doers) - sufferers - left
            if all(crossed) and not (left & doers) - sufferers:
                return True
    return False
