"""Events about an invoice that the client does not accept, whole or in part."""

from __future__ import annotations

from typing import ClassVar

from events.contracts.kinds import Amount, CurrencyCode, Id, Payload, Text, check_amount


class DisputeContent(Payload, frozen=True, kw_only=True):
    """`amount` is the disputed part, in the invoice's currency; without it, the whole invoice is disputed."""

    dispute_id: Id
    invoice_id: Id
    amount: Amount | None = None
    currency: CurrencyCode | None = None
    reason_code: Text | None = None
    outcome: Text | None = None

    def __post_init__(self) -> None:
        if self.amount is not None:
            check_amount("amount", self.amount, self.currency)


class DisputeOpened(DisputeContent, frozen=True, kw_only=True):
    """The client does not accept it."""

    event_type: ClassVar[str] = "dispute.opened"


class DisputeResolved(DisputeContent, frozen=True, kw_only=True):
    """The dispute is over; `outcome` is the biller's own word for how."""

    event_type: ClassVar[str] = "dispute.resolved"
