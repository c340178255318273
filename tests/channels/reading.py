"""How a test reads a rendered letter: what a page shows, and all that looks like money."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from channels.formats import formats
from channels.ports import Letter
from reminders.money import Money

FORMATS = {
    "c-1": formats("en", "GB"),
    "c-2": formats("en", "DE"),
    "c-3": formats("en", "JP"),
    "c-4": formats("en", "US"),
    "c-5": formats("en", "US"),
    "c-6": formats("en", "DE"),
}


class Page(HTMLParser):
    """What a mail program shows of a page, and the tags and attributes it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "img"}:
            self.open.append(tag)
        self.words.append(" " if tag in {"td", "th", "p", "br", "h2", "tr"} else "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def money(of: Letter, minor: int, currency: str) -> str:
    return FORMATS[of.client.client_id].money(Money(minor, currency))


def amounts_in(text: str) -> list[str]:
    """Everything in a text that looks like money: a currency's sign with a number beside it."""
    found = re.findall(r"(?:US\$|JP¥|[£€$¥])[\d.,]*\d|\d[\d.,]*\d\s€(?!\d)", text)
    return [re.sub(r"\s", " ", each) for each in found]
