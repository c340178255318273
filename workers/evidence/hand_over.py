"""What has to be before an attorney may act against this kind of debtor: a checklist for a person."""

from __future__ import annotations

from dataclasses import dataclass

from config.rules.contact import ContactLaw, Letter
from workers.evidence.parties import DebtorParty


@dataclass(frozen=True, slots=True)
class HandOverFile:
    """The law's and the house's demands for the debtor's kind and place. Unknown means the strictest."""

    country: str | None
    debtor_type: str | None
    waiting_days: int
    """Days that the debtor has after the letter before anything else may happen."""
    letter: Letter
    checklist: tuple[str, ...]
    sources: tuple[str, ...]
    law: str
    """The version of the law packs that this was read from."""


def read_hand_over(law: ContactLaw, debtor: DebtorParty) -> HandOverFile:
    """What the packs say for this debtor."""
    rules = law.rules_for(debtor.country, debtor.subdivision, debtor.debtor_type)
    return HandOverFile(
        debtor.country,
        debtor.debtor_type,
        rules.hand_off.waiting_days,
        rules.hand_off.letter,
        rules.hand_off.checklist,
        rules.sources,
        rules.law,
    )
