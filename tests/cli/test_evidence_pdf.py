"""The document: it says what the pack says, on numbered pages, in all letters, and the same way each time."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable

import pytest

from channels.documents.fonts import drawable, legible
from reminders.feedback import ReceiptKind
from tests.cli.conftest import Book, Ran
from tests.workers.pdf_text import pages_of
from workers.cli.shown import place_for
from workers.evidence.as_json import to_json
from workers.evidence.collect import Rules, collect, creditor_of
from workers.evidence.pack import Pack
from workers.evidence.pdf import to_pdf

Amicable = Callable[..., Ran]
SHA = "ab" * 32


@pytest.fixture
def pack(late_book: Book) -> Pack:
    for message in late_book.messages():
        if message.state == "accepted":
            late_book.receipt(message.message_id, ReceiptKind.DELIVERED, "250")
    house = late_book.house
    house.sealer.seal()
    assert house.rules.contact is not None
    with house.ledger.read() as connection:
        creditor = creditor_of(connection, "C1", house.creditors, None)
        rules = Rules(house.policy_of, house.interest, house.rules.contact)
        return collect(
            connection, "C1", creditor, house.creditors, late_book.clock.now(), rules=rules,
            written_by="Ruth Ellison", purpose="attorney",
        )  # fmt: skip


@pytest.fixture
def document(pack: Pack, late_book: Book) -> Callable[..., bytes]:
    with late_book.house.ledger.read() as connection:
        place = place_for(connection, "C1")
    return lambda **changes: to_pdf(dataclasses.replace(pack, **changes), SHA, place)


def flat(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_pages_are_numbered_and_tied_to_the_json(document: Callable[..., bytes]) -> None:
    pages = pages_of(document())

    assert len(pages) > 5
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert SHA in page


def test_it_says_what_the_pack_says(document: Callable[..., bytes], pack: Pack) -> None:
    pages = pages_of(document())
    whole = flat(" ".join(pages))

    assert "Northwind Studio Ltd" in pages[0]
    assert "Kaya [GmbH]" in pages[0]
    assert "1,200.00 EUR" in flat(pages[0])
    assert "INV-2003" in whole
    for message in pack.sent:
        assert message.message_id in whole
        assert flat(message.subject or "") in whole
    assert pack.journal.head.hash in whole
    assert whole.count("10.2 The entries") == 2  # once in the contents


def test_the_same_pack_gives_the_same_bytes(document: Callable[..., bytes], pack: Pack) -> None:
    assert document() == document()
    assert to_json(pack) == to_json(dataclasses.replace(pack))


def test_letters_of_all_europe_are_there(document: Callable[..., bytes], pack: Pack) -> None:
    name = "Łódź Őrség Ștefan Ţ € Ğİş Žůř Þórr Ελλάδα Москва ქართული"
    debtor = dataclasses.replace(pack.debtor, name=name)

    assert name in flat(pages_of(document(debtor=debtor))[0])
    assert drawable(name) == name


def test_what_has_no_letter_is_marked() -> None:
    assert legible("山田 <b>&") == "⟨U+5C71 U+7530⟩ &lt;b&gt;&amp;"
    assert drawable("a\u202eb\x07") == "a⟨U+202E⟩b⟨U+0007⟩"
    assert drawable("😀") == "⟨U+1F600⟩"
    assert drawable("שלום") == "⟨U+05E9 U+05DC U+05D5 U+05DD⟩"
    assert legible("a\n  b\tc") == "a<br/>\u00a0\u00a0b\u00a0\u00a0\u00a0\u00a0c"


def test_no_text_can_break_it(document: Callable[..., bytes], pack: Pack) -> None:
    odd = "</para><b>{{%s}} \x00\ud7ff￿ 山" + "x" * 3000 + "\n" * 80
    debtor = dataclasses.replace(pack.debtor, name=odd[:300], client_id=odd[:200])
    messages = tuple(dataclasses.replace(one, text=odd, subject=odd, step=odd[:40]) for one in pack.messages)
    tasks = tuple(dataclasses.replace(one, note=odd, by=odd) for one in pack.tasks)
    invoices = tuple(dataclasses.replace(one, number=odd[:60]) for one in pack.invoices)

    assert pages_of(document(debtor=debtor, messages=messages, tasks=tasks, invoices=invoices))


def test_a_long_case_takes_seconds(document: Callable[..., bytes], pack: Pack) -> None:
    many = tuple((pack.sent * 200)[:200])
    whole = dataclasses.replace(pack, messages=many)

    pages = pages_of(document(messages=many))

    assert hashlib.sha256(to_json(whole)).hexdigest() != hashlib.sha256(to_json(pack)).hexdigest()
    assert "Message 200: " in " ".join(pages)
