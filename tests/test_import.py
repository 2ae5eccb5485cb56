"""`import isa` asks for pandas with what pandas needs, and for nothing that a Python inside a browser lacks."""

import subprocess
import sys

# What Pyodide, the Python of browsers, leaves out of the standard library, or has without what makes it work there.
NOT_IN_A_BROWSER = {"curses", "dbm", "ensurepip", "fcntl", "multiprocessing", "pty", "resource", "sqlite3", "ssl", "syslog"}
NOT_IN_A_BROWSER |= {"termios", "tkinter", "tty", "venv"}
PROGRAM = """\
import sys, pandas
before = set(sys.modules)
import isa
print(*{name.partition('.')[0] for name in set(sys.modules) - before if sys.modules[name]})"""


def test_import_isa_asks_for_nothing_beyond_pandas_that_a_browser_lacks():
    asked = set(subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split()) - {"isa"}
    assert asked <= set(sys.stdlib_module_names)
    assert not asked & NOT_IN_A_BROWSER
