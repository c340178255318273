"""What the doctor reaches out to: the broker, and the providers or the sandbox that stands in for them.

Timeouts are short, and no request is made that carries a key: a live provider is only called on and hung up.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import pika
from pika.adapters.blocking_connection import BlockingConnection
from pika.exceptions import ChannelClosedByBroker

from channels.smtp_mail import PORTS
from config.settings import SENDGRID_HOSTS, TWILIO_HOSTS, SmtpSettings
from events.connection import CONNECTION_ERRORS, BrokerUrlError, brief, hosts, parameters
from events.topology import Topology
from workers.actors import LANES, PREFIX
from workers.cli.checks import Check, Mark
from workers.cli.compose import House

TIMEOUT = 3.0
"""Seconds for anybody to answer."""


def broker(house: House) -> Iterator[Check]:
    """Whether RabbitMQ answers, has the queues, and holds nothing that was given up."""
    if house.amqp_url is None:
        yield Check("broker", Mark.OK, "none is set: the queue lives in the process")
        return
    try:
        ways = parameters(house.amqp_url, "amicable doctor")
    except BrokerUrlError as error:
        yield Check("broker", Mark.FAIL, f"AMICABLE_AMQP_URL: {error}")
        return
    try:
        connection = _connect(ways)
    except CONNECTION_ERRORS as error:
        # A refused login may be quoted by the broker; the kind of the error says enough.
        text = f"AMICABLE_AMQP_URL: {hosts(ways)} can't be reached ({type(error).__name__})"
        yield Check("broker", Mark.FAIL, text)
        return
    try:
        yield Check("broker", Mark.OK, f"{hosts(ways)} answers")
        yield from _queues(connection, house)
    except CONNECTION_ERRORS as error:
        yield Check("queues", Mark.FAIL, f"the broker's connection was lost ({brief(error)})")
    finally:
        if connection.is_open:
            connection.close()


def _connect(ways: list[pika.URLParameters]) -> BlockingConnection:
    for way in ways:
        way.socket_timeout = way.stack_timeout = TIMEOUT
    return BlockingConnection(ways)


def _queues(connection: BlockingConnection, house: House) -> Iterator[Check]:
    settings = house.settings
    topology = Topology(settings.intake_exchange, settings.intake_queue)
    # Before the first start they can't be there: worth a word, and no failure.
    wanted = [(topology.queue, "intake"), (topology.dead, "intake")]
    wanted += [(PREFIX + lane, "work") for lane in LANES]
    depths: dict[str, int] = {}
    for name, role in wanted:
        depth = _depth(connection, name)
        if depth is None:
            text = f"{name} is not there; `amicable {role}` makes it when it starts"
            yield Check("queues", Mark.WARN, text)
        else:
            depths[name] = depth
    if len(depths) == len(wanted):
        yield Check(
            "queues",
            Mark.OK,
            f"{len(wanted)} are there; {depths[topology.queue]} events wait in {topology.queue}",
        )
    dead = depths.get(topology.dead)
    if dead:
        text = f"{dead} events were given up and lie in {topology.dead}; see why, then move them back"
        yield Check("dead queue", Mark.FAIL, text)
    elif dead == 0:
        yield Check("dead queue", Mark.OK, "empty")


def _depth(connection: BlockingConnection, queue: str) -> int | None:
    """How many messages wait in a queue; None for one that is not there. A look makes nothing."""
    channel = connection.channel()
    try:
        count: int = channel.queue_declare(queue, passive=True).method.message_count
    except ChannelClosedByBroker:
        return None
    channel.close()
    return count


def providers(house: House) -> Iterator[Check]:
    """Whether the hosts that messages go to take a connection."""
    settings = house.settings
    live = settings.sending == "live"
    yield from _mail_server(settings.smtp)
    for name, url, real in (
        ("SendGrid", settings.sendgrid.base_url, SENDGRID_HOSTS[0]),
        ("Twilio", settings.twilio.base_url, TWILIO_HOSTS[0]),
    ):
        if name == "SendGrid" and live and not settings.sendgrid.api_key:
            continue  # mails go by SMTP alone
        target = url or (real if live else house.sandbox_url)
        refused = _call_on(target)
        where = urlsplit(target).netloc.rpartition("@")[2]
        if refused is None:
            yield Check(name, Mark.OK, f"{where} answers")
        elif not live and url is None:
            yield Check(
                name, Mark.WARN, f"the sandbox at {where} does not run; `amicable serve` brings its own"
            )
        else:
            variable = f"AMICABLE_{name.upper()}__BASE_URL: " if url else ""
            yield Check(name, Mark.FAIL, f"{variable}{where} can't be reached ({refused})")


def _mail_server(smtp: SmtpSettings) -> Iterator[Check]:
    """Whether the mail server takes a connection, where there is one."""
    if smtp.host is None:
        return
    port = smtp.port or PORTS[smtp.security]
    scheme = "https" if smtp.security == "tls" else "smtp"  # TLS is asked from the first byte, as https is
    refused = _call_on(f"{scheme}://{_in_url(smtp.host)}:{port}")
    if refused is None:
        yield Check("SMTP", Mark.OK, f"{smtp.host}:{port} answers")
    else:
        yield Check(
            "SMTP", Mark.FAIL, f"AMICABLE_SMTP__HOST: {smtp.host}:{port} can't be reached ({refused})"
        )


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _call_on(url: str) -> str | None:
    """None if the host takes a connection (and, for https, shows a good certificate); else why not."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((host, port), timeout=TIMEOUT) as raw:
            if parts.scheme == "https":
                with ssl.create_default_context().wrap_socket(raw, server_hostname=host):
                    pass
    except (OSError, ValueError) as error:
        return f"{type(error).__name__}"
    return None
