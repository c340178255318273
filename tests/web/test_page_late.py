"""What happens between a page that was shown and its answer: it is paid, contested, planned or proposed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from ledger import tables as t
from ledger.verdicts import close_task
from reminders.decide import decide
from reminders.decision import AnswerTold, Decision
from reminders.tasks import TaskKind
from tests.web.guests import STANDARD, Guests, fields_of
from tests.web.world import CLIENT, NOW

DAY = timedelta(days=1)
EACH_WEEKDAY = [str(number) for number in range(1, 8)]


def decided(guests: Guests, days: int) -> Decision:
    """What is decided so many days from now."""
    at = NOW + days * DAY
    return decide(guests.snapshot(at), STANDARD, at)


def said_of(guests: Guests, days: range, invoice_id: str = "i-1") -> set[str]:
    """The steps that would be said about an invoice on these days."""
    return {
        one.step
        for day in days
        for one in decided(guests, day).reminders
        if invoice_id in {item.invoice_id for item in one.items}
    }


def pays(guests: Guests) -> None:
    guests.tell(
        "payment.received", NOW, payment_id="p", client_id=CLIENT, currency="EUR", amount="1200.00",
        received_on="2026-03-02", allocations=[{"invoice_id": "i-1", "amount": "1200.00"}],
    )  # fmt: skip


def contests(guests: Guests) -> None:
    guests.tell(
        "dispute.opened", NOW, dispute_id="d", invoice_id="i-1", amount="1200.00", reason_code="price"
    )


def propose_plan(guests: Guests) -> None:
    shown = guests.answer("plan", number="6", first_on="2026-03-10")
    guests.post("plan", fields_of(shown.text))


def approve(guests: Guests) -> None:
    (task,) = (row for row in guests.world.rows(t.task) if row.kind == TaskKind.PROPOSAL)
    with guests.world.ledger.begin(NOW + DAY) as unit:
        close_task(unit, task.task_id, "approve", "Ruth Ellison", "")


@pytest.mark.parametrize("happens", [pays, contests])
def test_nothing_is_agreed_for_an_invoice_that_is_paid_or_contested_meanwhile(
    guests: Guests, happens: Callable[[Guests], None]
) -> None:
    promise = guests.form("promise") | {"on": ["2026-03-06"]}
    plan = fields_of(guests.answer("plan", number="3", first_on="2026-03-10").text)
    happens(guests)

    assert guests.post("promise", promise).status_code == 422
    assert guests.post("plan", plan).status_code == 422
    assert not guests.world.rows(t.promise) + guests.world.rows(t.plan) + guests.world.rows(t.response)


def test_a_plan_that_billing_states_meanwhile_stands_and_the_promise_is_for_a_person(guests: Guests) -> None:
    form = guests.form("promise")
    guests.tell(
        "plan.agreed", NOW, plan_id="b", client_id=CLIENT, invoice_ids=["i-1"], currency="EUR",
        instalments=[{"due_on": "2026-03-31", "amount": "600.00"}, {"due_on": "2026-04-30", "amount": "600.00"}],
    )  # fmt: skip
    sent = guests.post("promise", {**form, "on": "2026-03-06"})

    assert sent.headers["location"].endswith("said=promise_asked")
    assert not guests.world.rows(t.promise)


@pytest.mark.parametrize("wish", [lambda guests: guests.answer("promise", on="2026-04-30"), propose_plan])
@pytest.mark.parametrize(("happens", "said"), [(pays, {"thank_you"}), (contests, set())])
def test_a_yes_that_comes_too_late_asks_nobody_for_money(
    guests: Guests, wish: Callable[[Guests], None], happens: Callable[[Guests], None], said: set[str]
) -> None:
    wish(guests)
    happens(guests)
    approve(guests)
    assert said_of(guests, range(1, 120)) == said


def test_a_plan_that_is_agreed_stands_before_a_promise_that_was_made_meanwhile(guests: Guests) -> None:
    """Both are for the same money: the broken promise must not be told while the plan is kept."""
    propose_plan(guests)
    guests.answer("promise", on="2026-03-06")
    approve(guests)
    assert said_of(guests, range(1, 9)) == {"acknowledgement", "instalment_due"}
    (found,) = (one for one in decided(guests, 1).reminders if one.step == "acknowledgement")
    assert isinstance(found.told, AnswerTold)
    assert len(found.told.parts) == 6  # the plan, and not the promise
    assert "promise_broken" not in said_of(guests, range(1, 60))


def test_who_wants_no_message_at_any_time_gets_none_and_a_person_calls(guests: Guests) -> None:
    guests.answer("reach", quiet_days=EACH_WEEKDAY)
    weeks = [decided(guests, days) for days in range(0, 100, 7)]
    assert not [one for week in weeks for one in week.reminders]
    assert TaskKind.CALL in {errand.kind for week in weeks for errand in week.errands}
    # Decided, and not looked at over and over.
    assert all(week.look_at is None or week.look_at > NOW + 7 * n * DAY for n, week in enumerate(weeks))
