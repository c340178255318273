"""Believable letters of the ladder, to clients that differ in country, number of invoices, and how these stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from channels.ports import InterestClaim, Letter
from channels.wordings import AFTER_HARDSHIP
from config.creditors import SHIPPED, Creditor, load_creditors
from reminders.decision import Item, Told
from reminders.money import Money, totals
from reminders.snapshot import Channel, Client, Contact, DebtorType

TODAY = date(2026, 12, 11)
ACT = "Late Payment of Commercial Debts (Interest) Act 1998"
UNSUBSCRIBE = "https://bill.example/u/dG9rZW4.c2lnbmF0dXJl"
LONDON, HAMBURG = load_creditors(SHIPPED).creditors

STEPS = {
    # step: (tone, days since the due date)
    "introduction": ("warm", -30),
    "heads_up": ("helpful", -7),
    "due_soon": ("helpful", -3),
    "overdue_3": ("friendly", 3),
    "overdue_7": ("polite", 7),
    "overdue_14": ("firm", 14),
    AFTER_HARDSHIP: ("polite", 75),
    "final_notice": ("formal", 30),
    "thank_you": ("warm", -1),
}
OCCASIONS = {
    # step: tone
    "discount": "helpful",
    "promise_due": "neutral",
    "promise_broken": "neutral",
    "instalment_due": "helpful",
    "instalment_missed": "friendly",
    "payment_returned": "friendly",
    "acknowledgement": "warm",
    "statement": "neutral",
}

DENTAL = Client(
    "c-1", name="Brightwater Dental Ltd", debtor_type=DebtorType.COMPANY, country="GB", language="en-GB"
)
MUELLER = Client("c-2", name="Müller & Söhne Präzisionsmechanik GmbH & Co. KG", country="DE", language="en")
SAKURA = Client("c-3", name="Sakura Trading KK", country="JP", language="en")
HOSTILE = Client("c-4", name='<script>alert("x")</script> & "Sons"\r\nBcc: all@example.com', country="US")
JANE = Contact("k-1", "Jane Okafor", "accounts_payable", "jane@brightwater.example", "+447911123456")


def item(
    number: str,
    currency: str,
    total: int,
    due_on: date,
    *,
    paid: int = 0,
    credited: int = 0,
    disputed: int = 0,
    on_account: int = 0,
    held: int = 0,
    later: int = 0,
) -> Item:
    """An invoice of which all is asked for that nothing holds. Amounts are minor units."""
    return Item(
        invoice_id=f"id-{number}",
        number=number,
        currency=currency,
        total=total,
        paid=paid,
        credited=credited,
        disputed=disputed,
        on_account=on_account,
        asked=total - paid - credited - disputed - on_account - held - later,
        issued_on=due_on - timedelta(days=30),
        due_on=due_on,
        held=held,
        later=later,
    )


def letter(
    step: str = "overdue_3",
    channel: Channel = Channel.EMAIL,
    *,
    client: Client = DENTAL,
    contact: Contact = JANE,
    creditor: Creditor = LONDON,
    items: Sequence[Item] | None = None,
    payment_urls: tuple[tuple[str, str], ...] = (),
    page_url: str | None = None,
    told: Told | None = None,
) -> Letter:
    """A letter of that step, to one client about one invoice where nothing else is said."""
    tone = OCCASIONS[step] if step in OCCASIONS else STEPS[step][0]
    items = [item("INV-2041", "GBP", 120000, due(step))] if items is None else items
    if step == "thank_you":
        items = [_settled(each) for each in items]
    return Letter(
        step=step,
        tone=tone,
        channel=channel,
        client=client,
        contact=contact,
        creditor=creditor,
        items=tuple(items),
        amounts=totals(
            Money(each.paid if step == "thank_you" else each.asked, each.currency) for each in items
        ),
        today=TODAY,
        unsubscribe_url=UNSUBSCRIBE,
        payment_urls=payment_urls,
        page_url=page_url,
        paid_on=TODAY - timedelta(days=1) if step == "thank_you" else None,
        told=told,
        rested_until=TODAY - timedelta(days=11) if step == AFTER_HARDSHIP else None,
    )


def claiming(each: Letter, bases: Sequence[str] = (ACT,)) -> Letter:
    """The letter with interest at one per mille, a daily sum and a fixed sum on each invoice that is late."""
    late = [row for row in each.items if row.due_on < each.today]
    claims = tuple(
        InterestClaim(
            row.number,
            Money(row.asked // 1000, row.currency),
            Money(row.asked // 10000, row.currency),
            Money(4000, row.currency),
            each.today,
            bases[place % len(bases)],
        )
        for place, row in enumerate(late)
    )
    return replace(each, interest=claims)


def due(step: str) -> date:
    """When the oldest invoice of such a letter is due."""
    return TODAY - timedelta(days=STEPS[step][1])


def _settled(each: Item) -> Item:
    paid = max(each.paid, each.total - each.credited)
    return replace(each, paid=paid, disputed=0, on_account=0, asked=0)


def rungs(step: str, channel: Channel) -> dict[str, Letter]:
    """Letters of that step to clients that differ in country, number of invoices, and how these stand."""
    on = due(step)
    five = [
        item("RE-2026-01", "EUR", 123456, on),
        item("RE-2026-02", "EUR", 246912, on + timedelta(days=6), paid=5000),
        item("RE-2026-03", "EUR", 370368, on + timedelta(days=12), disputed=20000),
        item("RE-2026-04", "EUR", 493824, on + timedelta(days=18), credited=100),
        item("RE-2026-05", "EUR", 617280, on + timedelta(days=24), on_account=617279),
    ]
    return {
        "one": letter(step, channel, payment_urls=(("INV-2041", "https://pay.example/i/INV-2041"),)),
        "partly": letter(
            step,
            channel,
            items=[
                item(
                    "INV-2041", "GBP", 120000, on, paid=20000, credited=5000, disputed=10000, on_account=2500
                )
            ],
            page_url="https://bill.example/r/cGFnZQ",
        ),
        "five": letter(
            step,
            channel,
            client=MUELLER,
            contact=Contact("k-2", "Buchhaltung", "ap", "rechnung@mueller.example", "+4915112345678"),
            creditor=HAMBURG,
            items=five,
            payment_urls=tuple((each.number, f"https://pay.example/i/{each.number}") for each in five),
        ),
        "currencies": letter(
            step,
            channel,
            items=[
                item("INV-2041", "GBP", 120000, on),
                item("INV-2050", "EUR", 98050, on + timedelta(days=2)),
            ],
        ),
        "mixed": letter(
            step,
            channel,
            items=[
                item("INV-2041", "GBP", 397500, on),
                item("INV-2050", "GBP", 62000, TODAY + timedelta(days=9)),
            ],
            payment_urls=tuple(
                (number, f"https://pay.example/i/{number}") for number in ("INV-2041", "INV-2050")
            ),
        ),
        "yen": letter(
            step,
            channel,
            client=SAKURA,
            contact=Contact("k-3", "Tanaka Taro", None, "tanaka@sakura.example", "+819012345678"),
            items=[item("INV-77", "JPY", 1200000, on)],
        ),
        "hostile": letter(
            step,
            channel,
            client=HOSTILE,
            contact=Contact("k-4", '<b>"Bobby" O\'Tables</b>', None, "bobby@example.com", "+14155550100"),
            items=[item('"><img src=x>', "USD", 99999999, on), item("INV-2\u202e", "USD", 150, on)],
            payment_urls=(("INV-2\u202e", "javascript:alert(1)"),),
        ),
    }
