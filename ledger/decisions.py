"""Recording decisions: messages planned and stopped, tasks opened, the next look, all with their reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Integer, Row, Select, bindparam, or_, select, update

from ledger import messages
from ledger import tables as t
from ledger.bulk import change
from ledger.keys import among
from ledger.nowhere import Search, ask_for_ways
from ledger.routed import Planned, Routed
from ledger.tasks import close_errands, close_for_message, close_reached, open_task
from ledger.types import Instant
from ledger.unit import Unit
from reminders.decision import Reminder
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState
from reminders.tasks import TaskKind
from reminders.ways import Considered

_encode = msgspec.json.Encoder(order="deterministic").encode


_client, _now = t.client.c, bindparam("now", type_=Instant())
_CLAIMED: Select[Any] = (
    select(_client.client_id, _client.decided)
    .where(among(_client.client_id, "ids"), _client.look_at <= _now)
    .order_by(_client.client_id)
    .with_for_update(skip_locked=True)
)
_DUE = (
    select(_client.client_id)
    .where(
        _client.look_at <= _now,
        or_(_client.woken_at.is_(None), _client.woken_at <= bindparam("woken_until", type_=Instant())),
    )
    .order_by(_client.look_at, _client.client_id)
    .limit(bindparam("most", type_=Integer()))
    .with_for_update(skip_locked=True)
)
_WOKEN = update(t.client).where(among(_client.client_id, "ids")).values(woken_at=_now)


def claim_due(unit: Unit, client_ids: Sequence[str]) -> list[Row[Any]]:
    """Lock those of these clients that are due now; another decider's are skipped, and are its business."""
    ids = sorted(set(client_ids))
    return list(unit.connection.execute(_CLAIMED, {"ids": ids, "now": unit.now}).all())


def record(unit: Unit, claimed: Sequence[Row[Any]], routed: Sequence[Routed]) -> dict[Channel, list[str]]:
    """Write what was decided for the claimed clients; returns the messages to send now, by channel.

    A decision that says the same as the last one for the client is not written into the journal again.
    """
    before = {row.client_id: row.decided for row in claimed}
    looks = []
    for result in routed:
        decision = result.decision
        told = _told(result)
        fingerprint = hashlib.blake2b(_encode([told, result.policy]), digest_size=12).hexdigest()
        if fingerprint != before[decision.client_id]:
            _note_decision(unit, result, told)
        looks.append(
            {
                "client_id": decision.client_id,
                "look_at": decision.look_at,
                "woken_at": None,
                "decided": fingerprint,
            }
        )
    _stop(unit, routed)
    close_errands(unit, [task_id for result in routed for task_id in result.decision.over])
    close_reached(unit, [result.decision.client_id for result in routed if result.nowhere is None])
    ready = _plan(unit, routed)
    searches = ask_for_ways(
        unit, {result.decision.client_id: result.nowhere for result in routed if result.nowhere is not None}
    )
    for result in routed:
        _ask(unit, result, searches.get(result.decision.client_id))
    change(unit.connection, t.client, "client_id", looks)
    return ready


def _stop(unit: Unit, routed: Sequence[Routed]) -> None:
    stops = {stop.message_id: stop for result in routed for stop in result.decision.stops}
    for message in messages.lock(unit.connection, stops):
        stop = stops[message.message_id]
        if MessageState(message.state).is_open:
            messages.move(unit, message, stop.state, reason=stop.reason)
            close_for_message(unit, message.message_id, stop.reason.sentence)


def _plan(unit: Unit, routed: Sequence[Routed]) -> dict[Channel, list[str]]:
    planned = {one.message_id: (one, result) for result in routed for one in result.planned}
    rows = [_message_row(unit, one, result) for one, result in planned.values()]
    reasons = {key: one.reminder.reasons for key, (one, _) in planned.items()}
    new = messages.lock(unit.connection, messages.plan(unit, rows, reasons))
    for_approval = [row for row in new if row.needs_approval]
    messages.move_all(unit, for_approval, MessageState.HELD, reason=Reason.AWAITING_APPROVAL)
    for held in for_approval:
        one, result = planned[held.message_id]
        open_task(
            unit,
            TaskKind.APPROVAL,
            held.message_id,
            client_id=held.client_id,
            creditor_id=held.creditor_id,
            invoice_ids=held.invoice_ids,
            message_id=held.message_id,
            reason=_held_for(one.reminder),
            step=held.step,
            due_on=result.approval_due_on,
            brief=one.brief or "",
        )
    ready: dict[Channel, list[str]] = {}
    going = [row for row in new if not row.needs_approval]
    messages.move_all(unit, going, MessageState.QUEUED, woken_at=unit.now)
    for queued in going:
        ready.setdefault(Channel(queued.channel), []).append(queued.message_id)
    return ready


def _held_for(reminder: Reminder) -> Reason:
    """Why a person is asked: for the client's sake, or for the step's."""
    return Reason.LARGE_OR_KEY if Reason.LARGE_OR_KEY in reminder.reasons else Reason.AWAITING_APPROVAL


def _ask(unit: Unit, result: Routed, search: Search | None) -> None:
    """Open the tasks of a decision, apart from approvals. `search` is the one for any way to the client, if any."""
    client_id = result.decision.client_id
    for opened in result.errands:
        errand = opened.errand
        open_task(
            unit,
            errand.kind,
            errand.key(client_id),
            client_id=client_id,
            creditor_id=errand.creditor_id,
            invoice_ids=[item.invoice_id for item in errand.items],
            reason=errand.reason,
            step=errand.step,
            subject=errand.subject,
            cycle_on=errand.cycle_on,
            due_on=errand.due_on,
            brief=opened.brief,
        )
    for missing in result.unroutable:
        reminder = missing.reminder
        if search is not None and search.covers(missing):
            continue
        if reminder.way is not None or not any(item.asked for item in reminder.items):
            continue  # thanks that can't be said, and a word on an answer, are no work for anybody
        open_task(
            unit,
            TaskKind.UNREACHABLE,
            f"{client_id}|{reminder.creditor_id}|{reminder.carrying_invoice_id}|{reminder.due_on}",
            client_id=client_id,
            creditor_id=reminder.creditor_id,
            invoice_ids=[item.invoice_id for item in reminder.items],
            reason=Reason.NO_REACHABLE_CONTACT,
            step=reminder.step,
            brief=missing.brief,
        )
    for unclear in result.unclear:
        open_task(
            unit,
            TaskKind.DOUBT,
            f"{unclear.reason.value}|{unclear.invoice_id}",
            client_id=client_id,
            invoice_ids=[unclear.invoice_id],
            reason=unclear.reason,
            brief=unclear.brief,
        )


def _message_row(unit: Unit, planned: Planned, result: Routed) -> dict[str, Any]:
    reminder = planned.reminder
    return {
        "message_id": planned.message_id,
        "client_id": result.decision.client_id,
        "creditor_id": reminder.creditor_id,
        "contact_id": planned.contact_id,
        "channel": planned.channel.value,
        "step": reminder.step,
        "tone": planned.tone,
        "policy": result.policy,
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


def _note_decision(unit: Unit, result: Routed, told: dict[str, Any]) -> None:
    decision = result.decision
    reasons: dict[Reason, None] = {}
    for planned in result.planned:
        reasons.update(dict.fromkeys(planned.reminder.reasons))
    reasons.update(dict.fromkeys(errand.reason for errand in decision.errands))
    reasons.update(dict.fromkeys(left.reason for left in decision.left_out))
    for missing in result.unroutable:
        reasons.update(dict.fromkeys(reason for _, reason in missing.reasons))
    unit.note(
        "decision.made",
        client_id=decision.client_id,
        invoice_ids=sorted(
            {item.invoice_id for planned in result.planned for item in planned.reminder.items}
            | {item.invoice_id for errand in decision.errands for item in errand.items}
            | {left.invoice_id for left in decision.left_out if left.invoice_id}
        ),
        reasons=reasons,
        data={**told, "policy": result.policy, "look_at": decision.look_at},
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
                "ways": _ways(planned.considered),
            }
            for planned in result.planned
        ],
        "unroutable": [
            {
                "step": missing.reminder.step,
                "reasons": {c.value: r.value for c, r in missing.reasons},
                "ways": _ways(missing.considered),
            }
            for missing in result.unroutable
        ],
        "stopped": [
            {"message_id": stop.message_id, "state": stop.state.value, "reason": stop.reason.value}
            for stop in result.decision.stops
        ],
        "errands": [
            {
                "kind": errand.kind.value,
                "reason": errand.reason.value,
                "step": errand.step,
                "subject": errand.subject,
                "cycle_on": errand.cycle_on,
            }
            for errand in result.decision.errands
        ],
        "over": list(result.decision.over),
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


def _ways(considered: Sequence[Considered]) -> list[dict[str, str]]:
    """The ways that were looked at, in order: ids and codes, never an address."""
    return [
        {"channel": way.channel.value, "verdict": way.code}
        | ({"contact_id": way.contact_id} if way.contact_id is not None else {})
        for way in considered
    ]


def wake_due(unit: Unit, limit: int, patience: Any) -> list[str]:
    """Clients that are due and that nobody was woken for within `patience`; they count as woken from now on."""
    due = {"now": unit.now, "woken_until": unit.now - patience, "most": limit}
    ids = sorted(unit.connection.execute(_DUE, due).scalars())
    if ids:
        unit.connection.execute(_WOKEN, {"ids": ids, "now": unit.now})
    return ids


def next_look(connection: Any) -> datetime | None:
    """When the next client is due."""
    c = t.client.c
    value: datetime | None = connection.execute(
        select(c.look_at).where(c.look_at.is_not(None)).order_by(c.look_at).limit(1)
    ).scalar_one_or_none()
    return value
