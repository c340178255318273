"""`python -m tests.infra.provide [rabbitmq] [postgresql] [chromium]`: what the tests need beside Python.

Says in one line each what was found, installed, or could not be had and why. It never fails for a missing part: the
tests that need it say so themselves (they are skipped on a laptop and fail where CI=true). Standard library only.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.infra.programs import (
    AMQP_URL,
    DATABASE_URL,
    Missing,
    find_chromium,
    find_postgres,
    find_rabbitmq,
)

_POLICY = Path("/usr/sbin/policy-rc.d")


@dataclass(frozen=True)
class Part:
    """Something the tests need, how to find it, and what each package manager calls it."""

    find: Callable[[], object]
    packages: dict[str, str]
    named_by: str | None = None


PARTS = {
    "rabbitmq": Part(
        find_rabbitmq,
        {
            "apt-get": "rabbitmq-server",
            "dnf": "rabbitmq-server",
            "apk": "rabbitmq-server",
            "brew": "rabbitmq",
        },
        AMQP_URL,
    ),
    "postgresql": Part(
        find_postgres,
        {"apt-get": "postgresql", "dnf": "postgresql-server", "apk": "postgresql", "brew": "postgresql@17"},
        DATABASE_URL,
    ),
    "chromium": Part(find_chromium, {"apt-get": "chromium", "dnf": "chromium", "apk": "chromium"}),
}
_INSTALL = {
    "apt-get": ["-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--no-install-recommends"],
    "dnf": ["install", "--assumeyes"],
    "apk": ["add", "--no-cache"],
    "brew": ["install", "--quiet"],
}


class CouldNotInstall(Exception):
    """Why a part was not installed."""


def provide(name: str) -> str:
    """Find a part or install it; what there is to say about it."""
    part = PARTS[name]
    if part.named_by and os.environ.get(part.named_by):
        return f"{name}: named by {part.named_by}"
    missing = part.find()
    if not isinstance(missing, Missing):
        return f"{name}: found"
    try:
        manager = _install(part.packages)
    except CouldNotInstall as reason:
        return f"{name}: could not be had ({missing.why}; {reason}); the tests that need it will not run"
    still = part.find()
    if isinstance(still, Missing):
        return f"{name}: installed by {manager}, but {still.why}; the tests that need it will not run"
    return f"{name}: installed by {manager}"


def _install(packages: dict[str, str]) -> str:
    """Install by the first package manager here that knows the part; its name."""
    manager = next((name for name in packages if shutil.which(name)), None)
    if manager is None:
        raise CouldNotInstall("no package manager here that knows it")
    allowed = [] if manager == "brew" else _as_root()
    with _no_services_started(manager, allowed):
        if manager == "apt-get":
            # An old index names packages that are no longer there. Should the update fail, the install says it.
            _run([*allowed, manager, "update", "--quiet"], tolerate=True)
        _run([*allowed, manager, *_INSTALL[manager], packages[manager]])
    return manager


def _as_root() -> list[str]:
    """The words before a command that needs root."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]
    raise CouldNotInstall("neither root nor sudo without a password")


@contextlib.contextmanager
def _no_services_started(manager: str, allowed: list[str]) -> Iterator[None]:
    """Debian's packages start what they install. The tests start servers of their own and want no other."""
    if manager != "apt-get" or _POLICY.exists():
        yield
        return
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as script:
        script.write("#!/bin/sh\nexit 101\n")
        script.flush()
        _run([*allowed, "install", "-m", "755", script.name, str(_POLICY)], tolerate=True)
    try:
        yield
    finally:
        _run([*allowed, "rm", "-f", str(_POLICY)], tolerate=True)


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _run(command: list[str], *, tolerate: bool = False) -> None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"},
    )
    if done.returncode != 0 and not tolerate:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise CouldNotInstall(f"{' '.join(command)}: {lines[-1] if lines else f'exit {done.returncode}'}")


def main(names: list[str]) -> int:
    """Provide what is named, or the two servers."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"provide: don't know {', '.join(unknown)}; there is {', '.join(PARTS)}", file=sys.stderr)
        return 2
    for name in names or ["rabbitmq", "postgresql"]:
        print(provide(name), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
