"""Histories of events of every type, and a plain model of what they come to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from events.contracts.delivery import Event, Read
from events.contracts.registry import EVENT_TYPES
from tests.ledger.book import event, unreadable

CLIENTS = ("kaya", "mira", "noor")
INVOICES = ("i1", "i2", "i3", "i4")
THINGS = ("a", "b")
CURRENCIES = ("EUR", "EUR", "EUR", "JPY")
DAYS = ("2026-01-05", "2026-02-04", "2026-02-20", "2026-03-06")

clients, invoices, things = (st.sampled_from(names) for names in (CLIENTS, INVOICES, THINGS))
currencies, days = st.sampled_from(CURRENCIES), st.sampled_from(DAYS)
amounts = st.integers(1, 300).map(str)


def _optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _data(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields).map(lambda data: {k: v for k, v in data.items() if v is not None})


@st.composite
def payments(draw: st.DrawFn) -> dict[str, Any]:
    parts = draw(st.lists(st.tuples(invoices, st.integers(1, 100)), max_size=3))
    rest = draw(st.integers(0 if parts else 1, 150))
    return {
        "payment_id": draw(things),
        "client_id": draw(clients),
        "currency": draw(currencies),
        "amount": str(rest + sum(amount for _, amount in parts)),
        "received_on": draw(days),
        "allocations": [{"invoice_id": key, "amount": str(amount)} for key, amount in parts],
    }


_INVOICE = _data(
    invoice_id=invoices,
    number=st.just("2026-1"),
    client_id=clients,
    currency=currencies,
    total=st.integers(0, 300).map(str),
    issued_on=st.sampled_from(DAYS[:2]),
    due_on=days,
    auto_collect=st.booleans(),
    creditor_id=_optional(st.just("other")),
    early_discount=_optional(_data(percent=st.sampled_from(["2", "2.5"]), by_on=days)),
    late_terms=_optional(st.sampled_from(["none", "statutory", {"annual_percent": "9", "fixed_fee": "40"}])),
    instalments=_optional(st.lists(_data(due_on=days, amount=amounts), max_size=3)),
)
_DEBIT = _data(
    payment_id=things,
    invoice_id=invoices,
    amount=amounts,
    currency=_optional(currencies),
    expected_on=_optional(days),
)
_CLIENT_PAUSE = _data(client_id=clients, until_on=_optional(days), reason=_optional(st.just("asked")))
_PAUSE = _data(invoice_id=invoices, until_on=_optional(days))
_KIND = _optional(st.sampled_from(["hardship", "breathing_space"]))
_HARDSHIP = _data(client_id=clients, until_on=_optional(days), kind=_KIND)
_DISPUTE = _data(
    dispute_id=things,
    invoice_id=invoices,
    amount=_optional(amounts),
    reason_code=_optional(st.sampled_from(["quality", "cannot_pay"])),
)
_PLAN = _data(
    plan_id=things,
    client_id=clients,
    invoice_ids=st.lists(invoices, max_size=2),
    currency=currencies,
    instalments=st.lists(_data(due_on=days, amount=amounts), max_size=2),
)
DATA: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "client.updated": _data(
        client_id=clients,
        name=st.sampled_from(["Kaya GmbH", "Kaya AG"]),
        debtor_type=st.sampled_from(["company", "consumer", "guild"]),
        country=st.just("DE"),
        contacts=st.just([{"contact_id": "ap", "email": "ap@kaya.example"}]),
    ),
    "client.hardship_declared": _HARDSHIP,
    "client.hardship_ended": _HARDSHIP,
    "client.paused": _CLIENT_PAUSE,
    "client.resumed": _CLIENT_PAUSE,
    "invoice.issued": _INVOICE,
    "invoice.updated": _INVOICE,
    "invoice.voided": _data(invoice_id=invoices),
    "invoice.written_off": _data(invoice_id=invoices),
    "invoice.paused": _PAUSE,
    "invoice.resumed": _PAUSE,
    "credit_note.issued": st.one_of(
        _data(credit_note_id=things, invoice_id=invoices, currency=currencies, amount=amounts),
        _data(credit_note_id=things, client_id=clients, currency=currencies, amount=amounts),
    ),
    "payment.received": payments(),
    "payment.pending": _DEBIT,
    "payment.failed": _DEBIT,
    "payment.reversed": _data(payment_id=things, reversed_on=_optional(days)),
    "promise.made": _data(
        promise_id=things,
        client_id=clients,
        invoice_ids=st.lists(invoices, max_size=2),
        amount=amounts,
        currency=currencies,
        promised_on=days,
    ),
    "plan.agreed": _PLAN,
    "plan.cancelled": _PLAN,
    "dispute.opened": _DISPUTE,
    "dispute.resolved": _DISPUTE,
    "ledger.synced": _data(through_at=days.map(lambda day: f"{day}T06:00:00Z")),
}
assert DATA.keys() == EVENT_TYPES.keys(), "every event type has its place in a history"
# What moves money comes more often: four things, few ids, so that they meet.
_WEIGHTED = [*DATA, *["invoice.issued", "invoice.updated", "payment.received"] * 4, "payment.reversed"]


@st.composite
def events(draw: st.DrawFn) -> tuple[Any, ...]:
    type_ = draw(st.sampled_from(_WEIGHTED))
    return (
        type_,
        draw(DATA[type_]),
        draw(st.integers(0, 3)),
        draw(st.sampled_from(["/erp", "/crm", "/crm|x"])),
    )


@st.composite
def histories(draw: st.DrawFn, most: int = 14) -> list[Read]:
    """Events, each with an id of its own; few instants, so that many share one. Some can't be read or are unknown."""
    drawn = draw(st.lists(events(), min_size=1, max_size=most))
    # Numbers of one width: of two events of one instant it is fixed which wins, and no more is promised. Where no id
    # begins with another, a stamp's order is that of the plain books below.
    found: list[Read] = [
        event(type_, id_=f"{number % 5}|{number:02}", time=time, source=source, **data)
        for number, (type_, data, time, source) in enumerate(drawn)
    ]
    if draw(st.booleans()):
        found.append(event("tax.filed", id_="unknown", whatever=1))
    if draw(st.booleans()):
        found.append(unreadable(b'{"specversion": "1.0"'))
    return found


def _key(read: Event) -> tuple[Any, ...]:
    at = read.cloudevent
    return at.time, at.source, at.id


@dataclass
class Books:
    """What the events come to, in the plainest words: the last word on each thing counts, and sums are sums."""

    owner: dict[str, str] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    credited: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    on_account: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))


def books(history: list[Read]) -> Books:
    """Read a history in one go. Minor units: EUR has two places, JPY none."""
    newest: dict[tuple[str, str], tuple[Any, ...]] = {}
    for read in history:
        if not isinstance(read, Event):
            continue
        data = {name: getattr(read.payload, name) for name in read.payload.__struct_fields__}
        kind = read.cloudevent.type.replace("invoice.updated", "invoice.issued")
        name = {"invoice": "invoice_id", "payment": "payment_id", "credit_note": "credit_note_id"}.get(
            kind.partition(".")[0]
        )
        if name:
            newest[kind, data[name]] = max(newest.get((kind, data[name]), ()), (_key(read), id(read), data))
    found = Books()
    said = {key: data for key, (_, _, data) in newest.items()}
    stated = {key: data for (kind, key), data in said.items() if kind == "invoice.issued"}
    ended = {key for kind, key in said if kind in ("invoice.voided", "invoice.written_off")}
    gone = {key for kind, key in said if kind == "payment.reversed"}
    for key, data in stated.items():
        found.owner[key], found.total[key] = data["client_id"], minor(data["total"], data["currency"])
    for (kind, key), data in said.items():
        currency = data.get("currency")
        if kind == "payment.received" and key not in gone:
            left = minor(data["amount"], currency)
            for part in data["allocations"]:
                if part.invoice_id in stated and stated[part.invoice_id]["currency"] == currency:
                    found.paid[part.invoice_id] += minor(part.amount, currency)
                    left -= minor(part.amount, currency)
            found.on_account[data["client_id"], currency] += left
        elif kind == "credit_note.issued":
            invoice_id, amount = data["invoice_id"], minor(data["amount"], currency)
            if invoice_id is None:
                found.on_account[data["client_id"], currency] += amount
            elif invoice_id in stated and stated[invoice_id]["currency"] == currency:
                found.credited[invoice_id] += amount
            elif invoice_id in stated:
                found.on_account[found.owner[invoice_id], currency] += amount
    for key in stated:
        too_much = found.paid[key] + found.credited[key] - (0 if key in ended else found.total[key])
        if found.paid[key] and too_much > 0:
            place = found.owner[key], stated[key]["currency"]
            found.on_account[place] += min(too_much, found.paid[key])
    return found


def minor(amount: str, currency: str) -> int:
    return int(amount) * {"EUR": 100, "JPY": 1}[currency]
