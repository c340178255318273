from __future__ import annotations

from collections.abc import Callable

from reminders.feedback import ReceiptKind
from tests.cli.conftest import Book, Ran

Amicable = Callable[..., Ran]


def test_the_story_of_a_late_invoice(late_book: Book, amicable: Amicable) -> None:
    out = amicable("explain", "C1").out

    assert "Invoice INV-2003 over 1,200.00 EUR was issued, due on 4 March 2026." in out
    assert (
        "The overdue_7 by email was decided, to contact ap, about INV-2003. The step's day has come." in out
    )
    assert "The overdue_14 by sms went out: at 10:00 in Europe/Berlin, 1,200.00 EUR." in out
    assert "The final_notice by email is held. It waits for a person's approval." in out
    assert f"A person is asked: approval, task {late_book.tasks()[0].task_id[:8]}." in out
    now = out[out.index("Now: 2026-04-07 09:00 UTC (11:00 in Europe/Berlin)") :]
    assert "INV-2003: 1,200.00 EUR is open, due on 4 March 2026, 34 days late." in now
    assert "The final_notice by email" in now
    assert "Waits for a person." in now


def test_a_promise_holds_and_is_said_once(book: Book, amicable: Amicable) -> None:
    book.client()
    book.invoice()
    book.at("2026-03-09T09:00")
    book.event(
        "promise.made", promise_id="P", client_id="C1", invoice_ids=["i1"], amount="1200.00", currency="EUR",
        promised_on="2026-03-20", by="Ada",
    )  # fmt: skip
    for moment in ("2026-03-10", "2026-03-11", "2026-03-12"):
        book.invoice("i2", "INV-2004", due="2026-05-20", issued_on=moment)
        book.at(f"{moment}T09:00")

    out = amicable("explain", "INV-2003").out

    assert "Ada of the client promised to pay 1,200.00 EUR by 20 March 2026, towards INV-2003." in out
    past, _, present = out.partition("Now:")
    held = "Reminders for INV-2003 rest until 22 March 2026: The client has promised to pay"
    assert past.count(held) == 1
    assert held in present


def test_events_that_name_no_client_are_told(book: Book, amicable: Amicable) -> None:
    book.client()
    book.invoice()
    book.at("2026-02-03T09:00")
    book.event("invoice.paused", invoice_id="i1", until_on="2026-02-20", reason="asked by phone")
    book.event("dispute.opened", dispute_id="D", invoice_id="i1", reason_code="short_delivery")
    book.event("dispute.resolved", dispute_id="D", invoice_id="i1", outcome="settled")
    book.event(
        "payment.pending", payment_id="D1", invoice_id="i1", amount="1200.00", expected_on="2026-02-06"
    )
    book.event("payment.failed", payment_id="D1", invoice_id="i1", amount="1200.00")
    book.event(
        "payment.received", payment_id="P", client_id="C1", currency="EUR", amount="1200.00", received_on="2026-02-03",
        allocations=[{"invoice_id": "i1", "amount": "1200.00"}],
    )  # fmt: skip
    book.event("payment.reversed", payment_id="P", reversed_on="2026-02-03", reason="chargeback")
    book.event("invoice.voided", invoice_id="i1", reason="issued twice")

    out = amicable("explain", "C1").out

    for sentence in (
        "Reminders for INV-2003 were paused until 20 February 2026. (asked by phone)",
        "The client disputes invoice INV-2003. (short_delivery)",
        "The dispute D was resolved. (settled)",
        "A direct debit for INV-2003 is under way, expected on 6 February 2026.",
        "The direct debit for INV-2003 failed.",
        "A payment of 1,200.00 EUR came, received on 3 February 2026: 1,200.00 EUR for INV-2003.",
        "Payment P was reversed. (chargeback)",
        "Invoice INV-2003 was voided. (issued twice)",
        "Nothing is open.",
    ):
        assert sentence in out


def test_an_event_that_was_replaced_is_told_by_its_kind(book: Book, amicable: Amicable) -> None:
    book.client()
    book.invoice()
    book.at("2026-02-03T09:00")
    book.event(
        "invoice.updated", invoice_id="i1", number="INV-2003", client_id="C1", currency="EUR", total="900.00",
        issued_on="2026-02-02", due_on="2026-03-04",
    )  # fmt: skip
    out = amicable("explain", "i1").out
    assert "An invoice came (INV-2003); a later event replaced it." in out
    assert "Invoice INV-2003 over 900.00 EUR was issued" in out


def test_a_reply_is_named_but_never_quoted(late_book: Book, amicable: Amicable) -> None:
    late_book.reply("My private sorrow")
    task = next(task for task in late_book.tasks() if task.kind == "reply")
    out = amicable("explain", "C1").out
    assert f"The client answered by email. Read it: `amicable task {task.task_id[:8]}`." in out
    assert "sorrow" not in out


def test_a_bounce_and_its_address(book: Book, amicable: Amicable) -> None:
    book.client()
    book.invoice()
    [message] = book.messages()
    book.receipt(message.message_id, ReceiptKind.BOUNCED, code="550")

    out = amicable("explain", message.message_id[:8]).out

    assert out.startswith(f"Message {message.message_id} to client C1.")
    assert "Sendgrid reported: bounced (code 550)." in out
    assert "The introduction by email: The address or the carrier refused it for good." in out
    assert "ap@kaya.example" not in out


def test_a_client_whom_nobody_can_reach(book: Book, amicable: Amicable) -> None:
    book.client(contacts=[])
    book.invoice()
    out = amicable("explain", "C1").out
    assert (
        "The step introduction could not be sent, there is no way to say it. email: There is no contact"
        in out
    )
    assert "A person is asked: unreachable" in out


def test_a_decision_of_a_person_is_told_with_its_note(late_book: Book, amicable: Amicable) -> None:
    [task] = late_book.tasks()
    amicable("task", task.task_id, "--refuse", "--by", "Ruth", "--note", "they are moving house")
    out = amicable("explain", "C1").out
    assert f"Ruth closed the approval task {task.task_id[:8]}: refused. “they are moving house”" in out
    assert "The final_notice by email: No longer needed; never sent. A person decided against it." in out


def test_json_is_one_array_with_now_at_its_end(late_book: Book, amicable: Amicable) -> None:
    notes = amicable("--json", "explain", "C1").json
    assert all(
        list(note) == ["at", "kind", "text", "reasons", "invoice_ids", "message_id", "by"] for note in notes
    )
    assert notes[-1]["kind"] == "now"
    assert [note["at"] for note in notes] == sorted(note["at"] for note in notes)


def test_another_invoice_of_the_client_is_left_aside(book: Book, amicable: Amicable) -> None:
    book.client()
    book.invoice()
    book.invoice("i2", "INV-2004", due="2026-05-20")
    out = amicable("explain", "INV-2004").out
    assert "Invoice INV-2004 over" in out
    assert "Invoice INV-2003 over" not in out


def test_what_nobody_knows(amicable: Amicable) -> None:
    ran = amicable("explain", "C404")
    assert ran.code == 1
    assert ran.err.startswith("amicable: nothing is known of C404; ")


def test_a_number_that_two_clients_have(book: Book, amicable: Amicable) -> None:
    book.invoice()
    book.invoice("i9", client_id="C9")
    ran = amicable("explain", "INV-2003")
    assert ran.code == 1
    assert "i1 of client C1, i9 of client C9" in ran.err
    assert amicable("explain", "i9").code == 0


# --- what waits, and what went after all


def test_a_step_that_waits_for_something_without_a_day_waits_and_is_not_given_up(
    book: Book, amicable: Amicable
) -> None:
    book.invoice()
    book.at("2026-02-03T09:00")
    book.event(
        "payment.received", payment_id="P", client_id="C1", currency="EUR", amount="1200.00", received_on="2026-02-03",
        allocations=[{"invoice_id": "i1", "amount": "1200.00"}],
    )  # fmt: skip
    book.at("2026-02-03T10:00")
    book.client()

    out = amicable("explain", "C1").out

    assert (
        "The step thank_you for INV-2003 waits: The billing system has not sent the client's profile yet."
        in out
    )
    assert "The thank_you by email went out" in out
    assert "not taken" not in out


def test_thanks_that_went_at_once_are_not_told_as_left_out(late_book: Book, amicable: Amicable) -> None:
    """The case was a person's for the one decision in which their task fell away."""
    late_book.decide("refuse")
    late_book.at("2026-04-20T09:00")
    late_book.event(
        "payment.received", payment_id="P", client_id="C1", currency="EUR", amount="1200.00", received_on="2026-04-20",
        allocations=[{"invoice_id": "i1", "amount": "1200.00"}],
    )  # fmt: skip
    late_book.at("2026-04-20T09:00:01")

    out = amicable("explain", "C1").out

    assert "The decision task" in out
    assert " closed by itself. What it was about is settled." in out
    assert "The thank_you by email went out" in out
    assert "The step thank_you" not in out
