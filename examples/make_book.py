"""Writes `book.jsonl`: the first quarter of a design studio's receivables, one story a client.

    .venv/bin/python examples/make_book.py            # writes examples/book.jsonl
    .venv/bin/python examples/make_book.py --print    # to standard output

Every name, address and number is made up: mail goes to `.example`, numbers are from ranges kept for fiction.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bookkeeping import DESK, SHOP, Book, consent, person

BOOK = Path(__file__).with_name("book.jsonl")
RUTH, JONAS = "Ruth Ellison", "Jonas Brandt"
MANAGER = {"name": RUTH, "email": "ruth.ellison@northwind.example", "phone": "+441174960123"}
GERMAN = {"creditor_id": "northwind-de"}


# --- who pays as one would wish ---------------------------------------------------------------------------------------


def harbour_cafe(book: Book) -> None:
    """Pays early, pays on the day, and pays as soon as a reminder says that it is three days off."""
    client = "harbour-cafe"
    book.client(
        "2026-01-05 08:00", client, "Harbour Café Ltd", "company", "GB",
        [person("c1", "Priya Nair", "accounts_payable", "accounts@harbourcafe.example", "+447700900101"),
         person("c2", "Owen Blake", "owner", "owen@harbourcafe.example", "+447700900102")],
        language="en-GB", account_manager=MANAGER,
    )  # fmt: skip
    early = book.invoice("2026-01-05 09:30", 1001, client, "GBP", "480.00", 14, payment_methods=["card", "bank_transfer"])
    paid = book.pay("2026-01-12 10:05", "pay-1001", client, "GBP", "480.00", {early: "480.00"})
    book.again("2026-01-12 10:06", paid)  # the broker delivers it twice
    on_time = book.invoice("2026-02-02 09:30", 1002, client, "GBP", "515.50", 14)
    book.pay("2026-02-16 14:20", "pay-1002", client, "GBP", "515.50", {on_time: "515.50"})
    soon = book.invoice("2026-03-02 09:30", 1003, client, "GBP", "462.00", 14)
    book.pay("2026-03-13 15:40", "pay-1003", client, "GBP", "462.00", {soon: "462.00"})


def bluebell(book: Book) -> None:
    """A florist who asked for texts: pays after the text that it is due soon, the next time after the one 3 days late."""
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


# --- who pays late ----------------------------------------------------------------------------------------------------


def fenwick_joinery(book: Book) -> None:
    """Pays a part after the second reminder, the rest two weeks later; the next reminder asks for the rest only."""
    client = "fenwick"
    book.client(
        "2026-01-08 08:00", client, "Fenwick Joinery Ltd", "company", "GB",
        [person("c1", "Alan Fenwick", "director", "alan@fenwickjoinery.example", "+447700900121"),
         person("c2", "Joan Pike", "finance", "joan@fenwickjoinery.example", "+447700900122")],
        language="en-GB",
    )  # fmt: skip
    invoice = book.invoice("2026-01-08 09:00", 1031, client, "GBP", "1840.00", 14, late_terms="statutory")
    book.pay("2026-01-30 12:00", "pay-1031a", client, "GBP", "1000.00", {invoice: "1000.00"})
    book.pay("2026-02-12 12:00", "pay-1031b", client, "GBP", "840.00", {invoice: "840.00"})


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


def pemberton(book: Book) -> None:
    """Never pays: the whole ladder, a final notice that a person approves, and then the machine is silent."""
    client = "pemberton"
    book.client(
        "2026-01-06 08:10", client, "Pemberton Events Ltd", "company", "GB",
        [person("c1", "Giles Pemberton", "ceo", "giles@pemberton.example", "+447700900131"),
         person("c2", "Office", "office", "office@pemberton.example", "+447700900132")],
        language="en-GB", segment="events",
    )  # fmt: skip
    book.invoice("2026-01-06 09:00", 1051, client, "GBP", "3975.00", 30, late_terms="statutory")
    book.invoice("2026-02-10 09:00", 1052, client, "GBP", "620.00", 30, late_terms="statutory")
    book.decides("2026-03-09 11:00", client, "approval", "approve", RUTH, "Spoke to Giles twice; no answer since.")


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
    """An invoice of last autumn that nobody had entered: it begins politely, and never with the whole ladder at once."""
    client = "oldmill"
    book.client(
        "2026-01-12 08:00", client, "Old Mill Bakery Ltd", "company", "GB",
        [person("c1", "Tess Marlow", "accounts", "accounts@oldmill.example", "+447700900141")],
        language="en-GB",
    )  # fmt: skip
    book.invoice("2026-01-12 09:30", 1071, client, "GBP", "890.00", 30, issued_on="2025-10-10")
    book.reply("2026-02-20 10:00", client, "email", "Sorry, this one never reached us. It goes out with Friday's run.")
    book.decides("2026-02-20 15:00", client, "reply", "done", RUTH, "Sent the invoice again, thanked them.")
    book.pay("2026-02-27 15:00", "pay-1071", client, "GBP", "890.00", {"inv-1071": "890.00"})


# --- words and agreements ---------------------------------------------------------------------------------------------


def redwood_labs(book: Book) -> None:
    """Answers "we pay on Friday", a person records the promise, nobody reminds meanwhile, and they keep it."""
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


def oconnor(book: Book) -> None:
    """Promises and does not keep it: reminders go on after the days of grace, with the step that fits then."""
    client = "oconnor"
    book.client(
        "2026-01-13 08:00", client, "Siobhán O’Connor Consulting", "sole_trader", "IE",
        [person("c1", "Siobhán O’Connor", "owner", "siobhan@oconnor.example", "+353209101234")],
        language="en-IE",
    )  # fmt: skip
    invoice = book.invoice("2026-01-13 09:00", 1091, client, "EUR", "760.00", 14)
    book.desk("2026-02-02 11:00", "promise.made", promise_id="pr-1091", client_id=client, invoice_ids=[invoice],
              amount="760.00", currency="EUR", promised_on="2026-02-12", by="Siobhán O’Connor")  # fmt: skip
    book.pay("2026-02-24 10:00", "pay-1091", client, "EUR", "760.00", {invoice: "760.00"})


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
    """Has lost her job and says so: no demand till the end of March, then a polite one."""
    client = "jane-whitby"
    book.client(
        "2026-01-05 08:20", client, "Jane Whitby", "consumer", "GB",
        [person("c1", "Jane Whitby", "self", "jane.whitby@post.example", "+447700900151")],
        source=SHOP, language="en-GB",
        preferences={"quiet": {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "from": "09:00", "to": "12:00"}},
    )  # fmt: skip
    book.invoice("2026-01-05 13:00", 1111, client, "GBP", "240.00", 14)
    book.reply("2026-01-23 20:15", client, "email", "I lost my job before Christmas. I can't pay this at the moment.")
    book.desk("2026-01-26 09:15", "client.hardship_declared", client_id=client, until_on="2026-03-31",
              note="Lost her job; will write when things are better.")  # fmt: skip
    book.decides("2026-01-26 09:20", client, "reply", "done", RUTH, "Hardship recorded, wrote back kindly.")


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
    book.about("2026-03-01 09:00", "invoice.paused", two, until_on="2026-03-15", reason="New bank details under way")
    book.pay("2026-03-26 11:00", "pay-1132", client, "GBP", "75.00", {two: "75.00"})


# --- disputes, credits, mistakes --------------------------------------------------------------------------------------


def krause_druck(book: Book) -> None:
    """Disputes all of it; it turns out right, and they pay."""
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
    book.desk("2026-02-19 09:00", "dispute.resolved", dispute_id="di-1141", invoice_id=invoice, outcome="upheld")
    book.pay("2026-03-03 09:00", "pay-1141", client, "EUR", "3120.00", {invoice: "3120.00"})


def lindner(book: Book) -> None:
    """Disputes a part: only the rest is asked for. The part is credited and the rest paid."""
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
    book.desk("2026-02-24 09:01", "dispute.resolved", dispute_id="di-1151", invoice_id=invoice, outcome="credited")
    book.pay("2026-02-27 09:00", "pay-1151", client, "EUR", "1500.00", {invoice: "1500.00"})


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


def sunset_motel(book: Book) -> None:
    """Closed down: written off after the firm reminder, and nobody writes again."""
    client = "sunset-motel"
    book.client(
        "2026-01-13 16:00", client, "Sunset Motel LLC", "company", "US",
        [person("c1", "Front Desk", "office", "frontdesk@sunsetmotel.example", "+16025550177")],
        subdivision="AZ", time_zone="America/Phoenix", language="en-US",
    )  # fmt: skip
    invoice = book.invoice("2026-01-13 17:00", 1181, client, "USD", "310.00", 14)
    book.about("2026-02-23 17:00", "invoice.written_off", invoice, reason="Out of business")


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


# --- money that comes in odd ways -------------------------------------------------------------------------------------


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
    book.pay("2026-02-06 12:00", "pay-1201", client, "EUR", "640.00", {one: "640.00"})  # the same payment, now allocated
    book.pay("2026-02-09 12:00", "pay-1202", client, "EUR", "220.00", {two: "220.00"})


def rossi_moto(book: Book) -> None:
    """Pays twenty too much; the next invoice is asked for less by that."""
    client = "rossi-moto"
    book.client(
        "2026-01-08 07:00", client, "Rossi Moto S.p.A.", "company", "IT",
        [person("c1", "Paolo Rossi", "ceo", "paolo@rossimoto.example"),
         person("c2", "Elena Conti", "accounts_payable", "fornitori@rossimoto.example")],
        language="it-IT",
    )  # fmt: skip
    one = book.invoice("2026-01-08 08:00", 1211, client, "EUR", "980.00", 14)
    book.pay("2026-01-21 10:00", "pay-1211", client, "EUR", "1000.00", {one: "980.00"})
    two = book.invoice("2026-02-09 08:00", 1212, client, "EUR", "300.00", 14)
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
    book.about("2026-01-26 08:30", "payment.failed", fails, payment_id="dd-1231", amount="730.00", currency="EUR")
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


# --- hard to reach ----------------------------------------------------------------------------------------------------


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


def maple_books(book: Book) -> None:
    """Texts are refused by the carrier, so it goes by mail. An older profile with an old address comes late: ignored."""
    client = "maple-books"
    number, phone = "+14165550123", {"phone": "+14165550123"}
    profile = {"subdivision": "ON", "time_zone": "America/Toronto", "language": "en-CA",
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
    book.decides("2026-02-02 20:00", client, "reply", "done", RUTH, "Mail only from now on; told them so by mail.")
    book.pay("2026-02-20 18:00", "pay-1281", client, "USD", "875.00", {invoice: "875.00"})


def liberty_hardware(book: Book) -> None:
    """A state with two time zones; answers STOP to a text, and the billing system repeats it as a withdrawn consent."""
    client = "liberty"
    contacts = [person("c1", "Ray Duarte", "ap", "ap@libertyhardware.example", "+12145550166")]
    profile = {"subdivision": "TX", "language": "en-US", "preferences": {"channels": ["sms", "email"]}}
    given = consent("sms", True, "2025-11-20 16:00", "web form")
    book.client("2026-01-15 15:00", client, "Liberty Hardware LLC", "company", "US", contacts,
                **profile, consents=[given])  # fmt: skip
    invoice = book.invoice("2026-01-15 16:00", 1291, client, "USD", "1310.75", 14)
    book.reply("2026-02-02 21:00", client, "sms", "STOP")
    taken = consent("sms", False, "2026-02-03 15:00", "reply to a text")
    book.client("2026-02-03 15:05", client, "Liberty Hardware LLC", "company", "US", contacts,
                **profile, consents=[given, taken])  # fmt: skip
    book.pay("2026-02-19 16:00", "pay-1291", client, "USD", "1310.75", {invoice: "1310.75"})


def popup_pier(book: Book) -> None:
    """Nobody to write to: a person is told, no message is tried, and nothing is lost."""
    client = "popup-pier"
    book.client(
        "2026-01-22 08:00", client, "Pop-up Pier CIC", "company", "GB",
        [person("c1", "Unknown", "office"), person("c2", "Old address", "office", "not an address", "12")],
        language="en-GB",
    )  # fmt: skip
    book.invoice("2026-01-22 09:00", 1301, client, "GBP", "130.00", 14)


# --- noise ------------------------------------------------------------------------------------------------------------


def noise(book: Book) -> None:
    """What also comes over the wire: half a line, money as a number, a type that nobody here knows."""
    book.raw("2026-01-23 10:00", b'{"specversion":"1.0","id":"broken-1","source":"https://erp.northwind.example/bil')
    book.add("2026-01-23 10:05", "invoice.issued", {
        "invoice_id": "inv-9001", "number": "NW-9001", "client_id": "harbour-cafe", "currency": "GBP",
        "total": 99.9, "issued_on": "2026-01-23", "due_on": "2026-02-06",
    })  # fmt: skip
    book.add("2026-01-23 10:10", "shipment.dispatched", {"shipment_id": "sh-1", "client_id": "harbour-cafe"}, source=DESK)


STORIES = (
    harbour_cafe, bluebell, keystone_legal, fenwick_joinery, moorland_council, pemberton, atelier_lumiere, oldmill,
    redwood_labs, oconnor, delacroix, jane_whitby, thomas_ashdown, brightwater, krause_druck, lindner, nordlicht,
    gemeente_tulpdorp, sunset_motel, castello, gonzalez, rossi_moto, marais, van_dijk, sakura, wattle_cafe, maple_books,
    helvetia, prairie_dental, liberty_hardware, popup_pier, noise,
)  # fmt: skip


def make() -> bytes:
    """The whole book. The billing system is silent for some days in February: nobody is called late meanwhile."""
    book = Book()
    for story in STORIES:
        story(book)
    book.synced("2026-01-05", "2026-04-17", silent=[f"2026-02-{day:02d}" for day in range(6, 10)])
    return book.lines()


if __name__ == "__main__":
    if "--print" in sys.argv[1:]:
        sys.stdout.buffer.write(make())
    else:
        BOOK.write_bytes(make())
