"""Events about money that came, is on its way, did not come, or went back; and how far the biller's books are told."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from msgspec.structs import force_setattr

from events.contracts.kinds import (
    Amount,
    CurrencyCode,
    FieldError,
    Id,
    Instant,
    Part,
    Payload,
    Text,
    check_amount,
    check_day,
    minor_units,
    utc,
)


class Allocation(Part, frozen=True, kw_only=True):
    """The part of a payment that settles an invoice, in the payment's currency. An invoice may stand more than once."""

    invoice_id: Id
    amount: Amount


class PaymentReceived(Payload, frozen=True, kw_only=True):
    """Money came. What is not allocated stays on the client's account."""

    event_type: ClassVar[str] = "payment.received"
    payment_id: Id
    client_id: Id
    currency: CurrencyCode
    amount: Amount
    received_on: date
    allocations: tuple[Allocation, ...] = ()

    def __post_init__(self) -> None:
        left = minor_units("amount", self.amount, self.currency)
        check_day("received_on", self.received_on)
        for index, part in enumerate(self.allocations):
            left -= minor_units(f"allocations[{index}].amount", part.amount, self.currency)
            if left < 0:
                raise FieldError(
                    f"allocations[{index}].amount",
                    f"the allocations add up to more than the payment ({self.amount})",
                )

    @property
    def amount_minor(self) -> int:
        """The payment in minor units."""
        return minor_units("amount", self.amount, self.currency)

    @property
    def allocated(self) -> dict[str, int]:
        """Minor units per invoice id, lines for the same invoice added up."""
        sums: dict[str, int] = {}
        for part in self.allocations:
            minor = minor_units("amount", part.amount, self.currency)
            sums[part.invoice_id] = sums.get(part.invoice_id, 0) + minor
        return sums


class PaymentPending(Payload, frozen=True, kw_only=True):
    """A collection for this invoice is under way (a direct debit). Without `currency`, in the invoice's."""

    event_type: ClassVar[str] = "payment.pending"
    payment_id: Id
    invoice_id: Id
    amount: Amount
    currency: CurrencyCode | None = None
    expected_on: date | None = None

    def __post_init__(self) -> None:
        check_amount("amount", self.amount, self.currency)
        check_day("expected_on", self.expected_on)


class PaymentFailed(Payload, frozen=True, kw_only=True):
    """The collection did not succeed."""

    event_type: ClassVar[str] = "payment.failed"
    payment_id: Id
    invoice_id: Id
    amount: Amount
    currency: CurrencyCode | None = None
    expected_on: date | None = None

    def __post_init__(self) -> None:
        check_amount("amount", self.amount, self.currency)
        check_day("expected_on", self.expected_on)


class PaymentReversed(Payload, frozen=True, kw_only=True):
    """A payment that was received went back, whole.

    A `reason` like `misposted`, `booking_error`, `duplicate` or `wrong_client` says that there never was such a
    payment: the client is told nothing, and reminders come back after the same few days.
    """

    event_type: ClassVar[str] = "payment.reversed"
    payment_id: Id
    reversed_on: date | None = None
    reason: Text | None = None

    def __post_init__(self) -> None:
        check_day("reversed_on", self.reversed_on)


class LedgerSynced(Payload, frozen=True, kw_only=True):
    """All payments up to this instant (UTC) have been published by this source: the freshness guard."""

    event_type: ClassVar[str] = "ledger.synced"
    through_at: Instant

    def __post_init__(self) -> None:
        force_setattr(self, "through_at", utc("through_at", self.through_at))
