"""Events about what a client has agreed to: promises to pay, and payment plans."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from events.contracts.invoice import Instalment, check_instalments
from events.contracts.kinds import Amount, CurrencyCode, Id, Payload, Text, check_day, minor_units


class PromiseMade(Payload, frozen=True, kw_only=True):
    """The client said what they will pay and on which day. Without `invoice_ids`, towards all that is open."""

    event_type: ClassVar[str] = "promise.made"
    promise_id: Id
    client_id: Id
    invoice_ids: tuple[Id, ...] = ()
    amount: Amount
    currency: CurrencyCode
    promised_on: date
    by: Text | None = None

    def __post_init__(self) -> None:
        minor_units("amount", self.amount, self.currency)
        check_day("promised_on", self.promised_on)

    @property
    def amount_minor(self) -> int:
        """The promised sum in minor units."""
        return minor_units("amount", self.amount, self.currency)


class PlanContent(Payload, frozen=True, kw_only=True):
    """A payment plan: which invoices it covers and the parts it is paid in."""

    plan_id: Id
    client_id: Id
    invoice_ids: tuple[Id, ...] = ()
    currency: CurrencyCode
    instalments: tuple[Instalment, ...] = ()

    def __post_init__(self) -> None:
        minor_units("currency", "0", self.currency, zero=True)
        check_instalments(self.instalments, self.currency)


class PlanAgreed(PlanContent, frozen=True, kw_only=True):
    """The plan holds."""

    event_type: ClassVar[str] = "plan.agreed"


class PlanCancelled(PlanContent, frozen=True, kw_only=True):
    """The plan holds no more."""

    event_type: ClassVar[str] = "plan.cancelled"
