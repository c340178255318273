"""The project's files, as the tests of this folder read them."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "reminders", "events", "ledger", "channels", "workers", "web")


def pyproject() -> dict[str, Any]:
    """The project's own declaration."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def tracked_files() -> list[Path]:
    """Every file that belongs to the project; from a release without its history, every file there is."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        kept = [path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.parts)]
        return [path for path in kept if path.is_file()]
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
