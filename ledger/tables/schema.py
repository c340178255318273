"""What all tables share."""

from __future__ import annotations

from sqlalchemy import Column, MetaData

from ledger.types import plain_text

metadata = MetaData()


def stamp() -> Column[str]:
    """What decides between two events about the same thing: the later time, then source and id."""
    return Column("stamp", plain_text(), nullable=False)
