"""What clients write back, read into replies: texts from their webhook's form, mails as `channels.inbound` reads them.

A reference in the recipient's address (`r+<token>@...`) brings back which message was answered; it proves that somebody
knows the thread, never who it is.

Source: https://www.twilio.com/docs/messaging/guides/webhook-request.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime

from channels.inbound import InboundMail
from channels.mail_headers import UNSUBSCRIBE
from channels.mime import header
from channels.opt_words import LONGEST_KEYWORD
from channels.quotes import unquoted
from channels.receipts import Form, Unreadable
from reminders.feedback import OptWord, Reply
from reminders.snapshot import Channel

OptOf = Callable[[str], OptWord | None]
"""What a text says about being written to at all (`channels.answers.Reader.opt`)."""
_ONE_SENTENCE = re.compile(r"[^.!?:\n]+[.!?\s]*")
_OPT_OUT_TYPES = {"STOP": OptWord.OUT, "START": OptWord.IN, "HELP": OptWord.HELP}


def twilio_reply(form: Form, received_at: datetime, opt_of: OptOf) -> Reply:
    """The reply in one inbound webhook. The provider's own mark of an opt-out goes before our reading of the words.

    Raises `Unreadable` if there is no message id or no sender.
    """
    fields = dict(form)
    sid, sender = fields.get("MessageSid") or fields.get("SmsSid"), fields.get("From")
    if not sid or not sender:
        raise Unreadable("no message id or no sender")
    text = fields.get("Body", "")
    whatsapp = sender.startswith("whatsapp:")
    return Reply(
        provider="twilio",
        channel=Channel.WHATSAPP if whatsapp else Channel.SMS,
        key=sid,
        sender=sender.removeprefix("whatsapp:"),
        recipient=fields.get("To", "").removeprefix("whatsapp:"),
        text=text,
        received_at=received_at,
        opt=_OPT_OUT_TYPES.get(fields.get("OptOutType", "").upper()) or opt_of(text),
    )


def mail_reply(mail: InboundMail, received_at: datetime, opt_of: OptOf) -> Reply:
    """A mail as a reply; `text` is what was written anew, without the quoted mail.

    There is no event id: `key` is made from Message-ID (or the date, where there is none), recipient and words.
    """
    text = unquoted(mail.text)
    # A mailbox that unsubscribes for its owner may say that it is a machine; the subject is what our header asks for.
    asked = mail.reference is not None and mail.subject.strip().lower() == UNSUBSCRIBE
    opt = OptWord.OUT if asked else _opt(mail, text, opt_of)
    # Ticket systems say of what people write in them that it is automatic; no machine writes a stop and nothing else.
    stops = asked or (opt is OptWord.OUT and _is_short_sentence(text))
    automatic = _automatic(mail) and not stops
    written = hashlib.sha256("\x1f".join([mail.sender, mail.subject, text]).encode("utf-8", "replace"))
    own = header(mail.message, "Message-ID") or header(mail.message, "Date")
    key = f"{own}\x1f{mail.recipient}\x1f{written.hexdigest()}"
    return Reply(
        provider="sendgrid",
        channel=Channel.EMAIL,
        key=hashlib.sha256(key.encode("utf-8", "replace")).hexdigest(),
        sender=mail.sender,
        recipient=mail.recipient,
        text=text,
        received_at=received_at,
        opt=None if automatic else opt,
        reference=mail.reference,
        automatic=automatic,
        attachments=mail.attachments,
        authentic=mail.authentic,
    )


def _opt(mail: InboundMail, text: str, opt_of: OptOf) -> OptWord | None:
    """What a person's mail asks by a keyword. A machine that says "unsubscribe" in its footer has not opted out."""
    return opt_of(text) or (None if text.strip() else opt_of(mail.subject))


def _is_short_sentence(text: str) -> bool:
    return len(text) <= LONGEST_KEYWORD and _ONE_SENTENCE.fullmatch(text) is not None


def _automatic(mail: InboundMail) -> bool:
    """Whether a machine answered: RFC 3834's header, an empty envelope sender, or the older marks."""
    message = mail.message
    submitted = header(message, "Auto-Submitted") or "no"
    if submitted.split(";")[0].strip().lower() != "no" or mail.from_nobody:
        return True
    return (
        header(message, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
        or "X-Auto-Response-Suppress" in message
        or "X-Autoreply" in message
        or "X-Autorespond" in message
        or message.get_content_type() == "multipart/report"
    )
