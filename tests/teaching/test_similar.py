"""Which submissions are worth reading together, and which only look alike because everybody's do."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from isa.teaching import similar
from isa.teaching.similar import Work, compare, tokens, work
from tests.conftest import marked

CODE = """
merged = members.merge(spending, on="iso3", how="left")
known = merged.dropna(subset=["milex"])
share = known.groupby("region")["milex"].sum() / known["milex"].sum()
answer = share.sort_values(ascending=False).head(5).round(3).to_dict()
"""
RENAMED = """
# my own comment
tbl = members.merge(spending, on="code",   how="outer")
x = tbl.dropna(subset=['spent'])
y = x.groupby("area")["spent"].sum() / x["spent"].sum()
answer = y.sort_values(ascending=False).head(10).round(1).to_dict()
"""
WORDS = (
    "A missing figure means that none was published, so putting zero in its place lowers the mean of the whole group without any soldier having been paid less."
)


def own_words(seed: int, count: int = 60) -> str:
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("abcdefghij", k=5)) for _ in range(count))


def class_of(*words: str, size: int = 12) -> list[Work]:
    """A class in which the first students wrote these answers, and everybody else something of their own."""
    texts = [*words, *(own_words(seed) for seed in range(len(words), size))]
    return [Work(f"s{number:02d}", {("s1", "words"): text}) for number, text in enumerate(texts)]


def names(found) -> list[tuple[str, str]]:
    return [(pair.one, pair.other) for pair in found.pairs]


def test_renamed_and_reformatted_code_is_the_same_run_of_tokens():
    assert [token for token, _, _ in tokens(CODE)] == [token for token, _, _ in tokens(RENAMED)]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("a, b = f(k=1)", "name , name = f ( k = number )"),
        ("def g(p, *q): return p", "def name ( name , * name ) : return name"),
        ("[i.x for i in t]", "[ name . x for name in t ]"),
        ("s = lambda u: u + 'x'", "name = lambda name : name + string"),
        ("df['a'] == 'open", "df [ string ] == string"),
        ("if (n := 3): pass", "if ( name := number ) : pass"),
    ],
)
def test_only_names_that_the_student_chose_are_replaced(code, shown):
    assert " ".join(token for token, _, _ in tokens(code)) == shown


def test_two_who_share_an_answer_are_listed_with_where_and_how_rare_that_is():
    found = compare(class_of(WORDS, WORDS))
    assert names(found) == [("s00", "s01")]
    assert found.pairs[0].alike == pytest.approx(1)
    assert found.pairs[0].as_alike == 1
    assert [(shared.exercise, shared.kind) for shared in found.pairs[0].shared] == [("s1", "words")]
    assert len(found.alike) == 66
    assert similar.base_rates(found)["half"] == 0


def test_what_most_of_the_class_has_does_not_count():
    assert names(compare(class_of(*[WORDS] * 7))) == []


def test_what_was_handed_out_does_not_count():
    lesson = new_notebook(cells=[new_markdown_cell(WORDS)])
    assert names(compare(class_of(WORDS, WORDS), [lesson])) == []


def test_a_few_common_words_are_no_reason():
    assert names(compare(class_of(f"the mean is lower {own_words(90)}", f"the mean is lower {own_words(91)}"))) == []


def test_a_short_text_that_is_the_same_is_no_reason():
    assert names(compare(class_of("Zero is not a missing figure.", "Zero is not a missing figure."))) == []


def test_three_who_hang_together_are_a_group():
    found = compare(class_of(WORDS, WORDS, WORDS))
    assert similar.groups(found.pairs) == [("s00", "s01", "s02")]


def test_pairs_of_an_earlier_class_alone_are_not_compared():
    works = class_of(WORDS, WORDS, WORDS)
    works[0], works[1] = (Work(one.student, one.texts, earlier=True) for one in works[:2])
    found = compare(works)
    assert names(found) == [("s00", "s02"), ("s01", "s02")]
    assert len(found.alike) == 65


def test_the_order_of_the_submissions_changes_nothing():
    works = class_of(WORDS, f"{WORDS} {own_words(50, 20)}", own_words(51))
    assert compare(works).pairs == compare(works[::-1]).pairs


def test_shared_passages_are_found_in_both_texts_and_nothing_else():
    one, other = (Work(name, {("s1", "words"): f"{own_words(seed, 9)} {WORDS}"}) for name, seed in (("a", 1), ("b", 2)))
    places = similar.passages(one, other, ("s1", "words"), frozenset())
    for text, [(start, end)] in zip((one, other), places, strict=True):
        assert text.texts["s1", "words"][start:end] == WORDS.rstrip(".")


def test_a_notebook_is_its_answers_with_what_was_added_below_them():
    cells = [
        marked(new_code_cell("import isa"), "setup", locked=True),
        marked(new_code_cell("x = 1"), "q1", solution=True),
        new_code_cell("y = 2"),
        marked(new_code_cell("assert x"), "q1_a", 1, grade=True, locked=True),
        marked(new_markdown_cell("Because."), "s1", 1, grade=True, solution=True),
    ]
    assert work("a", new_notebook(cells=cells)).texts == {("q1", "code"): "x = 1\ny = 2", ("s1", "words"): "Because."}


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_a_class_of_hardly_anybody_is_no_error(size):
    found = compare(class_of(WORDS, WORDS, WORDS, size=0)[:size])
    assert len(found.alike) == size * (size - 1) // 2


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_can_be_compared_as_code_and_as_words(text):
    for token, start, end in tokens(text):
        assert start < end <= len(text)
        assert token
    compare([Work(name, {("q1", "code"): text, ("q1", "words"): text}) for name in "abc"])
