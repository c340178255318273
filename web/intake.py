"""Storing what a provider posts: verified bytes become receipts or a reply, or are parked; they are never lost.

An answer of 2xx means stored. What is signed but can't be taken is parked and answered as if it could: the provider
would repeat it for days, and it would never be any better.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from channels.dsn import MailReport, mail_report
from channels.inbound import InboundMail
from channels.receipts import Unreadable
from channels.replies import mail_reply
from ledger import receipts, replies
from ledger.parking import park_receipt
from reminders.feedback import Receipt, Reply
from web.deps import WebDeps
from web.problems import is_outage, log_error

log = structlog.get_logger(__name__)


def take_receipts(
    deps: WebDeps, provider: str, body: bytes, content_type: str | None, read: Callable[[], Sequence[Receipt]]
) -> None:
    """Store the receipts that `read` finds, each once, and wake settle for the new ones."""

    def store(found: Sequence[Receipt]) -> Sequence[str]:
        with deps.ledger.begin(deps.clock.now()) as unit:
            return receipts.record(unit, found)

    def alone(receipt: Receipt) -> Sequence[str]:
        raw = receipt.raw.encode(errors="backslashreplace")
        return _or_park(deps, provider, "receipt", raw, content_type, lambda: store([receipt]))

    def store_all() -> Sequence[str]:
        found = read()
        try:
            return store(found)
        except Exception as error:
            if is_outage(error) or len(found) < 2:
                raise
            # One of hundreds is at fault: the others must not wait for a person because of it.
            log.warning("receipts stored one by one", provider=provider, receipts=len(found))
            return [receipt_id for receipt in found for receipt_id in alone(receipt)]

    new = _or_park(deps, provider, "receipt", body, content_type, store_all)
    if new:
        deps.wake.settle(new)


def take_reply(
    deps: WebDeps, provider: str, body: bytes, content_type: str | None, read: Callable[[], Reply]
) -> None:
    """Store the reply that `read` finds, once, act on it, and wake decide for its client."""
    touched = _or_park(deps, provider, "reply", body, content_type, lambda: _store_reply(deps, read()))
    if touched:
        deps.wake.decide(touched)


def take_mail(
    deps: WebDeps, provider: str, body: bytes, content_type: str | None, read: Callable[[], InboundMail]
) -> None:
    """Store the mail that `read` finds: a report on one of our own as a receipt, all else as a reply."""

    def store() -> Sequence[str]:
        mail = read()
        report = mail_report(mail)
        receipt = _receipt(deps, report) if report is not None else None
        if receipt is not None:
            take_receipts(deps, provider, body, content_type, lambda: [receipt])
            return ()
        return _store_reply(deps, mail_reply(mail, deps.clock.now(), deps.opt_of))

    touched = _or_park(deps, provider, "reply", body, content_type, store)
    if touched:
        deps.wake.decide(touched)


def _receipt(deps: WebDeps, report: MailReport) -> Receipt | None:
    """A report as a receipt for the last attempt at the message that it names; None if it names none of ours."""
    for address in report.references:
        message_id = deps.tokens.read_reply_address(address)
        if message_id is None:
            continue
        with deps.ledger.read() as connection:
            attempt = replies.last_attempt(connection, message_id)
        if attempt is not None:
            return report.receipt(attempt.attempt_id, attempt.address, deps.clock.now())
    return None


def _store_reply(deps: WebDeps, found: Reply) -> Sequence[str]:
    if found.reference is not None:
        # The signed part of our reply address. One that we did not make answers no message of ours.
        found = replace(found, reference=deps.tokens.read_reply_address(found.recipient))
    with deps.ledger.begin(deps.clock.now()) as unit:
        return replies.record(unit, found, deps.reading)


def park(
    deps: WebDeps, provider: str, kind: str, body: bytes, content_type: str | None, why: tuple[str, str]
) -> None:
    """Keep the bytes for a person. `why` is a code and a sentence."""
    with deps.ledger.begin(deps.clock.now()) as unit:
        park_receipt(unit, provider, body, *why, kind=kind, content_type=_plain(content_type))
    log.warning("webhook parked", provider=provider, kind=kind, reason=why[0])


def _or_park(
    deps: WebDeps,
    provider: str,
    kind: str,
    body: bytes,
    content_type: str | None,
    store: Callable[[], Sequence[str]],
) -> Sequence[str]:
    try:
        return store()
    except Unreadable as error:
        why = ("unreadable", f"not what {provider} documents: {error}")
    except Exception as error:
        if is_outage(error):
            raise
        log_error("webhook refused by the ledger", error, provider=provider, kind=kind)
        why = ("refused", f"could not be stored ({type(error).__name__})")
    park(deps, provider, kind, body, content_type, why)
    return ()


def _plain(content_type: str | None) -> str | None:
    """A header's value as any database takes it."""
    return None if content_type is None else content_type.replace("\x00", "")[:200]
