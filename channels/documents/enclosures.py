"""Enclosures: the documents that go with one mail.

The mail says all by itself, and links what can be linked. So a document that can't be had holds no mail up: it is left
out, and the log says so without a word of the letter or the query of a URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import structlog

from channels.documents.fetching import Fetch, Missing
from channels.documents.statement import statement_pdf
from channels.ports import Attachment, Letter
from channels.render import Renderer
from config.policy import Enclosure

log = structlog.get_logger(__name__)
PDF = "application/pdf"
LARGEST_IN_ALL = 15_000_000
"""Bytes of all documents of one mail. SendGrid takes 30 MB in all, base64 adds a third, and many mailboxes take 20."""
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


class Enclosures:
    """Makes and fetches documents. Thread-safe. Without `fetch`, invoices are linked and never attached."""

    def __init__(self, renderer: Renderer, fetch: Fetch | None = None) -> None:
        self._renderer = renderer
        self._fetch = fetch

    def of(self, letter: Letter, wanted: Sequence[Enclosure]) -> tuple[Attachment, ...]:
        """The documents that the letter is to carry and that can be had, in the order in which they are wanted.

        May take seconds where invoices are fetched. Never raises for a document: see above.
        """
        found: list[Attachment] = []
        for kind in wanted:
            room = LARGEST_IN_ALL - sum(len(one.content) for one in found)
            make = self._statement(letter) if kind is Enclosure.STATEMENT else self._invoices(letter, room)
            try:
                found.extend(make)
            except Exception as error:  # a bug of ours must not keep back a mail that says all by itself
                # The kind alone: what such an error says may be a word of the letter.
                log.error("document_not_made", kind=kind, step=letter.step, error=type(error).__name__)  # noqa: TRY400
        return tuple(found)

    def _statement(self, letter: Letter) -> Iterator[Attachment]:
        content = statement_pdf(*self._renderer.laid_out(letter))
        yield Attachment(f"statement-{letter.today:%Y-%m}.pdf", PDF, content)

    def _invoices(self, letter: Letter, room: int) -> Iterator[Attachment]:
        if self._fetch is None:
            return
        names: set[str] = set()
        with self._fetch.sitting() as get:
            for number, url in letter.document_urls:
                document = get(url, room)
                if isinstance(document, Missing):
                    log.warning("document_not_fetched", host=_host(url), reason=document.reason)
                    continue
                room -= len(document)
                yield Attachment(_named(number, names), PDF, document)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # brackets that hold no address
        return None


def _named(number: str, taken: set[str]) -> str:
    """A file name from an invoice's number: in ASCII, since providers garble others, and not given twice."""
    stem = _ODD.sub("-", number).strip("-.")[:80] or "invoice"
    name = next(
        name
        for place in range(1, len(taken) + 2)
        if (name := f"{stem}.pdf" if place == 1 else f"{stem}-{place}.pdf") not in taken
    )
    taken.add(name)
    return name
