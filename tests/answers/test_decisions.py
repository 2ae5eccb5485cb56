import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isa.answers import decisions
from isa.answers.question import MarkScheme, Point
from isa.yamlfile import FileError

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
SCHEME = MarkScheme((Point("P1", 1, "It rains."),))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "decisions" / "tiny.jsonl"


def decide(path, answer, mark=1.0, minutes=0, cell="s1"):
    return decisions.append(path, cell, answer, {"P1": mark}, "amina", NOON + timedelta(minutes=minutes))


def test_a_decision_is_read_as_it_was_written(path):
    assert decisions.read(path) == decisions.Decisions()
    made = decide(path, "Es regnet, \u202e\ud800 «ça» 🌧\nund so.")
    assert decisions.read(path) == decisions.Decisions((made,))
    assert made.when == NOON
    assert path.read_bytes().count(b"\n") == 1


def test_the_last_decision_on_an_answer_stands_and_withdrawing_it_brings_the_earlier_one_back(path):
    first = decide(path, "rain", 1)
    other = decide(path, "snow", 0)
    second = decide(path, "rain", 0.5, minutes=1)
    assert set(decisions.read(path).standing) == {other, second}
    decisions.withdraw(path, second.id, "bilal", NOON)
    assert set(decisions.read(path).standing) == {other, first}
    decisions.withdraw(path, first.id, "bilal", NOON)
    assert decisions.read(path).standing == (other,)
    log = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line.get("withdraws") for line in log] == [None, None, None, second.id, first.id], "a line was changed or lost"
    assert log[3]["who"] == "bilal"


def test_what_was_withdrawn_can_be_decided_again(path):
    made = decide(path, "rain")
    decisions.withdraw(path, made.id, "bilal", NOON)
    assert decide(path, "rain") == made
    assert decisions.read(path).standing == (made,)


def test_only_a_decision_that_is_there_can_be_withdrawn(path):
    made = decide(path, "rain")
    decisions.withdraw(path, made.id, "bilal", NOON)
    for id in (made.id, "nonsense"):
        with pytest.raises(FileError, match=f"found no decision '{id}'"):
            decisions.withdraw(path, id, "bilal", NOON)


def test_decisions_that_no_longer_fit_the_scheme_are_no_examples(path):
    fits = decide(path, "rain")
    decide(path, "storm", mark=3)
    decide(path, "hail", cell="s2")
    decisions.append(path, "s1", "snow", {"P9": 1}, "amina", NOON)
    assert decisions.read(path).on("s1", SCHEME) == (fits,)


@pytest.mark.parametrize("left", [b'{"id": "5f', b"\x00\x00\x00\x00", b"\x00\x00\n", b'{"id": 5}\n', b"\xff\xfe"])
def test_what_a_crash_left_of_a_line_is_set_aside_and_said(path, left):
    made = decide(path, "rain")
    with path.open("ab") as log:
        log.write(left)
    found = decisions.read(path)
    assert found.standing == (made,)
    assert "the last line is damaged" in found.damage
    again = decide(path, "snow")
    found = decisions.read(path)
    assert found.standing == (made, again)
    assert found.damage.startswith("tiny.jsonl.damaged holds what a crash left")
    assert left in path.with_name("tiny.jsonl.damaged").read_bytes()
    path.with_name("tiny.jsonl.damaged").unlink()
    assert decisions.read(path).damage == ""


def test_a_last_line_that_only_lacks_its_end_is_kept(path):
    made = decide(path, "rain")
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert decisions.read(path) == decisions.Decisions((made,))
    again = decide(path, "snow")
    assert decisions.read(path) == decisions.Decisions((made, again))


@pytest.mark.parametrize("line", ["", "[]", "5", '{"id": "a"}', '{"withdraws": "a", "who": "b", "when": "yesterday"}', "[" * 100_000])
def test_a_line_in_the_middle_that_is_none_of_ours_is_one_error_and_nothing_is_written(path, line):
    decide(path, "rain")
    decide(path, "snow")
    first, second = path.read_text().splitlines()
    path.write_text(f"{first}\n{line}\n{second}\n")
    before = path.read_bytes()
    for act in (lambda: decisions.read(path), lambda: decide(path, "hail"), lambda: decisions.withdraw(path, "x", "b", NOON)):
        with pytest.raises(FileError, match=r"tiny\.jsonl, line 2: found no decision"):
            act()
    assert path.read_bytes() == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(left=st.binary(max_size=60).filter(lambda b: b"\n" not in b))
def test_whatever_stands_at_the_end_no_decision_is_lost(tmp_path, left):
    path = tmp_path / "any.jsonl"
    path.unlink(missing_ok=True)
    made = decide(path, "rain")
    with path.open("ab") as log:
        log.write(left)
    again = decide(path, "snow")
    assert decisions.read(path).standing == (made, again)


def test_a_line_cut_at_any_place_costs_only_itself(path):
    made = decide(path, "rain")
    kept = len(path.read_bytes())
    decide(path, "snow")
    whole = path.read_bytes()
    for cut in range(kept, len(whole) - 1):
        path.write_bytes(whole[:cut])
        assert decisions.read(path).standing == (made,)


def test_writers_at_the_same_time_lose_nothing(path):
    program = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\nfrom isa.answers import decisions\n"
        "for n in range(10):\n    decisions.append(Path(sys.argv[1]), 's1', f'{sys.argv[2]} {n}' + ' and more' * 500, {'P1': 1}, 'amina', datetime.now(UTC))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in ("a", "b")]
    while any(writer.poll() is None for writer in writers):
        assert decisions.read(path).damage == "", "a reader saw half a line"
        time.sleep(0.01)
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(decisions.read(path).standing) == 20
