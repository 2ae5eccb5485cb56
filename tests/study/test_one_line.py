import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from isa.study import one_line
from isa.study.one_line import ALONE, ENDED, Fault, run

GROUPS = {
    "setup": 'members = isa.load("members")',
    "solution": 'members.groupby("oic_group").size()',
    "turns": ["len(members)", 'members["oic_group"].value_counts(normalize=True)'],
}
LATEST = {"setup": GROUPS["setup"], "solution": 'members.sort_values("joined", ascending=False).head(10)', "turns": ['members.sort_values("joined").head(10)']}
RIGHT = "Right: the line gives what was asked for."


@pytest.fixture(autouse=True, scope="module")
def _nothing_waits_afterwards():
    yield
    one_line.put_away()


@pytest.fixture
def in_browser(monkeypatch):
    """No process can be started, as in a browser."""
    monkeypatch.setattr(one_line, "in_browser", lambda: True)


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """Makes another program answer in the place of our process: it prints the lines that are given."""

    def answers(*lines):
        one_line.put_away()
        program = tmp_path / "stranger"
        program.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in lines) + "read asked\n", encoding="utf-8")
        program.chmod(0o700)
        monkeypatch.setattr(sys, "executable", str(program))

    yield answers
    one_line.put_away()


def gone(pid):
    """Whether a process has ended, or ends within a while."""
    for _ in range(500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_line_is_run_and_compared_in_a_process_that_ends_with_it():
    one_line.get_ready()
    pid = one_line._spare._popen.pid
    answer = run('members["oic_group"].value_counts()', **GROUPS)
    assert answer.result == "right"
    assert answer.said == (f"{RIGHT} The rows stand in another order than ours; here the order does not matter.",)
    assert answer.turn is None
    assert '<th scope="row">Africa</th>' in answer.shown
    assert gone(pid)


def test_another_process_is_ready_for_the_next_line():
    run("1", **GROUPS)
    waiting = one_line._spare
    assert waiting.alive()
    one_line.get_ready()
    assert one_line._spare is waiting
    one_line.put_away()
    assert gone(waiting._popen.pid)
    assert run("1", **GROUPS).result == "wrong"


def test_a_wrong_turn_is_recognised_by_what_it_gives():
    answer = run("members.shape[0]", **GROUPS)
    assert (answer.result, answer.said, answer.turn, answer.shown) == ("wrong", (), 0, "<pre>57</pre>")


def test_what_a_line_changes_is_not_what_it_is_compared_with():
    assert run('members.pop("iso3") is None or members', **{**GROUPS, "solution": "members"}).result == "wrong"
    assert run("members", **{**GROUPS, "solution": "members"}).result == "right"


@pytest.mark.parametrize(
    ("line", "deed"),
    [
        ("open({file!r}, 'w')", "write, move or delete files"),
        ("members.to_csv({file!r})", "write, move or delete files"),
        ("members.joined.to_numpy().tofile({file!r})", "write, move or delete files"),
        ("__import__('os').system('touch {file}')", "start programs"),
        ("pd.read_csv('http://127.0.0.1:9/x.csv')", "use the network"),
        ("__import__('os').environ.update(A='b')", "change the environment that Python runs in"),
    ],
)
def test_a_line_that_does_more_than_compute_is_stopped_and_told_why(tmp_path, line, deed):
    answer = run(line.format(file=str(tmp_path / "x.csv")), **GROUPS)
    assert answer.result == "refused"
    assert answer.said[0].startswith(f"A line may not {deed}, and was stopped. Expected is one expression")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("event", "args", "deed"),
    [
        ("open", ("x", "w", os.O_WRONLY | os.O_CREAT), "write, move or delete files"),
        ("open", ("x", None, os.O_RDWR), "write, move or delete files"),
        ("os.remove", ("x", -1), "write, move or delete files"),
        ("shutil.rmtree", ("x", None), "write, move or delete files"),
        ("sqlite3.connect", ("x",), "write, move or delete files"),
        ("socket.__new__", (), "use the network"),
        ("subprocess.Popen", (), "start programs"),
        ("os.fork", (), "start programs"),
        ("os.kill", (1, 9), "change the environment that Python runs in"),
        ("ctypes.dlopen", ("libc.so.6",), "change the environment that Python runs in"),
    ],
)
def test_what_a_line_may_not_do_is_stopped_by_the_name_of_its_event(monkeypatch, event, args, deed):
    monkeypatch.setattr(one_line, "_refused_deeds", [])
    with pytest.raises(PermissionError, match=f"a line may not {deed}"):
        one_line._forbid(event, args)
    assert one_line._refused_deeds == [deed]


def test_a_line_may_read_and_import():
    for event, args in [("open", ("x", "r", os.O_RDONLY)), ("open", ("x", "r", None)), ("import", ("json",)), ("os.listdir", (".",)), ("compile", ("1", "x"))]:
        assert one_line._forbid(event, args) is None
    assert run("len(open(pd.__file__).read()) > 0", **GROUPS).shown == "<pre>True</pre>"


@pytest.mark.parametrize("line", ["sum(iter(int, 1))", "__import__('re').match('(a+)+$', 'a' * 50 + 'b')", "__import__('time').sleep(1e6)"])
def test_a_line_that_never_ends_is_stopped_and_told_so(monkeypatch, line):
    monkeypatch.setattr(one_line, "SECONDS", 1)
    one_line.get_ready()
    pid = one_line._spare._popen.pid
    answer = run(line, **GROUPS)
    assert answer.result == "refused"
    assert answer.said[0].startswith("The line was stopped after 1 seconds, before it came to an end.")
    assert gone(pid)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited only on Linux")
@pytest.mark.parametrize("line", ["'x' * 10**11", "list(range(10**10))", "bytearray(2**31)"])
def test_a_line_that_needs_too_much_memory_is_stopped_and_told_so(line):
    answer = run(line, **GROUPS)
    assert answer.result == "refused"
    assert answer.said == ("The line was stopped: it needs more memory than it may use. Look for something in it that grows very large.",)


@pytest.mark.parametrize("line", ["exit()", "__import__('os')._exit(0)"])
def test_a_line_that_ends_python_is_told_so(line):
    answer = run(line, **GROUPS)
    assert (answer.result, answer.said) == ("refused", (ENDED,))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("(lambda f: f(f))(lambda f: f(f))", "RecursionError: maximum recursion depth exceeded"),
        ("members['joind']", "KeyError: 'joind'. Is joined meant?"),
        ("input()", "The line ends in an error: EOFError"),
    ],
)
def test_a_line_that_ends_in_an_error_is_wrong_and_the_error_is_explained(line, said):
    answer = run(line, **GROUPS)
    assert answer.result == "wrong"
    assert said in answer.said[0]


def test_what_a_line_prints_is_shown_as_text_and_cut():
    shown = run("[print('<b>' + 'x' * 1000) for n in range(10**5)] and 5", **GROUPS).shown
    assert shown.startswith("<pre>5</pre><p>Printed:</p><pre>&lt;b&gt;xxx")
    assert len(shown) < 2_200
    assert shown.endswith(" …</pre>")


def test_html_in_a_value_is_only_text():
    shown = run("pd.Series({'<i>': '<script>alert(1)</script>'}, name='<u>')", **GROUPS).shown
    assert "&lt;script&gt;" in shown
    assert not any(tag in shown for tag in ("<script", "<i>", "<u>"))


def test_a_huge_table_is_shown_in_part():
    answer = run("members.merge(members, how='cross').merge(members.head(20), how='cross')", **GROUPS)
    assert answer.said == ("You get a DataFrame of 64,980 rows and 21 columns; expected is a Series.",)
    assert "shown are the first 10 rows and 8 columns" in answer.shown
    assert len(answer.shown) < 20_000


@pytest.mark.usefixtures("in_browser")
def test_a_value_that_refuses_to_be_compared_is_wrong():
    answer = run("type('Odd', (int,), {'__eq__': lambda self, other: 1 / 0})(5)", setup="", solution="6")
    assert answer.said == ("You get a number, which cannot be compared with what is expected.", ALONE)
    assert answer.result == "wrong"


@pytest.mark.usefixtures("in_browser")
@pytest.mark.parametrize(
    ("line", "result"),
    [
        (LATEST["solution"], "right"),
        ('members.nlargest(10, "joined")', "right"),  # its ties stand in another order
        ('members.sort_values("joined", ascending=False).head(10).sort_values("joined")', "partly"),
        ('members.sort_values("joined", ascending=False).head(10).reset_index(drop=True)', "partly"),
        ('members.sort_values("joined").head(10)', "wrong"),
        ("members.head(10)", "wrong"),
        ("x = members", "refused"),
    ],
)
def test_where_the_solution_sorts_the_order_counts_and_ties_do_not(line, result):
    assert run(line, **LATEST).result == result


@pytest.mark.usefixtures("in_browser")
def test_without_a_process_a_line_runs_in_the_notebook_and_says_so():
    for line, result in [(GROUPS["solution"], "right"), ("members.joind", "wrong"), ("exit(5)", "refused"), ("print('x') or 5", "wrong")]:
        answer = run(line, **GROUPS)
        assert (answer.result, answer.said[-1]) == (result, ALONE)
    assert "<pre>x\n</pre>" in answer.shown
    assert ALONE not in run("", **GROUPS).said


@pytest.mark.usefixtures("in_browser")
def test_in_the_notebook_too_a_line_changes_only_names_of_its_own():
    assert run("members.drop(columns='iso3', inplace=True)", **GROUPS).result == "wrong"
    assert run("(members := 5)", **GROUPS).result == "wrong"
    assert run("members", **{**GROUPS, "solution": "members"}).result == "right"


def test_where_no_process_can_be_started_the_line_runs_in_the_notebook(monkeypatch, stranger):
    stranger()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    one_line.get_ready()
    assert run(GROUPS["solution"], **GROUPS).said == (RIGHT, ALONE)


def test_where_the_process_breaks_before_it_is_ready_the_line_runs_in_the_notebook(monkeypatch):
    one_line.put_away()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert run(GROUPS["solution"], **GROUPS).said == (RIGHT, ALONE)


@pytest.mark.parametrize("junk", ["no json", "5", "[]", '{"result": "right"}', '{"result": "right", "said": 5, "turn": 0, "shown": 0, "printed": ""}'])
def test_an_answer_that_is_none_of_ours_is_no_answer(stranger, junk):
    stranger('{"ready": true}', '{"begins": true}', junk)
    answer = run("5", **GROUPS)
    assert (answer.result, answer.said, answer.shown) == ("refused", (ENDED,), "")


def test_what_comes_back_is_shown_as_text_whoever_sent_it(stranger):
    stranger('{"ready": true}', '{"begins": true}', '{"result": "wrong", "said": [], "turn": null, "shown": {"text": "<b>"}, "printed": "<i>"}')
    assert run("5", **GROUPS).shown == "<pre>&lt;b&gt;</pre><p>Printed:</p><pre>&lt;i&gt;</pre>"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"setup": "members = isa.load('membrs')"}, "setup: UnknownTable: there is no table 'membrs'. Did you mean 'members'?"),
        ({"solution": "members.joind"}, "solution: AttributeError"),
        ({"turns": ["1", "1 / 0"]}, "wrong_turns[1]: ZeroDivisionError: division by zero"),
    ],
)
def test_a_fault_of_the_checkpoint_is_told_as_its_own(monkeypatch, change, said):
    for alone in (False, True):
        monkeypatch.setattr(one_line, "in_browser", lambda alone=alone: alone)
        with pytest.raises(Fault) as caught:
            run("5", **{**GROUPS, **change})
        assert str(caught.value).startswith(said)


def test_the_process_ends_when_its_notebook_has_gone():
    notebook = "from isa.study import one_line; one_line.get_ready(); print(one_line._spare._popen.pid, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", notebook], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as kernel:
        pid = int(kernel.stdout.readline())
        kernel.send_signal(signal.SIGKILL)
    assert gone(pid)


@pytest.mark.usefixtures("in_browser")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40) | st.from_regex(r"[a-z]{1,3}[.\[(]?['\"]?[a-z0-9]{0,3}['\"]?[\])]?", fullmatch=True))
@example("members\x00")
@example("'\ud800'")
def test_any_text_at_all_as_a_line_gives_an_answer(text):
    answer = run(text, setup="members = 5", solution="members")
    assert answer.result in ("right", "partly", "wrong", "refused")
    assert all(answer.said)
    "".join((*answer.said, answer.shown)).encode("utf-8")
