"""The volume guard: what would be said on one day to all clients together, before any of it is planned.

The core decides for one client at a time. Whether a whole run makes sense, only a look at all of them can tell: a slip
in an import writes to everybody at once. So between deciding and recording, reminders are taken out again:

- first contact with clients of an old book is spread: so many on a day, the others on the days after;
- when far more than usual would go on one day, the rest waits, and a person is asked.

Days are UTC days. The counts are read once for a batch; deciders at work at the same time may go beyond a limit by a
batch each. What answers the client's own acts, a thank-you or a reminder of their own promise, counts and never waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from channels.briefs import Volume
from config.policy import Anchor, Policy, Step
from config.settings import VolumeSettings
from ledger import volume
from ledger.routed import Planned, Routed
from ledger.unit import Unit
from reminders.calendar import next_open
from reminders.decision import LeftOut
from reminders.first_contacts import Turns, fairly, from_an_old_book
from reminders.reasons import Reason
from reminders.snapshot import Snapshot
from reminders.tasks import TaskState
from workers.office import Office
from workers.routing import step_of


def guarded(
    office: Office,
    unit: Unit,
    routed: Sequence[Routed],
    snapshots: Mapping[str, Snapshot],
    policies: Mapping[str, Policy],
) -> Sequence[Routed]:
    """These decisions without the reminders that have to wait: each is left out with its reason, and looked at then."""
    if not any(one.planned for one in routed):
        return routed
    guard = _Guard(office, unit, snapshots, policies)
    return guard.alarmed(guard.spread(routed))


def limit_of(settings: VolumeSettings, usual: int) -> int:
    """From how many messages on a day on a person is asked, where `usual` were the most on one of the last days."""
    return max(settings.alarm_floor, int(settings.alarm_factor * usual))


def answers_the_client(step: Step) -> bool:
    """Whether the step answers an act of the client's own: it thanks, or says their own promise back before its day."""
    return step.anchor in (Anchor.PAYMENT, Anchor.ANSWER) or (
        step.anchor is Anchor.PROMISE and not step.overdue
    )


class _Guard:
    """Both guards over one batch."""

    def __init__(
        self,
        office: Office,
        unit: Unit,
        snapshots: Mapping[str, Snapshot],
        policies: Mapping[str, Policy],
    ) -> None:
        self._office = office
        self._unit = unit
        self._snapshots = snapshots
        self._today = unit.now.date()
        self._policies = policies

    def spread(self, routed: Sequence[Routed]) -> Sequence[Routed]:
        """First contacts with an old book: those whose turn it is, and the others later."""
        firsts = fairly(
            (
                one
                for one in routed
                if self._may_wait(one) and from_an_old_book(self._snapshots[_client(one)])
            ),
            _client,
        )
        if not firsts:
            return routed
        turns = Turns(
            self._office.volume.first_contacts_per_day,
            self._today,
            volume.turns_taken(self._unit.connection, self._today),
            volume.turns_of(self._unit.connection, map(_client, firsts), self._today),
        )
        waits = {_client(one): turns.wait(_client(one), self._opening(_client(one))) for one in firsts}
        volume.give_turns(self._unit, turns.new)
        return [
            self._without(one, Reason.FIRST_CONTACTS, until) if (until := waits.get(_client(one))) else one
            for one in routed
        ]

    def alarmed(self, routed: Sequence[Routed]) -> Sequence[Routed]:
        """Far more than usual: what fits below the limit, and the others after a person's yes or on the next day."""
        connection, today = self._unit.connection, self._today
        usual = volume.usual(connection, today)
        limit = limit_of(self._office.volume, usual)
        room = limit - volume.planned_on(connection, today, limit)
        if sum(len(one.planned) for one in routed) <= room:
            return routed
        asked = volume.alarm(connection, today)
        if asked is TaskState.APPROVED:
            return routed
        room -= sum(len(one.planned) - len(self._may_wait(one)) for one in routed)
        held: list[Routed] = []
        for one in routed:
            wanting = len(self._may_wait(one))
            if wanting > max(room, 0):
                held.append(one)
            else:
                room -= wanting
        if not held:
            return routed
        if asked is None:
            volume.raise_alarm(self._unit, today, self._brief(routed, usual, limit))
        waiting = set(map(_client, held))
        volume.hold_back(self._unit, waiting, today)
        tomorrow = volume.start_of(today + timedelta(days=1))
        return [
            self._without(one, Reason.VOLUME, self._opening(_client(one))(tomorrow) or tomorrow)
            if _client(one) in waiting
            else one
            for one in routed
        ]

    def _may_wait(self, one: Routed) -> Sequence[Planned]:
        """What of a decision's messages may be held back."""
        if not one.planned:
            return ()
        policy = self._policies[_client(one)]
        return [
            planned for planned in one.planned if not answers_the_client(step_of(planned.reminder, policy))
        ]

    def _opening(self, client_id: str) -> Callable[[datetime], datetime | None]:
        """From when on the client may be contacted, at or after an instant."""
        client, policy = self._snapshots[client_id].client, self._policies[client_id]
        return lambda at: next_open(at, client, policy)

    def _without(self, one: Routed, reason: Reason, until: datetime) -> Routed:
        """A decision without what may wait; it is looked at again when the wait is over."""
        waiting = {planned.message_id: planned.reminder for planned in self._may_wait(one)}
        out = [LeftOut(reason, r.carrying_invoice_id, r.step, until) for r in waiting.values()]
        decision = one.decision
        reminders = tuple(r for r in decision.reminders if r not in waiting.values())
        look_at = min(decision.look_at or until, until)
        return replace(
            one,
            decision=replace(
                decision, reminders=reminders, left_out=(*decision.left_out, *out), look_at=look_at
            ),
            planned=tuple(planned for planned in one.planned if planned.message_id not in waiting),
        )

    def _brief(self, routed: Iterable[Routed], usual: int, limit: int) -> str:
        """What a person is told: the day so far, and what this batch would add."""
        seen = volume.said_on(self._unit.connection, self._today)
        steps, clients = dict(seen.steps), seen.clients
        for one in routed:
            clients += bool(one.planned)
            for planned in one.planned:
                steps[planned.reminder.step] = steps.get(planned.reminder.step, 0) + 1
        firsts = volume.turns_taken(self._unit.connection, self._today).get(self._today, 0)
        return self._office.briefs.volume(Volume(tuple(sorted(steps.items())), clients, usual, limit, firsts))


def _client(one: Routed) -> str:
    return one.decision.client_id
