"""`explain ID`: the timeline of a client, an invoice or a message in plain words."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add these commands."""
