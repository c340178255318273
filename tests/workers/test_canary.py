"""Nothing that a client would mind stands in a log line or in the journal, at the most talkative level there is."""

from __future__ import annotations

import pytest

from channels.sandbox import FaultKind
from config.logging import configure_logging
from tests.support.office import client, invoice, mail_of, payment, phone_of
from tests.workers.street import API_TOKEN, Street
from workers.actors import LANES, declare, wake_up
from workers.broker import EmbeddedBroker
from workers.cli.running import workers

pytestmark = pytest.mark.network


@pytest.fixture
def talkative(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    """Logging as a role sets it up, at level debug, the libraries that we keep quiet included."""
    configure_logging("json", "debug")
    return capsys


def test_no_address_number_token_or_text_is_in_a_log_or_in_the_journal(
    street: Street, talkative: pytest.CaptureFixture[str]
) -> None:
    # Given two clients who get reminders, with every kind of trouble on the way
    desk, box = street.desk, street.box
    box.faults.add("sendgrid", FaultKind.STATUS_500, 1)
    box.faults.add("twilio", FaultKind.RESET_AFTER, 1)
    box.set_outcome(mail_of(3), "refuse")
    box.set_outcome(mail_of(4), "bounce")
    for number, channel in ((1, "email"), (2, "sms"), (3, "email"), (4, "email")):
        desk.happen(client(number, [channel]), invoice(number))
    desk.work()
    for _ in range(4):
        street.tick(minutes=16)
        street.call_back(minutes=1)

    # And who answer, pay, and stop
    box.reply("email", mail_of(1), "Zanzibar: my doctor says I must not be upset. Ring 0117 4960 999.")
    box.reply("sms", phone_of(2), "STOP")
    street.call_back(minutes=1)
    desk.happen(payment(1))
    desk.work()

    # And an actor that fails with an error of the database that quotes what it was given
    broker = EmbeddedBroker()
    declare(broker, desk.office)
    desk.happen(client(5), invoice(5))
    with desk.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE body")
    with workers(broker, LANES, 1):
        desk.woken.waiting.clear()
        broker.enqueue(wake_up("decide", ["c-5"]))
        broker.join("amicable.decide", timeout=20_000)
        while desk.woken.waiting:
            kind, ids = desk.woken.waiting.popleft()
            broker.enqueue(wake_up(f"send.{kind}", ids))
            broker.join(f"amicable.send.{kind}", timeout=20_000)

    # Then none of it can be read in the logs or in the journal
    said = talkative.readouterr()
    logs = said.err + said.out
    assert "actor_failed" in logs
    assert "not_sent" in logs
    journal = "\n".join(str(tuple(row)) for row in desk.journal())
    texts = {word for message in box.messages() for word in (message.text, message.subject) if word}
    assert texts
    secrets = {
        "harbour-works.example",
        "Pat Quay",
        "Zanzibar",
        API_TOKEN,
        "SG.sandbox",
        "sandbox-auth-token",
        "/u/",
        "1,200.00",
        *(phone_of(n) for n in range(1, 6)),
        *(phone_of(n).removeprefix("+") for n in range(1, 6)),
        *(line for text in texts for line in text.splitlines() if len(line) > 30),
    }
    for secret in secrets:
        assert secret not in logs, f"{secret!r} in {next(x for x in logs.splitlines() if secret in x)[:600]}"
        assert secret not in journal, secret
