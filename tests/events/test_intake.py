from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pika
import pytest

from events.connection import BrokerUrlError, parameters
from events.contracts import ParkReason, Read, SinkUnavailable, Unreadable
from events.intake import Intake
from tests.events.broker import Recorder, invoice_event, publish, running, until, waiting_in
from tests.infra.rabbitmq import Broker


def _ids(first: int, end: int) -> list[str]:
    return [f"e-{number}" for number in range(first, end)]


def _events(first: int, end: int) -> list[bytes]:
    return [invoice_event(number) for number in range(first, end)]


def test_events_arrive_once_and_in_order_in_batches(amqp_url: str) -> None:
    sink = Recorder()
    intake = Intake(amqp_url, sink, batch=50)

    with running(intake):
        publish(amqp_url, _events(0, 500))
        until(lambda: len(sink.ids) >= 500)

    assert sink.ids == _ids(0, 500)
    assert max(len(batch) for batch in sink.batches) == 50
    assert waiting_in(amqp_url) == 0
    assert intake.stats.events == 500
    assert intake.stats.batches == len(sink.batches)
    assert intake.stats.seconds > 0


def test_nothing_is_acknowledged_before_the_sink_has_returned(amqp_url: str) -> None:
    hold, inside = threading.Event(), threading.Event()
    sink = Recorder()

    def stuck(reads: list[Read]) -> None:
        inside.set()
        hold.wait(30)

    sink.fault = stuck
    with running(Intake(amqp_url, sink, drain=0.2)) as stop:
        publish(amqp_url, _events(0, 30))
        assert inside.wait(10)
        # A sink that does not come back does not hold up the end, and what it was given is not lost.
        stop()
    until(lambda: waiting_in(amqp_url) == 30)
    hold.set()


def _more_than(file: Path, lines: int) -> bool:
    return len(file.read_text().split()) > lines


_CHILD = """
import sys
from events.intake import Intake
stored = open(sys.argv[2], "a")
def sink(reads):
    for read in reads:
        stored.write(read.cloudevent.id + "\\n")
        stored.flush()
Intake(sys.argv[1], sink, batch=20).run()
"""


def test_a_process_killed_at_any_moment_loses_nothing(amqp_url: str, tmp_path: Path) -> None:
    stored = tmp_path / "stored"
    stored.touch()
    with running(Intake(amqp_url, Recorder())):
        pass  # makes the queues
    publish(amqp_url, _events(0, 3000))

    for share in (300, 1000, 1800):
        child = subprocess.Popen([sys.executable, "-c", _CHILD, amqp_url, str(stored)])
        until(partial(_more_than, stored, share))
        child.send_signal(signal.SIGKILL)
        child.wait()
    sink = Recorder()
    with running(Intake(amqp_url, sink)):
        until(lambda: set(stored.read_text().split()) | set(sink.ids) == set(_ids(0, 3000)))

    assert waiting_in(amqp_url) == 0


def test_a_connection_closed_in_the_middle_of_a_batch_loses_nothing_and_acknowledges_nothing_else(
    rabbitmq: Broker, amqp_url: str
) -> None:
    hold, inside = threading.Event(), threading.Event()
    sink = Recorder()

    def slow_once(reads: list[Read]) -> None:
        if not inside.is_set():
            inside.set()
            hold.wait(30)

    sink.fault = slow_once
    intake = Intake(amqp_url, sink, batch=10)
    with running(intake):
        publish(amqp_url, _events(0, 35))
        assert inside.wait(10)

        rabbitmq.ctl("close_all_connections", "--global", "test")
        # On the new connection the tag that the old batch ends with is another message, and it must stay unstored.
        until(lambda: intake.stats.connects == 2)
        sink.fault = lambda reads: (_ for _ in ()).throw(SinkUnavailable("not now"))
        hold.set()
        until(lambda: intake.stats.outages >= 1)
    assert sink.ids[:10] == _ids(0, 10)
    until(lambda: waiting_in(amqp_url) == 35)

    again = Recorder()
    with running(Intake(amqp_url, again)):
        until(lambda: len(again.ids) == 35)
    assert sorted(again.ids) == sorted(_ids(0, 35))


def test_a_deleted_queue_is_made_again(amqp_url: str) -> None:
    sink = Recorder()
    intake = Intake(amqp_url, sink)

    with running(intake):
        connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
        connection.channel().queue_delete("amicable.intake")
        connection.close()
        until(lambda: intake.stats.connects == 2)
        publish(amqp_url, _events(0, 10))
        until(lambda: len(sink.ids) == 10)


def test_a_sink_out_for_longer_than_heartbeats_keeps_its_connection_and_its_batch(amqp_url: str) -> None:
    out_until = time.monotonic() + 5
    sink = Recorder()

    def outage(reads: list[Read]) -> None:
        if time.monotonic() < out_until:
            raise SinkUnavailable("database is away")

    sink.fault = outage
    intake = Intake(f"{amqp_url}?heartbeat=2", sink, batch=20)
    with running(intake):
        publish(amqp_url, _events(0, 50))
        until(lambda: len(sink.ids) == 50)

    assert sink.ids == _ids(0, 50)
    assert intake.stats.connects == 1
    assert intake.stats.outages > 1
    assert intake.stats.parked == 0


def test_a_long_batch_does_not_stop_heartbeats(amqp_url: str) -> None:
    sink = Recorder()
    sink.fault = lambda reads: time.sleep(5)
    intake = Intake(f"{amqp_url}?heartbeat=2", sink)

    with running(intake):
        publish(amqp_url, _events(0, 5))
        until(lambda: len(sink.ids) == 5)

    assert intake.stats.connects == 1
    assert waiting_in(amqp_url) == 0


def test_the_event_that_the_sink_refuses_stands_alone(amqp_url: str) -> None:
    sink = Recorder()

    def no_seventeen(reads: list[Read]) -> None:
        if any(not isinstance(read, Unreadable) and read.cloudevent.id == "e-17" for read in reads):
            raise KeyError("what is this")

    sink.fault = no_seventeen
    intake = Intake(amqp_url, sink, batch=64)
    with running(intake):
        publish(amqp_url, _events(0, 100))
        until(lambda: len(sink.reads) == 100)

    assert sink.ids == [name for name in _ids(0, 100) if name != "e-17"]
    (parked,) = sink.parked
    assert (parked.reason, parked.event_id, parked.source) == (ParkReason.REFUSED, "e-17", "/billing")
    assert parked.raw == invoice_event(17)
    assert (intake.stats.events, intake.stats.parked) == (99, 1)
    assert waiting_in(amqp_url) == 0


def test_unreadable_events_come_to_the_sink_in_their_place(amqp_url: str) -> None:
    sink = Recorder()
    intake = Intake(amqp_url, sink)

    with running(intake):
        publish(amqp_url, [invoice_event(0), b"{", invoice_event(1, total=12.5), invoice_event(2)])
        until(lambda: len(sink.reads) == 4)

    assert sink.ids == ["e-0", "e-2"]
    assert [one.reason for one in sink.parked] == [ParkReason.NOT_JSON, ParkReason.BAD_DATA]
    assert (intake.stats.events, intake.stats.parked) == (2, 2)


def test_parking_may_be_somebody_elses_work(amqp_url: str) -> None:
    parked: list[Unreadable] = []
    sink = Recorder()
    sink.fault = lambda reads: (_ for _ in ()).throw(ValueError("no"))

    with running(Intake(amqp_url, sink, park=parked.append)):
        publish(amqp_url, _events(0, 3))
        until(lambda: len(parked) == 3)

    assert [one.event_id for one in parked] == _ids(0, 3)


def test_what_can_not_even_be_parked_lies_in_the_dead_queue(
    amqp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("events.storing.PARK_ATTEMPTS", 2)
    sink = Recorder()

    def never_three(reads: list[Read]) -> None:
        if any(
            (read.event_id if isinstance(read, Unreadable) else read.cloudevent.id) == "e-3" for read in reads
        ):
            raise ValueError("never")

    sink.fault = never_three
    intake = Intake(amqp_url, sink)
    with running(intake):
        publish(amqp_url, _events(0, 4))
        until(lambda: intake.stats.dead == 1)
        until(lambda: waiting_in(amqp_url, "amicable.intake.dead") == 1)
        publish(amqp_url, _events(4, 6))
        until(lambda: sink.ids == ["e-0", "e-1", "e-2", "e-4", "e-5"])

    assert waiting_in(amqp_url) == 0
    assert intake.stats.connects == 1


def test_a_graceful_stop_ends_what_is_in_hand_and_gives_back_the_rest(amqp_url: str) -> None:
    inside = threading.Event()
    sink = Recorder()

    def slow(reads: list[Read]) -> None:
        inside.set()
        time.sleep(0.3)

    sink.fault = slow
    with running(Intake(amqp_url, sink, batch=10)) as stop:
        publish(amqp_url, _events(0, 200))
        assert inside.wait(10)
        stop()

    assert 0 < len(sink.ids) < 200
    assert sink.ids == _ids(0, len(sink.ids))
    until(lambda: waiting_in(amqp_url) == 200 - len(sink.ids))


def test_a_stop_during_an_outage_of_the_sink_does_not_wait_for_it(amqp_url: str) -> None:
    sink = Recorder()
    sink.fault = lambda reads: (_ for _ in ()).throw(SinkUnavailable("away"))
    intake = Intake(amqp_url, sink)

    with running(intake) as stop:
        publish(amqp_url, _events(0, 10))
        until(lambda: intake.stats.outages > 0)
        began = time.monotonic()
        stop()
        assert time.monotonic() - began < 5

    until(lambda: waiting_in(amqp_url) == 10)


@pytest.mark.parametrize("crash", [False, True])
def test_intake_outlives_a_restart_of_the_broker(rabbitmq: Broker, amqp_url: str, crash: bool) -> None:
    sink = Recorder()
    intake = Intake(amqp_url, sink)

    with running(intake):
        publish(amqp_url, _events(0, 20))
        until(lambda: len(sink.ids) == 20)
        if crash:
            rabbitmq.kill()
        else:
            rabbitmq.stop()
        until(lambda: not intake.stats.connected)
        rabbitmq.start()
        if crash:
            # RabbitMQ 3.10 on one node often leaves a quorum queue without a leader after a crash; this is the remedy.
            rabbitmq.ctl(
                "eval",
                "[ra:trigger_election(amqqueue:get_pid(Q))"
                " || Q <- rabbit_amqqueue:list(), is_tuple(amqqueue:get_pid(Q))].",
            )
        until(lambda: intake.stats.connected, 60)
        publish(amqp_url, _events(20, 40))
        until(lambda: set(sink.ids) == set(_ids(0, 40)))


def test_intake_waits_for_a_broker_that_is_not_there_yet(rabbitmq: Broker, amqp_url: str) -> None:
    sink = Recorder()
    nowhere = "amqp://guest:guest@127.0.0.1:1/"

    with running(Intake(f"{nowhere},{amqp_url}", sink)):
        publish(amqp_url, _events(0, 5))
        until(lambda: len(sink.ids) == 5)

    with running(Intake(nowhere, sink), connected=False) as stop:
        time.sleep(0.5)
        stop()


def test_queues_that_operators_made_are_taken_as_they_are(amqp_url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
    channel = connection.channel()
    channel.exchange_declare("billing", "topic", durable=True, auto_delete=False, arguments={"x-theirs": 1})
    channel.queue_declare("amicable.intake", durable=True)
    connection.close()
    sink = Recorder()

    with running(Intake(amqp_url, sink)):
        publish(amqp_url, _events(0, 5))
        until(lambda: len(sink.ids) == 5)


def test_nothing_is_declared_where_operators_do_that(amqp_url: str) -> None:
    sink = Recorder()
    intake = Intake(amqp_url, sink, declare=False)

    with running(intake, connected=False):
        time.sleep(1)
        assert not intake.stats.connected
        connection = pika.BlockingConnection(pika.URLParameters(amqp_url))
        channel = connection.channel()
        channel.exchange_declare("billing", "topic", durable=True)
        channel.queue_declare("amicable.intake", durable=True)
        channel.queue_bind("amicable.intake", "billing", "invoice.#")
        connection.close()
        until(lambda: intake.stats.connected)
        publish(amqp_url, _events(0, 5))
        until(lambda: len(sink.ids) == 5)


@pytest.mark.parametrize(
    ("key", "type_"),
    [
        ("client.updated", "client.updated"),
        ("payment.received.eu", "payment.received"),
        ("ledger.synced", "x"),
    ],
)
def test_the_bindings_let_through_what_we_read(amqp_url: str, key: str, type_: str) -> None:
    sink = Recorder()
    body = json.loads(invoice_event(1)) | {"type": type_}

    with running(Intake(amqp_url, sink)):
        publish(amqp_url, [json.dumps(body).encode()], key="order.shipped")
        publish(amqp_url, [json.dumps(body).encode()], key=key)
        until(lambda: sink.reads)

    assert len(sink.reads) == 1


@pytest.mark.parametrize("url", ["", "http://host/", "amqp://u:secret@h:port/", "nonsense,amqp://h"])
def test_a_wrong_url_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(BrokerUrlError) as caught:
        parameters(url, "test")
    assert "secret" not in str(caught.value)
    assert "nonsense" not in str(caught.value)
