"""Email by a mail server of one's own: submission over SMTP, with every end of it a value.

A mail is taken when the server answers the line with the single dot (RFC 5321, 4.2.5). Whatever breaks before that line
was written, nothing was sent; whatever breaks after it, nobody knows. The envelope's sender is the message's own reply
address, so that a bounce comes back by the way of replies and names its message.

A connection is opened for each mail: it is the second way, or one of little traffic, and an idle connection is a
question (is it still there?) that is answered when it is too late.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from channels.health import NETWORK
from channels.mail_headers import headers_of, one_line
from channels.ports import (
    Accepted,
    InDoubt,
    NotSent,
    Outcome,
    Rejected,
    Scope,
    Search,
    SendRequest,
    Unsearchable,
)
from channels.smtp_replies import Reply, Stage, refusal
from channels.smtp_session import Security, Session
from reminders.snapshot import Channel

PROVIDER = "smtp"
ATTEMPT_HEADER = "X-Amicable-Attempt"
"""The header that a bounce brings back, where it quotes the mail's headers."""
PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
"""Where servers listen (RFC 8314, 3.3; RFC 6409, 3.1)."""


class SmtpMail:
    """The email adapter. Thread-safe. `clock` gives aware UTC; times are seconds, `total` from first to last byte.

    Certificates are checked against the system's authorities, or by `context`.
    """

    provider = PROVIDER
    channel = Channel.EMAIL

    def __init__(
        self,
        host: str,
        clock: Callable[[], datetime],
        *,
        port: int | None = None,
        security: Security = "starttls",
        login: tuple[str, str] | None = None,
        context: ssl.SSLContext | None = None,
        connect: float = 3.0,
        total: float = 15.0,
    ) -> None:
        self._host, self._port = host, port or PORTS[security]
        self._security: Security = security
        self._login = login
        self._clock = clock
        self._context = context or ssl.create_default_context()
        self._connect, self._total = connect, total

    def send(self, request: SendRequest) -> Outcome:
        """Hand one mail for one recipient to the server."""
        if not (request.subject or "").strip() or not request.text.strip():
            return Rejected(Scope.CONTENT, "empty", "a mail needs a subject and a text")
        sender, recipient = request.reply_to or request.sender, _domain_in_ascii(request.to)
        try:
            _check_envelope(sender, recipient)
            mail = _dots_doubled(mail_of(request, self._clock(), utf8=not recipient.isascii()))
        except (ValueError, TypeError) as error:
            return Rejected(
                Scope.CONTENT, "unwritable", f"no mail can be made of it ({type(error).__name__})"
            )
        try:
            session = self._open()
        except _Refused as refused:
            return refused.outcome
        try:
            outcome = _hand_over(session, sender, recipient, mail)
        except _Refused as refused:
            outcome = refused.outcome
        except OSError as error:
            session.close(politely=False)
            return NotSent(NETWORK, type(error).__name__)
        session.close(politely=not isinstance(outcome, InDoubt))
        return outcome

    def find(self, request: SendRequest, since: datetime) -> Search:
        """A mail server can't be asked what it has taken."""
        del request, since
        return Unsearchable("SMTP has no search")

    def _open(self) -> Session:
        """A session that we are known in. Raises `_Refused`."""
        try:
            session = Session(
                self._host,
                self._port,
                self._security,
                self._context,
                connect=self._connect,
                total=self._total,
            )
        except OSError as error:
            raise _Refused(_unopened(Stage.GREETING, error)) from None
        if self._login is not None:
            try:
                session.login(*self._login)
            except OSError as error:
                session.close(politely=False)
                raise _Refused(_unopened(Stage.LOGIN, error)) from None
            except ValueError:
                session.close(politely=False)
                detail = "the name or the password has letters that SMTP can't carry"
                raise _Refused(Rejected(Scope.CONFIG, "login", detail)) from None
        return session


def _hand_over(session: Session, sender: str, recipient: str, mail: bytes) -> Outcome:
    """The mail's own part. Raises `_Refused`, and `OSError` where it breaks before the final dot."""
    utf8 = not recipient.isascii()
    if utf8 and session.offers("smtputf8") is None:
        return Rejected(Scope.CONTENT, "smtputf8", "the server takes no address with such letters")
    limit = session.offers("size") or ""
    if limit.isascii() and limit.isdigit() and 0 < int(limit) < len(mail):
        return Rejected(Scope.CONTENT, "5.3.4", f"the server takes {limit} bytes at most")
    _agreed(Stage.SENDER, session.ask(f"MAIL FROM:<{sender}>" + " SMTPUTF8" * utf8))
    _agreed(Stage.RECIPIENT, session.ask(f"RCPT TO:<{recipient}>"))
    _agreed(Stage.CONTENT, session.ask("DATA"), wanted=354)
    session.write(mail)
    try:
        session.write(b".\r\n")
        reply = session.reply()
    except OSError as error:
        return InDoubt(f"after the final dot: {type(error).__name__}")
    if 200 <= reply.code < 300:
        return Accepted(reply.queued_as)
    if not 400 <= reply.code < 600:
        return InDoubt(f"SMTP {reply.code} after the final dot")
    return refusal(Stage.CONTENT, reply)


class _Refused(Exception):
    """The server said no, or could not be reached, before it had the mail."""

    def __init__(self, outcome: NotSent | Rejected) -> None:
        super().__init__()
        self.outcome = outcome


def _agreed(stage: Stage, reply: Reply, wanted: int | None = None) -> None:
    if reply.code != wanted if wanted else not 200 <= reply.code < 300:
        raise _Refused(refusal(stage, reply))


def _unopened(stage: Stage, error: Exception) -> NotSent | Rejected:
    """Why there is no session. What only we can mend is a matter of our configuration."""
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else ""
        # A code below zero: no reply in the shape of one came back.
        return (
            refusal(stage, Reply(error.smtp_code, text)) if error.smtp_code > 0 else NotSent(NETWORK, stage)
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return Rejected(Scope.CONFIG, "certificate", "the server's certificate does not hold")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        wanted = "STARTTLS" if stage is Stage.GREETING else "AUTH"
        return Rejected(Scope.CONFIG, "unsupported", f"the server offers no {wanted}")
    return NotSent(NETWORK, type(error).__name__)


def mail_of(request: SendRequest, now: datetime, *, utf8: bool = False) -> bytes:
    """The whole mail, with CRLF at each line's end. Seven bits, but for addresses that have no ASCII form."""
    mail = EmailMessage(policy=_Verbatim(linesep="\r\n", cte_type="7bit", utf8=utf8))
    mail["From"] = _address(request.sender_name, request.sender)
    mail["To"] = _address(request.to_name or "", request.to)
    mail["Subject"] = one_line(request.subject or "")
    mail["Date"] = format_datetime(now)
    if request.reply_to:
        mail["Reply-To"] = request.reply_to
    for name, value in headers_of(request).items():
        mail[name] = value
    mail[ATTEMPT_HEADER] = request.attempt_id
    mail.set_content(request.text)
    if request.html is not None:
        mail.add_alternative(request.html, subtype="html")
    for one in request.attachments:
        kind, _, subtype = one.content_type.partition("/")
        mail.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name)
    return mail.as_bytes()


class _Verbatim(EmailPolicy):
    """Headers that machines read go out as they are: folded by the library, a long URL becomes an encoded word."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name in _FOLDED:
            folded: bytes = super().fold_binary(name, value)
            return folded
        return f"{name}: {value}{self.linesep}".encode("ascii")


_FOLDED = frozenset(
    {
        "From",
        "To",
        "Subject",
        "Date",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
    }
)


def _address(name: str, address: str) -> Address:
    local, _, domain = _domain_in_ascii(address).rpartition("@")
    return Address(one_line(name), local, domain)


def _domain_in_ascii(address: str) -> str:
    """The address with its domain as DNS knows it; what has no such form stays, and its server will say so."""
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna")
        same = (
            ascii_domain.decode("idna") == domain.casefold()
        )  # the codec makes another domain of some letters (ß)
    except UnicodeError:
        return address
    return f"{local}@{ascii_domain.decode('ascii')}" if same else address


def _check_envelope(*addresses: str) -> None:
    """An address must not end its command early. Raises `ValueError`."""
    for address in addresses:
        if re.search(r"[\s<>\x00-\x1f\x7f]", address):
            raise ValueError("no address")


def _dots_doubled(mail: bytes) -> bytes:
    """The mail as it goes over the wire (RFC 5321, 4.5.2), its last line ended."""
    mail = re.sub(rb"(?m)^\.", b"..", mail)
    return mail if mail.endswith(b"\r\n") else mail + b"\r\n"
