"""What the sandbox has accepted, kept in memory and bounded."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

WHATSAPP = "whatsapp:"
"""Before a number that is reached by WhatsApp, on either side of a message."""


class SandboxOutcome(StrEnum):
    """What the provider does with an address from now on."""

    DELIVER = "deliver"
    """Accepted and delivered; a call is taken by somebody who presses keys."""
    BOUNCE = "bounce"
    """Accepted, then refused for good: no such mailbox, no such handset, no such number."""
    BLOCK = "block"
    """Accepted, then this message is refused: filtered; a call finds the line busy."""
    REFUSE = "refuse"
    """Not even accepted: the provider answers 4xx and names the address."""
    SILENT = "silent"
    """Accepted, and never heard of again; a call is not answered."""
    DEFER = "defer"
    """Accepted, put off for a while, then delivered; a call is taken by an answering machine."""


@dataclass(slots=True)
class StoredMessage:
    """One accepted message, as the provider knows it."""

    provider: str
    id: str
    at: datetime
    sender: str
    to: str
    text: str
    attempt_id: str | None = None
    sender_name: str | None = None
    to_name: str | None = None
    subject: str | None = None
    html: str | None = None
    reply_to: str | None = None
    message_id_header: str | None = None
    service_sid: str | None = None
    callback_url: str | None = None
    custom_args: dict[str, str] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    """Names of the files that it carries."""
    status: str = "queued"
    error_code: int | None = None

    @property
    def channel(self) -> str:
        """`email`, `sms`, `whatsapp` or `voice`."""
        if self.provider == "sendgrid":
            return "email"
        if self.id.startswith("CA"):
            return "voice"
        return "whatsapp" if self.to.startswith(WHATSAPP) else "sms"

    def as_dict(self) -> dict[str, Any]:
        """For `GET /sandbox/messages`."""
        return {
            "provider": self.provider,
            "channel": self.channel,
            "id": self.id,
            "at": self.at.isoformat(),
            "from": self.sender,
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "attempt_id": self.attempt_id,
            "custom_args": self.custom_args,
            "reply_to": self.reply_to,
            "message_id_header": self.message_id_header,
            "attachments": list(self.attachments),
            "status": self.status,
            "error_code": self.error_code,
        }


class Store:
    """The accepted messages in order, found by id, by attempt and by address. Guarded by the sandbox's lock."""

    def __init__(self, seed: str, keep: int) -> None:
        self._seed = seed
        self._keep = keep
        self._messages: OrderedDict[str, StoredMessage] = OrderedDict()
        self._attempts: dict[str, list[StoredMessage]] = {}
        self._addresses: dict[str, deque[StoredMessage]] = {}
        self._minted = 0

    def mint(self, what: str, *parts: object) -> bytes:
        """Sixteen bytes that follow from the seed and the parts: ids are the same whenever a play is played again."""
        text = "\x1f".join([self._seed, what, *map(str, parts)])
        return hashlib.blake2b(text.encode(), digest_size=16).digest()

    def new_id(self, provider: str, attempt_id: str | None) -> bytes:
        """Raw id of the next message: after its attempt and how often that was sent, else after a counter."""
        if attempt_id:
            return self.mint(provider, attempt_id, len(self._attempts.get(attempt_id, ())))
        self._minted += 1
        return self.mint(provider, "no attempt", self._minted)

    def add(self, message: StoredMessage) -> None:
        """Remember one more; forget the oldest beyond the bound."""
        self._messages[message.id] = message
        if message.attempt_id:
            self._attempts.setdefault(message.attempt_id, []).append(message)
        self._addresses.setdefault(message.to, deque()).append(message)
        while len(self._messages) > self._keep:
            self._forget(self._messages.popitem(last=False)[1])

    def get(self, message_id: str) -> StoredMessage | None:
        """The message of that provider id."""
        return self._messages.get(message_id)

    def of_attempt(self, attempt_id: str) -> list[StoredMessage]:
        """Everything accepted for an attempt; more than one is a double send."""
        return list(self._attempts.get(attempt_id, ()))

    def newest_to(self, address: str, provider: str) -> StoredMessage | None:
        """The last message to an address by one provider."""
        return next(self.latest_to(address, provider), None)

    def latest_to(self, address: str, provider: str) -> Iterator[StoredMessage]:
        """Messages to an address by one provider, newest first."""
        return (m for m in reversed(self._addresses.get(address, ())) if m.provider == provider)

    def all(self) -> list[StoredMessage]:
        """Everything remembered, in the order of acceptance."""
        return list(self._messages.values())

    def clear(self) -> None:
        """Forget all messages. Ids already given are not given again."""
        self._messages.clear()
        self._attempts.clear()
        self._addresses.clear()

    def __len__(self) -> int:
        return len(self._messages)

    def _forget(self, message: StoredMessage) -> None:
        if message.attempt_id:
            left = [m for m in self._attempts.get(message.attempt_id, ()) if m is not message]
            if left:
                self._attempts[message.attempt_id] = left
            else:
                self._attempts.pop(message.attempt_id, None)
        line = self._addresses[message.to]
        line.popleft()  # the oldest of all is the oldest of its address, too
        if not line:
            del self._addresses[message.to]


def in_base64(raw: bytes) -> str:
    """SendGrid's way to write an id."""
    return urlsafe_b64encode(raw).decode().rstrip("=")
