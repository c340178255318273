"""The volume guard: an old book hears from us in turns, and far more than usual waits for a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from config.policy import parse_policy
from config.settings import VolumeSettings
from ledger import tables as t
from ledger.verdicts import close_task
from ledger.volume import start_of
from reminders.reasons import Reason
from reminders.states import MessageState
from tests.support.office import NOW, Desk, client, invoice, open_all_hours, payment
from workers.outlook import Rules, outlook

Desks = Callable[..., Desk]
DAY = timedelta(days=1)
LONG_AGO = (NOW - 10 * DAY).date()
"""A due date ten days back, of invoices that were issued two weeks before it."""


def opened(desks: Desks, **volume: Any) -> Desk:
    return desks(volume=VolumeSettings(**volume))


def owe(desk: Desk, count: int, first: int = 0, **changes: Any) -> None:
    """So many clients with an invoice each come to be known at once."""
    numbers = range(first, first + count)
    desk.happen(*(client(n, **changes) for n in numbers), *(invoice(n, due_on=LONG_AGO) for n in numbers))


def told_by_day(desk: Desk) -> Counter[int]:
    """How many messages were planned on each day, counted from the first."""
    return Counter((message.planned_at.date() - NOW.date()).days for message in desk.messages())


def go_to(desk: Desk, end: datetime) -> None:
    """The scheduler comes by every two hours, and does all that is due then."""
    while desk.now + timedelta(hours=2) < end:
        desk.later(hours=2)
        while due(desk):
            desk.tick()


def due(desk: Desk) -> bool:
    return any(row.look_at is not None and row.look_at <= desk.now for row in desk.rows(t.client))


def reasons(desk: Desk) -> Counter[str]:
    """How many decisions in the journal name each reason."""
    told = [json.loads(entry.reasons) for entry in desk.journal() if entry.kind == "decision.made"]
    return Counter(reason for reasons in told for reason in reasons)


# --- the first contact with an old book


@pytest.mark.timeout(300)
def test_a_first_import_of_a_thousand_old_clients_is_spread_over_days(desks: Desks) -> None:
    desk = opened(desks, first_contacts_per_day=200)
    owe(desk, 1000)

    desk.work()

    first_day = desk.messages()
    assert len(first_day) == 200
    assert reasons(desk)[Reason.FIRST_CONTACTS] == 800
    assert {row.look_at.date() for row in desk.rows(t.client)} >= {
        (NOW + n * DAY).date() for n in range(1, 5)
    }

    for day in range(1, 5):
        desk.clock.set(start_of(NOW.date() + day * DAY))
        while due(desk):
            desk.tick()

    firsts: dict[str, Any] = {}
    for message in desk.messages():
        firsts.setdefault(message.client_id, message)
    assert len(firsts) == 1000
    per_day = Counter((m.planned_at.date() - NOW.date()).days for m in firsts.values())
    assert per_day == dict.fromkeys(range(5), 200)
    said = Counter((m.client_id, m.step) for m in desk.messages())
    assert set(said.values()) == {1}  # nothing twice
    assert {m.step for m in firsts.values()} <= {"overdue_3", "overdue_7"}  # nobody begins late
    assert reasons(desk)[Reason.FIRST_CONTACTS] == 800  # nobody was put off a second time


def test_nobodys_name_or_number_decides_who_comes_first(desks: Desks) -> None:
    desk = opened(desks, first_contacts_per_day=10)
    owe(desk, 40)

    desk.work()

    told = {message.client_id for message in desk.messages()}
    assert len(told) == 10
    assert told != {f"c-{n}" for n in sorted(map(str, range(40)))[:10]}


def test_a_new_invoice_is_no_old_book(desks: Desks) -> None:
    desk = opened(desks, first_contacts_per_day=1)
    desk.happen(
        *(client(n) for n in range(5)), *(invoice(n, due_on=(NOW + 10 * DAY).date()) for n in range(5))
    )

    desk.work()

    assert len(desk.messages()) == 5


def test_who_was_written_to_before_needs_no_turn(desks: Desks) -> None:
    desk = opened(desks, first_contacts_per_day=5)
    owe(desk, 5)
    desk.work()
    owe(desk, 5, first=100)
    desk.work()
    assert told_by_day(desk) == {0: 5}

    go_to(desk, NOW + 8 * DAY)

    assert len({m.client_id for m in desk.messages()}) == 10
    assert max(told_by_day(desk).values()) <= 10


def test_thanks_need_no_turn(desks: Desks) -> None:
    desk = opened(desks, first_contacts_per_day=1)
    owe(desk, 3)
    desk.happen(*(payment(n) for n in range(3)), invoice("x", owner=0, due_on=LONG_AGO))

    desk.work()

    assert Counter(m.step for m in desk.messages())["thank_you"] == 3


def test_the_outlook_tells_the_same_number_a_day(desks: Desks) -> None:
    desk = opened(desks, first_contacts_per_day=7)
    owe(desk, 30)
    office = desk.office
    rules = Rules(office.rules, office.creditors, office.providers.channels, office.volume)
    until = start_of(NOW.date() + 7 * DAY)
    with desk.ledger.read() as connection:
        seen = outlook(connection, rules, desk.now, until)

    desk.work()
    go_to(desk, until)

    assert {(day.day - NOW.date()).days: day.planned for day in seen.days} == told_by_day(desk)
    assert seen.spread == 23


def test_a_turn_falls_on_a_day_on_which_the_client_may_be_contacted(desks: Desks) -> None:
    weekdays = {
        "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "start": "09:00",
        "end": "17:00",
    }
    policy = parse_policy(yaml.safe_dump(open_all_hours(windows=weekdays)))
    desk = desks(policy=policy, volume=VolumeSettings(first_contacts_per_day=1))
    friday = datetime(2026, 3, 13, 10, 0, tzinfo=UTC)
    desk.clock.set(friday)
    owe(desk, 3)

    desk.work()

    turns = sorted(row.day.isoformat() for row in desk.rows(t.first_contact))
    assert turns == ["2026-03-13", "2026-03-16", "2026-03-17"]


# --- the alarm


def alarm(desk: Desk) -> Any:
    (task,) = [row for row in desk.tasks("approval") if row.client_id is None]
    return task


def decide_about(desk: Desk, decision: str) -> None:
    with desk.ledger.begin(desk.now) as unit:
        close_task(unit, alarm(desk).task_id, decision, "Ruth", "I looked at it.")


def test_beyond_the_limit_the_rest_waits_and_one_person_is_asked(desks: Desks) -> None:
    desk = opened(desks, alarm_floor=20)
    owe(desk, 50)

    desk.work()
    owe(desk, 5, first=100)
    desk.work()

    assert len(desk.messages()) == 20
    task = alarm(desk)
    assert task.state == "open"
    assert "20" in task.brief
    assert reasons(desk)[Reason.VOLUME] == 35
    waiting = [row for row in desk.rows(t.client) if row.look_at.date() == NOW.date() + DAY]
    assert len(waiting) >= 35
    assert len(desk.rows(t.held_back)) == 35


def test_a_yes_lets_the_day_run_on(desks: Desks) -> None:
    desk = opened(desks, alarm_floor=20)
    owe(desk, 50)
    desk.work()
    desk.later(minutes=5)
    decide_about(desk, "approve")

    while desk.rows(t.held_back) or due(desk):
        desk.tick()

    assert told_by_day(desk) == {0: 50}
    owe(desk, 10, first=100)
    desk.work()
    assert told_by_day(desk) == {0: 60}
    assert len(desk.tasks("approval")) == 1


def test_a_no_keeps_the_rest_of_the_day_still_and_the_next_day_begins_anew(desks: Desks) -> None:
    desk = opened(desks, alarm_floor=20)
    owe(desk, 50)
    desk.work()
    decide_about(desk, "refuse")
    owe(desk, 1, first=100)
    desk.later(hours=6)
    desk.tick()
    assert told_by_day(desk) == {0: 20}

    desk.clock.set((NOW + DAY).replace(hour=1))
    while due(desk):
        desk.tick()

    # Three times the fullest day is now allowed, and nobody was asked again.
    assert told_by_day(desk) == {0: 20, 1: 31}
    assert len(desk.tasks("approval")) == 1


def test_the_usual_raises_the_limit(desks: Desks) -> None:
    desk = opened(desks, alarm_floor=2, alarm_factor=3)
    with desk.ledger.begin(NOW) as unit:
        unit.connection.execute(t.volume.insert().values(day=NOW.date() - 7 * DAY, planned=4))
    owe(desk, 20)

    desk.work()

    assert len(desk.messages()) == 12


def test_thanks_are_counted_and_never_held(desks: Desks) -> None:
    desk = opened(desks, alarm_floor=3)
    owe(desk, 6)
    desk.happen(*(payment(n) for n in range(4)))

    desk.work()

    assert Counter(m.step for m in desk.messages()) == {"thank_you": 4}
    assert alarm(desk).state == "open"


def test_a_message_that_was_called_off_leaves_its_room(desks: Desks) -> None:
    desk = opened(desks, alarm_floor=4)
    owe(desk, 4)
    desk.work()
    with desk.ledger.engine.begin() as connection:
        connection.execute(t.message.update().values(state=MessageState.CANCELLED.value, reason="superseded"))
    owe(desk, 4, first=100)

    desk.work()

    assert [row for row in desk.tasks("approval") if row.client_id is None] == []
