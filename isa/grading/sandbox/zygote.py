"""Runs behind the outer wall: imports what notebooks import, then forks once for each submission that is announced on its line.

Started as `python -m isa.grading.sandbox.zygote FD`; FD is a Unix socket. A message is JSON with the limits and carries the socket of the session.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from typing import Any

from isa.grading.sandbox import cage, pages
from isa.grading.sandbox.cells import Kernel, make_shell, warm
from isa.grading.sandbox.walls import HOME

LOOK = 0.02  # seconds between two looks at a submission's processes


def main(line: socket.socket) -> None:
    """Warm up, say so, then fork for each message until the other side closes the line."""
    shell = make_shell()
    warm(shell)
    cage.remember_mapped()
    gc.collect()
    gc.freeze()  # a collection in a fork would touch, and so copy, all that it shares with this process
    pages.join()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the supervisors
    line.send(b"warm")
    while True:
        message, handed, _, _ = socket.recv_fds(line, 65536, 1)
        if not message:
            return
        session = socket.socket(fileno=handed[0])
        if os.fork() == 0:
            line.close()
            _supervise(shell, session, json.loads(message))
        session.close()


def _supervise(shell: Any, session: socket.socket, limits: dict[str, Any]) -> None:
    """Make the cage, start the student's process in it, and end with it: the kernel kills all that is left in the cage."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        processes = os.open("/proc", os.O_RDONLY) if limits["isolated"] else None
        if limits["isolated"]:
            cage.enter(limits, HOME)
        else:
            os.chdir(tempfile.mkdtemp(prefix="isa-"))
        child = os.fork()
        if child == 0:
            if limits["isolated"]:
                cage.lock(limits)
            session.setblocking(True)
            Kernel(shell, session, limits).serve()
            os._exit(0)
        session.close()
        _watch(child, processes, limits)
        if not limits["isolated"]:
            shutil.rmtree(os.getcwd(), ignore_errors=True)
        code = 0
    except BaseException as error:
        # The trusted side sees the line close; this is for whoever looks for the reason.
        os.write(2, f"sandbox: {type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def _watch(child: int, processes: int | None, limits: dict[str, Any]) -> None:
    """Wait for the student's process; end its tree when its time is up or when it has grown too large.

    The kernel limits the number of processes too, but not for a user who is root outside; counting what the zygote's own /proc shows does.
    """
    ends = time.monotonic() + limits["submission_seconds"] + 2
    few = limits["processes"] + (len(os.listdir(processes)) if processes is not None else 0)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > ends or (processes is not None and len(os.listdir(processes)) > few):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(LOOK)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
