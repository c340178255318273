"""A case in words: all that the templates of the briefs may name."""

from __future__ import annotations

from dataclasses import dataclass

from phonenumbers import PhoneNumberMatcher

from channels.briefs import lines
from channels.briefs.case import Case, case_of
from channels.briefs.facts import BriefFacts
from channels.formats import Formats
from channels.labels import Labels
from channels.names import Names, clean
from channels.view.items import Group, group_of
from channels.view.speech import Speech
from channels.view.told import InstalmentWords, PromiseWords, instalment_words, promise_words
from reminders.account import asked_for
from reminders.decision import InstalmentTold, PromiseTold
from reminders.reasons import Reason

_USUAL = frozenset({Reason.STEP_DUE, Reason.ENTERED_LATE, Reason.RESUMED})


@dataclass(frozen=True, slots=True)
class AskedWords:
    """What a client wrote who wants to be called."""

    came: str
    words: tuple[str, ...]
    """Line by line."""
    number: str
    """The number that they named, as they wrote it; empty: none."""


@dataclass(frozen=True, slots=True)
class BriefView:
    """One client's case for a person of ours. Lists hold whole sentences."""

    us: str
    """The creditor; its id where it is not configured."""
    creditor_id: str
    client: str
    """The client's name; their id where none is known."""
    client_id: str
    case: Case
    why: str
    """Why a person is asked; empty: because the step's day has come."""
    by: str
    """By when it should be done; empty: no day is set."""
    kind: str
    clock: str
    language: str
    """What they read; empty: not known."""
    person: str
    """What to call the first contact on the phone; may be empty."""
    people: tuple[str, ...]
    manager: str
    step: str
    late: Group
    """The invoices past their due date of which something is asked; all of them if there is none."""
    amount: str
    """What is asked for, a sum for each currency: what is late, if anything is."""
    with_coming: str
    """The same with what is listed and not due yet; empty where nothing of the kind is."""
    account: tuple[str, ...]
    aside: tuple[str, ...]
    history: tuple[str, ...]
    """What was sent, said, promised and agreed, and how they pay as a rule."""
    spoken: str
    """When somebody last spoke with them."""
    track: str
    offers: tuple[str, ...]
    interest: tuple[str, ...]
    asked: AskedWords | None
    """What they wrote, where they want to be called."""
    promise: PromiseWords | None
    instalment: InstalmentWords | None


def brief_view(facts: BriefFacts, formats: Formats, labels: Labels, names: Names) -> BriefView:
    """Put a case into words."""
    speech = Speech(formats, labels, facts.today)
    items = sorted(facts.items, key=lambda item: (item.due_on, item.number))
    late = [item for item in items if item.asked and item.due_on < facts.today]
    manager = facts.account_manager
    told = facts.told
    mixed = told is None and late and any(item.asked and item not in late for item in items)
    return BriefView(
        us=clean(facts.creditor_name) or clean(facts.creditor_id),
        creditor_id=clean(facts.creditor_id),
        client=clean(facts.client_name) or clean(facts.client_id),
        client_id=clean(facts.client_id),
        case=case_of(facts),
        why="" if facts.reason in _USUAL else facts.reason.sentence,
        by=formats.long_date(facts.due_on) if facts.due_on else "",
        kind=lines.kind(facts, speech),
        clock=lines.clock(facts, speech),
        language=_language(facts, formats),
        person=names.salutation(facts.contacts[0].name, "", facts.country) if facts.contacts else "",
        people=tuple(lines.people(facts.contacts, speech)),
        manager=clean(manager.name) if manager else "",
        step=lines.step_named(facts.step, labels) if facts.step else "",
        late=group_of(late or items, speech),
        amount=speech.sums(asked_for(late) if mixed else facts.amounts),
        with_coming=speech.sums(facts.amounts) if mixed else "",
        account=tuple(lines.account(items, speech)),
        aside=tuple(lines.aside(facts.aside, speech)),
        history=tuple(lines.history(facts, speech)),
        spoken=lines.spoken(facts, speech),
        track=lines.track(facts, speech),
        offers=tuple(lines.offers(facts, speech)),
        interest=tuple(lines.interest(facts.interest, speech)),
        asked=_asked(facts),
        promise=promise_words(told, facts.amounts, speech) if isinstance(told, PromiseTold) else None,
        instalment=instalment_words(told, facts.amounts, speech)
        if isinstance(told, InstalmentTold)
        else None,
    )


def _asked(facts: BriefFacts) -> AskedWords | None:
    if facts.asked is None:
        return None
    lines_of = (clean(line) for line in facts.asked.words.splitlines())
    named = PhoneNumberMatcher(facts.asked.words, facts.country)
    return AskedWords(
        clean(facts.asked.came),
        tuple(line for line in lines_of if line),
        next((clean(match.raw_string) for match in named), ""),
    )


def _language(facts: BriefFacts, formats: Formats) -> str:
    tag = clean(facts.language).replace("_", "-").split("-")[0].lower()
    return str(formats.locale.languages.get(tag, tag))
