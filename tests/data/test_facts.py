"""The tables against what others have published: each fact names its source, and none was read off our own table."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from isa.catalog import load
from isa.yamlfile import YamlFile

HERE = Path(__file__).parent / "facts"
TEXT = {"type": "string", "minLength": 1}
SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["says", "compute", "is", "source"],
        "additionalProperties": False,
        "properties": {
            "says": TEXT,
            # Python that gives `found` a value; it has `load` and `pd`.
            "compute": TEXT,
            "is": {},
            # How far a number may be from the published one, because that one is rounded or of another edition.
            "within": {"type": "number", "minimum": 0},
            "source": TEXT,
        },
    },
}
FACTS = [(path.stem, fact) for path in sorted(HERE.glob("*.yml")) for fact in YamlFile(path, SCHEMA).data]


@pytest.mark.parametrize(("group", "fact"), FACTS, ids=[f"{group}: {fact['says']}"[:100] for group, fact in FACTS])
def test_the_tables_agree_with_what_others_have_published(group, fact):
    names: dict[str, Any] = {"load": load, "pd": pd}
    exec(fact["compute"], names)
    if "within" in fact:
        assert abs(names["found"] - fact["is"]) <= fact["within"], f"found {names['found']}, {fact['source']} says {fact['is']}"
    else:
        assert names["found"] == fact["is"], f"found {names['found']}, {fact['source']} says {fact['is']}"


def test_there_are_sixty_facts_and_each_is_said_once():
    assert len(FACTS) >= 60
    assert len({fact["says"] for _, fact in FACTS}) == len(FACTS)
