"""Ways to take a guard out of the core: the smallest function that holds it answers otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest

from reminders import account, acknowledgement, calendar, gate, holds
from reminders.calendar import Place
from reminders.consent import reachable
from reminders.decision import Proceed
from reminders.interest.of_invoice import invoice_sheet
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.reasons import Reason
from reminders.snapshot import Hold, Invoice, PastAnswer, Snapshot
from workers import claims

Removal = Callable[[pytest.MonkeyPatch], None]


def put(where: object, name: str, instead: Any) -> Removal:
    """Something else in a guard's place. `where` is a class, a module, or the names of modules."""

    def remove(patch: pytest.MonkeyPatch) -> None:
        if isinstance(where, str):
            for module in where.split():
                patch.setattr(f"{module}.{name}", instead)
        else:
            patch.setattr(where, name, instead, raising=False)

    return remove


def answer(where: object, name: str, always: Any) -> Removal:
    """A guard that always answers the same."""
    return put(where, name, lambda *_args, **_named: always)


def both(*removals: Removal) -> Removal:
    """Two guards that stand behind each other."""

    def remove(patch: pytest.MonkeyPatch) -> None:
        for one in removals:
            one(patch)

    return remove


def seen_otherwise(change: Callable[[Invoice], Invoice]) -> Removal:
    """What stops an invoice by itself is asked of another one."""
    real = holds.invoice_hold

    def without(invoice: Invoice, *rest: Any) -> Any:
        return real(change(invoice), *rest)

    return put("reminders.account reminders.shares", "invoice_hold", without)


def hold_ignored(reason: Reason) -> Removal:
    """An invoice's own holds of that kind stop nothing."""
    return seen_otherwise(
        lambda invoice: replace(invoice, holds=tuple(h for h in invoice.holds if h.reason is not reason))
    )


def takeover_ignored(reason: Reason) -> Removal:
    """What people have taken over for that reason goes on all the same."""
    real = account._TakenOver.holds

    def without(self: Any, invoice: Invoice) -> list[Hold]:
        return [hold for hold in real(self, invoice) if hold.reason is not reason]

    return put(account._TakenOver, "holds", without)


def account_money_ignored() -> Removal:
    """Money that nobody has allocated covers nothing."""
    real = account.read_account

    def without(snapshot: Any, *rest: Any) -> Any:
        return real(replace(snapshot, on_account=()), *rest)

    return put("reminders.decide reminders.gate", "read_account", without)


def suppressions_ignored() -> Removal:
    """Addresses that are gone or opted out are used again."""
    real = reachable
    return put(gate, "reachable", lambda client, _barred, *rest: real(client, (), *rest))


def those_gone_written_to() -> Removal:
    """Who said that they are not the one to write to is written to all the same."""
    real = reachable
    return put(gate, "reachable", lambda client, *rest: real(replace(client, gone=frozenset()), *rest))


def weight_ignored() -> Removal:
    """An answer that says that it is paid, or wrong, or can't be paid is waited for as long as any other."""
    real = holds.client_hold
    return put(account, "client_hold", lambda *asked: real(*asked[:5]))


def answers_seen_otherwise(change: Callable[[tuple[PastAnswer, ...]], Iterable[PastAnswer]]) -> Removal:
    """What is acknowledged is asked of other answers."""
    real = acknowledgement.acknowledgement

    def without(found: Any, snapshot: Snapshot, policy: Any) -> Any:
        return real(found, replace(snapshot, answers=tuple(change(snapshot.answers))), policy)

    return put("reminders.occasions", "acknowledgement", without)


def taken_for_approved() -> Removal:
    """The last gate takes every message for one that a person approved."""
    real: Any = gate.gate
    return put(gate, "gate", lambda *asked: real(*asked[:-1], True))


def waved_through() -> Removal:
    """The last gate lets everything go as it was planned."""

    def proceed(snapshot: Any, message: Any, _expires: Any, policy: Any, now: Any, _approved: Any) -> Proceed:
        found = account.read_account(snapshot, policy, now)
        items = tuple(found.item(found.invoices[key]) for key in message.invoice_ids)
        return Proceed(items, account.asked_for(items))

    return put(gate, "gate", proceed)


def one_zone_for_all() -> Removal:
    """Of the zones in which a client may live, the east-most alone counts."""
    real = calendar._place

    def place(*profile: Any) -> Place:
        found = real(*profile)
        return replace(found, zones=found.zones[-1:])

    return put(calendar, "_place", place)


def interest_unasked() -> Removal:
    """Interest is claimed whatever the biller said about late payment."""
    real = invoice_sheet
    terms = LateTerms(LateTermsKind.STATUTORY)
    return put(
        claims, "invoice_sheet", lambda invoice, *rest: real(replace(invoice, late_terms=terms), *rest)
    )
