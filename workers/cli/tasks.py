"""`tasks` and `task ID`: what waits for a person, and a person's decision."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add these commands."""
