"""What a client owes at an instant: what may be asked for, what is held, what money on account covers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from config.policy import Policy
from reminders.calendar import Place, place_of
from reminders.decision import Item
from reminders.discount import took_discount
from reminders.holds import SETTLED, Blocked, client_hold, held_part, invoice_hold
from reminders.instalments import current
from reminders.money import Money, totals
from reminders.plans import PlannedPart, PlanStanding, held_by_plans, parts_of_plans, plan_standings
from reminders.promises import PromisedPart, PromiseStanding, PromiseState, promised_parts, standings
from reminders.reasons import Reason
from reminders.snapshot import Hold, Invoice, Snapshot
from reminders.tasks import TaskKind, TaskState


@dataclass(slots=True)
class Account:
    """One client's account as the guards of decision and last gate read it. Invoices stand oldest due date first."""

    place: Place
    today: date
    hold: Blocked | None
    """What stops every reminder to the client."""
    invoices: dict[str, Invoice]
    blocked: dict[str, Blocked]
    """What stops an invoice by itself."""
    covered: dict[str, int]
    """What money on account covers, per invoice, in minor units."""
    live: dict[str, list[Invoice]]
    """The invoices that may be chased, per creditor."""
    silent: dict[str, Reason] = field(default_factory=dict)
    """The creditors in whose name nothing automatic goes, not even thanks: their case is with an attorney, or a person
    is deciding what becomes of it."""
    promises: tuple[PromiseStanding, ...] = ()
    plans: tuple[PlanStanding, ...] = ()

    def why_not(self, invoice_id: str) -> Blocked | None:
        """What stops a reminder about the invoice; None: nothing does.

        What is settled for good is named first, then what stops the client as a whole, then the rest.
        """
        if invoice_id not in self.invoices:
            return Blocked(Reason.SUPERSEDED)
        blocked = self.blocked.get(invoice_id)
        if blocked is not None and blocked.reason in SETTLED:
            return blocked
        return self.hold or blocked

    def live_of(self, creditor_id: str) -> list[Invoice]:
        """What may be chased in a creditor's name, oldest first; nothing while the client is held."""
        return [] if self.hold else self.live.get(creditor_id, [])

    def item(self, invoice: Invoice) -> Item:
        """The invoice as a message shows it."""
        covered = self.covered.get(invoice.invoice_id, 0)
        earned = invoice.open if took_discount(invoice) else 0
        return Item(
            invoice.invoice_id,
            invoice.number,
            invoice.currency,
            invoice.total,
            invoice.paid,
            invoice.credited,
            invoice.disputed,
            covered,
            max(0, invoice.chased - covered - earned),
            invoice.issued_on,
            invoice.due_on,
            invoice.last_payment_on,
            invoice.held,
            invoice.later,
            earned,
            bool(invoice.instalments),
        )


def read_account(snapshot: Snapshot, policy: Policy, now: datetime) -> Account:
    """Sort the client's invoices, find what holds each, and lay money on account over the rest.

    Money on account is not the biller's word that an invoice is paid, so balances stay as they are; but who has paid
    and was not booked yet must not be chased. It is laid over the oldest due invoices first, whoever the creditor is,
    and only over those that would be chased otherwise: in doubt for the client.
    """
    client = snapshot.client
    place = place_of(client)
    today = place.today(now)
    hold = client_hold(client, snapshot.replied_at, policy, place, now, snapshot.weighty_reply_at)
    promises = standings(snapshot, policy, place, today)
    plans = plan_standings(snapshot, policy, place, today)
    promised, planned = promised_parts(promises), held_by_plans(plans, snapshot.errands)
    partly_planned = parts_of_plans(plans, snapshot.errands, today)
    taken_over = _TakenOver(snapshot, policy, place, _agreed(promises, plans, planned, snapshot))
    account = Account(place, today, hold, {}, {}, {}, {}, taken_over.silent, promises, plans)
    views = (_view(invoice, promised, partly_planned, today) for invoice in snapshot.invoices)
    ordered = sorted(views, key=lambda invoice: (invoice.due_on, invoice.invoice_id))
    left: dict[str, int] = {}
    for money in snapshot.on_account:
        left[money.currency] = left.get(money.currency, 0) + money.minor
    for invoice in ordered:
        key = invoice.invoice_id
        account.invoices[key] = invoice
        further = [*taken_over.holds(invoice)]
        if key in planned:
            further.append(Hold(planned[key]))
        if key in partly_planned:
            further.append(Hold(Reason.PLAN_ACTIVE, partly_planned[key].until_on, partly_planned[key].amount))
        if key in promised:
            part = promised[key]
            further.append(Hold(Reason.PROMISE_PENDING, part.until_on, part.amount))
        blocked = invoice_hold(invoice, place, today, policy, further)
        if blocked is None and invoice.issued_on > today:
            blocked = Blocked(Reason.NOT_DUE, place.day_start(invoice.issued_on))
        if blocked is not None:
            account.blocked[key] = blocked
            continue
        covered = min(left.get(invoice.currency, 0), invoice.chased)
        if covered > 0:
            account.covered[key] = covered
            left[invoice.currency] -= covered
        asked = invoice.chased - max(covered, 0)
        if not asked:
            account.blocked[key] = Blocked(Reason.ON_ACCOUNT)
        elif asked < policy.minimum.get(invoice.currency, 0):
            account.blocked[key] = Blocked(Reason.BELOW_MINIMUM)
        else:
            account.live.setdefault(invoice.creditor_id, []).append(invoice)
    return account


def _view(
    invoice: Invoice,
    promised: Mapping[str, PromisedPart],
    planned: Mapping[str, PlannedPart],
    today: date,
) -> Invoice:
    """The invoice as it may be asked for today: its present instalment, without what is promised or under debit."""
    if invoice.due_on < invoice.issued_on and not invoice.instalments:
        # Nobody is late with what they had not been told: dated back or sent late, it is due when it is issued.
        invoice = replace(invoice, due_on=invoice.issued_on)
    if invoice.instalments:
        invoice = current(invoice, today)
    if invoice.invoice_id in planned:
        invoice = replace(invoice, later=max(invoice.later, planned[invoice.invoice_id].amount))
    part = promised.get(invoice.invoice_id)
    held = (part.amount if part is not None else 0) + held_part(invoice, today)
    return replace(invoice, held=min(held, invoice.open)) if held else invoice


class _TakenOver:
    """What people have taken over.

    - An open decision stops the creditor's whole case: nothing automatic goes while a person thinks.
    - A decision that was made leaves its own invoice with that person, until an extension begins a new cycle, an
      instalment falls due that was not due then, or as long as something goes on that the client promised or agreed on
      after it was asked for; younger invoices go their own way.
    - A call after broken promises stops what was promised, until it was made.
    """

    def __init__(
        self, snapshot: Snapshot, policy: Policy, place: Place, agreed: Mapping[str, datetime]
    ) -> None:
        self._escalated = snapshot.escalated
        correction = timedelta(days=policy.returning.new_cycle_days - 1)
        self._deciding: set[str] = set()
        self._decided: dict[str, date] = {}
        """The last due date of each invoice that a decision was about."""
        self._called: set[str] = set()
        for errand in snapshot.errands:
            is_open = errand.state is TaskState.OPEN
            if errand.kind is TaskKind.DECISION:
                if is_open:
                    self._deciding.add(errand.creditor_id)
                if errand.subject in agreed and agreed[errand.subject] > errand.opened_at:
                    continue
                about = max(errand.cycle_on + correction, place.today(errand.opened_at))
                self._decided[errand.subject] = max(about, self._decided.get(errand.subject, about))
            elif is_open and errand.kind is TaskKind.CALL and errand.reason is not Reason.STEP_DUE:
                self._called.update(errand.invoice_ids)

    @property
    def silent(self) -> dict[str, Reason]:
        """The creditors in whose name nothing automatic goes."""
        deciding = dict.fromkeys(self._deciding, Reason.WITH_A_PERSON)
        return deciding | dict.fromkeys(self._escalated, Reason.ESCALATED)

    def holds(self, invoice: Invoice) -> Iterator[Hold]:
        """What that means for an invoice."""
        if invoice.creditor_id in self._escalated:
            yield Hold(Reason.ESCALATED)
        if (
            invoice.creditor_id in self._deciding
            or invoice.invoice_id in self._called
            or invoice.due_on <= self._decided.get(invoice.invoice_id, date.min)
        ):
            yield Hold(Reason.WITH_A_PERSON)


def _agreed(
    promises: Iterable[PromiseStanding],
    plans: Iterable[PlanStanding],
    planned: Collection[str],
    snapshot: Snapshot,
) -> dict[str, datetime]:
    """When the newest promise or plan was made that goes on, by invoice; `planned` are the invoices that plans hold.

    A broken promise does until a person was asked about it, and a plan in default until they have dealt with it; then
    the invoice is with that person again.
    """
    asked = {errand.subject for errand in snapshot.errands if errand.reason is Reason.PROMISE_BROKEN}
    going_on = [
        (standing.promise.made_at, standing.invoices)
        for standing in promises
        if standing.state is PromiseState.PENDING
        or (standing.broken and standing.promise.promise_id not in asked)
    ]
    going_on += [
        (standing.plan.agreed_at, standing.invoices)
        for standing in plans
        if any(invoice.invoice_id in planned for invoice in standing.invoices)
    ]
    agreed: dict[str, datetime] = {}
    for made_at, invoices in going_on:
        for invoice in invoices:
            agreed[invoice.invoice_id] = max(made_at, agreed.get(invoice.invoice_id, made_at))
    return agreed


def asked_for(items: Iterable[Item]) -> tuple[Money, ...]:
    """What the items ask for, one total per currency."""
    return totals(Money(item.asked, item.currency) for item in items)


def paid_on(items: Iterable[Item]) -> tuple[Money, ...]:
    """What was paid on the items, one total per currency."""
    return totals(Money(item.paid, item.currency) for item in items)
