"""A real JupyterLab on a sample class, and a real browser. Screenshots go to build-report/."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.conftest import ROOT

REPORT = ROOT / "build-report"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="session")
def demo_course(tmp_path_factory) -> Path:
    """The course of `isa demo` with a small class, and the lessons beside it."""
    folder = tmp_path_factory.mktemp("class") / "demo"
    demo = [str(BIN / "isa"), "demo", "assignment-01", "--students", "4", "--into", str(folder)]
    done = subprocess.run(demo, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    return folder


@pytest.fixture(scope="session")
def lab(demo_course) -> str:
    """The address of a JupyterLab that was started by its full path, with nothing of the environment on PATH."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.allow_root=True", "--IdentityProvider.token="]
    plain = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    home = demo_course.parent / "home"
    home.mkdir()
    with (demo_course.parent / "lab.log").open("w") as log:
        server = subprocess.Popen(
            [str(BIN / "jupyter"), "lab", *options],
            cwd=demo_course,
            env=plain | {"PATH": "/usr/bin:/bin", "HOME": str(home)},
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5)
            break
        except OSError:
            assert server.poll() is None, (demo_course.parent / "lab.log").read_text()
            time.sleep(0.5)
    yield address
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="session")
def browser():
    """Chromium, from CHROMIUM or the system, without its background requests."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("no Chromium found: install it (Debian: apt-get install chromium) or name it in CHROMIUM")
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=quiet)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A page on which every request that leaves the machine is refused and remembered in `page.left`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.left = []

    def local_only(route):
        if route.request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "file:")):
            route.continue_()
        else:
            page.left.append(route.request.url)
            route.abort()

    context.route("**/*", local_only)
    page.set_default_timeout(45_000)
    yield page
    context.close()


def screenshot(page: Page, name: str) -> None:
    """Keep what a person would see."""
    REPORT.mkdir(exist_ok=True)
    page.screenshot(path=REPORT / f"{name}.png")
