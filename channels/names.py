"""What to call somebody, and how a name from outside is made safe to print.

Names come from billing systems, typed by many hands: with titles, in capitals, as `Accounts Team`, or as a script that
somebody tried. Escaping is the templates' work; here go only the characters that could change what surrounds them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Line breaks would break out of a subject or a table row, bidirectional overrides could turn an amount round.
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_OVERRIDES = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NOT_IN_NAMES = re.compile(r"[\d@:/\\<>{}\[\]|&+=_#%]")
_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "herr", "frau"}
)
# Words that make a name the name of a desk or a company and not of a person.
_DESKS = frozenset(
    {
        "account", "accounts", "accounting", "accountant", "accountants", "payable", "payables", "receivable", "ap",
        "finance", "finances", "billing", "bookkeeping", "invoice", "invoices", "purchasing", "procurement",
        "team", "department", "dept", "office", "desk", "service", "services", "support", "admin", "administration",
        "info", "hello", "contact", "treasury", "buchhaltung", "rechnungswesen", "einkauf", "verwaltung",
        "ltd", "limited", "plc", "llp", "llc", "inc", "corp", "co", "company", "group", "holding", "holdings",
        "gmbh", "ag", "kg", "ug", "ohg", "se", "bv", "nv", "sa", "sas", "sarl", "srl", "spa", "oy", "ab", "as", "kk",
        "the", "and", "und", "of", "unknown", "test", "n/a", "none",
    }
)  # fmt: skip
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
    name, company = clean(person), clean(company)
    if not name or name.casefold() == company.casefold() or not _is_person(name):
        return company
    if "," in name:
        family, _, given = name.partition(",")
        name = f"{given.strip()} {family.strip()}".strip()
    words = name.split()
    first = words[0]
    if first.rstrip(".").casefold() in _TITLES or len(first.rstrip(".")) == 1:
        return _cased(name)
    if country in _FAMILY_NAME_FIRST or not _latin(first):
        return _cased(name)
    return _cased(first)


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
