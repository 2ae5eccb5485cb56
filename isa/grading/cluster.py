"""Marks submissions on the workers of a Dask cluster, for a class that outgrows one machine. Only this process writes the gradebook.

Bytes cross, never paths: the workers need this package and no file of the course. Each worker is looked at first and takes part only if it is made of the
same things as this machine, so that the marks are the same. What a lost worker had in hand is tried once more, on another one where there is one.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import queue
import socket
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from isa.grading.course import CourseError, Submission
from isa.grading.pool import AHEAD, TRIES
from isa.grading.remote import Parcel, introduce, makings, mark_there

if TYPE_CHECKING:
    from distributed import Client, Future, Security

    from isa.grading.marks import Blueprint, Verdict

PATIENCE = 15.0  # seconds that a cluster may take to answer, and to bring back a worker when none is left
LOOK = 1.0  # seconds between two looks at which workers there are


@dataclass(frozen=True)
class _Desk:
    """A worker that takes part: how many submissions it marks at a time, and the blueprint that was sent there."""

    threads: int
    plan: Future[bytes]


@dataclass(frozen=True)
class _Task:
    """A submission, how often it was handed to a worker, the last such worker, and what went wrong there."""

    submission: Submission
    tried: int = 0
    address: str = ""
    trouble: str = ""


@dataclass
class _Run:
    """One class on its way: what is still to be handed out, what is out, which workers take part, and when to look again which there are."""

    todo: list[_Task]
    out: dict[Future[bytes], _Task] = field(default_factory=dict)
    desks: dict[str, _Desk] = field(default_factory=dict)
    arrived: queue.SimpleQueue[Future[bytes]] = field(default_factory=queue.SimpleQueue)
    look_at: float = 0.0

    @property
    def unmarked(self) -> str:
        """How many are not done yet, and what to do about it."""
        return f"{len(self.todo) + len(self.out)} submissions were not marked; what was marked stays, and the same command goes on from there"


class Cluster:
    """The Dask cluster whose scheduler answers at `address`, such as `tcp://10.0.0.5:8786` or `tls://…`; a context manager.

    `say` is told in one line of each worker that is refused or lost. Certificates and all else stand in Dask's own configuration.

    Raises:
        CourseError: there is no cluster at the address, or Dask is not installed.
    """

    def __init__(self, address: str, say: Callable[[str], None]) -> None:
        self._address = address
        self._say = say
        self._refused: set[str] = set()
        self._client = _connected(address)

    def verdicts(self, plan: Blueprint, submissions: list[Submission]) -> Iterator[tuple[Submission, Verdict | str]]:
        """Each submission with its verdict, in the order in which they are done; or with the reason why there is none.

        Raises:
            CourseError: the cluster is gone, or no worker that can mark is left.
        """
        run = _Run([_Task(submission) for submission in reversed(submissions)])
        alive = time.monotonic()
        try:
            while run.todo or run.out:
                if time.monotonic() >= run.look_at:
                    self._look(run, plan)
                    run.look_at = time.monotonic() + LOOK
                    alive = time.monotonic() if run.desks else alive
                    if time.monotonic() - alive > PATIENCE:
                        raise CourseError(f"no worker of the cluster at {self._address} can mark; {run.unmarked}")
                yield from self._hand_out(run)
                yield from self._results(run)
        except (OSError, RuntimeError) as error:
            raise CourseError(f"the cluster at {self._address} is gone ({_line(error)}); {run.unmarked}") from None
        finally:
            for future in run.out:
                future.cancel()

    def _look(self, run: _Run, plan: Blueprint) -> None:
        """See which workers there are: newcomers are looked at, and what the lost ones had in hand is to be done again."""
        threads = self._client.nthreads()
        for address in run.desks.keys() - threads.keys():
            del run.desks[address]
            self._say(f"worker {address} was lost; what it had in hand is tried once more")
            for future in [future for future, task in run.out.items() if task.address == address]:
                future.cancel()
                run.arrived.put(future)
        newcomers = sorted(threads.keys() - run.desks.keys() - self._refused)
        if newcomers:
            answers = self._client.run(introduce, plan.isolated, workers=newcomers, on_error="return")
            for address, answer in answers.items():
                if isinstance(answer, OSError):  # it left in this moment, or will be there at the next look
                    continue
                why = _why_not(answer)
                if why:
                    self._refused.add(address)
                    self._say(f"worker {address} takes no part: {why}")
                else:
                    run.desks[address] = _Desk(threads[address], self._client.scatter(pickle.dumps(plan), workers=[address], hash=False))

    def _hand_out(self, run: _Run) -> Iterator[tuple[Submission, str]]:
        """Keep every worker busy, with few enough submissions in hand to stop soon; gives those that cannot be read any more."""
        free = Counter({address: desk.threads * AHEAD for address, desk in run.desks.items()})
        free.subtract(task.address for task in run.out.values())
        while run.todo and any(count > 0 for count in free.values()):
            task = run.todo.pop()
            try:
                parcel = _parcel(task.submission)
            except OSError as error:
                yield task.submission, f"could not be sent: {_line(error)}"
                continue
            ready = [address for address, count in free.items() if count > 0]
            address = max([address for address in ready if address != task.address] or ready, key=lambda address: free[address])
            future = self._client.submit(mark_there, run.desks[address].plan, parcel, workers=[address], pure=False)
            run.out[future] = replace(task, tried=task.tried + 1, address=address)
            free[address] -= 1
            future.add_done_callback(run.arrived.put)

    def _results(self, run: _Run) -> Iterator[tuple[Submission, Verdict | str]]:
        """What has come back since the last time, after waiting a little."""
        try:
            future = run.arrived.get(timeout=LOOK)
        except queue.Empty:
            return
        task = run.out.pop(future, None)
        if task is None:
            return
        try:
            verdict = pickle.loads(future.result(timeout=PATIENCE))
        except Exception as error:  # whatever went wrong over there: it is told if it goes wrong twice
            run.look_at = 0.0  # before anything is handed to a worker that is gone
            trouble = "its worker was lost" if future.cancelled() else _line(error)
            if task.tried < TRIES:
                run.todo.append(replace(task, trouble=trouble))
            else:
                yield task.submission, f"two workers in turn could not mark it ({task.trouble}; then: {trouble}); nothing was written for it"
        else:
            future.release()  # here, because an interrupt in the middle of Future.__del__ would be lost
            yield task.submission, verdict

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close(timeout=LOOK)


def _connected(address: str) -> Client:
    try:
        from distributed import Client, Security
        from distributed.versions import VersionMismatchWarning
    except ModuleNotFoundError as missing:
        raise CourseError(f"--cluster needs {missing.name}, here and on the workers; it comes with isa-course[cluster]: pip install distributed") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    parts = urlsplit(address)
    try:
        where = (parts.hostname, parts.port)
    except ValueError:
        where = (None, None)
    if parts.scheme not in ("tcp", "tls") or None in where:
        raise CourseError(f"{address} is no address of a Dask scheduler: expected tcp://HOST:PORT or tls://HOST:PORT")
    security = Security()
    if parts.scheme == "tls" and security.get_connection_args("client").get("ssl_context") is None:
        raise CourseError(f"{address} needs certificates: name them in Dask's configuration (distributed.comm.tls, see docs/threat-model.md)")
    try:
        # Dask's client goes on trying where nothing listens, and waits for ever for an answer of something else.
        socket.create_connection(where, timeout=PATIENCE).close()
        asyncio.run(_greet(address, security))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # what matters is compared worker by worker, and said in words
            return Client(address, timeout=PATIENCE, security=security, name="isa-grade", set_as_default=False)
    except Exception as error:  # whatever something else may answer
        raise CourseError(f"no Dask scheduler answers at {address} ({_line(error)}): is `dask scheduler` running there?") from None


async def _greet(address: str, security: Security) -> None:
    from distributed.comm import connect

    comm = await asyncio.wait_for(connect(address, **security.get_connection_args("client")), PATIENCE)
    await comm.close()


def _why_not(answer: tuple[dict[str, str], str] | BaseException) -> str:
    """Why a worker cannot take part, from what it said of itself; an empty text when it can."""
    if isinstance(answer, BaseException):
        return f"it has not this course's package, or another version of it ({_line(answer)}); install the same isa-course[course,cluster] there"
    theirs, why = answer
    ours = makings()
    differences = [f"{part} is {theirs.get(part, 'missing')} there and {ours[part]} here" for part in ours if theirs.get(part) != ours[part]]
    return f"marks could differ: {', '.join(differences)}; install the same there" if differences else why


def _parcel(submission: Submission) -> Parcel:
    from isa.grading.marks import files_in

    files = {submission.notebook.name: submission.notebook.read_bytes(), **files_in(submission.folder)}
    return Parcel(submission.assignment, submission.student, files)


def _line(error: BaseException) -> str:
    said = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__
