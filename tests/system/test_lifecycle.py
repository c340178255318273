"""How a process starts, refuses to start, and ends."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.infra.service import free_ports
from tests.support import office
from tests.support.roles import House, alive, eventually
from tests.system.test_whole_system import client, invoice

pytestmark = pytest.mark.system


@pytest.mark.timeout(180)
def test_every_role_ends_at_sigterm_with_exit_0(production: House) -> None:
    # Given every role at work
    ports = {"web": ("--port", production.env["WEB"]), "sandbox": ("--port", production.env["SANDBOX"])}
    names = ("sandbox", "web", "intake", "work", "schedule")
    begun = {name: production.begin(name, *ports.get(name, ())) for name in names}
    for role in begun.values():
        role.started()

    # When each is told to end, then it does so within seconds, and says nothing of errors
    for name, role in begun.items():
        assert role.stop(15) == 0, (name, role.said[-2000:])
        assert "Traceback" not in role.said, role.said[-2000:]
        assert "role_stopped" in role.said


@pytest.mark.timeout(180)
def test_every_role_ends_while_the_broker_is_away(
    production: House, rabbitmq: object, request: pytest.FixtureRequest
) -> None:
    from tests.infra.rabbitmq import Broker

    assert isinstance(rabbitmq, Broker)
    # Given roles that lost their broker
    roles = [production.begin(name) for name in ("intake", "work", "schedule")]
    for role in roles:
        role.started()
    rabbitmq.stop()
    request.addfinalizer(rabbitmq.start)
    eventually("it is missed", lambda: "lost its broker" in roles[0].said)

    # When they are told to end, then they do
    for role in roles:
        assert role.stop(25) == 0, (role.name, role.said[-2000:])


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="parent-death signals are Linux's")
@pytest.mark.timeout(120)
def test_worker_processes_end_with_the_one_that_started_them(production: House) -> None:
    # Given a worker with two processes
    parent = production.run("work", "--processes", "2")
    eventually("both work", lambda: parent.said.count("role_started") == 2)
    children = parent.children()
    assert len(children) == 2

    # When the parent is killed outright
    parent.kill()

    # Then no orphan is left
    eventually("no orphans", lambda: not any(alive(child) for child in children), 20)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc")
@pytest.mark.timeout(120)
def test_one_worker_process_that_dies_takes_the_others_along(production: House) -> None:
    # Given a worker with two processes
    parent = production.run("work", "--processes", "2")
    eventually("both work", lambda: parent.said.count("role_started") == 2)
    one, other = parent.children()

    # When one dies, then the whole role ends with an error, for its supervisor to see
    os.kill(one, signal.SIGKILL)
    assert parent.wait(30) == 1
    assert not alive(other)


@pytest.mark.parametrize("role", ["intake", "work", "schedule"])
def test_a_role_that_needs_the_broker_says_so_in_one_line(
    house: Callable[..., House], tmp_path: Path, role: str
) -> None:
    ended = house(data_dir=str(tmp_path / "var")).ask(role)

    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert "AMICABLE_AMQP_URL" in ended.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("sender_threads", "many"),
        ("sending", "perhaps"),
        ("public_url", "collect.example.test"),
        ("database_url", "mysql://somewhere/else"),
        ("database_url", "no url at all"),
        ("amqp_url", "http://broker.example.test"),
        ("sweep_patience", "0"),
        ("log_level", "loud"),
        ("config", "/no/such/file.yaml"),
        ("policy_dir", "/no/such/folder"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(
    house: Callable[..., House], tmp_path: Path, variable: str, value: str
) -> None:
    needed = {"data_dir": str(tmp_path / "var"), "amqp_url": "amqp://guest:guest@127.0.0.1:1/x"}
    deployment = house(**needed)
    deployment.env[f"AMICABLE_{variable.upper()}"] = value

    ended = deployment.ask("work")

    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert f"AMICABLE_{variable.upper()}" in ended.stderr
    assert "guest:guest" not in ended.stderr


def test_no_live_start_without_keys(house: Callable[..., House], tmp_path: Path) -> None:
    ended = house(sending="live", data_dir=str(tmp_path / "var")).ask("serve")

    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert re.search(r"AMICABLE_\w+: needed", ended.stderr)


@pytest.mark.timeout(120)
def test_serve_needs_nothing_but_itself(house: Callable[..., House], tmp_path: Path) -> None:
    # Given everything in one process, on an empty folder
    port, sandbox_port = free_ports(2)
    deployment = house()
    role = deployment.run(
        "--data", str(tmp_path / "var"), "serve", "--port", str(port), "--sandbox-port", str(sandbox_port),
        sign="Ctrl-C stops it",
    )  # fmt: skip
    said = re.search(r"Post events to (\S+)\s+with the header\s+Authorization: Bearer (\S+)", role.said)
    assert said, role.said

    # When an invoice is posted with the token that it printed
    headers = {"Authorization": f"Bearer {said[2]}", "Content-Type": "application/cloudevents+json"}
    for event in (client(1, "email"), invoice(1)):
        assert httpx.post(said[1], json=event, headers=headers).status_code == 202

    # Then the sandbox gets the mail, and its receipt comes back
    def delivered() -> bool:
        listed = deployment.ask("--data", str(tmp_path / "var"), "--json", "messages")
        return '"delivered"' in listed.stdout

    messages = f"http://127.0.0.1:{sandbox_port}/sandbox/messages"
    eventually("a mail", lambda: len(httpx.get(messages).json()) == 1)
    assert httpx.get(messages).json()[0]["to"] == office.mail_of(1)
    eventually("its receipt", delivered)

    # And it ends when it is told to
    assert role.stop(15) == 0, role.said[-2000:]
    assert "Traceback" not in role.said, role.said[-2000:]
