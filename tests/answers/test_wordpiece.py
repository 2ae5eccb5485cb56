"""The tokenizer cuts texts as the model was taught to; the expected ids are those of the tokenizer published with all-MiniLM-L6-v2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.answers.wordpiece import encode

PUBLISHED = {
    "Missing is not zero.": [101, 4394, 2003, 2025, 5717, 1012, 102],
    "Türkiye İstanbul spends 4,559 million — 13 of 57!": [101, 22883, 28008, 2063, 9960, 15970, 1018, 1010, 4583, 2683, 2454, 1517, 2410, 1997, 5401, 999, 102],
    "": [101, 102],
    "سلام 中文 😀 x\u200by": [101, 1282, 23673, 25573, 22192, 1746, 1861, 100, 1060, 2100, 102],
    "unbelievablyspentexpenditure": [101, 4895, 8671, 2666, 3567, 6321, 13102, 15781, 2595, 11837, 23194, 5397, 102],
}


@pytest.mark.parametrize("text", PUBLISHED)
def test_a_text_is_cut_like_the_published_tokenizer_does(text: str) -> None:
    assert encode(text, 128) == PUBLISHED[text]


def test_a_long_text_is_cut_off_and_still_ended() -> None:
    ids = encode("zero " * 500, 16)
    assert len(ids) == 16
    assert (ids[0], ids[-1]) == (101, 102)


@given(st.text(max_size=300))
def test_any_text_gives_ids_of_the_vocabulary(text: str) -> None:
    ids = encode(text, 64)
    assert 2 <= len(ids) <= 64
    assert all(0 <= number < 30_522 for number in ids)
