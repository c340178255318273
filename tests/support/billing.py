"""A billing system, and somebody who listens: plain AMQP, with nothing of the product's own code."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pika
from pika.exceptions import AMQPError, UnroutableError

logging.getLogger("pika").setLevel(logging.CRITICAL)  # a broker that is away is what some tests are about
STRUCTURED = "application/cloudevents+json"


class Billing:
    """Publishes CloudEvents with confirms and repeats what was not confirmed, for as long as it takes."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None
        self._channel: Any = None

    def publish(self, event: Mapping[str, Any], *, binary: bool = False) -> None:
        """Come back when the broker has it."""
        content_type, headers, body = _structured(event) if not binary else _binary(event)
        properties = pika.BasicProperties(content_type=content_type, headers=headers, delivery_mode=2)
        end = time.monotonic() + 60
        while True:
            try:
                self._open().basic_publish("billing", event["type"], body, properties, mandatory=True)
                return
            except (AMQPError, OSError, UnroutableError):
                if time.monotonic() > end:
                    raise
                self.close()
                time.sleep(0.2)

    def close(self) -> None:
        with suppress(Exception):
            self._connection.close()
        self._connection = self._channel = None

    def _open(self) -> Any:
        if self._channel is None:
            self._connection = pika.BlockingConnection(pika.URLParameters(self._url))
            self._channel = self._connection.channel()
            self._channel.exchange_declare("billing", "topic", durable=True)
            self._channel.confirm_delivery()
        return self._channel


class Listener:
    """A subscriber to everything that comes out."""

    QUEUE = "listener"

    def __init__(self, url: str) -> None:
        self._url = url
        self.heard: list[dict[str, Any]] = []
        connection = pika.BlockingConnection(pika.URLParameters(url))
        channel = connection.channel()
        channel.exchange_declare("amicable.events", "topic", durable=True)
        channel.queue_declare(self.QUEUE, durable=True)
        channel.queue_bind(self.QUEUE, "amicable.events", "#")
        connection.close()

    def listen(self) -> None:
        """Take all that waits now."""
        connection = pika.BlockingConnection(pika.URLParameters(self._url))
        channel = connection.channel()
        while True:
            method, properties, body = channel.basic_get(self.QUEUE, auto_ack=True)
            if method is None:
                break
            assert body is not None
            assert properties is not None
            event = json.loads(body)
            assert properties.content_type == STRUCTURED
            assert event["type"] == method.routing_key
            self.heard.append(event)
        connection.close()


def _structured(event: Mapping[str, Any]) -> tuple[str, dict[str, Any], bytes]:
    return STRUCTURED, {}, json.dumps(event).encode()


def _binary(event: Mapping[str, Any]) -> tuple[str, dict[str, Any], bytes]:
    attributes = {name: value for name, value in event.items() if name not in ("data", "datacontenttype")}
    headers = {f"cloudEvents:{name}": value for name, value in attributes.items()}
    return "application/json", headers, json.dumps(event["data"]).encode()
