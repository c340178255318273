"""`db upgrade`: the ledger's schema brought to the newest version."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add these commands."""
