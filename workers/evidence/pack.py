"""The pack: one client's whole case against one creditor at one instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reminders.money import Money
from workers.evidence.agreements import PlanFile, PromiseFile
from workers.evidence.amounts import sums
from workers.evidence.extract import Extract
from workers.evidence.hand_over import HandOverFile
from workers.evidence.holds import HoldFile
from workers.evidence.interest import SheetFile
from workers.evidence.invoices import InvoiceFile, Standing
from workers.evidence.messages import MessageFile
from workers.evidence.on_account import OnAccount
from workers.evidence.parties import CreditorParty, DebtorParty
from workers.evidence.people import EscalationFile, TaskFile
from workers.evidence.replies import Barred, ReplyFile

SCHEMA = "amicable-evidence/1"
"""Name and version of what the JSON looks like."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that a lawyer needs to take the case over. It holds personal data: addresses, people's own words."""

    creditor: CreditorParty
    debtor: DebtorParty
    as_of: datetime
    """The instant that sums, days and interest are counted to."""
    day: date
    """The same as a date of the creditor's calendar."""
    written_by: str
    purpose: str
    invoices: tuple[InvoiceFile, ...]
    on_account: tuple[OnAccount, ...]
    promises: tuple[PromiseFile, ...]
    plans: tuple[PlanFile, ...]
    holds: tuple[HoldFile, ...]
    messages: tuple[MessageFile, ...]
    replies: tuple[ReplyFile, ...]
    barred: tuple[Barred, ...]
    tasks: tuple[TaskFile, ...]
    escalations: tuple[EscalationFile, ...]
    interest: tuple[SheetFile, ...]
    hand_over: HandOverFile
    journal: Extract

    @property
    def claimed(self) -> tuple[InvoiceFile, ...]:
        """The invoices of which something is open."""
        return tuple(invoice for invoice in self.invoices if invoice.standing is Standing.OPEN)

    @property
    def open(self) -> tuple[Money, ...]:
        """What is open, per currency; disputed or not, without interest."""
        return sums(invoice.open for invoice in self.invoices)

    @property
    def disputed(self) -> tuple[Money, ...]:
        """The disputed part of what is open, per currency."""
        return sums(invoice.disputed for invoice in self.invoices)

    @property
    def unallocated(self) -> tuple[Money, ...]:
        """The client's money that settles no invoice, per currency."""
        return sums(one.amount for one in self.on_account)

    @property
    def available(self) -> tuple[Money, ...]:
        """Interest and fixed sums that law or contract give, per currency; what may be claimed is for a person."""
        return sums(sheet.total for sheet in self.interest if sheet.total)

    @property
    def available_on_open(self) -> tuple[Money, ...]:
        """The part of it that is on invoices of which something is open."""
        ids = {invoice.invoice_id for invoice in self.claimed}
        return sums(sheet.total for sheet in self.interest if sheet.total and sheet.invoice_id in ids)

    @property
    def sent(self) -> tuple[MessageFile, ...]:
        """The messages for which a provider was called."""
        return tuple(message for message in self.messages if message.went_out)

    @property
    def unsent(self) -> tuple[MessageFile, ...]:
        """The messages that never went anywhere."""
        return tuple(message for message in self.messages if not message.went_out)

    @property
    def receipts(self) -> int:
        """How many receipts there are."""
        return sum(len(message.receipts) for message in self.messages)

    def number_of(self, invoice_id: str) -> str:
        """An invoice by the number that stands on it."""
        return next((one.number for one in self.invoices if one.invoice_id == invoice_id), invoice_id)
