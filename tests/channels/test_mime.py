"""Mails as they really come: nested, encoded, quoted in six languages, lying about their character set."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.inbound import inbound_mail
from channels.mime import MOST_FILES, MOST_TEXT, header
from channels.quotes import text_of_html, unquoted
from channels.receipts import Unreadable
from reminders.feedback import AttachedFile, OptWord, Reply
from tests.channels.mails import ANSWERED, HEAD, form, inbound_reply, mail, many, part, whole

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = "Wir zahlen am Freitag – schöne Grüße, Renée €"


def read(raw: bytes, **how: str) -> Reply:
    return inbound_reply(*form(raw, **how), AT)


# --- how words are wrapped


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_words_are_found_in_nested_parts(encoding: str) -> None:
    wrapped = "" if encoding == "8bit" else encoding
    words = many(
        "alternative", "alt",
        part("text/plain; charset=utf-8", WORDS, encoding=wrapped),
        many(
            "related", "rel",
            part("text/html; charset=utf-8", "<p>other words</p>", encoding=wrapped),
            part("image/png", b"\x89PNG", "Content-ID: <logo>", "Content-Disposition: inline", encoding="base64"),
        ),
    )  # fmt: skip
    paid = part(
        "application/pdf",
        b"%PDF",
        'Content-Disposition: attachment; filename="remittance.pdf"',
        encoding="base64",
    )
    reply = read(whole(many("mixed", "mix", words, paid)))

    assert reply.text == WORDS
    assert reply.attachments == (
        AttachedFile("remittance.pdf", "application/pdf", 4, hashlib.sha256(b"%PDF").hexdigest()),
    )


@pytest.mark.parametrize(
    ("said", "real"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "iso-8859-1"),
        ("windows-1252", "windows-1252"),
        ("iso-8859-1", "windows-1252"),  # as Outlook does
        ("us-ascii", "utf-8"),
        ("us-ascii", "windows-1252"),
        ("utf-8", "windows-1252"),  # a lie
        ("iso-8859-1", "utf-8"),  # and the other way round
        ("x-unknown", "utf-8"),
        ("rot13", "utf-8"),
        ("undefined", "utf-8"),
        ("utf-16", "utf-8"),
        ("", "utf-8"),
        ("iso-8859-15", "iso-8859-15"),
        ("koi8-r", "utf-8"),
    ],
)
def test_a_character_set_may_lie(said: str, real: str) -> None:
    words = "Grüße, Renée" if said != "koi8-r" else "Hello"
    kind = f"text/plain; charset={said}" if said else "text/plain"
    assert read(whole(part(kind, words.encode(real), encoding="base64"))).text == words


def test_utf_7_is_read() -> None:
    assert read(mail("text/plain; charset=utf-7", "Gr+APwA3w-e")).text == "Gr\u00fc\u00dfe"


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("=?utf-8?B?UmU6IFJlY2hudW5nIGbDvHIgTcOkcno=?=", "Re: Rechnung für März"),
        ("=?iso-8859-1?Q?Re=3A_Gr=FC=DFe?= =?iso-8859-1?Q?_an_alle?=", "Re: Grüße an alle"),
        ("=?x-nothing?Q?Re?=", "=?x-nothing?Q?Re?="),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?utf-8?B?abc?=", "=?utf-8?B?abc?="),
        ("a\r\n b", "a b"),
        ("", ""),
    ],
)
def test_a_subject_is_decoded_where_it_can_be(subject: str, words: str) -> None:
    message = message_from_bytes(f"Subject: {subject}\r\n\r\n".encode())
    assert header(message, "Subject") == words


def test_a_name_in_the_sender_may_hold_anything() -> None:
    head = HEAD.replace("=?utf-8?q?Ren=C3=A9e?=", '"Doe, Jane <j@evil.example>"')
    assert read(mail("text/plain", "Hello", head=head)).sender == "ap@debtor.example"


def test_html_alone() -> None:
    page = "<html><head><title>x</title><style>p{color:red}</style></head><p>We paid\r\non&nbsp;Friday.</p>"
    assert read(mail("text/html; charset=utf-8", page)).text == "We paid on Friday."


def test_words_on_both_sides_of_a_picture_are_read() -> None:
    parts = [
        part("text/plain", "See the photo."),
        part("image/jpeg", b"\xff\xd8"),
        part("text/plain", "We pay then."),
    ]
    reply = read(whole(many("mixed", "m", *parts)))
    assert (reply.text, len(reply.attachments)) == ("See the photo.\n\nWe pay then.", 1)


def test_a_text_file_is_an_attachment_and_not_what_was_said() -> None:
    log = part("text/plain", "STOP", 'Content-Disposition: attachment; filename="a.txt"')
    reply = read(whole(many("mixed", "m", part("text/plain", "See the file."), log)))
    assert (reply.text, len(reply.attachments), reply.opt) == ("See the file.", 1, None)


def test_a_mail_within_the_mail_is_somebody_elses() -> None:
    inner = part("message/rfc822", "From: x@y.example\r\nSubject: s\r\n\r\nUnsubscribe")
    reply = read(whole(many("mixed", "m", part("text/plain", "Please see below."), inner)))
    assert (reply.text, len(reply.attachments)) == ("Please see below.", 1)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename*=UTF-8''Zahlung%20M%C3%A4rz.pdf", "Zahlung März.pdf"),
        ('attachment; filename="=?utf-8?q?Re=C3=A7u.pdf?="', "Reçu.pdf"),
        (r'attachment; filename="C:\\secret\\..\\x.pdf"', "x.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment", "without a name"),
        (f'attachment; filename="{"x" * 500}.pdf"', "x" * 200),
    ],
)
def test_a_file_is_told_by_a_plain_name(disposition: str, name: str) -> None:
    file = part("application/pdf", b"%PDF", f"Content-Disposition: {disposition}")
    (found,) = read(whole(many("mixed", "m", part("text/plain", "See below."), file))).attachments
    assert (found.name, found.size) == (name, 4)


def test_of_very_many_files_some_are_told() -> None:
    files = [part("image/png", b"x", "Content-Disposition: attachment") for _ in range(MOST_FILES + 10)]
    assert len(read(whole(many("mixed", "m", *files))).attachments) == MOST_FILES


def test_a_mail_within_a_mail_is_told_with_its_size() -> None:
    inner = part("message/rfc822", "From: x@y.example\r\nSubject: s\r\n\r\nHello")
    (found,) = read(whole(many("mixed", "m", inner))).attachments
    assert (found.content_type, found.size > 30) == ("message/rfc822", True)


def test_a_signed_mail_is_read_and_its_signature_is_no_file() -> None:
    seal = part(
        "application/pkcs7-signature; name=smime.p7s",
        b"0\x82",
        "Content-Disposition: attachment",
        encoding="base64",
    )
    reply = read(
        whole(many('signed; protocol="application/pkcs7-signature"', "s", part("text/plain", "Paid."), seal))
    )
    assert (reply.text, len(reply.attachments)) == ("Paid.", 0)


def test_a_sealed_mail_says_nothing_and_is_for_a_person() -> None:
    reply = read(
        whole(part("application/pkcs7-mime; smime-type=enveloped-data", b"0\x82\x01", encoding="base64"))
    )
    assert (reply.text, len(reply.attachments), reply.automatic) == ("", 1, False)


def test_nothing_at_all() -> None:
    reply = read(b"")
    assert (reply.text, len(reply.attachments), reply.sender) == ("", 0, "ap@debtor.example")


def test_without_an_id_two_days_are_two_mails_and_a_repeat_is_one() -> None:
    head = HEAD.replace("Message-ID: <m1@debtor.example>\r\n", "")
    first = mail("text/plain", "Thanks", head=head)
    second = mail("text/plain", "Thanks", head=head.replace("Mon, 2 Mar", "Tue, 3 Mar"))
    assert read(first).key == read(first).key != read(second).key


def test_twenty_five_megabytes_are_read_in_time() -> None:
    file = part("application/pdf", b"x" * 18_000_000, "Content-Disposition: attachment", encoding="base64")
    raw = whole(many("mixed", "m", part("text/plain", WORDS), file))
    assert len(raw) > 24_000_000
    begun = time.process_time()
    reply = read(raw)
    assert (reply.text, len(reply.attachments)) == (WORDS, 1)
    assert time.process_time() - begun < 20


def test_no_mail_is_read_beyond_what_somebody_writes() -> None:
    assert len(inbound_mail(*form(mail("text/plain; charset=utf-8", "é" * 2 * MOST_TEXT))).text) <= MOST_TEXT


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x',
        b"Content-Type: text/plain; charset*=utf-8''%ff\r\n\r\nHello",
        b"Content-Type: ;;;=\r\n\r\nHello",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n=XX=",
        b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 x\r\n!!!\r\nend",
        b"From: \xff\xfe\r\nSubject: \xff\r\nMessage-ID: <\xff>\r\n\r\n\xff",
        b"From: [\r\nTo: ,,,\r\nDate: never\r\n\r\nHello",
        b"\x00" * 100,
        b"Content-Type: text/plain; charset=" + b"x" * 5000 + b"\r\n\r\nHello",
    ],
)
def test_a_broken_mail_is_read_as_far_as_it_goes(raw: bytes) -> None:
    assert read(raw).recipient == ANSWERED


@given(
    st.binary(max_size=300),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=a", "message/rfc822"]),
)
def test_any_mail_is_read_or_refused(body: bytes, kind: str) -> None:
    with suppress(Unreadable):
        read(mail(kind, body))


@given(st.text(max_size=300))
def test_any_text_loses_no_more_than_what_is_quoted(text: str) -> None:
    assert bool(unquoted(text)) == bool(text.replace("\u00a0", " ").strip())


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 60_000,
        "<blockquote>" * 60_000,
        "<p" * 60_000,
        "<!--" * 40_000,
        "<!" * 60_000,
        "<?" * 60_000,
        "</" * 60_000,
        "<![" * 60_000,
        "<a href='" * 20_000,
        "&#x" * 60_000,
    ],
)
def test_a_hostile_page_takes_no_long_time(page: str) -> None:
    begun = time.process_time()
    text_of_html(page)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "text", ["*" * 200_000, "from:" + " " * 200_000, "On " + "a" * 200_000, "\n" * 200_000, "@" * 200_000]
)
def test_a_hostile_text_takes_no_long_time(text: str) -> None:
    begun = time.process_time()
    unquoted(text)
    assert time.process_time() - begun < 10


# --- what is quoted

ADDRESS = "Billing <r+k3zt9@in.example.test>"
OURS = "If you have already paid, thank you.\nPlease tell us what you dispute."
MARKED = "\n".join(f"> {line}" for line in OURS.split("\n"))
ATTRIBUTIONS = {
    "en Gmail": f"On Mon, 2 Mar 2026 at 09:00, {ADDRESS} wrote:",
    "en Gmail, broken": "On Mon, 2 Mar 2026 at 09:00, Northwind Studio Billing\n<r+k3zt9@in.example.test> wrote:",
    "en Apple": f"On 2 Mar 2026, at 09:00, {ADDRESS} wrote:",
    "de Gmail": f"Am Mo., 2. März 2026 um 09:00 Uhr schrieb {ADDRESS}:",
    "de Thunderbird": "Am 02.03.26 um 09:00 schrieb Billing:",
    "de Apple": f"Am 02.03.2026 um 09:00 schrieb {ADDRESS}:",
    "fr Gmail": f"Le lun. 2 mars 2026 à 09:00, {ADDRESS} a écrit :",
    "fr Apple": f"Le 2 mars 2026 à 09:00, {ADDRESS} a écrit\u00a0:",
    "es Gmail": "El lun, 2 mar 2026 a las 9:00, Billing (<r+k3zt9@in.example.test>) escribió:",
    "it Gmail": f"Il giorno lun 2 mar 2026 alle ore 09:00 {ADDRESS} ha scritto:",
    "it Apple, broken": "Il giorno 2 mar 2026, alle ore 09:00,\nNorthwind\n<r+k3zt9@in.example.test> ha scritto:",
    "nl Gmail": f"Op ma 2 mrt 2026 om 09:00 schreef {ADDRESS}:",
    "Gmail, ISO date": "2026-03-02 9:00 GMT+01:00 Billing <r+k3zt9@in.example.test>:",
}
HEADERS = {
    "en": "From: Northwind Billing\nSent: Monday, 2 March 2026 09:00\nTo: Jane\nSubject: Invoice",
    "en bold": "*From:* Northwind Billing\n*Sent:* Monday, 2 March 2026 09:00\n*To:* Jane",
    "de": "Von: Northwind Buchhaltung\nGesendet: Montag, 2. März 2026 09:00\nAn: Jana\nBetreff: Rechnung",
    "fr": "De : Northwind Facturation\nEnvoyé : lundi 2 mars 2026 09:00\nÀ : Jeanne\nObjet : Facture",
    "es": "De: Northwind Facturación\nEnviado el: lunes, 2 de marzo de 2026 9:00\nPara: Juana\nAsunto: Factura",
    "it": "Da: Northwind Fatturazione\nInviato: lunedì 2 marzo 2026 09:00\nA: Gianna\nOggetto: Fattura",
    "nl": "Van: Northwind Facturatie\nVerzonden: maandag 2 maart 2026 09:00\nAan: Jannie\nOnderwerp: Factuur",
    "with an address": "From: billing@us.example",
    "a rule": "-----Ursprüngliche Nachricht-----",
    "forwarded, en": "---------- Forwarded message ---------",
    "forwarded, Apple": "Begin forwarded message:",
    "forwarded, fr": "Début du message transféré :",
    "forwarded, nl": "---------- Doorgestuurd bericht ---------",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
@pytest.mark.parametrize("quoted", [OURS, MARKED], ids=["plain", "marked"])
def test_an_answer_above_ends_where_the_quoted_mail_begins(attribution: str, quoted: str) -> None:
    assert unquoted(f"We pay on Friday.\n\n{attribution}\n\n{quoted}") == "We pay on Friday."


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_an_answer_below_or_between_is_read(attribution: str) -> None:
    first, second = MARKED.split("\n")
    assert unquoted(f"{attribution}\n{MARKED}\n\nWe pay on Friday.\n\n-- \nJane") == "We pay on Friday."
    assert unquoted(f"{attribution}\n{first}\n\nNot yet.\n\n{second}\n\nNothing.") == "Not yet.\n\n\nNothing."


@pytest.mark.parametrize("beginning", HEADERS.values(), ids=HEADERS)
def test_a_quoted_header_ends_the_answer(beginning: str) -> None:
    assert unquoted(f"We pay on Friday.\r\n\r\n{beginning}\r\n\r\n{OURS}") == "We pay on Friday."


@pytest.mark.parametrize(
    "text",
    [
        "From: us, with thanks.\nWe pay on Friday.",
        "On Friday we pay.\nOn Monday you wrote another letter.",
        "To: whom it may concern",
        "De: nada. Pagamos el viernes.",
        "Am Freitag zahlen wir.\nWie Sie geschrieben haben: ja.",
    ],
)
def test_an_answer_that_looks_like_a_quotation_is_kept(text: str) -> None:
    assert unquoted(text) == text


@pytest.mark.parametrize(
    "line",
    ["Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Enviado desde mi iPhone",
     "Inviato da iPhone", "Verstuurd vanaf mijn iPhone", "Get Outlook for iOS"],
)  # fmt: skip
def test_the_telephones_own_line_is_no_answer(line: str) -> None:
    assert unquoted(f"Paid.\n\n{line}\n\nOn Mon, {ADDRESS} wrote:\n{MARKED}") == "Paid."


@pytest.mark.parametrize(
    "page",
    [
        '<div dir="ltr">Friday.</div><br><div class="gmail_quote gmail_quote_container"><div>On Mon wrote:<br></div>'
        "<blockquote>stop</blockquote></div>",
        "<p>Friday.</p><div id='appendonsend'></div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> us</div><div>stop</div>",
        '<div>Friday.</div><div class="moz-cite-prefix">Am 2.3. schrieb us:</div><blockquote>stop</blockquote>',
        '<div>Friday.</div><div id="ydp1" class="yahoo_quoted"><div>stop</div></div>',
        '<div>Friday.</div><div class="protonmail_quote">stop</div>',
        '<div>Friday.</div><div id="mail-editor-reference-message-container"><div>stop</div></div>',
        '<p>Friday.</p><div style="border-top:1pt"><p><b>From:</b> Us<br><b>Sent:</b> Monday</p></div>'
        "<p>stop</p>",
    ],
)
def test_what_mail_programs_quote_in_html_is_left_out(page: str) -> None:
    reply = read(mail("text/html; charset=utf-8", page))
    assert reply.text == "Friday."
    assert reply.opt is None


def test_an_answer_below_a_quotation_in_html_is_read() -> None:
    page = '<div class="gmail_quote"><div>On Mon, us wrote:</div><blockquote>stop</blockquote></div><div>Friday.</div>'
    assert read(mail("text/html", page)).text == "Friday."


def test_comments_are_not_words() -> None:
    page = "<p>Fri<!-- <b>stop</b> -->day</p><!--[if mso]><p>x</p><![endif]--><!--[if !mso]><!-->, yes.<!--<![endif]-->"
    assert text_of_html(page) == "Friday\n, yes."


def test_a_mail_to_unsubscribe_is_one() -> None:
    head = HEAD.replace("Re: INV-1001", "unsubscribe")
    assert read(mail("text/plain", "", head=head)).opt is OptWord.OUT
