"""What came back: receipts (a provider's word on a message) and replies (a client's word), as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reminders.answers import Answer
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState


class ReceiptKind(StrEnum):
    """What a receipt says, whichever provider said it."""

    QUEUED = "queued"
    SENT = "sent"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    """Refused for good: the address does not exist or never takes this channel."""
    BLOCKED = "blocked"
    """This message was refused; the address itself may be fine."""
    UNAVAILABLE = "unavailable"
    """The recipient can't be reached for now: a full mailbox, a phone switched off. Again and again, it counts."""
    UNANSWERED = "unanswered"
    """A call that nobody took: no answer, a busy line, or a machine."""
    ENDED = "ended"
    """A call that somebody took is over. It reached nobody, unless one has confirmed that it was for them: that is
    `delivered`, and wins, whichever of the two is settled first."""
    FAILED = "failed"
    """Given up for now, through no fault of the address: a queue, our account, an expired validity."""
    SUPPRESSED = "suppressed"
    """Never tried: the provider's own suppression list holds the address."""
    OPTED_OUT = "opted_out"
    """Not delivered, because the recipient had opted out at the provider or carrier."""
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    OPENED = "opened"
    CLICKED = "clicked"
    UNKNOWN = "unknown"

    @property
    def state(self) -> MessageState | None:
        """The message state that this receipt proves; None if it proves none (a machine may open a mail)."""
        return _STATES.get(self)

    @property
    def suppresses(self) -> Reason | None:
        """Why the address must not be used on this channel again, if so."""
        return _SUPPRESSES.get(self)


_STATES = {
    ReceiptKind.QUEUED: MessageState.ACCEPTED,
    ReceiptKind.SENT: MessageState.ACCEPTED,
    ReceiptKind.DEFERRED: MessageState.ACCEPTED,
    ReceiptKind.DELIVERED: MessageState.DELIVERED,
    ReceiptKind.BOUNCED: MessageState.UNDELIVERED,
    ReceiptKind.BLOCKED: MessageState.UNDELIVERED,
    ReceiptKind.SUPPRESSED: MessageState.UNDELIVERED,
    ReceiptKind.OPTED_OUT: MessageState.UNDELIVERED,
    ReceiptKind.UNAVAILABLE: MessageState.FAILED,
    ReceiptKind.UNANSWERED: MessageState.FAILED,
    ReceiptKind.ENDED: MessageState.FAILED,
    ReceiptKind.FAILED: MessageState.FAILED,
}
_SUPPRESSES = {
    ReceiptKind.BOUNCED: Reason.SUPPRESSED_ADDRESS,
    ReceiptKind.SUPPRESSED: Reason.SUPPRESSED_ADDRESS,
    ReceiptKind.OPTED_OUT: Reason.OPTED_OUT,
    ReceiptKind.COMPLAINED: Reason.OPTED_OUT,
    ReceiptKind.UNSUBSCRIBED: Reason.OPTED_OUT,
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One provider event about one attempt.

    `keys` identify the event (a repeat shares at least one of them). `attempt_id` is ours, sent along with the message;
    `provider_id` is theirs. `raw` is the event as received, for audit; it may hold an address and stays out of the
    journal.
    """

    provider: str
    channel: Channel
    keys: tuple[str, ...]
    kind: ReceiptKind
    occurred_at: datetime
    attempt_id: str | None = None
    provider_id: str | None = None
    code: str | None = None
    detail: str | None = None
    raw: str = ""


class OptWord(StrEnum):
    """What a reply says about being contacted at all."""

    OUT = "out"
    IN = "in"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that came with a reply. Its bytes are not kept; whoever reads the reply is told what it was."""

    name: str
    content_type: str
    """As its sender says."""
    size: int
    """Bytes."""
    sha256: str
    """In hexadecimal: shows whether a file that is sent again is the same."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message from a client. `key` identifies it at the provider; `opt` is read from its words or its marker."""

    provider: str
    channel: Channel
    key: str
    sender: str
    """The address it came from: E.164 or an email address."""
    recipient: str
    """Our own number or address that received it."""
    text: str
    received_at: datetime
    opt: OptWord | None = None
    reference: str | None = None
    """The signed token that our own message carried, where the answer brought it back."""
    automatic: bool = False
    """Whether a machine wrote it (out of office, a delivery notice): recorded, but no answer of the client's."""
    authentic: bool = True
    """Whether it surely comes from `sender`: anybody can write any address into a mail. A phone number is proven by the
    carrier, a page by its signed link."""
    attachments: tuple[AttachedFile, ...] = ()
    answer: Answer | None = None
    """What it says, where that was chosen and not written (a key pressed, a choice on a page): no words are read then.
    The day of a promise is one in the client's place."""
    invoice_ids: tuple[str, ...] = ()
    """The invoices that it is about, where they were chosen."""
