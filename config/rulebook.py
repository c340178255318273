"""The rulebook of a deployment: which policy is whose, and what the law on contacting debtors leaves of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from config.policy import SHIPPED, Policy, PolicyError, PolicySet, Traits, load_policy
from config.rules.contact import ContactLaw, load_contact_law
from config.rules.contact.rules import HandOff
from config.rules.narrowing import narrow
from config.rules.packs import own_packs, unread

CREDITORS = "creditors.yaml"
"""The one other file that is read from a deployment's folder."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All policies, and the law within which they are followed (None: they are followed as they stand)."""

    policies: PolicySet
    contact: ContactLaw | None = None
    unread: tuple[str, ...] = ()
    """Files of the deployment's folder that nothing reads, a line each with a way out: a slip would go unseen."""

    def policy_for(self, traits: Traits) -> Policy:
        """The policy of such a client, within the law of their place."""
        return self.within_law(self.policies.choose(traits), traits)

    def within_law(self, policy: Policy, traits: Traits) -> Policy:
        """What the law leaves of a policy for such a client."""
        if self.contact is None:
            return policy
        return _narrowed(policy, self.contact, traits.country, traits.subdivision, traits.debtor_type)

    def hand_off(self, traits: Traits) -> HandOff | None:
        """What the law wants before the case of such a client may go to an attorney; None: no law is read."""
        if self.contact is None:
            return None
        return self.contact.rules_for(traits.country, traits.subdivision, traits.debtor_type).hand_off

    def with_policies(self, policies: Iterable[Policy]) -> Rulebook:
        """The same rulebook with these policies in place of those of the same name, or beside them."""
        new = {policy.name: policy for policy in policies}
        kept = (policy for policy in self.policies.policies if policy.name not in new)
        return replace(self, policies=PolicySet.of([*kept, *new.values()]))

    @property
    def usual(self) -> Policy:
        """The policy for everybody whom no other one claims, as it was written."""
        return self.policies.usual

    @property
    def after_hardship_days(self) -> int:
        """For how long after it hardship counts when a policy is chosen: as the usual policy has it."""
        return self.usual.returning.after_hardship_days

    @property
    def identities(self) -> tuple[str, ...]:
        """Name and version of every policy, as it was written."""
        return tuple(policy.identity for policy in self.policies.policies)


@lru_cache(maxsize=4096)
def _narrowed(
    policy: Policy, contact: ContactLaw, country: str | None, subdivision: str | None, debtor_type: str | None
) -> Policy:
    """Asked for every client at every look; there are few kinds of clients and places."""
    return narrow(policy, contact.rules_for(country, subdivision, debtor_type))


def load_rulebook(folder: Path | None, policy_file: Path | None = None) -> Rulebook:
    """The shipped policies, with those of the deployment's own folder in place of or beside them.

    A policy of the folder replaces the shipped one that has its name, or the name of its file. With `policy_file`, that
    one policy is for everybody. The law is the shipped one, with the packs in the folder's `rules/contact` in place of
    or beside its own. Raises `PolicyError` with all flaws of all files, and `ContactLawError`.
    """
    contact = load_contact_law(own=own_packs(folder, "contact"))
    if policy_file is not None:
        return Rulebook(PolicySet.of([load_policy(policy_file)]), contact)
    own = _load(sorted(folder.glob("*.yaml"))) if folder is not None else {}
    names, files = {policy.name for policy in own.values()}, {path.name for path in own}
    shipped = [
        policy
        for path, policy in _load(sorted(SHIPPED.glob("*.yaml"))).items()
        if policy.name not in names and path.name not in files
    ]
    return Rulebook(PolicySet.of([*own.values(), *shipped]), contact, tuple(_unread(folder)))


def _load(paths: Iterable[Path]) -> dict[Path, Policy]:
    """Every policy among these files. Raises `PolicyError` with the flaws of all of them."""
    read: dict[Path, Policy] = {}
    flaws: list[str] = []
    for path in paths:
        if path.name == CREDITORS:
            continue
        try:
            policy = load_policy(path)
        except PolicyError as error:
            flaws += error.flaws
            continue
        twin = next((other for other, one in read.items() if one.name == policy.name), None)
        if twin is not None:
            flaws.append(f"{path}:1: name: {twin} is named {policy.name}, too; give one of them another name")
        read[path] = policy
    if flaws:
        raise PolicyError(*flaws)
    return read


def _unread(folder: Path | None) -> Iterable[str]:
    for path in sorted(folder.iterdir()) if folder is not None else ():
        if path.is_file() and path.suffix != ".yaml" and not path.name.startswith("."):
            rename = (
                "; a policy's file is named like standard.yaml" if path.suffix in {".yml", ".json"} else ""
            )
            yield f"{path}: nothing reads it{rename}"
    if folder is not None:
        yield from unread(folder)
