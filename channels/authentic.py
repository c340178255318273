"""Whether a mail surely comes from the address that it names: anybody can write any address into `From`.

The provider that took the mail in tells of SPF (RFC 7208) and DKIM (RFC 6376) in fields of its signed webhook; an
`Authentication-Results` within the mail may be anybody's. Both prove a domain only, and not yet that of `From`: the
envelope's sender for SPF, the signature's `d=` for DKIM. So, as in DMARC (RFC 7489, 3.1), the proven domain has to be
that of `From`, or one above it, whose owner decides who may use names below. What lies below does not prove what is
above: many a provider gives such names to strangers.
"""

from __future__ import annotations

import re
from email.message import Message
from email.utils import getaddresses

_PLAIN = r"""[^\s@,:;={}"]*@"""
_PASSED = re.compile(rf"(?:^|[{{,])\s*{_PLAIN}([^\s:,{{}}]+)\s*:\s*pass\s*(?=[,}}]|$)", re.IGNORECASE)
"""One signature in `{@debtor.example : pass}`."""
_IDENTITY = re.compile(r"(?:^|;)\s*i\s*=([^;]*)")
_PLAIN_IDENTITY = re.compile(rf"{_PLAIN}[\w.-]+")


def is_authentic(message: Message, envelope_sender: str, spf: str, dkim: str) -> bool:
    """Whether SPF or DKIM proves the domain of the one address in the one `From` of a mail.

    `spf` and `dkim` are the provider's words: `pass`, and `{@debtor.example : pass}` or `none`.
    """
    # Of two, mail programs show one and signatures cover the other.
    senders = getaddresses([str(value) for value in message.get_all("From", ())])
    if len(message.get_all("From", ())) != 1 or len(senders) != 1:
        return False
    named = _domain(senders[0][1])
    proven = (
        {_domain(f"@{domain}") for domain in _PASSED.findall(dkim)} if _identities_plain(message) else set()
    )
    if spf.strip().lower() == "pass":
        proven.add(_domain(envelope_sender))
    return any(named == one or named.endswith(f".{one}") for one in proven if "." in one)


def _identities_plain(message: Message) -> bool:
    """Whether no signature names an identity (its `i=`, anybody's own words) that could read like another result."""
    return all(
        _PLAIN_IDENTITY.fullmatch("".join(identity.split()))
        for signature in message.get_all("DKIM-Signature", ())
        for identity in _IDENTITY.findall(str(signature))
    )


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip().rstrip(".").lower()
