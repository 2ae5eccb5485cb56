"""Marks many submissions in several processes. A worker that dies costs one submission another try, and never the run."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import TYPE_CHECKING

from isa.grading.course import Submission
from isa.grading.sandbox import NoIsolation, SandboxLimits, shared_sandbox

if TYPE_CHECKING:
    from isa.grading.marks import Blueprint, Verdict

AHEAD = 2  # submissions in hand for each worker: enough to keep it busy, few enough to stop soon
TRIES = 2


def verdicts(plan: Blueprint, submissions: list[Submission], jobs: int) -> Iterator[tuple[Submission, Verdict | str]]:
    """Each submission with its verdict, in the order in which they are done; or with the reason why there is none."""
    todo = [(submission, 1) for submission in reversed(submissions)]
    with _out_of_the_collectors_way(), _one_thread_each(), tempfile.TemporaryDirectory(prefix="isa-plan-") as folder:
        # Read by each worker once, and not sent with each submission.
        file = Path(folder, "plan")
        file.write_bytes(pickle.dumps(plan))
        yield from _verdicts(plan, file, todo, jobs)


def _verdicts(plan: Blueprint, file: Path, todo: list[tuple[Submission, int]], jobs: int) -> Iterator[tuple[Submission, Verdict | str]]:
    while todo:
        # Fresh processes, started from nothing: a fork would share the open gradebook.
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(jobs, len(todo)), spawn, _begin, (plan.limits, plan.isolated, not plan.only_answers)) as pool:
            running: dict[Future[Verdict | str], tuple[Submission, int]] = {}
            try:
                while todo or running:
                    while todo and len(running) < AHEAD * jobs:
                        submission, tried = todo.pop()
                        running[pool.submit(_mark_by, file, submission)] = (submission, tried)
                    done, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        submission, tried = running[future]
                        verdict = future.result()
                        del running[future]
                        yield submission, verdict
            except BrokenProcessPool:
                # Nobody can say whose fault it was: those in hand are tried once more, one at a time.
                jobs = 1
                for submission, tried in running.values():
                    if tried < TRIES:
                        todo.append((submission, tried + 1))
                    else:
                        yield submission, "the process that marked it ended twice; nothing was written for it"
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


@contextlib.contextmanager
def _out_of_the_collectors_way() -> Iterator[None]:
    """What is there already stays: each full collection of garbage would go through all of it, which takes as long as marking a submission."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextlib.contextmanager
def _one_thread_each() -> Iterator[None]:
    """Workers that start now calculate in one thread: there is one for each processor, and threads that wait for each other would keep them busy.

    With more threads the same numbers are also added in another order, and the last digits move.
    """
    before = {name: os.environ.get(name) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    os.environ |= dict.fromkeys(before, "1")
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@cache
def _keep_what_is_imported() -> None:
    """The same in a worker, once, after a first submission has brought in all that marking needs."""
    gc.collect()
    gc.freeze()


def _begin(limits: SandboxLimits, isolated: bool, runs_code: bool) -> None:
    """Let the sandbox warm up while this process imports what it marks with, and end with the run, even one that is killed."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if runs_code:
        with contextlib.suppress(NoIsolation, OSError):  # said of each submission, in its own line
            shared_sandbox(limits, isolated)


def _end_with_parent() -> None:
    # A killed parent may hold the lock of the queue that this process waits for: it would wait for ever.
    if parent := multiprocessing.parent_process():
        wait_for([parent.sentinel])
        os._exit(1)


def _mark_by(file: Path, submission: Submission) -> Verdict | str:
    return _mark(_plan(file), submission)


@cache
def _plan(file: Path) -> Blueprint:
    plan: Blueprint = pickle.loads(file.read_bytes())
    return plan


def _mark(plan: Blueprint, submission: Submission) -> Verdict | str:
    from isa.grading.marks import files_in, mark
    from isa.grading.reading import Unreadable

    try:
        verdict = mark(plan, submission.notebook, files_in(submission.folder))
        _keep_what_is_imported()
        return verdict
    except Unreadable as reason:
        return str(reason)
    except Exception as error:  # whatever a file can do to a reader: it is told, and the others go on
        return f"could not be marked: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
