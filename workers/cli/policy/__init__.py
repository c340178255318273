"""`policy`: check policies, show them, publish their schema, and compare two of them on a book of events."""

from __future__ import annotations

import typer

from workers.cli.policy import check, diff, schema, show


def register(app: typer.Typer) -> None:
    """Add the commands."""
    policy = typer.Typer(name="policy", help="Check, show and compare policies.", no_args_is_help=True)
    for part in (check, show, diff, schema):
        part.register(policy)
    app.add_typer(policy)
