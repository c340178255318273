"""The rulebooks that lives are led by: the shipped one, and some that a deployment might have instead."""

from __future__ import annotations

from typing import Any

from config.policy import Policy, PolicySet
from config.rulebook import Rulebook, load_rulebook
from tests.reminders.book import STANDARD

SHIPPED = load_rulebook(None)


def _alone(name: str, **fields: Any) -> Rulebook:
    """One policy for everybody: the standard one with some things otherwise."""
    content = STANDARD.model_dump(by_alias=True) | {"name": name} | fields
    return Rulebook(PolicySet.of([Policy.model_validate(content)]), SHIPPED.contact)


def _steps(*without: str, **changed: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        step | changed.get(step["name"], {})
        for step in STANDARD.model_dump(by_alias=True)["steps"]
        if step["name"] not in without
    ]


RULEBOOKS = {
    "shipped": SHIPPED,
    "wide": _alone(
        "wide",
        windows={
            "days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
            "start": "06:00",
            "end": "22:30",
        },
        caps={"gap_days": 1, "contacts": 4, "per_days": 7},
        consent={"email": "none", "sms": "none", "voice": "none", "whatsapp": "none"},
        channels=["sms", "whatsapp", "voice", "email"],
        whatsapp_overdue=True,
    ),
    "careful": _alone(
        "careful",
        caps={"gap_days": 2, "contacts": 2, "per_days": 5},
        approval_when=[{"owed_at_least": {"EUR": 500, "GBP": 500}}, {"segments": ["key_account"]}],
        minimum={"EUR": "5.00", "USD": "5.00"},
        enter_at_most="overdue_3",
    ),
    "plain": _alone(
        "plain",
        steps=_steps("call", "statement", "discount", "thank_you", overdue_3={"count": "working"}),
        caps={"gap_days": 0, "contacts": 7, "per_days": 7},
        enter_at_most=None,
    ),
}
"""`wide` wants all that the law leaves: any hour, any channel, nobody asked. `careful` asks often and says little.
`plain` has fewer steps, one of them in working days."""

WRITTEN = {policy.name: policy for rulebook in RULEBOOKS.values() for policy in rulebook.policies.policies}
"""Every policy as a person wrote it, before any law narrowed it, by name."""
