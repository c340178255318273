"""The pen with which an example book is written: a method for each thing that happens, and lines in order of time.

A book is a file for `amicable play`: one structured CloudEvent a line. Nothing here is random, so the same stories
always give the same bytes. Times are UTC, written "2026-01-05 09:00"; amounts are strings, as the contracts want them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

ERP = "https://erp.northwind.example/billing"
"""The billing system that says every evening how far its payments are told."""
SHOP = "https://shop.northwind.example/orders"
"""An older one that never does."""
DESK = "https://desk.northwind.example/amicable"
"""Where agreements, holds and disputes are recorded by people."""
OUTSIDE = "https://play.example/outside"
"""Who speaks for the world in a play: answers, mailboxes, people."""

PAY = "https://pay.northwind.example/i/"

Data = dict[str, Any]


def when(text: str) -> datetime:
    """The instant, UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def person(contact_id: str, name: str, role: str, email: str | None = None, phone: str | None = None) -> Data:
    """A contact of a client; what they don't have is left out."""
    return _filled(contact_id=contact_id, name=name, role=role, email=email, phone=phone)


def consent(channel: str, granted: bool, at: str, source: str) -> Data:
    """A client's word about a channel."""
    return {"channel": channel, "granted": granted, "at": _iso(when(at)), "source": source}


class Book:
    """Everything that happens, collected story by story and written in order of time."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, int, Data | bytes]] = []
        self._sources: dict[str, str] = {}
        self._clients: dict[str, str] = {}
        self._invoices: dict[str, Data] = {}

    # --- what a billing system says

    def client(
        self,
        at: str,
        client_id: str,
        name: str,
        debtor_type: str,
        country: str,
        contacts: Sequence[Data] = (),
        *,
        source: str = ERP,
        time: str | None = None,
        **more: Any,
    ) -> Data:
        """The whole profile; `time` where it is older than its arrival."""
        self._sources[client_id] = source
        data = _filled(
            client_id=client_id, name=name, debtor_type=debtor_type, country=country, contacts=list(contacts), **more
        )  # fmt: skip
        return self.add(at, "client.updated", data, source=source, time=time)

    def invoice(
        self, at: str, number: int, client_id: str, currency: str, total: str, terms: int, **more: Any
    ) -> str:
        """An invoice of that day, due `terms` days later; returns its id. `issued_on` for one that is older."""
        issued = date.fromisoformat(more.pop("issued_on", at[:10]))
        invoice_id = f"inv-{number}"
        data = {
            "invoice_id": invoice_id,
            "number": f"NW-{number}",
            "client_id": client_id,
            "currency": currency,
            "total": total,
            "issued_on": issued.isoformat(),
            "due_on": (issued + timedelta(days=terms)).isoformat(),
            "payment_url": f"{PAY}{number}",
            **more,
        }
        self._clients[invoice_id], self._invoices[invoice_id] = client_id, data
        self.add(at, "invoice.issued", data, source=self._sources.get(client_id, ERP))
        return invoice_id

    def change(self, at: str, invoice_id: str, /, **changes: Any) -> Data:
        """The invoice as it stands from then on."""
        data = self._invoices[invoice_id] = {**self._invoices[invoice_id], **changes}
        source = self._sources.get(self._clients[invoice_id], ERP)
        return self.add(at, "invoice.updated", data, source=source)

    def about(self, at: str, kind: str, invoice_id: str, /, **data: Any) -> Data:
        """Something about one invoice, said by whoever billed it."""
        source = self._sources.get(self._clients[invoice_id], ERP)
        return self.add(at, kind, {"invoice_id": invoice_id, **data}, source=source)

    def pay(
        self,
        at: str,
        payment_id: str,
        client_id: str,
        currency: str,
        amount: str,
        allocations: Mapping[str, str] | None = None,
        *,
        received_on: str | None = None,
    ) -> Data:
        """Money that came, on that day if nothing else is said, and what it is for; the rest stays on account."""
        data = {
            "payment_id": payment_id,
            "client_id": client_id,
            "currency": currency,
            "amount": amount,
            "received_on": received_on or at[:10],
            "allocations": [{"invoice_id": key, "amount": part} for key, part in (allocations or {}).items()],
        }
        return self.add(at, "payment.received", data, source=self._sources.get(client_id, ERP))

    def synced(self, first: str, last: str, *, silent: Sequence[str] = ()) -> None:
        """The evening's word that all payments are told, each day from `first` through `last` but the silent ones."""
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        while day <= end:
            if day.isoformat() not in silent:
                at = f"{day.isoformat()} 19:30"
                self.add(at, "ledger.synced", {"through_at": _iso(when(at) - timedelta(minutes=30))})
            day += timedelta(days=1)

    # --- what people record

    def desk(self, at: str, kind: str, /, **data: Any) -> Data:
        """An agreement, a hold or a dispute."""
        return self.add(at, kind, data, source=DESK)

    # --- what the world does

    def reply(self, at: str, client_id: str, channel: str, text: str) -> None:
        """The client answers the last message on that channel."""
        self.add(
            at, "sandbox.reply", {"client_id": client_id, "channel": channel, "text": text}, source=OUTSIDE
        )

    def outcome(self, at: str, address: str, outcome: str) -> None:
        """What the provider does with that address from now on."""
        self.add(at, "sandbox.outcome", {"address": address, "outcome": outcome}, source=OUTSIDE)

    def decides(self, at: str, client_id: str, task: str, decision: str, by: str, note: str) -> None:
        """A person decides about the client's open task."""
        data = {"client_id": client_id, "task": task, "decision": decision, "by": by, "note": note}
        self.add(at, "sandbox.person", data, source=OUTSIDE)

    # --- the file

    def add(self, at: str, kind: str, data: Data, *, source: str = ERP, time: str | None = None) -> Data:
        """Any event, arriving at `at`; `time` where its own time is another."""
        event = {
            "specversion": "1.0",
            "id": "",
            "source": source,
            "type": kind,
            "time": _iso(when(time or at)),
            "datacontenttype": "application/json",
            "data": data,
        }
        self._enter(at, event)
        return event

    def again(self, at: str, event: Data) -> None:
        """The same event once more, as brokers do."""
        self._enter(at, event)

    def raw(self, at: str, line: bytes) -> None:
        """A line as it stands, readable or not."""
        self._enter(at, line)

    def lines(self) -> bytes:
        """The whole file. Ids are numbers in order of arrival."""
        written: list[bytes] = []
        for number, (_, _, entry) in enumerate(sorted(self._entries, key=lambda entry: entry[:2]), 1):
            if isinstance(entry, bytes):
                written.append(entry)
                continue
            entry["id"] = entry["id"] or f"{entry['type'].replace('.', '-')}-{number:04d}"
            written.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode())
        return b"\n".join(written) + b"\n"

    def _enter(self, at: str, entry: Data | bytes) -> None:
        self._entries.append((when(at), len(self._entries), entry))


def _filled(**fields: Any) -> Data:
    return {name: value for name, value in fields.items() if value is not None}


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
