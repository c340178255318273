"""Sending: what a sender takes, what it commits just before the call, and the outcome it commits first.

A message is claimed by its row lock: it stays queued for everybody else until the transaction that also made the last
check commits it as `dispatching`, with its attempt. A sender that dies before that has done nothing; one that dies
after it leaves an attempt in doubt, never one that is silently made again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Integer, bindparam, func, or_, select, update

from ledger import messages
from ledger import tables as t
from ledger.apply import touch
from ledger.bulk import append, change, upsert
from ledger.keys import among
from ledger.suppressions import Source, normal, suppress
from ledger.tasks import close_for_message, open_task
from ledger.types import Instant
from ledger.unit import Unit
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState
from reminders.tasks import TaskKind

LEASE = timedelta(seconds=60)
"""How long a call may take, deadline and slack included, before its attempt counts as in doubt."""
_NAMESPACE = UUID("b6a7f6a4-2a56-5c0e-8a53-2f2a5b8f4b11")
_message, _now = t.message.c, bindparam("now", type_=Instant())
_most = bindparam("most", type_=Integer())
_OVERDUE = (
    select(t.message)
    .where(_message.state == MessageState.DISPATCHING.value, _message.lease_until <= _now)
    .order_by(_message.message_id)
    .limit(_most)
    .with_for_update(skip_locked=True)
)
_DUE = (
    select(_message.message_id, _message.channel)
    .where(
        _message.state == MessageState.QUEUED.value,
        _message.not_before <= _now,
        or_(_message.woken_at.is_(None), _message.woken_at <= bindparam("woken_until", type_=Instant())),
    )
    .order_by(_message.not_before, _message.message_id)
    .limit(_most)
    .with_for_update(skip_locked=True)
)
_WOKEN = update(t.message).where(among(_message.message_id, "ids")).values(woken_at=_now)
BACKOFF = (30, 120, 600, 1800, 3600)
"""Seconds to wait after the first, second, … time a message was surely not sent; the last one repeats."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A message about to be sent: how it reads now, and to whom it goes."""

    message: messages.MessageRow
    provider: str
    address: str
    sender: str
    language: str
    subject: str | None
    text: str
    html: str | None
    invoice_ids: tuple[str, ...]
    amounts: tuple[Money, ...]

    @property
    def attempt_id(self) -> str:
        """The attempt's id, minted from the message and its number: it is the same whoever computes it."""
        return attempt_id(self.message.message_id, self.message.attempts + 1)


def attempt_id(message_id: str, number: int) -> str:
    """The id of a message's n-th attempt."""
    return str(uuid5(_NAMESPACE, f"{message_id}|{number}"))


def take(unit: Unit, message_ids: Sequence[str]) -> list[messages.MessageRow]:
    """Lock those of these messages that are queued and whose moment has come; another sender's are skipped.

    The clients' rows are locked as well, so that two senders can't both pass the same client's cap.
    """
    return [
        row
        for row in messages.lock(unit.connection, message_ids, skip_locked=True)
        if row.state == MessageState.QUEUED and row.not_before <= unit.now
    ]


def dispatch(unit: Unit, going: Sequence[Dispatch]) -> None:
    """Commit point before the socket: attempts, texts, and the state `dispatching`."""
    if not going:
        return
    append(
        unit.connection,
        t.attempt,
        [
            {
                "attempt_id": one.attempt_id,
                "message_id": one.message.message_id,
                "number": one.message.attempts + 1,
                "provider": one.provider,
                "channel": one.message.channel,
                "address": normal(one.address),
                "sender": one.sender,
                "started_at": unit.now,
            }
            for one in going
        ],
    )
    going = sorted(going, key=lambda one: one.message.message_id)
    upsert(
        unit.connection,
        t.body,
        [
            {"message_id": one.message.message_id, "subject": one.subject, "text": one.text, "html": one.html}
            for one in going
        ],
        _INSTEAD,
    )
    change(
        unit.connection,
        t.message,
        "message_id",
        [
            {
                "message_id": one.message.message_id,
                "language": one.language,
                "amounts": [[money.currency, money.minor] for money in one.amounts],
                "invoice_ids": list(one.invoice_ids),
            }
            for one in going
        ],
    )
    messages.move_all(
        unit,
        [one.message for one in going],
        MessageState.DISPATCHING,
        data={
            one.message.message_id: {"attempt_id": one.attempt_id, "provider": one.provider} for one in going
        },
        attempts=_ONE_MORE,
        lease_until=unit.now + LEASE,
    )


_ONE_MORE = t.message.c.attempts + 1
_INSTEAD = "(message_id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}" for name in ("subject", "text", "html")
)
"""How a message that is sent again reads now replaces how it read."""


def doubted(connection: Connection, message_ids: Sequence[str]) -> dict[str, str]:
    """Those of these messages of which an attempt may have been sent, each with the provider that was given it."""
    a = t.attempt.c
    rows = connection.execute(
        select(a.message_id, a.provider)
        .where(among(a.message_id, message_ids), a.outcome == "in_doubt")
        .order_by(a.number)
    )
    return {row.message_id: row.provider for row in rows}


def put_off(unit: Unit, message: messages.MessageRow, until: datetime, reason: Reason) -> None:
    """Leave a queued message for later; no attempt is spent. The journal says why it still waits."""
    messages.set_columns(unit, message.message_id, not_before=until, woken_at=None, reason=reason.value)
    unit.note(
        "message.queued",
        client_id=message.client_id,
        invoice_ids=message.invoice_ids,
        message_id=message.message_id,
        reasons=(reason,),
        data={"step": message.step, "channel": message.channel, "until": until},
    )


def call_off(unit: Unit, message: messages.MessageRow, state: MessageState, reason: Reason) -> None:
    """End a message that must not go any more (or hold it), and look at its client again."""
    messages.move(unit, message, state, reason=reason)
    if state is not MessageState.HELD:
        close_for_message(unit, message.message_id, reason.sentence)
    touch(unit, [message.client_id])


# --- outcomes: each is the first thing committed after the call ---------------------------------------------------


def hold(unit: Unit, attempts: Sequence[str]) -> None:
    """Lock the messages of these attempts, and their clients, at once.

    For a transaction that records the outcomes of several attempts: locked one by one, in the order in which the
    answers came, two such transactions could wait for each other.
    """
    rows = unit.connection.execute(
        select(t.attempt.c.message_id).where(among(t.attempt.c.attempt_id, attempts))
    )
    messages.lock(unit.connection, rows.scalars())


def accepted(unit: Unit, taken: Sequence[tuple[str, str | None]]) -> None:
    """The provider took these attempts (their ids, with the provider's): all in a few statements.

    Certain, and so it also settles a doubt that began while its sender was slow.
    """
    if not taken:
        return
    theirs = dict(taken)
    numbers = {
        row.message_id: row for row in unit.connection.execute(_NUMBERS, {"attempt_ids": list(theirs)})
    }
    locked = messages.lock(
        unit.connection, numbers
    )  # before the attempts' rows, as whoever settles a receipt does
    change(
        unit.connection,
        t.attempt,
        "attempt_id",
        [
            {"attempt_id": ours, "ended_at": unit.now, "outcome": "accepted", "provider_id": theirs[ours]}
            for ours in sorted(theirs)
        ],
    )
    waiting: dict[str, list[messages.MessageRow]] = {}
    for message in locked:
        if message.state in _UNSETTLED and message.attempts == numbers[message.message_id].number:
            waiting.setdefault(message.state, []).append(message)
    for rows in waiting.values():
        ids = {row.message_id: numbers[row.message_id].attempt_id for row in rows}
        messages.move_all(
            unit,
            rows,
            MessageState.ACCEPTED,
            data={m: {"attempt_id": ours, "provider_id": theirs[ours]} for m, ours in ids.items()},
            sent_at=_WHEN_IT_BEGAN,
            lease_until=None,
        )


_WHEN_IT_BEGAN = func.coalesce(t.message.c.sent_at, t.message.c.changed_at)
"""A message that was dispatched and nothing else was changed last when its call began."""
_NUMBERS = select(t.attempt.c.attempt_id, t.attempt.c.message_id, t.attempt.c.number).where(
    among(t.attempt.c.attempt_id, "attempt_ids")
)


def not_sent(unit: Unit, attempt: str, code: str, detail: str, retry_after: float | None) -> None:
    """Surely not sent: the same message again, later, as long as it makes sense."""
    message = _end(unit, attempt, "not_sent", _UNSETTLED - {MessageState.ABANDONED}, code=code, detail=detail)
    if message is not None:
        wait = float(BACKOFF[min(message.attempts, len(BACKOFF)) - 1])
        if retry_after is not None:
            wait = max(retry_after, 1.0)
        messages.move(
            unit, message, MessageState.QUEUED, reason=Reason.PROVIDER_BUSY, data={"attempt_id": attempt, "code": code},
            not_before=unit.now + timedelta(seconds=wait), woken_at=None, lease_until=None, sent_at=None,
        )  # fmt: skip


def rejected(
    unit: Unit, attempt: str, code: str, detail: str, suppresses: Reason | None, *, person: bool
) -> None:
    """The provider refused it for good. `suppresses` also bars the address; `person`: somebody must look at why."""
    message = _end(unit, attempt, "rejected", _CALLING, code=code, detail=detail)
    if message is None:
        return
    messages.move(
        unit, message, MessageState.REJECTED, reason=Reason.PROVIDER_REFUSED, lease_until=None,
        data={"attempt_id": attempt, "code": code},
    )  # fmt: skip
    if suppresses is not None:
        address = _attempt(unit, attempt).address
        channel = Channel(message.channel)
        suppress(unit, channel, address, suppresses, Source.REFUSAL, attempt, message=message)
    if person:
        open_task(
            unit, TaskKind.DOUBT, message.message_id, client_id=message.client_id, invoice_ids=message.invoice_ids,
            message_id=message.message_id,
            brief=f"The provider refused the message itself (code {code}: {detail}). Mend the template or the sender; "
            "this message is not sent again.",
        )  # fmt: skip
    touch(unit, [message.client_id])


def in_doubt(unit: Unit, attempt: str, detail: str) -> None:
    """The request may have been taken: nothing is sent again until that is known."""
    message = _end(unit, attempt, "in_doubt", _CALLING, detail=detail)
    if message is not None:
        _doubt(unit, message, attempt)


def _doubt(unit: Unit, message: messages.MessageRow, attempt: str) -> None:
    messages.move(
        unit, message, MessageState.IN_DOUBT, reason=Reason.PROVIDER_UNSURE, data={"attempt_id": attempt},
        sent_at=_started(unit, attempt), lease_until=None, not_before=unit.now, looks=0,
    )  # fmt: skip


def doubt_overdue(unit: Unit, limit: int = 200) -> list[str]:
    """Messages whose sender never came back become in doubt; returns their ids."""
    rows = unit.connection.execute(_OVERDUE, {"now": unit.now, "most": limit}).all()
    for row in rows:
        attempt = attempt_id(row.message_id, row.attempts)
        _close_attempt(unit, attempt, "in_doubt", detail="the sender stopped during the call")
        _doubt(unit, row, attempt)
    return [row.message_id for row in rows]


_CALLING = frozenset({MessageState.DISPATCHING})
_UNSETTLED = frozenset({MessageState.DISPATCHING, MessageState.IN_DOUBT, MessageState.ABANDONED})


def _end(
    unit: Unit, attempt: str, outcome: str, waits: frozenset[MessageState], **columns: Any
) -> messages.MessageRow | None:
    """Close an attempt; its message, locked, if it still waits for this outcome (a receipt may have been quicker)."""
    row = _attempt(unit, attempt)
    locked = messages.lock(
        unit.connection, [row.message_id]
    )  # before the attempt, as whoever settles a receipt
    _close_attempt(unit, attempt, outcome, **columns)
    message = locked[0] if locked else None
    if message is None or message.state not in waits or message.attempts != row.number:
        return None
    return message


def _close_attempt(unit: Unit, attempt: str, outcome: str, **columns: Any) -> None:
    unit.connection.execute(
        update(t.attempt)
        .where(t.attempt.c.attempt_id == attempt)
        .values(ended_at=unit.now, outcome=outcome, **columns)
    )


def _attempt(unit: Unit, attempt: str) -> Any:
    return unit.connection.execute(select(t.attempt).where(t.attempt.c.attempt_id == attempt)).one()


def _started(unit: Unit, attempt: str) -> datetime:
    started: datetime = _attempt(unit, attempt).started_at
    return started


# --- waking -------------------------------------------------------------------------------------------------------


def wake_queued(unit: Unit, limit: int, patience: timedelta) -> Mapping[Channel, list[str]]:
    """Queued messages whose moment has come and that no sender was woken for within `patience`, by channel."""
    due = {"now": unit.now, "woken_until": unit.now - patience, "most": limit}
    rows = unit.connection.execute(_DUE, due).all()
    found: dict[Channel, list[str]] = {}
    for row in rows:
        found.setdefault(Channel(row.channel), []).append(row.message_id)
    if rows:
        unit.connection.execute(_WOKEN, {"ids": [row.message_id for row in rows], "now": unit.now})
    return found
