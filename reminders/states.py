"""A message's life: its states, who follows whom, and how far each has come.

The diagram in `docs/explanation/message-life.md` is drawn from `TRANSITIONS`, and a test holds the two together.
"""

from __future__ import annotations

from enum import StrEnum


class MessageState(StrEnum):
    """Where a message stands. `sentence` says it for a person."""

    PLANNED = "planned"
    QUEUED = "queued"
    DISPATCHING = "dispatching"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    NO_RECEIPT = "no_receipt"
    REJECTED = "rejected"
    IN_DOUBT = "in_doubt"
    ABANDONED = "abandoned"
    HELD = "held"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"

    @property
    def sentence(self) -> str:
        """What the state means, in a sentence."""
        return _SENTENCES[self]

    @property
    def is_open(self) -> bool:
        """Whether the message may still be sent: nothing has gone out yet, and nothing has stopped it."""
        return self in OPEN

    @property
    def counts_as_contact(self) -> bool:
        """Whether the client may have got the message, so that gaps and caps must count it."""
        return self in CONTACTS


_S = MessageState

TRANSITIONS: dict[MessageState, frozenset[MessageState]] = {
    _S.PLANNED: frozenset({_S.QUEUED, _S.HELD, _S.CANCELLED, _S.EXPIRED, _S.SUPPRESSED}),
    _S.HELD: frozenset({_S.QUEUED, _S.CANCELLED, _S.EXPIRED, _S.SUPPRESSED}),
    _S.QUEUED: frozenset({_S.DISPATCHING, _S.ACCEPTED, _S.HELD, _S.CANCELLED, _S.EXPIRED, _S.SUPPRESSED}),
    _S.DISPATCHING: frozenset({_S.ACCEPTED, _S.REJECTED, _S.QUEUED, _S.IN_DOUBT}),
    _S.IN_DOUBT: frozenset({_S.ACCEPTED, _S.QUEUED, _S.ABANDONED}),
    _S.ABANDONED: frozenset({_S.ACCEPTED}),
    _S.ACCEPTED: frozenset({_S.DELIVERED, _S.UNDELIVERED, _S.FAILED, _S.NO_RECEIPT}),
    _S.NO_RECEIPT: frozenset({_S.DELIVERED, _S.UNDELIVERED}),
    _S.DELIVERED: frozenset({_S.UNDELIVERED}),
    _S.UNDELIVERED: frozenset(),
    _S.FAILED: frozenset({_S.DELIVERED, _S.UNDELIVERED}),
    _S.REJECTED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.SUPPRESSED: frozenset(),
}
"""Every allowed change. A late bounce (`delivered -> undelivered`), late word (`no_receipt -> …`, `failed -> …`: a
carrier that gave up may still deliver) and a receipt for an abandoned message are the only ways out of a state that
looks final; they make receipts commute. `queued -> accepted` is a receipt for an attempt in doubt whose message was
about to go once more."""

OPEN = frozenset({_S.PLANNED, _S.HELD, _S.QUEUED})
CONTACTS = frozenset({_S.DISPATCHING, _S.ACCEPTED, _S.DELIVERED, _S.NO_RECEIPT, _S.IN_DOUBT, _S.ABANDONED})
DONE = OPEN | CONTACTS
"""States in which a step is taken: it is on its way, or the client may have it. Nobody takes it a second time."""
UNREACHED = frozenset({_S.REJECTED, _S.UNDELIVERED, _S.FAILED, _S.SUPPRESSED})
"""States after which the next channel may have its turn."""

_SENTENCES = {
    _S.PLANNED: "Decided; waits for its moment.",
    _S.QUEUED: "Its moment has come; waits for a sender.",
    _S.DISPATCHING: "The provider is being called.",
    _S.ACCEPTED: "The provider took it.",
    _S.DELIVERED: "The recipient's mailbox or phone has it.",
    _S.UNDELIVERED: "The address or the carrier refused it for good.",
    _S.FAILED: "The carrier or mailbox gave up for now.",
    _S.NO_RECEIPT: "The provider took it, and no word came for 72 hours.",
    _S.REJECTED: "The provider refused it.",
    _S.IN_DOUBT: "The provider's answer was lost; it may or may not have been sent.",
    _S.ABANDONED: "Still in doubt after every look; it will not be sent again.",
    _S.HELD: "Waits for a person.",
    _S.CANCELLED: "No longer needed; never sent.",
    _S.EXPIRED: "Its time passed; never sent.",
    _S.SUPPRESSED: "No allowed way to send it; never sent.",
}


def may_follow(old: MessageState, new: MessageState) -> bool:
    """Whether a message in state `old` may go to state `new`."""
    return new in TRANSITIONS[old]
