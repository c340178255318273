"""Promises and plans: which invoices each is for, and what stays in sight as long as it is not kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from events.contracts.delivery import Read
from ledger.unit import Ledger
from reminders.snapshot import Instalment, Plan, Promise
from tests.ledger.book import NOW, event, holds, instant, invoice, issued, paid, snapshot, tell


def promise(promise_id: str = "pr1", **fields: Any) -> Read:
    known: dict[str, Any] = {"client_id": "kaya", "currency": "EUR", "amount": "100.00"}
    return event("promise.made", promise_id=promise_id, **(known | {"promised_on": "2026-03-20"} | fields))


def plan(type_: str = "plan.agreed", **fields: Any) -> Read:
    known: dict[str, Any] = {
        "plan_id": "pl1",
        "client_id": "kaya",
        "invoice_ids": ["i1"],
        "currency": "EUR",
        "instalments": [
            {"due_on": "2026-04-01", "amount": "60.00"},
            {"due_on": "2026-03-01", "amount": "40.00"},
        ],
    }
    return event(type_, **(known | fields))


def promised(ledger: Ledger, at: datetime = NOW) -> dict[str, tuple[str, ...]]:
    """The invoices of each promise."""
    return {one.promise_id: one.invoice_ids for one in snapshot(ledger, at=at).promises}


def shown(ledger: Ledger, at: datetime = NOW) -> list[str]:
    return [one.invoice_id for one in snapshot(ledger, at=at).invoices]


def test_a_promise_is_for_the_invoices_that_it_names(ledger: Ledger) -> None:
    tell(ledger, issued("i1"), issued("i2"), promise(invoice_ids=["i1", "unknown"], by="Ada", time=7))

    assert snapshot(ledger).promises == (
        Promise("pr1", ("i1",), "EUR", 10000, instant(7), date(2026, 3, 20), "Ada"),
    )
    assert holds(invoice(ledger)) == {}  # what it holds back, the core works out


def test_a_promise_for_all_is_for_what_was_issued_by_then(ledger: Ledger) -> None:
    later = issued("i2", issued_on="2026-02-02", due_on="2026-03-04")
    tell(ledger, issued("i1"), later, issued("i3", currency="USD"), promise())

    assert promised(ledger) == {"pr1": ("i1",)}  # it was made on 1 February


def test_promises_stand_in_the_order_of_their_days(ledger: Ledger) -> None:
    tell(
        ledger,
        issued(),
        promise("b", promised_on="2026-03-20"),
        promise("c", promised_on="2026-03-10"),
        promise("a", promised_on="2026-03-20"),
    )

    assert list(promised(ledger)) == ["c", "a", "b"]


def test_a_promise_about_nothing_that_is_open_is_not_told(ledger: Ledger) -> None:
    tell(ledger, issued(), promise(invoice_ids=["i1"]), paid("p1", "100.00", ("i1", "100.00")))
    assert promised(ledger) == {"pr1": ("i1",)}  # the money is news

    assert promised(ledger, NOW + timedelta(days=31)) == {}
    assert shown(ledger, NOW + timedelta(days=31)) == []


def test_what_was_paid_of_an_agreement_stays_in_sight_while_the_rest_is_open(ledger: Ledger) -> None:
    long_after = NOW + timedelta(days=100)
    tell(
        ledger,
        issued("i1"),
        issued("i2"),
        issued("i3"),
        promise(invoice_ids=["i1", "i2"], amount="200.00"),
        paid("p1", "100.00", ("i1", "100.00")),
        paid("p3", "100.00", ("i3", "100.00")),
    )

    assert promised(ledger, long_after) == {"pr1": ("i1", "i2")}
    assert shown(ledger, long_after) == ["i1", "i2"]
    assert invoice(ledger, "i1", at=long_after).paid == 10000


def test_what_was_settled_before_an_agreement_is_no_part_of_it(ledger: Ledger) -> None:
    old = datetime(2026, 1, 20, 9, tzinfo=UTC)
    tell(ledger, issued("i1"), issued("i2"), at=old)
    tell(ledger, paid("p1", "100.00", ("i1", "100.00"), received_on="2026-01-20"), at=old)
    tell(ledger, promise())

    assert promised(ledger, NOW + timedelta(days=31)) == {"pr1": ("i2",)}
    assert shown(ledger, NOW + timedelta(days=31)) == ["i2"]


def test_a_plan_has_its_instalments_in_the_order_of_their_days(ledger: Ledger) -> None:
    tell(ledger, issued(), plan(time=3))

    parts = (Instalment(date(2026, 3, 1), 4000), Instalment(date(2026, 4, 1), 6000))
    assert snapshot(ledger).plans == (Plan("pl1", ("i1",), "EUR", parts, instant(3)),)


def test_a_plan_ends_and_is_agreed_again(ledger: Ledger) -> None:
    def plans() -> list[str]:
        return [one.plan_id for one in snapshot(ledger).plans]

    tell(ledger, issued(), plan("plan.cancelled", time=2))
    tell(ledger, plan(time=1))
    assert plans() == []

    tell(ledger, plan(time=3))
    assert plans() == ["pl1"]


def test_an_agreement_of_another_client_is_theirs(ledger: Ledger) -> None:
    tell(ledger, issued(), promise(client_id="mira", invoice_ids=["i1"]), plan(client_id="mira"))

    assert (snapshot(ledger).promises, snapshot(ledger).plans) == ((), ())
