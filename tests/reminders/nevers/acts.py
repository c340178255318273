"""What may happen to a client: each act tells the book one thing. An act that has lost its object changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from reminders.answers import WEIGHTY, AnswerKind
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Consent, Instalment, Suppression
from tests.reminders.nevers.facts import Bill, Cut, Deal, Debit, Facts, Objection, Receipt, Said, Word
from tests.reminders.nevers.places import day_of
from tests.reminders.nevers.sums import owed


class Act(Protocol):
    """Something that comes to be known at an instant."""

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        """The book with it."""


T = TypeVar("T")


def _changed(things: Iterable[T], which: Callable[[T], bool], **fields: Any) -> tuple[T, ...]:
    return tuple(replace(thing, **fields) if which(thing) else thing for thing in things)  # type: ignore[type-var]


@dataclass(frozen=True)
class Issue:
    """Billing issues an invoice, or sends what was issued long ago."""

    bill: Bill

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        return replace(facts, bills=(*facts.bills, replace(self.bill, seen_at=at)))


@dataclass(frozen=True)
class Pay:
    """The client pays a bill: a share of what is open (1 is all of it), and something beyond. The bank may be slow."""

    receipt_id: str
    invoice_id: str
    share: float = 1
    beyond: int = 0
    days_ago: int = 0

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        bill = facts.bill(self.invoice_id)
        if bill is None or not (amount := round(owed(facts, bill) * self.share)):
            return facts
        on = day_of(facts.client, at) - timedelta(days=self.days_ago)
        parts = ((bill.invoice_id, amount),)
        receipt = Receipt(self.receipt_id, bill.currency, parts, self.beyond, on, at)
        return replace(facts, receipts=(*facts.receipts, receipt))


@dataclass(frozen=True)
class PayOnAccount:
    """Money comes that nobody has allocated."""

    receipt_id: str
    currency: str
    amount: int

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        receipt = Receipt(self.receipt_id, self.currency, (), self.amount, day_of(facts.client, at), at)
        return replace(facts, receipts=(*facts.receipts, receipt))


@dataclass(frozen=True)
class GoBack:
    """A payment is taken back."""

    receipt_id: str

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        today = day_of(facts.client, at)
        receipts = _changed(
            facts.receipts,
            lambda receipt: receipt.receipt_id == self.receipt_id and receipt.back_on is None,
            back_on=today,
            back_heard_at=at,
        )
        return replace(facts, receipts=receipts)


@dataclass(frozen=True)
class Credit:
    """A credit note over a share of what is open."""

    invoice_id: str
    share: float

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        bill = facts.bill(self.invoice_id)
        if bill is None or not (amount := round(owed(facts, bill) * self.share)):
            return facts
        return replace(facts, cuts=(*facts.cuts, Cut(bill.invoice_id, amount, day_of(facts.client, at))))


@dataclass(frozen=True)
class Ended:
    """A bill is voided or written off."""

    invoice_id: str
    how: Reason

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        return _of_bill(facts, self.invoice_id, ended=self.how)


@dataclass(frozen=True)
class Moved:
    """A bill's due date moves by so many days."""

    invoice_id: str
    days: int

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        bill = facts.bill(self.invoice_id)
        if bill is None or bill.instalments:
            return facts
        due_on = max(bill.issued_on, bill.due_on + timedelta(days=self.days))
        return _of_bill(facts, self.invoice_id, due_on=due_on)


@dataclass(frozen=True)
class PauseBill:
    """Reminders for a bill are paused, or go on."""

    invoice_id: str
    on: bool
    days: int | None = None

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        through = None if self.days is None else day_of(facts.client, at) + timedelta(days=self.days)
        return _of_bill(facts, self.invoice_id, paused=self.on, paused_through=through)


@dataclass(frozen=True)
class BeginDebit:
    """A direct debit is begun, or begun again; without a share, of the whole bill."""

    debit_id: str
    invoice_id: str
    share: float | None
    days: int

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        bill = facts.bill(self.invoice_id)
        if bill is None or not owed(facts, bill):
            return facts
        amount = None if self.share is None else max(1, round(owed(facts, bill) * self.share))
        expected = day_of(facts.client, at) + timedelta(days=self.days)
        others = tuple(debit for debit in facts.debits if debit.debit_id != self.debit_id)
        return replace(facts, debits=(*others, Debit(self.debit_id, bill.invoice_id, amount, expected)))


@dataclass(frozen=True)
class EndDebit:
    """A direct debit brings its money, or fails."""

    debit_id: str
    failed: bool

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        debit = next((d for d in facts.debits if d.debit_id == self.debit_id and not d.over), None)
        bill = facts.bill(debit.invoice_id) if debit is not None else None
        if debit is None or bill is None:
            return facts
        today = day_of(facts.client, at)
        amount = owed(facts, bill) if debit.amount is None else debit.amount
        fields: dict[str, Any] = {"over": True}
        receipts = facts.receipts
        if self.failed:
            fields |= {"failed_on": today, "failed_heard_at": at, "amount": amount}
            # What was to be collected automatically was not, this time: from now on it is asked for.
            facts = _of_bill(facts, bill.invoice_id, auto_collect=False)
        elif amount:
            parts = ((bill.invoice_id, amount),)
            receipts = (*receipts, Receipt(debit.debit_id, bill.currency, parts, 0, today, at))
        debits = _changed(facts.debits, lambda d: d.debit_id == self.debit_id, **fields)
        return replace(facts, debits=debits, receipts=receipts)


@dataclass(frozen=True)
class Object:
    """The client disputes a share of a bill; without a share, all of it."""

    objection_id: str
    invoice_id: str
    share: float | None
    code: str = "quality"

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        bill = facts.bill(self.invoice_id)
        if bill is None:
            return facts
        amount = None if self.share is None else max(1, round(bill.total * self.share))
        objection = Objection(self.objection_id, bill.invoice_id, amount, self.code)
        return replace(facts, objections=(*facts.objections, objection))


@dataclass(frozen=True)
class Resolve:
    """A dispute is resolved."""

    objection_id: str

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        objections = _changed(
            facts.objections,
            lambda objection: objection.objection_id == self.objection_id,
            resolved_on=day_of(facts.client, at),
        )
        return replace(facts, objections=objections)


@dataclass(frozen=True)
class GiveWord:
    """The client promises a share of what these bills have open, in so many days."""

    word_id: str
    invoice_ids: tuple[str, ...]
    share: float
    days: int

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        bill = next(filter(None, map(facts.bill, self.invoice_ids)), None)
        if bill is None:
            return facts
        bills = facts.covered(self.invoice_ids, bill.currency)
        amount = round(sum(owed(facts, one) for one in bills) * self.share)
        if not amount:
            return facts
        for_on = day_of(facts.client, at) + timedelta(days=self.days)
        word = Word(self.word_id, self.invoice_ids, bill.currency, amount, at, for_on)
        return replace(facts, words=(*facts.words, word))


@dataclass(frozen=True)
class Agree:
    """A payment plan over what these bills have open: equal parts, the first in `first` days; or no dates."""

    deal_id: str
    invoice_ids: tuple[str, ...]
    parts: int
    first: int
    every: int

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        bill = next(filter(None, map(facts.bill, self.invoice_ids)), None)
        if bill is None:
            return facts
        total = sum(owed(facts, one) for one in facts.covered(self.invoice_ids, bill.currency))
        if not total:
            return facts
        begin = day_of(facts.client, at) + timedelta(days=self.first)
        each = [total // self.parts] * (self.parts - 1) if self.parts else []
        amounts = [*each, total - sum(each)] if self.parts else []
        parts = tuple(
            Instalment(begin + timedelta(days=number * self.every), amount)
            for number, amount in enumerate(amounts)
            if amount
        )
        deal = Deal(self.deal_id, self.invoice_ids, bill.currency, parts, at)
        return replace(facts, deals=(*facts.deals, deal))


@dataclass(frozen=True)
class PayPart:
    """The client pays the oldest open part of a plan, or a share of it."""

    receipt_id: str
    deal_id: str
    share: float = 1

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        deal = next((deal for deal in facts.deals if deal.deal_id == self.deal_id), None)
        if deal is None or not deal.parts:
            return facts
        left = round(deal.parts[0].amount * self.share)
        parts = []
        for bill in facts.covered(deal.invoice_ids, deal.currency):
            if amount := min(left, owed(facts, bill)):
                parts.append((bill.invoice_id, amount))
                left -= amount
        if not parts:
            return facts
        on = day_of(facts.client, at)
        receipt = Receipt(self.receipt_id, deal.currency, tuple(parts), 0, on, at)
        return replace(facts, receipts=(*facts.receipts, receipt))


@dataclass(frozen=True)
class Cancel:
    """A payment plan is cancelled."""

    deal_id: str

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        deals = _changed(facts.deals, lambda deal: deal.deal_id == self.deal_id, cancelled=True)
        return replace(facts, deals=deals)


@dataclass(frozen=True)
class HoldClient:
    """Hardship, a breathing space or a pause begins, for so many days or until it is over."""

    why: Reason
    days: int | None = None

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        through = None if self.days is None else day_of(facts.client, at) + timedelta(days=self.days)
        return replace(facts, holds={**facts.holds, self.why: through})


@dataclass(frozen=True)
class ReleaseClient:
    """It is over."""

    why: Reason

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        if self.why not in facts.holds:
            return facts
        holds = {why: through for why, through in facts.holds.items() if why is not self.why}
        hard = self.why in (Reason.HARDSHIP, Reason.MORATORIUM)
        through = day_of(facts.client, at) if hard else facts.hardship_through
        return replace(facts, holds=holds, hardship_through=through)


@dataclass(frozen=True)
class Profile:
    """The profile is sent anew."""

    client: Client

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        return replace(facts, client=self.client)


@dataclass(frozen=True)
class SayConsent:
    """The client allows a channel, or withdraws it."""

    channel: Channel
    granted: bool

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        consents = (*facts.client.consents, Consent(self.channel, self.granted, at))
        return replace(facts, client=replace(facts.client, consents=consents))


@dataclass(frozen=True)
class OptOut:
    """The client stops a channel, by word or link."""

    channel: Channel

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        barred = [
            Suppression(self.channel, address, Reason.OPTED_OUT)
            for contact in facts.client.contacts
            if (address := contact.address(self.channel))
        ]
        return replace(facts, barred=(*facts.barred, *barred))


@dataclass(frozen=True)
class StartAgain:
    """The client allows a channel again; what bounced stays gone."""

    channel: Channel

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        again = [b for b in facts.barred if b.channel is self.channel and b.reason is Reason.OPTED_OUT]
        return replace(facts, barred=tuple(barred for barred in facts.barred if barred not in again))


@dataclass(frozen=True)
class Answer:
    """The client answers the newest message. A person has to read it, but for a bare stop, which ends its channel.

    A promise is for all that the message was about, in so many days. A proposal is for a person to judge, and weighty.
    Who answers a call presses keys, and was told there and then what follows: nothing more is said to that.
    """

    answer_id: str
    kind: AnswerKind | None
    days: int = 5
    proposal: bool = False

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        to = facts.last_said
        if to is None:
            return facts
        stops = self.kind is AnswerKind.STOP
        kind = None if to.channel is Channel.VOICE else self.kind
        answered = replace(facts, answers=(*facts.answers, Said(self.answer_id, kind, to, at, read=stops)))
        if stops:
            return OptOut(to.channel)(answered, at)
        if self.kind is AnswerKind.PROMISE:
            answered = GiveWord(answered.answers[-1].word_id, to.invoice_ids, 1, self.days)(answered, at)
        if self.kind is AnswerKind.WRONG_PERSON and to.contact_id is not None:
            gone = answered.client.gone | {to.contact_id}
            answered = replace(answered, client=replace(answered.client, gone=gone))
        weighty = self.proposal or self.kind in WEIGHTY
        return replace(answered, replied_at=at, weighty_reply_at=at if weighty else answered.weighty_reply_at)


@dataclass(frozen=True)
class ReadReply:
    """A person has dealt with the answers."""

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        read = tuple(replace(said, read=True) for said in facts.answers)
        return replace(facts, replied_at=None, weighty_reply_at=None, answers=read)


@dataclass(frozen=True)
class Sync:
    """The billing system says that all payments until now were told."""

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        return replace(facts, synced_at=at)


@dataclass(frozen=True)
class TakeBack:
    """A person takes a case back from the attorney."""

    creditor_id: str

    def __call__(self, facts: Facts, at: datetime) -> Facts:
        return replace(facts, escalated=facts.escalated - {self.creditor_id})


def _of_bill(facts: Facts, invoice_id: str, **fields: Any) -> Facts:
    return replace(facts, bills=_changed(facts.bills, lambda bill: bill.invoice_id == invoice_id, **fields))
