"""Where a language is at home, so that a preview in German shows a letter to a client in Germany, in euro."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from channels.ports import Letter
from reminders.decision import AnswerTold, DiscountTold, InstalmentTold, PromiseTold, ReturnTold, Told
from reminders.money import Money


@dataclass(frozen=True, slots=True)
class Home:
    """An invented client of that country, and who reads their mail."""

    country: str
    """ISO 3166-1."""
    currency: str
    """ISO 4217, of two decimals, as the sample letters' amounts are."""
    company: str
    person: str
    email: str


HOMES: Mapping[str, Home] = {
    "de": Home(
        "DE", "EUR", "Zahntechnik Lübeck GmbH", "Sabine Krüger", "krueger@zahntechnik-luebeck.example"
    ),
    "es": Home("ES", "EUR", "Talleres Sevilla S.L.", "Lucía Romero", "lromero@talleres-sevilla.example"),
    "fr": Home("FR", "EUR", "Menuiserie de Lyon SARL", "Camille Moreau", "c.moreau@menuiserie-lyon.example"),
    "it": Home("IT", "EUR", "Officine Bologna S.r.l.", "Giulia Conti", "g.conti@officine-bologna.example"),
    "nl": Home("NL", "EUR", "Bouwbedrijf Utrecht B.V.", "Sanne de Vries", "s.devries@bouwbedrijf.example"),
}
"""By language. English is at home where the sample letters are; another language has none of its own."""


def at_home(letter: Letter, language: str) -> Letter:
    """The letter to a client where that language is spoken (`de`, `de-AT`), in their currency."""
    home = HOMES.get(language.replace("_", "-").partition("-")[0].lower())
    if home is None:
        return letter
    client = replace(letter.client, name=home.company, country=home.country, language=language)
    contact = replace(letter.contact, name=home.person, email=home.email, phone=None)
    return in_currency(home.currency, replace(letter, client=client, contact=contact))


def in_currency(currency: str, letter: Letter) -> Letter:
    """The letter with the same numbers of minor units in another currency."""
    return replace(
        letter,
        items=tuple(replace(item, currency=currency) for item in letter.items),
        amounts=tuple(Money(money.minor, currency) for money in letter.amounts),
        told=_told_in(currency, letter.told) if letter.told is not None else None,
    )


def _told_in(currency: str, told: Told) -> Told:
    def here(money: Money) -> Money:
        return Money(money.minor, currency)

    match told:
        case PromiseTold():
            return replace(told, money=here(told.money), kept=here(told.kept))
        case InstalmentTold():
            return replace(told, money=here(told.money), left=here(told.left))
        case DiscountTold():
            return replace(told, saved=here(told.saved), to_pay=here(told.to_pay))
        case ReturnTold():
            return replace(told, money=here(told.money))
        case AnswerTold():
            parts = tuple(replace(part, money=here(part.money)) for part in told.parts)
            return replace(told, money=here(told.money) if told.money is not None else None, parts=parts)
