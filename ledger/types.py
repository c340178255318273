"""Column types that mean the same on PostgreSQL and SQLite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: `timestamptz` on PostgreSQL, ISO 8601 text of fixed width (so it sorts) on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the database calls it."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """The instant as the driver takes it."""
        if value is None or dialect.name != "sqlite":
            return value
        return iso(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The instant, in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value)
        at: datetime = value
        return at if at.tzinfo is UTC else at.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON document kept as the exact text that was written: what is hashed must not be re-ordered by a database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """The text that is stored."""
        del dialect
        return self.text_of(value)

    @staticmethod
    def text_of(value: Any) -> str | None:
        """The text that is stored."""
        return None if value is None else _encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The document."""
        del dialect
        return None if value is None else _decode(value)


def plain_text() -> Text:
    """Text that compares by code point on both databases, so that a stamp orders the same everywhere."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def iso(at: datetime) -> str:
    """An instant as ISO 8601 in UTC, always with microseconds: `2026-11-21T09:00:00.000000+00:00`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
