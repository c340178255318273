"""Each kind of answer by mail, through the webhook that takes it: `explain` shows another decision than before, and
the words that decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from channels.sandbox.config import sandbox_keys
from channels.sandbox.mail import inbound_parse
from channels.signatures import SENDGRID_SIGNATURE, SENDGRID_TIMESTAMP, sign_sendgrid
from tests.cli.conftest import Book, Ran
from workers.cli.compose import House
from workers.cli.web import web_app

Amicable = Callable[..., Ran]
Says = Callable[[str], None]

OVERDUE_7 = "The next step for INV-2003 is overdue_7, on 11 March 2026, 08:00 UTC"
HELD = "No reminder for INV-2003 until {}: The client has answered, and a person should read it first."


@pytest.fixture
def says(book: Book) -> Iterator[Says]:
    """A client whose invoice is five days late has had a friendly reminder, and answers it by mail in these words."""
    book.client()
    book.invoice()
    book.at("2026-02-25T09:00")
    book.at("2026-03-02T09:00")
    book.at("2026-03-09T09:00")
    house = House(book.house.settings, clock=book.clock, own_wake=book.office.wake)
    door = TestClient(web_app(house))

    def answer(text: str) -> None:
        reminder = book.messages()[-1]
        book.clock.set(book.clock.now().replace(hour=10))
        to = house.tokens.reply_address(reminder.message_id, "in.northwind.example")
        kind, body = inbound_parse("ap@kaya.example", to, text, book.clock.now(), "an-answer", None)
        stamp = str(int(book.clock.now().timestamp()))
        signed = sign_sendgrid(sandbox_keys()[0], stamp, body)
        headers = {"content-type": kind, SENDGRID_TIMESTAMP: stamp, SENDGRID_SIGNATURE: signed}
        taken = door.post("/webhooks/sendgrid/inbound", content=body, headers=headers)
        assert taken.is_success
        book.work()

    yield answer
    house.ledger.engine.dispose()


def now(amicable: Amicable) -> str:
    """What `explain` says of the present."""
    return amicable("explain", "C1").out.partition("\nNow: ")[2]


@pytest.mark.parametrize(
    ("text", "told", "decided"),
    [
        pytest.param(
            "Hello, we have already paid this invoice.",
            "The client answered by email: they say that it is paid, by the words “we have already paid this”.",
            HELD.format("23 March 2026, 10:00 UTC (11:00 in Europe/Berlin)"),
            id="paid already",
        ),
        pytest.param(
            "Sorry, we will pay on 18 March.",
            "they say that they will pay on 18 March 2026, by the words “will pay”, “18 march”. It counts as a promise "
            "of 1,200.00 EUR by 18 March 2026.",
            HELD.format("11 March 2026, 10:00 UTC (11:00 in Europe/Berlin)"),
            id="will pay on a date",
        ),
        pytest.param(
            "The amount is wrong.",
            "they say that something about the invoice is wrong, by the words “amount is wrong”.",
            HELD.format("23 March 2026, 10:00 UTC (11:00 in Europe/Berlin)"),
            id="disputed",
        ),
        pytest.param(
            "We can't pay it all, may we pay in instalments?",
            "they say that they can't pay, or ask to pay in parts, by the words ",
            HELD.format("23 March 2026, 10:00 UTC (11:00 in Europe/Berlin)"),
            id="can't pay",
        ),
        pytest.param(
            "Wrong person, sorry.",
            "they say that we wrote to the wrong person, by the words “wrong person”. No reminder goes to contact ap "
            "any more.",
            "By email or sms to ap: This contact answered that they are not the one to write to, or has left. Since "
            "9 March 2026, by the words “wrong person”.",
            id="wrong person",
        ),
        pytest.param(
            "Please call me on 0151 12345678.",
            "they ask to be called, by the words “call me”.",
            HELD.format("11 March 2026, 10:00 UTC (11:00 in Europe/Berlin)"),
            id="call me",
        ),
        pytest.param(
            "Stop",
            "The client asked for no more messages by email, by the word “stop”.",
            "By email to ap: The client has asked for no more messages on this channel. Since 9 March 2026, by the "
            "word “stop”.",
            id="stop",
        ),
        pytest.param(
            "Hm, who are you?",
            "they ask or say something that only a person can answer, by the words “who are you”.",
            HELD.format("11 March 2026, 10:00 UTC (11:00 in Europe/Berlin)"),
            id="unclear",
        ),
    ],
)
def test_an_answer_changes_the_decision_and_explain_says_by_which_words(
    book: Book, says: Says, amicable: Amicable, text: str, told: str, decided: str
) -> None:
    before = amicable("explain", "C1").out
    assert OVERDUE_7 in before
    assert told not in before
    assert decided not in before

    says(text)

    after = amicable("explain", "C1").out
    assert told in after
    assert decided in now(amicable)


def test_a_machines_answer_is_told_and_changes_nothing(book: Book, says: Says, amicable: Amicable) -> None:
    before = now(amicable)

    says("I am out of the office until 20 March.")

    assert (
        "An automatic reply came by email: they are away, by the words “out of the office until”. It is no answer, and "
        "holds nothing up." in amicable("explain", "C1").out
    )
    assert now(amicable).partition("\n")[2] == before.partition("\n")[2]


def test_what_is_not_sure_is_told_as_such(book: Book, says: Says, amicable: Amicable) -> None:
    says("Perhaps we pay on Friday, perhaps not")

    assert "by email: perhaps they " in amicable("explain", "C1").out
    assert "; a person reads it first. Read it: `amicable task " in amicable("explain", "C1").out


def test_a_promise_beyond_the_policy_is_a_persons(book: Book, says: Says, amicable: Amicable) -> None:
    says("We will pay on 20 May.")

    out = amicable("explain", "C1").out
    assert "“20 may”; a person decides whether that counts as a promise." in out
    assert "It counts as a promise" not in out


def test_reminders_rest_for_a_promise_and_the_note_before_its_day_still_comes(
    book: Book, says: Says, amicable: Amicable
) -> None:
    says("We will pay on 18 March.")
    book.at("2026-03-11T10:00")

    note = "A short note before the promised day for INV-2003 still comes: promise_due, on 17 March 2026"
    assert "Reminders for INV-2003 rest until 20 March 2026: The client has promised to pay" in now(amicable)
    assert note in now(amicable)
    assert note in amicable("route", "C1").out
    book.at("2026-03-17T09:00")
    assert book.messages()[-1].step == "promise_due"


@pytest.mark.parametrize(
    ("text", "ahead"),
    [
        ("Sorry, we will pay on 18 March.", "promise_due would go by email to ap at 2026-03-17 08:00 UTC"),
        (
            "Hello, we have already paid this invoice.",
            "overdue_14 would go by sms to ap at 2026-03-23 10:00 UTC",
        ),
    ],
)
def test_behind_the_hold_of_an_answer_stands_what_goes_next_as_route_says_it(
    text: str, ahead: str, says: Says, amicable: Amicable
) -> None:
    says(text)
    assert f"If nothing happens meanwhile, the {ahead}" in now(amicable)
    assert f"The {ahead}" in amicable("route", "C1").out


def test_after_a_wish_for_a_call_nothing_goes_by_itself(says: Says, amicable: Amicable) -> None:
    says("Please call me on 0151 12345678.")
    assert "If nothing happens meanwhile, nothing would be sent to client C1 in the next 60 days." in now(
        amicable
    )


def test_explain_and_route_say_of_a_closed_channel_the_same(
    book: Book, says: Says, amicable: Amicable
) -> None:
    says("Stop")

    closed = (
        "The client has asked for no more messages on this channel. Since 9 March 2026, by the word “stop”."
    )
    assert f"By email to ap: {closed}" in now(amicable)
    (seen,) = amicable("--json", "route", "C1").json
    assert closed in [way["verdict"] for way in seen["ways"]]


def test_who_paid_as_they_promised_leaves_no_task(book: Book, says: Says, amicable: Amicable) -> None:
    says("We will pay on 18 March.")
    [task] = book.tasks()
    book.event(
        "payment.received", payment_id="P", client_id="C1", currency="EUR", amount="1200.00", received_on="2026-03-09",
        allocations=[{"invoice_id": "i1", "amount": "1200.00"}],
    )  # fmt: skip

    assert amicable("--json", "tasks").json == []
    assert "system: What it was about is settled." in amicable("tasks", "--state", "all").out
    assert f"The reply task {task.task_id[:8]} closed by itself. What it was about is settled." in (
        amicable("explain", "C1").out
    )


def test_nobody_is_asked_twice_for_another_contact(book: Book, says: Says, amicable: Amicable) -> None:
    says("Wrong person, sorry.")
    book.at("2026-03-11T10:00")

    assert sorted(task.kind for task in book.tasks()) == ["reply", "unreachable"]
    [task] = [task for task in book.tasks() if task.kind == "unreachable"]
    amicable("task", task.task_id, "--done", "--by", "Ruth", "--note", "Nobody knows.")
    book.at("2026-03-12T10:00")
    assert "no_way" in [task.reason for task in book.tasks()]


def test_a_call_that_was_asked_for_is_one_task_with_their_words(
    book: Book, says: Says, amicable: Amicable
) -> None:
    says("The amount is wrong. Please call me on 0151 12345678, tomorrow between 10 and 12.")

    [task] = book.tasks()
    shown = amicable("task", task.task_id).out
    assert (task.kind, str(task.due_on)) == ("call", "2026-03-11")
    for part in (
        "why       The client has asked for a call.",
        "They also ask to be called.",
        "> The amount is wrong. Please call me on 0151 12345678, tomorrow between 10 and 12.",
        "The number they named: 0151 12345678.",
        "You asked us to call",
        "Invoice INV-2003 of 2 Feb 2026: €1,200.00",
        "WHAT YOU MAY OFFER",
    ):
        assert part in shown
