"""The confirmation: terms that were agreed on the client's own page, once more and in writing.

It goes as an acknowledgement does, and only while the terms stand: what billing has cancelled or the client replaced
since is not confirmed any more, nor is more than what is still open and undisputed. It tells the parts as they were
agreed, whatever came for them meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from config.policy import Policy
from reminders.account import Account
from reminders.agreements import undisputed
from reminders.answers import AnswerKind
from reminders.consent import reachable
from reminders.decision import AnswerTold, PartTold, Way
from reminders.money import Money
from reminders.plans import PlanState
from reminders.promises import PromiseStanding, PromiseState
from reminders.snapshot import Channel, Instalment, Invoice, PastAnswer, Snapshot

_GOING_ON = frozenset({PlanState.RUNNING, PlanState.MISSED})


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What there is to confirm."""

    told: AnswerTold
    last: date
    """The client's last day on which it is still true: the last part's."""
    invoices: tuple[Invoice, ...]
    """What it is for, oldest due first."""
    way: Way


def confirmation(
    answer: PastAnswer, account: Account, snapshot: Snapshot, policy: Policy
) -> Confirmation | None:
    """What of the terms that were agreed with this answer stands; None: nothing does."""
    terms = tuple(_standing(answer, account))
    if not terms or not all(one.true for one in terms) or answer.contact_id is None:
        return None
    parts = sorted(
        (PartTold(part.due_on, Money(part.amount, one.currency)) for one in terms for part in one.parts),
        key=lambda part: (part.due_on, part.money.currency),
    )
    agreed_on = account.place.today(max(one.at for one in terms))
    ids = {invoice.invoice_id for one in terms for invoice in one.invoices}
    return Confirmation(
        AnswerTold(AnswerKind.PROMISE, agreed_on, parts=tuple(parts)),
        parts[-1].due_on,
        tuple(invoice for key, invoice in account.invoices.items() if key in ids),
        Way(_written(answer, snapshot, policy), answer.contact_id),
    )


def said_at(answer: PastAnswer, account: Account) -> datetime:
    """When an answer had its last effect: a person's yes makes an older one the newest word again."""
    return max((answer.received_at, *(one.at for one in _standing(answer, account))))


@dataclass(frozen=True, slots=True)
class _Terms:
    at: datetime
    currency: str
    parts: tuple[Instalment, ...]
    invoices: tuple[Invoice, ...]
    came: int
    """What came for it since, in minor units."""

    @property
    def true(self) -> bool:
        """Whether what is still to come of it is owed: a credit note or a dispute may have taken from it."""
        left = sum(part.amount for part in self.parts) - self.came
        return left <= sum(map(undisputed, self.invoices))


def _standing(answer: PastAnswer, account: Account) -> Iterator[_Terms]:
    """What was agreed with it and stands: a plan that was agreed later takes the place of a promise."""
    if not answer.agreed_id:
        return
    for standing in account.promises:
        promise = standing.promise
        if promise.promise_id.startswith(answer.agreed_id) and _waited_for(standing, account):
            part = Instalment(promise.promised_on, promise.amount)
            yield _Terms(promise.made_at, promise.currency, (part,), standing.invoices, standing.kept)
    for running in account.plans:
        plan = running.plan
        if plan.plan_id.startswith(answer.agreed_id) and running.state in _GOING_ON:
            yield _Terms(plan.agreed_at, plan.currency, plan.instalments, running.invoices, running.paid)


def _waited_for(standing: PromiseStanding, account: Account) -> bool:
    own = {invoice.invoice_id for invoice in standing.invoices}
    return standing.state is PromiseState.PENDING and not any(
        running.plan.agreed_at > standing.promise.made_at
        and not own.isdisjoint(invoice.invoice_id for invoice in running.invoices)
        for running in account.plans
    )


def _written(answer: PastAnswer, snapshot: Snapshot, policy: Policy) -> Channel:
    """By mail, where all dates can be kept; else as the message came whose link was followed."""
    mail = reachable(snapshot.client, snapshot.suppressions, Channel.EMAIL, answer.contact_id, policy)
    by_mail = mail is None and Channel.EMAIL.value in policy.channels
    return Channel.EMAIL if by_mail else answer.channel
