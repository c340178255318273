"""Clients who were told they would be left alone: pauses, disputes, promises, plans, instalments, hardship."""

from __future__ import annotations

import pytest

from tests.complaints.life import Life, instant


def late(life: Life) -> Life:
    """Two invoices; the first reminder of the older one went."""
    life.client("02-01 09:00").invoice("02-04 10:00").invoice("02-12 10:00", 2, total="300.00").until(
        "03-09 10:00"
    )
    assert life.steps("03-06") == ["overdue_3"]
    return life


# --- let me pause


def test_one_invoice_can_be_paused(life: Life) -> None:
    """I only want to stop reminders for this one invoice. (Invoice Ninja #4293)"""
    late(life).at(
        "03-09 12:00", "invoice.paused", invoice_id="i-1", until_on="2026-05-31", reason="Ruth looks into it"
    )
    life.until("05-20")

    asking = [
        r for r in life.taken() if life.when(r) > instant("03-09 12:00") and life.step_of(r) != "statement"
    ]
    assert asking
    assert [request.subject for request in asking if "R-1" in request.text] == []


def test_a_client_can_be_paused(life: Life) -> None:
    """Where is the switch to stop dunning this client? (Invoice Ninja #1578)"""
    late(life).at("03-09 10:00", "client.paused", client_id="harbour", reason="Meeting them")

    assert life.until("06-01").steps("03-09 10:00") == []
    assert "client_paused" in life.reasons()


def test_a_pause_ends_gently(life: Life) -> None:
    """We resumed them after a month, and their next mail was the final notice."""
    late(life).at("03-09 10:00", "client.paused", client_id="harbour").at(
        "04-20 12:00", "client.resumed", client_id="harbour"
    )

    assert life.until("04-27").steps("03-09 10:00") == ["overdue_7"]


def test_what_is_collected_by_itself_is_not_reminded(life: Life) -> None:
    """Clients call to ask why they are reminded, their card is charged automatically. (Invoice Ninja #7840)"""
    life.client("02-01 09:00").invoice("02-04 10:00", auto_collect=True)

    assert life.until("06-01").steps() == []


def test_a_debit_under_way_is_neither_paid_nor_overdue(life: Life) -> None:
    """A pending bank debit must be a state of its own. (Invoice Ninja #7332)"""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-09 10:00")
    life.now("payment.pending", payment_id="dd", invoice_id="i-1", amount="1200.00", currency="GBP",
             expected_on="2026-03-16")  # fmt: skip

    assert life.until("03-18").steps("03-09 10:00") == []

    life.now("payment.failed", payment_id="dd", invoice_id="i-1", amount="1200.00", currency="GBP")
    assert life.until("03-20").steps("03-18") == ["payment_returned"]


# --- disputed or not ready


def test_a_disputed_invoice_is_not_chased(life: Life) -> None:
    """YayPay chases disputed invoices unless you exclude them by hand."""
    late(life).now("dispute.opened", dispute_id="d", invoice_id="i-1", reason_code="quality")

    assert [r.subject for r in life.until("05-30").taken()[4:] if "Pay £1,500" in r.text] == []
    assert "overdue_7" not in [life.step_of(r) for r in life.taken() if "R-1" in r.text]


def test_only_the_undisputed_part_is_asked_for(life: Life) -> None:
    """They dispute 200 of 1,200, and we either chase all of it or nothing."""
    life.client("02-01 09:00").invoice("02-04 10:00")
    life.at(
        "03-09 10:00",
        "dispute.opened",
        dispute_id="d",
        invoice_id="i-1",
        amount="200.00",
        reason_code="price",
    )

    assert "Pay £1,000.00" in life.until("03-14").letter("overdue_7").text


def test_what_was_voided_is_not_reminded(life: Life) -> None:
    """A draft that was never approved was chased. (BoxBilling #125)"""
    life.client("02-01 09:00").invoice("02-04 10:00").at("02-10 10:00", "invoice.voided", invoice_id="i-1")

    assert life.until("06-01").steps() == ["introduction"]


def test_an_invoice_that_is_dated_ahead_waits_for_its_day(life: Life) -> None:
    """An invoice that we had not sent yet was reminded. (TimeTracker)"""
    life.client("02-01 09:00").invoice("02-04 10:00", issued_on="2026-02-20", due_on="03-25")

    assert life.until("02-19 20:00").steps() == []
    assert life.until("02-21").story() == ["02-20 introduction"]


# --- promises


def test_a_promise_stops_the_chase_by_itself(life: Life) -> None:
    """A promise is recorded, and the chase goes on unless somebody ticks 'pause'. (Upflow)"""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-09").promises("03-09 11:00", "03-27")

    assert life.until("03-28").steps("03-09 11:00") == ["promise_due"]


def test_a_promise_that_is_kept_ends_in_thanks(life: Life) -> None:
    """They kept their word, and the next morning we sent the reminder all the same."""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-09").promises("03-09 11:00", "03-27")
    life.pays("03-27 15:00")

    assert life.until("06-01").steps("03-27 09:00") == ["thank_you"]


def test_a_promise_of_a_part_holds_that_part(life: Life) -> None:
    """They promised half of it by Friday; we chased them for all."""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-09").promises(
        "03-09 11:00", "03-27", "700.00"
    )

    text = life.until("03-14").letter("overdue_7").text
    assert "Pay £500.00" in text


def test_a_broken_promise_is_told_once_and_then_called(life: Life) -> None:
    """They break one promise after the other, and it just keeps sending the same mail."""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-09 10:00")
    life.promises("03-09 11:00", "03-16").promises("03-23 11:00", "03-30").until("04-10")

    assert life.steps("03-09 11:00").count("promise_broken") == 1
    assert "call open" in life.tasks()
    assert life.until("04-30").steps("04-02") == []


def test_who_was_just_called_is_not_written_to_by_the_machine(life: Life) -> None:
    """I had them on the phone, we agreed; I closed the task, and that very minute it sent the next reminder."""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-09 10:00")
    life.promises("03-09 11:00", "03-16").promises("03-23 11:00", "03-30")
    life.decides("04-02 10:00", "call", "done").until("04-06 10:00")

    assert life.steps("04-01 10:00") == []
    assert life.until("04-09").steps("04-06 10:00") == ["overdue_7"]


def test_a_case_that_ends_by_payment_leaves_nothing_silenced(life: Life) -> None:
    """They paid the old one in the end. Nobody thanked them, and nothing was ever said of the younger one."""
    life.client("01-02 09:00").invoice("01-05 10:00").invoice("03-02 10:00", 2, due_on="04-10")
    assert "decision open" in life.until("04-08").tasks()

    life.pays("04-08 10:00").until("04-18")

    assert "decision done" in life.tasks()
    assert life.story("04-08") == ["04-08 thank_you", "04-09 due_soon", "04-13 overdue_3", "04-17 overdue_7"]


# --- instalments and plans


def plan(life: Life, when: str, parts: dict[str, str]) -> None:
    """A payment plan for the invoice is agreed."""
    instalments = [{"due_on": f"2026-{day}", "amount": amount} for day, amount in parts.items()]
    agreed = {"plan_id": "plan", "client_id": "harbour", "invoice_ids": ["i-1"], "currency": "GBP"}
    life.at(when, "plan.agreed", **agreed, instalments=instalments)


PARTS = [{"due_on": f"2026-{month}-10", "amount": "400.00"} for month in ("02", "03", "04")]


def test_each_instalment_is_due_on_its_own_day(life: Life) -> None:
    """An invoice in three parts counts as overdue only after the last one. (ERPNext #26969, Odoo #210974)"""
    life.client("01-05 09:00").invoice("01-06 10:00", due_on="04-10", instalments=PARTS)
    life.pays("02-09 10:00", "400.00").until("03-17")

    assert life.story("02-01") == ["02-09 instalment_due", "03-09 instalment_due", "03-13 instalment_missed"]
    text = life.letter("instalment_missed").text
    assert "£400.00" in text
    assert "Pay £800.00" not in text


def test_a_plan_that_is_kept_has_a_reminder_for_each_part_and_no_chase(life: Life) -> None:
    """We agreed on a plan; please remind them each month, and nothing else. (Invoice Ninja #8585)"""
    life.client("01-02 09:00").invoice("01-02 10:00").until("02-02")
    plan(life, "02-06 10:00", {"02-20": "400.00", "03-20": "400.00", "04-20": "400.00"})
    for month in ("02", "03", "04"):
        life.pays(f"{month}-20 10:00", "400.00")

    assert life.until("06-01").steps("02-06 10:00") == ["instalment_due"] * 3 + ["thank_you"]


def test_a_plan_that_is_not_kept_goes_to_a_person(life: Life) -> None:
    """The plan broke and nobody noticed; then it jumped to the final notice."""
    life.client("01-02 09:00").invoice("01-02 10:00").until("02-02")
    plan(life, "02-06 10:00", {"02-20": "600.00", "03-20": "600.00"})
    life.until("04-20")

    assert life.steps("02-06 10:00") == ["instalment_due", "instalment_missed"]
    assert "call open" in life.tasks()


def test_a_plan_that_goes_on_after_a_call_asks_for_what_was_missed_and_no_more(life: Life) -> None:
    """They were called, the plan went on, and the next letter asked for all of it."""
    life.client("01-02 09:00").invoice("01-02 10:00").until("02-02")
    plan(life, "02-06 10:00", {"02-20": "400.00", "03-20": "400.00", "04-20": "400.00"})
    life.decides("03-10 10:00", "call", "done").until("03-20 23:00")

    asked = [m for m in life.sent() if m.sent_at > instant("03-10 10:00")]
    assert asked
    assert {tuple(map(tuple, m.amounts)) for m in asked} == {(("GBP", 40000),)}
    text = next(r.text for r in life.taken() if r.message_id == asked[0].message_id)
    assert "Due later, in instalments: − £800.00" in text
    assert "Pay £400.00 online" in text

    life.until("04-19 23:00")
    later = [m for m in life.sent() if m.sent_at > instant("03-22")]
    assert {tuple(map(tuple, m.amounts)) for m in later} <= {(("GBP", 80000),)}


def test_a_plan_that_catches_up_after_the_call_is_a_plan_again(life: Life) -> None:
    life.client("01-02 09:00").invoice("01-02 10:00").until("02-02")
    plan(life, "02-06 10:00", {"02-20": "400.00", "03-20": "400.00", "04-20": "400.00"})
    life.decides("03-10 10:00", "call", "done").pays("03-11 10:00", "400.00")
    life.pays("03-20 10:00", "400.00").pays("04-20 10:00", "400.00")

    assert set(life.until("06-01").steps("03-11 10:00")) == {"instalment_due", "thank_you"}


def test_a_plan_that_was_cancelled_holds_nothing(life: Life) -> None:
    life.client("01-02 09:00").invoice("01-02 10:00").until("02-02")
    plan(life, "02-06 10:00", {"02-20": "400.00", "03-20": "400.00", "04-20": "400.00"})
    life.until("03-09 10:00").now("plan.cancelled", plan_id="plan", client_id="harbour", currency="GBP")
    life.decides("03-10 10:00", "call", "done").until("03-20")

    asked = [m for m in life.sent() if m.sent_at > instant("03-09 10:00")]
    assert {tuple(map(tuple, m.amounts)) for m in asked} == {(("GBP", 120000),)}


# --- hardship


@pytest.mark.parametrize("kind", ["hardship", "breathing_space"])
def test_who_is_in_hardship_is_left_alone_and_comes_back_gently(life: Life, kind: str) -> None:
    """She told us that she had lost her job, and the machine went on."""
    life.client("02-01 09:00", debtor_type="consumer").invoice("02-04 10:00").until("03-09 10:00")
    life.at("03-09 10:00", "client.hardship_declared", client_id="harbour", kind=kind, until_on="2026-05-15")

    assert life.until("05-16").steps("03-09 10:00") == []
    back = [m for m in life.until("06-10").sent() if m.sent_at > instant("05-16")]
    assert [m.tone for m in back] in (["polite"], ["friendly"])
    (first, *_) = (request for request in life.taken() if life.when(request) > instant("05-16"))
    assert "Until 15 May we let this rest" in first.text
    assert "tell us what would help: instalments, a later date" in first.text
    assert "within the next seven days" not in first.text
    assert "call open" in life.tasks()
    by = {policy for at, policy in life.policies() if at > instant("05-15 22:59")}
    assert {name.split("@")[0] for name in by} == {"gentle"}
