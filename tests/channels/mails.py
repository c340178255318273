"""Mails as mail programs and mail servers really write them, for tests: whole, in raw MIME."""

from __future__ import annotations

import base64
import json
import quopri
from datetime import datetime

from channels.inbound import inbound_mail
from channels.replies import mail_reply
from reminders.feedback import Reply
from tests.support.answers import opt_of

ANSWERED = "r+k3zt9@in.example.test"
HEAD = (
    "From: =?utf-8?q?Ren=C3=A9e?= <ap@debtor.example>\r\nTo: Billing <{to}>\r\nSubject: Re: INV-1001\r\n"
    "Message-ID: <m1@debtor.example>\r\nDate: Mon, 2 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"
)


def form(raw: bytes, to: str = ANSWERED, sender: str = "ap@debtor.example") -> tuple[str, bytes]:
    """Content type and body of Inbound Parse's webhook in raw mode."""
    fields = {"email": raw, "envelope": json.dumps({"to": [to], "from": sender}).encode(), "SPF": b"pass"}
    parts = [
        f'--xYzZY\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    ]
    return "multipart/form-data; boundary=xYzZY", b"".join(parts) + b"--xYzZY--\r\n"


def mail(kind: str, body: str | bytes, *more: str, to: str = ANSWERED, head: str = HEAD) -> bytes:
    """One mail: headers, the content type, further headers, and the body as it stands."""
    lines = head.format(to=to) + f"Content-Type: {kind}\r\n" + "".join(f"{line}\r\n" for line in more)
    return lines.encode() + b"\r\n" + (body if isinstance(body, bytes) else body.encode())


def part(kind: str, body: str | bytes, *more: str, encoding: str = "") -> bytes:
    """One part, encoded for its journey."""
    raw = body if isinstance(body, bytes) else body.encode()
    head = f"Content-Type: {kind}\r\n" + "".join(f"{line}\r\n" for line in more)
    if encoding:
        head += f"Content-Transfer-Encoding: {encoding}\r\n"
        raw = base64.encodebytes(raw) if encoding == "base64" else quopri.encodestring(raw)
    return head.encode() + b"\r\n" + raw


def many(kind: str, boundary: str, *parts: bytes) -> bytes:
    """Parts in one."""
    inside = b"".join(f"--{boundary}\r\n".encode() + one + b"\r\n" for one in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
        + inside
        + f"--{boundary}--\r\n".encode()
    )


def whole(inside: bytes, to: str = ANSWERED) -> bytes:
    """A mail that is such a part."""
    return HEAD.format(to=to).encode() + inside


def report(
    status: str,
    action: str = "failed",
    *,
    recipient: str = "ada.canary@debtor.example",
    original: str = "",
    diagnostic: str = "smtp; 550 no",
    to: str = ANSWERED,
    message_id: str = "<dsn-1@mx.debtor.example>",
) -> bytes:
    """A delivery report as Postfix writes it (RFC 3464)."""
    fields = [f"Original-Recipient: rfc822;{original}"] if original else []
    fields += [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", f"Status: {status}"]
    fields += [f"Diagnostic-Code: {diagnostic}"]
    return (
        b"From: MAILER-DAEMON@mx.debtor.example (Mail Delivery System)\r\n"
        + f"To: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: {message_id}\r\n".encode()
        + b"Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        + many(
            "report; report-type=delivery-status", "b1",
            part("text/plain; charset=us-ascii", "I'm sorry to have to inform you"),
            part(
                "message/delivery-status",
                "Reporting-MTA: dns; mx.debtor.example\r\nArrival-Date: Mon, 2 Mar 2026 09:00:00 +0100\r\n\r\n"
                + "\r\n".join(fields) + "\r\n",
            ),
            part("message/rfc822", f"From: billing@us.example\r\nReply-To: {to}\r\nSubject: x\r\n\r\nHello"),
        )
    )  # fmt: skip


def feedback(kind: str, reply_to: str, to: str = "abuse@in.example.test") -> bytes:
    """A feedback report (RFC 5965) about a mail of ours."""
    return (
        f"From: <fbl@mailbox.example>\r\nTo: <{to}>\r\nSubject: FW: Invoice\r\nMessage-ID: <fbl-1@mailbox.example>\r\n"
        "MIME-Version: 1.0\r\n".encode()
        + many(
            "report; report-type=feedback-report", "b2",
            part("text/plain", "This is an email abuse report"),
            part("message/feedback-report", f"Feedback-Type: {kind}\r\nUser-Agent: Some/1.0\r\nVersion: 1\r\n"),
            part("message/rfc822", f"From: billing@us.example\r\nReply-To: <{reply_to}>\r\nSubject: x\r\n\r\nHello"),
        )
    )  # fmt: skip


def inbound_reply(content_type: str, body: bytes, received_at: datetime) -> Reply:
    """The reply in one Inbound Parse webhook."""
    return mail_reply(inbound_mail(content_type, body), received_at, opt_of)
