"""What a mail server's refusal means: by the stage at which it came and its codes.

RFC 5321, 4.2 (4yz: not now; 5yz: never) and RFC 3463 (enhanced codes: x.1 the address, x.2 the mailbox, x.3 the mail
system, x.4 the way there, x.6 the content, x.7 policy). A reply's text is for people and holds addresses: it is only
looked at, never kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from channels.ports import NotSent, Rejected, Scope


class Stage(StrEnum):
    """How far the conversation had come."""

    GREETING = "greeting"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's reply."""

    code: int
    text: str

    @property
    def enhanced(self) -> str:
        """The enhanced code, like `5.1.1`; empty without one."""
        found = re.match(r"([245])\.(\d{1,3})\.(\d{1,3})\b", self.text)
        return found[0] if found else ""

    @property
    def known_as(self) -> str:
        """The code that says most."""
        return self.enhanced or str(self.code)

    @property
    def queued_as(self) -> str | None:
        """What the server calls the mail that it took, if it says so."""
        found = re.search(r"\bqueued as ([A-Za-z0-9.-]{1,64})", self.text)
        return found[1] if found else None


_SENDERS = frozenset({"5.1.7", "5.1.8"})
"""Of the address codes, those about the sender's."""
_FULL = "5.2.2"
_UNKNOWN_USER = frozenset({550, 551, 553})
_ABOUT_US = re.compile(r"relay|denied|polic|block|spam|reput|authenti|spf|dkim|dmarc", re.IGNORECASE)


def refusal(stage: Stage, reply: Reply) -> NotSent | Rejected:
    """What follows from a reply that is no yes. Nothing was sent: it came before the mail was taken."""
    code = reply.known_as
    detail = f"SMTP {reply.code} {reply.enhanced}".rstrip() + f" at the {stage}"
    if not 500 <= reply.code < 600 or code == _FULL:
        # A full mailbox is emptied some day, whatever the first digit says.
        return NotSent(code, detail)
    return Rejected(_scope(stage, reply), code, detail)


def _scope(stage: Stage, reply: Reply) -> Scope:
    if stage in (Stage.GREETING, Stage.LOGIN):
        return Scope.CONFIG
    if reply.code == 552 or reply.enhanced.startswith("5.6.") or reply.enhanced == "5.3.4":
        return Scope.CONTENT
    if reply.enhanced.startswith("5.7.") or reply.enhanced in _SENDERS or stage is Stage.SENDER:
        return Scope.CONFIG
    if reply.enhanced.startswith(("5.1.", "5.2.", "5.4.")):
        return Scope.ADDRESS
    if stage is Stage.CONTENT:
        return Scope.CONTENT
    # Without an enhanced code, 550 is said of unknown users and of unwelcome senders alike. An address is barred for
    # good, so its server must leave no doubt.
    bare = not reply.enhanced and reply.code in _UNKNOWN_USER and not _ABOUT_US.search(reply.text)
    return Scope.ADDRESS if bare else Scope.CONFIG
