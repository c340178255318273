"""The seams of this room: what is to be said, how a provider is asked, and the four things that can come of it.

An adapter never raises for a provider's or the network's fault and never retries by itself: the ledger owns retries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from config.creditors import Creditor
from reminders.decision import Item, Told
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Contact
from reminders.ways import Considered


@dataclass(frozen=True, slots=True)
class InterestClaim:
    """Interest and fixed sum that a message claims for one invoice."""

    number: str
    """The invoice's number."""
    interest: Money
    daily: Money
    """What each further day adds."""
    fixed_sum: Money | None
    through: date
    """The last day that the interest counts."""
    basis: str
    """The law or the contract's term, as the message names it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a template may use to say one step to one contact. Amounts are the ledger's at this instant."""

    step: str
    tone: str
    channel: Channel
    client: Client
    contact: Contact
    creditor: Creditor
    items: tuple[Item, ...]
    amounts: tuple[Money, ...]
    today: date
    """The client's local date."""
    unsubscribe_url: str
    """Signed one-click URL (`/u/{token}`)."""
    payment_urls: tuple[tuple[str, str], ...] = ()
    """(invoice number, URL) for each item that has one."""
    paid_on: date | None = None
    """In a thank-you: when the payment came."""
    document_urls: tuple[tuple[str, str], ...] = ()
    """(invoice number, URL of the invoice itself) for each item that has one."""
    told: Told | None = None
    """What the step tells beside the items: a promise, an instalment, a discount, a payment that came back."""
    interest: tuple[InterestClaim, ...] = ()
    """What the message claims beside the debt, per invoice; only in a final notice that a person approved."""
    opt_out: bool = True
    """Whether the message must say how to stop such messages on its channel."""
    page_url: str | None = None
    """Signed link to the client's own page, where a date, a plan or a question can be left."""
    words: str = ""
    """The name of the template, where it is not the step's own."""
    rested_until: date | None = None
    """In the first words after a hardship or a breathing space: its last day. Until then, these invoices rested."""
    chat_open: bool = False
    """On WhatsApp: whether the reader has written to us lately, so that free text may be sent."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in words. `html` is None where the channel has none; `language` is what was really used."""

    subject: str | None
    text: str
    html: str | None
    language: str
    variables: Mapping[str, str] = field(default_factory=dict)
    """On WhatsApp: what fills the approved template's numbered places; `text` is the template with them filled."""
    template_id: str | None = None
    """On WhatsApp: the approved template; None: there is none, and the text goes as it is into an open conversation."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that goes with a mail."""

    name: str
    """A file name in ASCII: providers garble others."""
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SendRequest:
    """One attempt at one message. `attempt_id` travels with it and comes back in every receipt."""

    attempt_id: str
    message_id: str
    channel: Channel
    to: str
    to_name: str | None
    sender: str
    """Email address, or E.164 number, of the creditor."""
    sender_name: str
    subject: str | None
    text: str
    html: str | None
    reply_to: str | None
    unsubscribe_url: str
    status_url: str
    """Where the provider reports; already carries the attempt id where the provider has no field for it."""
    not_after: datetime
    language: str = "en"
    """Of the words, as the templates name it."""
    references: tuple[str, ...] = ()
    """Of a mail: the Message-IDs (`id@domain`) of our earlier mails of the same cycle, oldest first, so that mailboxes
    show one thread."""
    attachments: tuple[Attachment, ...] = ()
    template_id: str | None = None
    """On WhatsApp: the approved template (`ContentSid`); None: free text, within an open conversation only."""
    variables: Mapping[str, str] = field(default_factory=dict)
    answer_url: str = ""
    """Of a call: where the keys that are pressed come in; already carries the attempt id."""


class Scope(StrEnum):
    """What a refusal is about, and so what follows from it."""

    ADDRESS = "address"
    """The address is bad for good: suppress it; the next channel follows."""
    SUPPRESSED = "suppressed"
    """The recipient opted out at the provider: an opt-out, never retried."""
    CONTENT = "content"
    """Our message is wrong: a person must look; never the same again."""
    CONFIG = "config"
    """Our key, sender or account is wrong: the channel pauses, a person must look."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it."""

    provider_id: str | None


@dataclass(frozen=True, slots=True)
class NotSent:
    """Surely not sent (refused connection, 429): the same message again, later. `retry_after` is seconds."""

    code: str
    detail: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider refused it for good."""

    scope: Scope
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The request may have been taken: a timeout, a reset or a 5xx after it was written."""

    detail: str


Outcome = Accepted | NotSent | Rejected | InDoubt


@dataclass(frozen=True, slots=True)
class Found:
    """The provider knows the attempt: it was sent."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The provider searched and does not know it."""


@dataclass(frozen=True, slots=True)
class Unsearchable:
    """The provider can't be asked, or did not answer."""

    detail: str


Search = Found | NotFound | Unsearchable


class Adapter(Protocol):
    """One provider for one channel. Thread-safe."""

    provider: str
    channel: Channel

    def send(self, request: SendRequest) -> Outcome:
        """Ask the provider to send; returns within the transport's deadline."""
        ...

    def find(self, request: SendRequest, since: datetime) -> Search:
        """Look for an attempt that was begun at `since` and is in doubt."""
        ...


@dataclass(frozen=True, slots=True)
class Route:
    """The chosen way: this contact on this channel."""

    channel: Channel
    contact: Contact
    address: str
    fallback: bool = False
    """Whether a more preferred way was passed over because it failed."""
    considered: tuple[Considered, ...] = ()
    """All ways in the order in which this step would try them, the taken one and those behind it among them."""

    @property
    def passed_over(self) -> tuple[Considered, ...]:
        """The ways that were looked at, up to the one that was taken."""
        codes = [way.reason for way in self.considered]
        return self.considered[: codes.index(None) + 1] if None in codes else self.considered


@dataclass(frozen=True, slots=True)
class NoRoute:
    """The client can't be reached: all ways in the order in which they were tried, each with the reason why not."""

    considered: tuple[Considered, ...]

    @property
    def reasons(self) -> tuple[tuple[Channel, Reason], ...]:
        """Why not, channel by channel: what says most about any of its contacts."""
        found: dict[Channel, Reason] = {}
        for way in self.considered:
            if way.reason is not None and found.get(way.channel) in (None, *_SAYS_LITTLE):
                found[way.channel] = way.reason
        return tuple(found.items())


_SAYS_LITTLE = (Reason.NO_REACHABLE_CONTACT, Reason.ADDRESS_UNUSABLE)
"""Of a contact, beside what is said of another."""
