"""Webhook signatures: checks over the bytes as received, and their counterparts that sign.

The checks are total: whatever comes in, they answer True or False and never raise, so that a malformed request is a 403
and not a 500 that the provider repeats for a day. The SDKs' own checks raise on bytes, on bad padding and on missing
headers, and Twilio's lets a JSON body through unchecked when it is handed an empty form.

Schemes, as published: https://www.twilio.com/docs/usage/security#validating-requests (HMAC-SHA1 over URL and form) and
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
(ECDSA P-256 over timestamp and body).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

SENDGRID_SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
SENDGRID_TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
TWILIO_SIGNATURE = "X-Twilio-Signature"

OLDEST = timedelta(hours=48)
"""SendGrid repeats for 24 hours and does not say whether it signs anew: what is younger must never be turned away.
Against replays inside that time stand the receipts' unique keys."""

Pairs = Sequence[tuple[str, str]]


def verify_sendgrid(
    public_keys: Iterable[str],
    signature: str | None,
    timestamp: str | None,
    body: bytes,
    now: datetime | None = None,
) -> bool:
    """Whether one of the keys (base64 SPKI, several while one is rotated) signed this body.

    With `now`, a timestamp that is no number or older than `OLDEST` is refused, too.
    """
    if not signature or not timestamp:
        return False
    if now is not None and not _fresh(timestamp, now):
        return False
    try:
        given = base64.b64decode(signature, validate=True)
        signed = timestamp.encode() + body
    except (ValueError, TypeError):
        return False
    return any(_signed_by(key, given, signed) for key in public_keys)


def sign_sendgrid(private_key: ec.EllipticCurvePrivateKey, timestamp: str, body: bytes) -> str:
    """The signature header for a body, as the provider makes it."""
    return base64.b64encode(private_key.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))).decode()


def verify_twilio(auth_token: str, url: str, payload: Pairs | bytes, signature: str | None) -> bool:
    """Whether the account's token signed this request.

    `url` is the public one that Twilio was given, query included: never rebuilt from Host or X-Forwarded headers.
    `payload` is the form, blank values kept, or the raw bytes of a JSON body, whose hash the URL must then carry.
    Twilio is not consistent about ports, so the URL is tried as given, without its port, and with the default one.
    """
    if not auth_token or not signature:
        return False
    try:
        given = signature.encode()
        pairs: Pairs
        if isinstance(payload, bytes):
            claimed = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
            if not hmac.compare_digest(hashlib.sha256(payload).hexdigest().encode(), claimed.encode()):
                return False
            pairs = ()
        else:
            pairs = payload
        # No early end: how long this takes says nothing about which form came close.
        matches = [
            hmac.compare_digest(sign_twilio(auth_token, one, pairs).encode(), given) for one in _forms(url)
        ]
    except (ValueError, TypeError, AttributeError):
        return False
    return any(matches)


def sign_twilio(auth_token: str, url: str, pairs: Pairs = ()) -> str:
    """The signature header for a URL and a form: repeated names count once per distinct value, in order."""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    return base64.b64encode(hmac.digest(auth_token.encode(), signed.encode(), "sha1")).decode()


def _forms(url: str) -> set[str]:
    """The URL as given, without its port, and with its scheme's default port. User names and IPv6 hosts are kept."""
    parts = urlsplit(url)
    before, sep, after = url.partition(f"//{parts.netloc}")
    user, at, place = parts.netloc.rpartition("@")
    if not sep or not place:
        return {url}
    port = f":{parts.port}" if parts.port is not None else ""
    host = place.removesuffix(port) if port else place.removesuffix(":")
    bare = f"{before}//{user}{at}{host}"
    default = 443 if parts.scheme == "https" else 80
    return {url, f"{bare}{after}"} | (set() if port else {f"{bare}:{default}{after}"})


def _fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
        return False  # beyond that many digits, no float holds it
    return now.timestamp() - int(timestamp) <= OLDEST.total_seconds()


def _signed_by(key: str, signature: bytes, signed: bytes) -> bool:
    public = _public_key(key)
    if public is None:
        return False
    try:
        public.verify(signature, signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=32)
def _public_key(text: str) -> ec.EllipticCurvePublicKey | None:
    """The key in base64 DER; None for anything that is no P-256 key."""
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, TypeError, binascii.Error):
        return None
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    return None
