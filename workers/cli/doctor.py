"""`doctor`: checks the configuration and every connection, one line each."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add these commands."""
