"""`isa` as a person calls it, without a process of its own."""

import sys

import pytest

from isa import cli
from isa.cli import shared


@pytest.fixture
def calling(tiny_course, monkeypatch, capsys):
    """Gives `isa` in the tiny course's folder and a terminal of some width: called with arguments, it gives exit code, output and errors (or their lines)."""

    def with_width(columns: int, lines: bool = False):
        monkeypatch.chdir(tiny_course.root)
        for console in (shared.out, shared.err):  # which have looked at the terminal's width when they were made
            monkeypatch.setattr(console, "width", columns)

        def call(*arguments: str):
            monkeypatch.setattr(sys, "argv", ["isa", *arguments])
            try:
                cli.main()
                code = 0
            except SystemExit as leave:
                code = int(leave.code or 0)
            said = capsys.readouterr()
            return code, said.out, said.err.splitlines() if lines else said.err

        return call

    return with_width
