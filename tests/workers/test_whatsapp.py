"""WhatsApp from the decision to the receipt: templates, conversations, their end, and a stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import yaml

from channels.render import Renderer
from channels.sandbox import SandboxOutcome
from config.policy import parse_policy
from ledger import tables as t
from ledger.snapshots import load_snapshots
from reminders.reasons import Reason
from tests.support.office import NOW, client, invoice, open_all_hours, phone_of
from tests.workers.street import Street
from workers.decide import decide_clients
from workers.schedule import Scheduler

pytestmark = pytest.mark.network

HX = "HX" + "7" * 32
SENDER = "+447700900199"
RULES = open_all_hours(channels=["whatsapp", "email"], reply_hold_working_days=0)
for step in RULES["steps"]:
    step["by"] = "preferred" if step["by"] == "email" else step["by"]
POLICY = parse_policy(yaml.safe_dump(RULES))
SOON = (NOW + timedelta(days=3)).date()
Streets = Callable[..., Street]


def open_street(make_street: Streets, *steps: str) -> Street:
    """A street on which WhatsApp has approved these steps in English."""
    body = Renderer().whatsapp_body("due_soon", "helpful", "en")
    assert body is not None
    street = make_street(policy=POLICY, whatsapp_templates={HX: body})
    creditors = street.desk.office.creditors
    approved = {step: {"en": HX} for step in steps}
    first = creditors.default.model_copy(update={"whatsapp_from": SENDER, "whatsapp_templates": approved})
    known = creditors.model_copy(update={"creditors": (first, *creditors.creditors[1:])})
    street.desk.office = replace(street.desk.office, creditors=known)
    return street


def agreed(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A client who has agreed to WhatsApp and prefers it."""
    return client(
        number,
        ["whatsapp", "email"],
        consents=[{"channel": "whatsapp", "granted": True, "at": "2026-01-01T00:00:00Z"}],
        **changes,
    )


def soon(street: Street, **changes: Any) -> None:
    street.desk.happen(agreed(**changes), invoice(1, due_on=SOON))
    street.desk.work()


def passed_over(street: Street) -> str:
    """What the journal says of the ways that were not taken."""
    return " ".join(entry.data for entry in street.desk.journal() if "ways" in entry.data)


def test_an_approved_template_goes_and_is_read(make_street: Streets) -> None:
    street = open_street(make_street, "due_soon")
    soon(street)

    (message,) = street.box.messages()
    assert (message.channel, message.to, message.sender) == (
        "whatsapp", f"whatsapp:{phone_of(1)}", f"whatsapp:{SENDER}",
    )  # fmt: skip
    assert message.text.startswith("Hello from Northwind Studio, with a short note about invoice R-1")
    (body,) = street.desk.rows(t.body)
    assert body.text == message.text, "what is kept is what the client reads"

    street.call_back(minutes=1)
    assert street.desk.states() == ["delivered"]
    kinds = [receipt.kind for receipt in street.desk.rows(t.receipt)]
    assert kinds.count("delivered") == 2, "delivered, and read"
    street.desk.check_journal()


def test_without_an_approved_template_the_next_channel_follows(make_street: Streets) -> None:
    street = open_street(make_street, "introduction")
    soon(street)

    assert [channel for channel, _ in street.sent()] == ["email"]
    assert Reason.NO_APPROVED_TEMPLATE.value in passed_over(street)
    street.desk.check_journal()


def test_a_template_in_no_language_that_the_reader_has_is_none(make_street: Streets) -> None:
    street = open_street(make_street, "due_soon")
    creditor = street.desk.office.creditors.default
    german = creditor.model_copy(update={"whatsapp_templates": {"due_soon": {"de": HX}}})
    known = street.desk.office.creditors.model_copy(update={"creditors": (german,)})
    street.desk.office = replace(street.desk.office, creditors=known)
    soon(street)

    assert [channel for channel, _ in street.sent()] == ["email"]


def test_a_conversation_that_is_open_takes_free_text(make_street: Streets) -> None:
    street = open_street(make_street, "introduction", "heads_up")
    street.desk.happen(agreed(), invoice(1, due_on=(NOW + timedelta(days=7)).date()))
    street.desk.work()
    street.call_back(minutes=1)
    assert [channel for channel, _ in street.sent()] == ["whatsapp"]

    street.tick(days=3, hours=8)
    street.box.reply("whatsapp", phone_of(1), "Which account?")
    street.call_back(seconds=1)
    street.tick(hours=8)

    assert [channel for channel, _ in street.sent()] == ["whatsapp", "whatsapp"], "due_soon is not approved"
    assert street.box.messages()[-1].custom_args == {}, "no template"
    street.call_back(minutes=1)
    assert street.desk.states()[-1] == "delivered"
    street.desk.check_journal()


def test_a_conversation_that_ended_before_the_last_gate_is_no_way(make_street: Streets) -> None:
    """Planned while it was approved, sent when it is no more: the gate sees it, and the mail follows."""
    street = open_street(make_street, "due_soon")
    street.desk.happen(agreed(), invoice(1, due_on=SOON))
    planned = street.desk.woken.waiting.popleft()
    decide_clients(street.desk.office, planned[1])
    creditor = street.desk.office.creditors.default
    bare = creditor.model_copy(update={"whatsapp_templates": {}})
    known = street.desk.office.creditors.model_copy(update={"creditors": (bare,)})
    street.desk.office = replace(street.desk.office, creditors=known)
    street.desk.work()
    street.tick(seconds=61)

    first, *_ = street.desk.messages()
    assert (first.channel, first.state, first.reason) == (
        "whatsapp", "suppressed", Reason.NO_APPROVED_TEMPLATE.value,
    )  # fmt: skip
    assert [channel for channel, _ in street.sent()] == ["email"]
    street.desk.check_journal()


def test_a_conversation_that_ended_while_the_message_waited_is_no_way(make_street: Streets) -> None:
    """Planned in an open conversation, and the senders stood still for a day: free text would be refused now."""
    street = open_street(make_street, "introduction", "heads_up")
    street.desk.happen(agreed(), invoice(1, due_on=(NOW + timedelta(days=7)).date()))
    street.desk.work()
    street.call_back(minutes=1)
    street.tick(days=3, hours=8)
    street.box.reply("whatsapp", phone_of(1), "Which account?")
    street.call_back(seconds=1)

    street.desk.later(hours=8)
    Scheduler(street.desk.office).tick()
    while street.desk.woken.waiting:
        kind, ids = street.desk.woken.waiting.popleft()
        if kind == "decide":
            decide_clients(street.desk.office, ids)
    assert [(m.step, m.channel, m.state) for m in street.desk.messages()][1:] == [
        ("due_soon", "whatsapp", "queued")
    ]
    street.tick(hours=16)
    street.tick(seconds=61)

    assert [channel for channel, _ in street.sent()] == ["whatsapp", "email"]
    assert street.desk.messages()[1].reason == Reason.NO_APPROVED_TEMPLATE.value
    street.desk.check_journal()


def test_a_stop_by_whatsapp_is_an_opt_out_though_the_provider_blocks_nothing(make_street: Streets) -> None:
    street = open_street(make_street, "due_soon", "introduction", "heads_up")
    street.desk.happen(agreed(), invoice(1, due_on=(NOW + timedelta(days=7)).date()))
    street.desk.work()
    street.box.reply("whatsapp", phone_of(1), "Stop")
    street.call_back(minutes=1)

    assert [(s.channel, s.address, s.reason) for s in street.desk.rows(t.suppression)] == [
        ("whatsapp", phone_of(1), Reason.OPTED_OUT)
    ]
    street.tick(days=4)
    assert [channel for channel, _ in street.sent()] == ["whatsapp", "email"]
    street.desk.check_journal()


def test_who_is_not_on_whatsapp_gets_a_mail(make_street: Streets) -> None:
    street = open_street(make_street, "due_soon")
    street.box.set_outcome(phone_of(1), SandboxOutcome.BOUNCE)
    soon(street)
    street.call_back(minutes=1)
    street.call_back(minutes=1)

    assert [channel for channel, _ in street.sent()] == ["whatsapp", "email"]
    assert [(s.channel, s.reason) for s in street.desk.rows(t.suppression)] == [
        ("whatsapp", Reason.SUPPRESSED_ADDRESS)
    ]
    street.desk.check_journal()


def test_nothing_late_goes_by_whatsapp(make_street: Streets) -> None:
    street = open_street(make_street, "overdue_3")
    street.desk.happen(agreed(), invoice(1))
    street.desk.work()
    assert [channel for channel, _ in street.sent()] == ["email"]


def test_a_word_to_one_creditor_opens_nothing_for_another(make_street: Streets) -> None:
    street = open_street(make_street, "introduction", "heads_up", "due_soon")
    street.desk.happen(agreed(), invoice(1, due_on=(NOW + timedelta(days=7)).date()))
    street.desk.work()
    street.box.reply("whatsapp", phone_of(1), "Hello")
    street.call_back(seconds=1)
    with street.desk.ledger.read() as connection:
        snapshot = load_snapshots(connection, ["c-1"], street.desk.now, "northwind")["c-1"]
        later = load_snapshots(connection, ["c-1"], street.desk.now + timedelta(hours=24), "northwind")["c-1"]
    ((creditor_id, address, until),) = [(c.creditor_id, c.address, c.until) for c in snapshot.chats]
    assert (creditor_id, address) == ("northwind", phone_of(1))
    assert until - street.desk.now <= timedelta(hours=24)
    assert later.chats == ()
