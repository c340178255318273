"""What the client told us, and what became of it: newest first, in the reader's words, as it stands now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from channels.names import clean
from ledger.heard import Errand, Heard
from ledger.visits import AGREED, PROPOSED
from ledger.wishes import WISHES
from reminders.answers import AnswerKind
from reminders.plans import PlanStanding, PlanState
from reminders.promises import PromiseStanding, PromiseState
from reminders.reasons import Reason
from reminders.tasks import TaskState
from web.page.guest import Guest

_ANSWERS = {
    AnswerKind.PAID: "paid",
    AnswerKind.PROMISE: "promise",
    AnswerKind.DISPUTE: "wrong",
    AnswerKind.HARDSHIP: "hardship",
    AnswerKind.CALL_ME: "call",
    AnswerKind.WRONG_PERSON: "person",
}
"""Under which of the page's answers each class stands."""
_PROMISES = {
    PromiseState.PENDING: "became_agreed",
    PromiseState.KEPT: "became_kept",
    PromiseState.REPLACED: "became_replaced",
    PromiseState.PARTLY: "became_passed",
    PromiseState.BROKEN: "became_passed",
}
_PLANS = {
    PlanState.RUNNING: "became_agreed",
    PlanState.MISSED: "became_agreed",
    PlanState.DEFAULTED: "became_waits",
    PlanState.DONE: "became_kept",
}
_ANSWERED = frozenset({AnswerKind.DISPUTE, AnswerKind.HARDSHIP, AnswerKind.CALL_ME})
"""What a person gets in touch about, and not only reads."""
_CHANNELS = ("email", "sms", "whatsapp", "voice")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the client told us."""

    what: str
    when: str
    became: str
    """What became of it; empty: there is nothing to say."""
    answer: str = ""
    """The name of the answer on the page that says the same; empty: there is none."""
    stands: bool = False
    """Whether it still counts: it is agreed, or somebody has still to deal with it."""
    replaceable: bool = False
    """Whether it is a proposal that waits: the next one takes its place."""

    @property
    def summary(self) -> str:
        """What was said and what became of it, in sentences."""
        return f"{self.what}. {self.became}".rstrip()


def history_of(guest: Guest) -> tuple[Told, ...]:
    """All that may be shown to the guest."""
    wishes = next((heard.response_id for heard in guest.heard if heard.kind == WISHES), None)
    return tuple(_told(guest, heard, newest=heard.response_id == wishes) for heard in guest.heard)


def waiting(guest: Guest) -> str:
    """How long reminders wait for a person to deal with what was said, in whole days; empty: they do not."""
    hold = guest.account.hold
    if hold is None or hold.reason is not Reason.REPLY_PENDING or hold.until is None:
        return ""
    last = guest.account.place.today(hold.until) - timedelta(days=1)
    return _on_day(guest, "told_wait", last)


def standing_of(guest: Guest, history: Iterable[Told], answer: str) -> str:
    """What stands already of what an answer would say, however it was told; empty: nothing does."""
    found = next((told for told in history if told.stands and told.answer == answer), None)
    if found is not None:
        return found.summary
    agreed = guest.words.text("became_agreed")
    if answer == "promise":
        days = [one.promise.promised_on for one in guest.promises]
        return f"{_on_day(guest, 'told_day', days[-1])}. {agreed}" if days else ""
    if answer == "plan":
        plans = [one for one in guest.plans if one.schedule.parts]
        return f"{_in_parts(guest, plans[-1])}. {agreed}" if plans else ""
    return ""


def _told(guest: Guest, heard: Heard, *, newest: bool) -> Told:
    """One thing; `newest`: no wish was told later."""
    text = guest.words.text
    day = guest.words.formats.long_date(guest.account.place.today(heard.at))
    way = text("way_page") if heard.on_page else text(f"way_{heard.channel.value}")
    match heard.kind:
        case "opt_out" | "opt_in" as kind:
            what = text(
                "told_stop" if kind == "opt_out" else "told_start", way=text(f"way_{heard.channel.value}")
            )
            holds = guest.stopped(heard.channel) == (kind == "opt_out")
            return Told(what, day, text("became_noted" if holds else "became_replaced"))
        case _ if heard.kind == WISHES:
            what = _wished(guest) if newest else text("reach")
            became = text("became_wished" if newest else "became_replaced")
            return Told(what, text("told_on", date=day, way=way), became, "reach", newest)
        case _ if heard.kind == PROPOSED:
            what, answer = _proposed(guest, heard)
            what = _about(guest, what, heard)
        case _ if heard.kind == AGREED:
            what, answer = _agreed(guest, heard)
        case _:
            what, answer = _said(guest, heard)
    became = _became(guest, heard)
    stands = became == text("became_agreed") or heard.waits
    replaceable = heard.kind == PROPOSED and heard.waits
    return Told(what, text("told_on", date=day, way=way), became, answer, stands, replaceable)


# --- what was said


def _proposed(guest: Guest, heard: Heard) -> tuple[str, str]:
    parts = heard.proposed[0].parts if heard.proposed else ()
    if len(parts) > 1:
        shown = guest.words.formats.long_date
        places = {"number": len(parts), "first": shown(parts[0].due_on), "last": shown(parts[-1].due_on)}
        return guest.words.text("told_parts_asked", **places), "plan"
    if parts:
        return _on_day(guest, "told_day_asked", parts[0].due_on), "promise"
    return guest.words.text("told_promise"), "promise"


def _agreed(guest: Guest, heard: Heard) -> tuple[str, str]:
    if heard.promised_on is not None:
        return _on_day(guest, "told_day", heard.promised_on), "promise"
    plan = next((one for one in _plans(guest, heard) if one.schedule.parts), None)
    return (_in_parts(guest, plan) if plan is not None else guest.words.text("agreed_plan")), "plan"


def _said(guest: Guest, heard: Heard) -> tuple[str, str]:
    text = guest.words.text
    if heard.answer is AnswerKind.PROMISE and heard.promised_on is not None:
        return _on_day(guest, "told_day", heard.promised_on), "promise"
    answer = _ANSWERS.get(heard.answer) if heard.answer is not None else None
    if answer is None:
        return text("told_other"), ""
    what = text(f"told_{answer}")
    chosen = heard.on_page and heard.answer in (AnswerKind.PAID, AnswerKind.DISPUTE)
    return (_about(guest, what, heard) if chosen else what), answer


def _wished(guest: Guest) -> str:
    """How to reach the client, as they wish it."""
    text, wishes = guest.words.text, guest.wishes
    wished = [text(f"channel_{one.value}") for one in wishes.channels if one.value in _CHANNELS]
    language = (wishes.language or "").partition("-")[0].lower()
    wished += [guest.words.languages[language]] if language in guest.words.languages else []
    wished += [text("told_quiet")] if wishes.quiet is not None else []
    return text("told_about", what=text("reach"), about=", ".join(wished)) if wished else text("reach")


def _about(guest: Guest, what: str, heard: Heard) -> str:
    """What was said, with the invoices that were chosen for it, as far as they are on the account."""
    known = guest.account.invoices
    ids = heard.errand.invoice_ids if heard.errand is not None else ()
    numbers = guest.words.formats.list([clean(known[one].number) for one in ids if one in known])
    return guest.words.text("told_about", what=what, about=numbers) if numbers else what


def _on_day(guest: Guest, phrase: str, day: date) -> str:
    return guest.words.text(phrase, date=guest.words.formats.long_date(day))


def _in_parts(guest: Guest, standing: PlanStanding) -> str:
    parts, shown = standing.schedule.parts, guest.words.formats.long_date
    if len(parts) == 1:
        return _on_day(guest, "told_day", parts[0].due_on)
    places = {"number": len(parts), "first": shown(parts[0].due_on), "last": shown(parts[-1].due_on)}
    return guest.words.text("told_parts", **places)


# --- what became of it


def _became(guest: Guest, heard: Heard) -> str:
    text, errand = guest.words.text, heard.errand
    approved = errand is not None and errand.state is TaskState.APPROVED
    if heard.kind == AGREED or approved:
        return text(_of_terms(_promises(guest, heard), _plans(guest, heard)))
    promised = _promises(guest, heard)
    if promised:
        return text(_of_terms(promised, ()))
    if errand is None:
        return ""
    if errand.state is TaskState.OPEN:
        return _waiting(guest, heard, errand)
    if errand.state is TaskState.REFUSED:
        return text("became_refused", person=guest.creditor.contact.name)
    if errand.fell_away:
        return text(
            "became_replaced" if heard.kind == PROPOSED and _is_open(guest, errand) else "became_kept"
        )
    return text("became_found" if heard.answer is AnswerKind.PAID else "became_settled")


def _is_open(guest: Guest, errand: Errand) -> bool:
    """Whether anything is left to pay of what it was about."""
    known = guest.account.invoices
    return any(known[one].open for one in errand.invoice_ids if one in known)


def _waiting(guest: Guest, heard: Heard, errand: Errand) -> str:
    """What a person has still to do; by when, while that is still true."""
    text = guest.words.text
    if heard.answer is AnswerKind.PAID:
        return text("became_looked_for")
    what = "became_called" if heard.answer is AnswerKind.CALL_ME else "became_waits"
    due_on = errand.due_on if heard.kind == PROPOSED or heard.answer in _ANSWERED else None
    if due_on is not None and due_on >= guest.today:
        return _on_day(guest, f"{what}_by", due_on)
    return text(what)


def _of_terms(promises: Sequence[PromiseStanding], plans: Sequence[PlanStanding]) -> str:
    if plans:
        return _PLANS[plans[0].state]
    return _PROMISES[promises[0].state] if promises else "became_over"


def _promises(guest: Guest, heard: Heard) -> tuple[PromiseStanding, ...]:
    return tuple(
        one
        for one in guest.account.promises
        if one.promise.promise_id == heard.promise_id or one.promise.promise_id.startswith(heard.agreed_id)
    )


def _plans(guest: Guest, heard: Heard) -> tuple[PlanStanding, ...]:
    return tuple(one for one in guest.account.plans if one.plan.plan_id.startswith(heard.agreed_id))
