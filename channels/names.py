"""What to call somebody, and how a name from outside is made safe to print.

Names come from billing systems, typed by many hands: with titles, in capitals, as `Accounts Team`, or as a script that
somebody tried. Escaping is the templates' work; here go only the characters that could change what surrounds them.

Titles and the words that name a desk are in each language's `names.yaml`, beside its templates. All of them hold for
all names: a book has clients of many countries, and a mail in English may go to a `Buchhaltung`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from channels.shelf import SHIPPED, Shelf

NAMES = "names.yaml"

# Line breaks would break out of a subject or a table row, bidirectional overrides could turn an amount round.
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_OVERRIDES = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NOT_IN_NAMES = re.compile(r"[\d@:/\\<>{}\[\]|&+=_#%]")

# Where the family name stands first, and calling somebody by a first word would be calling them by it.
_FAMILY_NAME_FIRST = frozenset({"CN", "HK", "HU", "JP", "KR", "TW", "VN"})


def capitalize_first(text: str) -> str:
    """The first letter large, the rest as it is: `invoice INV-1` begins a sentence as `Invoice INV-1`."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=8192)
def clean(text: str | None) -> str:
    """The text on one line, without control characters and writing-direction overrides."""
    return _BREAKS.sub(" ", _OVERRIDES.sub("", text or "")).strip()


class NamesError(ValueError):
    """A `names.yaml` that can't be used; the text names the file, the entry and what is wrong."""


class NameWords(BaseModel):
    """One language's words that tell a person's name from others, in lower case and without full stops."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    titles: frozenset[str]
    """A name that begins with one is a person's and is kept whole."""
    desks: frozenset[str]
    """A name with one is a desk's or a company's, and nobody is greeted by it."""

    @classmethod
    def read(cls, path: Path) -> NameWords:
        """Read a `names.yaml`. Raises `NamesError`."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except yaml.YAMLError as error:
            raise NamesError(f"{path}: not valid YAML: {error}".replace("\n", " ")) from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the file"
            raise NamesError(f"{path}: {place}: {first['msg']}") from None


class Names:
    """How people are greeted, by the words of all languages of these folders. Raises `NamesError`."""

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        words = [NameWords.read(path) for path in Shelf(folders).each(NAMES).values()]
        self._titles = frozenset(title for one in words for title in one.titles)
        self._desks = frozenset(desk for one in words for desk in one.desks)

    def salutation(self, person: str | None, company: str, country: str | None) -> str:
        """How to greet: a person's first name, a name with its title as it stands, else the company; may be empty."""
        name = self._person(person, company)
        if not name:
            return clean(company)
        first = name.split()[0]
        if first.rstrip(".").casefold() in self._titles or len(first.rstrip(".")) == 1:
            return _cased(name)
        if country in _FAMILY_NAME_FIRST or not _latin(first):
            return _cased(name)
        return _cased(first)

    def full_name(self, person: str | None, company: str) -> str:
        """A person's whole name, with its title if it has one; empty where it is a desk's or the company's own."""
        return _cased(self._person(person, company))

    def _person(self, person: str | None, company: str) -> str:
        name = clean(person)
        if not name or name.casefold() == clean(company).casefold() or not self._is_person(name):
            return ""
        if "," in name:
            family, _, given = name.partition(",")
            name = f"{given.strip()} {family.strip()}".strip()
        return name

    def _is_person(self, name: str) -> bool:
        if _NOT_IN_NAMES.search(name) or len(name) > 60:
            return False
        words = [word.strip(".,()'\"").casefold() for word in name.split()]
        return len(words) <= 5 and not any(word in self._desks for word in words)


def _latin(word: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN") for c in word if c.isalpha())


def _cased(name: str) -> str:
    """`JANE` and `jane` become `Jane`; `McKay` and `van der Berg` stay as they are."""
    return name.title() if len(name) > 2 and (name.isupper() or name.islower()) and _latin(name) else name
