"""The mails of one cycle name each other; those of another, and texts, stay out of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import event

from ledger import tables as t
from ledger.bulk import append
from ledger.messages import lock
from ledger.threads import LONGEST, earlier_mails
from reminders.snapshot import Channel
from tests.support.office import Counting, Desk, client, invoice, mail_of

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
OURS = "mail.example.com"


def plant(
    desk: Desk, name: str, *, hours: int = 0, channel: str = "email", due: int = 1, outcome: str = "accepted"
) -> None:
    """A message of client c-1 that went out, or not, so many hours after noon."""
    at = NOW + timedelta(hours=hours)
    row = {
        "message_id": name, "client_id": "c-1", "creditor_id": "main", "contact_id": "p-1", "channel": channel,
        "step": "overdue_3", "tone": "friendly", "policy": "standard@1", "carrying_invoice_id": "i-1",
        "due_on": date(2026, 3, due), "invoice_ids": ["i-1"], "amounts": [["EUR", 1]], "state": "accepted",
        "version": 1, "needs_approval": False, "planned_at": at, "not_before": at, "expires_at": at, "sent_at": at,
        "changed_at": at, "attempts": 1, "looks": 0,
    }  # fmt: skip
    tried = {
        "attempt_id": f"a-{name}", "message_id": name, "number": 1, "provider": "sendgrid", "channel": channel,
        "address": "ap@debtor.example", "sender": f"billing@{OURS}", "started_at": at, "outcome": outcome,
    }  # fmt: skip
    with desk.ledger.begin(NOW) as unit:
        append(unit.connection, t.message, [row])
        append(unit.connection, t.attempt, [tried])


def thread(desk: Desk, *names: str) -> dict[str, tuple[str, ...]]:
    with desk.ledger.begin(NOW) as unit:
        return dict(earlier_mails(unit.connection, lock(unit.connection, names)))


def test_only_accepted_mails_of_the_same_cycle_are_named_oldest_first(desk: Desk) -> None:
    plant(desk, "second", hours=2)
    plant(desk, "first", hours=1)
    plant(desk, "refused", hours=3, outcome="rejected")
    plant(desk, "text", hours=4, channel="sms")
    plant(desk, "another-cycle", hours=5, due=9)
    plant(desk, "now", hours=6, outcome="in_doubt")

    assert thread(desk, "now", "another-cycle") == {
        "now": (f"first@{OURS}", f"second@{OURS}"),
        "another-cycle": (),
    }


def test_a_long_cycle_names_its_first_mail_and_the_newest(desk: Desk) -> None:
    for number in range(15):
        plant(desk, f"m{number:02}", hours=number)
    plant(desk, "now", hours=99)

    (names,) = thread(desk, "now").values()
    assert len(names) == LONGEST
    assert [names[0], names[1], names[-1]] == [f"{one}@{OURS}" for one in ("m00", "m06", "m14")]


def test_a_hand_of_mails_is_one_question(desk: Desk) -> None:
    plant(desk, "one")
    plant(desk, "two", due=2)
    with desk.ledger.begin(NOW) as unit:
        going = lock(unit.connection, ["one", "two"])
        asked: list[str] = []
        event.listen(
            unit.connection, "before_cursor_execute", lambda *args: asked.append(args[2]), named=False
        )
        earlier_mails(unit.connection, going)
    assert len(asked) == 1


def test_the_next_reminder_goes_out_in_the_thread_of_the_last(desks: Callable[..., Desk]) -> None:
    mail = Counting(Channel.EMAIL)
    desk = desks(mail, Counting(Channel.SMS))
    reachable = [{"contact_id": "p-1", "name": "Pat Quay", "email": mail_of(1)}]
    desk.happen(client(1, contacts=reachable), invoice(1))
    desk.work()
    desk.later(days=4)
    desk.tick()

    first, second = mail.taken
    assert first.references == ()
    assert second.references == (f"{first.message_id}@{first.sender.rpartition('@')[2]}",)
