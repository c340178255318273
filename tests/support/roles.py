"""The product's own processes, as an operator would start them: a command line, an environment, signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.infra.reaper import Reaper


def eventually(what: str, condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait for it; fail with its name when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"did not happen within {seconds:g} s: {what}"
        time.sleep(0.05)


class Role:
    """One process of the product. What it writes is kept in a file."""

    def __init__(self, words: tuple[str, ...], env: Mapping[str, str], folder: Path, reaper: Reaper) -> None:
        self._reaper = reaper
        self.name = " ".join(words)
        self.log = folder / f"{words[-1] if words[0] == '--data' else words[0]}-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "workers.cli.main", *words],
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        reaper.watch(self._process.pid, signal.SIGKILL)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def started(self, sign: str = "role_started", seconds: float = 30) -> Self:
        """Wait until it says that it works."""
        eventually(f"{self.name} starts", lambda: sign in self.said or not self.running, seconds)
        assert self.running, f"{self.name} ended at once: {self.said[-2000:]}"
        return self

    def children(self) -> list[int]:
        """The processes that it has started."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(one) for one in listed.split()]

    def stop(self, seconds: float = 30) -> int:
        """Ask it to end, as an operator does; its exit code."""
        if self.running:
            self._process.terminate()
        return self.wait(seconds)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self.wait(10)

    def wait(self, seconds: float = 30) -> int:
        """Its exit code, once it has ended."""
        code = self._process.wait(seconds)
        self._reaper.forget(self.pid)
        return code


class House:
    """All processes of one deployment, sharing an environment. What still runs at the end is killed."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        own = {name: value for name, value in os.environ.items() if not name.startswith("AMICABLE_")}
        self.env = own | {f"AMICABLE_{name.upper()}": value for name, value in env.items()}
        self._roles: list[Role] = []
        self._reaper = Reaper()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for role in self._roles:
            if role.running:
                role.kill()
        self._reaper.close()

    def run(self, *words: str, sign: str = "role_started") -> Role:
        """Start a role and wait until it works."""
        return self.begin(*words).started(sign)

    def begin(self, *words: str) -> Role:
        """Start a role."""
        role = Role(words, self.env, self.folder, self._reaper)
        self._roles.append(role)
        return role

    def ask(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "workers.cli.main", *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )


def alive(pid: int) -> bool:
    """Whether a process of that number is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
