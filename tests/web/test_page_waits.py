"""What the page promises about waiting is what is kept: who answers by when, and how long no reminder goes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from ledger import tables as t
from reminders.decide import decide
from reminders.decision import AnswerTold, Way
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.web.guests import STANDARD, Guests, fields_of, text_of
from tests.web.world import CLIENT, EMAIL, NOW, PHONE

DAY = timedelta(days=1)
WITHOUT_PHONE = [{"contact_id": "p-1", "name": "Ada", "email": EMAIL}]


def propose(guests: Guests) -> str:
    """What the page says after a plan that a person has to agree."""
    shown = guests.answer("plan", number="6", first_on="2026-03-10", invoices="i-1")
    sent = guests.post("plan", fields_of(shown.text))
    return text_of(guests.get(said=sent.headers["location"].rpartition("said=")[2]))


# --- a proposal


def test_a_proposal_is_answered_by_a_day_and_reminders_wait_beyond_it(guests: Guests) -> None:
    said = propose(guests)
    assert "A person reads it and answers you by 5 March 2026." in said
    assert "While you wait for our answer, we send no reminders, until 15 March 2026 at the latest." in said
    (task,) = (row for row in guests.world.rows(t.task) if row.kind == "proposal")
    assert task.due_on == date(2026, 3, 5)
    # NOW is eleven in the morning there: the last whole day is kept to its end, and the hold ends by itself.
    last = NOW.replace(day=15, hour=22)
    assert guests.why_not(last) is Reason.REPLY_PENDING
    assert guests.why_not(NOW + 15 * DAY) is None


def test_a_proposal_falls_away_with_what_it_was_for(guests: Guests) -> None:
    propose(guests)
    (task,) = (row for row in guests.world.rows(t.task) if row.kind == "proposal")
    assert decide(guests.snapshot(NOW + DAY), STANDARD, NOW + DAY).over == ()
    guests.tell(
        "payment.received", NOW + DAY, payment_id="p", client_id="c-1", currency="EUR", amount="1200.00",
        received_on="2026-03-03", allocations=[{"invoice_id": "i-1", "amount": "1200.00"}],
    )  # fmt: skip
    assert decide(guests.snapshot(NOW + 2 * DAY), STANDARD, NOW + 2 * DAY).over == (task.task_id,)


@pytest.mark.parametrize("name", ["promise", "plan"])
def test_by_when_a_person_answers_is_said_before_anything_is_sent(guests: Guests, name: str) -> None:
    assert "a person answers you by 5 March 2026." in text_of(guests.get(f"/{name}"))
    shown = guests.answer("plan", number="6", first_on="2026-03-10", invoices="i-1")
    assert "A person reads this proposal and answers you by 5 March 2026." in text_of(shown)


def test_nothing_is_said_of_a_proposal_that_there_is_not(guests: Guests) -> None:
    page = guests.get(said="plan_asked")
    assert page.status_code == 200
    assert 'role="status"' not in page.text


def test_how_long_reminders_wait_is_said_as_long_as_they_do(guests: Guests) -> None:
    waits = "we send no reminders, until"
    guests.answer("hardship")
    assert f"{waits} 15 March 2026 at the latest" in text_of(guests.get())
    guests.world.clock.set(NOW + 15 * DAY)
    shown = text_of(guests.get())
    assert waits not in shown
    assert "It is difficult to pay at the moment" in shown


# --- a call


def test_who_has_a_number_on_file_may_name_another_one(guests: Guests) -> None:
    form = text_of(guests.get("/call"))
    assert "We call you on …78, unless you give another number here." in form
    assert "Another phone number (optional)" in form
    assert guests.answer("call").status_code == 303


def test_who_has_no_number_on_file_is_asked_for_one(guests: Guests) -> None:
    guests.profile(contacts=WITHOUT_PHONE)
    form = guests.get("/call")
    assert "We have no phone number of yours yet." in text_of(form)
    assert 'name="phone" maxlength="120" value="" aria-describedby="phone-hint" required' in form.text

    refused = guests.answer("call", when="morning", note="after ten")
    assert refused.status_code == 422
    assert '<p class="error" id="phone-error">Please fill this in.</p>' in refused.text
    assert 'aria-describedby="phone-hint phone-error"' in refused.text
    assert "after ten" in refused.text
    assert 'value="morning" checked' in refused.text
    assert not guests.world.rows(t.response)


@pytest.mark.parametrize("written", ["call me", "12", "+49", "0000000000000000000"])
def test_what_is_no_number_is_said_beside_the_field_and_kept(guests: Guests, written: str) -> None:
    guests.profile(contacts=WITHOUT_PHONE)
    refused = guests.answer("call", phone=written, when="any")
    assert refused.status_code == 422
    assert 'id="phone-error">Please write a phone number with its country code' in refused.text
    assert f'value="{written}"' in refused.text


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("+44 117 496 0999", "+441174960999"),
        ("040 5550 1234", "+494055501234"),
        ("+49 (40) 5550-1234 ext. 7", "+494055501234 ext. 7"),
    ],
)
def test_the_number_is_for_this_call_and_no_contact(guests: Guests, written: str, called: str) -> None:
    guests.profile(contacts=WITHOUT_PHONE)
    assert guests.answer("call", phone=written, when="any").status_code == 303
    (task,) = (row for row in guests.world.rows(t.task) if row.kind == "call")
    assert f"Please call on {called} (any)." in task.brief
    assert [one.phone for one in guests.snapshot().client.contacts] == [None]
    assert called not in guests.get().text


def test_a_colleagues_number_is_not_taken_for_the_askers(guests: Guests) -> None:
    bob = {"contact_id": "p-2", "name": "Bob", "phone": PHONE}
    guests.profile(contacts=[*WITHOUT_PHONE, bob])
    assert guests.answer("call", when="any").status_code == 422


# --- a word in writing


def confirmed(guests: Guests, at: int = 0) -> AnswerTold | None:
    """What the acknowledgement tells that would go so many days from now."""
    now = NOW + at * DAY
    found = [
        one for one in decide(guests.snapshot(now), STANDARD, now).reminders if one.step == "acknowledgement"
    ]
    assert len(found) <= 1
    if not found:
        return None
    assert found[0].way == Way(Channel.EMAIL, "p-1")
    assert isinstance(found[0].told, AnswerTold)
    return found[0].told


def test_a_plan_that_was_agreed_on_the_page_is_confirmed_by_mail(guests: Guests) -> None:
    shown = guests.answer("plan", number="3", first_on="2026-03-10", invoices="i-1")
    assert confirmed(guests) is None
    guests.post("plan", fields_of(shown.text))
    told = confirmed(guests)
    assert told is not None
    assert [(part.due_on, part.money.minor) for part in told.parts] == [
        (date(2026, 3, 10), 40000),
        (date(2026, 4, 10), 40000),
        (date(2026, 5, 10), 40000),
    ]
    # How they want to be reached takes nothing of it back; billing's own plan does.
    guests.answer("reach", channel="email")
    assert confirmed(guests, 1) == told
    guests.tell(
        "plan.agreed", NOW + DAY, plan_id="b", client_id=CLIENT, invoice_ids=["i-1"], currency="EUR",
        instalments=[{"due_on": "2026-06-01", "amount": "1200.00"}],
    )  # fmt: skip
    assert confirmed(guests, 1) is None


def test_a_day_that_was_agreed_on_the_page_is_confirmed_and_a_proposal_is_not(guests: Guests) -> None:
    guests.answer("promise", on="2026-03-10", invoices="i-1")
    told = confirmed(guests)
    assert told is not None
    assert [(part.due_on, part.money.minor) for part in told.parts] == [(date(2026, 3, 10), 120000)]
    guests.answer("promise", on="2026-04-30", invoices="i-2")
    assert confirmed(guests) is None
