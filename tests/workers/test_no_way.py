"""A client whom no message can reach is a person's task as soon as that is known, and no longer than it is so."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from ledger import barred
from ledger.escalation import escalate
from ledger.verdicts import close_task
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.support.office import NOW, Desk, client, event, invoice, mail_of, payment, phone_of

_numbers = itertools.count(1)
NOT_YET = date(2026, 3, 23)
"""Due so late that no reminder is near."""


def profile(*contacts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The client's profile as the billing system sends it next."""
    number = next(_numbers)
    data = client(1, contacts=[{"contact_id": f"x{n}"} | one for n, one in enumerate(contacts)], **changes)
    at = NOW - timedelta(hours=1) + timedelta(seconds=number)
    return event("client.updated", f"profile-{number}", at, **data["data"])


def breathing_space(how: str, **data: Any) -> dict[str, Any]:
    found = event(f"client.hardship_{how}", how, NOW if how == "ended" else NOW - timedelta(days=1))
    return found | {"data": {"client_id": "c-1", "kind": "breathing_space"} | data}


def told(desk: Desk, *events: dict[str, Any]) -> None:
    desk.happen(*events)
    desk.work()


def asked(desk: Desk) -> list[tuple[str, str | None]]:
    """The state of each task that looks for a way, oldest first, and the step that it is about."""
    found = sorted(desk.tasks("unreachable"), key=lambda row: (row.opened_at, row.state == "open"))
    return [(row.state, row.step) for row in found]


@pytest.mark.parametrize(
    "contacts",
    [
        (),
        ({"email": "not an address"},),
        ({"email": "ap@localhost"}, {"phone": "12"}),
        ({"phone": "+49 30 901820"},),  # a landline takes no texts
        ({"name": "Pat Quay"},),
    ],
    ids=["nobody", "no address", "neither", "a landline", "a name alone"],
)
def test_a_profile_without_a_way_opens_one_task_at_once(
    desk: Desk, contacts: Sequence[dict[str, Any]]
) -> None:
    told(desk, invoice(1, due_on=NOT_YET), profile(*contacts))
    told(desk, profile(*contacts))

    (task,) = desk.tasks("unreachable")
    assert (task.state, task.step, task.reason) == ("open", None, Reason.NO_WAY.value)
    assert (task.client_id, task.invoice_ids) == ("c-1", ["i-1"])
    assert "Nothing can be sent: no contact has an address that may be used." in task.brief
    assert "1,200.00" in task.brief
    assert desk.messages() == []
    desk.check_journal()


@pytest.mark.parametrize(
    ("contact", "wrong"),
    [
        ({"email": "ap@@acme"}, "the email address has no whole domain after the @, like example.org"),
        ({"email": "ap(at)acme.example"}, "the email address has no @"),
        ({"email": "a@acme.example; b@acme.example"}, "the email address holds several addresses"),
        ({"phone": "0301 23456"}, "the phone number has no country code"),
        ({"phone": "+49 30"}, "the phone number is only a part of a number"),
        ({"phone": "+44 7"}, "the phone number is too short for its country"),
        ({"phone": "+49 30 901820"}, "the phone number is a landline's, which takes no written messages"),
    ],
)
def test_the_task_names_the_contact_and_what_is_wrong_and_not_the_address(
    desk: Desk, contact: dict[str, Any], wrong: str
) -> None:
    told(desk, invoice(1, due_on=NOT_YET), profile({}, contact))

    (task,) = desk.tasks("unreachable")
    assert f"- Contact x1: {wrong}" in task.brief
    assert "Contact x0" not in task.brief
    assert not any(address in task.brief for address in contact.values())


def test_one_bad_address_among_several_is_nobodys_work(desk: Desk) -> None:
    told(desk, invoice(1, due_on=NOT_YET), profile({"email": "nowhere"}, {"email": mail_of(1)}))

    assert desk.tasks("unreachable") == []


@pytest.mark.parametrize("contact", [{"email": mail_of(1)}, {"phone": phone_of(1)}])
def test_a_profile_with_a_way_closes_it(desk: Desk, contact: dict[str, Any]) -> None:
    told(desk, invoice(1, due_on=NOT_YET), profile())
    told(desk, profile({}, contact))

    (task,) = desk.tasks("unreachable")
    assert (task.state, task.by) == ("done", "system")
    assert [entry.kind for entry in desk.journal() if entry.kind.startswith("task.")] == [
        "task.opened",
        "task.done",
    ]


def test_a_way_that_is_lost_again_is_asked_for_again(desk: Desk) -> None:
    told(desk, invoice(1, due_on=NOT_YET), profile())
    told(desk, profile({"email": mail_of(1)}))
    desk.later(minutes=1)
    told(desk, profile())
    told(desk, profile())

    assert asked(desk) == [("done", None), ("open", None)]


def test_what_a_person_has_closed_is_not_asked_for_again(desk: Desk) -> None:
    told(desk, invoice(1, due_on=NOT_YET), profile())
    (task,) = desk.tasks("unreachable")
    with desk.ledger.begin(desk.now) as unit:
        close_task(unit, task.task_id, "done", "Ruth", "They get letters by post.")
    desk.woken.decide(["c-1"])
    desk.work()
    told(desk, profile())

    assert asked(desk) == [("done", None)]


def test_a_step_that_finds_no_way_asks_nobody_a_second_time(desk: Desk) -> None:
    told(desk, invoice(1), profile())

    assert asked(desk) == [("open", None)]
    (decision, *_) = [entry for entry in desk.journal() if entry.kind == "decision.made"]
    assert json.loads(decision.data)["unroutable"] != []


def test_what_a_person_has_closed_says_nothing_of_another_invoice(desk: Desk) -> None:
    told(desk, invoice(1, due_on=NOT_YET), profile())
    (task,) = desk.tasks("unreachable")
    with desk.ledger.begin(desk.now) as unit:
        close_task(unit, task.task_id, "done", "Ruth", "I will call.")
    desk.later(minutes=1)
    told(desk, invoice(2, owner=1))  # older: it carries

    assert [state for state, _ in asked(desk)] == ["done", "open"]
    assert asked(desk)[1][1] is not None


def test_who_owes_nothing_needs_no_way(desk: Desk) -> None:
    told(desk, profile())
    assert desk.tasks("unreachable") == []

    told(desk, invoice(1, due_on=NOT_YET))
    assert asked(desk) == [("open", None)]
    told(desk, payment(1))
    assert asked(desk) == [("done", None)]


def test_of_whom_nobody_has_told_us_is_not_asked(desk: Desk) -> None:
    told(desk, invoice(1, due_on=NOT_YET))

    assert desk.tasks("unreachable") == []


def test_nobody_calls_who_is_protected_or_with_an_attorney(desk: Desk) -> None:
    told(desk, invoice(1, due_on=NOT_YET), profile())
    told(desk, breathing_space("declared", until_on="2026-05-30"))
    assert asked(desk) == [("done", None)]

    desk.later(minutes=1)
    told(desk, breathing_space("ended"))
    assert [state for state, _ in asked(desk)] == ["done", "open"]
    creditor = desk.tasks("unreachable")[-1].creditor_id
    with desk.ledger.begin(desk.now) as unit:
        escalate(unit, "c-1", creditor, by="Ruth", task_id="d1")
    desk.woken.decide(["c-1"])
    desk.work()
    assert [state for state, _ in asked(desk)] == ["done", "done"]


def test_addresses_that_are_barred_are_no_way_until_one_is_lifted(desk: Desk) -> None:
    told(desk, invoice(1, due_on=NOT_YET), client(1))
    with desk.ledger.begin(desk.now) as unit:
        barred.add(unit, Channel.EMAIL, mail_of(1), "Ruth", "left")
    desk.woken.decide(["c-1"])
    desk.work()
    assert asked(desk) == []

    with desk.ledger.begin(desk.now) as unit:
        barred.add(unit, Channel.SMS, phone_of(1), "Ruth", "left", until=NOW.date() + timedelta(days=20))
    desk.woken.decide(["c-1"])
    desk.work()
    (task,) = desk.tasks("unreachable")
    assert task.state == "open"
    assert mail_of(1) not in task.brief
    assert phone_of(1) not in task.brief

    desk.clock.set(NOW + timedelta(days=20))
    desk.tick()
    assert asked(desk) == [("open", None)]
    desk.clock.set(NOW + timedelta(days=21))
    desk.tick()
    assert asked(desk) == [("done", None)]


def test_who_has_refused_the_only_channel_can_not_be_reached(desk: Desk) -> None:
    refused = [{"channel": "sms", "granted": False, "at": "2026-03-01T09:00:00Z"}]
    told(desk, invoice(1, due_on=NOT_YET), profile({"phone": phone_of(1)}, consents=refused))

    (task,) = desk.tasks("unreachable")
    assert Reason.NO_CONSENT.sentence in task.brief
