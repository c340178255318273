"""Facts in words: each event that a ledger holds about a client, as a sentence that a person understands.

Facts are last-writer-wins rows, so an event that a later one replaced has left no row: it is told by its type alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Table, or_, select

from ledger import tables as t
from ledger.keys import among
from reminders.calendar import Place
from reminders.money import Money
from reminders.reasons import Reason

_decode = msgspec.json.decode


@dataclass(frozen=True, slots=True)
class Told:
    """One fact in words. `stamp` is that of the event which wrote it."""

    stamp: str
    text: str
    invoice_ids: tuple[str, ...] = ()


def money(minor: int, currency: str) -> str:
    """A sum for a person at a desk: `1,200.00 EUR`."""
    return f"{Money(minor, currency).decimal:,} {currency}"


def day(value: date) -> str:
    """A date that can't be read in two ways: `4 March 2026`."""
    return f"{value.day} {value:%B} {value.year}"


def moment(at: datetime, place: Place) -> str:
    """An instant with the client's own time; a midnight of the client's is a date: `23 March 2026`."""
    there = at.astimezone(place.zones[0])
    if there.time() == time(0):
        return day(there.date())
    utc = at.astimezone(UTC)
    beside = f"{there:%H:%M}" if there.date() == utc.date() else f"{day(there.date())}, {there:%H:%M}"
    return f"{day(utc.date())}, {utc:%H:%M} UTC ({beside} in {place.zones[0].key})"


_REST = frozenset({Reason.PROMISE_PENDING, Reason.PLAN_ACTIVE, Reason.INSTALMENT_LATER})
"""Reasons for which reminders rest, while a note before the day that was agreed on may still come."""
_FINAL = frozenset({Reason.NOT_WANTED, Reason.NO_REACHABLE_CONTACT})
"""Reasons for which a step is not taken at all; any other may end."""


def left_out(
    reason: Reason, numbers: Sequence[str], step: str | None, end: datetime | None, place: Place
) -> str:
    """What is not done, until when, and why."""
    about = f" for {', '.join(numbers)}" if numbers else ""
    when = moment(end, place) if end else None
    if reason is Reason.NOT_DUE and step:
        return f"The next step{about} is {step}{', on ' + when if when else ''}."
    limit = f" until {when}" if when else ""
    if step and end:
        return f"The step {step}{about} waits{limit}: {reason.sentence}"
    if step:
        return f"The step {step}{about} {'is not taken' if reason in _FINAL else 'waits'}: {reason.sentence}"
    if reason in _REST:
        return f"Reminders{about} rest{limit}: {reason.sentence}"
    return f"No reminder{about}{limit}: {reason.sentence}"


def until(value: date | None) -> str:
    """` until 4 March 2026`, or nothing."""
    return f" until {day(value)}" if value else ""


def tell(connection: Connection, client_id: str, numbers: dict[str, str]) -> list[Told]:
    """Every fact that the ledger holds about a client. `numbers` are the client's invoices: id to number."""
    own = _Own(client_id, numbers, _allocated(connection, client_id))
    return [told for table, where, words in _sources(own) for told in _read(connection, table, where, words)]


@dataclass(frozen=True, slots=True)
class _Own:
    client_id: str
    numbers: dict[str, str]
    allocated: dict[tuple[str, str], list[tuple[str, int]]]
    """Per payment and stamp: the invoices it pays, and how much of each."""

    def named(self, invoice_id: str | None) -> str:
        """An invoice by its number."""
        return self.numbers.get(invoice_id or "", invoice_id or "")

    def all(self, invoice_ids: Sequence[str]) -> str:
        """Several invoices; none means all that was open."""
        return ", ".join(self.named(one) for one in invoice_ids) or "all that is open"


Words = Callable[[Row[Any]], Told]
Source = tuple[Table, ColumnElement[bool], Words]


def _allocated(connection: Connection, client_id: str) -> dict[tuple[str, str], list[tuple[str, int]]]:
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    a = t.allocation.c
    rows = connection.execute(
        select(t.allocation)
        .join(t.payment, t.payment.c.payment_id == a.payment_id)
        .where(t.payment.c.client_id == client_id)
        .order_by(a.payment_id, a.invoice_id)
    )
    for row in rows:
        found.setdefault((row.payment_id, row.stamp), []).append((row.invoice_id, row.amount))
    return found


def _read(connection: Connection, table: Table, where: ColumnElement[bool], words: Words) -> Iterator[Told]:
    for row in connection.execute(select(table).where(where).order_by(*table.primary_key)):
        yield words(row)


def _sources(own: _Own) -> list[Source]:
    invoices = list(own.numbers)

    def mine(table: Table) -> ColumnElement[bool]:
        return table.c.client_id == own.client_id

    def of_invoice(table: Table) -> ColumnElement[bool]:
        return among(table.c.invoice_id, invoices)

    def of_parent(table: Table, parent: Table, key: str) -> ColumnElement[bool]:
        return table.c[key].in_(select(parent.c[key]).where(mine(parent)))

    dispute_mine = t.dispute_resolution.c.dispute_id.in_(
        select(t.dispute.c.dispute_id).where(of_invoice(t.dispute))
    )
    credit_mine = or_(mine(t.credit_note), of_invoice(t.credit_note))
    profile = mine(t.client) & t.client.c.stamp.is_not(None)
    return [
        (t.client, profile, _profile),
        (t.client_hold, mine(t.client_hold), _client_hold),
        (t.invoice, mine(t.invoice), _invoice),
        (t.invoice_closure, of_invoice(t.invoice_closure), lambda row: _closure(row, own)),
        (t.invoice_hold, of_invoice(t.invoice_hold), lambda row: _invoice_hold(row, own)),
        (t.payment, mine(t.payment), lambda row: _payment(row, own)),
        (t.payment_reversal, of_parent(t.payment_reversal, t.payment, "payment_id"), _reversal),
        (t.payment_pending, of_invoice(t.payment_pending), lambda row: _pending(row, own)),
        (t.payment_failure, of_invoice(t.payment_failure), lambda row: _failure(row, own)),
        (t.credit_note, credit_mine, lambda row: _credit(row, own)),
        (t.promise, mine(t.promise), lambda row: _promise(row, own)),
        (t.plan, mine(t.plan), lambda row: _plan(row, own)),
        (t.plan_cancellation, of_parent(t.plan_cancellation, t.plan, "plan_id"), _plan_cancelled),
        (t.dispute, of_invoice(t.dispute), lambda row: _dispute(row, own)),
        (t.dispute_resolution, dispute_mine, _resolution),
    ]


def _profile(row: Row[Any]) -> Told:
    data = _decode(row.profile)
    people = ", ".join(contact["contact_id"] for contact in data.get("contacts") or ()) or "nobody"
    kind = str(data["debtor_type"]).replace("_", " ")
    return Told(
        row.stamp, f"The profile of {data['name']} came: {kind} in {data['country']}, contacts: {people}."
    )


_HOLDS = {
    "hardship": ("The client declared hardship", "The hardship ended"),
    "breathing_space": ("A legal breathing space protects the client", "The legal breathing space ended"),
    "pause": ("Reminders to the client were paused", "Reminders to the client were resumed"),
}


def _client_hold(row: Row[Any]) -> Told:
    begun, ended = _HOLDS[row.kind]
    return Told(row.stamp, f"{begun}{until(row.until_on)}.{_why(row.note)}" if row.active else f"{ended}.")


def _invoice(row: Row[Any]) -> Told:
    text = f"Invoice {row.number} over {money(row.total, row.currency)} was issued, due on {day(row.due_on)}."
    return Told(row.stamp, text, (row.invoice_id,))


def _closure(row: Row[Any], own: _Own) -> Told:
    how = "voided" if row.kind == "voided" else "written off"
    return Told(
        row.stamp, f"Invoice {own.named(row.invoice_id)} was {how}.{_why(row.reason)}", (row.invoice_id,)
    )


def _invoice_hold(row: Row[Any], own: _Own) -> Told:
    number = own.named(row.invoice_id)
    if not row.active:
        return Told(row.stamp, f"Reminders for {number} were resumed.", (row.invoice_id,))
    return Told(
        row.stamp,
        f"Reminders for {number} were paused{until(row.until_on)}.{_why(row.note)}",
        (row.invoice_id,),
    )


def _payment(row: Row[Any], own: _Own) -> Told:
    parts = own.allocated.get((row.payment_id, row.stamp), ())
    shares = [f"{money(amount, row.currency)} for {own.named(invoice_id)}" for invoice_id, amount in parts]
    towards = f": {', '.join(shares)}" if shares else "; it stays on account"
    text = (
        f"A payment of {money(row.amount, row.currency)} came, received on {day(row.received_on)}{towards}."
    )
    return Told(row.stamp, text, tuple(invoice_id for invoice_id, _ in parts))


def _reversal(row: Row[Any]) -> Told:
    return Told(row.stamp, f"Payment {row.payment_id} was reversed.{_why(row.reason)}")


def _pending(row: Row[Any], own: _Own) -> Told:
    when = f", expected on {day(row.expected_on)}" if row.expected_on else ""
    return Told(
        row.stamp, f"A direct debit for {own.named(row.invoice_id)} is under way{when}.", (row.invoice_id,)
    )


def _failure(row: Row[Any], own: _Own) -> Told:
    return Told(row.stamp, f"The direct debit for {own.named(row.invoice_id)} failed.", (row.invoice_id,))


def _credit(row: Row[Any], own: _Own) -> Told:
    text = f"A credit note over {money(row.amount, row.currency)} was issued"
    if row.invoice_id is None:
        return Told(row.stamp, f"{text}, for no invoice in particular.")
    return Told(row.stamp, f"{text} for {own.named(row.invoice_id)}.", (row.invoice_id,))


def _promise(row: Row[Any], own: _Own) -> Told:
    who = f"{row.by} of the client" if row.by else "The client"
    text = (
        f"{who} promised to pay {money(row.amount, row.currency)} by {day(row.promised_on)}, "
        f"towards {own.all(row.invoice_ids)}."
    )
    return Told(row.stamp, text, tuple(row.invoice_ids))


def _plan(row: Row[Any], own: _Own) -> Told:
    days = sorted(date.fromisoformat(part["due_on"]) for part in row.instalments)
    span = f" of {len(days)} instalments, the last on {day(days[-1])}," if days else ""
    return Told(
        row.stamp, f"A payment plan{span} was agreed for {own.all(row.invoice_ids)}.", tuple(row.invoice_ids)
    )


def _plan_cancelled(row: Row[Any]) -> Told:
    return Told(row.stamp, f"The payment plan {row.plan_id} was cancelled.")


def _dispute(row: Row[Any], own: _Own) -> Told:
    part = f"{row.amount} of " if row.amount else ""
    text = f"The client disputes {part}invoice {own.named(row.invoice_id)}.{_why(row.reason_code)}"
    return Told(row.stamp, text, (row.invoice_id,))


def _resolution(row: Row[Any]) -> Told:
    return Told(row.stamp, f"The dispute {row.dispute_id} was resolved.{_why(row.outcome)}")


def _why(reason: str | None) -> str:
    return f" ({reason})" if reason else ""
