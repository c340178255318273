"""The words of the page: `page.yaml` and `labels.yaml` beside the templates of the letters, one pair a language.

A language is its files alone. The page's is the one asked for in the link, else the client's, the message's, the
creditor's, each as it stands (`de-AT`) or its language alone; else English. Numbers and dates are as in the client's
country.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from babel import Locale, UnknownLocaleError

from channels.formats import Formats, formats
from channels.labels import LABELS, PAGE, LabelError, Labels
from channels.shelf import SHIPPED, Shelf
from channels.wordings import LAST_LANGUAGE

# French sets a space before these signs and within its quotation marks; no line may break there.
_UNBROKEN = re.compile(r" (?=[:;?!»])|(?<=«) ")
# Italian elides its article before the days that begin with a vowel: l'8 marzo, dall'11 marzo.
_ELIDED = re.compile(r"\b(da|a|)(?:il|l) (?=(?:8|11)\b)")


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words for a reader of one country."""

    language: str
    page: Labels
    letters: Labels
    """The phrases that letters use, too: a statement's and those of the ways to pay."""
    formats: Formats
    languages: Mapping[str, str]
    """All that the page can be read in, each with its own name for itself, in the order of their codes."""

    def text(self, key: str, **values: object) -> str:
        """A phrase of the page, with its places filled in."""
        phrase = self.page.text(key, **values)
        match self.language:
            case "fr":
                return _UNBROKEN.sub("\u00a0", phrase)
            case "it":
                return _ELIDED.sub(lambda found: f"{found[1]}{'ll' if found[1] else 'l'}'", phrase)
            case _:
                return phrase


class Languages:
    """The languages of the page, from these folders.

    One whose files can't be read, or lack a phrase that English has, is none: the page has no holes, and
    `template check` names what is missing. Thread-safe. A file is read once.
    """

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        self._shelf = Shelf(folders)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The languages that there are, each with its own name for itself, in the order of their codes."""
        return {code: _own_name(code) for code in self._whole}

    def words(self, wanted: Sequence[str | None], country: str | None) -> Words:
        """The words of the first of these languages (BCP 47) that there is."""
        for tag in filter(None, wanted):
            alone = tag.partition("-")[0].lower()
            for candidate in (tag, alone):
                if candidate in self._whole:
                    return self._words(candidate, tag if candidate == alone else candidate, country)
        return self._words(LAST_LANGUAGE, LAST_LANGUAGE, country)

    def _words(self, language: str, tag: str, country: str | None) -> Words:
        page, letters = self._whole[language]
        return Words(language, page, letters, formats(tag, country), self.names)

    @cached_property
    def _whole(self) -> dict[str, tuple[Labels, Labels]]:
        page, letters = (
            Labels.read(self._shelf.files(LAST_LANGUAGE)[name], LAST_LANGUAGE) for name in (PAGE, LABELS)
        )
        found = {code: self._read(code) for code in self._shelf.each(PAGE)}
        return {
            code: pair
            for code, pair in found.items()
            if pair is not None and not (pair[0].lacks(page) or pair[1].lacks(letters))
        }

    def _read(self, language: str) -> tuple[Labels, Labels] | None:
        page, letters = (self._shelf.find(language, name) for name in (PAGE, LABELS))
        if page is None or letters is None:
            return None
        try:
            return Labels.read(page, language), Labels.read(letters, language)
        except LabelError:
            return None


def _own_name(code: str) -> str:
    try:
        return (Locale.parse(code, sep="-").display_name or code).capitalize()
    except (UnknownLocaleError, ValueError):
        return code
