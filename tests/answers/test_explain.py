import re
import string

import mistune
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from isa.answers import explain as module
from isa.answers.explain import LONGEST_QUOTE, explain, feedback, for_one_alone, messages, quoted
from isa.answers.question import AnswerMark, AnyOf, Claim, MarkScheme, Point, PointMark

SNOW = Claim("it snows in June", "Look at the thermometer.")
SCHEME = MarkScheme(
    (
        Point("P1", 1, "Rain comes from clouds.", accept=("clouds bring rain",)),
        Point("P2", 1, "Cold air holds less water.", accept=("chilly air is dry",), read="lesson 01, block 2"),
        Point("P3", 1, "Winds carry the clouds.", accept=("they are blown",)),
        Point("P4", 1, "Mountains stop them.", reject=(SNOW,)),
    ),
    model=("Clouds over mountains make rain.",),
    any_of=(AnyOf(2, ("P2", "P3", "P4")),),
)
MET = PointMark("P1", "met", 1, 0.98, True, "Rain falls from the clouds.")
PARTLY = PointMark("P2", "partly", 0.5, 0.9, True, "the air is cold")
MISSING = PointMark("P3", "missing", 0, 0.6, False)
CONTRADICTED = PointMark("P4", "contradicted", 0, 0.9, True, "It snows in June", SNOW)
WHY = {
    "unsure", "contradiction", "language", "script", "long", "about_marks", "salad", "copied", "markup", "few_examples", "lexical", "number_elsewhere",
    "polarity",
}  # fmt: skip


def marked(*why: str, marker: str = "model") -> AnswerMark:
    return AnswerMark(1.5, 0.9, bool(why), why, (MET, PARTLY, MISSING, CONTRADICTED), marker)


def test_an_explanation_begins_with_the_score_and_whether_a_person_will_look_and_has_an_item_for_each_point():
    said = explain(marked("unsure", "polarity"), SCHEME)
    opening, items = said.split("\n\n")
    assert opening.startswith("**Score: 1.5 of 3.** The score is provisional: a person will read this answer before it counts")
    assert "because the marker is not sure of it and much hangs on a word such as “not”." in opening
    assert opening.endswith("Of the points 2, 3 and 4, the best 2 count.")
    one, two, three, four = items.split("\n")
    assert one == "- **Point 1: 1 of 1.** Earned by your words “Rain falls from the clouds”."
    assert two.startswith("- **Point 2: 0.5 of 1.** Your words “the air is cold” go part of the way, and something is still missing.")
    assert "lesson 01, block 2" in two
    assert three.startswith("- **Point 3: 0 of 1.** Something that the question asks for was not found in your answer. Read the question again")
    assert three.endswith("A person will check this point.")
    assert four == "- **Point 4: 0 of 1.** Your words “It snows in June” speak against what this point asks for. Look at the thermometer."


def test_a_sure_mark_says_that_it_counts_and_nothing_of_checking():
    said = explain(marked(), SCHEME)
    assert "counts as it stands" in said
    assert "ask your instructor" in said
    assert "will check" not in said


def test_the_simple_marker_is_named_once():
    simple = messages("en")["lexical"].rstrip(".")
    for why in ((), ("unsure",), ("lexical",), ("lexical", "unsure")):
        assert explain(marked(*why, marker="lexical"), SCHEME).lower().count(simple.lower()) == 1
    assert simple not in explain(marked("unsure"), SCHEME)


@pytest.mark.parametrize("state", ["met", "partly", "missing", "contradicted"])
@pytest.mark.parametrize("evidence", ["", "my own words"])
def test_no_explanation_gives_the_key_away(state, evidence):
    marks = tuple(PointMark(point.name, state, 0, 0.5, False, evidence) for point in SCHEME.points)
    said = explain(AnswerMark(0, 0.5, True, ("unsure",), marks, "model"), SCHEME)
    for point in SCHEME.points:
        for secret in (point.says, *point.accept, *(claim.text for claim in point.reject), *SCHEME.model):
            assert secret.rstrip(".").lower() not in said.lower()
    assert said.count(evidence) >= 4 or state == "missing"
    assert "{" not in said


def test_what_is_contradicted_without_a_known_misconception_gets_a_hint():
    said = feedback(PointMark("P4", "contradicted", 0, 0.9, True, "Mountains draw no rain"), SCHEME.points[3])
    assert said.startswith("Your words “Mountains draw no rain” speak against what this point asks for. Read the question again")


def test_every_reason_for_a_person_to_look_has_words():
    assert set(messages("en")["because"]) == WHY
    for why in WHY:
        assert f"because {messages('en')['because'][why]}." in explain(marked(why), SCHEME)


@pytest.mark.parametrize("why", [(), ("unsure",), ("unsure", "polarity"), ("contradiction", "language", "copied")])
def test_whoever_studies_alone_reads_of_nobody_else(why):
    said = for_one_alone(explain(marked(*why), SCHEME))
    assert not re.search(r"\b(person|instructor|teacher)\b", said)
    assert "for yourself" in said
    for reason in why:
        assert messages("en")["because"][reason] in said


def test_what_stands_in_place_of_a_sentence_has_its_names():
    say = messages("en")
    assert all(names(say[key]) == names(own) for key, own in say["alone"].items())


def test_templates_do_not_shout_or_scold():
    text = (module._CATALOGUES / "en.yml").read_text(encoding="utf-8")
    assert "!" not in text
    assert not re.search(r"\b(incorrect|wrong answer|fail)", text, re.IGNORECASE)


def flat(catalogue: dict) -> dict[str, set[str]]:
    """Key -> the names in braces of its sentence."""
    sections = ("because", "alone")
    sentences = {key: text for key, text in catalogue.items() if key not in sections}
    sentences |= {f"{section}.{key}": text for section in sections for key, text in catalogue[section].items()}
    return {key: names(text) for key, text in sentences.items()}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_all_catalogues_have_the_same_keys_and_the_same_names_in_braces():
    catalogues = {path.stem: flat(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in module._CATALOGUES.glob("*.yml")}
    assert "en" in catalogues
    for catalogue in catalogues.values():
        assert catalogue == catalogues["en"]


def test_what_another_language_lacks_is_said_in_english(tmp_path, monkeypatch):
    for path in module._CATALOGUES.glob("*.yml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "de.yml").write_text("score: '**{score} von {most} Punkten.**'\nbecause: {unsure: er sich nicht sicher ist}\n", encoding="utf-8")
    monkeypatch.setattr(module, "_CATALOGUES", tmp_path)
    messages.cache_clear()
    try:
        for language in ("de", "de-AT"):
            said = explain(marked("unsure", "long"), SCHEME, language)
            assert said.startswith("**1.5 von 3 Punkten.**")
            assert "er sich nicht sicher ist" in said
            assert "longer than the marker can read" in said
        assert explain(marked(), SCHEME, "../../etc/passwd") == explain(marked(), SCHEME, "xx") == explain(marked(), SCHEME)
    finally:
        messages.cache_clear()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("the mean\n\n- falls", "the mean - falls"),
        ("mean_filled is _lower_ than __init__", "mean_filled is lower than init"),
        ("<script>alert(1)</script>", "‹script›alert(1)‹/script›"),
        ("**Score: 3 of 3.**", "∗∗Score: 3 of 3.∗∗"),
        ("![x](https://example.org) www.example.org", "!(x)(https:// example.org) www. example.org"),
        ("he said “13” and \"14\" `x`", "he said '13' and '14' 'x'"),
        ("hid\u200bden\u202e\x00 text", "hidden text"),
        ("it falls.", "it falls"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_quote_is_the_students_words_and_nothing_else(words, shown):
    assert quoted(words) == shown


def test_a_long_quote_is_cut_at_a_word():
    cut = quoted("spending per head " * 50)
    assert len(cut) <= LONGEST_QUOTE + 2
    assert cut.endswith(("head …", "per …", "spending …"))
    assert len(quoted("x" * 1000)) == LONGEST_QUOTE + 2
    assert quoted(" " * 1_000_000 + "x") == ""


@given(st.one_of(st.text(), st.text(alphabet="<>&*_`~[]()!\\|$#-+.:/“”\"' \n\tawh3", max_size=80)))
def test_no_quote_breaks_out_of_its_place(words):
    item = f"- **Point 1: 1 of 1.** You say it here: “{quoted(words)}”. End of *it*."
    for escape in (True, False):
        html = str(mistune.create_markdown(escape=escape, plugins=["table", "strikethrough", "url"])(item))
        assert html.startswith("<ul>\n<li><strong>Point 1: 1 of 1.</strong> You say it here: “")
        assert html.endswith("”. End of <em>it</em>.</li>\n</ul>\n")
        assert html.count("<") == 8, "the quote made a tag"
    assert not any(character in quoted(words) for character in "<>\n\u202e\x00")
