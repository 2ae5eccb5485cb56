"""The threat model tells the truth: what it names as proof is there."""

import re

import pytest

from tests.conftest import ROOT
from tests.redteam.stories import STORIES

TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
PROOFS = "\n".join(line.rsplit("|", 2)[1] for line in TEXT.splitlines() if line.startswith("| ") and line.count("|") == 4)


def test_the_number_of_stories_is_right():
    assert f"({len(STORIES)}, each graded beside an honest class)" in TEXT


@pytest.mark.parametrize("quoted", sorted(set(re.findall(r'"([^"]+)"', PROOFS))))
def test_each_story_that_is_named_is_told(quoted):
    assert any(name.startswith(quoted.removesuffix(" …")) for name in STORIES)


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(test_\w+)", TEXT))))
def test_each_test_that_is_named_is_there(named):
    assert any(f"def {named}" in path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`((?:tests|benchmarks|isa)/[\w/.-]+)", TEXT))))
def test_each_file_that_is_named_is_there(named):
    assert (ROOT / named).exists()
