"""Promises to pay: how each one stands, what it holds back, and how often they were broken.

A promise is a dated commitment: so much by that day. It is judged by the money that came since it was made, and by
nothing else. Money counts once: it goes to the promise with the earlier day first, as Oracle's collections do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from config.policy import Policy
from reminders.agreements import came_since, counts, covered, late_from, undisputed
from reminders.allocation import allocate
from reminders.calendar import Place
from reminders.decision import PromiseTold
from reminders.money import Money
from reminders.snapshot import Invoice, Payment, Promise, Snapshot
from reminders.tasks import TaskKind


class PromiseState(StrEnum):
    """How a promise stands."""

    PENDING = "pending"
    """Its day, and the days that money needs to arrive, are not over."""
    KEPT = "kept"
    """So much came, or nothing is open any more."""
    PARTLY = "partly"
    """Its time is over, and only a part came."""
    BROKEN = "broken"
    """Its time is over, and nothing came."""
    REPLACED = "replaced"
    """The client made another one in its place in time. That is renegotiation and no break."""


_BREAKS = frozenset({PromiseState.PARTLY, PromiseState.BROKEN})


@dataclass(frozen=True, slots=True)
class PromiseStanding:
    """One promise and what became of it so far. Amounts are minor units of the promise's currency."""

    promise: Promise
    state: PromiseState
    kept: int
    """What came for it, at most the promised amount."""
    rest: int
    """What is still to come: never more than what is open and undisputed. Zero once it is kept or replaced."""
    invoices: tuple[Invoice, ...]
    """The invoices it is for, oldest due first, open or not."""
    until_on: date
    """The last day on which it is waited for; from the next one on it is kept or broken."""

    @property
    def broken(self) -> bool:
        """Whether its time is over without all of the money."""
        return self.state in _BREAKS

    def told(self, place: Place) -> PromiseTold:
        """The promise as a message shows it."""
        return PromiseTold(
            self.promise.promised_on,
            place.today(self.promise.made_at),
            Money(self.promise.amount, self.promise.currency),
            Money(self.kept, self.promise.currency),
        )


@dataclass(frozen=True, slots=True)
class PromisedPart:
    """What pending promises hold of one invoice."""

    amount: int
    """In minor units of the invoice's currency."""
    until_on: date
    """The last day of the last of them."""


class _Claim(NamedTuple):
    """A promise with what is needed to judge it."""

    promise: Promise
    invoices: tuple[Invoice, ...]
    place: Place
    late_from: date

    @property
    def order(self) -> tuple[date, datetime, str]:
        """The earlier promised day first."""
        return self.promise.promised_on, self.promise.made_at, self.promise.promise_id

    @property
    def made_on(self) -> date:
        """The client's date when it was made."""
        return self.place.today(self.promise.made_at)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of its invoices."""
        return frozenset(invoice.invoice_id for invoice in self.invoices)

    def takes(self, money: _Money) -> bool:
        """Whether the money counts for this promise."""
        return money.invoice_id in self.ids and counts(money.payment, self.promise.made_at, self.place)


class _Money(NamedTuple):
    """What one payment brought to one invoice."""

    invoice_id: str
    payment: Payment

    @property
    def age(self) -> tuple[date, datetime, str, str]:
        """What came first stands first."""
        return self.payment.on, self.payment.heard_at, self.payment.payment_id, self.invoice_id


def standings(snapshot: Snapshot, policy: Policy, place: Place, today: date) -> tuple[PromiseStanding, ...]:
    """How every promise stands on that day of the client's, the earlier promised day first."""
    claims = sorted(
        (
            _Claim(
                promise,
                covered(snapshot, promise.invoice_ids, promise.currency),
                place,
                late_from(promise.promised_on, policy),
            )
            for promise in snapshot.promises
        ),
        key=lambda claim: claim.order,
    )
    replaced = _replaced(claims)
    # What was renegotiated asks for no money of its own: it goes to the promises that count.
    kept = _kept(sorted(claims, key=lambda claim: claim.promise.promise_id in replaced))
    return tuple(
        _standing(claim, kept[claim.promise.promise_id], claim.promise.promise_id in replaced, today)
        for claim in claims
    )


def promised_parts(standings: Iterable[PromiseStanding]) -> dict[str, PromisedPart]:
    """What pending promises hold, by invoice id.

    The rest of each promise is laid over its invoices, the oldest due first. All promises together hold never more of
    an invoice than what is open and undisputed: a promise never overwrites a dispute.
    """
    parts: dict[str, PromisedPart] = {}
    for standing in standings:
        if standing.state is not PromiseState.PENDING:
            continue
        held = [parts.get(i.invoice_id, PromisedPart(0, standing.until_on)) for i in standing.invoices]
        room = [undisputed(i) - part.amount for i, part in zip(standing.invoices, held, strict=True)]
        shares = allocate(standing.rest, room)
        for invoice, part, share in zip(standing.invoices, held, shares, strict=True):
            if share:
                until_on = max(part.until_on, standing.until_on)
                parts[invoice.invoice_id] = PromisedPart(part.amount + share, until_on)
    return parts


def breaks(standings: Iterable[PromiseStanding], invoice_id: str) -> int:
    """How many promises for that invoice were broken or only partly kept."""
    return sum(
        standing.broken and any(invoice.invoice_id == invoice_id for invoice in standing.invoices)
        for standing in standings
    )


def _standing(claim: _Claim, kept: int, replaced: bool, today: date) -> PromiseStanding:
    promise, invoices = claim.promise, claim.invoices
    if replaced:
        state = PromiseState.REPLACED
    elif kept >= promise.amount or not any(invoice.open for invoice in invoices):
        state = PromiseState.KEPT
    elif today < claim.late_from:
        state = PromiseState.PENDING
    else:
        state = PromiseState.PARTLY if kept else PromiseState.BROKEN
    over = state in {PromiseState.REPLACED, PromiseState.KEPT}
    rest = 0 if over else min(promise.amount - kept, sum(map(undisputed, invoices)))
    return PromiseStanding(promise, state, kept, rest, invoices, claim.late_from - timedelta(days=1))


def _kept(claims: Sequence[_Claim], unknown_to: _Claim | None = None) -> dict[str, int]:
    """What came for each promise, by promise id; those that stand in front are served first.

    `unknown_to` leaves out the money that counts for that promise: what is left had come before it was made.

    Of the money that counts for a promise, it takes first what counts for the fewest others, then what came first: a
    promise for two invoices should not eat the only payment that a promise for one of them can have.
    """
    money = _money(claims)
    takers = {entry: sum(claim.takes(entry) for claim in claims) for entry in money}
    kept = {}
    for claim in claims:
        mine = [
            entry
            for entry in money
            if claim.takes(entry) and not (unknown_to is not None and unknown_to.takes(entry))
        ]
        mine.sort(key=lambda entry: (takers[entry], *entry.age))
        shares = allocate(claim.promise.amount, [money[entry] for entry in mine])
        for entry, share in zip(mine, shares, strict=True):
            money[entry] -= share
        kept[claim.promise.promise_id] = sum(shares)
    return kept


def _money(claims: Sequence[_Claim]) -> dict[_Money, int]:
    """All that came for the invoices of these promises, each sum once."""
    invoices = {invoice.invoice_id: invoice for claim in claims for invoice in claim.invoices}
    money: dict[_Money, int] = {}
    for invoice in invoices.values():
        for payment in invoice.payments:
            entry = _Money(invoice.invoice_id, payment)
            money[entry] = money.get(entry, 0) + max(0, payment.amount)
    return money


def _replaced(claims: Sequence[_Claim]) -> frozenset[str]:
    """The ids of the promises in whose place the client made another one.

    A newer promise that was made in time replaces an older one for one of the same invoices when both together are
    more than what was open then: nobody promises the same money twice and means it. Where both fit, both count:
    two dates for two parts. What is judged is that moment: what came or was credited later changes nothing.
    """
    replaced: set[str] = set()
    for newer in sorted(claims, key=lambda claim: (claim.promise.made_at, claim.order)):
        rivals = [
            claim
            for claim in claims
            if claim.promise.made_at < newer.promise.made_at and claim.promise.promise_id not in replaced
        ]
        kept = _kept(rivals, unknown_to=newer)
        for older in rivals:
            rest = older.promise.amount - kept[older.promise.promise_id]
            in_time = newer.made_on < older.late_from
            if not (rest > 0 and in_time and older.ids & newer.ids):
                continue
            if rest + newer.promise.amount > _open_before(newer, (*older.invoices, *newer.invoices)):
                replaced.add(older.promise.promise_id)
    return frozenset(replaced)


def _open_before(claim: _Claim, invoices: Iterable[Invoice]) -> int:
    """What was open of these invoices when the promise was made."""
    each = {invoice.invoice_id: invoice for invoice in invoices}
    return sum(
        max(
            0,
            invoice.total
            - (invoice.paid - came_since(invoice, claim.promise.made_at, claim.place))
            - (
                invoice.credited
                - sum(credit.amount for credit in invoice.credits if credit.on > claim.made_on)
            ),
        )
        for invoice in each.values()
    )


def after_a_decision(standing: PromiseStanding, snapshot: Snapshot) -> bool:
    """Whether a person had decided about one of its invoices before it was made: what breaks then is theirs at once."""
    own = {invoice.invoice_id for invoice in standing.invoices}
    return any(
        errand.kind is TaskKind.DECISION
        and errand.subject in own
        and errand.opened_at < standing.promise.made_at
        for errand in snapshot.errands
    )
