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
        "items": {"type": "array", "items": {"type": "object", "properties": {"minutes": {"type": "integer", "minimum": 5}}, "additionalProperties": False}},
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


def test_what_is_not_yaml_names_the_line(tmp_path):
    assert wrong(tmp_path, "name: x\nitems: [\n").startswith("file.yml, line 3: not YAML")


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
