"""Receipts: stored once as they come, settled by rank under the message's lock, parked while nobody knows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, Row, Select, bindparam, or_, select, update

from events.contracts.faults import clean
from ledger import messages
from ledger import tables as t
from ledger.apply import touch
from ledger.bulk import append, change, insert_new
from ledger.ids import time_ordered_id
from ledger.keys import among
from ledger.soft_failures import Failing, bar_failing, clear_delivered
from ledger.suppressions import Source, suppress
from ledger.types import Instant
from ledger.unit import Unit
from reminders.feedback import Receipt, ReceiptKind
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState, may_follow

RETRIES = (5, 30, 300, 1800, 7200, 21600, 43200)
"""Seconds between looks for a message that a receipt may belong to; after the last one it is parked for a person."""
_WORTH_KEEPING = frozenset(ReceiptKind) - {ReceiptKind.OPENED}
_UNSETTLED = frozenset({MessageState.DISPATCHING, MessageState.IN_DOUBT, MessageState.ABANDONED})
_REASONS = {
    MessageState.UNDELIVERED: Reason.BOUNCED,
    MessageState.FAILED: Reason.BOUNCED,
}
"""Why a message did not arrive, ..."""
_CALLS = frozenset({ReceiptKind.UNANSWERED, ReceiptKind.ENDED})
"""... unless it was a call that reached nobody."""

_r, _a, _m = t.receipt.c, t.attempt.c, t.message.c
_most = bindparam("most", type_=Integer())
_DUE = (
    select(_r.receipt_id)
    .where(_r.state == "new", _r.try_at <= bindparam("now", type_=Instant()))
    .order_by(_r.try_at, _r.receipt_id)
    .limit(_most)
    .with_for_update(skip_locked=True)
)
_WOKEN = (
    update(t.receipt).where(among(_r.receipt_id, "ids")).values(try_at=bindparam("again_at", type_=Instant()))
)
_NEW: Select[Any] = (
    select(t.receipt)
    .where(among(_r.receipt_id, "ids"), _r.state == "new")
    .order_by(_r.occurred_at, _r.receipt_id)
    .with_for_update(skip_locked=True)
)
_ATTEMPTS: Select[Any] = select(t.attempt).where(
    or_(among(_a.attempt_id, "ours"), among(_a.provider_id, "theirs"))
)
_SILENT: Select[Any] = (
    select(t.message)
    .where(_m.state == MessageState.ACCEPTED.value, _m.sent_at <= bindparam("sent_until", type_=Instant()))
    .order_by(_m.message_id)
    .limit(_most)
    .with_for_update(skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settling changed: clients to look at again, receipts that nobody knows yet."""

    clients: tuple[str, ...]
    waiting: int


def record(unit: Unit, receipts: Sequence[Receipt]) -> list[str]:
    """Store receipts, each once by any of its keys; returns the ids of the new ones."""
    fresh: dict[str, Receipt] = {}
    keys: dict[tuple[str, str], str] = {}
    for receipt in receipts:
        theirs = {(receipt.provider, key) for key in receipt.keys}
        if receipt.kind in _WORTH_KEEPING and not theirs & keys.keys():
            receipt_id = time_ordered_id(unit.now)
            fresh[receipt_id] = receipt
            keys.update(dict.fromkeys(theirs, receipt_id))
    claimed = insert_new(
        unit.connection,
        t.receipt_key,
        [
            {"provider": provider, "key": key, "receipt_id": receipt_id}
            for (provider, key), receipt_id in sorted(keys.items())
        ],
        ("provider", "key"),
    )
    # A key that was there already: the provider repeats itself.
    for known in keys.keys() - {(row.provider, row.key) for row in claimed}:
        fresh.pop(keys[known], None)
    rows = [_row(unit, receipt_id, receipt) for receipt_id, receipt in fresh.items()]
    append(unit.connection, t.receipt, rows)
    return list(fresh)


def _row(unit: Unit, receipt_id: str, receipt: Receipt) -> dict[str, Any]:
    return {
        "receipt_id": receipt_id,
        "provider": receipt.provider,
        "channel": receipt.channel.value,
        "kind": receipt.kind.value,
        "attempt_id": receipt.attempt_id,
        "provider_id": receipt.provider_id,
        "code": None if receipt.code is None else clean(receipt.code),
        "detail": None if receipt.detail is None else clean(receipt.detail),
        "raw": clean(receipt.raw),
        "occurred_at": receipt.occurred_at,
        "received_at": unit.now,
        "state": "new",
        "tries": 0,
        "try_at": unit.now,
    }


def due(unit: Unit, limit: int, patience: timedelta = timedelta(0)) -> list[str]:
    """Receipts that wait to be settled, oldest first. They count as woken: nobody finds them within `patience`."""
    ids = list(unit.connection.execute(_DUE, {"now": unit.now, "most": limit}).scalars())
    if ids:
        unit.connection.execute(_WOKEN, {"ids": ids, "again_at": unit.now + patience})
    return ids


def settle(unit: Unit, receipt_ids: Sequence[str]) -> Settled:
    """Apply receipts to their messages, whatever order they come in."""
    rows = unit.connection.execute(_NEW, {"ids": receipt_ids}).all()
    attempts = _attempts(unit, rows)
    locked = {
        m.message_id: m for m in messages.lock(unit.connection, {a.message_id for a in attempts.values()})
    }
    clients: set[str] = set()
    applied: list[dict[str, Any]] = []
    failing: Failing = {}
    delivered: Failing = {}
    waiting = 0
    for row in rows:
        attempt = attempts.get(row.receipt_id)
        if attempt is None:
            waiting += 1
            _wait(unit, row)
            continue
        kind = ReceiptKind(row.kind)
        message = locked[attempt.message_id]
        applied.append(
            {
                "receipt_id": row.receipt_id,
                "state": "applied",
                "try_at": None,
                "message_id": message.message_id,
            }
        )
        unit.note(
            "receipt.recorded",
            client_id=message.client_id,
            message_id=message.message_id,
            caused_by=row.receipt_id,
            data={
                "provider": row.provider,
                "receipt": kind.value,
                "code": row.code,
                "occurred_at": row.occurred_at,
            },
        )
        reason = kind.suppresses
        if reason is not None and attempt.address:
            suppress(unit, Channel(message.channel), attempt.address, reason, Source.RECEIPT, row.receipt_id)
            clients.add(message.client_id)
        if attempt.provider_id is None and row.provider_id:
            unit.connection.execute(
                update(t.attempt)
                .where(t.attempt.c.attempt_id == attempt.attempt_id)
                .values(provider_id=row.provider_id)
            )
        after = _apply(unit, message, kind, row, attempt)
        locked[message.message_id] = after
        if after.state != message.state and after.state in (MessageState.UNDELIVERED, MessageState.FAILED):
            clients.add(message.client_id)
        which = {MessageState.FAILED: failing, MessageState.DELIVERED: delivered}.get(
            MessageState(after.state)
        )
        if which is not None and attempt.address:
            which[Channel(message.channel), attempt.address] = after
    change(unit.connection, t.receipt, "receipt_id", applied)
    clients |= clear_delivered(unit, delivered)
    bar_failing(unit, failing)  # their clients are looked at already: the message failed
    touch(unit, clients)
    return Settled(tuple(sorted(clients)), waiting)


def _apply(
    unit: Unit, message: messages.MessageRow, kind: ReceiptKind, row: Row[Any], attempt: Row[Any]
) -> messages.MessageRow:
    """Bring the message as far as the receipt proves; a receipt that proves less than is known changes nothing."""
    target = kind.state
    state = MessageState(message.state)
    started = attempt.started_at
    if state in _UNSETTLED or (state is MessageState.QUEUED and message.attempts):
        # The provider has it: the receipt was quicker than its answer, or is the word that settles the doubt. Whatever
        # else it says proves that; and what was to go once more need not.
        message = messages.move(
            unit, message, MessageState.ACCEPTED, caused_by=row.receipt_id, sent_at=started, lease_until=None,
            data={"attempt_id": attempt.attempt_id},
        )  # fmt: skip
        state = MessageState.ACCEPTED
        a = (
            t.attempt.c
        )  # its sender may never come back to say so; if it does, its own word replaces this one
        unit.connection.execute(
            update(t.attempt)
            .where(a.attempt_id == attempt.attempt_id, a.ended_at.is_(None))
            .values(ended_at=unit.now, outcome="accepted")
        )
    if target in (None, MessageState.ACCEPTED, state) or not may_follow(state, target):
        return message
    reason = Reason.UNANSWERED if kind in _CALLS else _REASONS.get(target)
    return messages.move(
        unit, message, target, reason=reason, caused_by=row.receipt_id, data={"code": row.code}
    )


def _attempts(unit: Unit, rows: Sequence[Row[Any]]) -> dict[str, Row[Any]]:
    """The attempt that each receipt is about: by our own id first, then by the provider's."""
    ours = {row.attempt_id for row in rows if row.attempt_id}
    theirs = {row.provider_id for row in rows if row.provider_id}
    if not ours and not theirs:
        return {}
    keys = {"ours": sorted(ours), "theirs": sorted(theirs)}
    found = unit.connection.execute(_ATTEMPTS, keys).all()
    by_ours = {attempt.attempt_id: attempt for attempt in found}
    by_theirs = {attempt.provider_id: attempt for attempt in found if attempt.provider_id}
    pairs = ((row, by_ours.get(row.attempt_id) or by_theirs.get(row.provider_id)) for row in rows)
    return {row.receipt_id: attempt for row, attempt in pairs if attempt is not None}


def _wait(unit: Unit, row: Row[Any]) -> None:
    """A receipt that came before its attempt, or from a stranger: try again later, then park it for a person."""
    r = t.receipt.c
    key = r.receipt_id == row.receipt_id
    if row.tries < len(RETRIES):
        at = unit.now + timedelta(seconds=RETRIES[row.tries])
        unit.connection.execute(update(t.receipt).where(key).values(tries=row.tries + 1, try_at=at))
        return
    unit.connection.execute(update(t.receipt).where(key).values(state="parked", try_at=None))
    insert_new(
        unit.connection,
        t.parked,
        [
            {
                "parked_id": row.receipt_id,
                "kind": "receipt",
                "reason": "unknown_attempt",
                "detail": "no message of this ledger belongs to it; did another system with the same account send it?",
                "source": row.provider,
                "event_id": row.provider_id,
                "headers": {},
                "body": row.raw.encode(),
                "received_at": row.received_at,
                "state": "open",
            }
        ],
        ("parked_id",),
    )
    unit.note(
        "receipt.parked", caused_by=row.receipt_id, data={"provider": row.provider, "receipt": row.kind}
    )


def give_up_waiting(unit: Unit, after: timedelta, limit: int = 200) -> int:
    """Accepted messages without a word for `after` become `no_receipt`; returns how many messages were settled.

    A mail server tells of failures alone, by a mail that comes back. Its silence means that the mail arrived, and the
    journal says that this was presumed; a bounce that comes later still counts.
    """
    rows = unit.connection.execute(_SILENT, {"sent_until": unit.now - after, "most": limit}).all()
    silent = _by_mail_server(unit, rows)
    unheard = [row for row in rows if row.message_id not in silent]
    messages.move_all(unit, unheard, MessageState.NO_RECEIPT, reason=Reason.NO_RECEIPT)
    arrived = [row for row in rows if row.message_id in silent]
    messages.move_all(
        unit, arrived, MessageState.DELIVERED, data={row.message_id: {"presumed": True} for row in arrived}
    )
    return len(rows)


def _by_mail_server(unit: Unit, rows: Sequence[Row[Any]]) -> set[str]:
    """Those of these messages whose last attempt went by a provider that reports no delivery."""
    a, m = t.attempt.c, t.message.c
    ids = [row.message_id for row in rows]
    found = (
        select(m.message_id)
        .join(t.attempt, (a.message_id == m.message_id) & (a.number == m.attempts))
        .where(among(m.message_id, ids), a.provider.in_(_NO_NEWS_IS_GOOD))
    )
    return set(unit.connection.execute(found).scalars()) if ids else set()


_NO_NEWS_IS_GOOD = ("smtp",)
