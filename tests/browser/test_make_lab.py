"""`make lab` as somebody meets it who has just got the course: no settings of their own, and one command."""

import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import screenshot
from tests.conftest import ROOT

# What the server warns of whatever one does: of each notebook that its user has not run yet, and of two of its own defaults that disagree.
UPSTREAM = ("is not trusted", "websocket_ping_timeout")


@pytest.fixture
def first_start(tmp_path):
    """`make lab` with an empty home: the address that it opens in the browser, and its terminal."""
    home, asked, terminal = tmp_path / "home", tmp_path / "asked", tmp_path / "terminal"
    home.mkdir()
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >{shlex.quote(str(asked))}\n')
    browser.chmod(0o700)
    said = subprocess.run(["make", "-n", "--no-print-directory", "lab"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    command = said.splitlines()[-1] + " --ServerApp.allow_root=True --ServerApp.port_retries=50"  # in a container one may be root, and have another server
    stranger = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "ISA_", "XDG_", "VIRTUAL_ENV"))}
    with terminal.open("w") as out:
        server = subprocess.Popen(
            ["bash", "-c", f"exec bash -c {shlex.quote(command)}"],
            cwd=ROOT,
            env=stranger | {"HOME": str(home), "BROWSER": str(browser), "PATH": "/usr/bin:/bin"},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    for _ in range(240):
        if asked.exists() and asked.read_text().strip():
            break
        assert server.poll() is None, terminal.read_text()
        time.sleep(0.5)
    redirect = Path(asked.read_text().strip().removeprefix("file://")).read_text(encoding="utf-8")
    address = re.search(r'http://localhost:(\d+)(/[^"]*)', redirect)
    yield f"http://127.0.0.1:{address[1]}{address[2].replace('&amp;', '&')}", terminal
    os.killpg(server.pid, 15)
    server.wait(20)
    shutil.rmtree(home)


def test_it_opens_on_lesson_00_without_news_dialog_or_warning_and_leads_to_the_assignments(page, first_start):
    address, terminal = first_start
    assert "/lab/tree/notebooks/00-start-here.ipynb" in address
    page.goto(address)
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    page.wait_for_timeout(3000)  # the news come late
    screenshot(page, "make-lab")
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".Toastify__toast").count() == 0

    page.get_by_role("link", name="lesson 01, What is security assistance?").click()
    expect(page.get_by_role("heading", name="01 What is security assistance?").first).to_be_visible()
    page.get_by_role("link", name="assignment 01, The means of the 57").click()
    expect(page.get_by_role("tab", name="assignment-01.ipynb")).to_be_visible()
    assert page.locator(".jp-Dialog").count() == 0
    assert page.left == []

    warned = [line for line in terminal.read_text().splitlines() if re.search(r"^\[[WE] |warning", line, re.IGNORECASE)]
    assert [line for line in warned if not any(words in line for words in UPSTREAM)] == []
