"""How much is said on a day: what is usual, whose turn it is to hear from us first, and who waits for a person's yes.

Days are UTC days.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table, Text

from ledger.tables.messages import message
from ledger.tables.schema import metadata

volume = Table(  # days gone by: what was planned and not called off
    "volume",
    metadata,
    Column("day", Date, primary_key=True),
    Column("planned", Integer, nullable=False),
)

first_contact = Table(  # today and later: the day on which a client of an old book may get the first message
    "first_contact",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("day", Date, nullable=False, index=True),
)

held_back = Table(  # clients whose reminders wait because far more than usual would go on that day
    "held_back",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("day", Date, nullable=False),
)

Index("message_planned", message.c.planned_at)  # what was planned since some instant
