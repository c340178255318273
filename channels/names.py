"""What to call somebody, and how a name from outside is made safe to print.

Names come from billing systems, typed by many hands: with titles, in capitals, as `Accounts Team`, or as a script that
somebody tried. Escaping is the templates' work; here go only the characters that could change what surrounds them.

Titles and the words that name a desk are in each language's `names.yaml`, beside its templates. All of them hold for
all names: a book has clients of many countries, and a mail in English may go to a `Buchhaltung`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml

# Line breaks would break out of a subject or a table row, bidirectional overrides could turn an amount round.
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_OVERRIDES = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NOT_IN_NAMES = re.compile(r"[\d@:/\\<>{}\[\]|&+=_#%]")


def _known(kind: str) -> frozenset[str]:
    """The words of that kind in all shipped languages."""
    files = sorted((Path(__file__).parent / "templates").glob("*/names.yaml"))
    found = [yaml.safe_load(file.read_text(encoding="utf-8"))[kind] for file in files]
    return frozenset(word for words in found for word in words)


_TITLES, _DESKS = _known("titles"), _known("desks")
# Where the family name stands first, and calling somebody by a first word would be calling them by it.
_FAMILY_NAME_FIRST = frozenset({"CN", "HK", "HU", "JP", "KR", "TW", "VN"})


def capitalize_first(text: str) -> str:
    """The first letter large, the rest as it is: `invoice INV-1` begins a sentence as `Invoice INV-1`."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=8192)
def clean(text: str | None) -> str:
    """The text on one line, without control characters and writing-direction overrides."""
    return _BREAKS.sub(" ", _OVERRIDES.sub("", text or "")).strip()


def salutation(person: str | None, company: str, country: str | None) -> str:
    """How to greet: a person's first name, a name with its title as it stands, else the company; may be empty."""
    name = _person(person, company)
    if not name:
        return clean(company)
    first = name.split()[0]
    if first.rstrip(".").casefold() in _TITLES or len(first.rstrip(".")) == 1:
        return _cased(name)
    if country in _FAMILY_NAME_FIRST or not _latin(first):
        return _cased(name)
    return _cased(first)


def full_name(person: str | None, company: str) -> str:
    """A person's whole name, with its title if it has one; empty where the name is a desk's or the company's own."""
    return _cased(_person(person, company))


def _person(person: str | None, company: str) -> str:
    name = clean(person)
    if not name or name.casefold() == clean(company).casefold() or not _is_person(name):
        return ""
    if "," in name:
        family, _, given = name.partition(",")
        name = f"{given.strip()} {family.strip()}".strip()
    return name


def _is_person(name: str) -> bool:
    if _NOT_IN_NAMES.search(name) or len(name) > 60:
        return False
    words = [word.strip(".,()'\"").casefold() for word in name.split()]
    return len(words) <= 5 and not any(word in _DESKS for word in words)


def _latin(word: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN") for c in word if c.isalpha())


def _cased(name: str) -> str:
    """`JANE` and `jane` become `Jane`; `McKay` and `van der Berg` stay as they are."""
    return name.title() if len(name) > 2 and (name.isupper() or name.islower()) and _latin(name) else name
