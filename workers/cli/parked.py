"""`parked`: events and receipts that could not be taken, why, and what to do with them."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add these commands."""
