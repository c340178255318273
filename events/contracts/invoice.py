"""Events about an invoice: issued, changed, ended, paused; and credit notes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from events.contracts.kinds import (
    Amount,
    CurrencyCode,
    FieldError,
    Id,
    Part,
    Payload,
    Text,
    check_day,
    check_percent,
    end_day,
    minor_units,
)


class EarlyDiscount(Part, frozen=True, kw_only=True):
    """What is taken off, in percent of the total, when the payment comes by that day. A number or a decimal string."""

    percent: Decimal
    by_on: date

    def __post_init__(self) -> None:
        check_percent("percent", self.percent, 100)
        check_day("by_on", self.by_on)


class LateTerms(Part, frozen=True, kw_only=True):
    """What the contract says about late payment: interest per year in percent, a fixed fee, or both."""

    annual_percent: Decimal | None = None
    fixed_fee: Amount | None = None

    def __post_init__(self) -> None:
        if self.annual_percent is None and self.fixed_fee is None:
            raise FieldError("annual_percent", 'needed, or fixed_fee; no terms at all are written "none"')
        if self.annual_percent is not None:
            check_percent("annual_percent", self.annual_percent, 1000)


class Instalment(Part, frozen=True, kw_only=True):
    """A part of a sum and the day it is due. The amount is in the currency of what it is a part of."""

    due_on: date
    amount: Amount


class InvoiceContent(Payload, frozen=True, kw_only=True):
    """What an invoice says. The newer event `time` wins as a whole. Amounts are in `currency`, major units."""

    invoice_id: Id
    number: Id
    client_id: Id
    currency: CurrencyCode
    total: Amount
    issued_on: date
    due_on: date
    purchase_order: Text | None = None
    payment_url: Text | None = None
    payment_methods: tuple[Text, ...] = ()
    document_url: Text | None = None
    auto_collect: bool = False
    early_discount: EarlyDiscount | None = None
    late_terms: Literal["none", "statutory"] | LateTerms | None = None
    instalments: tuple[Instalment, ...] = ()
    creditor_id: Id | None = None

    def __post_init__(self) -> None:
        minor_units("total", self.total, self.currency, zero=True)
        check_day("issued_on", self.issued_on)
        check_day("due_on", self.due_on)
        if self.instalments:
            check_instalments(self.instalments, self.currency)
        terms = self.late_terms
        if terms is not None and not isinstance(terms, str) and terms.fixed_fee is not None:
            minor_units("late_terms.fixed_fee", terms.fixed_fee, self.currency, zero=True)

    @property
    def total_minor(self) -> int:
        """The total in minor units."""
        return minor_units("total", self.total, self.currency, zero=True)


class InvoiceIssued(InvoiceContent, frozen=True, kw_only=True):
    """An invoice went out."""

    event_type: ClassVar[str] = "invoice.issued"


class InvoiceUpdated(InvoiceContent, frozen=True, kw_only=True):
    """The invoice as it stands now."""

    event_type: ClassVar[str] = "invoice.updated"


class InvoiceVoided(Payload, frozen=True, kw_only=True):
    """The invoice should never have been; nothing is owed for it."""

    event_type: ClassVar[str] = "invoice.voided"
    invoice_id: Id
    reason: Text | None = None


class InvoiceWrittenOff(Payload, frozen=True, kw_only=True):
    """Nobody will be asked for it any more."""

    event_type: ClassVar[str] = "invoice.written_off"
    invoice_id: Id
    reason: Text | None = None


class InvoicePaused(Payload, frozen=True, kw_only=True):
    """No reminder for this invoice through `until_on` (inclusive; None: until resumed)."""

    event_type: ClassVar[str] = "invoice.paused"
    invoice_id: Id
    until_on: date | None = None
    reason: Text | None = None

    def __post_init__(self) -> None:
        end_day(self, self.until_on)


class InvoiceResumed(Payload, frozen=True, kw_only=True):
    """The pause is over."""

    event_type: ClassVar[str] = "invoice.resumed"
    invoice_id: Id
    until_on: date | None = None
    reason: Text | None = None

    def __post_init__(self) -> None:
        end_day(self, self.until_on)


class CreditNoteIssued(Payload, frozen=True, kw_only=True):
    """A credit for one invoice, or, where none is named, for the client's account. `amount` is above zero."""

    event_type: ClassVar[str] = "credit_note.issued"
    credit_note_id: Id
    invoice_id: Id | None = None
    client_id: Id | None = None
    currency: CurrencyCode
    amount: Amount

    def __post_init__(self) -> None:
        if self.invoice_id is None and self.client_id is None:
            raise FieldError(
                "invoice_id", "is missing; name the invoice, or the client_id for a credit on account"
            )
        minor_units("amount", self.amount, self.currency)

    @property
    def amount_minor(self) -> int:
        """The credit in minor units."""
        return minor_units("amount", self.amount, self.currency)


def check_instalments(instalments: tuple[Instalment, ...], currency: str) -> None:
    """Each part is above zero and its day can be counted from."""
    for index, part in enumerate(instalments):
        minor_units(f"instalments[{index}].amount", part.amount, currency)
        check_day(f"instalments[{index}].due_on", part.due_on)
