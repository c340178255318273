"""The exchanges and queues that intake needs, on RabbitMQ 3.10 and newer.

    billing (topic) --> amicable.intake (quorum) --given up--> amicable.intake.dead (fanout) --> amicable.intake.dead

Operators may have made them before us, with arguments of their own: what exists is taken as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker

BINDINGS = (
    "invoice.#",
    "payment.#",
    "credit_note.#",
    "client.#",
    "dispute.#",
    "promise.#",
    "plan.#",
    "ledger.#",
)
"""Routing keys, which are event types, that intake wants."""

DELIVERY_LIMIT = 1000
"""Deliveries after which the broker gives a message up. High: every restart and lost connection counts as one for all
that was prefetched. Left out, RabbitMQ 4 takes 20."""

_DIFFERENT = 406
_FORBIDDEN = 403

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Topology:
    """Names of what intake reads from. With `declare` false nothing is made, only looked for."""

    exchange: str = "billing"
    queue: str = "amicable.intake"
    bindings: tuple[str, ...] = BINDINGS
    declare: bool = True

    @property
    def dead(self) -> str:
        """Name of the exchange and the queue of what was given up."""
        return f"{self.queue}.dead"

    @property
    def arguments(self) -> dict[str, object]:
        """Arguments of the intake queue. No length limit: the ledger's speed is no reason to refuse an event."""
        return {
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": self.dead,
            "x-dead-letter-strategy": "at-least-once",  # needs the overflow below
            "x-overflow": "reject-publish",
        }


def declare(connection: BlockingConnection, topology: Topology) -> None:
    """Make what is missing; take what exists.

    Raises pika's `ChannelClosedByBroker` (404) where the queue does not exist and may not be made.
    """
    queue, dead = topology.queue, topology.dead
    if topology.declare:
        _exchange(connection, topology.exchange, "topic")
        _exchange(connection, dead, "fanout")
        _queue(connection, dead, {"x-queue-type": "quorum"})
        _queue(connection, queue, topology.arguments)
        _bind(connection, dead, dead, "")
        for key in topology.bindings:
            _bind(connection, queue, topology.exchange, key)
    else:
        channel = connection.channel()
        channel.queue_declare(queue, passive=True)
        channel.close()


def _exchange(connection: BlockingConnection, name: str, kind: str) -> None:
    if not _try(
        connection, f"exchange {name}", lambda channel: channel.exchange_declare(name, kind, durable=True)
    ):
        _passively(connection, lambda channel: channel.exchange_declare(name, passive=True))


def _queue(connection: BlockingConnection, name: str, arguments: Mapping[str, object]) -> None:
    if not _try(
        connection,
        f"queue {name}",
        lambda channel: channel.queue_declare(name, durable=True, arguments=dict(arguments)),
    ):
        _passively(connection, lambda channel: channel.queue_declare(name, passive=True))


def _bind(connection: BlockingConnection, queue: str, exchange: str, key: str) -> None:
    _try(
        connection,
        f"binding {key or '(all)'} of {queue}",
        lambda channel: channel.queue_bind(queue, exchange, key),
    )


def _passively(connection: BlockingConnection, look: Callable[[BlockingChannel], object]) -> None:
    channel = connection.channel()
    look(channel)
    channel.close()


_warned: set[str] = set()


def _try(connection: BlockingConnection, what: str, act: Callable[[BlockingChannel], object]) -> bool:
    """Whether it could be made. A channel of its own: the broker closes the one that asks for what can't be."""
    channel = connection.channel()
    try:
        act(channel)
    except ChannelClosedByBroker as error:
        if error.reply_code not in (_DIFFERENT, _FORBIDDEN):
            raise
        if what not in _warned:
            _warned.add(what)
            log.warning("taken as the broker has it", what=what, answer=error.reply_text[:200])
        return False
    channel.close()
    return True
