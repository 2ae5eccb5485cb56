import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isa import syllabus
from isa.study import journal, progress
from isa.study.checkpoints import checkpoint
from tests.study.conftest import ask

HEAD = '{"format": "isa-progress", "version": 1}\n'


def line(id="1.1", result="right", when="2026-11-22T10:00:00+00:00", **more):
    fields = {"when": when, "checkpoint": id, "objective": "1.1", "result": result, "hints": 0, "shown": False}
    return json.dumps(fields | more) + "\n"


def tried(*answers, shown=False):
    """Answer checkpoints, each given as "1.1 right"."""
    for answer in answers:
        id, result = answer.split()
        progress.record(checkpoint(id), result, hints=0, shown=shown)


def put(file, data):
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())


def aside(file):
    return sorted(file.parent.glob("*damaged*"))


def test_a_try_is_kept_without_the_words_of_the_answer(small_course, file):
    before = datetime.now(UTC).replace(microsecond=0)
    progress.record(checkpoint("1.2"), "partly", hints=2, shown=True)
    (one,) = progress.tries()
    assert before <= one.when <= datetime.now(UTC)
    assert (one.checkpoint, one.objective, one.result, one.hints, one.shown) == ("1.2", "1.1", "partly", 2, True)
    head, entry = file.read_text(encoding="utf-8").splitlines()
    assert json.loads(head) == {"format": "isa-progress", "version": 1}
    assert set(json.loads(entry)) == {"when", "checkpoint", "objective", "result", "hints", "shown"}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's folder to them by other means")
def test_nobody_else_may_read_the_file(small_course, file):
    tried("1.1 right")
    assert file.stat().st_mode & 0o077 == 0


def test_without_a_file_there_are_no_tries_and_reading_makes_none(file):
    assert progress.tries() == ()
    assert not file.parent.exists()


def test_the_tries_of_a_checkpoint_come_in_the_order_in_which_they_were_made(small_course):
    tried("1.1 wrong", "1.2 right", "1.1 right")
    assert [one.result for one in progress.last("1.1")] == ["wrong", "right"]
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2", "1.1"]


def test_what_was_refused_is_no_try(small_course, file):
    tried("1.1 refused")
    assert progress.tries() == ()
    assert not file.exists()


def test_a_clock_that_goes_backwards_changes_no_order(file):
    put(file, HEAD + line(result="wrong", when="2031-01-01T00:00:00+00:00") + line(when="2026-01-01T00:00:00+00:00"))
    assert [one.result for one in progress.last("1.1")] == ["wrong", "right"]


def test_times_with_and_without_a_zone_are_read_as_utc(file):
    put(file, HEAD + line(when="2026-01-01T12:00:00+05:00") + line(when="2026-01-01T12:00:00"))
    assert [one.when for one in progress.tries()] == [datetime(2026, 1, 1, 7, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)]


def test_half_a_line_at_the_end_is_set_aside_and_said_and_the_rest_is_read(small_course, file, capsys):
    put(file, HEAD + line() + line("1.2")[:40])
    assert [one.checkpoint for one in progress.tries()] == ["1.1"]
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "was damaged (1 of its lines cannot be read): 1 of your tries are carried over" in said
    assert str(aside(file)[0]) in said
    assert aside(file)[0].read_text(encoding="utf-8") == HEAD + line() + line("1.2")[:40]
    assert file.read_text(encoding="utf-8") == HEAD + line()
    tried("1.3 right")
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.3"]
    assert capsys.readouterr().err == ""


def test_a_try_after_half_a_line_does_not_run_into_it(small_course, file):
    put(file, HEAD + line() + line("1.2")[:40])
    tried("1.3 right")
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.3"]


def test_a_last_line_that_lacks_only_its_end_is_whole(small_course, file, capsys):
    put(file, HEAD + line().strip())
    tried("1.2 right")
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2"]
    assert capsys.readouterr().err == ""
    assert aside(file) == []


@pytest.mark.parametrize(
    "damage",
    [
        b"\x00" * 500,
        random.Random(1).randbytes(5000),
        "Schön\n".encode("latin-1"),
        b"[" * 100_000 + b"\n",
        b"not json\n",
        b'["a list"]\n',
        line("1.2").encode().replace(b"right", b"ri\xffht"),
    ],
    ids=["zeros", "noise", "another encoding", "deep", "words", "a list", "a broken letter"],
)
def test_a_damaged_file_is_set_aside_and_said_and_its_readable_lines_carried_over(small_course, file, capsys, damage):
    put(file, HEAD.encode() + line().encode() + damage + b"\n" + line("1.3").encode())
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.3"]
    assert "was damaged" in capsys.readouterr().err
    assert damage in aside(file)[0].read_bytes()
    assert file.read_text(encoding="utf-8") == HEAD + line() + line("1.3")
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.3"]
    assert len(aside(file)) == 1


def test_a_file_of_which_nothing_is_readable_is_started_anew(small_course, file):
    put(file, b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    tried("1.1 right")
    assert [one.checkpoint for one in progress.tries()] == ["1.1"]
    assert aside(file)[0].read_bytes().startswith(b"\x89PNG")


def test_files_damaged_on_the_same_day_lie_side_by_side(file):
    for words in ("first\n", "second\n", "first\n"):
        put(file, HEAD + words)
        progress.tries()
    assert [one.read_text(encoding="utf-8") for one in aside(file)] == [HEAD + "first\n", HEAD + "second\n"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_file_that_an_editor_saved_in_another_way_is_read_and_goes_on(small_course, file, capsys, encoding):
    put(file, (HEAD + line()).replace("\n", "\r\n").encode(encoding))
    assert [one.checkpoint for one in progress.tries()] == ["1.1"]
    tried("1.2 right")
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2"]
    assert (capsys.readouterr().err, aside(file)) == ("", [])


def test_what_another_version_wrote_is_passed_over_and_kept(small_course, file, capsys):
    theirs = '{"format": "isa-progress", "version": 9}\n' + line(mood="calm") + '{"badge": "swimmer"}\n' + line(result="brilliant") + line(when="yesterday")
    put(file, theirs + "broken\n")
    tried("1.2 right")
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2"]
    assert file.read_text(encoding="utf-8").startswith(theirs)


@given(st.lists(st.one_of(st.binary(), st.text().map(str.encode), st.just(line().encode()), st.just(HEAD.encode()))))
def test_no_file_whatsoever_stops_a_lesson(parts):
    content = journal._parse(b"\n".join(parts))
    assert len(progress._tries_in(content).tries) <= len(content.entries) <= len(content.lines)
    again = journal._parse("".join(f"{one}\n" for one in content.lines).encode())
    assert (again.lines, again.entries, again.unreadable) == (content.lines, content.entries, 0)


def write_many(file, name, number):
    """Another notebook: a process of its own that records tries."""
    code = (
        "import sys; from types import SimpleNamespace; from isa.study import progress\n"
        f"for i in range({number}): progress.record(SimpleNamespace(id={name!r} + str(i), objective='1.1'), 'right', hints=0, shown=False)\n"
        "sys.exit(any('cannot be written' in trouble for trouble in progress.troubles()))"
    )
    return subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"ISA_PROGRESS": str(file)})


@pytest.mark.parametrize("start", ["", HEAD + line("0.0") + line("0.1")[:50]], ids=["no file", "a damaged file"])
def test_two_notebooks_at_once_lose_no_try(file, start):
    if start:
        put(file, start)
    notebooks = [write_many(file, name, 150) for name in ("a", "b")]
    while any(notebook.poll() is None for notebook in notebooks):
        progress.tries()
        time.sleep(0.02)
    assert [notebook.returncode for notebook in notebooks] == [0, 0]
    kept = [one.checkpoint for one in progress.tries()]
    assert [id for id in kept if id[0] == "a"] == [f"a{i}" for i in range(150)]
    assert [id for id in kept if id[0] == "b"] == [f"b{i}" for i in range(150)]
    assert file.read_text(encoding="utf-8").count(HEAD) == 1
    assert len(aside(file)) == bool(start)


def test_a_process_that_is_killed_while_it_writes_leaves_the_rest_readable(file):
    for _ in range(3):
        before = file.stat().st_size if file.exists() else 0
        notebook = write_many(file, "k", 100_000)
        while not file.exists() or file.stat().st_size < before + 2000:
            assert notebook.poll() is None
            time.sleep(0.005)
        notebook.kill()
        notebook.wait()
    kept = len(progress.tries())
    assert kept > 0
    again = write_many(file, "z", 1)
    assert again.wait() == 0
    assert len(progress.tries()) == kept + 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a process cannot be killed in this way here")
def test_a_process_that_is_killed_in_the_middle_of_a_line_costs_that_line_and_no_other(file):
    code = (
        "import os, signal; from types import SimpleNamespace; from isa.study import progress\n"
        "def answer(id): progress.record(SimpleNamespace(id=id, objective='1.1'), 'right', hints=0, shown=False)\n"
        "def half(descriptor, data): write(descriptor, data[:len(data) // 2]); os.kill(os.getpid(), signal.SIGKILL)\n"
        "answer('1.1'); answer('1.2')\n"
        "write, os.write = os.write, half\n"
        "answer('1.3')"
    )
    killed = subprocess.run([sys.executable, "-c", code], env=os.environ | {"ISA_PROGRESS": str(file)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    torn = file.read_bytes()
    assert not torn.endswith(b"\n")
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2"]
    assert [path.read_bytes() for path in aside(file)] == [torn]
    assert write_many(file, "z", 1).wait() == 0
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2", "z0"]
    assert file.read_bytes().endswith(b"\n")


def no_space(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_said_once_and_what_was_tried_is_written_when_there_is_room(small_course, file, capsys, monkeypatch):
    tried("1.1 right")
    with monkeypatch.context() as full:
        full.setattr(journal.os, "write", no_space)
        tried("1.2 right", "1.3 wrong")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "cannot be written" in said
    assert "No space left on device. The lesson goes on" in said
    assert progress.troubles() == (said.strip(),)
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2", "1.3"]
    assert [one.checkpoint for one in progress.last("1.3")] == ["1.3"]
    assert len(file.read_text(encoding="utf-8").splitlines()) == 2
    tried("1.4 right")
    assert len(file.read_text(encoding="utf-8").splitlines()) == 5
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2", "1.3", "1.4"]


def test_a_disk_that_fills_up_in_the_middle_of_a_line_keeps_no_half_of_it(small_course, file, monkeypatch):
    tried("1.1 right")
    before, write = file.read_bytes(), os.write
    with monkeypatch.context() as full:
        full.setattr(journal.os, "write", lambda descriptor, data: write(descriptor, data[:20]))
        tried("1.2 right")
    assert file.read_bytes() == before
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2"]


def test_a_damaged_file_that_cannot_be_mended_is_read_as_far_as_it_goes(file, capsys, monkeypatch):
    put(file, HEAD + line() + "broken\n")
    monkeypatch.setattr(journal, "_write", no_space)
    assert [one.checkpoint for one in progress.tries()] == ["1.1"]
    assert "is damaged and cannot be mended: No space left on device" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == HEAD + line() + "broken\n"


def test_a_folder_where_nothing_may_be_written_is_said_once(small_course, file, capsys, monkeypatch):
    def read_only(path, *_):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    put(file, HEAD + line())
    monkeypatch.setattr(journal.os, "open", read_only)
    tried("1.2 right", "1.3 right")
    assert capsys.readouterr().err.count("Read-only file system") == 1
    assert [one.checkpoint for one in progress.tries()] == ["1.1", "1.2", "1.3"]


@pytest.mark.parametrize("place", ["a folder", "below a file"])
def test_a_place_that_cannot_hold_the_file_is_said(small_course, tmp_path, monkeypatch, capsys, place):
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a file").touch()
    monkeypatch.setenv("ISA_PROGRESS", str(tmp_path / "a folder" if place == "a folder" else tmp_path / "a file" / "progress.jsonl"))
    tried("1.1 right")
    assert [one.checkpoint for one in progress.tries()] == ["1.1"]
    assert "Your progress cannot be written to" in capsys.readouterr().err


def test_a_lock_that_is_never_given_back_is_said_and_the_try_waits(small_course, file, capsys, monkeypatch):
    monkeypatch.setattr(journal, "_PATIENCE", 0.05)
    file.parent.mkdir()
    with journal._locked(file):
        tried("1.1 right")
    assert "another program has held its lock for too long" in capsys.readouterr().err
    tried("1.2 right")
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3


def test_in_a_browser_the_file_lies_beside_the_notebook_and_there_are_no_locks(small_course, tmp_path, monkeypatch):
    monkeypatch.delenv("ISA_PROGRESS")
    monkeypatch.setattr(journal, "IN_BROWSER", True)
    monkeypatch.chdir(tmp_path)
    tried("1.1 right")
    assert [one.checkpoint for one in progress.tries()] == ["1.1"]
    assert (tmp_path / "isa-progress.jsonl").is_file()
    assert not list(tmp_path.glob("*.lock"))


def test_the_file_lies_in_the_users_own_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("ISA_PROGRESS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert progress.path().name == "progress.jsonl"
    assert progress.path().is_absolute()


def states(lesson="01"):
    return progress.states(syllabus.read().lesson(lesson))


def test_an_objective_without_a_try_is_not_begun(small_course):
    assert states() == {"1.1": "not begun", "1.2": "not begun", "1.3": "not begun"}
    assert states("03") == {"3.1": "not begun"}


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (["1.1 right"], "begun"),  # one of three
        (["1.1 right", "1.2 right"], "met"),
        (["1.1 right", "1.2 wrong"], "begun"),
        (["1.1 right", "1.2 wrong", "1.2 right"], "met"),
        (["1.1 right", "1.2 right", "1.3 partly"], "begun"),
        (["1.1 right", "1.2 right", "1.1 wrong"], "begun"),
        (["1.1 right", "1.2 right", "1.1 unsure"], "met"),  # a doubt of the marker counts for nothing
        (["1.1 unsure"], "begun"),
    ],
)
def test_an_objective_is_met_when_what_was_tried_is_right_in_the_end_and_that_is_half_of_it(small_course, answers, state):
    tried(*answers)
    assert states()["1.1"] == state


def test_right_after_the_explanation_was_shown_is_not_enough(small_course):
    tried("1.1 right", "1.2 wrong")
    tried("1.2 right", shown=True)
    assert states()["1.1"] == "begun"
    tried("1.3 right")
    assert states()["1.1"] == "met"


def test_right_again_after_the_explanation_takes_nothing_away(small_course):
    tried("1.1 right", "1.2 right")
    tried("1.1 right", "1.2 right", shown=True)
    assert states()["1.1"] == "met"


def test_an_objective_with_one_checkpoint_needs_that_one(small_course):
    ask(small_course, "01", ["1.1"])
    tried("1.1 right")
    assert states() == {"1.1": "met", "1.2": "not begun", "1.3": "not begun"}


def test_a_try_does_not_count_for_an_objective_that_its_checkpoint_was_given_later(small_course):
    tried("1.1 right", "1.2 right")
    ask(small_course, "01", ["1.2", "1.2"])
    assert states()["1.2"] == "begun"


def test_all_tries_can_be_taken_along(small_course, tmp_path):
    tried("1.1 wrong", "1.2 right")
    assert progress.export(tmp_path / "mine.csv") == 2
    assert progress.export(tmp_path / "mine.json") == 2
    rows = (tmp_path / "mine.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "when,checkpoint,objective,result,hints,shown"
    assert rows[2].endswith(",1.2,1.1,right,0,False")
    assert [one["result"] for one in json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))] == ["wrong", "right"]


def test_an_export_replaces_no_file_and_knows_two_forms(small_course, tmp_path):
    (tmp_path / "mine.csv").write_text("my own", encoding="utf-8")
    with pytest.raises(ValueError, match="there is such a file"):
        progress.export(tmp_path / "mine.csv")
    with pytest.raises(ValueError, match=r"found the ending '.xlsx', expected .csv or .json"):
        progress.export(tmp_path / "mine.xlsx")
    assert (tmp_path / "mine.csv").read_text(encoding="utf-8") == "my own"


def test_forgetting_deletes_the_file_and_its_damaged_copies(small_course, file):
    assert progress.forget() == []
    put(file, HEAD + line() + "broken\n")
    progress.tries()
    copies = aside(file)
    assert progress.forget() == [file, *copies]
    assert (progress.tries(), aside(file)) == ((), [])
    tried("1.1 right")
    assert len(progress.tries()) == 1
