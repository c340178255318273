"""What may be asked for under an agreement: an amount laid over its invoices, less what must not be asked for.

A promise or a plan holds its own invoices back from the ladder, so what it asks for is not what the ladder would ask
for. Everything else that stops an invoice still does, and money on account still covers what it covers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from config.policy import Policy
from reminders.account import Account
from reminders.allocation import allocate
from reminders.holds import held_part, invoice_hold
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Invoice, Snapshot

_COUNTED_HERE = frozenset({Reason.ON_ACCOUNT, Reason.BELOW_MINIMUM})
"""What the account says of the part that the ladder asks for; for an agreement's part it is worked out anew."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one creditor may ask for: a part of the agreement's amount."""

    creditor_id: str
    first: Invoice
    """The oldest of the creditor's invoices in the agreement, be it settled by now: the agreement's cycle keeps its
    name when a part of it is paid."""
    invoices: tuple[Invoice, ...]
    """The creditor's invoices in the agreement that are open and that nothing else stops, as the account views them,
    oldest due first."""
    asked: Money


def shares(
    amount: Money,
    invoices: Iterable[Invoice],
    account: Account,
    snapshot: Snapshot,
    policy: Policy,
    despite: frozenset[Reason] = frozenset(),
) -> tuple[Share, ...]:
    """What each creditor may ask for of an amount that was agreed for these invoices, in the order of their ids.

    The amount is laid over the invoices as they stand. No invoice bears more than what is open of it without what is
    disputed or held; one that something stops bears its part, but is not asked for it. `despite` names the holds that
    the agreement itself puts on its invoices. Money on account is taken off, in doubt for the client; what is left
    below the policy's minimum is not asked for.
    """
    views = [account.invoices[invoice.invoice_id] for invoice in invoices]
    lifted = [_lifted(view, account, despite) for view in views]
    laid = allocate(amount.minor, [view.chased for view in lifted])
    free = [_free(view, own, account, policy, despite) for view, own in zip(views, lifted, strict=True)]
    wanted = [share if may else 0 for share, may in zip(laid, free, strict=True)]
    paid = allocate(_on_account(amount.currency, views, account, snapshot), wanted)
    found = []
    for creditor_id in sorted({view.creditor_id for view in views}):
        own = [index for index, view in enumerate(views) if view.creditor_id == creditor_id]
        asked = sum(wanted[index] - paid[index] for index in own)
        if asked and asked >= policy.minimum.get(amount.currency, 0):
            listed = tuple(views[index] for index in own if free[index] and views[index].open)
            found.append(Share(creditor_id, views[own[0]], listed, Money(asked, amount.currency)))
    return tuple(found)


def _lifted(view: Invoice, account: Account, despite: frozenset[Reason]) -> Invoice:
    """The invoice without what the agreement takes the place of: its own hold, and dates that were agreed before."""
    return replace(
        view,
        later=0,
        held=held_part(view, account.today) if Reason.PROMISE_PENDING in despite else view.held,
        returned=() if Reason.PAYMENT_RETURNED in despite else view.returned,
    )


def _free(
    view: Invoice, lifted: Invoice, account: Account, policy: Policy, despite: frozenset[Reason]
) -> bool:
    """Whether nothing but the agreement itself stops the invoice."""
    blocked = account.blocked.get(view.invoice_id)
    if blocked is None:
        return True
    if blocked.reason not in despite | _COUNTED_HERE:
        return False
    # The account names the gravest reason only: another one may stand behind it.
    issued = view.issued_on <= account.today
    return issued and invoice_hold(lifted, account.place, account.today, policy) is None


def _on_account(currency: str, views: Iterable[Invoice], account: Account, snapshot: Snapshot) -> int:
    """Money on account that may be meant for these invoices: laid over them already, or over nothing yet."""
    came = sum(money.minor for money in snapshot.on_account if money.currency == currency)
    own = {view.invoice_id for view in views}
    elsewhere = sum(
        minor
        for key, minor in account.covered.items()
        if key not in own and account.invoices[key].currency == currency
    )
    return came - elsewhere
