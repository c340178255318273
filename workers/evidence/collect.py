"""Collecting a pack: one read of the ledger, all about one client and one creditor, nothing about others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from config.creditors import Creditor, Creditors
from config.policy import Policy
from config.rules.contact import ContactLaw
from config.rules.interest import InterestLaw
from ledger import tables as t
from ledger.snapshots import load_snapshots
from ledger.types import iso
from reminders.calendar import place_of
from reminders.snapshot import Snapshot
from workers.evidence.agreements import read_plans, read_promises
from workers.evidence.extract import Case, latest, read_extract
from workers.evidence.hand_over import read_hand_over
from workers.evidence.holds import read_holds
from workers.evidence.interest import read_interest
from workers.evidence.invoice_rows import read_invoices
from workers.evidence.messages import read_messages
from workers.evidence.on_account import read_on_account
from workers.evidence.pack import Pack
from workers.evidence.parties import creditor_party, debtor_party
from workers.evidence.people import read_escalations, read_tasks
from workers.evidence.replies import read_barred, read_replies


class EvidenceError(ValueError):
    """A pack that can't be made; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a case is read by: the client's policy at an instant, and the law packs."""

    policy_of: Callable[[Snapshot, datetime], Policy]
    interest: InterestLaw
    contact: ContactLaw


def creditors_of(connection: Connection, client_id: str, creditors: Creditors) -> list[str]:
    """The ids of those whom the client ever had an invoice from."""
    i = t.invoice.c
    found = connection.execute(select(i.creditor_id).where(i.client_id == client_id).distinct()).scalars()
    return sorted({creditor_id or creditors.default.creditor_id for creditor_id in found})


def creditor_of(connection: Connection, client_id: str, creditors: Creditors, named: str | None) -> Creditor:
    """The creditor that a person named, or the only one whom the client ever had an invoice from.

    Raises `EvidenceError` where that is nobody, or where there are several.
    """
    if debtor_party(connection, client_id) is None:
        raise EvidenceError(f"there is no client {client_id}; give the id that the billing system uses")
    theirs = creditors_of(connection, client_id, creditors)
    if named is not None and named not in theirs:
        raise EvidenceError(
            f"client {client_id} has no invoice from {named}; "
            + (f"there are invoices from {', '.join(theirs)}" if theirs else "there is no invoice at all")
        )
    if not theirs:
        raise EvidenceError(f"client {client_id} has no invoice: there is nothing to hand over")
    if named is None and len(theirs) > 1:
        raise EvidenceError(
            f"client {client_id} has invoices from {', '.join(theirs)}; name one: --creditor ID"
        )
    creditor = creditors.get(named or theirs[0])
    if creditor is None:
        raise EvidenceError(f"creditor {named or theirs[0]} is not configured; add it to creditors.yaml")
    return creditor


def present(connection: Connection, client_id: str, now: datetime) -> datetime:
    """Now; or when the client's newest entry was written, where that machine's clock is ahead of ours."""
    newest = latest(connection, client_id)
    return max(now, datetime.fromisoformat(newest)) if newest else now


def collect(
    connection: Connection,
    client_id: str,
    creditor: Creditor,
    creditors: Creditors,
    now: datetime,
    *,
    rules: Rules,
    written_by: str,
    purpose: str,
) -> Pack:
    """The pack as of `now` (aware).

    `connection` must see one state of the ledger (`Ledger.read`). Facts are kept as last stated, so a pack can't
    speak of an instant before the newest of them. Raises `EvidenceError`.
    """
    debtor = debtor_party(connection, client_id)
    if debtor is None:
        raise EvidenceError(f"there is no client {client_id}")
    newest = latest(connection, client_id)
    if newest is not None and newest > iso(now):
        raise EvidenceError(
            f"something happened to client {client_id} at {newest}, and a ledger does not keep how facts stood before; "
            "give that instant or a later one"
        )
    day = now.astimezone(ZoneInfo(creditor.time_zone)).date()
    owner, usual = creditor.creditor_id, creditors.default.creditor_id
    invoices = read_invoices(connection, client_id, owner, default=owner == usual)
    numbers = {invoice.invoice_id: invoice.number for invoice in invoices}
    messages = read_messages(connection, client_id, owner)
    ids = frozenset(message.message_id for message in messages)
    snapshot = load_snapshots(connection, [client_id], now, usual, keep=numbers)[client_id]
    policy = rules.policy_of(snapshot, now)
    theirs = place_of(snapshot.client).today(now)
    known = {address for contact in debtor.contacts for address in (contact.email, contact.phone) if address}
    used = {attempt.address for message in messages for attempt in message.attempts if attempt.address}
    return Pack(
        creditor=creditor_party(creditor),
        debtor=debtor,
        as_of=now,
        day=day,
        written_by=written_by,
        purpose=purpose,
        invoices=invoices,
        on_account=read_on_account(connection, client_id, invoices),
        promises=read_promises(connection, snapshot, numbers, policy, theirs),
        plans=read_plans(connection, snapshot, numbers, policy, theirs),
        holds=read_holds(connection, client_id, numbers),
        messages=messages,
        replies=read_replies(connection, client_id, ids),
        barred=read_barred(connection, known | used),
        tasks=read_tasks(connection, client_id, owner, numbers, ids),
        escalations=read_escalations(connection, client_id, owner),
        interest=read_interest(snapshot, invoices, rules.interest.pack(creditor.law_country), day),
        hand_over=read_hand_over(rules.contact, debtor),
        journal=read_extract(connection, Case(client_id, numbers, ids), now),
    )
