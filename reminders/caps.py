"""How often a client may be contacted: the gap between two messages, the cap over all channels together, and the
limits and rests of single channels.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from config.policy import Policy, Step
from reminders.reasons import Reason
from reminders.snapshot import Channel, PastMessage
from reminders.states import CONTACTS, MessageState

CALL_AGAIN_AFTER = timedelta(hours=4)
"""After a call that nobody answered, nothing follows at once: not the next call, and no other channel's turn."""
_RANG = frozenset({MessageState.UNDELIVERED, MessageState.FAILED})
"""States of a call that reached nobody: no contact, but the telephone rang (12 CFR 1006.14(b)(2)(i)(A) counts the calls
that are placed)."""


class Contacts:
    """The contacts with one client, and those about to be: mutable, made anew for every decision.

    A contact is a message that the client may have got; one that surely did not arrive is none. Steps that are exempt
    neither wait for the gap nor start one, but the cap and the limits count them all. A step that the policy no longer
    has counts like any other. `conversations` are the instants at which somebody spoke with the client in person.
    """

    def __init__(
        self, policy: Policy, messages: Iterable[PastMessage], conversations: Iterable[datetime] = ()
    ) -> None:
        self._policy = policy
        self._exempt = {step.name for step in policy.steps if step.gap_exempt}
        self._all: list[datetime] = []
        self._on: dict[Channel, list[datetime]] = {channel: [] for channel in Channel}
        self._last: datetime | None = None
        self._unanswered: datetime | None = None
        self._spoken: datetime | None = max(conversations, default=None)
        for message in messages:
            at = message.sent_at or message.planned_at
            if message.state in CONTACTS:
                self.add(message.step, at, message.channel)
            elif message.channel is Channel.VOICE and message.state in _RANG:
                self._on[Channel.VOICE].append(at)
                if message.reason is Reason.UNANSWERED:
                    self._unanswered = max(at, self._unanswered or at)

    def add(self, step: str, at: datetime, channel: Channel | None = None) -> None:
        """Count a message of that step as a contact at that instant. Its channel may still have to be chosen."""
        self._all.append(at)
        if channel is not None:
            self._on[channel].append(at)
        if step not in self._exempt and (self._last is None or at > self._last):
            self._last = at

    def expect(self, messages: Iterable[PastMessage], now: datetime) -> None:
        """Count what is on its way as a contact at this instant. Held ones wait for a person and may never go."""
        for message in messages:
            if message.state.is_open and message.state is not MessageState.HELD:
                self.add(message.step, now, message.channel)

    def gap_end(self, step: Step) -> datetime | None:
        """When the gap after the last contact is over; None where the step need not wait.

        A conversation starts one, too: who has just been called gets no reminder by the machine in the same hour. A
        call that nobody answered starts a short one, which every step keeps.
        """
        ends = [] if self._unanswered is None else [self._unanswered + CALL_AGAIN_AFTER]
        if not step.gap_exempt:
            gap = timedelta(days=self._policy.caps.gap_days)
            ends += [at + gap for at in (self._last, self._spoken) if at is not None]
        return max(ends, default=None)

    def cap_end(self, now: datetime) -> datetime | None:
        """When so many contacts have left the span that one more is allowed; None if it is allowed now.

        The span rolls by the hour and not by calendar days, as in 12 CFR 1006.14(b)(2)(i)(A) (Reg F: seven times
        within seven consecutive days), taken here for every channel and every client.
        """
        caps = self._policy.caps
        return _end(self._all, caps.contacts, timedelta(days=caps.per_days), now)

    def rest_end(self, channel: Channel, now: datetime) -> datetime | None:
        """When that channel may be used again, as far as its own limits go; None if it may be used now.

        Limits roll by the hour over all the channels that they name. After a conversation a channel rests for days of
        24 hours, which ends no sooner than days that count its date as the first (12 CFR 1006.14(b)(2)(i)(B)).
        """
        ends = [now]
        for limit in self._policy.limits:
            if channel in limit.channels:
                made = [at for name in limit.channels for at in self._on[Channel(name)]]
                ends.append(_end(made, limit.contacts, timedelta(hours=limit.per_hours), now) or now)
        if self._spoken is not None:
            ends += [
                self._spoken + timedelta(days=s.days) for s in self._policy.silences if s.channel == channel
            ]
        end = max(ends)
        return end if end > now else None


def _end(made: list[datetime], contacts: int, span: timedelta, now: datetime) -> datetime | None:
    """When so many contacts have left the span that one more is allowed; None if it is allowed now."""
    if len(made) < contacts:
        return None
    within = sorted(at for at in made if at > now - span)
    if len(within) < contacts:
        return None
    return within[len(within) - contacts] + span
