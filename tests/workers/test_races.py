"""Several deciders, senders and events at the same time, on PostgreSQL. Whoever wins, nobody is written to twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from ledger import replies
from reminders.feedback import OptWord, Reply
from reminders.reasons import Reason
from reminders.snapshot import Channel
from tests.support.office import NOW, Counting, Desk, client, invoice, mail_of, new_desk, payment
from workers.decide import decide_clients
from workers.send import send_messages

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(120)]
CLIENTS = 40


@pytest.fixture
def providers() -> list[Counting]:
    return [Counting(Channel.EMAIL), Counting(Channel.SMS)]


@pytest.fixture
def team(database_url: str, providers: list[Counting]) -> Iterator[Callable[[], Desk]]:
    """Makes desks on one database, each with an engine of its own; the providers are shared."""
    with ExitStack() as stack:

        def make() -> Desk:
            desk = new_desk(database_url, *providers)
            stack.callback(desk.ledger.engine.dispose)
            stack.callback(desk.office.calls.shutdown)
            return desk

        yield make


def at_once(*works: Callable[[], None]) -> None:
    """Do all of it at the same time; raise what went wrong. A deadlock's victim may try again, as an actor would."""
    ready = threading.Barrier(len(works))
    wrong: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            ready.wait()
            work()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    deadlocks = [error for error in wrong if isinstance(error, OperationalError)]
    assert not deadlocks, f"{len(deadlocks)} deadlocks or timeouts: {deadlocks[0].orig}"
    if wrong:
        raise wrong[0]


def due(desk: Desk, number: int = CLIENTS) -> list[str]:
    desk.happen(*(e for n in range(number) for e in (client(n, ("email", "sms")[n % 2 :]), invoice(n))))
    desk.woken.waiting.clear()
    return [f"c-{n}" for n in range(number)]


def queued(desk: Desk) -> dict[Channel, list[str]]:
    found: dict[Channel, list[str]] = {Channel.EMAIL: [], Channel.SMS: []}
    for message in desk.messages():
        if message.state == "queued":
            found[Channel(message.channel)].append(message.message_id)
    return found


def shuffled(ids: list[str], seed: int) -> list[str]:
    mixed = list(ids)
    random.Random(seed).shuffle(mixed)
    return mixed


def taken(providers: list[Counting]) -> Counter[str]:
    return Counter(request.message_id for provider in providers for request in list(provider.taken))


def test_deciders_of_the_same_clients_plan_each_message_once(team: Callable[[], Desk]) -> None:
    desks = [team() for _ in range(4)]
    clients = due(desks[0])

    def decider(desk: Desk, seed: int) -> Callable[[], None]:
        ids = shuffled(clients, seed)

        def work() -> None:
            for start in range(0, len(ids), 7):
                decide_clients(desk.office, ids[start : start + 7])

        return work

    at_once(*(decider(desk, seed) for seed, desk in enumerate(desks)))

    assert Counter(m.client_id for m in desks[0].messages()) == dict.fromkeys(clients, 1)
    planned = [e.message_id for e in desks[0].journal() if e.kind == "message.planned"]
    assert len(planned) == len(set(planned)) == CLIENTS


def test_senders_of_the_same_messages_send_each_once(
    team: Callable[[], Desk], providers: list[Counting]
) -> None:
    desks = [team() for _ in range(4)]
    decide_clients(desks[0].office, due(desks[0]))
    waiting = queued(desks[0])

    def sender(desk: Desk, seed: int) -> Callable[[], None]:
        def work() -> None:
            for channel, ids in waiting.items():
                send_messages(desk.office, channel, shuffled(ids, seed))

        return work

    at_once(*(sender(desk, seed) for seed, desk in enumerate(desks)))

    assert taken(providers) == dict.fromkeys((m.message_id for m in desks[0].messages()), 1)
    assert set(desks[0].states()) == {"accepted"}
    desks[0].check_journal()


def test_no_reminder_goes_after_the_payment_that_its_gate_could_see(
    team: Callable[[], Desk], providers: list[Counting]
) -> None:
    # Given queued reminders, shared out between two senders
    desks = [team() for _ in range(3)]
    decide_clients(desks[0].office, due(desks[0]))
    messages = desks[0].messages()
    paid: set[str] = set()
    late: list[str] = []

    def payer() -> None:
        for number in shuffled([str(n) for n in range(CLIENTS)], 5):
            desks[0].happen(payment(number))
            paid.add(f"c-{number}")

    def sender(desk: Desk, mine: list[Any]) -> Callable[[], None]:
        def work() -> None:
            for message in mine:
                already = message.client_id in paid
                send_messages(desk.office, Channel(message.channel), [message.message_id])
                if already and message.message_id in taken(providers):
                    late.append(message.message_id)

        return work

    # When payments come in while they send
    at_once(payer, sender(desks[1], messages[::2]), sender(desks[2], messages[1::2]))

    # Then nothing was sent whose payment was stored before, and what was called off says why
    assert not late
    for message in desks[0].messages():
        assert message.state in ("accepted", "cancelled")
        assert (message.state == "accepted") == (taken(providers)[message.message_id] == 1)
        if message.state == "cancelled":
            assert message.reason == Reason.PAID
    desks[0].check_journal()


def test_a_stop_that_was_stored_is_a_stop(team: Callable[[], Desk], providers: list[Counting]) -> None:
    # Given reminders by mail that wait to be sent
    desks = [team() for _ in range(3)]
    decide_clients(desks[0].office, due(desks[0]))
    mails = queued(desks[0])[Channel.EMAIL]
    by_client = {m.client_id: m.message_id for m in desks[0].messages()}
    stopped: set[str] = set()
    late: list[str] = []

    def stopper() -> None:
        for number in range(0, CLIENTS, 2):
            reply = Reply(
                provider="sendgrid",
                channel=Channel.EMAIL,
                key=f"stop-{number}",
                sender=mail_of(number),
                recipient="reply@example.test",
                text="STOP",
                received_at=NOW,
                opt=OptWord.OUT,
            )
            with desks[0].ledger.begin(NOW) as unit:
                replies.record(unit, reply)
            stopped.add(by_client[f"c-{number}"])

    def sender(desk: Desk, mine: list[str]) -> Callable[[], None]:
        def work() -> None:
            for message_id in mine:
                already = message_id in stopped
                send_messages(desk.office, Channel.EMAIL, [message_id])
                if already and message_id in taken(providers):
                    late.append(message_id)

        return work

    # When people say stop while it goes on
    at_once(stopper, sender(desks[1], mails[::2]), sender(desks[2], mails[1::2]))

    # Then nothing was begun after the word was stored
    assert not late
    for message in desks[0].messages():
        if message.message_id in mails:
            assert message.state in ("accepted", "suppressed")
            assert (message.state == "accepted") == (taken(providers)[message.message_id] == 1)
    desks[0].check_journal()


def test_everything_at_the_same_time_ends_in_order(
    team: Callable[[], Desk], providers: list[Counting]
) -> None:
    desks = [team() for _ in range(5)]
    clients = due(desks[0])

    def round_of(desk: Desk, seed: int) -> Callable[[], None]:
        def work() -> None:
            for turn in range(3):
                decide_clients(desk.office, shuffled(clients, seed + turn))
                for channel, ids in queued(desk).items():
                    send_messages(desk.office, channel, shuffled(ids, seed - turn))
                desk.tick()

        return work

    def pay(desk: Desk) -> None:
        for number in range(0, CLIENTS, 4):
            desk.happen(payment(number))
            desk.work()

    at_once(*(round_of(desk, seed) for seed, desk in enumerate(desks[:4])), lambda: pay(desks[4]))
    for _ in range(4):
        desks[0].later(minutes=2)
        desks[0].tick()

    assert set(taken(providers).values()) == {1}
    assert {m.message_id for m in desks[0].messages() if m.state == "accepted"} == set(taken(providers))
    desks[0].check_journal()


_PROCESS = """
import json, sys
from tests.support.office import Counting, new_desk
from reminders.snapshot import Channel
from workers.decide import decide_clients
from workers.send import send_messages

url, clients, seed = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
mail, sms = Counting(Channel.EMAIL), Counting(Channel.SMS)
desk = new_desk(url, mail, sms)
decide_clients(desk.office, clients if seed else clients[::-1])
for channel in (Channel.EMAIL, Channel.SMS):
    send_messages(desk.office, channel, [m.message_id for m in desk.messages() if m.channel == channel])
print("RESULT " + json.dumps([r.message_id for r in (*mail.taken, *sms.taken)]))
"""


@pytest.mark.system
def test_processes_that_race_send_each_message_once(team: Callable[[], Desk], database_url: str) -> None:
    desk = team()
    clients = due(desk)
    env = {**os.environ, "PYTHONPATH": str(Path.cwd())}

    begun = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS, database_url, json.dumps(clients), str(seed)],
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in (0, 1)
    ]
    heard = [process.communicate(timeout=60)[0] for process in begun]

    assert [process.returncode for process in begun] == [0, 0]
    sent = [one for out in heard for one in json.loads(out.split("RESULT ", 1)[1])]
    assert len(sent) == len(set(sent))
    for channel, ids in queued(
        desk
    ).items():  # what the slower one had planned after the other one had looked
        send_messages(desk.office, channel, ids)
    assert desk.states() == ["accepted"] * CLIENTS
    desk.check_journal()
