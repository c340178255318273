"""Who is written to, in which words, and what becomes of it."""

from __future__ import annotations

from reminders.feedback import OptWord
from tests.complaints.life import Life


def test_a_bounce_is_seen_and_the_next_channel_is_used(life: Life) -> None:
    """A hundred of a thousand mails bounce, and nobody can tell which. (Invoice Ninja #11917)"""
    life.bouncing.add("pat@harbour.example")
    life.client("02-01 09:00").invoice("02-04 10:00").until("02-06")

    assert life.story() == ["02-04 introduction", "02-04 introduction by sms"]
    assert sorted(m.state for m in life.desk.messages()) == ["delivered", "undelivered"]
    assert {r.channel.value for r in life.until("04-01").taken()[1:]} == {"sms"}


def test_who_can_not_be_reached_at_all_is_a_person_s_task(life: Life) -> None:
    """The address was blacklisted and the mail stayed queued forever. (OCA credit-control #447)"""
    contact = {"contact_id": "ap", "name": "Pat", "role": "accounts_payable", "email": "pat@harbour.example"}
    life.bouncing.add("pat@harbour.example")
    life.client("02-01 09:00", contacts=[contact]).invoice("02-04 10:00").until("05-01")

    assert len(life.taken()) == 1
    assert "unreachable open" in life.tasks()
    assert not any(m.state == "queued" for m in life.desk.messages())


def test_reminders_go_to_who_pays_and_not_to_who_signed(life: Life) -> None:
    """Reminders go to the wrong contact: the boss, not the bookkeeper. (OCA credit-control #353)"""
    life.client("02-01 09:00", contacts=[
        {"contact_id": "boss", "name": "Bo Boss", "role": "ceo", "email": "boss@harbour.example"},
        {"contact_id": "ap", "name": "Pat Quay", "role": "accounts_payable", "email": "pat@harbour.example"},
    ])  # fmt: skip
    life.invoice("02-04 10:00").until("03-20")

    assert {request.to for request in life.taken()} == {"pat@harbour.example"}


def test_who_says_stop_gets_no_more_of_it(life: Life) -> None:
    """I answered STOP, and the texts went on."""
    life.client("02-01 09:00", preferences={"channels": ["sms", "email"]}).invoice("02-04 10:00").until(
        "03-10"
    )
    assert life.taken()[-1].channel == "sms"

    life.answers("03-10 10:00", "STOP", OptWord.OUT).until("05-01")

    after = [r for r in life.taken() if life.when(r) >= life.desk.now.replace(month=3, day=10, hour=10)]
    assert after
    assert {request.channel.value for request in after} == {"email"}


def test_the_currency_is_the_invoice_s_and_so_is_the_bank_account(life: Life) -> None:
    """An EUR reminder printed the SEK account; the money went to the wrong one. (accounted #1806)"""
    life.client("02-01 09:00", country="NL", time_zone="Europe/Amsterdam")
    life.invoice("02-04 10:00", currency="EUR").until("03-14")

    text = life.letter("overdue_7").text
    assert "€1,200.00" in text or "€ 1.200,00" in text
    assert "IE64IRCE92050112345678" in text
    assert "GB33BUKB20201555555555" not in text


def test_a_currency_without_decimals_has_none(life: Life) -> None:
    """The currency is wrong in the mail. (metasfresh #15379)"""
    life.client("02-01 09:00", country="JP", time_zone="Asia/Tokyo")
    life.invoice("02-04 10:00", currency="JPY", total="184000").until("03-14")

    assert all("¥184,000" in r.text and "184,000.00" not in r.text for r in life.taken())


def test_a_language_that_is_not_there_is_not_mixed_in(life: Life) -> None:
    """Half of the dunning letter was in the wrong language. (picpeak #760)"""
    life.client("02-01 09:00", country="HU", time_zone="Europe/Budapest", language="hu-HU")
    life.invoice("02-04 10:00", currency="EUR").until("03-14")

    assert {m.language for m in life.sent()} == {"en"}
    for request in life.taken():
        assert not any(word in request.text.lower() for word in ("számla", "február", "március", "esedékes"))


def test_it_does_not_look_like_fraud(life: Life) -> None:
    """New bank details and urgency are how you tell a fake invoice. (how-to-spot guides)"""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-25")
    mails = [request for request in life.taken() if request.channel == "email"]
    assert len(mails) >= 5

    said = {
        "sender": {mail.sender for mail in mails},
        "sender_name": {mail.sender_name for mail in mails},
        "reply_to_domain": {str(mail.reply_to).split("@")[-1] for mail in mails},
        "iban": {line for mail in mails for line in mail.text.splitlines() if "IBAN" in line},
    }
    assert {what: len(values) for what, values in said.items()} == dict.fromkeys(said, 1)
    assert not any(
        word in mail.text.lower() for mail in mails for word in ("immediately", "urgent", "at once!")
    )


def test_every_message_says_who_to_ask_and_what_to_do_if_it_is_paid(life: Life) -> None:
    """There is no name and no number in it: is that really them?"""
    life.client("02-01 09:00").invoice("02-04 10:00").until("03-25")

    for mail in (request for request in life.taken() if request.channel == "email"):
        assert "Ruth Ellison" in mail.text
        assert "12 Harbour Street" in mail.text
        assert "R-1" in mail.text
    assert "already paid" in life.letter("overdue_3").text
