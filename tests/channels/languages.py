"""The shipped languages, the sample letters in each, and what a letter states, whatever its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import yaml

from channels.formats import Formats, formats
from channels.labels import Labels
from channels.ports import Letter
from channels.samples import SAMPLED, sample_letters, spoken
from channels.shelf import SHIPPED
from reminders.decision import AnswerTold, DiscountTold, InstalmentTold, PromiseTold, ReturnTold
from reminders.ladder import NOTICE_DAYS
from reminders.money import Money, totals

__all__ = ["ALL_STEPS", "LANGUAGES", "OTHERS", "labels", "letters", "phrases", "spoken", "stated"]

LANGUAGES = sorted(folder.name for folder in SHIPPED.iterdir() if (folder / "labels.yaml").is_file())
OTHERS = [language for language in LANGUAGES if language != "en"]
ALL_STEPS = SAMPLED
letters = sample_letters


def labels(language: str) -> Labels:
    return Labels.read(SHIPPED / language / "labels.yaml", language)


def phrases(language: str) -> dict[str, str | dict[str, str]]:
    found: dict[str, str | dict[str, str]] = yaml.safe_load(
        (SHIPPED / language / "labels.yaml").read_text(encoding="utf-8")
    )
    return found


def stated(each: Letter, text: str, language: str) -> set[str]:
    """The sums, dates, numbers, addresses and names of a letter that its text states, in terms of no language."""
    habits = formats(language, each.client.country or each.creditor.country)
    found = {str(money) for money in _sums(each) if _has(text, habits.money(money))}
    found |= {day.isoformat() for day in _days(each) if any(_has(text, form) for form in _forms(day, habits))}
    found |= set(re.findall(r"https?://\S+", text))
    return found | {word for word in _words(each) if word in text}


def _sums(each: Letter) -> Iterator[Money]:
    """Every sum that a letter could state: of each invoice and of those that stand alike."""
    late = [row for row in each.items if row.due_on < each.today]
    coming = [row for row in each.items if row.due_on >= each.today]
    for rows in (*([row] for row in each.items), each.items, late, coming):
        for name in ("total", "paid", "credited", "disputed", "on_account", "held", "later", "asked"):
            yield from totals(Money(getattr(row, name), row.currency) for row in rows)
        yield from totals(
            Money(row.total - row.paid - row.credited - row.on_account, row.currency) for row in rows
        )
    yield from each.amounts
    match each.told:
        case PromiseTold():
            yield from (each.told.money, each.told.kept, each.told.money - each.told.kept)
        case InstalmentTold():
            yield from (each.told.money, each.told.left, each.told.left - each.told.money)
        case DiscountTold():
            yield from (each.told.saved, each.told.to_pay)
        case ReturnTold():
            yield each.told.money
        case AnswerTold(money=Money() as money):
            yield money
        case AnswerTold(parts=parts):
            yield from (part.money for part in parts)
        case _:
            pass
    for claim in each.interest:
        yield from (claim.interest, claim.daily)


def _days(each: Letter) -> Iterator[date]:
    for row in each.items:
        yield from (row.issued_on, row.due_on)
    yield each.today + timedelta(days=NOTICE_DAYS)
    if each.rested_until:
        yield each.rested_until
    if each.paid_on:
        yield each.paid_on
    match each.told:
        case PromiseTold():
            yield from (each.told.made_on, each.told.promised_on)
        case InstalmentTold():
            yield each.told.due_on
        case DiscountTold():
            yield each.told.by_on
        case ReturnTold():
            yield each.told.on
        case AnswerTold():
            yield from filter(None, (each.told.received_on, each.told.promised_on, each.told.by_on))
            yield from (part.due_on for part in each.told.parts)
        case _:
            pass
    for claim in each.interest:
        yield claim.through


def _forms(day: date, habits: Formats) -> tuple[str, ...]:
    return habits.long_date(day), habits.short_date(day), habits.day(day), habits.short_day(day)


def _words(each: Letter) -> Iterator[str]:
    yield from (row.number for row in each.items)
    creditor = each.creditor
    yield from (creditor.name, creditor.legal_name, creditor.contact.name, creditor.contact.email)
    yield from (creditor.contact.phone or creditor.name, each.client.name)
    for account in creditor.bank_accounts:
        yield from (account.iban or account.account or account.holder, account.bic or account.bank)
    yield "STOP"


def _has(text: str, form: str) -> bool:
    """Whether it stands in the text, and not as the end or beginning of another: `200,00 £` in `1.200,00 £`, `¥1,200`
    in `¥1,200,000`."""
    # Where spaces part the thousands, so does the one in `1 200,00 £`; a year, as in `2026 200,00 £`, has four digits.
    ends_another = r"(?<!\D\d )(?<!\D\d\d )(?<!\D\d{3} )" if re.match(r"\d{3}\D", form) else ""
    return re.search(rf"(?<!\w)(?<!\d[.,']){ends_another}{re.escape(form)}(?!\w|[.,']\d)", text) is not None
