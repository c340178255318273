"""Clients who are hard to reach: bounces, refusals, silence, STOP, and nobody at all."""

from __future__ import annotations

from bookkeeping import Book, Data, consent, person

from stories.house import RUTH


def wattle_cafe(book: Book) -> None:
    """The mailbox is gone: what bounced goes by text, and the mailbox is never used again."""
    client = "wattle"
    book.client(
        "2026-01-19 22:00", client, "Wattle Café Pty Ltd", "company", "AU",
        [person("c1", "Noah Clarke", "finance", "noah@wattlecafe.example", "+61491570006")],
        subdivision="VIC", time_zone="Australia/Melbourne", language="en-AU",
    )  # fmt: skip
    invoice = book.invoice("2026-01-19 23:00", 1251, client, "AUD", "415.00", 14)
    book.outcome("2026-01-28 00:00", "noah@wattlecafe.example", "bounce")
    book.pay("2026-02-11 03:00", "pay-1251", client, "AUD", "415.00", {invoice: "415.00"})
    later = book.invoice("2026-03-03 23:00", 1252, client, "AUD", "430.00", 14)
    book.pay("2026-03-20 03:00", "pay-1252", client, "AUD", "430.00", {later: "430.00"})


def maple_books(book: Book) -> None:
    """Texts are refused by the carrier, so it goes by mail. An older profile that comes late changes nothing."""
    client = "maple-books"
    number, phone = "+14165550123", {"phone": "+14165550123"}
    profile: Data = {"subdivision": "ON", "time_zone": "America/Toronto", "language": "en-CA",
               "preferences": {"channels": ["sms", "email"]},
               "consents": [consent("sms", True, "2025-12-01 15:00", "signed order")]}  # fmt: skip
    book.client("2026-01-20 14:00", client, "Maple Books", "sole_trader", "CA",
                [person("c1", "Avery Singh", "owner", "avery@maplebooks.example", **phone)],
                **profile)  # fmt: skip
    book.client("2026-01-20 14:05", client, "Maple Leaf Books", "sole_trader", "CA",
                [person("c1", "Avery Singh", "owner", "old@mapleleaf.example", **phone)],
                time="2026-01-12 09:00", **profile)  # fmt: skip
    book.outcome("2026-01-21 12:00", number, "refuse")
    invoice = book.invoice("2026-01-21 14:00", 1261, client, "CAD", "268.40", 14)
    book.pay("2026-02-13 17:00", "pay-1261", client, "CAD", "268.40", {invoice: "268.40"})
    later = book.invoice("2026-03-04 14:00", 1262, client, "CAD", "311.15", 14)
    book.pay("2026-03-23 17:00", "pay-1262", client, "CAD", "311.15", {later: "311.15"})


def helvetia(book: Book) -> None:
    """Mail only, and no word of any delivery: after three days each is noted as without a receipt, none is repeated."""
    client = "helvetia"
    book.client(
        "2026-01-21 07:00", client, "Helvetia Uhren AG", "company", "CH",
        [person("c1", "Reto Ammann", "billing", "kreditoren@helvetia-uhren.example", "+41445550110")],
        subdivision="ZH", language="de-CH", preferences={"channels": ["email"]},
        consents=[consent("sms", False, "2025-10-01 08:00", "telephone")],
    )  # fmt: skip
    book.outcome("2026-01-21 07:05", "kreditoren@helvetia-uhren.example", "silent")
    invoice = book.invoice("2026-01-21 08:00", 1271, client, "CHF", "2950.00", 30)
    book.pay("2026-03-04 10:00", "pay-1271", client, "CHF", "2950.00", {invoice: "2950.00"})


def prairie_dental(book: Book) -> None:
    """Asked for texts, then "please stop texting me": from then on by mail."""
    client = "prairie-dental"
    book.client(
        "2026-01-14 15:00", client, "Prairie Dental", "sole_trader", "US",
        [person("c1", "Dr. Lee Hansen", "owner", "lee@prairiedental.example", "+13125550188")],
        subdivision="IL", language="en-US", preferences={"channels": ["sms", "email"]},
        consents=[consent("sms", True, "2025-12-10 17:00", "signed order")],
    )  # fmt: skip
    invoice = book.invoice("2026-01-14 16:00", 1281, client, "USD", "875.00", 14)
    book.reply("2026-02-02 18:30", client, "sms", "please stop texting me")
    book.decides(
        "2026-02-02 20:00", client, "reply", "done", RUTH, "Mail only from now on; told them so by mail."
    )
    book.pay("2026-02-20 18:00", "pay-1281", client, "USD", "875.00", {invoice: "875.00"})
    later = book.invoice("2026-03-04 16:00", 1282, client, "USD", "220.00", 14)
    book.pay("2026-03-18 23:00", "pay-1282", client, "USD", "220.00", {later: "220.00"})


def liberty_hardware(book: Book) -> None:
    """Two time zones; STOP to a text, repeated as a withdrawn consent; a promise kept in part, then the rest."""
    client = "liberty"
    contacts = [person("c1", "Ray Duarte", "ap", "ap@libertyhardware.example", "+12145550166")]
    profile: Data = {"subdivision": "TX", "language": "en-US", "preferences": {"channels": ["sms", "email"]}}
    given = consent("sms", True, "2025-11-20 16:00", "web form")
    book.client("2026-01-15 15:00", client, "Liberty Hardware LLC", "company", "US", contacts,
                **profile, consents=[given])  # fmt: skip
    invoice = book.invoice("2026-01-15 16:00", 1291, client, "USD", "1310.75", 14)
    book.reply("2026-02-02 21:00", client, "sms", "STOP")
    taken = consent("sms", False, "2026-02-03 15:00", "reply to a text")
    book.client("2026-02-03 15:05", client, "Liberty Hardware LLC", "company", "US", contacts,
                **profile, consents=[given, taken])  # fmt: skip
    book.desk("2026-02-09 16:00", "promise.made", promise_id="pr-1291", client_id=client, invoice_ids=[invoice],
              amount="1310.75", currency="USD", promised_on="2026-02-16", by="Ray Duarte")  # fmt: skip
    book.pay("2026-02-16 16:00", "pay-1291a", client, "USD", "700.00", {invoice: "700.00"})
    book.pay("2026-02-24 16:00", "pay-1291b", client, "USD", "610.75", {invoice: "610.75"})


def popup_pier(book: Book) -> None:
    """Nobody to write to: a person is told, no message is tried, and nothing is lost."""
    client = "popup-pier"
    book.client(
        "2026-01-22 08:00", client, "Pop-up Pier CIC", "company", "GB",
        [person("c1", "Unknown", "office"), person("c2", "Old address", "office", "not an address", "12")],
        language="en-GB",
    )  # fmt: skip
    book.invoice("2026-01-22 09:00", 1301, client, "GBP", "130.00", 14)


STORIES = (
    wattle_cafe,
    maple_books,
    helvetia,
    prairie_dental,
    liberty_hardware,
    popup_pier,
)
