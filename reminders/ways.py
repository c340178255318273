"""Ways to a client: those that a step was tried on, and those that were considered for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from reminders.reasons import Reason
from reminders.snapshot import Channel

_ABOUT_THE_CONTACT = frozenset(
    {
        Reason.BOUNCED,
        Reason.NO_RECEIPT,
        Reason.SUPPRESSED_ADDRESS,
        Reason.NO_REACHABLE_CONTACT,
        Reason.CONTACT_LEFT,
    }
)
"""What speaks of one person's address. After it, a colleague may be reached on the same channel; after anything else
(the channel has had its share, the provider refuses our words, somebody said stop), that step is done with the channel.
"""


class Tried(NamedTuple):
    """A way on which a step did not arrive, and why."""

    channel: Channel
    contact_id: str
    """Empty where nobody was named."""
    reason: Reason

    @property
    def about_the_contact(self) -> bool:
        """Whether it speaks of that person's address alone, so that others may be reached on the channel."""
        return bool(self.contact_id) and self.reason in _ABOUT_THE_CONTACT


@dataclass(frozen=True, slots=True)
class Considered:
    """A way that was looked at when a message's way was chosen.

    `contact_id` is None where the whole channel was passed over; `reason` is None for the way that was taken.
    """

    channel: Channel
    contact_id: str | None
    reason: Reason | None

    @property
    def code(self) -> str:
        """What became of it: `taken`, or the code of the reason why not."""
        return self.reason.value if self.reason is not None else "taken"
