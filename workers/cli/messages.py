"""`messages` and `message ID`: every message, a line each, and one whole."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add these commands."""
