"""Replies by text and by mail."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.quotes import text_of_html, unquoted
from channels.receipts import Unreadable
from channels.replies import twilio_reply
from reminders.feedback import OptWord, Reply
from reminders.snapshot import Channel
from tests.channels import mails
from tests.channels.mails import inbound_reply
from tests.support.answers import opt_of

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SMS = {
    "MessageSid": "SM1",
    "From": "+15558675310",
    "To": "+15017122661",
    "Body": "We pay on Friday",
    "ToZip": "",
}


def test_a_text() -> None:
    assert twilio_reply(SMS, AT, opt_of) == Reply(
        provider="twilio",
        channel=Channel.SMS,
        key="SM1",
        sender="+15558675310",
        recipient="+15017122661",
        text="We pay on Friday",
        received_at=AT,
    )


@pytest.mark.parametrize(
    ("changes", "opt"),
    [
        ({"Body": "STOP"}, OptWord.OUT),
        ({"Body": "please stop texting me"}, OptWord.OUT),
        ({"Body": "parola nostra", "OptOutType": "STOP"}, OptWord.OUT),
        ({"Body": "START", "OptOutType": "START"}, OptWord.IN),
        ({"Body": "help"}, OptWord.HELP),
        ({"Body": ""}, None),
        ({"Body": "  paid ✓ 🙏 "}, None),
    ],
)
def test_what_a_text_says_about_writing(changes: dict[str, str], opt: OptWord | None) -> None:
    reply = twilio_reply({**SMS, **changes}, AT, opt_of)
    assert reply.opt is opt
    assert reply.text == changes["Body"]


def test_whatsapp_numbers_lose_their_prefix() -> None:
    reply = twilio_reply({**SMS, "From": "whatsapp:+491701234567", "To": "whatsapp:+15017122661"}, AT, opt_of)
    assert (reply.channel, reply.sender) == (Channel.WHATSAPP, "+491701234567")


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_text_without_id_or_sender_is_unreadable(missing: str) -> None:
    with pytest.raises(Unreadable):
        twilio_reply({name: value for name, value in SMS.items() if name != missing}, AT, opt_of)


# --- mail

TYPE = "multipart/form-data; boundary=xYzZY"
HEADERS = "Message-ID: <m1@debtor.example>\nFrom: AP <ap@debtor.example>\nSubject: Re: Invoice INV-1001\n"
ENVELOPE: dict[str, object] = {"to": ["r+k3Zt9.4f1c2a@in.example.test"], "from": "ap@debtor.example"}


def form(**fields: str | bytes) -> bytes:
    parts = []
    for name, value in fields.items():
        raw = value if isinstance(value, bytes) else value.encode()
        parts.append(
            b'--xYzZY\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), raw)
        )
    return b"".join(parts) + b"--xYzZY--\r\n"


def parsed(headers: str = HEADERS, envelope: dict[str, object] = ENVELOPE, **fields: str | bytes) -> Reply:
    body = form(
        headers=headers, envelope=json.dumps(envelope), **{"from": "AP <ap@debtor.example>", **fields}
    )
    return inbound_reply(TYPE, body, AT)


def test_a_mail_brings_its_reference_back() -> None:
    reply = parsed(text="We pay on Friday.\n\nOn Tue, Billing wrote:\n> Invoice INV-1001 is due")

    assert (reply.channel, reply.sender, reply.recipient) == (
        Channel.EMAIL,
        "ap@debtor.example",
        "r+k3Zt9.4f1c2a@in.example.test",
    )
    assert reply.reference == "k3Zt9.4f1c2a"
    assert reply.text == "We pay on Friday."
    assert reply.opt is None
    assert not reply.automatic


def test_the_envelope_names_the_recipient_and_not_the_header() -> None:
    reply = parsed(to="Billing <r+forged@in.example.test>", text="Hello")
    assert reply.reference == "k3Zt9.4f1c2a"


def test_a_mail_without_reference() -> None:
    reply = parsed(
        envelope={"to": ["billing@in.example.test"], "from": "ap@debtor.example"}, text="Which invoice?"
    )
    assert reply.reference is None


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\n",
        "Auto-Submitted: auto-generated; owner-email=x\n",
        "Precedence: bulk\n",
        "X-Auto-Response-Suppress: All\n",
        "Content-Type: multipart/report; boundary=x\n",
    ],
)
def test_a_machine_that_answers_is_no_answer(headers: str) -> None:
    reply = parsed(headers=HEADERS + headers, text="I am away. Unsubscribe")
    assert reply.automatic
    assert reply.opt is None


def test_an_empty_envelope_sender_is_a_machine() -> None:
    assert parsed(envelope={**ENVELOPE, "from": ""}, text="Undeliverable").automatic
    assert not parsed(headers=HEADERS + "Auto-Submitted: no\n", text="Hello").automatic


@pytest.mark.parametrize("mark", ["Auto-Submitted: auto-generated\n", "X-Auto-Response-Suppress: All\n"])
def test_a_bare_stop_counts_though_a_ticket_system_calls_it_automatic(mark: str) -> None:
    reply = parsed(headers=HEADERS + mark, text="Please stop these emails.\n")
    assert (reply.opt, reply.automatic) == (OptWord.OUT, False)
    # What a machine says at its foot is no stop.
    footer = parsed(headers=HEADERS + mark, text="We have got your request.\nUnsubscribe")
    assert (footer.opt, footer.automatic) == (None, True)


def test_each_field_has_its_own_character_set() -> None:
    reply = parsed(text="Payé hier".encode("latin-1"), charsets=json.dumps({"text": "iso-8859-1"}))
    assert reply.text == "Payé hier"


def test_html_alone_becomes_words() -> None:
    assert (
        parsed(html="<style>p{}</style><p>We pay &amp; thank&nbsp;you</p><p>Jo</p>").text
        == "We pay & thank you\n\nJo"
    )


RAW = (
    b"From: AP <ap@debtor.example>\r\nTo: r+k3Zt9@in.example.test\r\nMessage-ID: <raw@debtor.example>\r\n"
    b"Subject: =?utf-8?q?Re=3A_Rechnung?=\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    b"Bitte keine Mails mehr. Gr\xfc\xdfe\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>no</p>\r\n--b--\r\n"
)


def test_a_raw_mail() -> None:
    reply = inbound_reply(TYPE, form(email=RAW, envelope=json.dumps(ENVELOPE)), AT)

    assert reply.text == "Bitte keine Mails mehr. Grüße"
    assert reply.sender == "ap@debtor.example"
    assert reply.opt is OptWord.OUT


def test_one_mail_has_one_key_and_another_another() -> None:
    assert parsed(text="a").key == parsed(text="a").key != parsed(text="b").key
    assert parsed(text="a").key != parsed(headers=HEADERS.replace("m1", "m2"), text="a").key


def test_a_subject_counts_where_nothing_else_was_written() -> None:
    assert parsed(headers=HEADERS.replace("Re: Invoice INV-1001", "Unsubscribe"), text="").opt is OptWord.OUT


def test_attached_files_are_left_alone() -> None:
    attached = (
        b'--xYzZY\r\nContent-Disposition: form-data; name="attachment1"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n\x00\xff\r\n\x0d\xfe\r\n"
    )
    body = attached + form(headers=HEADERS, envelope=json.dumps(ENVELOPE), text="See file")
    assert inbound_reply(TYPE, body, AT).text == "See file"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"x"),
        (TYPE, b"nothing of a form"),
        (TYPE, b""),
        (TYPE, form(text="no recipient")),
        ("", b""),
    ],
)
def test_what_is_no_mail_is_unreadable(content_type: str, body: bytes) -> None:
    with pytest.raises(Unreadable):
        inbound_reply(content_type, body, AT)


@given(st.binary(max_size=500), st.text(max_size=200))
def test_any_field_is_read_or_refused(raw: bytes, header: str) -> None:
    body = form(email=raw, envelope=json.dumps(ENVELOPE), charsets=header, headers=header)
    with suppress(Unreadable):
        assert inbound_reply(TYPE, body, AT).recipient == "r+k3Zt9.4f1c2a@in.example.test"


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Ja, Freitag.\n\nAm 2.3.2026 schrieb Billing <b@x.example>:\n> alt", "Ja, Freitag."),
        ("Vendredi\n\nLe lun. 2 mars 2026, Billing <b@x.example> a écrit :\n> vieux", "Vendredi"),
        (
            "Friday\n\nOn Mon, 2 March 2026 at 09:00, Billing with a long name\n<b@x.example> wrote:\n> old",
            "Friday",
        ),
        ("Friday\n\n-----Original Message-----\nold", "Friday"),
        ("Friday\n-- \nJo, accounts", "Friday"),
        ("> all of it is quoted", "> all of it is quoted"),
        ("On Friday we pay.", "On Friday we pay."),
    ],
)
def test_the_quoted_mail_is_cut_off(text: str, new: str) -> None:
    assert unquoted(text) == new


def test_a_quoted_part_of_html_is_marked() -> None:
    assert (
        unquoted(text_of_html("<div>Friday</div><blockquote><p>old</p><p>older</p></blockquote>")) == "Friday"
    )


@pytest.mark.parametrize(
    ("subject", "opt", "automatic"),
    [("unsubscribe", OptWord.OUT, False), ("Automatic reply: unsubscribe", None, True)],
)
def test_a_mailbox_that_unsubscribes_for_its_owner_is_heard(
    subject: str, opt: OptWord | None, automatic: bool
) -> None:
    """By the address in `List-Unsubscribe`, with the subject that stands there: some say that a machine wrote it."""
    head = mails.HEAD.replace("Re: INV-1001", subject)
    raw = mails.mail("text/plain", "Sent by your mailbox.", "Auto-Submitted: auto-generated", head=head)
    reply = inbound_reply(*mails.form(raw), AT)
    assert (reply.opt, reply.automatic) == (opt, automatic)
