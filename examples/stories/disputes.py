"""Disputes, credit notes, and what was billed or booked by mistake."""

from __future__ import annotations

from bookkeeping import Book, person

from stories.house import GERMAN, RUTH


def krause_druck(book: Book) -> None:
    """Disputes all of it; it turns out right, and they pay. Later a discount is lost, and nobody mentions it again."""
    client = "krause-druck"
    book.client(
        "2026-01-12 07:00", client, "Druckerei Krause GmbH & Co. KG", "company", "DE",
        [person("c1", "Sabine Krause", "Buchhaltung", "buchhaltung@krause-druck.example", "+493023125101"),
         person("c2", "Emre Yildiz", "accounting", "emre@krause-druck.example", "+491713920012")],
        subdivision="BE", language="de-DE",
    )  # fmt: skip
    invoice = book.invoice("2026-01-12 08:00", 1141, client, "EUR", "3120.00", 14, **GERMAN)
    book.desk("2026-01-30 09:00", "dispute.opened", dispute_id="di-1141", invoice_id=invoice,
              reason_code="quality")  # fmt: skip
    book.desk(
        "2026-02-19 09:00", "dispute.resolved", dispute_id="di-1141", invoice_id=invoice, outcome="upheld"
    )
    book.pay("2026-03-03 09:00", "pay-1141", client, "EUR", "3120.00", {invoice: "3120.00"})
    later = book.invoice("2026-03-09 08:00", 1142, client, "EUR", "1040.00", 14,
                         early_discount={"percent": "3", "by_on": "2026-03-19"}, **GERMAN)  # fmt: skip
    book.pay("2026-03-25 09:00", "pay-1142", client, "EUR", "1040.00", {later: "1040.00"})


def lindner(book: Book) -> None:
    """Disputes a part: only the rest is asked for. Later takes a discount of two percent."""
    client = "lindner"
    book.client(
        "2026-01-19 07:00", client, "Lindner Werkzeugbau AG", "company", "DE",
        [person("c1", "Markus Lindner", "finance", "fibu@lindner.example", "+493023125140")],
        subdivision="BY", language="de-DE",
    )  # fmt: skip
    invoice = book.invoice("2026-01-19 08:00", 1151, client, "EUR", "1800.00", 21, **GERMAN)
    book.desk("2026-02-05 09:00", "dispute.opened", dispute_id="di-1151", invoice_id=invoice, amount="300.00",
              reason_code="quantity")  # fmt: skip
    book.desk("2026-02-24 09:00", "credit_note.issued", credit_note_id="cn-1151", invoice_id=invoice, currency="EUR",
              amount="300.00")  # fmt: skip
    book.desk(
        "2026-02-24 09:01", "dispute.resolved", dispute_id="di-1151", invoice_id=invoice, outcome="credited"
    )
    book.pay("2026-02-27 09:00", "pay-1151", client, "EUR", "1500.00", {invoice: "1500.00"})
    later = book.invoice("2026-03-03 08:00", 1152, client, "EUR", "2400.00", 21,
                         early_discount={"percent": "2", "by_on": "2026-03-13"}, **GERMAN)  # fmt: skip
    book.pay("2026-03-12 09:00", "pay-1152", client, "EUR", "2352.00", {later: "2352.00"})
    book.desk("2026-03-17 09:00", "credit_note.issued", credit_note_id="cn-1152", invoice_id=later, currency="EUR",
              amount="48.00")  # fmt: skip


def nordlicht(book: Book) -> None:
    """Buys from both companies: each speaks for itself, not on the same day. One due date is put off by two weeks."""
    client = "nordlicht"
    book.client(
        "2026-01-26 07:00", client, "Nordlicht Verlag GmbH", "company", "DE",
        [person("c1", "Imke Petersen", "accounts payable", "rechnung@nordlicht.example", "+493023125160")],
        subdivision="HH", language="de-DE",
    )  # fmt: skip
    moved = book.invoice("2026-01-26 08:00", 1161, client, "EUR", "2200.00", 14, **GERMAN)
    other = book.invoice("2026-01-26 09:00", 1162, client, "EUR", "450.00", 14)
    book.change("2026-02-04 10:00", moved, due_on="2026-02-23")
    book.pay("2026-02-17 10:00", "pay-1162", client, "EUR", "450.00", {other: "450.00"})
    book.pay("2026-02-25 10:00", "pay-1161", client, "EUR", "2200.00", {moved: "2200.00"})


def gemeente_tulpdorp(book: Book) -> None:
    """An invoice to the wrong department: voided before anybody was reminded, billed anew, paid."""
    client = "tulpdorp"
    book.client(
        "2026-01-15 07:30", client, "Gemeente Tulpdorp", "public_body", "NL",
        [person("c1", "Crediteuren", "accounts_payable", "crediteuren@tulpdorp.example")],
        language="nl-NL", time_zone="Europe/Amsterdam",
    )  # fmt: skip
    wrong = book.invoice("2026-01-15 08:30", 1171, client, "EUR", "4100.00", 30)
    book.about("2026-01-20 08:30", "invoice.voided", wrong, reason="Wrong department")
    right = book.invoice("2026-01-20 08:35", 1172, client, "EUR", "4100.00", 30, purchase_order="TD-2026-014")
    book.pay("2026-02-18 08:00", "pay-1172", client, "EUR", "4100.00", {right: "4100.00"})
    later = book.invoice("2026-03-10 08:30", 1173, client, "EUR", "640.00", 30, purchase_order="TD-2026-033")
    book.pay("2026-04-08 08:00", "pay-1173", client, "EUR", "640.00", {later: "640.00"})


def sunset_motel(book: Book) -> None:
    """A plan that is never paid on goes to a person, who finds the place closed: written off, nobody writes again."""
    client = "sunset-motel"
    book.client(
        "2026-01-13 16:00", client, "Sunset Motel LLC", "company", "US",
        [person("c1", "Front Desk", "office", "frontdesk@sunsetmotel.example", "+16025550177")],
        subdivision="AZ", time_zone="America/Phoenix", language="en-US",
    )  # fmt: skip
    invoice = book.invoice("2026-01-13 17:00", 1181, client, "USD", "310.00", 14)
    parts = [{"due_on": day, "amount": "155.00"} for day in ("2026-02-16", "2026-03-16")]
    book.desk("2026-02-06 18:00", "plan.agreed", plan_id="plan-1181", client_id=client, invoice_ids=[invoice],
              currency="USD", instalments=parts)  # fmt: skip
    book.decides("2026-03-04 17:00", client, "call", "done", RUTH, "The number is dead, and so is the motel.")
    book.about("2026-03-04 17:30", "invoice.written_off", invoice, reason="Out of business")


def castello(book: Book) -> None:
    """A payment that goes back: thanked on Tuesday, owed again a week later, and reminded from there."""
    client = "castello"
    book.client(
        "2026-02-02 07:00", client, "Castello Arredi S.r.l.", "company", "IT",
        [person("c1", "Giulia Ferri", "amministrazione", "amministrazione@castello.example")],
        language="it-IT",
    )  # fmt: skip
    invoice = book.invoice("2026-02-02 08:00", 1191, client, "EUR", "1375.00", 14)
    book.pay("2026-02-17 09:00", "pay-1191a", client, "EUR", "1375.00", {invoice: "1375.00"})
    book.add("2026-02-24 09:00", "payment.reversed",
             {"payment_id": "pay-1191a", "reversed_on": "2026-02-24", "reason": "Transfer recalled"})  # fmt: skip
    book.pay("2026-03-12 09:00", "pay-1191b", client, "EUR", "1375.00", {invoice: "1375.00"})


STORIES = (
    krause_druck,
    lindner,
    nordlicht,
    gemeente_tulpdorp,
    sunset_motel,
    castello,
)
