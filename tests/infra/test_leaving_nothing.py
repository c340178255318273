"""Servers and folders of a run are gone with it, also when nobody could clean up."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

# A test run in small: one server that ignores a polite request, one folder; then it dies where it stands.
KILLED_RUN = """
import os, signal, sys
from tests.infra.reaper import Reaper
from tests.infra.service import Service, new_folder

reaper = Reaper()
folder = new_folder("reaper-test", reaper)
server = Service(folder, reaper, stop_signal=signal.SIGINT)
server.start(["/bin/sh", "-c", "trap '' INT; sleep 600 & echo $! > child; wait"])
while not (folder / "child").exists() or not (folder / "child").read_text():
    pass
print(folder, server._process.pid, (folder / "child").read_text(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def lives(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return state.stdout.strip() != "" and not state.stdout.startswith("Z")


@pytest.mark.system
def test_nothing_is_left_of_a_run_that_was_killed() -> None:
    run = subprocess.run([sys.executable, "-c", KILLED_RUN], capture_output=True, text=True, check=False)
    folder, *pids = run.stdout.split()
    assert run.returncode == -9, run.stderr

    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and (Path(folder).exists() or any(lives(int(pid)) for pid in pids)):
        time.sleep(0.1)

    assert [pid for pid in pids if lives(int(pid))] == []
    assert not Path(folder).exists()
