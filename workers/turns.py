"""Turns: who may go now, and a slot for each of the others, so that no sender is faster than its provider.

A slot is a promise: whoever was put off until then goes then, without a second look at the line. So a crowd of messages
is looked at twice each, however long the line is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError

from channels.pace import rate_of, turn, units_of
from channels.ports import Adapter, NotSent, Outcome
from ledger import pace, sending
from ledger.messages import MessageRow
from ledger.pace import Key
from ledger.sending import Dispatch
from ledger.unit import Unit
from reminders.reasons import Reason
from workers.office import Office

log = structlog.get_logger(__name__)
STANDS_FOR = timedelta(minutes=1)
"""How long a slot that was missed still counts. After a longer standstill, all who missed theirs would go at once."""
LONGEST_CLOSURE = timedelta(days=1)
"""More than that no provider is believed."""


def take_turns(office: Office, unit: Unit, going: Sequence[tuple[Adapter, Dispatch]]) -> frozenset[str]:
    """The ids of the messages that may go now; the others are put off until their own slot. No attempt is spent.

    Who would have a slot only when it is too late gets none, and waits for its end.
    """
    lines = {one.message.message_id: key_of(office, adapter, one) for adapter, one in going}
    rates = {
        lines[one.message.message_id]: rate_of(adapter.channel, one.sender, office.pace)
        for adapter, one in going
    }
    rows = pace.hold(unit, [key for key, rate in rates.items() if rate])
    closed = pace.closed(unit.connection, rates, unit.now)
    before = {key: row.free_at for key, row in rows.items()}
    free_at = dict(before)
    now: set[str] = set()
    for adapter, one in going:
        message, key = one.message, lines[one.message.message_id]
        if key not in closed and _has_a_slot(message, unit.now):
            now.add(message.message_id)
            continue
        units = units_of(adapter.channel, one.text)
        next_turn = turn(free_at.get(key, unit.now), unit.now, units, rates[key], closed.get(key))
        if next_turn.slot >= message.expires_at:
            sending.put_off(unit, message, message.expires_at, Reason.PACED)
            continue
        if key in free_at:
            free_at[key] = next_turn.free_at
        if next_turn.slot <= unit.now:
            now.add(message.message_id)
        else:
            sending.put_off(unit, message, next_turn.slot, Reason.PACED)
    pace.set_free(unit, {key: at for key, at in free_at.items() if at != before[key]})
    return frozenset(now)


def heed(office: Office, outcomes: Sequence[tuple[Adapter, Dispatch, Outcome]]) -> None:
    """Let all messages of a sender wait whose provider asked for it. Never raises for the database."""
    asked: dict[Key, float] = {}
    for adapter, one, outcome in outcomes:
        if isinstance(outcome, NotSent) and outcome.retry_after:
            key = key_of(office, adapter, one)
            asked[key] = max(asked.get(key, 0.0), outcome.retry_after)
    if asked:
        try:
            with office.ledger.begin(office.clock.now()) as unit:
                pace.close(unit, _until(asked, unit.now))
        except OperationalError as error:
            log.warning("closure_not_noted", error=type(error).__name__)


def _until(asked: Mapping[Key, float], now: datetime) -> dict[Key, datetime]:
    longest = LONGEST_CLOSURE.total_seconds()
    return {key: now + timedelta(seconds=min(seconds, longest)) for key, seconds in asked.items()}


def _has_a_slot(message: MessageRow, now: datetime) -> bool:
    """Whether it was put off until a slot of its own, which is now."""
    return bool(message.reason == Reason.PACED and now - message.not_before <= STANDS_FOR)


def key_of(office: Office, adapter: Adapter, one: Dispatch) -> Key:
    """The line that a message stands in."""
    line = office.providers.line(adapter)
    return line.provider, line.account, line.channel.value, one.sender
