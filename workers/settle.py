"""Settling: receipts that were stored are applied to their messages, and whom it concerns is looked at again."""

from __future__ import annotations

from collections.abc import Sequence

from ledger import receipts
from workers.office import Office


def settle_receipts(office: Office, receipt_ids: Sequence[str]) -> None:
    """Apply those of these receipts that are still new."""
    with office.ledger.begin(office.clock.now()) as unit:
        settled = receipts.settle(unit, receipt_ids)
    if settled.clients:
        office.wake.decide(settled.clients)
