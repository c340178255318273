"""What to look into in policies that can be read: clients that two of them claim, and steps that never come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice, pairwise, product
from typing import Any, TypeVar, get_args

from config.currency import exponent
from config.policy.claims import Claim, TrackRecord, Traits
from config.policy.conditions import DebtorTypeName
from config.policy.document import Policy
from config.policy.selection import PolicySet
from config.policy.steps import Anchor, By, Step

T = TypeVar("T")

_MOST_KINDS = 50_000
"""Kinds of clients that are looked at, at most; the values of a dozen claims are far fewer."""


@dataclass(frozen=True, slots=True)
class Contested:
    """A kind of client that two policies or more claim with equal right, or that none claims."""

    kind: str
    """The kind in words: `clients with debtor type consumer, hardship`."""
    policies: tuple[str, ...]
    """The policies by name; empty: none claims such a client."""
    chosen: str
    """The policy that such a client gets nevertheless."""

    def __str__(self) -> str:
        if not self.policies:
            return f"no policy claims {self.kind}; they get {self.chosen}. Leave `for` out of one policy"
        names = " and ".join(self.policies)
        return (
            f"{names} claim {self.kind} with equal right; they get {self.chosen}. Give one of them a "
            "greater precedence, or name more in its `for`"
        )


def contested(policies: PolicySet) -> list[Contested]:
    """Kinds of clients whose policy is not clear: every combination of the values that the claims name, and others.

    Of kinds with the same policies the plainest ones stand for all that are like them and more.
    """
    found: list[tuple[frozenset[str], Contested]] = []
    for said, traits in _kinds([claim for policy in policies.policies for claim in policy.claims]):
        claiming = tuple(policy.name for policy in policies.claiming(traits))
        if len(claiming) != 1:
            kind = f"clients with {', '.join(said)}" if said else "everybody else"
            found.append((frozenset(said), Contested(kind, claiming, policies.choose(traits).name)))
    found.sort(key=lambda one: len(one[0]))
    plain: list[tuple[frozenset[str], Contested]] = []
    for words, one in found:
        if not any(known <= words and other.policies == one.policies for known, other in plain):
            plain.append((words, one))
    return [one for _, one in plain]


def never_coming(policy: Policy) -> list[str]:
    """Steps that can't come, or hardly as they are meant, and messages that nothing keeps apart; a line each."""
    return [
        *_after_decision(policy),
        *_too_close(policy),
        *_outlived(policy),
        *_no_channel(policy),
        *_no_gap(policy),
    ]


def _kinds(claims: Sequence[Claim]) -> Iterator[tuple[list[str], Traits]]:
    """Kinds of clients in words and as traits. What no claim names stands for all that none names, without a word."""
    axes: list[list[tuple[str, dict[str, Any]]]] = [
        [("", {}), *((f"country {name}", {"country": name}) for name in _named(c.countries for c in claims))],
        _debtor_types(claims),
        [("", {}), *((f"segment {name}", {"segment": name}) for name in _named(c.segments for c in claims))],
        [("", {}), *(_owing(*one) for one in _named(c.owed_at_least.items() for c in claims))],
        [("", {}), *(_paying(c.good_payer) for c in claims if c.good_payer is not None)],
        [("", {}), *[("hardship", {"hardship": True})][: any(c.hardship for c in claims)]],
    ]
    for combination in islice(product(*axes), _MOST_KINDS):
        values = {name: value for _, some in combination for name, value in some.items()}
        yield [said for said, _ in combination if said], Traits(**values)


def _named(values: Iterable[Iterable[T]]) -> list[T]:
    return list(dict.fromkeys(chain.from_iterable(values)))


def _debtor_types(claims: Sequence[Claim]) -> list[tuple[str, dict[str, Any]]]:
    named = _named(claim.debtor_types for claim in claims)
    other = [("", {"debtor_type": kind}) for kind in get_args(DebtorTypeName) if kind not in named]
    return other[:1] + [(f"debtor type {kind}", {"debtor_type": kind}) for kind in named]


def _owing(currency: str, minor: int) -> tuple[str, dict[str, Any]]:
    amount = Decimal(minor).scaleb(-exponent(currency))
    return f"{amount} {currency} open", {"owed": ((currency, minor),)}


def _paying(record: TrackRecord) -> tuple[str, dict[str, Any]]:
    settled = record.invoices_at_least
    on_time = -(-settled * record.on_time_percent // 100)
    return f"{on_time} of {settled} invoices paid in time", {"settled": settled, "on_time": on_time}


def _after_decision(policy: Policy) -> Iterator[str]:
    decision = next((step for step in policy.ladder if step.task == "decision"), None)
    for step in policy.ladder:
        if decision is not None and step.anchor is Anchor.DUE and step.day > decision.day:
            yield (
                f"{step.name} (day {step.day}) comes after {decision.name} (day {decision.day}), which ends all "
                "automatic messages; it never comes"
            )


def _too_close(policy: Policy) -> Iterator[str]:
    """A step of which the days are over before the gap after the one before it is."""
    counted = [s for s in policy.anchored(Anchor.DUE) if s.by is not By.PERSON and not s.gap_exempt]
    for before, step in pairwise(counted):
        if "working" in (before.count, step.count):
            continue  # how far apart they are differs from week to week
        apart, gap = step.day - before.day, policy.caps.gap_days
        if apart < gap:
            late = before.day + gap
            last = _last_day(policy, step)
            over = last is not None and late > last
            yield (
                f"{step.name} (day {step.day}) is {apart} days after {before.name}, and caps.gap_days is {gap}: "
                + (f"it never comes where {before.name} went" if over else f"it comes on day {late}")
            )


def _outlived(policy: Policy) -> Iterator[str]:
    """A step that would hold beyond the day on which the next one takes its place."""
    steps = [step for step in policy.anchored(Anchor.DUE) if step.count == "calendar"]
    for step, after in pairwise(steps):
        if step.until_day is not None and step.until_day >= after.day and not after.when.terms_at_least_days:
            yield (
                f"{step.name}: until_day {step.until_day} is not before {after.name}, which takes its place on day "
                f"{after.day}"
            )


def _last_day(policy: Policy, step: Step) -> int | None:
    if step.until_day is not None:
        return step.until_day
    later = (other.day for other in policy.anchored(Anchor.DUE) if other.day > step.day)
    following = min(later, default=None)
    return None if following is None else following - 1


def _no_channel(policy: Policy) -> Iterator[str]:
    for step in policy.steps:
        usable = step.channels if step.channels is not None else policy.channels
        if step.by is By.PERSON:
            continue
        if not set(usable) & set(policy.channels) or (step.by is By.EMAIL and "email" not in policy.channels):
            allowed = ", ".join(policy.channels)
            yield f"{step.name}: none of its channels is among the policy's ({allowed}); it never comes"


def _no_gap(policy: Policy) -> Iterator[str]:
    if not policy.caps.gap_days:
        yield (
            "caps.gap_days is 0: several automatic messages may reach a client on one day; "
            f"only caps.contacts, {policy.caps.contacts} in {policy.caps.per_days} days, bounds them"
        )
