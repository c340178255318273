"""A private PostgreSQL server, and a fresh database for each test."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import threading
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.infra.programs import PostgresPrograms
from tests.infra.reaper import Reaper
from tests.infra.service import CouldNotStart, Service, answers, as_user, free_ports, new_folder

_SUPERUSER = "amicable"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # Nothing here outlives the machine; what is committed still outlives a `kill` of the server.
    "fsync": "off",
    "full_page_writes": "off",
    # A zone that no deployment has: what depends on the server's own zone shows at once.
    "timezone": "Asia/Kathmandu",
}
# A client's question whether the server speaks TLS; a ready server without it says no with one letter.
_SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"


class Databases:
    """Databases on a server: made, copied and dropped. The server may be anybody's."""

    def __init__(self, url: str) -> None:
        self._admin_url = url

    def url(self, database: str) -> str:
        """The URL of a database on this server, as SQLAlchemy takes it."""
        parts = urlsplit(self._admin_url)
        return urlunsplit(parts._replace(scheme="postgresql+psycopg", path=f"/{database}"))

    def new_database(self, template: str | None = None) -> str:
        """The name of a new database: an empty one, or a copy."""
        name = f"amicable_test_{secrets.token_hex(6)}"
        copied = sql.Identifier(template or "template0")
        with self._admin() as admin:
            if template is not None:
                # A database can't be copied while somebody is connected to it.
                self._disconnect(admin, template)
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), copied))
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        with self._admin() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _admin(self) -> psycopg.Connection:
        plain = urlunsplit(urlsplit(self._admin_url)._replace(scheme="postgresql"))
        return psycopg.connect(plain, autocommit=True, connect_timeout=10)

    @staticmethod
    def _disconnect(admin: psycopg.Connection, name: str) -> None:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [name],
        )

    def close(self) -> None:
        """Nothing to do for a server that is not ours."""


class PostgresServer(Databases):
    """A PostgreSQL of our own that can also be stopped and killed."""

    def __init__(
        self, programs: PostgresPrograms, reaper: Reaper, given_up: threading.Event, *, durable: bool = False
    ) -> None:
        """`durable` makes commits wait for the disk, as in production: for measuring, not for testing."""
        self._settings = {**_SETTINGS, **({"fsync": "on", "full_page_writes": "on"} if durable else {})}
        self._programs = programs
        self._given_up = given_up
        self._folder = new_folder("postgresql", reaper)
        self._data = self._folder / "data"
        # PostgreSQL refuses to run as root.
        self._user = _other_user() if os.geteuid() == 0 else None
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        (self.port,) = free_ports(1)
        # SIGINT ends its connections and shuts down; SIGTERM would wait for them.
        self._server = Service(self._folder, reaper, stop_signal=signal.SIGINT, user=self._user)
        super().__init__(f"postgresql://{_SUPERUSER}@127.0.0.1:{self.port}/postgres")

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self._server.running

    def start(self) -> None:
        """Start the server where it stands still; come back when it takes connections."""
        if self._server.running:
            return
        if not self._data.exists():
            self._make_data()
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        self._server.start([self._programs.postgres, "-D", self._data, "-p", str(self.port), *settings])
        self._server.wait_until(self._takes_connections, 60, self._given_up)

    def stop(self) -> None:
        """Shut down in good order; connections are ended."""
        self._server.stop()

    def kill(self) -> None:
        """End it at once, with no checkpoint; it recovers at the next start."""
        # Its own immediate mode: a bare SIGKILL leaves its children and its shared memory behind.
        self._server.stop_by(signal.SIGQUIT)

    def restart(self) -> None:
        """Shut down in good order and come back."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Be gone, at once."""
        self.kill()

    def _takes_connections(self) -> bool:
        if not answers(self.port, _SSL_REQUEST, b"N"):
            return False
        try:
            self._admin().close()
        except psycopg.OperationalError:
            return False  # "the database system is starting up"
        return True

    def _make_data(self) -> None:
        made = subprocess.run(
            [
                str(self._programs.initdb), "--pgdata", str(self._data), "--username", _SUPERUSER,
                "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync",
            ],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **as_user(self._user),  # type: ignore[call-overload]
        )  # fmt: skip
        if made.returncode != 0:
            raise CouldNotStart(f"initdb: {made.stderr.strip() or made.stdout.strip()}")


def _other_user() -> str:
    """Its own user where there is one; nobody is everywhere."""
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return "nobody"
    return "postgres"
