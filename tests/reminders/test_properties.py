"""What must hold for every book, every policy and every order of facts: the list of nevers, played."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from config.policy import Policy
from reminders.calendar import open_at, place_of
from reminders.decide import decide
from reminders.history import History
from reminders.holds import client_hold, invoice_hold
from reminders.ladder import ladder_of
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Hold, Invoice, PastMessage, Quiet, Snapshot
from reminders.states import MessageState
from tests.reminders.book import STANDARD, a_client, an_invoice, turned, with_caps
from tests.reminders.play import Play

START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 60
# Whole-hour zones only: the play's hours then meet every opening.
ZONES = ("Europe/Berlin", "America/New_York", "Africa/Casablanca", "Asia/Tokyo")
POLICIES = (
    STANDARD,
    with_caps(gap_days=1),
    with_caps(gap_days=0, contacts=2, per_days=3),
    with_caps(contacts=1),
)

hours = st.integers(0, DAYS * 24 - 1).map(lambda h: START + timedelta(hours=h))
days = st.integers(-10, DAYS).map(lambda d: START.date() + timedelta(days=d))
clients = st.builds(
    lambda zone, country, quiet: a_client(time_zone=zone, country=country, quiet=quiet),
    st.sampled_from(ZONES),
    st.sampled_from(["DE", "US", "MA", None]),
    st.none() | st.builds(Quiet, st.frozensets(st.integers(1, 5), max_size=4)) | st.just(Quiet(end=None)),
)
invoice_holds = st.builds(
    Hold,
    st.sampled_from([Reason.PROMISE_PENDING, Reason.INVOICE_PAUSED, Reason.DISPUTED, Reason.PLAN_ACTIVE]),
    st.none() | days,
)
client_holds = st.builds(Hold, st.sampled_from([Reason.CLIENT_PAUSED, Reason.HARDSHIP]), days)


@st.composite
def invoices(draw: st.DrawFn, name: str) -> Invoice:
    due_on = draw(st.integers(-60, 50).map(lambda d: START.date() + timedelta(days=d)))
    issued_on = due_on - timedelta(days=draw(st.sampled_from([0, 2, 7, 14, 30])))
    return an_invoice(
        name,
        due_on,
        issued_on,
        creditor_id=draw(st.sampled_from(["acme", "acme", "zeta"])),
        currency=draw(st.sampled_from(["EUR", "USD"])),
        first_seen_at=max(START, draw(hours)) if draw(st.booleans()) else START,
        holds=tuple(draw(st.lists(invoice_holds, max_size=1))),
        disputed=draw(st.sampled_from([0, 0, 40_00])),
    )


def pay(key: str, when: datetime) -> Callable[[Play], None]:
    def change(play: Play) -> None:
        invoice = play.invoices[key]
        zone = ZoneInfo(play.client.time_zone or "UTC")
        play.invoices[key] = replace(
            invoice,
            paid=invoice.total,
            last_payment_on=when.astimezone(zone).date(),
            last_payment_at=when,
        )

    return change


def reverse(key: str) -> Callable[[Play], None]:
    def change(play: Play) -> None:
        play.invoices[key] = replace(play.invoices[key], paid=0)

    return change


def hold(key: str, what: Hold) -> Callable[[Play], None]:
    def change(play: Play) -> None:
        play.invoices[key] = replace(play.invoices[key], holds=(what,))

    return change


def hold_client(what: Hold) -> Callable[[Play], None]:
    def change(play: Play) -> None:
        play.client = replace(play.client, holds=(what,))

    return change


def reply(when: datetime) -> Callable[[Play], None]:
    def change(play: Play) -> None:
        play.replied_at = when

    return change


def move(key: str, due_on: date) -> Callable[[Play], None]:
    def change(play: Play) -> None:
        play.invoices[key] = replace(play.invoices[key], due_on=max(due_on, play.invoices[key].issued_on))

    return change


@st.composite
def plays(draw: st.DrawFn) -> Play:
    book = {name: draw(invoices(name)) for name in "abc"[: draw(st.integers(1, 3))]}
    changes: list[tuple[datetime, Callable[[Play], None]]] = []
    for _ in range(draw(st.integers(0, 4))):
        key, when = draw(st.sampled_from(sorted(book))), draw(hours)
        kind = draw(st.sampled_from(["pay", "pay", "reverse", "hold", "client", "reply", "move"]))
        made: dict[str, Any] = {
            "pay": lambda key=key, when=when: pay(key, when),
            "reverse": lambda key=key: reverse(key),
            "hold": lambda key=key: hold(key, draw(invoice_holds)),
            "client": lambda: hold_client(draw(client_holds)),
            "reply": lambda when=when: reply(when),
            "move": lambda key=key: move(key, draw(days)),
        }
        changes.append((when, made[kind]()))
    lost = st.tuples(st.sampled_from([s.name for s in STANDARD.steps]), st.sampled_from(["email", "sms"]))
    return Play(
        draw(clients),
        book,
        draw(st.sampled_from(POLICIES)),
        changes,
        frozenset(draw(st.lists(lost, max_size=3))),
        tuple(draw(st.lists(st.builds(Money, st.integers(0, 150_00), st.just("EUR")), max_size=1))),
    )


END = START + timedelta(days=DAYS)


@settings(max_examples=20, deadline=None, derandomize=True, phases=[Phase.generate])
@given(plays())
def test_looking_only_when_told_sends_the_same_as_looking_every_hour(play: Play) -> None:
    patient = copy.deepcopy(play)
    assert patient.jumping(START, END) == play.hourly(START, END)
    assert patient.looks < play.looks / 5


@settings(max_examples=150, deadline=None, derandomize=True)
@given(plays())
def test_the_nevers_hold_in_every_play(play: Play) -> None:
    play.jumping(START, END)
    check_the_nevers(play)


def check_the_nevers(play: Play) -> None:
    policy = play.policy
    for sent in play.sent:
        _in_hours_and_of_what_is_owed(play, sent.at, sent.message, sent.snapshot)
        assert sent.items
        if policy.step(sent.message.step).anchor != "payment":  # type: ignore[union-attr]
            for item in sent.items:
                _not_held(sent.snapshot, sent.snapshot.client, item.invoice_id, sent.at, policy)
                assert 0 < item.asked <= item.total - item.paid - item.credited - item.disputed
    reached = [s for s in play.sent if play.messages[s.message.message_id].state is MessageState.DELIVERED]
    exempt = {step.name for step in policy.steps if step.gap_exempt}
    counted = [sent.at for sent in reached if sent.message.step not in exempt]
    assert all(b - a >= timedelta(days=policy.caps.gap_days) for a, b in pairwise(counted))
    span = timedelta(days=policy.caps.per_days)
    for sent in reached:
        assert sum(sent.at <= s.at < sent.at + span for s in reached) <= policy.caps.contacts
    _never_twice_and_never_back(play, [s.message for s in reached])


def _in_hours_and_of_what_is_owed(
    play: Play, when: datetime, message: PastMessage, snapshot: Snapshot
) -> None:
    zone = ZoneInfo(snapshot.client.time_zone or "UTC")
    local = when.astimezone(zone)
    assert local.isoweekday() <= 5
    assert 9 <= local.hour < 17
    assert open_at(when, snapshot.client, play.policy) is None
    assert message.expires_at is not None
    assert when < message.expires_at


def _not_held(snapshot: Snapshot, client: Any, key: str, when: datetime, policy: Policy) -> None:
    (invoice,) = [i for i in snapshot.invoices if i.invoice_id == key]
    place = place_of(client)
    assert invoice_hold(invoice, place, place.today(when), policy) is None
    assert client_hold(client, snapshot.replied_at, policy, place, when) is None


def _never_twice_and_never_back(play: Play, delivered: list[PastMessage]) -> None:
    positions = play.policy.positions
    cycles: dict[tuple[str, str, date], int] = {}
    introduced: set[str] = set()
    thanked: set[str] = set()
    for message in delivered:
        step = play.policy.step(message.step)
        assert step is not None
        if step.anchor == "due":
            key = (message.creditor_id, message.carrying_invoice_id, message.due_on)
            assert positions[step.name] > cycles.get(key, -1)
            cycles[key] = positions[step.name]
    for sent in play.sent:
        if play.messages[sent.message.message_id].state is not MessageState.DELIVERED:
            continue
        step = play.policy.step(sent.message.step)
        assert step is not None
        once = {"issue": introduced, "payment": thanked}.get(step.anchor)
        if once is not None:
            named = {item.invoice_id for item in sent.items}
            assert not named & once
            once |= named


@settings(max_examples=60, deadline=None, derandomize=True)
@given(plays(), hours, st.randoms(use_true_random=False))
def test_the_order_in_which_a_case_is_told_changes_nothing(play: Play, when: datetime, shuffle: Any) -> None:
    play.jumping(START, when)
    snapshot = Snapshot(
        play.client,
        tuple(play.invoices.values()),
        (*play.on_account, Money(5, "USD")),
        tuple(play.messages.values()),
    )
    told = decide(snapshot, play.policy, when)
    mixed = turned(snapshot)
    listed = list(mixed.messages)
    shuffle.shuffle(listed)
    assert decide(replace(mixed, messages=tuple(listed)), play.policy, when) == told


@settings(max_examples=60, deadline=None, derandomize=True)
@given(invoices("a"), st.integers(0, 130))
def test_a_step_never_fits_before_its_own_day(invoice: Invoice, age: int) -> None:
    seen_on = invoice.first_seen_at.date()
    ladder = ladder_of(invoice, STANDARD, seen_on)
    rung = ladder.fitting(age)
    assert [r.position for r in ladder.rungs] == sorted(r.position for r in ladder.rungs)
    if rung is not None and rung.step.anchor == "due":
        assert age >= rung.step.day
        assert History((), STANDARD.positions).reached(invoice, ladder, place_of(a_client())) == -1


def test_every_channel_of_the_policy_is_one_the_core_knows() -> None:
    assert {Channel(name) for name in STANDARD.channels} <= set(Channel)
