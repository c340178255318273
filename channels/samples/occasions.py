"""Believable letters that are no rungs: discounts, promises, instalments, returned payments, answers, statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from channels.ports import Letter
from channels.samples.letters import (
    DENTAL,
    HAMBURG,
    HOSTILE,
    JANE,
    LONDON,
    MUELLER,
    SAKURA,
    TODAY,
    item,
    letter,
)
from reminders.answers import AnswerKind
from reminders.decision import (
    AnswerTold,
    DiscountTold,
    InstalmentTold,
    Item,
    PartTold,
    PromiseTold,
    ReturnTold,
    Told,
)
from reminders.money import Money, totals
from reminders.snapshot import Channel, Client, Contact, DebtorType

DAY = timedelta(days=1)
TRADER = Client(
    "c-5", name="Byrne Plumbing", debtor_type=DebtorType.SOLE_TRADER, country="US", language="en-US"
)
LONG = Client(
    "c-6",
    name="Gesellschaft für ganzheitliche Gebäudeinstandhaltung und Fassadenreinigung Oberbayern-Süd mbH & Co. KG",
    country="DE",
    language="en",
)
JOE = Contact("k-5", "Joe Byrne", "owner", "joe@byrne.example", "+14155550101")
NOBODY = Contact("k-6", None, None, "post@lang.example", "+4915112345679")
# When the oldest invoice is due, in days from today.
_DUE = {
    "discount": 20,
    "promise_due": -14,
    "promise_broken": -20,
    "instalment_due": -30,
    "instalment_missed": -40,
    "payment_returned": -5,
    "acknowledgement": -5,
    "statement": -5,
}


def told(step: str, currency: str, total: int, *, part: int = 0, last: bool = False) -> Told | None:
    """What the step tells of a sum of `total`, of which `part` has come."""
    money = Money(total, currency)
    match step:
        case "discount":
            saved = total * 2 // 100
            return DiscountTold(
                TODAY + 3 * DAY, Money(saved, currency), Money(total - saved - part, currency)
            )
        case "promise_due":
            return PromiseTold(TODAY + DAY, TODAY - 9 * DAY, money, Money(part, currency))
        case "promise_broken":
            return PromiseTold(TODAY - 2 * DAY, TODAY - 9 * DAY, money, Money(part, currency))
        case "instalment_due" | "instalment_missed":
            on = TODAY + 3 * DAY if step == "instalment_due" else TODAY - 3 * DAY
            left = Money(total // 6 * (1 if last else 5) - part, currency)
            return InstalmentTold(6 if last else 2, 6, on, Money(total // 6 - part, currency), left)
        case "payment_returned":
            return ReturnTold(TODAY - DAY, money, failed=last)
        case "acknowledgement":
            return answer(AnswerKind.PROMISE, money - Money(part, currency))
        case _:
            return None


def answer(kind: AnswerKind, money: Money | None = None) -> AnswerTold:
    """A client's answer of yesterday, of that class."""
    match kind:
        case AnswerKind.PROMISE:
            return AnswerTold(kind, TODAY - DAY, TODAY + 6 * DAY, money)
        case AnswerKind.HARDSHIP | AnswerKind.CALL_ME:
            return AnswerTold(kind, TODAY - DAY, by_on=TODAY + 3 * DAY)
        case _:
            return AnswerTold(kind, TODAY - DAY)


def terms(money: Money, number: int) -> AnswerTold:
    """Terms that were agreed yesterday: the sum in so many equal parts, a month apart."""
    each = Money(money.minor // number, money.currency)
    days = (
        date(TODAY.year + month // 12, month % 12 + 1, 15)
        for month in range(TODAY.month, TODAY.month + number)
    )
    return AnswerTold(AnswerKind.PROMISE, TODAY - DAY, parts=tuple(PartTold(day, each) for day in days))


ANSWERS = (
    AnswerKind.PAID,
    AnswerKind.DISPUTE,
    AnswerKind.HARDSHIP,
    AnswerKind.CALL_ME,
    AnswerKind.WRONG_PERSON,
)


def occasions(step: str, channel: Channel) -> dict[str, Letter]:
    """Letters of that step to clients that differ in name, place, number of invoices and how these stand."""
    on = TODAY + _DUE[step] * DAY

    def one(client: Client, contact: Contact, items: Sequence[Item], tells: Told | None) -> Letter:
        urls = tuple((each.number, f"https://pay.example/i/{each.number}") for each in items)
        written = letter(
            step,
            channel,
            client=client,
            contact=contact,
            creditor=HAMBURG if items[0].currency == "EUR" else LONDON,
            items=items,
            told=tells,
            payment_urls=urls if client not in (LONG, HOSTILE) else (),
            page_url="https://bill.example/r/cGFnZQ" if client is MUELLER else None,
        )
        return replace(written, amounts=_asked(tells, items, written.amounts))

    gbp = told(step, "GBP", 120000)
    found = {
        "one": one(DENTAL, JANE, [item("INV-2041", "GBP", 120000, on)], gbp),
        "partly": one(
            DENTAL,
            JANE,
            [item("INV-2041", "GBP", 120000, on, paid=10000)],
            told(step, "GBP", 120000, part=10000),
        ),
        "many": one(MUELLER, Contact("k-2", "Buchhaltung"), _many(on), told(step, "EUR", 300000)),
        "nobody": one(
            LONG,
            NOBODY,
            [item("R/2026/0000000000417-ABC", "EUR", 123456789, on)],
            told(step, "EUR", 123456786),
        ),
        "trader": one(TRADER, JOE, [item("1007", "USD", 48000, on)], told(step, "USD", 48000, last=True)),
        "yen": one(
            SAKURA,
            Contact("k-3", "Tanaka Taro", None, "tanaka@sakura.example", "+819012345678"),
            [item("INV-77", "JPY", 1200000, on)],
            told(step, "JPY", 1200000),
        ),
        "hostile": one(
            HOSTILE,
            Contact("k-4", '<b>"Bobby" O\'Tables</b>', None, "bobby@example.com", "+14155550100"),
            [item('"><img src=x>', "USD", 99999996, on)],
            told(step, "USD", 99999996),
        ),
    }
    if step == "acknowledgement":
        found["day"] = replace(found["one"], told=answer(AnswerKind.PROMISE))
        found["terms"] = replace(found["one"], told=terms(Money(120000, "GBP"), 1))
        found["terms.many"] = replace(found["many"], told=terms(Money(300000, "EUR"), 3))
        for kind in ANSWERS:
            found[kind.value] = replace(found["one"], told=answer(kind))
            found[f"{kind.value}.many"] = replace(found["many"], told=answer(kind))
    if step == "discount":
        del found["many"]  # it is one invoice's
    if step in ("statement", "payment_returned", "promise_due", "promise_broken"):
        found["currencies"] = one(
            DENTAL,
            JANE,
            [item("INV-2041", "GBP", 120000, on), item("INV-2050", "EUR", 98050, on + 9 * DAY)],
            gbp,
        )
    return found


def _asked(tells: Told | None, items: Sequence[Item], usual: tuple[Money, ...]) -> tuple[Money, ...]:
    """What the letter asks for: what is told, as far as it has not come; in a statement, what is open."""
    match tells:
        case PromiseTold():
            return (tells.money - tells.kept,)
        case InstalmentTold():
            return (tells.money,)
        case DiscountTold():
            return (tells.to_pay,)
        case ReturnTold():
            return usual
        case AnswerTold():
            return ()
        case _:
            return totals(Money(each.total - each.paid - each.credited, each.currency) for each in items)


def _many(on: date) -> list[Item]:
    """One of each kind: paid in part, under dispute in part, promised in part, in instalments, and not due yet."""
    return [
        item("RE-2026-01", "EUR", 123456, on, paid=23456),
        item("RE-2026-02", "EUR", 246912, on + 6 * DAY, disputed=46912),
        item("RE-2026-03", "EUR", 300000, on + DAY, held=100000),
        item("RE-2026-04", "EUR", 600000, on + 2 * DAY, later=400000),
        item("RE-2026-05", "EUR", 80000, on + 30 * DAY, credited=5000, on_account=15000),
    ]
