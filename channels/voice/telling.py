"""What a call's template may name beside the fields of the view: whom it is for, and how it speaks of the money."""

from __future__ import annotations

from dataclasses import dataclass

from channels.ports import Letter
from channels.view import View
from channels.view.letter import AHEAD
from channels.voice.speech import spelled_phone
from reminders.decision import InstalmentTold, PromiseTold


class Nameless(ValueError):
    """Nobody is named whom a call could ask for; who is not asked for can't confirm that it is them."""


@dataclass(frozen=True, slots=True)
class Telling:
    """The names."""

    tone: str
    ahead: bool
    """Whether nothing that it is about is late."""
    past: bool
    """Whether the day of what is told is over."""
    whom: str
    person_named: bool
    company_named: bool
    """Whether the company has a name beside the person's."""
    call_back: str
    """Where somebody answers, rather than where we call from; may be empty."""


def telling(letter: Letter, view: View) -> Telling:
    """What a call names. Raises `Nameless`."""
    whom = view.full_name or view.company
    if not whom:
        raise Nameless("a call needs the name of a person or a company to ask for")
    creditor = letter.creditor
    number = creditor.contact.phone or creditor.voice_from
    return Telling(
        tone=letter.tone,
        ahead=letter.tone in AHEAD,
        past=_past(letter),
        whom=whom,
        person_named=bool(view.full_name),
        company_named=bool(view.company) and view.company != view.full_name,
        call_back=spelled_phone(number, letter.client.country or creditor.country) if number else "",
    )


def _past(letter: Letter) -> bool:
    match letter.told:
        case PromiseTold(promised_on=day) | InstalmentTold(due_on=day):
            return day < letter.today
        case _:
            return False
