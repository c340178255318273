"""After a hardship: whether these are the first words, and until when we had let the matter rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from config.policy import Anchor, Policy, Step, Tone
from reminders.calendar import Place
from reminders.decision import Item
from reminders.snapshot import PastMessage, Snapshot
from reminders.states import CONTACTS

_RESTED = timedelta(days=14)
"""A reminder in the last days of a hardship shows that nothing had rested: that it was over was told long afterwards,
or it had hardly begun."""


def rested_until(
    step: Step, creditor_id: str, items: Iterable[Item], snapshot: Snapshot, policy: Policy, place: Place
) -> date | None:
    """The last day of the hardship or breathing space after which this step is the first word on what is late.

    None where there was none, where it kept back nothing of what is asked for now, where the creditor has reminded the
    client since or shortly before, and for a final notice, which has its own words and waits for a person.
    """
    through = snapshot.client.hardship_through
    if through is None or not _asks(step):
        return None
    if not any(item.asked and item.due_on <= through for item in items):
        return None
    since = (message for message in snapshot.messages if place.today(_at(message)) > through - _RESTED)
    reminded = any(
        message.creditor_id == creditor_id and message.state in CONTACTS and _reminds(message, policy)
        for message in since
    )
    return None if reminded else through


def _asks(step: Step) -> bool:
    """Whether the step asks for invoices that are late, and does so by itself."""
    return step.anchor is Anchor.DUE and step.overdue and step.tone is not Tone.FORMAL


def _reminds(message: PastMessage, policy: Policy) -> bool:
    """Whether a message asked for something late; one of a step that the policy does not have any more may have."""
    step = policy.step(message.step)
    return step is None or step.overdue


def _at(message: PastMessage) -> datetime:
    return message.sent_at or message.planned_at
