"""A real browser for tests of pages: Chromium, driven over a pipe, and axe-core to judge what everybody can use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Browser, Page, sync_playwright

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
_STRICT = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextmanager
def browsing(chromium: Path) -> Iterator[Browser]:
    """A browser that is closed at the end. The test needs the fixture `chromium`."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def barriers(page: Page) -> list[str]:
    """What would keep somebody from using the page: the rules of WCAG 2.2 AA and good practice that it breaks."""
    found = Axe().run(page, options=_STRICT).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window, so that a reader has to scroll to the side."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide
