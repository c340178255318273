"""A letter in the reader's own terms: names, sums and dates as text, ready to be put into words.

Templates only place what stands here; they calculate nothing. All text is cleaned, none is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
AHEAD = frozenset({"warm", "helpful"})
"""The tones that speak of what is not late; any other asks for what is late, and for that alone if anything is."""
_NUMBERS_IN_A_REFERENCE = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One invoice of the statement. The deductions are empty where there is nothing to take off."""

    number: str
    issued: str
    due: str
    due_long: str
    standing: str
    """`7 days late`; beside others that are late: `not due yet`; or empty."""
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
    original: str
    """What they were issued for, a sum for each currency."""
    due: str
    """The earliest due date, long."""
    due_short: str
    spread: bool
    """Whether they are due on different days, so that the earliest is only `the first`."""
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
class Sum:
    """A line below the statement of several invoices."""

    label: str
    amount: str
    main: bool
    """Whether it is what the letter is about; else it is there for the whole picture."""


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
    """What is open on all of the letter's invoices, a sum for each currency; in a thank-you, what was received."""
    sums: tuple[Sum, ...]
    rows: tuple[Row, ...]
    itemised: bool
    """Whether any invoice is open for less than its original amount."""
    disputed: str
    on_account: str
    not_due: str
    """In a letter about late invoices: what is open on those that it shows though they are not due yet."""
    received_on: str
    overpaid: str
    """In a thank-you: what was received beyond what the invoices came to."""
    early: bool
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
    asked = late if late and letter.tone not in AHEAD else items
    currencies = sorted({item.currency for item in asked})
    accounts = tuple(_accounts(creditor, currencies, asked, formats))
    banked = {account.currency for account in accounts}

    def group(of: Sequence[Item]) -> Group:
        return _group(of or items, letter.today, formats, labels)

    def sum_of(amount: Callable[[Item], int], of: Sequence[Item] = items) -> str:
        sums = totals(Money(amount(item), item.currency) for item in of)
        return formats.list([formats.money(money) for money in sums if money.minor])

    deadline = letter.today + timedelta(days=DEADLINE_DAYS)
    links = _links(letter, asked, formats)
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
        sums=tuple(_sums(letter, late if coming else (), formats, labels)),
        rows=tuple(_row(item, letter.today, formats, labels, documents, beside=bool(late)) for item in items),
        itemised=any(item.asked != item.total for item in items),
        disputed=sum_of(lambda item: item.disputed),
        on_account=sum_of(lambda item: item.on_account),
        not_due=sum_of(lambda item: item.asked, coming) if asked is late else "",
        received_on=formats.long_date(letter.paid_on) if letter.paid_on else "",
        overpaid=sum_of(lambda item: min(item.paid, max(0, item.paid + item.credited - item.total))),
        early=bool(items) and all(_early(item, letter.paid_on) for item in items),
        links=links,
        hosts=formats.list(list(dict.fromkeys(link.host for link in links))),
        link=links[0].url if len(links) == 1 and (len(asked) == 1 or not links[0].number) else page,
        accounts=accounts,
        unbanked=formats.list([currency for currency in currencies if currency not in banked]),
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
    originals = totals(Money(item.total, item.currency) for item in items)
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
        original=formats.list([formats.money(money) for money in originals]),
        due=formats.long_date(earliest),
        due_short=formats.short_date(earliest),
        spread=any(item.due_on != earliest for item in items),
        days=labels.plural("days", abs(away), formats.plural(abs(away))),
        when=_when(away, formats, labels),
    )


def _when(away: int, formats: Formats, labels: Labels) -> str:
    if away in (0, 1):
        return labels.text("tomorrow" if away else "today")
    return labels.plural("in_days" if away > 0 else "days_ago", abs(away), formats.plural(abs(away)))


def _sums(letter: Letter, late: Sequence[Item], formats: Formats, labels: Labels) -> Iterator[Sum]:
    """What the statement comes to. `late` are the late invoices where others are not: theirs is the sum that counts."""
    past_due = totals(Money(item.asked, item.currency) for item in late if item.asked)
    for money in past_due:
        yield Sum(labels.text("past_due"), formats.money(money), main=True)
    if past_due:
        label = "open_in_all"
    else:
        label = "total" if any(item.asked for item in letter.items) else "received"
    for money in letter.amounts:
        yield Sum(labels.text(label), formats.money(money), main=not past_due)


def _row(
    item: Item, today: date, formats: Formats, labels: Labels, documents: dict[str, str], *, beside: bool
) -> Row:
    """An invoice's row; `beside` says that some invoices of the letter are late."""

    def money(minor: int) -> str:
        return formats.money(Money(minor, item.currency))

    parts = (
        ("paid", item.paid),
        ("credited", item.credited),
        ("under_dispute", item.disputed),
        ("on_account", item.on_account),
    )
    late = (today - item.due_on).days
    # What is settled is not late any more: a thank-you on Monday for Friday's payment would reproach it.
    standing = ""
    if late > 0 and item.asked:
        standing = labels.plural("days_late", late, formats.plural(late))
    elif beside and item.asked:
        standing = labels.text("not_due_yet")
    return Row(
        number=clean(item.number),
        issued=formats.short_date(item.issued_on),
        due=formats.short_date(item.due_on),
        due_long=formats.long_date(item.due_on),
        standing=standing,
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
    shared = {urls.get(item.number, "") for item in items}
    if len(items) > 1 and len(shared) == 1 and "" not in shared:
        (url,) = shared
        sums = totals(Money(item.asked, item.currency) for item in items)
        amounts = formats.list([formats.money(money) for money in sums])
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
