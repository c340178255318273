"""Mails from outside, as SendGrid's Inbound Parse posts them (raw mode)."""

from __future__ import annotations

import json
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from channels.sandbox.store import StoredMessage


def inbound_parse(
    sender: str, recipient: str, text: str, at: datetime, key: str, answered: StoredMessage | None
) -> tuple[str, bytes]:
    """Content type and body of the webhook for one answer; `key` makes its Message-ID. The answered mail is quoted."""
    message = EmailMessage(policy=SMTP)
    subject = f"Re: {answered.subject}" if answered and answered.subject else "Your message"
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"
    if answered and answered.message_id_header:
        message["In-Reply-To"] = message["References"] = answered.message_id_header
    if answered:
        quoted = "".join(f"> {line}\n" for line in answered.text.splitlines()[:20])
        text = f"{text}\n\nOn {at:%d %b %Y}, {answered.sender} wrote:\n\n{quoted}"
    message.set_content(text)
    fields = {
        "email": message.as_bytes(),
        "to": recipient.encode(),
        "from": sender.encode(),
        "subject": subject.encode(),
        "envelope": json.dumps({"to": [recipient], "from": sender}).encode(),
        "charsets": json.dumps({"to": "UTF-8", "from": "UTF-8", "subject": "UTF-8"}).encode(),
        "SPF": b"pass",
        "dkim": f"{{@{sender.rpartition('@')[2]} : pass}}".encode(),
        "sender_ip": b"192.0.2.1",
    }
    boundary = f"sandbox-{key}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    ]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()
