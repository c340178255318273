"""Soft failures: an address that can't be reached for now, again and again, is given up for a while.

A full mailbox is emptied and a phone is switched on again; so it takes several failures in a row, and some days between
the first and the last. Nothing is counted anywhere: the attempts and the receipts are the count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update

from ledger import tables as t
from ledger.keys import among
from ledger.messages import MessageRow
from ledger.suppressions import Source, standing, suppress
from ledger.unit import Unit
from reminders.feedback import ReceiptKind
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState

IN_A_ROW = 3
"""So many messages to one address that failed for now, without a delivery between them."""
WITHIN = timedelta(days=7)
"""At least so far apart are the first and the last of them: a long weekend off is no failing address."""
GIVEN_UP_FOR = timedelta(days=30)
"""How long such an address rests; then the next message tries it."""

_s = t.suppression.c
_BARRED = select(_s.channel, _s.address, _s.suppression_id).where(
    among(_s.address, "addresses"),
    _s.reason == Reason.SUPPRESSED_ADDRESS.value,
    _s.source == Source.SOFT.value,
    standing(),
)

Failing = dict[tuple[Channel, str], MessageRow]
"""Addresses, each with the last message that told us of it."""


def bar_failing(unit: Unit, failing: Mapping[tuple[Channel, str], MessageRow]) -> None:
    """Bar those of these addresses that have failed too often, as of now. Their messages are locked."""
    if not failing:
        return
    failures = _failures(unit, failing)
    for key, message in failing.items():
        sent = failures[key]
        if len(sent) >= IN_A_ROW and sent[0] - sent[-1] >= WITHIN:
            channel, address = key
            suppress(
                unit,
                channel,
                address,
                Reason.SUPPRESSED_ADDRESS,
                Source.SOFT,
                message.message_id,
                expires_on=(unit.now + GIVEN_UP_FOR).date(),
                message=message,
            )


def clear_delivered(unit: Unit, delivered: Mapping[tuple[Channel, str], MessageRow]) -> set[str]:
    """What arrived proves that its address works: lift what failures alone had barred; returns the clients of these."""
    if not delivered:
        return set()
    addresses = sorted({address for _, address in delivered})
    found = unit.connection.execute(_BARRED, {"addresses": addresses, "today": unit.now.date()})
    lifted = [row for row in found if (Channel(row.channel), row.address) in delivered]
    if lifted:
        unit.connection.execute(
            update(t.suppression)
            .where(_s.suppression_id.in_([row.suppression_id for row in lifted]))
            .values(lifted_at=unit.now)
        )
    clients = set()
    for row in lifted:
        message = delivered[Channel(row.channel), row.address]
        clients.add(message.client_id)
        unit.note(
            "receipt.recorded",
            client_id=message.client_id,
            message_id=message.message_id,
            data={"channel": row.channel, "allowed": True, "suppression_id": row.suppression_id},
        )
    return clients


def _failures(
    unit: Unit, failing: Mapping[tuple[Channel, str], MessageRow]
) -> dict[tuple[Channel, str], list[datetime]]:
    """When the messages to each address went that have failed for now since the last delivery, newest first.

    A message that failed for another reason, or of which nothing is known, is neither. What a person lifted begins
    anew.
    """
    a, m, r, s = t.attempt.c, t.message.c, t.receipt.c, t.suppression.c
    unavailable = exists().where(r.message_id == m.message_id, r.kind == ReceiptKind.UNAVAILABLE.value)
    rows = unit.connection.execute(
        select(a.channel, a.address, a.started_at, m.state, unavailable.label("soft"), s.lifted_at)
        .join(t.message, (m.message_id == a.message_id) & (m.attempts == a.number))
        .outerjoin(
            t.suppression,
            (s.channel == a.channel)
            & (s.address == a.address)
            & (s.reason == Reason.SUPPRESSED_ADDRESS.value),
        )
        .where(
            among(a.address, sorted({address for _, address in failing})),
            a.channel.in_(sorted({channel.value for channel, _ in failing})),
            m.state.in_([MessageState.DELIVERED.value, MessageState.FAILED.value]),
        )
        .order_by(a.started_at.desc(), a.attempt_id)
    ).all()
    failures: dict[tuple[Channel, str], list[datetime]] = defaultdict(list)
    ended: set[tuple[Channel, str]] = set()
    for row in rows:
        key = (Channel(row.channel), row.address)
        if row.state == MessageState.DELIVERED.value or (row.lifted_at and row.started_at <= row.lifted_at):
            ended.add(key)
        elif row.soft and key not in ended:
            failures[key].append(row.started_at)
    return failures
