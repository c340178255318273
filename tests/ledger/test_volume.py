"""What the ledger knows of how much is said on a day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from ledger import tables as t
from ledger import volume
from ledger.unit import Ledger
from ledger.verdicts import close_task
from reminders.reasons import Reason
from reminders.states import MessageState
from reminders.tasks import TaskState
from tests.ledger.book import NOW, a_row, journal, profile, put, rows, tell

TODAY = NOW.date()
DAY = timedelta(days=1)


def planned(ledger: Ledger, at: datetime, count: int, **fields: object) -> None:
    if count:
        put(ledger, *(a_row(f"{at}/{n}/{fields}", planned_at=at, **fields) for n in range(count)))


def count(ledger: Ledger, day: date, most: int = 1000) -> int:
    with ledger.read() as connection:
        return volume.planned_on(connection, day, most)


def test_a_day_counts_what_was_planned_between_its_midnights_and_not_called_off(ledger: Ledger) -> None:
    midnight = volume.start_of(TODAY)
    planned(ledger, midnight, 1)
    planned(ledger, midnight + DAY - timedelta(microseconds=1), 2)
    planned(ledger, midnight, 1, state=MessageState.CANCELLED.value)
    planned(ledger, midnight - timedelta(microseconds=1), 1)
    planned(ledger, midnight + DAY, 1)

    assert count(ledger, TODAY) == 3
    assert count(ledger, TODAY, most=2) == 2  # enough is known


def test_the_usual_is_the_fullest_of_the_last_four_weeks(ledger: Ledger) -> None:
    for days_ago, messages in ((1, 3), (28, 5), (29, 9)):
        planned(ledger, NOW - days_ago * DAY, messages)
    planned(ledger, NOW - DAY, 4, state=MessageState.CANCELLED.value)
    planned(ledger, NOW, 8)
    with ledger.begin(NOW) as unit:
        assert volume.usual(unit.connection, TODAY) == 0  # nothing was written down yet
        volume.close_days(unit)
        assert volume.usual(unit.connection, TODAY) == 5

    assert len(rows(ledger, t.volume)) == volume.USUAL_DAYS


def test_a_day_that_was_written_down_stays_as_it_is(ledger: Ledger) -> None:
    planned(ledger, NOW - DAY, 3)
    with ledger.begin(NOW) as unit:
        volume.close_days(unit)
    planned(ledger, NOW - DAY, 3, client_id="late")
    planned(ledger, NOW, 2)
    with ledger.begin(NOW + DAY) as unit:
        volume.close_days(unit)

    told = {row.day: row.planned for row in rows(ledger, t.volume)}
    assert told[TODAY - DAY] == 3
    assert told[TODAY] == 2
    assert len(told) == volume.USUAL_DAYS + 1


def test_turns_are_kept_counted_and_forgotten_when_their_day_is_over(ledger: Ledger) -> None:
    with ledger.begin(NOW) as unit:
        volume.give_turns(unit, {"a": TODAY, "b": TODAY + DAY, "c": TODAY + DAY})
        volume.give_turns(unit, {"b": TODAY})
        assert volume.turns_taken(unit.connection, TODAY) == {TODAY: 2, TODAY + DAY: 1}
        assert volume.turns_of(unit.connection, ["a", "c", "nobody"], TODAY) == {"a": TODAY, "c": TODAY + DAY}

    with ledger.begin(NOW + DAY) as unit:
        assert volume.turns_of(unit.connection, ["a", "c"], TODAY + DAY) == {"c": TODAY + DAY}
        volume.close_days(unit)
    assert [row.client_id for row in rows(ledger, t.first_contact)] == ["c"]


def test_the_alarm_of_a_day_is_asked_once_and_each_day_anew(ledger: Ledger) -> None:
    for at in (NOW, NOW + timedelta(hours=1), NOW + DAY):
        with ledger.begin(at) as unit:
            volume.raise_alarm(unit, at.date(), "Look at it.")

    first, second = sorted(rows(ledger, t.task), key=lambda row: row.opened_at)
    assert (first.kind, first.client_id, first.brief, first.due_on) == (
        "approval",
        None,
        "Look at it.",
        TODAY,
    )
    assert first.reason == Reason.VOLUME
    assert second.due_on == TODAY + DAY
    assert len(journal(ledger, "task.opened")) == 2


@pytest.mark.parametrize(
    ("decision", "state"), [("approve", TaskState.APPROVED), ("refuse", TaskState.REFUSED)]
)
def test_a_persons_word_about_a_day_is_for_that_day(ledger: Ledger, decision: str, state: TaskState) -> None:
    with ledger.begin(NOW) as unit:
        assert volume.alarm(unit.connection, TODAY) is None
        volume.raise_alarm(unit, TODAY, "Look at it.")
        assert volume.alarm(unit.connection, TODAY) is TaskState.OPEN
        (task_id,) = unit.connection.execute(select(t.task.c.task_id)).scalars()
        close_task(unit, task_id, decision, "Ruth", "I looked.")

    with ledger.read() as connection:
        assert volume.alarm(connection, TODAY) is state
        assert volume.alarm(connection, TODAY + DAY) is None


def waiting(ledger: Ledger) -> list[str]:
    """Three clients that nobody looks at before tomorrow, two of them because of today's alarm."""
    tell(ledger, *(profile(key) for key in ("a", "b", "c")))
    with ledger.begin(NOW) as unit:
        unit.connection.execute(t.client.update().values(look_at=NOW + DAY))
        volume.raise_alarm(unit, TODAY, "Look at it.")
        volume.hold_back(unit, ["a", "b"], TODAY)
        volume.hold_back(unit, ["a"], TODAY)
    return [row.task_id for row in rows(ledger, t.task)]


def looked_at_now(ledger: Ledger, at: datetime) -> set[str]:
    return {row.client_id for row in rows(ledger, t.client, t.client.c.look_at <= at)}


def test_a_yes_lets_go_whoever_was_held_back_and_only_them(ledger: Ledger) -> None:
    (task_id,) = waiting(ledger)
    later = NOW + timedelta(hours=2)
    with ledger.begin(later) as unit:
        assert volume.let_go(unit) == 0
        close_task(unit, task_id, "approve", "Ruth", "It is the yearly bill.")
        assert volume.let_go(unit) == 2
        assert volume.let_go(unit) == 0

    assert looked_at_now(ledger, later) == {"a", "b"}


def test_a_no_and_a_new_day_let_nobody_go(ledger: Ledger) -> None:
    (task_id,) = waiting(ledger)
    with ledger.begin(NOW) as unit:
        close_task(unit, task_id, "refuse", "Ruth", "The import is wrong.")
        assert volume.let_go(unit) == 0
    with ledger.begin(NOW + DAY) as unit:
        volume.close_days(unit)
        assert volume.let_go(unit) == 0

    assert looked_at_now(ledger, NOW) == set()
    assert rows(ledger, t.held_back) == []


def test_what_a_day_has_said_is_told_by_step_and_by_client(ledger: Ledger) -> None:
    planned(ledger, NOW, 2, client_id="a")
    planned(ledger, NOW, 1, client_id="a", step="thank_you")
    planned(ledger, NOW, 1, client_id="b")
    planned(ledger, NOW, 1, client_id="c", state=MessageState.CANCELLED.value)

    with ledger.read() as connection:
        assert volume.said_on(connection, TODAY) == ({"overdue_3": 3, "thank_you": 1}, 2)
