"""Sample letters: invented clients and believable cases, to look at words and to check them.

Nothing in here is anybody's: names end in `.example`, and the telephone numbers are kept free for fiction or tests.
"""

from __future__ import annotations

from dataclasses import replace

from channels.ports import Letter
from channels.samples.homes import at_home, in_currency
from channels.samples.letters import OCCASIONS, STEPS, claiming, rungs
from channels.samples.occasions import occasions
from config.creditors import Creditor
from reminders.snapshot import Channel

__all__ = ["SAMPLED", "at_home", "in_name_of", "sample_letters", "spoken"]

SAMPLED = (*STEPS, *OCCASIONS)
"""The steps of which there are sample letters: all that ship."""


def spoken(each: Letter, language: str) -> Letter:
    """The letter to a reader of that language."""
    return replace(each, client=replace(each.client, language=language))


def sample_letters(step: str, channel: Channel, language: str) -> dict[str, Letter]:
    """The sample letters of a step to readers of that language; those of a final notice also with claims."""
    found = rungs(step, channel) if step in STEPS else occasions(step, channel)
    if step == "final_notice":
        found |= {f"{name}.interest": claiming(each, ("§ 288 BGB",)) for name, each in found.items()}
    return {name: spoken(each, language) for name, each in found.items()}


def in_name_of(creditor: Creditor, letter: Letter) -> Letter:
    """The letter as another creditor would write it, in a currency for which they have an account."""
    letter = replace(letter, creditor=creditor)
    if not creditor.bank_accounts or any(creditor.bank_account(item.currency) for item in letter.items):
        return letter
    return in_currency(creditor.bank_accounts[0].currency, letter)
