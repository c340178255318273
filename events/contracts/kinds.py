"""The kinds that event payloads are built from: ids, amounts, dates, and how a wrong one is named.

An amount stays the string that came in, beside its currency; `minor` properties give minor units. A check raises
`FieldError` with the field's path inside `data`; the registry turns it into a reason that a person can act on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec.structs import force_setattr

from config.currency import MoneyError, is_plain, to_minor

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
"""An id of the sender's own making."""
Text = Annotated[str, msgspec.Meta(max_length=10_000)]
"""Free text."""
CurrencyCode = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": "^[A-Z]{3}$"})]
"""ISO 4217, checked together with the amount beside it."""
Amount = Annotated[
    str,
    msgspec.Meta(
        description="A plain decimal in major units, as a string; never a JSON number.",
        examples=["1200.00"],
        extra_json_schema={"pattern": r"^[0-9]{1,18}(\.[0-9]{1,18})?$"},
    ),
]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""An instant with its offset; UTC once it has been read."""
Channel = Literal["email", "sms", "voice", "whatsapp"]

FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Outside these a date is a slip or a sentinel, and counting days from it may leave the calendar."""


class FieldError(ValueError):
    """A field that breaks its contract: where in `data` it stands, and what to write instead."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.field = field
        self.text = text


class Payload(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What `data` of an event holds. Fields that are not listed are ignored: senders may add to them."""

    event_type: ClassVar[str]
    """The CloudEvents `type` this payload belongs to."""


class Part(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A piece of a payload."""


def minor_units(field: str, amount: str, currency: str, *, zero: bool = False) -> int:
    """The amount in minor units. Raises `FieldError` unless it is plain, fits the currency and is above zero.

    `zero` allows 0 as well.
    """
    try:
        minor = to_minor(amount, currency)
    except MoneyError as error:
        text = str(error)
        raise FieldError("currency" if text.startswith("currency ") else field, text) from None
    if minor < 0 or (minor == 0 and not zero):
        raise FieldError(field, f"amount {amount!r} must {'not be below' if zero else 'be above'} 0")
    return minor


def check_amount(field: str, amount: str, currency: str | None) -> None:
    """The same check for an event that may leave its currency to the invoice."""
    if currency is not None:
        minor_units(field, amount, currency)
    elif not is_plain(amount):
        raise FieldError(field, f"amount {amount[:40]!r} is not a plain decimal number, like 1200.00")
    elif amount.startswith("-") or not amount.strip("0."):
        raise FieldError(field, f"amount {amount[:40]!r} must be above 0")


def check_day(field: str, day: date | None) -> None:
    """A date that days can be counted from."""
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FieldError(field, f"{day.isoformat()} must lie between the years {FIRST_YEAR} and {LAST_YEAR}")


def end_day(payload: Payload, day: date | None) -> None:
    """Normalise `until_on`: what senders write for "no end" (9999-12-31) is None, until somebody says."""
    if day is None:
        return
    if day.year > LAST_YEAR:
        force_setattr(payload, "until_on", None)
    else:
        check_day("until_on", day)


def utc(field: str, at: datetime) -> datetime:
    """The instant in UTC. Raises `FieldError` outside the years that can be true."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise FieldError(field, f"{at.isoformat()} must lie between the years {FIRST_YEAR} and {LAST_YEAR}")
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def check_percent(field: str, percent: Decimal, most: int) -> None:
    """A percentage above 0, at most `most`, with no more than six places."""
    if not percent.is_finite() or not 0 < percent <= most:
        raise FieldError(field, f"must be above 0 and at most {most}")
    places = percent.as_tuple().exponent
    if isinstance(places, int) and places < -6:
        raise FieldError(field, "must have no more than six decimal places")


def check_distinct(field: str, ids: Sequence[str], name: str) -> None:
    """No id twice in a list of things that have ids of their own."""
    if len(set(ids)) != len(ids):
        index = next(i for i, value in enumerate(ids) if value in ids[:i])
        raise FieldError(f"{field}[{index}].{name}", f"{ids[index][:40]!r} stands twice")
