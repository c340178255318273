"""How we reach RabbitMQ: one or several hosts, timeouts that end, and pauses between attempts."""

from __future__ import annotations

import random
from urllib.parse import parse_qsl, urlsplit

import pika
from pika.exceptions import AMQPError

HEARTBEAT = 30
"""Seconds; a silent peer is given up after two of them."""
BLOCKED_TIMEOUT = 20
"""Seconds that a broker in alarm may hold a connection that publishes. pika's default is for ever."""
SOCKET_TIMEOUT = 10
"""Seconds for one host to take the connection."""

CONNECTION_ERRORS: tuple[type[Exception], ...] = (AMQPError, OSError, AssertionError)
"""What pika raises when a connection can't be made or is lost; the last are its own checks on one half closed."""


class BrokerUrlError(ValueError):
    """A broker's URL that can't be used. The text does not show it: it may hold a password."""


def parameters(urls: str, name: str) -> list[pika.URLParameters]:
    """Connection parameters for each of the comma-separated URLs, in an order of chance.

    What a URL's query sets (`?heartbeat=10`) wins over our timeouts. `name` is what operators see in the broker's
    list of connections. Raises `BrokerUrlError`.
    """
    found = []
    for url in (part.strip() for part in urls.split(",")):
        if not url:
            continue
        given: set[str] = set()
        try:
            given = {key for key, _ in parse_qsl(urlsplit(url).query)}
            one = pika.URLParameters(url)
        except Exception:  # pika has no error of its own for this
            one = None
        if one is None or not url.startswith(("amqp://", "amqps://")):
            raise BrokerUrlError(
                "the broker's URL must look like amqp://user:password@host:5672/vhost"
            ) from None
        ours = {
            "heartbeat": HEARTBEAT,
            "blocked_connection_timeout": BLOCKED_TIMEOUT,
            "socket_timeout": SOCKET_TIMEOUT,
            "stack_timeout": SOCKET_TIMEOUT + 5,
            "connection_attempts": 1,
            "retry_delay": 0,
        }
        for key, value in ours.items():
            if key not in given:
                setattr(one, key, value)
        one.client_properties = {"connection_name": name, "product": "amicable"}
        found.append(one)
    if not found:
        raise BrokerUrlError("no broker's URL is given")
    # Not all consumers on the first host of the list.
    random.shuffle(found)
    return found


def hosts(found: list[pika.URLParameters]) -> str:
    """The hosts by name, without credentials: for logs."""
    return ", ".join(f"{one.host}:{one.port}" for one in found)


def brief(error: BaseException) -> str:
    """An error in one line: pika's own are often without text, or wrapped."""
    text = str(error).strip() or repr(error)
    return f"{type(error).__name__}: {text}"[:300]


class Backoff:
    """Pauses that double from `first` to `most` seconds, each shortened by chance: clients don't come in step."""

    def __init__(self, first: float = 0.5, most: float = 30.0) -> None:
        self._first = first
        self._most = most
        self._next = first

    def pause(self) -> float:
        """Seconds to wait now: between half of the step and all of it, never less than `first`."""
        step, self._next = self._next, min(self._next * 2, self._most)
        return max(self._first, step * random.uniform(0.5, 1.0))  # noqa: S311  # not a secret

    def reset(self) -> None:
        """It went well: begin again with the shortest pause."""
        self._next = self._first
