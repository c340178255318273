"""What clients say, and what is agreed with them: promises, a plan, hardship, a pause."""

from __future__ import annotations

from bookkeeping import SHOP, Book, person

from stories.house import MANAGER, RUTH


def redwood_labs(book: Book) -> None:
    """Answers "we pay on Friday" and keeps the promise. A second invoice in instalments: one missed, and made good."""
    client = "redwood-labs"
    book.client(
        "2026-01-12 16:00", client, "Redwood Labs, Inc.", "company", "US",
        [person("c1", "Kim Tran", "accounts_payable", "ap@redwoodlabs.example", "+14155550111")],
        subdivision="CA", language="en-US", segment="software",
    )  # fmt: skip
    invoice = book.invoice("2026-01-12 17:00", 1081, client, "USD", "5400.00", 30)
    book.reply("2026-02-18 19:05", client, "email", "Apologies for the delay. We pay on Friday.")
    book.desk("2026-02-18 21:00", "promise.made", promise_id="pr-1081", client_id=client, invoice_ids=[invoice],
              amount="5400.00", currency="USD", promised_on="2026-02-20", by="Kim Tran")  # fmt: skip
    book.decides("2026-02-18 21:05", client, "reply", "done", RUTH, "Promise recorded for the 20th.")
    book.pay("2026-02-20 22:00", "pay-1081", client, "USD", "5400.00", {invoice: "5400.00"})
    parts = [{"due_on": day, "amount": "2000.00"} for day in ("2026-02-27", "2026-03-18", "2026-04-08")]
    project = book.invoice("2026-02-10 17:00", 1082, client, "USD", "6000.00", 57, instalments=parts)
    for number, day in enumerate(("2026-02-26", "2026-03-26", "2026-04-07"), 1):
        book.pay(
            f"{day} 22:00", f"pay-1082{'abc'[number - 1]}", client, "USD", "2000.00", {project: "2000.00"}
        )


def oconnor(book: Book) -> None:
    """Promises twice and keeps neither: told once, called the second time, and the call finds out why."""
    client = "oconnor"
    book.client(
        "2026-01-13 08:00", client, "Siobhán O’Connor Consulting", "sole_trader", "IE",
        [person("c1", "Siobhán O’Connor", "owner", "siobhan@oconnor.example", "+353209101234")],
        language="en-IE",
    )  # fmt: skip
    invoice = book.invoice("2026-01-13 09:00", 1091, client, "EUR", "760.00", 14)
    book.desk("2026-02-02 11:00", "promise.made", promise_id="pr-1091", client_id=client, invoice_ids=[invoice],
              amount="760.00", currency="EUR", promised_on="2026-02-12", by="Siobhán O’Connor")  # fmt: skip
    book.desk("2026-02-17 15:00", "promise.made", promise_id="pr-1091b", client_id=client, invoice_ids=[invoice],
              amount="760.00", currency="EUR", promised_on="2026-02-24", by="Siobhán O’Connor")  # fmt: skip
    book.desk("2026-02-27 10:55", "promise.made", promise_id="pr-1091c", client_id=client, invoice_ids=[invoice],
              amount="760.00", currency="EUR", promised_on="2026-03-04", by="Siobhán O’Connor")  # fmt: skip
    book.decides(
        "2026-02-27 11:00",
        client,
        "call",
        "done",
        RUTH,
        "Her own client paid her late; the money comes on Wednesday.",
    )
    book.pay("2026-03-04 10:00", "pay-1091", client, "EUR", "760.00", {invoice: "760.00"})


def delacroix(book: Book) -> None:
    """A consumer with a plan of three parts: no reminder while it is kept, a thank-you at its end."""
    client = "delacroix"
    book.client(
        "2026-01-07 08:00", client, "Lucie Delacroix", "consumer", "FR",
        [person("c1", "Lucie Delacroix", "self", "lucie@delacroix.example")],
        source=SHOP, language="fr-FR",
    )  # fmt: skip
    invoice = book.invoice("2026-01-07 09:00", 1101, client, "EUR", "900.00", 14)
    parts = [{"due_on": f"2026-{month}-10", "amount": "300.00"} for month in ("02", "03", "04")]
    book.desk("2026-01-27 10:00", "plan.agreed", plan_id="plan-1101", client_id=client, invoice_ids=[invoice],
              currency="EUR", instalments=parts)  # fmt: skip
    for number, day in enumerate(("2026-02-09", "2026-03-09", "2026-04-09"), 1):
        book.pay(f"{day} 12:00", f"pay-1101{'abc'[number - 1]}", client, "EUR", "300.00", {invoice: "300.00"})


def jane_whitby(book: Book) -> None:
    """Has lost her job and says so: no demand any more. When it is over, the return is gentle, and she pays."""
    client = "jane-whitby"
    book.client(
        "2026-01-05 08:20", client, "Jane Whitby", "consumer", "GB",
        [person("c1", "Jane Whitby", "self", "jane.whitby@post.example", "+447700900151")],
        source=SHOP, language="en-GB",
        preferences={"quiet": {"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "12:00"}},
    )  # fmt: skip
    book.invoice("2026-01-05 13:00", 1111, client, "GBP", "240.00", 14)
    book.reply(
        "2026-01-23 20:15", client, "email", "I lost my job before Christmas. I can't pay this at the moment."
    )
    book.desk("2026-01-26 09:15", "client.hardship_declared", client_id=client, until_on="2026-03-31",
              note="Lost her job; will write when things are better.")  # fmt: skip
    book.decides("2026-01-26 09:20", client, "reply", "done", RUTH, "Hardship recorded, wrote back kindly.")
    book.desk("2026-03-10 10:00", "client.hardship_ended", client_id=client, note="New job since 1 March.")
    book.pay("2026-03-27 12:00", "pay-1111", client, "GBP", "240.00", {"inv-1111": "240.00"})


def thomas_ashdown(book: Book) -> None:
    """A legal breathing space: from its first day nothing goes out, not even about the newer invoice."""
    client = "thomas-ashdown"
    book.client(
        "2026-01-08 08:15", client, "Thomas Ashdown", "consumer", "GB",
        [person("c1", "Thomas Ashdown", "self", "thomas@ashdown.example")],
        source=SHOP, language="en-GB",
    )  # fmt: skip
    book.invoice("2026-01-08 10:00", 1121, client, "GBP", "185.00", 14)
    book.desk("2026-02-03 09:00", "client.hardship_declared", client_id=client, kind="breathing_space",
              until_on="2026-04-04", note="Breathing space, 60 days.")  # fmt: skip
    book.invoice("2026-02-09 10:00", 1122, client, "GBP", "35.00", 14)


def brightwater(book: Book) -> None:
    """Paused while a manager sorts something out, resumed, and paid after one more reminder."""
    client = "brightwater"
    book.client(
        "2026-01-14 08:00", client, "Brightwater Gym Ltd", "company", "GB",
        [person("c1", "Leah Stone", "finance", "finance@brightwater.example", "+447700900161")],
        language="en-GB", account_manager=MANAGER,
    )  # fmt: skip
    one = book.invoice("2026-01-14 09:00", 1131, client, "GBP", "1120.00", 14)
    book.desk("2026-02-02 14:00", "client.paused", client_id=client, reason="Ruth is meeting them")
    book.desk("2026-02-16 14:00", "client.resumed", client_id=client)
    book.pay("2026-02-18 16:00", "pay-1131", client, "GBP", "1120.00", {one: "1120.00"})
    two = book.invoice("2026-02-18 09:00", 1132, client, "GBP", "75.00", 14)
    book.about(
        "2026-03-01 09:00", "invoice.paused", two, until_on="2026-03-15", reason="New bank details under way"
    )
    book.pay("2026-03-26 11:00", "pay-1132", client, "GBP", "75.00", {two: "75.00"})


STORIES = (
    redwood_labs,
    oconnor,
    delacroix,
    jane_whitby,
    thomas_ashdown,
    brightwater,
)
