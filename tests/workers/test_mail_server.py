"""Mails by a mail server through the whole pipeline: as the second way, and as the only one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from channels.sendgrid_mail import SendGridMail
from channels.smtp_mail import SmtpMail
from channels.transport import Transport
from config.clock import VirtualClock
from ledger import tables as t
from reminders.reasons import Reason
from tests.support.office import NOW, Desk, client, invoice, mail_of
from tests.support.smtp import HANG, RESET, MailServer, mail_server

pytestmark = pytest.mark.network

Open = Callable[..., tuple[Desk, MailServer]]


@pytest.fixture
def opened(desks: Callable[..., Desk]) -> Iterator[Open]:
    """Makes a desk and its mail server; `second`: behind a SendGrid that can't be reached."""
    with ExitStack() as stack:

        def make(*, second: bool = False, **says: str) -> tuple[Desk, MailServer]:
            clock = VirtualClock(NOW)
            server = stack.enter_context(mail_server(MailServer(says)))
            ways: list[object] = [
                SmtpMail("localhost", clock.now, port=server.port, security="none", connect=0.5, total=0.5)
            ]
            if second:
                with mail_server(MailServer()) as gone:
                    port = gone.port
                transport = stack.enter_context(Transport(connect=0.5))
                ways.insert(0, SendGridMail("SG.x", transport, clock.now, f"http://127.0.0.1:{port}"))
            return desks(*ways, clock=clock, hand=5), server

        yield make


def owe(desk: Desk, *numbers: int) -> None:
    desk.happen(*(event for n in numbers for event in (client(n), invoice(n))))
    desk.work()


def test_it_steps_in_where_the_first_can_not_be_reached(opened: Open) -> None:
    desk, server = opened(second=True)
    owe(desk, *range(12))

    assert len(server.taken) == 7  # five have found out that the first is away; their turn comes again
    for _ in range(6):
        desk.later(seconds=30)
        desk.tick()

    assert desk.states() == ["accepted"] * 12
    assert sorted(one.recipient for one in server.taken) == sorted(mail_of(n) for n in range(12))
    desk.check_journal()


def test_what_it_took_counts_as_delivered_when_nothing_comes_back(opened: Open) -> None:
    desk, server = opened()
    owe(desk, 1)
    (attempt,) = desk.rows(t.attempt)
    assert (attempt.provider, attempt.outcome, attempt.provider_id) == ("smtp", "accepted", "4F2A1B")
    assert server.taken[0].mail["X-Amicable-Attempt"] == attempt.attempt_id

    desk.later(hours=71)
    desk.tick()
    assert desk.states()[:1] == ["accepted"]
    desk.later(hours=2)
    desk.tick()

    assert desk.states()[:1] == ["delivered"]
    (told,) = [entry for entry in desk.journal() if entry.kind == "message.delivered"]
    assert "presumed" in str(told.data)
    desk.check_journal()


@pytest.mark.parametrize("fault", [HANG, RESET])
def test_an_answer_that_was_lost_is_never_asked_for_and_the_mail_goes_once_more(
    opened: Open, fault: str
) -> None:
    desk, server = opened(body=fault)
    owe(desk, 1)
    assert desk.states() == ["in_doubt"]
    server.says = {}

    for _ in range(4):
        desk.later(minutes=16)
        desk.tick()

    assert desk.states() == ["accepted"]
    ids = [one.mail["Message-ID"] for one in server.taken]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    desk.check_journal()


def test_an_unknown_recipient_is_barred(opened: Open) -> None:
    desk, _ = opened(RCPT="550 5.1.1 no such user")
    owe(desk, 1)

    assert desk.states() == ["rejected"]
    assert [(s.address, s.reason) for s in desk.rows(t.suppression)] == [
        (mail_of(1), Reason.SUPPRESSED_ADDRESS)
    ]


def test_a_server_that_does_not_know_us_calls_a_person_and_bars_nobody(opened: Open) -> None:
    desk, server = opened(RCPT="554 5.7.1 relay access denied")
    owe(desk, *range(12))

    assert set(desk.states()) == {"queued"}
    assert len(desk.tasks("doubt")) == 1
    assert desk.rows(t.suppression) == []
    assert server.commands.count("RCPT") == 5  # then it is left alone


def test_a_greylisted_mail_comes_again(opened: Open) -> None:
    desk, server = opened(RCPT="451 4.7.1 greylisted")
    owe(desk, 1)
    assert desk.states() == ["queued"]
    server.says = {}
    desk.clock.set(NOW + timedelta(seconds=30))
    desk.tick()

    assert desk.states() == ["accepted"]
