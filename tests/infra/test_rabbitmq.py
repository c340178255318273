"""The private RabbitMQ: durable messages outlive it, virtual hosts don't meet, nothing else is promised."""

from __future__ import annotations

import time
from collections.abc import Callable

import pika
import pytest

from tests.infra.rabbitmq import Broker


def connect(url: str) -> pika.BlockingConnection:
    return pika.BlockingConnection(pika.URLParameters(url))


WRITTEN = 4
"""Seconds after which the node has surely written down that there is a queue: it gathers its log for two. A message in
a queue that has long been there needs no such time."""


def publish(url: str, body: bytes) -> None:
    with connect(url) as connection:
        channel = connection.channel()
        channel.queue_declare("kept", durable=True)
        channel.confirm_delivery()
        channel.basic_publish("", "kept", body, pika.BasicProperties(delivery_mode=2))


def take(url: str) -> bytes | None:
    with connect(url) as connection:
        body: bytes | None = connection.channel().basic_get("kept", auto_ack=True)[2]
        return body


@pytest.mark.parametrize("ended", [Broker.stop, Broker.kill])
def test_a_confirmed_durable_message_outlives_the_node(
    rabbitmq: Broker, amqp_url: str, ended: Callable[[Broker], None]
) -> None:
    publish(amqp_url, b"remember me")
    time.sleep(WRITTEN)

    ended(rabbitmq)
    assert not rabbitmq.running
    rabbitmq.start()

    assert take(amqp_url) == b"remember me"


def test_a_test_may_leave_the_node_down(rabbitmq: Broker) -> None:
    rabbitmq.kill()


def test_the_next_one_finds_it_up(rabbitmq: Broker, amqp_url: str) -> None:
    assert rabbitmq.running
    publish(amqp_url, b"here")


def test_virtual_hosts_do_not_meet(rabbitmq: Broker, amqp_url: str) -> None:
    other = rabbitmq.new_vhost()
    publish(amqp_url, b"mine")
    publish(other, b"yours")

    assert other != amqp_url
    assert take(other) == b"yours"
    assert take(other) is None
    assert take(amqp_url) == b"mine"


def test_virtual_hosts_do_not_run_out(rabbitmq: Broker) -> None:
    assert len({rabbitmq.new_vhost() for _ in range(30)}) == 30


def test_it_can_be_asked(rabbitmq: Broker) -> None:
    assert "guest" in rabbitmq.ctl("list_users")
    with pytest.raises(RuntimeError, match="no_such_command"):
        rabbitmq.ctl("no_such_command")
