"""What the private servers have in common: a folder, a port, a process in a session of its own."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.infra.reaper import Reaper

# Below the range from which the kernel takes ports for outgoing connections: a server that restarts finds its own
# again.
_PORTS = range(15000, 32000)
# Taken before a test's socket guard can put itself in the way; servers are started from threads of our own.
_Socket = socket.socket


class CouldNotStart(Exception):
    """A server that is installed but does not come up; says why, with the end of its log."""


def free_ports(number: int) -> list[int]:
    """Ports on loopback that nobody listens on, all different."""
    held: list[socket.socket] = []
    try:
        while len(held) < number:
            candidate = _Socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                candidate.bind(("127.0.0.1", random.choice(_PORTS)))
            except OSError:
                candidate.close()
            else:
                held.append(candidate)
        return [candidate.getsockname()[1] for candidate in held]
    finally:
        for candidate in held:
            candidate.close()


def answers(port: int, say: bytes, expect: bytes) -> bool:
    """Whether the server on this port answers these bytes with those."""
    with _Socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(("127.0.0.1", port))
            probe.sendall(say)
            return probe.recv(len(expect)) == expect
        except OSError:
            return False


def new_folder(name: str, reaper: Reaper) -> Path:
    """A short path of our own: socket names and Erlang's arguments don't bear long ones."""
    root = "/tmp" if os.access("/tmp", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix=f"amicable-{name}-", dir=root))
    reaper.sweep(folder)
    return folder


class Service:
    """One server process. It is started, stopped, killed and frozen by its number, never by its name."""

    def __init__(self, folder: Path, reaper: Reaper, *, stop_signal: signal.Signals, user: str | None = None):
        self._folder = folder
        self._reaper = reaper
        self._stop_signal = stop_signal
        self._user = user
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "output.log"

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        """Start the process; it may not be ready yet."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                cwd=self._folder,
                # A copy, always: without one the new process reads this one's environment while a test may be changing
                # it on another thread, and the start fails with a bad address.
                env=dict(os.environ if env is None else env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **as_user(self._user),  # type: ignore[call-overload]
            )
        self._reaper.watch(self._process.pid, self._stop_signal)

    def wait_until(self, ready: Callable[[], bool], seconds: float, given_up: threading.Event) -> None:
        """Come back when the server is ready to work."""
        deadline = time.monotonic() + seconds
        while not ready():
            if given_up.is_set():
                raise CouldNotStart("the test run ended")
            if not self.running:
                raise CouldNotStart(f"it ended at once: {self._last_words()}")
            if time.monotonic() > deadline:
                raise CouldNotStart(f"not ready after {seconds:.0f} s: {self._last_words()}")
            time.sleep(0.1)

    def stop(self, seconds: float = 20) -> None:
        """Ask it to end in good order; insist after a while."""
        self.stop_by(self._stop_signal, seconds)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.stop_by(signal.SIGKILL)

    def freeze(self) -> None:
        """Stand still with all connections open, like a host that swaps or a network that eats packets."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def stop_by(self, by: signal.Signals, seconds: float = 10) -> None:
        """End it by this signal; insist after a while."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            # A frozen process would keep any gentler signal for later.
            process.send_signal(signal.SIGCONT)
            process.send_signal(by)
            try:
                process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._reaper.forget(process.pid)
        self._process = None

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return " / ".join(line.strip() for line in lines[-3:]) or "it wrote no log"


def as_user(name: str | None) -> dict[str, object]:
    """Arguments for `subprocess` that run a program as this user; none for our own."""
    return {} if name is None else {"user": name, "group": _group(name), "extra_groups": []}


def _group(user: str) -> int:
    import pwd  # not everywhere

    return pwd.getpwnam(user).pw_gid
