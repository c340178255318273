"""Invoices fetched for a mail: only from where the deployment says, only PDFs, never for long, never twice by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.documents.enclosures import LARGEST_IN_ALL, Enclosures
from channels.documents.fetching import LARGEST, PATIENCE, Fetch, Missing, below, public_address
from channels.ports import Letter
from channels.render import Renderer
from channels.transport import Answer, NeverSent, Response, Transport, Unknown
from config.policy import Enclosure
from tests.channels.letters import letter

BASE = "https://bill.example/invoices/"
PDF = b"%PDF-1.7\n..."


class Shelf(Transport):
    """A transport that answers from a list, and keeps what it was asked for."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = answers or {}
        self.asked: list[str] = []

    def _request(self, method: str, url: str, headers: Any, content: Any, auth: Any) -> Answer:
        self.asked.append(url)
        return self.answers.get(url, Response(200, {}, PDF))


def invoices(**urls: str) -> Letter:
    return replace(letter("introduction"), document_urls=tuple(urls.items()))


def attached(shelf: Transport, each: Letter, **how: Any) -> list[tuple[str, bytes]]:
    enclosures = Enclosures(Renderer(), Fetch([BASE], shelf, **how))
    return [(one.name, one.content) for one in enclosures.of(each, (Enclosure.INVOICE,))]


def test_an_invoice_is_attached_under_its_number() -> None:
    assert attached(Shelf(), invoices(**{"INV-1001": BASE + "1.pdf"})) == [("INV-1001.pdf", PDF)]


def test_names_are_ascii_and_not_given_twice() -> None:
    each = invoices(
        **{"RE/2026–Ä1": BASE + "1", "RE/2026–Ö1": BASE + "2", "請求書": BASE + "3", "../..": BASE + "4"}
    )
    assert [name for name, _ in attached(Shelf(), each)] == [
        "RE-2026-1.pdf",
        "RE-2026-1-2.pdf",
        "invoice.pdf",
        "invoice-2.pdf",
    ]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Response(404, {}, b""), "HTTP 404"),
        (Response(302, {"location": BASE + "2"}, PDF), "HTTP 302"),
        (Response(200, {}, b"<html>Please log in</html>"), "not a PDF"),
        (Response(200, {}, b""), "not a PDF"),
        (Response(200, {}, PDF + b"x" * LARGEST), f"larger than {LARGEST} bytes"),
        (NeverSent("ConnectError"), "no connection: ConnectError"),
        (Unknown("deadline"), "broken: deadline"),
    ],
)
def test_what_can_not_be_had_is_left_out_and_said(answer: Answer, reason: str) -> None:
    url = BASE + "1.pdf?token=canary"
    with capture_logs() as logs:
        assert attached(Shelf({url: answer}), invoices(**{"INV-1001": url})) == []
    assert [(line["event"], line["host"], line["reason"]) for line in logs] == [
        ("document_not_fetched", "bill.example", reason)
    ]
    assert "canary" not in str(logs)


def test_one_that_is_missing_leaves_the_others() -> None:
    shelf = Shelf({BASE + "1": Response(500, {}, b"")})
    each = invoices(**{"A-1": BASE + "1", "A-2": BASE + "2"})
    assert [name for name, _ in attached(shelf, each)] == ["A-2.pdf"]


def test_all_documents_of_a_mail_have_one_room() -> None:
    large = Response(200, {}, PDF + b"x" * (LARGEST - len(PDF)))
    urls = {f"A-{n}": f"{BASE}{n}" for n in range(5)}
    found = attached(Shelf(dict.fromkeys(urls.values(), large)), invoices(**urls))
    assert len(found) == 3
    assert sum(len(content) for _, content in found) <= LARGEST_IN_ALL


def test_all_documents_of_a_mail_have_one_patience() -> None:
    times = iter([0.0, 0.0, PATIENCE - 0.1, PATIENCE, PATIENCE + 1])
    shelf = Shelf()
    urls = {f"A-{n}": f"{BASE}{n}" for n in range(4)}
    assert len(attached(shelf, invoices(**urls), monotonic=lambda: next(times))) == 2
    assert len(shelf.asked) == 2


@pytest.mark.parametrize(
    "url",
    [
        "https://bill.example/invoices/1.pdf",
        "https://BILL.example:443/invoices/a/b.pdf?x=1",
    ],
)
def test_what_lies_below_a_prefix(url: str) -> None:
    assert below(url, BASE)
    assert below(url, BASE.rstrip("/"))


@pytest.mark.parametrize(
    "url",
    [
        "http://bill.example/invoices/1.pdf",
        "https://bill.example.evil.example/invoices/1.pdf",
        "https://bill.example:8443/invoices/1.pdf",
        "https://bill.example:x/invoices/1.pdf",
        "https://bill.example@evil.example/invoices/1.pdf",
        "https://user@bill.example/invoices/1.pdf",
        "https://bill.example/invoices-of-others/1.pdf",
        "https://bill.example/invoices",
        "https://bill.example/invoices/../admin",
        "https://bill.example/invoices/%2e%2e/admin",
        "https://bill.example/invoices/%252e%252e/admin",
        "https://bill.example/invoices/..%5cadmin",
        "https://bill.example/invoices/a b.pdf",
        "https://bill.example/invoices/1.pdf\r\nX: y",
        "https://bíll.example/invoices/1.pdf",
        "https://[bill.example/invoices/1.pdf",
        "file:///etc/passwd",
        "",
    ],
)
def test_what_does_not(url: str) -> None:
    assert not below(url, BASE)
    shelf = Shelf()
    with Fetch([BASE], shelf).sitting() as get:
        assert isinstance(get(url, LARGEST), Missing)
    assert attached(shelf, invoices(**{"A-1": url})) == []
    assert shelf.asked == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "0.0.0.0", "224.0.0.1", "::1", "fd00::1", "fe80::1",
     "::ffff:10.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_a_name_that_leads_inside_is_never_called(address: str) -> None:
    with pytest.raises(OSError, match="not public"):
        public_address([BASE], lambda *_: ["93.184.216.34", address])("bill.example", 443)


def test_a_public_name_is_called_by_the_address_that_was_judged() -> None:
    assert public_address([BASE], lambda *_: ["93.184.216.34"])("bill.example", 443) == "93.184.216.34"


def test_an_inside_address_must_be_named_itself() -> None:
    def itself(host: str, _: int) -> list[str]:
        return [host]

    assert public_address(["https://10.1.2.3/invoices/"], itself)("10.1.2.3", 443) == "10.1.2.3"
    with pytest.raises(OSError, match="not public"):
        public_address([BASE], itself)("10.1.2.3", 443)


@pytest.mark.network
def test_the_transport_asks_before_it_connects() -> None:
    calls: list[tuple[str, int]] = []

    def refuse(host: str, port: int) -> str:
        calls.append((host, port))
        raise OSError("not public")

    with Transport(address_of=refuse) as transport:
        assert transport.get("http://bill.example:81/x", {}) == NeverSent("ConnectError")
    assert calls == [("bill.example", 81)]
