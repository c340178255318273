"""The steps that the deployment's policies have."""

from __future__ import annotations

from collections.abc import Iterator

from config.policy import Enclosure, Policy, Step
from workers.cli.compose import House


def steps_of(house: House) -> Iterator[tuple[Policy, Step]]:
    """Every step with its policy, one policy after the other."""
    for policy in house.rules.policies.policies:
        for step in policy.steps:
            yield policy, step


def enclosed(house: House, name: str) -> tuple[Enclosure, ...]:
    """The documents that a step's mail carries, by the first policy that has such a step."""
    return next((step.attach for _, step in steps_of(house) if step.name == name), ())
