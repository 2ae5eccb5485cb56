import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isa.grading.feedback import shown
from tests.grading.test_outputs import HARM, anything

RUNS = re.compile(
    r"<(script|iframe|svg|style|form|object|embed|link|meta|math|input)|\son\w+\s*=|(href|src)=\"(?!https?:|data:image/(png|jpeg|gif);)", re.IGNORECASE
)


def tags_of(html: str) -> str:
    """The tags alone: text may say what it likes."""
    return " ".join(re.findall(r"<[^>]*>", html))


@pytest.mark.parametrize("harm", HARM)
def test_nothing_that_runs_or_fetches_gets_on_a_page(harm):
    made = [shown.prose(harm), shown.prose(f"[x]({harm})"), shown.code(harm), *shown.outputs([{"output_type": "display_data", "data": {"text/html": harm}}])]
    made += shown.outputs([{"output_type": "display_data", "data": {"text/markdown": harm, "image/svg+xml": harm, "application/javascript": "a()"}}])
    made += shown.outputs(
        [{"output_type": "stream", "name": "stdout", "text": harm}, {"output_type": "error", "ename": harm, "evalue": harm, "traceback": [harm]}]
    )
    assert not RUNS.search(tags_of("".join(made)))


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(["[", "]", "(", ")", "!", "<", ">", "javascript:", "x", "\n", "&#106;", "\\", "`", "$", "|---|", "# ", "- ", "https://e.org", '"', "*"])
    )
)
def test_no_markdown_makes_a_link_that_runs(pieces):
    assert not RUNS.search(tags_of(shown.prose("".join(pieces))))


@given(st.lists(st.dictionaries(st.sampled_from(["output_type", "name", "text", "data", "ename", "evalue", "traceback"]), anything)) | st.lists(anything))
def test_whatever_an_output_is_it_breaks_nothing(outputs):
    "".join(shown.outputs(outputs)).encode()


def test_markdown_is_shown_with_its_lists_tables_and_code_and_a_formula_as_text():
    made = shown.prose("# A *title*\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`x < y` and $a_1 < b_1$\n\n![a chart](https://e.org/x.png)")
    assert "<h1" not in made
    assert "<strong>A <em>title</em></strong>" in made
    assert "<li>one</li>" in made
    assert 'role="group" aria-label="Table" tabindex="0"><table>' in made
    assert "<code>x &lt; y</code> and $a_1 &lt; b_1$" in made
    assert "[picture: a chart]" in made
    assert "<img" not in made


def test_a_comment_keeps_its_lines():
    assert "one<br>" in shown.prose("one\ntwo", comment=True)
    assert "<br" not in shown.prose("one\ntwo")


def test_what_was_made_harmless_for_formgrader_is_shown_as_it_was_typed():
    from isa.grading.outputs import safe_markdown

    typed = "if a <b, then ![x](y) and `t[0](javascript:1)`"
    assert shown.prose(safe_markdown(typed)) == shown.prose(typed)


@pytest.mark.parametrize(
    "text", ["x" * 10**6, "> " * 9_000, "[" * 15_000, "*a " * 6_000, "<b>" * 6_000, "- " * 9_000, "`" * 15_000, "$" * 15_000, "|a" * 9_000, "![" * 9_000]
)
def test_a_text_without_end_is_cut_or_shown_as_typed_and_takes_no_time_without_end(text):
    made = shown.prose(text)
    assert len(made) < 400_000
    assert len(text) <= shown.LONGEST or "1,000,000 characters and was cut here" in made


def test_outputs_without_end_are_cut_with_a_sentence():
    text, page, picture = "x" * 10**6, "<p>" + "x" * 10**6, "A" * 3_000_000
    made = shown.outputs([{"output_type": "stream", "name": "stdout", "text": text}])
    made += shown.outputs([{"output_type": "execute_result", "data": {"text/html": page, "text/plain": "in short"}}])
    made += shown.outputs([{"output_type": "display_data", "data": {"image/png": picture}}])
    assert sum(map(len, made)) < 30_000
    assert "This output has 1,000,000 characters and was cut here" in made[0]
    assert "in short" in made[1]
    assert "1,000,003 characters and was cut here" in made[1]
    assert "too large to be shown here" in made[2]


def test_code_without_end_is_cut_too():
    assert "This cell has 1,000,000 characters" in shown.code("x" * 10**6)


def test_a_picture_has_words_and_a_table_no_empty_header():
    html = '<img src="data:image/png;base64,AAAA"><img alt="Bars." src="data:image/png;base64,AAAA"><table><tr><th></th><th>a</th></tr></table>'
    (made,) = shown.outputs([{"output_type": "display_data", "data": {"text/html": html}}])
    assert f'<img alt="{shown.NO_WORDS}" src="data:image/png;base64,AAAA">' in made
    assert 'alt="Bars."' in made
    assert "<td></td><th>a</th>" in made


def test_an_output_cannot_pass_for_a_part_of_the_page():
    (made,) = shown.outputs([{"output_type": "display_data", "data": {"text/html": '<p class="verdict passed" id="points" style="color:red">passed</p>'}}])
    assert "<p>passed</p>" in made


def test_signs_for_a_terminal_and_letters_that_no_file_can_hold_are_left_out():
    trace = ["\x1b[0;31mValueError\x1b[0m: bad \ud800"]
    (made,) = shown.outputs([{"output_type": "error", "ename": "ValueError", "evalue": "bad \ud800", "traceback": trace}])
    assert "ValueError: bad ?" in made
    assert "\x1b" not in made


@pytest.mark.parametrize(
    ("kind", "message", "words"),
    [
        ("AssertionError", "x is 3; expected 4. See lesson 01.", "x is 3; expected 4. See lesson 01."),
        ("AssertionError", "", "The check failed; it has no message."),
        ("NameError", "name 'x' is not defined", "NameError: name 'x' is not defined"),
        ("KeyError", "", "KeyError"),
        ("SandboxDied", "the student's process is gone", "the student's process is gone"),
    ],
)
def test_an_asserts_words_stand_alone_and_another_error_says_its_kind(kind, message, words):
    assert shown.said({"ename": kind, "evalue": message}) == words
