"""The sandbox as an honest notebook meets it: cells run as in Jupyter, values come out, and limits say what they are."""

import os

import pandas as pd
import pytest

from isa.grading.sandbox import Sandbox, SandboxDied, SandboxLimits
from isa.grading.sandbox.walls import HOME, wrapped

MB = 2**20


@pytest.fixture(scope="module")
def sandbox():
    limits = SandboxLimits(cell_seconds=2, submission_seconds=30, memory=600 * MB, output_per_cell=50_000, disk=8 * MB)
    with Sandbox(limits) as made:
        yield made


@pytest.fixture
def session(sandbox):
    with sandbox.session() as made:
        yield made


def shown(result) -> str:
    return "".join(o.get("text", "") for o in result.outputs)


def test_a_cell_gives_its_result_its_prints_and_its_number(session):
    result = session.run("print('hi')\n1 + 1")
    assert result.outputs[0] == {"output_type": "stream", "name": "stdout", "text": "hi\n"}
    assert result.outputs[1]["data"] == {"text/plain": "2"}
    assert (result.ok, result.count) == (True, 1)
    assert session.run("2").count == 2


def test_an_error_is_an_output_and_the_next_cell_runs(session):
    result = session.run("1 / 0")
    assert not result.ok
    assert (result.outputs[0]["ename"], result.outputs[0]["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert session.run("'still here'").ok


def test_a_syntax_error_is_an_output_too(session):
    assert session.run("print('").outputs[0]["ename"] == "SyntaxError"


def test_tables_and_figures_are_shown_as_in_jupyter(session):
    table = session.run("import isa\nisa.load('members').head(1)")
    assert {"text/plain", "text/html"} <= set(table.outputs[0]["data"])
    figure = session.run("import matplotlib.pyplot as plt\nax = plt.figure().gca()\nax.plot([1, 2]);")
    assert "image/png" in figure.outputs[0]["data"]
    words = session.run("isa.charts.show(ax, alt='A line that rises from one to two.')")
    assert "<img alt=" in words.outputs[0]["data"]["text/html"]


def test_display_and_magics_and_await_work(session):
    assert session.run("from IPython.display import display\ndisplay(1)\ndisplay(2)").outputs[1]["data"]["text/plain"] == "2"
    assert session.run("%time 1 + 1").ok
    assert session.run("%%capture\nprint('caught')").outputs == []
    assert "hello" in shown(session.run("!echo hello"))
    assert session.run("import asyncio\nawait asyncio.sleep(0.01)").ok


def test_widgets_do_not_hang(session):
    assert session.run("import ipywidgets as w\ns = w.IntSlider()\nw.interact(lambda x: x, x=3)\ns").ok


def test_asking_for_input_is_an_error_and_not_a_wait(session):
    assert session.run("input('name? ')").outputs[-1]["ename"] in ("EOFError", "StdinNotImplementedError")


def test_values_come_out_and_undefined_names_do_not(session):
    session.run("import pandas as pd\nx = 42\nt = pd.DataFrame({'a': [1, None]})")
    got = session.get(["x", "t", "nothing"])
    assert set(got) == {"x", "t"}
    pd.testing.assert_frame_equal(got["t"], pd.DataFrame({"a": [1, None]}))


def test_a_value_that_a_test_has_changed_comes_out_whole_again(session):
    session.run("numbers = [1, 2]")
    session.get(["numbers"])["numbers"].append(3)
    assert session.get(["numbers", "nowhere"]) == session.get(["numbers"]) == {"numbers": [1, 2]}


def test_what_a_cell_or_a_function_did_to_a_value_is_seen(session):
    session.run("numbers = [1]\ndef more():\n    numbers.append(later)")
    assert session.get(["numbers", "later"]) == {"numbers": [1]}
    session.run("later = 2")
    values = session.get(["numbers", "later", "more"])
    assert (values["numbers"], values["later"]) == ([1], 2)
    values["more"]()
    assert session.get(["numbers"]) == {"numbers": [1, 2]}


def test_a_function_can_be_called_and_its_errors_come_back_as_pythons_own(session):
    session.run("def half(x):\n    if x < 0: raise ValueError('less than nothing')\n    return x / 2")
    half = session.get(["half"])["half"]
    assert half(3) == 1.5
    with pytest.raises(ValueError, match="less than nothing"):
        half(-1)
    with pytest.raises(TypeError):
        half()


def test_what_a_function_does_to_its_arguments_is_seen(session):
    session.run("def spoil(table, items):\n    table['new'] = 1\n    items.append(2)")
    table, items = pd.DataFrame({"a": [1]}), [1]
    session.get(["spoil"])["spoil"](table, items=items)
    assert list(table.columns) == ["a", "new"]
    assert items == [1, 2]


def test_sessions_share_nothing(sandbox):
    with sandbox.session() as first, sandbox.session() as second:
        first.run("import tempfile\nsecret = 1\ntempfile.mkstemp()\nopen('mine', 'w').write('x')\nopen('/dev/shm/x', 'w').write('x')")
        assert second.get(["secret"]) == {}
        look = "import os, tempfile\nprint(os.listdir(tempfile.gettempdir()), os.listdir('.'), os.listdir('/dev/shm'))"
        assert "[] [] []" in shown(second.run(look))


def test_files_of_the_assignment_lie_in_the_students_folder(session):
    session.lay({"data/notes.txt": b"hello"})
    assert shown(session.run("print(open('data/notes.txt').read())")) == "hello\n"


def test_a_cell_that_never_ends_is_stopped_and_the_next_one_runs(session):
    result = session.run("while True: pass")
    assert (result.outputs[-1]["ename"], result.ok) == ("CellTimeoutError", False)
    assert "longer than 2 seconds" in result.outputs[-1]["evalue"]
    assert "while True: pass" in "".join(result.outputs[-1]["traceback"])
    assert "cells.py" not in "".join(result.outputs[-1]["traceback"])
    assert session.run("1").ok


def test_too_much_memory_is_an_error_of_that_cell(session):
    assert session.run("x = bytearray(2 * 10**9)").outputs[-1]["ename"] == "MemoryError"
    assert session.run("1").ok


def test_too_much_output_is_cut_with_a_word(session):
    result = session.run("print('x' * 10)\nprint('y' * 100_000)\nprint('z')")
    assert "longer than 48 kB; the rest is left out" in shown(result)
    assert "z" not in shown(result).split("left out")[1]


def test_too_much_on_the_disk_is_an_error_of_that_cell(session):
    result = session.run("open('big', 'wb').write(b'x' * 20_000_000)")
    assert result.outputs[-1]["ename"] == "OSError"
    assert session.run("1").ok


def test_a_process_that_ends_says_so(session):
    with pytest.raises(SandboxDied, match="its process ended"):
        session.run("import os; os._exit(0)")


def test_a_process_that_cannot_be_interrupted_is_ended(session):
    code = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
    with pytest.raises(SandboxDied, match="did not stop after 2 seconds"):
        session.run(code)


CALLS = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
calls = {"unshare": lambda: libc.unshare(0x10000000), "ptrace": lambda: libc.ptrace(0, 0, 0, 0), "setns": lambda: libc.setns(0, 0)}
answers = {name: (call(), errno.errorcode[ctypes.get_errno()]) for name, call in calls.items()}
"""
NEEDED = """
import subprocess, threading
thread = threading.Thread(target=print, args=("thread",))
thread.start(); thread.join()
print(subprocess.run(["echo", "child"], capture_output=True, text=True).stdout)
"""


def test_system_calls_that_no_notebook_needs_are_refused_and_those_that_it_needs_are_not(session):
    assert session.run(CALLS).ok
    assert session.get(["answers"])["answers"] == dict.fromkeys(("unshare", "ptrace", "setns"), (-1, "EPERM"))
    assert shown(session.run(NEEDED)) == "thread\nchild\n\n"


def test_without_walls_the_same_code_runs_with_the_same_results():
    with Sandbox(SandboxLimits(cell_seconds=5), isolated=False) as sandbox, sandbox.session() as session:
        result = session.run("import os\nopen('note', 'w').write('x')\nos.getcwd()")
        assert result.ok
        folder = result.outputs[0]["data"]["text/plain"].strip("'")
        assert os.path.isdir(folder)
        assert session.get(["os"])["os"] is not os


def test_fonts_that_matplotlib_has_written_down_are_not_looked_for_again(tmp_path, monkeypatch):
    (tmp_path / "fontlist-v1.json").write_text("{}", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("the key", encoding="utf-8")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    command = wrapped(["true"])
    assert command[command.index(str(tmp_path / "fontlist-v1.json")) + 1] == f"{HOME}/.matplotlib/fontlist-v1.json"
    assert not [word for word in command if "secret" in word]


def test_the_zygotes_own_folder_is_not_the_students(session):
    session.run("import os, matplotlib\nfound = os.listdir(os.path.expanduser('~')), os.path.exists(matplotlib.get_configdir())")
    assert session.get(["found"])["found"] == ([], False)
