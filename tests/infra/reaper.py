"""The last one to leave: stops the servers of a test run that is gone, however it went.

A test run that is killed outright can't clean up after itself. So it starts this program first, in a session of
its own, and tells it over a pipe which process groups and folders belong to it. The pipe's end is the signal: it
closes with the run, also at `kill -9`. (A parent-death signal would not do: only Linux has it, and it follows a
thread, not a process.)

Run as a script with nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path


class Reaper:
    """This side of the pipe: what the test run says to its reaper."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def watch(self, group: int, quit_signal: signal.Signals) -> None:
        """Take this process group down when the test run is gone."""
        self._say({"watch": group, "signal": int(quit_signal)})

    def forget(self, group: int) -> None:
        """This group has ended; its number may soon be somebody else's."""
        self._say({"forget": group})

    def sweep(self, folder: Path) -> None:
        """Remove this folder at the end."""
        self._say({"sweep": str(folder)})

    def close(self) -> None:
        """Let it do now what is left to do, and wait for it."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(timeout=30)

    def _say(self, word: dict[str, object]) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(word) + "\n")
            self._process.stdin.flush()


def _listen(parent: int) -> tuple[dict[int, int], list[str]]:
    """Follow what the run says until it is gone; what it left behind."""
    groups: dict[int, int] = {}
    folders: list[str] = []
    rest = b""
    while True:
        # A child forked by a test may hold the pipe open: the parent's number is looked at as well.
        readable, _, _ = select.select([0], [], [], 1.0)
        if not readable:
            if os.getppid() != parent:
                return groups, folders
            continue
        data = os.read(0, 65536)
        if not data:
            return groups, folders
        *lines, rest = (rest + data).split(b"\n")
        for word in map(json.loads, lines):
            if "watch" in word:
                groups[word["watch"]] = word["signal"]
            elif "forget" in word:
                groups.pop(word["forget"], None)
            else:
                folders.append(word["sweep"])


def _end(groups: dict[int, int]) -> None:
    """Ask first where asking matters (PostgreSQL frees its shared memory), then insist."""
    for group, asked in groups.items():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, asked)
    deadline = time.monotonic() + 3
    while groups and time.monotonic() < deadline:
        groups = {group: asked for group, asked in groups.items() if _lives(group)}
        time.sleep(0.05)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    groups, folders = _listen(int(sys.argv[1]))
    _end(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _main()
