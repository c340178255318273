"""Mails by a mail server of one's own: each stage at which it can end, and the mail as it arrives."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from channels.ports import Accepted, Attachment, InDoubt, NotSent, Outcome, Rejected, Scope, Unsearchable
from channels.smtp_mail import SmtpMail
from channels.smtp_replies import Reply, Stage, refusal
from tests.channels.conftest import MAIL, NOW
from tests.support.smtp import HANG, RESET, MailServer, Taken, mail_server

Serve = Callable[..., MailServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda **how: stack.enter_context(mail_server(MailServer(**how)))


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context, and one of a client that trusts it."""
    path = _certificate(tmp_path_factory.mktemp("tls") / "both.pem")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


def _certificate(path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=3650))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    no_password = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_password) + signed.public_bytes(pem)
    )
    return path


def adapter(server: MailServer, **changes: Any) -> SmtpMail:
    how: dict[str, Any] = {"security": "none", "connect": 0.5, "total": 0.5} | changes
    return SmtpMail("localhost", lambda: NOW, port=server.port, **how)


def short(outcome: Outcome) -> object:
    """The outcome without its words for people."""
    match outcome:
        case Rejected(scope, code, _):
            return scope, code
        case NotSent(code, _, _):
            return code
        case InDoubt():
            return "in doubt"
        case Accepted(provider_id):
            return "taken", provider_id


pytestmark = pytest.mark.network


# --- how it ends


@pytest.mark.parametrize(
    ("says", "end", "taken"),
    [
        ({}, ("taken", "4F2A1B"), True),
        ({"body": "250 thanks"}, ("taken", None), True),
        # before the final dot was written, nothing was sent
        ({"greeting": RESET}, "network", False),
        ({"greeting": HANG}, "network", False),
        ({"greeting": "421 4.3.2 closing"}, "4.3.2", False),
        ({"greeting": "554 5.7.1 go away"}, (Scope.CONFIG, "5.7.1"), False),
        ({"EHLO": RESET}, "network", False),
        ({"MAIL": HANG}, "network", False),
        ({"MAIL": "451 4.7.1 greylisted"}, "4.7.1", False),
        ({"MAIL": "550 5.7.1 not your domain"}, (Scope.CONFIG, "5.7.1"), False),
        ({"MAIL": "553 5.1.8 no such sender"}, (Scope.CONFIG, "5.1.8"), False),
        ({"RCPT": RESET}, "network", False),
        ({"RCPT": "450 4.2.0 greylisted"}, "4.2.0", False),
        ({"RCPT": "452 4.2.2 full"}, "4.2.2", False),
        ({"RCPT": "552 5.2.2 full"}, "5.2.2", False),
        ({"RCPT": "550 5.1.1 no such user"}, (Scope.ADDRESS, "5.1.1"), False),
        ({"RCPT": "550 5.4.4 no such host"}, (Scope.ADDRESS, "5.4.4"), False),
        ({"RCPT": "554 5.7.1 relay access denied"}, (Scope.CONFIG, "5.7.1"), False),
        ({"RCPT": "550 relaying denied"}, (Scope.CONFIG, "550"), False),
        ({"RCPT": "550 no mailbox here by that name"}, (Scope.ADDRESS, "550"), False),
        ({"RCPT": "554 no"}, (Scope.CONFIG, "554"), False),
        ({"DATA": HANG}, "network", False),
        ({"DATA": "451 4.3.0 later"}, "4.3.0", False),
        ({"DATA": "250 what?"}, "250", False),
        # the server has it all, and says
        ({"body": "451 4.3.0 later"}, "4.3.0", True),
        ({"body": "552 5.3.4 too big"}, (Scope.CONTENT, "5.3.4"), True),
        ({"body": "554 5.6.0 malformed"}, (Scope.CONTENT, "5.6.0"), True),
        ({"body": "554 no"}, (Scope.CONTENT, "554"), True),
        ({"body": "550 5.7.26 no DMARC"}, (Scope.CONFIG, "5.7.26"), True),
        # or says nothing that can be read
        ({"body": RESET}, "in doubt", True),
        ({"body": HANG}, "in doubt", True),
        ({"body": "hello"}, "in doubt", True),
        ({"body": "354 go on"}, "in doubt", True),
        ({"QUIT": RESET}, ("taken", "4F2A1B"), True),
    ],
)
def test_how_a_conversation_ends(serve: Serve, says: dict[str, str], end: object, taken: bool) -> None:
    server = serve(says=says)

    assert short(adapter(server).send(MAIL)) == end
    assert bool(server.taken) is taken


def test_nobody_listens(serve: Serve) -> None:
    server = MailServer()
    with mail_server(server):
        pass

    assert short(adapter(server).send(MAIL)) == "network"


def test_a_server_that_drips_is_left_at_the_deadline(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = MailServer(port=listener.getsockname()[1])
        ended = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                while not ended.wait(0.05):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        began = time.monotonic()
        outcome = adapter(server).send(MAIL)
        ended.set()
        thread.join()

    assert short(outcome) == "network"
    assert time.monotonic() - began < 2


def test_a_refusal_keeps_none_of_the_servers_words(serve: Serve) -> None:
    server = serve(says={"RCPT": f"550 5.1.1 <{MAIL.to}> unknown"})
    outcome = adapter(server).send(MAIL)

    assert isinstance(outcome, Rejected)
    assert outcome.detail == "SMTP 550 5.1.1 at the recipient"


def test_it_can_not_be_searched(serve: Serve) -> None:
    assert isinstance(adapter(serve()).find(MAIL, NOW), Unsearchable)


# --- encryption, and who we are


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls(serve: Serve, contexts: tuple[ssl.SSLContext, ssl.SSLContext], security: str) -> None:
    theirs, ours = contexts
    server = serve(tls=theirs, at_once=security == "tls", offers=("AUTH PLAIN",))

    outcome = adapter(server, security=security, context=ours, login=("us", "secret"), total=3).send(MAIL)

    assert isinstance(outcome, Accepted)
    assert "AUTH" in server.commands


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(
    serve: Serve, contexts: tuple[ssl.SSLContext, ssl.SSLContext], security: str
) -> None:
    server = serve(tls=contexts[0], at_once=security == "tls")

    assert short(adapter(server, security=security, total=3).send(MAIL)) == (Scope.CONFIG, "certificate")
    assert server.taken == []


def test_without_the_encryption_that_is_wanted_nothing_goes(serve: Serve) -> None:
    server = serve()

    assert short(adapter(server, security="starttls").send(MAIL)) == (Scope.CONFIG, "unsupported")
    assert "MAIL" not in server.commands


@pytest.mark.parametrize(
    ("says", "offers", "end"),
    [
        ({"AUTH": "535 5.7.8 wrong"}, ("AUTH PLAIN",), (Scope.CONFIG, "5.7.8")),
        ({"AUTH": "454 4.7.0 not now"}, ("AUTH PLAIN",), "4.7.0"),
        ({"AUTH": RESET}, ("AUTH PLAIN",), "network"),
        ({}, (), (Scope.CONFIG, "unsupported")),
    ],
)
def test_who_is_not_let_in(serve: Serve, says: dict[str, str], offers: tuple[str, ...], end: object) -> None:
    server = serve(says=says, offers=offers)

    assert short(adapter(server, login=("us", "secret")).send(MAIL)) == end
    assert "MAIL" not in server.commands


def test_a_password_that_can_not_be_said(serve: Serve) -> None:
    server = serve(offers=("AUTH PLAIN",))

    assert short(adapter(server, login=("us", "schlüssel")).send(MAIL)) == (Scope.CONFIG, "login")


# --- the mail


def sent(serve: Serve, **changes: Any) -> Taken:
    server = serve()
    assert isinstance(adapter(server).send(replace(MAIL, **changes)), Accepted)
    (taken,) = server.taken
    return taken


def words(part: Any) -> str:
    text: str = part.get_content()
    return text.replace("\r\n", "\n").removesuffix("\n")


def test_the_mail_as_it_arrives(serve: Serve) -> None:
    taken = sent(serve)
    mail = taken.mail

    assert (taken.sender, taken.recipient) == (MAIL.reply_to, MAIL.to)
    assert {name: str(value) for name, value in mail.items() if name != "Content-Type"} == {
        "From": "Acme Billing <billing@mail.example.com>",
        "To": '"AP, Debtor Ltd" <ap@debtor.example>',
        "Subject": "Invoice INV-1001 is due on 5 March",
        "Date": f"{NOW:%a, %d %b %Y %H:%M:%S} +0000",
        "Reply-To": "r+token@in.example.com",
        "Message-ID": "<5f2b-message-1@mail.example.com>",
        "List-Unsubscribe": "<https://amicable.example/u/tok>, <mailto:r%2Btoken@in.example.com?subject=unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "X-Amicable-Attempt": "0195-attempt-1",
        "MIME-Version": "1.0",
    }
    plain, html = mail.iter_parts()
    assert mail.get_content_type() == "multipart/alternative"
    assert words(plain) == MAIL.text
    assert words(html) == MAIL.html


def test_without_a_reply_address_bounces_go_to_the_sender(serve: Serve) -> None:
    assert sent(serve, reply_to=None).sender == MAIL.sender


def test_a_thread_and_a_document(serve: Serve) -> None:
    document = Attachment("INV-1001.pdf", "application/pdf", b"%PDF-1.7\r\n\0\xff")
    mail = sent(serve, references=("a@x.example", "b@x.example"), attachments=(document,)).mail

    assert (mail["In-Reply-To"], mail["References"]) == ("<b@x.example>", "<a@x.example> <b@x.example>")
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("INV-1001.pdf", "application/pdf")
    assert attached.get_content() == document.content


def test_it_is_seven_bits_and_headers_for_machines_are_not_folded(serve: Serve) -> None:
    url = "https://amicable.example/u/" + "x" * 400
    taken = sent(
        serve,
        unsubscribe_url=url,
        subject="Zahlungserinnerung für die Rechnung Größe 42 — " + "ü" * 60,
        to_name="Jörg Größe\r\nBcc: other@x.example",
        text="Grüße\n.\n..\nFrom here\n" + "ä" * 2000,
    )

    assert taken.raw.isascii()
    assert max(map(len, taken.raw.split(b"\r\n"))) <= 998
    assert f"List-Unsubscribe: <{url}>".encode() in taken.raw
    assert taken.mail["Subject"].startswith("Zahlungserinnerung für")
    assert taken.mail["Bcc"] is None
    assert words(taken.mail.get_body(("plain",))) == "Grüße\n.\n..\nFrom here\n" + "ä" * 2000


def test_a_line_of_a_single_dot_is_no_end(serve: Serve) -> None:
    taken = sent(serve, text="one\n.\n..two", html=None)

    assert taken.raw.endswith(b"one\r\n.\r\n..two\r\n")


def test_a_domain_in_other_letters(serve: Serve) -> None:
    taken = sent(serve, to="ap@bücher.example")

    assert taken.recipient == "ap@xn--bcher-kva.example"


def test_an_address_in_other_letters_needs_a_server_that_knows_them(serve: Serve) -> None:
    request = replace(MAIL, to="größe@debtor.example")
    without, able = serve(), serve(offers=("SMTPUTF8",))

    assert short(adapter(without).send(request)) == (Scope.CONTENT, "smtputf8")
    assert short(adapter(able).send(request)) == ("taken", "4F2A1B")
    assert able.taken[0].recipient == request.to


def test_a_mail_that_is_too_large_is_not_even_begun(serve: Serve) -> None:
    server = serve(offers=("SIZE 500",))

    assert short(adapter(server).send(MAIL)) == (Scope.CONTENT, "5.3.4")
    assert "MAIL" not in server.commands


@pytest.mark.parametrize(
    "changes", [{"text": " "}, {"subject": None}, {"text": "\ud800"}, {"to": "a@b.example>\r\nDATA"}]
)
def test_what_is_no_mail_is_not_sent(serve: Serve, changes: dict[str, Any]) -> None:
    server = serve()
    outcome = adapter(server).send(replace(MAIL, **changes))

    assert isinstance(outcome, Rejected)
    assert outcome.scope is Scope.CONTENT
    assert server.commands == []


def test_a_refusal_is_never_taken_for_a_yes() -> None:
    for stage in Stage:
        for code in range(200, 600):
            assert isinstance(refusal(stage, Reply(code, "")), NotSent | Rejected)
