"""The facts of a case as lines of a brief, one list for each thing that a person wants to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from channels.briefs.facts import Agreed, Aside, Available, BriefFacts, Offer, Promised, Said, Who
from channels.labels import Labels
from channels.names import clean
from channels.view.speech import Speech
from reminders.decision import Item
from reminders.money import Money
from reminders.snapshot import Channel


def step_named(step: str, labels: Labels) -> str:
    """A step in words; a step of somebody's own policy by its own name."""
    return labels.find(f"step_{step}") or clean(step).replace("_", " ")


def named(who: Who, speech: Speech) -> str:
    """A person by name and role."""
    labels = speech.labels
    name, role = clean(who.name) or labels.text("no_name"), clean(who.role).replace("_", " ")
    return labels.text("with_role", name=name, role=role) if role else name


def people(contacts: Sequence[Who], speech: Speech) -> Iterator[str]:
    """Whom to ask for, and which ways to them the profile holds; never the ways themselves."""
    labels = speech.labels
    for who in contacts:
        keys = ["sms_way" if channel is Channel.SMS else channel.value for channel in who.reached_by]
        ways = speech.formats.list(list(dict.fromkeys(labels.text(key) for key in keys)))
        name = named(who, speech)
        yield (
            labels.text("reached_by", name=name, ways=ways) if ways else labels.text("not_reached", name=name)
        )
    if not contacts:
        yield labels.text("nobody_named")


def kind(facts: BriefFacts, speech: Speech) -> str:
    """`a company in United Kingdom`."""
    labels = speech.labels
    debtor = labels.text(facts.debtor_type.value if facts.debtor_type else "unknown_type")
    if facts.country is None:
        return debtor
    country = speech.formats.locale.territories.get(facts.country, facts.country)
    place = f"{country} ({clean(facts.subdivision)})" if facts.subdivision else country
    return labels.text("in_place", kind=debtor, place=place)


def clock(facts: BriefFacts, speech: Speech) -> str:
    """What time it was with them, and when contact is allowed. A brief may be read days after it was written."""
    labels, formats = speech.labels, speech.formats
    if facts.hours is None:
        hours = labels.text("no_hours", weekday=formats.weekday(facts.today))
    else:
        start, end = facts.hours
        hours = labels.text("hours", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
    if facts.local_now is None:
        return labels.text("clock_unknown", hours=hours)
    day = facts.local_now.date()
    return labels.text(
        "clock",
        time=f"{facts.local_now:%H:%M}",
        weekday=formats.weekday(day),
        date=formats.long_date(day),
        hours=hours,
    )


def account(items: Iterable[Item], speech: Speech) -> Iterator[str]:
    """Each invoice with its sums, oldest first."""
    labels = speech.labels
    for item in sorted(items, key=lambda item: (item.due_on, item.number)):
        late = (speech.today - item.due_on).days
        standing = labels.text("item_late", days=speech.days(late)) if late > 0 else labels.text("item_later")
        line = labels.text(
            "item",
            number=clean(item.number),
            issued=speech.formats.short_date(item.issued_on),
            total=speech.money(Money(item.total, item.currency)),
            due=speech.formats.short_date(item.due_on),
            late=standing,
        )
        parts = (
            ("item_paid", item.paid),
            ("item_credited", item.credited),
            ("item_on_account", item.on_account),
            ("item_disputed", item.disputed),
            ("item_held", item.held),
            ("item_later_part", item.later),
        )
        shown = [(key, minor) for key, minor in parts if minor]
        if shown:
            shown.append(("item_open", item.asked))
        sums = [labels.text(key, amount=speech.money(Money(minor, item.currency))) for key, minor in shown]
        yield "; ".join([line, *sums]) + "."


def aside(parts: Iterable[Aside], speech: Speech) -> Iterator[str]:
    """What is open and not asked for."""
    for part in parts:
        yield speech.labels.text(
            "aside", number=clean(part.number), amount=speech.money(part.money), why=part.why.sentence
        )


def history(facts: BriefFacts, speech: Speech) -> Iterator[str]:
    """What was sent, said, promised and agreed, and how they pay as a rule."""
    yield from _said(facts.said, speech)
    yield spoken(facts, speech)
    if facts.replies:
        yield speech.counted("replies", facts.replies)
    yield from _promises(facts.promises, speech)
    yield from _plans(facts.plans, speech)
    yield track(facts, speech)
    if facts.hardship:
        yield speech.labels.text("hardship_now")
    elif facts.hardship_through is not None:
        yield speech.labels.text("hardship_past", date=speech.formats.long_date(facts.hardship_through))


def _said(messages: Sequence[Said], speech: Speech) -> Iterator[str]:
    labels = speech.labels
    if not messages:
        yield labels.text("said_nothing")
    for message in messages:
        yield labels.text(
            "said",
            date=speech.formats.short_date(message.on),
            step=step_named(message.step, labels),
            channel=labels.text(message.channel.value),
            state=labels.text(f"state_{message.state.value}"),
        )


def spoken(facts: BriefFacts, speech: Speech) -> str:
    """When somebody last spoke with them."""
    if not facts.spoken_on:
        return speech.labels.text("never_spoken")
    return speech.labels.text("spoken", date=speech.formats.long_date(max(facts.spoken_on)))


def _promises(made: Iterable[Promised], speech: Speech) -> Iterator[str]:
    """What they said they would pay, and what came of it; a person draws the conclusion."""
    labels = speech.labels
    for promise in made:
        left = Money(max(0, promise.money.minor - promise.kept.minor), promise.money.currency)
        if not left.minor:
            outcome = labels.text("promise_kept")
        elif promise.kept.minor:
            outcome = labels.text("promise_partly", kept=speech.money(promise.kept), left=speech.money(left))
        else:
            outcome = labels.text("promise_open" if promise.promised_on >= speech.today else "promise_broken")
        yield labels.text(
            "promise",
            said=speech.formats.long_date(promise.made_on),
            amount=speech.money(promise.money),
            by=speech.formats.long_date(promise.promised_on),
            outcome=outcome,
        )


def _plans(agreed: Iterable[Agreed], speech: Speech) -> Iterator[str]:
    labels = speech.labels
    for plan in agreed:
        late = plan.late_since
        yield labels.text(
            "plan",
            instalments=speech.counted("instalments", plan.instalments),
            agreed=speech.formats.long_date(plan.agreed_on),
            settled=plan.settled,
            left=speech.money(plan.left),
            standing=labels.text("plan_late", date=speech.formats.long_date(late))
            if late
            else labels.text("plan_kept"),
        )


def track(facts: BriefFacts, speech: Speech) -> str:
    """How they pay as a rule."""
    if not facts.track.settled:
        return speech.labels.text("no_track")
    settled = speech.counted("settled_invoices", facts.track.settled)
    return speech.labels.text("track", settled=settled, on_time=facts.track.on_time)


def offers(facts: BriefFacts, speech: Speech) -> Iterator[str]:
    """What may be offered without asking, and who may agree to more."""
    labels = speech.labels
    offer = facts.offer or Offer()
    manager = facts.account_manager
    known = labels.text("manager", name=clean(manager.name)) if manager else labels.text("no_manager")
    who = clean(offer.more_from) or known
    if offer.instalments:
        within = ""
        if offer.within_days is not None:
            last = speech.today + timedelta(days=offer.within_days)
            within = labels.text("offer_within", date=speech.formats.long_date(last))
        yield labels.text(
            "offer_plan", instalments=speech.counted("instalments", offer.instalments), within=within
        )
    if offer.extension_days:
        latest = speech.today + timedelta(days=offer.extension_days)
        yield labels.text("offer_extension", date=speech.formats.long_date(latest))
    yield labels.text("offer_more" if offer.instalments or offer.extension_days else "offer_nothing", who=who)


def interest(parts: Iterable[Available], speech: Speech) -> Iterator[str]:
    """Interest and fixed sums, for our own people."""
    for part in parts:
        yield speech.labels.text(
            "available",
            total=speech.money(part.total),
            through=speech.formats.short_date(part.through),
            basis=clean(part.basis),
            claimable=speech.labels.text("claimable" if part.claimable else "not_claimable"),
        )
