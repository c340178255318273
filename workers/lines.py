"""Lines: which provider carries a message now, and what its answers say of the provider's health.

The health of a line is one row of the ledger for all processes. Where all is well it is read once for a hand and never
written, so that senders don't wait for each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row
from sqlalchemy.exc import OperationalError

from channels.health import WELL, Sign, Standing, after_all, goes_at, may_go, share_of, sign_of
from channels.ports import Adapter, Outcome
from channels.providers import Line, Providers
from ledger import lines, sending
from ledger.messages import MessageRow
from ledger.tasks import close_errands, open_task, task_id_of
from ledger.unit import Unit
from reminders.snapshot import Channel
from reminders.tasks import TaskKind
from workers.office import Office

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a channel as they are at the moment, for one hand of messages."""

    providers: Providers
    channel: Channel
    standings: Mapping[Line, Standing]
    bound: Mapping[str, str]
    """Messages of which an attempt may have been sent, each with the provider that was given it."""
    now: datetime

    def carrier_of(self, message_id: str) -> Adapter | datetime | None:
        """Who carries the message now; or when somebody will, if all are ill; None where nobody may.

        A message that may have been sent goes by the same provider again or not at all: another one would not see
        that it is the same.
        """
        adapters = self.providers.of(self.channel)
        if message_id in self.bound:
            adapters = tuple(one for one in adapters if one.provider == self.bound[message_id])
        share = share_of(message_id)
        for adapter in adapters:
            if may_go(self._standing(adapter), share, self.now):
                return adapter
        return min((goes_at(self._standing(one), share, self.now) for one in adapters), default=None)

    def well(self, adapter: Adapter) -> bool:
        """Whether nothing is held against it."""
        return self._standing(adapter).well

    def _standing(self, adapter: Adapter) -> Standing:
        return self.standings.get(self.providers.line(adapter), WELL)


def lines_for(
    office: Office, connection: Connection, channel: Channel, rows: Sequence[MessageRow], now: datetime
) -> Lines:
    """The lines of a channel for these messages."""
    again = [row.message_id for row in rows if row.attempts]
    return Lines(
        providers=office.providers,
        channel=channel,
        standings={
            Line(key[0], key[1], channel): standing_of(row)
            for key, row in lines.health_of(connection, channel).items()
        },
        bound=sending.doubted(connection, again) if again else {},
        now=now,
    )


def note(office: Office, known: Lines, outcomes: Sequence[tuple[Adapter, Outcome]]) -> None:
    """Remember what the outcomes say of their lines. Never raises for the database: messages don't hang on it.

    `known` is what the calls began with: answers on a line that was well then change nothing, and are not written.
    """
    signs: dict[Line, list[Sign]] = defaultdict(list)
    for adapter, outcome in outcomes:
        sign = sign_of(outcome)
        if sign is not None and not (sign is Sign.ANSWER and known.well(adapter)):
            signs[office.providers.line(adapter)].append(sign)
    if not signs:
        return
    try:
        with office.ledger.begin(office.clock.now()) as unit:
            _update(unit, signs)
    except OperationalError as error:
        log.warning("health_not_noted", error=type(error).__name__)


def _update(unit: Unit, signs: Mapping[Line, Sequence[Sign]]) -> None:
    keys = {(line.provider, line.account, line.channel.value): line for line in signs}
    for key, row in lines.hold_health(unit, keys).items():
        line, before = keys[key], standing_of(row)
        now = after_all(before, signs[line], unit.now)
        if now == before:
            continue
        lines.set_health(
            unit,
            key,
            refusals=now.refusals,
            faults=now.faults,
            faults_since=now.faults_since,
            opened_at=now.opened_at,
            open_until=now.open_until,
            openings=now.openings,
        )
        if now.openings > before.openings:
            log.error("line_opened", provider=line.provider, channel=line.channel.value, until=now.open_until)
            if Sign.FAULT in signs[line]:  # a refusal has its own task, which names the code
                _tell(unit, line, now)
        elif before.opened_at is not None and now.opened_at is None:
            log.info("line_well", provider=line.provider, channel=line.channel.value)
            close_errands(unit, [task_id_of(TaskKind.DOUBT, _task_key(line, before))])


def _tell(unit: Unit, line: Line, standing: Standing) -> None:
    """One task for all openings in a row. It is closed when the line is well again."""
    open_task(
        unit,
        TaskKind.DOUBT,
        _task_key(line, standing),
        client_id=None,
        brief=f"{line.provider} does not take {line.channel} messages: too many calls failed. "
        "They wait, or go by another provider if there is one; it is tried again by and by, and this closes by itself "
        "when it works. `amicable doctor` shows how it stands.",
    )


def _task_key(line: Line, standing: Standing) -> str:
    opened = standing.opened_at.isoformat() if standing.opened_at else ""
    return f"line|{line.provider}|{line.account}|{line.channel}|{opened}"


def standing_of(row: Row[Any]) -> Standing:
    """A line's health as the ledger has it."""
    return Standing(
        refusals=row.refusals,
        faults=row.faults,
        faults_since=row.faults_since,
        opened_at=row.opened_at,
        open_until=row.open_until,
        openings=row.openings,
    )
