"""Several at once on PostgreSQL: nobody doubles the other's work, nobody waits in a circle."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from events.contracts.delivery import Read
from ledger import receipts, replies, sending
from ledger import tables as t
from ledger.decisions import claim_due, record
from ledger.routed import Planned, Routed
from ledger.snapshots import load_snapshots
from ledger.tasks import open_task
from ledger.unit import Ledger
from ledger.verdicts import TaskError, close_task
from reminders.decision import Decision, Stop
from reminders.feedback import OptWord
from reminders.reasons import Reason
from reminders.snapshot import Channel
from reminders.states import MessageState
from reminders.tasks import TaskKind
from tests.ledger.book import HOUSE, NOW, a_row, event, facts, issued, journal, paid, profile, put, rows, tell
from tests.ledger.test_decisions import POLICY, a_reminder
from tests.ledger.test_journal import together
from tests.ledger.test_receipts import a_receipt
from tests.ledger.test_replies import a_reply, answer
from tests.ledger.test_sending import dispatch

CLIENTS = [f"c{n:02d}" for n in range(20)]


def in_turn(orders: int, items: list[Any], work: Callable[[list[Any]], None]) -> list[Callable[[], None]]:
    """The same work over the same things, in so many orders."""
    return [partial(work, random.sample(items, len(items))) for _ in range(orders)]


def test_two_deciders_plan_each_message_once(postgres_ledger: Ledger) -> None:
    ledger = postgres_ledger
    tell(ledger, *(issued(f"i-{client_id}", client_id) for client_id in CLIENTS))
    ready: Counter[str] = Counter()

    def decide(order: list[str]) -> None:
        for at in range(0, len(order), 4):
            with ledger.begin(NOW) as unit:
                claimed = claim_due(unit, order[at : at + 8])
                load_snapshots(unit.connection, [row.client_id for row in claimed], NOW, HOUSE)
                routed = []
                for row in claimed:
                    reminder = a_reminder(carrying=f"i-{row.client_id}")
                    decision = Decision(row.client_id, (reminder,), look_at=NOW + timedelta(days=1))
                    message_id = reminder.message_id(decision.client_id, Channel.EMAIL)
                    planned = Planned(message_id, reminder, "friendly", Channel.EMAIL, "ap")
                    routed.append(Routed(decision, POLICY, (planned,)))
                found = record(unit, claimed, routed)
            ready.update(found.get(Channel.EMAIL, []))

    together(*in_turn(4, CLIENTS, decide))

    assert len(ready) == len(CLIENTS)
    assert set(ready.values()) == {1}
    assert Counter(e.kind for e in journal(ledger))["message.planned"] == len(CLIENTS)


def test_appliers_with_the_same_events_in_another_order_agree(postgres_ledger: Ledger) -> None:
    ledger = postgres_ledger
    history: list[Read] = []
    for n in range(60):
        client_id = CLIENTS[n % len(CLIENTS)]
        history += [
            issued(f"i{n}", client_id, time=n),
            issued(f"i{n % 9}", client_id, time=n, type_="invoice.updated"),
            paid(f"p{n % 7}", "3.00", (f"i{n}", "1.00"), (f"i{n % 9}", "1.00"), client_id=client_id, time=n),
            profile(client_id, name=f"Name {n}", time=n),
            event("payment.reversed", payment_id=f"p{n % 11}", time=n),
            event("dispute.opened", dispute_id=f"d{n % 5}", invoice_id=f"i{n % 9}", time=n),
        ]
    tell(ledger, *history)
    at_once = facts(ledger)
    entries = len(journal(ledger))
    with ledger.engine.begin() as connection:
        for table in t.metadata.sorted_tables:
            connection.execute(table.delete())

    def told(order: list[Read]) -> None:
        for at in range(0, len(order), 40):
            tell(ledger, *order[at : at + 60])

    together(*in_turn(5, history, told))

    assert facts(ledger) == at_once
    assert len(journal(ledger)) == entries


def test_two_senders_take_each_message_once(postgres_ledger: Ledger) -> None:
    ledger = postgres_ledger
    ids = [f"m{n:02d}" for n in range(40)]
    tell(ledger, *(issued(f"i-{client_id}", client_id) for client_id in CLIENTS))
    put(ledger, *(a_row(key, client_id=CLIENTS[n % 20], state="queued") for n, key in enumerate(ids)))
    taken: Counter[str] = Counter()

    def send(order: list[str]) -> None:
        for at in range(0, len(order), 5):
            with ledger.begin(NOW) as unit:
                going = [
                    sending.Dispatch(row, "p", "a@b.example", "s", "en", None, "x", None, ("i1",), ())
                    for row in sending.take(unit, order[at : at + 5])
                ]
                sending.dispatch(unit, going)
            taken.update(one.message.message_id for one in going)

    together(*in_turn(4, ids, send))

    assert taken == Counter(ids)
    assert len(rows(ledger, t.attempt)) == len(ids)


def test_everybody_at_once_over_the_same_clients(postgres_ledger: Ledger) -> None:
    """Intake, deciders that stop, senders, settlers, repliers and people: no circle, and every change has its entry."""
    ledger = postgres_ledger
    few = CLIENTS[:5]
    tell(ledger, *(issued(f"i-{c}", c) for c in few), *(profile(c) for c in few))
    messages = [f"{c}-{n}" for c in few for n in range(12)]
    put(
        ledger,
        *(
            a_row(key, client_id=key[:3], state="held" if n % 4 == 3 else "queued", needs_approval=n % 4 == 3)
            for n, key in enumerate(messages)
        ),
    )
    with ledger.begin(NOW) as unit:
        asked = [
            open_task(unit, TaskKind.APPROVAL, key, client_id=key[:3], message_id=key, brief="")
            for n, key in enumerate(messages)
            if n % 4 == 3
        ]
    accepted = [key for n, key in enumerate(messages) if n % 4 == 0]
    attempts = [dispatch(ledger, key) for key in accepted]

    def shuffled(items: list[str]) -> list[str]:
        return random.sample(items, len(items))

    def apply_events() -> None:
        for n in range(12):
            tell(
                ledger, *(paid(f"p-{c}-{n}", "1.00", (f"i-{c}", "1.00"), client_id=c) for c in shuffled(few))
            )

    def decide() -> None:
        for _ in range(12):
            with ledger.begin(NOW) as unit:
                claimed = claim_due(unit, few)
                cases = load_snapshots(unit.connection, [row.client_id for row in claimed], NOW, HOUSE)
                routed = [
                    Routed(
                        Decision(
                            client_id,
                            (),
                            tuple(
                                Stop(m.message_id, MessageState.CANCELLED, Reason.PAID)
                                for m in case.messages
                                if m.state.is_open and random.random() < 0.2
                            ),
                            look_at=NOW,
                        ),
                        POLICY,
                    )
                    for client_id, case in cases.items()
                ]
                record(unit, claimed, routed)

    def send() -> None:
        for _ in range(3):
            for at in range(0, len(messages), 6):
                with ledger.begin(NOW) as unit:
                    for row in sending.take(unit, shuffled(messages)[at : at + 6]):
                        sending.call_off(unit, row, MessageState.SUPPRESSED, Reason.OPTED_OUT)

    def outcomes() -> None:
        for at in range(0, len(attempts), 3):
            hand = shuffled(attempts[at : at + 3])
            with ledger.begin(NOW) as unit:
                sending.hold(unit, hand)
                for attempt in hand:
                    sending.rejected(unit, attempt, "550", "no", Reason.SUPPRESSED_ADDRESS, person=True)

    def settle() -> None:
        for _ in range(6):
            with ledger.begin(NOW) as unit:
                ids = receipts.record(unit, [a_receipt("bounced", attempt=a) for a in shuffled(attempts)])
            with ledger.begin(NOW) as unit:
                receipts.settle(unit, ids)

    def people() -> None:
        for task_id in shuffled(asked):
            with ledger.begin(NOW) as unit:
                row = unit.connection.execute(t.task.select().where(t.task.c.task_id == task_id)).one()
            if row.state == "open":
                # called off a moment ago, maybe
                with suppress(TaskError), ledger.begin(NOW) as unit:
                    close_task(unit, task_id, "approve", "Ada", "")

    def reply() -> None:
        for n in range(6):
            answer(ledger, a_reply("STOP", OptWord.OUT, key=f"k{n}", sender="ap@kaya.example"))

    together(apply_events, decide, send, outcomes, settle, people, reply, decide)

    states = {row.message_id: row.state for row in rows(ledger, t.message)}
    moves = [row for row in journal(ledger) if row.kind.startswith("message.")]
    told = {row.message_id: row.kind.removeprefix("message.") for row in moves}
    assert states == {key: told.get(key, states[key]) for key in messages}
    many = Counter(row.message_id for row in moves)
    for row in rows(ledger, t.message):
        assert row.version == 1 + many[row.message_id]  # as many entries as changes
    assert len(rows(ledger, t.payment)) == 12 * len(few)


def test_two_clients_of_one_mailbox_stop_at_once(postgres_ledger: Ledger) -> None:
    """Each stop holds its own client and then wants the other's: nobody may wait in a circle, no stop may be lost."""
    ledger = postgres_ledger
    for client_id in CLIENTS:
        contacts = [{"contact_id": "ap", "email": "Ap@Kaya.example"}]
        tell(ledger, issued(f"i-{client_id}", client_id), profile(client_id, contacts=contacts))
    for client_id in CLIENTS:
        put(ledger, a_row(f"m-{client_id}", client_id=client_id, state="queued"))
        dispatch(ledger, f"m-{client_id}")
        put(ledger, a_row(f"n-{client_id}", client_id=client_id, state="queued"))

    def click(client_id: str) -> None:
        with ledger.begin(NOW) as unit:
            replies.unsubscribe(unit, f"m-{client_id}")

    together(*(partial(click, client_id) for client_id in CLIENTS))
    assert len(rows(ledger, t.suppression)) == 1
    assert {row.state for row in rows(ledger, t.message) if row.message_id.startswith("n-")} == {"suppressed"}
