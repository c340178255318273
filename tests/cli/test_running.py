"""Running until told to stop."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASLEEP = """
import os, signal, threading, time
from workers.cli.running import until_told

stopping, ready = until_told(), threading.Event()

def tell():
    ready.wait()
    time.sleep(0.2)
    os.kill(os.getpid(), signal.{name})

threading.Thread(target=tell, daemon=True).start()
# From here on another thread gets the signal, and nothing wakes this one to run a handler.
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.{name}])
ready.set()
stopping.wait()
print("told")
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_is_heard_while_the_main_thread_can_not_be_woken(name: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", ASLEEP.format(name=name)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (told.returncode, told.stdout) == (0, "told\n"), told.stderr
