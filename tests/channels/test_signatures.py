"""Signature checks against the providers' published vectors, and against everything that is almost right."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from channels.sandbox import sandbox_keys
from channels.signatures import sign_sendgrid, sign_twilio, verify_sendgrid, verify_twilio

# From the public tests of sendgrid/sendgrid-python, test/unit/test_eventwebhook.py.
KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6w"
    "EA3F+g=="
)
OTHER_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqTxd43gyp8IOEto2LdIfjRQrIbsd4SXZkLW6jDutdhXSJCWHw8REntlo7aNDthvj+y7GjUuFDb/R1NGe"
    "1OPzpA=="
)
SIGNATURE = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
OTHER_SIGNATURE = (
    "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH3j/0="
)
STAMP = "1600112502"
BODY = (
    b'[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address",'
    b'"sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",'
    b'"sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",'
    b'"smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'
)

# From Twilio's security page and the public tests of twilio/twilio-python, tests/unit/test_request_validator.py.
TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
    ("Caller", "+14158675309"),
]
JSON = b'{"property": "value", "boolean": true}'
JSON_URL = f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"


def test_the_published_mail_webhook() -> None:
    assert verify_sendgrid([KEY], SIGNATURE, STAMP, BODY)
    assert verify_sendgrid([OTHER_KEY, KEY], SIGNATURE, STAMP, BODY), "one of several keys, while they change"


@pytest.mark.parametrize(
    ("keys", "signature", "stamp", "body"),
    [
        ([OTHER_KEY], SIGNATURE, STAMP, BODY),
        ([KEY], OTHER_SIGNATURE, STAMP, BODY),
        ([KEY], SIGNATURE, "timestamp", BODY),
        ([KEY], SIGNATURE, STAMP, BODY.rstrip()),
        ([KEY], SIGNATURE, STAMP, BODY.replace(b"dropped", b"droppeD")),
        ([], SIGNATURE, STAMP, BODY),
        ([KEY], None, STAMP, BODY),
        ([KEY], SIGNATURE, None, BODY),
        ([KEY], "", "", BODY),
        ([KEY], SIGNATURE.rstrip("="), STAMP, BODY),
        ([KEY], "no base64 at all!", STAMP, BODY),
        (["no key", "AAAA", ""], SIGNATURE, STAMP, BODY),
        ([KEY], "ü", "ü", BODY),
    ],
)
def test_a_mail_webhook_that_is_not_theirs(
    keys: list[str], signature: str | None, stamp: str | None, body: bytes
) -> None:
    assert verify_sendgrid(keys, signature, stamp, body) is False


@pytest.mark.parametrize(("age", "fresh"), [(0, True), (25, True), (47, True), (49, False)])
def test_a_repeat_of_a_day_ago_is_taken_and_an_old_one_is_not(age: int, fresh: bool) -> None:
    now = datetime.fromtimestamp(int(STAMP), UTC) + timedelta(hours=age)
    assert verify_sendgrid([KEY], SIGNATURE, STAMP, BODY, now=now) is fresh


def test_a_timestamp_that_is_no_number_is_not_fresh() -> None:
    private, public = sandbox_keys("seed")
    assert verify_sendgrid([public], sign_sendgrid(private, "soon", b""), "soon", b"")
    assert not verify_sendgrid(
        [public], sign_sendgrid(private, "soon", b""), "soon", b"", now=datetime.now(UTC)
    )


def test_a_key_of_another_curve_is_no_key() -> None:
    import base64

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    private = ec.generate_private_key(ec.SECP384R1())
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = base64.b64encode(spki).decode()
    assert not verify_sendgrid([key], sign_sendgrid(private, STAMP, BODY), STAMP, BODY)


def test_sandbox_keys_follow_from_the_seed() -> None:
    assert sandbox_keys("a")[1] == sandbox_keys("a")[1] != sandbox_keys("b")[1]
    private, public = sandbox_keys("a")
    assert verify_sendgrid([public], sign_sendgrid(private, STAMP, b"\x00\xff"), STAMP, b"\x00\xff")


@pytest.mark.parametrize(
    ("url", "payload", "signature"),
    [
        (URL, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL.replace(".com/", ".com:1234/"), FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", FORM, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        (URL, FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("http://mycompany.com/myapp.php?foo=1&bar=2", FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        (
            URL,
            [
                ("Sid", "CA123"),
                ("SidAccount", "AC123"),
                ("Digits", "5678"),
                ("Digits", "1234"),
                ("Digits", "1234"),
            ],
            "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
        ),
        (JSON_URL, JSON, "a9nBmqA0ju/hNViExpshrM61xv4="),
    ],
)
def test_the_published_twilio_webhooks(
    url: str, payload: list[tuple[str, str]] | bytes, signature: str
) -> None:
    assert verify_twilio(TOKEN, url, payload, signature)


@pytest.mark.parametrize(
    ("token", "url", "payload", "signature"),
    [
        ("54321", URL, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("", URL, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (TOKEN, URL + "/", FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (TOKEN, URL.replace("https", "http"), FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (TOKEN, URL, [*FORM, ("New", "")], "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (TOKEN, URL, FORM[1:], "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (TOKEN, URL, FORM, None),
        (TOKEN, URL, FORM, ""),
        (TOKEN, URL, FORM, "ü"),
        (TOKEN, "https://[::1/", FORM, "x"),
        (TOKEN, "https://host:port/", FORM, "x"),
        (TOKEN, "", FORM, "x"),
        (TOKEN, JSON_URL, JSON + b" ", "a9nBmqA0ju/hNViExpshrM61xv4="),
        (TOKEN, URL, JSON, sign_twilio(TOKEN, URL)),  # the body is covered by nothing
        (TOKEN, URL, [("a", "\ud800")], "x"),
    ],
)
def test_a_twilio_webhook_that_is_not_theirs(
    token: str, url: str, payload: list[tuple[str, str]] | bytes, signature: str | None
) -> None:
    assert verify_twilio(token, url, payload, signature) is False


@pytest.mark.parametrize(
    "url", ["https://user:pass@host.example/x", "https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x"]
)
def test_user_names_and_ipv6_hosts_keep_their_place(url: str) -> None:
    with_port = url if url.endswith(":443/x") else url.replace("/x", ":443/x")
    without = with_port.replace(":443/x", "/x")
    for signed in (with_port, without):
        assert verify_twilio(TOKEN, url, FORM, sign_twilio(TOKEN, signed, FORM))


def test_blank_values_and_spaces_are_signed() -> None:
    form = [("Body", "  paid  "), ("ToZip", "")]
    signature = sign_twilio(TOKEN, URL, form)
    assert verify_twilio(TOKEN, URL, form, signature)
    assert not verify_twilio(TOKEN, URL, [("Body", "paid"), ("ToZip", "")], signature)


@given(st.text(), st.text(), st.one_of(st.binary(), st.lists(st.tuples(st.text(), st.text()))), st.text())
def test_the_checks_never_raise(
    token: str, url: str, payload: bytes | list[tuple[str, str]], text: str
) -> None:
    assert verify_twilio(token, url, payload, text) in (True, False)
    body = payload if isinstance(payload, bytes) else b""
    assert verify_sendgrid([KEY, text], text, token, body, now=datetime(2026, 1, 1, tzinfo=UTC)) is False


@given(st.binary(), st.from_regex(r"\d{10}", fullmatch=True))
def test_what_is_signed_is_verified(body: bytes, stamp: str) -> None:
    private, public = sandbox_keys("property")
    assert verify_sendgrid([public], sign_sendgrid(private, stamp, body), stamp, body)
    url = f"{URL}&bodySHA256={hashlib.sha256(body).hexdigest()}"
    assert verify_twilio(TOKEN, url, body, sign_twilio(TOKEN, url))
