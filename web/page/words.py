"""The words of the page: `page.yaml` and `labels.yaml` beside the templates of the letters, one pair a language.

A language is its files alone. The page's is the one asked for in the link, else the client's, the message's, the
creditor's, each as it stands (`de-AT`) or its language alone; else English. Numbers and dates are as in the client's
country.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale

from channels.formats import Formats, formats
from channels.labels import LabelError, Labels
from channels.render import SHIPPED

LAST = "en"
"""The language that has all words."""
# French sets a space before these signs and within its quotation marks; no line may break there.
_UNBROKEN = re.compile(r" (?=[:;?!»])|(?<=«) ")


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words for a reader of one country."""

    language: str
    page: Labels
    letters: Labels
    """The phrases that letters use, too: a statement's and those of the ways to pay."""
    formats: Formats

    def text(self, key: str, **values: object) -> str:
        """A phrase of the page, with its places filled in."""
        phrase = self.page.text(key, **values)
        return _UNBROKEN.sub("\u00a0", phrase) if self.language == "fr" else phrase


@cache
def languages() -> tuple[tuple[str, str], ...]:
    """The languages that there are, each with its own name for itself, in the order of their codes."""
    codes = sorted(path.parent.name for path in SHIPPED.glob("*/page.yaml"))
    return tuple((code, (Locale.parse(code).display_name or code).capitalize()) for code in codes)


def words(wanted: Sequence[str | None], country: str | None) -> Words:
    """The words of the first of these languages (BCP 47) that there is."""
    known = {code for code, _ in languages()}
    for tag in filter(None, wanted):
        for candidate in (tag, tag.partition("-")[0].lower()):
            if candidate in known:
                region = tag if candidate == tag.partition("-")[0].lower() else candidate
                return _words(candidate, region, country)
    return _words(LAST, LAST, country)


@cache
def _read(language: str) -> tuple[Labels, Labels]:
    return (
        Labels.read(SHIPPED / language / "page.yaml", language),
        Labels.read(SHIPPED / language / "labels.yaml", language),
    )


def _words(language: str, tag: str, country: str | None) -> Words:
    page, letters = _read(language)
    if page.find("title") is None:
        raise LabelError(f"language {language!r} has no words for the page")
    return Words(language, page, letters, formats(tag, country))
