"""The sample letter that a preview shows: to a client where the language is at home, in a creditor's own name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from channels.ports import Letter
from channels.samples import SAMPLED, at_home, in_name_of, sample_letters
from channels.wordings import stems
from config.creditors import Creditor
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.snapshot import Channel, Invoice, Snapshot
from workers.claims import claims_of
from workers.cli.compose import House
from workers.cli.context import CommandFailed
from workers.cli.template.steps import steps_of

_LIKELY = "one"
"""The plainest of a step's sample letters: one invoice, one contact."""


def sample(house: House, step: str, channel: Channel, language: str) -> Letter:
    """A sample letter of a step, with what the policy would claim in it. Raises `CommandFailed`."""
    if step in SAMPLED:
        letter = sample_letters(step, channel, language)[_LIKELY]
    else:
        letter = _of_an_own_step(house, step, channel, language)
    letter = at_home(letter, language)
    if channel in (Channel.EMAIL, Channel.WHATSAPP):  # as every letter that is sent has it
        letter = replace(letter, page_url=f"{house.settings.public_url}/r/preview")
    return _with_claims(house, in_name_of(_creditor(house, letter), letter))


def _of_an_own_step(house: House, step: str, channel: Channel, language: str) -> Letter:
    own = next((found for _, found in steps_of(house) if found.name == step), None)
    if own is None:
        known = ", ".join(dict.fromkeys((*SAMPLED, *(found.name for _, found in steps_of(house)))))
        raise CommandFailed(f"there is no step {step!r}; these are known: {known}")
    like = next((stem for stem in stems(own.words, own.tone.value) if stem in SAMPLED), "statement")
    letter = sample_letters(like, channel, language)[_LIKELY]
    return replace(letter, step=own.name, tone=own.tone.value, words=own.words)


def _creditor(house: House, letter: Letter) -> Creditor:
    """A creditor of the client's own country, who has an account in their currency; else the first one."""
    currency = letter.items[0].currency
    near = (
        one
        for one in house.creditors.creditors
        if one.country == letter.client.country and one.bank_account(currency)
    )
    return next(near, house.creditors.default)


def _with_claims(house: House, letter: Letter) -> Letter:
    """The letter with what its step claims by the law of the client's country, as if nothing else had been agreed."""
    found = next(
        ((policy, step) for policy, step in steps_of(house) if step.name == letter.step and step.interest),
        None,
    )
    if found is None:
        return letter
    policy, step = found
    invoices = tuple(
        Invoice(
            item.invoice_id, item.number, letter.creditor.creditor_id, item.currency, item.total, item.issued_on,
            item.due_on, datetime.combine(item.issued_on, time(), UTC), "/sample",
            late_terms=LateTerms(LateTermsKind.STATUTORY),
        )
        for item in letter.items
    )  # fmt: skip
    here = letter.creditor.model_copy(update={"law": letter.client.country})
    snapshot = Snapshot(letter.client, invoices)
    return replace(
        letter,
        interest=claims_of(step, policy, snapshot, letter.items, here, house.interest, letter.today),
    )
