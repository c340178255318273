"""Two providers for one channel: when the second steps in, how the first comes back, and what is never sent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from channels.health import share_of
from channels.ports import InDoubt, NotSent, Outcome, Rejected, Scope, SendRequest
from channels.providers import Providers
from ledger import replies
from ledger import tables as t
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.support.office import NOW, Counting, Desk, client, event, invoice, payment

Desks = Callable[..., Desk]
DOWN = NotSent("network", "ConnectError")
REFUSED = Rejected(Scope.CONFIG, "401", "HTTP 401")


class Answers:
    """What a provider answers to every call, until it is told otherwise; None: it takes the message."""

    def __init__(self, outcome: Outcome | None = None) -> None:
        self.outcome = outcome
        self.calls = 0
        self._lock = threading.Lock()

    def __call__(self, request: SendRequest) -> Outcome | None:
        with self._lock:
            self.calls += 1
        return self.outcome


def carrier(name: str, outcome: Outcome | None = None) -> Counting:
    adapter = Counting(Channel.EMAIL, before=Answers(outcome))
    adapter.provider = name
    return adapter


def owe(desk: Desk, *numbers: int) -> None:
    desk.happen(*(fact for n in numbers for fact in (client(n), invoice(n))))
    desk.work()


def calls(adapter: Counting) -> int:
    assert isinstance(adapter.before, Answers)
    return adapter.before.calls


def mend(adapter: Counting) -> None:
    assert isinstance(adapter.before, Answers)
    adapter.before.outcome = None


def put_off(desk: Desk, reason: Reason) -> int:
    return sum(m.reason == reason and m.state == "queued" for m in desk.messages())


def test_the_preferred_provider_carries_all_while_it_is_well(desks: Desks) -> None:
    first, second = carrier("first"), carrier("second")
    desk = desks(first, second)
    owe(desk, *range(8))

    assert (len(first.taken), len(second.taken)) == (8, 0)
    assert {row.provider for row in desk.rows(t.attempt)} == {"first"}
    assert desk.rows(t.provider_health) == []  # nothing is written while all is well


@pytest.mark.parametrize("outcome", [DOWN, REFUSED, InDoubt("HTTP 503")])
def test_an_ill_provider_is_left_alone_and_the_other_steps_in(desks: Desks, outcome: Outcome) -> None:
    first, second = carrier("first", outcome), carrier("second")
    desk = desks(first, second, hand=5)
    owe(desk, *range(20))

    assert (calls(first), len(second.taken)) == (5, 15)
    (line,) = desk.rows(t.provider_health)
    assert (line.provider, line.opened_at, line.openings) == ("first", NOW, 1)
    assert len(desk.tasks("doubt")) == 1
    desk.check_journal()


def test_without_another_one_messages_wait_and_spend_no_attempt(desks: Desks) -> None:
    only = carrier("only", DOWN)
    desk = desks(only, hand=5)
    owe(desk, *range(30))

    assert calls(only) == 5
    assert put_off(desk, Reason.PROVIDER_DOWN) == 25
    assert {m.attempts for m in desk.messages() if m.reason == Reason.PROVIDER_DOWN} == {0}
    desk.check_journal()


def test_it_comes_back_by_steps_and_ends_well(desks: Desks) -> None:
    only = carrier("only", DOWN)
    desk = desks(only, hand=5)
    owe(desk, *range(60))
    mend(only)
    waiting = {m.message_id for m in desk.messages() if m.reason == Reason.PROVIDER_DOWN}

    for minutes, percent in ((1, 5), (1, 25), (1, 50), (2, 100)):
        desk.later(minutes=minutes)
        desk.tick()
        taken = {request.message_id for request in only.taken} & waiting
        assert taken == {one for one in waiting if share_of(one) < percent}

    assert desk.states() == ["accepted"] * 60
    (line,) = desk.rows(t.provider_health)
    assert (line.opened_at, line.openings) == (None, 0)
    assert [task.state for task in desk.tasks("doubt")] == ["done"]
    desk.check_journal()


def test_a_fault_on_the_way_back_opens_it_again_and_nobody_is_told_twice(desks: Desks) -> None:
    only = carrier("only", DOWN)
    desk = desks(only, hand=5)
    owe(desk, *range(60))

    desk.later(minutes=1)
    desk.tick()
    (line,) = desk.rows(t.provider_health)
    assert (line.openings, line.open_until) == (2, NOW + timedelta(minutes=3))
    assert calls(only) <= 10  # one hand at most

    assert len(desk.tasks("doubt")) == 1
    desk.check_journal()


def test_a_message_that_may_have_been_sent_never_goes_by_another_provider(desks: Desks) -> None:
    first, second = carrier("first", InDoubt("deadline")), carrier("second")
    first.searchable = False
    desk = desks(first, second, hand=8)
    owe(desk, *range(8))
    assert desk.states() == ["in_doubt"] * 8

    mend(first)
    for _ in range(30):
        desk.later(minutes=5)
        desk.tick()

    assert second.taken == []
    assert sorted(request.message_id for request in first.taken) == sorted(
        m.message_id for m in desk.messages()
    )
    desk.check_journal()


def stops(desk: Desk) -> None:
    with desk.ledger.begin(desk.now) as unit:
        desk.woken.decide(replies.unsubscribe(unit, desk.messages()[0].message_id))


def pays(desk: Desk) -> None:
    desk.happen(payment(1, desk.now))


def contests(desk: Desk) -> None:
    dispute = {"dispute_id": "d", "invoice_id": "i-1", "amount": "1200.00", "reason_code": "price"}
    desk.happen(event("dispute.opened", "dispute", desk.now, **dispute))


@pytest.mark.parametrize("happens", [stops, pays, contests])
def test_a_message_in_doubt_does_not_go_once_more_after_a_stop_a_payment_or_a_dispute(
    desks: Desks, happens: Callable[[Desk], None]
) -> None:
    first, second = carrier("first", InDoubt("deadline")), carrier("second")
    first.searchable = False
    desk = desks(first, second)
    owe(desk, 1)
    assert desk.states() == ["in_doubt"]

    happens(desk)
    mend(first)
    for _ in range(30):
        desk.later(minutes=5)
        desk.tick()

    assert {request.message_id for request in (*first.taken, *second.taken)} <= set(thanks(desk))
    assert desk.messages()[0].state in ("suppressed", "cancelled", "held", "abandoned")
    desk.check_journal()


def thanks(desk: Desk) -> list[str]:
    return [m.message_id for m in desk.messages() if m.step == "thank_you"]


def test_a_message_in_doubt_ends_where_its_provider_is_ours_no_more(desks: Desks) -> None:
    first, second = carrier("first", InDoubt("deadline")), carrier("second")
    desk = desks(first, second)
    owe(desk, 1)
    object.__setattr__(desk.office, "providers", Providers([second]))
    for _ in range(30):
        desk.later(minutes=5)
        desk.tick()

    assert second.taken == []
    (message,) = desk.messages()[:1]
    assert (message.state, message.reason) == ("suppressed", Reason.PROVIDER_GONE)


def test_the_provider_that_was_given_it_is_asked_about_it(desks: Desks) -> None:
    first, second = carrier("first"), carrier("second")
    desk = desks(first, second)
    first.after = lambda request: InDoubt("HTTP 502")  # taken all the same
    owe(desk, 1)
    assert desk.states() == ["in_doubt"]

    desk.later(minutes=6)
    desk.tick()

    assert desk.states() == ["accepted"]
    assert len(first.taken) == 1


def test_another_account_begins_with_a_clean_sheet(desks: Desks) -> None:
    only = carrier("only", DOWN)
    desk = desks(only, hand=5)
    owe(desk, *range(5))
    mend(only)
    object.__setattr__(desk.office, "providers", Providers([only], {"only": "AC2"}))
    owe(desk, 6)

    assert len(only.taken) == 1


def test_what_waits_for_a_provider_expires_at_its_time(desks: Desks) -> None:
    only = carrier("only", DOWN)
    desk = desks(only, hand=5)
    owe(desk, *range(5))
    with desk.ledger.begin(NOW) as unit:
        unit.connection.execute(update(t.provider_health).values(open_until=NOW + timedelta(days=90)))
    owe(desk, 6)
    (waiting,) = [m for m in desk.messages() if m.reason == Reason.PROVIDER_DOWN]

    assert waiting.not_before == waiting.expires_at


def test_a_channel_that_nobody_carries_any_more_ends_its_messages(desks: Desks) -> None:
    desk = desks(carrier("first", DOWN))
    owe(desk, 1)
    object.__setattr__(desk.office, "providers", Providers([]))
    desk.later(minutes=1)
    desk.tick()

    assert [(m.state, m.reason) for m in desk.messages()] == [("suppressed", Reason.PROVIDER_GONE)]
