"""A mail server for tests: real sockets, a real conversation, and faults at the stage that a test names."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import BinaryIO

HANG, RESET = "hang", "reset"
"""What a server can do instead of answering."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that was taken, with its envelope."""

    sender: str
    recipient: str
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class MailServer:
    """`says` maps a stage (greeting, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, body) to a reply, or to HANG or RESET.

    The mail is kept before the reply to its body: a fault there loses the answer only.
    """

    says: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    """TLS from the first byte, without STARTTLS."""
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0

    def serve(self, listener: socket.socket, ended: threading.Event) -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._meet, args=(connection, ended), daemon=True).start()

    def _meet(self, connection: socket.socket, ended: threading.Event) -> None:
        with connection, suppress(OSError, _Gone):
            if self.tls is not None and self.at_once:
                self._encrypted(connection, ended)
            else:
                self._speak(connection, ended)

    def _encrypted(self, connection: socket.socket, ended: threading.Event) -> None:
        assert self.tls is not None
        with self.tls.wrap_socket(connection, server_side=True) as safe:
            self._speak(safe, ended, greet=self.at_once)

    def _speak(self, connection: socket.socket, ended: threading.Event, *, greet: bool = True) -> None:
        sender = recipient = ""
        lines: BinaryIO = connection.makefile("rb")

        def answer(stage: str, usual: str) -> None:
            said = self.says.get(stage, usual)
            if said == HANG:
                ended.wait(30)
                raise _Gone
            if said == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                raise _Gone
            connection.sendall(said.encode() + b"\r\n")

        if greet:
            answer("greeting", "220 mail.example ESMTP")
        while line := lines.readline():
            command = line.decode().strip()
            verb = command.partition(" ")[0].upper()
            self.commands.append(verb)
            if verb == "EHLO":
                starttls = (
                    self.tls is not None and not self.at_once and not isinstance(connection, ssl.SSLSocket)
                )
                offered = ["mail.example", *self.offers, *(["STARTTLS"] if starttls else [])]
                marks = ["-"] * (len(offered) - 1) + [" "]
                answer("EHLO", "\r\n".join(f"250{m}{o}" for m, o in zip(marks, offered, strict=True)))
            elif verb == "STARTTLS" and self.tls is not None:
                answer("STARTTLS", "220 go ahead")
                self._encrypted(connection, ended)
                return
            elif verb == "AUTH":
                answer("AUTH", "235 2.7.0 welcome")
            elif verb == "MAIL":
                sender = command.partition("<")[2].partition(">")[0]
                answer("MAIL", "250 2.1.0 ok")
            elif verb == "RCPT":
                recipient = command.partition("<")[2].partition(">")[0]
                answer("RCPT", "250 2.1.5 ok")
            elif verb == "DATA":
                answer("DATA", "354 go on")
                body = bytearray()
                while (part := lines.readline()) != b".\r\n":
                    if not part:
                        raise _Gone
                    body += part.removeprefix(b".")
                self.taken.append(Taken(sender, recipient, bytes(body)))
                answer("body", "250 2.0.0 Ok: queued as 4F2A1B")
            elif verb == "QUIT":
                answer("QUIT", "221 bye")
                return
            else:
                answer(verb, "502 5.5.1 what?")


class _Gone(Exception):
    """The server ends the conversation."""


@contextmanager
def mail_server(server: MailServer) -> Iterator[MailServer]:
    """Let it listen on loopback; its port is in `port`."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=(listener, ended), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            ended.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
