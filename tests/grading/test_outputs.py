import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import validate
from nbformat.v4 import new_code_cell, new_notebook

from isa.grading.outputs import safe_html, safe_outputs

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=10
)


@given(st.lists(st.dictionaries(st.sampled_from(["output_type", "name", "text", "data", "metadata", "execution_count", "ename", "traceback"]), anything)))
def test_whatever_comes_is_left_out_or_is_valid(outputs):
    notebook = new_notebook(cells=[new_code_cell("x", outputs=safe_outputs(outputs))])
    validate(notebook)


HARM = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<iframe src="https://example.org"></iframe>',
    '<svg onload="alert(1)"></svg>',
    '<style>@import "https://example.org/x.css";</style>',
    '<p style="background-image: url(https://example.org/x)">x</p>',
    '<form action="https://example.org"><input name="x"></form>',
    '<object data="x"></object><embed src="x"><link rel="stylesheet" href="x"><meta http-equiv="refresh" content="0">',
    '<img src="https://example.org/pixel.png">',
    '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<div><scr<script>ipt>alert(1)</scr</script>ipt>",
]


@pytest.mark.parametrize("harm", HARM)
def test_nothing_in_html_can_run_or_fetch(harm):
    clean = safe_html(f"before {harm} after").lower()
    assert "before" in clean
    for word in ("<script", "onerror=", "onload=", "javascript:", "<iframe", "<style", "url(", "<form", "<object", "<embed", "<link", "<meta", "<svg"):
        assert word not in clean
    assert 'src="http' not in clean
    assert "text/html;base64" not in clean


def test_tables_and_our_own_figures_stay():
    table = '<table border="1" class="dataframe"><tbody><tr><th scope="row">x</th><td colspan="2">1</td></tr></tbody></table>'
    assert "<td" in safe_html(table)
    figure = '<img alt="Bars of &quot;x&quot;." src="data:image/png;base64,iVBORw0KGgo=" style="max-width: 100%">'
    clean = safe_html(figure)
    assert 'alt="Bars of' in clean
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in clean


def test_what_browsers_would_run_is_dropped_and_text_stays():
    data = {"application/javascript": "alert(1)", "application/vnd.jupyter.widget-view+json": {}, "image/svg+xml": "<svg/>", "text/plain": "fine"}
    (output,) = safe_outputs([{"output_type": "display_data", "data": data}])
    assert output.data == {"text/plain": "fine"}


def test_an_image_that_is_no_image_is_dropped():
    assert safe_outputs([{"output_type": "display_data", "data": {"image/png": '"><script>'}}]) == []
