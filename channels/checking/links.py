"""Links: those that stand in a template, and those of a whole mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

_WRITTEN = re.compile(r"(?:https?:/*|www\.)[^\s\"'<>{}()]*", re.IGNORECASE)
_SHOWN = re.compile(r"https?://\S+")
_AFTER = ".,;:!?)]»”"
_CONTACTS = ("mailto:", "tel:")


def broken_in_source(source: str) -> Iterator[tuple[str, str]]:
    """The URLs that somebody has written into a template and nobody could open, each with what to do."""
    for match in _WRITTEN.finditer(source):
        url = match[0].rstrip(_AFTER)
        if not whole(url):
            yield (
                f"the link {url!r} is broken",
                "write it whole, like https://example.com/page",
            )


def broken_in_mail(text: str, html: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the links of a rendered mail."""
    page = _Links()
    page.feed(html)
    for url in page.found:
        if not url.startswith(_CONTACTS) and not whole(url):
            yield f"the link {url!r} in the HTML is no whole https address", "mend it"
    linked = {url for url in page.links if not url.startswith(_CONTACTS)}
    written = {match.rstrip(_AFTER) for match in _SHOWN.findall(text)}
    for url in sorted(linked - written):
        yield f"the HTML links {url!r}, and the text does not name it", "let both parts have the same links"
    for url in sorted(written - linked):
        yield f"the text names {url!r}, and the HTML does not link it", "let both parts have the same links"


def whole(url: str) -> bool:
    """Whether a URL is absolute, of https, and could lead anywhere."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 (raises for one that is no number)
    except ValueError:
        return False
    return (
        parts.scheme == "https" and "." in host.strip(".") and ".." not in host and not re.search(r"\s", url)
    )


class _Links(HTMLParser):
    """What a page links and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src"):
                self.found.append(value or "")
                if tag == "a":
                    self.links.append(value or "")
