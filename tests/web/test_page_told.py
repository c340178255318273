"""What the client told us and what became of it: shown to whom it may be, newest first, and not offered as if new."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from channels.tokens import Purpose
from ledger import replies
from ledger import tables as t
from ledger.tasks import close_errands
from ledger.verdicts import close_task
from reminders.answers import Answer, AnswerKind
from reminders.feedback import OptWord, Reply
from reminders.snapshot import Channel
from reminders.tasks import TaskKind
from tests.channels.languages import LANGUAGES
from tests.web.guests import READING, Browsed, Guests, fields_of, text_of
from tests.web.world import EMAIL, NOW, PHONE

DAY = timedelta(days=1)
OTHER = "3b0e4b5e-9f7f-5a55-8e60-777777777777"


def told(guests: Guests, token: str | None = None, **query: str) -> list[str]:
    """The entries of the section, newest first: what, what became of it, when and how."""
    page = guests.get(token=token, **query)
    found = re.search(r'<ul class="told">(.*?)</ul>', page.text, re.DOTALL)
    if found is None:
        return []
    return [" | ".join(re.findall(r"<p[^>]*>(.*?)</p>", entry)) for entry in found[1].split("<li")[1:]]


def mailed(guests: Guests, text: str, answer: Answer, sender: str = EMAIL, **fields: object) -> None:
    """A mail from the client, in answer to the message."""
    reply = Reply(
        "sendgrid", Channel.EMAIL, text, sender, "us@creditor.example", text, guests.world.clock.now(),
        reference=guests.message_id, answer=answer, **fields,  # type: ignore[arg-type]
    )  # fmt: skip
    with guests.world.ledger.begin(guests.world.clock.now()) as unit:
        replies.record(unit, reply, READING)


def propose(guests: Guests, number: str = "6") -> None:
    shown = guests.answer("plan", number=number, first_on="2026-03-10", invoices="i-1")
    guests.post("plan", fields_of(shown.text))


def task_of(guests: Guests, kind: TaskKind) -> str:
    (task,) = (row for row in guests.world.rows(t.task) if row.kind == kind and row.state == "open")
    return str(task.task_id)


def decide_on(guests: Guests, kind: TaskKind, decision: str) -> None:
    with guests.world.ledger.begin(guests.world.clock.now()) as unit:
        close_task(unit, task_of(guests, kind), decision, "Ruth Ellison", "")


# --- what it shows


def test_who_told_nothing_has_no_such_section(guests: Guests) -> None:
    assert "What you told us" not in guests.get().text


@pytest.mark.parametrize(
    ("name", "fields", "entry"),
    [
        ("paid", {"paid_on": "2026-02-28", "invoices": "i-1"}, "You have paid: I-1 | We are looking for the payment."),
        ("promise", {"on": "2026-03-10"}, "You will pay by 10 March 2026 | Agreed."),
        ("promise", {"on": "2026-04-30"},
         "You would like to pay by 30 April 2026: I-1 | A person answers you by 5 March 2026."),
        ("wrong", {"invoices": ["i-1", "i-2"], "reason": "amount"}, "Something is wrong: I-1 and I-2 | A person"),
        ("hardship", {}, "It is difficult to pay at the moment | A person answers you by 4 March 2026."),
        ("call", {}, "You would like a call | We call you by 4 March 2026."),
        ("person", {}, "You are not the right person | A person"),
        ("stop", {}, "No more messages by email | We keep to it."),
    ],
    ids=["paid", "agreed", "proposed", "wrong", "hardship", "call", "person", "stop"],
)  # fmt: skip
def test_each_answer_is_shown_with_what_becomes_of_it(
    guests: Guests, name: str, fields: dict[str, str], entry: str
) -> None:
    guests.answer(name, **fields)
    (shown,) = told(guests)
    assert shown.startswith(entry)
    assert shown.endswith("| 2 March 2026" if name == "stop" else "| 2 March 2026, on this page")


def test_how_they_want_to_be_reached_is_shown_as_it_holds_now(guests: Guests) -> None:
    guests.answer("reach", channel="sms", channel_next="any", quiet_days=["1"], language="de")
    guests.world.clock.set(NOW + DAY)
    guests.answer("reach", channel="email", channel_next="sms", quiet_days=[], language="any")
    assert told(guests, lang="en") == [
        "How we reach you: Email, Text message | This holds until you change it. | 3 March 2026, on this page",
        "How we reach you | You have told us something else since. | 2 March 2026, on this page",
    ]


def test_what_came_by_mail_is_shown_by_kind_and_date_alone(guests: Guests) -> None:
    mailed(guests, "my margin is gone, 4711-canary", Answer(AnswerKind.HARDSHIP, sure=True))
    guests.world.clock.set(NOW + DAY)
    mailed(guests, "what about 0815-canary?", Answer(AnswerKind.OTHER))
    page = guests.get()
    assert told(guests) == [
        "You wrote to us | A person looks at it. | 3 March 2026, by email",
        "It is difficult to pay at the moment | A person answers you by 4 March 2026. | 2 March 2026, by email",
    ]
    assert "canary" not in page.text.replace(EMAIL.lower(), "")


def test_no_note_of_the_clients_is_shown_again(guests: Guests) -> None:
    guests.answer("wrong", invoices="i-1", reason="amount", note="between us: 4711-canary")
    assert "canary" not in guests.get().text


@pytest.mark.parametrize(
    ("decision", "became"),
    [
        ("approve", "Agreed."),
        ("refuse", "Not possible like this. Ruth Ellison is glad to find another way with you."),
        ("done", "A person has dealt with it."),
    ],
)
def test_what_a_person_decided_about_a_proposal_is_shown(guests: Guests, decision: str, became: str) -> None:
    propose(guests)
    guests.world.clock.set(NOW + DAY)
    decide_on(guests, TaskKind.PROPOSAL, decision)
    (shown,) = told(guests)
    assert shown.startswith(
        f"You would like to pay in 6 parts, from 10 March 2026 to 10 August 2026: I-1 | {became} |"
    )


def test_a_proposal_whose_invoice_was_paid_is_done(guests: Guests) -> None:
    propose(guests)
    guests.tell(
        "payment.received", NOW + DAY, payment_id="p", client_id="c-1", currency="EUR", amount="1200.00",
        received_on="2026-03-03", allocations=[{"invoice_id": "i-1", "amount": "1200.00"}],
    )  # fmt: skip
    with guests.world.ledger.begin(NOW + 2 * DAY) as unit:
        close_errands(unit, [task_of(guests, TaskKind.PROPOSAL)])
    assert "| Done. Thank you." in told(guests)[0]


def test_a_promise_is_followed_to_its_end(guests: Guests) -> None:
    guests.answer("promise", on="2026-03-06", invoices="i-2")
    assert "| Agreed." in told(guests)[0]
    guests.world.clock.set(NOW + 12 * DAY)
    assert "| That day has passed. If another one suits you, just tell us." in told(guests)[0]
    guests.tell(
        "payment.received", NOW + 12 * DAY, payment_id="p", client_id="c-1", currency="EUR", amount="90.50",
        received_on="2026-03-14", allocations=[{"invoice_id": "i-2", "amount": "90.50"}],
    )  # fmt: skip
    assert "| Done. Thank you." in told(guests)[0]


def test_a_plan_that_billing_replaced_is_no_longer_open(guests: Guests) -> None:
    shown = guests.answer("plan", number="3", first_on="2026-03-10", invoices="i-1")
    guests.post("plan", fields_of(shown.text))
    assert told(guests)[0].startswith("You will pay in 3 parts, from 10 March 2026 to 10 May 2026 | Agreed.")
    guests.tell(
        "plan.agreed", NOW + DAY, plan_id="b", client_id="c-1", invoice_ids=["i-1"], currency="EUR",
        instalments=[{"due_on": "2026-06-01", "amount": "1200.00"}],
    )  # fmt: skip
    assert told(guests)[0].startswith("Instalments | This is no longer open.")


def test_a_stop_that_was_taken_back_is_not_said_to_hold(guests: Guests) -> None:
    guests.answer("stop")
    guests.world.clock.set(NOW + DAY)
    mailed(guests, "start", Answer(AnswerKind.OTHER), opt=OptWord.IN)
    assert told(guests) == [
        "Messages by email again | We keep to it. | 3 March 2026",
        "No more messages by email | You have told us something else since. | 2 March 2026",
    ]


def test_the_last_five_of_ninety_days_are_shown_newest_first(guests: Guests) -> None:
    for day in range(7):
        guests.world.clock.set(NOW + day * DAY)
        guests.answer("wrong", invoices="i-1", reason="amount")
    days = [entry.rsplit("| ", 1)[1] for entry in told(guests)]
    assert days == [f"{day} March 2026, on this page" for day in (8, 7, 6, 5, 4)]
    guests.world.clock.set(NOW + 89 * DAY)
    assert len(told(guests)) == 5
    fresh = guests.world.tokens.issue(Purpose.PAGE, guests.message_id, NOW + 200 * DAY)
    guests.world.clock.set(NOW + 95 * DAY)
    assert [entry.rsplit("| ", 1)[1] for entry in told(guests, fresh)] == ["8 March 2026, on this page"]


def test_days_are_those_of_the_clients_own_zone(guests: Guests) -> None:
    guests.profile(time_zone="Pacific/Auckland")
    guests.world.clock.set(NOW.replace(hour=22))
    guests.answer("wrong", invoices="i-1", reason="amount")
    assert told(guests)[0].endswith("| 3 March 2026, on this page")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_the_readers_language(guests: Guests, language: str) -> None:
    english = guests.get().text
    guests.answer("hardship")
    propose(guests)
    guests.answer("stop")
    assert english != guests.get(lang=language).text
    shown = " ".join(told(guests, lang=language))
    assert "{" not in shown
    assert ("You would like" in shown) is (language == "en")
    assert len(told(guests, lang=language)) == 3


# --- to whom


def test_what_a_colleague_said_of_themselves_is_theirs(guests: Guests) -> None:
    """Ada said that paying is difficult and asked for a call; Bob sees what concerns the account, and no more."""
    bob = {"contact_id": "p-2", "name": "Bob", "phone": "+4915198765432"}
    ada = {"contact_id": "p-1", "name": "Ada", "email": EMAIL, "phone": PHONE}
    guests.profile(contacts=[ada, bob])
    guests.world.plant(OTHER, channel=Channel.SMS, address="+4915198765432")
    with guests.world.ledger.engine.begin() as connection:
        connection.execute(t.message.update().where(t.message.c.message_id == OTHER).values(contact_id="p-2"))
    for name, fields in {"hardship": {}, "call": {}, "person": {}, "promise": {"on": "2026-03-10"}}.items():
        guests.answer(name, **fields)
    theirs = guests.world.token(OTHER, Purpose.PAGE)
    assert [entry.split(" | ")[0] for entry in told(guests, theirs)] == ["You will pay by 10 March 2026"]
    # Whoever is not in charge any more sees their own words only.
    assert {entry.split(" | ")[0] for entry in told(guests)} == {
        "It is difficult to pay at the moment", "You would like a call", "You are not the right person",
        "You will pay by 10 March 2026",
    }  # fmt: skip
    assert "You will pay" in " ".join(told(guests, theirs))


def test_a_colleagues_stop_is_theirs_though_it_says_that_it_is_paid(guests: Guests) -> None:
    """Ada followed the unsubscribe link of a mail and wrote a word beside it."""
    bob = {"contact_id": "p-2", "name": "Bob", "phone": "+4915198765432"}
    guests.profile(contacts=[{"contact_id": "p-1", "name": "Ada", "email": EMAIL, "phone": PHONE}, bob])
    guests.world.plant(OTHER, channel=Channel.SMS, address="+4915198765432")
    with guests.world.ledger.engine.begin() as connection:
        connection.execute(t.message.update().where(t.message.c.message_id == OTHER).values(contact_id="p-2"))
    mailed(guests, "We have paid", Answer(AnswerKind.PAID, sure=True), opt=OptWord.OUT)

    assert told(guests, guests.world.token(OTHER, Purpose.PAGE)) == []
    assert [entry.split(" | ")[0] for entry in told(guests)] == ["No more messages by email"]


def test_a_link_whose_contact_left_the_profile_or_has_another_address_tells_nothing(guests: Guests) -> None:
    guests.answer("promise", on="2026-03-10")
    assert told(guests)
    guests.profile(contacts=[{"contact_id": "p-1", "name": "Eve", "email": "eve@debtor.example"}])
    assert guests.get().status_code == 200
    assert not told(guests)
    guests.profile(contacts=[{"contact_id": "p-9", "name": "Ada", "email": EMAIL}])
    assert not told(guests)


def test_an_old_link_tells_nothing(guests: Guests) -> None:
    guests.answer("promise", on="2026-03-10")
    guests.world.clock.set(NOW + 91 * DAY)
    page = guests.get()
    assert page.status_code == 404
    assert "10 March" not in page.text


def test_what_was_said_to_another_creditor_is_not_told(guests: Guests) -> None:
    guests.world.plant(OTHER, channel=Channel.SMS, address=PHONE)
    with guests.world.ledger.engine.begin() as connection:
        values = {"creditor_id": "northwind-de"}
        connection.execute(t.message.update().where(t.message.c.message_id == OTHER).values(values))
    guests.invoice("theirs", creditor_id="northwind-de")
    theirs = guests.world.token(OTHER, Purpose.PAGE)
    form = fields_of(guests.get("/promise", theirs).text)
    assert guests.post("promise", {**form, "on": "2026-03-10"}, theirs).status_code == 303
    assert told(guests, theirs)
    assert not told(guests)


# --- what is done is not offered as if new


@pytest.mark.parametrize(
    ("name", "fields", "before", "after"),
    [
        ("promise", {"on": "2026-03-10"}, "I will pay on a date", "Name another day"),
        ("paid", {"paid_on": "2026-02-28"}, "I have paid", "I have made another payment"),
        ("wrong", {"invoices": "i-1", "reason": "amount"}, "Something is wrong with an invoice",
         "Something else is wrong with an invoice"),
        ("hardship", {}, "It is difficult to pay at the moment", "Say more about what is difficult"),
        ("call", {}, "Please call me", "Change my wish for a call"),
        ("reach", {"channel": "sms"}, "How we reach you", "Change how you reach me"),
    ],
)  # fmt: skip
def test_what_stands_is_offered_to_be_changed(
    guests: Guests, name: str, fields: dict[str, str], before: str, after: str
) -> None:
    def label() -> str:
        found: list[str] = re.findall(rf'<li><a href="[^"]*/{name}">([^<]*)</a></li>', guests.get().text)
        return found[0]

    assert label() == before
    guests.answer(name, **fields)
    assert label() == after
    form = Browsed(guests.get(f"/{name}").text)
    assert after in form.text
    assert "2 March 2026" not in form.text or name == "call"


def test_a_promise_that_was_made_to_a_person_can_be_changed_too(guests: Guests) -> None:
    guests.tell(
        "promise.made", NOW, promise_id="b", client_id="c-1", invoice_ids=["i-1"], currency="EUR", amount="1200.00",
        promised_on="2026-03-12", by="Ada",
    )  # fmt: skip
    assert "Name another day" in text_of(guests.get())
    assert "You will pay by 12 March 2026. Agreed." in text_of(guests.get("/promise"))


def test_who_has_stopped_messages_is_not_asked_to_stop_them(guests: Guests) -> None:
    assert "/stop" in guests.get().text
    guests.answer("stop")
    assert "/stop" not in guests.get().text
    assert guests.get("/stop").status_code == 200


def test_a_proposal_that_waits_is_said_and_the_next_one_takes_its_place(guests: Guests) -> None:
    propose(guests, "6")
    first = task_of(guests, TaskKind.PROPOSAL)
    for name in ("plan", "promise"):
        shown = text_of(guests.get(f"/{name}"))
        assert "You would like to pay in 6 parts, from 10 March 2026 to 10 August 2026: I-1." in shown
        assert (
            "A person answers you by 5 March 2026. What you send now for the same invoices replaces this proposal."
            in shown
        )
    assert 'value="i-1" checked' in guests.get("/plan").text
    guests.world.clock.set(NOW + DAY)
    propose(guests, "5")
    assert task_of(guests, TaskKind.PROPOSAL) != first
    (closed,) = (row for row in guests.world.rows(t.task) if row.task_id == first)
    assert (closed.state, closed.note) == ("done", "The client has proposed something else.")
    newest, older = told(guests)
    assert newest.startswith("You would like to pay in 5 parts")
    assert "| You have told us something else since. |" in older
    decide_on(guests, TaskKind.PROPOSAL, "approve")
    (plan,) = guests.snapshot(NOW + 2 * DAY).plans
    assert len(plan.instalments) == 5


def test_a_proposal_for_other_invoices_stands_beside_the_first(guests: Guests) -> None:
    guests.answer("promise", on="2026-04-30", invoices="i-1")
    guests.answer("promise", on="2026-05-30", invoices="i-2")
    open_ones = [row for row in guests.world.rows(t.task) if row.kind == "proposal" and row.state == "open"]
    assert len(open_ones) == 2


def test_an_italian_day_that_begins_with_a_vowel_has_its_article(guests: Guests) -> None:
    propose(guests)
    guests.answer("promise", on="2026-04-11", invoices="i-2")
    assert "entro l'11 aprile 2026" in text_of(guests.get(lang="it"))
    assert "entro il 5 marzo 2026" in text_of(guests.get(lang="it"))
