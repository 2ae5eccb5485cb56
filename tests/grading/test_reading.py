"""What comes as a notebook and is none, or no more: as much of it as can be read is read."""

import json

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isa.grading import reading
from isa.grading.reading import Unreadable
from tests.conftest import tiny_assignment

WHOLE = nbformat.writes(tiny_assignment())


def read(tmp_path, content: bytes | str):
    path = tmp_path / "tiny.ipynb"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return reading.read(path)


def test_a_notebook_in_good_order_is_read_without_a_remark(tmp_path):
    notebook, said = read(tmp_path, WHOLE)
    assert said == []
    assert [c.source for c in notebook.cells] == [c.source for c in tiny_assignment().cells]
    assert [c.metadata for c in notebook.cells] == [c.metadata for c in tiny_assignment().cells]
    assert [c.id for c in notebook.cells] == [c.id for c in tiny_assignment().cells]


def test_a_file_that_was_cut_off_gives_the_cells_before_the_cut(tmp_path):
    cut = WHOLE.index("answer == 6")
    notebook, said = read(tmp_path, WHOLE[:cut])
    assert [c.id for c in notebook.cells] == ["setup", "q1"]
    assert said == ["The file was damaged. 2 cells could be read; what stood after them is lost."]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_obstacle(tmp_path, encoding):
    notebook, _ = read(tmp_path, WHOLE.replace("forty-two", "quarante-deux, çà").encode(encoding))
    assert "çà" in notebook.cells[3].source


def test_another_encoding_is_read_with_a_word(tmp_path):
    notebook, said = read(tmp_path, WHOLE.replace("forty-two", "quarante-deux, çà").encode("cp1252"))
    assert "çà" in notebook.cells[3].source
    assert "not in UTF-8" in said[0]


def test_a_notebook_of_format_3_is_read(tmp_path):
    old = nbformat.v3.new_notebook(worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell(input="answer = 42")])])
    notebook, _ = read(tmp_path, nbformat.v3.writes_json(old))
    assert notebook.cells[0].source == "answer = 42"


def test_saved_outputs_are_left_behind(tmp_path):
    whole = json.loads(WHOLE)
    whole["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 1000}]
    notebook, _ = read(tmp_path, json.dumps(whole))
    assert notebook.cells[1].outputs == []


def test_a_file_that_is_too_large_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 100)
    with pytest.raises(Unreadable, match="more than the"):
        read(tmp_path, WHOLE)


@pytest.mark.parametrize("bomb", ["[" * 200_000, '{"cells": [' + "[" * 200_000, '{"cells": [{"source": ' + "[" * 200_000], ids=["lists", "cells", "source"])
def test_brackets_without_end_are_refused(tmp_path, bomb):
    with pytest.raises(Unreadable):
        read(tmp_path, bomb)


def test_too_many_lists_are_not_made(tmp_path):
    with pytest.raises(Unreadable, match="more than the 1,000,000 lists and objects"):
        read(tmp_path, '{"cells": [{"outputs": [' + "[[]]," * 500_000 + "[]]}]}")


MANY = [{}] * 2001


@pytest.mark.parametrize(
    "text", [json.dumps({"cells": MANY}), json.dumps({"cells": MANY})[:-2], json.dumps({"worksheets": [{"cells": MANY}]})], ids=["whole", "cut off", "old"]
)
def test_too_many_cells_are_refused(tmp_path, text):
    with pytest.raises(Unreadable, match="more than the 2,000 cells"):
        read(tmp_path, text)


def one_cell(**keys: str) -> str:
    """A notebook of one code cell; what its keys hold is given as JSON."""
    return '{"cells": [{"cell_type": "code", ' + ", ".join(f'"{key}": {value}' for key, value in keys.items()) + "}]}"


@pytest.mark.parametrize("levels", [40, 300, 700])
def test_metadata_is_read_as_deep_as_it_can_be_written_again(tmp_path, levels):
    notebook, _ = read(tmp_path, one_cell(source='"x = 1"', metadata='{"a":' * levels + "1" + "}" * levels))
    assert notebook.cells[0].source == "x = 1"
    again = nbformat.reads(nbformat.writes(notebook), as_version=4).cells[0].metadata
    assert json.dumps(again).count("a") == min(levels, reading.LEVELS)


def test_halves_of_characters_are_marked_as_what_no_file_can_hold_and_whole_ones_stay(tmp_path):
    notebook, _ = read(tmp_path, one_cell(source='"x = \\ud83d\\ude00 \\ud800"', metadata='{"\\ud800": ["\\udfff", "é"]}'))
    assert notebook.cells[0].source == "x = \U0001f600 \ufffd"
    assert notebook.cells[0].metadata == {"\ufffd": ["\ufffd", "é"]}
    assert nbformat.writes(notebook).encode()


def test_what_a_cell_says_of_itself_may_be_of_any_type(tmp_path):
    notebook, _ = read(tmp_path, one_cell(source='"x = 1"', metadata='{"collapsed": {}, "tags": 5, "name": [], "jupyter": 1, "nbgrader": "no"}'))
    assert notebook.cells[0].source == "x = 1"


def test_pictures_that_were_put_into_a_text_stay_with_it(tmp_path):
    whole = json.loads(WHOLE)
    whole["cells"][3]["attachments"] = {"map.png": {"image/png": "QQ=="}, "odd": 3, "odder": {"image/png": ["QQ=="]}}
    notebook, _ = read(tmp_path, json.dumps(whole))
    assert notebook.cells[3].attachments == {"map.png": {"image/png": "QQ=="}, "odder": {}}


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "key.ipynb").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "tiny.ipynb").symlink_to(tmp_path / "key.ipynb")
    with pytest.raises(Unreadable, match="is a link"):
        reading.read(tmp_path / "tiny.ipynb")


@settings(max_examples=300, deadline=None)
@given(cut=st.integers(0, len(WHOLE)), noise=st.binary(max_size=20))
def test_wherever_a_file_is_cut_or_spoilt_it_is_read_or_refused(tmp_path_factory, cut, noise):
    path = tmp_path_factory.mktemp("cut") / "tiny.ipynb"
    path.write_bytes(WHOLE[:cut].encode() + noise)
    try:
        notebook, _ = reading.read(path)
    except Unreadable:
        return
    nbformat.validate(notebook)


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
any_json = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4))


@settings(max_examples=300, deadline=None)
@example("¹")  # a digit to Python, no letter of a cell id to nbformat
@given(any_json)
def test_any_json_in_the_place_of_cells_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("any") / "tiny.ipynb"
    path.write_text(json.dumps({"cells": [data, {"cell_type": data, "source": data, "metadata": data, "id": data}], "metadata": data}), encoding="utf-8")
    notebook, _ = reading.read(path)
    nbformat.validate(notebook)
