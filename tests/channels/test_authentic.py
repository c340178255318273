"""When a mail surely comes from the address that it names."""

from __future__ import annotations

from email import message_from_string

import pytest

from channels.authentic import is_authentic

FROM = "From: Ada <ap@debtor.example>"
SPF_OF_THEIRS = ("bounce@debtor.example", "pass", "none")


@pytest.mark.parametrize(
    ("head", "proof", "is_so"),
    [
        (FROM, ("ap@debtor.example", "pass", "none"), True),
        (FROM, ("ap@debtor.example", "Pass", ""), True),
        (FROM, ("", "none", "{@debtor.example : pass}"), True),
        (FROM, ("", "", "{@list.example : fail, @Debtor.Example : PASS}"), True),
        ("From: ap@mail.debtor.example", ("", "", "{@debtor.example : pass}"), True),
        (FROM, ("ap@debtor.example", "softfail", "none"), False),
        (FROM, ("ap@debtor.example", "", ""), False),
        (FROM, ("x@evil.example", "pass", "{@evil.example : pass}"), False),  # proven, and another's
        (FROM, ("", "", "{@debtor.example : fail}"), False),
        (FROM, ("", "pass", "none"), False),  # a report names no sender
        (FROM, ("", "", "{@users.debtor.example : pass}"), False),  # a name below may be a stranger's
        (FROM, ("", "", "{@example : pass}"), False),  # nobody's
        (FROM, ("", "", "{@otherdebtor.example : pass}"), False),
        ("From: ap@debtor.example.evil.example", ("ap@debtor.example", "pass", ""), False),
        (f"{FROM}\nFrom: x@evil.example", SPF_OF_THEIRS, False),  # which one does the reader see?
        ("From: ap@debtor.example, x@evil.example", SPF_OF_THEIRS, False),
        ("Subject: nobody", SPF_OF_THEIRS, False),
        ("From: nobody", ("", "pass", "{ : pass}"), False),
        (f"{FROM}\nAuthentication-Results: mx.us.example; spf=pass; dkim=pass", ("", "none", "none"), False),
        (FROM, ("", "", "{@debtor.example : pass-through}"), False),
        (FROM, ("", "", "{x@debtor.example : pass}"), True),  # an identity, of that very domain
        (FROM, ("", "", '{"@debtor.example : pass, "@evil.example : pass}'), False),
    ],
)  # fmt: skip
def test_what_proves_a_sender(head: str, proof: tuple[str, str, str], is_so: bool) -> None:
    assert is_authentic(message_from_string(head + "\n\n"), *proof) is is_so


@pytest.mark.parametrize(
    ("identity", "is_so"),
    [
        ("@debtor.example", True),
        ("ada@\n mail.debtor.example", True),
        ("a, @debtor.example : pass, @evil.example", False),
        ("a=2C=20@debtor.example=20:=20pass,@evil.example", False),
    ],
)
def test_an_identity_that_reads_like_a_result_proves_nothing(identity: str, is_so: bool) -> None:
    """Who signs for their own domain writes into `i=` what they like, and the provider may repeat it."""
    mail = message_from_string(f"{FROM}\nDKIM-Signature: v=1; d=evil.example; i={identity}; b=x\n\n")
    assert is_authentic(mail, "", "none", "{a, @debtor.example : pass, @evil.example : pass}") is is_so
