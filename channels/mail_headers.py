"""The headers that make a mail one of a thread, and easy to stop; the same whoever carries it.

- `Message-ID` is made from the message: a repeated mail has the same, and a mailbox that got both shows one.
- `In-Reply-To` and `References` (RFC 5322, 3.6.4) name our earlier mails about the same debt.
- `List-Unsubscribe` (RFC 2369) names an HTTPS URL first and our signed reply address second, where a mail that says
  `unsubscribe` is an opt-out as well. `List-Unsubscribe-Post` (RFC 8058) lets a mailbox ask by itself, in one click;
  Gmail and Yahoo want it of who sends them much (https://support.google.com/a/answer/81126,
  https://senders.yahooinc.com/best-practices/). It holds only for HTTPS, and only if both headers are under the DKIM
  signature, which SendGrid sees to and an own mail server must be told.

No `Auto-Submitted`: the ticket systems behind many accounts' mailboxes put mails that carry it aside, unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from channels.ports import SendRequest

UNSUBSCRIBE = "unsubscribe"
"""The subject of the mail by which a mailbox stops ours for its owner (RFC 2369, 3.2)."""
LONGEST_LINE = 900
"""Characters in one header: 998 may be on a line (RFC 5322, 2.1.1), and not every carrier folds."""


def headers_of(request: SendRequest) -> dict[str, str]:
    """The headers beside sender, recipient, subject and reply address, each on one line."""
    headers = {"Message-ID": message_id(request.message_id, request.sender)}
    if request.references:
        thread = _fitting([f"<{one_line(one)}>" for one in request.references])
        headers["In-Reply-To"] = thread[-1]
        headers["References"] = " ".join(thread)
    if request.unsubscribe_url:
        url = one_line(request.unsubscribe_url)
        ways = [f"<{url}>"]
        if request.reply_to:
            # `+` is written as %2B: some mail programs read it as a space (RFC 6068, 5).
            ways.append(f"<mailto:{quote(request.reply_to, safe='@')}?subject={UNSUBSCRIBE}>")
        headers["List-Unsubscribe"] = ", ".join(ways)
        if url.startswith("https://"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def message_id(message: str, sender: str) -> str:
    """The `Message-ID` of a message that goes out from that address, with its angle brackets."""
    return f"<{message}@{sender.rpartition('@')[2]}>"


def one_line(text: str) -> str:
    """One line: a header's text must hold no line break, or it could begin a header of its own."""
    return " ".join(text.split())


def _fitting(thread: Sequence[str]) -> list[str]:
    """As many as a line takes: the first, which the thread is known by, and the newest."""
    first, *rest = thread
    while rest and len(" ".join([first, *rest])) > LONGEST_LINE:
        del rest[0]
    return [first, *rest]
