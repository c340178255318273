from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pika
import pytest

from events.contracts.outgoing import encode_entry
from events.publisher import Message, Publisher, PublishFailed
from tests.events.broker import waiting_in
from tests.infra.rabbitmq import Broker


def _messages(count: int, name: str = "m") -> list[Message]:
    return [Message("amicable.message.queued", f"{name}-{number}", b"x" * 200) for number in range(count)]


def _listen(url: str) -> None:
    """A queue that somebody has bound to our exchange."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.exchange_declare("amicable.events", "topic", durable=True)
    channel.queue_declare("theirs", durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind("theirs", "amicable.events", "amicable.message.#")
    connection.close()


def _all_from(url: str) -> list[tuple[Any, bytes, Any]]:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    found = []
    while True:
        method, properties, body = channel.basic_get("theirs", auto_ack=True)
        if method is None or properties is None or body is None:
            break
        found.append((properties.message_id, body, properties.delivery_mode))
    connection.close()
    return found


def test_all_is_confirmed_and_in_order(amqp_url: str) -> None:
    _listen(amqp_url)
    publisher = Publisher(amqp_url, window=50)

    publisher.publish(_messages(500))
    publisher.publish([])
    publisher.publish(_messages(3))
    publisher.close()

    found = _all_from(amqp_url)
    assert [name for name, _, _ in found] == [f"m-{n}" for n in range(500)] + [f"m-{n}" for n in range(3)]
    assert {mode for _, _, mode in found} == {2}


def test_what_nobody_listens_to_is_confirmed_as_well(amqp_url: str) -> None:
    publisher = Publisher(amqp_url)
    publisher.publish(_messages(10))
    publisher.close()


def test_threads_take_turns(amqp_url: str) -> None:
    _listen(amqp_url)
    publisher = Publisher(amqp_url)
    threads = [threading.Thread(target=publisher.publish, args=[_messages(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    publisher.close()

    assert [name for name, _, _ in _all_from(amqp_url)] == [f"m-{n}" for n in range(50)] * 4


@pytest.mark.network
def test_no_broker_fails_in_time_and_names_everything() -> None:
    publisher = Publisher("amqp://guest:guest@127.0.0.1:1/", timeout=0.5)
    began = time.monotonic()

    with pytest.raises(PublishFailed, match="no connection") as caught:
        publisher.publish(_messages(3))
    publisher.close()

    assert caught.value.unconfirmed == ("m-0", "m-1", "m-2")
    assert time.monotonic() - began < 5


def test_a_broker_that_goes_away_in_the_middle_fails_the_batch_and_is_found_again(
    rabbitmq: Broker, amqp_url: str
) -> None:
    _listen(amqp_url)
    publisher = Publisher(amqp_url, window=100)
    publisher.publish(_messages(1))
    killer = threading.Timer(0.15, rabbitmq.stop)
    confirmed: set[str] = set()

    def publish_on_and_on() -> None:
        for turn in range(1000):
            publisher.publish(_messages(1000, f"t{turn}"))
            confirmed.update(f"t{turn}-{number}" for number in range(1000))

    killer.start()
    with pytest.raises(PublishFailed) as caught:
        publish_on_and_on()
    killer.join()
    rabbitmq.start()
    publisher.publish(_messages(2), timeout=60)
    publisher.close()

    failed = caught.value.unconfirmed
    assert 0 < len(failed) <= 1000
    turn = failed[0].split("-")[0]
    confirmed.update({f"{turn}-{number}" for number in range(1000)} - set(failed))
    assert confirmed <= {name for name, _, _ in _all_from(amqp_url)}


def test_an_alarm_fails_the_batch_in_time(rabbitmq: Broker, amqp_url: str) -> None:
    publisher = Publisher(f"{amqp_url}?blocked_connection_timeout=30")
    publisher.publish(_messages(1))
    rabbitmq.ctl("set_vm_memory_high_watermark", "0.000001")
    try:
        began = time.monotonic()
        with pytest.raises(PublishFailed, match="alarm") as caught:
            publisher.publish(_messages(5), timeout=2)
        assert 1.5 < time.monotonic() - began < 5
        assert len(caught.value.unconfirmed) == 5
    finally:
        rabbitmq.ctl("set_vm_memory_high_watermark", "0.4")

    publisher.publish(_messages(5), timeout=30)
    publisher.close()


def test_an_alarm_that_lasts_ends_the_connection(rabbitmq: Broker, amqp_url: str) -> None:
    publisher = Publisher(f"{amqp_url}?blocked_connection_timeout=1")
    publisher.publish(_messages(1))
    rabbitmq.ctl("set_vm_memory_high_watermark", "0.000001")
    try:
        with pytest.raises(PublishFailed, match="connection lost"):
            publisher.publish(_messages(5), timeout=20)
    finally:
        rabbitmq.ctl("set_vm_memory_high_watermark", "0.4")
    publisher.close()


def test_a_refused_message_is_named(rabbitmq: Broker, amqp_url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    channel = connection.channel()
    channel.exchange_declare("amicable.events", "topic", durable=True)
    channel.queue_declare("full", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    channel.queue_bind("full", "amicable.events", "full")
    connection.close()
    publisher = Publisher(amqp_url)

    messages = [Message("full", f"f-{n}", b"x") for n in range(20)] + _messages(2)
    with pytest.raises(PublishFailed, match="refused") as caught:
        publisher.publish(messages)

    taken = waiting_in(amqp_url, "full")
    assert len(caught.value.unconfirmed) == 20 - taken
    publisher.publish(_messages(2))
    publisher.close()
    with pytest.raises(PublishFailed, match="closed"):
        publisher.publish(_messages(1))


def test_an_exchange_of_another_kind_is_taken_as_it_is(amqp_url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    connection.channel().exchange_declare("amicable.events", "fanout", durable=True)
    connection.close()

    publisher = Publisher(amqp_url)
    publisher.publish(_messages(3))
    publisher.close()


def test_entries_of_the_journal_can_be_published(amqp_url: str) -> None:
    _listen(amqp_url)
    entry = {"id": "j-1", "at": datetime(2026, 1, 1, tzinfo=UTC), "kind": "message.queued", "by": "system"}
    publisher = Publisher(amqp_url)
    publisher.publish([Message("amicable.message.queued", "j-1", encode_entry(entry))])
    publisher.close()

    assert _all_from(amqp_url)[0][:2] == ("j-1", encode_entry(entry))
