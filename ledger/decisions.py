"""Recording decisions: messages planned and stopped, tasks opened, the next look, all with their reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, bindparam, or_, select, update

from ledger import messages
from ledger import tables as t
from ledger.keys import among
from ledger.tasks import close_for_message, open_task
from ledger.unit import Unit
from reminders.decision import Decision, Reminder
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState

_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder with the way that was chosen for it."""

    message_id: str
    reminder: Reminder
    tone: str
    channel: Channel
    contact_id: str


@dataclass(frozen=True, slots=True)
class Unroutable:
    """A reminder for which there is no allowed way, and why, channel by channel."""

    reminder: Reminder
    reasons: tuple[tuple[Channel, Reason], ...]


@dataclass(frozen=True, slots=True)
class Routed:
    """A decision with its ways."""

    decision: Decision
    planned: tuple[Planned, ...] = ()
    unroutable: tuple[Unroutable, ...] = ()


_SET_LOOK = (
    update(t.client)
    .where(t.client.c.client_id == bindparam("key"))
    .values(look_at=bindparam("next_look"), woken_at=None, decided=bindparam("fingerprint"))
)


def claim_due(unit: Unit, client_ids: Sequence[str]) -> list[Row[Any]]:
    """Lock those of these clients that are due now; another decider's are skipped, and are its business."""
    c = t.client.c
    statement: Select[Any] = (
        select(c.client_id, c.decided)
        .where(among(c.client_id, client_ids), c.look_at <= unit.now)
        .order_by(c.client_id)
        .with_for_update(skip_locked=True)
    )
    return list(unit.connection.execute(statement).all())


def record(
    unit: Unit, claimed: Sequence[Row[Any]], routed: Sequence[Routed], policy: str
) -> dict[Channel, list[str]]:
    """Write what was decided for the claimed clients; returns the messages to send now, by channel.

    `policy` is the policy's name and version. A decision that says the same as the last one for the client is not
    written into the journal again.
    """
    before = {row.client_id: row.decided for row in claimed}
    looks = []
    for result in routed:
        decision = result.decision
        told = _told(result)
        fingerprint = hashlib.blake2b(_encode([told, policy]), digest_size=12).hexdigest()
        if fingerprint != before[decision.client_id]:
            _note_decision(unit, result, told, policy)
        looks.append({"key": decision.client_id, "next_look": decision.look_at, "fingerprint": fingerprint})
    _stop(unit, routed)
    ready = _plan(unit, routed, policy)
    if looks:
        unit.connection.execute(_SET_LOOK, looks)
    return ready


def _stop(unit: Unit, routed: Sequence[Routed]) -> None:
    stops = {stop.message_id: stop for result in routed for stop in result.decision.stops}
    for message in messages.lock(unit.connection, stops):
        stop = stops[message.message_id]
        if MessageState(message.state).is_open:
            messages.move(unit, message, stop.state, reason=stop.reason)
            close_for_message(unit, message.message_id, stop.reason.sentence)


def _plan(unit: Unit, routed: Sequence[Routed], policy: str) -> dict[Channel, list[str]]:
    rows: list[dict[str, Any]] = []
    reasons: dict[str, Sequence[Reason]] = {}
    for result in routed:
        client_id = result.decision.client_id
        for planned in result.planned:
            row = _message_row(unit, client_id, planned, policy)
            rows.append(row)
            reasons[row["message_id"]] = planned.reminder.reasons
        for missing in result.unroutable:
            reminder = missing.reminder
            open_task(
                unit,
                "unreachable",
                f"{client_id}|{reminder.creditor_id}|{reminder.carrying_invoice_id}|{reminder.due_on}",
                client_id=client_id,
                invoice_ids=[item.invoice_id for item in reminder.items],
                brief=_unreachable_brief(missing),
            )
        for left in result.decision.left_out:
            if left.reason is Reason.OTHER_CURRENCY and left.invoice_id is not None:
                open_task(
                    unit,
                    "doubt",
                    f"currency|{left.invoice_id}",
                    client_id=client_id,
                    invoice_ids=[left.invoice_id],
                    brief=_CURRENCY_BRIEF,
                )
    new = messages.lock(unit.connection, messages.plan(unit, rows, reasons))
    for held in messages.move_all(
        unit,
        [row for row in new if row.needs_approval],
        MessageState.HELD,
        reason=Reason.AWAITING_APPROVAL,
    ):
        open_task(
            unit,
            "approval",
            held.message_id,
            client_id=held.client_id,
            invoice_ids=held.invoice_ids,
            message_id=held.message_id,
            brief=_approval_brief(held),
        )
    ready: dict[Channel, list[str]] = {}
    for queued in messages.move_all(
        unit, [row for row in new if not row.needs_approval], MessageState.QUEUED, woken_at=unit.now
    ):
        ready.setdefault(Channel(queued.channel), []).append(queued.message_id)
    return ready


def _message_row(unit: Unit, client_id: str, planned: Planned, policy: str) -> dict[str, Any]:
    reminder = planned.reminder
    return {
        "message_id": planned.message_id,
        "client_id": client_id,
        "creditor_id": reminder.creditor_id,
        "contact_id": planned.contact_id,
        "channel": planned.channel.value,
        "step": reminder.step,
        "tone": planned.tone,
        "policy": policy,
        "carrying_invoice_id": reminder.carrying_invoice_id,
        "due_on": reminder.due_on,
        "invoice_ids": [item.invoice_id for item in reminder.items],
        "amounts": [[money.currency, money.minor] for money in reminder.amounts],
        "state": MessageState.PLANNED.value,
        "version": 1,
        "needs_approval": reminder.needs_approval,
        "planned_at": unit.now,
        "not_before": unit.now,
        "expires_at": reminder.expires_at,
        "changed_at": unit.now,
        "attempts": 0,
        "looks": 0,
    }


def _note_decision(unit: Unit, result: Routed, told: dict[str, Any], policy: str) -> None:
    decision = result.decision
    reasons: dict[Reason, None] = {}
    for planned in result.planned:
        reasons.update(dict.fromkeys(planned.reminder.reasons))
    reasons.update(dict.fromkeys(left.reason for left in decision.left_out))
    for missing in result.unroutable:
        reasons.update(dict.fromkeys(reason for _, reason in missing.reasons))
    unit.note(
        "decision.made",
        client_id=decision.client_id,
        invoice_ids=sorted(
            {item.invoice_id for planned in result.planned for item in planned.reminder.items}
            | {left.invoice_id for left in decision.left_out if left.invoice_id}
        ),
        reasons=reasons,
        data={**told, "policy": policy, "look_at": decision.look_at},
    )


def _told(result: Routed) -> dict[str, Any]:
    """What a decision says, apart from when it was made."""
    return {
        "planned": [
            {
                "message_id": planned.message_id,
                "step": planned.reminder.step,
                "channel": planned.channel.value,
                "reasons": [reason.value for reason in planned.reminder.reasons],
            }
            for planned in result.planned
        ],
        "unroutable": [
            {"step": missing.reminder.step, "reasons": {c.value: r.value for c, r in missing.reasons}}
            for missing in result.unroutable
        ],
        "stopped": [
            {"message_id": stop.message_id, "state": stop.state.value, "reason": stop.reason.value}
            for stop in result.decision.stops
        ],
        "left_out": [
            {
                name: value
                for name, value in (
                    ("reason", left.reason.value),
                    ("invoice_id", left.invoice_id),
                    ("step", left.step),
                    ("until", left.until),
                )
                if value is not None
            }
            for left in result.decision.left_out
        ],
    }


_CURRENCY_BRIEF = (
    "A payment in another currency than the invoice's was allocated to it, so nobody here can say what is still owed. "
    "Reminders for it wait. Put it right in the billing system: state the payment anew in the invoice's currency, or "
    "take the allocation away."
)


def _unreachable_brief(missing: Unroutable) -> str:
    why = "; ".join(f"{channel.value}: {reason.sentence}" for channel, reason in missing.reasons)
    numbers = ", ".join(item.number for item in missing.reminder.items)
    return (
        f"The step {missing.reminder.step} for {numbers} could not be sent: no contact can be reached. {why} "
        "Find another contact or address, or call; a new client.updated event puts it right."
    )


def _approval_brief(message: Any) -> str:
    return (
        f"The step {message.step} waits for your yes. It goes by {message.channel} and speaks of "
        f"{len(message.invoice_ids)} invoice(s). Read it with `amicable message {message.message_id}`, see the history "
        f"with `amicable explain {message.client_id}`, then approve or refuse. Without a decision it ends on "
        f"{message.expires_at.date().isoformat()}."
    )


def wake_due(unit: Unit, limit: int, patience: Any) -> list[str]:
    """Clients that are due and that nobody was woken for within `patience`; they count as woken from now on."""
    c = t.client.c
    due = (
        select(c.client_id)
        .where(c.look_at <= unit.now, or_(c.woken_at.is_(None), c.woken_at <= unit.now - patience))
        .order_by(c.look_at, c.client_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = sorted(unit.connection.execute(due).scalars())
    if ids:
        unit.connection.execute(update(t.client).where(among(c.client_id, ids)).values(woken_at=unit.now))
    return ids


def next_look(connection: Any) -> datetime | None:
    """When the next client is due."""
    c = t.client.c
    value: datetime | None = connection.execute(
        select(c.look_at).where(c.look_at.is_not(None)).order_by(c.look_at).limit(1)
    ).scalar_one_or_none()
    return value
