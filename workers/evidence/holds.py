"""When the client, or an invoice, was to be left alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from ledger import tables as t
from ledger.keys import among
from ledger.stamps import instant_of


@dataclass(frozen=True, slots=True)
class HoldFile:
    """A pause, a hardship or a legal breathing space, as the billing system last stated it."""

    kind: str
    """`pause`, `hardship` or `breathing_space` of the client; `invoice_pause` of an invoice."""
    invoice_id: str | None
    active: bool
    """Whether the last word was its beginning; otherwise it ended then."""
    stated_at: datetime
    until_on: date | None
    note: str | None


def read_holds(connection: Connection, client_id: str, invoice_ids: Collection[str]) -> tuple[HoldFile, ...]:
    """All of the client and of these invoices, in the order in which they were stated."""
    c, i = t.client_hold.c, t.invoice_hold.c
    found = [
        HoldFile(row.kind, None, row.active, instant_of(row.stamp), row.until_on, row.note)
        for row in connection.execute(select(t.client_hold).where(c.client_id == client_id))
    ]
    found += [
        HoldFile("invoice_pause", row.invoice_id, row.active, instant_of(row.stamp), row.until_on, row.note)
        for row in connection.execute(select(t.invoice_hold).where(among(i.invoice_id, invoice_ids)))
    ]
    return tuple(sorted(found, key=lambda hold: (hold.stated_at, hold.kind, hold.invoice_id or "")))
