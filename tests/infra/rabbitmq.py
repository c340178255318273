"""A private RabbitMQ node, and a fresh virtual host for each test."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from tests.infra.programs import AMQP_URL, RabbitmqPrograms
from tests.infra.reaper import Reaper
from tests.infra.service import Service, answers, free_ports, new_folder

_NODE = "amicable@localhost"
# rabbitmqctl takes half a second a call, so virtual hosts are made by the dozen.
_BATCH = 12
# The protocol header of AMQP 0-9-1, and how a broker's Connection.Start frame begins.
_AMQP_HELLO = b"AMQP\x00\x00\x09\x01"
_AMQP_START = b"\x01\x00\x00"


class Broker:
    """A RabbitMQ node of our own that can be stopped, killed and asked anything.

    `start` comes back when it takes connections; what is durable lives on through `stop`, `kill` and `start`.
    """

    def __init__(self, programs: RabbitmqPrograms, reaper: Reaper, given_up: threading.Event) -> None:
        self._programs = programs
        self._given_up = given_up
        self._folder = new_folder("rabbitmq", reaper)
        self._epmd = Service(self._new("epmd"), reaper, stop_signal=signal.SIGKILL)
        self._node = Service(self._new("node"), reaper, stop_signal=signal.SIGTERM)
        self.port, self._dist_port, self._epmd_port, self._ctl_port = free_ports(4)
        self._vhosts_made = 0
        self._vhosts: deque[str] = deque()
        self._configure()

    @property
    def url(self) -> str:
        """The default virtual host. A test that wants to be alone asks for `new_vhost`."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"

    @property
    def running(self) -> bool:
        """Whether the node's process lives."""
        return self._node.running

    def start(self) -> None:
        """Start the node where it stands still; come back when it takes connections."""
        if self._node.running:
            return
        if not self._epmd.running:
            self._epmd.start(
                [
                    self._programs.epmd,
                    "-port",
                    str(self._epmd_port),
                    "-address",
                    "127.0.0.1",
                    "-relaxed_command_check",
                ]
            )
        self._node.start([self._programs.server], self._environment())
        self._node.wait_until(lambda: answers(self.port, _AMQP_HELLO, _AMQP_START), 90, self._given_up)

    def stop(self) -> None:
        """Shut down in good order."""
        self._node.stop()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._node.kill()

    def restart(self) -> None:
        """Shut down in good order and come back with what is durable."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Stand still with all connections open."""
        self._node.freeze()

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._node.thaw()

    def close(self) -> None:
        """Be gone, at once: nothing here is worth an orderly end."""
        self._node.kill()
        self._epmd.kill()

    def ctl(self, *words: str) -> str:
        """What `rabbitmqctl -q` answers to these words."""
        answer = subprocess.run(
            [str(self._programs.ctl), "-q", *words],
            env=self._environment(),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if answer.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {' '.join(words)}: {answer.stdout}{answer.stderr}")
        return answer.stdout

    def new_vhost(self) -> str:
        """The URL of a virtual host that nobody has used."""
        if not self._vhosts:
            self.stock_vhosts()
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{self._vhosts.popleft()}"

    def stock_vhosts(self) -> None:
        """Make a dozen virtual hosts in one go."""
        names = [f"test-{self._vhosts_made + number}" for number in range(1, _BATCH + 1)]
        listed = ",".join(f'<<"{name}">>' for name in names)
        self.ctl(
            "eval",
            f"""[begin
                  rabbit_vhost:add(V, <<"tests">>),
                  rabbit_auth_backend_internal:set_permissions(
                    <<"guest">>, V, <<".*">>, <<".*">>, <<".*">>, <<"tests">>)
                end || V <- [{listed}]], ok.""",
        )
        self._vhosts_made += _BATCH
        self._vhosts.extend(names)

    def _new(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir()
        return folder

    def _configure(self) -> None:
        (self._folder / "enabled_plugins").write_text("[].\n")
        (self._folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "loopback_users = none\n"
            "disk_free_limit.absolute = 50MB\n"
            "log.console = false\n"
        )
        # An empty one of our own shields the node from what the machine has in /etc/rabbitmq.
        (self._folder / "rabbitmq-env.conf").touch()
        cookie = self._folder / ".erlang.cookie"
        cookie.write_text("amicable-tests")
        cookie.chmod(0o400)

    def _environment(self) -> dict[str, str]:
        home = str(self._folder)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": home,  # where Erlang looks for the cookie
            "RABBITMQ_CONF_ENV_FILE": f"{home}/rabbitmq-env.conf",
            "RABBITMQ_NODENAME": _NODE,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_CTL_DIST_PORT_MIN": str(self._ctl_port),
            "RABBITMQ_CTL_DIST_PORT_MAX": str(self._ctl_port),
            "RABBITMQ_MNESIA_BASE": f"{home}/mnesia",
            "RABBITMQ_MNESIA_DIR": f"{home}/mnesia/node",
            "RABBITMQ_LOG_BASE": f"{home}/log",
            "RABBITMQ_SCHEMA_DIR": f"{home}/schema",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{home}/schema",
            "RABBITMQ_PLUGINS_EXPAND_DIR": f"{home}/plugins-expand",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{home}/enabled_plugins",
            "RABBITMQ_CONFIG_FILE": f"{home}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{home}/advanced.config",
            "RABBITMQ_PID_FILE": f"{home}/pid",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": "/dev/null",
            # Makes the script become the node, so that its process number is the node's.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
            ),
        }


class BorrowedBroker(Broker):
    """The broker that the environment names. It is not ours: it is used as it is, and never stopped.

    Its virtual host is shared by all tests, so it should be an empty one that nobody misses.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def url(self) -> str:
        """As the environment names it."""
        return self._url

    @property
    def running(self) -> bool:
        """Somebody else's care."""
        return True

    def new_vhost(self) -> str:
        """The one there is."""
        return self._url

    def close(self) -> None:
        """Leave it alone."""

    def __getattribute__(self, name: str) -> Any:
        """Skip the test that wants to do to it what may be done only to one's own."""
        if name in {"start", "stop", "kill", "restart", "freeze", "thaw", "ctl", "port"}:
            pytest.skip(f"{name} needs a RabbitMQ of our own, and {AMQP_URL} names another")
        return super().__getattribute__(name)
