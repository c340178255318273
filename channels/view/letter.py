"""A letter in the reader's own terms: names, sums and dates as text, ready to be put into words.

Templates only place what stands here; they calculate nothing. All text is cleaned, none is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from channels.formats import Formats
from channels.labels import Labels
from channels.names import Names, clean
from channels.ports import Letter
from channels.view.claims import Claims, claims_of
from channels.view.items import Group, balance, group_of
from channels.view.paying import Account, Link, accounts_of, links_of
from channels.view.speech import Speech
from channels.view.tables import Table, asked_table, whole_table
from channels.view.told import (
    AnswerWords,
    DiscountWords,
    InstalmentWords,
    PromiseWords,
    ReturnWords,
    answer_words,
    discount_words,
    instalment_words,
    promise_words,
    return_words,
)
from channels.view.web import readable_on, web_url
from reminders.decision import AnswerTold, DiscountTold, InstalmentTold, Item, PromiseTold, ReturnTold
from reminders.ladder import NOTICE_DAYS
from reminders.money import Money

AHEAD = frozenset({"warm", "helpful"})
"""The tones that speak of what is not late; any other asks for what is late, and for that alone if anything is."""

FORMAL = "formal"
"""The tone of a final notice, and the only one in which anything is claimed beside the debt."""


@dataclass(frozen=True, slots=True)
class View:
    """All that a template may name."""

    step: str
    language: str
    labels: Labels
    today: str
    """The client's local date, long."""
    name: str
    """Whom to greet, as one does in English: by the first name, else by the company's; may be empty."""
    full_name: str
    """Whom to greet where a first name alone would be too familiar; empty where no person is known."""
    company: str
    us: str
    legal_name: str
    address: tuple[str, ...]
    website: str
    logo_url: str
    colour: str
    on_colour: str
    """Black or white, whichever can be read on the brand's colour."""
    person: str
    person_email: str
    person_phone: str
    terms: str
    all: Group
    late: Group
    """The invoices past their due date of which something is asked; all of them if there is none."""
    coming: Group
    """The invoices not yet past their due date of which something is asked; all of them if every one is."""
    total: str
    """What is asked for on all of the letter's invoices, a sum for each currency; in a thank-you, what was received."""
    asked_for: Callable[[], Table]
    """The statement of what is asked for. Made when a template places it, as few letters place both."""
    whole: Callable[[], Table]
    """The statement of the whole account."""
    received_on: str
    overpaid: str
    """In a thank-you: what was received beyond what the invoices came to."""
    early: bool
    promise: PromiseWords | None
    instalment: InstalmentWords | None
    discount: DiscountWords | None
    returned: ReturnWords | None
    rested: str
    """In the first words after a hardship: the day until which the invoices were let rest; empty in all others."""
    answered: AnswerWords | None
    """What the reader wrote back to us."""
    claims: Claims | None
    """Interest and fixed sums beside the debt; None where the letter claims none."""
    links: tuple[Link, ...]
    hosts: str
    """Where the payment links lead, so that a careful reader can compare."""
    link: str
    """The one link that an SMS has room for; may be empty."""
    accounts: tuple[Account, ...]
    unbanked: str
    """The currencies for which there is no account; empty where each has one."""
    deadline: str
    deadline_short: str
    unsubscribe_url: str
    """How to stop messages by mail; empty where the message need not say it."""
    page_url: str
    answers_by_sms: bool
    """Whether an SMS can be answered: not where the sender is a name instead of a number."""
    opt_out: str
    """How to stop messages by SMS; empty where the message need not say it."""

    def label(self, key: str, **values: object) -> str:
        """A fixed phrase of this language."""
        return self.labels.text(key, **values)


def view_of(letter: Letter, formats: Formats, labels: Labels, language: str, names: Names) -> View:
    """Put a letter into the reader's terms."""
    speech = Speech(formats, labels, letter.today)
    items = sorted(letter.items, key=lambda item: (item.due_on, item.issued_on, item.number))
    late = [item for item in items if item.asked and item.due_on < letter.today]
    coming = [item for item in items if item.asked and item.due_on >= letter.today]
    asked = late if late and letter.tone not in AHEAD else items
    told, creditor = letter.told, letter.creditor
    # What is told has a sum of its own, that may be a part of an invoice or go over several.
    payable = asked if told is None else [item for item in items if balance(item)]
    currencies = sorted({item.currency for item in payable})
    accounts = tuple(accounts_of(creditor, currencies, payable, speech))
    banked = {account.currency for account in accounts}
    documents = {number: web_url(url) for number, url in letter.document_urls}
    urls = {number: web_url(url) for number, url in letter.payment_urls}
    links = links_of(payable, urls, speech, priced=told is None)
    page = web_url(letter.page_url)
    deadline = letter.today + timedelta(days=NOTICE_DAYS)
    answers_by_sms = creditor.sms_from.startswith("+")
    everything = group_of(items, speech)

    def some(part: Sequence[Item]) -> Group:
        """A part of the invoices; where it is none or all, it is the group of all, which is there already."""
        return everything if len(part) in (0, len(items)) else group_of(part, speech)

    opt_out = labels.text("reply_stop" if answers_by_sms else "stop_link", url=letter.unsubscribe_url)
    return View(
        step=letter.step,
        language=language,
        labels=labels,
        today=formats.long_date(letter.today),
        name=names.salutation(letter.contact.name, letter.client.name, letter.client.country),
        full_name=names.full_name(letter.contact.name, letter.client.name),
        company=clean(letter.client.name),
        us=clean(creditor.name),
        legal_name=clean(creditor.legal_name),
        address=tuple(clean(line) for line in creditor.address),
        website=web_url(creditor.website),
        logo_url=web_url(creditor.brand.logo_url),
        colour=creditor.brand.colour,
        on_colour=readable_on(creditor.brand.colour),
        person=clean(creditor.contact.name),
        person_email=clean(creditor.contact.email),
        person_phone=clean(creditor.contact.phone),
        terms=clean(creditor.terms_in(language)).rstrip("."),
        all=everything,
        late=some(late),
        coming=some(coming),
        total=formats.list([formats.money(money) for money in letter.amounts]),
        asked_for=cache(
            lambda: asked_table(items, late if asked is late else (), letter.amounts, speech, documents)
        ),
        whole=cache(lambda: whole_table(items, speech, documents)),
        received_on=formats.long_date(letter.paid_on) if letter.paid_on else "",
        overpaid=speech.sums(_overpaid(items)),
        early=bool(items) and all(_early(item, letter) for item in items),
        promise=promise_words(told, letter.amounts, speech) if isinstance(told, PromiseTold) else None,
        instalment=instalment_words(told, letter.amounts, speech)
        if isinstance(told, InstalmentTold)
        else None,
        discount=discount_words(told, letter.amounts, speech) if isinstance(told, DiscountTold) else None,
        returned=return_words(told, speech) if isinstance(told, ReturnTold) else None,
        rested=speech.day(letter.rested_until) if letter.rested_until else "",
        answered=answer_words(told, speech) if isinstance(told, AnswerTold) else None,
        claims=claims_of(letter.interest, asked, speech) if letter.tone == FORMAL else None,
        links=links,
        hosts=formats.list(list(dict.fromkeys(link.host for link in links))),
        link=links[0].url if len(links) == 1 and (len(payable) == 1 or not links[0].number) else page,
        accounts=accounts,
        unbanked=formats.list([currency for currency in currencies if currency not in banked]),
        deadline=formats.long_date(deadline),
        deadline_short=formats.short_date(deadline),
        unsubscribe_url=letter.unsubscribe_url if letter.opt_out else "",
        page_url=page,
        answers_by_sms=answers_by_sms,
        opt_out=opt_out if letter.opt_out else "",
    )


def _overpaid(items: Sequence[Item]) -> list[Money]:
    """What came beyond what the invoices were for."""
    return [
        Money(min(item.paid, max(0, item.paid + item.credited - item.total)), item.currency) for item in items
    ]


def _early(item: Item, letter: Letter) -> bool:
    """Whether the invoice was paid before its due date; the letter's day holds where the item does not know its own.

    Of one in instalments it is not said: an earlier part may have been late, and the client reminded of it.
    """
    paid_on = item.paid_on or letter.paid_on
    return not item.in_parts and paid_on is not None and paid_on < item.due_on
