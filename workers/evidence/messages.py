"""Every message to the client, whole: where it went, what it said, what was tried, and what the provider reported."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from ledger import tables as t
from ledger.keys import among
from reminders.money import Money
from reminders.reasons import Reason
from reminders.states import MessageState


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call to a provider."""

    number: int
    attempt_id: str
    provider: str
    address: str | None
    """Where it went: an email address, or a phone number in E.164."""
    sender: str | None
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    provider_id: str | None
    """The provider's own id of the message: it can be asked about it."""
    code: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """What the provider reported later. `occurred_at` is the provider's time, `received_at` ours."""

    receipt_id: str
    provider: str
    kind: str
    occurred_at: datetime
    received_at: datetime
    code: str | None
    detail: str | None
    provider_id: str | None


@dataclass(frozen=True, slots=True)
class MessageFile:
    """One message. One that was never sent has no words."""

    message_id: str
    step: str
    tone: str
    channel: str
    language: str | None
    contact_id: str | None
    invoice_ids: tuple[str, ...]
    amounts: tuple[Money, ...]
    """What it asked for."""
    policy: str
    state: MessageState
    reason: Reason | None
    approved_by: str | None
    """The person who approved it, where it needed that."""
    planned_at: datetime
    sent_at: datetime | None
    subject: str | None
    text: str | None
    html: str | None
    attempts: tuple[Attempt, ...]
    receipts: tuple[ReceiptFile, ...]

    @property
    def went_out(self) -> bool:
        """Whether a provider was called for it."""
        return bool(self.attempts)

    @property
    def address(self) -> str | None:
        """Where it went last."""
        return self.attempts[-1].address if self.attempts else None


def read_messages(connection: Connection, client_id: str, creditor_id: str) -> tuple[MessageFile, ...]:
    """All messages to the client in the creditor's name, in the order in which they were planned."""
    m, b = t.message.c, t.body.c
    rows = connection.execute(
        select(t.message, b.subject, b.text, b.html)
        .outerjoin(t.body, b.message_id == m.message_id)
        .where(m.client_id == client_id, m.creditor_id == creditor_id)
        .order_by(m.planned_at, m.message_id)
    ).all()
    ids = [row.message_id for row in rows]
    attempts = _attempts(connection, ids)
    receipts = _receipts(connection, ids)
    return tuple(
        MessageFile(
            message_id=row.message_id,
            step=row.step,
            tone=row.tone,
            channel=row.channel,
            language=row.language,
            contact_id=row.contact_id,
            invoice_ids=tuple(row.invoice_ids),
            amounts=tuple(Money(minor, currency) for currency, minor in row.amounts),
            policy=row.policy,
            state=MessageState(row.state),
            reason=Reason(row.reason) if row.reason else None,
            approved_by=row.approved_by,
            planned_at=row.planned_at,
            sent_at=row.sent_at,
            subject=row.subject,
            text=row.text,
            html=row.html,
            attempts=tuple(attempts[row.message_id]),
            receipts=tuple(receipts[row.message_id]),
        )
        for row in rows
    )


def _attempts(connection: Connection, message_ids: list[str]) -> defaultdict[str, list[Attempt]]:
    a = t.attempt.c
    found: defaultdict[str, list[Attempt]] = defaultdict(list)
    for row in connection.execute(
        select(t.attempt).where(among(a.message_id, message_ids)).order_by(a.message_id, a.number)
    ):
        found[row.message_id].append(
            Attempt(
                row.number,
                row.attempt_id,
                row.provider,
                row.address,
                row.sender,
                row.started_at,
                row.ended_at,
                row.outcome,
                row.provider_id,
                row.code,
                row.detail,
            )
        )
    return found


def _receipts(connection: Connection, message_ids: list[str]) -> defaultdict[str, list[ReceiptFile]]:
    r = t.receipt.c
    found: defaultdict[str, list[ReceiptFile]] = defaultdict(list)
    for row in connection.execute(
        select(t.receipt).where(among(r.message_id, message_ids)).order_by(r.occurred_at, r.receipt_id)
    ):
        found[row.message_id].append(
            ReceiptFile(
                row.receipt_id,
                row.provider,
                row.kind,
                row.occurred_at,
                row.received_at,
                row.code,
                row.detail,
                row.provider_id,
            )
        )
    return found
