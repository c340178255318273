"""A policy in the words of the person who works with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from config.currency import exponent
from config.policy import Anchor, By, Claim, Condition, Policy, Step, Traits, Windows
from config.policy.windows import WEEKDAYS

ANCHORS = {
    Anchor.ISSUE: "invoice date",
    Anchor.DISCOUNT: "end of the discount",
    Anchor.DUE: "due date",
    Anchor.INSTALMENT: "instalment's date",
    Anchor.PROMISE: "promised date",
    Anchor.PAYMENT: "full payment",
    Anchor.RETURNED: "returned payment",
    Anchor.ANSWER: "client's answer",
    Anchor.MONTH: "month",
}
"""What a step counts from."""
_BY = {
    By.EMAIL: "email",
    By.PREFERRED: "preferred channel",
    By.SECOND_PREFERRED: "second preferred channel",
    By.NEXT_IF_UNDELIVERED: "preferred channel, or the next",
    By.ANSWERED: "channel of the answer",
}


def days(step: Step) -> str:
    """`+3`, `-7 to -4`, `working day 1 to 5`: when a step comes, counted from its anchor."""
    first, last = _day(step.day), "" if step.until_day is None else f" to {_day(step.until_day)}"
    if step.count == "working":
        return f"{first}{last} working"
    return f"{first}{last}"


def _day(day: int) -> str:
    return f"{day:+d}" if day else "0"


def by(step: Step) -> str:
    """Through whom or what a step goes."""
    if step.by is By.PERSON:
        return f"a person: {step.task}"
    only = f", {' or '.join(step.channels)} only" if step.channels and step.by is not By.EMAIL else ""
    return _BY[step.by] + only


def condition(when: Condition) -> str:
    """Whom and what a condition is for; empty for everybody."""
    return ", ".join(
        filter(
            None,
            (
                f"terms of {when.terms_at_least_days} days or more" if when.terms_at_least_days else "",
                _owing(when.owed_at_least),
                _one_of("segment", when.segments),
                _one_of("debtor type", when.debtor_types),
                _one_of("country", when.countries),
            ),
        )
    )


def claim(one: Claim) -> str:
    """One kind of client that a policy is for."""
    record = one.good_payer
    return ", ".join(
        filter(
            None,
            (
                "in hardship" if one.hardship else "",
                f"{record.invoices_at_least} invoices or more settled in a year, {record.on_time_percent} % in time"
                if record
                else "",
                _owing(one.owed_at_least),
                _one_of("segment", one.segments),
                _one_of("debtor type", one.debtor_types),
                _one_of("country", one.countries),
            ),
        )
    )


def claims(policy: Policy) -> str:
    """Whom a policy is for."""
    return "; or ".join(map(claim, policy.claims)) or "everybody whom no other policy claims"


def traits(known: Traits) -> str:
    """What is known of a client."""
    owed = " and ".join(f"{_amount(minor, currency)}" for currency, minor in known.owed)
    return ", ".join(
        filter(
            None,
            (
                f"debtor type {known.debtor_type or 'unknown'}",
                f"country {known.country or 'unknown'}"
                + (f" ({known.subdivision})" if known.subdivision else ""),
                f"segment {known.segment}" if known.segment else "",
                f"{owed or 'nothing'} open",
                f"{known.on_time} of {known.settled} invoices paid in time within a year",
                "in hardship, or until lately" if known.hardship else "",
            ),
        )
    )


def windows(policy: Policy) -> str:
    """When messages may go: `Monday to Friday 09:00 to 17:00`, days with the same hours together."""
    said = [f"{_days(names)} {hours}" for hours, names in _same_hours(policy.windows)]
    holidays = "; no public holiday" if policy.windows.holidays else ""
    minutes = policy.windows.spread_minutes
    spread = f"; spread over the first {minutes} minutes" if minutes else ""
    if not said:
        return "never: no hours are left"
    return ", ".join(said) + f", the client's own time{holidays}{spread}"


def _same_hours(given: Windows) -> Iterator[tuple[str, list[int]]]:
    by_hours: dict[str, list[int]] = {}
    for number, hours in enumerate(given.week):
        if hours is not None:
            by_hours.setdefault(f"{hours[0]:%H:%M} to {hours[1]:%H:%M}", []).append(number)
    yield from by_hours.items()


def _days(numbers: list[int]) -> str:
    names = [WEEKDAYS[number].capitalize() for number in numbers]
    together = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return f"{names[0]} to {names[-1]}" if together and len(names) > 2 else ", ".join(names)


def limits(policy: Policy) -> list[str]:
    """How often a client may be contacted, a line each."""
    caps = policy.caps
    return [
        f"{caps.gap_days} days between two automatic messages",
        f"at most {caps.contacts} contacts in {caps.per_days} days",
        *(
            f"at most {one.contacts} by {' or '.join(one.channels)} in {_span(one.per_hours)}"
            for one in policy.limits
        ),
        *(f"no {rest.channel} for {rest.days} days after a conversation" for rest in policy.silences),
    ]


def _span(hours: int) -> str:
    return f"{hours // 24} days" if hours % 24 == 0 else f"{hours} hours"


def consents(policy: Policy) -> str:
    """What the policy's channels need before they may be used."""
    needs = {"none": "", "preferred": " where the client wishes it", "given": " with a consent on record"}
    return ", ".join(f"{name}{needs[policy.consent.get(name, 'none')]}" for name in policy.channels)


def _one_of(name: str, values: Iterable[str]) -> str:
    joined = " or ".join(values)
    return f"{name} {joined}" if joined else ""


def _owing(amounts: Mapping[str, int]) -> str:
    listed = " or ".join(_amount(minor, currency) for currency, minor in amounts.items())
    return f"{listed} open or more" if listed else ""


def _amount(minor: int, currency: str) -> str:
    return f"{Decimal(minor).scaleb(-exponent(currency)):,} {currency}"
