"""Sending: the last gate, the commit before the socket, the calls, and the outcomes first of all.

A sender takes a *hand* of messages: it locks them with their clients, asks the gate with fresh snapshots, renders what
may go, and commits `dispatching`. Then all of the hand is called at the same time, and each outcome is committed as
soon as it is known, before anything else that could fail.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_exponential

from channels.addresses import usable_address
from channels.ports import Accepted, Adapter, InDoubt, Letter, NotSent, Outcome, Rejected, Scope, SendRequest
from channels.render import NoTemplate, TemplateError
from channels.tokens import Purpose
from config.creditors import Creditor
from config.policy import Enclosure, Policy
from ledger import sending
from ledger.messages import MessageRow
from ledger.sending import Dispatch
from ledger.snapshots import load_snapshots, past_message
from ledger.tasks import open_task
from ledger.threads import earlier_mails
from ledger.unit import Unit
from reminders.decision import Proceed, Stop, Wait
from reminders.gate import gate
from reminders.reasons import Reason
from reminders.snapshot import Channel, Contact, Snapshot
from reminders.states import MessageState
from reminders.tasks import TaskKind
from workers.draft import letter_of
from workers.lines import Lines, lines_for, note
from workers.office import Office
from workers.turns import heed, take_turns

log = structlog.get_logger(__name__)
LINKS_LAST = timedelta(days=365)
"""How long the links in a message work."""
CONFIG_PAUSE = 300.0
"""Seconds before a message is tried again when our own key, sender or account was refused."""
_BEGIN_WITHIN = timedelta(seconds=30)
"""A call that could not begin so long after its last check is not made any more. With the transport's own deadline it
would outlive its lease, and be taken for one that nobody knows anything about."""
_GATHER = 0.005
"""Seconds that a first answer waits for others: one commit for what came together costs what one for each would."""
_SUPPRESSES = {Scope.ADDRESS: Reason.SUPPRESSED_ADDRESS, Scope.SUPPRESSED: Reason.OPTED_OUT}


@dataclass(frozen=True, slots=True)
class _Call:
    """A committed attempt and the request that makes it."""

    adapter: Adapter
    dispatch: Dispatch
    request: SendRequest
    letter: Letter
    attach: tuple[Enclosure, ...]
    """The documents that are to go with it; they are made or fetched when the call is made."""


def send_messages(office: Office, channel: Channel, message_ids: Sequence[str]) -> None:
    """Send those of these messages that are queued and may go now."""
    waiting = deque(dict.fromkeys(message_ids))
    while waiting and not office.stopping.is_set():
        hand = [waiting.popleft() for _ in range(min(office.hand, len(waiting)))]
        calls, left, lines = _prepare(office, channel, hand)
        waiting.extend(left)
        _call(office, lines, calls)


def _prepare(office: Office, channel: Channel, hand: Sequence[str]) -> tuple[list[_Call], list[str], Lines]:
    """Up to and including the commit of `dispatching`: the calls to make, messages for a later hand, and the lines."""
    now = office.clock.now()
    calls: list[_Call] = []
    left: list[str] = []
    with office.ledger.begin(now) as unit:
        rows = sending.take(unit, hand)
        lines = lines_for(office, unit.connection, channel, rows, now)
        snapshots = load_snapshots(
            unit.connection, [row.client_id for row in rows], now, office.creditors.default.creditor_id
        )
        seen: set[str] = set()
        for row in rows:
            if row.client_id in seen:
                left.append(row.message_id)  # its gate must see the first one as sent
                continue
            seen.add(row.client_id)
            call = _check(office, unit, lines, row, snapshots[row.client_id], now)
            if call is not None:
                calls.append(call)
        ready = take_turns(office, unit, [(call.adapter, call.dispatch) for call in calls])
        calls = [call for call in calls if call.request.message_id in ready]
        sending.dispatch(unit, [call.dispatch for call in calls])
        if channel is Channel.EMAIL and calls:
            calls = _in_threads(unit, calls)
    return calls, left, lines


def _in_threads(unit: Unit, calls: Sequence[_Call]) -> list[_Call]:
    """Mails that name the earlier ones of their cycle."""
    earlier = earlier_mails(unit.connection, [call.dispatch.message for call in calls])
    return [
        replace(call, request=replace(call.request, references=earlier[call.request.message_id]))
        for call in calls
    ]


def _check(
    office: Office, unit: Unit, lines: Lines, row: MessageRow, snapshot: Snapshot, now: datetime
) -> _Call | None:
    """The last gate for one message: a call to make, or None after noting why not."""
    message = past_message(row)
    policy = office.policy_of(snapshot, now)
    verdict = gate(snapshot, message, row.expires_at, policy, now, row.approved_by is not None)
    if isinstance(verdict, Wait):
        sending.put_off(unit, row, verdict.until, verdict.reason)
        return None
    if isinstance(verdict, Stop):
        sending.call_off(unit, row, verdict.state, verdict.reason)
        return None
    contact = next((c for c in snapshot.client.contacts if c.contact_id == row.contact_id), None)
    address = usable_address(lines.channel, contact.address(lines.channel)) if contact else None
    creditor = office.creditors.get(row.creditor_id)
    if contact is None or address is None or creditor is None:
        reason = Reason.CREDITOR_UNKNOWN if creditor is None else Reason.NO_REACHABLE_CONTACT
        sending.call_off(unit, row, MessageState.SUPPRESSED, reason)
        return None
    if lines.channel is Channel.VOICE and creditor.voice_from is None:
        sending.call_off(unit, row, MessageState.SUPPRESSED, Reason.NO_PROVIDER)
        return None
    carrier = lines.carrier_of(row.message_id)
    if carrier is None:
        sending.call_off(unit, row, MessageState.SUPPRESSED, Reason.PROVIDER_GONE)
        return None
    if isinstance(carrier, datetime):
        sending.put_off(unit, row, min(carrier, row.expires_at), Reason.PROVIDER_DOWN)
        return None
    return _write(office, unit, row, snapshot, policy, contact, address, creditor, verdict, carrier, now)


def _write(
    office: Office,
    unit: Unit,
    row: MessageRow,
    snapshot: Snapshot,
    policy: Policy,
    contact: Contact,
    address: str,
    creditor: Creditor,
    verdict: Proceed,
    adapter: Adapter,
    now: datetime,
) -> _Call | None:
    """Put the message into words; a template that does not fit stops it, and a person is told."""
    channel = Channel(row.channel)
    unsubscribe = office.tokens.issue(Purpose.UNSUBSCRIBE, row.message_id, now + LINKS_LAST)
    letter = letter_of(
        row,
        snapshot,
        policy,
        office.interest,
        contact,
        creditor,
        verdict,
        now,
        f"{office.public_url}/u/{unsubscribe}",
        f"{office.public_url}/r/{office.tokens.issue(Purpose.PAGE, row.message_id, now + LINKS_LAST)}",
    )
    try:
        words = office.render(letter)
    except NoTemplate:
        sending.call_off(unit, row, MessageState.SUPPRESSED, Reason.NO_APPROVED_TEMPLATE)
        return None
    except TemplateError as error:
        log.warning(
            "template_failed", message_id=row.message_id, step=row.step, channel=row.channel, error=str(error)
        )
        sending.call_off(unit, row, MessageState.HELD, Reason.TEMPLATE_FAILED)
        open_task(
            unit,
            TaskKind.DOUBT,
            f"template|{row.message_id}",
            client_id=row.client_id,
            invoice_ids=row.invoice_ids,
            message_id=row.message_id,
            brief=f"The template of step {row.step} for {row.channel} could not be filled: {error}. Mend it; this "
            "message waits and is not sent with a hole.",
        )
        return None
    number = row.attempts + 1
    attempt = sending.attempt_id(row.message_id, number)
    email = channel is Channel.EMAIL
    dispatch = Dispatch(
        message=row,
        provider=adapter.provider,
        address=address,
        sender=_sender(creditor, channel),
        language=words.language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        invoice_ids=tuple(item.invoice_id for item in verdict.items),
        amounts=verdict.amounts,
    )
    request = SendRequest(
        attempt_id=attempt,
        message_id=row.message_id,
        channel=channel,
        to=address,
        to_name=contact.name,
        sender=dispatch.sender,
        sender_name=creditor.sender_name,
        subject=words.subject,
        text=words.text,
        html=words.html,
        reply_to=office.tokens.reply_address(row.message_id, creditor.reply_domain) if email else None,
        unsubscribe_url=letter.unsubscribe_url,
        status_url=f"{office.public_url}/webhooks/twilio/status?a={attempt}",
        not_after=row.expires_at,
        language=words.language,
        template_id=words.template_id,
        variables=words.variables,
        answer_url=f"{office.public_url}/webhooks/twilio/voice?a={attempt}"
        if channel is Channel.VOICE
        else "",
    )
    step = policy.step(row.step)
    return _Call(adapter, dispatch, request, letter, step.attach if step is not None and email else ())


def _call(office: Office, lines: Lines, calls: Sequence[_Call]) -> None:
    """Make the calls at the same time and commit each outcome as soon as it is there."""
    end = office.clock.now() + _BEGIN_WITHIN
    pending: dict[Future[Outcome], _Call] = {
        office.calls.submit(_send, office, call, end): call for call in calls
    }
    order = {future: index for index, future in enumerate(pending)}
    while pending:
        wait(pending, return_when=FIRST_COMPLETED)
        done, _ = wait(pending, timeout=_GATHER)
        outcomes = [(pending.pop(future), _outcome(future)) for future in sorted(done, key=order.__getitem__)]
        _commit(office, outcomes)
        note(office, lines, [(call.adapter, outcome) for call, outcome in outcomes])
        heed(office, [(call.adapter, call.dispatch, outcome) for call, outcome in outcomes])
        look_again = [
            call.dispatch.message.client_id
            for call, outcome in outcomes
            if isinstance(outcome, Rejected) and outcome.scope is not Scope.CONFIG
        ]
        for call, outcome in outcomes:
            log.info(
                "sent" if isinstance(outcome, Accepted) else "not_sent",
                message_id=call.request.message_id,
                attempt_id=call.request.attempt_id,
                channel=lines.channel.value,
                provider=call.adapter.provider,
                outcome=type(outcome).__name__,
            )
        if look_again:
            office.wake.decide(sorted(look_again))


def _sender(creditor: Creditor, channel: Channel) -> str:
    """In whose name the provider sends. Without a number, a creditor has no WhatsApp template and makes no calls."""
    match channel:
        case Channel.EMAIL:
            return creditor.sender_email
        case Channel.WHATSAPP:
            return creditor.whatsapp_from or ""
        case Channel.VOICE:
            return creditor.voice_from or ""
        case _:
            return creditor.sms_from


def _send(office: Office, call: _Call, end: datetime) -> Outcome:
    """The call itself with its documents, unless its turn comes too late."""
    request = call.request
    if call.attach and office.documents is not None and office.clock.now() <= end:
        request = replace(request, attachments=office.documents(call.letter, call.attach))
    if office.clock.now() > end:  # asked last: documents may have taken their time
        return NotSent("not_begun", "the call's turn came too late")
    return call.adapter.send(request)


@retry(
    retry=retry_if_exception_type(OperationalError),
    wait=wait_exponential(0.1, max=5),
    stop=stop_after_delay(20),
    reraise=True,
)
def _commit(office: Office, outcomes: Sequence[tuple[_Call, Outcome]]) -> None:
    """Commit what came of calls. Tried again where the database is away for a moment: the answers are known only here.

    An outcome that was committed already changes nothing the second time.
    """
    with office.ledger.begin(office.clock.now()) as unit:
        taken = [
            (call.request.attempt_id, one.provider_id) for call, one in outcomes if isinstance(one, Accepted)
        ]
        if len(taken) < len(outcomes):
            sending.hold(unit, [call.request.attempt_id for call, _ in outcomes])
        sending.accepted(unit, taken)
        for call, outcome in outcomes:
            if not isinstance(outcome, Accepted):
                _record(unit, call, outcome)


def _outcome(future: Future[Outcome]) -> Outcome:
    """An adapter never raises; should one do so all the same, nobody knows what was sent."""
    error = future.exception()
    if error is None:
        return future.result()
    log.error("adapter_raised", error=type(error).__name__)
    return InDoubt(f"the adapter failed: {type(error).__name__}")


def _record(unit: Unit, call: _Call, outcome: NotSent | Rejected | InDoubt) -> None:
    attempt = call.request.attempt_id
    match outcome:
        case NotSent(code, detail, retry_after):
            sending.not_sent(unit, attempt, code, detail, retry_after)
        case Rejected(Scope.CONFIG, code, detail):
            # Our key, sender or account: surely not sent, and no fault of this message.
            log.error("provider_refuses_us", provider=call.dispatch.provider, code=code)
            sending.not_sent(unit, attempt, code, detail, CONFIG_PAUSE)
            open_task(
                unit,
                TaskKind.DOUBT,
                f"config|{call.dispatch.provider}|{code}|{unit.now.date()}",
                client_id=None,
                brief=f"{call.dispatch.provider} refuses our key, sender or account (code {code}: {detail}). Messages "
                "wait and are tried again every five minutes; mend the configuration.",
            )
        case Rejected(scope, code, detail):
            sending.rejected(
                unit, attempt, code, detail, _SUPPRESSES.get(scope), person=scope is Scope.CONTENT
            )
        case InDoubt(detail):
            sending.in_doubt(unit, attempt, detail)
