"""Snapshots: the whole case of a client at one instant, read with one set of queries for a batch of clients.

Sums are done and nothing is decided: what must not be chased comes as holds, sums and agreements, and the pure core
gives them their meaning. Each module has its statements, built once, so that neither we nor the server think about
them again; their parameter `ids` are clients, or invoices where a statement speaks of facts about an invoice.
"""

from __future__ import annotations

from ledger.snapshots.answers import agreed_id_of, promise_id_of
from ledger.snapshots.loading import load_snapshots
from ledger.snapshots.messages import past_message

__all__ = ["agreed_id_of", "load_snapshots", "past_message", "promise_id_of"]
