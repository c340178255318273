"""Which channel may be used for whom."""

from __future__ import annotations

import pytest

from reminders.consent import may_use, reachable
from reminders.reasons import Reason
from reminders.snapshot import Channel, Consent, DebtorType, Suppression
from tests.reminders.book import a_client, at

EARLY, LATE = at("2026-01-01 12:00"), at("2026-02-01 12:00")


@pytest.mark.parametrize("who", [None, *DebtorType])
def test_email_needs_no_consent(who: DebtorType | None) -> None:
    assert may_use(a_client(debtor_type=who), Channel.EMAIL) is None


@pytest.mark.parametrize("channel", list(Channel))
def test_the_newest_word_holds(channel: Channel) -> None:
    yes, no = Consent(channel, True, EARLY), Consent(channel, False, LATE)
    assert may_use(a_client(consents=(no, yes)), channel) is Reason.NO_CONSENT
    again = Consent(channel, True, at("2026-03-01 12:00"))
    assert may_use(a_client(consents=(again, no, yes)), channel) is None


def test_of_two_words_at_one_instant_the_refusal_holds() -> None:
    both = (Consent(Channel.SMS, True, EARLY), Consent(Channel.SMS, False, EARLY))
    assert may_use(a_client(consents=both), Channel.SMS) is Reason.NO_CONSENT
    assert may_use(a_client(consents=both[::-1]), Channel.SMS) is Reason.NO_CONSENT


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        (DebtorType.COMPANY, True),
        (DebtorType.PUBLIC_BODY, True),
        (DebtorType.SOLE_TRADER, False),
        (DebtorType.CONSUMER, False),
        (None, False),
    ],
)
def test_sms_without_consent_only_to_companies_and_public_bodies(
    who: DebtorType | None, allowed: bool
) -> None:
    assert (may_use(a_client(debtor_type=who), Channel.SMS) is None) is allowed
    assert may_use(a_client(debtor_type=who, preferred=(Channel.SMS,)), Channel.SMS) is None
    assert may_use(a_client(debtor_type=who, consents=(Consent(Channel.SMS, True),)), Channel.SMS) is None


@pytest.mark.parametrize("channel", [Channel.VOICE, Channel.WHATSAPP])
def test_voice_and_whatsapp_always_need_consent(channel: Channel) -> None:
    assert may_use(a_client(preferred=(channel,)), channel) is Reason.NO_CONSENT
    assert may_use(a_client(consents=(Consent(channel, True),)), channel) is None


def test_a_contact_is_reachable_where_there_is_an_address_that_may_be_used() -> None:
    client = a_client()
    assert reachable(client, (), Channel.EMAIL, "ap") is None
    assert reachable(client, (), Channel.EMAIL, "gone") is Reason.NO_REACHABLE_CONTACT
    assert reachable(client, (), Channel.EMAIL, None) is Reason.NO_REACHABLE_CONTACT
    bounced = Suppression(Channel.EMAIL, "AP@kaya.example", Reason.BOUNCED)
    opted_out = Suppression(Channel.SMS, "+4930123456", Reason.OPTED_OUT)
    assert reachable(client, (bounced,), Channel.EMAIL, "ap") is Reason.SUPPRESSED_ADDRESS
    assert reachable(client, (bounced, opted_out), Channel.SMS, "ap") is Reason.OPTED_OUT
    assert reachable(client, (opted_out,), Channel.EMAIL, "ap") is None


@pytest.mark.parametrize("country", [None, "XX"])
def test_a_company_in_a_country_that_nobody_knows_is_asked_first(country: str | None) -> None:
    company = a_client(debtor_type=DebtorType.COMPANY, country=country)
    assert may_use(company, Channel.SMS) is Reason.NO_CONSENT
    assert may_use(company, Channel.EMAIL) is None
