"""Several people at one client: who is asked next when one of them can't be reached or is the wrong one."""

from __future__ import annotations

import json

from ledger.timeline import find, timeline
from tests.complaints.life import Life

PAT = {"contact_id": "ap", "name": "Pat Quay", "role": "accounts_payable", "email": "pat@harbour.example"}
SAM = {"contact_id": "sam", "name": "Sam", "role": "Purchase ledger", "email": "sam@harbour.example"}
BO = {
    "contact_id": "boss",
    "name": "Bo",
    "role": "owner",
    "email": "bo@harbour.example",
    "phone": "+447911123456",
}


def test_one_bounced_mailbox_does_not_end_the_mail_to_the_house(life: Life) -> None:
    """The bookkeeper's mailbox was gone; the colleague's was there, and nobody wrote to it."""
    life.bouncing.add("pat@harbour.example")
    life.client("02-01 09:00", contacts=[PAT, SAM, BO]).invoice("02-04 10:00").until("03-20")

    assert life.story()[:2] == ["02-04 introduction", "02-04 introduction"]
    assert {request.to for request in life.taken()[1:]} == {"sam@harbour.example"}
    assert len({message.message_id for message in life.desk.messages()}) == len(life.desk.messages())
    assert not any(task.startswith("unreachable") for task in life.tasks())


def test_the_wrong_person_says_so_once(life: Life) -> None:
    """I wrote back that I left the company years ago, and the reminders went on."""
    life.client("02-01 09:00", contacts=[PAT, SAM]).invoice("02-04 10:00").until("03-05")
    before = len(life.desk.messages())
    assert {message.contact_id for message in life.desk.messages()} == {"ap"}

    life.answers("03-05 10:00", "Wrong person, I no longer work for this company.", read=True).until("04-01")

    after = life.desk.messages()[before:]
    assert [(m.step, m.contact_id) for m in after] == [
        ("acknowledgement", "ap"),  # one word that we are sorry
        ("overdue_3", "sam"),
        ("overdue_7", "sam"),
        ("overdue_14", "sam"),
    ]
    assert any(task.startswith("unreachable") for task in life.tasks())


def test_the_journal_says_which_ways_were_passed_over_and_no_address(life: Life) -> None:
    life.bouncing.add("pat@harbour.example")
    life.client("02-01 09:00", contacts=[PAT, SAM]).invoice("02-04 10:00").until("02-06")

    made = [json.loads(entry.data) for entry in life.desk.journal() if entry.kind == "decision.made"]
    ways = [planned["ways"] for told in made for planned in told["planned"]]
    assert ways[-1] == [
        {"channel": "email", "verdict": "suppressed_address", "contact_id": "ap"},
        {"channel": "email", "verdict": "taken", "contact_id": "sam"},
    ]
    assert "harbour.example" not in json.dumps(made)
    with life.desk.ledger.read() as connection:
        told = [note.text for note in timeline(connection, find(connection, "harbour")[0])]
    assert any(
        "For the introduction, other ways were passed over. email to ap: The address takes no messages"
        in text
        for text in told
    )
