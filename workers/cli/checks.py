"""What the doctor checks: configuration and what stands in the ledger. Connections are in `workers.cli.reach`.

A check answers with one line that says what to do, names the variable where one is wrong, and never shows a secret.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from sqlalchemy import Connection, Engine, Row, func, select
from sqlalchemy.exc import SQLAlchemyError

from channels.answers import AnswersError
from channels.health import weight
from config.creditors import CreditorError
from config.policy import PolicyError
from config.settings import Settings
from ledger import tables as t
from ledger.database import DatabaseError, is_current, open_engine
from ledger.health import last_beat
from ledger.lines import all_health
from reminders.states import MessageState
from workers.cli.compose import House
from workers.lines import standing_of
from workers.schedule import ROLE

BEAT_AGE = timedelta(seconds=60)
"""A scheduler beats twice a second; one that was silent that long does not run."""
CLOCK_SLACK = 5.0
"""Seconds by which the clocks of this machine and of the database may differ."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104  # compared, not bound


class Mark(StrEnum):
    """What came of a check."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor."""

    name: str
    mark: Mark
    text: str


def configuration(house: House) -> Iterator[Check]:
    """Everything that can be known without a connection."""
    settings = house.settings
    live = settings.sending == "live"
    source = os.environ.get("AMICABLE_CONFIG")
    where = f"environment and {source}" if source else "environment"
    yield Check("settings", Mark.OK, f"from the {where}; data folder {settings.data_dir}")
    what = "live: real providers are called" if live else "sandbox: nothing leaves for a real provider"
    yield Check("sending", Mark.OK, what)
    if settings.secret_key:
        yield Check("secret key", Mark.OK, "set")
    else:
        yield Check("secret key", Mark.WARN, "the sandbox's own; a live deployment sets AMICABLE_SECRET_KEY")
    yield _policy(house)
    yield _creditors(house)
    yield _answers(house)
    yield _webhook_keys(house)
    yield _public_url(settings, live)
    yield _tokens(settings)


def database(house: House) -> Iterator[Check]:
    """Whether the ledger can be reached, and what stands in it that somebody should know."""
    url = house.settings.effective_database_url
    try:
        engine = open_engine(url)
    except DatabaseError as error:
        yield Check("database", Mark.FAIL, str(error))
        return
    except (OSError, ValueError) as error:  # a folder that can't be made, a port that is no number
        yield Check("database", Mark.FAIL, f"AMICABLE_DATABASE_URL: can't be used ({type(error).__name__})")
        return
    name = engine.url.database or ""
    file = Path(name) if engine.dialect.name == "sqlite" and name not in ("", ":memory:") else None
    if file is not None and not file.exists():
        yield Check("database", Mark.OK, f"no ledger at {file} yet; it is made at the first use")
        return
    try:
        yield from _ledger(house, engine, str(file) if file else f"{engine.url.host or 'local'}/{name}")
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
        yield Check("database", Mark.FAIL, f"AMICABLE_DATABASE_URL: can't be read ({cause})")
    finally:
        engine.dispose()


def _ledger(house: House, engine: Engine, place: str) -> Iterator[Check]:
    current = is_current(engine)
    yield Check("database", Mark.OK, f"{engine.dialect.name} at {place} answers")
    if not current:
        # An embedded ledger is brought up to date by whatever opens it next.
        mark = Mark.WARN if engine.dialect.name == "sqlite" else Mark.FAIL
        yield Check("schema", mark, "not at the newest version; run `amicable db upgrade`")
        return
    yield Check("schema", Mark.OK, "at the newest version")
    with engine.connect().execution_options(read_only=True) as connection:
        yield _clock(connection)
        yield _scheduler(connection, house)
        ill = [row for row in all_health(connection) if row.opened_at is not None]
        p, m = t.parked.c, t.message.c
        parked = connection.execute(
            select(func.count()).select_from(t.parked).where(p.state == "open")
        ).scalar_one()
        doubted = connection.execute(
            select(func.count()).select_from(t.message).where(m.state == MessageState.IN_DOUBT.value)
        ).scalar_one()
    yield from _lines(ill, house.clock.now())
    yield _none("parked", parked, "events or receipts wait for a person; `amicable parked` lists them")
    yield _none(
        "in doubt", doubted, "messages of which nobody knows whether they were sent; they are asked for"
    )


def _clock(connection: Connection) -> Check:
    if connection.dialect.name == "sqlite":
        return Check("clock", Mark.OK, "one clock: the ledger is a file of this machine")
    there: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    apart = abs((datetime.now(UTC) - there).total_seconds())
    if apart < CLOCK_SLACK:
        return Check("clock", Mark.OK, f"{apart:.1f} s from the database's")
    return Check("clock", Mark.FAIL, f"{apart:.0f} s from the database's; set both by NTP")


def _scheduler(connection: Connection, house: House) -> Check:
    at = last_beat(connection, ROLE)
    age = house.clock.now() - at if at else None
    if age is not None and age <= BEAT_AGE:
        return Check(
            "scheduler", Mark.OK, f"its last sign of life is {max(age.total_seconds(), 0):.0f} s old"
        )
    since = f"no sign of life since {at:%Y-%m-%d %H:%M} UTC" if at else "it has never run"
    # The embedded default has no scheduler of its own: it runs while `serve` does.
    embedded = house.settings.embedded
    role = "serve" if embedded else "schedule"
    return Check("scheduler", Mark.WARN if embedded else Mark.FAIL, f"{since}; start `amicable {role}`")


def _lines(ill: Sequence[Row[Any]], now: datetime) -> Iterator[Check]:
    """The providers that were left alone after too many failures, and how far they are back."""
    for row in ill:
        percent = weight(standing_of(row), now)
        how = (
            f"{percent} % of messages go by it again"
            if percent
            else f"nobody calls until {row.open_until:%H:%M} UTC"
        )
        text = f"{row.provider} by {row.channel} fails since {row.opened_at:%Y-%m-%d %H:%M} UTC; {how}"
        yield Check("provider", Mark.WARN if percent else Mark.FAIL, text)
    if not ill:
        yield Check("provider", Mark.OK, "none is left alone for its failures")


def _none(name: str, count: int, text: str) -> Check:
    return Check(name, Mark.WARN if count else Mark.OK, f"{count} {text}" if count else "none")


def _policy(house: House) -> Check:
    try:
        rules = house.rules
    except PolicyError as error:
        return Check("policy", Mark.FAIL, f"AMICABLE_POLICY_DIR: {error}")
    mark = Mark.WARN if rules.unread else Mark.OK
    return Check("policy", mark, "; ".join([", ".join(rules.identities), *rules.unread]))


def _creditors(house: House) -> Check:
    try:
        creditors = house.creditors
    except CreditorError as error:
        return Check("creditors", Mark.FAIL, f"AMICABLE_POLICY_DIR: {error}")
    return Check("creditors", Mark.OK, ", ".join(creditor.creditor_id for creditor in creditors.creditors))


def _answers(house: House) -> Check:
    try:
        languages = house.reader.languages
    except AnswersError as error:
        return Check("answers", Mark.FAIL, f"AMICABLE_POLICY_DIR: {error}")
    return Check("answers", Mark.OK, f"understood in {', '.join(languages)}")


def _webhook_keys(house: House) -> Check:
    keys = house.sendgrid_keys
    for number, key in enumerate(keys, start=1):
        try:
            parsed = load_der_public_key(base64.b64decode(key, validate=True))
        except (ValueError, binascii.Error):
            parsed = None
        if not isinstance(parsed, EllipticCurvePublicKey):
            text = f"AMICABLE_SENDGRID__WEBHOOK_PUBLIC_KEYS: key {number} is no base64 ECDSA public key"
            return Check("webhook keys", Mark.FAIL, text)
    own = "" if house.settings.sendgrid.webhook_public_keys else " (the sandbox's own)"
    return Check("webhook keys", Mark.OK, f"{len(keys)} can be read{own}")


def _public_url(settings: Settings, live: bool) -> Check:
    host = urlsplit(settings.public_url).hostname
    if not host:
        return Check("public URL", Mark.FAIL, "AMICABLE_PUBLIC_URL: names no host")
    if live and host in _HERE:
        return Check("public URL", Mark.FAIL, f"AMICABLE_PUBLIC_URL: {host} can't be reached from outside")
    return Check("public URL", Mark.OK, settings.public_url)


def _tokens(settings: Settings) -> Check:
    if settings.api_tokens:
        return Check("API tokens", Mark.OK, f"{len(settings.api_tokens)} set")
    if settings.sending == "live" or settings.database_url:
        text = "AMICABLE_API_TOKENS: none is set, so POST /events takes nothing"
        return Check("API tokens", Mark.WARN, text)
    return Check("API tokens", Mark.OK, "`amicable serve` makes its own")
