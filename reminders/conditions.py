"""Conditions of the policy, asked of one client and of what they owe."""

from __future__ import annotations

from collections.abc import Iterable

from config.policy import Condition, Policy, Step
from reminders.money import Money
from reminders.snapshot import Client


def meets(condition: Condition, client: Client, owed: Iterable[Money]) -> bool:
    """Whether a client who owes that much meets a condition. Its terms are the ladder's affair (`reminders.ladder`)."""
    return (
        (not condition.segments or client.segment in condition.segments)
        and (not condition.debtor_types or _debtor_type(client) in condition.debtor_types)
        and (not condition.countries or client.country in condition.countries)
        and (not condition.owed_at_least or _owes(condition.owed_at_least, owed))
    )


def left_out(policy: Policy, client: Client, owed: Iterable[Money]) -> frozenset[str]:
    """The steps of the policy that are not meant for such a client."""
    owed = tuple(owed)
    return frozenset(step.name for step in policy.conditional if not meets(step.when, client, owed))


def large_or_key(step: Step, policy: Policy, client: Client, owed: Iterable[Money]) -> bool:
    """Whether the policy wants a person's yes to an overdue step because of who the client is, or what they owe."""
    if not step.overdue or not policy.approval_when:
        return False
    owed = tuple(owed)
    return any(meets(condition, client, owed) for condition in policy.approval_when)


def _debtor_type(client: Client) -> str:
    return client.debtor_type.value if client.debtor_type is not None else "unknown"


def _owes(at_least: dict[str, int], owed: Iterable[Money]) -> bool:
    return any(money.currency in at_least and money.minor >= at_least[money.currency] for money in owed)
