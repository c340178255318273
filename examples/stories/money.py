"""Money that comes in odd ways: on account, too much, too early, by direct debit, in two currencies."""

from __future__ import annotations

from bookkeeping import Book, person

from stories.house import RUTH


def gonzalez(book: Book) -> None:
    """Pays without saying for what: the money lies on account, nobody chases, and it is allocated later."""
    client = "gonzalez"
    book.client(
        "2026-01-07 08:10", client, "Estudio González", "sole_trader", "ES",
        [person("c1", "Marta González", "owner", "marta@estudiogonzalez.example")],
        language="es-ES",
    )  # fmt: skip
    one = book.invoice("2026-01-07 09:10", 1201, client, "EUR", "640.00", 14)
    two = book.invoice("2026-01-14 09:10", 1202, client, "EUR", "220.00", 14)
    book.pay("2026-01-22 12:00", "pay-1201", client, "EUR", "640.00")
    book.pay(
        "2026-01-27 12:00", "pay-1201", client, "EUR", "640.00", {one: "640.00"}
    )  # the same one, allocated
    book.pay("2026-02-09 12:00", "pay-1202", client, "EUR", "220.00", {two: "220.00"})
    three = book.invoice("2026-03-04 09:10", 1203, client, "EUR", "640.00", 14)
    book.pay("2026-03-18 12:00", "pay-1203", client, "EUR", "640.00", {three: "640.00"})


def rossi_moto(book: Book) -> None:
    """A key account pays twenty too much, is asked for less by that, and for what is late only after a person's yes."""
    client = "rossi-moto"
    book.client(
        "2026-01-08 07:00", client, "Rossi Moto S.p.A.", "company", "IT",
        [person("c1", "Paolo Rossi", "ceo", "paolo@rossimoto.example"),
         person("c2", "Elena Conti", "accounts_payable", "fornitori@rossimoto.example")],
        language="it-IT", segment="key_account",
    )  # fmt: skip
    one = book.invoice("2026-01-08 08:00", 1211, client, "EUR", "980.00", 14)
    book.pay("2026-01-21 10:00", "pay-1211", client, "EUR", "1000.00", {one: "980.00"})
    two = book.invoice("2026-02-09 08:00", 1212, client, "EUR", "300.00", 14)
    book.decides("2026-03-02 14:00", client, "approval", "approve", RUTH, "Elena knows; a reminder is fine.")
    book.pay("2026-03-05 10:00", "pay-1212", client, "EUR", "280.00", {two: "280.00"})
    book.pay("2026-03-05 10:01", "pay-1211", client, "EUR", "1000.00", {one: "980.00", two: "20.00"})


def marais(book: Book) -> None:
    """Pays before the invoice has arrived here, and its profile comes last of all: thanked once, never reminded."""
    client = "marais"
    book.pay("2026-01-15 09:00", "pay-1221", client, "EUR", "510.00", {"inv-1221": "510.00"})
    book.invoice("2026-01-15 15:00", 1221, client, "EUR", "510.00", 14)
    book.client(
        "2026-01-16 10:30", client, "Galerie du Marais", "company", "FR",
        [person("c1", "Hugo Martin", "finance", "hugo@galeriedumarais.example", "+33199009876")],
        language="fr-FR",
    )  # fmt: skip
    later = book.invoice("2026-02-16 15:00", 1222, client, "EUR", "510.00", 14)
    book.pay("2026-03-02 09:00", "pay-1222", client, "EUR", "510.00", {later: "510.00"})


def van_dijk(book: Book) -> None:
    """Direct debits: one fails and is chased, one is collected by itself, one is under way and succeeds."""
    client = "van-dijk"
    book.client(
        "2026-01-05 07:30", client, "Van Dijk Interieur B.V.", "company", "NL",
        [person("c1", "Sanne van Dijk", "boekhouding", "boekhouding@vandijk.example")],
        language="nl-NL",
    )  # fmt: skip
    fails = book.invoice("2026-01-05 08:30", 1231, client, "EUR", "730.00", 14)
    book.about("2026-01-15 08:30", "payment.pending", fails, payment_id="dd-1231", amount="730.00",
               currency="EUR", expected_on="2026-01-20")  # fmt: skip
    book.about(
        "2026-01-23 11:30", "payment.failed", fails, payment_id="dd-1231", amount="730.00", currency="EUR"
    )
    book.pay("2026-01-29 12:00", "pay-1231", client, "EUR", "730.00", {fails: "730.00"})
    auto = book.invoice("2026-02-05 08:30", 1232, client, "EUR", "730.00", 14, auto_collect=True)
    book.pay("2026-02-20 09:00", "pay-1232", client, "EUR", "730.00", {auto: "730.00"})
    works = book.invoice("2026-03-05 08:30", 1233, client, "EUR", "745.00", 14)
    book.about("2026-03-13 06:30", "payment.pending", works, payment_id="dd-1233", amount="745.00",
               currency="EUR", expected_on="2026-03-19")  # fmt: skip
    book.pay("2026-03-19 09:00", "dd-1233", client, "EUR", "745.00", {works: "745.00"})


def sakura(book: Book) -> None:
    """Yen without decimals beside dollars in one message, a quiet noon, and a holiday on which a step would fall."""
    client = "sakura"
    book.client(
        "2026-01-08 00:00", client, "株式会社さくらデザイン", "company", "JP",
        [person("c1", "佐藤 花子", "accounting", "keiri@sakura-design.example")],
        time_zone="Asia/Tokyo", language="ja-JP",
        preferences={"channels": ["email"], "quiet": {"from": "09:00", "to": "13:00"}},
    )  # fmt: skip
    yen = book.invoice("2026-01-08 01:00", 1241, client, "JPY", "184000", 31)
    dollars = book.invoice("2026-01-13 01:00", 1242, client, "USD", "1250.00", 30)
    book.pay("2026-02-20 02:00", "pay-1241", client, "JPY", "184000", {yen: "184000"})
    book.pay("2026-02-27 02:00", "pay-1242", client, "USD", "1250.00", {dollars: "1250.00"})
    more = book.invoice("2026-03-02 01:00", 1243, client, "JPY", "92000", 21)
    book.pay("2026-03-24 02:00", "pay-1243", client, "JPY", "92000", {more: "92000"})


STORIES = (
    gonzalez,
    rossi_moto,
    marais,
    van_dijk,
    sakura,
)
