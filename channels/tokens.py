"""Signed tokens: what stands in links and reply addresses, so that nobody can make or change one.

The same input always gives the same token, so a message that is rendered twice holds the same links. Reading never
raises: whatever is wrong with a token - its form, its signature, its purpose, its age - it reads as None.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

_REPLY_PREFIX = "r+"
_ID_BYTES = 16
_MAC_BYTES = 9  # 25 bytes in all: base32 writes them as exactly 40 characters, without padding or idle bits


class Purpose(StrEnum):
    """What a token is for. One that was issued for another purpose does not open this door."""

    UNSUBSCRIBE = "unsubscribe"
    REPLY = "reply"
    PAGE = "page"
    FORM = "form"
    """The hidden state of a form on the page."""


class Tokens:
    """Issues and reads tokens under one secret. Thread-safe; the secret shows in no `repr`."""

    def __init__(self, secret: str) -> None:
        if not secret:
            raise ValueError("tokens need a secret")
        self._serializers = {
            purpose: URLSafeSerializer(
                secret,
                salt=f"amicable.{purpose.value}",
                signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
            )
            for purpose in Purpose
        }
        self._reply_key = hmac.digest(secret.encode(), b"amicable.reply-address", "sha256")

    def issue(self, purpose: Purpose, subject: str, expires_at: datetime) -> str:
        """A URL-safe token that speaks for `subject` until `expires_at` (aware; whole seconds)."""
        return str(self._serializers[purpose].dumps([subject, _seconds(expires_at)]))

    def read(self, purpose: Purpose, token: str, now: datetime) -> str | None:
        """The subject of a token, or None for anything wrong with it."""
        try:
            payload = self._serializers[purpose].loads(token)
        except (BadData, ValueError, TypeError):
            return None
        match payload:
            case [str() as subject, int() as expires] if _seconds(now) < expires:
                return subject
        return None

    def reply_address(self, message_id: str, domain: str) -> str:
        """Where an answer to this message comes in: `r+<40 characters>@domain`.

        `message_id` is a UUID. Lower-case base32, as mail systems may change the case of a local part; 42 characters
        of the 64 that a local part may have.
        """
        raw = UUID(message_id).bytes
        return f"{_REPLY_PREFIX}{base64.b32encode(raw + self._mac(raw)).decode().lower()}@{domain}"

    def read_reply_address(self, local_part: str) -> str | None:
        """The message that an answer belongs to, or None for anything but a reply address of ours.

        Takes the local part or the whole address, in any case.
        """
        local = local_part.split("@", 1)[0].strip().lower()
        if not local.startswith(_REPLY_PREFIX):
            return None
        try:
            raw = base64.b32decode(local.removeprefix(_REPLY_PREFIX).upper())
        except (binascii.Error, ValueError):
            return None
        identity, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
        if len(identity) != _ID_BYTES or not hmac.compare_digest(mac, self._mac(identity)):
            return None
        return str(UUID(bytes=identity))

    def _mac(self, raw: bytes) -> bytes:
        return hmac.digest(self._reply_key, raw, "sha256")[:_MAC_BYTES]


def _seconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return int(at.timestamp())
