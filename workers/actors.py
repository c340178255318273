"""The actors: short functions that a wake-up starts. All work and all truth is in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog
from dramatiq import Actor, Broker, Message
from dramatiq.errors import BrokerConnectionError

from ledger.wake import Wake
from reminders.snapshot import Channel
from workers.decide import decide_clients
from workers.office import Office
from workers.send import send_messages
from workers.settle import settle_receipts

log = structlog.get_logger(__name__)

PREFIX = "amicable."
DECIDE, SETTLE = "decide", "settle"
SENDABLE = tuple(Channel)
LANES = (DECIDE, *(f"send.{channel.value}" for channel in SENDABLE), SETTLE)
"""The queues: one for each kind of work, and a lane per channel, so that a slow provider holds up only its own."""
IDS = 100
"""Ids in one wake-up: twenty-five times the rows per second of one id each (measured)."""


class QueueWake(Wake):
    """Wakes through the broker. A broker that is away is not an error: the scheduler comes by."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def decide(self, client_ids: Sequence[str]) -> None:
        """Wake the decider."""
        self._wake(DECIDE, client_ids)

    def send(self, channel: Channel, message_ids: Sequence[str]) -> None:
        """Wake the channel's sender."""
        self._wake(f"send.{channel.value}", message_ids)

    def settle(self, receipt_ids: Sequence[str]) -> None:
        """Wake the settler."""
        self._wake(SETTLE, receipt_ids)

    def _wake(self, lane: str, ids: Sequence[str]) -> None:
        try:
            for part in _parts(ids):
                self._broker.enqueue(wake_up(lane, part))
        except BrokerConnectionError as error:
            log.warning("wake_lost", lane=lane, ids=len(ids), error=str(error))


def wake_up(lane: str, ids: Sequence[str]) -> Message[Any]:
    """The message that wakes a lane for these ids."""
    return Message(
        queue_name=PREFIX + lane, actor_name=PREFIX + lane, args=(list(ids),), kwargs={}, options={}
    )


def declare(broker: Broker, office: Office | None) -> None:
    """Declare every lane and, with an office, the actors that work on it. Without one, only wake-ups can be sent."""
    for lane in LANES:
        broker.declare_queue(PREFIX + lane)
    if office is None:
        return
    _actor(broker, DECIDE, lambda ids: decide_clients(office, ids))
    _actor(broker, SETTLE, lambda ids: settle_receipts(office, ids))
    for channel in SENDABLE:
        _actor(broker, f"send.{channel.value}", _sender(office, channel))


def _sender(office: Office, channel: Channel) -> Callable[[list[str]], None]:
    return lambda ids: send_messages(office, channel, ids)


def _actor(broker: Broker, lane: str, work: Callable[[list[str]], None]) -> None:
    Actor(work, broker=broker, actor_name=PREFIX + lane, queue_name=PREFIX + lane, priority=0, options={})


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), IDS):
        yield ids[start : start + IDS]
