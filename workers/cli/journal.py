"""`journal export` and `journal verify`: the audit trail, out and checked."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add these commands."""
