"""Reminders about money that was paid, credited or promised otherwise; wrong sums, and fees that multiply."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reminders.snapshot import Channel
from tests.complaints.life import Life, instant
from workers.send import send_messages

# --- after payment


def test_a_payment_between_planning_and_sending_stops_the_reminder(life: Life) -> None:
    """They paid at eight, the reminder went at nine: it had been computed before. (Kill Bill #472)"""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-13 08:59")
    # Given a reminder that is planned, and no sender at work
    life.desk.clock.set(instant("03-13 09:01"))
    life.wake_only_deciders()
    (waiting,) = [m.message_id for m in life.desk.messages() if m.state == "queued"]

    # When the payment is stored before the sender comes
    life.quietly("payment.received", payment_id="p", client_id="harbour", currency="GBP", amount="1200.00",
                 received_on="2026-03-13", allocations=[{"invoice_id": "i-1", "amount": "1200.00"}])  # fmt: skip
    send_messages(life.desk.office, Channel.EMAIL, [waiting])

    (message,) = [m for m in life.desk.messages() if m.message_id == waiting]
    assert (message.state, message.reason) == ("cancelled", "paid")
    assert "overdue_7" not in life.until("03-20").steps()


def test_nobody_is_reminded_while_the_bank_data_is_old(life: Life) -> None:
    """It sends even if paid: our bank feed was three days behind. (Akaunting #259)"""
    life.client("02-01 09:00").invoice("02-04 10:00").at(
        "03-04 18:00", "ledger.synced", through_at="2026-03-04T18:00:00Z"
    )

    assert life.until("03-17").steps("03-04") == []
    assert "stale_ledger" in life.reasons()

    life.at("03-17 18:00", "ledger.synced", through_at="2026-03-17T18:00:00Z")
    assert life.until("03-19").story("03-04") == ["03-18 overdue_7"]


def test_money_on_account_is_not_asked_for_again(life: Life) -> None:
    """A customer phoned: they had paid. Only nobody had matched it to the invoice yet. (accounted #545)"""
    life.client("02-01 09:00").invoice("02-04 10:00").pays("03-04 10:00", allocations=[])

    assert life.until("05-30").steps("03-04 10:00") == []


# --- fees


def test_interest_is_asked_for_once_and_not_twice_for_the_same_days(life: Life) -> None:
    """10% late fee, added every hour. (Invoice Ninja #2330) Two claims booked the same days. (rentemester #145)"""
    life.client("01-02 09:00").invoice("01-05 10:00", late_terms="statutory")
    life.decides("03-10 11:00", "approval", "approve")
    life.wake_again(20)
    life.until("06-30")

    naming = [request for request in life.taken() if "nterest" in request.text]
    assert [life.step_of(request) for request in naming] == ["final_notice"]
    # £1,200 at 8% + 3.75% from 5 February, the day after the due date, to 10 March, day by day, is 34 days
    assert naming[0].text.count("£13.13") >= 1


def test_a_fixed_sum_is_one_for_each_invoice(life: Life) -> None:
    """Running the reminders twice a day duplicates late fees. (Invoice Ninja #1921)"""
    life.client("01-02 09:00")
    life.invoice("01-05 10:00", 1, late_terms="statutory").invoice("01-06 10:00", 2, late_terms="statutory")
    life.decides("03-10 11:00", "approval", "approve")

    assert life.letter("final_notice").text.count("£70.00") == 2


def test_no_fee_and_no_interest_in_a_friendly_step(life: Life) -> None:
    """The first friendly note already carried a late fee; in the EU that is not even legal. (Invoice Ninja #11118)"""
    life.client("01-02 09:00").invoice("01-05 10:00", late_terms="statutory").until("03-05")

    assert len(life.taken()) == 6
    assert [r.subject for r in life.taken() if "nterest" in r.text or "fixed sum" in r.text] == []


# --- amounts


def test_after_a_part_payment_only_the_rest_is_asked_for(life: Life) -> None:
    """They had paid half, and the reminder asked for all of it. (ERPNext #41817)"""
    life.client("02-01 09:00").invoice("02-04 10:00").pays("03-09 10:00", "700.00").until("03-14")

    text = life.letter("overdue_7").text
    assert "£500.00" in text
    assert "Pay £1,200.00" not in text


def test_after_a_credit_note_only_the_rest_is_asked_for(life: Life) -> None:
    """The credit note did not clear it, the reminder still showed the old amount. (ERPNext #39889)"""
    life.client("02-01 09:00").invoice("02-04 10:00")
    life.at(
        "03-09 10:00",
        "credit_note.issued",
        credit_note_id="c",
        invoice_id="i-1",
        currency="GBP",
        amount="450.00",
    )

    assert "Pay £750.00" in life.until("03-14").letter("overdue_7").text


def test_a_credit_note_for_all_of_it_ends_it_without_thanks(life: Life) -> None:
    """We credited the whole invoice, and it went on reminding. (Kill Bill #695)"""
    life.client("02-01 09:00").invoice("02-04 10:00")
    life.at(
        "03-02 10:00",
        "credit_note.issued",
        credit_note_id="c",
        invoice_id="i-1",
        currency="GBP",
        amount="1200.00",
    )

    assert life.until("06-01").steps("03-02 10:00") == []


def test_several_invoices_each_keep_their_own_amount(life: Life) -> None:
    """The first invoice of several shows the last one's amount. (ERPNext #46770)"""
    life.client("02-01 09:00")
    for number, total in ((1, "111.00"), (2, "222.00"), (3, "333.00")):
        life.invoice(f"02-04 1{number}:00", number, total=total)
    life.until("03-14")

    letter = life.letter("overdue_7")
    for number, amount in ((1, "£111.00"), (2, "£222.00"), (3, "£333.00")):
        after = letter.text.split(f"R-{number}\n", 1)[1]
        assert amount in after.split("Invoice R-")[0]
    assert "£666.00" in letter.text


def test_what_is_paid_while_it_waits_for_approval_is_asked_for_as_it_is_then(life: Life) -> None:
    """The reminder that I sent by hand showed the balance of last week. (Invoice Ninja #11380)"""
    life.client("01-02 09:00").invoice("01-05 10:00").until("03-08 12:00").pays("03-08 12:00", "1000.00")
    life.decides("03-10 11:00", "approval", "approve")

    text = life.letter("final_notice").text
    assert "£200.00" in text
    assert "Pay £1,200.00" not in text


# --- bookings that were none


@pytest.mark.parametrize("reason", ["misposted", "Booking error", "wrong-client"])
def test_a_payment_that_was_mistyped_is_no_bank_s_return(life: Life, reason: str) -> None:
    """Somebody booked it on the wrong client, and she was told that her bank had sent her money back."""
    life.client("01-04 09:00").invoice("01-05 09:00").pays("02-10 10:00", payment_id="pay-x")
    life.at("02-12 10:00", "payment.reversed", payment_id="pay-x", client_id="harbour", reason=reason)
    story = life.until("02-28").story("02-12 10:00")

    assert story == ["02-19 overdue_7", "02-26 overdue_14 by sms"]
    assert "payment_misbooked" in life.reasons("02-12")


def test_any_other_reason_is_the_bank_s(life: Life) -> None:
    life.client("01-04 09:00").invoice("01-05 09:00").pays("02-10 10:00", payment_id="pay-x")
    life.at("02-16 10:00", "payment.reversed", payment_id="pay-x", client_id="harbour", reason="AC04")

    assert "payment_returned" in life.until("02-24").steps("02-16 10:00")


# --- discounts

DISCOUNT = {"percent": "2", "by_on": "2026-02-12"}


def test_an_early_payment_discount_is_told_while_it_is_open(life: Life) -> None:
    """We give 2% for ten days, and no message can say so. (ERPNext #4353, Invoice Ninja #5360)"""
    life.client("02-01 09:00").invoice("02-04 10:00", early_discount=DISCOUNT).until("02-14")

    told = life.letter("discount").text
    assert "£24.00" in told
    assert "£1,176.00" in told
    assert "12 February" in told or "12 Feb" in told


def test_a_discount_that_was_taken_is_not_chased(life: Life) -> None:
    """They took the 2% they were offered, and were dunned for 24 pounds."""
    life.client("02-01 09:00").invoice("02-04 10:00", early_discount=DISCOUNT).pays("02-11 10:00", "1176.00")

    assert life.until("05-30").steps("02-12") == []
    assert "discount_taken" in life.reasons("02-11")


def test_who_took_a_discount_is_thanked_as_for_the_whole(life: Life) -> None:
    """And nobody says that 24 pounds are open."""
    life.client("02-01 09:00").invoice("02-04 10:00", early_discount=DISCOUNT).pays("02-11 10:00", "1176.00")

    text = life.until("02-13").letter("thank_you").text
    assert "Invoice R-1 for £1,200.00 is now settled in full" in text
    assert "Early-payment discount: − £24.00" in text
    assert "Open: £0.00" in text


def test_a_missing_credit_note_is_asked_for_after_a_week_and_once(life: Life) -> None:
    """It stayed half open in the books for ever, and nobody was told."""
    life.client("02-01 09:00").invoice("02-04 10:00", early_discount=DISCOUNT).pays("02-11 10:00", "1176.00")

    assert life.until("02-17 23:00").tasks() == []
    assert life.until("02-18 12:00").tasks() == ["doubt open"]
    (task,) = life.desk.tasks("doubt")
    assert task.reason == "discount_taken"
    assert "ISSUE THE CREDIT NOTE for invoice R-1" in task.brief
    assert "£24.00" in task.brief
    assert life.until("03-30").tasks() == ["doubt open"]

    life.at(
        "03-30 10:00", "credit_note.issued", credit_note_id="c-1", client_id="harbour", invoice_id="i-1",
        amount="24.00", currency="GBP",
    )  # fmt: skip
    assert life.tasks() == ["doubt done"]
    assert life.until("05-30").steps("02-13") == []


def test_a_credit_note_in_time_asks_nobody(life: Life) -> None:
    life.client("02-01 09:00").invoice("02-04 10:00", early_discount=DISCOUNT).pays("02-11 10:00", "1176.00")
    life.at(
        "02-13 10:00", "credit_note.issued", credit_note_id="c-1", client_id="harbour", invoice_id="i-1",
        amount="24.00", currency="GBP",
    )  # fmt: skip

    assert life.until("03-30").tasks() == []
    assert life.steps("02-11") == ["thank_you"]


def test_a_part_payment_takes_no_discount_with_it(life: Life) -> None:
    """A discount and a part payment together: the sum was wrong. (Odoo #94050)"""
    life.client("02-01 09:00").invoice("02-04 10:00", early_discount=DISCOUNT).pays("02-06 10:00", "600.00")
    life.until("03-14")

    assert "£576.00" in life.letter("discount").text  # 1,176 less the 600 that came
    assert "£600.00" in life.letter("overdue_7").text


def test_a_discount_that_was_lost_is_never_mentioned_again(life: Life) -> None:
    """It kept reminding them of a discount that was over."""
    life.client("02-01 09:00").invoice("02-04 10:00", early_discount=DISCOUNT).until("05-30")

    after = [r for r in life.taken() if life.when(r) >= instant("02-13")]
    assert len(after) >= 5
    assert [r.subject for r in after if "discount" in r.text.lower() or "£1,176" in r.text] == []


def test_a_payment_that_came_back_is_told_gently_and_once(life: Life) -> None:
    """The bank took the payment back, and the first thing they got was a demand."""
    life.client("02-01 09:00").invoice("02-04 10:00").pays("03-04 10:00", payment_id="debit")
    life.at(
        "03-10 10:00", "payment.reversed", payment_id="debit", reversed_on="2026-03-10", reason="recalled"
    )
    life.wake_again(5)
    life.until("03-16")

    assert life.steps("03-10") == ["payment_returned"]
    text = life.letter("payment_returned").text.lower()
    assert not any(word in text for word in ("demand", "late", "overdue", "fee"))


@pytest.mark.parametrize("days", [0, 3])
def test_thanks_are_said_once_whenever_the_payment_is_booked(life: Life, days: int) -> None:
    """After they paid, they were thanked on each import."""
    life.client("02-01 09:00").invoice("02-04 10:00")
    booked = instant("03-02 10:00") + timedelta(days=days)
    for _ in range(3):
        life.pays(f"{booked:%m-%d %H:%M}", payment_id="p", received_on="2026-03-02")
    life.until("06-01")

    assert life.steps().count("thank_you") == 1
