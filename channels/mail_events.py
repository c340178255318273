"""SendGrid's words about mails that did not arrive: what each means and what follows from it.

Sources: the Event Webhook's reference, https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event;
drops, https://www.twilio.com/docs/sendgrid/glossary/drops; the classes of bounces,
https://www.twilio.com/docs/sendgrid/api-reference/bounces-api; enhanced status codes, RFC 3463. What follows is ours.

A bounce of type `bounce` puts the address on SendGrid's own list, one of type `blocked` does not. Words that are not
listed bar nobody: should SendGrid hold the address, it drops the next mail and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reminders.feedback import ReceiptKind


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One kind of mail that did not arrive. `says` is the bounce's class or the drop's reason, in lower case."""

    event: str
    type: str
    says: str
    kind: ReceiptKind
    meaning: str
    follows: str


_K = ReceiptKind
_BOUNCE, _BLOCK, _DROP = ("bounce", "bounce"), ("bounce", "blocked"), ("dropped", "")

TABLE = (
    # refused for good, as SendGrid sees it
    MailEvent(*_BOUNCE, "", _K.BOUNCED, "refused for good, without a class", "suppress it; next channel"),
    MailEvent(*_BOUNCE, "unclassified", _K.BOUNCED, "refused for good", "suppress it; next channel"),
    MailEvent(*_BOUNCE, "invalid address", _K.BOUNCED, "no such mailbox or domain", "suppress it; next channel"),
    MailEvent(*_BOUNCE, "mailbox unavailable", _K.BOUNCED, "the mailbox is closed", "suppress it; next channel"),
    MailEvent(*_BOUNCE, "technical failure", _K.BLOCKED, "the servers don't understand each other", "next channel"),
    MailEvent(*_BOUNCE, "content", _K.BLOCKED, "the text was refused", "next channel; a person looks at many"),
    MailEvent(*_BOUNCE, "reputation", _K.BLOCKED, "our sender was refused", "next channel; a person looks at many"),
    MailEvent(*_BOUNCE, "frequency or volume too high", _K.BLOCKED, "too many at a time", "next channel"),
    # this mail only, or for now; what SendGrid tried for three days comes as a block, too
    MailEvent(*_BLOCK, "", _K.BLOCKED, "this mail was refused", "next channel"),
    MailEvent(*_BLOCK, "unclassified", _K.BLOCKED, "this mail was refused", "next channel"),
    MailEvent(*_BLOCK, "invalid address", _K.UNAVAILABLE, "said to be no address, for now", "next channel; it counts"),
    MailEvent(*_BLOCK, "mailbox unavailable", _K.UNAVAILABLE, "full or switched off", "next channel; it counts"),
    MailEvent(*_BLOCK, "technical failure", _K.BLOCKED, "the servers don't understand each other", "next channel"),
    MailEvent(*_BLOCK, "content", _K.BLOCKED, "the text was refused", "next channel; a person looks at many"),
    MailEvent(*_BLOCK, "reputation", _K.BLOCKED, "our sender was refused", "next channel; a person looks at many"),
    MailEvent(*_BLOCK, "frequency or volume too high", _K.BLOCKED, "too many at a time", "next channel"),
    # never tried
    MailEvent(*_DROP, "bounced address", _K.SUPPRESSED, "on SendGrid's list of bounces", "suppress it; next channel"),
    MailEvent(*_DROP, "invalid", _K.SUPPRESSED, "on SendGrid's list of bad addresses", "suppress it; next channel"),
    MailEvent(*_DROP, "unsubscribed address", _K.OPTED_OUT, "the recipient opted out there", "record the opt-out"),
    MailEvent(*_DROP, "spam reporting address", _K.OPTED_OUT, "the recipient complained", "record the opt-out"),
    MailEvent(*_DROP, "spam content", _K.BLOCKED, "SendGrid's own filter took the text for spam", "next channel"),
    MailEvent(*_DROP, "invalid smtpapi header", _K.BLOCKED, "a header that SendGrid can't read", "next channel"),
    MailEvent(*_DROP, "recipient list over package quota", _K.BLOCKED, "our plan is used up", "next channel"),
)  # fmt: skip

_BY_WORDS = {(row.event, row.type, row.says): row for row in TABLE}
MAILBOX_FULL = MailEvent("bounce", "", "", _K.UNAVAILABLE, "the mailbox is full", "next channel; it counts")
"""A bounce with status 4.2.2 or 5.2.2, whatever its type and class: a full mailbox is emptied some day."""
_FULL = re.compile(r"\b[45]\.2\.2\b")


def mail_event(event: str, type_: str | None, says: str | None, status: str | None) -> MailEvent | None:
    """The row for a bounce or a drop; None for words that are not known.

    `says` is `bounce_classification`, or a drop's `reason`; `status` the enhanced status code, if the event has one.
    """
    if event == "bounce":
        if status and _FULL.search(status):
            return MAILBOX_FULL
        return _BY_WORDS.get((event, type_ or "bounce", (says or "").strip().lower()))
    return _BY_WORDS.get((event, "", (says or "").strip().lower()))
