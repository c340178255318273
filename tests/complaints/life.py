"""A client's life under the shipped rules: real ledger, deciders, last gate and words; providers that deliver at once.

Time runs from one due instant to the next, as it does in a play. Days are of 2026, instants UTC: "03-10 09:30".
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from channels.ports import SendRequest
from config.policy import Policy
from config.rulebook import Rulebook, load_rulebook
from config.settings import VolumeSettings
from ledger import due, receipts, replies
from ledger import tables as t
from ledger.answers import Reading
from ledger.verdicts import close_task
from reminders.feedback import OptWord, Receipt, ReceiptKind, Reply
from tests.support.answers import classify
from tests.support.office import Counting, Desk, event
from workers.decide import decide_clients
from workers.schedule import NO_RECEIPT_AFTER
from workers.settle import settle_receipts

SHIPPED = load_rulebook(None)
YEAR = 2026
Event = dict[str, Any]


def instant(text: str) -> datetime:
    """`"03-10 09:30"` of that year, UTC; a day alone begins at midnight."""
    return datetime.fromisoformat(f"{YEAR}-{text}").replace(tzinfo=UTC)


@dataclass
class Life:
    """A desk, the mail and texts that its providers took, and the facts that come in."""

    desk: Desk
    providers: tuple[Counting, ...]
    bouncing: set[str] = field(default_factory=set)
    """Addresses that refuse everything for good."""
    _seen: int = 0
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def under(self, rules: Rulebook | Policy) -> Life:
        """The same life by other rules: a policy alone is for everybody, within the law."""
        if isinstance(rules, Policy):
            rules = replace(SHIPPED, policies=SHIPPED.policies.of([rules]))
        self.desk.office = replace(self.desk.office, rules=rules)
        return self

    def limit(self, **limits: int) -> Life:
        """Other limits of what may be said on one day."""
        self.desk.office = replace(self.desk.office, volume=VolumeSettings(**limits))
        return self

    # --- time

    def until(self, when: str) -> Life:
        """Let time run to that instant; what is due on the way happens."""
        end = instant(when)
        self._settle_down()
        while True:
            with self.desk.ledger.read() as connection:
                next_ = due.next_due(connection, NO_RECEIPT_AFTER)
            if next_ is None or next_ >= end:
                break
            self.desk.clock.set(max(next_, self.desk.now))
            self._settle_down()
        self.desk.clock.set(end)
        return self

    def _settle_down(self) -> None:
        for _ in range(100):
            before = len(self.desk.journal())
            self.desk.tick()
            self._receipts()
            if len(self.desk.journal()) == before:
                return
        raise AssertionError(f"it does not settle down at {self.desk.now}")

    def _receipts(self) -> None:
        for request in self.taken()[self._seen :]:
            self._seen += 1
            kind = ReceiptKind.BOUNCED if request.to in self.bouncing else ReceiptKind.DELIVERED
            receipt = Receipt(
                "any", request.channel, (request.attempt_id,), kind, self.desk.now, request.attempt_id
            )
            with self.desk.ledger.begin(self.desk.now) as unit:
                ids = receipts.record(unit, [receipt])
            settle_receipts(self.desk.office, ids)
        self.desk.work()

    # --- facts

    def at(self, when: str, event_type: str, /, **data: Any) -> Life:
        """Let time run to that instant, and this happen then."""
        return self.until(when).now(event_type, **data)

    def now(self, event_type: str, /, **data: Any) -> Life:
        """This happens at the present instant."""
        self.desk.happen(self._event(event_type, data))
        self._settle_down()
        return self

    def _event(self, event_type: str, data: Event) -> Event:
        return event(event_type, f"e-{next(self._numbers)}", self.desk.now) | {"data": data}

    def client(self, when: str, **changes: Any) -> Life:
        """A British company that can be reached by mail and by text."""
        known: Event = {
            "client_id": "harbour",
            "name": "Harbour Works Ltd",
            "debtor_type": "company",
            "country": "GB",
            "time_zone": "Europe/London",
            "language": "en-GB",
            "contacts": [
                {
                    "contact_id": "ap",
                    "name": "Pat Quay",
                    "role": "accounts_payable",
                    "email": "pat@harbour.example",
                    "phone": "+447400100001",
                }
            ],
        }
        return self.at(when, "client.updated", **(known | changes))

    def invoice(self, when: str, number: int = 1, due_on: str = "", **changes: Any) -> Life:
        """An invoice of 1,200 pounds of that day, due 30 days later."""
        issued = instant(when).date()
        due_day = date.fromisoformat(f"{YEAR}-{due_on}") if due_on else issued + timedelta(days=30)
        known: Event = {
            "invoice_id": f"i-{number}",
            "number": f"R-{number}",
            "client_id": "harbour",
            "currency": "GBP",
            "total": "1200.00",
            "issued_on": issued.isoformat(),
            "due_on": due_day.isoformat(),
            "payment_url": f"https://pay.northwind.example/i/{number}",
        }
        return self.at(when, "invoice.issued", **(known | changes))

    def pays(self, when: str, amount: str = "1200.00", number: int = 1, **changes: Any) -> Life:
        """Money for an invoice."""
        known: Event = {
            "payment_id": f"pay-{next(self._numbers)}",
            "client_id": "harbour",
            "currency": "GBP",
            "amount": amount,
            "received_on": instant(when).date().isoformat(),
            "allocations": [{"invoice_id": f"i-{number}", "amount": amount}],
        }
        return self.at(when, "payment.received", **(known | changes))

    def promises(self, when: str, promised_on: str, amount: str = "1200.00", **changes: Any) -> Life:
        """The client names a day."""
        known: Event = {
            "promise_id": f"promise-{next(self._numbers)}",
            "client_id": "harbour",
            "invoice_ids": ["i-1"],
            "amount": amount,
            "currency": "GBP",
            "promised_on": f"{YEAR}-{promised_on}",
        }
        return self.at(when, "promise.made", **(known | changes))

    def decides(self, when: str, kind: str, decision: str, by: str = "Ruth Ellison") -> Life:
        """A person decides about the open task of that kind."""
        self.until(when)
        (task,) = [task for task in self.desk.tasks(kind) if task.state == "open"]
        with self.desk.ledger.begin(self.desk.now) as unit:
            close_task(unit, task.task_id, decision, by, "")
        self._settle_down()
        return self

    def answers(
        self, when: str, text: str, opt: OptWord | None = None, *, read: bool = False, automatic: bool = False
    ) -> Life:
        """The client answers the last message. `read`: its words are read, and not left to a person as they stand."""
        last = self.until(when).taken()[-1]
        key = f"answer-{next(self._numbers)}"
        reply = Reply(
            "any", last.channel, key, last.to, last.reply_to or last.sender, text, self.desk.now, opt,
            automatic=automatic,
        )  # fmt: skip
        office = self.desk.office
        reading = Reading(classify, office.policy_of, office.creditors.default.creditor_id) if read else None
        with self.desk.ledger.begin(self.desk.now) as unit:
            self.desk.woken.decide(replies.record(unit, reply, reading))
        self._settle_down()
        return self

    def wake_again(self, times: int) -> None:
        """Everybody is looked at so many times more at this instant, whether due or not."""
        ids = [row.client_id for row in self.desk.rows(t.client)]
        for _ in range(times):
            with self.desk.ledger.begin(self.desk.now) as unit:
                unit.connection.execute(t.client.update().values(look_at=unit.now, woken_at=None))
            decide_clients(self.desk.office, ids)
            self.desk.tick()
        self._settle_down()

    def wake_only_deciders(self) -> None:
        """Decide what is due, and leave the sending to the test."""
        decide_clients(self.desk.office, [row.client_id for row in self.desk.rows(t.client)])
        self.desk.woken.waiting.clear()

    def quietly(self, event_type: str, /, **data: Any) -> None:
        """This is stored, and nobody is woken for it yet."""
        self.desk.happen(self._event(event_type, data))
        self.desk.woken.waiting.clear()

    # --- what came of it

    def taken(self) -> list[SendRequest]:
        """What the providers took, in the order of time."""
        sent = {row.message_id: row.sent_at for row in self.desk.messages()}
        every = (request for provider in self.providers for request in provider.taken)
        return sorted(every, key=lambda request: sent[request.message_id] or self.desk.now)

    def story(self, since: str = "01-01") -> list[str]:
        """What went out since then, a line each: the day and the step, with the channel where it is no mail."""
        return [
            f"{m.sent_at:%m-%d} {m.step}" + ("" if m.channel == "email" else f" by {m.channel}")
            for m in sorted(self.sent(), key=lambda m: (m.sent_at, m.step))
            if m.sent_at >= instant(since)
        ]

    def steps(self, since: str = "01-01") -> list[str]:
        """The steps that went out since then, in order."""
        return [line.split()[1] for line in self.story(since)]

    def sent(self) -> list[Any]:
        """The messages that went out."""
        return [m for m in self.desk.messages() if m.sent_at is not None]

    def step_of(self, request: SendRequest) -> str:
        """The step that a request was for."""
        return str(self._message(request).step)

    def when(self, request: SendRequest) -> datetime:
        """When it went out."""
        sent_at: datetime = self._message(request).sent_at
        return sent_at

    def _message(self, request: SendRequest) -> Any:
        (found,) = [m for m in self.desk.messages() if m.message_id == request.message_id]
        return found

    def letter(self, step: str) -> SendRequest:
        """The one message of that step, as the provider took it."""
        (found,) = self.letters(step)
        return found

    def letters(self, step: str) -> list[SendRequest]:
        """All messages of that step, as the providers took them."""
        ids = [m.message_id for m in self.sent() if m.step == step]
        return [request for request in self.taken() if request.message_id in ids]

    def tasks(self) -> list[str]:
        """What people were asked for, and where it stands."""
        rows = sorted(self.desk.rows(t.task), key=lambda row: (row.opened_at, row.kind))
        return [f"{row.kind} {row.state}" for row in rows]

    def policies(self) -> list[tuple[datetime, str]]:
        """Under which policy each decision was made, and when."""
        return [
            (datetime.fromisoformat(entry.at), json.loads(entry.data)["policy"])
            for entry in self.desk.journal()
            if entry.kind == "decision.made"
        ]

    def reasons(self, since: str = "01-01") -> set[str]:
        """Every reason for which something was left out since then."""
        return {
            left["reason"]
            for entry in self.desk.journal()
            if entry.kind == "decision.made" and datetime.fromisoformat(entry.at) >= instant(since)
            for left in json.loads(entry.data).get("left_out", ())
        }
