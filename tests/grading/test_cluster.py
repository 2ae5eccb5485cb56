"""A class on a Dask cluster of real processes: the same marks as here, whatever becomes of a worker, and one line for what is wrong."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psutil
import pytest
from distributed import Client

from isa.grading import cluster as cluster_module
from isa.grading import runner
from isa.grading.cluster import Cluster
from isa.grading.course import CourseError
from isa.grading.nbgrader_edge import Nbgrader
from isa.teaching.sample_class import hand_in, materials, sample_class
from tests.conftest import ROOT, solved, submit

ISA = str(Path(sys.executable).parent / "isa")
ADRIFT = 120  # seconds that processes may take to come up on a busy machine


class Dask:
    """A scheduler on this machine, and workers of one thread each that share no folder with any course."""

    def __init__(self, scratch: Path, protocol: str = "tcp", **environment: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"{protocol}://127.0.0.1:{port}"
        self._scratch = scratch
        self._environment = environment
        self._processes: list[subprocess.Popen] = []
        self.workers: list[subprocess.Popen] = []
        self.scheduler = self._start("dask_scheduler", "--protocol", protocol, "--host", "127.0.0.1", "--port", str(port), "--no-show", "--no-jupyter")

    def worker(self, **environment: str) -> subprocess.Popen:
        made = self._start("dask_worker", self.address, "--no-nanny", "--nthreads", "1", "--local-directory", str(self._scratch), **environment)
        self.workers.append(made)
        return made

    def _start(self, program: str, *options: str, **environment: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *options, "--no-dashboard"]
        log = (self._scratch / f"{len(self._processes)}.log").open("w")
        process = subprocess.Popen(command, cwd=self._scratch, env=os.environ | self._environment | environment, stdout=log, stderr=log, start_new_session=True)
        log.close()
        self._processes.append(process)
        return process

    def ready(self) -> "Dask":
        with Client(self.address, timeout=ADRIFT, set_as_default=False) as client:
            client.wait_for_workers(len(self.workers), timeout=ADRIFT)
        return self

    def tasks(self) -> int:
        """How many tasks the scheduler knows."""
        with Client(self.address, timeout=ADRIFT, set_as_default=False) as client:
            return client.run_on_scheduler(_count)

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def _count(dask_scheduler) -> int:
    return len(dask_scheduler.tasks)


_count.__module__ = "__main__"  # crosses by value: the scheduler has no tests


@pytest.fixture
def dask(tmp_path):
    """A scheduler without workers."""
    scratch = tmp_path / "dask"
    scratch.mkdir()
    made = Dask(scratch)
    yield made
    made.close()


@pytest.fixture
def two(dask):
    """A cluster of two workers, for those who kill."""
    dask.worker()
    dask.worker()
    return dask.ready()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """A cluster of two workers that lasts for several tests."""
    made = Dask(tmp_path_factory.mktemp("dask"))
    made.worker()
    made.worker()
    yield made.ready()
    made.close()


def class_of(nbgrader, students: int, code: str = "answer = {}") -> None:
    for number in range(students):
        submit(nbgrader.course, f"student-{number:02}", solved(nbgrader.course, code=code.format(42 if number % 2 else number)))


def scores(nbgrader) -> dict[str, float]:
    return {student: mark.score for student, mark in nbgrader.marks("tiny").items()}


def expected(students: int) -> dict[str, float]:
    return {f"student-{number:02}": 2.0 if number % 2 else 0.0 for number in range(students)}


def grade(nbgrader, address: str, said: list[str], progress=runner.silently) -> dict[str, str]:
    chosen, _ = runner.chosen(nbgrader.course, "tiny", [])
    with Cluster(address, said.append) as cluster:
        return {o.submission.student: o.problem for o in runner.grade(nbgrader, "tiny", chosen, progress, cluster=cluster)}


def at_the_first(do):
    """A progress that does something when the first submission is done."""

    def progress(submissions, total):
        for number, submission in enumerate(submissions):
            if number == 0:
                do()
            yield submission

    return progress


def test_the_sample_class_gets_the_marks_and_the_notebooks_that_it_gets_here(real_course, lasting):
    made = materials(real_course, "assignment-01")
    hand_in(real_course, "assignment-01", sample_class(made, 12, 0), datetime(2027, 3, 1, tzinfo=UTC))
    desk = Nbgrader(real_course)
    submissions, _ = runner.chosen(real_course, "assignment-01", [])
    here = runner.grade(desk, "assignment-01", submissions, runner.silently, jobs=2)
    marks = desk.marks("assignment-01")
    notebooks = {path: path.read_bytes() for path in real_course.root.glob("autograded/*/*/*.ipynb")}
    shutil.rmtree(real_course.root / "autograded")
    said = []
    with Cluster(lasting.address, said.append) as cluster:
        assert runner.grade(desk, "assignment-01", submissions, runner.silently, cluster=cluster) == here
    assert not said
    assert desk.marks("assignment-01") == marks
    assert {path: path.read_bytes() for path in real_course.root.glob("autograded/*/*/*.ipynb")} == notebooks


def test_a_worker_that_is_killed_is_one_line_and_costs_nobody_his_marks(nbgrader, two):
    class_of(nbgrader, 8, "import time\ntime.sleep(0.3)\nanswer = {}")
    said = []
    problems = grade(nbgrader, two.address, said, at_the_first(two.workers[0].kill))
    assert set(problems.values()) == {""}
    assert scores(nbgrader) == expected(8)
    assert len(said) == 1
    assert "was lost; what it had in hand" in said[0]


def test_a_marking_process_that_is_killed_leaves_its_worker_alive_and_costs_nobody_his_marks(nbgrader, lasting):
    class_of(nbgrader, 6, "import time\ntime.sleep(0.3)\nanswer = {}")

    def kill_what_marks() -> None:
        for worker in lasting.workers:
            for child in psutil.Process(worker.pid).children():
                child.kill()

    said = []
    problems = grade(nbgrader, lasting.address, said, at_the_first(kill_what_marks))
    assert set(problems.values()) == {""}
    assert scores(nbgrader) == expected(6)
    assert not said
    assert all(worker.poll() is None for worker in lasting.workers)


def test_when_no_worker_is_left_it_is_one_line_and_the_next_run_goes_on(nbgrader, two, monkeypatch):
    monkeypatch.setattr(cluster_module, "PATIENCE", 3.0)
    class_of(nbgrader, 8, "import time\ntime.sleep(0.3)\nanswer = {}")

    def kill_all() -> None:
        for worker in two.workers:
            worker.kill()

    with pytest.raises(CourseError, match=r"no worker of the cluster at tcp://\S+ can mark; \d submissions were not marked; what was marked stays"):
        grade(nbgrader, two.address, [], at_the_first(kill_all))
    assert 1 <= len(scores(nbgrader)) < 8
    two.workers.clear()
    two.worker()
    two.ready()
    assert set(grade(nbgrader, two.address, []).values()) == {""}
    assert scores(nbgrader) == expected(8)


def test_a_scheduler_that_dies_is_one_line(nbgrader, two):
    class_of(nbgrader, 8, "import time\ntime.sleep(0.3)\nanswer = {}")
    with pytest.raises(CourseError, match=r"the cluster at tcp://\S+ is gone .*submissions were not marked"):
        grade(nbgrader, two.address, [], at_the_first(two.scheduler.kill))
    assert 1 <= len(scores(nbgrader)) < 8


def test_a_worker_without_the_package_and_one_of_another_version_take_no_part(nbgrader, dask, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster_module, "PATIENCE", 2.0)
    class_of(nbgrader, 2)
    without = tmp_path / "without"
    without.mkdir()
    (without / "sitecustomize.py").write_text("import sys\nsys.modules['isa'] = None\n", encoding="utf-8")
    other = tmp_path / "other"
    shutil.copytree(ROOT / "isa", other / "isa", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data", other / "data", ignore=shutil.ignore_patterns("build"))
    (other / "isa" / "grading" / "repair.py").write_text("# of another version\n", encoding="utf-8")
    dask.worker(PYTHONPATH=str(without))
    dask.worker(PYTHONPATH=str(other))
    dask.ready()
    said = []
    with pytest.raises(CourseError, match=r"no worker of the cluster at \S+ can mark; 2 submissions were not marked"):
        grade(nbgrader, dask.address, said)
    assert len(said) == 2, said
    assert sum("takes no part: it has not this course's package" in line for line in said) == 1, said
    assert sum("takes no part: marks could differ: isa is" in line for line in said) == 1
    dask.worker()
    dask.ready()
    assert set(grade(nbgrader, dask.address, []).values()) == {""}
    assert scores(nbgrader) == expected(2)


def test_an_address_where_nothing_answers_is_one_line(tiny_course):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CourseError, match=rf"no Dask scheduler answers at {address} \(ConnectionRefusedError"):
            Cluster(address, print)


def test_something_else_that_listens_there_is_one_line(monkeypatch):
    monkeypatch.setattr(cluster_module, "PATIENCE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(CourseError, match=f"no Dask scheduler answers at {address}"):
            Cluster(address, print)


@pytest.mark.parametrize("wrong", ["127.0.0.1", "10.0.0.5:8786", "http://10.0.0.5:8786", "tcp://10.0.0.5", "tcp://10.0.0.5:port", "nonsense", ""])
def test_what_is_no_address_of_a_scheduler_is_one_line(wrong):
    with pytest.raises(CourseError, match="is no address of a Dask scheduler: expected tcp://HOST:PORT or tls://HOST:PORT"):
        Cluster(wrong, print)


def test_an_interrupt_takes_back_what_is_out_and_the_next_run_goes_on(nbgrader, lasting):
    class_of(nbgrader, 20, "import time\ntime.sleep(1)\nanswer = {}")
    command = [ISA, "grade", "tiny", "--cluster", lasting.address]
    # Where the tests run in the background, the shell has them ignore interrupts, and what they start inherits that.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    run = subprocess.Popen(command, cwd=nbgrader.course.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=heed)
    for _ in range(ADRIFT * 20):
        if len(list(nbgrader.course.root.glob("autograded/*/tiny/tiny.ipynb"))) >= 2:
            break
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    said, _ = run.communicate(timeout=ADRIFT)
    assert run.returncode not in (0, 2), said
    assert "Traceback" not in said
    assert 2 <= len(scores(nbgrader)) < 20
    assert lasting.tasks() == 0
    assert set(grade(nbgrader, lasting.address, []).values()) == {""}
    assert scores(nbgrader) == expected(20)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates of this test")
def test_with_tls_it_is_dasks_own_configuration_that_names_the_certificates(nbgrader, tmp_path):
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(make, check=True, capture_output=True)
    tls = {
        f"DASK_DISTRIBUTED__COMM__TLS__{side}__{name}": path
        for side in ("SCHEDULER", "WORKER", "CLIENT")
        for name, path in (("KEY", key), ("CERT", certificate))
    }
    tls |= {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": certificate, "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "true"}
    scratch = tmp_path / "dask"
    scratch.mkdir()
    safe = Dask(scratch, "tls", **tls)
    try:
        safe.worker()
        class_of(nbgrader, 2)
        command = [ISA, "grade", "tiny", "--cluster"]
        with_them = subprocess.run([*command, safe.address], cwd=nbgrader.course.root, env=os.environ | tls, capture_output=True, text=True, check=False)
        assert (with_them.returncode, "!" in with_them.stderr) == (0, False), with_them.stderr
        assert scores(nbgrader) == expected(2)
        without = subprocess.run([*command, safe.address], cwd=nbgrader.course.root, capture_output=True, text=True, check=False)
        assert without.returncode == 2
        assert without.stderr.count("\n") == 1
        assert f"{safe.address} needs certificates" in without.stderr
    finally:
        safe.close()
