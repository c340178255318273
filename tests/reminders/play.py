"""A tiny play of a client's life: it decides, asks the gate and delivers at once, hour by hour or from look to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from config.policy import Policy
from reminders.decide import decide
from reminders.decision import Item, Proceed, Reminder, Stop, Wait
from reminders.gate import gate
from reminders.money import Money
from reminders.snapshot import Channel, Client, Invoice, PastMessage, Snapshot
from reminders.states import MessageState, may_follow

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Sent:
    """A message that went out, with the snapshot at that instant."""

    at: datetime
    message: PastMessage
    items: tuple[Item, ...]
    snapshot: Snapshot


@dataclass
class Play:
    """`changes` are facts that come to be known; an invoice is known from `first_seen_at` on."""

    client: Client
    invoices: dict[str, Invoice]
    policy: Policy
    changes: list[tuple[datetime, Callable[[Play], None]]] = field(default_factory=list)
    undelivered: frozenset[tuple[str, str]] = frozenset()
    """(step, channel) that never arrive."""
    on_account: tuple[Money, ...] = ()
    replied_at: datetime | None = None
    messages: dict[str, PastMessage] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    looks: int = 0

    def hourly(self, start: datetime, end: datetime) -> list[tuple[datetime, str]]:
        """Look every hour, whatever `look_at` says."""
        now = start
        while now < end:
            self._visit(now, start)
            now += HOUR
        return self._told()

    def jumping(self, start: datetime, end: datetime) -> list[tuple[datetime, str]]:
        """Look only when told to, and when a fact comes."""
        facts = sorted({when for when, _ in self.changes} | {i.first_seen_at for i in self.invoices.values()})
        now: datetime | None = start
        while now is not None and now < end:
            again = self._visit(now, start)
            assert all(look > now for look in again)
            again += [when for when in facts if when > now]
            now = min(again, default=None)
        return self._told()

    def _told(self) -> list[tuple[datetime, str]]:
        return [(s.at, f"{s.message.step}/{s.message.channel}/{s.message.message_id}") for s in self.sent]

    def _snapshot(self, now: datetime) -> Snapshot:
        known = tuple(i for i in self.invoices.values() if i.first_seen_at <= now)
        return Snapshot(
            self.client, known, self.on_account, tuple(self.messages.values()), replied_at=self.replied_at
        )

    def _visit(self, now: datetime, start: datetime) -> list[datetime]:
        for change in sorted(self.changes, key=lambda c: c[0]):
            if change[0] <= now:
                change[1](self)
                self.changes.remove(change)
        again: list[datetime] = []
        for _ in range(20):
            before = dict(self.messages)
            decision = decide(self._snapshot(now), self.policy, now)
            self.looks += 1
            for stop in decision.stops:
                self._move(stop)
            for reminder in decision.reminders:
                self._plan(reminder, now)
            again = [decision.look_at] if decision.look_at else []
            again += [wait for m in list(self.messages.values()) if (wait := self._send(m, now)) is not None]
            if self.messages == before:
                return again
        raise AssertionError("the decision never settles")

    def _plan(self, reminder: Reminder, now: datetime) -> None:
        channel = next(Channel(c) for c in self.policy.channels if Channel(c) not in reminder.tried)
        message_id = reminder.message_id(self.client.client_id, channel)
        assert message_id not in self.messages, "minted twice"
        assert now < reminder.expires_at
        self.messages[message_id] = PastMessage(
            message_id,
            reminder.creditor_id,
            reminder.step,
            channel,
            "ap",
            reminder.carrying_invoice_id,
            reminder.due_on,
            tuple(item.invoice_id for item in reminder.items),
            MessageState.QUEUED,  # whoever approves does so at once
            now,
            expires_at=reminder.expires_at,
        )

    def _send(self, message: PastMessage, now: datetime) -> datetime | None:
        if not message.state.is_open:
            return None
        assert message.expires_at is not None
        snapshot = self._snapshot(now)
        answer = gate(snapshot, message, message.expires_at, self.policy, now, approved=True)
        if isinstance(answer, Wait):
            assert answer.until > now
            return min(answer.until, message.expires_at)
        if isinstance(answer, Stop):
            self._move(answer)
            return None
        assert isinstance(answer, Proceed)
        self.sent.append(Sent(now, message, answer.items, snapshot))
        lost = (message.step, message.channel.value) in self.undelivered
        state = MessageState.UNDELIVERED if lost else MessageState.DELIVERED
        self.messages[message.message_id] = replace(message, state=state, sent_at=now)
        return None

    def _move(self, stop: Stop) -> None:
        message = self.messages[stop.message_id]
        assert may_follow(message.state, stop.state)
        self.messages[stop.message_id] = replace(message, state=stop.state, reason=stop.reason)
