import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa.yamlfile import FileError, YamlFile

SCHEMA = {
    "type": "object",
    "required": ["name", "items"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"minutes": {"type": "integer", "minimum": 5, "maximum": 90}}, "additionalProperties": False},
        },
    },
}


def wrong(tmp_path: Path, text: str) -> str:
    path = tmp_path / "file.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FileError) as caught:
        YamlFile(path, SCHEMA)
    return str(caught.value)


def test_a_wrong_type_names_line_field_found_and_expected(tmp_path):
    said = wrong(tmp_path, "name: x\nitems:\n  - minutes: 10\n  - minutes: fifty\n")
    assert said == "file.yml, line 4, items[1].minutes: found 'fifty', expected a whole number"


def test_a_missing_field_is_named(tmp_path):
    assert wrong(tmp_path, "name: x\n") == "file.yml, line 1: 'items' missing"


def test_an_unknown_field_names_the_nearest(tmp_path):
    assert "unknown field 'minuts'; did you mean 'minutes'?" in wrong(tmp_path, "name: x\nitems:\n  - minuts: 10\n")


def test_a_number_too_small_says_the_least(tmp_path):
    assert "found 1, expected a number of at least 5" in wrong(tmp_path, "name: x\nitems:\n  - minutes: 1\n")


def test_a_number_too_large_says_the_most(tmp_path):
    assert "found 100, expected a number of at most 90" in wrong(tmp_path, "name: x\nitems:\n  - minutes: 100\n")


def test_what_is_not_yaml_names_the_line(tmp_path):
    assert wrong(tmp_path, "name: x\nitems: [\n").startswith("file.yml, line 3: not YAML")


@pytest.mark.parametrize(
    ("text", "line", "slip"),
    [
        ("name: x\nitems:\n  - minutes: 10\n   name: y\n", 4, "indented otherwise than the lines above it, expected the same column"),
        ("name: x\nitems:\n  - minutes: 10\n      name: y\n", 4, "found a colon where none can stand, expected quotes"),
        ("name: Look: at this\n", 1, "found a colon where none can stand, expected quotes"),
        ("items: []\nname: {a: 1, b: c: d}\n", 2, "found no comma or closing bracket for the bracket in line 2, expected one, or quotes"),
        ('name: "x" y\n', 1, "put a text as a whole into quotes"),
        ("name: 'x\nitems: []\n", 1, "found quotes that are opened and not closed"),
        ("items: []\nname\nminutes: 1\n", 2, "found a line without a colon, expected the form name: value"),
        ("items:\n\t- minutes: 10\n", 2, "found a tab, expected spaces"),
        ("name: **bold** words\n", 1, "expected quotes around the text"),
        ("name: `code`\n", 1, "expected quotes around the text"),
    ],
)
def test_what_is_not_yaml_is_told_in_the_words_of_its_author(tmp_path, text, line, slip):
    said = wrong(tmp_path, text)
    assert said.startswith(f"file.yml, line {line}: not YAML: ")
    assert slip in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: 02\nitems: []\n", "file.yml, line 1, name: found 2, expected text: put it in quotes"),
        ("name: no\nitems: []\n", "file.yml, line 1, name: found False, expected text: put it in quotes"),
        ("nmae: x\nitems: []\n", "file.yml, line 1: 'name' missing; found 'nmae', did you mean it?"),
        (
            "name: x\nitems:\n  - {minutes: 5, and more}\n",
            "line 3, items[0]: unknown field 'and more'; known are 'minutes'; a text that holds a comma needs quotes",
        ),
    ],
)
def test_what_yaml_reads_otherwise_than_its_author_meant_is_told_with_what_to_do(tmp_path, text, said):
    assert said in wrong(tmp_path, text)


def test_a_day_that_does_not_exist_is_told_with_its_line(tmp_path):
    said = wrong(tmp_path, "name: x\nitems:\n  - {minutes: 2026-02-28}\n  - {minutes: 2026-02-30 23:59:00+03:00}\n")
    assert said == "file.yml, line 4: found '2026-02-30 23:59:00+03:00', expected a day that exists"


def test_a_field_with_nothing_after_its_colon_is_told_so(tmp_path):
    assert wrong(tmp_path, "name: x\nitems:\n") == "file.yml, line 2, items: found nothing, expected a list"


def test_a_key_that_stands_twice_is_refused_with_both_lines(tmp_path):
    assert wrong(tmp_path, "name: x\nitems: []\nname: y\n") == "file.yml, line 3: 'name' stands twice (first in line 1)"


def test_an_empty_file_is_refused(tmp_path):
    assert "expected a mapping" in wrong(tmp_path, "")


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(FileError, match="there is no such file"):
        YamlFile(tmp_path / "none.yml", SCHEMA)


def test_what_is_not_text_is_one_line(tmp_path):
    (tmp_path / "file.yml").write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(FileError, match="UTF-8"):
        YamlFile(tmp_path / "file.yml", SCHEMA)


@given(text=st.text())
def test_any_text_at_all_is_read_or_refused_in_one_line(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "file.yml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with contextlib.suppress(FileError):
        assert isinstance(YamlFile(path, SCHEMA).data, dict)
