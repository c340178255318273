"""The sandbox itself: what both providers share, and what a play steers without HTTP."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from channels.opt_words import read_opt
from channels.sandbox import mail
from channels.sandbox.callbacks import Callbacks, EmailEvent, InboundMail, Post, TwilioForm
from channels.sandbox.config import SandboxConfig, sandbox_keys
from channels.sandbox.faults import FaultKind, Faults
from channels.sandbox.store import WHATSAPP, SandboxOutcome, Store, StoredMessage
from channels.transport import Response, Transport
from reminders.feedback import OptWord
from reminders.snapshot import Channel

CHAT = timedelta(hours=24)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Where virtual time stands before anybody sets it."""


class Sandbox:
    """Both providers' state. Thread-safe: the server's loop, the callbacks' threads and a play all use it."""

    def __init__(self, config: SandboxConfig, post: Post | None = None) -> None:
        self.config = config
        self.faults = Faults()
        self._lock = threading.RLock()
        self._now = EPOCH
        self._store = Store(config.seed, config.keep)
        self._outcomes: dict[str, SandboxOutcome] = {}
        self._bounced: set[str] = set()
        self._opted_out: set[tuple[str, str]] = set()
        self._chats: dict[tuple[str, str], datetime] = {}
        self._keys: dict[str, deque[tuple[datetime, tuple[str, ...]]]] = defaultdict(deque)
        self._replies = 0
        self._transport = Transport(pool_size=max(1, config.callback_threads)) if post is None else None
        self._callbacks = Callbacks(config, post or self._over_http, self.now)

    # --- what a play steers

    @property
    def public_key(self) -> str:
        """The key that checks the email webhooks, base64 SPKI."""
        return sandbox_keys(self.config.seed)[1]

    def now(self) -> datetime:
        """The sandbox's time, UTC: the real one, or in manual mode the one that was set."""
        return self._now if self.config.manual else datetime.now(UTC)

    def set_time(self, now: datetime) -> None:
        """Set virtual time. It never goes back: an earlier instant changes nothing."""
        _aware(now)
        with self._lock:
            self._now = max(self._now, now.astimezone(UTC))

    def deliver(self, until: datetime) -> int:
        """Deliver all callbacks due up to `until`, in order, before returning; how many they were."""
        _aware(until)
        count = self._callbacks.deliver(until)
        self.set_time(until)
        return count

    def next_due(self) -> datetime | None:
        """When the next callback is due; None if none waits."""
        return self._callbacks.next_due()

    def set_outcome(self, address: str, outcome: SandboxOutcome | str) -> None:
        """What the providers do with an address from now on; an earlier bounce is forgotten."""
        address = _plain(address)
        with self._lock:
            self._outcomes[address] = SandboxOutcome(outcome)
            self._bounced.discard(address)

    def reply(
        self,
        channel: Channel | str,
        from_address: str,
        text: str,
        at: datetime | None = None,
        to: str | None = None,
    ) -> None:
        """A client answers, at `at` or now. Without `to`: the last message on that channel is what they answer.

        By voice the next call from then on is answered: a person takes it and presses the keys of `text`, one after the
        other where each is asked for (`1,2,7`).
        """
        at = at or self.now()
        _aware(at)
        with self._lock:
            self._replies += 1
            if Channel(channel) is Channel.EMAIL:
                self._reply_by_mail(from_address, text, at, to)
            elif Channel(channel) is Channel.WHATSAPP:
                self._reply_by_whatsapp(WHATSAPP + from_address, text, at, WHATSAPP + to if to else None)
            elif Channel(channel) is Channel.VOICE:
                keys = tuple(key.strip() for key in text.split(",") if key.strip())
                self._keys[from_address].append((at, keys))
            else:
                self._reply_by_sms(from_address, text, at, to)

    def messages(self) -> list[StoredMessage]:
        """Everything accepted and not yet forgotten, in order."""
        with self._lock:
            return self._store.all()

    def message(self, message_id: str) -> StoredMessage | None:
        """The accepted message of that provider id."""
        with self._lock:
            return self._store.get(message_id)

    def of_attempt(self, attempt_id: str) -> list[StoredMessage]:
        """Everything accepted for an attempt."""
        with self._lock:
            return self._store.of_attempt(attempt_id)

    def latest_to(self, address: str, provider: str, limit: int) -> list[StoredMessage]:
        """The last messages to an address by one provider, newest first."""
        with self._lock:
            return [
                m
                for m, _ in zip(self._store.latest_to(_plain(address), provider), range(limit), strict=False)
            ]

    def newest(self, limit: int) -> list[StoredMessage]:
        """The last messages, newest first."""
        return self.messages()[::-1][:limit]

    def clear(self) -> None:
        """Forget the accepted messages; outcomes, faults and waiting callbacks stay."""
        with self._lock:
            self._store.clear()

    def start(self) -> None:
        """Begin to deliver callbacks in real time; in manual mode nothing happens by itself."""
        if not self.config.manual:
            self._callbacks.start()

    def stop(self) -> None:
        """End the threads and connections."""
        self._callbacks.stop()
        if self._transport is not None:
            self._transport.close()

    # --- what the providers' faces use

    def outcome_of(self, address: str) -> SandboxOutcome:
        """What happens to a message to this address."""
        return self._outcomes.get(_plain(address).removeprefix(WHATSAPP), SandboxOutcome.DELIVER)

    def has_bounced(self, address: str) -> bool:
        """Whether the address is on the email provider's suppression list."""
        return _plain(address) in self._bounced

    def bounced(self, address: str) -> None:
        """Put the address on the email provider's suppression list."""
        self._bounced.add(_plain(address))

    def in_chat(self, number: str, sender: str) -> bool:
        """Whether the number wrote to this sender within 24 hours, so that free text may go to it by WhatsApp."""
        last = self._chats.get((number, sender))
        return last is not None and self.now() - last < CHAT

    def has_opted_out(self, number: str, sender: str) -> bool:
        """Whether the number told this sender to stop."""
        return (number, sender) in self._opted_out

    def accept(self, message: StoredMessage) -> None:
        """Remember an accepted message."""
        with self._lock:
            self._store.add(message)

    def new_id(self, provider: str, attempt_id: str | None) -> bytes:
        """Raw id for the next message."""
        with self._lock:
            return self._store.new_id(provider, attempt_id)

    def mint(self, what: str, *parts: object) -> bytes:
        """Bytes that follow from the seed and the parts."""
        return self._store.mint(what, *parts)

    def delays(self, message: StoredMessage) -> tuple[float, float]:
        """Seconds from acceptance to the first receipt and to the last."""
        if self.config.manual:
            last = self.config.email_delay if message.provider == "sendgrid" else self.config.sms_delay
            return last / 5, last
        low, high = self.config.receipt_delay
        share = self._store.mint("delay", message.id)[0] / 255
        last = low + (high - low) * share
        return last / 2, last

    def schedule(
        self,
        message: StoredMessage,
        steps: list[tuple[float, EmailEvent | TwilioForm, Callable[[], None]]],
    ) -> None:
        """Queue a message's callbacks (seconds after acceptance, what, and what changes with it), faults played."""
        faults = self.faults.take_for_callbacks(message.provider)
        if FaultKind.REORDER_CALLBACKS in faults:
            times = [after for after, _, _ in steps]
            steps = [(at, what, do) for at, (_, what, do) in zip(times, reversed(steps), strict=True)]
        late = faults.get(FaultKind.DELAY_CALLBACKS, 0.0)
        for after, what, do in steps:
            due = message.at + timedelta(seconds=after + late)
            self._callbacks.put(due, what, do)
            if FaultKind.DUPLICATE_CALLBACKS in faults:
                self._callbacks.put(due + timedelta(seconds=after / 2), what)

    def post_at(self, due: datetime, what: TwilioForm) -> None:
        """Post a webhook then, whatever faults are set."""
        self._callbacks.put(due, what)

    def happen_at(self, due: datetime, do: Callable[[], None]) -> None:
        """Let something happen then, of which nobody is told."""
        self._callbacks.put(due, None, do)

    def keys_for(self, number: str, at: datetime) -> tuple[str, ...] | None:
        """The keys that were told for the next call to a number; None: none were. They are used up."""
        with self._lock:
            told = self._keys.get(number)
            return told.popleft()[1] if told and told[0][0] <= at else None

    def _reply_by_sms(self, number: str, text: str, at: datetime, to: str | None) -> None:
        last = next((m for m in self._store.latest_to(number, "twilio") if m.channel == "sms"), None)
        own = to or (last.sender if last else "+15005550006")
        # Words alone, as the provider does it: a sentence that asks to stop opens nothing and closes nothing there.
        if len(text.split()) == 1:
            match read_opt(text):
                case OptWord.OUT:
                    self._opted_out.add((number, own))
                case OptWord.IN:
                    self._opted_out.discard((number, own))
        self._inbound(number, own, text, at, [("FromCity", "")])

    def _reply_by_whatsapp(self, number: str, text: str, at: datetime, to: str | None) -> None:
        """No word of it, a STOP included, changes anything at the provider but the time in which one may write back."""
        last = self._store.newest_to(number, "twilio")
        own = to or (last.sender if last else WHATSAPP + "+14155238886")
        self._chats[number, own] = max(at, self._chats.get((number, own), at))
        more = [
            ("ProfileName", "Client"),
            ("WaId", number.removeprefix(WHATSAPP + "+")),
            ("MessageType", "text"),
        ]
        self._inbound(number, own, text, at, more)

    def _inbound(self, number: str, own: str, text: str, at: datetime, more: list[tuple[str, str]]) -> None:
        """Post an inbound message, as Twilio does."""
        sid = "SM" + self._store.mint("reply", number, self._replies).hex()
        form = [
            ("MessageSid", sid),
            ("SmsSid", sid),
            ("SmsMessageSid", sid),
            ("AccountSid", self.config.twilio_account_sid),
            ("From", number),
            ("To", own),
            ("Body", text),
            ("NumMedia", "0"),
            ("NumSegments", "1"),
            ("SmsStatus", "received"),
            *more,
            ("ApiVersion", "2010-04-01"),
        ]
        url = self.config.webhook_base.rstrip("/") + "/webhooks/twilio/inbound"
        self._callbacks.put(at, TwilioForm(url, form))

    def _reply_by_mail(self, address: str, text: str, at: datetime, to: str | None) -> None:
        last = self._store.newest_to(_plain(address), "sendgrid")
        own = to or (last and (last.reply_to or last.sender)) or "reply@sandbox.invalid"
        key = self._store.mint("reply", address, self._replies).hex()
        content_type, body = mail.inbound_parse(address, own, text, at, key, last)
        self._callbacks.put(at, InboundMail(content_type, body))

    def _over_http(self, url: str, headers: Mapping[str, str], body: bytes) -> Response | None:
        assert self._transport is not None
        answer = self._transport.post(url, headers, content=body)
        return answer if isinstance(answer, Response) else None


def _plain(address: str) -> str:
    """An address as it is compared: mail hosts and nearly all mailboxes don't tell capitals apart."""
    return address.strip().lower()


def _aware(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
