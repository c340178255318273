"""The driver of a play: sets the clock, hands in the events, and lets everything that is due happen in its order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from channels.addresses import usable_address
from channels.sandbox import SandboxOutcome
from events.contracts.delivery import Delivery
from events.contracts.registry import STRUCTURED, decode
from ledger import about, due
from ledger import tables as t
from ledger.profiles import client_of
from ledger.verdicts import close_task
from reminders.snapshot import Channel
from workers.cli.context import CommandFailed
from workers.cli.play.script import Line, Script
from workers.cli.play.stage import Stage
from workers.intake import Applier
from workers.schedule import NO_RECEIPT_AFTER

_DAY = timedelta(days=1)
_MOST_ROUNDS = 1000
"""Rounds at one instant after which something wakes itself for ever."""


class NothingThereError(Exception):
    """The script answers a message or decides about a task that is not there at that moment."""


class Driver:
    """Plays a script on a stage. `tell` is called when something may have happened, `warn` when a line does not fit."""

    def __init__(self, stage: Stage, tell: Callable[[], None], warn: Callable[[str], None]) -> None:
        self._stage = stage
        self._tell = tell
        self._warn = warn
        self._apply = Applier(stage.house.ledger, stage.clock, stage.wakes)
        self._ticked_on: date | None = None

    def run(self, script: Script, until: date | None) -> None:
        """From the first line to the end of the last day."""
        for line in script.lines:
            if line.at is not None and line.at > self._stage.clock.now():
                self._go_to(line.at)
            if line.outside is not None:
                self._settle_down()  # what is answered must have gone out
            self._happen(line)
        self._settle_down()
        last = self._stage.clock.now().date() if until is None else until
        self._go_to(datetime.combine(last + _DAY, datetime.min.time(), UTC) - timedelta(microseconds=1))
        self._stage.house.sealer.seal()
        with self._stage.house.ledger.begin(self._stage.clock.now()) as unit:
            about.set_play_now(unit)

    def _happen(self, line: Line) -> None:
        if line.outside is None:
            self._apply([decode(Delivery(line.raw, {}, STRUCTURED))])
            return
        try:
            _OUTSIDE[str(line.kind)](self, line.outside)
            self._stage.house.scheduler.tick()  # what a person says yes to is due, whatever the hour
        except NothingThereError as error:
            self._warn(f"line {line.number}: {line.kind}: {error}; it is passed over")
        except (KeyError, ValueError) as error:
            raise CommandFailed(f"line {line.number}: {line.kind}: {error}") from error

    def _go_to(self, at: datetime) -> None:
        """Let time run to `at`, stopping at every instant before it at which something is due.

        What is due at `at` itself waits for all that happens then: a payment of nine o'clock is known at nine.
        """
        while True:
            ledger_due = self._settle_down()
            dues = [one for one in (ledger_due, self._stage.sandbox.next_due()) if one is not None]
            if not dues or min(dues) >= at:
                break
            self._set_time(max(min(dues), self._stage.clock.now()))
        self._set_time(at)

    def _set_time(self, at: datetime) -> None:
        self._stage.clock.set(at)
        self._stage.sandbox.set_time(at)

    def _settle_down(self) -> datetime | None:
        """Everything that is due at this instant happens, until nothing more does; returns when more is due."""
        stage = self._stage
        for _ in range(_MOST_ROUNDS):
            # The scheduler comes last: it would wake somebody again for receipts that are about to be settled.
            if stage.wakes.drain() or stage.sandbox.deliver(stage.clock.now()):
                continue
            next_due, woken = self._tick()
            if not woken:
                self._tell()
                return next_due
        raise RuntimeError(
            f"the play does not settle down at {stage.clock.now()}: something wakes itself for ever"
        )

    def _tick(self) -> tuple[datetime | None, int]:
        """A round of the scheduler where it would find anything: on a new day, or when something is due.

        Returns when something is due after it, and how much was woken.
        """
        now = self._stage.clock.now()
        at = self._next_due()
        if self._ticked_on == now.date() and (at is None or at > now):
            return at, 0
        self._ticked_on = now.date()
        woken = self._stage.house.scheduler.tick()
        return (at, woken) if woken else (self._next_due(), 0)

    def _next_due(self) -> datetime | None:
        with self._stage.house.ledger.read() as connection:
            return due.next_due(connection, NO_RECEIPT_AFTER)

    # --- the outside world

    def _reply(self, data: Mapping[str, Any]) -> None:
        channel = Channel(data["channel"])
        if channel is Channel.VOICE:
            self._stage.sandbox.reply(channel, self._phone(data["client_id"]), data["text"])
            return
        a, m = t.attempt.c, t.message.c
        with self._stage.house.ledger.read() as connection:
            last = connection.execute(
                select(a.address, a.sender)
                .join(t.message, m.message_id == a.message_id)
                .where(m.client_id == data["client_id"], a.channel == channel.value)
                .order_by(a.started_at.desc())
                .limit(1)
            ).one_or_none()
        if last is None:
            raise NothingThereError(f"{data['client_id']} has had no message by {channel.value} to answer")
        self._stage.sandbox.reply(channel, last.address, data["text"], self._stage.clock.now())

    def _phone(self, client_id: str) -> str:
        """The first number of a client: the keys that they press are told before they are called."""
        with self._stage.house.ledger.read() as connection:
            profile = connection.execute(
                select(t.client.c.profile).where(t.client.c.client_id == client_id)
            ).scalar_one_or_none()
        numbers = (usable_address(Channel.VOICE, c.phone) for c in client_of(client_id, profile).contacts)
        number = next(filter(None, numbers), None)
        if number is None:
            raise NothingThereError(f"{client_id} has no telephone number")
        return number

    def _outcome(self, data: Mapping[str, Any]) -> None:
        self._stage.sandbox.set_outcome(data["address"], SandboxOutcome(data["outcome"]))

    def _person(self, data: Mapping[str, Any]) -> None:
        task = t.task.c
        with self._stage.house.ledger.read() as connection:
            task_id = connection.execute(
                select(task.task_id)
                .where(task.client_id == data["client_id"], task.kind == data["task"], task.state == "open")
                .order_by(task.opened_at, task.task_id)
                .limit(1)
            ).scalar_one_or_none()
        if task_id is None:
            raise NothingThereError(f"{data['client_id']} has no open task of kind {data['task']}")
        with self._stage.house.ledger.begin(self._stage.clock.now()) as unit:
            close_task(unit, task_id, data["decision"], str(data.get("by", "")), str(data.get("note", "")))


_OUTSIDE: dict[str, Callable[[Driver, Mapping[str, Any]], None]] = {
    "sandbox.reply": Driver._reply,
    "sandbox.outcome": Driver._outcome,
    "sandbox.person": Driver._person,
}
