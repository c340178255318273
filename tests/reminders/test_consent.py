"""Which channel may be used for whom."""

from __future__ import annotations

import pytest

from config.policy import Policy
from config.rules.contact import load_contact_law
from config.rules.narrowing import narrow
from reminders.consent import may_carry, may_use, reachable
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Consent, DebtorType, Suppression
from tests.reminders.book import STANDARD, a_client, at, with_policy

LAW = load_contact_law()
EARLY, LATE = at("2026-01-01 12:00"), at("2026-02-01 12:00")


def lived(client: Client) -> Policy:
    """The standard policy within the law of the client's place."""
    return narrow(STANDARD, LAW.rules_for(client.country, client.subdivision, client.debtor_type))


def refused(client: Client, channel: Channel) -> Reason | None:
    return may_use(client, channel, lived(client))


@pytest.mark.parametrize("who", [None, *DebtorType])
def test_email_needs_no_consent(who: DebtorType | None) -> None:
    assert refused(a_client(debtor_type=who), Channel.EMAIL) is None


@pytest.mark.parametrize("channel", list(Channel))
def test_the_newest_word_holds(channel: Channel) -> None:
    yes, no = Consent(channel, True, EARLY), Consent(channel, False, LATE)
    assert refused(a_client(consents=(no, yes)), channel) is Reason.NO_CONSENT
    again = Consent(channel, True, at("2026-03-01 12:00"))
    assert refused(a_client(consents=(again, no, yes)), channel) is None


def test_of_two_words_at_one_instant_the_refusal_holds() -> None:
    both = (Consent(Channel.SMS, True, EARLY), Consent(Channel.SMS, False, EARLY))
    assert refused(a_client(consents=both), Channel.SMS) is Reason.NO_CONSENT
    assert refused(a_client(consents=both[::-1]), Channel.SMS) is Reason.NO_CONSENT


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
    assert (refused(a_client(debtor_type=who), Channel.SMS) is None) is allowed
    assert refused(a_client(debtor_type=who, preferred=(Channel.SMS,)), Channel.SMS) is None
    assert refused(a_client(debtor_type=who, consents=(Consent(Channel.SMS, True),)), Channel.SMS) is None


@pytest.mark.parametrize("channel", [Channel.VOICE, Channel.WHATSAPP])
def test_voice_and_whatsapp_always_need_consent(channel: Channel) -> None:
    assert refused(a_client(preferred=(channel,)), channel) is Reason.NO_CONSENT
    assert refused(a_client(consents=(Consent(channel, True),)), channel) is None


def reach(
    client: Client, suppressions: tuple[Suppression, ...], channel: Channel, contact_id: str | None
) -> Reason | None:
    return reachable(client, suppressions, channel, contact_id, lived(client))


def test_a_contact_is_reachable_where_there_is_an_address_that_may_be_used() -> None:
    client = a_client()
    assert reach(client, (), Channel.EMAIL, "ap") is None
    assert reach(client, (), Channel.EMAIL, "gone") is Reason.NO_REACHABLE_CONTACT
    assert reach(client, (), Channel.EMAIL, None) is Reason.NO_REACHABLE_CONTACT
    bounced = Suppression(Channel.EMAIL, "AP@kaya.example", Reason.BOUNCED)
    opted_out = Suppression(Channel.SMS, "+4930123456", Reason.OPTED_OUT)
    assert reach(client, (bounced,), Channel.EMAIL, "ap") is Reason.SUPPRESSED_ADDRESS
    assert reach(client, (bounced, opted_out), Channel.SMS, "ap") is Reason.OPTED_OUT
    assert reach(client, (opted_out,), Channel.EMAIL, "ap") is None


@pytest.mark.parametrize("country", [None, "XX"])
def test_a_company_in_a_country_that_nobody_knows_is_asked_first(country: str | None) -> None:
    company = a_client(debtor_type=DebtorType.COMPANY, country=country)
    assert refused(company, Channel.SMS) is Reason.NO_CONSENT
    assert refused(company, Channel.EMAIL) is None


def test_a_policy_that_no_law_has_narrowed_asks_for_as_much_as_anywhere() -> None:
    company = a_client(debtor_type=DebtorType.COMPANY)
    assert may_use(company, Channel.EMAIL, STANDARD) is None
    assert [may_use(company, c, STANDARD) for c in (Channel.SMS, Channel.VOICE, Channel.WHATSAPP)] == [
        Reason.NO_CONSENT
    ] * 3
    assert may_use(a_client(preferred=(Channel.SMS,)), Channel.SMS, STANDARD) is None


def test_a_policy_may_want_more_than_the_law() -> None:
    wants = with_policy(consent={"email": "given", "sms": "given"})
    company = a_client(preferred=(Channel.SMS, Channel.EMAIL))
    policy = narrow(wants, LAW.rules_for("DE", None, "company"))
    assert may_use(company, Channel.SMS, policy) is Reason.NO_CONSENT
    assert may_use(company, Channel.EMAIL, policy) is Reason.NO_CONSENT


def test_whatsapp_carries_nothing_late_unless_policy_and_law_allow_it() -> None:
    early, late = STANDARD.step("due_soon"), STANDARD.step("overdue_3")
    assert early is not None
    assert late is not None
    assert may_carry(Channel.WHATSAPP, early, STANDARD)
    assert not may_carry(Channel.WHATSAPP, late, STANDARD)
    assert may_carry(Channel.EMAIL, late, STANDARD)
    daring = with_policy(whatsapp_overdue=True)
    assert may_carry(Channel.WHATSAPP, late, daring)
    assert not may_carry(Channel.WHATSAPP, late, narrow(daring, LAW.rules_for("DE", None, "company")))
