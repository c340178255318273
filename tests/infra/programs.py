"""Where the servers' programs are on this machine. Standard library only: it runs before anything is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

AMQP_URL = "AMICABLE_TEST_AMQP_URL"
DATABASE_URL = "AMICABLE_TEST_DATABASE_URL"

# Folders of RabbitMQ's own scripts. A distribution's wrapper in /usr/sbin is not among them: it switches to another
# user and starts a server even when it is only asked for help.
_RABBITMQ_FOLDERS = (
    "/usr/lib/rabbitmq/bin",
    "/usr/lib/rabbitmq/lib/*/sbin",
    "/usr/lib64/rabbitmq/lib/*/sbin",
    "/usr/lib/rabbitmq/sbin",
    "/opt/rabbitmq/sbin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
)
_POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Missing:
    """Something that is not on this machine, and why we think so."""

    what: str
    why: str


@dataclass(frozen=True)
class RabbitmqPrograms:
    """RabbitMQ's scripts and the port mapper of its Erlang."""

    server: Path
    ctl: Path
    epmd: Path


@dataclass(frozen=True)
class PostgresPrograms:
    """PostgreSQL's server and the program that makes a data folder for it."""

    initdb: Path
    postgres: Path


def find_rabbitmq() -> RabbitmqPrograms | Missing:
    """RabbitMQ's scripts with the Erlang they run on."""
    own = os.environ.get("RABBITMQ_HOME")
    patterns = ([f"{own}/sbin"] if own else []) + list(_RABBITMQ_FOLDERS)
    for folder in _folders(patterns):
        server, ctl = folder / "rabbitmq-server", folder / "rabbitmqctl"
        if not (server.exists() and ctl.exists()):
            continue
        epmd = _epmd()
        if epmd is None or shutil.which("erl") is None:
            return Missing("RabbitMQ", f"{server} is here, but Erlang (erl, epmd) is not on the path")
        return RabbitmqPrograms(server, ctl, epmd)
    return Missing("RabbitMQ", "no rabbitmq-server found")


def find_postgres() -> PostgresPrograms | Missing:
    """The newest PostgreSQL server here."""
    candidates = list(_folders(_POSTGRES_FOLDERS))
    named = _pg_config_folder()
    if named is not None:
        candidates.insert(0, named)
    on_path = shutil.which("initdb")
    if on_path is not None:
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        initdb, postgres = folder / "initdb", folder / "postgres"
        if initdb.exists() and postgres.exists():
            return PostgresPrograms(initdb, postgres)
    return Missing("PostgreSQL", "no initdb and postgres found")


def find_chromium() -> Path | Missing:
    """A browser of the Chromium family."""
    for name in _CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return Missing("Chromium", "none of " + ", ".join(_CHROMIUM_NAMES) + " is on the path")


def _epmd() -> Path | None:
    found = shutil.which("epmd")
    if found:
        return Path(found)
    # Some packages put it beside the runtime only.
    for folder in _folders(("/usr/lib/erlang/erts-*/bin", "/usr/lib64/erlang/erts-*/bin")):
        if (folder / "epmd").exists():
            return folder / "epmd"
    return None


def _pg_config_folder() -> Path | None:
    # Debian's pg_config answers for the client library, which may stand without a server: hence only a candidate.
    program = shutil.which("pg_config")
    if program is None:
        return None
    answer = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False)
    return Path(answer.stdout.strip()) if answer.returncode == 0 else None


def _folders(patterns: list[str] | tuple[str, ...]) -> Iterator[Path]:
    """Existing folders in the patterns' order, the newest version first within one pattern."""
    for pattern in patterns:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=_version, reverse=True)


def _version(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]
