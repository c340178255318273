"""No question of the daily work reads a table whole: what a message costs must not grow with the book."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.event import listens_for

from ledger.tables import metadata
from tests.support.office import client, invoice, mail_of, payment, phone_of
from tests.workers.street import Street

pytestmark = pytest.mark.network
SMALL = {"first_contact", "held_back", "pace", "provider_health", "sync"}
"""Tables that don't grow with the book: a sender, a provider, a biller, what waits today or is counted today."""


def test_what_a_message_costs_does_not_grow_with_the_book(street: Street) -> None:
    desk, asked = street.desk, dict[str, Any]()

    @listens_for(desk.ledger.engine, "after_cursor_execute")
    def _keep(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.setdefault(statement, parameters)

    # Given clients who are written to, who answer, whose mails bounce, and who pay
    street.box.set_outcome(mail_of(3), "bounce")
    for number, channel in ((1, "email"), (2, "sms"), (3, "email")):
        desk.happen(client(number, [channel]), invoice(number))
    desk.work()
    street.tick(minutes=16)
    street.call_back(minutes=1)
    street.box.reply("email", mail_of(1), "We pay on Friday.")
    street.box.reply("sms", phone_of(2), "STOP")
    street.call_back(minutes=1)
    desk.happen(payment(1))
    desk.work()
    street.tick(days=8)
    street.call_back(minutes=1)

    # Then each statement found its rows by an index
    whole = {}
    with desk.ledger.engine.connect() as connection:
        for statement, parameters in list(asked.items()):
            if not statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
                continue
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            if read := sorted({name for *_, step in plan for name in _read_whole(step)}):
                whole[statement] = read
    assert len(asked) > 50
    assert not whole, "\n\n".join(f"{read}: {statement}" for statement, read in whole.items())


def _read_whole(step: str) -> set[str]:
    """The tables that a step of a plan reads whole: without an index, or from some instant on, for whomever."""
    scan = re.match(r"SCAN (\w+)(?! USING (COVERING )?INDEX (?!sqlite_autoindex))", step)
    since = re.match(r"SEARCH (\w+) USING (?:COVERING )?INDEX \w+ \(\w+>\?\)", step)
    return {found[1] for found in (scan, since) if found} & set(metadata.tables) - SMALL
