"""How the sandbox is set, and the keys it signs with."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SEED = "amicable-sandbox"
SENDGRID_API_KEY = "SG.sandbox"
TWILIO_ACCOUNT_SID = "AC5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
TWILIO_AUTH_TOKEN = "sandbox-auth-token"  # noqa: S105  # opens nothing but the sandbox


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """All that a sandbox needs to know. Times are seconds."""

    webhook_base: str = "http://localhost:8080"
    """The public URL of the web role: webhooks go there, and signatures cover it."""
    deliver_to: str | None = None
    """Scheme and host that are really connected to, where they are not the public ones (as behind a proxy)."""
    manual: bool = False
    """Whether time stands still until it is set, and callbacks wait until they are asked for."""
    seed: str = SEED
    """Ids and the webhook key follow from it, so that another process can know the public key beforehand."""
    sendgrid_api_key: str = field(default=SENDGRID_API_KEY, repr=False)
    twilio_account_sid: str = TWILIO_ACCOUNT_SID
    twilio_auth_token: str = field(default=TWILIO_AUTH_TOKEN, repr=False)
    sms_senders: frozenset[str] | None = None
    """Numbers and names that may send; None: any that is well formed."""
    whatsapp_templates: Mapping[str, str] = field(default_factory=dict)
    """The templates that WhatsApp has approved: the content's id and its body."""
    receipt_delay: tuple[float, float] = (0.2, 1.0)
    """In real time: between these two a message's last receipt comes."""
    email_delay: float = 20.0
    """In virtual time: from accepted to delivered."""
    sms_delay: float = 5.0
    email_activity: bool = True
    """Whether the account may search its mails (a paid extra at the provider)."""
    keep: int = 50_000
    """Accepted messages that are remembered; older ones are forgotten first."""
    callback_tries: int = 6
    """How often a webhook is tried before it is given up."""
    callback_threads: int = 4
    """Webhooks under way at the same time, in real time."""


@lru_cache(maxsize=8)
def sandbox_keys(seed: str = SEED) -> tuple[ec.EllipticCurvePrivateKey, str]:
    """The email webhook's key pair for a seed: the private key, and the public one in base64 SPKI.

    The web role is given the public one as `AMICABLE_SENDGRID__WEBHOOK_PUBLIC_KEYS`. Whoever knows the seed can sign,
    so such a key is never for a deployment that sends for real.
    """
    number = int.from_bytes(hashlib.sha512(f"webhook key {seed}".encode()).digest())
    private = ec.derive_private_key(number % _ORDER_LESS_ONE + 1, ec.SECP256R1())
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return private, base64.b64encode(spki).decode()


# The order of P-256 less one: a private key is a number from 1 to that.
_ORDER_LESS_ONE = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 - 1
