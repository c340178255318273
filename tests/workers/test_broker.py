"""Wake-ups over a broker that is away, that comes back, and that forgets: the rows in the ledger are what counts."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dramatiq.errors import ConnectionClosed

from channels.ports import Letter, Rendered
from reminders.snapshot import Channel
from tests.infra.rabbitmq import Broker
from tests.support.office import Counting, Desk, client, invoice
from tests.support.roles import eventually
from workers.actors import LANES, PREFIX, QueueWake, declare, wake_up
from workers.broker import AmicableBroker, EmbeddedBroker
from workers.cli.running import workers

QUEUE = PREFIX + "decide"


@pytest.fixture(autouse=True)
def _sweep_sockets() -> Iterator[None]:
    """pika leaves the sockets of broken connections to the garbage collector; let it find them here."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def take(broker: AmicableBroker, number: int) -> tuple[Any, list[Any]]:
    """A new consumer, and the messages it was given."""
    consumer = broker.consume(QUEUE, prefetch=50, timeout=100)
    messages: list[Any] = []
    for _ in range(100):
        message = next(consumer)
        if message is not None:
            messages.append(message)
        if len(messages) == number:
            break
    return consumer, messages


def lost(consumer: Any) -> bool:
    """Whether the consumer's connection is gone."""
    try:
        next(consumer)
    except ConnectionClosed:
        return True
    return False


def test_an_ack_of_an_earlier_connection_acknowledges_nothing(rabbitmq: Broker, amqp_url: str) -> None:
    # Given a worker that holds three wake-ups
    broker = AmicableBroker(amqp_url)
    declare(broker, None)
    for number in range(3):
        broker.enqueue(wake_up("decide", [f"c-{number}"]))
    first, held = take(broker, 3)

    # When the broker closes all connections, and the wake-ups are delivered again
    rabbitmq.ctl("close_all_connections", "--global", "a test")
    eventually("the connection is missed", lambda: lost(first))
    second, again = take(broker, 3)
    assert [m.args for m in again] == [m.args for m in held]

    # And the worker ends what it held from before: that tag is another message's by now
    second.ack(held[2])
    second.nack(held[1])
    second.ack(again[0])
    second.close()

    # Then only what was acknowledged on this connection is gone
    observer = AmicableBroker(amqp_url)
    eventually("the others are back", lambda: observer.get_queue_message_counts(QUEUE)[0] == 2)
    assert observer.get_queue_message_counts(QUEUE)[2] == 0, "something was thrown away"
    observer.close()
    broker.close()


@pytest.mark.network
@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid:5672"])
def test_a_broker_that_is_away_is_no_error_and_the_scheduler_finds_the_work(
    desks: Callable[..., Desk], host: str
) -> None:
    # Given a decider whose broker is away
    broker = AmicableBroker(f"amqp://guest:guest@{host}/x")
    wake = QueueWake(broker)
    desk = desks(wake=wake)
    desk.happen(client(1), invoice(1))

    # When it decides, then nobody can be told, and nothing is raised
    desk.work()
    wake.decide(["c-1"])
    wake.settle(["r-1"])
    assert desk.states() == ["queued"]

    # And somebody else's scheduler finds the work a minute later
    other = desks(url=str(desk.ledger.engine.url), clock=desk.clock)
    other.tick()
    assert desk.states() == ["queued"]
    other.later(seconds=61)
    other.tick()
    assert desk.states() == ["accepted"]


def test_a_wake_up_finds_its_way_again_after_the_broker_restarted(rabbitmq: Broker, amqp_url: str) -> None:
    broker = AmicableBroker(amqp_url)
    wake = QueueWake(broker)
    wake.decide(["c-1"])

    rabbitmq.stop()
    wake.decide(["c-2"])  # lost, and no error
    rabbitmq.start()
    wake.decide(["c-3"])

    _, messages = take(broker, 2)
    assert [message.args for message in messages] == [(["c-1"],), (["c-3"],)]
    broker.close()


def test_an_actor_that_fails_leaves_its_row_to_the_sweeper(desks: Callable[..., Desk]) -> None:
    # Given workers whose renderer has a fault of our own
    broker = EmbeddedBroker()
    desk = desks(wake=QueueWake(broker))
    sound = desk.office.render
    failures: list[str] = []

    def broken(letter: Letter) -> Rendered:
        failures.append(letter.step)
        raise ZeroDivisionError

    object.__setattr__(desk.office, "render", broken)
    declare(broker, desk.office)
    with workers(broker, LANES, 2):
        desk.happen(client(1), invoice(1))
        desk.office.wake.decide(["c-1"])
        eventually("it fails", lambda: failures)
        eventually("the actor ends", lambda: broker.queues[PREFIX + "send.email"].unfinished_tasks == 0)

        # Then it is not tried again by itself, and the row is as it was
        assert failures == ["overdue_3"]
        assert [(m.state, m.attempts) for m in desk.messages()] == [("queued", 0)]

        # When the fault is mended, then the sweeper finds the row
        object.__setattr__(desk.office, "render", sound)
        desk.later(seconds=61)
        desk.tick()
        eventually("it is sent", lambda: desk.states() == ["accepted"])
    (mail,) = desk.office.providers.of(Channel.EMAIL)
    assert isinstance(mail, Counting)
    assert len(mail.taken) == 1
