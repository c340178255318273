"""Each answer on the page is a fact that changes what is done next, counts once, and is told afterwards."""

from __future__ import annotations

import json
from datetime import date, time, timedelta

import pytest
from httpx import Response

from channels.tokens import Purpose
from ledger import tables as t
from ledger.verdicts import close_task
from reminders.calendar import open_at
from reminders.reasons import Reason
from reminders.snapshot import Channel, Quiet
from tests.web.guests import STANDARD, Guests, fields_of, text_of
from tests.web.world import CLIENT, EMAIL, NOW, PHONE

DAY = timedelta(days=1)


def tasks(guests: Guests) -> dict[str, str]:
    """The open tasks: kind to brief."""
    return {row.kind: row.brief for row in guests.world.rows(t.task) if row.state == "open"}


def responses(guests: Guests) -> list[tuple[str, str | None, bool | None]]:
    return [(row.kind, row.answer, row.answer_sure) for row in guests.world.rows(t.response)]


def assert_thanked(guests: Guests, answer: Response, phrase: str) -> None:
    """The answer led back to the account, which says what became of it."""
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"said={phrase}")
    said = guests.get(said=phrase)
    assert 'role="status"' in said.text


# --- what a person reads


@pytest.mark.parametrize(
    ("name", "fields", "read_as", "said", "told"),
    [
        ("paid", {"paid_on": "2026-02-28", "amount_EUR": "1.200,00", "how": "transfer"}, "paid",
         "Paid on 2026-02-28, 1200.00 EUR, by transfer; for I-1.", "said that it is paid"),
        ("wrong", {"invoices": "i-2", "reason": "amount", "note": "We agreed on 80"}, "dispute",
         "Something is wrong with I-2: amount. We agreed on 80", "said that something is wrong"),
        ("hardship", {"note": "A client of ours is late"}, "hardship",
         "It is difficult to pay at the moment. A client of ours is late", "said that they are in difficulty"),
    ],
)  # fmt: skip
def test_a_weighty_answer_is_read_by_a_person_and_holds_reminders_meanwhile(
    guests: Guests, name: str, fields: dict[str, str], read_as: str, said: str, told: str
) -> None:
    assert guests.why_not() is None
    assert_thanked(guests, guests.answer(name, **fields), f"{name}_done")

    assert responses(guests) == [("reply", read_as, True)]
    (row,) = guests.world.rows(t.response)
    assert (row.provider, row.channel, row.client_id, row.text) == (
        "page",
        "email",
        CLIENT,
        f"On their own page: {said}",
    )
    brief = tasks(guests)["reply"]
    assert brief.startswith(f"An answer from client {CLIENT} on their own page. Clearly, they ")
    assert said in brief
    assert guests.world.woken.decided == [CLIENT]
    # Longer than another reply: a person has something to find out.
    for days in (0, 4):
        assert guests.why_not(NOW + days * DAY) is Reason.REPLY_PENDING
    assert f"On their own page, the client {told}. Read it: `amicable task " in guests.explained()
    assert "by email" not in guests.explained()
    (_, _, data) = guests.world.journal()[-2]
    assert data["answer"] == read_as
    assert "late" not in json.dumps(guests.world.journal())


def test_i_would_like_to_be_called(guests: Guests) -> None:
    answer = guests.answer("call", phone="+44 117 496 0123", when="morning")
    assert_thanked(guests, answer, "call_done")
    found = tasks(guests)
    assert list(found) == ["call"]
    assert "they ask to be called" in found["call"]
    assert "Please call on +441174960123 (morning)." in found["call"]
    assert "On their own page, the client asked to be called." in guests.explained()
    assert guests.why_not() is Reason.REPLY_PENDING
    assert "+44117" not in json.dumps(guests.world.journal())


def test_i_am_not_the_right_person(guests: Guests) -> None:
    assert_thanked(guests, guests.answer("person", who="Bookkeeping, Berlin"), "person_done")
    found = tasks(guests)
    assert "Bookkeeping, Berlin" in found["reply"]
    assert "wrong person" in found["unreachable"]
    assert (
        "On their own page, the client said that they are not the right person. No reminder goes to contact"
        in guests.explained()
    )


def test_no_more_messages_there(guests: Guests) -> None:
    assert_thanked(guests, guests.answer("stop"), "stop_done")
    assert [(row.channel, row.address) for row in guests.world.rows(t.suppression)] == [
        ("email", EMAIL.lower())
    ]
    assert "no more messages by email" in guests.explained()
    assert not guests.world.rows(t.task)


# --- a date


def test_a_near_day_is_agreed_at_once_and_holds_until_then(guests: Guests) -> None:
    assert "A day up to 16 March 2026 is agreed at once" in text_of(guests.get("/promise"))
    assert_thanked(guests, guests.answer("promise", on="2026-03-16"), "promise_done")

    assert responses(guests) == [("agreed", "promise", True)]
    (promise,) = guests.snapshot().promises
    assert (promise.amount, promise.promised_on, promise.invoice_ids) == (120000, date(2026, 3, 16), ("i-1",))
    assert guests.why_not(NOW + 10 * DAY) is Reason.PROMISE_PENDING
    # Its time over, it is chased as any broken promise.
    assert guests.why_not(NOW + 25 * DAY) is not Reason.PROMISE_PENDING
    assert not tasks(guests)
    assert "the client agreed to pay 1,200.00 EUR by 16 March 2026" in guests.explained()
    assert "1.200,00 € by 16 March 2026" in text_of(guests.get())
    (_, by, data) = guests.world.journal()[-1]
    assert (by, data["class"], data["agreed"][0]["parts"]) == ("client", "agreed", [["2026-03-16", 120000]])


@pytest.mark.parametrize(
    ("decision", "then"), [("approve", Reason.PROMISE_PENDING), ("refuse", None), ("done", None)]
)
def test_a_far_day_is_for_a_person(guests: Guests, decision: str, then: Reason | None) -> None:
    assert_thanked(guests, guests.answer("promise", on="2026-04-30"), "promise_asked")

    assert responses(guests) == [("proposal", None, None)]
    assert not guests.snapshot().promises
    assert guests.why_not() is Reason.REPLY_PENDING
    (task,) = guests.world.rows(t.task)
    assert (task.kind, task.creditor_id, task.due_on) == ("proposal", "main", date(2026, 3, 5))
    assert "1,200.00 EUR by 30 April 2026, for I-1" in task.brief
    assert "proposed to pay 1,200.00 EUR by 30 April 2026" in guests.explained()

    at = NOW + DAY
    with guests.world.ledger.begin(at) as unit:
        close_task(unit, task.task_id, decision, "Ruth Ellison", "")
    assert guests.why_not(at) is then
    agreed = guests.snapshot(at).promises
    assert bool(agreed) is (decision == "approve")
    assert ("It is agreed to pay 1,200.00 EUR by 30 April 2026." in guests.explained()) is bool(agreed)
    assert [row.made_at for row in agreed] == [at for _ in agreed]


def test_once_is_agreed_without_asking_and_again_is_for_a_person(guests: Guests) -> None:
    guests.answer("promise", on="2026-03-06")
    guests.world.clock.set(NOW + 2 * DAY)
    # The other invoice is still free; this one was promised before.
    assert 'value="i-2" checked' in guests.get("/promise").text
    assert_thanked(guests, guests.answer("promise", on="2026-03-10", invoices="i-1"), "promise_asked")
    assert_thanked(guests, guests.answer("promise", on="2026-03-12", invoices="i-2"), "promise_done")
    assert len(guests.snapshot().promises) == 2


def test_a_disputed_part_is_not_promised_and_two_currencies_are_two_promises(guests: Guests) -> None:
    guests.tell("dispute.opened", dispute_id="d", invoice_id="i-1", amount="200.00", reason_code="price")
    guests.invoice("i-3", "70.00", currency="GBP")
    guests.answer("promise", on="2026-03-09", invoices=["i-1", "i-3"])
    assert [(one.currency, one.amount) for one in guests.snapshot().promises] == [
        ("EUR", 100000),
        ("GBP", 7000),
    ]


# --- a plan


def confirmed(guests: Guests, **fields: object) -> tuple[Response, Response]:
    """Fill in the plan, look at it, and confirm what is shown."""

    shown = guests.answer("plan", **fields)
    assert shown.status_code == 200
    return shown, guests.post("plan", fields_of(shown.text))


def test_a_plan_is_shown_then_confirmed_and_agreed_at_once(guests: Guests) -> None:
    before = guests.world.everything()
    shown, sent = confirmed(guests, number="3", first_on="2026-03-10")
    assert "400,00 € on 10 March 2026 400,00 € on 10 April 2026 400,00 € on 10 May 2026" in " ".join(
        text_of(shown).split()
    ).replace("2026400", "2026 400")
    assert "With your confirmation this is agreed." in text_of(shown)
    assert_thanked(guests, sent, "plan_done")
    assert guests.world.everything()["plan"] == before["plan"] + 1

    (plan,) = guests.snapshot().plans
    assert [(part.due_on, part.amount) for part in plan.instalments] == [
        (date(2026, 3, 10), 40000),
        (date(2026, 4, 10), 40000),
        (date(2026, 5, 10), 40000),
    ]
    assert guests.why_not(NOW + 5 * DAY) is Reason.PLAN_ACTIVE
    # The second instalment is not there yet; the first was never paid.
    assert guests.why_not(NOW + 40 * DAY) in (Reason.PLAN_DEFAULTED, Reason.PLAN_ACTIVE)
    assert "agreed to pay 400.00 EUR by 10 March 2026" in guests.explained()
    assert "400,00 € on 10 April 2026" in text_of(guests.get())
    assert not tasks(guests)


def test_looking_at_a_plan_agrees_nothing(guests: Guests) -> None:
    guests.answer("plan", number="3", first_on="2026-03-10")
    assert not guests.world.rows(t.plan)
    assert not guests.world.rows(t.response)


def test_what_is_confirmed_is_what_was_shown(guests: Guests) -> None:

    form = fields_of(guests.answer("plan", number="3", first_on="2026-03-10").text)
    # Changed on the way: it is shown once more, and agrees nothing.
    assert guests.post("plan", {**form, "number": "2"}).status_code == 200
    guests.tell(
        "payment.received", payment_id="p", client_id=CLIENT, currency="EUR", amount="300.00",
        received_on="2026-03-01", allocations=[{"invoice_id": "i-1", "amount": "300.00"}],
    )  # fmt: skip
    again = guests.post("plan", form)
    assert again.status_code == 200
    assert "300,00 € on 10 March 2026" in text_of(again)
    assert not guests.world.rows(t.plan)
    changed = guests.post("plan", {**form, "change": "1"})
    assert changed.status_code == 200
    assert 'value="2026-03-10"' in changed.text


@pytest.mark.parametrize(
    "wished", [{"number": "4", "first_on": "2026-03-10"}, {"number": "3", "first_on": "2026-05-10"}]
)
def test_a_longer_plan_is_for_a_person(guests: Guests, wished: dict[str, str]) -> None:
    shown, sent = confirmed(guests, **wished)
    assert "Nothing is agreed yet." in text_of(shown)
    assert_thanked(guests, sent, "plan_asked")
    assert not guests.snapshot().plans
    (task,) = guests.world.rows(t.task)
    assert task.kind == "proposal"

    with guests.world.ledger.begin(NOW + DAY) as unit:
        close_task(unit, task.task_id, "approve", "Ruth Ellison", "fine")
    (plan,) = guests.snapshot(NOW + DAY).plans
    assert sum(part.amount for part in plan.instalments) == 120000
    assert plan.agreed_at == NOW + DAY
    assert guests.why_not(NOW + 2 * DAY) is Reason.PLAN_ACTIVE


def test_a_plan_that_billing_states_later_takes_its_place(guests: Guests) -> None:
    confirmed(guests, number="2", first_on="2026-03-10")
    guests.tell(
        "plan.agreed", NOW + DAY, plan_id="b", client_id=CLIENT, invoice_ids=["i-1"], currency="EUR",
        instalments=[{"due_on": "2026-06-01", "amount": "1200.00"}],
    )  # fmt: skip
    shown = text_of(guests.get())
    assert "1.200,00 € on 1 June 2026" in shown
    assert "600,00 €" not in shown


# --- how to be reached


def test_the_clients_own_word_prevails_over_the_profile_field_by_field(guests: Guests) -> None:
    guests.profile(preferences={"channels": ["email"], "quiet": {"days": ["sunday"]}})
    answer = guests.answer(
        "reach", channel="sms", channel_next="email", quiet_days=["1", "2"], quiet_start="08:00",
        quiet_end="12:30", language="de",
    )  # fmt: skip
    assert_thanked(guests, answer, "reach_done")

    client = guests.snapshot().client
    assert client.preferred == (Channel.SMS, Channel.EMAIL)
    assert client.quiet == Quiet(frozenset({1, 2}), time(8), time(12, 30))
    assert client.language == "de"
    assert open_at(NOW, client, STANDARD) is Reason.QUIET_HOURS
    assert open_at(NOW + 4 * DAY, client, STANDARD) is None
    assert '<html lang="de">' in guests.get().text
    told = guests.explained()
    assert "first by sms, then by email; quiet on Monday, Tuesday 08:00 to 12:30; in de" in told
    assert not tasks(guests)

    # A newer profile changes nothing of it, and the client's next word all of it.
    guests.profile(language="fr")
    assert guests.snapshot().client.language == "de"
    guests.answer(
        "reach",
        channel="any",
        channel_next="any",
        quiet_days=[],
        quiet_start="",
        quiet_end="",
        language="any",
    )
    client = guests.snapshot().client
    assert (client.preferred, client.quiet, client.language) == ((), None, "fr")


def test_wishes_that_contradict_themselves_are_asked_about(guests: Guests) -> None:
    answer = guests.answer("reach", channel="sms", channel_next="sms", quiet_start="08:00")
    assert answer.status_code == 422
    assert "Please choose two different ways." in answer.text
    assert "Please give two different times, from and until." in answer.text
    assert not guests.world.rows(t.client_wish)


# --- once


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("paid", {"paid_on": "2026-02-28"}),
        ("promise", {"on": "2026-03-10"}),
        ("promise", {"on": "2026-05-10"}),
        ("hardship", {}),
        ("call", {}),
        ("reach", {}),
        ("stop", {}),
    ],
)
def test_a_second_click_is_no_second_word(guests: Guests, name: str, fields: dict[str, str]) -> None:
    form = {**guests.form(name), **fields}
    first = guests.post(name, form)
    before, told = guests.world.everything(), list(guests.world.woken.decided)
    second = guests.post(name, form)
    assert second.status_code == 303
    assert second.headers["location"] == first.headers["location"]
    assert guests.world.everything() == before
    assert guests.world.woken.decided == told


# --- what is amiss


def test_faults_stand_beside_their_fields_and_what_was_written_is_kept(guests: Guests) -> None:
    answer = guests.answer(
        "paid",
        invoices=[],
        paid_on="2027-01-01",
        amount_EUR="twelve",
        how="magic",
        note="see <b>our</b> bank",
    )
    assert answer.status_code == 422
    for name, fault in {
        "invoices": "Please choose at least one.",
        "paid_on": "Please choose a day from 1 March 2025 to 2 March 2026.",
        "amount_EUR": "Please write an amount like 120,50 €.",
        "how": "Please choose one of these.",
    }.items():
        assert f'<p class="error" id="{name}-error">{fault}</p>' in answer.text
        assert f'aria-describedby="{name}-error"' in answer.text
        assert f'<a href="#{name}">' in answer.text
    assert 'value="twelve"' in answer.text
    assert "see &lt;b&gt;our&lt;/b&gt; bank" in answer.text
    assert not guests.world.rows(t.response)


@pytest.mark.parametrize(
    ("written", "minor"),
    [("1200", 120000), ("1200,5", 120050), ("1.200,50", 120050), ("1200.50", 120050), ("1 200,50", 120050)],
)
def test_an_amount_as_people_write_it(guests: Guests, written: str, minor: int) -> None:
    guests.answer("paid", paid_on="2026-02-28", amount_EUR=written)
    (row,) = guests.world.rows(t.response)
    assert f"{minor // 100}.{minor % 100:02} EUR" in row.text


def test_the_channel_is_that_of_the_message_whose_link_was_followed(guests: Guests) -> None:

    other = guests.world.plant("3b0e4b5e-9f7f-5a55-8e60-666666666666", channel=Channel.SMS, address=PHONE)
    token = guests.world.token(other, Purpose.PAGE)

    form = fields_of(guests.get("/hardship", token).text)
    guests.post("hardship", form, token)
    (row,) = guests.world.rows(t.response)
    assert (row.channel, row.message_id) == ("sms", other)
