"""A pack as JSON: the same pack gives the same bytes.

Keys are sorted, amounts are decimal strings with their currency, instants are UTC in ISO 8601, dates are dates.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from ledger.types import iso
from reminders.money import Money
from workers.evidence.invoices import InvoiceFile
from workers.evidence.pack import SCHEMA, Pack

_encode = msgspec.json.Encoder(order="sorted").encode


def to_json(pack: Pack) -> bytes:
    """The whole pack, with its sums, as one JSON object and a line feed."""
    whole = {
        **_fields(pack),
        "schema": SCHEMA,
        "sums": {
            "open": _plain(pack.open),
            "disputed": _plain(pack.disputed),
            "on_account": _plain(pack.unallocated),
            "interest_available": _plain(pack.available),
        },
    }
    return _encode(whole) + b"\n"


def _plain(value: Any) -> Any:
    """A value of the pack in the types that JSON has. Raises `TypeError` for one that no pack should hold."""
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return value.value
        case str():
            return value
        case Money():
            return {"amount": str(value.decimal), "currency": value.currency}
        case datetime():
            return iso(value)
        case date() | Decimal():
            return str(value)
        case tuple() | list():
            return [_plain(one) for one in value]
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
        case InvoiceFile():
            figures = {
                name: getattr(value, name) for name in ("paid", "credited", "open", "disputed", "standing")
            }
            return {**_fields(value), **_plain(figures)}
    if dataclasses.is_dataclass(value):
        return _fields(value)
    raise TypeError(f"{type(value).__name__} has no place in a pack")


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
