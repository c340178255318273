"""Writes `book.jsonl`: the first quarter of a design studio's receivables, one story a client.

    .venv/bin/python examples/make_book.py            # writes examples/book.jsonl
    .venv/bin/python examples/make_book.py --print    # to standard output

Every name, address and number is made up: mail goes to `.example`, numbers are from ranges kept for fiction.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bookkeeping import Book
from stories import agreements, disputes, late, money, noise, prompt, reach

BOOK = Path(__file__).with_name("book.jsonl")
SILENT = [f"2026-02-{day:02d}" for day in range(6, 10)]
"""Evenings without a word of the billing system: nobody is called late while it may know of a payment and we don't."""


def make() -> bytes:
    """The whole book. It goes on into April, until every story has ended."""
    book = Book()
    for chapter in (prompt, late, agreements, disputes, money, reach, noise):
        for story in chapter.STORIES:
            story(book)
    book.synced("2026-01-05", "2026-04-17", silent=SILENT)
    return book.lines()


if __name__ == "__main__":
    if "--print" in sys.argv[1:]:
        sys.stdout.buffer.write(make())
    else:
        BOOK.write_bytes(make())
