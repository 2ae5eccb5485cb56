"""The command `isa` itself, to which the other modules add theirs."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="International Security Assistance: run the course.")
schemes = typer.Typer(no_args_is_help=True, help="Look after the mark schemes of short answers.")
app.add_typer(schemes, name="scheme")
