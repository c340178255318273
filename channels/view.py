"""A letter in the reader's own terms: names, sums and dates as text, ready to be put into words.

Templates only place what stands here; they calculate nothing. All text is cleaned, none is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from channels.formats import Formats
from channels.labels import Labels
from channels.names import clean, salutation
from channels.ports import Letter
from config.creditors import Creditor
from reminders.decision import Item
from reminders.money import Money, totals

DEADLINE_DAYS = 10
"""How long a final notice leaves, in days from the client's today."""
_NUMBERS_IN_A_REFERENCE = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice of the statement. The deductions are empty where there is nothing to take off."""

    number: str
    issued: str
    due: str
    due_long: str
    late: str
    """`7 days late`, or empty."""
    original: str
    deductions: tuple[tuple[str, str], ...]
    """(why, amount), each only where there is one: paid, credited, under dispute, covered by money on account."""
    open: str
    document_url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the letter's invoices, spoken of together."""

    count: int
    number: str
    """The oldest one's number."""
    numbers: str
    """All of them: `A, B and C`."""
    invoices: str
    """`invoice A`, or `3 invoices`."""
    amount: str
    """What is asked for them, a sum for each currency."""
    due: str
    """The earliest due date, long."""
    due_short: str
    days: str
    """Between the earliest due date and today: `7 days`."""
    when: str
    """The earliest due date from today: `today`, `tomorrow`, `in 3 days`."""

    @property
    def one(self) -> bool:
        """Whether it is a single invoice."""
        return self.count == 1


@dataclass(frozen=True, slots=True)
class Link:
    """A payment link: for one invoice, or for all of them where `number` is empty."""

    number: str
    amount: str
    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Account:
    """Where money in one currency may be sent: the creditor's bank details, exactly as they are configured."""

    currency: str
    holder: str
    bank: str
    iban: str
    bic: str
    account: str
    routing: str
    reference: str
    """The numbers of the invoices in this currency; empty where they are too many for a transfer."""


@dataclass(frozen=True, slots=True)
class View:
    """All that a template may name."""

    step: str
    language: str
    labels: Labels
    name: str
    """Whom to greet; may be empty."""
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
    """The invoices past their due date; all of them if none is."""
    coming: Group
    """The invoices not yet past their due date; all of them if every one is."""
    total: str
    """What the letter asks for, a sum for each currency."""
    totals: tuple[str, ...]
    rows: tuple[Row, ...]
    itemised: bool
    """Whether any invoice is open for less than its original amount."""
    disputed: str
    on_account: str
    not_due: str
    """Where some invoices are late and some are not: what the total holds that is not due yet."""
    received: str
    """In a thank-you: what was paid on these invoices."""
    received_on: str
    early: bool
    links: tuple[Link, ...]
    hosts: str
    """Where the payment links lead, so that a careful reader can compare."""
    link: str
    """The one link that an SMS has room for; may be empty."""
    accounts: tuple[Account, ...]
    deadline: str
    deadline_short: str
    unsubscribe_url: str
    page_url: str
    answers_by_sms: bool
    """Whether an SMS can be answered: not where the sender is a name instead of a number."""
    opt_out: str
    """How to stop messages by SMS."""

    def label(self, key: str, **values: object) -> str:
        """A fixed phrase of this language."""
        return self.labels.text(key, **values)


def view_of(letter: Letter, formats: Formats, labels: Labels, language: str) -> View:
    """Put a letter into the reader's terms."""
    items = sorted(letter.items, key=lambda item: (item.due_on, item.issued_on, item.number))
    late = [item for item in items if item.due_on < letter.today]
    coming = [item for item in items if item.due_on >= letter.today]
    creditor = letter.creditor
    documents = {number: web_url(url) for number, url in letter.document_urls}
    currencies = dict.fromkeys(
        [money.currency for money in letter.amounts] or [item.currency for item in items]
    )

    def group(of: Sequence[Item]) -> Group:
        return _group(of or items, letter.today, formats, labels)

    def sums(parts: Iterable[Money]) -> str:
        return formats.list([formats.money(money) for money in parts if money.minor])

    def sum_of(amount: str) -> str:
        return sums(totals(Money(getattr(item, amount), item.currency) for item in items))

    deadline = letter.today + timedelta(days=DEADLINE_DAYS)
    links = _links(letter, items, formats)
    page = web_url(letter.page_url)
    answers_by_sms = creditor.sms_from.startswith("+")
    return View(
        step=letter.step,
        language=language,
        labels=labels,
        name=salutation(letter.contact.name, letter.client.name, letter.client.country),
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
        terms=clean(creditor.terms).rstrip("."),
        all=group(items),
        late=group(late),
        coming=group(coming),
        total=formats.list([formats.money(money) for money in letter.amounts]),
        totals=tuple(formats.money(money) for money in letter.amounts),
        rows=tuple(_row(item, letter.today, formats, labels, documents) for item in items),
        itemised=any(item.asked != item.total for item in items),
        disputed=sum_of("disputed"),
        on_account=sum_of("on_account"),
        not_due=sums(totals(Money(item.asked, item.currency) for item in coming)) if late else "",
        received=sum_of("paid"),
        received_on=formats.long_date(letter.paid_on) if letter.paid_on else "",
        early=bool(items) and all(_early(item, letter.paid_on) for item in items),
        links=links,
        hosts=formats.list(list(dict.fromkeys(link.host for link in links))),
        link=links[0].url if len(links) == 1 and (len(items) == 1 or not links[0].number) else page,
        accounts=tuple(_accounts(creditor, currencies, items, formats)),
        deadline=formats.long_date(deadline),
        deadline_short=formats.short_date(deadline),
        unsubscribe_url=letter.unsubscribe_url,
        page_url=page,
        answers_by_sms=answers_by_sms,
        opt_out=labels.text("reply_stop" if answers_by_sms else "stop_link", url=letter.unsubscribe_url),
    )


def _group(items: Sequence[Item], today: date, formats: Formats, labels: Labels) -> Group:
    numbers = [clean(item.number) for item in items]
    earliest = min((item.due_on for item in items), default=today)
    away = (earliest - today).days
    amounts = totals(Money(item.asked, item.currency) for item in items)
    if len(items) == 1:
        invoices = labels.text("invoice", number=numbers[0])
    else:
        invoices = labels.plural("invoices", len(items), formats.plural(len(items)))
    return Group(
        count=len(items),
        number=numbers[0] if numbers else "",
        numbers=formats.list(numbers),
        invoices=invoices,
        amount=formats.list([formats.money(money) for money in amounts]),
        due=formats.long_date(earliest),
        due_short=formats.short_date(earliest),
        days=labels.plural("days", abs(away), formats.plural(abs(away))),
        when=_when(away, formats, labels),
    )


def _when(away: int, formats: Formats, labels: Labels) -> str:
    if away in (0, 1):
        return labels.text("tomorrow" if away else "today")
    return labels.plural("in_days" if away > 0 else "days_ago", abs(away), formats.plural(abs(away)))


def _row(item: Item, today: date, formats: Formats, labels: Labels, documents: dict[str, str]) -> Row:
    def money(minor: int) -> str:
        return formats.money(Money(minor, item.currency))

    parts = (
        ("paid", item.paid),
        ("credited", item.credited),
        ("under_dispute", item.disputed),
        ("on_account", item.on_account),
    )
    late = (today - item.due_on).days
    return Row(
        number=clean(item.number),
        issued=formats.short_date(item.issued_on),
        due=formats.short_date(item.due_on),
        due_long=formats.long_date(item.due_on),
        # What is settled is not late any more: a thank-you on Monday for Friday's payment would reproach it.
        late=labels.plural("days_late", late, formats.plural(late)) if late > 0 and item.asked else "",
        original=money(item.total),
        deductions=tuple((labels.text(key), money(minor)) for key, minor in parts if minor),
        open=money(item.asked),
        document_url=documents.get(item.number, ""),
    )


def _early(item: Item, paid_on: date | None) -> bool:
    """Whether the invoice was paid before its due date; `paid_on` holds where the item does not know its own."""
    paid_on = item.paid_on or paid_on
    return paid_on is not None and paid_on < item.due_on


def _accounts(
    creditor: Creditor, currencies: Iterable[str], items: Sequence[Item], formats: Formats
) -> Iterator[Account]:
    """The bank account for each currency that has one."""
    for currency in currencies:
        if found := creditor.bank_account(currency):
            numbers = [clean(item.number) for item in items if item.currency == currency]
            yield Account(
                currency=currency,
                holder=found.holder,
                bank=found.bank,
                iban=found.iban or "",
                bic=found.bic or "",
                account=found.account or "",
                routing=found.routing or "",
                reference=formats.list(numbers) if len(numbers) <= _NUMBERS_IN_A_REFERENCE else "",
            )


def _links(letter: Letter, items: Sequence[Item], formats: Formats) -> tuple[Link, ...]:
    """One link for everything where all invoices share it, else one for each invoice that has one."""
    urls = {number: web_url(url) for number, url in letter.payment_urls}
    shared = set(urls.values())
    if (
        len(items) > 1
        and len(shared) == 1
        and all(item.number in urls for item in items)
        and "" not in shared
    ):
        (url,) = shared
        amounts = formats.list([formats.money(money) for money in letter.amounts])
        return (Link("", amounts, url, host_of(url)),)
    return tuple(
        Link(clean(item.number), formats.money(Money(item.asked, item.currency)), url, host_of(url))
        for item in items
        if (url := urls.get(item.number, ""))
    )


def web_url(url: str | None) -> str:
    """The URL if it is one for the web, else nothing: a script or a file has no business in a letter."""
    url = clean(url)
    return url if url.lower().startswith(("https://", "http://")) and " " not in url else ""


def host_of(url: str) -> str:
    """The host of a URL, shown beside a button so that a careful reader knows where it leads."""
    return url.split("/", 3)[2].rsplit("@", 1)[-1].split("?", 1)[0].split("#", 1)[0]


def readable_on(colour: str) -> str:
    """Black or white, whichever stands out more on a `#rrggbb` colour (WCAG 2 relative luminance)."""

    def linear(channel: int) -> float:
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"
