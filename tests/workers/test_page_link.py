"""From the link in a mail to the client's own page, and from what is said there to what is sent next."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from starlette.testclient import TestClient

from ledger.answers import Reading
from reminders.snapshot import Channel
from tests.support.answers import classify
from tests.support.office import PUBLIC_URL, Counting, Desk, client, invoice
from tests.web.guests import fields_of
from web.app import WebDeps, create_app


class Reader:
    """A client with a mailbox, a phone and a browser."""

    def __init__(self, desks: Callable[..., Desk], prefers: str = "email") -> None:
        self.mail, self.sms = Counting(Channel.EMAIL), Counting(Channel.SMS)
        self.desk = desks(self.mail, self.sms)
        office = self.desk.office
        reading = Reading(classify, office.policy_of, office.creditors.default.creditor_id)
        self.browser = TestClient(
            create_app(
                WebDeps(
                    ledger=self.desk.ledger,
                    clock=self.desk.clock,
                    wake=self.desk.woken,
                    tokens=office.tokens,
                    public_url=PUBLIC_URL,
                    creditors=office.creditors,
                    reading=reading,
                )
            ),
            base_url=PUBLIC_URL,
        )
        self.desk.happen(client(1, [prefers]), invoice(1))
        self.desk.work()

    @property
    def link(self) -> str:
        """The link to the page in the first mail."""
        (found,) = set(re.findall(rf"{PUBLIC_URL}/r/\S+", self.mail.taken[0].text))
        return str(found)

    def answer(self, name: str, **fields: str) -> None:
        """Open a form, fill it in, and send it; confirm it where it is shown once more."""
        self.desk.later(minutes=1)
        shown = self.browser.get(f"{self.link}/{name}")
        sent = self.browser.post(
            f"{self.link}/{name}", data=fields_of(shown.text) | fields, follow_redirects=False
        )
        if sent.status_code == 200:
            sent = self.browser.post(f"{self.link}/{name}", data=fields_of(sent.text), follow_redirects=False)
        assert sent.status_code == 303
        self.desk.work()

    def steps(self) -> list[str]:
        """What was said to them, in its order."""
        return [row.step for row in sorted(self.desk.messages(), key=lambda row: row.planned_at)]

    def days_pass(self, days: int) -> None:
        for _ in range(days):
            self.desk.later(days=1)
            self.desk.tick()


def test_the_link_in_a_mail_opens_the_account(desks: Callable[..., Desk]) -> None:
    reader = Reader(desks)
    page = reader.browser.get(reader.link)
    assert page.status_code == 200
    assert "R-1" in page.text
    assert reader.link in (reader.mail.taken[0].html or "")


def test_a_text_message_has_no_room_for_it(desks: Callable[..., Desk]) -> None:
    reader = Reader(desks, prefers="sms")
    assert "/r/" not in reader.sms.taken[0].text


def test_who_says_nothing_is_reminded_again_by_the_second_way(desks: Callable[..., Desk]) -> None:
    reader = Reader(desks)
    reader.days_pass(11)
    assert len(reader.mail.taken) == 1
    assert "R-1" in reader.sms.taken[0].text


def test_who_names_a_day_gets_it_in_writing_once_and_no_reminder_until_then(
    desks: Callable[..., Desk],
) -> None:
    reader = Reader(desks)
    reader.answer("promise", on=(reader.desk.now + timedelta(days=13)).date().isoformat())
    reader.days_pass(11)
    assert reader.steps() == ["overdue_3", "acknowledgement"]
    assert "This is what we agreed on" in reader.mail.taken[1].text


def test_who_pays_in_parts_gets_them_in_writing_and_is_told_of_the_parts_alone(
    desks: Callable[..., Desk],
) -> None:
    reader = Reader(desks)
    reader.answer("plan", number="3", first_on=(reader.desk.now + timedelta(days=20)).date().isoformat())
    reader.days_pass(15)
    assert reader.steps() == ["overdue_3", "acknowledgement"]
    parts = re.findall(r"^£400.00 by ", reader.mail.taken[1].text, re.MULTILINE)
    assert len(parts) == 3
    reader.days_pass(5)
    assert reader.steps() == ["overdue_3", "acknowledgement", "instalment_due"]


def test_who_prefers_texts_and_german_is_mailed_in_german_by_the_second_way(
    desks: Callable[..., Desk],
) -> None:
    reader = Reader(desks)
    reader.answer("reach", channel="sms", language="de")
    reader.days_pass(11)
    assert not reader.sms.taken
    assert "Rechnung R-1" in reader.mail.taken[1].text
    reader.desk.check_journal()
