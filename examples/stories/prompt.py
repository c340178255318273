"""Clients who pay as one would wish, or have a good reason not to."""

from __future__ import annotations

from bookkeeping import SHOP, Book, consent, person

from stories.house import MANAGER, RUTH


def harbour_cafe(book: Book) -> None:
    """A good payer of many years: pays early, pays on the day, and forgets one: told later than others, and mildly."""
    client = "harbour-cafe"
    book.client(
        "2026-01-05 08:00", client, "Harbour Café Ltd", "company", "GB",
        [person("c1", "Priya Nair", "accounts_payable", "accounts@harbourcafe.example", "+447700900101"),
         person("c2", "Owen Blake", "owner", "owen@harbourcafe.example", "+447700900102")],
        language="en-GB", account_manager=MANAGER,
    )  # fmt: skip
    for number, month in enumerate(
        (6, 7, 8, 9, 10, 11), 995
    ):  # what the billing system still has of last year
        book.pay("2026-01-05 08:05", f"pay-{number}", client, "GBP", "450.00", {f"inv-{number}": "450.00"},
                 received_on=f"2025-{month + 1:02d}-02")  # fmt: skip
        book.invoice(
            "2026-01-05 08:10", number, client, "GBP", "450.00", 30, issued_on=f"2025-{month:02d}-04"
        )
    early = book.invoice("2026-01-05 09:30", 1001, client, "GBP", "480.00", 14, payment_methods=["card"])
    paid = book.pay("2026-01-12 10:05", "pay-1001", client, "GBP", "480.00", {early: "480.00"})
    book.again("2026-01-12 10:06", paid)  # the broker delivers it twice
    on_time = book.invoice("2026-02-02 09:30", 1002, client, "GBP", "515.50", 14)
    book.pay("2026-02-16 14:20", "pay-1002", client, "GBP", "515.50", {on_time: "515.50"})
    forgotten = book.invoice("2026-03-02 09:30", 1003, client, "GBP", "462.00", 14)
    book.pay("2026-03-24 15:40", "pay-1003", client, "GBP", "462.00", {forgotten: "462.00"})


def bluebell(book: Book) -> None:
    """A florist who asked for texts: pays after the one before the date, the next time after the one behind it."""
    client = "bluebell"
    book.client(
        "2026-01-06 08:00", client, "Bluebell & Daughter", "sole_trader", "GB",
        [person("c1", "Hannah Webb", "owner", "hannah@bluebell.example", "+447700900111")],
        source=SHOP, language="en-GB",
        preferences={"channels": ["sms", "email"]},
        consents=[consent("sms", True, "2025-11-03 10:12", "web form")],
    )  # fmt: skip
    first = book.invoice("2026-01-06 10:00", 1011, client, "GBP", "149.00", 14)
    book.pay("2026-01-19 18:30", "pay-1011", client, "GBP", "149.00", {first: "149.00"})
    second = book.invoice("2026-02-03 10:00", 1012, client, "GBP", "149.00", 14)
    book.pay("2026-02-21 11:15", "pay-1012", client, "GBP", "149.00", {second: "149.00"})
    third = book.invoice("2026-03-03 10:00", 1013, client, "GBP", "149.00", 14)
    book.pay("2026-03-12 09:40", "pay-1013", client, "GBP", "149.00", {third: "149.00"})


def keystone_legal(book: Book) -> None:
    """Asks by mail why it is so much; a person answers and credits all of it: nobody is thanked for a credit note."""
    client = "keystone-legal"
    book.client(
        "2026-01-07 14:00", client, "Keystone Legal Printing Inc.", "company", "US",
        [person("c1", "Dana Morales", "bookkeeping", "dana@keystonelegal.example", "+12125550143")],
        subdivision="NY", language="en-US",
    )  # fmt: skip
    wrong = book.invoice("2026-01-07 15:00", 1021, client, "USD", "2350.00", 30)
    book.reply(
        "2026-01-30 16:10", client, "email",
        "Hello, we had agreed on 1,350 for the brochure. Could you have a look why this says 2,350?",
    )  # fmt: skip
    book.desk("2026-02-02 10:00", "credit_note.issued",
              credit_note_id="cn-1021", invoice_id=wrong, currency="USD", amount="2350.00")  # fmt: skip
    book.decides("2026-02-02 10:05", client, "reply", "done", RUTH, "Our mistake; credited and billed anew.")
    right = book.invoice("2026-02-02 15:00", 1022, client, "USD", "1350.00", 30)
    book.pay("2026-02-25 17:00", "pay-1022", client, "USD", "1350.00", {right: "1350.00"})
    third = book.invoice("2026-03-10 15:00", 1023, client, "USD", "1350.00", 30)
    book.pay("2026-04-06 17:00", "pay-1023", client, "USD", "1350.00", {third: "1350.00"})


STORIES = (
    harbour_cafe,
    bluebell,
    keystone_legal,
)
