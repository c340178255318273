"""A picture of a page, as a browser without a window shows it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WIDTH = 720
"""Pixels: a mail as a desktop's mail program shows it."""
_TALLEST = 8000
_PATIENCE = 60
_HEIGHT = re.compile(r'data-height="(\d+)"')
_MEASURE = "<script>document.documentElement.dataset.height = document.documentElement.scrollHeight</script>"


class NoPicture(Exception):
    """A browser that is there and makes no picture."""


def find_browser() -> str | None:
    """A browser of the Chromium family on the path."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def take_picture(browser: str, html: str, target: Path) -> None:
    """Write the whole page as a PNG. Nothing is loaded from anywhere. Raises `NoPicture`."""
    with TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(html + _MEASURE, encoding="utf-8")
        measured = _run(browser, folder, "--dump-dom", f"--window-size={WIDTH},400", page.as_uri())
        found = _HEIGHT.search(measured)
        height = min(int(found[1]), _TALLEST) if found else _TALLEST // 4
        page.write_text(html, encoding="utf-8")
        shot = Path(folder) / "page.png"
        _run(browser, folder, f"--screenshot={shot}", f"--window-size={WIDTH},{height}", page.as_uri())
        if not shot.is_file():
            raise NoPicture(f"{browser} made no picture")
        target.write_bytes(shot.read_bytes())


def _run(browser: str, folder: str, *arguments: str) -> str:
    command = [
        browser,
        "--headless",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        f"--user-data-dir={folder}/profile",
        # No host is looked up: a logo is not loaded, and nobody learns of the preview.
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ]
    if os.geteuid() == 0:
        command.append("--no-sandbox")  # the browser refuses to run as root otherwise
    try:
        done = subprocess.run(  # noqa: S603 (the browser on the path, with our own arguments)
            [*command, *arguments], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoPicture(f"{browser} did not run: {type(error).__name__}") from None
    if done.returncode:
        raise NoPicture(f"{browser} failed with exit {done.returncode}")
    return done.stdout
