"""Calls by Twilio: the whole beginning travels with the request, and each key comes back to our own webhook.

Twilio has no idempotency key and keeps no reference of ours on a call: the attempt's id is in the URLs of the status
callback and of the keys. https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from channels.ports import Outcome, Rejected, Scope, Search, SendRequest
from channels.transport import Transport
from channels.twilio_sdk import PROVIDER, find_among, outcome_of, sdk_client, with_retries
from channels.voice.dialogue import Call
from channels.voice.phrases import Voices
from channels.voice.script import Script, ScriptError
from reminders.snapshot import Channel

LONGEST_TWIML = 4000
"""Characters of a document that is sent along; the provider's own limit."""
RING_SECONDS = 25
"""How long it rings: about five times, and not until every voicemail answers."""
LONGEST_SECONDS = 300
"""How long a call may last at most."""
EVENTS = ("initiated", "ringing", "answered", "completed")


class TwilioVoice:
    """The adapter for calls. Thread-safe. `clock` gives aware UTC."""

    provider = PROVIDER
    channel = Channel.VOICE

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        transport: Transport,
        clock: Callable[[], datetime],
        base_url: str | None = None,
        voices: Voices | None = None,
    ) -> None:
        self._calls: Any = sdk_client(account_sid, auth_token, transport, base_url).calls
        self._clock = clock
        self._voices = voices or Voices()

    def send(self, request: SendRequest) -> Outcome:
        """Ask Twilio to call."""
        try:
            twiml = opening_of(request, self._voices)
        except ScriptError as error:
            return Rejected(Scope.CONTENT, "script", str(error))
        if len(twiml) > LONGEST_TWIML:
            return Rejected(
                Scope.CONTENT,
                "twiml",
                f"the call begins with {len(twiml)} characters, {LONGEST_TWIML} may be",
            )
        return outcome_of(
            lambda: self._calls.create(
                to=request.to,
                from_=request.sender,
                twiml=twiml,
                timeout=RING_SECONDS,
                time_limit=LONGEST_SECONDS,
                machine_detection="Enable",
                status_callback=with_retries(request.status_url),
                status_callback_event=list(EVENTS),
                status_callback_method="POST",
            ),
            self._clock,
        )

    def find(self, request: SendRequest, since: datetime) -> Search:
        """Look for a call to that number from ours. Twilio gives its words to nobody: any such call counts as ours.

        A number that two clients share may so pass for called when it was not. It is then not called a second time,
        which is the mistake to prefer.
        """
        # `_from` is how the SDK names the caller of a call: it has no other name for it.
        return find_among(self._calls, request.to, since, lambda call: call._from == request.sender)


def opening_of(request: SendRequest, voices: Voices) -> str:
    """The document that a call begins with. Raises `ScriptError`."""
    # No day is named before a key is pressed.
    call = Call(Script.read(request.text), request.answer_url, date.min, voices)
    return call.open(request.language)
