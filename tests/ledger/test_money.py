"""Money in detail: each payment and credit of an invoice, what came back, and debits under way or failed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from events.contracts.delivery import Read
from ledger.unit import Ledger
from reminders.reasons import Reason
from reminders.snapshot import Credit, Hold, Payment, Returned
from tests.ledger.book import NOW, event, holds, invoice, issued, paid, snapshot, tell

FIRST = date(2026, 2, 1)
"""The day of the story's events."""


def credit(credit_note_id: str, amount: str, **fields: Any) -> Read:
    known = {"invoice_id": "i1", "currency": "EUR"}
    return event("credit_note.issued", credit_note_id=credit_note_id, amount=amount, **(known | fields))


def debit(type_: str, payment_id: str = "d1", amount: str = "100.00", **fields: Any) -> Read:
    known = {"invoice_id": "i1"}
    return event(f"payment.{type_}", payment_id=payment_id, amount=amount, **(known | fields))


def debits(ledger: Ledger) -> list[Hold]:
    return [hold for hold in invoice(ledger).holds if hold.reason is Reason.PAYMENT_PENDING]


def test_each_payment_is_told_apart_and_they_add_up(ledger: Ledger) -> None:
    tell(
        ledger,
        issued(),
        paid("p2", "30.00", ("i1", "25.00"), received_on="2026-02-12"),
        paid("p1", "30.00", ("i1", "30.00"), received_on="2026-02-12"),
    )
    tell(ledger, paid("p3", "5.00", ("i1", "5.00"), received_on="2026-02-09"), at=NOW + timedelta(hours=2))
    tell(ledger, paid("p4", "5.00", ("i1", "5.00"), currency="USD"))

    found = invoice(ledger)
    assert found.payments == (
        Payment("p3", date(2026, 2, 9), 500, NOW + timedelta(hours=2)),
        Payment("p1", date(2026, 2, 12), 3000, NOW),
        Payment("p2", date(2026, 2, 12), 2500, NOW),
    )
    assert found.paid == sum(payment.amount for payment in found.payments)
    assert (found.last_payment_on, found.last_payment_at) == (date(2026, 2, 12), NOW + timedelta(hours=2))


def test_each_credit_note_has_the_day_of_its_event(ledger: Ledger) -> None:
    tell(
        ledger,
        issued(),
        credit("c2", "7.00", time=60 * 24),
        credit("c1", "5.00"),
        credit("c3", "9", currency="JPY"),
    )

    found = invoice(ledger)
    assert found.credits == (Credit(FIRST, 500), Credit(date(2026, 2, 2), 700))
    assert found.credited == 1200


@pytest.mark.parametrize(("stated", "on"), [({"reversed_on": "2026-02-20"}, date(2026, 2, 20)), ({}, FIRST)])
def test_a_payment_that_came_back_is_told(ledger: Ledger, stated: dict[str, Any], on: date) -> None:
    later = NOW + timedelta(days=1)
    tell(ledger, issued(), paid("p1", "90.00", ("i1", "60.00")), paid("p2", "10.00", ("i1", "10.00")))
    tell(ledger, event("payment.reversed", payment_id="p1", **stated), at=later)

    found = invoice(ledger)
    assert found.returned == (Returned("p1", on, 6000, later),)
    assert [payment.payment_id for payment in found.payments] == ["p2"]


def test_the_ledger_hears_of_a_return_once(ledger: Ledger) -> None:
    tell(ledger, issued(), paid("p1", "60.00", ("i1", "60.00")))
    tell(ledger, event("payment.reversed", payment_id="p1", reversed_on="2026-02-20"))
    tell(
        ledger,
        event("payment.reversed", payment_id="p1", reversed_on="2026-02-20", time=9),
        at=NOW + timedelta(days=3),
    )

    (returned,) = invoice(ledger).returned
    assert returned.heard_at == NOW


def test_a_return_in_another_currency_is_none_of_the_invoices(ledger: Ledger) -> None:
    tell(ledger, issued(), paid("p1", "60.00", ("i1", "60.00"), currency="USD"))
    tell(ledger, event("payment.reversed", payment_id="p1"))

    assert invoice(ledger).returned == ()


# --- direct debits ------------------------------------------------------------------------------------------------


def test_a_debit_holds_its_sum_then_fails_then_the_money_comes(ledger: Ledger) -> None:
    tell(ledger, issued(), debit("pending", amount="60.00", expected_on="2026-03-05", time=1))
    assert debits(ledger) == [Hold(Reason.PAYMENT_PENDING, date(2026, 3, 10), 6000)]
    assert invoice(ledger).returned == ()

    tell(ledger, debit("failed", amount="60.00", time=2))
    assert debits(ledger) == []
    assert invoice(ledger).returned == (Returned("d1", FIRST, 6000, NOW, failed=True),)

    tell(ledger, debit("pending", amount="60.00", time=3))
    assert debits(ledger) == [Hold(Reason.PAYMENT_PENDING, None, 6000)]
    assert invoice(ledger).returned == ()

    tell(ledger, paid("d1", "60.00", ("i1", "60.00"), time=4))
    assert (debits(ledger), invoice(ledger).returned, invoice(ledger).open) == ([], (), 4000)


def test_a_debit_that_fails_again_is_heard_of_again(ledger: Ledger) -> None:
    later = NOW + timedelta(days=2)
    tell(ledger, issued(), debit("failed", time=1))
    tell(ledger, debit("pending", time=2), debit("failed", time=60 * 48), at=later)

    assert invoice(ledger).returned == (Returned("d1", date(2026, 2, 3), 10000, later, failed=True),)


@pytest.mark.parametrize("wrong", [{"currency": "USD"}, {"amount": "10.005"}])
def test_a_debit_in_a_sum_that_is_none_of_the_invoices(ledger: Ledger, wrong: dict[str, str]) -> None:
    tell(ledger, issued(), debit("pending", "d1", **wrong), debit("failed", "d2", **wrong))

    assert debits(ledger) == [Hold(Reason.PAYMENT_PENDING, None, None)]  # all of it is held
    assert invoice(ledger).returned == ()  # and nobody is told a wrong sum


def test_a_failed_debit_is_told_of_for_sixty_days(ledger: Ledger) -> None:
    tell(ledger, issued(), debit("failed"))
    end = datetime(2026, 4, 2, 9, tzinfo=UTC)

    assert len(invoice(ledger, at=end).returned) == 1
    assert invoice(ledger, at=end + timedelta(days=1)).returned == ()


def test_a_debit_that_begins_anew_concerns_the_invoice_it_was_for(ledger: Ledger) -> None:
    tell(ledger, issued("i1", "kaya"), issued("i2", "mira"), debit("failed", time=1))

    assert tell(ledger, debit("pending", invoice_id="i2", time=2)) == ("kaya", "mira")
    assert snapshot(ledger).invoices[0].returned == ()
    assert holds(invoice(ledger, "i2", "mira")) == {Reason.PAYMENT_PENDING: None}
    assert tell(ledger, paid("d1", "1.00", client_id="noor", time=3)) == ("kaya", "mira", "noor")
