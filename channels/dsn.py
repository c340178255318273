"""What mail systems report about a mail of ours: that it could not be delivered, or that its reader called it spam.

For mails that go out by an own mail server: nobody else tells us. The server that gives up writes to the envelope's
sender, and that is the message's signed reply address, so a report names its message by where it arrives. A report of
spam comes from a mailbox provider's feedback loop to an address that was registered there, and names the message by the
reply address in the copy that it carries.

Delivery reports: RFC 3464; status codes: RFC 3463 and its register
(https://www.iana.org/assignments/smtp-enhanced-status-codes); feedback reports: RFC 5965.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string
from email.message import Message
from email.utils import getaddresses

from channels.inbound import InboundMail, reference_in
from channels.mime import header
from reminders.feedback import Receipt, ReceiptKind
from reminders.snapshot import Channel

PROVIDER = "mail server"
"""Whose word such a receipt is: not our provider's, but that of a mail system on the way."""
_MOST_RAW = 8_000
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NO_SUCH = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"})
"""Subject and detail of what no later mail will get through: no such mailbox or domain, moved, closed, no route."""
_SPAM = frozenset({"abuse", "fraud"})


@dataclass(frozen=True, slots=True)
class MailReport:
    """What a report says of one mail."""

    kind: ReceiptKind
    addresses: tuple[str, ...]
    """The recipients that it names, in lower case: ours, and the one that it was sent on to."""
    status: str | None
    """The enhanced status code, like `5.1.1`."""
    references: tuple[str, ...]
    """Addresses that may be reply addresses of ours and name the message, the likeliest first; nobody checked them."""
    key: str
    raw: str

    def receipt(self, attempt_id: str, address: str, received_at: datetime) -> Receipt:
        """The receipt for an attempt that went to `address`.

        Where the mail was sent on and another address is at fault, ours is not barred for it.
        """
        kind = self.kind
        if kind is ReceiptKind.BOUNCED and self.addresses and address.lower() not in self.addresses:
            kind = ReceiptKind.BLOCKED
        return Receipt(
            provider=PROVIDER,
            channel=Channel.EMAIL,
            keys=(f"{attempt_id}:{self.key}",),
            kind=kind,
            occurred_at=received_at,
            attempt_id=attempt_id,
            code=self.status,
            detail=None,
            raw=self.raw,
        )


def mail_report(mail: InboundMail) -> MailReport | None:
    """The report that a mail is; None for any other mail, and for one that says nothing that we act on.

    A report is a whole mail (RFC 6522, 3) or at least from nobody: what somebody sends on to us is their letter.
    """
    if mail.message.get_content_type() != "multipart/report" and not mail.from_nobody:
        return None
    parts = list(_parts(mail.message))
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            return _delivery(mail, part, parts)
        if part.get_content_type() == "message/feedback-report":
            return _complaint(mail, part, parts)
    return None


def _delivery(mail: InboundMail, part: Message, parts: list[Message]) -> MailReport | None:
    for group in _groups(part):
        action = header(group, "Action").lower().split(" ")[0]
        status = _status(group)
        kind = _kind(action, status)
        if kind is not None:
            named = (header(group, name) for name in ("Original-Recipient", "Final-Recipient"))
            addresses = tuple(dict.fromkeys(one for each in named if (one := _typed(each))))
            return _report(mail, kind, addresses, status, parts, part)
    return None


def _complaint(mail: InboundMail, part: Message, parts: list[Message]) -> MailReport | None:
    groups = list(_groups(part))
    if not any(header(group, "Feedback-Type").lower() in _SPAM for group in groups):
        return None  # a failed signature, or "this was no spam"
    return _report(mail, ReceiptKind.COMPLAINED, (), None, parts, part)


def _report(
    mail: InboundMail,
    kind: ReceiptKind,
    addresses: tuple[str, ...],
    status: str | None,
    parts: list[Message],
    part: Message,
) -> MailReport:
    said = part.as_string()[:_MOST_RAW]
    own = header(mail.message, "Message-ID") or hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    candidates = [mail.recipient, *(address for copy in _copies(parts) for address in _reply_addresses(copy))]
    return MailReport(
        kind=kind,
        addresses=addresses,
        status=status,
        references=tuple(dict.fromkeys(one for one in candidates if reference_in(one))),
        key=f"{kind}:{status or ''}:{own}"[:400],
        raw=said,
    )


def _kind(action: str, status: str | None) -> ReceiptKind | None:
    """What an action and a status mean to us. A failure that is not surely the address's fault bars nobody."""
    match action:
        case "delivered":
            return ReceiptKind.DELIVERED
        case "relayed" | "expanded":
            return ReceiptKind.SENT
        case "delayed":
            return ReceiptKind.DEFERRED
        case "failed":
            return _failed(status or "")
        case _:
            return None


def _failed(status: str) -> ReceiptKind:
    kind, _, why = status.partition(".")
    if why == "2.2":
        return ReceiptKind.UNAVAILABLE  # a full mailbox is emptied some day
    if kind == "5":
        return ReceiptKind.BOUNCED if why in _NO_SUCH else ReceiptKind.BLOCKED
    if why.startswith(("1.", "2.")):
        return ReceiptKind.UNAVAILABLE
    return ReceiptKind.FAILED  # given up after days of trying, or no code at all


def _status(group: Message) -> str | None:
    """The status code; where it says nothing (`5.0.0`), what the other server said in its own words."""
    codes = [_STATUS.search(header(group, name)) for name in ("Status", "Diagnostic-Code")]
    found = [code[0] for code in codes if code]
    telling = (code for code in found if not code.endswith(".0.0"))
    return next(telling, found[0] if found else None)


def _typed(value: str) -> str:
    """The address in `rfc822; somebody@example.com`, in lower case."""
    return value.partition(";")[2].strip().strip("<>").lower()


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a report, whole: what they hold are headers and copies, not words."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)
    else:
        yield message


def _groups(part: Message) -> Iterator[Message]:
    """The groups of fields in a part of a report: the parser gives a message for each, or else text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (group for group in payload if isinstance(group, Message))
    elif isinstance(payload, str):
        yield from _headers_in(payload)


def _copies(parts: list[Message]) -> Iterator[Message]:
    """The mail that a report is about, whole or only its header."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            payload = part.get_payload()
            yield from (
                (copy for copy in payload if isinstance(copy, Message)) if isinstance(payload, list) else ()
            )
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            raw = part.get_payload(decode=True)
            yield from _headers_in(raw.decode("utf-8", "replace") if isinstance(raw, bytes) else "")


def _headers_in(text: str) -> Iterator[Message]:
    for group in re.split(r"\r?\n\r?\n", text.strip()):
        yield message_from_string(group + "\n\n")


def _reply_addresses(copy: Message) -> list[str]:
    values = [str(value) for name in ("Reply-To", "Return-Path") for value in copy.get_all(name, [])]
    return [address for _, address in getaddresses(values)]
