"""Which policy is whose: several documents, the most specific first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from config.policy.claims import Traits
from config.policy.document import Policy


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The policies of a deployment. Exactly one of them claims nobody in particular: it is for everybody else."""

    policies: tuple[Policy, ...]

    @classmethod
    def of(cls, policies: Iterable[Policy]) -> PolicySet:
        """A set in a fixed order, whatever the order of the files."""
        return cls(tuple(sorted(policies, key=lambda policy: policy.name)))

    def claiming(self, traits: Traits) -> tuple[Policy, ...]:
        """The policies that claim a client with equal right: one as it should be; none or two is a finding."""
        best, found = None, list[Policy]()
        for policy in self.policies:
            rank = _rank(policy, traits)
            if rank is None or (best is not None and rank < best):
                continue
            if rank != best:
                best, found = rank, []
            found.append(policy)
        return tuple(found)

    def choose(self, traits: Traits) -> Policy:
        """The policy of a client. Of two with equal right the first by name; of none, the one for everybody else."""
        found = self.claiming(traits)
        return found[0] if found else self.usual

    @property
    def usual(self) -> Policy:
        """The policy for everybody whom no other one claims; `standard` where every policy is for somebody."""
        for_everybody = [policy for policy in self.policies if not policy.claims]
        if for_everybody:
            return max(for_everybody, key=lambda policy: policy.precedence)
        return self.named("standard") or self.policies[0]

    def named(self, name: str) -> Policy | None:
        """The policy of that name."""
        return next((policy for policy in self.policies if policy.name == name), None)


def _rank(policy: Policy, traits: Traits) -> tuple[int, int] | None:
    """How closely a policy fits the client; None if it does not claim them."""
    if not policy.claims:
        return 0, policy.precedence
    closest = max((claim.specificity for claim in policy.claims if claim.matches(traits)), default=None)
    return None if closest is None else (closest, policy.precedence)
