"""Worked examples: what a few events make of a client's account."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from config.policy import SHIPPED, load_policy
from ledger import tables as t
from ledger.unit import Ledger
from reminders.decide import decide
from reminders.reasons import Reason
from tests.ledger.book import (
    NOW,
    a_row,
    event,
    holds,
    invoice,
    issued,
    on_account,
    paid,
    profile,
    put,
    rows,
    snapshot,
    tell,
)

STANDARD = load_policy(SHIPPED / "standard.yaml")


def test_a_part_payment_leaves_the_rest_open(ledger: Ledger) -> None:
    tell(ledger, issued(), paid("p1", "30.00", ("i1", "30.00")))

    found = invoice(ledger)
    assert (found.total, found.paid, found.open) == (10000, 3000, 7000)
    assert found.last_payment_on == date(2026, 2, 10)
    assert found.last_payment_at == NOW


def test_an_over_payment_covers_another_invoice(ledger: Ledger) -> None:
    tell(ledger, issued("i1"), issued("i2", total="50.00"), paid("p1", "140.00", ("i1", "140.00")))

    assert invoice(ledger).open == 0
    assert invoice(ledger, "i2").open == 5000  # a balance is what the biller booked
    assert on_account(ledger) == {"EUR": 4000}


def test_money_that_is_not_allocated_is_on_account(ledger: Ledger) -> None:
    tell(ledger, issued(), paid("p1", "80.00", ("i1", "30.00")))

    assert invoice(ledger).paid == 3000
    assert on_account(ledger) == {"EUR": 5000}


def test_a_credit_note_by_invoice_lowers_it(ledger: Ledger) -> None:
    tell(
        ledger,
        issued(),
        event("credit_note.issued", credit_note_id="c1", invoice_id="i1", currency="EUR", amount="25.00"),
    )

    assert (invoice(ledger).credited, invoice(ledger).open, on_account(ledger)) == (2500, 7500, {})


def test_a_credit_note_by_client_is_on_account(ledger: Ledger) -> None:
    tell(
        ledger,
        issued(),
        event("credit_note.issued", credit_note_id="c1", client_id="kaya", currency="EUR", amount="25.00"),
    )

    assert (invoice(ledger).credited, on_account(ledger)) == (0, {"EUR": 2500})


def test_a_reversed_payment_opens_the_invoice_again(ledger: Ledger) -> None:
    tell(ledger, issued(), paid("p1", "100.00", ("i1", "100.00")))
    assert invoice(ledger).open == 0

    touched = tell(ledger, event("payment.reversed", time=1, payment_id="p1", reason="chargeback"))

    assert touched == ("kaya",)
    assert (invoice(ledger).paid, invoice(ledger).open, on_account(ledger)) == (0, 10000, {})


def test_a_payment_stated_anew_counts_only_as_it_was_stated_last(ledger: Ledger) -> None:
    tell(ledger, issued("i1"), issued("i2", client_id="other"))
    tell(ledger, paid("p1", "100.00", ("i1", "60.00"), ("i2", "40.00"), time=1))

    touched = tell(ledger, paid("p1", "90.00", ("i1", "20.00"), time=2))

    assert touched == ("kaya", "other")  # what was taken from the other one concerns them, too
    assert invoice(ledger).paid == 2000
    assert invoice(ledger, "i2", "other").paid == 0
    assert on_account(ledger) == {"EUR": 7000}


def test_a_payment_that_changes_hands_concerns_both(ledger: Ledger) -> None:
    tell(ledger, paid("p1", "10.00", client_id="kaya", time=1))

    touched = tell(ledger, paid("p1", "10.00", client_id="other", time=2))

    assert touched == ("kaya", "other")
    assert (on_account(ledger), on_account(ledger, "other")) == ({}, {"EUR": 1000})


def test_an_invoice_that_changes_hands_concerns_both(ledger: Ledger) -> None:
    tell(ledger, issued(time=1))

    touched = tell(ledger, issued(client_id="other", type_="invoice.updated", time=2))

    assert touched == ("kaya", "other")
    assert snapshot(ledger).invoices == ()


def test_a_payment_may_come_before_its_invoice(ledger: Ledger) -> None:
    tell(ledger, paid("p1", "100.00", ("i1", "100.00")))
    assert on_account(ledger) == {"EUR": 10000}  # till then it is the client's

    tell(ledger, issued())

    assert (invoice(ledger).open, on_account(ledger)) == (0, {})


def test_an_invoice_may_come_before_its_client(ledger: Ledger) -> None:
    tell(ledger, issued())

    before = snapshot(ledger)
    assert not before.client.known
    assert [i.invoice_id for i in before.invoices] == ["i1"]
    assert [row.client_id for row in rows(ledger, t.client)] == ["kaya"]
    assert [left.reason for left in decide(before, STANDARD, NOW).left_out] == [Reason.CLIENT_UNKNOWN]

    tell(ledger, profile())

    assert snapshot(ledger).client.name == "Kaya GmbH"


def test_the_newer_profile_wins_whole(ledger: Ledger) -> None:
    tell(ledger, profile(name="New", language="de", time=2))
    tell(ledger, profile(name="Old", segment="gold", time=1))

    client = snapshot(ledger).client
    assert (client.name, client.language, client.segment) == ("New", "de", None)


@pytest.mark.parametrize(
    ("type_", "reason"), [("invoice.voided", Reason.VOIDED), ("invoice.written_off", Reason.WRITTEN_OFF)]
)
def test_what_was_paid_on_an_invoice_that_ended_is_on_account(
    ledger: Ledger, type_: str, reason: Reason
) -> None:
    tell(ledger, issued(), paid("p1", "40.00", ("i1", "40.00")), event(type_, invoice_id="i1"))

    assert holds(invoice(ledger)) == {reason: None}
    assert on_account(ledger) == {"EUR": 4000}


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        (event("invoice.voided", invoice_id="i1"), Reason.VOIDED),
        (
            event("credit_note.issued", credit_note_id="c", invoice_id="i1", currency="EUR", amount="100.00"),
            Reason.CREDITED,
        ),
    ],
)
def test_a_waiting_message_is_called_off_for_what_settled_its_invoice(
    ledger: Ledger, ends: object, reason: Reason
) -> None:
    tell(ledger, profile(), issued())
    put(ledger, a_row(state="queued", needs_approval=False))

    tell(ledger, ends)  # type: ignore[arg-type]

    (stop,) = decide(snapshot(ledger), STANDARD, NOW).stops
    assert (stop.message_id, stop.reason) == ("m1", reason)


def test_an_ended_invoice_that_nothing_waits_for_is_not_shown(ledger: Ledger) -> None:
    tell(ledger, issued(), event("invoice.voided", invoice_id="i1"))

    assert snapshot(ledger).invoices == ()


def test_a_settled_invoice_is_shown_for_a_while(ledger: Ledger) -> None:
    tell(ledger, issued(), paid("p1", "100.00", ("i1", "100.00")))

    assert [i.invoice_id for i in snapshot(ledger).invoices] == ["i1"]
    assert snapshot(ledger, at=NOW + timedelta(days=31)).invoices == ()


def test_a_partial_dispute_leaves_the_rest_to_be_asked_for(ledger: Ledger) -> None:
    tell(ledger, issued(), event("dispute.opened", dispute_id="d1", invoice_id="i1", amount="30.00"))

    found = invoice(ledger)
    assert (found.disputed, found.chased, holds(found)) == (3000, 7000, {})


def test_partial_disputes_add_up_to_a_whole_one(ledger: Ledger) -> None:
    tell(
        ledger,
        issued(),
        event("dispute.opened", dispute_id="d1", invoice_id="i1", amount="30.00"),
        event("dispute.opened", dispute_id="d2", invoice_id="i1", amount="70.00"),
    )

    assert (invoice(ledger).chased, holds(invoice(ledger))) == (0, {Reason.DISPUTED: None})


def test_a_dispute_in_an_amount_that_does_not_fit_the_currency_is_a_whole_one(ledger: Ledger) -> None:
    tell(
        ledger,
        issued(currency="JPY", total="5000"),
        event("dispute.opened", dispute_id="d1", invoice_id="i1", amount="30.50"),
    )

    assert holds(invoice(ledger)) == {Reason.DISPUTED: None}


def test_a_dispute_is_resolved_and_opened_again(ledger: Ledger) -> None:
    opened = {"dispute_id": "d1", "invoice_id": "i1"}
    tell(ledger, issued(), event("dispute.opened", time=1, **opened))
    assert holds(invoice(ledger)) == {Reason.DISPUTED: None}

    tell(ledger, event("dispute.resolved", time=2, outcome="rejected", **opened))
    assert holds(invoice(ledger)) == {}

    tell(ledger, event("dispute.opened", time=3, **opened))
    assert holds(invoice(ledger)) == {Reason.DISPUTED: None}


def test_a_resolution_may_come_before_its_dispute(ledger: Ledger) -> None:
    opened = {"dispute_id": "d1", "invoice_id": "i1"}
    tell(ledger, event("dispute.resolved", time=2, **opened))
    tell(ledger, issued(), event("dispute.opened", time=1, **opened))

    assert holds(invoice(ledger)) == {}


def test_pause_and_resume_count_by_their_time(ledger: Ledger) -> None:
    tell(ledger, issued(), event("invoice.resumed", time=5, invoice_id="i1"))
    tell(ledger, event("invoice.paused", time=1, invoice_id="i1", until_on="2026-05-01"))
    assert holds(invoice(ledger)) == {}

    tell(ledger, event("invoice.paused", time=6, invoice_id="i1", until_on="2026-05-01"))
    assert holds(invoice(ledger)) == {Reason.INVOICE_PAUSED: date(2026, 5, 1)}


def test_a_paused_client_resumes(ledger: Ledger) -> None:
    tell(ledger, profile(), event("client.paused", time=1, client_id="kaya", until_on="2026-05-01"))
    (hold,) = snapshot(ledger).client.holds
    assert (hold.reason, hold.until_on) == (Reason.CLIENT_PAUSED, date(2026, 5, 1))

    tell(ledger, event("client.resumed", time=2, client_id="kaya"))
    assert snapshot(ledger).client.holds == ()


def test_hardship_and_breathing_space_end_apart_or_together(ledger: Ledger) -> None:
    def reasons() -> set[Reason]:
        return {hold.reason for hold in snapshot(ledger).client.holds}

    tell(
        ledger,
        profile(),
        event("client.hardship_declared", time=1, client_id="kaya"),
        event("client.hardship_declared", time=1, client_id="kaya", kind="breathing_space"),
    )
    assert reasons() == {Reason.HARDSHIP, Reason.MORATORIUM}

    tell(ledger, event("client.hardship_ended", time=2, client_id="kaya", kind="hardship"))
    assert reasons() == {Reason.MORATORIUM}

    tell(ledger, event("client.hardship_ended", time=3, client_id="kaya"))
    assert reasons() == set()


def test_a_failed_debit_ends_automatic_collection(ledger: Ledger) -> None:
    tell(ledger, profile(), issued(auto_collect=True, time=1))
    assert holds(invoice(ledger)) == {Reason.AUTO_COLLECT: None}
    assert decide(snapshot(ledger), STANDARD, NOW).reminders == ()

    tell(ledger, event("payment.failed", time=2, payment_id="p1", invoice_id="i1", amount="100.00"))

    assert holds(invoice(ledger)) == {}
    (reminder,) = decide(snapshot(ledger), STANDARD, NOW).reminders
    assert reminder.carrying_invoice_id == "i1"

    tell(ledger, issued(auto_collect=True, type_="invoice.updated", time=3))
    assert holds(invoice(ledger)) == {Reason.AUTO_COLLECT: None}  # the biller says that it is collected again


def test_money_in_another_currency_covers_no_invoice(ledger: Ledger) -> None:
    tell(ledger, issued(), paid("p1", "100.00", ("i1", "100.00"), currency="USD"))

    assert invoice(ledger).paid == 0
    assert on_account(ledger) == {"USD": 10000}
    assert holds(invoice(ledger)) == {Reason.OTHER_CURRENCY: None}


def test_a_credit_in_another_currency_is_the_clients_all_the_same(ledger: Ledger) -> None:
    tell(
        ledger,
        issued(),
        event("credit_note.issued", credit_note_id="c1", invoice_id="i1", currency="USD", amount="25.00"),
    )

    assert (invoice(ledger).credited, on_account(ledger)) == (0, {"USD": 2500})


def test_the_greatest_sync_wins_not_the_latest_event(ledger: Ledger) -> None:
    tell(ledger, event("ledger.synced", time=1, through_at="2026-02-20T10:00:00+02:00"))
    tell(ledger, event("ledger.synced", time=9, through_at="2026-02-19T10:00:00Z"))
    tell(ledger, event("ledger.synced", time=1, through_at="2026-02-01T00:00:00Z", source="/crm"))

    synced = snapshot(ledger).synced_through
    assert {source: at.isoformat() for source, at in synced.items()} == {
        "/crm": "2026-02-01T00:00:00+00:00",
        "/erp": "2026-02-20T08:00:00+00:00",
    }


def test_the_ledger_learns_of_an_invoice_once(ledger: Ledger) -> None:
    later = NOW + timedelta(days=3)
    tell(ledger, issued(time=1), paid("p1", "10.00", ("i1", "10.00"), time=1))
    tell(ledger, issued(time=2, total="120.00"), paid("p1", "20.00", ("i1", "20.00"), time=2), at=later)

    found = invoice(ledger)
    assert (found.total, found.first_seen_at) == (12000, NOW)
    assert (found.paid, found.last_payment_at) == (2000, NOW)


def test_an_event_looks_at_its_client_now(ledger: Ledger) -> None:
    tell(ledger, issued(), at=NOW)
    later: datetime = NOW + timedelta(hours=1)

    tell(ledger, event("invoice.paused", time=2, invoice_id="i1"), at=later)

    (client,) = rows(ledger, t.client)
    assert (client.look_at, client.woken_at) == (later, None)
