"""What could not be taken: seeing it, trying it again, and letting it go with a name and a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, select, update

from events.contracts.delivery import Delivery, Event, Ignored, Read, Unreadable
from ledger import tables as t
from ledger.apply import apply
from ledger.bulk import insert_new
from ledger.unit import Unit


class ParkingError(ValueError):
    """Something parked that can't be handled as asked; the text says why."""


def park_receipt(
    unit: Unit,
    provider: str,
    body: bytes,
    reason: str,
    detail: str,
    *,
    kind: str = "receipt",
    content_type: str | None = None,
) -> str:
    """Keep a webhook that was truly the provider's and can't be taken; returns its id. The same bytes are parked once.

    `kind` is `receipt`, or `reply` for what a client wrote. `reason` is a code, `detail` a sentence, nothing personal.
    """
    parked_id = hashlib.sha256(f"{kind}\x1f{provider}\x1f".encode() + body).hexdigest()[:32]
    row: dict[str, Any] = {
        "parked_id": parked_id,
        "kind": kind,
        "reason": reason,
        "detail": detail,
        "source": provider,
        "content_type": content_type,
        "headers": {},
        "body": body,
        "received_at": unit.now,
        "state": "open",
    }
    if insert_new(unit.connection, t.parked, [row], ("parked_id",)):
        unit.note(
            "receipt.parked",
            data={"provider": provider, "parked_id": parked_id, "kind": kind, "reason": reason},
        )
    return parked_id


def replay(unit: Unit, parked_id: str, decode: Callable[[Delivery], Read]) -> tuple[str, ...]:
    """Read a parked event again and apply it; returns the clients touched. Raises `ParkingError` if it still fails."""
    row = _open(unit, parked_id)
    if row.kind != "event":
        raise ParkingError(
            f"{parked_id} is a {row.kind}; only events can be replayed, a receipt can be dropped"
        )
    read = decode(Delivery(bytes(row.body), row.headers, row.content_type))
    if isinstance(read, Unreadable):
        raise ParkingError(f"{parked_id} still can't be read: {read.detail}")
    assert isinstance(read, Event | Ignored)
    touched = apply(unit, [read])
    _close(unit, parked_id, "replayed", "system", "")
    unit.note("operator.acted", data={"parked_id": parked_id, "act": "replay"})
    return touched


def drop(unit: Unit, parked_id: str, by: str, note: str) -> None:
    """Let something parked go; who and why is journalled, and the bytes stay."""
    if not by.strip() or not note.strip():
        raise ParkingError("say who drops it and why: --by NAME --note TEXT")
    _open(unit, parked_id)
    _close(unit, parked_id, "dropped", by, note)
    unit.note("operator.acted", by=by, data={"parked_id": parked_id, "act": "drop"})


def listed(connection: Any, state: str | None = "open") -> Sequence[Row[Any]]:
    """What is parked, oldest first."""
    statement = select(t.parked).order_by(t.parked.c.received_at, t.parked.c.parked_id)
    return list(connection.execute(statement.where(t.parked.c.state == state) if state else statement).all())


def _open(unit: Unit, parked_id: str) -> Row[Any]:
    row = unit.connection.execute(
        select(t.parked).where(t.parked.c.parked_id == parked_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise ParkingError(f"nothing is parked as {parked_id}; `amicable parked` lists what is")
    if row.state != "open":
        raise ParkingError(f"{parked_id} was already {row.state}")
    return row


def _close(unit: Unit, parked_id: str, state: str, by: str, note: str) -> None:
    unit.connection.execute(
        update(t.parked).where(t.parked.c.parked_id == parked_id).values(state=state, by=by, note=note)
    )
