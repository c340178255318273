"""The adapter for calls and the sandbox that takes them, over the real SDK; and what the callbacks of a call say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from channels.ports import Accepted, Found, InDoubt, NotFound, NotSent, Rejected, Scope, SendRequest
from channels.receipts import Unreadable, confirmed_call, twilio_receipt
from channels.sandbox import TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, FaultKind, Sandbox, SandboxConfig
from channels.sandbox.store import SandboxOutcome, StoredMessage
from channels.sandbox.telephone import Telephone
from channels.signatures import TWILIO_SIGNATURE, verify_twilio
from channels.transport import Answer, Response, Transport
from channels.twilio_voice import TwilioVoice
from channels.voice.dialogue import Call
from channels.voice.phrases import Voices
from channels.voice.script import Script
from channels.voice.twiml import Asked, Stage, say
from reminders.feedback import ReceiptKind
from reminders.snapshot import Channel
from tests.channels.conftest import NOW, PUBLIC, TEXT, Web
from tests.channels.kept import compare

pytestmark = pytest.mark.network

SCRIPT = Script(
    "Hello & welcome, a message for Jane <Okafor>. Press 1.",
    "Please call us back.",
    "Invoice I N V, 1, 1200 euros, was due on 2 March 2026.",
    "If it is paid already, press 1.",
)
CALL = replace(
    TEXT,
    channel=Channel.VOICE,
    text=SCRIPT.text,
    language="en",
    answer_url=f"{PUBLIC}/webhooks/twilio/voice?a=0195-attempt-1",
)
VOICES = Voices()
SID = "CA0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"


@pytest.fixture
def voice(url: str, transport: Transport) -> TwilioVoice:
    return TwilioVoice(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, transport, lambda: NOW, base_url=url)


class Noting(Transport):
    """Keeps what it is to post, and answers that it was taken."""

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        content: bytes | None = None,
        data: Mapping[str, object] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        self.url, self.data = url, dict(data or {})
        return Response(201, {}, b'{"sid": "CA1"}')


# --- what is asked of the provider


def test_the_request_word_for_word() -> None:
    transport = Noting()
    adapter = TwilioVoice("AC1", "token", transport, lambda: NOW)
    assert adapter.send(CALL) == Accepted("CA1")
    assert transport.url == "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json"
    pairs = parse_qsl(urlencode(transport.data, doseq=True))
    compare("call.request.txt", "".join(f"{name}: {value}\n" for name, value in pairs))


def test_the_documents_word_for_word() -> None:
    call = Call(SCRIPT, CALL.answer_url, NOW.date(), VOICES)
    turns = {
        "confirmed": (Stage.OPENING, "1"),
        "wrong person": (Stage.OPENING, "2"),
        "not understood": (Stage.MENU, "5"),
        "how many days": (Stage.MENU, "2"),
        "promised": (Stage.DAYS, "7"),
    }
    pages = [f"opening\n{call.open('en')}\n"]
    pages += [
        f"{name}\n{call.turn(Asked(stage, 'en'), digits).twiml}\n" for name, (stage, digits) in turns.items()
    ]
    compare("call.twiml.txt", "\n".join(pages))


@pytest.mark.parametrize(
    ("text", "code"), [("no script", "script"), (replace(SCRIPT, opening="x" * 2000).text, "twiml")]
)
def test_what_can_t_be_said_is_not_even_tried(text: str, code: str) -> None:
    transport = Noting()
    outcome = TwilioVoice("AC1", "token", transport, lambda: NOW).send(replace(CALL, text=text))
    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (Scope.CONTENT, code)
    assert not hasattr(transport, "data")


@pytest.mark.parametrize(
    ("change", "scope", "code"),
    [
        ({"to": "+15005550001"}, Scope.ADDRESS, "21217"),
        ({"to": "+15005550002"}, Scope.ADDRESS, "21214"),
        ({"to": "+15005550003"}, Scope.CONFIG, "21215"),
        ({"to": "+15005550004"}, Scope.SUPPRESSED, "21216"),
        ({"sender": "+15005550001"}, Scope.CONFIG, "21212"),
        ({"to": "nobody"}, Scope.ADDRESS, "21217"),
    ],
)
def test_numbers_that_always_fail(
    voice: TwilioVoice, change: dict[str, str], scope: Scope, code: str
) -> None:
    outcome = voice.send(replace(CALL, **change))  # type: ignore[arg-type]
    assert isinstance(outcome, Rejected)
    assert (outcome.scope, outcome.code) == (scope, code)


def test_a_provider_that_is_busy_or_silent(voice: TwilioVoice, box: Sandbox) -> None:
    box.faults.add("twilio", FaultKind.STATUS_429, 1, 7)
    assert voice.send(CALL) == NotSent("20429", "too many requests", 7.0)
    box.faults.add("twilio", FaultKind.STATUS_500_AFTER)
    assert isinstance(voice.send(CALL), InDoubt)
    found = voice.find(CALL, NOW)
    assert isinstance(found, Found)
    assert found.provider_id == box.of_attempt(CALL.attempt_id)[0].id


def test_a_search_finds_calls_alone_and_none_from_before(voice: TwilioVoice, box: Sandbox) -> None:
    assert voice.find(CALL, NOW) == NotFound()
    voice.send(replace(CALL, sender="+15017122662"))
    assert voice.find(CALL, NOW) == NotFound()
    voice.send(CALL)
    assert isinstance(voice.find(CALL, NOW), Found)
    assert voice.find(CALL, NOW + timedelta(minutes=1)) == NotFound()


# --- how the sandbox plays it


class Answering(Web):
    """A web role that goes on with each call."""

    def post(self, url: str, headers: object, body: bytes) -> Response | None:
        super().post(url, headers, body)
        if "/voice" not in url:
            return Response(204, {}, b"")
        _, asked, _ = Asked.read(urlsplit(url).query)
        if asked is None:
            return Response(200, {}, say(VOICES.of("en"), "Goodbye.").encode())
        digits = dict(parse_qsl(body.decode())).get("Digits", "")
        return Response(
            200, {}, Call(SCRIPT, CALL.answer_url, NOW.date(), VOICES).turn(asked, digits).twiml.encode()
        )


@pytest.fixture
def web() -> Web:
    return Answering()


def callbacks(web: Web) -> list[dict[str, str]]:
    """Every webhook that came, each signed for its own URL."""
    found = []
    for url, headers, body in web.got:
        form = parse_qsl(body.decode(), keep_blank_values=True)
        assert verify_twilio(TWILIO_AUTH_TOKEN, url, form, headers[TWILIO_SIGNATURE])
        found.append(dict(form))
    return found


def play(voice: TwilioVoice, box: Sandbox, request: SendRequest = CALL) -> str:
    """Place a call, let it end, and give what was heard."""
    assert isinstance(voice.send(request), Accepted)
    box.deliver(box.now() + timedelta(minutes=5))
    return box.messages()[-1].text


def test_somebody_takes_the_call_confirms_and_listens(voice: TwilioVoice, box: Sandbox, web: Web) -> None:
    heard = play(voice, box).split("\n")
    assert heard[:4] == [SCRIPT.opening, "> 1", SCRIPT.details, SCRIPT.menu]
    said = callbacks(web)
    states = [form["CallStatus"] for form in said if "Digits" not in form]
    assert states == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in said if "Digits" not in form] == ["0", "1", "2", "3"]
    assert said[-1]["AnsweredBy"] == "human"
    assert box.messages()[-1].status == "completed"


def test_keys_are_pressed_one_after_the_other(voice: TwilioVoice, box: Sandbox, web: Web) -> None:
    box.reply("voice", CALL.to, "1, 2, 7#", NOW)
    play(voice, box)
    assert [form["Digits"] for form in callbacks(web) if "Digits" in form] == ["1", "2", "7"]
    # the next call to that number finds nobody told
    web.got.clear()
    play(voice, box)
    assert [form["Digits"] for form in callbacks(web) if "Digits" in form] == ["1"]


def test_keys_for_later_are_not_pressed_now(voice: TwilioVoice, box: Sandbox, web: Web) -> None:
    box.reply("voice", CALL.to, "1,9", NOW + timedelta(days=1))
    play(voice, box)
    assert [form["Digits"] for form in callbacks(web) if "Digits" in form] == ["1"]


@pytest.mark.parametrize(
    ("outcome", "status", "by"),
    [
        ("silent", "no-answer", None),
        ("block", "busy", None),
        ("bounce", "failed", None),
        ("defer", "completed", "machine_start"),
    ],
)
def test_nobody_takes_the_call(
    voice: TwilioVoice, box: Sandbox, web: Web, outcome: str, status: str, by: str | None
) -> None:
    box.set_outcome(CALL.to, outcome)
    heard = play(voice, box)
    last = callbacks(web)[-1]
    assert (last["CallStatus"], last.get("AnsweredBy")) == (status, by)
    assert not [form for form in callbacks(web) if "Digits" in form]
    assert "1200" not in heard
    assert (SCRIPT.voicemail in heard) is (outcome == "defer")


def test_a_web_role_that_fails_ends_the_call() -> None:
    box = Sandbox(SandboxConfig(webhook_base=PUBLIC, manual=True), post=Web(answer=500).post)
    box.set_time(NOW)
    call = StoredMessage("twilio", "CA1", NOW, CALL.sender, CALL.to, "")
    opening = Call(SCRIPT, CALL.answer_url, NOW.date(), VOICES).open("en")
    Telephone(box, call, "AC1", opening, frozenset(), detects=False).place(SandboxOutcome.DELIVER)
    box.deliver(NOW + timedelta(minutes=1))
    assert call.status == "completed"
    assert "application error" in call.text
    assert "1200" not in call.text


def test_texts_and_calls_are_kept_apart(
    voice: TwilioVoice, box: Sandbox, url: str, transport: Transport
) -> None:
    outcome = voice.send(CALL)
    assert isinstance(outcome, Accepted)
    pair = (TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN)
    base = f"{url}/2010-04-01/Accounts/{TWILIO_ACCOUNT_SID}"

    def status(path: str) -> int:
        answer = transport.get(f"{base}/{path}", {}, auth=pair)
        assert isinstance(answer, Response)
        return answer.status

    assert status(f"Calls/{outcome.provider_id}.json") == 200
    assert status(f"Messages/{outcome.provider_id}.json") == 404
    listed = transport.get(f"{base}/Messages.json", {}, {"To": CALL.to}, pair)
    assert isinstance(listed, Response)
    assert b'"messages":[]' in listed.body


# --- what the callbacks say


def called(status: str, **more: str) -> dict[str, str]:
    return {
        "CallSid": SID,
        "CallStatus": status,
        "To": "+15558675310",
        "From": "+15017122661",
        "CallbackSource": "call-progress-events",
        "SequenceNumber": "3",
        **more,
    }


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        (called("initiated"), ReceiptKind.QUEUED),
        (called("ringing"), ReceiptKind.SENT),
        (called("in-progress"), ReceiptKind.SENT),
        (called("completed", CallDuration="27"), ReceiptKind.ENDED),
        (called("completed", AnsweredBy="human"), ReceiptKind.ENDED),
        (called("completed", AnsweredBy="machine_end_beep"), ReceiptKind.UNANSWERED),
        (called("completed", AnsweredBy="fax"), ReceiptKind.UNANSWERED),
        (called("busy", SipResponseCode="486"), ReceiptKind.UNANSWERED),
        (called("no-answer"), ReceiptKind.UNANSWERED),
        (called("failed", ErrorCode="13224"), ReceiptKind.FAILED),
        (called("failed", ErrorCode="21217"), ReceiptKind.BOUNCED),
        (called("failed"), ReceiptKind.FAILED),
        (called("canceled"), ReceiptKind.FAILED),
        (called("something-new"), ReceiptKind.UNKNOWN),
    ],
)
def test_what_a_callback_says(form: dict[str, str], kind: ReceiptKind) -> None:
    receipt = twilio_receipt(form, [("a", "attempt-1")], NOW)
    assert (receipt.kind, receipt.channel) == (kind, Channel.VOICE)
    assert (receipt.attempt_id, receipt.provider_id) == ("attempt-1", SID)
    assert receipt.keys == (f"{SID}:{form['CallStatus']}",)


def test_nothing_that_the_provider_says_alone_is_a_delivery_or_bars_a_number() -> None:
    for status in ("initiated", "ringing", "in-progress", "completed", "busy", "no-answer", "canceled"):
        receipt = twilio_receipt(called(status), {}, NOW)
        assert receipt.kind is not ReceiptKind.DELIVERED
        assert receipt.kind.suppresses is None


def test_a_machine_is_named() -> None:
    receipt = twilio_receipt(called("completed", AnsweredBy="machine_start"), {}, NOW)
    assert receipt.detail == "an answering machine took it"


def test_a_confirmation_is_a_delivery() -> None:
    receipt = confirmed_call(SID, "attempt-1", NOW)
    assert (receipt.kind, receipt.attempt_id, receipt.provider_id) == (
        ReceiptKind.DELIVERED,
        "attempt-1",
        SID,
    )


@pytest.mark.parametrize("form", [{"CallSid": SID}, {"CallSid": "", "CallStatus": "busy"}])
def test_a_callback_without_what_it_needs_can_t_be_read(form: dict[str, str]) -> None:
    with pytest.raises(Unreadable, match="no call id or no status"):
        twilio_receipt(form, {}, NOW)
