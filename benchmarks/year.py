"""A year of a thousand clients through `amicable play`: how long the whole pipeline takes, and how much memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.parts import ROOT, clean_environment
from benchmarks.year_book import INVOICES, YEAR, write_year

CLIENTS = 1_000


def measure(clients: int = CLIENTS) -> dict[str, Any]:
    """Play the year in a process of its own. `peak_mib` is its largest resident set."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "year.jsonl"
        events = write_year(book, clients)
        data, until = f"{folder}/var", f"{YEAR}-12-31"
        command = [sys.executable, "-m", "workers.cli.main", "--data", data, "--json"]
        with (Path(folder) / "summary.json").open("w+") as output:
            started = time.perf_counter()
            process = subprocess.Popen(
                [*command, "play", str(book), "--until", until],
                cwd=ROOT, env=clean_environment(), stdout=output,
            )  # fmt: skip
            # Not `Popen.wait`: the kernel tells what this very child has used only to who reaps it.
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.perf_counter() - started
            output.seek(0)
            if process.returncode:
                raise RuntimeError(f"the play of {book} ended with {process.returncode}")
            (summary,) = json.load(output)
        ledger = Path(data) / "ledger.sqlite3"
        messages = sum(step.get("sent", 0) for step in summary["steps"].values())
        return {
            "clients": clients,
            "invoices": clients * INVOICES,
            "events": events,
            "messages": messages,
            "steps": {name: step.get("sent", 0) for name, step in summary["steps"].items()},
            "tasks": summary["tasks"],
            "seconds": round(seconds, 1),
            "events_per_second": round(events / seconds, 1),
            "messages_per_second": round(messages / seconds, 1),
            "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
            "peak_mib": round(used.ru_maxrss / 1024),  # Linux tells it in KiB
            "ledger_mib": round(ledger.stat().st_size / 2**20),
        }
