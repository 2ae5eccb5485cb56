"""Attacks, one story each: what a dishonest student writes into the solution cell of the tiny assignment.

None of them knows the answer, so none may get a point. Each prints what it found, so that the test can see what leaked.
"""

from textwrap import dedent

STORIES: dict[str, str] = {}


def story(name: str, code: str) -> None:
    """Register an attack under a name that says what it tries."""
    STORIES[name] = dedent(code).strip()


# To pass without the answer

story(
    "drops asserts with an AST transformer",
    """
    import ast
    class Drop(ast.NodeTransformer):
        def visit_Assert(self, node): return ast.Pass()
    get_ipython().ast_transformers.append(Drop())
    answer = 1
""",
)
story(
    "drops asserts with an input transformer",
    """
    get_ipython().input_transformers_cleanup.append(lambda lines: [l for l in lines if 'assert' not in l])
    answer = 1
""",
)
story(
    "gives a number that equals everything",
    """
    class Any(int):
        def __eq__(self, other): return True
        def __ne__(self, other): return False
        def __hash__(self): return 0
    answer = Any(1)
""",
)
story(
    "gives an object that equals everything and says it is an int",
    """
    class Any:
        __class__ = int
        def __eq__(self, other): return True
    answer = Any()
""",
)
story(
    "lies to isinstance with a metaclass",
    """
    class Meta(type):
        def __instancecheck__(cls, thing): return True
        def __eq__(cls, other): return True
        __hash__ = type.__hash__
    class Any(metaclass=Meta): pass
    answer = Any
""",
)
story(
    "patches builtins",
    """
    import builtins
    builtins.isinstance = lambda *a: True
    builtins.AssertionError = type('Quiet', (BaseException,), {})
    answer = 'no number'
""",
)
story(
    "patches what numpy and pandas compare with",
    """
    import numpy as np, pandas as pd
    np.allclose = np.testing.assert_equal = lambda *a, **k: True
    pd.testing.assert_frame_equal = lambda *a, **k: None
    answer = 1
""",
)
story(
    "patches the module that the locked cell imports",
    """
    import math
    math.floor = lambda x: 42
    answer = math.floor
""",
)
story(
    "shows a score as a result",
    """
    answer = 1
    2.0
""",
)
story(
    "prints what a passed test looks like",
    """
    from IPython.display import display
    display({'text/plain': '2.0'}, raw=True); print('2.0')
    answer = 1
""",
)
story(
    "silences tracebacks",
    """
    get_ipython().showtraceback = lambda *a, **k: None
    get_ipython()._showtraceback = lambda *a, **k: None
    answer = 1
""",
)
story(
    "patches the encoder to lie about its type",
    """
    import sys
    encode = sys.modules['isa.grading.wire.encode']
    encode._Encoder.tree = lambda self, value, depth: ['opaque', 'int', '']
    answer = 1
""",
)
story(
    "patches the encoder to send what is no tree",
    """
    import sys
    encode = sys.modules['isa.grading.wire.encode']
    encode._Encoder.tree = lambda self, value, depth: {'__reduce__': ['os.system', 'id']}
    answer = 1
""",
)
story(
    "patches the encoder to send a giant shape",
    """
    import sys
    encode = sys.modules['isa.grading.wire.encode']
    encode._Encoder.tree = lambda self, value, depth: ['ndarray', '<f8', [2**40, 2**40], 0]
    answer = 1
""",
)

story(
    "patches the encoder to send keys that all have one hash",
    """
    import sys
    encode = sys.modules['isa.grading.wire.encode']
    encode._Encoder.tree = lambda self, value, depth: ['dict', [[['int', hex(n * (2**61 - 1))], ['none']] for n in range(30_000)]]
    answer = 1
""",
)
story(
    "shadows modules with files that it writes",
    """
    import pathlib, sys
    for name in ('math', 'ast', 'numpy', 'pandas', 'json', 'isa'):
        pathlib.Path(f'{name}.py').write_text('floor = lambda x: 42')
        sys.modules.pop(name, None)
    sys.path.insert(0, '.')
    import math
    answer = 1
""",
)

# To see the tests

story(
    "keeps every cell that is run in a hook",
    """
    seen = []
    get_ipython().events.register('pre_run_cell', lambda info: seen.append(info.raw_cell))
    import atexit; atexit.register(lambda: print(seen))
    answer = 1; print(seen)
""",
)
story(
    "looks for the gradebook, the source and other submissions",
    """
    import os
    found = []
    for root in ('/', '..', '../..', '../../..', '/work', '/root', '/home', '/tmp'):
        for folder, folders, files in os.walk(root):
            folders[:] = [f for f in folders if f not in ('usr', 'lib', 'lib64', 'site-packages', '.venv')]
            found += [os.path.join(folder, f) for f in files if f.endswith(('.db', '.ipynb', 'specimens'))]
    print('FOUND', found); answer = 1
""",
)
story(
    "reads its environment",
    """
    import os
    print({k: v for k, v in os.environ.items()}); answer = 1
""",
)
story(
    "reads the processes around it",
    """
    import os
    print('PROC', os.listdir('/proc'))
    for path in ('/proc/1/environ', '/proc/1/cmdline', '/proc/self/mem', '/proc/1/maps'):
        try: print(open(path, 'rb').read(100))
        except OSError as error: print(error)
    answer = 1
""",
)
story(
    "follows links out of its folder",
    """
    import os
    for target in ('/etc/passwd', '/etc/shadow', '../../../gradebook/gradebook.db'):
        try:
            os.symlink(target, 'link'); print(open('link').read())
        except OSError as error: print(error)
        finally: os.unlink('link') if os.path.islink('link') else None
    answer = 1
""",
)
story(
    "looks for frames and objects that hold tests",
    """
    import gc, sys
    hits = [o for o in gc.get_objects() if isinstance(o, str) and 'not the ' + 'number' in o]
    print('HITS', hits); answer = 1
""",
)
story(
    "reads the memory of other processes",
    """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    for pid in (os.getppid(), *range(1, 30)):
        if pid == os.getpid(): continue
        for call in (310, 311):
            print('RESULT', libc.syscall(call, pid, ctypes.create_string_buffer(64), 1, ctypes.create_string_buffer(64), 1, 0), 'FROM', pid)
        try: print('WROTE', open(f'/proc/{pid}/mem', 'r+b'))
        except OSError as error: print(error)
    answer = 1
""",
)
story(
    "traces its parent",
    """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    print('TRACE', libc.ptrace(16, os.getppid(), 0, 0), ctypes.get_errno()); answer = 1
""",
)

# To reach outside

story(
    "opens connections",
    """
    import socket
    for where in (('127.0.0.1', 22), ('10.0.0.1', 80), ('8.8.8.8', 53)):
        try: socket.create_connection(where, 1); print('CONNECTED')
        except OSError as error: print(error)
    answer = 1
""",
)
story(
    "talks to abstract sockets and kernel sockets",
    """
    import socket
    for make in (lambda: socket.socket(socket.AF_UNIX).connect('\\0/tmp/.X11-unix/X0'), lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)):
        try: make(); print('CONNECTED')
        except OSError as error: print(error)
    answer = 1
""",
)
story(
    "changes the package and the tables",
    """
    import isa, pathlib
    for path in (isa.__file__, pathlib.Path(isa.__file__).parent.parent / 'data' / 'members.csv', '/usr/bin/true', '/etc/passwd'):
        try: open(path, 'a').write('x'); print('WROTE', path)
        except OSError as error: print(error)
    answer = 1
""",
)
story(
    "mounts, remounts and makes namespaces",
    """
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    print('RESULT', libc.mount(b'none', b'/', None, 4096 | 32, None), os.strerror(ctypes.get_errno()))
    for call in (lambda: libc.umount2(b'/proc', 2), lambda: libc.setuid(0), lambda: libc.chroot(b'/'), lambda: libc.unshare(0x10000000)):
        print('RESULT', call(), os.strerror(ctypes.get_errno()))
    answer = 1
""",
)
story(
    "kills everything that it can",
    """
    import os, signal
    for pid in (os.getppid(), -1, 0, *range(2, 50)):
        try:
            if pid != os.getpid(): os.kill(pid, signal.SIGTERM)
        except OSError: pass
    answer = 1
""",
)

# To break the run

story("exits", "import sys\nsys.exit(0)")
story("exits without a word", "import os\nos._exit(0)")
story("kills itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
story("crashes the interpreter", "import ctypes\nctypes.string_at(0)")
story("closes every file", "import os\nos.closerange(0, 1000)\nanswer = 1")
story("raises what nobody catches", "raise BaseException('no')")
story("interrupts as a person would", "raise KeyboardInterrupt")
story(
    "loops and swallows every interrupt",
    """
    while True:
        try:
            while True: pass
        except BaseException: pass
""",
)
story("switches the alarm off and loops", "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nwhile True: pass")
story(
    "handles every signal and loops",
    "import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n    except OSError: pass\nwhile True: pass",
)
story("waits for input", "answer = input('?')")
story("takes all the memory", "answer = [bytearray(10**8) for _ in range(1000)]")
story("recurses without end", "import sys\nsys.setrecursionlimit(10**9)\ndef f(): return f()\nf()")
story(
    "starts threads without end",
    """
    import threading, time
    try:
        while True: threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
    except RuntimeError as error: print(error)
    answer = 1
""",
)
story(
    "fills the disk",
    """
    try:
        for number in range(10_000): open(f'file{number}', 'wb').write(b'x' * 10**6)
    except OSError as error: print(error)
    answer = 1
""",
)
story("floods the output", "for _ in range(10**5): print('x' * 1000)\nanswer = 1")
story("floods the error output", "import sys\nfor _ in range(10**5): print('x' * 1000, file=sys.stderr)\nanswer = 1")
story("floods the log", "import logging\nfor _ in range(10**5): logging.error('x' * 1000)\nanswer = 1")
story(
    "takes away the limit of its output and floods it",
    """
    get_ipython().isa_outputs.limit = 10**12
    for _ in range(60): print('x' * 10**6)
    answer = 1
""",
)
story("shows a table in a table without end", "from IPython.display import HTML, display\ndisplay(HTML('<table><tr><td>' * 30_000))\nanswer = 1")
story("shows a list in a list without end", "from IPython.display import HTML, display\ndisplay(HTML('<ul><li>' * 100_000))\nanswer = 1")
story("shows half a character", "print(chr(0xd800), {chr(0xdfff): 1})\nanswer = chr(0xd800)")
story(
    "shows pictures without end",
    """
    from IPython.display import display, Image
    for _ in range(2000): display({'image/png': 'A' * 10**4}, raw=True)
    answer = 1
""",
)
story(
    "leaves a process behind",
    """
    import subprocess
    subprocess.Popen(['sleep', '98765'], start_new_session=True)
    answer = 1
""",
)
story(
    "leaves a daemon behind",
    """
    import os, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp('sleep', ['sleep', '98765'])
        os._exit(0)
    answer = 1
""",
)
story(
    "gives a value that never ends to look at",
    """
    class Slow(dict):
        def items(self):
            while True: pass
        def __repr__(self):
            while True: pass
        def __iter__(self):
            while True: pass
    answer = Slow(a=1)
""",
)
story(
    "gives a value that raises when it is looked at",
    """
    class Bad:
        def __getattribute__(self, name): raise SystemExit(name)
    answer = Bad()
""",
)
story("gives a value that contains itself", "answer = []\nanswer.append(answer)")
story("gives a value that is nested without end", "answer = []\nfor _ in range(10**5): answer = [answer]")
story("gives a giant table", "import numpy as np, pandas as pd\nanswer = pd.DataFrame(np.zeros((10_000_000, 3)))")
story("gives a number of thirty million digits", "answer = 1 << 10**8")
story("gives a number with a hundred million zeros", "from decimal import Decimal\nanswer = Decimal('1E99999999')")
story("gives a range without end", "answer = range(10**18)")
story("gives a giant text", "answer = 'x' * 3 * 10**8")
story(
    "raises an exception that cannot be shown",
    """
    class Bad(Exception):
        def __str__(self): raise RuntimeError('no')
        __repr__ = __str__
    raise Bad()
""",
)

# To reach the trusted side over the line

story(
    "writes noise to every open file",
    """
    import os
    for fd in range(3, 64):
        try: os.write(fd, b'A' * 100_000)
        except OSError: pass
    answer = 1
""",
)
story(
    "answers with a forged frame",
    """
    import json, os, struct
    body = json.dumps({'outputs': [], 'count': 1, 'ok': True, 'values': {'answer': {'tree': ['bool', True], 'first': 0, 'count': 0}}}).encode()
    for fd in range(3, 64):
        try: os.write(fd, struct.pack('<4sII', b'ISA1', len(body), 0) + body)
        except OSError: pass
    answer = 1
""",
)
story(
    "announces a giant frame",
    """
    import os, struct
    for fd in range(3, 64):
        try: os.write(fd, struct.pack('<4sII', b'ISA1', 60 * 2**20, 4000) + struct.pack('<Q', 2**62) * 4000)
        except OSError: pass
    answer = 1
""",
)
story(
    "sends a pickle",
    """
    import os, pickle, struct
    class Bomb:
        def __reduce__(self): return (os.system, ('touch /tmp/isa-exploded',))
    for fd in range(3, 64):
        try: os.write(fd, pickle.dumps(Bomb()))
        except OSError: pass
    answer = 1
""",
)
story(
    "shows scripts",
    """
    from IPython.display import display, HTML, Javascript, SVG, Markdown
    display(HTML('<script>stolen()</script><img src=x onerror="stolen()"><iframe src="http://example.org"></iframe>'))
    display(Javascript('stolen()')); display(Markdown('<script>stolen()</script>'))
    display({'image/svg+xml': '<svg onload="stolen()"/>', 'text/plain': 'x'}, raw=True)
    answer = 1
""",
)
story(
    "forks without end",
    """
    import os
    while True:
        try: os.fork()
        except OSError: pass
""",
)
story(
    "starts programs without end",
    """
    import subprocess
    while True: subprocess.Popen(['sleep', '98765'])
""",
)
