"""Waking: the one small port through which work that lies in the ledger is brought to somebody's attention.

A wake-up carries ids only and may be lost or doubled without harm: the row is the outbox, and the scheduler wakes again
what has stood too long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from reminders.snapshot import Channel


class Wake(Protocol):
    """Who can be woken. Never raises for a broker that is away: the scheduler will come by."""

    def decide(self, client_ids: Sequence[str]) -> None:
        """These clients are due for a look."""
        ...

    def send(self, channel: Channel, message_ids: Sequence[str]) -> None:
        """These messages are queued, and their moment has come."""
        ...

    def settle(self, receipt_ids: Sequence[str]) -> None:
        """These receipts are stored and not applied yet."""
        ...
