"""Messages in doubt: when to ask the provider, and what follows from its answer or its silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select

from ledger import messages
from ledger import tables as t
from ledger.apply import touch
from ledger.tasks import open_task
from ledger.types import Instant
from ledger.unit import Unit
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState
from reminders.tasks import TaskKind

LOOKS: dict[Channel, tuple[timedelta, ...]] = {
    Channel.EMAIL: (timedelta(minutes=5), timedelta(minutes=30)),
    Channel.SMS: (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)),
    Channel.WHATSAPP: (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)),
    Channel.VOICE: (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)),
}
"""How long after the call the provider is asked; three looks where its lists may lag behind."""

_m, _a, _b = t.message.c, t.attempt.c, t.body.c
_DUE: Select[Any] = (
    select(
        t.message, _a.attempt_id, _a.provider, _a.address, _a.sender, _a.started_at, _b.text, _b.html, _b.subject
    )
    .join(t.attempt, (_a.message_id == _m.message_id) & (_a.number == _m.attempts))
    .join(t.body, _b.message_id == _m.message_id)
    .where(_m.state == MessageState.IN_DOUBT.value, _m.not_before <= bindparam("now", type_=Instant()))
    .order_by(_m.message_id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(of=t.message, skip_locked=True)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt of which nobody knows whether it was sent."""

    message_id: str
    attempt_id: str
    channel: Channel
    provider: str
    address: str
    sender: str
    started_at: datetime
    text: str
    html: str | None
    subject: str | None
    expires_at: datetime
    looks: int
    """How many looks were taken before this one."""


def due(unit: Unit, limit: int = 50) -> list[Doubt]:
    """Doubts whose next look has come. Two schedulers may both get one: the look still counts once."""
    rows = unit.connection.execute(_DUE, {"now": unit.now, "most": limit}).all()
    found = []
    for row in rows:
        looks = LOOKS[Channel(row.channel)]
        next_look = row.started_at + looks[min(row.looks, len(looks) - 1)]
        if next_look > unit.now:
            messages.set_columns(unit, row.message_id, not_before=next_look)
            continue
        found.append(
            Doubt(
                message_id=row.message_id,
                attempt_id=row.attempt_id,
                channel=Channel(row.channel),
                provider=row.provider,
                address=row.address,
                sender=row.sender,
                started_at=row.started_at,
                text=row.text,
                html=row.html,
                subject=row.subject,
                expires_at=row.expires_at,
                looks=row.looks,
            )
        )
    return found


def found(unit: Unit, doubt: Doubt, provider_id: str) -> None:
    """The provider knows it: it was sent."""
    for message in _still(unit, doubt):
        messages.move(
            unit, message, MessageState.ACCEPTED, sent_at=doubt.started_at,
            data={"attempt_id": doubt.attempt_id, "provider_id": provider_id, "found": True},
        )  # fmt: skip
        unit.connection.execute(
            t.attempt.update()
            .where(t.attempt.c.attempt_id == doubt.attempt_id)
            .values(provider_id=provider_id)
        )


def no_word(unit: Unit, doubt: Doubt, *, searched: bool) -> None:
    """The provider does not know it, or can't be asked. After the last look the channel's rule holds.

    An email may go once more: a second one is cheap, and has the same Message-ID. An SMS, a call or a WhatsApp never
    does: it is abandoned, and a person is told.
    """
    for message in _still(unit, doubt):
        if message.looks != doubt.looks:
            continue  # somebody else took this look at the same time
        looks = LOOKS[doubt.channel]
        if message.looks + 1 < len(looks):
            messages.set_columns(
                unit,
                message.message_id,
                looks=message.looks + 1,
                not_before=doubt.started_at + looks[message.looks + 1],
            )
        elif doubt.channel is Channel.EMAIL and message.attempts == 1:
            messages.move(
                unit, message, MessageState.QUEUED, reason=Reason.PROVIDER_UNSURE, not_before=unit.now, woken_at=None,
                sent_at=None, data={"attempt_id": doubt.attempt_id, "searched": searched},
            )  # fmt: skip
        else:
            messages.move(
                unit, message, MessageState.ABANDONED, reason=Reason.PROVIDER_UNSURE,
                data={"attempt_id": doubt.attempt_id, "searched": searched},
            )  # fmt: skip
            open_task(
                unit, TaskKind.DOUBT, message.message_id, client_id=message.client_id, invoice_ids=message.invoice_ids,
                message_id=message.message_id,
                brief=f"Nobody knows whether the {message.channel} of step {message.step} was sent: the provider's "
                "answer was lost, and it does not know the message either. It is not sent again. Look it up at the "
                "provider if it matters, then mark this done.",
            )  # fmt: skip
            touch(unit, [message.client_id])


def _still(unit: Unit, doubt: Doubt) -> list[messages.MessageRow]:
    """The message, locked, if it is still in doubt: a receipt may have settled it meanwhile."""
    return [m for m in messages.lock(unit.connection, [doubt.message_id]) if m.state == MessageState.IN_DOUBT]
