"""The roles: one process each in production, all in one on the embedded default."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from typing import Annotated, Any

import structlog
import typer

from channels.sandbox import create_sandbox
from config.settings import SettingsError
from events.intake import Intake
from ledger import about
from workers.actors import LANES
from workers.cli.compose import House
from workers.cli.context import CommandFailed, Context
from workers.cli.running import server, threads, until_told, workers
from workers.cli.web import web_app
from workers.intake import Applier

log = structlog.get_logger(__name__)

Host = Annotated[str, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on.")]
WEB_PORT, SANDBOX_PORT = 8080, 8026


def register(app: typer.Typer) -> None:
    """Add the roles to the command line."""
    for command in (serve, intake, work, schedule, web, sandbox):
        app.command()(command)


def intake(context: typer.Context) -> None:
    """Take events from RabbitMQ into the ledger."""
    house = _house(context)
    running = Intake(
        _broker_url(house),
        Applier(house.ledger, house.clock, house.wake),
        exchange=house.settings.intake_exchange,
        queue_name=house.settings.intake_queue,
        batch=house.settings.intake_batch,
        linger=house.settings.intake_linger_ms / 1000,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.stop())
    log.info("role_started", role="intake", queue=house.settings.intake_queue)
    running.run()
    log.info("role_stopped", role="intake")


def work(
    context: typer.Context,
    queues: Annotated[str, typer.Option("--queues", help=f"Which of: {', '.join(LANES)}.")] = ",".join(LANES),
    threads: Annotated[int, typer.Option("--threads", min=1, max=64, help="Threads in each process.")] = 4,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64, help="Processes.")] = 1,
) -> None:
    """Decide, send and settle: the actors."""
    lanes = tuple(dict.fromkeys(name.strip() for name in queues.split(",") if name.strip()))
    unknown = [name for name in lanes if name not in LANES]
    if unknown or not lanes:
        raise typer.BadParameter(f"{', '.join(unknown) or 'nothing'}: the queues are {', '.join(LANES)}")
    house = _house(context)
    _broker_url(house)
    if processes > 1:
        data = ["--data", str(house.settings.data_dir)]
        _several([*data, "work", "--queues", ",".join(lanes), "--threads", str(threads)], processes)
        return
    house.threads = threads
    house.employ()
    stopping = until_told()
    with workers(house.broker, lanes, threads):
        log.info("role_started", role="work", lanes=lanes, threads=threads)
        stopping.wait()
        house.office.stopping.set()
    log.info("role_stopped", role="work")


def schedule(context: typer.Context) -> None:
    """Find what is due, wake who does it, sweep what has stood too long, seal and publish the journal."""
    house = _house(context)
    _broker_url(house)
    stopping = until_told()
    with threads(stopping, house.scheduler.run, house.scheduler.run_looks, house.sealer.run):
        log.info("role_started", role="schedule")
        stopping.wait()
    log.info("role_stopped", role="schedule")


def web(context: typer.Context, host: Host = "127.0.0.1", port: Port = WEB_PORT) -> None:
    """Events, webhooks, health and metrics over HTTP."""
    house = _house(context)
    stopping = until_told()
    with server(web_app(house), host, port) as url:
        log.info("role_started", role="web", url=url)
        stopping.wait()
    log.info("role_stopped", role="web")


def sandbox(context: typer.Context, host: Host = "127.0.0.1", port: Port = SANDBOX_PORT) -> None:
    """The stand-in for SendGrid and Twilio."""
    house: House = context.obj.house
    if house.settings.sending == "live":
        raise SettingsError("AMICABLE_SENDING: the sandbox has no place in a live deployment")
    stopping = until_told()
    with server(create_sandbox(house.sandbox_config()), host, port) as url:
        log.info("role_started", role="sandbox", url=url)
        stopping.wait()
    log.info("role_stopped", role="sandbox")


def serve(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = WEB_PORT,
    sandbox_port: Annotated[int, typer.Option("--sandbox-port", min=0, max=65535)] = SANDBOX_PORT,
) -> None:
    """All in one process on the embedded default: no server, no account, no key."""
    shared: Context = context.obj
    house = _house(context)
    if port and "public_url" not in house.settings.model_fields_set:
        # Links and receipts must find the port that was chosen.
        house.settings = house.settings.model_copy(update={"public_url": f"http://localhost:{port}"})
    stopping = until_told()
    with ExitStack() as stack:
        if house.settings.sending == "sandbox":
            stand_in = create_sandbox(house.sandbox_config())
            house.sandbox_url = stack.enter_context(server(stand_in, host, sandbox_port))
        house.employ()
        stack.enter_context(workers(house.broker, LANES, 4))
        loops: list[Any] = [house.scheduler.run, house.scheduler.run_looks, house.sealer.run]
        if house.amqp_url:
            taking = Intake(house.amqp_url, Applier(house.ledger, house.clock, house.wake))
            loops.append(lambda stop: _take(taking, stop))
        stack.enter_context(threads(stopping, *loops))
        url = stack.enter_context(server(web_app(house), host, port))
        say = shared.console.print
        say(f"Amicable serves on {url}; the ledger is {house.settings.effective_database_url}.")
        if house.settings.sending == "sandbox":
            say(f"The sandbox stands in for the providers: {house.sandbox_url} shows what clients would get.")
        if house.api_tokens:
            say(f"Post events to {url}/events with the header  Authorization: Bearer {house.shown_token}")
        say("Ctrl-C stops it.")
        stopping.wait()
        house.office.stopping.set()


def _take(taking: Intake, stopping: threading.Event) -> None:
    def watch() -> None:
        stopping.wait()
        taking.stop()

    threading.Thread(target=watch, daemon=True).start()
    taking.run()


def _house(context: typer.Context) -> House:
    """The house of a role; a ledger that a play has left is not one to work on."""
    house: House = context.obj.house
    with house.ledger.read() as connection:
        if about.play_now(connection) is not None:
            raise CommandFailed(
                f"{house.settings.data_dir}/ holds the ledger of a play; give the roles a folder of their own, "
                "like `amicable --data var/serve serve`"
            )
    return house


def _broker_url(house: House) -> str:
    if house.amqp_url is None:
        raise SettingsError("AMICABLE_AMQP_URL: this role needs RabbitMQ; without it, use `amicable serve`")
    return house.amqp_url


def _several(arguments: list[str], count: int) -> None:
    """Run that many processes of a role; when one ends, all end, and whoever supervises this one starts it again."""
    stopping = until_told()
    command = [sys.executable, "-m", "workers.cli.main", *arguments]
    parent = os.getpid()

    def tie() -> None:
        _die_with_parent(parent)

    children = [subprocess.Popen(command, preexec_fn=tie) for _ in range(count)]  # noqa: S603
    try:
        while not stopping.wait(0.2):
            if any(child.poll() is not None for child in children):
                raise CommandFailed("a worker process ended by itself; the others are stopped, too")
    finally:
        for child in children:
            if child.poll() is None:
                child.terminate()
        for child in children:
            child.wait(timeout=90)


def _die_with_parent(parent: int) -> None:
    """On Linux: have the kernel end this process when its parent dies, so that a killed parent leaves no orphans."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:  # it died before the line above; in a container it may itself be number 1
            os._exit(1)
