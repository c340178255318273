"""How often a client may be contacted: the gap between two messages and the cap over a span, over all channels."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from config.policy import Policy, Step
from reminders.snapshot import PastMessage
from reminders.states import CONTACTS, MessageState


class Contacts:
    """The contacts with one client, and those about to be: mutable, made anew for every decision.

    A contact is a message that the client may have got; one that surely did not arrive is none. Steps that are exempt
    neither wait for the gap nor start one, but the cap counts them all. A step that the policy no longer has counts
    like any other.
    """

    def __init__(self, policy: Policy, messages: Iterable[PastMessage]) -> None:
        self._policy = policy
        self._exempt = {step.name for step in policy.steps if step.gap_exempt}
        self._all: list[datetime] = []
        self._last: datetime | None = None
        for message in messages:
            if message.state in CONTACTS:
                self.add(message.step, message.sent_at or message.planned_at)

    def add(self, step: str, at: datetime) -> None:
        """Count a message of that step as a contact at that instant."""
        self._all.append(at)
        if step not in self._exempt and (self._last is None or at > self._last):
            self._last = at

    def expect(self, messages: Iterable[PastMessage], now: datetime) -> None:
        """Count what is on its way as a contact at this instant. Held ones wait for a person and may never go."""
        for message in messages:
            if message.state.is_open and message.state is not MessageState.HELD:
                self.add(message.step, now)

    def gap_end(self, step: Step) -> datetime | None:
        """When the gap after the last contact is over; None where the step need not wait."""
        if step.gap_exempt or self._last is None:
            return None
        return self._last + timedelta(days=self._policy.caps.gap_days)

    def cap_end(self, now: datetime) -> datetime | None:
        """When so many contacts have left the span that one more is allowed; None if it is allowed now.

        The span rolls by the hour and not by calendar days, as in 12 CFR 1006.14(b)(2)(i)(A) (Reg F: seven times
        within seven consecutive days), taken here for every channel and every client.
        """
        caps = self._policy.caps
        if len(self._all) < caps.contacts:
            return None
        span = timedelta(days=caps.per_days)
        within = sorted(at for at in self._all if at > now - span)
        if len(within) < caps.contacts:
            return None
        return within[len(within) - caps.contacts] + span
