"""A JupyterHub as a class meets it: accounts with uids of their own, the file exchange, an instructor, students.

It runs as root in namespaces of its own for mounts and processes: there, /etc/passwd and /etc/group know the accounts, of this checkout only
what an installed package holds is to be seen, and folders that other accounts cannot enter are open. When the test ends, however it ends,
the kernel ends every process in there and takes the mounts away.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import requests

from tests.conftest import ROOT

BIN = Path(sys.executable).parent
PROGRAMS = ("bash", "mount", "nsenter", "setpriv", "unshare")
INSTRUCTOR, STUDENTS = "instructor", ("amina", "bilal")
ACCOUNTS = {name: 20001 + number for number, name in enumerate((INSTRUCTOR, *STUDENTS))}
COURSE = "isa"  # what nbgrader_config.py calls it
ASSIGNMENT = "assignment-01"
PATIENCE = 300  # seconds in which a server has to answer

HUB = """\
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.command = [{bin!r} + "/configurable-http-proxy", "--proxy-timeout={patience}000"]  # else it gives up after 20 seconds
c.JupyterHub.db_url = "sqlite:///{state}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{state}/cookie_secret"
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = {password!r}
c.Authenticator.allowed_users = {accounts!r}
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"  # each server under its account's uid
c.Spawner.cmd = [{bin!r} + "/jupyterhub-singleuser"]
c.Spawner.ip = "127.0.0.1"
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
"""

FORMGRADER = '{{"ServerApp": {{"jpserver_extensions": {{"nbgrader.server_extensions.formgrader": {switch}}}}}}}'
EVERYBODY = """\
c = get_config()
c.Exchange.root = "{exchange}"
c.CourseDirectory.course_id = "{course}"
"""
INSTRUCTORS = """\
c = get_config()
c.CourseDirectory.root = "{course}"  # whose own nbgrader_config.py is then read too
"""


def why_not() -> str:
    """Why no hub can be run here; empty where one can."""
    if os.getuid() != 0:
        return "a hub that starts servers for other accounts has to be run by root"
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (Debian: util-linux)"
    if importlib.util.find_spec("jupyterhub") is None:
        return "JupyterHub is not installed: pip install --require-hashes -r requirements/system.lock"
    tried = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--mount-proc", "true"], capture_output=True, text=True, check=False)
    return f"unshare: {tried.stderr.strip()}" if tried.returncode else ""


class House:
    """Namespaces for mounts and processes in which accounts exist that the machine does not have."""

    def __init__(self, accounts: dict[str, int]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="isa-hub-", dir="/tmp"))
        self.folder.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None
        for file, line in (("passwd", "{name}:x:{id}:{id}::{home}:/bin/bash\n"), ("group", "{name}:x:{id}:\n")):
            lines = [line.format(name=name, id=number, home=self.home(name)) for name, number in accounts.items()]
            (self.folder / file).write_text(Path("/etc", file).read_text(encoding="utf-8") + "".join(lines), encoding="utf-8")
        (self.folder / "home").mkdir()
        for name, number in accounts.items():
            self.home(name).mkdir(mode=0o700)
            os.chown(self.home(name), number, number)

    def home(self, account: str) -> Path:
        return self.folder / "home" / account

    def start(self, command: Sequence[str], mounts: Sequence[str], log: Path) -> None:
        """Run a command as the first process in there, after these mounts."""
        script = self.folder / "start.sh"
        ready = self.folder / "ready"
        known = [f"mount --bind '{self.folder / file}' /etc/{file}" for file in ("passwd", "group")]
        script.write_text("\n".join(["set -eu", "umask 022", *known, *mounts, f"touch '{ready}'", 'exec "$@"', ""]), encoding="utf-8")
        # Ends with this process, whatever ends it, and takes all others in there along.
        walls = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [*walls, "bash", str(script), *command],
                cwd="/",
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        while not ready.exists():
            assert self.alive, log.read_text(encoding="utf-8")
            time.sleep(0.02)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def run(self, account: str, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """What a command prints that an account calls in there."""
        assert self._process is not None
        first = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text(encoding="utf-8").split()[0]
        inside = ["nsenter", "--target", first, "--mount", "--pid", f"--wd={cwd or self.home(account)}", "--"]
        who = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups", "--reset-env", "--"]
        return subprocess.run([*inside, *who, *command], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=PATIENCE * 2)

    def close(self) -> None:
        """End everything in there; nothing stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(20)
        for _ in range(200):
            if not left_of(self.folder):
                break
            time.sleep(0.05)
        left = left_of(self.folder)
        shutil.rmtree(self.folder)
        assert not left, left


def left_of(folder: Path) -> list[str]:
    """Processes and mounts that have to do with a folder."""
    mounts = [line for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines() if str(folder) in line]
    return mounts + [command for _, command in processes_of(folder)]


def processes_of(folder: Path) -> Iterator[tuple[int, str]]:
    """Uid and command of each process that has a folder's name in its command or its environment."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = ((process / name).read_bytes() for name in ("cmdline", "environ"))
            if str(folder).encode() in command + environment:
                yield process.stat().st_uid, command.replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # gone meanwhile
            continue


def only(paths: Sequence[Path], hidden: Sequence[Path], keep: Path) -> Iterator[str]:
    """Shell commands that hide folders, and every folder that other accounts cannot enter, but for these paths."""
    closed = [folder for path in paths for folder in reversed(path.parents) if not folder.stat().st_mode & 0o001]
    covers = [one for one in dict.fromkeys([*hidden, *closed]) if not any(one != other and one.is_relative_to(other) for other in [*hidden, *closed])]
    shown = [path for path in dict.fromkeys(paths) if not any(path != other and path.is_relative_to(other) for other in paths)]
    shown = [path for path in shown if any(path.is_relative_to(cover) for cover in covers)]
    for number, path in enumerate(shown):
        yield f"{_place(path, keep / str(number))} && mount --bind '{path}' '{keep / str(number)}'"
    for cover in covers:
        yield f"mount -t tmpfs -o mode=755 none '{cover}'"
    for number, path in enumerate(shown):
        yield f"{_place(path, path)} && mount --bind '{keep / str(number)}' '{path}'"


def _place(path: Path, at: Path) -> str:
    return f"mkdir -p '{at}'" if path.is_dir() else f"mkdir -p '{at.parent}' && touch '{at}'"


class Visitor:
    """An account in a browser, logged in, its server running."""

    def __init__(self, hub: Hub, account: str) -> None:
        self.hub, self.account = hub, account
        self._session = requests.Session()
        self._session.get(f"{hub.address}/hub/login", timeout=PATIENCE)
        form = {"username": account, "password": hub.password, "_xsrf": self._session.cookies["_xsrf"]}
        answer = self._session.post(f"{hub.address}/hub/login", data=form, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        self._session.get(f"{hub.address}/hub/spawn/{account}", timeout=PATIENCE)

    def wait(self) -> Visitor:
        """Go on when the server answers."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends and self.hub.house.alive:
            page = self.get(self.account, "lab")  # until then, one on which to wait
            if page.ok and page.url.startswith(f"{self.hub.address}/user/{self.account}/"):
                return self
            time.sleep(0.5)
        raise AssertionError(f"the server of {self.account} did not start:\n{self.hub.said()}")

    def get(self, whose: str, path: str) -> requests.Response:
        """Ask a server, one's own or another's."""
        return self._session.get(f"{self.hub.address}/user/{whose}/{path}", timeout=PATIENCE)

    def post(self, whose: str, path: str, **form: str) -> requests.Response:
        """Press a button on a page of a server."""
        own = [cookie.value for cookie in self._session.cookies if cookie.name == "_xsrf" and cookie.path.rstrip("/") == f"/user/{self.account}"]
        return self._session.post(f"{self.hub.address}/user/{whose}/{path}", data=form, headers={"X-XSRFToken": (own or [""])[0]}, timeout=PATIENCE)


class Hub:
    """A JupyterHub on this machine only, with the course's package in its environment, and set up as docs/instructors/hub.md says."""

    def __init__(self) -> None:
        self.house = House(ACCOUNTS)
        folder = self.house.folder
        self.password = secrets.token_hex()
        self.exchange = folder / "exchange"
        self.course = self.house.home(INSTRUCTOR) / "course"
        self._log = folder / "hub.log"
        self._settings = folder / "etc"
        ports = dict(zip(("port", "hub", "proxy"), _free_ports(3), strict=True))
        self.address = f"http://127.0.0.1:{ports['port']}"
        (folder / "state").mkdir(mode=0o700)
        told = {"state": folder / "state", "bin": str(BIN), "password": self.password, "accounts": set(ACCOUNTS), "patience": PATIENCE}
        (folder / "state" / "hub.py").write_text(HUB.format(**ports, **told), encoding="utf-8")
        self._lay_exchange()
        self._lay_course()

    def start(self) -> None:
        """Start the hub; it answers when this returns."""
        environment = Path(sys.prefix)
        needed = [environment, Path(sys.base_prefix), Path(sys.executable).resolve().parent.parent]
        needed += [ROOT / name for name in ("isa", "data", "course.yml", "notebooks/checkpoints")]  # what a wheel holds
        mounts = [*only([path.absolute() for path in needed], [ROOT], self.house.folder / "keep")]
        mounts.append(f"mount --bind '{self._settings}' '{environment / 'etc' / 'jupyter'}'")
        self.house.start([str(BIN / "jupyterhub"), "-f", str(self.house.folder / "state" / "hub.py")], mounts, self._log)
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends and self.house.alive:
            try:
                requests.get(f"{self.address}/hub/login", timeout=5).raise_for_status()
                return
            except requests.RequestException:
                time.sleep(0.2)
        raise AssertionError(f"the hub did not start:\n{self.said()}")

    def said(self) -> str:
        """The end of the hub's log."""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-60:])

    def _lay_exchange(self) -> None:
        self.exchange.mkdir()
        self.exchange.chmod(0o777)
        shutil.copytree(Path(sys.prefix) / "etc" / "jupyter", self._settings)
        (self._settings / "nbgrader_config.py").write_text(EVERYBODY.format(exchange=self.exchange, course=COURSE), encoding="utf-8")
        # After nbgrader.json, which switches it on for all.
        (self._settings / "jupyter_server_config.d" / "nbgrader_for_students.json").write_text(FORMGRADER.format(switch="false"), encoding="utf-8")

    def _lay_course(self) -> None:
        """The instructor's copy of the course, with one of its assignments, and nbgrader told where it lies."""
        for name in ("nbgrader_config.py", "course.yml", "gradebook/policy.yml", f"gradebook/specimens/{ASSIGNMENT}.yml"):
            (self.course / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.course / name)
        for name in ("source", "release"):
            shutil.copytree(ROOT / name / ASSIGNMENT, self.course / name / ASSIGNMENT, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        own = self.house.home(INSTRUCTOR) / ".jupyter"
        own.mkdir()
        (own / "nbgrader_config.py").write_text(INSTRUCTORS.format(course=self.course), encoding="utf-8")
        (own / "jupyter_server_config.json").write_text(FORMGRADER.format(switch="true"), encoding="utf-8")
        for path in [self.course, *self.course.rglob("*"), own, *own.iterdir()]:
            os.chown(path, ACCOUNTS[INSTRUCTOR], ACCOUNTS[INSTRUCTOR], follow_symlinks=False)


def _free_ports(number: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


@pytest.fixture(scope="session")
def possible() -> None:
    """Passes the test over where no hub can be run; where ISA_NEED_HUB is set, it fails."""
    reason = why_not()
    if reason:
        pytest.fail(reason) if os.environ.get("ISA_NEED_HUB") else pytest.skip(reason)
