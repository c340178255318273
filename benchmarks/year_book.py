"""A year of a mid-sized business's receivables as a file for `amicable play`, always the same for the same size.

How clients pay is a plain mixture: most in time, some late, a few only after many words, some by direct debit. Each
client gets an invoice in each month, on some working day, so that no day is far busier than others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from operator import itemgetter
from pathlib import Path
from random import Random
from typing import Any

YEAR = 2025
INVOICES = 12
"""Per client, one in each month."""
_DAY = timedelta(days=1)
_PLACES = (
    ("GB", "GBP", "en-GB"), ("GB", "GBP", "en-GB"), ("DE", "EUR", "de-DE"), ("FR", "EUR", "fr-FR"),
    ("NL", "EUR", "nl-NL"), ("ES", "EUR", "es-ES"), ("IT", "EUR", "it-IT"), ("AT", "EUR", "de-AT"),
)  # fmt: skip
_DEBTORS = ("company",) * 7 + ("sole_trader", "public_body", "consumer")
_HABITS = ("prompt",) * 11 + ("late",) * 5 + ("slow",) * 2 + ("debit", "difficult")
"""How clients pay, in twentieths."""


@dataclass
class Year:
    """Collects what happens; `events` are written in order of time."""

    events: list[tuple[datetime, int, str, dict[str, Any]]] = field(default_factory=list)
    _number: Iterator[int] = field(default_factory=count)

    def add(self, at: datetime, kind: str, **data: Any) -> None:
        """One event."""
        self.events.append((at, next(self._number), kind, data))

    def lines(self) -> Iterator[str]:
        """The book, a structured CloudEvent a line."""
        for at, number, kind, data in sorted(self.events, key=itemgetter(0, 1)):
            yield json.dumps(
                {
                    "specversion": "1.0",
                    "id": f"e-{number:07d}",
                    "source": "https://erp.bench.example/billing",
                    "type": kind,
                    "time": at.isoformat(),
                    "datacontenttype": "application/json",
                    "data": data,
                },
                separators=(",", ":"),
            )


def write_year(path: Path, clients: int) -> int:
    """Write the year of so many clients; returns the number of events."""
    year = Year()
    for number in range(clients):
        _client(year, number, Random(f"client {number}"))
    for evening in range(365):
        at = datetime.combine(date(YEAR, 1, 1) + evening * _DAY, time(19, 30), UTC)
        year.add(at, "ledger.synced", through_at=(at - timedelta(minutes=30)).isoformat())
    path.write_text("\n".join(year.lines()) + "\n", encoding="utf-8")
    return len(year.events)


def _client(year: Year, number: int, chance: Random) -> None:
    client = f"client-{number:05d}"
    country, currency, language = _PLACES[number % len(_PLACES)]
    debtor_type = _DEBTORS[number % len(_DEBTORS)]
    year.add(
        _at(date(YEAR, 1, 2), chance),
        "client.updated",
        client_id=client,
        name=f"Company {number}",
        debtor_type=debtor_type,
        country=country,
        language=language,
        contacts=[
            {
                "contact_id": "ap",
                "name": "Alex Payer",
                "role": "accounts_payable",
                "email": f"ap@{client}.example",
                "phone": f"+4474{number:08d}",
            }
        ],
        preferences={"channels": ["email", "sms"] if number % 5 else ["sms", "email"]},
        consents=[
            {"channel": "sms", "granted": True, "at": f"{YEAR - 1}-11-03T10:00:00Z", "source": "contract"}
        ],
    )
    habit = chance.choice(_HABITS)
    for month in range(1, INVOICES + 1):
        _invoice(year, f"{number:05d}-{month:02d}", client, currency, habit, _workday(month, chance), chance)


def _invoice(
    year: Year, key: str, client: str, currency: str, habit: str, issued_on: date, chance: Random
) -> None:
    invoice_id, total = f"inv-{key}", chance.randrange(80_00, 9_000_00)
    due_on = issued_on + timedelta(days=chance.choice((14, 30, 30)))
    issued_at = _at(issued_on, chance)
    year.add(
        issued_at,
        "invoice.issued",
        invoice_id=invoice_id,
        number=f"B-{key}",
        client_id=client,
        currency=currency,
        total=_decimal(total),
        issued_on=issued_on.isoformat(),
        due_on=due_on.isoformat(),
        payment_url=f"https://pay.bench.example/{key}",
        late_terms="statutory",
    )
    bill = _Bill(year, key, client, currency, invoice_id, total, due_on, chance)
    if habit == "debit":
        bill.by_debit()
    elif habit == "difficult":
        chance.choice((bill.disputed, bill.promised, bill.in_parts, bill.given_back))()
    else:
        early, late = {"prompt": (-9, 2), "late": (1, 24), "slow": (12, 70)}[habit]
        bill.paid(due_on + chance.randint(early, late) * _DAY)


@dataclass(frozen=True)
class _Bill:
    """One invoice, and the ways in which it may be paid."""

    year: Year
    key: str
    client: str
    currency: str
    invoice_id: str
    total: int
    due_on: date
    chance: Random

    def paid(self, on: date, amount: int | None = None, payment_id: str | None = None) -> None:
        """Money for it, if it comes within the year."""
        if on.year != YEAR:
            return
        money = _decimal(self.total if amount is None else amount)
        self._say(
            on,
            "payment.received",
            payment_id=payment_id or f"pay-{self.key}-{on:%m%d}",
            client_id=self.client,
            currency=self.currency,
            amount=money,
            received_on=on.isoformat(),
            allocations=[{"invoice_id": self.invoice_id, "amount": money}],
        )

    def by_debit(self) -> None:
        """Collected by direct debit; one in ten fails and is paid by hand."""
        data = {"payment_id": f"dd-{self.key}", "invoice_id": self.invoice_id, "currency": self.currency}
        self._say(
            self.due_on - 5 * _DAY,
            "payment.pending",
            **data,
            amount=_decimal(self.total),
            expected_on=self.due_on.isoformat(),
        )
        if self.chance.random() < 0.1:
            self._say(self.due_on + _DAY, "payment.failed", **data, amount=_decimal(self.total))
            self.paid(self.due_on + 9 * _DAY)
        else:
            self.paid(self.due_on, payment_id=data["payment_id"])

    def disputed(self) -> None:
        """Disputed after the first reminder, resolved two weeks later, and paid."""
        dispute = {"dispute_id": f"di-{self.key}", "invoice_id": self.invoice_id}
        self._say(self.due_on + 4 * _DAY, "dispute.opened", **dispute, reason_code="quantity")
        self._say(self.due_on + 18 * _DAY, "dispute.resolved", **dispute, outcome="rejected")
        self.paid(self.due_on + 29 * _DAY)

    def promised(self) -> None:
        """A promise after the second reminder; half of them are kept, the others a fortnight late."""
        promised_on = self.due_on + 15 * _DAY
        self._say(
            self.due_on + 8 * _DAY,
            "promise.made",
            promise_id=f"pr-{self.key}",
            client_id=self.client,
            invoice_ids=[self.invoice_id],
            amount=_decimal(self.total),
            currency=self.currency,
            promised_on=promised_on.isoformat(),
        )
        self.paid(promised_on + self.chance.choice((0, 14)) * _DAY)

    def in_parts(self) -> None:
        """A third after the first reminder, the rest later."""
        part = self.total // 3
        self.paid(self.due_on + 5 * _DAY, part)
        self.paid(self.due_on + 20 * _DAY, self.total - part)

    def given_back(self) -> None:
        """Paid in time, returned by the bank, and paid again."""
        self.paid(self.due_on, payment_id=f"pay-{self.key}-back")
        back = self.due_on + 6 * _DAY
        if back.year == YEAR:
            self._say(
                back,
                "payment.reversed",
                payment_id=f"pay-{self.key}-back",
                reversed_on=back.isoformat(),
                reason="recalled",
            )
        self.paid(back + 12 * _DAY)

    def _say(self, on: date, kind: str, **data: Any) -> None:
        if on.year == YEAR:
            self.year.add(_at(on, self.chance, afternoon=True), kind, **data)


def _workday(month: int, chance: Random) -> date:
    day = date(YEAR, month, chance.randint(4, 28))
    return day - max(0, day.weekday() - 4) * _DAY


def _at(on: date, chance: Random, *, afternoon: bool = False) -> datetime:
    """Some minute of that day's office hours, UTC."""
    minute = chance.randrange(0, 4 * 60)
    return datetime.combine(on, time(13 if afternoon else 8), UTC) + timedelta(minutes=minute)


def _decimal(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
