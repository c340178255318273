"""Clients who pay late, in part, or not at all."""

from __future__ import annotations

from bookkeeping import Book, person

from stories.house import GERMAN, JONAS, RUTH


def fenwick_joinery(book: Book) -> None:
    """Promises a part, and only the rest is asked for meanwhile; keeps the promise, and pays the rest a week later."""
    client = "fenwick"
    book.client(
        "2026-01-08 08:00", client, "Fenwick Joinery Ltd", "company", "GB",
        [person("c1", "Alan Fenwick", "director", "alan@fenwickjoinery.example", "+447700900121"),
         person("c2", "Joan Pike", "finance", "joan@fenwickjoinery.example", "+447700900122")],
        language="en-GB",
    )  # fmt: skip
    invoice = book.invoice("2026-01-08 09:00", 1031, client, "GBP", "1840.00", 14, late_terms="statutory")
    book.desk("2026-02-02 10:00", "promise.made", promise_id="pr-1031", client_id=client, invoice_ids=[invoice],
              amount="1000.00", currency="GBP", promised_on="2026-02-09", by="Joan Pike")  # fmt: skip
    book.pay("2026-02-09 12:00", "pay-1031a", client, "GBP", "1000.00", {invoice: "1000.00"})
    book.pay("2026-02-16 12:00", "pay-1031b", client, "GBP", "840.00", {invoice: "840.00"})


def moorland_council(book: Book) -> None:
    """A public body with order numbers: two invoices in one message, paid together after the reminder of day 7."""
    client = "moorland"
    book.client(
        "2026-01-05 08:05", client, "Moorland District Council", "public_body", "GB",
        [person("c1", "Creditors Team", "accounts payable", "creditors@moorland.example")],
        language="en-GB",
    )  # fmt: skip
    one = book.invoice("2026-01-05 11:00", 1041, client, "GBP", "6200.00", 30, purchase_order="PO-77120")
    two = book.invoice("2026-01-09 11:00", 1042, client, "GBP", "1290.40", 30, purchase_order="PO-77184")
    book.pay("2026-02-13 09:10", "pay-1041", client, "GBP", "7490.40", {one: "6200.00", two: "1290.40"})
    book.invoice("2026-03-09 11:00", 1043, client, "GBP", "310.00", 30, purchase_order="PO-77391")
    book.invoice("2026-03-16 11:00", 1044, client, "GBP", "955.00", 30, purchase_order="PO-77410")


def pemberton(book: Book) -> None:
    """Never pays: the whole ladder, a call, a final notice with interest that a person approves, an attorney."""
    client = "pemberton"
    book.client(
        "2026-01-06 08:10", client, "Pemberton Events Ltd", "company", "GB",
        [person("c1", "Giles Pemberton", "ceo", "giles@pemberton.example", "+447700900131"),
         person("c2", "Office", "office", "office@pemberton.example", "+447700900132")],
        language="en-GB", segment="events",
    )  # fmt: skip
    book.invoice("2026-01-06 09:00", 1051, client, "GBP", "3975.00", 30, late_terms="statutory")
    book.invoice("2026-02-10 09:00", 1052, client, "GBP", "620.00", 30, late_terms="statutory")
    book.decides(
        "2026-02-27 15:00", client, "call", "done", RUTH, "Giles says that a show was cancelled; no date."
    )
    book.decides(
        "2026-03-09 11:00", client, "approval", "approve", RUTH, "Spoke to Giles twice; no answer since."
    )
    book.decides("2026-03-30 10:00", client, "decision", "approve", RUTH, "Mills & Carr take it from here.")


def atelier_lumiere(book: Book) -> None:
    """A final notice that a person refuses, for the client has just called; they pay a week later."""
    client = "atelier-lumiere"
    book.client(
        "2026-01-09 08:00", client, "Atelier Lumière SARL", "company", "FR",
        [person("c1", "Camille Roux", "comptabilité", "camille@atelierlumiere.example", "+33199001234")],
        language="fr-FR",
    )  # fmt: skip
    invoice = book.invoice("2026-01-09 09:00", 1061, client, "EUR", "2640.00", 14, late_terms="statutory")
    book.decides("2026-02-23 08:30", client, "approval", "refuse", RUTH, "Camille called: paid on 2 March.")
    book.pay("2026-03-02 10:00", "pay-1061", client, "EUR", "2640.00", {invoice: "2640.00"})


def oldmill(book: Book) -> None:
    """An invoice of last autumn that nobody had entered: it begins politely, and one step at a time."""
    client = "oldmill"
    book.client(
        "2026-01-12 08:00", client, "Old Mill Bakery Ltd", "company", "GB",
        [person("c1", "Tess Marlow", "accounts", "accounts@oldmill.example", "+447700900141")],
        language="en-GB",
    )  # fmt: skip
    book.invoice("2026-01-12 09:30", 1071, client, "GBP", "890.00", 30, issued_on="2025-10-10")
    book.reply(
        "2026-02-20 10:00",
        client,
        "email",
        "Sorry, this one never reached us. It goes out with Friday's run.",
    )
    book.decides("2026-02-20 15:00", client, "reply", "done", RUTH, "Sent the invoice again, thanked them.")
    book.pay("2026-02-27 15:00", "pay-1071", client, "GBP", "890.00", {"inv-1071": "890.00"})


def halden_sport(book: Book) -> None:
    """A German company with German interest in its final notice; at the end a person decides against an attorney."""
    client = "halden-sport"
    book.client(
        "2026-01-13 07:00", client, "Halden Sport GmbH", "company", "DE",
        [person("c1", "Petra Vogt", "Buchhaltung", "buchhaltung@haldensport.example", "+493023125170")],
        subdivision="BE", language="de-DE",
    )  # fmt: skip
    book.invoice("2026-01-13 08:00", 1311, client, "EUR", "4760.00", 21, late_terms="statutory", **GERMAN)
    book.decides("2026-02-25 13:00", client, "call", "done", JONAS, "Ms Vogt is new, and will find out.")
    book.decides("2026-03-06 09:30", client, "approval", "approve", JONAS, "Nothing since the call.")
    book.decides(
        "2026-03-25 14:00",
        client,
        "decision",
        "refuse",
        JONAS,
        "Their owner is ill; Jonas visits them in May.",
    )


STORIES = (
    fenwick_joinery,
    moorland_council,
    pemberton,
    atelier_lumiere,
    oldmill,
    halden_sport,
)
