"""Documents go with the mails that the policy says, are made after the commit, and hold no mail up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
import yaml

from channels.ports import Attachment, Letter
from config.policy import Enclosure, Policy, PolicyError, parse_policy
from config.settings import SettingsError, load_settings
from ledger import tables as t
from reminders.snapshot import Channel
from tests.support.office import Counting, Desk, client, invoice, open_all_hours

PAPER = Attachment("statement.pdf", "application/pdf", b"%PDF-1.7")


def policy_with(attach: object, step: str = "overdue_3") -> Policy:
    data: dict[str, Any] = open_all_hours()
    next(one for one in data["steps"] if one["name"] == step)["attach"] = attach
    return parse_policy(yaml.safe_dump(data))


def test_a_step_that_attaches_a_statement_sends_it(desks: Callable[..., Desk]) -> None:
    mail, asked, states = Counting(Channel.EMAIL), [], []

    def documents(letter: Letter, wanted: Sequence[Enclosure]) -> tuple[Attachment, ...]:
        asked.append((letter.step, tuple(wanted)))
        states.extend(desk.states())
        return (PAPER,)

    desk = desks(mail, Counting(Channel.SMS), policy=policy_with(["statement"]), documents=documents)
    desk.happen(client(1), invoice(1))
    desk.work()

    assert [request.attachments for request in mail.taken] == [(PAPER,)]
    assert asked == [("overdue_3", (Enclosure.STATEMENT,))]
    assert states == ["dispatching"]  # committed: no row is locked while a document is fetched


def test_a_step_that_attaches_nothing_asks_for_nothing(desks: Callable[..., Desk]) -> None:
    mail = Counting(Channel.EMAIL)

    def documents(letter: Letter, wanted: Sequence[Enclosure]) -> tuple[Attachment, ...]:
        raise AssertionError("nobody wanted one")

    desk = desks(mail, Counting(Channel.SMS), documents=documents)
    desk.happen(client(1), invoice(1))
    desk.work()
    assert [request.attachments for request in mail.taken] == [()]


def test_documents_that_take_too_long_hold_the_call_back(desks: Callable[..., Desk]) -> None:
    """The call would outlive its lease, and its outcome be taken for unknown: it is surely not made, and goes later."""
    mail = Counting(Channel.EMAIL)

    def documents(letter: Letter, wanted: Sequence[Enclosure]) -> tuple[Attachment, ...]:
        desk.clock.set(desk.clock.now() + timedelta(seconds=40))
        return (PAPER,)

    desk = desks(mail, Counting(Channel.SMS), policy=policy_with(["statement"]), documents=documents)
    desk.happen(client(1), invoice(1))
    desk.work()

    assert mail.taken == []
    assert desk.states() == ["queued"]


def test_a_text_carries_no_document(desks: Callable[..., Desk]) -> None:
    sms = Counting(Channel.SMS)
    desk = desks(
        Counting(Channel.EMAIL), sms, policy=policy_with(["statement"]), documents=lambda *_: (PAPER,)
    )
    desk.happen(client(1, ["sms"]), invoice(1))
    desk.work()
    assert [request.attachments for request in sms.taken] == [()]


def test_a_mail_links_the_invoice_itself(desks: Callable[..., Desk]) -> None:
    desk = desks()
    issued = invoice(1)
    issued["data"]["document_url"] = "https://bill.example/invoices/R-1.pdf"
    desk.happen(client(1), issued)
    desk.work()
    (body,) = desk.rows(t.body)
    assert "https://bill.example/invoices/R-1.pdf" in body.html
    assert "https://bill.example/invoices/R-1.pdf" in body.text


@pytest.mark.parametrize(
    ("step", "attach", "says"), [("call", ["statement"], "attach"), ("overdue_3", ["photo"], "attach")]
)
def test_a_policy_that_attaches_what_can_not_be_is_refused(step: str, attach: object, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        policy_with(attach, step)


@pytest.mark.parametrize(
    "prefix",
    ["http://bill.example/", "https://", "bill.example", "https://u:p@bill.example/", "https://bill.example/?a=b",
     "https://bill.example:x/"],
)  # fmt: skip
def test_where_documents_come_from_must_be_https(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMICABLE_DOCUMENTS__FETCH_FROM", f"https://bill.example/invoices/, {prefix}")
    with pytest.raises(
        SettingsError, match="AMICABLE_DOCUMENTS__FETCH_FROM: each must be like https://host/folder/"
    ):
        load_settings()


def test_several_places_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMICABLE_DOCUMENTS__FETCH_FROM", "https://a.example/x/, https://b.example")
    assert load_settings().documents.fetch_from == ("https://a.example/x/", "https://b.example")
