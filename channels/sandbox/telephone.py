"""A call as it goes: it rings, somebody or something takes it or not, and who takes it presses the keys that were told.

TwiML is followed as Twilio does it, for the verbs that a call of ours may use: https://www.twilio.com/docs/voice/twiml.
What was heard and pressed is kept as the call's text, so that whoever tries the product can read the conversation.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Protocol
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from channels.sandbox.callbacks import TwilioForm
from channels.sandbox.store import SandboxOutcome, StoredMessage
from channels.transport import Response

RINGS_AFTER = 1.0
TAKEN_AFTER = 3.0
KEY_AFTER = 2.0
"""Seconds between hearing something and pressing a key, or hanging up."""
EVENT_OF = {"queued": "initiated", "ringing": "ringing", "in-progress": "answered"}
"""Which event a status is reported by; every other one is the end, and is `completed`."""


class Exchange(Protocol):
    """What a call needs of the provider around it."""

    def post_at(self, due: datetime, what: TwilioForm) -> None:
        """Post a webhook then."""
        ...

    def happen_at(self, due: datetime, do: Callable[[], None]) -> None:
        """Let something happen then, of which nobody is told."""
        ...

    def keys_for(self, number: str, at: datetime) -> tuple[str, ...] | None:
        """The keys that were told for the next call to that number; None: none were. They are used up."""
        ...


class Telephone:
    """One call, from the first ring to its end."""

    def __init__(
        self,
        exchange: Exchange,
        call: StoredMessage,
        account: str,
        twiml: str,
        events: frozenset[str],
        detects: bool,
    ) -> None:
        self._exchange = exchange
        self._call = call
        self._account = account
        self._twiml = twiml
        self._events = events
        self._detects = detects
        self._reported = 0
        self._answered_by = ""
        self._keys: deque[str] = deque()

    def place(self, outcome: SandboxOutcome) -> None:
        """Ring, and let happen what was told for the number."""
        placed = self._call.at
        self._report_at(placed, "initiated")
        if outcome is SandboxOutcome.BOUNCE:
            self._end_at(
                placed + timedelta(seconds=RINGS_AFTER),
                "failed",
                [("SipResponseCode", "404"), ("ErrorCode", "13224")],
            )
            return
        self._report_at(placed + timedelta(seconds=RINGS_AFTER), "ringing")
        taken = placed + timedelta(seconds=TAKEN_AFTER)
        match outcome:
            case SandboxOutcome.BLOCK:
                self._end_at(taken, "busy", [("SipResponseCode", "486")])
            case SandboxOutcome.SILENT:
                self._end_at(taken, "no-answer", [])
            case _:
                machine = outcome is SandboxOutcome.DEFER
                self._exchange.happen_at(taken, lambda: self._take(taken, machine=machine))

    def _take(self, at: datetime, *, machine: bool) -> None:
        self._answered_by = ("machine_start" if machine else "human") if self._detects else ""
        if not machine:
            # Nobody told what is pressed: whoever it is confirms, and listens.
            told = self._exchange.keys_for(self._call.to, at)
            self._keys = deque(("1",) if told is None else told)
        self._report_at(at, "in-progress")
        self._follow(at, self._twiml)

    def _follow(self, at: datetime, document: str) -> None:
        """Go through a document up to the first key, or to the end of the call."""
        try:
            verbs = list(ElementTree.fromstring(document))  # noqa: S314 (our own document, over our own wire)
        except ElementTree.ParseError:
            self._hear("(an application error has occurred)")
            verbs = []
        for verb in verbs:
            match verb.tag:
                case "Say":
                    self._hear(verb.text or "")
                case "Gather":
                    for nested in verb.iter("Say"):
                        self._hear(nested.text or "")
                    if self._keys:
                        self._press(at + timedelta(seconds=KEY_AFTER), verb, self._keys.popleft())
                        return
                case "Hangup":
                    break
        self._end_at(at + timedelta(seconds=KEY_AFTER), "completed", [])

    def _press(self, at: datetime, gather: Element, keys: str) -> None:
        """Press some keys: as many as are gathered, without the one that ends them."""
        finish = gather.get("finishOnKey", "#")
        digits = keys.partition(finish)[0] if finish else keys
        digits = digits[: int(gather.get("numDigits", len(digits)))]
        self._hear(f"> {digits}")
        form = [
            *self._names("in-progress"),
            ("Digits", digits),
            ("FinishedOnKey", finish if finish and finish in keys else ""),
            ("msg", "Gather End"),
        ]
        self._exchange.post_at(at, TwilioForm(gather.get("action", ""), form, self._answered))

    def _answered(self, at: datetime, response: Response | None) -> None:
        self._follow(at, response.text if response is not None else "")

    def _hear(self, words: str) -> None:
        if words:
            self._call.text += ("\n" if self._call.text else "") + words

    def _report_at(self, at: datetime, status: str, more: Iterable[tuple[str, str]] = ()) -> None:
        """The status changes then; the account is told where it asked for that event."""
        event = EVENT_OF.get("queued" if status == "initiated" else status, "completed")
        sequence, self._reported = self._reported, self._reported + 1

        def happened() -> None:
            self._call.status = status

        self._exchange.happen_at(at, happened)
        if self._call.callback_url and event in self._events:
            form = [
                *self._names(status),
                ("CallbackSource", "call-progress-events"),
                ("SequenceNumber", str(sequence)),
                ("Timestamp", format_datetime(at)),
                *more,
            ]
            self._exchange.post_at(at, TwilioForm(self._call.callback_url, form))

    def _end_at(self, at: datetime, status: str, more: list[tuple[str, str]]) -> None:
        lasted = int((at - self._call.at).total_seconds()) if status == "completed" else 0
        self._report_at(at, status, [("CallDuration", str(lasted)), *more])

    def _names(self, status: str) -> list[tuple[str, str]]:
        call = self._call
        known = [
            ("Called", call.to),
            ("Caller", call.sender),
            ("From", call.sender),
            ("To", call.to),
            ("AccountSid", self._account),
            ("CallSid", call.id),
            ("Direction", "outbound-api"),
            ("ApiVersion", "2010-04-01"),
            ("CallStatus", status),
        ]
        return [*known, ("AnsweredBy", self._answered_by)] if self._answered_by else known
