"""Small lives for one thought: one client in Berlin, a bill or two, and what happens to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reminders.snapshot import Client, Contact, DebtorType
from tests.reminders.nevers.acts import Act, Issue
from tests.reminders.nevers.facts import Bill, Facts
from tests.reminders.nevers.player import Fate, Life, Script, Temper

BEGIN = date(2026, 3, 2)
"""A Monday."""
CLIENT = Client(
    "kaya",
    name="Kaya",
    debtor_type=DebtorType.COMPANY,
    country="DE",
    subdivision="BY",
    time_zone="Europe/Berlin",
    contacts=(Contact("ap", "Ada", email="ada@kaya.example", phone="+4915112345678"),),
)


def on(day: int, clock: str = "06:00", zone: str = "Europe/Berlin") -> datetime:
    """An instant so many days after the begin."""
    local = datetime.fromisoformat(f"{BEGIN + timedelta(days=day)} {clock}")
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def a_bill(invoice_id: str = "a", *, issued: int = 0, due: int = 21, **fields: Any) -> Bill:
    """A bill of 100 euros; its days count from the begin."""
    known: dict[str, Any] = {
        "creditor_id": "northwind",
        "currency": "EUR",
        "total": 100_00,
        "issued_on": BEGIN + timedelta(days=issued),
        "due_on": BEGIN + timedelta(days=due),
        "seen_at": on(issued),
    }
    return Bill(invoice_id, **(known | fields))


def a_script(
    *acts: tuple[datetime, Act],
    bills: Iterable[Bill] | None = None,
    days: int = 120,
    rules: str = "shipped",
    fates: tuple[Fate, ...] = (Fate(),),
    tempers: tuple[Temper, ...] = (Temper(timedelta(hours=3), "yes"),),
    **client: Any,
) -> Script:
    """A life under a script: with one bill, due on day 21, unless there are others."""
    issued = [(bill.seen_at, Issue(bill)) for bill in ((a_bill(),) if bills is None else bills)]
    return Script(
        Facts(replace(CLIENT, **client)),
        on(0, "00:00"),
        on(days, "00:00"),
        (*issued, *acts),
        ((on(0, "00:00"), rules),),
        fates,
        tempers,
    )


def a_life(*acts: tuple[datetime, Act], **fields: Any) -> Life:
    """The same, lived."""
    return Life(a_script(*acts, **fields)).live()


def steps(life: Life) -> list[str]:
    """What went out, in order."""
    return [sent.step.name for sent in life.sent]


def tasks(life: Life) -> list[str]:
    """What people were asked for, in order."""
    return [errand.kind.value for errand in life.errands.values()]
