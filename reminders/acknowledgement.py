"""The acknowledgement: one polite word after a client's own answer, on the way on which the answer came.

It says what was understood and what happens next, so it goes only while that is true: the promise is pending, reminders
are held, somebody has still to call. Whatever a person has to make out first is left to that person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from config.policy import Anchor, Policy
from reminders.account import Account
from reminders.answers import WEIGHTY, AnswerKind
from reminders.confirmation import confirmation, said_at
from reminders.decision import AnswerTold, Way
from reminders.discount import took_discount
from reminders.holds import SETTLED, SILENCES_THANKS, active
from reminders.money import Money
from reminders.promises import PromiseState
from reminders.snapshot import Invoice, PastAnswer, PastMessage, Snapshot

_BY_A_PERSON = frozenset({AnswerKind.HARDSHIP, AnswerKind.CALL_ME})
"""Answers after which somebody gets in touch, within the days that the policy gives for a call."""
_WHATEVER_IS_OWED = frozenset({AnswerKind.CALL_ME, AnswerKind.WRONG_PERSON})


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What there is to say to a client who has answered."""

    carrying: Invoice
    """The carrying invoice of the message that was answered; of terms that were agreed, the oldest one."""
    invoices: tuple[Invoice, ...]
    """Those that the answered message named, oldest due first; what is settled is left out. Of terms that were agreed,
    those that they are for."""
    last: date
    """The client's last day on which it is still true."""
    told: AnswerTold
    way: Way


def acknowledgement(account: Account, snapshot: Snapshot, policy: Policy) -> Acknowledgement | None:
    """The acknowledgement that the client's newest word asks for; None: none.

    Only a sure answer has one, while a person has still to deal with it; and terms that were agreed on the page, as
    long as they stand. A stop, somebody's absence and everything else have none, nor has an answer to an
    acknowledgement: two machines would thank each other for ever. Whoever says that they are the wrong person is told
    that we are sorry, and nothing else any more.
    """
    newest_first = reversed(snapshot.answers)
    answer = max(newest_first, key=lambda answer: said_at(answer, account), default=None)
    if answer is None or answer.contact_id is None:
        return None
    if not (answer.agreed_id or (answer.kind is not None and answer.waits)):
        return None
    answered = next((m for m in snapshot.messages if m.message_id == answer.message_id), None)
    if answered is None or _silent(answered, account, snapshot, policy):
        return None
    if answer.contact_id in snapshot.client.gone and answer.kind is not AnswerKind.WRONG_PERSON:
        return None
    if answer.agreed_id:
        agreed = confirmation(answer, account, snapshot, policy)
        if agreed is None:
            return None
        return Acknowledgement(agreed.invoices[0], agreed.invoices, agreed.last, agreed.told, agreed.way)
    carrying = account.invoices.get(answered.carrying_invoice_id)
    named = [account.invoices[key] for key in answered.invoice_ids if key in account.invoices]
    open_ones = [invoice for invoice in named if not _is_settled(invoice, account)]
    if carrying is None or not (open_ones or answer.kind in _WHATEVER_IS_OWED):
        return None
    said = _said(answer, frozenset(answered.invoice_ids), account, policy)
    if said is None:
        return None
    told, last = said
    return Acknowledgement(
        carrying, _oldest_first(open_ones or named), last, told, Way(answer.channel, answer.contact_id)
    )


def _silent(answered: PastMessage, account: Account, snapshot: Snapshot, policy: Policy) -> bool:
    """Whether no friendly word goes to the client at all, or none after this message."""
    held = {reason for reason, _ in active(snapshot.client.holds, account.place, account.today)}
    step = policy.step(answered.step)
    return (
        not snapshot.client.known
        or bool(held & SILENCES_THANKS)
        or answered.creditor_id in account.silent
        or (step is not None and step.anchor is Anchor.ANSWER)
    )


def _is_settled(invoice: Invoice, account: Account) -> bool:
    blocked = account.blocked.get(invoice.invoice_id)
    # A discount that was taken may stand behind a graver reason, as a promise of the rest is.
    return took_discount(invoice) or (blocked is not None and blocked.reason in SETTLED)


def _said(
    answer: PastAnswer, about: frozenset[str], account: Account, policy: Policy
) -> tuple[AnswerTold, date] | None:
    """What is told of the answer, and the last day on which that is true; None: there is nothing sure to tell."""
    kind, on = answer.kind, account.place.today(answer.received_at)
    if kind is AnswerKind.PROMISE:
        return _promised(answer, on, about, account)
    if kind in _BY_A_PERSON:
        by_on = account.place.add_working_days(on, policy.tasks.call, policy.windows)
        told = AnswerTold(kind, on, by_on=by_on)
        return (told, by_on) if kind is AnswerKind.CALL_ME or account.hold is not None else None
    if kind in WEIGHTY and account.hold is not None:
        return AnswerTold(kind, on), date.max
    return (AnswerTold(kind, on), date.max) if kind is AnswerKind.WRONG_PERSON else None


def _promised(
    answer: PastAnswer, on: date, about: frozenset[str], account: Account
) -> tuple[AnswerTold, date] | None:
    """A promise that counts: one that was granted without asking, and still stands.

    Its sum is told where the client named a part of what is open, or was written to about all of it as due. Else the
    day has to do: they may have meant the one invoice that is late.
    """
    for standing in account.promises:
        promise = standing.promise
        if promise.promise_id == answer.promise_id and standing.state is PromiseState.PENDING:
            part = promise.amount < sum(invoice.open for invoice in standing.invoices)
            due = all(
                invoice.invoice_id in about and invoice.due_on <= on and not invoice.instalments
                for invoice in standing.invoices
            )
            money = Money(promise.amount, promise.currency) if part or due else None
            return AnswerTold(AnswerKind.PROMISE, on, promise.promised_on, money), promise.promised_on
    return None


def _oldest_first(invoices: Iterable[Invoice]) -> tuple[Invoice, ...]:
    return tuple(sorted(invoices, key=lambda invoice: (invoice.due_on, invoice.invoice_id)))
