"""Whole lives at random: who the client is, what they are billed, how they pay, and what else happens on the way.

Everything comes from one source of chance, so a number names a life for good, and hypothesis can make a failing one
smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from reminders.answers import AnswerKind
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.reasons import Reason
from reminders.snapshot import (
    Channel,
    Client,
    Consent,
    Contact,
    DebtorType,
    Discount,
    Instalment,
    Quiet,
    Track,
)
from reminders.states import MessageState
from tests.reminders.nevers import acts
from tests.reminders.nevers.acts import Act
from tests.reminders.nevers.facts import Bill, Facts
from tests.reminders.nevers.places import PLACES
from tests.reminders.nevers.player import Fate, Script, Temper

FIRST = date(2026, 1, 5)
Timed = tuple[datetime, Act]

_CREDITORS = ("northwind", "northwind", "northwind-de")
_CURRENCIES = ("EUR", "EUR", "GBP", "USD", "JPY")
_RULES = ("shipped", "shipped", "shipped", "wide", "wide", "careful", "plain")
_TERMS = (
    None,
    LateTerms(LateTermsKind.NONE),
    LateTerms(LateTermsKind.STATUTORY),
    LateTerms(LateTermsKind.CONTRACT, Decimal(9), 15_00),
)
_KINDS = (
    AnswerKind.PAID,
    AnswerKind.PROMISE,
    AnswerKind.DISPUTE,
    AnswerKind.HARDSHIP,
    AnswerKind.CALL_ME,
    AnswerKind.WRONG_PERSON,
    AnswerKind.STOP,
    AnswerKind.OTHER,
    None,
)
"""What clients say; who is away has not answered."""
_GONE_WRONG = (
    MessageState.UNDELIVERED,
    MessageState.UNDELIVERED,
    MessageState.FAILED,
    MessageState.NO_RECEIPT,
    MessageState.REJECTED,
    MessageState.ABANDONED,
)


def a_script(chance: Random, days: int | None = None) -> Script:
    """A life of 60 to 400 days, or of so many."""
    days = days or chance.randint(60, 400)
    start = datetime.combine(FIRST + timedelta(days=chance.randint(0, 330)), time(0), tzinfo=UTC)
    life = _Chances(chance, start, days)
    timed = sorted([*life.billing(), *life.surroundings()], key=lambda entry: entry[0])
    rules: tuple[tuple[datetime, str], ...] = ((start, chance.choice(_RULES)),)
    if chance.random() < 0.15:
        rules += ((life.some_time(), chance.choice(_RULES)),)
    return Script(
        Facts(life.client),
        start,
        start + timedelta(days=days),
        tuple(timed),
        rules,
        tuple(life.fate() for _ in range(chance.randint(1, 6))),
        tuple(life.temper() for _ in range(chance.randint(1, 4))),
    )


class _Chances:
    """One client's chances."""

    def __init__(self, chance: Random, start: datetime, days: int) -> None:
        self.chance, self.start, self.days = chance, start, days
        self.client = self.some_client()
        self._numbers = 0

    def number(self, kind: str) -> str:
        """An id."""
        self._numbers += 1
        return f"{kind}{self._numbers}"

    def some_time(self, after: float = 0, before: float | None = None) -> datetime:
        """An instant so many days after the start; a whole number of minutes, at any time of day."""
        last = self.days if before is None else before
        minutes = self.chance.randint(round(after * 1440), max(round(after * 1440), round(last * 1440)))
        return self.start + timedelta(minutes=minutes)

    # --- who

    def some_client(self) -> Client:
        chance, place = self.chance, self.chance.choice(PLACES)
        kind = chance.choice([DebtorType.COMPANY, DebtorType.COMPANY, *DebtorType, None])
        consents = [
            Consent(channel, chance.random() < 0.8, self.start - timedelta(days=9))
            for channel in Channel
            if chance.random() < 0.4
        ]
        preferred = chance.sample([Channel.EMAIL, Channel.SMS, Channel.VOICE], chance.randint(0, 2))
        return Client(
            "kaya",
            name="Kaya",
            debtor_type=kind,
            country=place.country,
            subdivision=place.subdivision,
            time_zone=place.time_zone,
            segment=chance.choice([None, None, "key_account"]),
            contacts=(Contact("ap", "Ada", email="ada@kaya.example", phone="+4915112345678"),),
            preferred=tuple(preferred),
            quiet=self.some_quiet(),
            consents=tuple(consents),
            track=chance.choice([Track(), Track(), Track(8, 8)]),
        )

    def some_quiet(self) -> Quiet | None:
        if self.chance.random() < 0.6:
            return None
        days = frozenset(self.chance.sample(range(1, 8), self.chance.randint(0, 3)))
        hours = [time(hour, minute) for hour in (0, 2, 8, 11, 14, 18, 22) for minute in (0, 30)]
        start, end = (self.chance.choice([None, *hours]) for _ in range(2))
        return Quiet(days, start, end)

    # --- how messages and tasks fare

    def fate(self) -> Fate:
        chance = self.chance
        waits = timedelta(0) if chance.random() < 0.6 else timedelta(minutes=chance.randint(1, 5 * 1440))
        well = chance.random() < 0.75
        end = MessageState.DELIVERED if well else chance.choice(_GONE_WRONG)
        return Fate(waits, end, timedelta(minutes=chance.choice([0, 1, 60, 3 * 1440])))

    def temper(self) -> Temper:
        after = timedelta(hours=self.chance.choice([0, 3, 30, 24 * 6, 24 * 20]))
        return Temper(after, self.chance.choice(["yes", "yes", "done", "no", "ignore"]))

    # --- what is billed, and what becomes of it

    def billing(self) -> Iterator[Timed]:
        count = self.chance.choice([1, 1, 2, 3, 5])
        bills = [self.some_bill(name) for name in "abcde"[:count]]
        for known_at, bill in bills:
            yield known_at, acts.Issue(bill)
            begin = (known_at - self.start) / timedelta(days=1)
            for _ in range(self.chance.choice([0, 1, 1, 2, 3])):
                story = self.chance.choice(_STORIES)
                yield from story(self, bill.invoice_id, tuple(b.invoice_id for _, b in bills), begin)

    def some_bill(self, invoice_id: str) -> tuple[datetime, Bill]:
        chance = self.chance
        known_at = self.start if chance.random() < 0.3 else self.some_time(0, self.days * 0.6)
        issued_on = known_at.date() - timedelta(days=chance.choice([0, 0, 0, 1, 20, 70]))
        terms = chance.choice([-5, 0, 2, 7, 14, 30, 30, 45])
        total = chance.choice([3_00, 100_00, 333_33, 1_000_00, 9_999_99])
        bill = Bill(
            invoice_id,
            chance.choice(_CREDITORS),
            chance.choice(_CURRENCIES),
            total,
            issued_on,
            issued_on + timedelta(days=terms),
            known_at,
            late_terms=chance.choice(_TERMS),
            auto_collect=chance.random() < 0.05,
        )
        if terms >= 14 and chance.random() < 0.25:
            by_on = issued_on + timedelta(days=chance.choice([7, 10]))
            bill = replace(bill, discount=Discount(Decimal(chance.choice([2, 3])), by_on))
        elif chance.random() < 0.15:
            third = total // 3
            days = [bill.due_on + timedelta(days=number * chance.choice([7, 30])) for number in range(3)]
            parts = zip(sorted(days), (third, third, total - 2 * third), strict=True)
            bill = replace(bill, instalments=tuple(Instalment(day, part) for day, part in parts))
        return known_at, bill

    # --- what else happens

    def surroundings(self) -> Iterator[Timed]:
        chance = self.chance
        for happens in _AROUND:
            if chance.random() < 0.14:
                yield from happens(self)
        if chance.random() < 0.3:
            yield from self.syncs()

    def syncs(self) -> Iterator[Timed]:
        """The billing system confirms daily, with some days on which it does not."""
        gaps = [(self.chance.randint(0, self.days), self.chance.randint(2, 9)) for _ in range(2)]
        for day in range(self.days):
            if not any(first <= day < first + length for first, length in gaps):
                yield self.start + timedelta(days=day, hours=5), acts.Sync()


Story = Callable[[_Chances, str, tuple[str, ...], float], Iterator[Timed]]


def _pays(life: _Chances, key: str, _keys: tuple[str, ...], begin: float) -> Iterator[Timed]:
    """In full or in part, too much, late at the bank; and sometimes it goes back."""
    receipt, share = life.number("r"), life.chance.choice([1, 1, 1, 0.97, 0.98, 0.5, 0.1])
    at = life.some_time(begin, begin + life.chance.choice([10, 40, 90]))
    yield (
        at,
        acts.Pay(receipt, key, share, life.chance.choice([0, 0, 50_00]), life.chance.choice([0, 0, 3, 9])),
    )
    if life.chance.random() < 0.3:
        yield at + timedelta(days=life.chance.randint(1, 20), hours=5), acts.GoBack(receipt)


def _promises(life: _Chances, key: str, keys: tuple[str, ...], begin: float) -> Iterator[Timed]:
    """Kept, kept in part, broken, or made anew."""
    chance = life.chance
    at = life.some_time(begin, begin + 50)
    for _ in range(chance.choice([1, 1, 2, 3])):
        names = keys if chance.random() < 0.2 else (key,)
        days = chance.choice([1, 3, 7, 14])
        yield at, acts.GiveWord(life.number("w"), names, chance.choice([1, 1, 0.5, 0.3]), days)
        if chance.random() < 0.5:
            pays_at = at + timedelta(days=chance.choice([0, days, days + 1, days + 5]), hours=3)
            yield pays_at, acts.Pay(life.number("r"), key, chance.choice([1, 0.5, 0.2]))
        at += timedelta(days=chance.choice([1, days, days + 4]), hours=2)


def _plans(life: _Chances, key: str, keys: tuple[str, ...], begin: float) -> Iterator[Timed]:
    """Kept, missed, cured, in default, cancelled, agreed anew; and one without dates."""
    chance = life.chance
    at, deal = life.some_time(begin, begin + 50), life.number("p")
    names = keys if chance.random() < 0.3 else (key,)
    parts, first, every = chance.choice([0, 2, 3, 4]), chance.choice([3, 7, 20]), chance.choice([7, 14, 30])
    yield at, acts.Agree(deal, names, parts, first, every)
    for number in range(parts):
        if chance.random() < 0.7:
            late = chance.choice([0, 0, 0, 4, 10, 25])
            when = at + timedelta(days=first + number * every + late - 1)
            yield when, acts.PayPart(life.number("r"), deal, chance.choice([1, 1, 1, 0.5]))
    if chance.random() < 0.25:
        yield at + timedelta(days=chance.randint(5, 60)), acts.Cancel(deal)
    if chance.random() < 0.2:
        when = at + timedelta(days=chance.randint(5, 60))
        yield when, acts.Agree(life.number("p"), names, 2, 7, 30)


def _disputes(life: _Chances, key: str, _keys: tuple[str, ...], begin: float) -> Iterator[Timed]:
    """In whole or in part, resolved or not; some can't pay, in truth."""
    chance, objection = life.chance, life.number("o")
    at, code = life.some_time(begin, begin + 70), chance.choice(["quality", "quality", "cannot_pay"])
    yield at, acts.Object(objection, key, chance.choice([None, 0.4, 0.9]), code)
    if chance.random() < 0.7:
        yield at + timedelta(days=chance.randint(0, 40), hours=2), acts.Resolve(objection)


def _debits(life: _Chances, key: str, _keys: tuple[str, ...], begin: float) -> Iterator[Timed]:
    """Collected, failed, failed and begun again, or never heard of again."""
    chance, debit = life.chance, life.number("d")
    at, days = life.some_time(begin, begin + 60), chance.choice([2, 5])
    share = chance.choice([None, 1, 0.5])
    yield at, acts.BeginDebit(debit, key, share, days)
    how = chance.choice(["collected", "failed", "again", "silent"])
    if how == "silent":
        return
    yield at + timedelta(days=days), acts.EndDebit(debit, failed=how != "collected")
    if how == "again":
        yield at + timedelta(days=days + 2), acts.BeginDebit(debit, key, share, days)
        yield at + timedelta(days=2 * days + 2), acts.EndDebit(debit, failed=chance.random() < 0.5)


def _ends_otherwise(life: _Chances, key: str, _keys: tuple[str, ...], begin: float) -> Iterator[Timed]:
    """A credit note, a void, a write-off."""
    how = life.chance.choice(["credit", "part", "void", "write_off"])
    act: Act = acts.Credit(key, 1 if how == "credit" else 0.3)
    if how in ("void", "write_off"):
        act = acts.Ended(key, Reason.VOIDED if how == "void" else Reason.WRITTEN_OFF)
    yield life.some_time(begin, begin + 80), act


def _waits(life: _Chances, key: str, _keys: tuple[str, ...], begin: float) -> Iterator[Timed]:
    """A pause of the bill, with an end or without; or another due date."""
    chance, at = life.chance, life.some_time(begin, begin + 70)
    if chance.random() < 0.5:
        yield at, acts.Moved(key, chance.choice([-10, -2, 2, 5, 14, 30]))
        return
    yield at, acts.PauseBill(key, on=True, days=chance.choice([None, 3, 20]))
    if chance.random() < 0.6:
        yield at + timedelta(days=chance.randint(1, 40), hours=1), acts.PauseBill(key, on=False)


_STORIES: tuple[Story, ...] = (
    _pays,
    _pays,
    _promises,
    _plans,
    _disputes,
    _debits,
    _ends_otherwise,
    _waits,
)


def _hard_times(life: _Chances) -> Iterator[Timed]:
    chance, at = life.chance, life.some_time()
    why = chance.choice([Reason.HARDSHIP, Reason.MORATORIUM, Reason.CLIENT_PAUSED])
    yield at, acts.HoldClient(why, chance.choice([None, 5, 60]))
    if chance.random() < 0.6:
        yield at + timedelta(days=chance.randint(1, 50), hours=4), acts.ReleaseClient(why)


def _another_profile(life: _Chances) -> Iterator[Timed]:
    """They move, want something else, change who deals with it; or the profile comes late."""
    chance, other = life.chance, life.some_client()
    kept = life.client
    fields = ("quiet", "preferred", "consents", "segment", "debtor_type")
    changed = replace(kept, **{name: getattr(other, name) for name in chance.sample(fields, 2)})
    if chance.random() < 0.5:
        where = {name: getattr(other, name) for name in ("country", "subdivision", "time_zone")}
        changed = replace(changed, **where)
    if chance.random() < 0.3:
        changed = replace(changed, contacts=(Contact("ap2", "Bo", email="bo@kaya.example"),))
    yield life.some_time(), acts.Profile(changed)


def _unknown_at_first(life: _Chances) -> Iterator[Timed]:
    yield life.start, acts.Profile(replace(life.client, known=False))
    yield life.some_time(5, 60), acts.Profile(life.client)


def _speaks_of_channels(life: _Chances) -> Iterator[Timed]:
    for _ in range(2):
        yield (
            life.some_time(),
            acts.SayConsent(life.chance.choice(list(Channel)), life.chance.random() < 0.4),
        )


def _opts_out(life: _Chances) -> Iterator[Timed]:
    yield life.some_time(), acts.OptOut(life.chance.choice([Channel.EMAIL, Channel.SMS]))


def _answers(life: _Chances) -> Iterator[Timed]:
    """In any of the ways in which clients answer, alone or soon after each other, read by a person or not."""
    chance = life.chance
    for _ in range(chance.randint(1, 6)):
        at = life.some_time()
        if chance.random() < 0.5:
            at = at.replace(hour=9)  # at any time of day much is over before the next morning
        for _ in range(chance.choice([1, 1, 2])):
            yield at, acts.Answer(life.number("s"), chance.choice(_KINDS), chance.choice([0, 1, 5, 14]))
            if chance.random() < 0.7:
                yield at + timedelta(hours=chance.randint(1, 90)), acts.ReadReply()
            at += timedelta(hours=chance.choice([1, 10, 30]))


def _proposes(life: _Chances) -> Iterator[Timed]:
    at = life.some_time()
    yield at, acts.Answer(life.number("s"), None, proposal=True)
    if life.chance.random() < 0.7:
        yield at + timedelta(days=life.chance.randint(0, 20), hours=3), acts.ReadReply()


def _stops_and_starts(life: _Chances) -> Iterator[Timed]:
    at = life.some_time()
    yield at, acts.Answer(life.number("s"), AnswerKind.STOP)
    if life.chance.random() < 0.6:
        again = at + timedelta(days=life.chance.choice([0, 1, 20]), hours=2)
        yield again, acts.StartAgain(life.chance.choice([Channel.EMAIL, Channel.EMAIL, Channel.SMS]))


def _pays_on_account(life: _Chances) -> Iterator[Timed]:
    currency = life.chance.choice(_CURRENCIES)
    amount = life.chance.choice([10_00, 100_00, 5_000_00])
    yield life.some_time(), acts.PayOnAccount(life.number("r"), currency, amount)


def _comes_back_from_court(life: _Chances) -> Iterator[Timed]:
    yield life.some_time(life.days / 2), acts.TakeBack(life.chance.choice(_CREDITORS))


_AROUND: tuple[Callable[[_Chances], Iterator[Timed]], ...] = (
    _hard_times,
    _hard_times,
    _another_profile,
    _unknown_at_first,
    _speaks_of_channels,
    _opts_out,
    _answers,
    _answers,
    _answers,
    _proposes,
    _stops_and_starts,
    _pays_on_account,
    _comes_back_from_court,
)
