"""Answers about paying: it is paid, it will be paid on a day, it would be paid in parts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from ledger.proposals import agree, propose
from ledger.unit import Unit
from reminders.agreements import undisputed
from reminders.answers import AnswerKind
from reminders.calendar import add_working_days
from reminders.offers import Terms, grants, terms_of
from reminders.snapshot import Invoice
from web.page.answers import Answer, Done, Group
from web.page.choices import any_open, invoices_field, options
from web.page.fields import Field, Kind, Option, Values
from web.page.guest import Guest, open_with
from web.page.telling import told

_DAY = timedelta(days=1)
_LONG_AGO = timedelta(days=366)
_FAR_AHEAD = timedelta(days=366)
_FIRST_WITHIN = timedelta(days=92)
_MOST_PARTS = 12
_HOW = ("transfer", "online", "debit", "other")


def _paid_fields(guest: Guest) -> tuple[Field, ...]:
    text, currencies = guest.words.text, guest.currencies
    amounts = (
        Field(
            f"amount_{currency}",
            Kind.AMOUNT,
            text("field_amount") if len(currencies) == 1 else text("field_amount_in", currency=currency),
            required=False,
            currency=currency,
        )
        for currency in currencies
    )
    return (
        invoices_field(guest, open_with(guest), _due(guest)),
        Field("paid_on", Kind.DAY, text("field_paid_on"), first=guest.today - _LONG_AGO, last=guest.today),
        *amounts,
        Field("how", Kind.ONE, text("field_how"), options(guest, "how", _HOW), required=False),
        Field("note", Kind.TEXT, text("field_note"), required=False),
    )


def _due(guest: Guest) -> tuple[Invoice, ...]:
    invoices = open_with(guest)
    return tuple(invoice for invoice in invoices if invoice.due_on <= guest.today) or invoices


def _paid(guest: Guest, unit: Unit, key: str, values: Values) -> Done:
    invoices = guest.chosen(values["invoices"])
    sums = [values[f"amount_{currency}"] for currency in guest.currencies]
    said = [f"Paid on {values['paid_on']}"]
    said += [f"{money}" for money in sums if money]
    said += [f"by {values['how']}"] if values["how"] else []
    text = f"{', '.join(said)}; for {', '.join(invoice.number for invoice in invoices)}."
    return told(guest, unit, key, "paid", AnswerKind.PAID, text, values["note"], invoices)


def _promise_fields(guest: Guest) -> tuple[Field, ...]:
    return (
        invoices_field(guest, guest.agreeable, guest.wished, undisputed),
        Field(
            "on",
            Kind.DAY,
            guest.words.text("field_promise_on"),
            first=guest.today,
            last=guest.today + _FAR_AHEAD,
        ),
    )


def answered_by(guest: Guest) -> str:
    """By when a person answers what is proposed now, as the reader writes it."""
    return guest.words.formats.long_date(_answered_by(guest))


def _answered_by(guest: Guest) -> date:
    """The policy's day for a yes or no: before the reminders that wait for it go on."""
    policy, client, place = guest.policy, guest.snapshot.client, guest.account.place
    by = place.add_working_days(guest.today, policy.tasks.approval, policy.windows)
    held = max(policy.reply_hold_working_days, policy.answer_hold_working_days)
    if not held:
        return by
    again = place.today(add_working_days(guest.now, held, client, policy))
    return max(guest.today, min(by, again - _DAY))


def _promise_note(guest: Guest) -> str:
    latest = guest.today + timedelta(days=guest.policy.offers.extension_days)
    # Whether a day counts at once is asked of the rule itself, not of what it is made of.
    trial = terms_of(guest.wished, 1, latest)
    if trial and all(grants(guest.policy, guest.account, terms) for terms in trial):
        shown = guest.words.formats.long_date(latest)
        return guest.words.text("promise_offer", date=shown, by=answered_by(guest))
    return guest.words.text("promise_ask", by=answered_by(guest))


def _promise(guest: Guest, unit: Unit, key: str, values: Values) -> Done:
    return _settle(guest, unit, key, "promise", _chosen(guest, values), 1, values["on"])


def _plan_fields(guest: Guest) -> tuple[Field, ...]:
    text = guest.words.text
    parts = tuple(Option(str(n), text("number_parts", number=n)) for n in range(2, _MOST_PARTS + 1))
    return (
        invoices_field(guest, guest.agreeable, guest.wished, undisputed),
        Field("number", Kind.ONE, text("field_number"), parts, initial=("3",)),
        Field(
            "first_on",
            Kind.DAY,
            text("field_first_on"),
            first=guest.today,
            last=guest.today + _FIRST_WITHIN,
        ),
    )


def _plan_note(guest: Guest) -> str:
    offers = guest.policy.offers
    trial = terms_of(guest.wished, 2, guest.today)
    if not trial or not all(grants(guest.policy, guest.account, terms) for terms in trial):
        return guest.words.text("promise_ask", by=answered_by(guest))
    latest = guest.today + timedelta(days=offers.within_days)
    return guest.words.text(
        "plan_offer",
        number=offers.instalments,
        date=guest.words.formats.long_date(latest),
        by=answered_by(guest),
    )


def plan_terms(guest: Guest, values: Values) -> tuple[Terms, ...]:
    """The instalments that were wished, as they come to today."""
    return terms_of(_chosen(guest, values), int(values["number"]), values["first_on"])


def _plan(guest: Guest, unit: Unit, key: str, values: Values) -> Done:
    return _settle(
        guest, unit, key, "plan", _chosen(guest, values), int(values["number"]), values["first_on"]
    )


def at_once(guest: Guest, wished: Sequence[Terms]) -> bool:
    """Whether all of these terms count without asking a person."""
    return all(grants(guest.policy, guest.account, terms) for terms in wished)


def _settle(
    guest: Guest, unit: Unit, key: str, name: str, invoices: Sequence[Invoice], number: int, first_on: date
) -> Done:
    """Agree terms where the policy grants them, else propose them."""
    wished = terms_of(invoices, number, first_on)
    if not wished:
        return Done("nothing_open", ())
    if at_once(guest, wished):
        return Done(f"{name}_done", agree(unit, guest.visit, key, wished))
    touched = propose(
        unit,
        guest.visit,
        key,
        wished,
        numbers=[invoice.number for invoice in invoices],
        due_on=_answered_by(guest),
    )
    return Done(f"{name}_asked", touched)


def _chosen(guest: Guest, values: Values) -> tuple[Invoice, ...]:
    ids: frozenset[str] = values["invoices"]
    return tuple(invoice for invoice in guest.agreeable if invoice.invoice_id in ids)


def _any_agreeable(guest: Guest) -> bool:
    return bool(guest.agreeable)


PAYING: tuple[Answer, ...] = (
    Answer("paid", Group.MONEY, _paid_fields, _paid, offered=any_open),
    Answer("promise", Group.MONEY, _promise_fields, _promise, offered=_any_agreeable, note=_promise_note),
    Answer(
        "plan",
        Group.MONEY,
        _plan_fields,
        _plan,
        offered=_any_agreeable,
        note=_plan_note,
        confirmed=True,
    ),
)

PROPOSING: tuple[Answer, ...] = tuple(answer for answer in PAYING if answer.name in ("promise", "plan"))
"""Those that become a proposal where they are more than the policy grants."""


def plain(wished: Sequence[Terms]) -> list[Any]:
    """Terms as a form carries them: what is confirmed is what was shown."""
    return [
        [terms.currency, [[part.due_on.isoformat(), part.amount] for part in terms.parts]] for terms in wished
    ]
