"""Addresses as a provider takes them, and what is wrong with those that it would not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from reminders.snapshot import Channel, Contact

# An address that could exist. Whether it does, only its mail server can say.
_EMAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[^\s@<>()\[\]\\,;:\".]+(\.[^\s@<>()\[\]\\,;:\".]+)+")
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3
_SEPARATORS = re.compile(r"[,;]")
_NO_NUMBER = "is no phone number; it begins with + and the country code"
_UNPARSED = {
    NumberParseException.INVALID_COUNTRY_CODE: "has no country code that exists",
    NumberParseException.TOO_SHORT_AFTER_IDD: "is too short for its country",
    NumberParseException.TOO_SHORT_NSN: "is too short for its country",
    NumberParseException.TOO_LONG: "is too long for its country",
}
_IMPOSSIBLE = {
    ValidationResult.TOO_SHORT: "is too short for its country",
    ValidationResult.TOO_LONG: "is too long for its country",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "is only a part of a number",
    ValidationResult.INVALID_LENGTH: "has a length that its country does not know",
}


@lru_cache(maxsize=8192)
def usable_address(channel: Channel, address: str | None) -> str | None:
    """The address as a provider takes it (a phone number as E.164), or None where it can't be one.

    A number that is surely a landline's is none for written messages.
    """
    if not address or flaw_of(channel, address) is not None:
        return None
    return address.strip() if channel is Channel.EMAIL else _number(address, written=False)[0]


def flaw_of(channel: Channel, address: str) -> str | None:
    """What is wrong with an address, so that it is never used on that channel; None: nothing that can be seen.

    The words follow "the email address" or "the phone number" and never repeat the address itself.
    """
    if channel is Channel.EMAIL:
        return _flaw_of_email(address.strip())
    return _number(address, written=channel is not Channel.VOICE)[1]


def flaws(contacts: Iterable[Contact]) -> Iterator[tuple[str, str]]:
    """What is wrong with the addresses of these contacts: contact id and words, never the address itself."""
    for contact in contacts:
        if contact.email and (wrong := flaw_of(Channel.EMAIL, contact.email)):
            yield contact.contact_id, f"the email address {wrong}"
        if contact.phone and (wrong := flaw_of(Channel.SMS, contact.phone)):
            yield contact.contact_id, f"the phone number {wrong}"


def same_key(channel: Channel, address: str) -> str:
    """The form in which two spellings of one address are equal."""
    return (usable_address(channel, address) or address.strip()).casefold()


def masked(address: str) -> str:
    """An address by which its owner knows it again and nobody else does: `r…@example.org`, `+49…78`."""
    address = address.strip()
    name, at, domain = address.rpartition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    return f"{address[:3]}…{address[-2:]}" if len(address) > 6 else "…"


def _flaw_of_email(address: str) -> str | None:
    if len(address) > _LONGEST_EMAIL:
        return f"is longer than {_LONGEST_EMAIL} characters"
    if _EMAIL.fullmatch(address):
        return None
    if address.count("@") > 1 and _SEPARATORS.search(address):
        return "holds several addresses; a contact has one"
    name, at, domain = address.rpartition("@")
    if not at:
        return "has no @"
    if "." not in domain.strip("."):
        return "has no whole domain after the @, like example.org"
    if not name:
        return "has nothing before the @"
    return "holds characters that no plain address has"


@lru_cache(maxsize=4096)
def _number(number: str, *, written: bool) -> tuple[str | None, str | None]:
    """The number as E.164, if its country's plan has room for it and, for a written message, not on a landline; else
    what is wrong with it.

    Possible is enough: whether a number is assigned, the carrier knows; lists of assigned ranges age, and a list
    that is too old would silence a client who can be reached.
    """
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException as error:
        if number.strip()[:1].isdigit():
            return None, "has no country code; it begins with + and the country code"
        return None, _UNPARSED.get(error.error_type, _NO_NUMBER)
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible != ValidationResult.IS_POSSIBLE:
        return None, _IMPOSSIBLE.get(possible, _NO_NUMBER)
    if written and phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE:
        return None, "is a landline's, which takes no written messages"
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164), None
