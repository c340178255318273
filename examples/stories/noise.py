"""What also comes over the wire."""

from __future__ import annotations

from bookkeeping import DESK, Book


def noise(book: Book) -> None:
    """What also comes over the wire: half a line, money as a number, a type that nobody here knows."""
    book.raw(
        "2026-01-23 10:00",
        b'{"specversion":"1.0","id":"broken-1","source":"https://erp.northwind.example/bil',
    )
    book.add("2026-01-23 10:05", "invoice.issued", {
        "invoice_id": "inv-9001", "number": "NW-9001", "client_id": "harbour-cafe", "currency": "GBP",
        "total": 99.9, "issued_on": "2026-01-23", "due_on": "2026-02-06",
    })  # fmt: skip
    book.add(
        "2026-01-23 10:10",
        "shipment.dispatched",
        {"shipment_id": "sh-1"},
        source=DESK,
    )


STORIES = (noise,)
