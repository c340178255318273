"""The table of the text provider's error codes."""

from __future__ import annotations

import json

import pytest

from channels.codes import _TABLE, TWILIO, CodeClass, code_of
from channels.ports import InDoubt, NotSent, Rejected
from channels.transport import Response
from channels.twilio_sms import TwilioSms
from tests.channels.conftest import NOW, TEXT
from tests.channels.test_mail_body import Canned


def test_each_code_stands_once_and_says_what_follows() -> None:
    assert len(TWILIO) == len(_TABLE)
    assert all(code.meaning and code.follows for code in _TABLE)


@pytest.mark.parametrize("value", [21610, "21610"])
def test_a_code_is_found_by_number_or_digits(value: object) -> None:
    code = code_of(value)
    assert code is not None
    assert code.kind is CodeClass.SUPPRESSED


@pytest.mark.parametrize("value", [None, "", "x", 0, "²", 1.5, [21610]])
def test_anything_else_is_no_code(value: object) -> None:
    assert code_of(value) is None


@pytest.mark.parametrize("code", _TABLE, ids=lambda code: str(code.number))
def test_every_code_has_an_outcome(code: object) -> None:
    number = code.number  # type: ignore[attr-defined]
    sms = TwilioSms("AC1", "t", Canned(Response(400, {}, json.dumps({"code": number}).encode())), lambda: NOW)

    outcome = sms.send(TEXT)

    assert isinstance(outcome, Rejected | NotSent | InDoubt)
