"""A conversation with a mail server that is over by a deadline, whatever the server does.

`smtplib` knows a timeout for each read of the socket: a server that drips a byte now and then would hold a worker for
as long as it likes. Here each read and each write gets what is left of the whole.
"""

from __future__ import annotations

import io
import smtplib
import socket
import ssl
import time
from contextlib import suppress
from typing import Any, Literal

from channels.smtp_replies import Reply

Security = Literal["starttls", "tls", "none"]


class _Reads(io.RawIOBase):
    """The reading side of a socket, until the deadline (on the monotonic clock)."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock, self._ends = sock, ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(_left(self._ends))
        return self._sock.recv_into(buffer)


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("the conversation took too long")
    return left


class _Deadline(smtplib.SMTP):
    """`smtplib.SMTP` with an end. `ends` must be set before it connects."""

    ends: float

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Reads(self.sock, self.ends))
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(_left(self.ends))
        super().send(s)


class _Plain(_Deadline):
    def __init__(self, host: str, port: int, ends: float, connect: float, name: str) -> None:
        self.ends = ends
        super().__init__(host, port, local_hostname=name, timeout=connect)


class _Tls(_Deadline, smtplib.SMTP_SSL):
    def __init__(
        self, host: str, port: int, ends: float, connect: float, name: str, context: ssl.SSLContext
    ) -> None:
        self.ends = ends
        smtplib.SMTP_SSL.__init__(self, host, port, local_hostname=name, timeout=connect, context=context)


class Session:
    """One connection, greeted, and encrypted as asked. Close it.

    Raises `OSError`, of which all of smtplib's exceptions and `ssl.SSLCertVerificationError` are kinds. All times are
    seconds.
    """

    def __init__(
        self,
        host: str,
        port: int,
        security: Security,
        context: ssl.SSLContext,
        *,
        connect: float,
        total: float,
    ) -> None:
        ends = time.monotonic() + total
        name = socket.gethostname()
        name = name if "." in name else "[127.0.0.1]"  # RFC 5321, 4.1.4: who has no name of its own says so
        if security == "tls":
            self._smtp: _Deadline = _Tls(host, port, ends, connect, name, context)
        else:
            self._smtp = _Plain(host, port, ends, connect, name)
        try:
            self._smtp.ehlo_or_helo_if_needed()
            if security == "starttls":
                self._smtp.starttls(context=context)
                self._smtp.ehlo_or_helo_if_needed()
        except BaseException:
            self._smtp.close()
            raise

    def login(self, username: str, password: str) -> None:
        """Say who we are."""
        self._smtp.login(username, password)

    def offers(self, extension: str) -> str | None:
        """What the server says of an extension; None: it has it not."""
        return self._smtp.esmtp_features.get(extension) if self._smtp.has_extn(extension) else None

    def ask(self, command: str) -> Reply:
        """Send a command, which must be one line; returns the reply."""
        self.write(f"{command}\r\n".encode())
        return self.reply()

    def reply(self) -> Reply:
        """The next reply."""
        code, text = self._smtp.getreply()
        return Reply(code, text.decode("utf-8", "replace"))

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._smtp.send(data)

    def close(self, *, politely: bool) -> None:
        """Hang up; politely, where the conversation has come to an end."""
        if politely:
            with suppress(OSError):  # every exception of smtplib's is one
                self._smtp.putcmd("QUIT")
        self._smtp.close()
