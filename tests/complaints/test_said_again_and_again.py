"""The same message many times, the wrong one first, or words without end."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable

from ledger import tables as t
from reminders.snapshot import Channel
from tests.complaints.life import Life
from workers.decide import decide_clients
from workers.send import send_messages


class Twice(deque[tuple[str, list[str]]]):
    """Wake-ups, each of which comes twice."""

    def append(self, wake_up: tuple[str, list[str]]) -> None:
        """Once, and again."""
        super().append(wake_up)
        super().append(wake_up)


def late(life: Life) -> Life:
    """An invoice of which the second reminder is about to be due, nothing else."""
    return life.client("02-01 09:00").invoice("02-04 10:00").until("03-13 08:59")


def test_repeated_runs_send_nothing_again(life: Life) -> None:
    """Reminder 2 went out 22 times in one day: our cron runs every 15 minutes. (Invoice Ninja #1693)"""
    late(life).until("03-13 12:00")
    assert life.steps("03-13") == ["overdue_7"]

    life.wake_again(22)

    assert life.steps("03-13") == ["overdue_7"]


def test_overlapping_runs_send_once(life: Life) -> None:
    """Two runs overlap and both send, because looking and marking are two things. (FOSSBilling #3965)"""
    late(life)
    life.desk.clock.set(life.desk.now.replace(hour=9, minute=5))
    ready = threading.Barrier(4)
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            ready.wait()
            decide_clients(life.desk.office, ["harbour"])
            queued = [m.message_id for m in life.desk.messages() if m.state == "queued"]
            send_messages(life.desk.office, Channel.EMAIL, queued)
        except BaseException as error:
            wrong.append(error)

    with life.desk.ledger.begin(life.desk.now) as unit:
        unit.connection.execute(t.client.update().values(look_at=unit.now, woken_at=None))
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    life.until("03-13 12:00")

    assert wrong == []
    assert life.steps("03-13") == ["overdue_7"]


def test_wake_ups_and_events_that_come_twice_change_nothing(life: Life, lives: Callable[[], Life]) -> None:
    """We get 6 to 9 copies of each invoice mail. (Invoice Ninja #2649)"""
    late(life).until("03-20")
    doubled = lives()
    waiting = doubled.desk.woken.waiting
    doubled.desk.woken.waiting = Twice(waiting)
    late(doubled).until("03-20")

    assert doubled.story() == life.story()
    assert max(Counter(request.message_id for request in doubled.taken()).values()) == 1


def test_a_due_date_that_is_corrected_by_a_day_begins_nothing_anew(life: Life) -> None:
    """We fixed the due date by a day and every reminder went out once more."""
    late(life).until("03-14")
    said = life.steps()

    life.invoice("03-14 10:00", issued_on="2026-02-04", due_on="03-07").until("03-19 18:00")

    assert life.steps()[: len(said)] == said
    assert not set(said) & set(life.steps("03-14"))


def test_a_missed_day_is_made_up_with_one_step_that_fits(life: Life) -> None:
    """The server was down on day 3; that reminder never came, and reminder 2 arrived first. (Invoice Ninja #637)"""
    # Given nothing runs from the due date on, for twelve days
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-04 12:00")
    life.desk.clock.set(life.desk.now.replace(day=16))

    # When it runs again
    life.until("03-17")

    # Then one message goes, and the next ones follow in their order
    assert life.steps("03-05") == ["overdue_7"]
    assert life.until("04-30").steps("03-17") == ["overdue_14"]


def test_no_reminder_comes_before_an_earlier_one(life: Life) -> None:
    """Reminder 3 first, reminder 1 a week later. (Invoice Ninja #2311)"""
    ladder = ["introduction", "heads_up", "due_soon", "overdue_3", "overdue_7", "overdue_14"]

    late(life).until("06-30")

    assert life.steps() == ladder


def test_it_ends(life: Life) -> None:
    """It mails them every single day, forever. (tendenci #1382)"""
    late(life).until("12-31")

    assert [line for line in life.story() if line >= "04-01"] == []
    assert "decision open" in life.tasks()
    assert len(life.story()) == 6


def test_a_statement_is_no_reminder_in_disguise(life: Life) -> None:
    """After the last reminder it went on with a 'statement' every month."""
    late(life).invoice("02-03 10:00", 2).until("07-15")

    assert "decision open" in life.tasks()
    assert life.steps("05-01") == []


def test_a_statement_does_not_take_the_place_of_a_first_reminder(life: Life) -> None:
    """The statement of Monday kept the reminder of Tuesday waiting until Friday."""
    life.client("01-12 09:00").invoice("01-29 10:00", due_on="02-28").invoice(
        "02-10 10:00", 2, due_on="03-20"
    )

    assert life.until("03-07").story("03-01") == ["03-03 overdue_3"]
    assert "reminder_soon" in life.reasons("03-02")


def test_a_statement_goes_where_no_reminder_is_near(life: Life) -> None:
    life.client("01-12 09:00").invoice("02-17 10:00", due_on="03-19").invoice(
        "02-18 10:00", 2, due_on="03-24"
    )

    assert life.until("03-10").story("03-01") == ["03-02 statement"]


def test_a_message_by_hand_and_one_by_itself_do_not_collide(life: Life) -> None:
    """I had just called them, and that same hour the system sent the next reminder. (Invoice Ninja #8665)"""
    late(life).until("03-30 08:00")
    assert "call open" in life.tasks()

    life.decides("04-02 10:00", "call", "done").until("04-06 18:00")

    assert life.steps("04-02") == []


def test_an_answer_is_read_before_the_next_reminder_goes(life: Life) -> None:
    """They had answered, nobody had read it yet, and the next reminder went out."""
    late(life).answers("03-13 12:00", "Who ordered that?")

    life.until("03-16 18:00")

    assert life.steps("03-13 13:00") == []
    assert "reply open" in life.tasks()
